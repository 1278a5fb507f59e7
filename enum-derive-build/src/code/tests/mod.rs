//! Migrations as people write them in Rust, each with what it comes to.

mod names;
mod runner;

use std::fs;
use std::sync::Arc;

use pg_enum_migrations::folder::{Source, Step};

use super::read;

/// The steps of the first file, each in a line: the line of its place, and the SQL with single blanks, or `?` and why
/// it is not known.
pub(super) fn steps_of(files: &[(&str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (name, text) = files[0];
    let source = Arc::new(Source { path: name.into(), text: text.to_owned() });
    let Some(steps) = read(root.path(), &source) else { return vec!["no Rust".to_owned()] };
    let line = |step: &Step| match step {
        Step::Sql(script) => {
            let words: Vec<_> = script.text().split_whitespace().collect();
            Some(format!("{}: {}", script.source.line(script.range.start), words.join(" ")))
        }
        Step::Unknown { at, message } | Step::Unreadable { at, message } => {
            Some(format!("{}: ? {message}", at.line()))
        }
        Step::Made { sql, at, .. } => {
            let words: Vec<_> = sql.split_whitespace().collect();
            Some(format!("{}: {}", at.line(), words.join(" ")))
        }
        // Enums do not depend on it.
        Step::Tables { .. } => None,
    };
    steps.iter().filter_map(line).collect()
}

fn steps(text: &str) -> Vec<String> {
    steps_of(&[("m.rs", text)])
}

/// The steps of a body whose function has the database `db`.
fn body(body: &str) -> Vec<String> {
    steps(&format!("pub async fn up(db: &mut PgConnection) -> Result<(), Error> {{ {body} }}"))
}

#[test]
fn every_way_to_send_a_literal() {
    for sent in [
        "sqlx::query(\"A\").execute(&mut **db).await?; Ok(())",
        "sqlx::query!(\"A\").execute(&mut *db).await.map(|_| ())",
        "query(\"A\").bind(1).fetch_all(db).await.unwrap();",
        "sqlx::raw_sql(r#\"A\"#).execute(db).await?;",
        "db.execute(\"A\").await?;",
        "db.execute(sqlx::raw_sql(\"A\")).await?;",
        "db.batch_execute(\"A\")",
        "db.lock().connection().batch_execute(\"A\")?",
        "diesel::sql_query(\"A\").execute(db)?;",
        "db.execute_unprepared(\"A\").await?; Ok(())",
        "db.execute(Statement::from_string(DbBackend::Postgres, \"A\".to_owned())).await?",
        "let stmt = Statement::from_string(db.get_database_backend(), \"A\".to_string()); db.execute(stmt).await.map(|_| ())",
        "let sql = \"A\"; let mut tx = db.begin().await?; tx.execute(sql).await?; tx.commit().await?; Ok(())",
        "sql!(db, \"A\")?;",
        "sql!(db, r#\"A\"#,)?;",
        "crate::batch_execute(db, \"A\")?;",
        "for sql in [\"A\"] { db.execute(sql).await?; }",
        "db.transaction(|db| { db.batch_execute(\"A\")?; Ok(()) })?;",
        "if db.get_database_backend() == DbBackend::Postgres { db.execute_unprepared(\"A\").await?; }",
        "match db.get_database_backend() { DbBackend::MySql | DbBackend::Sqlite => {} DbBackend::Postgres => { db.execute_unprepared(\"A\").await?; } } Ok(())",
        "if cfg!(feature = \"postgres\") { sql!(db, \"A\")?; } else { sql!(db, \"B\")?; }",
        "tracing::info!(\"now {:?}\", db); db.execute(\"A\").await?;",
    ] {
        assert_eq!(body(sent), ["1: A"], "{sent}");
    }
}

#[test]
fn what_is_no_literal_is_said_at_its_line() {
    for (sent, expected) in [
        ("let sql = make();\ndb.execute(sql).await?;", "2: ? what this sends is not a literal"),
        (
            "db.execute(&format!(\"ALTER TYPE {} ADD VALUE 'a'\", name)).await?;",
            "1: ? this SQL is put together at run time",
        ),
        (
            "for name in names() {\n db.execute(\"ALTER TYPE mood ADD VALUE 'a'\").await?; }",
            "2: ? whether this is run is not known",
        ),
        (
            "if is_new(db) { db.execute(\"CREATE TYPE a AS ENUM ()\").await?; }",
            "1: ? what this function does is not known",
        ),
        (
            "if done { return Ok(()); }\ndb.execute(\"ALTER TYPE mood ADD VALUE 'a'\").await?;",
            "2: ? whether this is run is not known",
        ),
        ("elsewhere::change(db).await?;", "1: ? what this function does is not known"),
        ("db.frobnicate().await?;", "1: ? what this method does is not known"),
        ("mystery!(db);", "1: ? what this macro does is not known"),
        (
            "sql!(db, \"ALTER TYPE {} ADD VALUE 'a'\", name)?;",
            "1: ? this SQL is put together at run time",
        ),
    ] {
        let found = body(sent);
        assert!(found.contains(&expected.to_owned()), "{sent}: {found:?}");
    }
}

#[test]
fn what_changes_no_type_does_not_matter() {
    for sent in [
        "db.execute(&format!(\"INSERT INTO {} VALUES (1)\", table)).await?;",
        "sql!(db, \"ALTER TABLE item ADD COLUMN at {DATETIME}; DROP TABLE {};\", x)?;",
        "sql!(db, \"CREATE TABLE item (at {DATETIME}, type TEXT)\")?;",
        "for id in ids { sqlx::query(\"UPDATE item SET a = 1 WHERE id = $1\").bind(id).execute(db).await?; }",
        "manager::log(); let x = 1 + 2;",
        "Entity::find().all(db).await?; model.insert(db).await?;",
        "diesel::insert_into(users).values(&new).execute(db)?;",
    ] {
        assert_eq!(body(sent), [""; 0], "{sent}");
    }
}

#[test]
fn statements_of_another_database_are_left_out() {
    assert_eq!(
        body(
            "#[cfg(not(feature = \"postgres\"))] sql!(db, \"A\")?;\n#[cfg(feature = \"postgres\")] sql!(db, \"B\")?;\n\
             #[cfg(feature = \"sqlite\")] db.execute(\"C\").await?;\n#[cfg(feature = \"postgres\")] { db.execute(\"D\"); } Ok(())"
        ),
        ["2: B", "3: ? whether this is run is not known", "4: D"]
    );
}

#[test]
fn an_error_that_is_caught_is_followed() {
    let tried = "1: DO $attempt$ DECLARE failed boolean := false; BEGIN IF NOT failed THEN BEGIN A; EXCEPTION WHEN \
                 OTHERS THEN failed := true; END; END IF; END $attempt$";
    for sent in [
        "if sql!(db, \"A;\").is_err() { log::debug!(\"x\"); }",
        "let _ = db.execute(\"A\").await;",
        "db.execute(\"A\").await.ok();",
        "if let Err(error) = db.execute(\"A\").await { warn!(\"{error}\"); }",
    ] {
        assert_eq!(body(sent), [tried], "{sent}");
    }
    // The second is sent only if the first succeeds.
    assert_eq!(
        body("let _ = two(db); }\nfn two(db: &C) -> R { db.execute(\"A\")?; db.execute(\"B $attempt$\")"),
        [tried
            .replace("$attempt$", "$_attempt$")
            .replace("1:", "2:")
            .replace(
                "END; END IF; END $",
                "END; END IF; IF NOT failed THEN BEGIN B $attempt$; EXCEPTION WHEN OTHERS THEN failed := true; END; END IF; END $"
            )]
    );
}

#[test]
fn methods_of_what_is_made_with_a_database_are_followed() {
    let text = "use crate::repository::Cursor;\nfn up(db: &C) { Cursor::new(db).reset()?; let c = Cursor::new(db); c.add(); }";
    let repository = "pub struct Cursor<'a> { db: &'a C }\nimpl<'a> Cursor<'a> {\n\
                      pub fn new(db: &'a C) -> Self { Self { db } }\n\
                      pub fn reset(&self) { diesel::delete(cursors).execute(self.db.lock())?; }\n\
                      pub fn add(&self) { self.db.execute(\"A\"); } }\n\
                      pub struct Other; impl Other { pub fn add(&self) { mystery(self) } }";
    let lib = "mod m; mod repository;";
    assert_eq!(
        steps_of(&[("m.rs", text), ("lib.rs", lib), ("repository.rs", repository)]),
        ["5: A"]
    );
}

#[test]
fn rows_of_entities_do_not_matter() {
    for sent in [
        "let gone = Entity::find().all(db).await?.into_iter().map(|x| x.id).collect::<Vec<_>>(); Entity::delete_many().filter(Id.is_in(gone)).exec(db).await?;",
        "Mood::insert_many(rows).exec(db).await?;",
        "let sql = Extension::create().name(\"citext\").if_not_exists().to_owned().build_ref(&PostgresQueryBuilder); db.execute_unprepared(&sql).await?;",
    ] {
        assert_eq!(body(sent), [""; 0], "{sent}");
    }
    let raw = "Entity::find().from_raw_sql(Statement::from_sql_and_values(B, \"A\", vec![])).all(db).await?;";
    assert_eq!(body(raw), ["1: A"]);
}

#[test]
fn texts_are_cut_by_functions_of_the_repository() {
    let lib = "mod m;\npub fn split_statements(s: &str) -> Vec<&str> { todo!() }\npub fn split_off(s: &str) -> String { todo!() }";
    let of = |body: &str| {
        let text = format!("fn up(db: &C) {{ let sql = \"A; B\"; {body} }}");
        steps_of(&[("m.rs", &text), ("lib.rs", lib)])
    };
    assert_eq!(
        of(
            "let plain = sql.lines().filter(|l| !l.starts_with(\"--\")).collect::<Vec<_>>().join(\"\\n\"); for one in crate::split_statements(&plain) { db.execute(one)?; }"
        ),
        ["1: A; B"]
    );
    assert_eq!(
        of("db.execute(crate::split_off(sql))?;"),
        ["1: ? what this sends is not a literal"]
    );
    assert_eq!(
        of("db.execute(sql.lines().join(\"x\"))?;"),
        ["1: ? what this sends is not a literal"]
    );
}

#[test]
fn functions_are_followed() {
    assert_eq!(
        steps(
            "pub async fn up(db: &mut C) { first(db).await; Self::run(db, \"B\"); }\n\
             async fn first(c: &mut C) { c.execute(\"A\").await; }\n\
             impl X { fn run(c: &C, sql: &str) { c.execute(sql); } }\n\
             pub async fn down(db: &mut C) { db.execute(\"C\"); }"
        ),
        ["2: A", "1: B"]
    );
    assert_eq!(
        steps("fn up(db: &C) { up(db) }"),
        ["1: ? functions call one another too deeply to be followed"]
    );
    assert_eq!(
        steps_of(&[
            (
                "v1/mod.rs",
                "mod one; mod two;\nimpl Migration for V1 {\n fn migrate(&self, c: &C) { one::migrate(c)?; two::migrate(c)?; }\n fn migrate_fragments(&self) -> Vec<Box<dyn MigrationFragment>> { vec![Box::new(two::Migrate)] }\n}"
            ),
            (
                "v1/one.rs",
                "#[cfg(feature = \"postgres\")]\npub(crate) fn migrate(c: &C) -> R { sql!(c, r#\"ALTER TYPE a\n ADD VALUE 'x';\"#)?; Ok(()) }\n#[cfg(not(feature = \"postgres\"))]\nfn migrate(_: &C) -> R { Ok(()) }"
            ),
            (
                "v1/two.rs",
                "pub struct Migrate; impl MigrationFragment for Migrate { fn migrate(&self, c: &C) { sql!(c, \"B\") } }\npub fn other() {}"
            ),
        ]),
        ["2: ALTER TYPE a ADD VALUE 'x';", "1: B", "1: B"]
    );
}

#[test]
fn functions_of_other_modules_are_followed() {
    let lib = "mod m;\nmod helpers;\npub async fn from_sql(db: &C, content: &str) -> R {\n\
               let all: Vec<&str> = content.split(';').collect();\n let txn = db.begin().await?;\n\
               for st in all.into_iter() { txn.execute(Statement::from_string(db.backend, st.to_string())).await?; }\n txn.commit().await }";
    let helpers = "pub fn each(db: &C, all: &[&str]) { for one in all { db.execute(one); } }\n\
                   pub fn quietly<F: FnOnce(&C) -> R>(db: &C, job: F) -> R { log::info!(\"x\"); job(db)?; Ok(()) }\n\
                   pub fn perhaps<F: FnOnce(&C) -> R>(db: &C, job: F) -> R { if x { job(db)?; } Ok(()) }";
    let of = |body: &str| {
        let text =
            format!("use super::helpers::{{quietly, perhaps}};\nfn up(db: &C) -> R {{ {body} }}");
        steps_of(&[("m.rs", &text), ("lib.rs", lib), ("helpers.rs", helpers)])
    };
    assert_eq!(of("let sql = r#\"A; B\"#; crate::from_sql(db, sql).await"), ["2: A; B"]);
    assert_eq!(of("super::helpers::each(db, &[\"A\", \"B\"])"), ["2: A", "2: B"]);
    assert_eq!(of("quietly(db, |db| { sql!(db, \"A\")?; Ok(()) })?; Ok(())"), ["2: A"]);
    assert_eq!(of("quietly(db, |_| { crate::from_sql(db, \"A\") })"), ["2: A"]);
    assert_eq!(
        of("perhaps(db, |db| { sql!(db, \"ALTER TYPE a\")?; Ok(()) })"),
        ["2: ? whether this is run is not known"]
    );
    assert_eq!(of("crate::nowhere(db)"), ["2: ? what this function does is not known"]);
}

#[test]
fn a_hostile_file_has_an_end() {
    use std::fmt::Write;

    // Each function calls the next one ten times.
    let mut text = String::from("fn up(db: &C) { f0(db); }\n");
    for n in 0..30 {
        let calls = format!("f{}(db); ", n + 1).repeat(10);
        writeln!(text, "fn f{n}(db: &C) {{ {calls} }}").unwrap();
    }
    assert_eq!(steps(&text).len(), 5001);
    let deep =
        format!("fn up(db: &C) {{ db.execute({}\"A\"{}); }}", "(".repeat(300), ")".repeat(300));
    // As replay calls it.
    let deep = pg_enum_migrations::__syntax::with_deep_stack(|| steps(&deep));
    assert_eq!(deep, ["1: A"]);
}

#[test]
fn which_function_it_is() {
    assert_eq!(steps("pub fn migration() -> String { \"A\".to_string() }"), ["1: A"]);
    assert_eq!(steps("pub fn migration() -> String { let s = \"A\"; return s.into(); }"), ["1: A"]);
    assert_eq!(
        steps("pub fn migration() -> String { let mut m = Migration::new(); m.make::<Pg>() }"),
        ["1: ? what this sends is not a literal"]
    );
    assert_eq!(steps("pub async fn anything(db: &C) { db.execute(\"A\"); }"), ["1: A"]);
    assert_eq!(
        steps("pub fn one(db: &C) {}\npub fn two(db: &C) {}"),
        ["1: ? which function of this file is the migration is not known"]
    );
    assert_eq!(
        steps("embed!();"),
        ["1: ? which function of this file is the migration is not known"]
    );
    assert_eq!(steps("impl Migration for A { fn version(&self) -> u8 { 1 } }"), [""; 0]);
    assert_eq!(steps("fn }"), ["no Rust"]);
    assert_eq!(
        steps("fn up(c: &C) { c.execute(\"A\"); }\n#[cfg(test)] fn migrate(c: &C) {}"),
        ["1: A"]
    );
}

#[test]
fn texts_are_read_as_rust_reads_them() {
    let sql = |literal: &str| body(&format!("db.execute({literal})"));
    assert_eq!(sql("r#\"CREATE TYPE \"Mood\"\"#"), [r#"1: CREATE TYPE "Mood""#]);
    assert_eq!(
        sql(r#""CREATE TYPE \"Mood\" AS\n ENUM ('a');\tB""#),
        [r#"1: CREATE TYPE "Mood" AS ENUM ('a'); B"#]
    );
    assert_eq!(sql("\"CREATE TYPE m \\\n   AS ENUM ('a')\""), ["1: CREATE TYPE m AS ENUM ('a')"]);
    // They would be another label.
    for literal in [r#""CREATE TYPE m AS ENUM ('a\nb')""#, r#""CREATE TYPE \u{61}""#] {
        assert_eq!(sql(literal), ["1: ? this SQL is put together at run time"], "{literal}");
    }
    assert_eq!(
        body("sql!(db, \"CREATE TYPE m AS ENUM ('{{a}}')\")"),
        ["1: CREATE TYPE m AS ENUM ('{a}')"]
    );
    assert_eq!(steps("const SQL: &str = \"A\";\nfn up(db: &C) { db.execute(SQL) }"), ["1: A"]);
    assert_eq!(
        steps_of(&[
            ("x/m.rs", "fn up(db: &C) {\n db.execute(include_str!(\"m.sql\")) }"),
            ("x/m.sql", "\nA")
        ]),
        ["1: A"]
    );
}

pub(super) fn sea_orm(up: &str, more: &str) -> Vec<String> {
    steps(&format!(
        "#[derive(DeriveMigrationName)] pub struct Migration;\n\
         #[async_trait::async_trait] impl MigrationTrait for Migration {{\n\
         async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {{ {up} }}\n\
         async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {{ manager.drop_type(Type::drop().name(\"x\").to_owned()).await }} }}\n{more}"
    ))
}

#[test]
fn sea_query_builds_types() {
    for (up, expected) in [
        (
            "manager.create_type(Type::create().as_enum(\"mood\").values([\"sad\", \"it's\"]).to_owned()).await",
            "CREATE TYPE mood AS ENUM ('sad', 'it''s')",
        ),
        (
            "manager.create_type(Type::create().as_enum(Alias::new(\"Mood\")).values(vec![Alias::new(\"a\")]).to_owned()).await",
            "CREATE TYPE \"Mood\" AS ENUM ('a')",
        ),
        (
            "manager.create_type(Type::create().as_enum((Alias::new(\"app\"), Alias::new(\"mood\"))).values([\"a\"]).to_owned()).await",
            "CREATE TYPE app.mood AS ENUM ('a')",
        ),
        (
            "manager.alter_type(Type::alter().name(\"mood\").add_value(\"b\").before(\"a\").to_owned()).await",
            "ALTER TYPE mood ADD VALUE 'b' BEFORE 'a'",
        ),
        (
            "manager.alter_type(Type::alter().name(\"mood\").add_value(Alias::new(\"b\")).if_not_exists()).await?; Ok(())",
            "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'b'",
        ),
        (
            "manager.alter_type(Type::alter().name(\"mood\").rename_to(\"feeling\")).await",
            "ALTER TYPE mood RENAME TO feeling",
        ),
        (
            "manager.alter_type(Type::alter().name(\"mood\").rename_value(\"a\", \"b\")).await",
            "ALTER TYPE mood RENAME VALUE 'a' TO 'b'",
        ),
        (
            "manager.drop_type(Type::drop().if_exists().names([Alias::new(\"a\"), Alias::new(\"b\")]).cascade().to_owned()).await",
            "DROP TYPE IF EXISTS a, b CASCADE",
        ),
        ("manager.get_connection().execute_unprepared(\"A\").await?; Ok(())", "A"),
        (
            "manager.exec_stmt(Query::insert().into_table(X).to_owned()).await?; manager.create_table(Table::create().table(Post::Table).col(integer(Post::Id)).to_owned()).await?; manager.create_type(Type::create().as_enum(\"a\").values([\"b\"]).to_owned()).await",
            "CREATE TYPE a AS ENUM ('b')",
        ),
    ] {
        assert_eq!(sea_orm(up, ""), [format!("3: {expected}")], "{up}");
    }
}

#[test]
fn sea_query_takes_names_from_enums() {
    let enums = "#[derive(DeriveIden, EnumIter)] pub enum Mood { Table, Sad, #[sea_orm(iden = \"Very_happy\")] Happy, V2Beta }\n\
                 #[derive(DeriveIden)] struct FeelingEnum;\n\
                 #[derive(Iden)] #[iden = \"sq\"] enum Old { Table, #[iden = \"O\"] One }";
    for (names, expected) in [
        (
            "as_enum(Mood::Table).values([Mood::Sad, Mood::Happy, Mood::V2Beta])",
            "mood AS ENUM ('sad', 'Very_happy', 'v2_beta')",
        ),
        (
            "as_enum(Mood::Table).values(Mood::iter().skip(1))",
            "mood AS ENUM ('sad', 'Very_happy', 'v2_beta')",
        ),
        ("as_enum(FeelingEnum).values([Old::One])", "feeling_enum AS ENUM ('O')"),
        ("as_enum(Old::Table).values([Old::One])", "sq AS ENUM ('O')"),
    ] {
        let up = format!("manager.create_type(Type::create().{names}.to_owned()).await");
        assert_eq!(sea_orm(&up, enums), [format!("3: CREATE TYPE {expected}")], "{names}");
    }
    for up in [
        "manager.create_type(Type::create().as_enum(super::other::Mood::Table).values([\"a\"]).to_owned()).await",
        "manager.create_type(Type::create().as_enum(\"m\").values(Role::iter()).to_owned()).await",
        "manager.create_type(schema.create_enum_from_active_enum::<Role>()).await",
    ] {
        assert_eq!(
            sea_orm(up, "#[derive(EnumIter)] enum Role { A }"),
            ["3: ? this type is not named by literals"],
            "{up}"
        );
    }
}

/// Whether a body changes tables in a way that is not told.
fn changes_tables(body: &str) -> bool {
    let text = format!("async fn up(db: &mut PgConnection) -> Result<(), Error> {{ {body} }}");
    let source = Arc::new(Source { path: "m.rs".into(), text });
    let steps = read(".".as_ref(), &source).unwrap();
    steps.iter().any(|step| matches!(step, Step::Tables { .. }))
}

#[test]
fn tables_that_are_built_or_put_together_are_said() {
    for body in [
        "db.create_table(Table::create().table(A::Table).to_owned()).await",
        "db.execute(Table::alter().table(A::Table).to_owned()).await",
        "db.rename_table(Table::rename().to_owned()).await",
        "if x { db.execute(\"ALTER TABLE a ADD b int\").await?; }",
        "for t in all { db.execute(format!(\"ALTER TABLE {t} ADD b int\")).await?; }",
    ] {
        assert!(changes_tables(body), "{body}");
    }
    for body in [
        "db.create_index(Index::create().to_owned()).await",
        "db.has_table(\"a\").await",
        "db.execute(\"ALTER TABLE a ADD b int\").await",
        "for t in all { db.execute(format!(\"DELETE FROM {t}\")).await?; }",
    ] {
        assert!(!changes_tables(body), "{body}");
    }
}
