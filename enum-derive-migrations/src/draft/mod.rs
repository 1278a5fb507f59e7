//! What tools write migrations with: the draft, the slate that it is written on, and the number that it gets.

mod error;
pub(crate) mod number;
mod slate;

use std::path::PathBuf;

pub use self::error::WriteError;
pub(crate) use self::slate::{Slate, in_files, in_one_file};
use crate::text::script::chunks;

/// How a migration is added to the tool's folder.
pub(crate) trait Writer: Sync {
    /// The files of one more migration, named, numbered and laid out as the tool does it.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError>;

    /// What else the tool keeps of a migration and is not written.
    fn left_out(&self) -> Option<&'static str> {
        None
    }
}

/// A migration to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is called, in any words; see [`slug`].
    pub name: String,
    /// The SQL that goes up.
    pub up: String,
    /// The SQL that undoes it. It is left out where the folder has no such thing.
    pub down: String,
}

/// A migration as it will be in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Its version, as in [`Migration::version`](crate::folder::Migration::version).
    pub version: String,
    /// Its files.
    pub files: Vec<NewFile>,
    /// What the tool will find on the way up.
    pub(crate) up: String,
    /// What it will find on the way down.
    pub(crate) down: Option<String>,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Where, below the folder's root.
    pub path: PathBuf,
    /// All of its text.
    pub text: String,
    /// The text that is there now, if it is a list that gets one entry more. Otherwise nothing must be
    /// there.
    pub replaces: Option<String>,
}

impl NewFile {
    pub(crate) fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), replaces: None }
    }
}

/// More would make a file's name longer than it is good for.
const LONGEST: usize = 80;

/// A name that every tool takes: lowercase letters and digits of ASCII, with an underscore for whatever
/// else is between them.
///
/// ```
/// use pg_enum_migrations::write::slug;
///
/// assert_eq!(slug("Add 'née' to app.\"Mood\""), "add_n_e_to_app_mood");
/// assert_eq!(slug("../../etc"), "etc");
/// assert_eq!(slug("日本"), "enums");
/// ```
#[must_use]
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { "enums".to_owned() } else { slug.to_owned() }
}

/// Text with one line end behind it.
pub(crate) fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// Whether a tool to which a statement ends at each semicolon cuts one of these in two.
pub(crate) fn is_cut_at_semicolons(text: &str) -> bool {
    chunks(text).into_iter().any(has_inner_semicolon)
}

fn has_inner_semicolon(chunk: &str) -> bool {
    chunk.trim_end_matches(';').contains(';')
}

/// The text for a tool to which a statement ends at the first line that ends in a semicolon, unless an
/// annotation says that it does not.
pub(crate) fn annotated(text: &str, word: &str) -> String {
    if !is_cut_at_semicolons(text) {
        return ended(text);
    }
    let annotated = chunks(text).into_iter().map(|chunk| {
        if !has_inner_semicolon(chunk) {
            return ended(chunk);
        }
        format!("-- {word} StatementBegin\n{chunk}\n-- {word} StatementEnd\n")
    });
    annotated.collect()
}
