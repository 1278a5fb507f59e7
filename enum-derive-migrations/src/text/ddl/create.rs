//! `CREATE TABLE`.

use std::sync::Arc;

use super::constraint::Constraint;
use super::cursor::Cursor;
use super::type_name::TypeName;
use crate::text::name::Path;
use crate::text::span::Span;
use crate::text::token::{self, Token};

#[expect(clippy::struct_excessive_bools, reason = "each is a word that is there or not")]
pub(crate) struct CreateTable {
    pub path: Path,
    pub is_foreign: bool,
    pub if_not_exists: bool,
    pub elements: Vec<Element>,
    /// The constraints of all columns.
    pub constraints: Vec<Constraint>,
    pub inherits: Vec<Path>,
    pub partition_of: Option<Path>,
    pub of: Option<Path>,
    pub is_partitioned: bool,
    /// The columns of its partition key, without those in expressions.
    pub partition_key: Vec<Arc<str>>,
    /// Whether its columns are those of a query.
    pub is_of_query: bool,
}

#[derive(Clone)]
pub(crate) enum Element {
    Column(ColumnDefinition),
    Constraint(Constraint),
    Like(Like),
}

#[derive(Clone)]
pub(crate) struct ColumnDefinition {
    pub name: Arc<str>,
    /// Without one, the column is that of a type, of a parent or of a query.
    pub ty: Option<TypeName>,
    /// Which of the statement's constraints are its own.
    pub constraints: Span,
    pub range: Span,
}

/// `LIKE table INCLUDING …`
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that is there or not")]
pub(crate) struct Like {
    pub path: Path,
    pub defaults: bool,
    pub generated: bool,
    pub identity: bool,
    pub indexes: bool,
    pub range: Span,
}

impl CreateTable {
    /// What is said of one of its columns.
    pub(crate) fn constraints_of(&self, column: &ColumnDefinition) -> &[Constraint] {
        self.constraints.get(column.constraints.range()).unwrap_or_default()
    }

    /// Reads a statement; `None` if it is none, or not understood.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::of(&token::list(text))
    }

    /// Likewise, from its tokens.
    pub(super) fn of(tokens: &[Token<'_>]) -> Option<Self> {
        Cursor::new(tokens).create_table()
    }
}

impl Cursor<'_> {
    fn create_table(&mut self) -> Option<CreateTable> {
        if !self.take("create") {
            return None;
        }
        self.take_one_of(&["global", "local"]);
        let is_temporary = self.take_one_of(&["temp", "temporary"]);
        self.take("unlogged");
        let is_foreign = self.take("foreign");
        if !self.take("table") {
            return None;
        }
        let if_not_exists = self.take_all(&["if", "not", "exists"]);
        let mut path = self.path()?;
        if is_temporary {
            path.schema.get_or_insert_with(|| "pg_temp".into());
        }
        let mut table = CreateTable {
            path,
            is_foreign,
            if_not_exists,
            elements: Vec::new(),
            constraints: Vec::new(),
            inherits: Vec::new(),
            partition_of: None,
            of: None,
            is_partitioned: false,
            partition_key: Vec::new(),
            is_of_query: false,
        };
        if self.take_all(&["partition", "of"]) {
            table.partition_of = Some(self.path()?);
        } else if self.take("of") {
            table.of = Some(self.path()?);
        }
        let has_rows_of_type = table.partition_of.is_some() || table.of.is_some();
        if self.is("(") {
            self.elements(has_rows_of_type, &mut table)?;
        }
        self.table_options(&mut table)?;
        Some(table)
    }

    /// What comes after the columns.
    fn table_options(&mut self, table: &mut CreateTable) -> Option<()> {
        while !self.is_at_end() {
            if self.take("inherits") {
                self.advance();
                while !self.is_at_end() && !self.take(")") {
                    table.inherits.push(self.path()?);
                    self.take(",");
                }
            } else if self.take_all(&["partition", "by"]) {
                table.is_partitioned = true;
                self.advance();
                table.partition_key = self.partition_key();
            } else if self.take("as") {
                table.is_of_query = true;
                return Some(());
            } else if !self.skip_parentheses() {
                self.advance();
            }
        }
        Some(())
    }

    fn partition_key(&mut self) -> Vec<Arc<str>> {
        let mut columns = Vec::new();
        if !self.take("(") {
            return columns;
        }
        while !self.is_at_end() && !self.take(")") {
            let column = self.name();
            if !self.is("(") && !self.is(".") {
                columns.extend(column);
            }
            self.skip_item();
            self.take(",");
        }
        columns
    }

    fn elements(&mut self, are_options: bool, table: &mut CreateTable) -> Option<()> {
        // A column has three tokens or more, and one or two constraints.
        let most = self.rest() / 3;
        let mut elements = Vec::with_capacity(most);
        let mut constraints = Vec::with_capacity(most);
        self.advance();
        while !self.is_at_end() {
            if self.take(")") {
                // They are kept until the statement runs.
                elements.shrink_to_fit();
                constraints.shrink_to_fit();
                table.elements = elements;
                table.constraints = constraints;
                return Some(());
            }
            elements.push(self.element(are_options, &mut constraints)?);
            if !self.take(",") && !self.is(")") {
                return None;
            }
        }
        None
    }

    fn element(&mut self, are_options: bool, constraints: &mut Vec<Constraint>) -> Option<Element> {
        let start = self.start();
        if !self.is_quoted() {
            if self.take("like") {
                return self.like(start).map(Element::Like);
            }
            // `exclude` may be a column's name.
            let begins = ["constraint", "primary", "unique", "check", "foreign"];
            if self.is_one_of(&begins)
                || self.is("exclude") && (self.is_at(1, "using") || self.is_at(1, "("))
                || self.is("not") && self.is_at(1, "null")
            {
                let constraint = self.constraint()?;
                self.skip_item();
                return Some(Element::Constraint(constraint));
            }
        }
        let name = self.name()?;
        let ends = self.is(",") || self.is(")") || self.is_at_end();
        let ty = if ends || are_options { None } else { Some(self.type_name()?) };
        let constraints = self.column_constraints(constraints)?;
        Some(Element::Column(ColumnDefinition { name, ty, constraints, range: self.since(start) }))
    }

    /// The definition of a column in `ALTER TABLE … ADD`. Its constraints are added to `constraints`.
    pub(super) fn column_definition(
        &mut self,
        constraints: &mut Vec<Constraint>,
    ) -> Option<ColumnDefinition> {
        let start = self.start();
        let name = self.name()?;
        let ty = Some(self.type_name()?);
        let constraints = self.column_constraints(constraints)?;
        Some(ColumnDefinition { name, ty, constraints, range: self.since(start) })
    }

    fn like(&mut self, start: usize) -> Option<Like> {
        let path = self.path()?;
        let (mut defaults, mut generated, mut identity, mut indexes) = (false, false, false, false);
        while self.is("including") || self.is("excluding") {
            let includes = self.is("including");
            self.advance();
            let all = self.is("all");
            if all || self.is("defaults") {
                defaults = includes;
            }
            if all || self.is("generated") {
                generated = includes;
            }
            if all || self.is("identity") {
                identity = includes;
            }
            if all || self.is("indexes") {
                indexes = includes;
            }
            self.advance();
        }
        Some(Like { path, defaults, generated, identity, indexes, range: self.since(start) })
    }
}
