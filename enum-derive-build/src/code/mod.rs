//! Migrations that are Rust, as far as the SQL in them is literal.
//!
//! [`read`] follows the function that a migration's file is run by, and yields what it sends to the database, in
//! order: SQL where a literal stands in the source, and otherwise a step that is unknown, at its line. What the
//! function's parameters have no part in is no matter: only through them is there a database.
//!
//! The function is, by the runner's own rules:
//! - `up` of an impl of SeaORM's `MigrationTrait` (`sea-orm-migration/src/lib.rs` in 0.12 to 2.0), and of other
//!   traits that have an `up` or a `migrate`, as a repository's own may;
//! - `migration`, which returns the SQL, for refinery (`refinery_macros/src/lib.rs` in 0.8);
//! - otherwise the one function that is called as such functions are (`up`, `run`, `migrate`…), or the only one.
//!
//! Functions that it calls are followed into other modules of the same folder.

mod base;
mod calls;
mod choices;
mod effects;
mod file;
mod function;
mod iden_types;
mod idens;
mod names;
mod packages;
mod paths;
mod scope;
mod sending;
mod shapes;
mod sql;
mod types;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Source, Step};

pub use self::base::bases;
use self::effects::Effects;
use self::file::File;
use self::function::Entry;

/// What the migration in `source` does, a file below `root`; nothing if that is no Rust.
///
/// It calls itself as deeply as the source is nested. Replay has a stack for that; on a thread of one's own, a file of some
/// hundred levels may end it.
///
/// ```
/// use std::sync::Arc;
///
/// use pg_enum_build::code::read;
/// use pg_enum_migrations::folder::{Source, Step};
///
/// let text = "pub async fn up(tx: &mut PgConnection) -> Result<(), Error> {
///     sqlx::query(\"ALTER TYPE mood ADD VALUE 'calm'\").execute(tx).await?;
///     Ok(())
/// }";
/// let source = Arc::new(Source { path: "2_calm.rs".into(), text: text.to_owned() });
/// let steps = read(".".as_ref(), &source).unwrap();
/// let [Step::Sql(script)] = &steps[..] else { panic!() };
/// assert_eq!(script.text(), "ALTER TYPE mood ADD VALUE 'calm'");
/// ```
#[must_use]
pub fn read(root: &Path, source: &Arc<Source>) -> Option<Vec<Step>> {
    if source.path.extension().is_none_or(|extension| extension != "rs") {
        return None;
    }
    let file = File::parse(root, Arc::clone(source))?;
    Some(match file.entry() {
        Entry::Found(functions) => Effects::of(&file, &functions),
        Entry::Unclear => {
            let end = source.text.lines().next().map_or(0, str::len);
            let message = "which function of this file is the migration is not known".to_owned();
            vec![Step::Unknown { at: Location::new(source, 0..end), message }]
        }
    })
}
