//! Labels, names and files that would have a terminal do something else.

use expect_test::expect;

use crate::harness::{Crates, Project};

#[test]
fn no_label_ends_its_line_or_moves_the_cursor() {
    let text = "CREATE SCHEMA \"a.b\";\n\
                CREATE TYPE \"a.b\".\"\u{1b}[2J\" AS ENUM ('\u{1b}]0;owned\u{7}', 'two\n  ''lines''  0009',\n\
                'it''s', '\\u{1b}', '\u{9b}31m', '\u{202e}txt', 'a\rb', 'tab\there', '', ' ');\n";
    let project = Project::new(&[("1_a.sql", text)]);
    let run = project.state(&[]);
    assert!(!run.out.contains(|c: char| c.is_control() && c != '\n'), "{:?}", run.out);
    run.check(&expect![[r#"
        Clean
        --- out
        "a.b"."\u{1b}[2J"           1  migrations/1_a.sql:2
          '\u{1b}]0;owned\u{7}'     1  migrations/1_a.sql:2
          'two\n  \'lines\'  0009'  1  migrations/1_a.sql:2
          'it\'s'                   1  migrations/1_a.sql:4
          '\\u{1b}'                 1  migrations/1_a.sql:4
          '\u{9b}31m'               1  migrations/1_a.sql:4
          '\u{202e}txt'             1  migrations/1_a.sql:4
          'a\rb'                    1  migrations/1_a.sql:4
          'tab\there'               1  migrations/1_a.sql:4
          ''                        1  migrations/1_a.sql:4
          ' '                       1  migrations/1_a.sql:4
    "#]]);
}

#[test]
fn no_excerpt_does_either() {
    let text = "CREATE TYPE \"\u{1b}[2J\" AS ENUM ('a');\n\
                \tCREATE TYPE \"\u{1b}[2J\" AS ENUM ('\u{1b}]0;owned\u{7}\r\u{9b}31m\u{202e}'); -- x\r\n";
    let run = Project::new(&[("1_a.sql", text)]).state(&[]);
    assert!(!run.err.contains(|c: char| c.is_control() && c != '\n'), "{:?}", run.err);
    run.check(&expect![[r#"
        Findings
        --- out
        public."\u{1b}[2J"  1  migrations/1_a.sql:1
          'a'               1  migrations/1_a.sql:1
        --- err
        error[refused]: type "\u{1b}[2J" already exists
         --> migrations/1_a.sql:2:2
          |
        1 | CREATE TYPE "␛[2J" AS ENUM ('a');
          | -------------------------------- the enum is created here
        2 |     CREATE TYPE "␛[2J" AS ENUM ('␛]0;owned␇␍�31m�'); -- x
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 1 migration
    "#]]);
}

#[test]
#[cfg(unix)]
fn no_file_name_does_either() {
    let project =
        Project::new(&[("1_\u{1b}[2J\nerror: x.sql", "CREATE TYPE a AS ENUM ('x', 'x');")]);
    let run = project.state(&[]);
    assert!(!run.err.contains(|c: char| c.is_control() && c != '\n'), "{:?}", run.err);
    run.check(&expect![[r#"
        Findings
        --- err
        no known enums after 1 migration
        error[refused]: enum label "x" used more than once
         --> migrations/1_\u{1b}[2J\nerror: x.sql:1:29
          |
        1 | CREATE TYPE a AS ENUM ('x', 'x');
          |                        ---  ^^^
          |                        |
          |                        it is here already
          |
          = note: SQLSTATE 23505
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 1 migration
    "#]]);
}

#[test]
fn one_long_label_does_not_push_the_rest_away() {
    let label = "x".repeat(63);
    let text = format!("CREATE TYPE a AS ENUM ('short', '{label}');");
    Project::new(&[("1_a.sql", &text)]).state(&[]).check(&expect![[r#"
        Clean
        --- out
        public.a   1  migrations/1_a.sql:1
          'short'  1  migrations/1_a.sql:1
          'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'  1  migrations/1_a.sql:1
    "#]]);
}

#[test]
fn no_command_prints_what_moves_the_cursor() {
    let rust = "#[derive(PgEnum)]
#[pg_enum(schema = \"\\u{1b}[2J\", name = \"a\\u{202e}b\\n\")]
pub enum Odd {
    #[pg_enum(rename = \"\\u{1b}]0;owned\\u{7}\")]
    A,
    #[pg_enum(rename = \"b\\u{200d}\\r\", was = \"\\u{9b}31m\")]
    B,
}
#[derive(sqlx::Type)]
#[sqlx(type_name = \"mood\")]
pub enum Foreign {
    #[sqlx(rename = \"\\u{1b}[31m\")]
    A,
}
";
    let sql = "CREATE SCHEMA \"\u{1b}[2J\";\nCREATE TYPE \"\u{1b}[2J\".\"a\u{202e}b\n\" AS ENUM ('\u{7}', '\u{85}x');\n\
               CREATE TYPE mood AS ENUM ('\u{1b}[32m');\n";
    let crates = Crates::one(rust, &[("migrations/1_\u{1b}[2J.sql", sql)]);
    for command in [
        &["list"][..],
        &["list", "--format", "json"],
        &["check"],
        &["check", "--format", "github"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["state"],
        &["state", "--format", "json"],
        &["sql", "--format", "json"],
        &["generate"],
    ] {
        let run = crates.run(command);
        let said = format!("{}{}", run.out, run.err);
        assert!(said.len() > 20, "{command:?}");
        let harm = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{200d}".contains(c);
        assert!(!said.contains(harm), "{command:?}: {said:?}");
    }
}
