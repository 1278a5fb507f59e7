//! What the migrations say, as the build script leaves it for the macro: a small file of lines.
//!
//! The macro reads it once for all enums of a crate, unoptimised as macros are, so it is laid out for
//! that: one line is one thing, its fields stand between tabs.

mod tables;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

pub use self::tables::{
    RecordedCheck, RecordedColumn, RecordedTable, RecordedType, RelationKind, UnknownTable,
};
use crate::Definition;

/// What the migrations say of a database's enums and tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The schema that a type without one belongs to: the first of `search_path`.
    pub default_schema: String,
    /// Every enum that is there in the end.
    pub enums: Vec<RecordedEnum>,
    /// Every enum that was there and is no more, the last one of a name.
    pub dropped: Vec<DroppedEnum>,
    /// Whether any type may be there besides, as something cannot be known. Of a type that is not among the enums,
    /// nothing is said then.
    pub vague: bool,
    /// Every table and view that is there in the end; `None` in a record without tables, which earlier versions wrote.
    pub tables: Option<Vec<RecordedTable>>,
    /// What may have made any other table, as something cannot be known. Of a table that is not among the tables,
    /// nothing is said then.
    pub any_table: Option<UnknownTable>,
}

/// An enum as the migrations leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEnum {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether its labels are certain. If not, nothing is held against a definition.
    pub known: bool,
    /// The statement that created it.
    pub created: Origin,
    /// Its labels, in order.
    pub labels: Vec<RecordedLabel>,
}

/// A label, and what made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedLabel {
    /// The label.
    pub text: String,
    /// Where a migration writes it.
    pub at: Origin,
    /// Whether a definition may do without it ([`Record::accept`]).
    pub accepted: bool,
}

/// An enum that a migration dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedEnum {
    /// The schema it was in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// The statement that dropped it.
    pub at: Origin,
}

/// A place in a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The path of the file, as messages show it.
    pub file: String,
    /// The line, from 1; 0 if it is not a line of a file.
    pub line: usize,
}

/// `file:line`
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

impl RecordedEnum {
    /// A type of a database, as if migrations had created it, so that one comparison serves both.
    ///
    /// ```
    /// use pg_enum_core::record::RecordedEnum;
    ///
    /// let mood = RecordedEnum::in_database("app", "mood", &["sad".to_owned()]);
    /// assert_eq!(mood.created.to_string(), "the database");
    /// ```
    #[must_use]
    pub fn in_database(schema: &str, name: &str, labels: &[String]) -> Self {
        let at = || Origin { file: "the database".into(), line: 0 };
        let label = |text: &String| RecordedLabel { text: text.clone(), at: at(), accepted: false };
        Self {
            schema: schema.into(),
            name: name.into(),
            known: true,
            created: at(),
            labels: labels.iter().map(label).collect(),
        }
    }
}

/// The file's first line; another version of this crate may write another one.
const HEADER: &str = "pg-enum record 1";

/// The file's text, which [`Record::parse`] reads.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        Lines(self).fmt(f)
    }
}

/// A record's text without the line that begins it, for a file that has more to say: each line is one that
/// [`Record::add_line`] reads.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'a>(pub &'a Record);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { default_schema, enums, dropped, vague, tables, any_table } = self.0;
        writeln!(f, "default\t{}", Field(default_schema))?;
        if *vague {
            writeln!(f, "vague")?;
        }
        for DroppedEnum { schema, name, at } in dropped {
            writeln!(f, "dropped\t{}\t{}\t{}", Field(schema), Field(name), Place(at))?;
        }
        for RecordedEnum { schema, name, known, created, labels } in enums {
            let known = if *known { "known" } else { "unknown" };
            let (schema, name) = (Field(schema), Field(name));
            writeln!(f, "enum\t{schema}\t{name}\t{known}\t{}", Place(created))?;
            for RecordedLabel { text, at, accepted } in labels {
                let accepted = if *accepted { "\taccepted" } else { "" };
                writeln!(f, "label\t{}\t{}{accepted}", Field(text), Place(at))?;
            }
        }
        tables.as_ref().map_or(Ok(()), |tables| tables::write(tables, any_table.as_ref(), f))
    }
}

