//! Calls in source that name a folder of migrations. They are read as tokens, so that one in a macro's body
//! or in a test counts as well; nothing is run.

use std::fmt;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Token};

use super::tokens::literal_string;

/// A call that names a folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NamedFolder {
    /// What is called.
    pub by: Namer,
    /// The folder that it names.
    pub path: NamedPath,
    /// The file that the call is in.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
}

/// What names a folder of migrations. `Display` gives its path in the crate that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Namer {
    /// `sqlx::migrate!`: relative to the manifest (`sqlx-macros-core` 0.9, `src/migrate.rs`).
    SqlxMigrate,
    /// `#[sqlx::test(migrations = "…")]`: relative to the manifest (`sqlx-macros-core` 0.9, `src/test_attr.rs`).
    SqlxTest,
    /// `sqlx::migrate::Migrator::new`: relative to the directory that the program runs in.
    SqlxMigrator,
    /// `diesel_migrations::embed_migrations!`: relative to the manifest (`migrations_macros` 2.2,
    /// `src/migrations.rs`).
    DieselEmbed,
    /// `FileBasedMigrations` of `diesel_migrations`: relative to the directory that the program runs in.
    DieselFiles,
    /// `refinery::embed_migrations!`: relative to the manifest (`refinery-macros` 0.8, `src/lib.rs`).
    RefineryEmbed,
    /// `refinery::load_sql_migrations`: relative to the directory that the program runs in.
    RefineryLoad,
    /// A list of migrations that are Rust, `vec![Box::new(m2024::Migration)]`: that of SeaORM's `MigratorTrait`
    /// (`sea-orm-migration/src/migrator.rs` in 0.8 to 2.0), or of a runner like it. The modules are beside the file.
    RustList,
    /// `check_migrations` and `Build::migrations` of this crate, in a build script: relative to the manifest.
    BuildScript,
    /// `include_dir::include_dir!` with `$CARGO_MANIFEST_DIR` in front (`include_dir_macros` 0.7, `src/lib.rs`).
    IncludeDir,
    /// `#[folder = "…"]` of `rust_embed::Embed`: relative to the manifest (`rust-embed-impl` 8, `src/lib.rs`).
    RustEmbed,
}

impl fmt::Display for Namer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SqlxMigrate => "sqlx::migrate!",
            Self::SqlxTest => "sqlx::test",
            Self::SqlxMigrator => "sqlx::migrate::Migrator::new",
            Self::DieselEmbed => "diesel_migrations::embed_migrations!",
            Self::DieselFiles => "diesel_migrations::FileBasedMigrations",
            Self::RefineryEmbed => "refinery::embed_migrations!",
            Self::RefineryLoad => "refinery::load_sql_migrations",
            Self::RustList => "a list of migrations in Rust",
            Self::BuildScript => "the build script",
            Self::IncludeDir => "include_dir!",
            Self::RustEmbed => "rust_embed",
        })
    }
}

/// The folder that a call names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NamedPath {
    /// None: the call goes by its default.
    Default,
    /// This one. A path that begins with the manifest's directory is relative to that.
    Literal(String),
    /// One that is not a literal, and so not known.
    Computed,
    /// That of the file itself.
    Beside,
}

/// The calls in `tokens`, which are those of `text`, in their order.
pub(super) fn folders(file: &Path, text: &str, tokens: &TokenStream) -> Vec<NamedFolder> {
    // Every name that is looked for has this in it.
    if !text.contains("migrat") {
        return Vec::new();
    }
    let mut found = Vec::new();
    if text.contains("Box::new(") && text.contains("dyn ") {
        found.extend(list(file, tokens));
    }
    let mut streams = vec![tokens.clone()];
    while let Some(stream) = streams.pop() {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => streams.push(group.stream()),
                TokenTree::Ident(ident) => {
                    if let Some((by, path)) = call(text, &trees, index, ident) {
                        let line = ident.span().start().line;
                        found.push(NamedFolder { by, path, file: file.to_owned(), line });
                    }
                }
                _ => {}
            }
        }
    }
    found.sort_by_key(|named| named.line);
    found
}

/// The method that lists the parts of a migration (open-msupply, `server/repository/src/migrations/mod.rs`).
pub(crate) const PARTS: &str = "migrate_fragments";

