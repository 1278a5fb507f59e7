//! Views, and what else has the columns of a query.

use std::rc::Rc;
use std::sync::Arc;

use super::executor::Executor;
use super::tables::{check_names_differ, why};
use crate::catalog::{Column, Object, Relation, RelationId, Why};
use crate::ground::{Done, Location, Refusal, TypeId};
use crate::meaning::expression::Env;
use crate::text::name::{self, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, descendant, descendants, is_query};

impl Executor<'_> {
    pub(crate) fn create_view(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let named =
            child_that(node, |kind| matches!(kind, SyntaxKind::VIEW | SyntaxKind::TABLE_NAME));
        let Some(mut path) = named.and_then(|node| Path::of(&node)) else { return Ok(()) };
        if descendant(node, SyntaxKind::TEMP).is_some() {
            path.schema.get_or_insert_with(|| "pg_temp".into());
        }
        let if_not_exists = child(node, SyntaxKind::IF_NOT_EXISTS).is_some();
        let or_replace = child(node, SyntaxKind::OR_REPLACE).is_some();
        let kind = match node.kind() {
            SyntaxKind::CREATE_MATERIALIZED_VIEW => "materialized view",
            _ => "view",
        };
        self.check_query(node, env)?;
        let Some(key) = self.relation_key(&path)? else {
            self.doubt_table_named(&path, at);
            return Ok(());
        };
        let there = self.catalog().relation_at(&key.0, &key.1);
        if there.is_some() && if_not_exists {
            return Ok(());
        }
        let mut relation = Relation::new(key, kind, Vec::new(), at);
        if self.catalog().follows_tables {
            self.columns_of_query(&mut relation, node, env);
            let list = child(node, SyntaxKind::COLUMN_LIST);
            let renamed = list.map(|list| descendants(&list, SyntaxKind::COLUMN_NAME));
            for (column, name) in relation.columns.iter_mut().zip(renamed.unwrap_or_default()) {
                column.name = name::identifier(&name);
            }
        }
        match there {
            Some(there) if or_replace => {
                self.replace_view(there, relation)?;
                self.add_view_types(there, node, at);
            }
            _ => {
                check_names_differ(&relation)?;
                let view = self.create_relation(relation, &path)?;
                self.doubt_place(view, &path, at);
                self.add_view_types(view, node, at);
            }
        }
        Ok(())
    }

    /// Gives a relation the columns of the query in a statement.
    pub(super) fn columns_of_query(
        &mut self,
        relation: &mut Relation,
        node: &SyntaxNode,
        env: &Env,
    ) {
        let query = child_that(node, is_query);
        let is_certain = !has_hole(&node.text().to_string());
        let columns =
            query.as_ref().and_then(|query| self.selected(query, env)).filter(|_| is_certain);
        if let Some(query) = query.as_ref().filter(|_| is_certain) {
            relation.shape.uses = self.columns_used(query, env);
        }
        relation.shape.reads =
            query.filter(|_| is_certain).map(|query| self.relations_read(&query));
        match columns {
            Some(columns) => relation.columns = columns,
            None => {
                let at = relation.created.clone();
                relation.shape.unknown = Some(why(&at, "the columns of its query are not known"));
            }
        }
    }

    /// What a query reads must be there: tables, and the columns that are items of its list.
    pub(super) fn check_query(&self, node: &SyntaxNode, env: &Env) -> Done {
        if !self.catalog().follows_tables || descendant(node, SyntaxKind::WITH_CLAUSE).is_some() {
            return Ok(());
        }
        for item in descendants(node, SyntaxKind::RELATION_FROM_ITEM) {
            let named = child(&item, SyntaxKind::RELATION_NAME_REF);
            if let Some(path) = named.and_then(|node| Path::of(&node)) {
                let found = self.check_relation(&path, "relation", &env.origin.of(&item));
                // In a query, a table is not there whatever it is for want of.
                found.map_err(|refusal| match &*refusal.sqlstate {
                    "3F000" => {
                        let message = format!("relation \"{path}\" does not exist");
                        let missing = Refusal::new("42P01", message).about_name(&path.name);
                        missing.at(&env.origin.of(&item))
                    }
                    _ => refusal,
                })?;
            }
        }
        let query =
            if is_query(node.kind()) { Some(node.clone()) } else { child_that(node, is_query) };
        match query {
            Some(query) => self.check_items(&query, env),
            None => Ok(()),
        }
    }

    /// `CREATE OR REPLACE VIEW`: columns can only be added, at the end (`checkViewColumns` in `view.c`).
    fn replace_view(&mut self, there: RelationId, new: Relation) -> Done {
        let Some(old) = self.catalog().relation(there).cloned() else { return Ok(()) };
        if !self.catalog().follows_tables {
            return Ok(());
        }
        let refuse = |message: String| {
            Err(Refusal::new("42P16", message)
                .about(&old.key)
                .related(&old.created, "the view is created here".to_owned()))
        };
        if old.kind != "view" {
            let message = format!("\"{}\" is not a view", old.key.1);
            return Err(Refusal::new("42809", message)
                .about(&old.key)
                .related(&old.created, format!("the {} is created here", old.kind)));
        }
        if old.shape.unknown.is_none() && new.shape.unknown.is_none() {
            if new.columns.len() < old.columns.len() {
                return refuse("cannot drop columns from view".to_owned());
            }
            for (before, after) in old.columns.iter().zip(&new.columns) {
                if before.name != after.name {
                    return refuse(format!(
                        "cannot change name of view column \"{}\" to \"{}\"",
                        before.name, after.name
                    ));
                }
                if before.ty != after.ty && before.ty.is_known() && after.ty.is_known() {
                    return refuse(format!(
                        "cannot change data type of view column \"{}\"",
                        before.name
                    ));
                }
            }
        }
        self.catalog_mut().change_relation(there, |relation| {
            relation.columns = new.columns;
            relation.shape.reads = new.shape.reads;
            relation.shape.uses = new.shape.uses;
            relation.shape.unknown = new.shape.unknown;
        });
        Ok(())
    }

    /// `SELECT … INTO`
    pub(super) fn select_into(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let Some(into) = child(node, SyntaxKind::INTO_CLAUSE) else { return Ok(()) };
        let Some(mut path) = child(&into, SyntaxKind::TABLE_NAME).and_then(|node| Path::of(&node))
        else {
            return Ok(());
        };
        if descendant(&into, SyntaxKind::TEMP).is_some() {
            path.schema.get_or_insert_with(|| "pg_temp".into());
        }
        self.check_query(node, env)?;
        let Some(key) = self.relation_key(&path)? else {
            self.doubt_table_named(&path, at);
            return Ok(());
        };
        let mut relation = Relation::new(key, "table", Vec::new(), at);
        match self.selected(node, env) {
            Some(columns) => relation.columns = columns,
            None => {
                relation.shape.unknown = Some(why(at, "the columns of its query are not known"));
            }
        }
        check_names_differ(&relation)?;
        self.catalog_mut().create_relation(relation).map(drop)
    }

    /// `CASCADE` takes views with it, and which ones is not followed in every case: nothing is held against those.
    pub(crate) fn forget_what_cascades(&mut self, node: &SyntaxNode, at: &Location) {
        use SyntaxKind as K;
        let kind = node.kind();
        let is_of_relations = matches!(
            kind,
            K::DROP_TABLE
                | K::DROP_VIEW
                | K::DROP_MATERIALIZED_VIEW
                | K::DROP_FOREIGN_TABLE
                | K::ALTER_TABLE
        );
        let is_of_others = matches!(
            kind,
            K::DROP_TYPE
                | K::DROP_DOMAIN
                | K::DROP_FUNCTION
                | K::DROP_PROCEDURE
                | K::DROP_ROUTINE
                | K::DROP_AGGREGATE
                | K::DROP_EXTENSION
                | K::DROP_SCHEMA
                | K::DROP_SEQUENCE
        );
        if !(is_of_relations || is_of_others) || descendant(node, K::CASCADE).is_none() {
            return;
        }
        // So may a function over a table's rows.
        self.catalog_mut().retain_objects(&Object::is_over_types);
        let follows = self.catalog().follows_tables;
        // Of those, what goes with them is known.
        if is_of_relations && follows {
            return;
        }
        self.catalog_mut().retain_dependents(&|_| false);
        let why = why(at, "it may have been dropped with something that it uses");
        if follows {
            self.doubt_defaults(node, &why);
        }
        let mut views: Vec<RelationId> = Vec::new();
        for relation in self.catalog().relations() {
            if relation.kind.ends_with("view") {
                views.extend(self.catalog().relation_at(&relation.key.0, &relation.key.1));
            }
        }
        if let Some(types) = self.types_dropped(node).filter(|_| follows) {
            views.retain(|view| self.catalog().may_use_types(*view, &types));
        }
        self.forget_all(&views, &why);
    }

    /// The folder's types that a statement drops, if it drops nothing else that a view may use. With tables, their views
    /// are known to go.
    fn types_dropped(&self, node: &SyntaxNode) -> Option<Vec<TypeId>> {
        use SyntaxKind as K;
        let mut types = Vec::new();
        match node.kind() {
            K::DROP_TYPE | K::DROP_DOMAIN => {
                for part in node.children() {
                    types.extend(Path::of(&part).and_then(|path| self.catalog().find(&path)));
                }
            }
            K::DROP_SCHEMA if !self.session.memory.makes_operators => {
                for schema in descendants(node, K::SCHEMA_REF) {
                    let schema = name::identifier(&schema);
                    let is_in =
                        |object: &Object| object.key.as_ref().is_some_and(|key| key.0 == schema);
                    if self.catalog().objects().any(is_in) {
                        return None;
                    }
                    types.extend(self.catalog().types_in(&schema).iter().map(|(id, _)| *id));
                }
            }
            _ => return None,
        }
        Some(types)
    }

    /// Defaults and generated columns may use what is dropped.
    fn doubt_defaults(&mut self, node: &SyntaxNode, why: &Rc<Why>) {
        let mut names: Vec<Arc<str>> = Vec::new();
        for segment in descendants(node, SyntaxKind::PATH_SEGMENT_REF) {
            names.push(name::identifier(&segment));
        }
        let is_extension = node.kind() == SyntaxKind::DROP_EXTENSION;
        let uses = |column: &Column| {
            is_extension && !column.ty.is_known()
                || column.default.as_ref().is_some_and(|default| {
                    is_extension || names.iter().any(|name| default.text.contains(&**name))
                })
        };
        let mut doubtful = Vec::new();
        for relation in self.catalog().relations() {
            if relation.columns.iter().any(uses) {
                doubtful.extend(self.catalog().relation_at(&relation.key.0, &relation.key.1));
            }
        }
        for id in doubtful {
            self.catalog_mut().doubt_table(id, why);
        }
    }

    pub(super) fn forget_all(&mut self, ids: &[RelationId], why: &Rc<Why>) {
        let keys: Vec<_> = ids
            .iter()
            .filter_map(|id| self.catalog().relation(*id))
            .map(|relation| relation.key.clone())
            .collect();
        for key in &keys {
            self.catalog_mut().forget_relation(key, why);
        }
    }
}
