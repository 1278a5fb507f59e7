//! A guard that does not work for two sessions at once.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Tool;

use super::guards_in_python::guards;
use crate::clause::Act;
use crate::fix::Fix;
use crate::guard::{handlers, look_ups};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Mention, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "guard-misses-race",
    summary: "a guard fails if two sessions create the type at once",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("guard_misses_race.md"),
    check,
};

/// What catches the error of the session that comes second (23505), and what catches that the type is there (42710).
const RACE: [&str; 4] = ["unique_violation", "23505", "integrity_constraint_violation", "others"];
const DUPLICATE: [&str; 2] = ["duplicate_object", "42710"];

/// The tools that let one process migrate at a time, with an advisory lock or a lock on their table (the key or the lock is in
/// `pg-enum-migrations/src/tools`, or in the source of each: liquibase/liquibase `StandardLockService.java`, jackc/tern `migrate/migrate.go`
/// `acquireAdvisoryLock`, ariga/atlas `sql/postgres/driver.go` `Lock`, sqitchers/sqitch `lib/App/Sqitch/Engine/pg.pm` `_wait_lock`).
const LOCKING: [Tool; 9] = [
    Tool::Sqlx,
    Tool::GolangMigrate,
    Tool::Flyway,
    Tool::Prisma,
    Tool::NodePgMigrate,
    Tool::Liquibase,
    Tool::Tern,
    Tool::Atlas,
    Tool::Sqitch,
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    if LOCKING.contains(&subject.folder.tool) {
        return;
    }
    in_python(subject, report);
    for statement in subject.about_types(Direction::Up) {
        if statement.begins(&["do"])
            && !statement.is_condition_of_code()
            && !is_locked(subject, statement)
        {
            check_block(statement, report);
        }
    }
}

/// Guards of revisions that look in Python.
fn in_python(subject: &Subject<'_>, report: &mut Report) {
    for guard in guards(subject).filter(|guard| !guard.is_locked) {
        if !report.has(&guard.at) {
            let name = &guard.creation.ty.name;
            let message = format!(
                "two sessions at once may both find that {name} is missing, and one fails (23505)"
            );
            let finding = report.add(message, &guard.at);
            finding.related(guard.creation.statement.place(), "it is created here");
            finding.help(
                "take a lock first: SELECT pg_advisory_xact_lock(…) with one key for the type",
            );
        }
    }
}

/// Whether a lock is taken before the statement, or in it.
fn is_locked(subject: &Subject<'_>, statement: &Statement) -> bool {
    let earlier = subject.up_of(statement.migration).iter();
    let mut earlier = earlier.take_while(|it| it.at.range.start <= statement.at.range.start);
    earlier.any(|it| {
        it.mentions(Mention::Advisory)
            && it.words().iter().any(|word| {
                word.text.starts_with("pg_advisory_") || word.text.starts_with("pg_try_advisory_")
            })
            || it.begins(&["lock"])
    }) || statement.find(&["lock", "table"]).next().is_some()
}

fn check_block(statement: &Statement, report: &mut Report) {
    let mut missed: Vec<&str> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    let mut looked_up: Vec<&str> = Vec::new();
    for clause in statement.clauses() {
        let Act::CreateEnum { ty, .. } = &clause.act else { continue };
        let handlers = handlers(statement, clause);
        if handlers.iter().any(|handler| handler.catches(statement, &RACE).is_some()) {
            continue;
        }
        let caught = handlers.iter().find_map(|handler| handler.catches(statement, &DUPLICATE));
        if let Some(at) = caught {
            missed.push(&ty.name);
            if !places.contains(&at) {
                places.push(at);
            }
        } else if look_ups(statement).iter().any(|it| it.name == ty.name)
            || asks_regtype(statement, &ty.name)
        {
            looked_up.push(&ty.name);
        }
    }
    let start = statement.at_words(0..1);
    if let [first, ..] = &*missed {
        let message = format!(
            "the handler catches duplicate_object, and not the unique_violation (23505) of two sessions that create \
             {first} at once"
        );
        let finding = report.add(message, &start);
        finding.help("catch `duplicate_object OR unique_violation`");
        if !statement.is_made() {
            let end = |at: &usize| {
                let at = statement.at_words(*at..at + 1);
                Location::new(&at.source, at.range.end..at.range.end)
            };
            let mut ends = places.iter().map(end);
            if let Some(first) = ends.next() {
                let fix = Fix::new("catch unique_violation as well", first, " OR unique_violation");
                finding.fix(ends.fold(fix, |fix, at| fix.and(at, " OR unique_violation")));
            }
        }
    }
    if let [first, ..] = &*looked_up {
        let message = format!(
            "two sessions at once may both find that {first} is missing, and one fails (23505)"
        );
        let finding = report.add(message, &start);
        finding.help(
            "take a lock first: PERFORM pg_advisory_xact_lock(…) with one key for the type; or catch \
             `duplicate_object OR unique_violation`",
        );
    }
}

