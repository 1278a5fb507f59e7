//! Rows of a smoke test: what a table has would run as whoever inserts them.
//!
//! The schema is a superuser's, as nothing is inserted into one of somebody else's, and the tables in it are Mallory's.

use std::time::Duration;

use pg_enum::live::{Smoke, SmokeReport};
use pg_enum::set;
use pg_enum_test_server::Database;

use super::{Mallory, later, somebody_waits_for};
use crate::harness::{run, tests};

tests![
    triggers,
    rules,
    checks,
    defaults,
    generated_columns,
    indexes,
    domains,
    partitions,
    row_security,
    functions_with_built_in_names,
    built_in_functions_that_run_others,
    casts_of_the_enum,
    foreign_keys,
    a_table_that_becomes_a_view,
    a_schema_of_somebody_else,
    changes_wait_for_the_rows,
];

const SHARED: &str = "CREATE SCHEMA shared; GRANT ALL ON SCHEMA shared TO ";

async fn mallory(database: Database) -> Mallory {
    let mut mallory = Mallory::new(database).await;
    let sql = format!("{SHARED}{}", mallory.name);
    run(&mut mallory.admin, &sql).await;
    mallory
}

async fn smoke(mallory: &Mallory) -> SmokeReport {
    let mut connection = mallory.database.connect().await.unwrap();
    let options = Smoke::new().lock_timeout(Duration::from_mins(1));
    set![later::Mood].smoke_with(&options, &mut connection).await.unwrap()
}

/// What is said of the first label in each column of that schema.
fn outcomes(report: &SmokeReport) -> Vec<String> {
    let label = &report.enums[0].labels[0];
    let columns = label.columns.iter().filter(|(column, _)| column.table.starts_with("shared."));
    columns.map(|(column, outcome)| format!("{column}: {outcome}")).collect()
}

/// A table with such a thing gets no row, and nothing runs.
async fn gets_no_row(database: Database, tables: &[(&str, &str)]) {
    let mut mallory = mallory(database).await;
    for (sql, _) in tables {
        mallory.lays(&format!("SET search_path = shared, public; {sql}")).await;
        run(&mut mallory.admin, "RESET search_path").await;
    }
    let report = smoke(&mallory).await;
    mallory.has_caught_nobody().await;
    let whys: Vec<String> = tables.iter().map(|(_, why)| (*why).to_owned()).collect();
    assert_eq!(outcomes(&report), whys);
    run(&mut mallory.admin, "DROP SCHEMA shared CASCADE").await;
    mallory.goes().await;
}

async fn triggers(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE a (m app.mood);
                CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION trap.row()",
                "shared.a.m: only compared: trigger t on table shared.a may run any code",
            ),
            (
                "CREATE TABLE b (m app.mood);
                CREATE TRIGGER t AFTER INSERT OR UPDATE ON b FOR EACH STATEMENT EXECUTE FUNCTION trap.row()",
                "shared.b.m: only compared: trigger t on table shared.b may run any code",
            ),
            (
                "CREATE TABLE c (m app.mood);
                CREATE CONSTRAINT TRIGGER t AFTER INSERT ON c DEFERRABLE FOR EACH ROW EXECUTE FUNCTION trap.row()",
                "shared.c.m: only compared: trigger t on table shared.c may run any code",
            ),
            (
                "CREATE TABLE d (m app.mood);
                CREATE TRIGGER t BEFORE INSERT ON d FOR EACH ROW WHEN (trap.yes()) EXECUTE FUNCTION trap.row();
                ALTER TABLE d ENABLE ALWAYS TRIGGER t",
                "shared.d.m: only compared: trigger t on table shared.d may run any code",
            ),
        ],
    )
    .await;
}

async fn rules(database: Database) {
    gets_no_row(
        database,
        &[(
            "CREATE TABLE a (m app.mood); CREATE RULE r AS ON INSERT TO a DO ALSO SELECT trap.spring()",
            "shared.a.m: only compared: rule r on table shared.a may run any code",
        )],
    )
    .await;
}

async fn checks(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE a (m app.mood, CONSTRAINT c CHECK (trap.yes()))",
                "shared.a.m: only compared: constraint c on table shared.a may run any code",
            ),
            (
                "CREATE TABLE b (m app.mood, n int, CONSTRAINT c CHECK (n IS NULL AND (m IS NULL OR trap.one(1) = 1)))",
                "shared.b.m: only compared: constraint c on table shared.b may run any code",
            ),
            (
                "CREATE TABLE c (m app.mood); ALTER TABLE c ADD CONSTRAINT c CHECK (trap.yes()) NOT VALID",
                "shared.c.m: only compared: constraint c on table shared.c may run any code",
            ),
        ],
    )
    .await;
}

