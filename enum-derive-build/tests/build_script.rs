//! A build script, as cargo runs it: when it does, what it says, and what it leaves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const MANIFEST: &str = r#"
[package]
name = "scratch"
version = "0.1.0"
edition = "2024"

[build-dependencies]
pg-enum-build = { path = "WORKSPACE/enum-derive-build", features = ["scan"] }

[workspace]
"#;

/// Counts its runs, and says where it leaves things.
const SCRIPT: &str = r#"
use std::io::Write;

fn main() {
    let mut log = std::fs::File::options().create(true).append(true).open("../runs").unwrap();
    writeln!(log, "{}", std::env::var("OUT_DIR").unwrap()).unwrap();
    pg_enum_build::Build::new().migrations("migrations").sql().run();
}
"#;

const SOURCE: &str = "pub mod model;\n\
    pub const RECORD: Option<&str> = option_env!(\"PG_ENUM_RECORD\");";

/// A crate with a build script, in a folder of its own.
struct Scratch {
    dir: TempDir,
    runs: usize,
}

/// How cargo fared.
struct Outcome {
    succeeded: bool,
    output: String,
}

impl Scratch {
    fn new() -> Self {
        let scratch = Self { dir: tempfile::tempdir().unwrap(), runs: 0 };
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let slashes = workspace.to_str().unwrap().replace('\\', "/");
        scratch.write("Cargo.toml", &MANIFEST.replace("WORKSPACE", &slashes));
        scratch.write("build.rs", SCRIPT);
        scratch.write("src/lib.rs", SOURCE);
        scratch.write("src/model.rs", "pub enum Plain {}");
        // The versions that are there already: nothing is to be downloaded.
        fs::copy(workspace.join("Cargo.lock"), scratch.path("Cargo.lock")).unwrap();
        scratch
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("scratch").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn cargo(&self, docs_rs: bool) -> Outcome {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["check", "--offline", "--target-dir"]);
        // The same one each time, so that the dependencies are built once.
        command.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-script"));
        command.current_dir(self.path("")).env_remove("DOCS_RS").env("CARGO_INCREMENTAL", "0");
        if docs_rs {
            command.env("DOCS_RS", "1");
        }
        let output = command.output().unwrap();
        Outcome {
            succeeded: output.status.success(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Builds, and expects that to succeed, and the script to run or not.
    #[track_caller]
    fn build(&mut self, runs: bool) -> String {
        let outcome = self.cargo(false);
        assert!(outcome.succeeded, "{}", outcome.output);
        let now = self.out_dirs().len();
        assert_eq!(now > self.runs, runs, "{}", outcome.output);
        self.runs = now;
        outcome.output
    }

    /// Builds, and expects that to fail.
    #[track_caller]
    fn fail(&self) -> String {
        let outcome = self.cargo(false);
        assert!(!outcome.succeeded);
        outcome.output
    }

    fn out_dirs(&self) -> Vec<PathBuf> {
        let runs = fs::read_to_string(self.dir.path().join("runs")).unwrap();
        runs.lines().map(PathBuf::from).collect()
    }

    /// A file that the script has left.
    fn left(&self, name: &str) -> String {
        fs::read_to_string(self.out_dirs().last().unwrap().join(name)).unwrap()
    }

    /// What rustc gets as `PG_ENUM_RECORD`.
    fn variable(&self) -> Option<String> {
        let said = self.out_dirs().last()?.parent()?.join("output");
        let said = fs::read_to_string(said).ok()?;
        let line =
            said.lines().find_map(|line| line.strip_prefix("cargo::rustc-env=PG_ENUM_RECORD="));
        line.map(str::to_owned)
    }
}

/// One test, as there is one crate to build.
#[test]
fn a_build_script() {
    let mut scratch = Scratch::new();
    it_runs_when_it_should(&mut scratch);
    it_follows_the_source(&mut scratch);
    it_reports(&mut scratch);
    it_knows_where_there_are_no_migrations(&mut scratch);
}

fn it_runs_when_it_should(scratch: &mut Scratch) {
    scratch.write("migrations/1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');");
    scratch.build(true);
    let first = scratch.variable().unwrap();
    let (path, hash) = first.rsplit_once('#').unwrap();
    assert_eq!(hash.len(), 16);
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "pg-enum record 1\ndefault\tpublic\n\
         enum\tpublic\tmood\tknown\tmigrations/1_mood.sql\t1\n\
         label\tsad\tmigrations/1_mood.sql\t1\n"
    );
    scratch.build(false);

    // A new file.
    scratch.write("migrations/2_ok.sql", "ALTER TYPE mood ADD VALUE 'ok';");
    scratch.build(true);
    assert!(scratch.left("pg_enum_record").contains("label\tok\tmigrations/2_ok.sql\t1\n"));
    assert_ne!(scratch.variable().unwrap(), first);
    scratch.build(false);

    // One that changes.
    scratch.write("migrations/2_ok.sql", "ALTER TYPE mood ADD VALUE 'fine';");
    scratch.build(true);
    assert!(scratch.left("pg_enum_record").contains("label\tfine\t"));
    scratch.build(false);

    // In a folder in the folder: new, changed and gone.
    scratch.write("migrations/more/a.sql", "");
    scratch.build(true);
    scratch.build(false);
    scratch.write("migrations/more/a.sql", "SELECT 1;");
    scratch.build(true);
    scratch.build(false);
    fs::remove_dir_all(scratch.path("migrations/more")).unwrap();
    scratch.build(true);

    // One that goes.
    fs::remove_file(scratch.path("migrations/2_ok.sql")).unwrap();
    scratch.build(true);
    assert_eq!(scratch.variable().unwrap(), first);
    scratch.build(false);
}

fn it_follows_the_source(scratch: &mut Scratch) {
    assert!(!scratch.left("up.sql").contains("CREATE TYPE"));
    // The derive itself is not built here: what `cfg` leaves open is enough to have it seen.
    let model = "#[cfg_attr(scratch, derive(PgEnum))]\npub enum Weather { Sun }";
    scratch.write("src/model.rs", model);
    let output = scratch.build(true);
    assert!(scratch.left("up.sql").contains("-- Weather (src/model.rs:2)\n"));
    assert!(scratch.left("down.sql").contains("DROP TYPE"));
    assert!(scratch.left("pending.sql").contains("CREATE TYPE weather AS ENUM ('Sun')"));
    assert!(
        output.contains(
            "warning: scratch@0.1.0: src/model.rs:2: whether `scratch` holds is not known here"
        ),
        "{output}"
    );
    scratch.build(false);
    scratch.write("src/model.rs", "pub enum Weather { Sun }");
    scratch.build(true);
}

fn it_reports(scratch: &mut Scratch) {
    scratch.write("migrations/2_x.sql", "SELECT 1;\nALTER TYPE nood\n  ADD VALUE 'ok';");
    let output = scratch.fail();
    let headline = "migrations/2_x.sql:2: type \"nood\" does not exist (SQLSTATE 42704)";
    assert!(output.contains(&format!("error: scratch@0.1.0: {headline}\n")), "{output}");
    assert!(output.contains("2 | ALTER TYPE nood\n"), "{output}");
    assert!(output.contains("3 |   ADD VALUE 'ok';\n"), "{output}");

    let dynamic = "DO $$ BEGIN EXECUTE (SELECT sql FROM todo); END $$;";
    scratch.write("migrations/2_x.sql", dynamic);
    scratch.runs = scratch.out_dirs().len();
    let output = scratch.build(true);
    assert!(output.contains("warning: scratch@0.1.0: migrations/2_x.sql:1: "), "{output}");
    assert!(output.contains("; no enum is checked; "), "{output}");
    assert!(scratch.left("pg_enum_record").contains("\tmood\tunknown\t"));
}

fn it_knows_where_there_are_no_migrations(scratch: &mut Scratch) {
    fs::remove_dir_all(scratch.path("migrations")).unwrap();
    let output = scratch.fail();
    let path = scratch.path("migrations");
    assert!(output.contains(&format!("there is no folder {}; ", path.display())), "{output}");

    assert!(scratch.cargo(true).succeeded);
    assert_eq!(scratch.variable(), None);
    assert!(!scratch.cargo(false).succeeded);

    // What cargo puts into a package.
    scratch.write("Cargo.toml.orig", "");
    scratch.runs = scratch.out_dirs().len();
    scratch.build(true);
    assert_eq!(scratch.variable(), None);
    scratch.build(false);
}
