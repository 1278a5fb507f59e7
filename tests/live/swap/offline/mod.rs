//! Types that are replaced by migrations that were generated without a database.
//!
//! Either `generate` refuses and says what needs a database, or what it has written gives what a new database has, or it
//! raises an error and changes nothing.

mod guarded;
mod scripts;

use sqlx::PgConnection;

use crate::harness::{Test, run, try_run};
use crate::runtime::Package;

pub(super) fn tests() -> Vec<Test> {
    [guarded::tests(), scripts::tests()].into_iter().flatten().collect()
}

/// A package whose migrations are these.
fn package(source: &str, migrations: &[&str]) -> Package {
    let package = Package::new(source);
    for (number, sql) in (1..).zip(migrations) {
        package.write(&format!("migrations/{number:04}_m.up.sql"), sql);
        package.write(&format!("migrations/{number:04}_m.down.sql"), "");
    }
    package
}

/// What `generate` has written, up and down; or what it says.
fn generated(package: &Package) -> Result<[String; 2], String> {
    let said = package.said(None, &["generate", "--allow-destructive"]);
    if !said.starts_with("Clean\n") {
        return Err(said);
    }
    let of = |end: &str| said.lines().find(|line| line.ends_with(end)).map(|it| package.read(it));
    match (of(".up.sql"), of(".down.sql")) {
        (Some(up), Some(down)) => Ok([up, down]),
        _ => Err(said),
    }
}

async fn send(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    run(connection, "SET search_path = nowhere").await;
    let done = try_run(connection, sql).await;
    run(connection, "RESET search_path").await;
    done.map(drop)
}
