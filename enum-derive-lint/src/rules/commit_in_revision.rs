//! `COMMIT` that a revision sends.

use pg_enum_migrations::folder::Tool;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Statement;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "commit-in-revision",
    summary: "a revision sends `COMMIT`, and what follows is in no transaction that Alembic can roll back",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("commit_in_revision.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.folder.tool != Tool::Alembic {
        return;
    }
    let mut of_migration = None;
    for (index, statement) in subject.statements.iter().enumerate() {
        let key = (statement.migration, statement.direction);
        if !is_commit(statement) || of_migration == Some(key) {
            continue;
        }
        // One of a migration tells it.
        of_migration = Some(key);
        let is_own = |it: &&Statement| (it.migration, it.direction) == key;
        let before = subject.statements[..index].iter().rev().take_while(is_own).count();
        let rest = subject.statements[index + 1..].iter();
        let rest = rest.take_while(is_own);
        let follow = rest.filter(|it| !is_commit(it) && !it.begins(&["begin"])).count();
        let message = match follow {
            0 => "`COMMIT` ends the transaction that Alembic records the revision in".to_owned(),
            1 => "`COMMIT` ends Alembic's transaction: the statement behind it is not rolled back if the revision fails".to_owned(),
            more => format!(
                "`COMMIT` ends Alembic's transaction: the {more} statements behind it are not rolled back if the revision fails"
            ),
        };
        let finding = report.add(message, statement.place());
        // Revisions before this one are recorded in the transaction that ends here.
        if before > 0 {
            finding.note("this also commits what the revision has done so far, before Alembic records the revision");
        }
        finding.help("put what must not be in a transaction into `with op.get_context().autocommit_block():`");
    }
}

/// Whether a statement is a `COMMIT` that the source writes, and not one of `autocommit_block`.
fn is_commit(statement: &Statement) -> bool {
    let is_written = !statement.is_made() || statement.sent.is_some();
    is_written && matches!(statement.words(), [only] if only.text == "commit" || only.text == "end")
}
