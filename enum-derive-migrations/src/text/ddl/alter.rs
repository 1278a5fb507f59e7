//! `ALTER TABLE` and its like.

use std::sync::Arc;

use super::constraint::{Constraint, ConstraintKind};
use super::create::ColumnDefinition;
use super::cursor::Cursor;
use super::type_name::TypeName;
use crate::text::name::{Path, has_hole};
use crate::text::span::Span;
use crate::text::token::{self, Token};

pub(crate) struct AlterTable {
    pub path: Path,
    pub if_exists: bool,
    /// Whether the tables that inherit from it are left alone.
    pub only: bool,
    pub actions: Vec<Action>,
}

#[derive(Clone)]
pub(crate) struct Action {
    pub kind: ActionKind,
    pub range: Span,
}

#[derive(Clone)]
pub(crate) enum ActionKind {
    RenameTo(Arc<str>),
    SetSchema(Arc<str>),
    RenameColumn {
        from: Arc<str>,
        to: Arc<str>,
    },
    RenameConstraint {
        from: Arc<str>,
        to: Arc<str>,
    },
    AddColumn {
        column: ColumnDefinition,
        constraints: Vec<Constraint>,
        if_not_exists: bool,
    },
    DropColumn {
        name: Arc<str>,
        if_exists: bool,
        cascade: bool,
    },
    SetType {
        name: Arc<str>,
        ty: TypeName,
        has_using: bool,
    },
    SetDefault {
        name: Arc<str>,
        expression: Span,
    },
    DropDefault(Arc<str>),
    SetNotNull(Arc<str>),
    DropNotNull(Arc<str>),
    AddIdentity {
        name: Arc<str>,
        always: bool,
    },
    SetIdentity {
        name: Arc<str>,
        always: bool,
    },
    DropIdentity {
        name: Arc<str>,
        if_exists: bool,
    },
    SetExpression {
        name: Arc<str>,
        expression: Span,
    },
    DropExpression {
        name: Arc<str>,
        if_exists: bool,
    },
    AddConstraint(Constraint),
    DropConstraint(Arc<str>),
    ValidateConstraint(Arc<str>),
    Attach(Path),
    Detach(Path),
    Inherit(Path),
    NoInherit(Path),
    OfType,
    /// It has this word where the server's grammar has an end.
    Stray(Span),
    /// Something that changes nothing that is followed.
    Other,
}

