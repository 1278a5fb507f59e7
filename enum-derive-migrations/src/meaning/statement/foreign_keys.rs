//! What a foreign key asks of its columns (`ATAddForeignKeyConstraint` in `tablecmds.c`).

use std::sync::Arc;

use super::columns::is_system_column;
use super::executor::Executor;
use crate::catalog::{ColumnType, KeyKind, Relation, RelationId, TableKey, TypeKind};
use crate::ground::{Done, Refusal};

impl Executor<'_> {
    /// A new key, whose own columns are there.
    pub(super) fn check_new_foreign_key(&self, relation: &Relation, key: &TableKey) -> Done {
        let KeyKind::Foreign { id: Some(to), columns, .. } = &key.kind else { return Ok(()) };
        let Some(referenced) = self.catalog().relation(*to).filter(|_| self.holds(*to)) else {
            return Ok(());
        };
        let is_missing =
            |name: &&Arc<str>| referenced.column(name).is_none() && !is_system_column(name);
        if let Some(missing) = columns.iter().find(is_missing) {
            let message =
                format!("column \"{missing}\" referenced in foreign key constraint does not exist");
            return Err(Refusal::new("42703", message).about(&referenced.key).at(&key.at));
        }
        // Without a key over them, the server complains about that first.
        let is_key = referenced.shape.keys.iter().any(|there| {
            !matches!(there.kind, KeyKind::Foreign { .. })
                && there.columns.len() == columns.len()
                && there.columns.iter().all(|column| columns.contains(column))
        });
        if is_key { self.check_fits(relation, key, referenced, columns) } else { Ok(()) }
    }

    /// The keys of a table, and those that refer to it, after columns have got other types.
    pub(super) fn check_foreign_keys(&self, table: RelationId, retyped: &[Arc<str>]) -> Done {
        if !self.holds(table) {
            return Ok(());
        }
        let Some(relation) = self.catalog().relation(table) else { return Ok(()) };
        for other in self.catalog().relations() {
            if other.shape.unknown.is_some() {
                continue;
            }
            for key in &other.shape.keys {
                let KeyKind::Foreign { id: Some(to), columns, .. } = &key.kind else { continue };
                let is_own = other.key == relation.key
                    && key.columns.iter().any(|column| retyped.contains(column));
                let refers = *to == table && columns.iter().any(|column| retyped.contains(column));
                let referenced = self.catalog().relation(*to).filter(|_| self.holds(*to));
                if let Some(referenced) = referenced.filter(|_| is_own || refers) {
                    self.check_fits(other, key, referenced, columns)?;
                }
            }
        }
        Ok(())
    }

    /// The columns of both sides must be comparable.
    fn check_fits(
        &self,
        relation: &Relation,
        key: &TableKey,
        referenced: &Relation,
        columns: &[Arc<str>],
    ) -> Done {
        if self.may_convert() {
            return Ok(());
        }
        for (column, other) in key.columns.iter().zip(columns) {
            let (Some(column), Some(other)) = (relation.column(column), referenced.column(other))
            else {
                continue;
            };
            if column.ty != other.ty
                && (self.is_enum(&column.ty) && self.is_plain(&other.ty)
                    || self.is_enum(&other.ty) && self.is_plain(&column.ty))
            {
                let message =
                    format!("foreign key constraint \"{}\" cannot be implemented", key.name);
                return Err(Refusal::new("42804", message)
                    .about(&relation.key)
                    .related(&key.at, "the foreign key is here".to_owned())
                    .related(&column.at, format!("{} has its type from here", column.name))
                    .related(&other.at, format!("{} has another type from here", other.name))
                    .help(
                        "give both columns one type: drop the key before, and add it again after",
                    ));
            }
        }
        Ok(())
    }

    fn is_enum(&self, ty: &ColumnType) -> bool {
        let own = ty.own().and_then(|id| self.catalog().ty(id));
        own.is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)))
    }

    /// Whether a type is an enum or one of `PostgreSQL`'s own, so that an enum is comparable with it only if it is the
    /// same.
    fn is_plain(&self, ty: &ColumnType) -> bool {
        matches!(ty, ColumnType::BuiltIn { .. }) || self.is_enum(ty)
    }
}
