//! What the files of a crate say beside their enums.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use pg_enum_core::parse::Text;
use pg_enum_migrations::__syntax::with_deep_stack;
use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Item, ItemEnum, ItemFn, ItemImpl, ItemMacro, Macro, Token};

use super::by_hand::{self, Function, Impl};
use super::{Codec, Imports, Reading, SqlType, derive_of, diesel_sql_types, is_migration};
use crate::scan::attributes::judge;
use crate::scan::read::parse_file;
use crate::scan::read::read;
use crate::scan::tokens::{Hidden, hidden};
use crate::scan::{Cfg, Truth};

/// What is in a file that none of this is about needs no parsing. The names of the derives, of the crates
/// that have them, and of what else is looked for; what a `use` renames has its first name there.
const TELLING: [&str; 8] =
    ["sqlx", "postgres", "diesel", "DbEnum", "ToSql", "FromSql", "DeriveActiveEnum", "Migrat"];

/// What there is in a crate's files that tells what its enums are in the database.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Files {
    imports: HashMap<PathBuf, Imports>,
    /// The names of the enums in each file.
    enums: HashMap<PathBuf, Vec<String>>,
    impls: Vec<Impl>,
    /// The functions of the files with impls of codecs.
    functions: Vec<Function>,
    /// The types of the database that structs stand for. Their spans are nowhere.
    pub sql_types: Vec<SqlType>,
    /// The enums with a known derive that a macro makes.
    pub hidden: Vec<HiddenEnum>,
    /// Those with migrations that are Rust.
    migrations: HashSet<PathBuf>,
}

/// An enum with a known derive among the tokens of a macro, which are not expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenEnum {
    /// The file.
    pub file: PathBuf,
    /// The line of the derive.
    pub line: usize,
    /// The derive.
    pub codec: Codec,
    /// The macro's name: of the one that is defined there, or of the one that is called.
    pub macro_name: String,
}

impl Files {
    /// Reads these, each once, without what `cfg` leaves out. One that cannot be read says nothing.
    #[must_use]
    pub fn read(paths: &[PathBuf], cfg: &Cfg) -> Self {
        let mut files = Self::default();
        for (path, file) in with_deep_stack(|| {
            paths.iter().filter_map(|path| Some((path, File::read(path, cfg)?))).collect::<Vec<_>>()
        }) {
            files.imports.insert(path.clone(), file.imports);
            files.enums.insert(path.clone(), file.enums);
            if file.impls.iter().any(Impl::is_codec) {
                files.functions.extend(file.functions);
            }
            files.impls.extend(file.impls);
            files.hidden.extend(file.hidden);
            if file.is_migration {
                files.migrations.insert(path.clone());
            }
            files.sql_types.extend(file.sql_types.into_iter().map(|(ident, schema, name)| {
                let text = |value| Text { value, span: Span::call_site() };
                SqlType { ident, schema: schema.map(text), name: text(name) }
            }));
        }
        files
    }

    /// Whether a file has a migration that is Rust ([`is_migration`]).
    #[must_use]
    pub fn is_migration(&self, path: &Path) -> bool {
        self.migrations.contains(path)
    }

    /// What each of the codecs of an enum makes of it: its derives, as [`read`](super::read) reads them, and
    /// impls that are written by hand, wherever in these files they stand.
    #[must_use]
    pub fn readings(&self, item: &ItemEnum, path: &Path) -> Vec<Reading> {
        let imports = self.imports.get(path);
        let derived = imports.map_or(Vec::new(), |imports| super::read(item, imports));
        let is_its_own = |one: &&Impl| {
            one.is_about(&item.ident) && !self.imports_another(one.path(), &item.ident, path)
        };
        let impls: Vec<&Impl> = self.impls.iter().filter(is_its_own).collect();
        let by_hand =
            by_hand::read(item, path, &impls, &self.functions, &self.enums, &self.imports);
        let mut readings: Vec<Reading> = derived.into_iter().chain(by_hand).collect();
        if readings.is_empty() {
            readings.extend(by_hand::without_impls(item));
        }
        readings
    }

    /// Whether what `file` imports by the name `ident` is not the enum in the file `path`: it is that of the module which
    /// the `use` item names, or of another crate.
    fn imports_another(&self, file: &Path, ident: &Ident, path: &Path) -> bool {
        let imported = self.imports.get(file).and_then(|all| all.path_of(&ident.to_string()));
        let Some(imported) = imported else { return false };
        let mut segments = imported.rsplit("::").skip(1);
        let Some(module) = segments.next() else { return false };
        let is_in = |path: &Path| path.with_extension("").iter().any(|part| part == module);
        let has_one = |names: &Vec<String>| names.iter().any(|name| ident == name);
        let is_elsewhere =
            || self.enums.iter().any(|(other, names)| has_one(names) && is_in(other));
        // What the library's root passes on has its crate's name alone before it.
        let first = segments.last();
        let is_of_another_crate =
            || first.is_some_and(|first| !["crate", "self", "super"].contains(&first));
        file != path && !is_in(path) && (is_elsewhere() || is_of_another_crate())
    }
}

