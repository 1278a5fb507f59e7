//! `CREATE TYPE` without a guard in a file that is made to run again.

use pg_enum_migrations::folder::Tool;

use crate::clause::{Act, Name};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "unguarded-create",
    summary: "a migration that is made to run again creates a type without a guard",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("unguarded_create.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            let Act::CreateEnum { ty, .. } = &clause.act else { continue };
            if clause.words.start > 0 || subject.makes_way(statement, ty) {
                continue;
            }
            let Some(why) = runs_again(subject, statement, ty) else { continue };
            let at = statement.at_words(clause.words.clone());
            let finding = report.add(format!("{ty} is created without a guard, and {why}"), &at);
            finding
                .note("PostgreSQL has no CREATE TYPE IF NOT EXISTS; the second run fails (42710)");
            finding.help(
                "put it into DO $$ BEGIN … EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
            );
        }
    }
}

/// Why the migration of a statement runs more than once, as far as the folder shows.
fn runs_again(subject: &Subject<'_>, statement: &Statement, ty: &Name) -> Option<&'static str> {
    let migration = &subject.folder.migrations[statement.migration];
    if subject.folder.tool == Tool::Flyway && migration.version.starts_with("R__") {
        return Some("Flyway runs this file again whenever it changes");
    }
    if subject.folder.tool != Tool::Plain {
        return None;
    }
    let others = || subject.up_of(statement.migration).iter();
    let is_guarded = |it: &Statement| {
        let mut clauses = it.clauses().iter();
        clauses.any(|clause| {
            let is_create = matches!(&clause.act, Act::CreateEnum { ty: other, .. } if other != ty);
            is_create && it.words()[clause.words.start].depth > 0
        })
    };
    others().any(is_guarded).then_some("other types of this file are created with one")
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("unguarded-create")
    }

    const GUARDED: &str =
        "DO $$ BEGIN CREATE TYPE a AS ENUM (); EXCEPTION WHEN others THEN NULL; END $$;\n";

    #[test]
    fn files_that_run_again() {
        let create = "CREATE TYPE b AS ENUM ();";
        assert_eq!(found(&[("1_a.sql", &format!("{GUARDED}{create}"))]), ["1_a.sql:2 warning"]);
        assert_eq!(found(&[("1_a.sql", GUARDED), ("2_b.sql", create)]), [""; 0]);
        assert_eq!(
            found(&[("1_a.sql", &format!("{GUARDED}DROP TYPE IF EXISTS b;\n{create}"))]),
            [""; 0]
        );
        let migration = ("1_a/migration.sql", &*format!("{GUARDED}{create}"));
        assert_eq!(found(&[("migration_lock.toml", ""), migration]), [""; 0]);
        assert_eq!(
            found(&[("V1__a.sql", "SELECT 1;"), ("R__types.sql", create)]),
            ["R__types.sql:1 warning"]
        );
    }
}
