//! What every test has at hand.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use libtest_mimic::Trial;
use pg_enum_test_server::{Database, Server};

/// A test: its name, and what it does with a database of its own.
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) run: fn(Database) -> Pin<Box<dyn Future<Output = ()>>>,
}

/// The `tests` function of a module, from the names of its tests.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        pub(crate) fn tests() -> Vec<Test> {
            vec![$(Test {
                name: concat!(module_path!(), "::", stringify!($name)).into(),
                run: |database| Box::pin($name(database)),
            }),*]
        }
    };
}
pub(crate) use tests;

impl Test {
    pub(crate) fn on(self, server: &Arc<Server>) -> Trial {
        let server = Arc::clone(server);
        let name = self.name.strip_prefix("drivers::").unwrap_or(&self.name).to_owned();
        Trial::test(name, move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let database = server.database().await?;
                let outcome = AssertUnwindSafe((self.run)(database.clone())).catch_unwind().await;
                database.drop_database().await?;
                outcome.map_err(|panic| resume_unwind(panic))
            })
        })
    }
}
