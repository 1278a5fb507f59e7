//! Revisions as people write them, each with what it sends.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod conditions;
mod enums;
mod facts;
mod frameworks;
mod imports;
mod limits;
mod models;
mod naming;
mod operations;
mod told;
mod values;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use pg_enum_migrations::folder::{HOLE, Source, Step};

use crate::Options;

/// What the first file sends, a line for each step: the line of its place, and the SQL with single blanks. SQL that stands in the
/// file is in quotes; `…` is a part that is not known, and `?` says why a step is not.
fn told_of(options: &Options, files: &[(&str, &str)], down: bool) -> String {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (name, text) = files[0];
    let (folder, name) = (Path::new(name).parent().unwrap(), Path::new(name).file_name().unwrap());
    let source = Arc::new(Source { path: name.into(), text: text.to_owned() });
    let folder = root.path().join(folder);
    let steps =
        if down { options.read_down(&folder, &source) } else { options.read(&folder, &source) };
    let mut told = String::new();
    let words = |sql: &str| {
        let words: Vec<&str> = sql.split_whitespace().collect();
        words.join(" ").replace(HOLE, "…")
    };
    for step in steps.unwrap() {
        match step {
            Step::Sql(script) => {
                let line = script.source.line(script.range.start);
                writeln!(told, "{line}: \"{}\"", words(script.text())).unwrap();
            }
            Step::Made { sql, at, once } => {
                let once = once.map(|name| format!(" (once: {name})")).unwrap_or_default();
                writeln!(told, "{}: {}{once}", at.line(), words(&sql)).unwrap();
            }
            Step::Unknown { at, message } | Step::Unreadable { at, message } => {
                writeln!(told, "{}: ? {message}", at.line()).unwrap();
            }
            Step::Tables { at } => writeln!(told, "{}: tables", at.line()).unwrap(),
        }
    }
    told
}

fn told(text: &str) -> String {
    told_of(&Options::default(), &[("versions/a1.py", text)], false)
}

/// What a body of `upgrade()` sends.
fn up(body: &str) -> String {
    told(&revision(body))
}

/// A revision with such a body, which begins at line 7.
fn revision(body: &str) -> String {
    let mut text = String::from(
        "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\nimport enum\n\n\
         def upgrade():\n",
    );
    for line in body.trim_matches('\n').lines() {
        text.extend(["    ", line, "\n"]);
    }
    text
}

#[test]
fn what_is_no_python() {
    let text = "revision = 'a1'\n\n\ndef upgrade():\n    op.execute('x)\n";
    assert_eq!(told(text), "5: ? this is not Python: missing closing quote in string literal\n");
    let source = Arc::new(Source { path: "a1.py".into(), text: text.to_owned() });
    assert!(crate::read_down(Path::new("."), &source).is_none());
}