/// A list of migrations: `Box::new(module::Migration)` behind `dyn …Migration…`, or `MigratorTrait`.
fn list(file: &Path, tokens: &TokenStream) -> Option<NamedFolder> {
    let mut is_of_migrations = false;
    let mut line = None;
    let mut streams = vec![tokens.clone()];
    while let Some(stream) = streams.pop() {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut is_part = false;
        for (index, tree) in trees.iter().enumerate() {
            match tree {
                // The parts of one migration are no list of migrations.
                TokenTree::Ident(ident) if ident == "fn" => {
                    is_part = matches!(trees.get(index + 1), Some(TokenTree::Ident(name)) if name == PARTS);
                }
                TokenTree::Group(group) if is_part && group.delimiter() == Delimiter::Brace => {
                    is_part = false;
                }
                TokenTree::Group(group) => {
                    let before = index.checked_sub(4).and_then(|from| trees.get(from..index));
                    let is_box = before.is_some_and(|before| {
                        matches!(before, [TokenTree::Ident(of), _, _, TokenTree::Ident(new)] if of == "Box" && new == "new")
                    });
                    // A path of a module, and nothing else.
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_path = inside.len() >= 4
                        && inside.iter().all(|token| match token {
                            TokenTree::Ident(_) => true,
                            TokenTree::Punct(colon) => colon.as_char() == ':',
                            _ => false,
                        });
                    if is_box && is_path {
                        let here = group.span_open().start().line;
                        line = Some(line.map_or(here, |line: usize| line.min(here)));
                    }
                    streams.push(group.stream());
                }
                TokenTree::Ident(ident) if ident == "dyn" => {
                    is_of_migrations |= trees[index + 1..].iter().take(6).any(
                        |token| matches!(token, TokenTree::Ident(name) if name.to_string().contains("Migration")),
                    );
                }
                _ => {}
            }
        }
    }
    let line = line.filter(|_| is_of_migrations)?;
    let (by, path) = (Namer::RustList, NamedPath::Beside);
    Some(NamedFolder { by, path, file: file.to_owned(), line })
}

