//! What a foreign key asks of its columns (`ATAddForeignKeyConstraint` in `tablecmds.c`).

use std::sync::Arc;

use super::columns::is_system_column;
use super::executor::Executor;
use crate::catalog::{ColumnType, KeyKind, Presence, Relation, RelationId, TableKey, TypeKind};
use crate::ground::{Done, Refusal, sort};

impl Executor<'_> {
    /// A new key, whose own columns are there.
    pub(super) fn check_new_foreign_key(&self, relation: &Relation, key: &TableKey) -> Done {
        let KeyKind::Foreign { id: Some(to), columns, .. } = &key.kind else { return Ok(()) };
        let Some(referenced) = self.catalog().relation(*to).filter(|_| self.holds(*to)) else {
            return Ok(());
        };
        let refuse = |sqlstate: &str, message: String| {
            let what = format!("the {} is created here", referenced.kind);
            let refusal = Refusal::new(sqlstate, message).about(&referenced.key).at(&key.at);
            refusal.related(&referenced.created, what)
        };
        let table = &referenced.key.1;
        if referenced.kind.ends_with("view") {
            return Err(refuse("42809", format!("referenced relation \"{table}\" is not a table")));
        }
        let may_have_keys = referenced.shape.may_have_keys || self.session.memory.may_have_keys;
        if columns.is_empty() {
            if may_have_keys {
                return Ok(());
            }
            let message = format!("there is no primary key for referenced table \"{table}\"");
            return Err(refuse("42704", message).help("name the columns of a unique key"));
        }
        let is_missing =
            |name: &&Arc<str>| referenced.column(name).is_none() && !is_system_column(name);
        if let Some(missing) = columns.iter().find(is_missing) {
            let message =
                format!("column \"{missing}\" referenced in foreign key constraint does not exist");
            return Err(Refusal::new("42703", message).about(&referenced.key).at(&key.at));
        }
        // Without a key over them, the server complains about that before it looks at their types.
        let is_key = referenced.shape.keys.iter().any(|there| {
            !matches!(there.kind, KeyKind::Foreign { .. })
                && there.columns.len() == columns.len()
                && there.columns.iter().all(|column| columns.contains(column))
        });
        if is_key && key.columns.len() != columns.len() {
            let message = "number of referencing and referenced columns for foreign key disagree";
            return Err(refuse("42830", message.to_owned()));
        }
        if is_key {
            return self.check_fits(relation, key, referenced, columns);
        }
        if may_have_keys || columns.iter().any(|name| is_system_column(name)) {
            return Ok(());
        }
        let message = format!(
            "there is no unique constraint matching given keys for referenced table \"{table}\""
        );
        Err(refuse("42830", message).help("add a unique key over these columns before"))
    }

    /// The keys of a table, and those that refer to it, after columns have got other types.
    pub(super) fn check_foreign_keys(&self, table: RelationId, retyped: &[Arc<str>]) -> Done {
        if !self.holds(table) {
            return Ok(());
        }
        let Some(relation) = self.catalog().relation(table) else { return Ok(()) };
        // Nothing refers to columns that are in no key, and most are in none.
        let may_be_key = |key: &TableKey| key.columns.iter().any(|column| retyped.contains(column));
        if !relation.shape.may_have_keys
            && !self.session.memory.may_have_keys
            && !relation.shape.keys.iter().any(may_be_key)
        {
            return Ok(());
        }
        let refers_to_it = |key: &TableKey| matches!(key.kind, KeyKind::Foreign { id: Some(to), .. } if to == table);
        let is_concerned = |other: &&Relation| {
            other.shape.presence == Presence::There
                && other.shape.unknown.is_none()
                && (other.shape.keys.iter().any(refers_to_it) || other.key == relation.key)
        };
        let mut concerned: Vec<_> =
            self.catalog().all_relations().into_iter().filter(is_concerned).collect();
        sort(&mut concerned, &mut |left, right| left.key.cmp(&right.key));
        for other in concerned {
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
                    || self.is_enum(&other.ty) && self.is_plain(&column.ty)
                    || are_apart(&column.ty, &other.ty))
            {
                let message =
                    format!("foreign key constraint \"{}\" cannot be implemented", key.name());
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

/// Whether two types of `PostgreSQL`'s own certainly have no operator in common: integers, strings and `uuid` are the most
/// frequent ones of keys.
fn are_apart(one: &ColumnType, other: &ColumnType) -> bool {
    let family = |ty: &ColumnType| match ty {
        ColumnType::BuiltIn { ty, is_array: false } => match ty.name {
            "int2" | "int4" | "int8" => Some("integer"),
            "text" | "varchar" | "bpchar" => Some("string"),
            "uuid" => Some("uuid"),
            _ => None,
        },
        _ => None,
    };
    let families = family(one).zip(family(other));
    families.is_some_and(|(one, other)| one != other)
}
