//! Cases of trybuild in a process of their own, whose environment is that of cargo and of the compiler.

use std::env;
use std::process::Command;

use trybuild::TestCases;

/// Set in the process that runs the cases.
const INSIDE: &str = "PG_ENUM_UI_TESTS_INSIDE";

/// The flags that trybuild gives the compiler when it runs the cases. When it builds what they depend on, it leaves out the
/// last one, so that cargo would build all of that a second time: the variable comes before the settings that trybuild
/// passes, and makes the flags the same for both.
const FLAGS: [&str; 5] =
    ["--cfg=trybuild", "--verbose", "-A", "dead_code", "--diagnostic-width=140"];

/// Runs `cases` with these variables, by running `test` once more.
pub(crate) fn run(test: &str, variables: &[(&str, &str)], cases: fn(&TestCases)) {
    if env::var_os(INSIDE).is_some() {
        return cases(&TestCases::new());
    }
    let itself = env::current_exe().expect("a test has a file");
    let status = Command::new(itself)
        .args([test, "--exact", "--nocapture"])
        // The names of single cases.
        .args(env::args().filter(|argument| argument.starts_with("trybuild=")))
        .env(INSIDE, "1")
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"))
        .envs(variables.iter().copied())
        .status();
    assert!(status.expect("the test starts once more").success(), "see above");
}
