//! Where the folder of the migrations is found, if no configuration names it.

use cargo_pg_enum::Status;

use crate::harness::{Crates, Run, manifest};

const MOOD: &str =
    "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad, gone }\n";
const SQL: &str = "CREATE TYPE mood AS ENUM ('sad');\n";

/// The last line of standard error.
fn last(run: &Run) -> &str {
    run.err.lines().last().unwrap_or_default()
}

/// Checks one package with a library and these files: the label that is missing shows that the folder is found.
#[track_caller]
fn finds(library: &str, files: &[(&str, &str)], folder: &str) {
    let run = Crates::one(library, files).run(&["check"]);
    assert_eq!(
        last(&run),
        format!("1 error: 1 enum compared with 1 migration in {folder}"),
        "{}",
        run.err
    );
    assert!(run.err.contains("error[missing]: no migration adds the label 'gone'"), "{}", run.err);
    assert_eq!(run.status, Status::Findings);
}

#[test]
fn source_names_it() {
    let with = |call: &str| format!("{MOOD}{call}\n");
    let sqlx = [("db/steps/1_a.sql", SQL)];
    finds(
        &with("pub static M: sqlx::migrate::Migrator = sqlx::migrate!(\"./db/steps\");"),
        &sqlx,
        "db/steps (named by sqlx::migrate! at src/lib.rs:4)",
    );
    finds(
        &with(
            "pub async fn f() { sqlx::migrate::Migrator::new(std::path::Path::new(\"db/steps\")).await; }",
        ),
        &sqlx,
        "db/steps (named by sqlx::migrate::Migrator::new at src/lib.rs:4)",
    );
    finds(
        &with(
            "#[cfg(test)] mod tests { #[sqlx::test(migrations = \"db/steps\")] async fn f() {} }",
        ),
        &sqlx,
        "db/steps (named by sqlx::test at src/lib.rs:4)",
    );
    let diesel = [("db/steps/2024-01-01-000000_a/up.sql", SQL)];
    finds(
        &with("pub const M: EmbeddedMigrations = embed_migrations!(\"db/steps\");"),
        &diesel,
        "db/steps (named by diesel_migrations::embed_migrations! at src/lib.rs:4)",
    );
    finds(
        &with("mod m { refinery::embed_migrations!(\"db/steps\"); }"),
        &[("db/steps/V1__a.sql", SQL)],
        "db/steps (named by refinery::embed_migrations! at src/lib.rs:4)",
    );
    finds(
        MOOD,
        &[("tests/it.rs", "#[sqlx::test(migrations = \"./db/steps\")]\nasync fn f() {}"), sqlx[0]],
        "db/steps (named by sqlx::test at tests/it.rs:1)",
    );
}

#[test]
fn a_configuration_file_names_it() {
    for (file, text, migration, expected) in [
        (
            "diesel.toml",
            "[migrations_directory]\ndir = \"steps\"\n",
            "steps/2024-01-01-000000_a/up.sql",
            "diesel.toml:2",
        ),
        ("sqlx.toml", "[migrate]\nmigrations-dir = \"steps\"\n", "steps/1_a.sql", "sqlx.toml:2"),
        (".env", "A=b\nGOOSE_MIGRATION_DIR=./steps\n", "steps/1_a.sql", ".env:2"),
        (
            "atlas.hcl",
            "env \"local\" {\n  migration {\n    dir = \"file://steps\"\n  }\n}\n",
            "steps/1_a.sql",
            "atlas.hcl:3",
        ),
        (
            "flyway.toml",
            "[flyway]\nlocations = [\"filesystem:steps\"]\n",
            "steps/V1__a.sql",
            "flyway.toml:2",
        ),
        ("flyway.conf", "flyway.locations=filesystem:steps\n", "steps/V1__a.sql", "flyway.conf:1"),
        (
            "package.json",
            "{\n  \"prisma\": { \"schema\": \"db/app.prisma\" }\n}\n",
            "db/migrations/20240101_a/migration.sql",
            "package.json:2",
        ),
    ] {
        // goose's files say of themselves that they are.
        let sql = if file == ".env" { format!("-- +goose Up\n{SQL}") } else { SQL.to_owned() };
        let crates = Crates::one(MOOD, &[(file, text), (migration, &sql)]);
        let run = crates.run(&["check"]);
        let folder = migration.split_once('/').map(|(folder, _)| folder).unwrap_or_default();
        let folder = if folder == "db" { "db/migrations" } else { folder };
        // `db/migrations` is a usual place as well; what names it comes first.
        assert_eq!(
            last(&run),
            format!("1 error: 1 enum compared with 1 migration in {folder} (named at {expected})"),
            "{file}: {}",
            run.err
        );
    }
}

