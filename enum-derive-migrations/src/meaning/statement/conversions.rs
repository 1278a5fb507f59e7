//! Whether a column's values, and its default, can get another type.

use super::executor::Executor;
use crate::catalog::{Column, ColumnType, Generated, RelationId, TypeKind};
use crate::ground::{Done, Refusal, TypeId};

/// Types to which a string is cast only where that is said (`pg_cast`, and the rules for I/O conversion casts in the
/// `PostgreSQL` manual, `CREATE CAST`).
pub(super) const OF_NO_STRING: [&str; 17] = [
    "bool",
    "bytea",
    "date",
    "float4",
    "float8",
    "inet",
    "int2",
    "int4",
    "int8",
    "interval",
    "json",
    "jsonb",
    "numeric",
    "timestamp",
    "timestamptz",
    "time",
    "uuid",
];

fn is_string(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::BuiltIn { ty, is_array: false }
        if matches!(ty.name, "text" | "varchar" | "bpchar"))
}

impl Executor<'_> {
    /// A default goes along when its column gets another type, if there is a cast for it: there is
    /// none from one enum to another.
    pub(super) fn check_default_fits(
        &self,
        id: RelationId,
        column: &Column,
        to: Option<TypeId>,
    ) -> Done {
        let (Some(to), Some(relation)) = (to, self.catalog().relation(id)) else { return Ok(()) };
        let Some(default) = &column.default else { return Ok(()) };
        match column.default_needs().first() {
            Some(from) if *from == to || self.is_domain_over_same(*from, to) => return Ok(()),
            Some(_) => {}
            // A value of another type is none of an enum.
            None if self.is_of_other_type(column, to) => {}
            None => return Ok(()),
        }
        let ty = self.catalog().ty(to).map_or("", |ty| &ty.key.1);
        let name = &column.name;
        let message =
            format!("default for column \"{name}\" cannot be cast automatically to type {ty}");
        Err(Refusal::new("42804", message)
            .about(&relation.key)
            .related(&default.at, "the default is here".to_owned())
            .help("drop the default before, and set it again after"))
    }

    /// Whether values of a type are labels of the same enum as those of another: a domain takes what is under it.
    fn is_domain_over_same(&self, one: TypeId, other: TypeId) -> bool {
        let labels = |id| self.labels_taken_by(&ColumnType::Own { id, is_array: false });
        labels(one).is_some_and(|one| labels(other) == Some(one))
    }

    /// Whether a column's values, and its default, are of one of `PostgreSQL`'s own types, from which there is no cast to
    /// an enum but one that somebody makes.
    fn is_of_other_type(&self, column: &Column, to: TypeId) -> bool {
        let is_enum = self.catalog().ty(to).is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)));
        is_enum
            && matches!(column.ty, ColumnType::BuiltIn { is_array: false, .. })
            && column.generated == Generated::Never
            && !self.may_convert()
    }

    /// Without `USING`, values are converted by a cast that is made for assignments: to an enum, from anything else,
    /// there is none unless somebody makes it (`PostgreSQL` manual, `ALTER TABLE` and `CREATE CAST`).
    pub(super) fn check_converts(&self, id: RelationId, column: &Column, to: &ColumnType) -> Done {
        let Some(relation) = self.catalog().relation(id) else { return Ok(()) };
        if let ColumnType::BuiltIn { ty, is_array: false } = to
            && self.holds(id)
            && !self.may_convert()
            && is_string(&column.ty)
            && OF_NO_STRING.contains(&ty.name)
        {
            let name = &column.name;
            let message = format!("column \"{name}\" cannot be cast automatically to type {ty}");
            return Err(Refusal::new("42804", message)
                .about(&relation.key)
                .related(&column.at, "the column has its type from here".to_owned())
                .help(format!("say how to convert it: `USING {name}::{ty}`")));
        }
        let Some(ty) = to.own().and_then(|to| self.catalog().ty(to)) else { return Ok(()) };
        if !matches!(ty.kind, TypeKind::Enum(_))
            || *to == column.ty
            || self.may_convert()
            || relation.shape.unknown.is_some()
            || !column.ty.is_known()
            || self.may_be_enum(&column.ty)
        {
            return Ok(());
        }
        let (name, array) = (
            &column.name,
            if matches!(to, ColumnType::Own { is_array: true, .. }) { "[]" } else { "" },
        );
        let ty = &ty.key.1;
        let message = format!("column \"{name}\" cannot be cast automatically to type {ty}{array}");
        Err(Refusal::new("42804", message)
            .about(&relation.key)
            .related(&column.at, "the column has its type from here".to_owned())
            .help(format!("say how to convert it: `USING {name}::text{array}::{ty}{array}`")))
    }

    /// Whether a type is, or may be, one of which values are those of an enum: a domain over it, say.
    fn may_be_enum(&self, ty: &ColumnType) -> bool {
        let Some(ty) = ty.own().and_then(|id| self.catalog().ty(id)) else { return false };
        let is_over_other = matches!(ty.base, ColumnType::BuiltIn { .. });
        matches!(ty.kind, TypeKind::Other(..)) && !is_over_other
    }

    pub(super) fn check_identity_fits(
        &self,
        id: RelationId,
        column: &Column,
        to: &ColumnType,
    ) -> Done {
        let relation = self.catalog().relation(id).filter(|_| self.holds(id));
        let Some(relation) = relation.filter(|_| column.generated.is_identity()) else {
            return Ok(());
        };
        let is_integer = match to {
            ColumnType::BuiltIn { ty, is_array } => {
                !is_array && matches!(ty.name, "int2" | "int4" | "int8")
            }
            ColumnType::Own { .. } => false,
            ColumnType::Unknown => true,
        };
        if is_integer {
            return Ok(());
        }
        let message = "identity column type must be smallint, integer, or bigint";
        Err(Refusal::new("22023", message).about(&relation.key))
    }
}
