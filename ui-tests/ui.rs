//! The derive as its users meet it: what it says to a mistake, and the code around it that must
//! not disturb it.
//!
//! One case is one file, named after what it shows. After a change to a message, run with
//! `TRYBUILD=overwrite` and read every `.stderr` file that differs, as somebody would who made
//! that mistake.

mod process;

// Two tests, because cases that only have to fail are checked all at once, in one run of cargo.

#[test]
fn mistakes_are_explained() {
    process::run("mistakes_are_explained", &[], |cases| cases.compile_fail("fail/**/*.rs"));
}

#[test]
fn surroundings_do_not_matter() {
    process::run("surroundings_do_not_matter", &[], |cases| cases.pass("pass/**/*.rs"));
}
