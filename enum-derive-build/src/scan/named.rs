//! Calls in source that name a folder of migrations. They are read as tokens, so that one in a macro's body
//! or in a test counts as well; nothing is run.

mod paths;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use self::paths::{Constants, Definition, Names, Scope, bound, is_punct, relative, with_let};
use super::tokens::{literal_string, split_at_commas};

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
    /// `include_str!` of a file with SQL. It is no folder, but the text may be what makes the database.
    IncludeStr,
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
            Self::IncludeStr => "include_str!",
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
    /// One that cannot be told from the source.
    Computed,
    /// That of the file itself.
    Beside,
    /// A file, from the directory of the one that names it.
    FromFile(String),
}

/// The calls in the files of a crate, and what their arguments may refer to.
#[derive(Default)]
pub(super) struct Named {
    calls: Vec<Call>,
    constants: Constants,
}

/// A call, and the expression that says its path, with the names that it sees.
struct Call {
    named: NamedFolder,
    column: usize,
    open: Option<(TokenStream, Option<Rc<Scope>>)>,
}

/// A group that is still to be looked into, with the names that it sees and whether it is a part of a test.
struct Part {
    tokens: TokenStream,
    scope: Option<Rc<Scope>>,
    is_test: bool,
}

/// The longest pattern that is looked for, in tokens.
const PATTERN: usize = 100;

