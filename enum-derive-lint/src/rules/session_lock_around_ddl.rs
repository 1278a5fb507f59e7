//! `pg_advisory_lock` and `pg_advisory_unlock` around DDL.

use pg_enum_migrations::folder::Transaction;

use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Mention, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "session-lock-around-ddl",
    summary: "a session lock is released before the transaction commits",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("session_lock_around_ddl.md"),
    check,
};

const LOCKS: [&str; 2] = ["pg_advisory_lock", "pg_try_advisory_lock"];
const DDL: [&str; 3] = ["create", "alter", "drop"];

/// A word of a migration's statement.
type Place<'a> = (&'a Statement, usize);

fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut done = None;
    for statement in subject.of(Direction::Up).filter(|it| it.mentions(Mention::Advisory)) {
        if done != Some(statement.migration) {
            done = Some(statement.migration);
            check_migration(subject, statement.migration, report);
        }
    }
}

fn check_migration(subject: &Subject<'_>, migration: usize, report: &mut Report) {
    let is_outside = subject.folder.migrations[migration].transaction == Transaction::PerStatement;
    let mut lock: Option<Place<'_>> = None;
    let mut has_ddl = false;
    let mut is_inside = !is_outside;
    for statement in subject.up_of(migration).iter().filter(|it| !it.is_routine()) {
        let words = statement.words();
        if statement.begins(&["begin"]) || statement.begins(&["start", "transaction"]) {
            is_inside = true;
        } else if ["commit", "end", "rollback"].iter().any(|word| statement.begins(&[word])) {
            (is_inside, lock) = (!is_outside, None);
        }
        let is_block = statement.begins(&["do"]);
        for (at, word) in words.iter().enumerate() {
            if LOCKS.contains(&&*word.text) {
                (lock, has_ddl) = (Some((statement, at)), false);
            } else if DDL.contains(&&*word.text) {
                has_ddl = true;
            } else if matches!(&*word.text, "pg_advisory_unlock" | "pg_advisory_unlock_all")
                && let Some(lock) = lock.take().filter(|_| has_ddl)
                && (is_inside || is_block)
            {
                add(report, lock, (statement, at));
            }
        }
    }
}

fn add(report: &mut Report, lock: Place<'_>, unlock: Place<'_>) {
    let at = lock.0.at_words(lock.1..lock.1 + 1);
    // A function that several migrations call is reported once.
    if report.has(&at) {
        return;
    }
    let finding = report.add("this lock is released before the transaction commits", &at);
    finding.related(&unlock.0.at_words(unlock.1..unlock.1 + 1), "it is released here");
    finding.note("a session that waits for it does not see the new type yet, and fails as without a lock (23505)");
    finding.note(
        "behind a pooler of transactions, the lock may stay with another client's connection",
    );
    finding.help("use pg_advisory_xact_lock, which the commit releases, and leave out the unlock");
    let word = &lock.0.words()[lock.1].text;
    if word == "pg_advisory_lock"
        && !lock.0.is_made()
        && let Some(whole) = whole_call(unlock)
    {
        let fix = Fix::new("lock until the commit", at, "pg_advisory_xact_lock");
        finding.fix(fix.and(unlock.0.at_words_and_semicolon(whole), ""));
    }
}

/// The words of a statement that only calls the function, with its verb: `SELECT f(…)`, `PERFORM f(…)`.
fn whole_call((statement, at): Place<'_>) -> Option<std::ops::Range<usize>> {
    let words = statement.words();
    let start = at.checked_sub(1).filter(|at| matches!(&*words[*at].text, "select" | "perform"))?;
    let length = words[at..].iter().position(|word| word.text == ")")?;
    let end = at + length + 1;
    let has_only_this =
        words.get(end).is_none_or(|word| word.text == ";" || word.depth < words[at].depth);
    (!statement.is_made() && has_only_this).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("session-lock-around-ddl")
    }

    const INSIDE: &str =
        "SELECT pg_advisory_lock(1);\nCREATE TYPE a AS ENUM ('x');\nSELECT pg_advisory_unlock(1);";

    #[test]
    fn transactions() {
        // psql sends each statement alone.
        assert_eq!(found(&[("1_a.sql", INSIDE)]), [""; 0]);
        assert_eq!(
            found(&[("1_a.sql", &format!("BEGIN;\n{INSIDE}\nCOMMIT;"))]),
            ["1_a.sql:2 error"]
        );
        let early =
            INSIDE.replace("SELECT pg_advisory_unlock", "COMMIT; SELECT pg_advisory_unlock");
        assert_eq!(found(&[("1_a.sql", &format!("BEGIN;\n{early}"))]), [""; 0]);
        // The tool has a transaction around each file.
        assert_eq!(found(&[("1_a/up.sql", INSIDE)]), ["1_a/up.sql:1 error"]);
        assert_eq!(
            found(&[("1_a/up.sql", &INSIDE.replace("CREATE TYPE a AS ENUM ('x')", "SELECT 1"))]),
            [""; 0]
        );
    }

    #[test]
    fn in_a_block() {
        let block = "DO $$ BEGIN PERFORM pg_advisory_lock(1); CREATE TYPE a AS ENUM ('x'); PERFORM pg_advisory_unlock(1); END $$;";
        let case = Case::new(&[("1_a.sql", block)]);
        assert_eq!(case.of("session-lock-around-ddl"), ["1_a.sql:1 error"]);
        assert_eq!(
            case.fixed().text("1_a.sql"),
            "DO $$ BEGIN PERFORM pg_advisory_xact_lock(1); CREATE TYPE a AS ENUM ('x');  END $$;"
        );
    }
}
