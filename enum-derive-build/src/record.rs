//! What replay has found out, as the derive reads it.

use std::collections::HashMap;
use std::sync::Arc;

use pg_enum_core::record::{
    DroppedEnum, Origin, Record, RecordedCheck, RecordedColumn, RecordedEnum, RecordedLabel,
    RecordedTable, RecordedType, RelationKind, UnknownTable,
};
use pg_enum_migrations::{
    Change, CheckState, ColumnState, ColumnType, Generated, Location, Replay, TableState, TypeId,
};

/// The record of a replay, for a derive or for [`divergences`](pg_enum_core::divergence::divergences).
/// `default_schema` is that of types that name none; `file` says how messages show a migration's file.
///
/// The tables are those of a replay that was asked for them
/// ([`Options::tables`](pg_enum_migrations::Options::tables)).
///
/// ```
/// use pg_enum_build::record::record;
/// use pg_enum_migrations::{Folder, Replay};
/// # let root = tempfile::tempdir()?;
/// # std::fs::write(root.path().join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
/// # let root = root.path();
/// let replay = Replay::of(&Folder::open(root)?);
/// let record = record(&replay, "public", &|at| at.path().display().to_string());
/// assert_eq!(record.enums[0].created.to_string(), "1_mood.sql:1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn record(replay: &Replay, default_schema: &str, file: &dyn Fn(&Location) -> String) -> Record {
    let origin = |at: &Location| Origin { file: file(at), line: at.line() };
    let mut enums = Vec::with_capacity(replay.enums.len() + replay.perhaps.len());
    for state in &replay.enums {
        let mut labels = Vec::with_capacity(state.labels.len());
        for label in &state.labels {
            let (text, at) = (label.text.clone(), origin(&label.at));
            labels.push(RecordedLabel { text, at, accepted: false });
        }
        enums.push(RecordedEnum {
            schema: state.schema.clone(),
            name: state.name.clone(),
            known: state.known,
            created: origin(&state.created),
            labels,
        });
    }
    // What may have been made by something that cannot be known is there, and nothing is known of it.
    for (schema, name, at) in &replay.perhaps {
        enums.push(RecordedEnum {
            schema: schema.clone(),
            name: name.clone(),
            known: false,
            created: origin(at),
            labels: Vec::new(),
        });
    }
    let mut dropped = dropped(replay, &origin);
    dropped.retain(|gone| {
        !enums.iter().any(|there| there.schema == gone.schema && there.name == gone.name)
    });
    let mut tables = Vec::with_capacity(replay.tables.len());
    for state in &replay.tables {
        tables.push(table(state, &enums, &origin));
    }
    Record {
        default_schema: default_schema.to_owned(),
        enums,
        dropped,
        vague: replay.vague,
        tables: Some(tables),
        any_table: replay.any_table.as_ref().map(|why| unknown_table(why, &origin)),
    }
}

fn table(
    state: &TableState,
    enums: &[RecordedEnum],
    origin: &dyn Fn(&Location) -> Origin,
) -> RecordedTable {
    use pg_enum_migrations::RelationKind::{Foreign, MaterializedView, View};
    let kind = match state.kind {
        View | MaterializedView => RelationKind::View,
        _ => RelationKind::Table,
    };
    let unknown = state.unknown.as_ref().map(|why| unknown_table(why, origin));
    let mut columns = Vec::with_capacity(state.columns.len());
    for state in &state.columns {
        columns.push(column(state, kind, enums, origin));
    }
    RecordedTable {
        schema: state.schema.clone(),
        name: state.name.clone(),
        kind,
        created: origin(&state.created),
        is_foreign: state.kind == Foreign,
        checks: state.checks.as_ref().map(|checks| of_columns(checks, &columns, origin)),
        unknown,
        columns,
    }
}

/// The checks of a table that has columns of the folder's types: the only ones for which anything is asked.
fn of_columns(
    checks: &[CheckState],
    columns: &[RecordedColumn],
    origin: &dyn Fn(&Location) -> Origin,
) -> Vec<RecordedCheck> {
    let mut recorded = Vec::new();
    if columns.iter().any(|column| column.types.iter().any(|ty| ty.schema != "pg_catalog")) {
        for check in checks {
            recorded.push(RecordedCheck {
                name: check.name.clone(),
                expression: check.expression.clone(),
                is_valid: check.is_valid,
                is_inherited: check.is_inherited,
                at: origin(&check.at),
            });
        }
    }
    recorded
}

fn unknown_table(
    why: &pg_enum_migrations::UnknownTable,
    origin: &dyn Fn(&Location) -> Origin,
) -> UnknownTable {
    UnknownTable { at: origin(&why.at), reason: why.reason.clone() }
}

fn column(
    state: &ColumnState,
    kind: RelationKind,
    enums: &[RecordedEnum],
    origin: &dyn Fn(&Location) -> Origin,
) -> RecordedColumn {
    let types = state.ty.as_ref().map_or_else(Vec::new, |ty| types(ty, enums));
    let is_own = types.iter().any(|ty| ty.schema != "pg_catalog");
    let is_generated = matches!(state.generated, Generated::Stored | Generated::Virtual);
    RecordedColumn {
        name: state.name.to_string(),
        // The catalog has no column of a view as NOT NULL, whatever the view selects.
        not_null: if kind == RelationKind::View { None } else { state.not_null },
        is_filled: state.default.is_some() || state.generated != Generated::Never,
        is_inherited: state.is_inherited,
        is_generated,
        default: state
            .default
            .as_ref()
            .filter(|_| is_own && !is_generated)
            .map(ToString::to_string),
        at: origin(&state.at),
        types,
    }
}

