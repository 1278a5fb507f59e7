//! Which module of a package imports which, for tests of its structure.
//!
//! A package has floors: a module imports what is on its own floor or below. And no modules import one another,
//! directly or by way of others. A module is a file; what is under `#[cfg(test)]` may import anything.
//!
//! ```no_run
//! let broken = pg_enum_test_floors::broken(env!("CARGO_MANIFEST_DIR"), &["ground", "text", "replay"])?;
//! assert!(broken.is_empty(), "{}", broken.join("\n"));
//! # Ok::<(), pg_enum_test_floors::Failure>(())
//! ```

mod graph;
mod imports;
mod modules;

use std::error::Error;
use std::path::Path;

use crate::modules::Modules;

/// Why the source cannot be read.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What breaks the structure of a package, one line for each: imports of something on a floor above, modules that
/// import one another, and modules that are on no floor.
///
/// `floors` has the modules from the lowest to the highest, each as a path below the crate: `text`, `text::name`. The
/// longest path that fits a module is its floor. The crate's root is above all. Without floors, only modules that
/// import one another are looked for.
///
/// # Errors
///
/// When a file of `src` cannot be read, or is not Rust.
pub fn broken(package: impl AsRef<Path>, floors: &[&str]) -> Result<Vec<String>, Failure> {
    let modules = Modules::read(&package.as_ref().join("src"))?;
    let arrows = modules.arrows();
    let mut broken = Vec::new();
    if !floors.is_empty() {
        broken.extend(graph::above(&modules, &arrows, floors));
    }
    broken.extend(graph::knots(&modules, &arrows));
    Ok(broken)
}
