//! What a migration in another language than SQL does.

use super::{Location, Script};

/// Stands, in SQL that code makes, in a name or in a text, for a stretch that is not known: the value of a variable, a
/// placeholder. A character that nothing is assigned to, and one that may stand in an identifier, so that a statement
/// with such a stretch in it still parses as what it is.
///
/// ```
/// use pg_enum_migrations::folder::HOLE;
///
/// // What the name of the table is, is not known.
/// let sql = format!("ALTER TABLE {HOLE} ADD COLUMN mood mood");
/// # assert!(sql.contains(HOLE));
/// ```
pub const HOLE: char = '\u{7ff}';

/// One thing that a migration in another language than SQL does, as a reader of that language tells it
/// ([`Options::read_code`](crate::Options::read_code)).
#[derive(Debug, Clone)]
pub enum Step {
    /// It sends SQL.
    Sql(Script),
    /// It sends SQL that does not stand in the file: a call makes it.
    Made {
        /// The SQL. Each [`HOLE`] in it stands for a part that is not known.
        sql: String,
        /// What makes it.
        at: Location,
        /// A name under which whoever runs the migrations remembers that it has sent this: in one run, it sends
        /// nothing of the same name again.
        once: Option<String>,
    },
    /// What it does is not known.
    Unknown {
        /// Where.
        at: Location,
        /// Why, in one line: lowercase, without a full stop.
        message: String,
    },
    /// It cannot be read as its language, so that what runs it stops here. What it would do is not known.
    Unreadable {
        /// Where.
        at: Location,
        /// Why, in one line: lowercase, without a full stop.
        message: String,
    },
    /// It changes tables in a way that is not told. Enums stay what they are.
    Tables {
        /// Where.
        at: Location,
    },
}
