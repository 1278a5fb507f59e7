//! What the drivers' errors have in them.

extern crate alloc;

use alloc::format;
use alloc::string::String;

use crate::PgEnum;

/// The message for an `other` value that is to be written: its label came from a database, and another database may
/// not have it. It is longer than a label can be, so that the server refuses it where a driver cannot.
///
/// It is converted to the driver's error here, so that the functions that write a label stay small.
#[cold]
pub(super) fn not_ours<E: PgEnum, T: From<String>>(value: &E) -> T {
    let (label, rust_name, name) = (value.label(), core::any::type_name::<E>(), E::NAME_SQL);
    let message = format!(
        "label {label:?} of enum {rust_name} (PostgreSQL type {name}) was read by a program that \
         does not know it, and cannot be written back; add a variant for it to the enum"
    );
    message.into()
}

/// The error about a label, as the source of another one with the same message.
///
/// Diesel and SeaORM 2 put an error into one of their own, and return as its source the source of that error. So the
/// error about the label is one level lower, where a walk through the sources finds it.
#[cfg(any(feature = "diesel", feature = "sea-orm", feature = "sea-orm-1"))]
#[derive(Debug)]
pub(super) struct Unread(pub(super) crate::UnknownLabel);

#[cfg(any(feature = "diesel", feature = "sea-orm", feature = "sea-orm-1"))]
impl core::fmt::Display for Unread {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(any(feature = "diesel", feature = "sea-orm", feature = "sea-orm-1"))]
impl core::error::Error for Unread {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}