async fn defaults(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE a (m app.mood, n int NOT NULL DEFAULT trap.one(1), o text NOT NULL DEFAULT trap.one(1)::text)",
                "shared.a.m: only compared: column `o` is NOT NULL, and its default may run any code",
            ),
            ("CREATE TABLE b (m app.mood, n int DEFAULT trap.one(1))", "shared.b.m: written"),
            (
                "CREATE FUNCTION id() RETURNS uuid LANGUAGE plpgsql AS
                  $trap$ BEGIN PERFORM trap.spring(); RETURN NULL; END $trap$;
                CREATE TABLE c (m app.mood, n uuid PRIMARY KEY DEFAULT id())",
                "shared.c.m: written",
            ),
            (
                "CREATE TABLE d (m app.mood NOT NULL DEFAULT trap.one(1)::text::app.mood)",
                "shared.d.m: written",
            ),
        ],
    )
    .await;
}

async fn generated_columns(database: Database) {
    gets_no_row(
        database,
        &[(
            "CREATE TABLE a (m app.mood, n int GENERATED ALWAYS AS (trap.one(1)) STORED)",
            "shared.a.m: only compared: default value for column n of table shared.a may run any code",
        )],
    )
    .await;
}

async fn indexes(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE a (m app.mood); CREATE INDEX ia ON a ((trap.one(1)))",
                "shared.a.m: only compared: index shared.ia may run any code",
            ),
            (
                "CREATE TABLE b (m app.mood); CREATE UNIQUE INDEX ib ON b (m) WHERE trap.yes()",
                "shared.b.m: only compared: index shared.ib may run any code",
            ),
            (
                "CREATE TABLE c (m app.mood, r int4range, EXCLUDE USING gist (r WITH &&) WHERE (trap.yes()))",
                "shared.c.m: only compared: index shared.c_r_excl may run any code",
            ),
        ],
    )
    .await;
}

async fn domains(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE FUNCTION ok(app.mood) RETURNS bool LANGUAGE plpgsql AS
                  $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;
                CREATE DOMAIN dm AS app.mood CHECK (ok(VALUE)); CREATE TABLE a (m dm, n dm[])",
                "shared.a.m: only compared: the domain shared.dm of the column m may run any code",
            ),
            ("", "shared.a.n[]: only compared: the domain shared.dm of the column m may run any code"),
            (
                "CREATE TABLE b (m dm[])",
                "shared.b.m[]: only compared: the domain shared.dm of the column m may run any code",
            ),
            (
                "CREATE DOMAIN many AS app.mood[] CHECK (trap.yes()); CREATE TABLE c (m many)",
                "shared.c.m[]: only compared: the domain shared.many of the column m may run any code",
            ),
            (
                "CREATE TABLE d (m app.mood, n many DEFAULT '{}')",
                "shared.d.m: only compared: the domain shared.many of the column n may run any code",
            ),
            ("", "shared.d.n[]: only compared: the domain shared.many of the column n may run any code"),
        ],
    )
    .await;
}

async fn partitions(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE a (m app.mood, n int) PARTITION BY LIST ((trap.one(n)));
                CREATE TABLE a1 PARTITION OF a DEFAULT",
                "shared.a.m: only compared: table shared.a may run any code",
            ),
            (
                "CREATE TABLE b (m app.mood) PARTITION BY LIST (m);
                CREATE TABLE b1 PARTITION OF b FOR VALUES IN ('Sad') PARTITION BY LIST (m);
                CREATE TABLE b2 PARTITION OF b1 DEFAULT;
                CREATE TRIGGER t BEFORE INSERT ON b2 FOR EACH ROW EXECUTE FUNCTION trap.row()",
                "shared.b.m: only compared: trigger t on table shared.b2 may run any code",
            ),
            (
                "CREATE TABLE c (m app.mood) PARTITION BY LIST (m);
                CREATE TABLE c1 PARTITION OF c (CONSTRAINT c CHECK (trap.yes())) DEFAULT",
                "shared.c.m: only compared: constraint c on table shared.c1 may run any code",
            ),
        ],
    )
    .await;
}

