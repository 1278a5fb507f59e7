//! One row per enum and codec: `list` prints the rows, and `check` counts them.

use crate::compare::Standing;
use crate::enums::{Derived, Foreign};
use crate::not_compared::{NotCompared, Reason};
use crate::problem::Place;

/// An enum with one of its codecs, and the result of the comparison.
pub(crate) struct Row {
    /// The path of the enum: `my_crate::module::Status`.
    pub(crate) path: String,
    /// The derive or the trait that maps the enum to a type of the database.
    pub(crate) codec: String,
    /// The schema, if the enum names one.
    pub(crate) schema: Option<String>,
    /// The name of the type; `None` if the codec was not understood.
    pub(crate) name: Option<String>,
    /// The labels, in the order of the variants.
    pub(crate) labels: Vec<String>,
    /// The place of the enum in its source.
    pub(crate) at: Place,
    pub(crate) standing: Standing,
}

impl Row {
    pub(crate) fn of_derived(derived: &Derived, standing: Standing) -> Self {
        let model = &derived.model;
        Self {
            path: derived.path.clone(),
            codec: "pg_enum::PgEnum".to_owned(),
            schema: model.schema.as_ref().map(|schema| schema.value.clone()),
            name: Some(model.name.value.clone()),
            labels: model.variants.iter().map(|variant| variant.label.value.clone()).collect(),
            at: derived.ident_place(),
            standing,
        }
    }

    pub(crate) fn of_foreign(foreign: &Foreign, standing: Standing) -> Self {
        let reading = &foreign.reading;
        Self {
            path: foreign.path.clone(),
            codec: reading.codec.to_string(),
            schema: reading.schema.as_ref().map(|schema| schema.value.clone()),
            name: Some(reading.name.value.clone()),
            labels: reading.labels.iter().map(|label| label.text.value.clone()).collect(),
            at: foreign.place(pg_enum_core::Place::Name, ""),
            standing,
        }
    }

    pub(crate) fn of_not_compared(not_compared: NotCompared) -> Self {
        let NotCompared { path, codec, reason, at } = not_compared;
        Self {
            path,
            codec: codec.to_string(),
            schema: None,
            name: None,
            labels: Vec::new(),
            at,
            standing: Standing::NotCompared(reason),
        }
    }

    /// The reason, if the enum was not compared.
    pub(crate) fn reason(&self) -> Option<&Reason> {
        match &self.standing {
            Standing::NotCompared(reason) => Some(reason),
            _ => None,
        }
    }
}
