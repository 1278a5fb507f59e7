//! What the migrations leave, to read.

use expect_test::expect;

use crate::harness::Project;

fn moods() -> Project {
    Project::new(&[
        (
            "0001_mood.sql",
            "CREATE SCHEMA app;\nCREATE TYPE app.mood AS ENUM (\n  'sad',\n  'ok'\n);\n",
        ),
        ("0002_size.sql", "CREATE TYPE \"Size\" AS ENUM ('s', 'xxl', '大');"),
        ("0003_happy.sql", "\nALTER TYPE app.mood ADD VALUE 'happy' BEFORE 'ok';\n"),
        ("0004_rename.sql", "ALTER TYPE app.mood RENAME VALUE 'sad' TO 'blue';\n"),
        ("0005_none.sql", "CREATE TYPE none AS ENUM ();\n"),
    ])
}

#[test]
fn every_label_has_the_line_that_made_it() {
    moods().state(&[]).check(&expect![[r#"
        Clean
        --- out
        app.mood       0001  migrations/0001_mood.sql:2
          'blue'       0004  migrations/0004_rename.sql:1
          'happy'      0003  migrations/0003_happy.sql:2
          'ok'         0001  migrations/0001_mood.sql:4

        public."Size"  0002  migrations/0002_size.sql:1
          's'          0002  migrations/0002_size.sql:1
          'xxl'        0002  migrations/0002_size.sql:1
          '大'         0002  migrations/0002_size.sql:1

        public.none    0005  migrations/0005_none.sql:1
    "#]]);
}

#[test]
fn replay_stops_where_it_is_told_to() {
    moods().state(&["--at", "0002"]).check(&expect![[r#"
        Clean
        --- out
        app.mood       0001  migrations/0001_mood.sql:2
          'sad'        0001  migrations/0001_mood.sql:3
          'ok'         0001  migrations/0001_mood.sql:4

        public."Size"  0002  migrations/0002_size.sql:1
          's'          0002  migrations/0002_size.sql:1
          'xxl'        0002  migrations/0002_size.sql:1
          '大'         0002  migrations/0002_size.sql:1
    "#]]);
    moods().state(&["--at", "0002_size.sql"]).check(&expect![[r#"
        Clean
        --- out
        app.mood       0001  migrations/0001_mood.sql:2
          'sad'        0001  migrations/0001_mood.sql:3
          'ok'         0001  migrations/0001_mood.sql:4

        public."Size"  0002  migrations/0002_size.sql:1
          's'          0002  migrations/0002_size.sql:1
          'xxl'        0002  migrations/0002_size.sql:1
          '大'         0002  migrations/0002_size.sql:1
    "#]]);
}

#[test]
fn sql_builds_the_state() {
    let run = moods().state(&["--sql", "--at", "0001"]);
    assert!(run.out.contains("CREATE SCHEMA IF NOT EXISTS app;"), "{}", run.out);
    assert!(run.out.contains(r#"CREATE TYPE app.mood AS ENUM ('sad', 'ok');"#), "{}", run.out);
    assert_eq!(run.err, "");

    // It comes to the same.
    let again = Project::new(&[("1_all.sql", &run.out)]).state(&["--sql"]);
    assert_eq!(again.out, run.out);
    assert_eq!(again.err, "");
}

#[test]
fn no_enums_are_one_line() {
    let none = Project::new(&[("1_a.sql", "CREATE TABLE t (id int);")]);
    none.state(&[]).check(&expect![[r#"
        Clean
        --- err
        no enums after 1 migration
    "#]]);
    none.state(&["--sql"]).check(&expect![[r#"
        Clean
        --- err
        no enums after 1 migration
    "#]]);
}

#[test]
fn the_search_path_says_where_a_type_goes() {
    let project = Project::new(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x');")]);
    project.state(&["--search-path", "app,public"]).check(&expect![[r#"
        Clean
        --- out
        app.a  1  migrations/1_a.sql:1
          'x'  1  migrations/1_a.sql:1
    "#]]);
    project.state(&["--search-path", "\"$user\", public"]).check(&expect![[r#"
        Clean
        --- out
        public.a  1  migrations/1_a.sql:1
          'x'     1  migrations/1_a.sql:1
    "#]]);
}

#[test]
fn a_tool_reads_its_own_part() {
    let text = "-- migrate:up\nCREATE TYPE a AS ENUM ('x');\n-- migrate:down\nDROP TYPE a;\n";
    let project = Project::new(&[("1_a.sql", text)]);
    project.state(&["--tool", "dbmate"]).check(&expect![[r#"
        Clean
        --- out
        public.a  1  migrations/1_a.sql:2
          'x'     1  migrations/1_a.sql:2
    "#]]);
    project.state(&["--tool", "plain"]).check(&expect![[r#"
        Clean
        --- err
        no enums after 1 migration
    "#]]);
}

fn shop() -> Project {
    Project::new(&[
        (
            "0001_shop.sql",
            "CREATE TYPE mood AS ENUM ('sad', 'ok');\n\
             CREATE DOMAIN email AS varchar(320);\n\
             CREATE TABLE account (\n  id bigserial PRIMARY KEY,\n  mail email NOT NULL UNIQUE,\n  place geometry\n);\n",
        ),
        (
            "0002_orders.sql",
            "CREATE TABLE \"order\" (\n  id int GENERATED ALWAYS AS IDENTITY,\n  account bigint REFERENCES account,\n  \
             mood mood DEFAULT 'ok' NOT NULL\n);\nCREATE VIEW moods AS SELECT id, mood FROM \"order\";\n",
        ),
        ("0003_more.sql", "ALTER TABLE account ADD COLUMN moods mood[];\n"),
        (
            "0004_perhaps.sql",
            "DO $$ BEGIN\n  IF random() > 0.5 THEN CREATE TABLE extra (id int); END IF;\nEND $$;\n",
        ),
    ])
}

#[test]
fn tables_have_columns() {
    shop().state(&["--tables"]).check(&expect![[r#"
        Clean
        --- out
        public.mood  0001  migrations/0001_shop.sql:1
          'sad'      0001  migrations/0001_shop.sql:1
          'ok'       0001  migrations/0001_shop.sql:1

        public.account  table                                          migrations/0001_shop.sql:3
          id            bigint not null default                        migrations/0001_shop.sql:4
          mail          public.email not null                          migrations/0001_shop.sql:5
          place         type not known                                 migrations/0001_shop.sql:6
          moods         public.mood[]                                  migrations/0003_more.sql:1

        public.extra    table                                          migrations/0004_perhaps.sql:2
          (uncertain: whether a statement that changes it runs is not known: migrations/0004_perhaps.sql:2)

        public.moods    view                                           migrations/0002_orders.sql:6
          id            integer                                        migrations/0002_orders.sql:6
          mood          public.mood                                    migrations/0002_orders.sql:6

        public.order    table                                          migrations/0002_orders.sql:1
          id            integer not null generated always as identity  migrations/0002_orders.sql:2
          account       bigint                                         migrations/0002_orders.sql:3
          mood          public.mood not null default                   migrations/0002_orders.sql:4
    "#]]);
}

#[test]
fn tables_are_not_printed_unless_they_are_asked_for() {
    shop().state(&[]).check(&expect![[r#"
        Clean
        --- out
        public.mood  0001  migrations/0001_shop.sql:1
          'sad'      0001  migrations/0001_shop.sql:1
          'ok'       0001  migrations/0001_shop.sql:1
    "#]]);
}

#[test]
fn tables_are_sql() {
    shop().state(&["--tables", "--sql", "--at", "0003"]).check(&expect![[r#"
        Clean
        --- out
        DO $pg_enum$ -- Generated by pg-enum. Safe to run again; goes before everything that uses the type.
        DECLARE have pg_catalog.text[]; want pg_catalog.text[] := ARRAY['sad', 'ok'];
        BEGIN
          PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum public.mood', 0));
          PERFORM pg_catalog.pg_relation_size('pg_catalog.pg_ts_template'); -- shows what others have committed
          BEGIN
            have := pg_catalog.array_out(pg_catalog.enum_range(NULL::public.mood));
          EXCEPTION WHEN undefined_object THEN NULL; -- no such type yet
            WHEN SQLSTATE '55P04' THEN -- this transaction has added a label
              have := ARRAY(SELECT enumlabel FROM pg_catalog.pg_enum
                WHERE enumtypid OPERATOR(pg_catalog.=) pg_catalog.to_regtype('public.mood') ORDER BY enumsortorder);
            WHEN undefined_function OR datatype_mismatch THEN
              RAISE EXCEPTION 'cannot create enum type public.mood: the name is taken by %; rename one of the two',
                coalesce(pg_catalog.pg_describe_object(1259, pg_catalog.to_regclass('public.mood'), 0), 'a domain, a range or a base type') USING ERRCODE = '42809';
          END;
          IF have IS NULL THEN
            CREATE TYPE public.mood AS ENUM ('sad', 'ok');
          ELSIF pg_catalog.array_ne(want, ARRAY(SELECT l FROM pg_catalog.unnest(have) AS u (l) WHERE l OPERATOR(pg_catalog.=) ANY (want))) THEN
            RAISE EXCEPTION 'enum type public.mood exists with other labels (%): expected %, found %; run: cargo pg-enum verify',
              CASE WHEN pg_catalog.arraycontained(want, have) THEN 'the order differs'
                WHEN pg_catalog.arraycontained(pg_catalog.lower(want::pg_catalog.text)::pg_catalog.text[],
                  pg_catalog.lower(have::pg_catalog.text)::pg_catalog.text[]) THEN 'only the case differs'
                ELSE 'labels are missing' END, want, have USING ERRCODE = '55000';
          END IF;
        END $pg_enum$;

        CREATE TABLE public.account (
            id bigint NOT NULL,
            mail character varying(320) NOT NULL,
            moods public.mood[]
        );
        -- the type of place is not known, or is none that this builds

        CREATE TABLE public."order" (
            id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
            account bigint,
            mood public.mood NOT NULL
        );

    "#]]);
}

#[test]
fn tables_are_json() {
    let table = "CREATE SCHEMA app;\nCREATE TABLE app.orders (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  \
                 parent bigint REFERENCES app.orders\n);\n";
    let project = Project::new(&[("0001_orders.sql", table)]);
    project.state(&["--tables", "--format", "json"]).check(&expect![[r#"
        Clean
        --- out
        {
          "enums": [],
          "tables": [
            {
              "schema": "app",
              "name": "orders",
              "kind": "table",
              "unknown": null,
              "created": {
                "file": "0001_orders.sql",
                "line": 2,
                "migration": "0001"
              },
              "columns": [
                {
                  "name": "id",
                  "type": "bigint",
                  "not_null": true,
                  "default": null,
                  "generated": "identity always",
                  "file": "0001_orders.sql",
                  "line": 3
                },
                {
                  "name": "parent",
                  "type": "bigint",
                  "not_null": false,
                  "default": null,
                  "generated": null,
                  "file": "0001_orders.sql",
                  "line": 4
                }
              ],
              "keys": [
                {
                  "kind": "primary key",
                  "columns": [
                    "id"
                  ],
                  "references": null
                },
                {
                  "kind": "foreign key",
                  "columns": [
                    "parent"
                  ],
                  "references": {
                    "schema": "app",
                    "table": "orders",
                    "columns": [
                      "id"
                    ]
                  }
                }
              ]
            }
          ],
          "any_enum": null,
          "any_table": null
        }
    "#]]);
}

#[test]
fn no_tables_are_said() {
    Project::new(&[("0001_none.sql", "SELECT 1;\n")]).state(&["--tables"]).check(&expect![[r#"
        Clean
        --- err
        no enums and no tables after 1 migration
    "#]]);
}
