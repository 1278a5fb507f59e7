//! Each program runs, and prints what it is there to show.

use std::process::Command;

fn run(program: &str) -> String {
    let output = Command::new(program).output().expect("it was built");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("text")
}

macro_rules! shows {
    ($($test:ident: $program:literal,)*) => {
        $(#[test]
        fn $test() {
            let output = run(env!(concat!("CARGO_BIN_EXE_", $program)));
            for part in [
                "ensured: [",
                "read: (Happy, [Sad])",
                "then: ",
                r#"unknown label "happy""#,
                "run: ALTER TYPE mood RENAME VALUE 'happy' TO 'Happy';",
            ] {
                assert!(output.contains(part), "no {part:?} in:\n{output}");
            }
        })*
    };
}

shows! {
    sqlx_0_8: "sqlx-0_8",
    tokio_postgres: "tokio-postgres",
    diesel: "diesel",
    diesel_async: "diesel-async",
    sea_orm: "sea-orm",
    sea_orm_1: "sea-orm-1",
}

#[test]
fn diesel_and_tokio_postgres() {
    let output = run(env!("CARGO_BIN_EXE_diesel-and-tokio-postgres"));
    for part in ["written by tokio-postgres: Happy", "read by Diesel: [Happy, Happy]"] {
        assert!(output.contains(part), "no {part:?} in:\n{output}");
    }
}
