//! The documentation of each rule is its test: what is bad is reported, what is good is not.

use std::fs;
use std::path::Path;

use pg_enum_migrations::folder::Tool;
use pg_enum_migrations::{EnumState, Folder, Kind, Options};

use super::RULES;
use crate::fix::Fix;
use crate::lint;
use crate::report::Finding;
use crate::subject::Subject;

/// The fenced blocks of a section, as files.
fn files<'a>(explanation: &'a str, section: &str) -> Vec<(&'a str, &'a str)> {
    let Some((_, rest)) = explanation.split_once(&format!("\n## {section}\n")) else {
        return Vec::new();
    };
    let section = rest.split_once("\n## ").map_or(rest, |(section, _)| section);
    let blocks = section.split("\n```").collect::<Vec<_>>();
    let mut files = Vec::new();
    for block in blocks.iter().skip(1).step_by(2) {
        let (head, text) = block.split_once('\n').expect("a block has lines");
        let (_, name) = head.split_once(' ').unwrap_or_else(|| panic!("no name: {head}"));
        files.push((name, text));
    }
    files
}

/// A folder of migrations in a test.
pub(super) struct Case {
    files: Vec<(String, String)>,
}

impl Case {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Self { files: files.iter().map(owned).collect() }
    }

    /// The folder on disk, as long as its root is kept.
    fn open(&self) -> (tempfile::TempDir, Folder, Options) {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in &self.files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let folder = Folder::open(root.path()).unwrap();
        let python = pg_enum_python::Options::of_project(root.path());
        let down = python.clone();
        let options = Options::new().tables(true);
        let options = options.read_code(move |root, source| python.read(root, source));
        let options = options.read_code_down(move |root, source| down.read_down(root, source));
        (root, folder, options)
    }

    /// What the rules report in it.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let (root, folder, options) = self.open();
        let replay = options.replay(&folder).unwrap();
        let python = pg_enum_python::Options::of_project(root.path());
        let subject = match folder.tool {
            Tool::Alembic => Subject::with_python(&folder, &replay, &python),
            _ => Subject::new(&folder, &replay),
        };
        let subject = subject.with_round_trips(options.round_trips(&folder).unwrap());
        lint(&subject).findings
    }

    /// The enums that it makes, and how many statements the server refuses.
    fn outcome(&self) -> (Vec<String>, usize) {
        let (_root, folder, options) = self.open();
        let replay = options.replay(&folder).unwrap();
        let refused = replay.findings.iter().filter(|it| matches!(it.kind, Kind::Refused { .. }));
        let told = |it: &EnumState| {
            let labels: Vec<&str> = it.labels.iter().map(|label| &*label.text).collect();
            format!("{}.{} {labels:?}", it.schema, it.name)
        };
        (replay.enums.iter().map(told).collect(), refused.count())
    }

    /// The place, severity and code of each.
    pub(super) fn codes(&self) -> Vec<String> {
        let told = |it: Finding| format!("{} {} {}", it.at, it.severity.as_str(), it.code);
        self.findings().into_iter().map(told).collect()
    }

    /// The place and severity of those of one rule.
    pub(super) fn of(&self, code: &str) -> Vec<String> {
        let found = self.findings().into_iter().filter(|it| it.code == code);
        found.map(|it| format!("{} {}", it.at, it.severity.as_str())).collect()
    }

    /// The folder after all fixes that can be made at once.
    pub(super) fn fixed(&self) -> Self {
        self.fixed_of(&|_| true)
    }

    /// The same, with the fixes of some findings.
    fn fixed_of(&self, takes: &dyn Fn(&Finding) -> bool) -> Self {
        let findings = self.findings();
        let chosen = findings.iter().filter(|it| takes(it)).filter_map(|it| it.fix.as_ref());
        let (changed, made) = Fix::apply(chosen);
        assert!(made > 0, "no finding has a fix");
        let mut files = self.files.clone();
        for (path, text) in changed {
            let file = files.iter_mut().find(|(name, _)| Path::new(name) == path);
            file.expect("one of the files").1 = text;
        }
        Self { files }
    }

    pub(super) fn text(&self, name: &str) -> &str {
        let file = self.files.iter().find(|(known, _)| known == name);
        file.map(|(_, text)| &**text).expect("one of the files")
    }
}

/// A revision with these bodies: the way up begins at line 9, and the way down three lines behind its end.
pub(super) fn revision(id: &str, down: Option<&str>, up: &str, back: &str) -> String {
    let down = down.map_or("None".to_owned(), |down| format!("'{down}'"));
    let body =
        |text: &str| -> String { text.lines().flat_map(|line| ["    ", line, "\n"]).collect() };
    format!(
        "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\nimport enum\n\
         revision = '{id}'\ndown_revision = {down}\n\ndef upgrade():\n{}\n\ndef downgrade():\n{}",
        body(up),
        body(back)
    )
}

/// The codes that the rules report in a folder.
fn codes(files: &[(&str, &str)]) -> Vec<&'static str> {
    Case::new(files).findings().into_iter().map(|finding| finding.code).collect()
}

#[test]
fn examples_of_each_rule() {
    for rule in RULES {
        let sections = ["Why", "Bad", "Good"];
        let at: Vec<_> =
            sections.iter().map(|name| rule.explanation.find(&format!("\n## {name}\n"))).collect();
        assert!(at.is_sorted() && at[0].is_some(), "{}: the sections are {sections:?}", rule.code);
        let bad = codes(&files(rule.explanation, "Bad"));
        assert!(bad.contains(&rule.code), "{}: what is bad has only {bad:?}", rule.code);
        let good = codes(&files(rule.explanation, "Good"));
        assert!(!good.contains(&rule.code), "{}: what is good has {good:?}", rule.code);
    }
}

/// After a fix, its finding is gone, the enums are the same, and nothing more is refused.
#[test]
fn fixes_of_each_rule() {
    let mut fixed = 0;
    for rule in RULES {
        let case = Case::new(&files(rule.explanation, "Bad"));
        let has_fix = |it: &Finding| it.code == rule.code && it.fix.is_some();
        if !case.findings().iter().any(has_fix) {
            continue;
        }
        fixed += 1;
        let after = case.fixed_of(&has_fix);
        assert!(!after.findings().iter().any(has_fix), "{}: {:?}", rule.code, after.files);
        let ((old, old_refused), (new, new_refused)) = (case.outcome(), after.outcome());
        let is_better = new_refused < old_refused;
        assert!(is_better || (old, old_refused) == (new, new_refused), "{}", rule.code);
    }
    assert!(fixed >= 6, "{fixed}");
}

#[test]
fn rules_are_in_order() {
    assert!(RULES.is_sorted_by_key(|rule| rule.code));
    for rule in RULES {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        assert!(rule.code.chars().all(plain), "{}", rule.code);
        assert!(!rule.summary.ends_with('.'), "{}", rule.code);
    }
}
