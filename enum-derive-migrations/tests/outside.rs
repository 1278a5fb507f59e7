//! What runs in no transaction block, under each way in which tools run migrations.

use std::fs;

use pg_enum_migrations::folder::{Around, Step, Tool, Transaction};
use pg_enum_migrations::{Folder, Kind, Location, Options, Replay};

/// The text of a file that is no SQL: each line is sent by a call, but for one that is not known.
const NOT_KNOWN: &str = "?";

fn folder(tool: Tool, files: &[(&str, &str)]) -> Folder {
    let root = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    // Code is read when it is run.
    Folder::open_as(root.keep(), tool).expect("migrations")
}

fn replayed(folder: &Folder) -> Replay {
    let options = Options::new().read_code(|_, source| {
        let mut steps = Vec::new();
        for line in source.text.lines().filter_map(|line| line.strip_prefix("//> ")) {
            let at = Location::new(source, 0..0);
            steps.push(match line {
                NOT_KNOWN => Step::Unknown { at, message: "a call is not known".into() },
                sql => Step::Made { sql: sql.into(), at, once: None },
            });
        }
        Some(steps)
    });
    let replay = options.replay(folder).expect("all of it");
    fs::remove_dir_all(&folder.root).expect("the folder is there");
    replay
}

/// The code and the help of each refusal.
fn refused(folder: &Folder) -> Vec<String> {
    let mut refused = Vec::new();
    for finding in replayed(folder).findings {
        if let Kind::Refused { sqlstate } = &finding.kind {
            refused.push(format!("{sqlstate}: {}", finding.help.unwrap_or_default()));
        }
    }
    refused
}

fn refused_in(tool: Tool, file: &str, text: &str) -> Vec<String> {
    refused(&folder(tool, &[(file, text)]))
}

const LIST: &str =
    "fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![Box::new(m1::Migration)] }";

fn of_sea_orm(uses: &str) -> Folder {
    let code = format!(
        "//> CREATE INDEX CONCURRENTLY i ON t (n)\nimpl MigrationTrait for Migration {{ {uses} }}"
    );
    folder(Tool::SeaOrm, &[("lib.rs", LIST), ("m1.rs", &code)])
}

#[test]
fn sea_orm_asks_whether_there_is_a_transaction() {
    let without =
        of_sea_orm("fn use_transaction(&self) -> Option<bool> {\n Some(false) // none\n }");
    assert_eq!(without.migrations[0].transaction, Transaction::PerStatement);
    assert!(!without.together);
    assert!(refused(&without).is_empty());

    let unclear = of_sea_orm("fn use_transaction(&self) -> Option<bool> { self.is_small() }");
    assert_eq!(unclear.migrations[0].transaction, Transaction::Explicit);
    assert!(refused(&unclear).is_empty());

    let with = of_sea_orm("// fn use_transaction(&self) -> Option<bool> { Some(false) }");
    assert!(with.together);
    assert_eq!(
        refused(&with),
        ["25001: give it `use_transaction` with `Some(false)` (SeaORM 2.0)"]
    );
}

#[test]
fn what_code_does_that_is_not_known_may_end_the_transaction() {
    let code = "//> CREATE TYPE mood AS ENUM ('a')\n//> ?\n//> VACUUM t\n//> ALTER TYPE mood ADD VALUE 'b'";
    let replay = replayed(&folder(Tool::SeaOrm, &[("lib.rs", LIST), ("m1.rs", code)]));
    let messages: Vec<_> = replay.findings.iter().map(|finding| &*finding.message).collect();
    assert_eq!(messages, ["a call is not known"]);

    // The next migration has its own.
    let list = "fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![Box::new(m1::Migration), Box::new(m2::Migration)] }";
    let both = folder(
        Tool::SeaOrm,
        &[("lib.rs", list), ("m1.rs", "//> ?\n//> VACUUM t"), ("m2.rs", "//> VACUUM t")],
    );
    assert_eq!(refused(&both).len(), 1);
}

#[test]
fn golang_migrate_may_send_each_statement_alone() {
    let open = || {
        let text = "CREATE TYPE mood AS ENUM ('a'); CREATE INDEX CONCURRENTLY i ON t (n);";
        folder(Tool::GolangMigrate, &[("1_a.up.sql", text)])
    };
    let found = refused(&open());
    assert!(
        found[0]
            .ends_with("if the URL has `x-multi-statement=true`, say `--transaction statement`"),
        "{found:?}"
    );
    let alone = open().with_transaction(Around::Statement).expect("a choice");
    assert_eq!(alone.migrations[0].transaction, Transaction::PerStatement);
    assert!(refused(&alone).is_empty());
    assert!(folder(Tool::GolangMigrate, &[]).with_transaction(Around::File).is_err());
}

#[test]
fn db_migrate_may_run_without_transactions() {
    let open = |text| {
        folder(
            Tool::DbMigrate,
            &[("20240101000000-a.js", ""), ("sqls/20240101000000-a-up.sql", text)],
        )
    };
    let alone = "CREATE INDEX CONCURRENTLY i ON t (n);";
    let found = refused(&open(alone));
    assert!(found[0].contains("`--non-transactional`"), "{found:?}");
    let without = |text| open(text).with_transaction(Around::Statement).expect("a choice");
    assert!(refused(&without(alone)).is_empty());
    // A file is one string all the same.
    assert_eq!(refused(&without("SELECT 1; VACUUM t;")).len(), 1);
    assert_eq!(refused(&open(alone).with_transaction(Around::File).expect("a choice")).len(), 1);
}

