//! What becomes of the file with the enums.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::fs;
use std::time::{Duration, SystemTime};

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;

use super::import;
use super::shapes::with;
use crate::harness::tests;

tests![a_file_is_left_alone_while_nothing_changes, a_link_stays_one, overrides_for_sqlx];

async fn a_file_is_left_alone_while_nothing_changes(database: Database) {
    with(&database, "CREATE TYPE mood AS ENUM ('Sad', 'Happy')").await;
    let dir = tempfile::tempdir().expect("a directory");
    let [out, toml] = ["enums.rs", "sqlx.toml"].map(|name| dir.path().join(name));
    let [out_name, toml_name] = [&out, &toml].map(|path| path.to_str().expect("text"));
    let args = ["--out", out_name, "--sqlx-toml", toml_name];
    assert_eq!(import(&database, &args).await.clean(), format!("{out_name}\n{toml_name}\n"));
    let read = || [&out, &toml].map(|path| fs::read_to_string(path).expect("a file"));
    let before = read();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for path in [&out, &toml] {
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(long_ago).expect("a time");
    }
    let nothing = format!("nothing to do: {out_name} has 1 enum already\n");
    assert_eq!(import(&database, &args).await.clean(), nothing);
    assert_eq!(read(), before);
    for path in [&out, &toml] {
        let modified = fs::metadata(path).and_then(|it| it.modified()).expect("a file");
        assert_eq!(modified, long_ago);
    }

    with(&database, "ALTER TYPE mood ADD VALUE 'Ok'").await;
    assert_eq!(import(&database, &args).await.clean(), format!("{out_name}\n"));
    assert!(read()[0].contains("    Ok,\n") && !read()[0].contains("postgres"));
    assert_eq!(fs::read_dir(dir.path()).expect("a directory").count(), 2);

    // What somebody else has written is theirs.
    fs::write(&out, "mod mine;\n").expect("a file");
    let refused = import(&database, &args).await;
    let said = format!(
        "error: {out_name} was not written by this command\n\
         help: choose another file, or add --force to overwrite it\n"
    );
    assert_eq!((refused.status, refused.err), (Status::Failed, said));
    assert_eq!(read()[0], "mod mine;\n");
    import(&database, &[&args[..], &["--force"]].concat()).await.clean();
    assert!(read()[0].contains("pub enum Mood {"));
}

#[cfg(unix)]
async fn a_link_stays_one(database: Database) {
    use std::os::unix::fs::{PermissionsExt, symlink};

    with(&database, "CREATE TYPE mood AS ENUM ('Sad', 'Happy')").await;
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("there")).expect("a directory");
    let [link, target] = ["enums.rs", "there/real.rs"].map(|name| dir.path().join(name));
    symlink("there/real.rs", &link).expect("a link");
    let name = link.to_str().expect("text");
    let dangling = import(&database, &["--out", name]).await;
    let said = format!(
        "error: {name} is a broken symbolic link\n\
         help: create the file that it links to, or remove the link\n"
    );
    assert_eq!((dangling.status, dangling.err), (Status::Failed, said));
    fs::write(&target, "").expect("a file");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).expect("permissions");
    import(&database, &["--out", name]).await.clean();
    assert!(link.is_symlink());
    assert!(fs::read_to_string(&target).expect("a file").contains("pub enum Mood {"));
    assert_eq!(fs::metadata(&target).expect("a file").permissions().mode() & 0o777, 0o640);
}

#[cfg(not(unix))]
async fn a_link_stays_one(_: Database) {}

async fn overrides_for_sqlx(database: Database) {
    with(
        &database,
        "CREATE SCHEMA app; CREATE SCHEMA \"My Schema\";
         CREATE TYPE mood AS ENUM ('Sad');
         CREATE TYPE \"Size\" AS ENUM ('Small');
         CREATE TYPE app.mood AS ENUM ('Sad');
         CREATE TYPE \"My Schema\".\"it's \"\"it\"\"\" AS ENUM ('Sad');
         CREATE TYPE none AS ENUM ();",
    )
    .await;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("sqlx.toml");
    fs::write(&path, "[macros.type-overrides]\n'mood' = \"crate::Mine\"\n").expect("a file");
    let name = path.to_str().expect("text");
    let args = ["--sqlx-toml", name, "--module", "crate::db::enums"];
    let run = import(&database, &args).await;
    expect![[r#"
        note: public.none is left out: it has no labels, so its enum would have no variants
        note: sqlx.toml maps mood to crate::Mine, and this entry was not changed; the enum is crate::db::enums::Mood
        note: sqlx.toml was written
    "#]].assert_eq(&run.err.replace(name, "sqlx.toml"));
    expect![[r#"
        [macros.type-overrides]
        'mood' = "crate::Mine"
        "\"My Schema\".\"it's \"\"it\"\"\"" = "crate::db::enums::ItSIt" # cargo pg-enum import
        "\"My Schema\".\"it's \"\"it\"\"\"[]" = "Vec<crate::db::enums::ItSIt>" # cargo pg-enum import
        'app.mood' = "crate::db::enums::AppMood" # cargo pg-enum import
        'app.mood[]' = "Vec<crate::db::enums::AppMood>" # cargo pg-enum import
        '"Size"' = "crate::db::enums::Size" # cargo pg-enum import
        '"Size"[]' = "Vec<crate::db::enums::Size>" # cargo pg-enum import
        'mood[]' = "Vec<crate::db::enums::Mood>" # cargo pg-enum import
    "#]].assert_eq(&fs::read_to_string(&path).expect("a file"));
    assert!(run.out.contains("pub enum AppMood {"));
    // The keys are what sqlx asks for: the names that it has for the types.
    let text = fs::read_to_string(&path).expect("a file");
    let mut connection = database.connect().await.expect("a connection");
    for (sql, key) in [
        ("NULL::mood", "'mood'"),
        ("NULL::mood[]", "'mood[]'"),
        ("NULL::\"Size\"", "'\"Size\"'"),
        ("NULL::\"Size\"[]", "'\"Size\"[]'"),
        ("NULL::app.mood", "'app.mood'"),
        ("NULL::app.mood[]", "'app.mood[]'"),
    ] {
        use sqlx::{AssertSqlSafe, Column, Executor, SqlSafeStr, TypeInfo};
        let sql = AssertSqlSafe(format!("SELECT {sql}")).into_sql_str();
        let described = connection.describe(sql).await.expect("a type");
        assert_eq!(format!("'{}'", described.columns()[0].type_info().name()), key);
        assert!(text.contains(&format!("\n{key} = ")), "{key}");
    }
}
