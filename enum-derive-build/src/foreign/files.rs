//! What the files of a crate say beside their enums.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_core::parse::Text;
use pg_enum_migrations::__syntax::with_deep_stack;
use proc_macro2::{Span, TokenStream};

use super::{Imports, SqlType, diesel_sql_types, migrates_in_rust};
use crate::scan::tokens::depth_bound;
use crate::scan::walk::DEEPEST;

/// What is in a file that none of this is about needs no parsing. The names of the derives, of the crates
/// that have them, and of what else is looked for; what a `use` renames has its first name there.
const TELLING: [&str; 8] = [
    "sqlx",
    "postgres",
    "DbEnum",
    "ToSql",
    "FromSql",
    "DeriveActiveEnum",
    "MigrationTrait",
    "MigratorTrait",
];

/// What there is in a crate's files that tells what its enums are in the database.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Files {
    imports: HashMap<PathBuf, Imports>,
    /// The types of the database that structs stand for. Their spans are nowhere.
    pub sql_types: Vec<SqlType>,
    /// Whether there are migrations that are Rust.
    pub migrates_in_rust: bool,
}

impl Files {
    /// Reads these, each once. One that cannot be read says nothing.
    #[must_use]
    pub fn read(paths: &[PathBuf]) -> Self {
        let mut files = Self::default();
        for (path, file) in with_deep_stack(|| {
            paths.iter().filter_map(|path| Some((path, File::read(path)?))).collect::<Vec<_>>()
        }) {
            files.imports.insert(path.clone(), file.imports);
            files.migrates_in_rust |= file.migrates_in_rust;
            files.sql_types.extend(file.sql_types.into_iter().map(|(ident, schema, name)| {
                let text = |value| Text { value, span: Span::call_site() };
                SqlType { ident, schema: schema.map(text), name: text(name) }
            }));
        }
        files
    }

    /// What a file imports; nothing if it says nothing.
    #[must_use]
    pub fn imports(&self, path: &Path) -> Option<&Imports> {
        self.imports.get(path)
    }
}

/// One of them. Spans are for the thread that has made them, so that there are none here.
struct File {
    imports: Imports,
    /// Ident, schema and name.
    sql_types: Vec<(String, Option<String>, String)>,
    migrates_in_rust: bool,
}

impl File {
    fn read(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        if !TELLING.iter().any(|name| text.contains(name)) {
            return None;
        }
        let tokens: TokenStream = without_shebang(&text).parse().ok()?;
        if depth_bound(tokens.clone()) > DEEPEST {
            return None;
        }
        let file: syn::File = syn::parse2(tokens).ok()?;
        let sql_types = diesel_sql_types(&file).into_iter();
        let sql_types = sql_types.map(|SqlType { ident, schema, name }| {
            (ident, schema.map(|schema| schema.value), name.value)
        });
        Some(Self {
            imports: Imports::of(&file),
            sql_types: sql_types.collect(),
            migrates_in_rust: migrates_in_rust(&file),
        })
    }
}

fn without_shebang(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.strip_prefix("#!") {
        Some(after) if !after.trim_start().starts_with('[') => {
            text.find('\n').map_or("", |end| &text[end..])
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn files_are_read_once_and_together() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let paths = [
            write("lib.rs", "#!/bin/run\nuse sqlx::Type;"),
            write("other.rs", "fn main() {}"),
            write("bad.rs", "sqlx }"),
            write("schema.rs", "#[diesel(postgres_type(name = \"mood\"))] struct Mood;"),
        ];
        let files = Files::read(&paths);
        assert!(files.imports(&paths[0]).is_some() && files.imports(&paths[1]).is_none());
        assert_eq!(files.sql_types[0].name.value, "mood");
        assert!(!files.migrates_in_rust);
        let more = write("m.rs", "impl MigrationTrait for Migration {}");
        assert!(Files::read(&[more]).migrates_in_rust);
    }
}
