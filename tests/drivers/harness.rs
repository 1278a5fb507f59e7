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

impl Test {
    pub(crate) fn on(self, server: &Arc<Server>) -> Trial {
        let server = Arc::clone(server);
        Trial::test(self.name, move || {
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
