//! `cargo pg-enum import`: what is in a database, as Rust that says the same.

mod failures;
mod files;
mod models;
mod nasty;
mod random;
mod shapes;

use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};

use cargo_pg_enum::Status;
use pg_enum_core::parse::{Enum, parse, validate};
use pg_enum_test_server::Database;
use syn::Item;

use crate::harness::{Said, Test, command};

pub(crate) fn tests() -> Vec<Test> {
    [
        failures::tests(),
        files::tests(),
        models::tests(),
        nasty::tests(),
        random::tests(),
        shapes::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `cargo pg-enum import` from a database.
async fn import(database: &Database, more: &[&str]) -> Said {
    import_from(database.url(), more).await
}

async fn import_from(url: &str, more: &[&str]) -> Said {
    let args = ["cargo-pg-enum", "pg-enum", "import", "--database-url", url];
    let args: Vec<OsString> = args.iter().chain(more).map(OsString::from).collect();
    tokio::task::spawn_blocking(|| command(args)).await.expect("it does not panic")
}

impl Said {
    /// What it has printed, which is all that it had to say.
    #[track_caller]
    fn clean(self) -> String {
        assert_eq!((self.status, &*self.err), (Status::Clean, ""), "{}", self.out);
        self.out
    }
}

/// The enums as the derive sees them, which must have nothing against them.
fn derived(source: &str) -> Result<Vec<Enum>, String> {
    let file = syn::parse_file(source).map_err(|error| error.to_string())?;
    let enums = file.items.into_iter().filter_map(|item| match item {
        Item::Enum(item) => Some(item),
        _ => None,
    });
    enums
        .map(|item| {
            let (model, errors) = parse(&item.into());
            if errors.is_empty() && validate(&model).is_empty() {
                Ok(model)
            } else {
                Err(format!("the derive refuses `{}`", model.ident))
            }
        })
        .collect()
}

/// What rustfmt makes of it if that is something else, under either of the configurations that matter.
///
/// With `--check`, it finds nothing wrong with its standard input, whatever that is.
fn unformatted(source: &str, heuristics: &str) -> Option<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config"])
        .arg(format!("use_small_heuristics={heuristics}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is part of the toolchain");
    let mut input = rustfmt.stdin.take().expect("it is piped");
    input.write_all(source.as_bytes()).expect("it reads all of it");
    drop(input);
    let output = rustfmt.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{source}");
    let formatted = String::from_utf8(output.stdout).expect("text");
    (formatted != source).then_some(formatted)
}

#[track_caller]
fn assert_formatted(source: &str) {
    for heuristics in ["Default", "Max"] {
        if let Some(formatted) = unformatted(source, heuristics) {
            assert_eq!(source, formatted, "{heuristics}");
        }
    }
}
