//! What is said of a foreign enum that disagrees with its migrations, and what to do about it.

use pg_enum_build::foreign::{self, Codec};
use pg_enum_core::divergence::{Disagreement, Divergence};
use pg_enum_core::{VisibleIdent, VisibleLiteral};

use crate::compare::{as_warning, places};
use crate::enums::Foreign;
use crate::migrations::Replayed;
use crate::problem::Problem;

pub(super) fn problem(
    enum_: &Foreign,
    [schema, name]: [&str; 2],
    found: &Divergence,
    replayed: &Replayed,
) -> Problem {
    let code = found.disagreement.code();
    let mut problem = Problem::new(code, found.to_string(), enum_.place(found.place, ""));
    problem.type_name = Some(found.type_name.clone());
    problem.places.extend(places(name, found, &replayed.replay, &replayed.folder.root));
    problem.notes.push(derives(enum_));
    let sql_name = format!("{}.{}", VisibleIdent(schema), VisibleIdent(name));
    problem.help = Some(help(enum_.reading.codec, &sql_name, found));
    as_warning(&mut problem, found);
    problem
}

/// What is wrong with an enum whatever its migrations say.
pub(super) fn mistakes(enum_: &Foreign) -> Vec<Problem> {
    shared_labels(enum_).into_iter().chain(unread_labels(enum_)).collect()
}

/// Two variants that a derive gives one label: what is written for the second is read as the first.
///
/// A codec that is written by hand may mean it. Of variants that are there in some configurations only, one may
/// take the place of the other.
fn shared_labels(enum_: &Foreign) -> Vec<Problem> {
    let reading = &enum_.reading;
    if !reading.codec.is_derive() {
        return Vec::new();
    }
    let certain = || reading.labels.iter().enumerate().filter(|(_, label)| !label.optional);
    let shared = certain().filter_map(|(index, label)| {
        let (first, other) = certain().find(|(_, other)| other.text.value == label.text.value)?;
        if first == index {
            return None;
        }
        let message = format!(
            "`{}` and `{}` have the same label, {}",
            other.ident,
            label.ident,
            VisibleLiteral(&label.text.value)
        );
        let place = |index, text| enum_.place(pg_enum_core::Place::Label(index), text);
        let mut problem = Problem::new("shared-label", message, place(index, ""));
        problem.places.push(place(first, "the first of the two"));
        problem.notes.push(derives(enum_));
        problem.help = Some(format!(
            "give `{}` a label of its own: its value is read as `{}`",
            label.ident, other.ident
        ));
        Some(problem)
    });
    shared.collect()
}

/// Labels that impls written by hand write and do not read again.
fn unread_labels(enum_: &Foreign) -> Vec<Problem> {
    let reading = &enum_.reading;
    let labels =
        reading.unread.iter().filter_map(|&index| Some((index, reading.labels.get(index)?)));
    labels
        .map(|(index, label)| {
            let text = VisibleLiteral(&label.text.value);
            let message = format!("`{}` is written as {text}, which is not read back", label.ident);
            let at = enum_.place(pg_enum_core::Place::Label(index), "");
            let mut problem = Problem::new("unread-label", message, at);
            problem.notes.push(derives(enum_));
            problem.help = Some(format!("read {text} as `{}` as well", label.ident));
            problem
        })
        .collect()
}

fn derives(enum_: &Foreign) -> String {
    let reading = &enum_.reading;
    let verb = if reading.codec.is_derive() { "derives" } else { "implements" };
    format!("`{}` {verb} `{}`", reading.ident, reading.codec)
}

/// What to do about it, where no `cargo pg-enum generate` does it.
fn help(codec: Codec, sql_name: &str, found: &Divergence) -> String {
    let spell = |theirs: &str| {
        let attribute = match codec {
            Codec::SqlxType => format!("#[sqlx(rename = {theirs:?})]"),
            Codec::DieselDbEnum => format!("#[db_rename = {theirs:?}]"),
            Codec::PostgresTypes => format!("#[postgres(name = {theirs:?})]"),
            Codec::SeaOrmActiveEnum => format!("#[sea_orm(string_value = {theirs:?})]"),
            _ => return format!("write {theirs:?}, as the migrations do"),
        };
        format!("spell it as the migrations do: `{attribute}`")
    };
    let rename = |was: &str, label: &str| {
        let (was, label) = (VisibleLiteral(was), VisibleLiteral(label));
        format!("ALTER TYPE {sql_name} RENAME VALUE {was} TO {label};")
    };
    match &found.disagreement {
        Disagreement::Missing { label, unclaimed } => {
            if let Some(twin) = foreign::twin(found) {
                return format!("{}, or add a migration: {}", spell(twin), rename(twin, label));
            }
            let add = format!(
                "add a migration: ALTER TYPE {sql_name} ADD VALUE {};",
                VisibleLiteral(label)
            );
            match &unclaimed[..] {
                [was] => {
                    format!(
                        "{add} or, if it is {} renamed: {}",
                        VisibleLiteral(was),
                        rename(was, label)
                    )
                }
                _ => add,
            }
        }
        Disagreement::CaseOnly { theirs, .. } => spell(theirs),
        Disagreement::Extra { labels } => {
            let (variants, them) = match labels.len() {
                1 => ("a variant", "it"),
                _ => ("variants", "them"),
            };
            format!(
                "add {variants} for {them}: without that, rows that contain {them} cannot be read"
            )
        }
        Disagreement::Dropped => {
            "create the type again in a migration, or remove the enum".to_owned()
        }
        _ => found.help().to_string(),
    }
}
