//! What depends on several types, read by one query.

use pg_enum_core::Literal;
use pg_enum_test_server::Database;

use super::cases::{Case, scripts};
use super::{page, start};
use crate::harness::{run, tests};

tests![a_page_has_what_single_queries_have, names_are_compared_exactly, a_page_may_be_empty];

/// Under every script, with objects that depend on two types.
async fn a_page_has_what_single_queries_have(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let names = [("app", "mood"), ("app", "second")];
    for (name, script) in scripts(&database).await {
        let case = Case::read(&script);
        run(&mut connection, &start(&case.old, "mood")).await;
        run(&mut connection, case.sql).await;
        let more = MORE.replace("'label'", &Literal(case.old[0]).to_string());
        run(&mut connection, &more).await;
        let both = page(&mut connection, &names).await;
        for (schema, of) in names {
            let one = page(&mut connection, &[(schema, of)]).await.dependents(schema, of);
            assert_eq!(both.dependents(schema, of), one, "{name}: {of}");
            let objects = one.iter().flat_map(|one| &one.objects);
            let found: Vec<&str> = objects
                .map(|object| &*object.described)
                .filter(|described| OF_BOTH.contains(described))
                .collect();
            assert_eq!(found, OF_BOTH, "{name}: {of}");
        }
        let mentions = |of| both.dependents("app", of).expect("the type").mentions;
        let own = ("function app.body_of_second()".to_owned(), "of second".to_owned());
        assert!(mentions("second").contains(&own) && !mentions("mood").contains(&own), "{name}");
    }
}

const MORE: &str = "CREATE TYPE app.second AS ENUM ('sad', 'of second');
    CREATE TABLE app.both_types (m app.mood DEFAULT 'label', o app.second[] DEFAULT '{sad}',
        CONSTRAINT both_check CHECK (m <> 'label' OR o <> '{sad}'));
    CREATE VIEW app.both_view AS SELECT m, o FROM app.both_types WHERE m <> 'label' OR o <> '{sad}';
    CREATE FUNCTION app.both_function(m app.mood, o app.second) RETURNS boolean LANGUAGE plpgsql
        AS 'BEGIN RETURN true; END';
    CREATE FUNCTION app.body_of_second() RETURNS void LANGUAGE plpgsql AS $$BEGIN RAISE '%', 'of second'; END$$";

/// In the order of the rows.
const OF_BOTH: [&str; 3] = [
    "constraint both_check on table app.both_types",
    "function app.both_function(app.mood,app.second)",
    "view app.both_view",
];

async fn names_are_compared_exactly(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let sql = r#"CREATE SCHEMA app; CREATE SCHEMA "app.mood";
        CREATE TYPE app.mood AS ENUM ('1'); CREATE TYPE app."mood.x" AS ENUM ('2');
        CREATE TYPE "app.mood".x AS ENUM ('3'); CREATE TYPE app."a,""b\" AS ENUM ('"{,')"#;
    run(&mut connection, sql).await;
    let labels = [
        ("app", "mood", "1"),
        ("app", "mood.x", "2"),
        ("app.mood", "x", "3"),
        ("app", "a,\"b\\", "\"{,"),
    ];
    let missing = [("app", "Mood"), ("App", "mood"), ("app", "")];
    let names: Vec<_> =
        labels.iter().map(|&(schema, name, _)| (schema, name)).chain(missing).collect();
    // A type that is given twice is read once.
    let page = page(&mut connection, &[&names[..], &names[..]].concat()).await;
    for (schema, name, label) in labels {
        let found = page.dependents(schema, name).expect(name);
        assert_eq!(
            (&*found.schema, &*found.name, &found.labels[..]),
            (schema, name, &[label.to_owned()][..])
        );
    }
    for (schema, name) in missing {
        assert_eq!(page.dependents(schema, name), None);
    }
}

async fn a_page_may_be_empty(database: Database) {
    let mut connection = database.connect().await.unwrap();
    assert_eq!(page(&mut connection, &[]).await.dependents("app", "mood"), None);
}
