//! Mistakes in migrations, and what is accepted of them.

mod base;
mod packages;

use expect_test::{Expect, expect};

use crate::harness::{Project, Run, run};

impl Project {
    /// `cargo pg-enum lint` on the folder, without the time that it took.
    fn lint(&self, more: &[&str]) -> Run {
        let root = self.root();
        let mut args = vec!["pg-enum", "lint", "--migrations", root.to_str().unwrap()];
        args.extend(more);
        let mut done = run(&args, false).relative_to(self.dir.path());
        for text in [&mut done.out, &mut done.err] {
            *text = without_time(text);
        }
        done
    }
}

fn without_time(text: &str) -> String {
    let line = |line: &str| match (line.rsplit_once("; "), line.split_once("\"seconds\": ")) {
        (Some((rest, time)), _) if time.ends_with(" s") => format!("{rest}; 0.0 s\n"),
        (_, Some((rest, _))) => format!("{rest}\"seconds\": 0.0\n"),
        // It contains the path, which is another each time.
        _ => match line.split_once("\"fingerprint\": ") {
            Some((rest, text)) => format!("{rest}\"fingerprint\": [{}],\n", text.len()),
            None => format!("{line}\n"),
        },
    };
    text.lines().map(line).collect()
}

fn check(project: &Project, args: &[&str], expected: &Expect) {
    project.lint(args).check(expected);
}

fn cascade(comment: &str) -> Project {
    Project::new(&[
        ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE day (mood mood);\n"),
        ("2_gone.sql", &format!("DROP TYPE mood CASCADE;{comment}\n")),
    ])
}