#[test]
fn what_embeds_or_checks_it_names_it() {
    let sqlx = [("db/migration_steps/1_a.sql", SQL)];
    for (call, what) in [
        (
            "static D: Dir = include_dir!(\"$CARGO_MANIFEST_DIR/db/migration_steps\");",
            "include_dir!",
        ),
        ("#[derive(RustEmbed)] #[folder = \"db/migration_steps/\"] struct M;", "rust_embed"),
    ] {
        let folder = format!("db/migration_steps (named by {what} at src/lib.rs:4)");
        finds(&format!("{MOOD}{call}\n"), &sqlx, &folder);
    }
    let script =
        ("build.rs", "fn main() { pg_enum_build::check_migrations(\"db/migration_steps\"); }");
    finds(MOOD, &[script, sqlx[0]], "db/migration_steps (named by the build script at build.rs:1)");
}

#[test]
fn a_file_says_what_the_macro_goes_by() {
    let library = format!("{MOOD}pub static M: X = sqlx::migrate!();\n");
    let files = [
        ("sqlx.toml", "[migrate]\nmigrations-dir = \"steps\"\n"),
        ("steps/1_a.sql", SQL),
        ("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('old');\n"),
    ];
    finds(&library, &files, "steps (named at sqlx.toml:2)");
}

#[test]
fn a_folder_of_another_database_is_not_read() {
    for (file, text) in [
        ("migration_lock.toml", "provider = \"mysql\"\n"),
        ("meta/_journal.json", "{\"version\": \"7\", \"dialect\": \"sqlite\", \"entries\": []}\n"),
    ] {
        let crates = Crates::one(MOOD, &[(&format!("migrations/{file}"), text)]);
        crates.write("db/migrations/1_a.sql", SQL);
        let run = crates.run(&["check"]);
        assert!(run.err.starts_with("note: migrations is not read: it is for "), "{}", run.err);
        assert!(last(&run).ends_with("in db/migrations (a usual place)"), "{}", run.err);
    }
}

#[test]
fn a_dump_of_the_schema_is_the_last_resort() {
    finds(
        MOOD,
        &[("src/database/schema.sql", SQL)],
        "src/database (it has schema.sql, assumed to be the schema of the database)",
    );
    let files = [
        ("db/structure.sql", "CREATE TYPE mood AS ENUM ('other');\n"),
        ("migrations/1_a.sql", SQL),
    ];
    finds(MOOD, &files, "migrations (a usual place)");
}

#[test]
fn an_absolute_path_is_not_followed() {
    let library = format!("{MOOD}pub static M: X = sqlx::migrate!(\"/\");\n");
    let run = Crates::one(&library, &[("migrations/1_a.sql", SQL)]).run(&["check"]);
    assert!(
        run.err.contains("names /, which is not read because the path is absolute"),
        "{}",
        run.err
    );
    assert!(last(&run).ends_with("in migrations (a usual place)"), "{}", run.err);
}

#[test]
fn what_is_named_comes_before_a_usual_place() {
    let library =
        format!("{MOOD}pub static M: sqlx::migrate::Migrator = sqlx::migrate!(\"tenant\");\n");
    let files = [
        ("tenant/1_a.sql", SQL),
        ("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('sad', 'gone', 'old');\n"),
    ];
    finds(&library, &files, "tenant (named by sqlx::migrate! at src/lib.rs:4)");
    // What the named one does not have may be at the usual place.
    let files =
        [("tenant/1_a.sql", "CREATE TYPE other AS ENUM ('sad');\n"), ("migrations/1_a.sql", SQL)];
    finds(
        &library,
        &files,
        "migrations (a usual place); also read: tenant (named by sqlx::migrate! at src/lib.rs:4)",
    );
}

/// A workspace whose enum is in a package without migrations.
fn workspace(more: &[(&str, &str)]) -> Crates {
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"model\", \"store\"]\nresolver = \"2\"\n"),
        ("model/Cargo.toml", &manifest("model", "")),
        ("model/src/lib.rs", MOOD),
        ("store/Cargo.toml", &manifest("store", "")),
        ("store/src/lib.rs", ""),
    ]);
    for (name, text) in more {
        crates.write(name, text);
    }
    crates
}

#[test]
fn another_member_has_it() {
    let named = workspace(&[
        ("store/src/lib.rs", "pub static M: X = sqlx::migrate!(\"../schema\");\n"),
        ("schema/1_a.sql", SQL),
    ]);
    // Whichever packages are selected.
    for manifest in ["Cargo.toml", "model/Cargo.toml"] {
        let run = named.run_in(manifest, &["check"]);
        assert!(
            last(&run).ends_with("in schema (named by sqlx::migrate! at store/src/lib.rs:1)"),
            "{}",
            run.err
        );
    }
    let usual = workspace(&[("store/migrations/1_a.sql", SQL)]);
    let run = usual.run_in("model/Cargo.toml", &["check"]);
    assert!(last(&run).ends_with("in store/migrations (a usual place)"), "{}", run.err);
    let above = workspace(&[
        ("diesel.toml", "[migrations_directory]\ndir = \"schema\"\n"),
        ("schema/2024-01-01-000000_a/up.sql", SQL),
    ]);
    let run = above.run_in("model/Cargo.toml", &["check"]);
    assert!(last(&run).contains("schema (named at "), "{}", run.err);
    let below = workspace(&[("backend/migrations/1_a.sql", SQL)]);
    let run = below.run(&["check"]);
    assert!(last(&run).contains("backend/migrations (a usual place)"), "{}", run.err);
}

