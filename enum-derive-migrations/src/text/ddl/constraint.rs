//! Constraints of columns and tables.

use std::sync::Arc;

use super::cursor::Cursor;
use crate::text::name::Path;
use crate::text::span::Span;

#[derive(Clone)]
pub(crate) struct Constraint {
    pub name: Option<Arc<str>>,
    pub kind: ConstraintKind,
    pub range: Span,
}

#[derive(Clone)]
pub(crate) enum ConstraintKind {
    /// With the column, where it is a table's.
    NotNull(Option<Arc<str>>),
    Null,
    /// Where the expression stands.
    Default(Span),
    Generated {
        expression: Span,
        is_virtual: bool,
    },
    Identity {
        always: bool,
    },
    /// Without columns, it is the column's, or its index is there already.
    Primary(Option<Vec<Arc<str>>>),
    Unique(Option<Vec<Arc<str>>>),
    Foreign(Box<ForeignKey>),
    Check {
        /// Where the expression stands.
        expression: Span,
        /// Whether it holds for all rows: not so with `NOT VALID`.
        is_valid: bool,
        /// Whether the tables that inherit have it too: not so with `NO INHERIT`.
        is_inherited: bool,
    },
    /// Something that is not followed: `EXCLUDE`, `COLLATE` and the like.
    Other,
}

/// `FOREIGN KEY (…) REFERENCES`, or `REFERENCES` of a column. It is apart because most constraints need less room.
#[derive(Clone)]
pub(crate) struct ForeignKey {
    pub columns: Vec<Arc<str>>,
    pub table: Path,
    pub referenced: Vec<Arc<str>>,
}

/// The words at which a constraint begins, or what else may stand after the type of a column.
const BEGINS: [&str; 19] = [
    "constraint",
    "not",
    "null",
    "default",
    "generated",
    "primary",
    "unique",
    "references",
    "check",
    "collate",
    "deferrable",
    "initially",
    "storage",
    "compression",
    "exclude",
    "foreign",
    "enforced",
    "using",
    "options",
];

