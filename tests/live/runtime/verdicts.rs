//! Every verdict, on a database that is like that; and the SQL that comes with it settles it.

use pg_enum::live::{ExtraLabels, Policy};
use pg_enum::{PgEnum, Set, set};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::report;
use crate::harness::{run, tests};

tests![
    nothing_differs,
    a_type_is_missing,
    a_schema_is_missing,
    there_is_no_schema,
    a_type_has_its_former_name,
    a_type_is_elsewhere,
    types_are_in_many_places,
    a_name_is_taken,
    labels_differ,
    a_label_has_its_former_name,
    labels_are_out_of_order,
    rows_hold_a_removed_label,
    a_removed_label_is_in_no_row,
    a_schema_cannot_be_used,
    a_type_cannot_be_used,
    a_type_is_hidden,
    the_type_further_down_the_path,
    an_array_type_makes_way,
    hostile_names,
    labels_with_the_separator,
    extra_labels_by_policy,
    order_by_policy,
];

#[derive(PgEnum)]
#[pg_enum(schema = "app", rename_all = "snake_case")]
enum Status {
    Draft,
    Live,
    Gone,
}

#[derive(PgEnum)]
enum Mood {
    Sad,
    Ok,
}

/// The lines, and that the SQL in them leaves nothing but lines without SQL.
async fn settled(set: &Set<'_>, connection: &mut PgConnection) -> Vec<String> {
    let policy = Policy::new().rows(true);
    let lines = report(set, &policy, connection).await;
    for line in &lines {
        if let Some((_, sql)) = line.split_once("; run: ") {
            run(connection, sql).await;
        }
    }
    let left = report(set, &policy, connection).await;
    assert!(left.iter().all(|line| !line.contains("; run: ")), "{lines:#?}\n{left:#?}");
    lines
}

async fn setup(database: &Database, sql: &str) -> PgConnection {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, sql).await;
    connection
}

async fn nothing_differs(database: Database) {
    let sql = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('Sad', 'Ok');
        CREATE TYPE app.status AS ENUM ('draft', 'live', 'gone')";
    let mut connection = setup(&database, sql).await;
    set![Status, Mood].verify(&mut connection).await.unwrap();
    set![].verify(&mut connection).await.unwrap();
}

async fn a_type_is_missing(database: Database) {
    let mut connection = setup(&database, "CREATE SCHEMA app").await;
    assert_eq!(
        settled(&set![Status, Mood], &mut connection).await,
        [
            "[missing] the type public.mood does not exist (Mood); run: CREATE TYPE public.mood AS \
             ENUM ('Sad', 'Ok');",
            "[missing] the type app.status does not exist (Status); run: CREATE TYPE app.status AS \
             ENUM ('draft', 'live', 'gone');",
        ]
    );
}

async fn a_schema_is_missing(database: Database) {
    let mut connection = database.connect().await.unwrap();
    assert_eq!(
        settled(&set![Status], &mut connection).await,
        ["[missing] neither the type app.status nor its schema exists (Status); run: \
          CREATE SCHEMA app; CREATE TYPE app.status AS ENUM ('draft', 'live', 'gone');"]
    );
}

async fn there_is_no_schema(database: Database) {
    let mut connection = setup(&database, "SET search_path = nowhere").await;
    assert_eq!(
        report(&set![Mood], &Policy::new(), &mut connection).await,
        [
            "[missing] the type mood does not exist, and no schema in search_path exists (Mood); run: \
          CREATE TYPE mood AS ENUM ('Sad', 'Ok');"
        ]
    );
}

async fn a_type_has_its_former_name(database: Database) {
    #[derive(PgEnum)]
    #[pg_enum(schema = "app", was = "public.feeling")]
    enum Humour {
        Sad,
    }
    let sql = "CREATE SCHEMA app; CREATE TYPE feeling AS ENUM ('Sad')";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        settled(&set![Humour], &mut connection).await,
        [
            "[not-renamed] the type app.humour still has its former name public.feeling (Humour); run: ALTER TYPE public.feeling SET SCHEMA app; ALTER TYPE \
          app.feeling RENAME TO humour;"
        ]
    );
}

async fn a_type_is_elsewhere(database: Database) {
    let sql = "CREATE SCHEMA app; CREATE TYPE status AS ENUM ('draft', 'live', 'gone')";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        settled(&set![Status], &mut connection).await,
        [
            "[wrong-schema] the type app.status does not exist, but the schema public has a type with that name \
          (Status); run: ALTER TYPE public.status SET SCHEMA app;"
        ]
    );
}

