//! A test binary whose tests have a database each. It has a `main` of its own, because somebody must stop the server.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use futures_util::FutureExt;
use libtest_mimic::{Arguments, Trial};
use tokio::runtime;

pub use crate::tests;
use crate::{Database, Server};

type Run = fn(Database) -> Pin<Box<dyn Future<Output = ()>>>;

/// A test: its name, and what it does with a database of its own.
#[derive(Debug, Clone, Copy)]
pub struct Test {
    name: &'static str,
    run: Run,
}

/// The function `tests` of a module, from the names of its tests: asynchronous functions that take a [`Database`].
#[macro_export]
macro_rules! tests {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        pub(crate) fn tests() -> ::std::vec::Vec<$crate::harness::Test> {
            ::std::vec::Vec::from([$($(#[$attribute])* $crate::harness::Test::of_function(
                ::std::concat!(::std::module_path!(), "::", ::std::stringify!($name)),
                |database| ::std::boxed::Box::pin($name(database)),
            )),*])
        }
    };
}

impl Test {
    /// A test with this name.
    #[must_use]
    pub fn new(name: &'static str, run: Run) -> Self {
        Self { name, run }
    }

    /// A test that is the function at this path. The name is the path in its crate, as of any test.
    #[must_use]
    pub fn of_function(path: &'static str, run: Run) -> Self {
        Self::new(path.split_once("::").map_or(path, |(_, name)| name), run)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    fn on(self, server: &Arc<Server>) -> Trial {
        let server = Arc::clone(server);
        Trial::test(self.name, move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let database = server.database().await?;
                let outcome = AssertUnwindSafe((self.run)(database.clone())).catch_unwind().await;
                database.drop_database().await?;
                outcome.map_err(|panic| resume_unwind(panic))
            })
        })
    }
}

/// Runs the tests that the command line asks for, as `cargo test` does, on the server at `DATABASE_URL` or a throwaway
/// one.
#[must_use]
pub fn main(tests: impl IntoIterator<Item = Vec<Test>>) -> ExitCode {
    let arguments = Arguments::from_args();
    let server = match Server::find_or_start() {
        Ok(server) => Arc::new(server),
        Err(unavailable) => {
            eprintln!("{unavailable}");
            return ExitCode::FAILURE;
        }
    };
    eprintln!("on {}", server.describe());
    let trials = tests.into_iter().flatten().map(|test| test.on(&server)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
