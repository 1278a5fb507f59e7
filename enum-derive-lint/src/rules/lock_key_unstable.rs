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
                "`{by}()` gives another number in each process, so that the lock keeps nobody out"
            )
        } else {
            format!("`{by}()` gives another value each time, so that the lock keeps nobody out")
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
    use super::super::tests::{Case, revision};

    fn codes(up: &str) -> Vec<String> {
        let text = revision("a1", None, up, "pass")
            .replace("import enum\n", "import enum, random, uuid, zlib\n");
        Case::new(&[("a1.py", &text)]).codes()
    }

    #[test]
    fn ways_of_a_key_to_the_lock() {
        let line = |line: usize| vec![format!("a1.py:{line} error lock-key-unstable")];
        let bind = "bind = op.get_bind()\n";
        assert_eq!(
            codes("key = hash('mood') % 1000\nop.execute(f'SELECT pg_advisory_xact_lock({key})')"),
            line(9)
        );
        assert_eq!(
            codes("op.execute('SELECT pg_advisory_xact_lock(%s)' % abs(hash('mood')))"),
            line(9)
        );
        assert_eq!(
            codes("op.execute('SELECT pg_advisory_xact_lock({})'.format(hash('mood')))"),
            line(9)
        );
        assert_eq!(
            codes(&format!(
                "{bind}bind.execute(sa.text('SELECT pg_advisory_xact_lock(:k)'), {{'k': hash('m') & 0xff}})"
            )),
            line(10)
        );
        assert_eq!(
            codes(&format!(
                "{bind}bind.execute(sa.text('SELECT pg_advisory_xact_lock(:k)').bindparams(k=random.randint(1, 9)))"
            )),
            line(10)
        );
        assert_eq!(
            codes("op.execute(f'SELECT pg_advisory_xact_lock({uuid.uuid4().int >> 65})')"),
            line(9)
        );
    }

    #[test]
    fn keys_that_are_the_same_everywhere() {
        for key in ["42", "zlib.crc32(b'mood')", "hash(42)", "hash(42) % 7"] {
            assert_eq!(
                codes(&format!("op.execute(f'SELECT pg_advisory_xact_lock({{{key}}})')")),
                [""; 0],
                "{key}"
            );
        }
        assert_eq!(codes("hash('x')\nop.execute('SELECT pg_advisory_xact_lock(1)')"), [""; 0]);
    }
}
