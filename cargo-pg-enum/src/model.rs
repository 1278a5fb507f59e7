//! A model as it is found in source.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use pg_enum_build::foreign::Codec;
use pg_enum_build::models::{Driver, FoundModel, Query};
use pg_enum_build::scan::{FileModule, Presence};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;

use crate::problem::Place;
use crate::text::rust_path;

/// A struct or a `table!` block, with the text that it is written in.
pub(crate) struct Model {
    /// `my_crate::module::Order`
    pub(crate) path: String,
    pub(crate) found: FoundModel,
    /// Whether it is there in some configurations only.
    pub(crate) is_conditional: bool,
    source: Arc<Source>,
}

impl Model {
    /// One in a file that is this module of a package.
    pub(crate) fn new(
        package: &str,
        module: Option<&FileModule>,
        found: FoundModel,
        source: Arc<Source>,
    ) -> Self {
        let mut modules = module.map_or_else(Vec::new, |module| module.path.clone());
        modules.extend(found.module.iter().cloned());
        let is_open = module.is_some_and(|module| module.cfg != Presence::Certain);
        Self {
            path: rust_path(package, &modules, &found.ident),
            is_conditional: found.is_conditional || is_open,
            found,
            source,
        }
    }

    /// Where a part of it is written.
    pub(crate) fn place(&self, at: &Range<usize>, label: &str) -> Place {
        Place::new(Path::new(""), &Location::new(&self.source, at.clone()), label)
    }

    /// What of several of the same name and driver only one is compiled.
    pub(crate) fn key(&self) -> (Driver, &str) {
        match self.found.driver {
            Driver::DieselTable => (self.found.driver, &self.found.ident),
            driver => (driver, &self.path),
        }
    }

    /// The driver whose features say which database it is for.
    pub(crate) fn codec(&self) -> Codec {
        match self.found.driver {
            Driver::SeaOrm => Codec::SeaOrmActiveEnum,
            Driver::DieselTable | Driver::DieselStruct => Codec::DieselDbEnum,
            _ => Codec::SqlxType,
        }
    }

    /// A name in a query that returns it, in the query's file; the whole query if the name is not found as it is.
    pub(crate) fn query_place(&self, query: &Query, name: &str, label: &str) -> Option<Place> {
        let source = if query.file == self.found.file {
            Arc::clone(&self.source)
        } else {
            let text = fs::read_to_string(&query.file).ok()?;
            Arc::new(Source { path: query.file.clone(), text })
        };
        let literal = source.text.get(query.at.clone()).unwrap_or_default();
        let at = match word_in(literal, name) {
            Some(start) => query.at.start + start..query.at.start + start + name.len(),
            None => query.at.clone(),
        };
        Some(Place::new(Path::new(""), &Location::new(&source, at), label))
    }
}

/// Where a word stands in a text for the first time.
fn word_in(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::word_in;

    #[test]
    fn a_word_is_not_a_part_of_another() {
        assert_eq!(word_in("select ids, id from id", "id"), Some(12));
        assert_eq!(word_in("\"Id\"", "Id"), Some(1));
        assert_eq!(word_in("ids", "id"), None);
    }
}
