//! Imports that lead nowhere, where something depends on them.

use pg_enum_migrations::folder::HOLE;
use pg_enum_migrations::{Kind, Location};
use pg_enum_python::What;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "unresolvable-import",
    summary: "what a revision does depends on a module that is not in the project's source",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("unresolvable_import.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut imports: Vec<(&Location, &String, &String, Option<&Location>)> = Vec::new();
    for shown in &subject.shown {
        if let What::UnresolvedImport { module, binds, not_python } = &shown.fact.what
            && !imports.iter().any(|(at, ..)| **at == shown.fact.at)
        {
            imports.push((&shown.fact.at, module, binds, not_python.as_ref()));
        }
    }
    if imports.is_empty() {
        return;
    }
    let with_hole = subject.statements.iter().filter(|it| it.text().contains(HOLE) && it.is_made());
    let is_about_types = |text: &str| text.contains("TYPE") || text.contains("type");
    let with_hole =
        with_hole.filter(|it| is_about_types(it.text()) && creates(it)).map(|it| &it.at);
    let unknown: Vec<&Location> =
        subject.not_read.iter().map(|(at, _)| at).chain(with_hole).collect();
    for (at, module, binds, not_python) in imports {
        let needs = |place: &&&Location| {
            let text = place.source.text.get(place.range.clone()).unwrap_or_default();
            place.path() == at.path() && (calls(text, binds) || names_enum(text, binds))
        };
        let Some(first) = unknown.iter().find(needs) else { continue };
        for place in unknown.iter().filter(needs) {
            explain(subject, report, place);
        }
        let why = match not_python {
            Some(place) => format!("{} is not Python", place.path().display()),
            None => format!("module `{module}` is not in this project's source"),
        };
        let message = format!("{why}: what line {} does with `{binds}` is not known", first.line());
        let finding = report.add(message, at);
        finding.related(first, "this depends on it");
        if let Some(place) = not_python {
            finding.related(place, "this is not Python");
            continue;
        }
        finding.help(
            "look at the folder inside the repository that has the module (`prepend_sys_path` in alembic.ini is heeded), or say in \
             the revision what it does: `# pg-enum: assume …`",
        );
    }
}

fn creates(statement: &crate::statement::Statement) -> bool {
    statement.find(&["create", "type"]).next().is_some()
}

/// Whether a stretch of source is a call of a name, or of something in it.
fn calls(text: &str, name: &str) -> bool {
    let first = text.split(['(', '.']).next().unwrap_or_default();
    first == name && text.ends_with(')')
}

/// Whether an enum in a stretch of source is made from a name: `sa.Enum(Mood, …)`, `Enum(*Mood.labels())`.
fn names_enum(text: &str, name: &str) -> bool {
    let calls = text.match_indices("num(").chain(text.match_indices("NUM("));
    let arguments = calls.map(|(at, _)| text[at + 4..].split(')').next().unwrap_or_default());
    let mut all = arguments.into_iter();
    all.any(|arguments| uses(arguments, name))
}

/// Whether a name is used in a stretch of source.
fn uses(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
    })
}

fn explain(subject: &Subject<'_>, report: &mut Report, place: &Location) {
    for (index, finding) in subject.replay.findings.iter().enumerate() {
        if matches!(finding.kind, Kind::Unknown { .. }) && finding.at == *place {
            report.explain(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{Case, revision};

    #[test]
    fn a_module_that_is_not_python() {
        let up = "from helpers import make\nmake(op.get_bind())";
        let said = |helpers: &str| {
            let text = revision("a1", None, up, "pass");
            let case = Case::new(&[("a1.py", &text), ("helpers/__init__.py", helpers)]);
            let all = case.findings().into_iter();
            let of_rule = all.filter(|it| it.code == "unresolvable-import");
            of_rule.map(|it| it.message).collect::<Vec<_>>()
        };
        let behind = "what line 10 does with `make` is not known";
        assert_eq!(said("def make(:\n"), [format!("helpers/__init__.py is not Python: {behind}")]);
        assert_eq!(
            said(""),
            [format!("module `helpers` is not in this project's source: {behind}")]
        );
        assert_eq!(said("def make(bind):\n    pass\n"), [""; 0]);
    }
}