/// A type, and behind a domain its base type, and so on. Nothing if that ends at a type of which no more is known than its
/// name: it may be a domain over what cannot be told.
fn types(ty: &ColumnType, enums: &[RecordedEnum]) -> Vec<RecordedType> {
    let mut types = Vec::new();
    let (mut next, mut is_array) = (Some(ty), false);
    while let Some(ColumnType { schema, name, array, formatted, domain_over, .. }) = next {
        // An array of a domain is read as one of its base type.
        is_array |= *array;
        let (schema, name) = (schema.clone(), name.clone());
        types.push(RecordedType { schema, name, is_array, sql: formatted.clone() });
        next = domain_over.as_deref();
    }
    let is_told = types.last().is_some_and(|last| {
        let is_it = |there: &RecordedEnum| there.schema == last.schema && there.name == last.name;
        last.schema == "pg_catalog" || enums.iter().any(is_it)
    });
    if is_told { types } else { Vec::new() }
}

/// The enums that were dropped, by the names they had then; of those of one name, the last.
fn dropped(replay: &Replay, origin: &dyn Fn(&Location) -> Origin) -> Vec<DroppedEnum> {
    let mut names: HashMap<TypeId, (Arc<str>, Arc<str>)> = HashMap::new();
    let mut dropped: Vec<DroppedEnum> = Vec::new();
    for event in &replay.events {
        if let Change::Created { schema, name, .. } = &event.change {
            names.insert(event.id, (Arc::clone(schema), Arc::clone(name)));
            continue;
        }
        let Some((schema, name)) = names.get_mut(&event.id) else { continue };
        match &event.change {
            Change::Renamed { to } => *name = Arc::clone(to),
            Change::Moved { to } => *schema = Arc::clone(to),
            Change::Dropped => {
                let (schema, name) = (schema.to_string(), name.to_string());
                // A temporary one goes by itself, and no definition is about it.
                if schema != "pg_temp" {
                    dropped.retain(|other| other.schema != schema || other.name != name);
                    dropped.push(DroppedEnum { schema, name, at: origin(&event.at) });
                }
            }
            _ => {}
        }
    }
    dropped
}

#[cfg(test)]
mod tests {
    use pg_enum_migrations::{Folder, Options};

    use super::*;

    fn of(sql: &str) -> String {
        let replay = replayed(sql);
        assert!(replay.findings.is_empty(), "{:?}", replay.findings);
        text(&replay)
    }

    fn replayed(sql: &str) -> Replay {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("1_all.sql"), sql).unwrap();
        Options::new().tables(true).replay(&Folder::open(root.path()).unwrap()).unwrap()
    }

    fn text(replay: &Replay) -> String {
        record(replay, "public", &|at| format!("m/{}", at.path().display())).to_string()
    }

    #[test]
    fn what_may_be_there_is_not_known() {
        let block = "DO $$ DECLARE exception int; BEGIN exception := 1; CREATE TYPE app.mood AS ENUM (); END $$;";
        assert_eq!(
            text(&replayed(block)),
            "pg-enum record 1\ndefault\tpublic\nenum\tapp\tmood\tunknown\tm/1_all.sql\t1\ntables\n"
        );
        let executed = "DO $$ BEGIN EXECUTE (SELECT sql FROM steps); END $$;";
        assert_eq!(
            text(&replayed(executed)),
            "pg-enum record 1\ndefault\tpublic\nvague\ntables\n\
             any-table\tm/1_all.sql\t1\twhat this executes is put together at run time\n"
        );
    }

    #[test]
    fn enums_labels_and_their_places() {
        assert_eq!(
            of("CREATE TYPE mood AS ENUM ('sad',\n'happy');\nALTER TYPE mood ADD VALUE 'ok';"),
            "pg-enum record 1\n\
             default\tpublic\n\
             enum\tpublic\tmood\tknown\tm/1_all.sql\t1\n\
             label\tsad\tm/1_all.sql\t1\n\
             label\thappy\tm/1_all.sql\t2\n\
             label\tok\tm/1_all.sql\t3\n\
             tables\n"
        );
    }

    #[test]
    fn what_was_dropped_under_its_last_name() {
        let text = of("CREATE SCHEMA app; CREATE TYPE a AS ENUM (); ALTER TYPE a RENAME TO b;\n\
                       ALTER TYPE b SET SCHEMA app;\n\
                       DROP TYPE app.b;\n\
                       CREATE TYPE app.b AS ENUM ();\n\
                       DROP TYPE app.b;");
        assert_eq!(
            text,
            "pg-enum record 1\ndefault\tpublic\ndropped\tapp\tb\tm/1_all.sql\t5\ntables\n"
        );
    }

    #[test]
    fn what_is_there_again_was_not_dropped() {
        let text = of("CREATE TYPE a AS ENUM (); DROP TYPE a; CREATE TYPE a AS ENUM ();");
        assert!(!text.contains("dropped"), "{text}");
    }
}
