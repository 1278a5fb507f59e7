use super::*;

fn found(text: &str) -> Vec<String> {
    let mut all = Named::default();
    all.add(Path::new("lib.rs"), text, &text.parse().unwrap());
    let named = all.folders();
    let shown = |named: &NamedFolder| {
        let path = match &named.path {
            NamedPath::Default => "default".to_owned(),
            NamedPath::Literal(path) => format!("{path:?}"),
            NamedPath::Computed => "computed".to_owned(),
            NamedPath::Beside => "beside".to_owned(),
            NamedPath::FromFile(path) => format!("from the file {path:?}"),
        };
        format!("{}: {} {path}", named.line, named.by)
    };
    named.iter().map(shown).collect()
}

#[test]
fn macros() {
    assert_eq!(
        found("static M: X = sqlx::migrate!(\"./db\");\nfn f() { sqlx::migrate!().run(p); }"),
        ["1: sqlx::migrate! \"./db\"", "2: sqlx::migrate! default"]
    );
    assert_eq!(
        found("use sqlx::migrate; lazy! { static ref M: X = migrate!(r\"db\"); }"),
        ["1: sqlx::migrate! \"db\""]
    );
    assert_eq!(
        found("use refinery::embed_migrations;\nembed_migrations!(\"./sql\");"),
        ["2: refinery::embed_migrations! \"./sql\""]
    );
    assert_eq!(
        found("const M: EmbeddedMigrations = embed_migrations!(\"../migrations\");"),
        ["1: diesel_migrations::embed_migrations! \"../migrations\""]
    );
    assert_eq!(found("diesel_migrations::embed_migrations!(DIR)").len(), 1);
    assert!(found("// sqlx\nother::migrate!(\"x\")").is_empty());
    assert!(found("macro_rules! migrate { () => {} } migrate!(\"x\");").is_empty());
}

#[test]
fn lists_of_rust() {
    assert_eq!(
        found(
            "impl MigratorTrait for Migrator {\n fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n  \
             vec![Box::new(m20240101_000000_a::Migration),\n Box::new(b::Migration)] } }"
        ),
        ["3: a list of migrations in Rust beside"]
    );
    for other in [
        "fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] }",
        "fn f() -> Box<dyn Migration> { Box::new(Migration) }",
        "fn migrate() -> Vec<Box<dyn Step>> { vec![Box::new(a::B)] }",
    ] {
        assert!(found(other).is_empty(), "{other}");
    }
}

#[test]
fn a_test_names_one() {
    assert_eq!(
        found(
            "#[cfg(test)] mod t {\n #[sqlx::test(migrations = \"../m\", fixtures(\"a\"))]\n fn f() {} }"
        ),
        ["2: sqlx::test \"../m\""]
    );
    assert!(found("#[sqlx::test(migrations = false)] fn f() {}").is_empty());
}

#[test]
fn functions() {
    for (argument, expected) in [
        ("Path::new(\"./m\")", "\"./m\""),
        ("std::path::Path::new(\"m\")", "\"m\""),
        ("&*PathBuf::from(\"m\")", "\"m\""),
        ("PathBuf::from(\"m\").as_path()", "\"m\""),
        ("Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"m\")", "\"m\""),
        ("Path::new(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/m\"))", "\"m\""),
        ("Path::new(&dir)", "computed"),
    ] {
        assert_eq!(
            found(&format!("use sqlx::migrate::Migrator; fn f() {{ Migrator::new({argument}) }}")),
            [format!("1: sqlx::migrate::Migrator::new {expected}")]
        );
    }
    assert_eq!(
        found(
            "FileBasedMigrations::from_path(\"m\")?; FileBasedMigrations::find_migrations_directory()"
        ),
        [
            "1: diesel_migrations::FileBasedMigrations \"m\"",
            "1: diesel_migrations::FileBasedMigrations default"
        ]
    );
    assert_eq!(
        found(
            "fn main() { pg_enum_build::check_migrations(\"m\");\n\
               pg_enum_build::Build::new().migrations(\"n\").run(); }"
        ),
        ["1: the build script \"m\"", "2: the build script \"n\""]
    );
    assert_eq!(
        found(
            "static D: Dir = include_dir!(\"$CARGO_MANIFEST_DIR/sql/migrations\");\n\
               #[derive(RustEmbed)] #[folder = \"migrations/\"] struct M;\n\
               #[folder = \"assets\"] struct A;"
        ),
        ["1: include_dir! \"sql/migrations\"", "2: rust_embed \"migrations/\""]
    );
    assert_eq!(
        found("refinery::load_sql_migrations(\"m\")"),
        ["1: refinery::load_sql_migrations \"m\""]
    );
}