impl Cursor<'_> {
    /// Adds the constraints of a column to the list, to the end of its definition: which they are.
    pub(super) fn column_constraints(&mut self, constraints: &mut Vec<Constraint>) -> Option<Span> {
        let first = constraints.len();
        while !self.is_at_end() && !self.is(",") && !self.is(")") {
            let constraint = self.constraint()?;
            if !matches!(constraint.kind, ConstraintKind::Other) {
                constraints.push(constraint);
            }
        }
        Some(Span::new(&(first..constraints.len())))
    }

    /// A constraint of a column, or of a table, which differ by little.
    pub(super) fn constraint(&mut self) -> Option<Constraint> {
        let start = self.start();
        let name = if self.take("constraint") { Some(self.name()?) } else { None };
        let kind = self.constraint_kind()?;
        Some(Constraint { name, kind, range: self.since(start) })
    }

    fn constraint_kind(&mut self) -> Option<ConstraintKind> {
        if self.take_all(&["not", "null"]) {
            let is_name = !self.is_at_end()
                && !self.is(",")
                && !self.is(")")
                && !self.is("no")
                && !self.is_one_of(&BEGINS);
            let column = if is_name { Some(self.name()?) } else { None };
            self.take_all(&["no", "inherit"]);
            self.take_all(&["not", "valid"]);
            return Some(ConstraintKind::NotNull(column));
        }
        if self.take("null") {
            return Some(ConstraintKind::Null);
        }
        if self.take("default") {
            return Some(ConstraintKind::Default(self.column_expression()));
        }
        if self.take("generated") {
            return self.generated();
        }
        if self.take_all(&["primary", "key"]) {
            let columns = self.key_columns()?;
            return Some(ConstraintKind::Primary(columns));
        }
        if self.take("unique") {
            if self.take("nulls") {
                self.take("not");
                self.take("distinct");
            }
            let columns = self.key_columns()?;
            return Some(ConstraintKind::Unique(columns));
        }
        if self.take_all(&["foreign", "key"]) {
            let columns = self.names()?;
            return if self.take("references") { self.references(columns) } else { None };
        }
        if self.take("references") {
            return self.references(Vec::new());
        }
        if self.take("check") {
            let start = self.start();
            self.skip_parentheses();
            let expression = self.since(start);
            let (mut is_valid, mut is_inherited) = (true, true);
            loop {
                if self.take_all(&["no", "inherit"]) {
                    is_inherited = false;
                } else if self.take_all(&["not", "valid"]) || self.take_all(&["not", "enforced"]) {
                    is_valid = false;
                } else {
                    break;
                }
            }
            return Some(ConstraintKind::Check { expression, is_valid, is_inherited });
        }
        if self.take("exclude") {
            while !self.is_at_end() && !self.is(",") && !self.is(")") {
                if !self.skip_parentheses() {
                    self.advance();
                }
            }
            return Some(ConstraintKind::Other);
        }
        if self.take("collate") {
            self.path()?;
            return Some(ConstraintKind::Other);
        }
        if self.take_one_of(&["storage", "compression"]) {
            self.advance();
            return Some(ConstraintKind::Other);
        }
        if self.take("options") {
            self.skip_parentheses();
            return Some(ConstraintKind::Other);
        }
        if self.take("with") {
            self.take("options");
            return Some(ConstraintKind::Other);
        }
        if self.take("not") {
            return self
                .take_one_of(&["deferrable", "valid", "enforced"])
                .then_some(ConstraintKind::Other);
        }
        if self.take("initially") {
            self.advance();
            return Some(ConstraintKind::Other);
        }
        self.take_one_of(&["deferrable", "enforced"]).then_some(ConstraintKind::Other)
    }

    /// `GENERATED ALWAYS AS IDENTITY` and its like.
    pub(super) fn generated(&mut self) -> Option<ConstraintKind> {
        let always = self.take("always");
        if !always && !self.take_all(&["by", "default"]) {
            return None;
        }
        if !self.take("as") {
            return None;
        }
        if self.take("identity") {
            self.skip_parentheses();
            return Some(ConstraintKind::Identity { always });
        }
        let start = self.start() + 1;
        if !self.skip_parentheses() {
            return None;
        }
        let expression = Span::new(&(start..self.end() - 1));
        // Up to PostgreSQL 17, there are no others than stored ones, and it must be said.
        let is_virtual = !self.take("stored");
        self.take("virtual");
        Some(ConstraintKind::Generated { expression, is_virtual })
    }

    /// The columns of a key, with what comes after them.
    #[expect(
        clippy::option_option,
        reason = "one says whether it can be read, the other whether there are any"
    )]
    fn key_columns(&mut self) -> Option<Option<Vec<Arc<str>>>> {
        let columns = if self.is("(") { Some(self.names()?) } else { None };
        if self.take("include") {
            self.skip_parentheses();
        }
        if self.take("with") {
            self.skip_parentheses();
        }
        if self.take_all(&["using", "index"]) {
            self.take("tablespace");
            self.name()?;
        }
        Some(columns)
    }

    fn references(&mut self, columns: Vec<Arc<str>>) -> Option<ConstraintKind> {
        let table = self.path()?;
        let referenced = if self.is("(") { self.names()? } else { Vec::new() };
        loop {
            if self.take("match") {
                self.advance();
            } else if self.is("on") && (self.is_at(1, "delete") || self.is_at(1, "update")) {
                self.advance();
                self.advance();
                if self.take("set") || self.take("no") {
                    self.advance();
                    self.skip_parentheses();
                } else {
                    self.advance();
                }
            } else {
                break;
            }
        }
        Some(ConstraintKind::Foreign(Box::new(ForeignKey { columns, table, referenced })))
    }

    /// An expression after `DEFAULT`, which ends where another constraint begins.
    fn column_expression(&mut self) -> Span {
        let start = self.start();
        let mut cases = 0_usize;
        let mut is_first = true;
        while !self.is_at_end() {
            if self.is("case") {
                cases += 1;
            } else if self.is("end") {
                cases = cases.saturating_sub(1);
            } else if cases == 0 && !is_first {
                // `pg_catalog.default` and the like are names.
                if self.is(",") || self.is(")") || self.is_one_of(&BEGINS) {
                    break;
                }
            }
            is_first = false;
            if !self.skip_parentheses() {
                self.advance();
            }
        }
        self.since(start)
    }
}
