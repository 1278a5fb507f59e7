//! `ALTER TABLE` and its like.

use std::iter;
use std::sync::Arc;

use super::alter_column::Altered;
use super::executor::Executor;
use super::stretch::Text;
use super::tables::{NOT_UNDERSTOOD, why};
use crate::catalog::{COMPOSITE, ColumnType, DependentKind, RelationId};
use crate::ground::{Done, Key, Location, Refusal, sort};
use crate::meaning::expression::Env;
use crate::text::ddl::{Action, ActionKind, AlterTable, ConstraintKind};
use crate::text::name::Path;
use crate::text::node::SyntaxNode;

impl Executor<'_> {
    pub(crate) fn alter_table(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let text = node.text().to_string();
        let origin = &env.origin.part(node.text_range().start().into());
        let statement = AlterTable::read(&text);
        let text = Text { whole: &text, origin, may_name_types: true };
        self.alter_table_as(statement.as_ref(), &text, &env.origin.of(node))
    }

    /// Carries out a statement that has been read; `None` if it is not understood.
    pub(super) fn alter_table_as(
        &mut self,
        statement: Option<&AlterTable>,
        text: &Text<'_>,
        at: &Location,
    ) -> Done {
        let Some(statement) = statement else {
            self.session.forget_relations_named_in(text.whole, at, NOT_UNDERSTOOD);
            return Ok(());
        };
        for action in &statement.actions {
            if let ActionKind::Stray(word) = &action.kind {
                let message = format!("syntax error at or near \"{}\"", text.part(*word));
                return Err(Refusal::new("42601", message).at(&text.at(*word)));
            }
        }
        self.doubt_table_named(&statement.path, at);
        let Some(id) = self.catalog().find_relation(&statement.path) else {
            let checked = self.check_relation(&statement.path, "relation", at);
            if checked.is_err() {
                return if statement.if_exists { Ok(()) } else { checked };
            }
            self.doubt_new_name(statement, at);
            // It may be an index.
            let index = &[DependentKind::Index];
            self.catalog_mut().drop_dependent(index, None, &statement.path.name);
            if statement.if_exists {
                return Ok(());
            }
            // Not one of those that replay has seen made. Its columns' types are checked all the same.
            self.note_older_table(&statement.path, at);
            for action in &statement.actions {
                if let ActionKind::AddColumn { column, .. } = &action.kind
                    && let Some(ty) = &column.ty
                {
                    self.check_column_type(ty, text)?;
                }
            }
            return Ok(());
        };
        if let Some(relation) = self.catalog().relation(id)
            && relation.kind == COMPOSITE
        {
            let message = format!("\"{}\" is a composite type", relation.key.1);
            return Err(Refusal::new("42809", message)
                .about(&relation.key)
                .related(&relation.created, "the composite type is created here".to_owned())
                .help("use ALTER TYPE instead"));
        }
        self.doubt_columns_named(id, statement, at);
        for action in &statement.actions {
            self.prepare_action(id, action, statement.only, text)
                .map_err(|refusal| refusal.at(&text.at(action.range)))?;
        }
        // Not in the order in which they are written, but as the server does (`AlterTablePass`).
        let mut actions: Vec<&Action> = statement.actions.iter().collect();
        sort(&mut actions, &mut |a, b| pass(&a.kind).cmp(&pass(&b.kind)));
        // What hangs on columns with other types is made anew after all of them have got theirs.
        let mut retyped: Vec<Arc<str>> = Vec::new();
        let mut first_types = FirstTypes::default();
        for action in &actions {
            if pass(&action.kind) > TYPES && !retyped.is_empty() {
                self.check_rebuilt(id, &retyped)?;
                retyped.clear();
            }
            if let ActionKind::SetType { name, .. } = &action.kind {
                self.check_first_type(id, name, &mut first_types)
                    .map_err(|refusal| refusal.at(&text.at(action.range)))?;
            }
            self.alter_table_action(id, action, statement.only, text)
                .map_err(|refusal| refusal.at(&text.at(action.range)))?;
            if let ActionKind::SetType { name, .. } = &action.kind {
                retyped.push(Arc::clone(name));
            }
        }
        self.check_rebuilt(id, &retyped)
    }

    /// A column gets another type once in a statement: the second time, it must still have the one that it began with
    /// (`ATExecAlterColumnType` in `tablecmds.c`).
    pub(super) fn check_first_type(
        &self,
        id: RelationId,
        name: &Arc<str>,
        first: &mut FirstTypes,
    ) -> Done {
        let Some(relation) = self.catalog().relation(id).filter(|_| self.holds(id)) else {
            return Ok(());
        };
        let Some(ty) = relation.column(name).map(|column| &column.ty) else { return Ok(()) };
        match first.0.iter().find(|(retyped, _)| retyped == name) {
            Some((_, first)) if first.is_known() && ty.is_known() && first != ty => {
                let message = format!("cannot alter type of column \"{name}\" twice");
                Err(Refusal::new("0A000", message)
                    .about(&relation.key)
                    .help("write one ALTER COLUMN … TYPE, or two statements"))
            }
            Some(_) => Ok(()),
            None => {
                first.0.push((Arc::clone(name), ty.clone()));
                Ok(())
            }
        }
    }

    /// What the server looks at before it carries out any of the actions (`ATPrepCmd`).
    fn prepare_action(
        &mut self,
        id: RelationId,
        action: &Action,
        only: bool,
        text: &Text<'_>,
    ) -> Done {
        let Some(relation) = self.catalog().relation(id) else { return Ok(()) };
        let verb = match &action.kind {
            ActionKind::AddColumn { .. } => "add column to",
            ActionKind::DropColumn { .. } => "drop column from",
            ActionKind::RenameColumn { .. } => "rename column of",
            // Which of its complaints comes first depends on the version.
            ActionKind::SetType { name, ty, has_using } => {
                self.prepare_type(id, name, ty, *has_using, text)?;
                return if only { self.check_no_heirs(id, name) } else { Ok(()) };
            }
            _ => return Ok(()),
        };
        if !relation.shape.is_typed || !self.holds(id) {
            return Ok(());
        }
        Err(Refusal::new("42809", format!("cannot {verb} typed table"))
            .about(&relation.key)
            .related(&relation.created, "the table is created here".to_owned()))
    }

    fn alter_table_action(
        &mut self,
        id: RelationId,
        action: &Action,
        only: bool,
        text: &Text<'_>,
    ) -> Done {
        let Some(relation) = self.catalog().relation(id) else { return Ok(()) };
        let key = relation.key.clone();
        let on = &Altered { id, only, text, at: text.at(action.range) };
        match &action.kind {
            ActionKind::RenameTo(to) => {
                let path = Path { schema: None, name: Arc::clone(to) };
                if !self.session.memory.is_certain(&path) {
                    return Ok(());
                }
                self.catalog_mut().rename_relation(id, (key.0, Arc::clone(to)))
            }
            ActionKind::SetSchema(schema) => {
                let moved: Key = (Arc::clone(schema), key.1.clone());
                let catalog = self.catalog();
                if catalog.follows_tables
                    && catalog.has_made_schema(schema)
                    && !catalog.has_schema(schema)
                {
                    return Err(Refusal::no_schema(schema));
                }
                if moved.0 == key.0 || !self.catalog().has_schema(&moved.0) {
                    return Ok(());
                }
                self.catalog_mut().rename_relation(id, moved)
            }
            ActionKind::RenameColumn { from, to } => self.rename_column(id, from, to, only),
            ActionKind::RenameConstraint { from, to } => {
                self.catalog_mut().note_constraint(to);
                self.catalog_mut().rename_dependent(&[DependentKind::Check], Some(id), from, to);
                self.catalog_mut().change_relation(id, |relation| {
                    for key in relation.shape.keys.iter_mut().filter(|key| key.name() == &**from) {
                        key.name = Some(Arc::clone(to));
                    }
                });
                Ok(())
            }
            ActionKind::AddColumn { column, constraints, if_not_exists } => {
                self.add_column(on, column, constraints, *if_not_exists)
            }
            ActionKind::DropColumn { name, if_exists, cascade } => {
                self.drop_column(on, name, *if_exists, *cascade)
            }
            ActionKind::SetDefault { name, expression } => self.set_default(on, name, *expression),
            ActionKind::AddIdentity { name, always } => self.add_identity(on, name, *always),
            ActionKind::SetIdentity { name, always } => self.set_identity(on, name, *always),
            ActionKind::DropIdentity { name, if_exists } => {
                self.drop_identity(on, name, *if_exists)
            }
            ActionKind::SetExpression { name, expression } => {
                self.set_expression(on, name, *expression)
            }
            ActionKind::DropExpression { name, if_exists } => {
                self.drop_expression(on, name, *if_exists)
            }
            ActionKind::SetType { name, ty, .. } => self.set_type(on, name, ty),
            ActionKind::DropDefault(name) => self.drop_default(on, name),
            ActionKind::SetNotNull(name) => self.set_not_null(on, name),
            ActionKind::DropNotNull(name) => self.drop_not_null(id, name, only),
            ActionKind::AddConstraint(constraint) => {
                self.add_constraint(id, constraint, text)?;
                self.add_checks(id, iter::once(constraint), text);
                Ok(())
            }
            ActionKind::DropConstraint(name) => {
                self.drop_constraint(id, name);
                Ok(())
            }
            ActionKind::ValidateConstraint(name) => {
                self.catalog_mut().validate_check(id, name);
                Ok(())
            }
            ActionKind::Attach(path) => self.attach(id, path, true, &text.at(action.range)),
            ActionKind::Inherit(path) => self.attach(id, path, false, &text.at(action.range)),
            ActionKind::Detach(path) => {
                self.check_relation(path, "relation", &on.at)?;
                if let Some(partition) = self.catalog().find_relation(path) {
                    self.check_is_child(partition, id, path)?;
                    self.catalog_mut().disinherit(partition, id);
                }
                Ok(())
            }
            ActionKind::NoInherit(path) => {
                self.check_relation(path, "relation", &on.at)?;
                if let Some(parent) = self.catalog().find_relation(path) {
                    self.check_is_child(id, parent, path)?;
                    self.catalog_mut().disinherit(id, parent);
                }
                Ok(())
            }
            ActionKind::OfType => {
                if !self.catalog().follows_tables {
                    self.catalog_mut().change_columns(id, Vec::clear);
                }
                Ok(())
            }
            ActionKind::Stray(_) | ActionKind::Other => Ok(()),
        }
    }

    fn drop_constraint(&mut self, id: RelationId, name: &Arc<str>) {
        // One that a child has said itself stays.
        self.catalog_mut().drop_dependent(&[DependentKind::Check], Some(id), name);
        self.catalog_mut().change_relation(id, |relation| {
            relation.shape.keys.retain(|key| key.name() != &**name);
            // From PostgreSQL 18 on, a `NOT NULL` is a constraint with a name.
            for column in &mut relation.columns {
                if name.ends_with(&format!("_{}_not_null", column.name)) {
                    column.not_null = None;
                }
            }
        });
    }

    /// `ATTACH PARTITION`, of which the table is the parent, and `INHERIT`, of which it is the child.
    fn attach(&mut self, id: RelationId, path: &Path, is_partition: bool, at: &Location) -> Done {
        let other = self.catalog().find_relation(path);
        if !self.catalog().follows_tables {
            // The columns follow another table's from here on: nothing is held against them.
            for id in [Some(id), other].into_iter().flatten() {
                self.catalog_mut().change_columns(id, Vec::clear);
            }
            return Ok(());
        }
        let Some(other) = other else {
            self.check_relation(path, "relation", at)?;
            // What is done to a parent that is not known is done to the table.
            if !is_partition {
                let reason = format!("it inherits from {path}, which is not known");
                self.catalog_mut().doubt_table(id, &why(at, reason));
            }
            return Ok(());
        };
        let (child, parent) = if is_partition { (other, id) } else { (id, other) };
        self.catalog_mut().inherit(child, parent, is_partition);
        Ok(())
    }

    /// What a table is detached from must be its parent.
    fn check_is_child(&self, id: RelationId, parent: RelationId, named: &Path) -> Done {
        let child = self.catalog().relation(id).filter(|_| self.holds(id) && self.holds(parent));
        match child {
            Some(child) if !child.shape.parents.contains(&parent) => {
                let name = &child.key.1;
                let message =
                    format!("relation \"{named}\" is not a parent of relation \"{name}\"");
                Err(Refusal::new("42P01", message).about(&child.key))
            }
            _ => Ok(()),
        }
    }

    /// What reads tables may be dropped with parts of them.
    pub(super) fn forget_readers(&mut self, ids: &[RelationId], at: &Location) {
        if !self.catalog().follows_tables {
            return;
        }
        let readers = self.catalog().perhaps_readers(ids);
        self.forget_all(&readers, &why(at, "it may have been dropped with what it reads"));
    }
}

/// The columns that a statement has given a type, each with the one that it had before.
#[derive(Default)]
pub(super) struct FirstTypes(Vec<(Arc<str>, ColumnType)>);

/// The round in which columns get other types.
const TYPES: usize = 1;

/// In which round of `ALTER TABLE` an action is carried out.
fn pass(action: &ActionKind) -> usize {
    match action {
        ActionKind::DropColumn { .. }
        | ActionKind::DropConstraint(_)
        | ActionKind::DropNotNull(_)
        | ActionKind::DropDefault(_)
        | ActionKind::DropIdentity { .. }
        | ActionKind::DropExpression { .. } => 0,
        ActionKind::SetType { .. } => TYPES,
        ActionKind::AddColumn { .. } => 2,
        ActionKind::SetExpression { .. } => 3,
        ActionKind::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::Primary(_) | ConstraintKind::Unique(_) => 6,
            ConstraintKind::Foreign(_) => 7,
            _ => 4,
        },
        ActionKind::SetNotNull(_) => 5,
        ActionKind::SetDefault { .. } | ActionKind::AddIdentity { .. } => 7,
        _ => 8,
    }
}
