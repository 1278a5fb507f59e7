//! Whether a row can be inserted, and with what.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Holder, Unwritten};
use crate::array::elements;
use crate::sql::smoke::{self, Value};

/// What surrounds the rows of a table: its columns, and everything that runs code for a new row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    foreign_partition: Option<String>,
    /// The owner of the schema, if it is neither the current role nor a superuser.
    owner: Option<String>,
    has_row_security: bool,
    code: Option<String>,
    columns: Vec<Other>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Other {
    name: String,
    is_not_null: bool,
    origin: Origin,
    /// A value that hardly any row has, for an integer or a UUID; the first label, for an enum.
    own: Option<String>,
    foreign_key: Option<String>,
}

/// Where a value comes from that a statement does not give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    None,
    Harmless,
    /// An identity, or a sequence, which a rollback does not set back.
    Sequence,
    /// None, and the column is an enum that is not null.
    Label,
    Code,
    Generated,
}

/// A row that can be inserted, with any label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    held: smoke::Held<'a>,
    /// The columns that do not get their default.
    others: Vec<(&'a str, Value<'a>)>,
}

impl Row<'_> {
    /// Inserts the row with this label.
    #[must_use]
    pub fn sql(&self, label: &str) -> String {
        smoke::row(self.held, label, &self.others).to_string()
    }
}

impl Surroundings {
    /// Reads the rows of [`Holder::surroundings`]; `None` if they are not such rows.
    #[must_use]
    pub fn parse<'a>(rows: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut surroundings = None;
        let mut columns = Vec::new();
        for row in rows {
            let row: [_; 6] = elements(row)?.try_into().ok()?;
            match row {
                [Some(kind), foreign_partition, owner, security, code, _] if kind == "table" => {
                    surroundings = Some(Self {
                        foreign_partition,
                        owner,
                        has_row_security: security? == "true",
                        code,
                        columns: Vec::new(),
                    });
                }
                [_, name, is_not_null, origin, own, foreign_key] => columns.push(Other {
                    name: name?,
                    is_not_null: is_not_null? == "true",
                    origin: match origin?.as_str() {
                        "none" => Origin::None,
                        "harmless" => Origin::Harmless,
                        "label" => Origin::Label,
                        "sequence" => Origin::Sequence,
                        "generated" => Origin::Generated,
                        _ => Origin::Code,
                    },
                    own,
                    foreign_key,
                }),
            }
        }
        Some(Self { columns, ..surroundings? })
    }

    /// A row of the table with a label in this column, or why none is inserted.
    ///
    /// With `run_code`, triggers, defaults and whatever else the table has may run any function. Sequences advance
    /// only if a function of that kind does it.
    ///
    /// # Errors
    ///
    /// The first reason.
    pub fn row<'a>(&'a self, holder: &'a Holder, run_code: bool) -> Result<Row<'a>, Unwritten> {
        if let Some(unwritten) = holder.unwritten() {
            return Err(unwritten);
        }
        if let Some(table) = &self.foreign_partition {
            return Err(Unwritten::Foreign { table: table.clone() });
        }
        if !run_code {
            self.runs_nothing(holder)?;
        }
        let mut others = Vec::new();
        for column in &self.columns {
            if column.name == holder.column {
                if column.origin == Origin::Generated {
                    return Err(Unwritten::Generated);
                }
                if let (Some(key), false) = (&column.foreign_key, run_code) {
                    return Err(column.in_key(key));
                }
                continue;
            }
            let value = column.value(run_code)?;
            if value != Value::Default {
                others.push((&*column.name, value));
            }
        }
        Ok(Row { held: holder.held(), others })
    }

    /// Nothing of the table's runs any function that is not known to be harmless.
    fn runs_nothing(&self, holder: &Holder) -> Result<(), Unwritten> {
        if let Some(owner) = self.owner.clone() {
            return Err(Unwritten::Owner { schema: holder.schema.clone(), owner });
        }
        if let Some(of) = self.code.clone() {
            return Err(Unwritten::Code { of });
        }
        if self.has_row_security { Err(Unwritten::RowSecurity) } else { Ok(()) }
    }
}

impl Other {
    /// What the column gets.
    fn value(&self, run_code: bool) -> Result<Value<'_>, Unwritten> {
        let column = || self.name.clone();
        match (self.origin, &self.foreign_key) {
            (Origin::None, _) if self.is_not_null => Err(Unwritten::NotNull { column: column() }),
            (Origin::None | Origin::Generated, _) => Ok(Value::Default),
            // A key is compared with another table's rows, unless it is null.
            (_, Some(_)) if !run_code && !self.is_not_null => Ok(Value::Null),
            (_, Some(key)) if !run_code => Err(self.in_key(key)),
            (Origin::Harmless, _) => Ok(Value::Default),
            (Origin::Code, _) if run_code => Ok(Value::Default),
            _ => match self.own.as_deref() {
                Some(own) => Ok(Value::Own(own)),
                None if run_code => Ok(Value::Default),
                None if self.is_not_null => Err(Unwritten::Default { column: column() }),
                None => Ok(Value::Null),
            },
        }
    }

    fn in_key(&self, constraint: &str) -> Unwritten {
        Unwritten::ForeignKey { column: self.name.clone(), constraint: constraint.into() }
    }
}
