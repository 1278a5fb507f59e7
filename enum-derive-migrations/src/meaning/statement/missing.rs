//! Tables that are known to be gone, and those that a statement may be about.

use std::sync::Arc;

use super::executor::Executor;
use super::tables::why;
use crate::catalog::{Presence, RelationId};
use crate::ground::{Done, Key, Location, Refusal};
use crate::text::ddl::{ActionKind, AlterTable};
use crate::text::name::{Path, has_hole};

impl Executor<'_> {
    /// Refuses a name that is known to mean nothing any more.
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

    /// A new relation is put into the first schema of `search_path` that is there; another one may be there as well, and come
    /// before it.
    pub(super) fn doubt_place(&mut self, id: RelationId, path: &Path, at: &Location) {
        if path.schema.is_some()
            || !self.catalog().follows_tables
            || !self.session.run.minds_schemas
        {
            return;
        }
        let Some(key) = self.catalog().relation(id).map(|it| it.key.clone()) else { return };
        let others = self.catalog().perhaps_users(Some(&key.0));
        let others: Vec<Arc<str>> = others.into_iter().cloned().collect();
        if others.is_empty() {
            return;
        }
        let reason = "which schema it is in is not known: one whose name is not known may be first on search_path";
        let why = why(at, reason);
        self.catalog_mut().doubt_table(id, &why);
        self.catalog_mut().change_relation(id, |it| it.shape.may_be_elsewhere = true);
        for schema in others.into_iter().filter(|schema| !has_hole(schema)) {
            if self.catalog().relation_at(&schema, &key.1).is_none() {
                self.catalog_mut().forget_relation(&(schema, Arc::clone(&key.1)), &why);
            }
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
