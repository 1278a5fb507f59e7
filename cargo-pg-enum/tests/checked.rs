//! The way that `examples/checked/README.md` shows, gone by cargo and by the program: a variant is added,
//! the compiler refuses it, a migration is generated, the compiler is content.
//!
//! What the README prints is compared with what they say; `UPDATE_EXPECT=1` writes it there.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use expect_test::expect_file;

/// The example's place, in its workspace as in the one that the test makes.
const EXAMPLE: &str = "examples/checked";

/// What the README adds, and behind what.
const BEFORE: &str = "    Paid,\n";
const VARIANT: &str = "    Packed,\n";

/// What it changes after that.
const OPTION: &str = "    pub(crate) carrier: Option<Carrier>,\n";
const NO_OPTION: &str = "    pub(crate) carrier: Carrier,\n";

/// Of the example's dependencies, those that the check is about: its program takes a server, and sqlx takes
/// long to build. The feature is there because the tests of pg-enum-build have built these crates with it.
const MANIFEST: &str = r#"
[package]
name = "pg-enum-example-checked"
edition = "2024"
autobins = false

[[example]]
name = "checked"
path = "src/main.rs"

[dev-dependencies]
pg-enum = { path = 'WORKSPACE/enum-derive' }

[build-dependencies]
pg-enum-build = { path = 'WORKSPACE/enum-derive-build', features = ['scan'] }
"#;

const PROGRAM: &str = "#![allow(dead_code)]\nmod order;\nfn main() {}\n";

const UP: &str = "0002_add_value_packed_to_order_status_after_paid.up.sql";
const DOWN: &str = "0002_add_value_packed_to_order_status_after_paid.down.sql";

/// The example in a workspace of its own, at the same place as in this one, so that paths are the same.
struct Scratch {
    root: PathBuf,
}

/// What a command has left.
struct Run {
    succeeded: bool,
    out: String,
    err: String,
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

impl Scratch {
    /// It is always the same folder, as cargo keeps what it builds by the path: with another one each time,
    /// the target directory would grow each time.
    fn new() -> Self {
        let scratch = Self { root: Path::new(env!("CARGO_TARGET_TMPDIR")).join("checked") };
        if scratch.root.exists() {
            fs::remove_dir_all(&scratch.root).unwrap();
        }
        let example = workspace().join(EXAMPLE);
        for folder in ["src", "migrations"] {
            for entry in fs::read_dir(example.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().and_then(OsStr::to_str).unwrap();
                scratch.write(&format!("{folder}/{name}"), &read(&path));
            }
        }
        scratch.write("build.rs", &read(&example.join("build.rs")));
        scratch.write("src/main.rs", PROGRAM);
        scratch.write("Cargo.toml", &MANIFEST.replace("WORKSPACE", workspace().to_str().unwrap()));
        let members = format!("[workspace]\nresolver = \"3\"\nmembers = [\"{EXAMPLE}\"]\n");
        fs::write(scratch.root.join("Cargo.toml"), members).unwrap();
        // The versions that are there already: nothing is to be downloaded.
        fs::copy(workspace().join("Cargo.lock"), scratch.root.join("Cargo.lock")).unwrap();
        scratch
    }

    /// A file of the example's.
    fn path(&self, name: &str) -> PathBuf {
        self.root.join(EXAMPLE).join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `cargo check`.
    fn check(&self) -> Run {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["check", "--quiet", "--example", "checked"]);
        cargo.args(["--offline", "--color", "never", "--target-dir"]);
        // Not in the folder of the sources, which goes each time. The tests of pg-enum-build have built the parser of
        // SQL there.
        cargo.arg(self.root.with_file_name("replaying"));
        self.run(&mut cargo)
    }

    /// `cargo pg-enum …`.
    fn pg_enum(&self, subcommand: &str) -> Run {
        let mut program = Command::new(env!("CARGO_BIN_EXE_cargo-pg-enum"));
        program.args(["pg-enum", subcommand]).env_remove("GITHUB_WORKSPACE");
        program.env_remove("CLICOLOR_FORCE").env("CARGO_NET_OFFLINE", "true");
        self.run(&mut program)
    }

    fn run(&self, command: &mut Command) -> Run {
        let output = command.current_dir(self.path("")).stdin(Stdio::null()).output().unwrap();
        let [out, err] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Run { succeeded: output.status.success(), out, err }
    }
}

impl Run {
    /// Expects success, without a word on standard error.
    #[track_caller]
    fn passed(self) -> String {
        assert!(self.succeeded && self.err.is_empty(), "{}", self.err);
        self.out
    }