#[test]
fn a_diesel_toml_above_the_workspace_names_it() {
    let crates = Crates::new(&[
        ("diesel.toml", "[migrations_directory]\ndir = \"schema\"\n"),
        ("schema/2024-01-01-000000_a/up.sql", SQL),
        ("server/Cargo.toml", &manifest("server", "[workspace]\n")),
        ("server/src/lib.rs", MOOD),
    ]);
    let run = crates.run_in("server/Cargo.toml", &["check"]);
    assert!(last(&run).ends_with("in schema (named at diesel.toml:2)"), "{}", run.err);
}

#[test]
fn a_package_outside_the_workspace_has_it() {
    let crates = Crates::new(&[
        (
            "app/Cargo.toml",
            &manifest("app", "[workspace]\n[dependencies]\nstore = { path = \"../store\" }\n"),
        ),
        ("app/src/lib.rs", MOOD),
        ("store/Cargo.toml", &manifest("store", "[workspace]\n")),
        ("store/src/lib.rs", "pub static M: X = sqlx::migrate!(\"steps\");\n"),
        ("store/steps/1_a.sql", SQL),
    ]);
    let run = crates.run_in("app/Cargo.toml", &["check"]);
    assert!(last(&run).contains("store/steps (named by sqlx::migrate! at "), "{}", run.err);
}

#[test]
fn derived_enums_go_by_it_as_well() {
    let library = "#[derive(PgEnum)]\npub enum Mood { sad }\n\
                   pub static M: X = sqlx::migrate!(\"steps\");\n";
    let crates = Crates::one(library, &[("steps/1_a.sql", SQL)]);
    let run = crates.run(&["check"]);
    assert_eq!(
        run.out,
        "1 enum agrees with 1 migration in steps (named by sqlx::migrate! at src/lib.rs:3)\n"
    );
    // Of several, the one that has the type.
    crates.write("tenant/1_a.sql", "CREATE TYPE other AS ENUM ('x');");
    let both = format!("{library}pub static N: X = sqlx::migrate!(\"tenant\");\n");
    crates.write("src/lib.rs", &both);
    assert!(crates.run(&["check"]).out.contains(" in steps (named by"));
    crates.write("src/lib.rs", &both.replace("Mood", "Size"));
    let run = crates.run(&["check"]);
    assert_eq!(run.status, Status::Failed);
    assert!(
        run.err.contains(
            "`shop` may go by steps (named by sqlx::migrate! at src/lib.rs:3) or by tenant (named by"
        ),
        "{}",
        run.err
    );
}

#[test]
fn what_is_not_understood_is_said() {
    let library = format!(
        "{MOOD}pub fn f(d: &Path) {{ sqlx::migrate::Migrator::new(d); sqlx::migrate!(\"gone\"); }}\n"
    );
    let files = [
        ("migrations/1_a.sql", SQL),
        ("drizzle.config.ts", "export default { dialect: 'mysql', out: './m' }\n"),
        ("atlas.hcl", "env \"a\" {\n  migration {\n    dir = var.dir\n  }\n}\n"),
    ];
    let run = Crates::one(&library, &files).run(&["check"]);
    for note in [
        "note: src/lib.rs:4: the folder that sqlx::migrate::Migrator::new names cannot be told from the source",
        "note: src/lib.rs:4: sqlx::migrate! names gone, which is not a folder",
        "note: drizzle.config.ts:1: drizzle's migrations are for mysql",
        "note: atlas.hcl:3: the migrations folder is not a literal, so it is unknown",
    ] {
        assert!(run.err.contains(note), "{note}\n{}", run.err);
    }
}

#[test]
fn another_database_is_not_compared() {
    let crates = Crates::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"lite\"]\nresolver = \"2\"\n\
                        [workspace.dependencies]\nsqlx = { version = \"0.8\", features = [\"sqlite\"] }\n",
        ),
        (
            "lite/Cargo.toml",
            &manifest(
                "lite",
                "[dependencies]\nsqlx = { workspace = true, features = [\"macros\"] }\n",
            ),
        ),
        ("lite/src/lib.rs", MOOD),
        ("migrations/1_a.sql", SQL),
    ]);
    let run = crates.run(&["check"]);
    assert_eq!(run.status, Status::Clean);
    assert_eq!(run.out, "no enum is compared; 1 not compared: 1 for another database\n");
}
