//! Refusal of a value whose label the program does not know.

extern crate alloc;

use alloc::format;
use alloc::string::String;

use crate::PgEnum;

/// The message for an `other` value that is to be written: its label came from a database, and another database may
/// not have it. It is longer than a label can be, so that the server refuses it where a driver cannot.
#[cold]
pub(super) fn not_ours<E: PgEnum>(value: &E) -> String {
    let (label, rust_name, name) = (value.label(), core::any::type_name::<E>(), E::NAME_SQL);
    format!(
        "label {label:?} of enum {rust_name} (PostgreSQL type {name}) was read by a program that \
         does not know it, and cannot be written back; add a variant for it to the enum"
    )
}
