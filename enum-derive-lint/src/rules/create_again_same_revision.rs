//! A migration that creates a type twice.

use super::creations::{Creation, How, creations, refused_at};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "create-again-same-revision",
    summary: "a migration creates a type, and then something in it that creates the type again",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("create_again_same_revision.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for creation in creations(subject) {
        if matches!(creation.how, How::InBlock | How::Looking)
            || creation.generic(subject).is_some()
        {
            continue;
        }
        let Some(earlier) = creation.earlier(subject) else { continue };
        // One run sends it once: what comes second is not sent, even if the first is refused.
        if creation.how == How::Once && earlier.statement.once == creation.statement.once {
            continue;
        }
        let at = creation.at();
        let refused = refused_at(subject, "42710", &at);
        if refused.is_none() && !fails(subject, &earlier, &creation) {
            continue;
        }
        if let Some(refused) = refused {
            report.explain(refused);
        }
        let what = if creation.statement.is_made() { "this call" } else { "this" };
        let message = format!(
            "{what} creates type `{}`, which is already created at {}: it fails with 42710",
            creation.ty,
            earlier.statement.place()
        );
        let finding = report.add(message, &at);
        finding.related(earlier.statement.place(), "it is created here");
        finding.help(if creation.statement.is_made() {
            "create it once: give the column `postgresql.ENUM(…, create_type=False)`"
        } else {
            "create it once"
        });
    }
}

/// Whether the second fails in any case, where replay has not come so far.
fn fails(subject: &Subject<'_>, earlier: &Creation<'_>, creation: &Creation<'_>) -> bool {
    let is_sure = earlier.how == How::Plainly
        || earlier.how == How::Once && earlier.statement.once != creation.statement.once;
    is_sure && creation.statement.migration >= subject.replay.replayed
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    #[test]
    fn columns_of_one_table() {
        let up = "kind = sa.Enum('x', name='kind')\nkind.create(op.get_bind())\n\
                  op.create_table('t', sa.Column('a', kind), sa.Column('b', kind))";
        let case = Case::new(&[(
            "a1.py",
            &revision("a1", None, up, "op.execute('DROP TABLE t; DROP TYPE kind')"),
        )]);
        assert_eq!(case.of("create-again-same-revision"), ["a1.py:11 error"]);
    }
}