/// Whether the block looks for a type with `to_regtype`.
fn asks_regtype(statement: &Statement, name: &str) -> bool {
    statement.find(&["to_regtype", "("]).any(|at| {
        let argument = statement.words().get(at + 2).map_or("", |word| &*word.text);
        argument
            .trim_matches('\'')
            .rsplit('.')
            .next()
            .is_some_and(|it| it.trim_matches('"') == name)
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("guard-misses-race")
    }

    fn of(block: &str) -> Vec<String> {
        found(&[("1_a.sql", block)])
    }

    #[test]
    fn what_is_caught() {
        let block = |condition: &str| {
            of(&format!(
                "DO $$ BEGIN\nCREATE TYPE a AS ENUM ('x');\nEXCEPTION WHEN {condition} THEN NULL; END $$;"
            ))
        };
        for condition in ["duplicate_object", "SQLSTATE '42710'", "no_data OR duplicate_object"] {
            assert_eq!(block(condition), ["1_a.sql:1 warning"], "{condition}");
        }
        for condition in [
            "others",
            "unique_violation OR duplicate_object",
            "duplicate_object THEN NULL; WHEN unique_violation",
        ] {
            assert_eq!(block(condition), [""; 0], "{condition}");
        }
        // An error that is not caught is no guard.
        assert_eq!(block("division_by_zero"), [""; 0]);
    }

    #[test]
    fn inner_and_outer_blocks() {
        let inner = |name: &str, condition: &str| {
            format!(
                "BEGIN CREATE TYPE {name} AS ENUM (); EXCEPTION WHEN {condition} THEN NULL; END;"
            )
        };
        let both = [inner("a", "duplicate_object"), inner("b", "others")].concat();
        assert_eq!(of(&format!("DO $$ BEGIN {both} END $$")), ["1_a.sql:1 warning"]);
        let outer = format!(
            "DO $$ BEGIN {} EXCEPTION WHEN unique_violation THEN NULL; END $$",
            inner("a", "duplicate_object")
        );
        assert_eq!(of(&outer), [""; 0]);
        let fixed = Case::new(&[("1_a.sql", &format!("DO $$ BEGIN {both} END $$"))]).fixed();
        assert!(fixed.text("1_a.sql").contains("WHEN duplicate_object OR unique_violation THEN"));
    }

    #[test]
    fn looks_and_locks() {
        let look =
            "IF to_regtype('app.\"A\"') IS NULL THEN CREATE TYPE app.\"A\" AS ENUM (); END IF;";
        let block = format!("DO $$ BEGIN {look} END $$;");
        assert_eq!(of(&block), ["1_a.sql:1 warning"]);
        assert_eq!(of(&format!("SELECT pg_advisory_xact_lock(1);\n{block}")), [""; 0]);
        assert_eq!(
            of(&format!("DO $$ BEGIN PERFORM pg_advisory_xact_lock(1); {look} END $$;")),
            [""; 0]
        );
        assert_eq!(
            of(&format!(
                "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {look} END $$;"
            )),
            [""; 0]
        );
        // A tool that lets one process migrate at a time.
        assert_eq!(found(&[("migration_lock.toml", ""), ("1_a/migration.sql", &block)]), [""; 0]);
    }
}
