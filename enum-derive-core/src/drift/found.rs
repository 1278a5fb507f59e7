//! Reads the rows of the query.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Column, Found, LiveEnum, State};
use crate::Definition;
use crate::array::{elements, texts};
use crate::retire::{Holder, HolderCheck, Holding};
use crate::unseen::Unseen;

impl Found {
    /// Reads a row of the result of [`query`](super::query) for these definitions; `None` if it is not such a row.
    ///
    /// ```
    /// use pg_enum_core::Definition;
    /// use pg_enum_core::drift::{Found, State};
    ///
    /// let mood = Definition::new("mood", &["sad"]).in_schema("app");
    /// let row = r#"{0,"{app}",missing,NULL,NULL,NULL,NULL,"{}",NULL,web,NULL}"#;
    /// let found = Found::parse(row, &[mood]).expect("a row");
    /// assert_eq!(found.schemas, ["app"]);
    /// assert_eq!(found.state, State::Missing { schema_exists: true, elsewhere: vec![] });
    /// ```
    #[must_use]
    pub fn parse(row: &str, definitions: &[Definition<'_>]) -> Option<Self> {
        let row: [_; 11] = elements(row)?.try_into().ok()?;
        let [
            number,
            schemas,
            state,
            labels,
            schema_usage,
            usage,
            hidden_by,
            elsewhere,
            in_use,
            role,
            held,
        ] = row;
        let number: usize = number?.parse().ok()?;
        let state = state?;
        let as_expected = || match definitions.get(number / 2) {
            Some(definition) => definition.labels.iter().copied().map(String::from).collect(),
            None => Vec::new(),
        };
        let state = match &*state {
            "missing" | "no schema" => {
                State::Missing { schema_exists: state == "missing", elsewhere: texts(elsewhere)? }
            }
            "enum" => match (schema_usage, usage) {
                (Some(schema_usage), Some(usage)) => {
                    let (in_use, unseen) = searched(&texts(in_use)?);
                    State::Enum(LiveEnum {
                        labels: match labels {
                            Some(labels) => texts(Some(labels))?,
                            None => as_expected(),
                        },
                        schema_usage: schema_usage == "true",
                        usage: usage == "true",
                        hidden_by,
                        holders: holders(&texts(held)?)?,
                        in_use,
                        unseen,
                    })
                }
                // Privileges are current, and the rest is as of the query's snapshot. If a privilege is null, the
                // object was dropped in between.
                (schema, _) => {
                    State::Missing { schema_exists: schema.is_some(), elsewhere: Vec::new() }
                }
            },
            _ => State::Other { kind: state },
        };
        Some(Self { number, schemas: texts(schemas)?, state, role: role? })
    }
}

/// The columns of the type.
fn holders(texts_of_all: &[String]) -> Option<Vec<Holder>> {
    let mut holders = Vec::new();
    for column in texts_of_all.chunks_exact(9) {
        let [schema, table, name, how, is_domain, not_null, is_generated, default, checks] = column
        else {
            continue;
        };
        let is = |text: &str| text == "true";
        let check = |check: String| {
            let [name, expression, is_valid, is_inherited]: [_; 4] =
                elements(&check)?.try_into().ok()?;
            Some(HolderCheck {
                name,
                expression: expression.unwrap_or_default(),
                is_valid: is(&is_valid?),
                is_inherited: is(&is_inherited?),
            })
        };
        holders.push(Holder {
            schema: schema.clone(),
            table: table.clone(),
            column: name.clone(),
            holds: match &**how {
                "one" => Holding::Scalar,
                "many" => Holding::Array,
                _ => Holding::Inside,
            },
            is_domain: is(is_domain),
            not_null: is(not_null),
            is_generated: is(is_generated),
            default: Some(default.clone()).filter(|default| !default.is_empty()),
            checks: texts(Some(checks.clone()))?.into_iter().map(check).collect::<Option<_>>()?,
            at: None,
        });
    }
    Some(holders)
}

/// The columns that contain labels, and the columns that could not be searched.
#[expect(clippy::type_complexity, reason = "the types of two fields of `LiveEnum`")]
fn searched(texts: &[String]) -> (Vec<(String, Column)>, Vec<(String, Column, Unseen)>) {
    let (mut in_use, mut unseen) = (Vec::new(), Vec::new());
    for columns in texts.chunks_exact(6) {
        let [label, table, name, how, why, what] = columns else { continue };
        let is_array = how == "many";
        let column = Column { table: table.clone(), name: name.clone(), is_array };
        let why = match &**why {
            "held" => {
                in_use.push((label.clone(), column));
                continue;
            }
            why => Unseen::parse(why, what),
        };
        unseen.push((label.clone(), column, why));
    }
    (in_use, unseen)
}
