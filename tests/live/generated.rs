//! Migrations as `cargo pg-enum generate` writes them, applied by the tools whose folders they are in.
//!
//! Four times an enum changes: it is new, gets a label in the middle, a label gets another name, the type
//! gets another name. After each time, the tool goes up, and the catalog must say what the enum says. Then
//! it goes all the way down, where it can, and up again.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;
use sqlx::migrate::Migrator;
use tempfile::TempDir;

use crate::harness::{Said, Test, command, labels, types};

/// Names the directory of the tools' programs. Without it, only what is a library is tried.
const TOOLS: &str = "PG_ENUM_TOOLS";

pub(crate) fn tests() -> Vec<Test> {
    let mut tests = libraries::tests();
    let of_tool = |test: &Test| program(test.name().rsplit("::").next().unwrap_or_default());
    tests.extend(programs::tests().into_iter().filter(|test| of_tool(test).is_some()));
    tests
}

/// A tool's program, if it is there.
fn program(name: &str) -> Option<PathBuf> {
    let path =
        Path::new(&env::var_os(TOOLS)?).join(name).with_extension(env::consts::EXE_EXTENSION);
    path.is_file().then_some(path)
}

/// The enum as it is each time, its type's name, and its labels.
const STATES: [(&str, &str, &[&str]); 4] = [
    ("enum Mood { Sad, Happy }", "mood", &["Sad", "Happy"]),
    ("enum Mood { Sad, Ok, Happy }", "mood", &["Sad", "Ok", "Happy"]),
    ("enum Mood { Sad, #[pg_enum(was = \"Ok\")] Fine, Happy }", "mood", &["Sad", "Fine", "Happy"]),
    (
        "#[pg_enum(was = \"mood\")] enum Feeling { Sad, #[pg_enum(was = \"Ok\")] Fine, Happy }",
        "feeling",
        &["Sad", "Fine", "Happy"],
    ),
];

const MANIFEST: &str = "[package]\nname = \"feelings\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
    [workspace]\n";

/// A package whose migrations are a tool's.
struct Package {
    dir: TempDir,
    tool: &'static str,
}

impl Package {
    /// The first migration has nothing to do with enums: the others are laid out as it is.
    fn new(tool: &'static str, first: &[(&str, &str)]) -> Self {
        let package = Self { dir: tempfile::tempdir().expect("a directory"), tool };
        package.write("Cargo.toml", MANIFEST);
        for (path, text) in first {
            package.write(&format!("migrations/{path}"), text);
        }
        package
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    fn migrations(&self) -> PathBuf {
        self.dir.path().join("migrations")
    }

    /// `cargo pg-enum generate`, which must write something.
    fn generate(&self, source: &str) {
        self.write("src/lib.rs", &format!("#[derive(PgEnum)] {source}\n"));
        let manifest = self.dir.path().join("Cargo.toml");
        let mut args: Vec<OsString> = ["cargo-pg-enum", "pg-enum", "generate", "--tool", self.tool]
            .map(OsString::from)
            .to_vec();
        args.extend(["--manifest-path".into(), manifest.into()]);
        let Said { status, out, err } = command(args);
        assert!(matches!(status, Status::Clean), "{err}");
        assert!(!out.starts_with("nothing to do"), "{out}");
    }
}

/// Goes the whole way. `down` says whether it went down.
async fn follow(
    database: &Database,
    package: &Package,
    mut up: impl AsyncFnMut(),
    mut down: impl AsyncFnMut() -> bool,
) {
    let mut connection = database.connect().await.expect("a connection");
    let mut applied = async |(name, expected): (&str, &[&str])| {
        assert_eq!(labels(&mut connection, "public", name).await, expected, "{}", package.tool);
        let others = ["mood", "feeling"].into_iter().filter(|other| *other != name);
        for other in others {
            assert_eq!(types(&mut connection, "public", other).await, 0, "{}", package.tool);
        }
    };
    for (source, name, labels) in STATES {
        package.generate(source);
        up().await;
        applied((name, labels)).await;
    }
    if down().await {
        applied(("", &[])).await;
        up().await;
        let (_, name, labels) = STATES[STATES.len() - 1];
        applied((name, labels)).await;
    }
}

const SQLX: [(&str, &str); 2] =
    [("0001_start.up.sql", "CREATE TABLE start ();"), ("0001_start.down.sql", "DROP TABLE start;")];

mod libraries {
    use super::{Database, Migrator, Package, SQLX, follow};
    use crate::harness::tests;

