//! serde's traits on request: a value is its label, as a string.

use core::fmt;
use core::marker::PhantomData;

use serde_core::de::{Error, Visitor};
pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{PgEnum, UnknownLabel};

/// # Errors
///
/// The serializer's.
pub fn serialize<E: PgEnum, S: Serializer>(value: &E, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.label())
}

/// # Errors
///
/// The deserializer's, and [`UnknownLabel`] as one of them.
pub fn deserialize<'de, E: PgEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    deserializer.deserialize_str(LabelVisitor(PhantomData))
}

struct LabelVisitor<E>(PhantomData<E>);

impl<E: PgEnum> Visitor<'_> for LabelVisitor<E> {
    type Value = E;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a label of {}", core::any::type_name::<E>())
    }

    fn visit_str<X: Error>(self, label: &str) -> Result<E, X> {
        E::from_label(label).map_err(X::custom)
    }

    fn visit_bytes<X: Error>(self, label: &[u8]) -> Result<E, X> {
        E::from_label_bytes(label).ok_or_else(|| X::custom(UnknownLabel::of::<E>(label)))
    }
}
