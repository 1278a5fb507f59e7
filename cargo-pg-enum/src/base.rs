//! Folders whose migrations in Rust begin with a schema that their runner sends first.
//!
//! Which schema that is may depend on the database and on how the program is started. Every way through the runner is
//! replayed. A way in which the server would refuse a migration is left out: its schema is a later state, after which the
//! runner skips the migrations that the schema contains.

use pg_enum_build::code::bases;
use pg_enum_migrations::folder::{Migration, Part, Script, Transaction};
use pg_enum_migrations::{EnumState, Finding, Folder, Kind, Location, Options, Replay};

use crate::text::{list, slashed, type_name, visible};

/// The number of files that a message names.
const FILES: usize = 3;

/// The folder replayed after what its runner sends first, and a note that says so; nothing if there is no such schema, or
/// none after which all migrations run.
pub(crate) fn replay(folder: &Folder, options: &Options) -> Option<(Folder, Replay, String)> {
    let bases = bases(folder);
    let ways = bases.iter().filter_map(|base| {
        let folder = with(folder, base);
        let replay = options.replay(&folder).ok()?;
        let is_whole = !replay.findings.iter().any(Finding::stops);
        is_whole.then_some((base, folder, replay))
    });
    let mut ways = ways.collect::<Vec<_>>().into_iter();
    let (base, begun, mut first) = ways.next()?;
    for (other, _, replay) in ways {
        doubt_what_differs(&mut first, base, other, &replay);
    }
    let root = visible(&folder.root.to_string_lossy());
    let mut note = format!("the runner of {root} begins with {}", named(base));
    if bases.len() > 1 {
        note += ", as far as all migrations can run after it";
    }
    Some((begun, first, note))
}

/// The folder with the scripts as its first migrations.
fn with(folder: &Folder, scripts: &[Script]) -> Folder {
    let mut folder = folder.clone();
    let first = scripts.iter().map(|script| {
        let name = slashed(&script.source.path);
        let up = Part::Sql(script.clone());
        Migration {
            version: name.clone(),
            name,
            up,
            down: None,
            transaction: Transaction::Implicit,
        }
    });
    let first: Vec<Migration> = first.collect();
    folder.migrations.splice(0..0, first);
    // That all run in one transaction is a rule of SeaORM's own runner.
    folder.together = false;
    folder
}

/// The files of scripts, in words.
fn named(scripts: &[Script]) -> String {
    list(scripts.iter().map(|script| visible(&slashed(&script.source.path))), FILES)
}

/// Leaves in doubt what the same migrations come to in another way after another schema.
fn doubt_what_differs(first: &mut Replay, base: &[Script], other: &[Script], second: &Replay) {
    let Some(script) = base.first() else { return };
    let at = Location::new(&script.source, script.range.start..script.range.start);
    let twin = |state: &EnumState, all: &[EnumState]| {
        let twin = |twin: &&EnumState| (&twin.schema, &twin.name) == (&state.schema, &state.name);
        all.iter().find(twin).cloned()
    };
    let texts = |state: &EnumState| -> Vec<String> {
        state.labels.iter().map(|label| label.text.clone()).collect()
    };
    let mut touches = Vec::new();
    for state in &mut first.enums {
        let twin = twin(state, &second.enums);
        if twin.is_none_or(|twin| !twin.known || texts(&twin) != texts(state)) {
            state.known = false;
            touches.push(type_name(&state.schema, &state.name));
        }
    }
    for state in &second.enums {
        if twin(state, &first.enums).is_none() {
            let new = (state.schema.clone(), state.name.clone(), at.clone());
            touches.push(type_name(&state.schema, &state.name));
            first.perhaps.push(new);
        }
    }
    if !touches.is_empty() {
        let message = format!(
            "it is not known whether the migrations begin with {} or with {}",
            named(base),
            named(other)
        );
        first.findings.push(Finding::new(Kind::Unknown { touches }, message, at));
    }
}