    /// Expects these errors and no others: a message and a place below the example each, compared as whole
    /// lines.
    #[track_caller]
    fn failed(self, errors: &[(&str, &str)]) -> String {
        assert!(!self.succeeded);
        let lines = |(message, place): &(&str, &str)| {
            // What a constant says has a code.
            let colon = if message.starts_with('[') { "" } else { ": " };
            [format!("error{colon}{message}"), format!("--> {EXAMPLE}/{place}")]
        };
        let expected: Vec<_> = errors.iter().flat_map(lines).collect();
        let of = format!("`pg-enum-example-checked` (example \"checked\") due to {}", errors.len());
        let is_one = |line: &&str| {
            line.starts_with("--> ") || line.starts_with("error") && !line.contains(&of)
        };
        let found: Vec<_> = self.err.lines().map(str::trim_start).filter(is_one).collect();
        assert_eq!(found, expected, "{}", self.err);
        assert!(self.err.contains(&of), "{}", self.err);
        self.err
    }
}

/// The line of the source that this is on.
fn line_of(source: &str, text: &str) -> usize {
    source.lines().position(|line| line == text.trim_end()).expect("a line") + 1
}

/// The README with these texts in its blocks of console output and SQL, in their order.
fn with_blocks(readme: &str, blocks: &[String]) -> String {
    let mut blocks = blocks.iter();
    let mut written = String::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        written += line;
        written.push('\n');
        if matches!(line, "```console" | "```sql") {
            written += blocks.next().expect("a block in the README that the test knows nothing of");
            written += "```\n";
            lines.by_ref().find(|line| *line == "```").expect("a block that ends");
        }
    }
    assert!(blocks.next().is_none(), "a block is missing from the README");
    written
}

/// One test, as there is one crate, which is changed step by step.
#[test]
fn the_example_goes_the_way_of_its_readme() {
    let scratch = Scratch::new();
    scratch.check().passed();

    // A variant more is an error, at its line.
    let source = read(&scratch.path("src/order.rs"));
    let source = source.replacen(BEFORE, &format!("{BEFORE}{VARIANT}"), 1);
    let line = line_of(&source, VARIANT);
    scratch.write("src/order.rs", &source);
    let error = scratch.check().failed(&[(
        "no migration adds the label 'packed' to public.order_status (created at \
         examples/checked/migrations/0001_orders.up.sql:1); run `cargo pg-enum generate` to write the \
         migration",
        &format!("src/order.rs:{line}:5"),
    )]);

    // A migration that adds the label settles it.
    let paths = scratch.pg_enum("generate").passed();
    assert_eq!(paths, format!("migrations/{UP}\nmigrations/{DOWN}\n"));
    scratch.check().passed();
    let agreement = scratch.pg_enum("check").passed();
    assert_eq!(
        agreement,
        "2 enums and 1 model agree with 2 migrations in migrations (named by the build script at build.rs:5)\n"
    );

    // One that somebody writes and that takes the label away is noticed, and noticed to be gone.
    let rename = "ALTER TYPE order_status RENAME VALUE 'packed' TO 'boxed';\n";
    scratch.write("migrations/0003_boxed.up.sql", rename);
    scratch.write("migrations/0003_boxed.down.sql", "");
    scratch.check().failed(&[
        (
            "no migration adds the label 'packed' to public.order_status (created at \
             examples/checked/migrations/0001_orders.up.sql:1); if it is a new name for 'boxed', add `#[pg_enum(was = \"boxed\")]`; then run `cargo pg-enum generate` to write the migration",
            &format!("src/order.rs:{line}:5"),
        ),
        (
            "the migrations give public.order_status a label that no variant has: 'boxed' \
             (examples/checked/migrations/0003_boxed.up.sql:1); add a variant for it, forbid it in rows with `#[pg_enum(retired(\"boxed\"))]`, or run \
             `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label, or accept it \
             in the build script with `.accept([\"public.order_status:boxed\"])`",
            &format!("src/order.rs:{}:17", line_of(&source, "pub(crate) enum OrderStatus {")),
        ),
    ]);
    for direction in ["up", "down"] {
        fs::remove_file(scratch.path(&format!("migrations/0003_boxed.{direction}.sql"))).unwrap();
    }
    scratch.check().passed();

    // A field without `Option` over a column that can be NULL is an error, at its type, until a migration settles it.
    let source = source.replacen(OPTION, NO_OPTION, 1);
    scratch.write("src/order.rs", &source);
    let null = scratch.check().failed(&[(
        "[E0080]: evaluation panicked: column public.orders.carrier can be NULL (\
         examples/checked/migrations/0001_orders.up.sql:8), but the type of the field is not an `Option`; use \
         `Option`, or add NOT NULL in a migration",
        &format!("src/order.rs:{}:25", line_of(&source, NO_OPTION)),
    )]);
    let not_null = "ALTER TABLE orders ALTER COLUMN carrier SET NOT NULL;\n";
    scratch.write("migrations/0003_carrier.up.sql", not_null);
    scratch.write("migrations/0003_carrier.down.sql", "");
    scratch.check().passed();

    let blocks = [
        format!("$ cargo check --quiet --example checked\n{error}"),
        format!("$ cargo pg-enum generate\n{paths}"),
        read(&scratch.path(&format!("migrations/{UP}"))),
        read(&scratch.path(&format!("migrations/{DOWN}"))),
        format!("$ cargo check --quiet --example checked\n$ cargo pg-enum check\n{agreement}"),
        format!("$ cargo check --quiet --example checked\n{null}"),
    ];
    let readme = workspace().join(EXAMPLE).join("README.md");
    let diff = format!(" {BEFORE}+{VARIANT}");
    let change = format!("-{OPTION}+{NO_OPTION}");
    assert!(read(&readme).contains(&change), "the README does not change:\n{change}");
    assert!(read(&readme).contains(&diff), "the README does not add what the test adds:\n{diff}");
    expect_file![&readme].assert_eq(&with_blocks(&read(&readme), &blocks));
}
