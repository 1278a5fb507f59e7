//! A query of `pg_type` that compares `typname` alone.

use pg_enum_core::{Ident, Literal};

use super::guards_in_python::guards;
use crate::clause::{Act, Name};
use crate::fix::Fix;
use crate::guard::{LookUp, look_ups, names_schema};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "guard-ignores-schema",
    summary: "a guard looks for a type by its name alone, in any schema",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("guard_ignores_schema.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    in_python(subject, report);
    for statement in subject.about_types(Direction::Up) {
        if !statement.begins(&["do"]) || statement.is_condition_of_code() {
            continue;
        }
        let mut told: Vec<String> = Vec::new();
        for look_up in look_ups(statement) {
            let words = &statement.words()[look_up.words.clone()];
            if names_schema(words) {
                continue;
            }
            let guarded = statement.clauses().iter().find_map(|clause| match &clause.act {
                _ if clause.words.start < look_up.words.end => None,
                Act::CreateEnum { ty, .. } | Act::AddValue { ty, .. }
                    if ty.name == look_up.name =>
                {
                    Some((ty, matches!(clause.act, Act::CreateEnum { .. })))
                }
                _ => None,
            });
            let Some((ty, creates)) = guarded.filter(|_| !told.contains(&look_up.name)) else {
                continue;
            };
            told.push(look_up.name.clone());
            let at = statement.at_words(look_up.words.clone());
            let message = format!("a type {} in any schema satisfies this guard", look_up.name);
            let finding = report.add(message, &at);
            finding.help(match (creates, look_up.is_of_labels) {
                (true, _) => "look the type up as the statement does: to_regtype('…') IS NULL",
                (false, true) => "compare enumtypid with to_regtype('…'); `ADD VALUE IF NOT EXISTS` needs no guard",
                // What is guarded may be more than the label.
                (false, false) => "look the type up as the statement does: with to_regtype('…'), which is NULL if there is none",
            });
            if creates
                && !statement.is_made()
                && let Some(fix) = fix(statement, &look_up, ty)
            {
                finding.fix(fix);
            }
        }
    }
}

/// Queries of revisions that decide in Python.
fn in_python(subject: &Subject<'_>, report: &mut Report) {
    for guard in guards(subject).filter(|guard| guard.ignores_schema) {
        if !report.has(&guard.at) {
            let name = &guard.creation.ty.name;
            let message = format!("a type {name} in any schema satisfies this guard");
            let finding = report.add(message, &guard.at);
            finding.related(
                guard.creation.statement.place(),
                "the type is created here if it finds none",
            );
            finding.help("look the type up as the statement does: to_regtype('…') IS NULL");
        }
    }
}