#[test]
fn what_to_do_about_a_transaction_of_the_files_own() {
    let own = "BEGIN; VACUUM t; COMMIT;";
    let before = ["25001: put it before BEGIN or after COMMIT"];
    assert_eq!(refused_in(Tool::Plain, "1_a.sql", own), before);
    assert_eq!(refused_in(Tool::Grate, "up/1_a.sql", own), before);
    assert_eq!(refused_in(Tool::Flyway, "V1__a.sql", own), before);
    let goose = "-- +goose NO TRANSACTION\n-- +goose Up\nBEGIN;\nVACUUM t;\nCOMMIT;\n";
    assert_eq!(refused_in(Tool::Goose, "1_a.sql", goose), before);
    // Here the transaction is the tool's, which BEGIN is a warning in.
    let goose = "-- +goose Up\nBEGIN;\nVACUUM t;\nCOMMIT;\n";
    assert_eq!(
        refused_in(Tool::Goose, "1_a.sql", goose),
        ["25001: put `-- +goose NO TRANSACTION` at the top of the file"]
    );
    // The statements of one string are a transaction on either side.
    assert!(
        refused_in(Tool::GolangMigrate, "1_a.up.sql", own)[0]
            .contains("put it alone into a migration")
    );
    assert_eq!(
        refused_in(Tool::Plain, "1_a.sql", "DO $$ BEGIN EXECUTE 'VACUUM t'; END $$;"),
        ["25001: write it as a statement of its own, outside of DO and of functions"]
    );
}

#[test]
fn behind_a_commit_in_a_string_there_is_a_transaction() {
    let text = "CREATE TYPE mood AS ENUM ('a'); COMMIT; CREATE INDEX CONCURRENTLY i ON t (n);";
    assert_eq!(refused_in(Tool::Sqlx, "1_a.sql", text).len(), 1);
    assert_eq!(refused_in(Tool::Refinery, "V1__a.sql", text).len(), 1);
    assert_eq!(refused_in(Tool::Diesel, "1_a/up.sql", text).len(), 1);
    assert_eq!(
        refused_in(Tool::Dbmate, "1_a.sql", &format!("-- migrate:up\n{text}\n-- migrate:down\n"))
            .len(),
        1
    );
    assert!(
        refused_in(Tool::Goose, "1_a.sql", &format!("-- +goose Up\n{}", text.replace("; ", ";\n")))
            .is_empty()
    );
}

#[test]
fn reindex_with_the_option_turned_off() {
    let is_refused = |option| {
        !refused_in(
            Tool::Plain,
            "1_a.sql",
            &format!("BEGIN; REINDEX (CONCURRENTLY{option}) TABLE t; COMMIT;"),
        )
        .is_empty()
    };
    assert!(!is_refused(" 'off'"));
    assert!(!is_refused(" off"));
    assert!(is_refused(""));
    assert!(is_refused(" 'on'"));
}

#[test]
fn settings_between_files() {
    let with = |tool, name: fn(u8) -> String| {
        let first = "SET standard_conforming_strings = off; SELECT 1;";
        let files = [(name(1), first), (name(2), "CREATE TYPE a AS ENUM ('x\\');")];
        let files: Vec<_> = files.iter().map(|(name, text)| (&**name, *text)).collect();
        let replay = replayed(&folder(tool, &files));
        (replay.findings.len(), replay.enums.len())
    };
    assert_eq!(with(Tool::Supabase, |n| format!("2024010{n}000000_a.sql")), (0, 1));
    assert_eq!(with(Tool::Tern, |n| format!("{n}_a.sql")), (0, 1));
    // It sets back the path and the role only.
    assert_ne!(with(Tool::Flyway, |n| format!("V{n}__a.sql")).0, 0);
}

#[test]
fn a_word_that_no_server_knows() {
    let help = |text| {
        let replay = replayed(&folder(Tool::Plain, &[("1_a.sql", text)]));
        replay
            .findings
            .into_iter()
            .map(|finding| finding.help.unwrap_or_default())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        help("CREATE TYP mood AS ENUM ('a');"),
        [
            "fix it: PostgreSQL stops here with a syntax error; if your server knows it, write `-- pg-enum: assume nothing` before it"
        ]
    );
    assert_eq!(help("CRATE TYPE mood;"), ["fix it; a server would stop here with a syntax error"]);
    let accepted =
        help("-- pg-enum: assume nothing\nCREATE WAREHOUSE w;\nCREATE TYPE mood AS ENUM ('a');");
    assert!(accepted.is_empty(), "{accepted:?}");
    assert_eq!(
        refused_in(Tool::Plain, "1_a.sql", "DO $$ BEGIN EXECUTE 'CREATE TYP m'; END $$;"),
        ["42601: "]
    );

    let handled = "CREATE TYPE mood AS ENUM ('a');
        DO $$ BEGIN EXECUTE 'CRATE TYPE m'; EXCEPTION WHEN syntax_error THEN ALTER TYPE mood ADD VALUE 'b'; END $$;";
    let replay = replayed(&folder(Tool::Plain, &[("1_a.sql", handled)]));
    assert!(replay.findings.is_empty(), "{:?}", replay.findings);
    assert_eq!(replay.enums[0].labels.len(), 2);
}