/// The call whose name is the token at `index`, if it is one of a [`Namer`].
fn call(
    text: &str,
    trees: &[TokenTree],
    index: usize,
    ident: &Ident,
) -> Option<(Namer, NamedPath)> {
    let is_punct = |at: usize, char: char| matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == char);
    let group = |at: usize| match trees.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::None => Some(group),
        _ => None,
    };
    // The name before `::`.
    let before = index.checked_sub(3).filter(|_| is_punct(index - 1, ':'));
    let before = match before.map(|at| &trees[at]) {
        Some(TokenTree::Ident(before)) => Some(before.to_string()),
        _ => None,
    };
    // A name on its own is whoever's crate the file speaks of.
    let is_of = |name: &str| match &before {
        Some(before) => before == name,
        None => text.contains(name),
    };
    let is_macro = is_punct(index + 1, '!');
    match &*ident.to_string() {
        "migrate" if is_macro && is_of("sqlx") => {
            Some((Namer::SqlxMigrate, literal(group(index + 2)?)))
        }
        "embed_migrations" if is_macro => {
            let by = if is_of("refinery") { Namer::RefineryEmbed } else { Namer::DieselEmbed };
            Some((by, literal(group(index + 2)?)))
        }
        "test" if before.as_deref() == Some("sqlx") => {
            Some((Namer::SqlxTest, migrations_of(group(index + 1)?)?))
        }
        "new" if before.as_deref() == Some("Migrator") && text.contains("sqlx") => {
            Some((Namer::SqlxMigrator, argument(group(index + 1)?)))
        }
        "from_path" | "find_migrations_directory" | "find_migrations_directory_in_path"
            if before.as_deref() == Some("FileBasedMigrations") =>
        {
            Some((Namer::DieselFiles, argument(group(index + 1)?)))
        }
        "load_sql_migrations" if is_of("refinery") => {
            Some((Namer::RefineryLoad, argument(group(index + 1)?)))
        }
        "check_migrations" if text.contains("pg_enum_build") => {
            Some((Namer::BuildScript, argument(group(index + 1)?)))
        }
        "migrations"
            if text.contains("pg_enum_build")
                && index.checked_sub(1).is_some_and(|at| is_punct(at, '.')) =>
        {
            Some((Namer::BuildScript, argument(group(index + 1)?)))
        }
        "include_dir" if is_macro => {
            let NamedPath::Literal(path) = literal(group(index + 2)?) else { return None };
            let path = path.strip_prefix("$CARGO_MANIFEST_DIR").map_or(&*path, relative);
            speaks_of_migrations(path).map(|path| (Namer::IncludeDir, path))
        }
        "folder" if is_punct(index + 1, '=') => match trees.get(index + 2)? {
            TokenTree::Literal(literal) => {
                let path = literal_string(literal)?;
                speaks_of_migrations(&path).map(|path| (Namer::RustEmbed, path))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A path that is one of migrations by its name: what embeds files embeds all kinds of them.
fn speaks_of_migrations(path: &str) -> Option<NamedPath> {
    path.contains("migration").then(|| NamedPath::Literal(path.to_owned()))
}

/// What a macro has between its brackets, if that is a literal.
fn literal(group: &Group) -> NamedPath {
    let mut tokens = group.stream().into_iter();
    match (tokens.next(), tokens.next()) {
        (None, _) => NamedPath::Default,
        (Some(TokenTree::Literal(literal)), None) => {
            literal_string(&literal).map_or(NamedPath::Computed, NamedPath::Literal)
        }
        _ => NamedPath::Computed,
    }
}

/// `migrations = "…"` among the arguments of an attribute.
fn migrations_of(group: &Group) -> Option<NamedPath> {
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let at = trees
        .iter()
        .position(|tree| matches!(tree, TokenTree::Ident(ident) if ident == "migrations"))?;
    match (trees.get(at + 1)?, trees.get(at + 2)?) {
        (TokenTree::Punct(equals), TokenTree::Literal(literal)) if equals.as_char() == '=' => {
            literal_string(literal).map(NamedPath::Literal)
        }
        _ => None,
    }
}

/// The first argument of a function.
fn argument(group: &Group) -> NamedPath {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(group.stream());
    match arguments.ok().as_ref().map(Punctuated::first) {
        Some(None) => NamedPath::Default,
        Some(Some(first)) => value(first).map_or(NamedPath::Computed, NamedPath::Literal),
        None => NamedPath::Computed,
    }
}

/// The path that an expression comes to; nothing before it stands for the manifest's directory.
fn value(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Reference(reference) => value(&reference.expr),
        Expr::Paren(paren) => value(&paren.expr),
        Expr::Group(group) => value(&group.expr),
        Expr::Try(of) => value(&of.expr),
        Expr::Macro(call) => {
            let last = call.mac.path.segments.last()?.ident.to_string();
            let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
            let arguments = arguments.parse2(call.mac.tokens.clone()).ok()?;
            match &*last {
                "env" if value(arguments.first()?)? == "CARGO_MANIFEST_DIR" => Some(String::new()),
                "concat" => {
                    let parts = arguments.iter().map(value).collect::<Option<String>>()?;
                    Some(relative(&parts).to_owned())
                }
                _ => None,
            }
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let mut segments = function.path.segments.iter().rev();
            let (name, of) = (segments.next()?, segments.next()?);
            let is_path = (of.ident == "Path" && name.ident == "new")
                || (of.ident == "PathBuf" && name.ident == "from");
            if is_path { value(call.args.first()?) } else { None }
        }
        Expr::MethodCall(call) => {
            let receiver = value(&call.receiver)?;
            match (&*call.method.to_string(), call.args.first()) {
                ("join", Some(more)) => {
                    let joined = Path::new(&receiver).join(value(more)?);
                    Some(joined.to_string_lossy().into_owned())
                }
                (
                    "as_path" | "to_path_buf" | "as_ref" | "into" | "to_owned" | "to_string"
                    | "clone",
                    None,
                ) => Some(receiver),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What is left of a path whose beginning, the manifest's directory, is empty.
fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let named = folders(Path::new("lib.rs"), text, &text.parse().unwrap());
        let shown = |named: &NamedFolder| {
            let path = match &named.path {
                NamedPath::Default => "default".to_owned(),
                NamedPath::Literal(path) => format!("{path:?}"),
                NamedPath::Computed => "computed".to_owned(),
                NamedPath::Beside => "beside".to_owned(),
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
            ("&*PathBuf::from(\"m\")", "computed"),
            ("PathBuf::from(\"m\").as_path()", "\"m\""),
            ("Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"m\")", "\"m\""),
            ("Path::new(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/m\"))", "\"m\""),
            ("Path::new(&dir)", "computed"),
        ] {
            assert_eq!(
                found(&format!(
                    "use sqlx::migrate::Migrator; fn f() {{ Migrator::new({argument}) }}"
                )),
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
}
