//! `ALTER TABLE`, as far as it bears on names and on columns of enums.

use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::executor::Executor;
use crate::catalog::{COMPOSITE, Column, RelationId};
use crate::ground::{Done, Key, Refusal, TypeId, sort};
use crate::meaning::expression::Env;
use crate::text::name::{self, Path};
use crate::text::syntax::{child, child_that, children, descendant};

impl Executor<'_> {
    pub(crate) fn alter_table(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let name = node
            .descendants()
            .find(|node| matches!(node.kind(), SyntaxKind::PATH_REF | SyntaxKind::PATH));
        let Some(path) = name.and_then(|node| Path::of(&node)) else { return Ok(()) };
        let Some(id) = self.catalog().find_relation(&path) else {
            // Not one of those that replay has seen made. Its columns' types are checked all the same,
            // unless there may be no such table.
            if child(node, SyntaxKind::IF_EXISTS).is_none() {
                for action in children(node, SyntaxKind::ADD_COLUMN) {
                    self.column_of(&action, env)?;
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
        // Not in the order in which they are written, but as the server does (`AlterTablePass`).
        let mut actions: Vec<_> = node.children().collect();
        sort(&mut actions, &mut |a, b| pass(a).cmp(&pass(b)));
        for action in actions {
            self.alter_table_action(id, &action, env)?;
        }
        Ok(())
    }

    fn alter_table_action(&mut self, id: RelationId, action: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let Some(relation) = self.catalog().relation(id) else { return Ok(()) };
        let key = relation.key.clone();
        match action.kind() {
            K::TABLE_RENAME_TO | K::VIEW_RENAME_TO => {
                let to = Path::among(action);
                match to {
                    Some(to) if self.session.memory.is_certain(&to) => {
                        self.catalog_mut().rename_relation(id, (key.0, to.name))
                    }
                    _ => Ok(()),
                }
            }
            K::SET_SCHEMA => {
                let Some(schema) = child(action, K::SCHEMA_REF) else { return Ok(()) };
                let schema = name::identifier(&schema);
                let moved: Key = (schema, key.1.clone());
                if moved.0 == key.0 || !self.catalog().has_schema(&moved.0) {
                    return Ok(());
                }
                self.catalog_mut().rename_relation(id, moved)
            }
            K::ADD_COLUMN => {
                let column = match self.column_of(action, env) {
                    Ok(Some(column)) => column,
                    Ok(None) => return Ok(()),
                    // Where the column is there already, its type does not matter.
                    Err(_) if child(action, K::IF_NOT_EXISTS).is_some() => return Ok(()),
                    Err(refusal) => return Err(refusal),
                };
                let default = descendant(action, K::DEFAULT_CONSTRAINT)
                    .and_then(|default| child_that(&default, ast::Expr::can_cast));
                let defaults = match default {
                    Some(default) => {
                        self.default_of(&column.name, Some(column.ty), &default, env)?
                    }
                    None => Vec::new(),
                };
                self.catalog_mut().change_relation(id, |relation| {
                    if !relation.columns.iter().any(|there| there.name == column.name) {
                        relation.columns.push(column);
                        relation.defaults.extend(defaults);
                    }
                });
                Ok(())
            }
            K::DROP_COLUMN | K::RENAME_COLUMN => {
                let from = child(action, K::COLUMN_NAME_REF).map(|node| name::identifier(&node));
                let to = child(action, K::COLUMN_NAME).map(|node| name::identifier(&node));
                let Some(from) = from else { return Ok(()) };
                self.catalog_mut().change_relation(id, |relation| {
                    for columns in [&mut relation.columns, &mut relation.defaults] {
                        match &to {
                            Some(to) => {
                                let renamed =
                                    columns.iter_mut().filter(|column| column.name == from);
                                renamed.for_each(|column| column.name = Arc::clone(to));
                            }
                            None => columns.retain(|column| column.name != from),
                        }
                    }
                });
                Ok(())
            }
            K::ALTER_COLUMN => {
                let name = child(action, K::COLUMN_NAME_REF).map(|node| name::identifier(&node));
                let set = child(action, K::SET_DEFAULT);
                if let Some(name) = &name
                    && (set.is_some() || child(action, K::DROP_DEFAULT).is_some())
                {
                    return self.set_default(id, name, set.as_ref(), env);
                }
                let Some(change) = child(action, K::SET_TYPE) else { return Ok(()) };
                let ty = child_that(&change, ast::Type::can_cast);
                let (Some(name), Some(ty)) = (name, ty) else { return Ok(()) };
                self.check_type(&ty, env)?;
                let ty = self.own_type(&ty);
                let at = env.origin.of(action);
                self.check_default_fits(id, &name, ty).map_err(|refusal| refusal.at(&at))?;
                self.catalog_mut().change_columns(id, |columns| {
                    columns.retain(|column| column.name != name);
                    columns.extend(ty.map(|ty| Column { name, ty, at }));
                });
                Ok(())
            }
            K::ATTACH_PARTITION | K::INHERIT_TABLE | K::OF_TYPE => {
                self.forget_columns(id, action);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The columns follow another table's from here on: nothing is held against them.
    fn forget_columns(&mut self, id: RelationId, action: &SyntaxNode) {
        let other = action.descendants().find_map(|node| {
            (node.kind() == SyntaxKind::PATH_REF).then(|| Path::of(&node)).flatten()
        });
        let other = other.and_then(|path| self.catalog().find_relation(&path));
        for id in [Some(id), other].into_iter().flatten() {
            self.catalog_mut().change_relation(id, |relation| {
                relation.columns.clear();
                relation.defaults.clear();
            });
        }
    }

    /// `SET DEFAULT` and `DROP DEFAULT`.
    fn set_default(
        &mut self,
        id: RelationId,
        name: &Arc<str>,
        set: Option<&SyntaxNode>,
        env: &Env,
    ) -> Done {
        let Some(relation) = self.catalog().relation(id) else { return Ok(()) };
        let ty =
            relation.columns.iter().find(|column| column.name == *name).map(|column| column.ty);
        let defaults = match set.and_then(|set| set.children().next()) {
            Some(default) => self.default_of(name, ty, &default, env)?,
            None => Vec::new(),
        };
        self.catalog_mut().change_relation(id, |relation| {
            relation.defaults.retain(|default| default.name != *name);
            relation.defaults.extend(defaults);
        });
        Ok(())
    }

    /// A default goes along when its column gets another type, if there is a cast for it: there is
    /// none from one enum to another.
    fn check_default_fits(&self, id: RelationId, name: &Arc<str>, to: Option<TypeId>) -> Done {
        let (Some(to), Some(relation)) = (to, self.catalog().relation(id)) else { return Ok(()) };
        let default = relation.defaults.iter().find(|default| default.name == *name);
        match default {
            Some(default) if default.ty != to => {
                let ty = self.catalog().ty(to).map_or("", |ty| &ty.key.1);
                let message = format!(
                    "default for column \"{name}\" cannot be cast automatically to type {ty}"
                );
                Err(Refusal::new("42804", message)
                    .about(&relation.key)
                    .related(&default.at, "the default is here".to_owned())
                    .help("drop the default before, and set it again after"))
            }
            _ => Ok(()),
        }
    }
}

/// In which round of `ALTER TABLE` an action is carried out.
fn pass(action: &SyntaxNode) -> usize {
    use SyntaxKind as K;
    match action.kind() {
        K::DROP_COLUMN | K::DROP_CONSTRAINT => 0,
        K::ALTER_COLUMN if child(action, K::DROP_DEFAULT).is_some() => 0,
        K::ALTER_COLUMN if child(action, K::SET_TYPE).is_some() => 1,
        K::ADD_COLUMN => 2,
        _ => 3,
    }
}