async fn types_are_in_many_places(database: Database) {
    let sql = "CREATE SCHEMA a; CREATE SCHEMA b;
        CREATE TYPE a.mood AS ENUM (); CREATE TYPE b.mood AS ENUM ()";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        settled(&set![Mood], &mut connection).await,
        [
            "[wrong-schema] the type public.mood does not exist, but the schemas a, b have types with that name (Mood); give the enum a schema, or add the type's schema to search_path"
        ]
    );
}

async fn a_name_is_taken(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for (sql, kind) in [
        ("TABLE mood ()", "table"),
        ("VIEW mood AS SELECT 1 AS one", "view"),
        ("DOMAIN mood AS text", "domain"),
        ("TYPE mood AS (a int)", "composite type"),
        ("TYPE mood AS RANGE (SUBTYPE = int)", "range type"),
    ] {
        run(&mut connection, &format!("CREATE {sql}")).await;
        assert_eq!(
            settled(&set![Mood], &mut connection).await,
            [format!(
                "[wrong-kind] public.mood is a {kind}, not an enum type (Mood); rename one of the two"
            )]
        );
        run(&mut connection, &format!("DROP {} mood", sql.split(' ').next().unwrap())).await;
    }
}

async fn labels_differ(database: Database) {
    let sql = "CREATE SCHEMA app; CREATE TYPE app.status AS ENUM ('LIVE', 'old')";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        settled(&set![Status], &mut connection).await,
        [
            "[case-only] app.status has the label 'LIVE' instead of 'live': they differ only by case \
             (Status); run: ALTER TYPE app.status RENAME VALUE 'LIVE' TO 'live';",
            "[label-missing] app.status lacks the label 'draft' (Status); run: ALTER TYPE \
             app.status ADD VALUE 'draft' BEFORE 'live';",
            "[label-missing] app.status lacks the label 'gone' (Status); run: ALTER TYPE \
             app.status ADD VALUE 'gone' AFTER 'live';",
            "[label-extra] app.status has the label 'old', which the enum lacks (Status); add a variant for it, or add an `other` variant and tolerate extra labels",
        ]
    );
}

async fn a_label_has_its_former_name(database: Database) {
    #[derive(PgEnum)]
    enum Step {
        #[pg_enum(was = "begun")]
        Started,
    }
    let mut connection = setup(&database, "CREATE TYPE step AS ENUM ('begun')").await;
    assert_eq!(
        settled(&set![Step], &mut connection).await,
        [
            "[label-not-renamed] public.step has no label 'Started'; it still has the former label 'begun' \
          (Step); run: ALTER TYPE public.step RENAME VALUE 'begun' TO 'Started';"
        ]
    );
}

async fn labels_are_out_of_order(database: Database) {
    let mut connection = setup(&database, "CREATE TYPE mood AS ENUM ('Ok', 'Sad')").await;
    assert_eq!(
        settled(&set![Mood], &mut connection).await,
        [
            "[order] public.mood has the label 'Ok' first; the enum has another order (Mood); put the variants in the order of the database, or replace the type in a migration, because `ALTER TYPE` cannot reorder labels"
        ]
    );
}

#[derive(PgEnum)]
#[pg_enum(removed("paused" => Running, "lost" => NULL))]
enum Job {
    Running,
}

async fn rows_hold_a_removed_label(database: Database) {
    let sql = "CREATE TYPE job AS ENUM ('Running', 'paused', 'lost');
        CREATE DOMAIN work AS job;
        CREATE TABLE \"a.b\" (id int, job job, jobs job[], work work);
        CREATE TABLE parted (job job) PARTITION BY LIST (job);
        CREATE TABLE part PARTITION OF parted DEFAULT;
        CREATE VIEW seen AS SELECT job FROM parted;
        INSERT INTO \"a.b\" VALUES (1, 'paused', '{Running,lost}', NULL), (2, NULL, NULL, 'paused');
        INSERT INTO parted VALUES ('lost')";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        settled(&set![Job], &mut connection).await,
        [
            "[removed-in-use] public.job has the label 'paused', which the enum says is removed, and rows contain it: public.\"a.b\".job, public.\"a.b\".work (Job); run: UPDATE public.\"a.b\" SET job = \
             'Running' WHERE pg_catalog.format('%s', job) OPERATOR(pg_catalog.=) 'paused'; UPDATE \
             public.\"a.b\" SET work = 'Running' WHERE pg_catalog.format('%s', work) \
             OPERATOR(pg_catalog.=) 'paused';",
            "[removed-in-use] public.job has the label 'lost', which the enum says is removed, and rows contain it: public.\"a.b\".jobs[], public.part.job (Job); run: UPDATE public.\"a.b\" SET jobs = \
             pg_catalog.array_replace(jobs, 'lost', NULL) WHERE EXISTS (SELECT FROM \
             pg_catalog.unnest(jobs) AS u (v) WHERE pg_catalog.format('%s', v) OPERATOR(pg_catalog.=) \
             'lost'); UPDATE public.part SET job = NULL WHERE pg_catalog.format('%s', job) \
             OPERATOR(pg_catalog.=) 'lost';",
        ]
    );
    let found: Vec<Option<String>> =
        sqlx::query_scalar("SELECT jobs::text FROM \"a.b\" ORDER BY id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    assert_eq!(found, [Some("{Running,NULL}".to_owned()), None]);
}