/// One of them. Spans are for the thread that has made them, so that there are none here.
#[derive(Default)]
struct File {
    imports: Imports,
    enums: Vec<String>,
    impls: Vec<Impl>,
    functions: Vec<Function>,
    hidden: Vec<HiddenEnum>,
    /// Ident, schema and name.
    sql_types: Vec<(String, Option<String>, String)>,
    is_migration: bool,
}

impl File {
    fn read(path: &Path, cfg: &Cfg) -> Option<Self> {
        let text = read(path).ok()?;
        if !TELLING.iter().any(|name| text.contains(name)) {
            return None;
        }
        let file = parse_file(&text)?;
        let sql_types = diesel_sql_types(&file).into_iter();
        let sql_types = sql_types.map(|SqlType { ident, schema, name }| {
            (ident, schema.map(|schema| schema.value), name.value)
        });
        let this = Self {
            imports: Imports::of(&file),
            sql_types: sql_types.collect(),
            is_migration: is_migration(&file),
            ..Self::default()
        };
        let mut visitor = Visitor { path, text: &text, cfg, found: this };
        visitor.visit_file(&file);
        Some(visitor.found)
    }
}

/// Looks for impls, and into macros.
struct Visitor<'a> {
    path: &'a Path,
    text: &'a str,
    cfg: &'a Cfg,
    found: File,
}

impl Visitor<'_> {
    fn look_into(&mut self, mac: &Macro, name: &str, is_call: bool) {
        let imports = &self.found.imports;
        // Diesel's derives that stand beside a codec which is written by hand: the macro that is called writes it, and the
        // one that is defined may write it for numbers as well.
        let is_beside = |path: &syn::Path| {
            let last = path.segments.last().map(|last| last.ident.to_string());
            is_call && last.is_some_and(|last| ["AsExpression", "FromSqlRow"].contains(&&*last))
        };
        let sought = |derives: TokenStream| {
            let paths =
                Punctuated::<syn::Path, Token![,]>::parse_terminated.parse2(derives).ok()?;
            let derived = paths.iter().find_map(|path| derive_of(path, imports));
            derived.or_else(|| paths.iter().any(is_beside).then_some(Codec::DieselByHand))
        };
        let found = hidden(mac.tokens.clone(), &sought).into_iter();
        let found = found.filter_map(|(hidden, line)| match hidden {
            Hidden::Enum(codec) => {
                let (file, macro_name) = (self.path.to_owned(), name.to_owned());
                Some(HiddenEnum { file, line, codec, macro_name })
            }
            Hidden::Module(_) => None,
        });
        let found: Vec<_> = found.collect();
        self.found.hidden.extend(found);
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if judge(crate::scan::walk::item_attributes(item), self.cfg).truth != Truth::False {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.found.enums.push(item.ident.to_string());
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.found.functions.extend(Function::of(item, self.path, self.text));
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        self.found.impls.extend(Impl::of(item, self.path, self.text));
        visit::visit_item_impl(self, item);
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        match &item.ident {
            // `macro_rules! name { … }`
            Some(name) => self.look_into(&item.mac, &name.to_string(), false),
            None => visit::visit_item_macro(self, item),
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string());
        self.look_into(mac, &name.unwrap_or_default(), true);
    }
}

#[cfg(test)]
mod tests {
    use super::Files;
    use crate::foreign::Codec;
    use crate::scan::Cfg;

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
        let files = Files::read(&paths, &Cfg::new());
        assert!(files.imports.contains_key(&paths[0]) && !files.imports.contains_key(&paths[1]));
        assert_eq!(files.sql_types[0].name.value, "mood");
        assert!(!files.is_migration(&paths[0]));
        let more = write("m.rs", "impl MigrationTrait for Migration {}");
        assert!(Files::read(std::slice::from_ref(&more), &Cfg::new()).is_migration(&more));
    }

    #[test]
    fn an_enum_of_a_macro_is_found() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lib.rs");
        let text = "use sqlx::Type;
            macro_rules! routes { ($($v:ident),*) => { #[derive(Debug, Type)] pub enum Route { $($v),* } } }
            routes!(Login);
            crate::made! { #[cfg_attr(x, derive(diesel_derive_enum::DbEnum))] enum A { X } }
            crate::by_hand!(MoodType: #[derive(Debug, AsExpression, FromSqlRow)] pub enum Mood; Sad => b\"sad\");
            macro_rules! numbers { () => { #[derive(diesel::AsExpression)] enum N { X } } }
            other! { #[derive(Clone)] enum B { X } #[derive(sqlx::Type)] struct C; enum D { X } }
            #[cfg(test)] mod tests { made! { #[derive(sqlx::Type)] enum E { X } } }";
        std::fs::write(&path, text).unwrap();
        let hidden = Files::read(&[path], &Cfg::new()).hidden;
        let hidden: Vec<_> =
            hidden.iter().map(|one| (one.line, one.codec, &*one.macro_name)).collect();
        assert_eq!(
            hidden,
            [
                (2, Codec::SqlxType, "routes"),
                (4, Codec::DieselDbEnum, "made"),
                (5, Codec::DieselByHand, "by_hand")
            ]
        );
    }
}