#[test]
fn a_finding_stands_at_its_place() {
    check(
        &cascade(""),
        &[],
        &expect![[r#"
            Findings
            --- err
            error[drop-type-cascade]: CASCADE drops the column public.day.mood, with its data
             --> migrations/2_gone.sql:1:1
              |
            1 | DROP TYPE mood CASCADE;
              | ^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use

            1 error in 1 of 2 migrations in migrations (named by --migrations); 0.0 s
        "#]],
    );
}

#[test]
fn nothing_is_wrong() {
    let project = Project::new(&[("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');\n")]);
    check(
        &project,
        &[],
        &expect![[r#"
        Clean
        --- out
        no findings in 1 migration in migrations (named by --migrations); 0.0 s
    "#]],
    );
}

#[test]
fn what_a_rule_passes_over_is_not_said_if_it_is_off() {
    let up = "-- migrate:up\nCREATE TYPE mood AS ENUM ('sad');\n-- migrate:down\n";
    let project = Project::new(&[("20250101000000_mood.sql", up)]);
    let note = "most ways down in migrations are empty";
    assert!(project.lint(&["--tool", "dbmate"]).err.contains(note));
    let off = project.lint(&["--tool", "dbmate", "--allow", "type-not-dropped-on-down"]);
    assert!(!off.err.contains(note), "{}", off.err);
}

#[test]
fn levels_are_changed() {
    let project = cascade("");
    check(
        &project,
        &["--allow", "drop-type-cascade"],
        &expect![[r#"
        Clean
        --- out
        no findings in 2 migrations in migrations (named by --migrations); 0.0 s
    "#]],
    );
    check(
        &project,
        &["--warn", "drop-type-cascade", "--format", "github"],
        &expect![[r#"
            Clean
            --- out
            ::warning file=migrations/2_gone.sql,line=1,endLine=1,col=1,endColumn=23,title=pg-enum drop-type-cascade::CASCADE drops the column public.day.mood, with its data%0Ahelp: drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use
            --- err
            1 warning in 1 of 2 migrations in migrations (named by --migrations); 0.0 s
        "#]],
    );
    check(
        &project,
        &["--deny", "drop-type-cascad"],
        &expect![[r#"
        Failed
        --- err
        error: there is no code `drop-type-cascad`; the nearest is `drop-type-cascade`
        help: `cargo pg-enum explain` lists all codes
    "#]],
    );
}

#[test]
fn a_comment_accepts_a_finding() {
    let project = cascade(" -- pg-enum: allow drop-type-cascade: the table is empty");
    check(
        &project,
        &["--suppressed"],
        &expect![[r#"
        Clean
        --- out
        no findings in 2 migrations in migrations (named by --migrations); 1 suppressed; 0.0 s
        --- err
        note: migrations/2_gone.sql:1: drop-type-cascade is accepted: the table is empty
    "#]],
    );
}

#[test]
fn comments_that_accept_nothing_are_findings() {
    let project = cascade(
        "\n-- pg-enum: allow drop-type-cascade: too late\nSELECT 1;\n-- pg-enum: allow drop-type-cascade\nSELECT 2;",
    );
    check(
        &project,
        &["--allow", "drop-type-cascade"],
        &expect![[r#"
        Findings
        --- err
        error[unused-suppression]: the comment allows `drop-type-cascade`, which is not found here
         --> migrations/2_gone.sql:2:1
          |
        2 | -- pg-enum: allow drop-type-cascade: too late
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: remove the comment

        error[wrong-suppression]: the comment gives no reason
         --> migrations/2_gone.sql:4:1
          |
        4 | -- pg-enum: allow drop-type-cascade
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write `pg-enum: allow CODE: reason`

        2 errors in 1 of 2 migrations in migrations (named by --migrations); 0.0 s
    "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the outputs are long")]
fn a_baseline_is_written_once_and_shrinks() {
    let project = cascade("");
    let file = project.dir.path().join("baseline.json");
    let baseline = ["--baseline", file.to_str().unwrap()];
    let update = ["--baseline", file.to_str().unwrap(), "--update-baseline"];
    check(
        &project,
        &baseline,
        &expect![[r#"
            Failed
            --- err
            error: the baseline baseline.json does not exist
            help: write one with --update-baseline
        "#]],
    );
    check(
        &project,
        &update,
        &expect![[r#"
        Clean
        --- out
        no findings in 2 migrations in migrations (named by --migrations); 1 in the baseline; 0.0 s
        --- err
        note: baseline.json is written, with 1 finding
    "#]],
    );
    expect![[r#"
        {
          "version": 1,
          "findings": [
            {
              "file": "migrations/2_gone.sql",
              "code": "drop-type-cascade",
              "line": "DROP TYPE mood CASCADE;",
              "count": 1
            }
          ]
        }
    "#]]
    .assert_eq(&std::fs::read_to_string(&file).unwrap());
    check(
        &project,
        &baseline,
        &expect![[r#"
        Clean
        --- out
        no findings in 2 migrations in migrations (named by --migrations); 1 in the baseline; 0.0 s
    "#]],
    );
    // The place may move, and what is new is reported.
    project.write("2_gone.sql", "\n\nDROP TYPE mood CASCADE;\n");
    project.write("3_more.sql", "DELETE FROM pg_enum;\n");
    check(
        &project,
        &update,
        &expect![[r#"
            Findings
            --- err
            error[write-to-pg_enum]: rows of `pg_enum` are changed by hand
             --> migrations/3_more.sql:1:1
              |
            1 | DELETE FROM pg_enum;
              | ^^^^^^^^^^^^^^^^^^^
              |
              = note: it needs a superuser, which managed servers do not give
              = help: use ALTER TYPE … ADD VALUE or RENAME VALUE; to remove a label, replace the type

            1 error in 1 of 3 migrations in migrations (named by --migrations); 1 in the baseline; 0.0 s
        "#]],
    );
    project.write("2_gone.sql", "ALTER TABLE day DROP COLUMN mood;\nDROP TYPE mood;\n");
    project.write("3_more.sql", "");
    check(
        &project,
        &baseline,
        &expect![[r#"
        Clean
        --- out
        no findings in 3 migrations in migrations (named by --migrations); 1 in the baseline and no longer found; 0.0 s
    "#]],
    );
    check(
        &project,
        &update,
        &expect![[r#"
            Clean
            --- out
            no findings in 3 migrations in migrations (named by --migrations); 0.0 s
            --- err
            note: removed from baseline.json: 1 no longer found
        "#]],
    );
    expect![[r#"
        {
          "version": 1,
          "findings": []
        }
    "#]]
    .assert_eq(&std::fs::read_to_string(&file).unwrap());
    project.write("../baseline.json", "[]");
    check(
        &project,
        &baseline,
        &expect![[r#"
            Failed
            --- err
            error: baseline.json is not a baseline: invalid length 0, expected struct File with 2 elements at line 1 column 2
            help: write a new one: remove the file, and use --update-baseline
        "#]],
    );
}

#[test]
fn formats_for_programs() {
    check(
        &cascade(""),
        &["--format", "json"],
        &expect![[r#"
            Findings
            --- out
            {
              "findings": [
                {
                  "code": "drop-type-cascade",
                  "severity": "error",
                  "message": "CASCADE drops the column public.day.mood, with its data",
                  "type": null,
                  "file": "migrations/2_gone.sql",
                  "line": 1,
                  "column": 1,
                  "end_line": 1,
                  "end_column": 23,
                  "label": null,
                  "related": [],
                  "notes": [],
                  "help": "drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use"
                }
              ],
              "summary": {
                "errors": 1,
                "warnings": 0,
                "notes": 0,
                "migrations": 2,
                "migrations_with_findings": 1,
                "folders": [
                  {
                    "path": "migrations",
                    "tool": "plain",
                    "migrations": 2
                  }
                ],
                "suppressed": [],
                "in_baseline": 0,
                "stale_in_baseline": 0,
                "seconds": 0.0
              }
            }
        "#]],
    );
    check(
        &cascade(""),
        &["--format", "gitlab"],
        &expect![[r#"
            Findings
            --- out
            [
              {
                "description": "CASCADE drops the column public.day.mood, with its data; drop or change each column by name first, and leave out CASCADE: the server then refuses to drop a type that is in use",
                "check_name": "drop-type-cascade",
                "fingerprint": [35],
                "severity": "major",
                "location": {
                  "path": "migrations/2_gone.sql",
                  "lines": {
                    "begin": 1,
                    "end": 1
                  }
                }
              }
            ]
            --- err
            1 error in 1 of 2 migrations in migrations (named by --migrations); 0.0 s
        "#]],
    );
}

#[test]
fn each_code_is_explained() {
    run(&["pg-enum", "explain", "drop-type-cascade"], false).check(&expect![[r#"
        Clean
        --- out
        # drop-type-cascade (error)

        `DROP TYPE … CASCADE` drops every column of the type, in every table, with its data, and every function, view and default that
        uses it.

        ## Why

        The statement names none of what it drops, so a reviewer cannot see it, and it drops more in production than in a test
        database if somebody has added a column there. Without `CASCADE`, the server refuses to drop a type that is in use (2BP01), and
        lists what uses it. Severity: an error where the migrations have such a column, otherwise a warning, because the database may have
        one. On the way down, a warning where it drops a column or a view.

        ## Bad

        ```sql 1_mood.sql
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE TABLE person (name text, mood mood);
        ```

        ```sql 2_no_mood.sql
        DROP TYPE mood CASCADE;
        ```

        ## Good

        ```sql 1_mood.sql
        CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE TABLE person (name text, mood mood);
        ```

        ```sql 2_no_mood.sql
        ALTER TABLE person DROP COLUMN mood;
        DROP TYPE mood;
        ```
    "#]]);
    run(&["pg-enum", "explain", "drop-tipe-cascade"], false).check(&expect![[r#"
        Failed
        --- err
        error: there is no code `drop-tipe-cascade`; the nearest is `drop-type-cascade`
        help: `cargo pg-enum explain` lists all codes
    "#]]);
}
