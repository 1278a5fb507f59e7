//! Tables that are known to be gone, and those that a statement may be about.

use std::sync::Arc;

use super::executor::Executor;
use super::tables::why;
use crate::catalog::{Presence, Relation, RelationId};
use crate::ground::{Done, Key, Location, Refusal};
use crate::meaning::session::perhaps_users_own;
use crate::text::ddl::{ActionKind, AlterTable};
use crate::text::name::{Path, has_hole};

impl Executor<'_> {
    /// Refuses a name that is known to mean nothing any more. One of which nothing is known may be older than the migrations, as
    /// that of the table that `REFERENCES` names.
    pub(super) fn check_relation(&self, path: &Path, noun: &str, at: &Location) -> Done {
        let catalog = self.catalog();
        if !catalog.follows_tables
            || path.has_hole()
            || catalog.any_table().is_some()
            || catalog.find_relation(path).is_some()
            || self.is_in_doubt(path)
        {
            return Ok(());
        }
        if let Some(schema) = &path.schema
            && catalog.has_made_schema(schema)
            && !catalog.has_schema(schema)
        {
            return Err(Refusal::no_schema(schema).at(at));
        }
        let schemas: Vec<&Arc<str>> = match &path.schema {
            Some(schema) => vec![schema],
            None => catalog.search_schemas(),
        };
        let mut gone = None;
        for schema in schemas {
            let key = (Arc::clone(schema), Arc::clone(&path.name));
            match catalog.absent(&key) {
                Some(absent) if absent.shape.presence == Presence::Gone => {
                    gone = gone.or_else(|| Some(absent.created.clone()));
                }
                Some(_) => return Ok(()),
                None => {}
            }
        }
        match gone {
            Some(created) => {
                let message = format!("{noun} \"{path}\" does not exist");
                Err(Refusal::new("42P01", message)
                    .about_name(&path.name)
                    .related(&created, "one of this name was created here, and is gone".to_owned())
                    .at(at))
            }
            None => Ok(()),
        }
    }

    /// A table is changed that the migrations have not created: they begin with a database that has it.
    pub(super) fn note_older_table(&mut self, path: &Path, at: &Location) {
        let catalog = self.catalog();
        if catalog.follows_tables
            && catalog.any_table().is_none()
            && !path.has_hole()
            && !self.is_in_doubt(path)
            && self.session.memory.older_table.is_none()
        {
            self.session.memory.older_table = Some(at.clone());
        }
    }

    /// A table that replay does not know gets another name or schema: what has that one afterwards is not known.
    pub(super) fn doubt_new_name(&mut self, statement: &AlterTable, at: &Location) {
        if !self.catalog().follows_tables {
            return;
        }
        let path = &statement.path;
        let schemas: Vec<Arc<str>> = match &path.schema {
            Some(schema) => vec![Arc::clone(schema)],
            None => self.catalog().search_schemas().into_iter().cloned().collect(),
        };
        let mut keys: Vec<Key> = Vec::new();
        for action in &statement.actions {
            match &action.kind {
                ActionKind::RenameTo(to) => {
                    for schema in &schemas {
                        keys.push((Arc::clone(schema), Arc::clone(to)));
                    }
                }
                ActionKind::SetSchema(to) => keys.push((Arc::clone(to), Arc::clone(&path.name))),
                _ => {}
            }
        }
        let why = why(at, "the table that gets this name is not known");
        for key in keys {
            if self.catalog().relation_at(&key.0, &key.1).is_none() {
                self.catalog_mut().forget_relation(&key, &why);
            }
        }
    }

    /// The schemas that a new relation may be in instead of this one: it is put into the first one of `search_path` that is
    /// there, and another one may be there as well, and come before it.
    fn other_places(&self, schema: &str, path: &Path) -> Vec<Arc<str>> {
        if path.schema.is_some() || !self.session.run.minds_schemas {
            return Vec::new();
        }
        self.catalog().perhaps_users(Some(schema)).into_iter().cloned().collect()
    }

    /// Makes a relation. Where it may be in another schema, its name may be free there.
    pub(super) fn create_relation(
        &mut self,
        relation: Relation,
        path: &Path,
    ) -> Result<RelationId, Refusal> {
        let schema = Arc::clone(&relation.key.0);
        self.catalog_mut().create_relation(relation).map_err(|refusal| {
            let is_certain = self.other_places(&schema, path).is_empty();
            if is_certain { refusal } else { refusal.about_what_is_not_followed() }
        })
    }

    /// Which schema a new relation is in may not be known.
    pub(super) fn doubt_place(&mut self, id: RelationId, path: &Path, at: &Location) {
        if !self.catalog().follows_tables {
            return;
        }
        let Some(relation) = self.catalog().relation(id) else { return };
        let (key, kind) = (relation.key.clone(), relation.kind);
        let others = self.other_places(&key.0, path);
        if others.is_empty() {
            return;
        }
        let why = why(at, why_elsewhere(&others));
        // One doubt stands for many, as there may be as many tables.
        if others.len() > FEW_PLACES && self.catalog().any_table().is_none() {
            self.catalog_mut().doubt_all_tables(&why);
        }
        self.catalog_mut().doubt_table(id, &why);
        self.catalog_mut().change_relation(id, |it| it.shape.may_be_elsewhere = true);
        if others.len() > FEW_PLACES {
            return;
        }
        for schema in others.into_iter().filter(|schema| !has_hole(schema)) {
            if self.catalog().relation_at(&schema, &key.1).is_none() {
                self.catalog_mut().put_perhaps(&(schema, Arc::clone(&key.1)), kind, &why);
            }
        }
    }

    /// A column is changed whose name is not known: it may be any of the table's.
    pub(super) fn doubt_columns_named(
        &mut self,
        id: RelationId,
        statement: &AlterTable,
        at: &Location,
    ) {
        let is_any = |name: &&Arc<str>| {
            let relation = self.catalog().relation(id);
            has_hole(name) && relation.is_some_and(|relation| relation.column(name).is_none())
        };
        if statement.actions.iter().filter_map(|it| it.kind.column()).any(|name| is_any(&name)) {
            let why = why(at, "which column this is about is put together at run time");
            self.catalog_mut().doubt_table(id, &why);
        }
    }

    /// A statement is about a table whose name is put together at run time, or is in a schema that is not known.
    pub(super) fn doubt_table_named(&mut self, path: &Path, at: &Location) {
        if !self.session.memory.is_certain(path) {
            let reason = "which table this is about is put together at run time";
            self.catalog_mut().doubt_all_tables(&why(at, reason));
        }
    }
}

/// Up to how many schemas are looked at one by one.
const FEW_PLACES: usize = 8;

/// Why a relation may be in one of these schemas.
fn why_elsewhere(schemas: &[Arc<str>]) -> String {
    let mut named = schemas.iter().filter(|schema| !has_hole(schema));
    let Some(schema) = named.next() else {
        return "which schema it is in is not known: one whose name is not known may be first on search_path".to_owned();
    };
    let others = match named.count() {
        0 => String::new(),
        count => format!(", and {count} more have"),
    };
    perhaps_users_own(schema, &others, "what is made without a schema is in it")
}
