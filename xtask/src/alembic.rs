//! `cargo xtask alembic`: the situations of `tests/situations`, run by Alembic on several versions of `SQLAlchemy` against a server. What
//! comes of them is held against the file `facts.tsv` beside each.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::install::ensure_server;
use crate::paths::{target_dir, workspace_root};
use crate::python::new_environment;
use crate::run::{Failure, at, command, read, run};

/// The versions that differ in what they do with enums.
const SQLALCHEMY: [&str; 3] = ["1.4", "2.0", "2.1"];

/// What came of a fact on each version, by folder and fact, in the order in which they were run.
type Facts = Vec<((String, String), Vec<String>)>;

pub(crate) fn alembic() -> Result<(), Failure> {
    ensure_server()?;
    let mut situations: BTreeMap<String, Facts> = BTreeMap::new();
    for (index, version) in SQLALCHEMY.iter().enumerate() {
        let python = environment(version)?;
        for line in run_all(&python)?.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            let [situation, folder, fact, outcome] = words[..] else {
                return Err(Failure::new(format!("run.py has written `{line}`")));
            };
            let facts = situations.entry(situation.to_owned()).or_default();
            let key = (folder.to_owned(), fact.to_owned());
            let found = facts.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                facts.push((key, Vec::new()));
                facts.len() - 1
            });
            let outcomes = &mut facts[found].1;
            // Where an earlier step fails on one version, a later one is not run there.
            outcomes.resize(index, "-".to_owned());
            outcomes.push(outcome.to_owned());
        }
    }
    let mut wrong = Vec::new();
    for (situation, facts) in &mut situations {
        let path = workspace_root().join("tests/situations").join(situation).join("facts.tsv");
        let text = table(facts);
        let known = fs::read_to_string(&path).unwrap_or_default();
        if known == text {
            continue;
        }
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, text).map_err(at(&path))?;
            eprintln!("{} is written", path.display());
        } else {
            wrong.push(format!("{} has\n{known}and this run came to\n{text}", path.display()));
        }
    }
    if wrong.is_empty() {
        println!("{} situations do what their facts say", situations.len());
        return Ok(());
    }
    Err(Failure::new(format!("{}\nUPDATE_EXPECT=1 writes what this run came to", wrong.join("\n"))))
}

fn table(facts: &mut Facts) -> String {
    // Folder by folder, whatever the version on which a fact was met first.
    facts.sort_by(|((a, _), _), ((b, _), _)| a.cmp(b));
    let mut text = format!("folder\tfact\t{}\n", SQLALCHEMY.join("\t"));
    for ((folder, fact), outcomes) in facts {
        outcomes.resize(SQLALCHEMY.len(), "-".to_owned());
        let _ = writeln!(text, "{folder}\t{fact}\t{}", outcomes.join("\t"));
    }
    text
}

/// Python of a virtual environment with a version of `SQLAlchemy`, which is kept for the next time.
fn environment(version: &str) -> Result<PathBuf, Failure> {
    let dir = target_dir().join("alembic").join(version);
    let python = dir.join("bin/python");
    if !python.is_file() {
        new_environment(&dir)?;
    }
    let install = ["-m", "pip", "install", "--quiet", "alembic", "psycopg2-binary"];
    run(Command::new(&python).args(install).arg(format!("sqlalchemy=={version}.*")))?;
    Ok(python)
}

/// Runs all situations, against the server at `DATABASE_URL` or a throwaway one.
fn run_all(python: &Path) -> Result<String, Failure> {
    let package = ["run", "--quiet", "--package", "pg-enum-test-server", "--bin", "with-postgres"];
    read(
        command("cargo", package)
            .arg("--")
            .arg(python)
            .arg(workspace_root().join("tests/situations/run.py"))
            // The hashes of texts differ between processes, and here they differ every time.
            .env("PYTHONHASHSEED", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )
}
