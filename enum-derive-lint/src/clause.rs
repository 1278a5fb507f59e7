//! What statements do to types and to columns, as far as their words say.

use std::fmt;
use std::ops::Range;

use pg_enum_migrations::Side;
use pg_enum_migrations::folder::HOLE;

use crate::word::{Word, identifier, literal};

/// A name, perhaps with a schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl Name {
    /// Whether both may mean the same: a name without a schema may be in any.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let differ = |(one, two): (&String, &String)| one != two;
        let schemas = self.schema.as_ref().zip(other.schema.as_ref());
        self.name == other.name && !schemas.is_some_and(differ)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

/// Something that a statement does, or would do on one of the ways through its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause {
    /// The words that say it.
    pub(crate) words: Range<usize>,
    pub(crate) act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// `CREATE TYPE … AS ENUM`, with its labels and their words; nothing if not all of them are literals.
    CreateEnum { ty: Name, labels: Option<Vec<(String, usize)>> },
    /// `ALTER TYPE … ADD VALUE`
    AddValue {
        ty: Name,
        is_guarded: bool,
        label: (String, usize),
        position: Option<(Side, String)>,
    },
    /// `ALTER TYPE … RENAME VALUE`
    RenameValue { ty: Name, from: String, to: (String, usize) },
    /// `ALTER TYPE … DROP VALUE`, which no server knows.
    DropValue { ty: Name, label: Option<String> },
    /// `ALTER TYPE … RENAME TO`
    RenameType { ty: Name, to: String },
    /// `DROP TYPE`
    DropTypes { types: Vec<Name>, is_guarded: bool, cascade: Option<usize> },
    /// `ALTER TABLE … ALTER COLUMN … TYPE`; an array's type has no name here.
    ColumnType { column: Column, ty: Option<Name> },
    /// `ALTER TABLE … ALTER COLUMN … DROP DEFAULT`
    DropDefault { column: Column },
    /// `ALTER TABLE … ALTER COLUMN … SET DEFAULT`
    SetDefault { column: Column },
    /// `ALTER TABLE … ADD COLUMN`
    AddColumn { column: Column, ty: Option<Name>, has_default: bool },
    /// `ALTER TABLE … DROP COLUMN`
    DropColumn { column: Column },
    /// `ALTER TABLE … DROP CONSTRAINT`
    DropConstraint { name: String },
    /// `ALTER TABLE … RENAME COLUMN`
    RenameColumn { column: Column, to: String },
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) table: Name,
    pub(crate) name: String,
}

impl Column {
    /// Whether both may mean the same.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        self.name == other.name && self.table.may_be(&other.table)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.name)
    }
}

/// What a statement does, by its words.
pub(crate) fn clauses(words: &[Word]) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for (start, word) in words.iter().enumerate() {
        // Outside of a block, only the first words say what a statement does. `create`, `alter` or `drop` further on is part of a
        // statement that has no semicolon where its author meant one.
        let first = start == 0
            || word.depth > 0
                && (words[start - 1].depth != word.depth || begins_statement(words, start));
        if first && matches!(&*word.text, "create" | "alter" | "drop") {
            Reader { words, next: start + 1, end: end_of(words, start) }.read(start, &mut clauses);
        }
    }
    clauses
}

/// Whether a statement of a block may begin here.
fn begins_statement(words: &[Word], at: usize) -> bool {
    let before = &*words[at - 1].text;
    matches!(before, ";" | "begin" | "then" | "else" | "loop")
}

/// Where a statement ends that begins at a word.
pub(crate) fn end_of(words: &[Word], start: usize) -> usize {
    let depth = words[start].depth;
    let ends = |word: &Word| word.depth < depth || word.depth == depth && word.text == ";";
    words[start..].iter().position(ends).map_or(words.len(), |length| start + length)
}

struct Reader<'a> {
    words: &'a [Word],
    next: usize,
    end: usize,
}