    tests![sqlx];

    async fn sqlx(database: Database) {
        let package = Package::new("sqlx", &SQLX);
        let migrator = async || Migrator::new(package.migrations()).await.expect("migrations");
        let connect = async || database.connect().await.expect("a connection");
        follow(
            &database,
            &package,
            async || migrator().await.run(&mut connect().await).await.expect("to go up"),
            async || {
                migrator().await.undo(&mut connect().await, 0).await.expect("to go down");
                true
            },
        )
        .await;
    }
}

/// What is run is named as its test is.
mod programs {
    use std::ffi::OsStr;

    use super::{Command, Database, Package, SQLX, STATES, follow, program};
    use crate::harness::tests;

    tests![dbmate, diesel, refinery, sqlx];

    /// Runs a tool's program, which must succeed.
    fn run<S: AsRef<OsStr>>(name: &str, package: &Package, database: &Database, arguments: &[S]) {
        // A parameter of sqlx's own, which the others refuse.
        let (address, parameters) = database.url().split_once('?').unwrap_or((database.url(), ""));
        let theirs = |given: &&str| !given.starts_with("statement-cache-capacity=");
        let parameters: Vec<_> = parameters.split('&').filter(theirs).collect();
        let url = format!("{address}?{}", parameters.join("&"));
        let mut command = Command::new(program(name).expect("its test is there only then"));
        command.args(arguments).current_dir(package.dir.path()).env("DATABASE_URL", url);
        let output = command.output().expect("it starts");
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    }

    async fn dbmate(database: Database) {
        let both = "-- migrate:up\nCREATE TABLE start ();\n\n-- migrate:down\nDROP TABLE start;\n";
        let package = Package::new("dbmate", &[("20240101000000_start.sql", both)]);
        let dbmate = |what| {
            let arguments = ["--migrations-dir", "migrations", "--no-dump-schema", what];
            run("dbmate", &package, &database, &arguments);
        };
        let down = async || {
            // One at a time, and the first one as well.
            for _ in 0..=STATES.len() {
                dbmate("rollback");
            }
            true
        };
        follow(&database, &package, async || dbmate("up"), down).await;
    }

    async fn diesel(database: Database) {
        let first = [
            ("2024-01-01-000000_start/up.sql", "CREATE TABLE start ();"),
            ("2024-01-01-000000_start/down.sql", "DROP TABLE start;"),
        ];
        let package = Package::new("diesel", &first);
        let diesel = |what: &[&str]| {
            run("diesel", &package, &database, &[&["migration"], what].concat());
        };
        let down = async || {
            diesel(&["revert", "--all"]);
            true
        };
        follow(&database, &package, async || diesel(&["run"]), down).await;
    }

    /// It knows no way down.
    async fn refinery(database: Database) {
        let package = Package::new("refinery", &[("V1__start.sql", "CREATE TABLE start ();")]);
        let arguments = ["migrate", "-e", "DATABASE_URL", "-p", "migrations"];
        let up = async || run("refinery", &package, &database, &arguments);
        follow(&database, &package, up, async || false).await;
    }

    async fn sqlx(database: Database) {
        let package = Package::new("sqlx", &SQLX);
        let sqlx = |what: &[&str]| {
            run("sqlx", &package, &database, &[&["migrate"], what].concat());
        };
        let down = async || {
            sqlx(&["revert", "--target-version", "0"]);
            true
        };
        follow(&database, &package, async || sqlx(&["run"]), down).await;
    }
}
