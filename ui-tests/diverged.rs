//! The derive in a package whose build script has recorded what the migrations say: `diverged/record.txt`
//! for most cases. As in `ui.rs`, a case is a file named after what it shows.
//!
//! The derive finds the record through a variable of the compiler's environment, which is that of the
//! process that runs the cases. So each test runs itself in a process of its own, with the variable set;
//! it is not set in the process that cargo starts, nor in that of the other cases.

use trybuild::TestCases;

mod process;

const RECORD: &str = "PG_ENUM_RECORD";

/// Runs `cases` where `RECORD` is `record`.
fn with_record(record: &str, test: &str, cases: fn(&TestCases)) {
    process::run(test, &[(RECORD, record)], cases);
}

/// The value that a build script sets for a file beside the cases.
fn beside(file: &str) -> String {
    format!("{}/diverged/{file}#0", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn disagreements_are_explained() {
    with_record(&beside("record.txt"), "disagreements_are_explained", |cases| {
        cases.compile_fail("diverged/fail/**/*.rs");
    });
}

#[test]
fn agreement_is_silent() {
    with_record(&beside("record.txt"), "agreement_is_silent", |cases| {
        cases.pass("diverged/pass/*.rs");
    });
}

#[test]
fn a_record_that_is_not_there() {
    with_record("/target/gone/record#0", "a_record_that_is_not_there", |cases| {
        cases.compile_fail("diverged/no_record/*.rs");
    });
}

#[test]
fn a_record_of_another_version() {
    let record = beside("record_of_another_version.txt");
    with_record(&record, "a_record_of_another_version", |cases| {
        cases.compile_fail("diverged/other_version/*.rs");
    });
}

#[test]
fn a_record_without_tables() {
    let record = beside("record_without_tables.txt");
    with_record(&record, "a_record_without_tables", |cases| {
        cases.compile_fail("diverged/no_tables/*.rs");
    });
}

#[test]
fn a_record_in_which_any_table_may_be_there() {
    let record = beside("record_in_doubt.txt");
    with_record(&record, "a_record_in_which_any_table_may_be_there", |cases| {
        cases.compile_fail("diverged/any_table/*.rs");
    });
}
