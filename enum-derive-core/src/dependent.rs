//! What is known of an object that depends on a type.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Add;

use crate::unseen::Unseen;

/// A type and everything that depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependents {
    /// The type itself.
    pub target: Object,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// The names of types, in any schema, that a temporary name could be equal to.
    pub taken: Vec<String>,
    /// Whether this was read from a database. Otherwise migrations say it ([`Known`](crate::dependents::Known)), and a
    /// plan compares all that depends on the type directly, with definitions.
    pub is_read: bool,
    /// Each dependent: what a migration compares before it changes anything.
    pub entries: Vec<Entry>,
    /// The type and what depends on it directly, with the expressions of defaults: what a migration compares that drops
    /// nothing else.
    pub direct: Vec<String>,
    /// Functions whose bodies, which the server does not read, contain a label in quotes; as the server describes them,
    /// with the label.
    pub mentions: Vec<(String, String)>,
    /// The objects that depend on it.
    pub objects: Vec<Object>,
}

/// What a migration compares of a dependent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The kind and the name of the object ([`Object::identity`]).
    pub what: String,
    /// Its definition, and what belongs to it, as one text.
    pub text: String,
    /// The first digits of the text's MD5 hash; `None` if the text is not the server's but that after an earlier change.
    pub hash: Option<String>,
}

/// An object that depends on the type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is, and what is particular to its kind.
    pub kind: Kind,
    /// Its catalog and its OID: the same for an object and its columns.
    pub key: String,
    /// As the server describes it, in the language of its messages: `view app.v`.
    pub described: String,
    /// Its kind and its name, in no language: what a migration compares (`pg_identify_object`).
    pub identity: String,
    /// Its catalog: `pg_class`.
    pub catalog: String,
    /// The table or view that it is, or is on, as SQL.
    pub relation: Option<String>,
    /// The kind of that relation: `pg_class.relkind`.
    pub relation_kind: String,
    /// Its name, as SQL; with its schema if it has one of its own and does not follow its table.
    pub name: String,
    /// Its definition as the server prints it.
    pub definition: String,
    /// Its owner, as SQL; `None` if it is the role that ran the query.
    pub owner: Option<String>,
    /// Whether that role has the privileges of the owner.
    pub owned: bool,
    /// Privileges that a new object has, and this one has not.
    pub revoked: Vec<Grant>,
    /// Privileges that a new object has not, and this one has.
    pub granted: Vec<Grant>,
    /// Its comment.
    pub comment: Option<String>,
    /// The extension that it belongs to.
    pub extension: Option<String>,
    /// Whether it has security labels.
    pub has_security_label: bool,
    /// The keys of the dependents that it depends on.
    pub needs: Vec<String>,
}

/// A privilege.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// As in `GRANT`: `SELECT`.
    pub privilege: String,
    /// The role, as SQL.
    pub to: String,
    /// Whether the role may grant it to others.
    pub grantable: bool,
    /// Whether another role than the owner has granted it.
    pub by_another: bool,
}

/// What a column of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The enum, or a domain over it.
    Scalar,
    /// An array of one of these, or a domain over such an array.
    Array,
    /// Another type, in a generated column whose expression uses the enum.
    Nothing,
    /// A type that contains the enum or depends on it.
    Other,
}

/// What is particular to a generated column whose expression, or type, is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Its expression, as the server prints it.
    pub expression: String,
    /// Whether a column that stays follows it in its table: then its expression is changed in place, and otherwise it is
    /// dropped and added again.
    pub in_place: bool,
    /// Its collation, as SQL, if it is not that of its type.
    pub collation: Option<String>,
    /// Its statistics target.
    pub target: Option<String>,
    /// Its options: `n_distinct=5`.
    pub options: Option<String>,
    /// Whether it is `NOT NULL`, and no constraint says so, as one does from 18.
    pub not_null: bool,
}

/// The size of a table. Its `Display` is for messages: `210 MB, about 1200000 rows`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The number of rows at the last `VACUUM` or `ANALYZE` (`pg_class.reltuples`); `None` if there was none.
    pub rows: Option<u64>,
    /// The bytes on disk, with indexes (`pg_total_relation_size`); `None` if they are unknown.
    pub bytes: Option<u64>,
}

