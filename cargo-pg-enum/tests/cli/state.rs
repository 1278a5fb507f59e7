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