impl Record {
    /// Reads what `Display` writes. `None` if the text is something else, or of another version.
    ///
    /// ```
    /// use pg_enum_core::record::Record;
    ///
    /// let record = Record { default_schema: "public".into(), ..Record::default() };
    /// assert_eq!(Record::parse(&record.to_string()), Some(record));
    /// assert_eq!(Record::parse("something else"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut record = Self::default();
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return None;
        }
        for line in lines {
            record.add_line(line)?;
        }
        Some(record)
    }

    /// Accepts that an enum lacks a label: `entry` is the type with its schema, a colon and the label, as in
    /// `public.mood:legacy`. Whether there is such a label.
    ///
    /// ```
    /// use pg_enum_core::divergence::divergences;
    /// use pg_enum_core::record::Record;
    /// use pg_enum_core::Definition;
    ///
    /// let text = "pg-enum record 1\ndefault\tpublic\nenum\tpublic\tmood\tknown\t1.sql\t1\n\
    ///             label\tsad\t1.sql\t1\nlabel\tlegacy\t1.sql\t1\n";
    /// let mut record = Record::parse(text).unwrap();
    /// let mood = Definition::new("mood", &["sad"]);
    /// assert_eq!(divergences(mood, &record)[0].disagreement.code(), "extra");
    ///
    /// assert!(record.accept("public.mood:legacy"));
    /// assert!(divergences(mood, &record).is_empty());
    /// assert!(!record.accept("public.mood:other"));
    /// ```
    pub fn accept(&mut self, entry: &str) -> bool {
        // A name may have a dot or a colon in it, so that the types tell what is which.
        let mut labels = self.enums.iter_mut().filter_map(|there| {
            let entry = entry.strip_prefix(&*there.schema)?.strip_prefix('.')?;
            let label = entry.strip_prefix(&*there.name)?.strip_prefix(':')?;
            there.labels.iter_mut().find(|there| there.text == label)
        });
        let label = labels.next();
        label.map(|label| label.accepted = true).is_some()
    }

    /// Adds what one of the [`Lines`] says. `None` if it is none of them, a label without an enum, or a column without a
    /// table.
    pub fn add_line(&mut self, line: &str) -> Option<()> {
        let mut fields = line.split('\t');
        match fields.next()? {
            "default" => self.default_schema = unescape(fields.next()?)?,
            "vague" => self.vague = true,
            "dropped" => self.dropped.push(DroppedEnum {
                schema: unescape(fields.next()?)?,
                name: unescape(fields.next()?)?,
                at: Origin::read(&mut fields)?,
            }),
            "enum" => self.enums.push(RecordedEnum {
                schema: unescape(fields.next()?)?,
                name: unescape(fields.next()?)?,
                known: fields.next()? == "known",
                created: Origin::read(&mut fields)?,
                labels: Vec::new(),
            }),
            "label" => {
                let text = unescape(fields.next()?)?;
                let at = Origin::read(&mut fields)?;
                let accepted = fields.next() == Some("accepted");
                self.enums.last_mut()?.labels.push(RecordedLabel { text, at, accepted });
            }
            key => return tables::add_line(self, key, &mut fields),
        }
        Some(())
    }

    /// Every place that the record mentions.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let tables = self.tables.iter_mut().flatten().flat_map(RecordedTable::origins_mut);
        let any_table = self.any_table.as_mut().map(|unknown| &mut unknown.at);
        let enums = self.enums.iter_mut().flat_map(|recorded| {
            let labels = recorded.labels.iter_mut().map(|label| &mut label.at);
            [&mut recorded.created].into_iter().chain(labels)
        });
        enums
            .chain(self.dropped.iter_mut().map(|dropped| &mut dropped.at))
            .chain(tables)
            .chain(any_table)
    }

    /// The enum of that name; without a schema, in the default one.
    #[must_use]
    pub fn find(&self, schema: Option<&str>, name: &str) -> Option<&RecordedEnum> {
        let schema = schema.unwrap_or(&self.default_schema);
        self.enums.iter().find(|there| there.schema == schema && there.name == name)
    }

    /// What the migrations leave of a definition's type: under its name or, if there is nothing of that
    /// name, under the name that it used to have.
    ///
    /// ```
    /// use pg_enum_core::record::{Origin, Record, RecordedEnum};
    /// use pg_enum_core::{Definition, Former};
    ///
    /// let feeling = RecordedEnum {
    ///     schema: "public".into(),
    ///     name: "feeling".into(),
    ///     known: true,
    ///     created: Origin { file: "1.sql".into(), line: 1 },
    ///     labels: vec![],
    /// };
    /// let record = Record {
    ///     default_schema: "public".into(),
    ///     enums: vec![feeling],
    ///     ..Record::default()
    /// };
    /// let mood = Definition::new("mood", &["sad"]);
    /// assert_eq!(record.find_for(mood), None);
    /// let mood = mood.with_was(Former { schema: None, name: "feeling" });
    /// assert_eq!(record.find_for(mood), record.enums.first());
    /// ```
    #[must_use]
    pub fn find_for(&self, definition: Definition<'_>) -> Option<&RecordedEnum> {
        self.find(definition.schema, definition.name).or_else(|| {
            let was = definition.was?;
            self.find(was.schema.or(definition.schema), was.name)
        })
    }
}

impl Origin {
    /// Reads a [`Place`].
    pub fn read<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        Some(Self { file: unescape(fields.next()?)?, line: fields.next()?.parse().ok()? })
    }
}

/// A text as a field of a line: tabs, line ends and backslashes are escaped. [`unescape`] reads it.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a>(pub &'a str);

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                '\t' => f.write_str("\\t")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A place as two fields of a line, file and number. [`Origin::read`] reads them.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a>(pub &'a Origin);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}", Field(&self.0.file), self.0.line)
    }
}

/// Reads a [`Field`]. `None` if it ends within an escape.
#[must_use]
pub fn unescape(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    let mut decoded = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        decoded.push(match c {
            '\\' => match chars.next()? {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                c => c,
            },
            c => c,
        });
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::{DroppedEnum, Origin, Record, RecordedEnum, RecordedLabel};

    #[test]
    fn a_record_comes_back_whatever_is_in_it() {
        let at = |line| Origin { file: "migrations/1\t\\x.sql".into(), line };
        let label =
            |text: &str| RecordedLabel { text: text.into(), at: at(3), accepted: text.is_empty() };
        let record = Record {
            default_schema: "a\nb".into(),
            enums: vec![
                RecordedEnum {
                    schema: "public".into(),
                    name: "mood\t".into(),
                    known: true,
                    created: at(1),
                    labels: vec![label(""), label("\\n"), label("it's\r\n"), label("😀")],
                },
                RecordedEnum {
                    schema: "app".into(),
                    name: "empty".into(),
                    known: false,
                    created: at(2),
                    labels: vec![],
                },
            ],
            dropped: vec![DroppedEnum { schema: "x".into(), name: "y".into(), at: at(9) }],
            vague: true,
            tables: None,
            any_table: None,
        };
        assert_eq!(Record::parse(&record.to_string()).as_ref(), Some(&record));
        let without = Record { tables: Some(vec![]), ..record };
        assert_eq!(Record::parse(&without.to_string()), Some(without));
    }
}
