//! Enum types with the members that are their labels.

use std::rc::Rc;

use super::attributes::place;
use super::lineage::Root;
use super::reader::{Reader, schema_of};
use super::{EnumType, Label};
use crate::sql::{enums, has_hole, name_text};
use crate::value::{Class, Value};

impl Reader<'_> {
    /// The type of a column of a table in a schema; nothing if its name is not known.
    pub(super) fn enum_type(
        &mut self,
        of: &enums::EnumType,
        table_schema: Option<&Value>,
        root: &Root,
    ) -> Option<EnumType> {
        let name = name_text(&of.name).filter(|name| !has_hole(name))?;
        let own = of.schema_in(table_schema).clone();
        // From 2.1 on, a type is in the schema of the metadata (`sqltypes.py`, `SchemaType._set_metadata`).
        let schema = if own.is_none() && self.run.options.sqlalchemy >= (2, 1) {
            schema_of(&root.metadata)
        } else {
            Some(own)
        };
        let schema = match schema {
            None | Some(Value::None) => None,
            Some(schema) => match name_text(&schema).filter(|schema| !has_hole(schema)) {
                Some(schema) => Some(schema),
                None => return None,
            },
        };
        let mut stores_names = false;
        let labels = of.labels.as_ref().and_then(|labels| {
            labels.iter().map(|label| label.known().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        let labels = match (labels, &of.class) {
            (Some(labels), Some(class)) => {
                let members = class.members.as_deref().unwrap_or_default();
                stores_names = labels.len() == members.len()
                    && labels.iter().zip(members).all(|(label, member)| **label == *member.name)
                    && members.iter().any(|member| as_text(&member.value) != Some(&member.name));
                Some(labels.into_iter().map(|label| self.label(class, label)).collect())
            }
            (labels, _) => labels.map(|labels| {
                let label = |text| Label { text, at: None, value: None };
                labels.into_iter().map(label).collect()
            }),
        };
        Some(EnumType {
            schema,
            name,
            is_named: of.is_named,
            class: of.class.as_ref().map(|class| class.name.to_string()),
            labels,
            stores_names,
        })
    }

    fn label(&mut self, class: &Rc<Class>, text: String) -> Label {
        let members = class.members.as_deref().unwrap_or_default();
        let by_name = members.iter().find(|member| *member.name == *text);
        let by_value = || members.iter().find(|member| as_text(&member.value) == Some(&text));
        let Some(member) = by_name.or_else(by_value) else {
            return Label { text, at: None, value: None };
        };
        let place = place(class, &member.name);
        let at = place.map(|(file, at)| self.sources.location(&file, at));
        let value = by_name.and_then(|member| as_text(&member.value)).map(str::to_owned);
        Label { text, at, value }
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => text.known(),
        _ => None,
    }
}
