//! What `ALTER TABLE` does to columns.

use std::sync::Arc;

use super::columns::identity;
use super::executor::Executor;
use super::stretch::Text;
use super::tables::why;
use crate::catalog::{Column, ColumnType, Generated, RelationId};
use crate::ground::{Done, Location, Refusal};
use crate::text::ddl::{ColumnDefinition, Constraint, TypeName};
use crate::text::span::Span;

/// What an action is about.
pub(super) struct Altered<'a> {
    pub id: RelationId,
    /// Whether the tables that inherit from it are left alone.
    pub only: bool,
    pub text: &'a Text<'a>,
    /// Where the action stands.
    pub at: Location,
}

impl Executor<'_> {
    pub(super) fn add_column(
        &mut self,
        on: &Altered<'_>,
        definition: &ColumnDefinition,
        constraints: &[Constraint],
        if_not_exists: bool,
    ) -> Done {
        let id = on.id;
        let Some(key) = self.catalog().relation(id).map(|relation| relation.key.clone()) else {
            return Ok(());
        };
        if let Some(relation) = self.catalog().relation(id)
            && relation.shape.is_partition
            && self.holds(id)
        {
            let message = "cannot add column to a partition";
            return Err(Refusal::new("42809", message).about(&relation.key));
        }
        let is_there = self
            .catalog()
            .relation(id)
            .and_then(|relation| relation.column(&definition.name))
            .map(|there| there.at.clone());
        if let Some(there) = &is_there {
            if if_not_exists {
                return Ok(());
            }
            self.refuse_twin(id, &definition.name, there)?;
        }
        let mut keys = Vec::new();
        let column = match self.define_column(&key, definition, constraints, on.text, &mut keys) {
            Ok(defined) => defined,
            // Where the column is there already, its type does not matter.
            Err(_) if if_not_exists && !self.holds(id) => return Ok(()),
            Err(refusal) => return Err(refusal),
        };
        if is_there.is_none() {
            self.catalog_mut().add_column(id, &column)?;
        }
        self.add_keys(id, keys)?;
        self.add_checks(id, constraints.iter(), on.text);
        Ok(())
    }

    pub(super) fn drop_column(
        &mut self,
        on: &Altered<'_>,
        name: &str,
        if_exists: bool,
        cascade: bool,
    ) -> Done {
        let id = on.id;
        match self.certain_column(id, name) {
            Ok(Some(column)) => {
                self.check_is_own(id, &column, "drop")?;
                self.check_partition_key(id, name, "drop")?;
            }
            Err(_) if if_exists => return Ok(()),
            Err(refusal) => return Err(refusal),
            Ok(None) => {}
        }
        let losing = self.catalog().losing_column(id, name, on.only);
        let relation = self.catalog().relation(id);
        let column = relation.and_then(|relation| relation.column(name)).cloned();
        if cascade {
            self.drop_users(&losing, name, &on.at);
            self.forget_readers(&losing, &on.at);
            self.catalog_mut().drop_sequences_of(column.as_slice());
        } else if self.holds(id) {
            self.check_no_view(id, &losing, name, "2BP01")?;
            self.check_column_is_free(id, &losing, name)?;
            let table = self.catalog().relation(id).map_or("", |relation| &relation.key.1);
            let what = format!("column {name} of table {table}");
            self.catalog().check_sequences(column.as_slice(), &losing, &what)?;
            if !self.generated_from(id, name).is_empty() {
                let reason = "up to PostgreSQL 14, what is generated from a column goes with it";
                self.catalog_mut().doubt_table(id, &why(&on.at, reason));
            }
        }
        self.catalog_mut().drop_column(id, name, on.only);
        Ok(())
    }

    /// Drops the views that use a column of some tables, and the columns that are generated from it.
    fn drop_users(&mut self, tables: &[RelationId], name: &str, at: &Location) {
        while let Some((view, _)) = self.catalog().view_of_column(tables, name) {
            self.catalog_mut().drop_relation(view, at);
        }
        for &table in tables {
            for generated in self.generated_from(table, name) {
                let losing = self.catalog().losing_column(table, &generated, false);
                self.drop_users(&losing, &generated, at);
                self.catalog_mut().drop_column(table, &generated, false);
            }
        }
    }

    pub(super) fn set_default(
        &mut self,
        on: &Altered<'_>,
        name: &Arc<str>,
        expression: Span,
    ) -> Done {
        let id = on.id;
        let column = self.certain_column(id, name)?;
        self.check_takes_default(id, column.as_ref())?;
        let unknown = Column::new(Arc::clone(name), ColumnType::Unknown, on.at.clone());
        let is_there = column.is_some();
        let mut column = column.unwrap_or(unknown);
        let default = self.default_value(&column, expression, on.text)?;
        if !is_there {
            // Of a column that is not followed, the default may be all there is to know.
            if default.as_ref().is_some_and(|default| !default.needs.is_empty())
                && !self.catalog().follows_tables
            {
                column.default = default;
                self.catalog_mut().change_columns(id, |columns| columns.push(column));
            }
            return Ok(());
        }
        self.change_in_family(id, name, on.only, |column| column.default.clone_from(&default));
        Ok(())
    }

    pub(super) fn add_identity(&mut self, on: &Altered<'_>, name: &str, always: bool) -> Done {
        let id = on.id;
        let generated = identity(always);
        if let Some(column) = self.certain_column(id, name)? {
            self.check_takes_identity(id, &column)?;
        }
        self.catalog_mut().change_column(id, name, |column| column.generated = generated);
        Ok(())
    }

    pub(super) fn set_identity(&mut self, on: &Altered<'_>, name: &str, always: bool) -> Done {
        let id = on.id;
        let generated = identity(always);
        self.certain_identity(id, name)?;
        self.catalog_mut().change_column(id, name, |column| column.generated = generated);
        Ok(())
    }

    pub(super) fn drop_identity(&mut self, on: &Altered<'_>, name: &str, if_exists: bool) -> Done {
        let id = on.id;
        match self.certain_identity(id, name) {
            Err(refusal) if if_exists && &*refusal.sqlstate == "55000" => return Ok(()),
            is_identity => is_identity?,
        }
        self.catalog_mut().change_column(id, name, |column| {
            if column.generated.is_identity() {
                column.generated = Generated::Never;
            }
        });
        Ok(())
    }

    pub(super) fn set_expression(
        &mut self,
        on: &Altered<'_>,
        name: &str,
        expression: Span,
    ) -> Done {
        let id = on.id;
        let Some(column) = self.certain_column(id, name)? else { return Ok(()) };
        let default = self.default_value(&column, expression, on.text)?;
        self.change_in_family(id, name, on.only, |column| column.default.clone_from(&default));
        Ok(())
    }

    pub(super) fn drop_expression(
        &mut self,
        on: &Altered<'_>,
        name: &str,
        if_exists: bool,
    ) -> Done {
        let id = on.id;
        let column = self.certain_column(id, name)?;
        if let Some(column) = column
            && let Some(relation) = self.catalog().relation(id)
            && !column.generated.is_expression()
            && self.holds(id)
            && !if_exists
        {
            let message = format!(
                "column \"{name}\" of relation \"{}\" is not a generated column",
                relation.key.1
            );
            return Err(Refusal::new("55000", message).about(&relation.key));
        }
        self.change_in_family(id, name, on.only, |column| {
            if column.generated.is_expression() {
                column.generated = Generated::Never;
                column.default = None;
            }
        });
        Ok(())
    }

    /// What is looked at before any column gets another type.
    pub(super) fn prepare_type(
        &mut self,
        id: RelationId,
        name: &str,
        ty: &TypeName,
        has_using: bool,
        text: &Text<'_>,
    ) -> Done {
        let column = self.certain_column(id, name)?;
        if let Some(column) = &column {
            if let Some(relation) = self.catalog().relation(id).filter(|_| self.holds(id)) {
                if relation.shape.is_typed {
                    let message = "cannot alter column type of typed table";
                    return Err(Refusal::new("42809", message).about(&relation.key));
                }
                if has_using && column.generated.is_expression() {
                    let message = "cannot specify USING when altering type of generated column";
                    return Err(Refusal::new("42611", message).about(&relation.key));
                }
            }
            let is_free = self
                .check_is_own(id, column, "alter")
                .and_then(|()| self.check_partition_key(id, name, "alter"));
            if is_free.is_err() && has_using {
                // The conversion, which mostly ends in a cast to the type, has been read by then.
                self.check_column_type(ty, text)?;
            }
            is_free?;
            self.check_identity_fits(id, column, &self.column_type(ty))?;
        }
        self.check_column_type(ty, text)?;
        match column {
            Some(column) if !has_using => self.check_converts(id, &column, &self.column_type(ty)),
            _ => Ok(()),
        }
    }

    /// A column gets another type in all tables that inherit it, or in none.
    pub(super) fn check_no_heirs(&self, id: RelationId, name: &str) -> Done {
        match self.catalog().relation(id).filter(|_| self.holds(id)) {
            Some(relation) if !self.catalog().heirs_of(id).is_empty() => {
                let message = format!(
                    "type of inherited column \"{name}\" must be changed in child tables too"
                );
                Err(Refusal::new("42P16", message).about(&relation.key).help("leave out ONLY"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn set_type(&mut self, on: &Altered<'_>, name: &Arc<str>, ty: &TypeName) -> Done {
        let id = on.id;
        let to = self.column_type(ty);
        let at = on.at.clone();
        if let Some(column) = self.certain_column(id, name)? {
            self.check_default_fits(id, &column, to.own())?;
            self.check_no_view(id, &self.catalog().family_of(id), name, "0A000")?;
            self.check_type_is_free(id, name)?;
        } else if !self.catalog().follows_tables {
            let column = Column::new(Arc::clone(name), to.clone(), at.clone());
            self.catalog_mut().change_columns(id, |columns| columns.push(column));
        }
        self.catalog_mut().rewrite_comparisons(id, name, &to);
        self.change_in_family(id, name, on.only, |column| {
            column.ty = to.clone();
            column.at = at.clone();
        });
        Ok(())
    }

    /// A view keeps the columns that it uses as they are; one that may be there keeps them in doubt.
    fn check_no_view(
        &mut self,
        id: RelationId,
        family: &[RelationId],
        column: &str,
        sqlstate: &str,
    ) -> Done {
        let Some(relation) = self.catalog().relation(id).filter(|_| self.holds(id)) else {
            return Ok(());
        };
        let Some((_, view)) = self.catalog().view_of_column(family, column) else {
            if let Some(why) = self.catalog().perhaps_read(family) {
                for &member in family {
                    self.catalog_mut().doubt_table(member, &why);
                }
            }
            return Ok(());
        };
        let (kind, table) = (relation.kind, &relation.key.1);
        let message = if sqlstate == "0A000" {
            "cannot alter type of a column used by a view or rule".to_owned()
        } else {
            format!(
                "cannot drop column {column} of {kind} {table} because other objects depend on it"
            )
        };
        Err(Refusal::new(sqlstate, message)
            .about(&view.key)
            .related(&view.created, format!("{} {} uses the column", view.kind, view.key.1))
            .help("drop the view before, and create it again after"))
    }

    pub(super) fn drop_default(&mut self, on: &Altered<'_>, name: &str) -> Done {
        let id = on.id;
        let column = self.certain_column(id, name)?;
        self.check_takes_default(id, column.as_ref())?;
        self.change_in_family(id, name, on.only, |column| {
            if !column.generated.is_expression() {
                column.default = None;
            }
        });
        Ok(())
    }

    pub(super) fn set_not_null(&mut self, on: &Altered<'_>, name: &str) -> Done {
        let id = on.id;
        self.certain_column(id, name)?;
        self.change_in_family(id, name, on.only, |column| column.not_null = Some(true));
        Ok(())
    }

    /// Changes a column of a table and, unless `only` is said, of those that inherit it.
    pub(super) fn change_in_family(
        &mut self,
        id: RelationId,
        name: &str,
        only: bool,
        change: impl Fn(&mut Column),
    ) {
        let family = if only { vec![id] } else { self.catalog().family_of(id) };
        for member in family {
            self.catalog_mut().change_column(member, name, &change);
        }
    }

    pub(super) fn rename_column(
        &mut self,
        id: RelationId,
        from: &Arc<str>,
        to: &Arc<str>,
        only: bool,
    ) -> Done {
        if let Some(column) = self.certain_column(id, from)? {
            self.check_is_own(id, &column, "rename")?;
            let there = self.catalog().relation(id).and_then(|relation| relation.column(to));
            if let Some(there) = there.map(|there| there.at.clone()) {
                self.refuse_twin(id, to, &there)?;
            }
        }
        let family = if only { vec![id] } else { self.catalog().family_of(id) };
        for member in family {
            self.catalog_mut().change_relation(member, |relation| {
                for column in relation.columns.iter_mut().filter(|column| column.name == *from) {
                    column.name = Arc::clone(to);
                }
                for column in relation.shape.partition_key.iter_mut().filter(|it| *it == from) {
                    *column = Arc::clone(to);
                }
                for key in &mut relation.shape.keys {
                    for column in key.columns.iter_mut().filter(|column| *column == from) {
                        *column = Arc::clone(to);
                    }
                }
            });
            self.catalog_mut().rename_in_others(member, from, to);
        }
        Ok(())
    }

    fn refuse_twin(&self, id: RelationId, name: &str, there: &Location) -> Done {
        match self.catalog().relation(id) {
            Some(relation) if self.holds(id) => {
                let message =
                    format!("column \"{name}\" of relation \"{}\" already exists", relation.key.1);
                Err(Refusal::new("42701", message)
                    .about(&relation.key)
                    .related(there, "the column is created here".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// A column that is inherited follows its parent's.
    fn check_is_own(&self, id: RelationId, column: &Column, verb: &str) -> Done {
        match self.catalog().relation(id) {
            Some(relation) if column.parents > 0 && self.holds(id) => {
                let message = format!("cannot {verb} inherited column \"{}\"", column.name);
                Err(Refusal::new("42P16", message).about(&relation.key))
            }
            _ => Ok(()),
        }
    }

    fn check_takes_default(&self, id: RelationId, column: Option<&Column>) -> Done {
        let relation = self.catalog().relation(id).filter(|_| self.holds(id));
        let (Some(relation), Some(column)) = (relation, column) else { return Ok(()) };
        let what = match column.generated {
            Generated::Never => return Ok(()),
            generated if generated.is_identity() => "an identity column",
            _ => "a generated column",
        };
        let message =
            format!("column \"{}\" of relation \"{}\" is {what}", column.name, relation.key.1);
        Err(Refusal::new("42601", message).about(&relation.key))
    }

    fn check_takes_identity(&self, id: RelationId, column: &Column) -> Done {
        let Some(relation) = self.catalog().relation(id).filter(|_| self.holds(id)) else {
            return Ok(());
        };
        let refuse = |what: &str| {
            let message =
                format!("column \"{}\" of relation \"{}\" {what}", column.name, relation.key.1);
            Err(Refusal::new("55000", message).about(&relation.key))
        };
        if column.not_null == Some(false) {
            return refuse("must be declared NOT NULL before identity can be added");
        }
        if column.generated.is_identity() {
            return refuse("is already an identity column");
        }
        if column.default.is_some() {
            return refuse("already has a default value");
        }
        Ok(())
    }

    fn certain_identity(&self, id: RelationId, name: &str) -> Done {
        let Some(column) = self.certain_column(id, name)? else { return Ok(()) };
        let Some(relation) = self.catalog().relation(id).filter(|_| self.holds(id)) else {
            return Ok(());
        };
        if column.generated.is_identity() {
            return Ok(());
        }
        let message = format!(
            "column \"{name}\" of relation \"{}\" is not an identity column",
            relation.key.1
        );
        Err(Refusal::new("55000", message).about(&relation.key))
    }

    pub(super) fn drop_not_null(&mut self, id: RelationId, name: &str, only: bool) -> Done {
        if let Some(column) = self.certain_column(id, name)?
            && let Some(relation) = self.catalog().relation(id).filter(|_| self.holds(id))
        {
            if column.generated.is_identity() {
                let message = format!(
                    "column \"{name}\" of relation \"{}\" is an identity column",
                    relation.key.1
                );
                return Err(Refusal::new("42601", message).about(&relation.key));
            }
            if let Some(primary) = relation.primary_key()
                && primary.columns.iter().any(|column| **column == *name)
            {
                let message = format!("column \"{name}\" is in a primary key");
                return Err(Refusal::new("42P16", message)
                    .about(&relation.key)
                    .related(&primary.at, "the primary key is here".to_owned()));
            }
        }
        // From PostgreSQL 18 on, what is inherited cannot be dropped.
        let is_inherited = |column: &Column| column.parents > 0 && column.not_null != Some(false);
        let relation = self.catalog().relation(id);
        let not_null = match relation.and_then(|relation| relation.column(name)) {
            Some(column) if is_inherited(column) => None,
            _ => Some(false),
        };
        self.change_in_family(id, name, only, |column| column.not_null = not_null);
        Ok(())
    }
}
