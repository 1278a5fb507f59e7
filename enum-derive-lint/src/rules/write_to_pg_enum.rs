//! `INSERT`, `UPDATE` and `DELETE` on `pg_enum`.

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Mention, literal};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "write-to-pg_enum",
    summary: "a statement writes to the catalog `pg_enum`",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("write_to_pg_enum.md"),
    check,
};

const BEGINNINGS: [&[&str]; 4] =
    [&["insert", "into"], &["update"], &["delete", "from"], &["merge", "into"]];

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements.iter().filter(|it| it.mentions(Mention::PgEnum)) {
        for beginning in BEGINNINGS {
            for start in statement.find(beginning) {
                let mut table = start + beginning.len();
                if statement.words().get(table).is_some_and(|word| word.text == "only") {
                    table += 1;
                }
                let Some((name, next)) = statement.name_at(table) else { continue };
                let is_catalog = match &*name {
                    [table] => table == "pg_enum",
                    [schema, table] => schema == "pg_catalog" && table == "pg_enum",
                    _ => false,
                };
                if !is_catalog {
                    continue;
                }
                let at = statement.at_words(start..next);
                let finding = report.add("rows of `pg_enum` are changed by hand", &at);
                finding.note("it needs a superuser, which managed servers do not give");
                let words = &statement.words()[next..];
                let labels = words.iter().filter_map(|word| literal(&word.text));
                if beginning == ["delete", "from"] && labels.count() > 0 {
                    finding.note(
                        "rows and indexes may still contain the label: reading them fails with XX000 or 22P03",
                    );
                }
                finding.help("use ALTER TYPE … ADD VALUE or RENAME VALUE; to remove a label, replace the type");
            }
        }
    }
}