async fn a_removed_label_is_in_no_row(database: Database) {
    let sql = "CREATE TYPE job AS ENUM ('Running', 'paused'); CREATE TABLE t (job job)";
    let mut connection = setup(&database, sql).await;
    let expected =
        ["[label-extra] public.job has the label 'paused', which the enum says is removed (Job); \
                     replace the type in a migration, because `ALTER TYPE` cannot remove a label"];
    assert_eq!(settled(&set![Job], &mut connection).await, expected);
    // What nobody asks for is not looked for.
    run(&mut connection, "INSERT INTO t VALUES ('paused')").await;
    assert_eq!(report(&set![Job], &Policy::new(), &mut connection).await, expected);
    // What the role may not read is said.
    run(&mut connection, "CREATE ROLE blind_of_tests; SET ROLE blind_of_tests").await;
    assert_eq!(
        report(&set![Job], &Policy::new().rows(true), &mut connection).await,
        ["[rows-unseen] public.job has the label 'paused', which the enum says is removed, and \
          blind_of_tests cannot see whether rows contain it: public.t.job (SELECT is not granted) (Job); search these columns with a role that can see every row, such as the owner of the table"]
    );
    run(&mut connection, "RESET ROLE; DROP ROLE blind_of_tests").await;
}

async fn a_schema_cannot_be_used(database: Database) {
    let sql = "CREATE SCHEMA app; CREATE TYPE app.status AS ENUM ('draft', 'live', 'gone');
        CREATE ROLE outsider_of_tests; SET ROLE outsider_of_tests";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        report(&set![Status], &Policy::new(), &mut connection).await,
        [
            "[not-visible] outsider_of_tests cannot use app.status: the role has no USAGE privilege on its schema \
          (Status); run: GRANT USAGE ON SCHEMA app TO outsider_of_tests;"
        ]
    );
    run(
        &mut connection,
        "RESET ROLE; GRANT USAGE ON SCHEMA app TO outsider_of_tests; SET ROLE outsider_of_tests",
    )
    .await;
    set![Status].verify(&mut connection).await.unwrap();
    run(
        &mut connection,
        "RESET ROLE; DROP OWNED BY outsider_of_tests; DROP ROLE outsider_of_tests",
    )
    .await;
}

async fn a_type_cannot_be_used(database: Database) {
    let sql = "CREATE TYPE mood AS ENUM ('Sad', 'Ok'); REVOKE USAGE ON TYPE mood FROM PUBLIC;
        CREATE ROLE reader_of_tests; SET ROLE reader_of_tests";
    let mut connection = setup(&database, sql).await;
    assert_eq!(
        report(&set![Mood], &Policy::new(), &mut connection).await,
        [
            "[no-usage] reader_of_tests has no USAGE privilege on the type public.mood (Mood); run: GRANT USAGE ON TYPE \
          public.mood TO reader_of_tests;"
        ]
    );
    run(&mut connection, "RESET ROLE; DROP ROLE reader_of_tests").await;
}

async fn a_type_is_hidden(database: Database) {
    let sql = "CREATE TYPE mood AS ENUM ('Sad', 'Ok'); CREATE TEMP TABLE mood ()";
    let mut connection = setup(&database, sql).await;
    let lines = report(&set![Mood], &Policy::new(), &mut connection).await;
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].starts_with(
            "[hidden] public.mood is hidden by another object with that name in pg_temp_"
        ),
        "{lines:?}"
    );
    assert!(lines[0].ends_with("; rename one of the two, or give the enum a schema"));
}