#[test]
fn names_of_paths() {
    let of = |text: &str| found(&format!("use sqlx::migrate::Migrator;\n{text}"));
    let sqlx = |path: &str| vec![format!("3: sqlx::migrate::Migrator::new {path}")];
    for (definition, argument) in [
        ("const DIR: &str = \"m\";", "Path::new(DIR)"),
        (
            "pub(crate) static DIR: &'static str = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/m\");",
            "Path::new(DIR)",
        ),
        ("const A: &str = \"m\"; const B: &str = A;", "Path::new(crate::B)"),
        ("impl X { const DIR: &str = \"m\"; }", "Path::new(Self::DIR)"),
        ("mod paths { pub const DIR: &str = \"m\"; }", "Path::new(paths::DIR)"),
    ] {
        let text = format!("{definition}\nfn f() {{ Migrator::new({argument}) }}");
        assert_eq!(of(&text), sqlx("\"m\""), "{text}");
    }
    for body in [
        "let dir = Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"m\"); Migrator::new(&*dir)",
        "let dir: PathBuf = PathBuf::from(env!(\"CARGO_MANIFEST_DIR\")).join(\"m\"); Migrator::new(dir.as_path())",
        "let base = env!(\"CARGO_MANIFEST_DIR\"); let dir = format!(\"{base}/m\"); { Migrator::new(Path::new(&dir)) }",
        "Migrator::new(Path::new(&format!(\"{}/m\", env!(\"CARGO_MANIFEST_DIR\"))))",
        "Migrator::new(PathBuf::from(std::env::var(\"CARGO_MANIFEST_DIR\").unwrap()).join(\"m\"))",
        "let m = \"other\"; let m = \"m\"; Migrator::new(Path::new(m).canonicalize()?)",
    ] {
        assert_eq!(of(&format!("\nfn f() {{ {body} }}")), sqlx("\"m\""), "{body}");
    }
    assert_eq!(
        of(
            "\nfn f() { Migrator::new(Path::new(env!(\"CARGO_MANIFEST_DIR\")).parent().unwrap().join(\"m\")) }"
        ),
        sqlx("\"../m\"")
    );
    for body in [
        "let dir = \"m\"; } fn g(dir: &str) { Migrator::new(Path::new(dir))",
        "let dir = config.dir(); Migrator::new(Path::new(&dir))",
        "let dir = dir; Migrator::new(dir)",
        "Migrator::new(Path::new(concat!(env!(\"OUT_DIR\"), \"/m\")))",
        "Migrator::new(Path::new(&format!(\"{:?}\", \"m\")))",
        "let a = b; let b = a; Migrator::new(Path::new(b))",
        "let mut dir = \"old\"; if t { dir = \"m\"; } Migrator::new(dir)",
        "let dir = \"old\"; let dir; if t { dir = \"m\"; } Migrator::new(dir)",
        "let dir = \"old\"; let (dir, _x) = parse(); Migrator::new(dir)",
        "let dir = \"old\"; if let Some(dir) = o { Migrator::new(dir) }",
        "let dir = \"old\"; match o { Some(dir) => Migrator::new(dir), None => x }",
        "let dir = \"old\"; for dir in dirs { Migrator::new(dir) }",
        "let dir = \"old\"; dirs.map(|dir| Migrator::new(dir))",
        "} const P: &str = \"m\"; fn g(P: &str) { Migrator::new(P)",
    ] {
        assert_eq!(of(&format!("\nfn f() {{ {body} }}")), sqlx("computed"), "{body}");
    }
    // Two constants of one name, in one file.
    let text = "mod a { const DIR: &str = \"m\"; } mod b { const DIR: &str = \"n\"; }\nfn f() { Migrator::new(Path::new(a::DIR)) }";
    assert_eq!(of(text), sqlx("computed"));
    let text = "const A: &str = B; const B: &str = A;\nfn f() { Migrator::new(Path::new(A)) }";
    assert_eq!(of(text), sqlx("computed"));
    assert_eq!(
        found("const D: &str = \"m\";\nconst M: EmbeddedMigrations = embed_migrations!(D);"),
        ["2: diesel_migrations::embed_migrations! \"m\""]
    );
    assert_eq!(
        found(
            "static M: Migrator = sqlx::migrate!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/migrations\"));"
        ),
        ["1: sqlx::migrate! \"migrations\""]
    );
}

#[test]
fn a_constant_of_another_file() {
    let mut all = Named::default();
    for (file, text) in [
        (
            "lib.rs",
            "use sqlx::migrate::Migrator; fn f() { Migrator::new(Path::new(config::MIGRATIONS)) }",
        ),
        (
            "config.rs",
            "pub const MIGRATIONS: &str = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/m\");",
        ),
    ] {
        all.add(Path::new(file), text, &text.parse().unwrap());
    }
    let named = all.folders();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].path, NamedPath::Literal("m".to_owned()));
}

#[test]
fn included_sql() {
    assert_eq!(
        found(
            "const A: &str = include_str!(\"../a.sql\");\n\
             fn f() { c.batch_execute(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/db/b.SQL\"))) }\n\
             const C: &str = include_str!(\"c.txt\"); const D: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/d.sql\"));"
        ),
        ["1: include_str! from the file \"../a.sql\"", "2: include_str! \"db/b.SQL\""]
    );
}

#[test]
fn included_by_name_from_the_file_and_in_tests() {
    assert_eq!(
        found("const Q: &str = include_str!(concat!(\"../../sql/\", \"q.sql\"));"),
        ["1: include_str! from the file \"../../sql/q.sql\""]
    );
    assert_eq!(
        found(
            "#[cfg(test)] mod tests { const T: &str = include_str!(\"t.sql\"); }\n\
             #[cfg(test)] const U: &str = include_str!(\"u.sql\");\n\
             #[tokio::test] async fn f() { g(include_str!(\"v.sql\")) }\n\
             const A: &str = include_str!(\"a.sql\");"
        ),
        ["4: include_str! from the file \"a.sql\""]
    );
}

#[test]
fn many_keywords_and_bindings() {
    let text = "pub const fn f(x: &'static str) -> &'static str { x }\n".repeat(20_000);
    let lets = "let x = \"m\"; ".repeat(20_000);
    let text = format!("{text} fn f() {{ {lets} sqlx::migrate!(x) }}");
    assert_eq!(found(&text), ["20001: sqlx::migrate! \"m\""]);
}
