//! Enums and a database at run time.

mod command;
mod ensure;
mod failures;
mod fixtures;
mod processes;
mod random;
mod registry;
mod remedies;
mod round_trips;
mod smoke;
mod tenants;
mod verdicts;

use pg_enum::Set;
use pg_enum::live::{Error, Policy};
use sqlx::PgConnection;

pub(crate) use self::command::Package;
pub(crate) use self::processes::worker;
use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [
        command::tests(),
        ensure::tests(),
        failures::tests(),
        fixtures::tests(),
        processes::tests(),
        random::tests(),
        registry::tests(),
        remedies::tests(),
        round_trips::tests(),
        smoke::tests(),
        tenants::tests(),
        verdicts::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Each disagreement: its code, and its line; one that is tolerated begins with `fine`.
async fn report(set: &Set<'_>, policy: &Policy, connection: &mut PgConnection) -> Vec<String> {
    let report = set.report(policy, connection).await.unwrap();
    let line = |it: &pg_enum::live::Disagreement| {
        let fine = if it.tolerated { "fine " } else { "" };
        let path = &it.rust_name;
        let name = path.rsplit("::").next().unwrap();
        format!("{fine}[{}] {}", it.drift.verdict.code(), it.to_string().replace(&**path, name))
    };
    report.disagreements().iter().map(line).collect()
}

/// What a refusal says.
fn text(error: &Error) -> String {
    error.to_string()
}