impl ActionKind {
    /// The column that is changed, which the table must have.
    pub(crate) fn column(&self) -> Option<&Arc<str>> {
        match self {
            Self::RenameColumn { from: name, .. }
            | Self::DropColumn { name, .. }
            | Self::SetType { name, .. }
            | Self::SetDefault { name, .. }
            | Self::DropDefault(name)
            | Self::SetNotNull(name)
            | Self::DropNotNull(name)
            | Self::AddIdentity { name, .. }
            | Self::SetIdentity { name, .. }
            | Self::DropIdentity { name, .. }
            | Self::SetExpression { name, .. }
            | Self::DropExpression { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl AlterTable {
    /// Reads a statement; `None` if it is none, or not understood.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::of(&token::list(text))
    }

    /// Likewise, from its tokens.
    pub(super) fn of(tokens: &[Token<'_>]) -> Option<Self> {
        Cursor::new(tokens).alter_table()
    }
}

impl Cursor<'_> {
    fn alter_table(&mut self) -> Option<AlterTable> {
        if !self.take("alter") {
            return None;
        }
        self.take_one_of(&["foreign", "materialized"]);
        if !self.take_one_of(&["table", "view"]) {
            return None;
        }
        let if_exists = self.take_all(&["if", "exists"]);
        let only = self.take("only");
        let in_parentheses = only && self.take("(");
        let path = self.path()?;
        if in_parentheses {
            self.take(")");
        }
        self.take("*");
        // Most statements have one.
        let mut actions = Vec::with_capacity(1);
        while !self.is_at_end() {
            let start = self.start();
            let kind = self.action()?;
            actions.push(Action { kind, range: self.since(start) });
            self.skip_item();
            if !self.take(",") {
                break;
            }
        }
        Some(AlterTable { path, if_exists, only, actions })
    }

    fn action(&mut self) -> Option<ActionKind> {
        if self.take("rename") {
            return self.rename();
        }
        if self.take_all(&["set", "schema"]) {
            return Some(ActionKind::SetSchema(self.name()?));
        }
        if self.take("add") {
            return self.add();
        }
        if self.take("drop") {
            return self.drop_action();
        }
        if self.take("alter") {
            return self.alter_column();
        }
        if self.take_all(&["validate", "constraint"]) {
            return Some(ActionKind::ValidateConstraint(self.name()?));
        }
        if self.take_all(&["attach", "partition"]) {
            let path = self.path()?;
            self.skip_item();
            return Some(ActionKind::Attach(path));
        }
        if self.take_all(&["detach", "partition"]) {
            return Some(ActionKind::Detach(self.path()?));
        }
        if self.take("inherit") {
            return Some(ActionKind::Inherit(self.path()?));
        }
        if self.take_all(&["no", "inherit"]) {
            return Some(ActionKind::NoInherit(self.path()?));
        }
        if self.is("of") {
            return Some(ActionKind::OfType);
        }
        Some(ActionKind::Other)
    }

    fn rename(&mut self) -> Option<ActionKind> {
        if self.is("to") && !self.is_at(1, "to") {
            self.advance();
            return Some(ActionKind::RenameTo(self.name()?));
        }
        if self.take("constraint") {
            let from = self.name()?;
            self.take("to");
            return Some(ActionKind::RenameConstraint { from, to: self.name()? });
        }
        if self.is("column") && !self.is_at(1, "to") {
            self.advance();
        }
        let from = self.name()?;
        if !self.take("to") {
            return None;
        }
        Some(ActionKind::RenameColumn { from, to: self.name()? })
    }

    fn add(&mut self) -> Option<ActionKind> {
        let begins = ["constraint", "primary", "unique", "check", "foreign"];
        let is_constraint = !self.is_quoted()
            && (self.is_one_of(&begins)
                || self.is("exclude") && (self.is_at(1, "using") || self.is_at(1, "("))
                || self.is("not") && self.is_at(1, "null"));
        if is_constraint {
            let constraint = self.constraint()?;
            return Some(ActionKind::AddConstraint(constraint));
        }
        self.take("column");
        let if_not_exists = self.take_all(&["if", "not", "exists"]);
        let mut constraints = Vec::new();
        let column = self.column_definition(&mut constraints)?;
        Some(ActionKind::AddColumn { column, constraints, if_not_exists })
    }

    fn drop_action(&mut self) -> Option<ActionKind> {
        let is_constraint = self.take("constraint");
        if !is_constraint {
            self.take("column");
        }
        let if_exists = self.take_all(&["if", "exists"]);
        let name = self.name()?;
        let cascade = self.take("cascade");
        if !cascade {
            self.take("restrict");
        }
        if !self.is_at_end() && !self.is(",") && !self.is(";") && !has_hole(self.at(0)) {
            let start = self.start();
            self.advance();
            return Some(ActionKind::Stray(self.since(start)));
        }
        Some(if is_constraint {
            ActionKind::DropConstraint(name)
        } else {
            ActionKind::DropColumn { name, if_exists, cascade }
        })
    }

    fn alter_column(&mut self) -> Option<ActionKind> {
        if self.take("constraint") {
            return Some(ActionKind::Other);
        }
        self.take("column");
        // By its number, of an index.
        if self.is_at_end() {
            return None;
        }
        let name = self.name()?;
        if self.take_all(&["set", "default"]) {
            let start = self.start();
            self.skip_item();
            return Some(ActionKind::SetDefault { name, expression: self.since(start) });
        }
        if self.take_all(&["drop", "default"]) {
            return Some(ActionKind::DropDefault(name));
        }
        if self.take_all(&["set", "not", "null"]) {
            return Some(ActionKind::SetNotNull(name));
        }
        if self.take_all(&["drop", "not", "null"]) {
            return Some(ActionKind::DropNotNull(name));
        }
        if self.take_all(&["drop", "identity"]) {
            let if_exists = self.take_all(&["if", "exists"]);
            return Some(ActionKind::DropIdentity { name, if_exists });
        }
        if self.take_all(&["drop", "expression"]) {
            let if_exists = self.take_all(&["if", "exists"]);
            return Some(ActionKind::DropExpression { name, if_exists });
        }
        if self.take_all(&["set", "expression", "as"]) {
            let start = self.start() + 1;
            self.skip_parentheses();
            let expression = Span::new(&(start..(self.end() - 1).max(start)));
            return Some(ActionKind::SetExpression { name, expression });
        }
        if self.take_all(&["add", "generated"]) {
            return match self.generated()? {
                ConstraintKind::Identity { always } => {
                    Some(ActionKind::AddIdentity { name, always })
                }
                _ => None,
            };
        }
        if self.take_all(&["set", "generated"]) {
            let always = self.is("always");
            self.skip_item();
            return Some(ActionKind::SetIdentity { name, always });
        }
        if self.take_all(&["set", "data", "type"]) || self.take("type") {
            let ty = self.type_name()?;
            if self.take("collate") {
                self.path()?;
            }
            let has_using = self.is("using");
            self.skip_item();
            return Some(ActionKind::SetType { name, ty, has_using });
        }
        Some(ActionKind::Other)
    }
}
