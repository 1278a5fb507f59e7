//! Keys of tables.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::is_system_column;
use super::executor::Executor;
use super::stretch::Text;
use super::tables::NOT_UNDERSTOOD;
use crate::catalog::{Column, ColumnType, KeyKind, Relation, RelationId, TableKey};
use crate::ground::{Done, Key, Location, Refusal};
use crate::text::ddl::{Constraint, ConstraintKind, table_of_unique_index};
use crate::text::name::Path;

/// The types of `PostgreSQL`'s own that have no order (`pg_opclass.dat`, PostgreSQL 12 to 18).
const WITHOUT_ORDER: [&str; 15] = [
    "aclitem",
    "box",
    "cid",
    "circle",
    "json",
    "jsonpath",
    "line",
    "lseg",
    "path",
    "point",
    "polygon",
    "refcursor",
    "txid_snapshot",
    "xid",
    "xml",
];

impl Executor<'_> {
    /// The key that a constraint is.
    fn table_key(&self, constraint: &Constraint, text: &Text<'_>) -> Option<TableKey> {
        let at = text.at(constraint.range);
        let (kind, columns) = match &constraint.kind {
            ConstraintKind::Primary(Some(columns)) => (KeyKind::Primary, columns.clone()),
            ConstraintKind::Unique(Some(columns)) => (KeyKind::Unique, columns.clone()),
            ConstraintKind::Foreign(key) => {
                (self.foreign_key(&key.table, &key.referenced), key.columns.clone())
            }
            _ => return None,
        };
        Some(TableKey { name: constraint.name.clone(), kind, columns, at })
    }

    /// A constraint of a table, which is put into the relation.
    pub(super) fn add_table_constraint(
        &self,
        relation: &mut Relation,
        constraint: &Constraint,
        text: &Text<'_>,
    ) -> Done {
        if let Some(key) = self.table_key(constraint, text) {
            return self.add_key(relation, key);
        }
        match &constraint.kind {
            ConstraintKind::Primary(None) => forget_nullable(&mut relation.columns),
            ConstraintKind::NotNull(Some(name)) => {
                let mut columns = relation.columns.iter_mut();
                if let Some(column) = columns.find(|column| column.name == *name) {
                    column.not_null = Some(true);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds a key. The columns of a primary key are `NOT NULL`.
    pub(super) fn add_key(&self, relation: &mut Relation, key: TableKey) -> Done {
        let key = self.checked_key(relation, key)?;
        if matches!(key.kind, KeyKind::Primary) {
            for column in &mut relation.columns {
                if key.columns.contains(&column.name) {
                    column.not_null = Some(true);
                }
            }
        }
        relation.shape.keys.push(key);
        Ok(())
    }

    /// A key that a relation may get, with its name.
    fn checked_key(&self, relation: &Relation, key: TableKey) -> Result<TableKey, Refusal> {
        let is_known = self.catalog().follows_tables && relation.shape.unknown.is_none();
        let is_primary = matches!(key.kind, KeyKind::Primary);
        // A new table, which the catalog has not yet, may refer to itself.
        if let KeyKind::Foreign { id: None, named: (schema, name), .. } = &key.kind
            && !self.is_named(&relation.key, schema.as_ref(), name)
        {
            let path = Path { schema: schema.clone(), name: Arc::clone(name) };
            self.check_relation(&path, "relation", &key.at)?;
        }
        if is_known {
            let is_missing =
                |name: &&Arc<str>| relation.column(name).is_none() && !is_system_column(name);
            if let Some(missing) = key.columns.iter().find(is_missing) {
                let message = if matches!(key.kind, KeyKind::Foreign { .. }) {
                    format!(
                        "column \"{missing}\" referenced in foreign key constraint does not exist"
                    )
                } else {
                    format!("column \"{missing}\" named in key does not exist")
                };
                return Err(Refusal::new("42703", message).about(&relation.key).at(&key.at));
            }
            if is_primary && let Some(there) = relation.primary_key() {
                let message = format!(
                    "multiple primary keys for table \"{}\" are not allowed",
                    relation.key.1
                );
                return Err(Refusal::new("42P16", message)
                    .about(&relation.key)
                    .related(&there.at, "the other one is here".to_owned())
                    .at(&key.at));
            }
        }
        let key = Self::name_key(&relation.key.1, key, &relation.shape.keys);
        Ok(key)
    }

    /// What the server asks of the keys of a new table when that is there: indexes are made first.
    pub(super) fn check_keys(&self, table: RelationId) -> Done {
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return Ok(());
        };
        let keys = &relation.shape.keys;
        keys.iter().try_for_each(|key| self.check_orderable(relation, key))?;
        keys.iter().try_for_each(|key| self.check_new_foreign_key(relation, key))
    }

    /// The columns of a key need an operator class of btrees (`GetDefaultOpClass` in `indexcmds.c`).
    fn check_orderable(&self, relation: &Relation, key: &TableKey) -> Done {
        if matches!(key.kind, KeyKind::Foreign { .. }) || self.session.memory.makes_operators {
            return Ok(());
        }
        for column in key.columns.iter().filter_map(|name| relation.column(name)) {
            let ColumnType::BuiltIn { ty, is_array: false } = &column.ty else { continue };
            if WITHOUT_ORDER.contains(&ty.name) {
                let message = format!(
                    "data type {ty} has no default operator class for access method \"btree\""
                );
                return Err(Refusal::new("42704", message)
                    .about(&relation.key)
                    .related(&column.at, "the column is here".to_owned())
                    .at(&key.at));
            }
        }
        Ok(())
    }

    /// Notes the table of `CREATE UNIQUE INDEX`, to which foreign keys may refer from here on.
    pub(super) fn note_unique_index(&mut self, text: &str, at: &Location) {
        let Some(table) = table_of_unique_index(text) else {
            return self.session.forget_relations_named_in(text, at, NOT_UNDERSTOOD);
        };
        if table.has_hole() || self.limits().trials > 0 {
            self.session.memory.may_have_keys = true;
        }
        if let Some(id) = self.catalog().find_relation(&table) {
            self.catalog_mut().change_relation(id, |it| it.shape.may_have_keys = true);
        }
    }

    /// What a foreign key refers to.
    pub(super) fn foreign_key(&self, table: &Path, referenced: &[Arc<str>]) -> KeyKind {
        let id = self.catalog().find_relation(table);
        let mut columns = referenced.to_vec();
        if let Some(relation) = id.and_then(|id| self.catalog().relation(id))
            && columns.is_empty()
        {
            columns = relation.primary_columns();
        }
        let named = (table.schema.clone(), Arc::clone(&table.name));
        KeyKind::Foreign { id, named, columns }
    }

    /// Lets the foreign keys of a new table that refer to itself know that they do.
    pub(super) fn settle_own_references(&mut self, new: RelationId) {
        let Some(relation) = self.catalog().relation(new) else { return };
        let table = relation.key.clone();
        let is_own = |key: &TableKey| match &key.kind {
            KeyKind::Foreign { id: None, named: (schema, name), .. } => {
                self.is_named(&table, schema.as_ref(), name)
            }
            _ => false,
        };
        let are_own: Vec<bool> = relation.shape.keys.iter().map(is_own).collect();
        if !are_own.contains(&true) {
            return;
        }
        let primary = relation.primary_columns();
        self.catalog_mut().change_relation(new, |relation| {
            for (key, is_own) in relation.shape.keys.iter_mut().zip(are_own) {
                if is_own && let KeyKind::Foreign { id, columns, .. } = &mut key.kind {
                    *id = Some(new);
                    if columns.is_empty() {
                        columns.clone_from(&primary);
                    }
                }
            }
        });
    }

    /// Whether a name means a new table that has this one. The schema may be left out where the name is found in that.
    fn is_named(&self, table: &Key, schema: Option<&Arc<str>>, name: &Arc<str>) -> bool {
        if table.1 != *name {
            return false;
        }
        match schema {
            Some(schema) => table.0 == *schema,
            None => self.catalog().search_schemas().contains(&&table.0),
        }
    }

    /// A key with a name, in a table that has others (`ChooseIndexName` and `ChooseConstraintName`).
    pub(super) fn name_key(table: &str, mut key: TableKey, others: &[TableKey]) -> TableKey {
        if key.name.is_some() {
            return key;
        }
        let (columns, label) = match (&key.kind, &*key.columns) {
            (KeyKind::Primary, _) => (Cow::default(), "pkey"),
            (KeyKind::Unique, columns) => (joined(columns), "key"),
            (KeyKind::Foreign { .. }, columns) => (joined(columns), "fkey"),
        };
        let mut name = object_name(table, &columns, label);
        let mut number = 0_usize;
        while others.iter().any(|other| other.name() == name) {
            number += 1;
            name = object_name(table, &columns, &format!("{label}{number}"));
        }
        key.name = Some(name.into());
        key
    }

    pub(super) fn add_constraint(
        &mut self,
        id: RelationId,
        constraint: &Constraint,
        text: &Text<'_>,
    ) -> Done {
        if !self.catalog().follows_tables {
            return Ok(());
        }
        if let Some(key) = self.table_key(constraint, text) {
            self.add_keys(id, vec![key])?;
        }
        match &constraint.kind {
            ConstraintKind::Primary(Some(columns)) => {
                for column in columns {
                    self.change_in_family(id, column, false, |it| it.not_null = Some(true));
                }
            }
            ConstraintKind::NotNull(Some(column)) => {
                self.change_in_family(id, column, false, |it| it.not_null = Some(true));
            }
            ConstraintKind::Primary(None) => {
                self.catalog_mut().change_columns(id, |columns| forget_nullable(columns));
                self.catalog_mut().change_relation(id, |it| it.shape.may_have_keys = true);
            }
            ConstraintKind::Unique(None) => {
                self.catalog_mut().change_relation(id, |it| it.shape.may_have_keys = true);
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn add_keys(&mut self, id: RelationId, keys: Vec<TableKey>) -> Done {
        if !self.catalog().follows_tables {
            return Ok(());
        }
        for key in keys {
            let Some(relation) = self.catalog().relation(id) else { return Ok(()) };
            let key = self.checked_key(relation, key)?;
            if self.holds(id) {
                self.check_orderable(relation, &key)?;
                self.check_new_foreign_key(relation, &key)?;
            }
            if matches!(key.kind, KeyKind::Primary) {
                for column in &key.columns {
                    self.catalog_mut().change_column(id, column, |it| it.not_null = Some(true));
                }
            }
            self.catalog_mut().add_key(id, key);
        }
        Ok(())
    }
}

/// The columns of a primary key are among these, and it is not followed which they are: those of its index.
fn forget_nullable(columns: &mut [Column]) {
    for column in columns.iter_mut().filter(|column| column.not_null == Some(false)) {
        column.not_null = None;
    }
}

/// A name of at most 63 bytes (`makeObjectName` in `indexcmds.c`).
fn object_name(table: &str, columns: &str, label: &str) -> String {
    let mut room = pg_enum_core::MAX_BYTES - label.len() - 1;
    if !columns.is_empty() {
        room -= 1;
    }
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let first = &table[..table.floor_char_boundary(first)];
    let second = &columns[..columns.floor_char_boundary(second)];
    if columns.is_empty() {
        [first, "_", label].concat()
    } else {
        [first, "_", second, "_", label].concat()
    }
}

/// The names of columns in one (`ChooseIndexNameAddition` in `indexcmds.c`).
fn joined(columns: &[Arc<str>]) -> Cow<'_, str> {
    match columns {
        [column] => Cow::Borrowed(column),
        columns => Cow::Owned(columns.join("_")),
    }
}
