//! Folders of migrations, and the command line on them, with what differs from run to run taken out.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use expect_test::Expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;
use sqlx::migrate::{MigrateError, Migrator};
use tempfile::TempDir;

pub(crate) use crate::harness::Said;
use crate::harness::command;

/// A folder `migrations` in a directory of its own.
pub(crate) struct Folder {
    dir: TempDir,
}

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { dir: tempfile::tempdir().expect("a directory") };
        fs::create_dir(folder.path()).expect("a directory");
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("migrations")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// Applies what is there, with sqlx.
    pub(crate) async fn migrate(&self, connection: &mut PgConnection) -> Result<(), MigrateError> {
        Migrator::new(self.path()).await.expect("migrations").run(connection).await
    }

    /// A subcommand on the folder, for sqlx.
    pub(crate) fn run(&self, database: &Database, command: &[&str]) -> Said {
        self.run_as("sqlx", database, command)
    }

    /// A subcommand on the folder, for this tool.
    pub(crate) fn run_as(&self, tool: &str, database: &Database, command: &[&str]) -> Said {
        self.run_at(tool, database.url(), command).without(database.name(), "<database>")
    }

    /// A subcommand that needs no database.
    pub(crate) fn offline(&self, words: &[&str]) -> Said {
        let args = ["cargo-pg-enum"].iter().chain(words).map(OsString::from).collect();
        command(args).without(&format!("{}/", self.dir.path().display()), "")
    }

    /// Makes a package of the directory, with this in `[package.metadata.pg-enum]`.
    pub(crate) fn configure(&self, config: &str) {
        let manifest = format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n\
             [package.metadata.pg-enum]\n{config}"
        );
        let source = self.dir.path().join("src");
        fs::create_dir_all(&source).expect("a directory");
        fs::write(source.join("lib.rs"), "").expect("a file");
        fs::write(self.manifest(), manifest).expect("a file");
    }

    fn manifest(&self) -> PathBuf {
        self.dir.path().join("Cargo.toml")
    }

    pub(crate) fn run_at(&self, tool: &str, url: &str, words: &[&str]) -> Said {
        let mut args: Vec<OsString> = vec!["cargo-pg-enum".into()];
        args.extend(words.iter().map(OsString::from));
        let (option, path) = match self.manifest() {
            manifest if manifest.is_file() => ("--manifest-path", manifest),
            _ => ("--migrations", self.path()),
        };
        args.extend([option.into(), path.into(), "--database-url".into(), url.into()]);
        if !tool.is_empty() {
            args.extend(["--tool".into(), tool.into()]);
        }
        let prefix = format!("{}/", self.dir.path().display());
        command(args).without(&prefix, "")
    }
}

impl Said {
    pub(crate) fn without(mut self, text: &str, with: &str) -> Self {
        for said in [&mut self.out, &mut self.err] {
            *said = said.replace(text, with);
        }
        self
    }

    /// Everything but what is another thing each time or on each server.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{:?}\n", self.status);
        for line in self.out.lines().filter(|line| !line.starts_with("PostgreSQL ")) {
            text += line.trim_end();
            text.push('\n');
        }
        // How many there are depends on the server's version.
        let is_summary = |block: &&str| {
            let mut words = block.split_ascii_whitespace();
            words.next().is_some_and(|word| word.parse::<u32>().is_ok())
                && block.lines().count() == 1
        };
        let blocks = self.err.split("\n\n").filter(|block| !block.contains("[server-version]"));
        for block in blocks.filter(|block| !is_summary(block)) {
            // Nor does it matter how many notes there are.
            let block = match block.trim_matches('\n') {
                clear if clear.starts_with("no problems found") => "no problems found",
                block => block,
            };
            for line in block.lines() {
                text += normal(line).trim_end();
                text.push('\n');
            }
        }
        text
    }

    #[track_caller]
    pub(crate) fn check(&self, expected: &Expect) {
        expected.assert_eq(&self.text());
    }

    /// Whether something of that code has been found.
    pub(crate) fn has(&self, severity: &str, code: &str) -> bool {
        self.err.contains(&format!("{severity}[{code}]"))
    }
}

/// Without the numbers of processes and the ages of transactions.
fn normal(line: &str) -> String {
    let line = mask(line, "pid ", |c| c.is_ascii_digit(), "N");
    let line = mask(&line, "advisory lock ", |c| c.is_ascii_digit() || c == '-', "N");
    mask(&line, "its transaction is ", |c| c.is_ascii_digit() || c == ' ', "N ")
}

fn mask(line: &str, after: &str, what: fn(char) -> bool, with: &str) -> String {
    let mut parts = line.split(after);
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        masked += after;
        masked += with;
        masked += part.trim_start_matches(what);
    }
    masked
}