async fn the_type_further_down_the_path(database: Database) {
    let sql =
        "CREATE SCHEMA web; CREATE TYPE mood AS ENUM ('Sad', 'Ok'); SET search_path = web, public";
    let mut connection = setup(&database, sql).await;
    set![Mood].verify(&mut connection).await.unwrap();
    // As any statement has it.
    run(&mut connection, "SELECT 'Sad'::mood").await;
}

async fn an_array_type_makes_way(database: Database) {
    #[derive(PgEnum)]
    #[pg_enum(name = "_mood")]
    enum Underscore {
        Sad,
    }
    let mut connection = setup(&database, "CREATE TYPE mood AS ENUM ('Sad')").await;
    let lines = settled(&set![Underscore], &mut connection).await;
    assert!(lines[0].starts_with("[missing] the type public._mood does not exist"), "{lines:?}");
}

async fn hostile_names(database: Database) {
    #[derive(PgEnum)]
    #[pg_enum(schema = "sch'e\"ma\\", name = "na'm\"e\\", removed("go'n\"e\\" => NULL))]
    enum Hostile {
        #[pg_enum(rename = "NULL")]
        Null,
        #[pg_enum(rename = "it's \"q\"\\, {x}")]
        Quoted,
        #[pg_enum(rename = " ")]
        Blank,
        #[pg_enum(rename = "日本語")]
        Japanese,
    }
    let mut connection = database.connect().await.unwrap();
    let set = set![Hostile];
    assert_eq!(settled(&set, &mut connection).await.len(), 1);
    set.verify(&mut connection).await.unwrap();
    let name = Hostile::NAME_SQL;
    let sql = format!(
        "ALTER TYPE {name} ADD VALUE E'go''n\"e\\\\'; CREATE TABLE \"t'\\\" (\"c'\\\" {name})"
    );
    run(&mut connection, &sql).await;
    run(&mut connection, "INSERT INTO \"t'\\\" VALUES (E'go''n\"e\\\\')").await;
    let lines = settled(&set, &mut connection).await;
    assert!(lines[0].starts_with("[removed-in-use]"), "{lines:?}");
}

/// Of labels with the character that is put between labels.
async fn labels_with_the_separator(database: Database) {
    #[derive(PgEnum)]
    enum Split {
        #[pg_enum(rename = "a\u{1}b")]
        First,
        #[pg_enum(rename = "c")]
        Second,
    }
    let sql = "CREATE TYPE split AS ENUM (E'a', E'b\\x01c')";
    let mut connection = setup(&database, sql).await;
    assert_eq!(report(&set![Split], &Policy::new(), &mut connection).await.len(), 4);
    run(&mut connection, "DROP TYPE split; CREATE TYPE split AS ENUM (E'a\\x01b', 'c')").await;
    set![Split].verify(&mut connection).await.unwrap();
}

#[derive(PgEnum)]
enum Open {
    Sad,
    #[pg_enum(other)]
    Other(String),
}

async fn extra_labels_by_policy(database: Database) {
    let sql =
        "CREATE TYPE mood AS ENUM ('Sad', 'Ok', 'new'); CREATE TYPE open AS ENUM ('Sad', 'new')";
    let mut connection = setup(&database, sql).await;
    let set = set![Mood, Open];
    for (extra, fine) in [
        (ExtraLabels::Refused, [false, false]),
        (ExtraLabels::WithOther, [false, true]),
        (ExtraLabels::Allowed, [true, true]),
    ] {
        let policy = Policy::new().extra_labels(extra);
        let lines = report(&set, &policy, &mut connection).await;
        assert_eq!(lines.iter().map(|line| line.starts_with("fine ")).collect::<Vec<_>>(), fine);
        let verified = set.verify_with(&policy, &mut connection).await;
        assert_eq!(verified.is_ok(), fine == [true, true]);
    }
    let Err(error) = set.verify(&mut connection).await else { panic!("they differ") };
    assert_eq!(
        super::text(&error).replace(concat!(module_path!(), "::"), ""),
        "the database differs from the enums in 2 points:\n\
         - public.mood has the label 'new', which the enum lacks (Mood); add a variant for it, or add an `other` variant and tolerate extra labels\n\
         - public.open has the label 'new', which the enum lacks (Open); add a variant for it, or add an `other` variant and tolerate extra labels"
    );
}

async fn order_by_policy(database: Database) {
    let mut connection = setup(&database, "CREATE TYPE mood AS ENUM ('Ok', 'Sad')").await;
    assert!(set![Mood].verify(&mut connection).await.is_err());
    set![Mood].verify_with(&Policy::new().any_order(true), &mut connection).await.unwrap();
}
