//! A colon in SQL that is a parameter.

use pg_enum_migrations::Location;
use pg_enum_python::What;

use super::creations::refused_at;
use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "colon-is-a-bind",
    summary: "`:word` in SQL is a parameter without a value",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("colon_is_a_bind.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for shown in &subject.shown {
        let What::MissingBind { name, escape } = &shown.fact.what else { continue };
        let at = &shown.fact.at;
        if let Some(refused) = refused_at(subject, "P0001", at) {
            report.explain(refused);
        }
        let message = format!(
            "`:{name}` is a parameter without a value, also between quotes: SQLAlchemy refuses the statement"
        );
        let finding = report.add(message, at);
        finding.note("a string that `op.execute` is given goes through `sqlalchemy.text()`");
        finding.help(format!("write `\\\\:{name}` for a colon, or give the parameter a value"));
        if let Some(escape) = escape {
            let colon = Location::new(&at.source, at.range.start..at.range.start);
            finding.fix(Fix::new("escape the colon", colon, *escape));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Case, revision};

    fn case(up: &str) -> Case {
        Case::new(&[("a1.py", &revision("a1", None, up, "pass"))])
    }

    #[test]
    fn colons_with_and_without_values() {
        let found = ["a1.py:9 error colon-is-a-bind"];
        assert_eq!(case("op.execute(\"SELECT ':half'\")").codes(), found);
        assert_eq!(case("op.get_bind().execute(sa.text('SELECT :half'))").codes(), found);
        assert_eq!(
            case("op.execute(\"SELECT ' 12:30', 'a: b', x::text, '\\\\:half'\")").codes(),
            [""; 0]
        );
        assert_eq!(case("op.execute(sa.text('SELECT :a').bindparams(a=1))").codes(), [""; 0]);
        assert_eq!(case("op.get_bind().execute(sa.text('SELECT :a'), {'a': 1})").codes(), [""; 0]);
        assert_eq!(case("op.get_bind().exec_driver_sql(\"SELECT ':half'\")").codes(), [""; 0]);
    }

    #[test]
    fn the_fix_escapes_it() {
        for (up, fixed) in [
            (
                "op.execute(\"CREATE TYPE r AS ENUM (':half', 'b')\")",
                "(\"CREATE TYPE r AS ENUM ('\\\\:half', 'b')\")",
            ),
            ("op.execute(r\"SELECT ':half'\")", "(r\"SELECT '\\:half'\")"),
            ("op.execute(\"\"\"\nSELECT ':half'\n\"\"\")", "\n    SELECT '\\\\:half'\n"),
        ] {
            let case = case(up).fixed();
            assert!(case.text("a1.py").contains(fixed), "{}", case.text("a1.py"));
            let codes = case.codes();
            assert!(!codes.iter().any(|code| code.contains("colon")), "{codes:?}");
        }
    }
}
