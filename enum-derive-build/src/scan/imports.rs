//! What `use` calls by another name.

use std::collections::HashMap;

use syn::visit::{self, Visit};
use syn::{File, UseRename};

/// The names that `use … as …` gives in a file, and what they stand for. Where in the file makes no
/// difference: hardly anybody gives one name two meanings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Imports(HashMap<String, String>);

impl Imports {
    pub(super) fn of(file: &File) -> Self {
        let mut imports = Self::default();
        imports.visit_file(file);
        imports
    }

    /// What a name stands for.
    pub(super) fn original<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_use_rename(&mut self, rename: &'ast UseRename) {
        self.0.insert(rename.rename.to_string(), rename.ident.to_string());
        visit::visit_use_rename(self, rename);
    }
}
