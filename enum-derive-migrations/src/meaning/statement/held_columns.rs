//! What hangs on columns keeps them from being changed.

use std::sync::Arc;

use super::dependents::expression_in;
use super::executor::Executor;
use crate::catalog::{Dependent, DependentKind, RelationId};
use crate::ground::{Done, Refusal};

impl Executor<'_> {
    /// What uses a column keeps its type (`RememberAllDependentForRebuilding` in `tablecmds.c`).
    pub(super) fn check_type_is_free(&self, table: RelationId, column: &str) -> Done {
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return Ok(());
        };
        for member in self.catalog().family_of(table) {
            if let Some(generated) = self.generated_from(member, column).first() {
                let message = "cannot alter type of a column used by a generated column";
                return Err(Refusal::new("0A000", message)
                    .about(&relation.key)
                    .help(format!("drop the column {generated} before, and add it again after")));
            }
            for dependent in self.catalog().dependents() {
                let Some(user) = dependent.kind.keeps_type() else { continue };
                if dependent.references.use_column(member, column)
                    && self.catalog().is_certain(dependent)
                {
                    let message = format!("cannot alter type of a column used by {user}");
                    let message = match dependent.kind {
                        DependentKind::Policy
                        | DependentKind::PolicyCheck
                        | DependentKind::Trigger => {
                            format!("cannot alter type of a column used in {user}")
                        }
                        _ => message,
                    };
                    return Err(Refusal::new("0A000", message)
                        .about(&relation.key)
                        .related(&dependent.at, format!("{} uses the column", described(dependent)))
                        .help(format!(
                            "drop the {} before, and create it again after",
                            dependent.kind.noun()
                        )));
                }
            }
        }
        Ok(())
    }

    /// The columns that are generated from one.
    pub(super) fn generated_from(&self, table: RelationId, column: &str) -> Vec<Arc<str>> {
        let mut generated = Vec::new();
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return generated;
        };
        for other in relation.columns.iter().filter(|it| it.generated.is_expression()) {
            let Some(default) = &other.default else { continue };
            let expression = expression_in(&default.text);
            let scope = self.scope_with_name(table, &[]);
            let uses = |expression| self.references(&expression, &scope).use_column(table, column);
            if expression.is_some_and(uses) {
                generated.push(Arc::clone(&other.name));
            }
        }
        generated
    }

    /// The columns of a partition key stay as they are.
    pub(super) fn check_partition_key(&self, table: RelationId, column: &str, verb: &str) -> Done {
        for member in self.catalog().family_of(table) {
            if let Some(relation) = self.catalog().relation(member).filter(|_| self.holds(member))
                && relation.shape.partition_key.iter().any(|name| **name == *column)
            {
                let message = format!(
                    "cannot {verb} column \"{column}\" because it is part of the partition key of relation \"{}\"",
                    relation.key.1
                );
                return Err(Refusal::new("42P16", message)
                    .about(&relation.key)
                    .related(&relation.created, "the table is created here".to_owned()));
            }
        }
        Ok(())
    }

    /// What the server makes anew over columns that have got other types.
    pub(super) fn check_rebuilt(&self, table: RelationId, columns: &[Arc<str>]) -> Done {
        if columns.is_empty() {
            return Ok(());
        }
        if !self.holds(table) || self.may_convert() {
            return Ok(());
        }
        self.check_foreign_keys(table, columns)?;
        for member in self.catalog().family_of(table) {
            let Some(relation) = self.catalog().relation(member).filter(|_| self.holds(member))
            else {
                continue;
            };
            for dependent in self.catalog().dependents_on(member) {
                if !dependent.kind.follows_columns() {
                    continue;
                }
                for (id, name, constant) in &dependent.references.compared {
                    let column = relation.column(name).filter(|_| *id == member);
                    let Some(column) = column.filter(|_| columns.contains(name)) else { continue };
                    if let Some((sqlstate, message)) =
                        self.outlives(dependent.kind, constant, &column.ty)
                    {
                        return Err(Refusal::new(sqlstate, message)
                            .about(&relation.key)
                            .related(
                                &dependent.at,
                                format!(
                                    "{} compares the column with a constant",
                                    described(dependent)
                                ),
                            )
                            .help(format!(
                                "drop the {} before, and create it again after",
                                dependent.kind.noun()
                            )));
                    }
                }
            }
        }
        Ok(())
    }

    /// What uses a column and does not go with it keeps it from being dropped.
    pub(super) fn check_column_is_free(
        &self,
        table: RelationId,
        losing: &[RelationId],
        column: &str,
    ) -> Done {
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return Ok(());
        };
        for &member in losing {
            let uses = |dependent: &&Dependent| {
                dependent.kind.keeps_type().is_some()
                    && dependent.kind != DependentKind::Publication
                    && dependent.references.use_column(member, column)
                    && self.catalog().is_certain(dependent)
            };
            if let Some(dependent) = self.catalog().dependents().find(uses) {
                let (kind, name) = (relation.kind, &relation.key.1);
                let message = format!(
                    "cannot drop column {column} of {kind} {name} because other objects depend on it"
                );
                return Err(Refusal::new("2BP01", message)
                    .about(&relation.key)
                    .related(&dependent.at, format!("{} uses the column", described(dependent)))
                    .help(format!("drop the {} before", dependent.kind.noun())));
            }
        }
        Ok(())
    }
}

fn described(dependent: &Dependent) -> String {
    match &dependent.name {
        Some(name) => format!("{} {name}", dependent.kind.noun()),
        None => format!("this {}", dependent.kind.noun()),
    }
}
