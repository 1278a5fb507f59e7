//! The documentation of each rule is its test: what is bad is reported, what is good is not.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pg_enum_migrations::folder::{Source, Tool};
use pg_enum_migrations::{Folder, Options};

use super::RULES;
use crate::lint;
use crate::statement::Direction;
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

/// The codes that the rules report in a folder.
fn codes(files: &[(&str, &str)]) -> Vec<&'static str> {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let folder = Folder::open(root.path()).unwrap();
    let python = pg_enum_python::Options::of_project(root.path()).unwrap_or_default();
    let read = python.clone();
    let steps = move |root: &Path, source: &Arc<Source>, direction| match direction {
        Direction::Up => python.read(root, source),
        Direction::Down => python.read_down(root, source),
    };
    let options = Options::new().tables(true);
    let options = options.read_code(move |root, source| read.read(root, source));
    let replay = options.replay(&folder).unwrap();
    let subject = Subject::with_code(&folder, &replay, &steps);
    assert!(subject.not_read.is_empty() || folder.tool != Tool::Alembic, "{:?}", subject.not_read);
    lint(&subject).findings.into_iter().map(|finding| finding.code).collect()
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

#[test]
fn rules_are_in_order() {
    assert!(RULES.is_sorted_by_key(|rule| rule.code));
    for rule in RULES {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        assert!(rule.code.chars().all(plain), "{}", rule.code);
        assert!(!rule.summary.ends_with('.'), "{}", rule.code);
    }
}