/// The pattern that ends what is before the arrow of an arm.
fn arm(before: &[TokenTree]) -> &[TokenTree] {
    let ends = |tree: &TokenTree| {
        [',', ';', '>'].iter().any(|char| is_punct(tree, *char))
            || matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    // The braces of a pattern belong to it.
    let inside = before.len().saturating_sub(1);
    let start = before[..inside].iter().rposition(ends).map_or(0, |at| at + 1);
    &before[start.max(before.len().saturating_sub(PATTERN))..]
}

/// Whether an attribute is `#[test]`, that of a test of a library, or `#[cfg(test)]`.
fn is_of_test(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    let name = text.split('(').next().unwrap_or_default();
    name == "test"
        || name.ends_with("::test")
        || text.starts_with("cfg(test)")
        || text.starts_with("cfg(all(test")
}

/// What a call says of its path.
enum Said {
    Path(NamedPath),
    /// An expression.
    Open(TokenStream),
}

impl Named {
    /// Adds the calls and the constants in `tokens`, which are those of `text`.
    pub(super) fn add(&mut self, file: &Path, text: &str, tokens: &TokenStream) {
        // Every name that is looked for has one of these in it, and so has a path that one is given.
        let is_telling = |part: &&str| text.contains(part);
        if !["igrat", "IGRAT", "include_str", "CARGO_MANIFEST_DIR"].iter().any(is_telling) {
            return;
        }
        let mut calls = Vec::new();
        if text.contains("Box::new(") && text.contains("dyn ") {
            calls.extend(list(file, tokens).map(|named| Call { named, column: 0, open: None }));
        }
        let mut streams = vec![Part { tokens: tokens.clone(), scope: None, is_test: false }];
        while let Some(part) = streams.pop() {
            self.add_part(file, text, part, &mut calls, &mut streams);
        }
        calls.sort_by_key(|call| (call.named.line, call.column));
        self.calls.append(&mut calls);
    }

    /// Adds what is in one group, and the groups in it to `streams`.
    fn add_part(
        &mut self,
        file: &Path,
        text: &str,
        Part { tokens, mut scope, is_test }: Part,
        calls: &mut Vec<Call>,
        streams: &mut Vec<Part>,
    ) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut is_function = false;
        let mut parameters = None;
        // Whether an attribute says that the item is a test.
        let mut is_item_of_test = false;
        for (index, tree) in trees.iter().enumerate() {
            let ident = match tree {
                TokenTree::Group(group) => {
                    let is_block = group.delimiter() == Delimiter::Brace;
                    // A function sees no `let` around it.
                    let is_body = is_function && is_block;
                    if is_function && group.delimiter() == Delimiter::Parenthesis {
                        parameters = bound([tree], parameters);
                    }
                    is_function &= !is_body;
                    let scope = if is_body { parameters.take() } else { scope.clone() };
                    let is_test = is_test || is_item_of_test;
                    streams.push(Part { tokens: group.stream(), scope, is_test });
                    is_item_of_test &= !is_block;
                    is_item_of_test |=
                        index.checked_sub(1).is_some_and(|at| is_punct(&trees[at], '#'))
                            && is_of_test(group);
                    continue;
                }
                TokenTree::Punct(punct) => {
                    match punct.as_char() {
                        ';' => is_item_of_test = false,
                        // What a closure takes. What is not one loses a few names that are not known.
                        '|' => {
                            let rest = &trees[index + 1..];
                            let ends = |tree: &TokenTree| {
                                ['|', ';'].iter().any(|char| is_punct(tree, *char))
                            };
                            let end =
                                rest.iter().position(ends).filter(|end| is_punct(&rest[*end], '|'));
                            scope = bound(&rest[..end.unwrap_or(0)], scope);
                        }
                        '=' if trees.get(index + 1).is_some_and(|next| is_punct(next, '>')) => {
                            scope = bound(arm(&trees[..index]), scope);
                        }
                        _ => {}
                    }
                    continue;
                }
                TokenTree::Literal(_) => continue,
                TokenTree::Ident(ident) => ident,
            };
            match &*ident.to_string() {
                "fn" => (is_function, parameters) = (true, None),
                "const" | "static" => {
                    if let Some(constant) = Definition::at(&trees, index) {
                        self.constants.add(file, constant);
                    }
                }
                "let" => scope = with_let(&trees, index, scope),
                "for" => {
                    let rest = &trees[index + 1..];
                    let end = rest
                        .iter()
                        .take(PATTERN)
                        .position(|tree| matches!(tree, TokenTree::Ident(it) if it == "in"));
                    scope = bound(&rest[..end.unwrap_or(0)], scope);
                }
                _ => {}
            }
            let Some((by, said)) = call(text, &trees, index, ident) else { continue };
            // What a test includes makes a database of its own.
            if by == Namer::IncludeStr && (is_test || is_item_of_test) {
                continue;
            }
            let start = ident.span().start();
            let (path, open) = match said {
                Said::Path(path) => (path, None),
                Said::Open(tokens) => (NamedPath::Computed, Some((tokens, scope.clone()))),
            };
            let (file, line) = (file.to_owned(), start.line);
            let named = NamedFolder { by, path, file, line };
            calls.push(Call { named, column: start.column, open });
        }
    }

    /// The calls, each once, in their order. A file that is walked twice names its folders once.
    pub(super) fn folders(self) -> Vec<NamedFolder> {
        let Self { calls, constants } = self;
        let mut folders: Vec<NamedFolder> = Vec::new();
        for Call { mut named, open, .. } in calls {
            if let Some((tokens, scope)) = open {
                let names = Names::new(&named.file, scope.as_ref(), &constants);
                // It takes no name, so that its own tokens say where the path begins.
                let is_from_file = named.by == Namer::IncludeStr
                    && !tokens.to_string().contains("CARGO_MANIFEST_DIR");
                if let Some(path) = names.of_tokens(tokens) {
                    let of = if is_from_file { NamedPath::FromFile } else { NamedPath::Literal };
                    named.path = of(path);
                }
            }
            // What is included may be anything.
            let is_of_sql = |path: &str| {
                Path::new(path).extension().is_some_and(|it| it.eq_ignore_ascii_case("sql"))
            };
            let is_one = match (named.by, &named.path) {
                (Namer::IncludeStr, NamedPath::Literal(path) | NamedPath::FromFile(path)) => {
                    is_of_sql(path)
                }
                (by, _) => by != Namer::IncludeStr,
            };
            if is_one && !folders.contains(&named) {
                folders.push(named);
            }
        }
        folders
    }
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
fn call(text: &str, trees: &[TokenTree], index: usize, ident: &Ident) -> Option<(Namer, Said)> {
    let is_punct = |at: usize, char: char| trees.get(at).is_some_and(|tree| is_punct(tree, char));
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
            Some((Namer::SqlxTest, Said::Path(migrations_of(group(index + 1)?)?)))
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
            let Said::Path(NamedPath::Literal(path)) = literal(group(index + 2)?) else {
                return None;
            };
            let path = path.strip_prefix("$CARGO_MANIFEST_DIR").map_or(&*path, relative);
            speaks_of_migrations(path).map(|path| (Namer::IncludeDir, path))
        }
        "include_str" if is_macro => match literal(group(index + 2)?) {
            Said::Path(NamedPath::Literal(path)) => {
                Some((Namer::IncludeStr, Said::Path(NamedPath::FromFile(path))))
            }
            said => Some((Namer::IncludeStr, said)),
        },
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
fn speaks_of_migrations(path: &str) -> Option<Said> {
    path.contains("migration").then(|| Said::Path(NamedPath::Literal(path.to_owned())))
}

/// What a macro has between its brackets.
fn literal(group: &Group) -> Said {
    let mut tokens = group.stream().into_iter();
    match (tokens.next(), tokens.next()) {
        (None, _) => Said::Path(NamedPath::Default),
        (Some(TokenTree::Literal(literal)), None) => {
            Said::Path(literal_string(&literal).map_or(NamedPath::Computed, NamedPath::Literal))
        }
        _ => argument(group),
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
fn argument(group: &Group) -> Said {
    match split_at_commas(group.stream()).into_iter().next() {
        None => Said::Path(NamedPath::Default),
        Some(first) => Said::Open(first.into_iter().collect()),
    }
}

/// The path that tokens come to without any names, from the manifest's directory: `concat!(env!("CARGO_MANIFEST_DIR"), "/a")`.
#[cfg(feature = "foreign")]
pub(crate) fn path_in_package(tokens: TokenStream) -> Option<String> {
    Names::new(Path::new(""), None, &Constants::default()).of_tokens(tokens)
}
