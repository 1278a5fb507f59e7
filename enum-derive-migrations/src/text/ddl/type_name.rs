//! Names of types.

use std::sync::Arc;

use super::cursor::Cursor;
use crate::text::name::{Keyword, Path};
use crate::text::span::Span;
use crate::text::token;

/// What stands in the parentheses behind the name of a type.
type Modifiers = [Option<i32>; 2];

/// A type as the grammar reads it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TypeName {
    pub path: TypePath,
    /// The first two modifiers in parentheses, if they are numbers: no type has more.
    pub modifiers: Modifiers,
    /// Those of an interval.
    pub fields: Fields,
    pub is_array: bool,
    pub range: Span,
}

/// The name of a type. Those of PostgreSQL's own, which most columns have, take no memory.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum TypePath {
    /// One that is a keyword: `int` is `pg_catalog.int4`.
    Keyword(&'static str),
    /// One without a schema that is the name of a type of PostgreSQL's own.
    BuiltIn(&'static str),
    /// Apart, as few columns have such a type.
    Other(Box<Path>),
}

impl TypePath {
    pub(crate) fn schema(&self) -> Option<&str> {
        match self {
            Self::Keyword(_) => Some("pg_catalog"),
            Self::BuiltIn(_) => None,
            Self::Other(path) => path.schema.as_deref(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Keyword(name) | Self::BuiltIn(name) => name,
            Self::Other(path) => &path.name,
        }
    }

    pub(crate) fn to_path(&self) -> Path {
        match self {
            Self::Other(path) => Path::clone(path),
            _ => Path { schema: self.schema().map(Arc::from), name: self.name().into() },
        }
    }
}

/// The names that are keywords.
const KEYWORDS: [(&str, &str); 12] = [
    ("bigint", "int8"),
    ("boolean", "bool"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("int", "int4"),
    ("integer", "int4"),
    ("json", "json"),
    ("numeric", "numeric"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("varchar", "varchar"),
    ("float", "float8"),
];

impl TypeName {
    /// Reads a type by itself.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Cursor::new(&token::list(text)).type_name()
    }
}

impl Cursor<'_> {
    pub(super) fn type_name(&mut self) -> Option<TypeName> {
        let start = self.start();
        self.take("setof");
        let mut fields = Fields::ALL;
        let (path, modifiers) = if let Some(name) = self.built_in(&mut fields) {
            let (name, modifiers) = name?;
            (TypePath::Keyword(name), modifiers)
        } else {
            let path = self.type_path()?;
            let modifiers = self.modifiers();
            (path, modifiers)
        };
        let mut is_array = self.take("array");
        while self.is("[") {
            self.skip_parentheses();
            is_array = true;
        }
        Some(TypeName { path, modifiers, fields, is_array, range: self.since(start) })
    }

    /// The name of a type that is no keyword.
    fn type_path(&mut self) -> Option<TypePath> {
        if !self.is_quoted()
            && !self.is_at(1, ".")
            && let Some(name) = pg_enum_core::built_in_type(&Keyword::new(self.at(0)))
        {
            self.advance();
            return Some(TypePath::BuiltIn(name));
        }
        self.path().map(|path| TypePath::Other(Box::new(path)))
    }

    /// A type whose name is a keyword: what it is called in `pg_type`. `None` if it is none; and if it is cut short,
    /// `Some(None)`.
    #[expect(
        clippy::option_option,
        reason = "one says whether there is such a type, the other whether it can be read"
    )]
    fn built_in(&mut self, fields: &mut Fields) -> Option<Option<(&'static str, Modifiers)>> {
        if self.is_quoted() || self.at(1) == "." {
            return None;
        }
        if let Some((keyword, name)) = KEYWORDS.iter().find(|(keyword, _)| self.is(keyword)) {
            self.advance();
            let modifiers = self.modifiers();
            if *keyword == "float" {
                let name = if modifiers[0].is_some_and(|digits| digits < 25) {
                    "float4"
                } else {
                    "float8"
                };
                return Some(Some((name, NONE)));
            }
            return Some(Some((name, modifiers)));
        }
        if self.take("double") {
            return Some(self.take("precision").then_some(("float8", NONE)));
        }
        if self.take("bit") {
            let varies = self.take("varying");
            let modifiers = self.modifiers();
            return Some(Some(if varies {
                ("varbit", modifiers)
            } else {
                ("bit", or_one(modifiers))
            }));
        }
        let is_national =
            self.is("national") && (self.is_at(1, "char") || self.is_at(1, "character"));
        if is_national {
            self.advance();
        }
        if self.take_one_of(&["char", "character", "nchar"]) {
            let varies = self.take("varying");
            let modifiers = self.modifiers();
            return Some(Some(if varies {
                ("varchar", modifiers)
            } else {
                ("bpchar", or_one(modifiers))
            }));
        }
        for (keyword, without, with) in
            [("time", "time", "timetz"), ("timestamp", "timestamp", "timestamptz")]
        {
            if self.take(keyword) {
                let modifiers = self.modifiers();
                let zone = self.take_all(&["with", "time", "zone"]);
                if !zone {
                    self.take_all(&["without", "time", "zone"]);
                }
                return Some(Some((if zone { with } else { without }, modifiers)));
            }
        }
        if self.take("interval") {
            *fields = self.fields();
            return Some(Some(("interval", self.modifiers())));
        }
        None
    }

    fn fields(&mut self) -> Fields {
        let found = FIELDS.iter().position(|(words, _)| self.take_all(words));
        found.and_then(|index| u8::try_from(index + 1).ok()).map_or(Fields::ALL, Fields)
    }

    /// Numbers in parentheses. What else may be there is an extension's.
    fn modifiers(&mut self) -> Modifiers {
        let mut numbers = NONE;
        if !self.is("(") {
            return numbers;
        }
        let mut distance = 1;
        let mut sign = 1;
        let mut count = 0;
        loop {
            match self.at(distance) {
                "-" => sign = -1,
                "," => sign = 1,
                word => match word.parse::<i32>() {
                    Ok(number) => {
                        if let Some(place) = numbers.get_mut(count) {
                            *place = Some(sign * number);
                        }
                        count += 1;
                    }
                    Err(_) => break,
                },
            }
            distance += 1;
        }
        self.skip_parentheses();
        numbers
    }
}

/// No modifiers.
const NONE: Modifiers = [None; 2];

fn or_one(modifiers: Modifiers) -> Modifiers {
    if modifiers == NONE { [Some(1), None] } else { modifiers }
}

/// The fields that an interval has, which is its place in the list of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fields(u8);

impl Fields {
    /// Those of an interval that is said to have none in particular.
    pub(crate) const ALL: Self = Self(0);

    /// As the server prints them.
    pub(crate) fn text(self) -> &'static str {
        let index = usize::from(self.0).checked_sub(1);
        index.and_then(|index| FIELDS.get(index)).map_or("", |(_, text)| text)
    }
}

/// The fields of intervals, the longer ones first.
const FIELDS: [(&[&str], &str); 13] = [
    (&["year", "to", "month"], " year to month"),
    (&["day", "to", "hour"], " day to hour"),
    (&["day", "to", "minute"], " day to minute"),
    (&["day", "to", "second"], " day to second"),
    (&["hour", "to", "minute"], " hour to minute"),
    (&["hour", "to", "second"], " hour to second"),
    (&["minute", "to", "second"], " minute to second"),
    (&["year"], " year"),
    (&["month"], " month"),
    (&["day"], " day"),
    (&["hour"], " hour"),
    (&["minute"], " minute"),
    (&["second"], " second"),
];
