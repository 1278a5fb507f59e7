//! An advisory lock whose key no other session has.

use pg_enum_python::What;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Mention;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "lock-key-unstable",
    summary: "the key of an advisory lock differs from session to session",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("lock_key_unstable.md"),
    check,
};

/// What has another value in each session or at each moment.
const UNSTABLE: [&str; 14] = [
    "random",
    "now",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "timeofday",
    "current_timestamp",
    "pg_backend_pid",
    "txid_current",
    "pg_current_xact_id",
    "gen_random_uuid",
    "uuid_generate_v4",
    "inet_client_port",
    "nextval",
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    in_python(subject, report);
    for statement in subject.statements.iter().filter(|it| it.mentions(Mention::Advisory)) {
        if statement.is_routine() {
            continue;
        }
        let words = statement.words();
        for (start, word) in words.iter().enumerate() {
            let is_lock =
                ["pg_advisory_", "pg_try_advisory_"].iter().any(|it| word.text.starts_with(it));
            if !is_lock || words.get(start + 1).is_none_or(|word| word.text != "(") {
                continue;
            }
            let mut brackets = 0_usize;
            let end = words[start + 1..].iter().position(|word| {
                match &*word.text {
                    "(" => brackets += 1,
                    ")" => brackets -= 1,
                    _ => {}
                }
                brackets == 0
            });
            let end = end.map_or(words.len(), |length| start + length + 2);
            let key = words[start + 1..end].iter().find(|word| UNSTABLE.contains(&&*word.text));
            if let Some(key) = key {
                let message = format!(
                    "the key of this lock depends on `{}`, so no other session has it",
                    key.text
                );
                let finding = report.add(message, &statement.at_words(start..end));
                finding.help("use a constant, or hashtextextended('…', 0) of a fixed text");
            }
        }
    }
}

/// A key that Python computes.
fn in_python(subject: &Subject<'_>, report: &mut Report) {
    for shown in &subject.shown {
        let What::UnstableKey { by, lock } = &shown.fact.what else { continue };
        let at = &shown.fact.at;
        if report.has(at) {
            continue;
        }
        let message = if by == "hash" || by == "id" {
            format!(
                "`{by}()` gives another number in each process, so the lock does not exclude other processes"
            )
        } else {
            format!(
                "`{by}()` gives another value each time, so the lock does not exclude other sessions"
            )
        };
        let finding = report.add(message, at);
        finding.related(lock, "the lock is taken by it here");
        if by == "hash" {
            finding.note("Python salts the hash of a text, unless PYTHONHASHSEED is set");
        }
        finding.help("use a constant, `zlib.crc32(name.encode())`, or `hashtext('…')` in the SQL");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("lock-key-unstable")
    }

    #[test]
    fn keys() {
        for key in [
            "1",
            "1, 2",
            "hashtext('a')",
            "hashtextextended('now', 0)",
            "('x' || '1')::bit(64)::bigint",
        ] {
            assert_eq!(
                found(&[("1_a.sql", &format!("SELECT pg_advisory_xact_lock({key});"))]),
                [""; 0],
                "{key}"
            );
        }
        for key in
            ["pg_backend_pid()", "(random() * 100)::int", "1, extract(epoch from now())::int"]
        {
            assert_eq!(
                found(&[("1_a.sql", &format!("SELECT pg_try_advisory_lock({key});"))]),
                ["1_a.sql:1 error"],
                "{key}"
            );
        }
        let block = "DO $$ BEGIN\nPERFORM pg_advisory_lock(pg_backend_pid());\nEND $$;";
        assert_eq!(found(&[("1_a.sql", block)]), ["1_a.sql:2 error"]);
        let comment = "SELECT pg_advisory_xact_lock(1 /* not random() */), random();";
        assert_eq!(found(&[("1_a.sql", comment)]), [""; 0]);
    }
}