/// Policies do not apply to a superuser, but they do to the owner of a table with `FORCE`, which is asked for here.
async fn row_security(database: Database) {
    let mut mallory = mallory(database).await;
    mallory
        .lays(
            "CREATE TABLE shared.a (m app.mood); ALTER TABLE shared.a ENABLE ROW LEVEL SECURITY;
            CREATE POLICY p ON shared.a FOR INSERT WITH CHECK (trap.yes())",
        )
        .await;
    let web = format!("web_of_{}", mallory.database.name());
    let sql = format!(
        "CREATE ROLE {web}; GRANT USAGE ON SCHEMA app, shared TO {web}; GRANT ALL ON shared.a TO {web}"
    );
    run(&mut mallory.admin, &sql).await;
    let mut connection = mallory.database.connect().await.unwrap();
    run(&mut connection, &format!("SET ROLE {web}")).await;
    let report = set![later::Mood].smoke(&mut connection).await.unwrap();
    assert_eq!(outcomes(&report), ["shared.a.m: only cast: row security would run its policies"]);
    mallory.has_caught_nobody().await;
    let sql = format!("DROP SCHEMA shared CASCADE; DROP OWNED BY {web}; DROP ROLE {web}");
    run(&mut mallory.admin, &sql).await;
    mallory.goes().await;
}

/// Operators and functions that look like those of the server in the text of an expression.
async fn functions_with_built_in_names(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE FUNCTION lower(app.mood) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
                  $trap$ BEGIN PERFORM trap.spring(); RETURN 'a'; END $trap$;
                CREATE TABLE a (m app.mood, CONSTRAINT c CHECK (lower(m) <> 'b'))",
                "shared.a.m: only compared: constraint c on table shared.a may run any code",
            ),
            (
                "CREATE FUNCTION eq(app.mood, app.mood) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
                  $trap$ BEGIN PERFORM trap.spring(); RETURN true; END $trap$;
                CREATE OPERATOR = (LEFTARG = app.mood, RIGHTARG = app.mood, FUNCTION = eq);
                CREATE TABLE b (m app.mood, CONSTRAINT c CHECK (m = 'Sad'))",
                "shared.b.m: only compared: constraint c on table shared.b may run any code",
            ),
            (
                "CREATE TABLE c (m app.mood, CONSTRAINT c CHECK (m IN ('Sad', 'Ok')))",
                "shared.c.m: only compared: constraint c on table shared.c may run any code",
            ),
        ],
    )
    .await;
}

/// No function in them is anybody's, and they run one all the same.
async fn built_in_functions_that_run_others(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE a (m app.mood,
                  CONSTRAINT c CHECK (query_to_xml('SELECT trap.spring()', true, true, '') IS NOT NULL))",
                "shared.a.m: only compared: constraint c on table shared.a may run any code",
            ),
            (
                "CREATE VIEW v AS SELECT trap.yes() AS yes;
                CREATE TABLE b (m app.mood, CONSTRAINT c CHECK (table_to_xml('v', true, true, '') IS NOT NULL))",
                "shared.b.m: only compared: constraint c on table shared.b may run any code",
            ),
            (
                "CREATE FUNCTION shown(app.mood) RETURNS json LANGUAGE plpgsql IMMUTABLE AS
                  $trap$ BEGIN PERFORM trap.spring(); RETURN '1'; END $trap$;
                CREATE CAST (app.mood AS json) WITH FUNCTION shown(app.mood);
                CREATE TABLE c (m app.mood, CONSTRAINT c CHECK (to_json(m) IS NOT NULL))",
                "shared.c.m: only compared: constraint c on table shared.c may run any code",
            ),
            (
                "CREATE TABLE d (m app.mood, CONSTRAINT c CHECK (pg_notify('a', 'b') IS NULL))",
                "shared.d.m: only compared: constraint c on table shared.d may run any code",
            ),
        ],
    )
    .await;
}

async fn casts_of_the_enum(database: Database) {
    gets_no_row(
        database,
        &[(
            "CREATE FUNCTION shown(app.mood) RETURNS text LANGUAGE plpgsql IMMUTABLE AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN 'a'; END $trap$;
            CREATE CAST (app.mood AS text) WITH FUNCTION shown(app.mood) AS IMPLICIT;
            CREATE FUNCTION read(text) RETURNS app.mood LANGUAGE plpgsql IMMUTABLE AS
              $trap$ BEGIN PERFORM trap.spring(); RETURN 'Sad'; END $trap$;
            CREATE CAST (text AS app.mood) WITH FUNCTION read(text) AS ASSIGNMENT;
            CREATE TABLE a (m app.mood, CONSTRAINT c CHECK (m::text <> ''), n text DEFAULT 'Sad'::app.mood);
            CREATE TABLE b (m app.mood)",
            "shared.a.m: only compared: constraint c on table shared.a may run any code",
        ), ("", "shared.b.m: written")],
    )
    .await;
}