/// Another look-up, where this one is nothing but `[NOT] EXISTS (SELECT 1 FROM pg_type WHERE typname = '…')`.
fn fix(statement: &Statement, look_up: &LookUp, ty: &Name) -> Option<Fix> {
    let words = statement.words();
    let (start, end) = (look_up.words.start, look_up.words.end);
    let text = |at: usize| words.get(at).map_or("", |word| &*word.text);
    let query: Vec<&str> = (start..end).map(text).collect();
    let is_plain = matches!(
        *query,
        ["select", _, "from", "pg_type", "where", "typname", "=", _]
            | ["select", _, "from", "pg_catalog", ".", "pg_type", "where", "typname", "=", _]
    );
    let is_exists =
        start >= 2 && text(start - 1) == "(" && text(start - 2) == "exists" && text(end) == ")";
    if !is_plain || !is_exists {
        return None;
    }
    let is_not = start >= 3 && text(start - 3) == "not";
    let first = if is_not { start - 3 } else { start - 2 };
    let name = match &ty.schema {
        Some(schema) => format!("{}.{}", Ident(schema), Ident(&ty.name)),
        None => Ident(&ty.name).to_string(),
    };
    let is = if is_not { "IS NULL" } else { "IS NOT NULL" };
    let at = statement.at_words(first..end + 1);
    Some(Fix::new(
        "look the type up as `CREATE TYPE` does",
        at,
        format!("to_regtype({}) {is}", Literal(&name)),
    ))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("guard-ignores-schema")
    }

    fn block(condition: &str, name: &str) -> Case {
        let text = format!(
            "DO $$ BEGIN\nIF {condition} THEN CREATE TYPE {name} AS ENUM ('x'); END IF; END $$;"
        );
        Case::new(&[("1_a.sql", &text)])
    }

    #[test]
    fn fixed_to_what_the_statement_creates() {
        for (condition, name, fixed) in [
            (
                "NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a')",
                "a",
                "IF to_regtype('a') IS NULL THEN",
            ),
            (
                "NOT EXISTS (select * from pg_catalog.pg_type where typname = 'A')",
                "app.\"A\"",
                "IF to_regtype('app.\"A\"') IS NULL THEN",
            ),
        ] {
            let case = block(condition, name);
            assert_eq!(case.of("guard-ignores-schema"), ["1_a.sql:2 warning"], "{condition}");
            assert!(
                case.fixed().text("1_a.sql").contains(fixed),
                "{}",
                case.fixed().text("1_a.sql")
            );
        }
        let other = block("(SELECT count(*) FROM pg_type t WHERE 'a' = t.typname) = 0", "a");
        assert_eq!(other.of("guard-ignores-schema"), ["1_a.sql:2 warning"]);
    }

    #[test]
    fn where_the_schema_is_told() {
        for condition in [
            "NOT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE typname = 'a' AND nspname = 'x')",
            "NOT EXISTS (SELECT FROM pg_type WHERE typname = 'a' AND typnamespace = 'public'::regnamespace)",
            "NOT EXISTS (SELECT FROM pg_type WHERE typname = 'a' AND pg_type_is_visible(oid))",
            "NOT EXISTS (SELECT FROM pg_type WHERE typname = 'b')",
            "to_regtype('a') IS NULL",
        ] {
            assert_eq!(block(condition, "a").of("guard-ignores-schema"), [""; 0], "{condition}");
        }
        assert_eq!(
            found(&[(
                "1_a.sql",
                "SELECT typname FROM pg_type WHERE typname = 'a'; CREATE TYPE a AS ENUM ();"
            )]),
            [""; 0]
        );
    }

    #[test]
    fn once_for_each_type() {
        let label = |label: &str| {
            format!(
                "IF NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = '{label}' AND enumtypid = (SELECT oid FROM pg_type \
                 WHERE typname = 'a')) THEN ALTER TYPE a ADD VALUE '{label}'; END IF;"
            )
        };
        let text =
            format!("CREATE TYPE a AS ENUM ();\nDO $$ BEGIN {} {} END $$;", label("x"), label("y"));
        let case = Case::new(&[("1_a.sql", &text)]);
        assert_eq!(case.of("guard-ignores-schema"), ["1_a.sql:2 warning"]);
        // A guard of the type's existence would never add the label.
        assert!(help(&case).contains("ADD VALUE IF NOT EXISTS"));
    }

    fn help(case: &Case) -> String {
        let of = case.findings().into_iter().find(|it| it.code == super::RULE.code);
        of.and_then(|of| of.help).unwrap()
    }

    #[test]
    fn guards_of_a_label() {
        let of = |condition: &str| {
            let text = format!(
                "CREATE TYPE a AS ENUM ('x');\nDO $$ BEGIN IF {condition} THEN\nALTER TYPE a ADD VALUE IF NOT EXISTS 'y'; \
                 END IF; END $$;"
            );
            help(&Case::new(&[("1_a.sql", &text)]))
        };
        let of_label = [
            "NOT EXISTS (SELECT FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE typname = 'a' AND enumlabel = 'y')",
            "'y' NOT IN (SELECT enumlabel FROM pg_enum WHERE enumtypid IN (SELECT oid FROM pg_type WHERE typname = 'a'))",
        ];
        for condition in of_label {
            let of = of(condition);
            assert!(of.contains("compare enumtypid") && of.contains("needs no guard"), "{of}");
        }
        // Without the guard, the statement fails where the type is not there.
        let of_type = [
            "EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a')",
            "EXISTS (SELECT 1 FROM pg_type WHERE typname = 'a') AND NOT EXISTS (SELECT FROM pg_enum WHERE enumlabel = 'y')",
        ];
        for condition in of_type {
            let of = of(condition);
            assert!(of.contains("with to_regtype('…')") && !of.contains("no guard"), "{of}");
        }
    }
}
