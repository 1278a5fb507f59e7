//! What a program gets from the library: migrations with their parts, events, the state.

use std::fs;

use pg_enum_migrations::folder::{Part, Tool};
use pg_enum_migrations::{Change, Folder, Options, Replay, Side};

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(root.path().join(name), text).expect("a file");
    }
    let folder = Folder::open(root.path()).expect("migrations");
    (root, folder)
}

#[test]
fn a_migration_has_the_text_of_either_direction() {
    let (_root, folder) = folder(&[(
        "20240101_a.sql",
        "-- migrate:up\nCREATE TYPE t AS ENUM ();\n-- migrate:down\nDROP TYPE t;\n",
    )]);
    assert_eq!(folder.tool, Tool::Dbmate);
    let migration = &folder.migrations[0];
    let (Part::Sql(up), Some(Part::Sql(down))) = (&migration.up, &migration.down) else {
        panic!("{migration:?}");
    };
    assert!(up.text().contains("CREATE TYPE") && !up.text().contains("DROP"));
    assert!(down.text().contains("DROP TYPE") && !down.text().contains("CREATE"));
}

#[test]
fn events_tell_what_happened_to_one_type_through_all_its_names() {
    let (_root, folder) = folder(&[
        (
            "1_a.sql",
            "CREATE SCHEMA app; CREATE TYPE t AS ENUM ('a'); CREATE TYPE other AS ENUM ();",
        ),
        ("2_b.sql", "ALTER TYPE t ADD VALUE 'b' BEFORE 'a'; ALTER TYPE t RENAME VALUE 'a' TO 'c';"),
        ("3_c.sql", "BEGIN; ALTER TYPE t ADD VALUE 'no'; ROLLBACK; ALTER TYPE t RENAME TO u;"),
        ("4_d.sql", "ALTER TYPE u SET SCHEMA app;\nDROP TYPE app.u;"),
    ]);
    let replay = Replay::of(&folder);
    assert!(replay.findings.is_empty(), "{:?}", replay.findings);
    assert_eq!(replay.enums.len(), 1, "only the other one is left");

    let events: Vec<_> = replay.events_of(replay.events[0].id).collect();
    let changes: Vec<_> = events.iter().map(|event| event.change.clone()).collect();
    assert_eq!(
        changes,
        [
            Change::Created { schema: "public".into(), name: "t".into(), labels: vec!["a".into()] },
            Change::LabelAdded { label: "b".into(), position: Some((Side::Before, "a".into())) },
            Change::LabelRenamed { from: "a".into(), to: "c".into() },
            Change::Renamed { to: "u".into() },
            Change::Moved { to: "app".into() },
            Change::Dropped,
        ]
    );
    let places: Vec<_> = events.iter().map(|event| event.at.to_string()).collect();
    assert_eq!(
        places,
        ["1_a.sql:1", "2_b.sql:1", "2_b.sql:1", "3_c.sql:1", "4_d.sql:1", "4_d.sql:2"]
    );
    let migrations: Vec<_> = events.iter().map(|event| event.migration).collect();
    assert_eq!(migrations, [0, 1, 1, 2, 3, 3]);
}

#[test]
fn what_is_no_enum_has_no_events() {
    let (_root, folder) = folder(&[(
        "1_a.sql",
        "CREATE SCHEMA app; CREATE TYPE pair AS (a integer); ALTER TYPE pair RENAME TO two;\n\
         ALTER TYPE two SET SCHEMA app; DROP TYPE app.two;",
    )]);
    let replay = Replay::of(&folder);
    assert!(replay.findings.is_empty() && replay.events.is_empty(), "{replay:?}");
}

#[test]
fn a_refusal_ends_the_run_unless_it_is_to_go_on() {
    let (_root, folder) = folder(&[
        ("1_a.sql", "CREATE TYPE t AS ENUM ('a');"),
        ("2_b.sql", "CREATE TYPE t AS ENUM ('b');"),
        ("3_c.sql", "CREATE TYPE u AS ENUM ('c');"),
    ]);
    let names = |replay: &Replay| -> Vec<String> {
        replay.enums.iter().map(|state| state.name.clone()).collect()
    };
    let stopped = Replay::of(&folder);
    assert_eq!((names(&stopped), stopped.replayed), (vec!["t".into()], 2));
    let went_on = Options::new().keep_going(true).replay(&folder).expect("no version to miss");
    assert_eq!((names(&went_on), went_on.replayed), (vec!["t".into(), "u".into()], 3));
    assert_eq!(stopped.findings, went_on.findings);
    assert_eq!(stopped.findings[0].message, "type \"t\" already exists");
    assert_eq!(stopped.findings[0].related[0].0.to_string(), "1_a.sql:1");
}
