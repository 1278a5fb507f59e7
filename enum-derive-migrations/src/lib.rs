//! What a folder of SQL migrations makes of a database's enums, without a database.
//!
//! [`Folder::open`] reads a folder as its migration tool would: which files are migrations, in what
//! order, which part goes up, what a transaction goes around. [`Replay::of`] then runs the statements
//! by the rules of `PostgreSQL` 12 to 18, as far as they bear on enums: names, `search_path`,
//! transactions and savepoints, `CREATE`, `ALTER` and `DROP TYPE`, schemas, the tables whose columns
//! keep a type from being dropped, and PL/pgSQL blocks. What comes out is every enum with the line that
//! made each label, everything that happened on the way, and what there is to report:
//!
//! - a statement that the server would **refuse**, with the server's error code and message. Replay
//!   stops there, as the migration would;
//! - what **cannot be known** from the text, such as SQL that is put together from rows of a table,
//!   with the types that it may touch. It is never guessed;
//! - what **cannot be read**: a string that never ends, a file that is not UTF-8.
//!
//! ```
//! use pg_enum_migrations::{Folder, Replay};
//!
//! # let root = tempfile::tempdir()?;
//! # let root = root.path();
//! std::fs::write(root.join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad', 'happy');")?;
//! std::fs::write(root.join("2_ok.sql"), "ALTER TYPE mood\n  ADD VALUE 'ok' BEFORE 'happy';")?;
//!
//! let folder = Folder::open(root)?;
//! let replay = Replay::of(&folder);
//!
//! let mood = &replay.enums[0];
//! assert_eq!((&*mood.schema, &*mood.name), ("public", "mood"));
//! let labels: Vec<_> = mood.labels.iter().map(|label| &*label.text).collect();
//! assert_eq!(labels, ["sad", "ok", "happy"]);
//! assert_eq!(mood.labels[1].at.to_string(), "2_ok.sql:2");
//! assert!(replay.findings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Settling what cannot be known
//!
//! A comment before or in a statement says what it comes to, and replay runs that in its place:
//!
//! ```sql
//! -- pg-enum: assume ALTER TYPE mood ADD VALUE 'calm';
//! SELECT add_moods_of_all_tenants();
//! ```
//!
//! `assume nothing` says that it does nothing to enums. There may be several such comments, and a block
//! comment holds more than a line. In a migration that is no SQL (Go, Java, Rust…), each line that has
//! `pg-enum: assume …` in it counts. [`Options::assume`] says the same from outside the file.
//!
//! What replay cannot read need not be wrong: its parser refuses some of what the server accepts. A block or a
//! statement that cannot be read may do what its words say, and those types are in doubt; the body of a function is
//! read when it is called.
//!
//! # What replay takes for granted
//!
//! - All migrations run at once, on an empty database, as a user who may do anything and who has no
//!   schema of their own name. A schema that a migration makes with the name of a role may be that one, which is
//!   reported as unknown where a name without a schema may mean a type in it.
//! - A statement that bears on no enum succeeds; where it may not, and a handler of its block would catch the
//!   error, both is possible.
//! - A schema that no migration creates is there all the same, which is reported as unknown unless
//!   [`Options::schemas`] says which there are, or Flyway makes those of its configuration.
//! - A type that no migration creates may be an extension's: nothing is held against columns of it.
//! - In SQL that is put together at run time, what is not known is one name, value or expression: it
//!   does not turn an `ALTER TABLE` into something else.

//!
//! # Writing
//!
//! [`write`](mod@write) adds a migration to a folder, as the folder's tool would name and number it.

#[cfg(feature = "write")]
mod draft;
mod files;
pub mod folder;
#[cfg(feature = "write")]
pub mod write;

/// How texts are read, for the command line and for build scripts: no part of the public interface.
#[doc(hidden)]
pub mod __syntax {
    pub use crate::text::body::without_into;
    pub use crate::text::nesting::{too_nested, with_deep_stack};
}

mod catalog;
mod ground;
#[cfg(feature = "history")]
pub mod history;
mod meaning;
mod replay;
#[cfg(test)]
mod testing;
mod text;
mod tools;

pub use crate::folder::Folder;
pub use crate::ground::{Change, Event, Finding, Kind, Location, Side, Taken, TypeId};
pub use crate::replay::{
    Changed, CheckState, ColumnState, ColumnType, CommentState, EnumState, Generated, IndexState,
    KeyKind, KeyState, LabelState, MentionState, NotLiteral, Options, RelationKind, Replay,
    RoundTrip, SentUnder, StatementState, TableState, UnknownTable, UnknownVersion,
};
pub use crate::text::{Statement, words, words_at};
