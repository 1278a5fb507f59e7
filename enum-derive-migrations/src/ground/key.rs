//! What an object of the database is known by.

use std::sync::Arc;

/// Schema and name.
pub(crate) type Key = (Arc<str>, Arc<str>);