/// A key is looked up in another table as its owner, whose indexes may call anything.
async fn foreign_keys(database: Database) {
    gets_no_row(
        database,
        &[
            (
                "CREATE TABLE known (n int PRIMARY KEY); CREATE INDEX ON known ((trap.one(1)));
                CREATE TABLE a (m app.mood, n int NOT NULL DEFAULT 1 CONSTRAINT k REFERENCES known)",
                "shared.a.m: only compared: column `n` is in the foreign key `k`, which reads another table",
            ),
            ("CREATE TABLE b (m app.mood, n int DEFAULT 1 REFERENCES known)", "shared.b.m: written"),
        ],
    )
    .await;
}

/// A table that is one when the catalog is looked at, and a view when a row comes.
async fn a_table_that_becomes_a_view(database: Database) {
    let mut mallory = mallory(database).await;
    mallory.lays("CREATE TABLE shared.t (m app.mood)").await;
    let mut other = mallory.database.connect().await.unwrap();
    let sql = format!(
        "SET ROLE {}; BEGIN; ALTER TABLE shared.t RENAME TO was;
        CREATE TRIGGER t BEFORE INSERT ON shared.was FOR EACH ROW EXECUTE FUNCTION trap.row();
        CREATE VIEW shared.t AS SELECT * FROM shared.was",
        mallory.name
    );
    run(&mut other, &sql).await;
    let swap = async {
        somebody_waits_for(&mut other, "shared.was").await;
        run(&mut other, "COMMIT").await;
    };
    let (report, ()) = futures_util::future::join(smoke(&mallory), swap).await;
    assert_eq!(
        outcomes(&report),
        ["shared.t.m: only compared: rule _RETURN on view shared.t may run any code"]
    );
    run(&mut mallory.admin, "DROP SCHEMA shared CASCADE").await;
    mallory.goes().await;
}

/// It can be renamed, and another one gets its name, between a look and a row.
async fn a_schema_of_somebody_else(database: Database) {
    let mallory = Mallory::new(database).await;
    let report = smoke(&mallory).await;
    let (column, outcome) = &report.enums[0].labels[0].columns[0];
    assert_eq!(column.to_string(), "app.t.mood");
    let why = format!(
        "only compared: `{}` owns the schema `app` and could replace the table: connect as this role",
        mallory.name
    );
    assert_eq!(outcome.to_string(), why);
    mallory.goes().await;
}

/// Neither a trigger, an index nor a partition comes between a look and a row.
async fn changes_wait_for_the_rows(database: Database) {
    let mut mallory = mallory(database).await;
    mallory
        .lays(
            "CREATE TABLE shared.t (m app.mood) PARTITION BY LIST (m);
            CREATE TABLE shared.t1 PARTITION OF shared.t DEFAULT; CREATE TABLE shared.t2 (m app.mood)",
        )
        .await;
    let lock = "LOCK TABLE shared.t IN SHARE UPDATE EXCLUSIVE MODE";
    run(&mut mallory.admin, &format!("BEGIN; {lock}")).await;
    for change in [
        "CREATE TRIGGER t BEFORE INSERT ON shared.t1 FOR EACH ROW EXECUTE FUNCTION trap.row()",
        "CREATE INDEX CONCURRENTLY ON shared.t1 ((trap.one(1)))",
        "ALTER TABLE shared.t1 ADD CHECK (trap.yes()) NOT VALID",
        "ALTER TABLE shared.t ATTACH PARTITION shared.t2 FOR VALUES IN ('Sad')",
        "CREATE RULE r AS ON INSERT TO shared.t1 DO ALSO SELECT trap.spring()",
        "ALTER TABLE shared.t RENAME TO was",
    ] {
        let mut other = mallory.database.connect().await.unwrap();
        let sql = format!("SET ROLE {}; SET lock_timeout = '20ms'", mallory.name);
        run(&mut other, &sql).await;
        let refused = crate::harness::refused(&mut other, change).await;
        assert_eq!(refused.code, "55P03", "{change}");
    }
    run(&mut mallory.admin, "ROLLBACK; DROP SCHEMA shared CASCADE").await;
    mallory.goes().await;
}
