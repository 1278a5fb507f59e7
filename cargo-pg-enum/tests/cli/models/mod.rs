//! Models beside the tables of the migrations.

mod diesel;
mod pg_model;
mod report;
mod sea_orm;
mod sqlx;

use crate::harness::{Crates, Run};

/// `check` of one package with this library and this migration.
fn check(library: &str, sql: &str) -> Run {
    Crates::one(library, &[("migrations/1_a.sql", sql)]).run(&["check"])
}

/// The codes of what is reported, with the line of the source that each is about, and the summary.
fn said(library: &str, sql: &str) -> Vec<String> {
    let run = check(library, sql);
    let mut lines: Vec<String> = Vec::new();
    for line in run.err.lines().chain(run.out.lines()) {
        if let Some((level, rest)) = line.split_once('[')
            && let Some((code, message)) = rest.split_once("]: ")
            && ["error", "warning"].contains(&level)
        {
            lines.push(format!("{code}: {message}"));
        } else if let Some(place) = line.trim_start().strip_prefix("--> src/lib.rs:")
            && let Some(last) = lines.last_mut()
        {
            let (number, _) = place.split_once(':').unwrap();
            last.insert_str(0, &format!("{number} "));
        }
    }
    lines
}
