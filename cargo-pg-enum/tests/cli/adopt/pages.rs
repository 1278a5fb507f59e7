//! The pages under `docs/coming-from`: what they show is what `adopt` makes of the code that they start from.

use super::{adopt, package, without_version};

/// The blocks of a page in this language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    let parts = page.split(&fence).skip(1);
    parts.filter_map(|part| Some(part.split_once("```")?.0.trim())).collect()
}

#[test]
fn the_pages_show_what_adopt_makes() {
    let schema = "\npub mod schema { pub mod sql_types {\n\
                  #[derive(diesel::sql_types::SqlType)] #[diesel(postgres_type(name = \"order_status\"))]\n\
                  pub struct OrderStatus;\n} }\n";
    for (page, text, dependencies, more, sql) in [
        (
            "sqlx-type",
            include_str!("../../../../docs/coming-from/sqlx-type.md"),
            "sqlx = { version = \"0.8\", features = [\"postgres\"] }",
            "",
            "CREATE SCHEMA app; CREATE TYPE app.order_status AS ENUM ('placed', 'sent');",
        ),
        (
            "diesel-derive-enum",
            include_str!("../../../../docs/coming-from/diesel-derive-enum.md"),
            "diesel = { version = \"2\", features = [\"postgres\"] }\ndiesel-derive-enum = \"2\"",
            schema,
            "CREATE TYPE order_status AS ENUM ('placed', 'sent');",
        ),
        (
            "diesel-by-hand",
            include_str!("../../../../docs/coming-from/diesel-by-hand.md"),
            "diesel = { version = \"2\", features = [\"postgres\"] }",
            schema,
            "CREATE TYPE order_status AS ENUM ('placed', 'in_transit');",
        ),
        (
            "postgres-types",
            include_str!("../../../../docs/coming-from/postgres-types.md"),
            "tokio-postgres = \"0.7\"\npostgres-types = { version = \"0.2\", features = [\"derive\"] }",
            "",
            "CREATE TYPE order_status AS ENUM ('placed', 'sent');",
        ),
        (
            "sea-orm",
            include_str!("../../../../docs/coming-from/sea-orm.md"),
            "sea-orm = { version = \"1.1\", features = [\"sqlx-postgres\"] }",
            "",
            "CREATE TYPE order_status AS ENUM ('placed', 'sent');",
        ),
    ] {
        let (code, line) = (blocks(text, "rust,ignore"), blocks(text, "toml")[0]);
        let crates = package(dependencies, &format!("{}\n{more}", code[0]), sql);
        adopt(&crates);
        let (library, manifest) = (crates.read("src/lib.rs"), crates.read("Cargo.toml"));
        assert_eq!(library.trim(), format!("{}\n{more}", code[1]).trim(), "{page}");
        let line = line.replace("\"0.1\"", "\"VERSION\"");
        assert!(without_version(&manifest).contains(&line), "{page}: {line}\n{manifest}");
    }
}