/// The kinds of objects, with what is particular to each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The type itself.
    Type,
    /// A column of a table.
    Column {
        /// Its number.
        number: i32,
        /// What it holds.
        holds: Holds,
        /// Whether it is `NOT NULL`.
        not_null: bool,
        /// Whether its table inherits it, as a partition does.
        inherited: bool,
        /// Its storage, if it is not that of its type.
        storage: Option<String>,
        /// Its compression, if it is set.
        compression: Option<String>,
        /// Why its type cannot be changed.
        refused: Option<String>,
        /// Its expression, if it is generated.
        generated: Option<Generated>,
        /// The partitioned table that its table is a part of, directly or not, as SQL.
        root: Option<String>,
        /// The size of its table; `None` if the table has no rows of its own.
        size: Option<Size>,
    },
    /// The default of a column.
    Default,
    /// An index.
    Index {
        /// Its name with its schema, as SQL.
        full_name: String,
        /// Whether it has an expression or a predicate. Others are rebuilt when the type of a column is changed.
        has_expression: bool,
        /// Whether it belongs to a constraint.
        of_constraint: bool,
        /// The index of the partitioned table that it is a part of, as SQL.
        parent: Option<String>,
        /// Whether `CLUSTER` uses it.
        is_clustered: bool,
        /// Whether it is the replica identity of its table.
        is_identity: bool,
        /// Whether it is complete.
        is_valid: bool,
        /// Its tablespace, as SQL, if it has one of its own.
        tablespace: Option<String>,
        /// Columns with a statistics target: `2 500`.
        targets: Vec<String>,
        /// Whether one of its columns is generated, and its expression uses the type.
        of_generated: bool,
    },
    /// A constraint of a table.
    Constraint {
        /// `pg_constraint.contype`.
        of_type: String,
        /// Whether its table inherits it.
        inherited: bool,
        /// Whether its table defines it.
        is_local: bool,
        /// Whether it is part of a constraint of a partitioned table.
        of_parent: bool,
        /// Whether its index has an expression or a predicate.
        has_expression: bool,
        /// Whether its index has something that the definition does not say: `CLUSTER`, the replica identity, options, a
        /// tablespace.
        is_marked: bool,
        /// Whether its triggers are disabled.
        is_disabled: bool,
        /// Whether one of its columns is generated, and its expression uses the type.
        of_generated: bool,
        /// Whether `CLUSTER` uses its index.
        is_clustered: bool,
        /// Whether its index is the replica identity of its table.
        is_identity: bool,
    },
    /// A view, or a materialized view.
    View {
        /// Whether it is materialized.
        materialized: bool,
        /// Its options, as in `WITH`.
        options: Option<String>,
        /// Whether it has rows, if it is materialized.
        populated: bool,
        /// Its tablespace, as SQL, if it has one of its own.
        tablespace: Option<String>,
        /// Its access method, as SQL, if it is not `heap`.
        access_method: Option<String>,
        /// Its size, if it is materialized.
        size: Option<Size>,
    },
    /// A column of a view that has a comment, privileges or options.
    ViewColumn {
        /// Its statistics target.
        target: Option<String>,
        /// Whether it has options or a storage of its own.
        has_options: bool,
    },
    /// A rule.
    Rule {
        /// `pg_rewrite.ev_enabled`.
        enabled: String,
    },
    /// A trigger.
    Trigger {
        /// `pg_trigger.tgenabled`.
        enabled: String,
        /// Whether it is part of a trigger of a partitioned table.
        of_parent: bool,
    },
    /// A policy of row security.
    Policy {
        /// The command: `SELECT`.
        command: String,
        /// Whether it is permissive.
        permissive: bool,
        /// Its roles, as SQL.
        roles: String,
        /// Its `USING` expression.
        using: Option<String>,
        /// Its `WITH CHECK` expression.
        check: Option<String>,
    },
    /// Extended statistics.
    Statistics {
        /// Their statistics target.
        target: Option<String>,
    },
    /// A function or a procedure.
    Function {
        /// `pg_proc.prokind`.
        of_kind: String,
    },
    /// A table of a publication with a list of columns.
    Publication {
        /// The columns, as SQL.
        columns: Option<String>,
        /// The condition for rows.
        filter: Option<String>,
    },
    /// An attribute of a composite type.
    Attribute {
        /// Why its type cannot be changed.
        refused: Option<String>,
    },
    /// A domain over the type or over its array.
    Domain {
        /// Its default.
        default: Option<String>,
        /// Whether it is `NOT NULL`, and no constraint says so.
        not_null: bool,
        /// Its schema.
        schema: String,
        /// Its name in the schema.
        name: String,
    },
    /// A constraint of a domain.
    DomainConstraint {
        /// The domain, as SQL.
        domain: String,
        /// `pg_constraint.contype`.
        of_type: String,
        /// Whether the domain is over the type or its array, so that it is replaced.
        of_replaced: bool,
    },
    /// What statements of the migrations have made, which create it again as they are.
    Statements {
        /// Its place among the others of this kind: those that are created later may use it.
        number: i32,
        /// What drops it.
        drop: String,
        /// The statements, each with `search_path` when it ran.
        statements: Vec<(String, String)>,
    },
    /// Another kind.
    Other,
}

/// Rows of a column that hold a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The column, as the server describes it: `column state of table app.orders`.
    pub column: String,
    /// The label.
    pub label: String,
    /// The number of rows, or why they were not read.
    pub rows: Result<u64, Unseen>,
}

impl Add for Size {
    type Output = Self;

    /// The sum, of which a part is unknown if it is unknown of either.
    fn add(self, other: Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| Some(one?.saturating_add(other?));
        Self { rows: sum(self.rows, other.rows), bytes: sum(self.bytes, other.bytes) }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bytes.is_none() && self.rows.is_none() {
            return f.write_str("size unknown");
        }
        match self.bytes {
            Some(bytes) => {
                const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
                let (mut size, mut unit) = (bytes, 0);
                while size >= 10 * 1024 && unit + 1 < UNITS.len() {
                    size = (size + 512) / 1024;
                    unit += 1;
                }
                write!(f, "{size} {}", UNITS[unit])?;
            }
            None => f.write_str("size unknown (the table is locked)")?,
        }
        match self.rows {
            Some(1) => f.write_str(", about 1 row"),
            Some(rows) => write!(f, ", about {rows} rows"),
            None => f.write_str(", number of rows unknown without ANALYZE"),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::Size;

    #[test]
    fn sizes_are_readable() {
        let bytes = |bytes| Size { rows: Some(3), bytes: Some(bytes) }.to_string();
        assert_eq!(bytes(8192), "8192 bytes, about 3 rows");
        assert_eq!(bytes(16384), "16 kB, about 3 rows");
        assert_eq!(bytes(3 << 30), "3072 MB, about 3 rows");
        assert_eq!(bytes(30 << 30), "30 GB, about 3 rows");
        let unknown = Size { rows: None, bytes: None };
        let sum = unknown + Size { rows: Some(1), bytes: Some(1) };
        assert_eq!(sum, unknown);
        assert_eq!(sum.to_string(), "size unknown");
        let locked = Size { rows: Some(3), bytes: None };
        assert_eq!(locked.to_string(), "size unknown (the table is locked), about 3 rows");
    }
}