impl Reader<'_> {
    fn peek(&self) -> &str {
        if self.next < self.end { &self.words[self.next].text } else { "" }
    }

    /// Takes these words if they come next.
    fn take(&mut self, wanted: &[&str]) -> bool {
        let end = self.next + wanted.len();
        let fits = end <= self.end
            && self.words[self.next..end].iter().zip(wanted).all(|(word, want)| word.text == *want);
        if fits {
            self.next = end;
        }
        fits
    }

    /// Goes on to these words, and takes them.
    fn skip_to(&mut self, wanted: &[&str]) -> bool {
        while self.next < self.end {
            if self.take(wanted) {
                return true;
            }
            self.next += 1;
        }
        false
    }

    fn identifier(&mut self) -> Option<String> {
        let name =
            identifier(self.words.get(self.next).filter(|_| self.next < self.end)?.text.as_str())?;
        if name.contains(HOLE) {
            return None;
        }
        let name = name.into_owned();
        self.next += 1;
        Some(name)
    }

    fn name(&mut self) -> Option<Name> {
        let mut name = Name { schema: None, name: self.identifier()? };
        while self.take(&["."]) {
            let part = self.identifier()?;
            name = Name { schema: Some(name.name), name: part };
        }
        Some(name)
    }

    fn literal(&mut self) -> Option<(String, usize)> {
        let at = self.next;
        let value = literal(self.peek())?.into_owned();
        self.next += 1;
        (!value.contains(HOLE)).then_some((value, at))
    }

    fn read(mut self, start: usize, clauses: &mut Vec<Clause>) {
        match &*self.words[start].text {
            "create" if self.take(&["type"]) => {
                let Some(ty) = self.name() else { return };
                if self.take(&["as", "enum", "("]) {
                    let act = Act::CreateEnum { ty, labels: self.labels() };
                    clauses.push(Clause { words: start..self.end, act });
                }
            }
            "alter" if self.take(&["type"]) => {
                let act = self.alter_type();
                clauses.extend(act.map(|act| Clause { words: start..self.end, act }));
            }
            "alter" if self.take(&["table"]) => self.alter_table(start, clauses),
            "drop" if self.take(&["type"]) => {
                let is_guarded = self.take(&["if", "exists"]);
                let mut types = Vec::new();
                while let Some(ty) = self.name() {
                    types.push(ty);
                    if !self.take(&[","]) {
                        break;
                    }
                }
                let cascade = (self.peek() == "cascade").then_some(self.next);
                let act = Act::DropTypes { types, is_guarded, cascade };
                clauses.push(Clause { words: start..self.end, act });
            }
            _ => {}
        }
    }

    fn labels(&mut self) -> Option<Vec<(String, usize)>> {
        let mut labels = Vec::new();
        while !self.take(&[")"]) {
            labels.push(self.literal()?);
            self.take(&[","]);
        }
        Some(labels)
    }

    fn alter_type(&mut self) -> Option<Act> {
        let ty = self.name()?;
        if self.take(&["add", "value"]) {
            let is_guarded = self.take(&["if", "not", "exists"]);
            let label = self.literal()?;
            let position = match self.peek() {
                "before" => Some(Side::Before),
                "after" => Some(Side::After),
                _ => None,
            };
            let position = match position {
                Some(side) => {
                    self.next += 1;
                    Some((side, self.literal()?.0))
                }
                None => None,
            };
            return Some(Act::AddValue { ty, is_guarded, label, position });
        }
        if self.take(&["rename", "value"]) {
            let from = self.literal()?.0;
            let to = self.take(&["to"]).then(|| self.literal())??;
            return Some(Act::RenameValue { ty, from, to });
        }
        if self.take(&["drop", "value"]) {
            self.take(&["if", "exists"]);
            let label = self.literal().map(|(label, _)| label);
            return Some(Act::DropValue { ty, label });
        }
        let to = self.take(&["rename", "to"]).then(|| self.identifier())??;
        Some(Act::RenameType { ty, to })
    }

    fn alter_table(&mut self, start: usize, clauses: &mut Vec<Clause>) {
        self.take(&["if", "exists"]);
        self.take(&["only"]);
        let Some(table) = self.name() else { return };
        self.take(&["*"]);
        let mut first = start;
        loop {
            let end = self.end_of_action();
            let (whole, next) = (std::mem::replace(&mut self.end, end), end + 1);
            if let Some(act) = self.action(&table) {
                clauses.push(Clause { words: first..end, act });
            }
            (self.end, self.next, first) = (whole, next, next);
            if next >= whole {
                return;
            }
        }
    }

    /// The comma after an action, or the end.
    fn end_of_action(&self) -> usize {
        let mut depth = 0_usize;
        for (at, word) in self.words.iter().enumerate().take(self.end).skip(self.next) {
            match &*word.text {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," if depth == 0 => return at,
                _ => {}
            }
        }
        self.end
    }

    fn action(&mut self, table: &Name) -> Option<Act> {
        let column = |name| Column { table: table.clone(), name };
        if self.take(&["alter"]) {
            self.take(&["column"]);
            let column = column(self.identifier()?);
            if self.take(&["drop", "default"]) {
                return Some(Act::DropDefault { column });
            }
            if self.take(&["set", "default"]) {
                return Some(Act::SetDefault { column });
            }
            if self.take(&["set", "data", "type"]) || self.take(&["type"]) {
                let ty = self.name().filter(|_| self.peek() != "[" && self.peek() != "array");
                return Some(Act::ColumnType { column, ty });
            }
            return None;
        }
        if self.take(&["drop"]) {
            let is_column = self.take(&["column"]);
            let is_constraint = !is_column && self.take(&["constraint"]);
            self.take(&["if", "exists"]);
            if is_constraint {
                return Some(Act::DropConstraint { name: self.identifier()? });
            }
            return Some(Act::DropColumn { column: column(self.identifier()?) });
        }
        if self.take(&["rename"]) {
            let is_column = self.take(&["column"]);
            if !is_column && matches!(self.peek(), "to" | "constraint") {
                return None;
            }
            let column = column(self.identifier()?);
            let to = self.take(&["to"]).then(|| self.identifier())??;
            return Some(Act::RenameColumn { column, to });
        }
        if self.take(&["add"]) {
            let is_column = self.take(&["column"]);
            let constraints = ["constraint", "check", "unique", "primary", "foreign", "exclude"];
            if !is_column && constraints.contains(&self.peek()) {
                return None;
            }
            self.take(&["if", "not", "exists"]);
            let column = column(self.identifier()?);
            let ty = self.name();
            let has_default = self.skip_to(&["default"]);
            return Some(Act::AddColumn { column, ty, has_default });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pg_enum_migrations::Location;
    use pg_enum_migrations::folder::Source;

    use super::*;
    use crate::statement::{Direction, Statement};

    fn acts(text: &str) -> Vec<String> {
        let source = Arc::new(Source { path: "1.sql".into(), text: text.to_owned() });
        let at = Location::new(&source, 0..text.len());
        let statement = Statement::new(0, Direction::Up, at, None);
        statement
            .clauses()
            .iter()
            .map(|clause| match &clause.act {
                Act::CreateEnum { ty, labels } => {
                    let labels = labels.as_ref().map(Vec::len);
                    format!("create {ty} {labels:?}")
                }
                Act::AddValue { ty, is_guarded, label, position } => {
                    format!("add {ty} {is_guarded} {} {position:?}", label.0)
                }
                Act::RenameValue { ty, from, to } => format!("rename {ty} {from} {}", to.0),
                Act::DropValue { ty, label } => format!("drop value {ty} {label:?}"),
                Act::RenameType { ty, to } => format!("rename {ty} {to}"),
                Act::DropTypes { types, is_guarded, cascade } => {
                    let types: Vec<_> = types.iter().map(ToString::to_string).collect();
                    format!("drop {types:?} {is_guarded} {}", cascade.is_some())
                }
                Act::ColumnType { column, ty } => {
                    format!("type {column} {:?}", ty.as_ref().map(ToString::to_string))
                }
                Act::DropDefault { column } => format!("no default {column}"),
                Act::SetDefault { column } => format!("default {column}"),
                Act::AddColumn { column, has_default, .. } => format!("add {column} {has_default}"),
                Act::DropColumn { column } => format!("drop {column}"),
                Act::DropConstraint { name } => format!("drop constraint {name}"),
                Act::RenameColumn { column, to } => format!("rename {column} {to}"),
            })
            .collect()
    }

    #[test]
    fn types() {
        assert_eq!(acts("CREATE TYPE a.\"B\" AS ENUM ('x', 'y')"), ["create a.B Some(2)"]);
        assert_eq!(acts("CREATE TYPE b AS ENUM ('x', :label)"), ["create b None"]);
        assert_eq!(acts("CREATE TYPE b AS (a int)"), [""; 0]);
        assert_eq!(
            acts("alter type b add value if not exists 'c' before 'd'"),
            ["add b true c Some((Before, \"d\"))"]
        );
        assert_eq!(acts("ALTER TYPE b RENAME VALUE 'c' TO 'd'"), ["rename b c d"]);
        assert_eq!(acts("ALTER TYPE b DROP VALUE 'c'"), ["drop value b Some(\"c\")"]);
        assert_eq!(acts("ALTER TYPE b DROP ATTRIBUTE c"), [""; 0]);
        assert_eq!(acts("DROP TYPE IF EXISTS a, s.b CASCADE"), ["drop [\"a\", \"s.b\"] true true"]);
    }

    #[test]
    fn what_blocks_do_and_routines_do_not() {
        let block =
            "BEGIN IF true THEN DROP TYPE a; END IF; CREATE TYPE b AS ENUM ('drop type c'); END";
        assert_eq!(
            acts(&format!("DO $$ {block} $$")),
            ["drop [\"a\"] false false", "create b Some(1)"]
        );
        assert_eq!(acts(&format!("CREATE OR REPLACE FUNCTION f() AS $$ {block} $$")), [""; 0]);
    }

    #[test]
    fn columns() {
        assert_eq!(
            acts(
                "ALTER TABLE ONLY s.t ALTER a DROP DEFAULT, ALTER COLUMN a TYPE s.b USING (a::text, 1)::s.b, \
                 ALTER a SET DEFAULT f(1, 2), ALTER a SET DATA TYPE b[]"
            ),
            ["no default s.t.a", "type s.t.a Some(\"s.b\")", "default s.t.a", "type s.t.a None"]
        );
        assert_eq!(
            acts("ALTER TABLE t ADD c int, ADD CONSTRAINT x CHECK (c > 0), ADD d b DEFAULT 'x'"),
            ["add t.c false", "add t.d true"]
        );
        assert_eq!(
            acts("ALTER TABLE t DROP COLUMN IF EXISTS c, DROP CONSTRAINT d"),
            ["drop t.c", "drop constraint d"]
        );
        assert_eq!(acts("ALTER TABLE t RENAME c TO d"), ["rename t.c d"]);
        assert_eq!(acts("ALTER TABLE t RENAME TO d"), [""; 0]);
    }
}
