//! What is reported, and how it looks.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Project, run};

#[test]
fn refused() {
    let project = Project::new(&[
        ("0001_mood.sql", "CREATE TYPE mood AS ENUM ('sad');\n"),
        ("0002_again.sql", "-- once more\nCREATE TYPE mood AS ENUM ('ok');\n"),
        ("0003_size.sql", "CREATE TYPE size AS ENUM ('s');\n"),
        ("0004_mood.sql", "DROP TYPE mood;\n"),
    ]);
    project.state(&[]).check(&expect![[r#"
        Findings
        --- out
        public.mood  0001  migrations/0001_mood.sql:1
          'sad'      0001  migrations/0001_mood.sql:1
        --- err
        error[refused]: type "mood" already exists
         --> migrations/0002_again.sql:2:1
          |
        2 | CREATE TYPE mood AS ENUM ('ok');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
         ::: migrations/0001_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad');
          | -------------------------------- the enum is created here
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 2 migrations
        stopped at migration 0002, which is refused; 2 migrations after it not replayed (--keep-going continues)
    "#]]);
    project.state(&["--keep-going"]).check(&expect![[r#"
        Findings
        --- out
        public.size  0003  migrations/0003_size.sql:1
          's'        0003  migrations/0003_size.sql:1
        --- err
        error[refused]: type "mood" already exists
         --> migrations/0002_again.sql:2:1
          |
        2 | CREATE TYPE mood AS ENUM ('ok');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
         ::: migrations/0001_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad');
          | -------------------------------- the enum is created here
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 4 migrations
    "#]]);
    // It was told to go no further.
    project.state(&["--at", "0002"]).check(&expect![[r#"
        Findings
        --- out
        public.mood  0001  migrations/0001_mood.sql:1
          'sad'      0001  migrations/0001_mood.sql:1
        --- err
        error[refused]: type "mood" already exists
         --> migrations/0002_again.sql:2:1
          |
        2 | CREATE TYPE mood AS ENUM ('ok');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
         ::: migrations/0001_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad');
          | -------------------------------- the enum is created here
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 2 migrations
    "#]]);
}

#[test]
fn refused_in_one_file() {
    let text = "CREATE TYPE mood AS ENUM ('sad');\n\nALTER TYPE mood ADD VALUE 'sad';\n";
    Project::new(&[("0001_mood.sql", text)]).state(&[]).check(&expect![[r#"
        Findings
        --- out
        public.mood  0001  migrations/0001_mood.sql:1
          'sad'      0001  migrations/0001_mood.sql:1
        --- err
        error[refused]: enum label "sad" already exists
         --> migrations/0001_mood.sql:3:27
          |
        1 | CREATE TYPE mood AS ENUM ('sad');
          |                           ----- the label is created here
        2 |
        3 | ALTER TYPE mood ADD VALUE 'sad';
          |                           ^^^^^
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 1 migration
    "#]]);
}

#[test]
fn unknown() {
    let text = "CREATE TYPE mood AS ENUM ('sad');\nDO LANGUAGE plpython3u $$\nx()\n$$;\n";
    Project::new(&[("0001_mood.sql", text)]).state(&[]).check(&expect![[r#"
        Findings
        --- out
        public.mood (uncertain)  0001  migrations/0001_mood.sql:1
          'sad'                  0001  migrations/0001_mood.sql:1
        --- err
        error[unknown]: this block is in a language that is not read
         --> migrations/0001_mood.sql:2:1
          |
        2 | DO LANGUAGE plpython3u $$
          | ^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: may touch any enum
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool
          = help: say what it does in a comment before the statement, `-- pg-enum: assume ALTER TYPE …;` or `-- pg-enum: assume nothing`; if the file must not change, in `assume` of `[package.metadata.pg-enum]`

        1 problem in 1 migration
    "#]]);
}

#[test]
fn an_assumption_makes_it_known() {
    let text = "CREATE TYPE mood AS ENUM ('sad');\n\
                -- pg-enum: assume ALTER TYPE mood ADD VALUE 'ok';\n\
                DO LANGUAGE plpython3u $$\nx()\n$$;\n\
                -- pg-enum: assume nothing\n\
                DO LANGUAGE plpython3u $$\ny()\n$$;\n";
    Project::new(&[("0001_mood.sql", text)]).state(&[]).check(&expect![[r#"
        Clean
        --- out
        public.mood  0001  migrations/0001_mood.sql:1
          'sad'      0001  migrations/0001_mood.sql:1
          'ok'       0001  migrations/0001_mood.sql:2
    "#]]);
}

#[test]
fn unreadable() {
    let text = "CREATE TYPE mood AS ENUM ('sad');\r\nALTER TYPE mood\tADD VALUE;\r\nSELECT 'x;\r\n";
    Project::new(&[("0001_mood.sql", text)]).state(&[]).check(&expect![[r#"
        Findings
        --- out
        public.mood (uncertain)  0001  migrations/0001_mood.sql:1
          'sad'                  0001  migrations/0001_mood.sql:1
        --- err
        error[unknown]: this statement cannot be read: expected string literal
         --> migrations/0001_mood.sql:2:1
          |
        2 | ALTER TYPE mood    ADD VALUE;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^- expected string literal
          |
          = note: may touch public.mood
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool
          = help: fix it if the server refuses it as well; otherwise say what it does in a comment before the statement, `-- pg-enum: assume ALTER TYPE …;` or `-- pg-enum: assume nothing`; if the file must not change, in `assume` of `[package.metadata.pg-enum]`

        error[unreadable]: this string is never closed
         --> migrations/0001_mood.sql:3:8
          |
        3 | SELECT 'x;
          |        ^
          |
          = help: close it; a server would stop here with a syntax error

        2 problems in 1 migration
    "#]]);
}

#[test]
fn a_line_without_end_is_cut() {
    let text = format!(
        "CREATE TYPE a AS ENUM ('x'); {}CREATE TYPE a AS ENUM ('y'); {}",
        "SELECT 1; ".repeat(10_000),
        "SELECT 2; ".repeat(10_000)
    );
    Project::new(&[("1_a.sql", &text)]).state(&[]).check(&expect![[r#"
        Findings
        --- out
        public.a  1  migrations/1_a.sql:1
          'x'     1  migrations/1_a.sql:1
        --- err
        error[refused]: type "a" already exists
         --> migrations/1_a.sql:1:100030
          |
        1 | …SELECT 1; SELECT 1; SELECT 1; CREATE TYPE a AS ENUM ('y'); SELECT 2; SELECT 2; SELECT 2; SELECT 2; SELECT 2; SELECT 2; S…
          |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE a AS ENUM ('x'); SELECT 1; SELECT 1; SELECT 1; SELECT 1; SELECT 1; SELECT 1; S…
          | --------------------------- the enum is created here
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool

        1 problem in 1 migration
    "#]]);
}

#[test]
fn of_a_long_block_the_first_line_is_shown() {
    let text = format!("DO LANGUAGE plpython3u $$\n{}$$;\n", "x()\n".repeat(5000));
    Project::new(&[("1_a.sql", &text)]).state(&[]).check(&expect![[r#"
        Findings
        --- err
        no known enums after 1 migration
        error[unknown]: this block is in a language that is not read
         --> migrations/1_a.sql:1:1
          |
        1 | DO LANGUAGE plpython3u $$
          | ^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: may touch any enum
          = note: nothing in the folder says which tool runs it; plain is assumed, because its files are numbered: psql runs each, without a transaction around it; name another with --tool
          = help: say what it does in a comment before the statement, `-- pg-enum: assume ALTER TYPE …;` or `-- pg-enum: assume nothing`; if the file must not change, in `assume` of `[package.metadata.pg-enum]`

        1 problem in 1 migration
    "#]]);
}

#[test]
fn a_hundred_are_enough() {
    let text = "CREATE TYPE a AS ENUM ('x');";
    let project = Project::new(&[]);
    for i in 0..251 {
        project.write(&format!("{i:04}_a.sql"), text);
    }
    let run = project.state(&["--keep-going"]);
    assert_eq!(run.err.matches("error[refused]").count(), 100);
    let end = run.err.rsplit("\n\n").next().unwrap_or_default();
    expect![[r#"
        150 more problems not shown
        250 problems in 251 migrations
    "#]]
    .assert_eq(end);
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let project = Project::new(&[("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'x');")]);
    let root = project.root();
    let args = ["state", "--migrations", root.to_str().unwrap()];
    assert!(run(&args, true).err.contains("\u{1b}["));
    assert!(!run(&args, false).err.contains('\u{1b}'));
}

#[test]
fn what_is_spelled_wrong() {
    let files = [
        ("1_a.sql", "CREATE TYP mood AS ENUM ('ok');"),
        ("2_b.sql", "CREATE TYPE mood AS ENUM ('ok'"),
        ("3_c.sql", "CREATE TYPE mood AS ENUM ('ok';"),
    ];
    let messages = [
        "error[unreadable]: this is not an SQL statement",
        "error[unknown]: this statement cannot be read: expected `)`",
        "error[unknown]: this statement cannot be read: expected `)`",
    ];
    for ((name, text), message) in files.into_iter().zip(messages) {
        let said = Project::new(&[(name, text)]).state(&[]);
        assert_eq!(said.status, Status::Findings, "{text}");
        assert!(said.err.contains(message), "{}", said.err);
    }
}
