//! Tables: they share their names with types, and their columns keep types from being dropped.

use std::iter;
use std::rc::Rc;
use std::sync::Arc;

use super::executor::Executor;
use super::stretch::Text;
use crate::catalog::{Column, Generated, KeyKind, Relation, RelationId, TableKey, Why};
use crate::ground::{Done, Key, Location, Refusal};
use crate::meaning::expression::Env;
use crate::text::ddl::{CreateTable, Definition, Element, Like};
use crate::text::name::Path;
use crate::text::nesting::too_nested;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::origin::Origin;
use crate::text::syntax::child;
use crate::text::token;
use crate::text::tree;
use crate::text::word::{Words, keywords};

impl Executor<'_> {
    /// Makes a relation from the text of its statement: only its name is read, unless the statement
    /// mentions an enum or tables are followed.
    pub(crate) fn create_relation_from(
        &mut self,
        text: &str,
        words: Words<'_>,
        definition: Option<&Definition>,
        kind: &'static str,
        origin: &Origin,
        at: &Location,
    ) -> Done {
        let follows = self.catalog().follows_tables;
        let is_of_query = words.have(keywords!["select", "values", "execute"])
            || words.have_pair(keywords!["as", "table"])
            || words.have_pair(keywords!["as", "with"]);
        if words.may_name(&self.session.memory.enum_names)
            || !follows && words.have(keywords!["like"])
            || words.may_name(&self.session.memory.routine_names)
            || is_of_query && !follows && words.may_name(&self.catalog().user_names)
        {
            return match self.parse(text, origin, at) {
                Some(node) => self.interpret(&node, &Env::new(origin.clone())),
                None => Ok(()),
            };
        }
        if follows && is_of_query {
            // It bears on no enum, so that nothing is reported where it cannot be read.
            if too_nested(text) {
                self.session.forget_relations_named_in(text, at, NOT_UNDERSTOOD);
                return Ok(());
            }
            return match tree::statement(text) {
                Ok(Some(node)) => self.interpret(&node, &Env::new(origin.clone())),
                _ => {
                    self.session.forget_relations_named_in(text, at, NOT_UNDERSTOOD);
                    Ok(())
                }
            };
        }
        if follows && kind == "table" {
            let table = match definition {
                Some(Definition::Create(table)) => Some(&**table),
                _ => None,
            };
            return self.create_table_as(table, text, origin, None, at);
        }
        let Some(head) = head(text) else { return Ok(()) };
        // What is dropped together with another table is not followed.
        if kind == "table"
            && (words.have(keywords!["inherits"]) || words.have_pair(keywords!["partition", "of"]))
        {
            self.catalog_mut().obscure(&head.path.name);
            return Ok(());
        }
        match self.relation_key(&head.path)? {
            Some(key) if (head.if_not_exists || head.or_replace) && self.is_relation(&key) => {
                Ok(())
            }
            Some(key) => {
                let relation = Relation::new(key, kind, Vec::new(), at);
                self.catalog_mut().create_relation(relation).map(drop)
            }
            None => Ok(()),
        }
    }

    /// Where a relation of that name is created; `None` if that is not known.
    pub(super) fn relation_key(&mut self, path: &Path) -> Result<Option<Key>, Refusal> {
        if !self.session.memory.is_certain(path) {
            return Ok(None);
        }
        match (self.catalog().creation_key(path), &path.schema) {
            (Ok(key), _) => Ok(Some(key)),
            // A schema that the folder never made may be an extension's.
            (Err(_), Some(schema)) if !self.catalog().has_made_schema(schema) => Ok(None),
            (Err(refusal), _) => Err(refusal),
        }
    }

    pub(super) fn is_relation(&self, key: &Key) -> bool {
        self.catalog().relation_at(&key.0, &key.1).is_some()
    }

    pub(crate) fn create_table(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let text = node.text().to_string();
        let origin = env.origin.part(node.text_range().start().into());
        let table = CreateTable::read(&text);
        self.create_table_as(table.as_ref(), &text, &origin, Some((node, env)), at)
    }

    /// Carries out a statement that has been read; `None` if it is not understood.
    fn create_table_as(
        &mut self,
        table: Option<&CreateTable>,
        text: &str,
        origin: &Origin,
        tree: Option<(&SyntaxNode, &Env)>,
        at: &Location,
    ) -> Done {
        let Some(table) = table else {
            self.session.forget_relations_named_in(text, at, NOT_UNDERSTOOD);
            return Ok(());
        };
        let follows = self.catalog().follows_tables;
        if !follows && (table.partition_of.is_some() || !table.inherits.is_empty()) {
            self.catalog_mut().obscure(&table.path.name);
            return Ok(());
        }
        // As the server does, a query first, then the name, then the columns.
        if let Some((node, env)) = tree.filter(|_| table.is_of_query) {
            self.check_query(node, env)?;
        }
        let key = self.relation_key(&table.path)?;
        let Some(key) = key else {
            self.doubt_table_named(&table.path, at);
            return Ok(());
        };
        if table.if_not_exists && self.is_relation(&key) {
            return Ok(());
        }
        let kind = if table.is_foreign { "foreign table" } else { "table" };
        let mut relation = Relation::new(key, kind, Vec::new(), at);
        relation.shape.is_partitioned = table.is_partitioned;
        relation.shape.partition_key.clone_from(&table.partition_key);
        // Without a tree, its words have been looked at.
        let text = Text { whole: text, origin, may_name_types: tree.is_some() };
        let defined = self.define_table(&mut relation, table, &text, tree, at);
        if table.if_not_exists && self.is_in_doubt(&table.path) {
            // If the table is there, the server does not look at the columns, and which it has is not known.
            defined
                .or_else(|refusal| if refusal.is_about_table() { Ok(()) } else { Err(refusal) })
                .map_err(Refusal::about_what_is_not_followed)?;
            relation.columns.clear();
            relation.shape.keys.clear();
            let reason = "whether the table was there already, with other columns, is not known";
            relation.shape.unknown = Some(why(at, reason));
        } else {
            defined?;
        }
        let id = self.create_relation(relation, &table.path)?;
        self.settle_own_references(id);
        self.check_keys(id)?;
        self.doubt_place(id, &table.path, at);
        for element in &table.elements {
            match element {
                Element::Column(column) => {
                    self.add_checks(id, table.constraints_of(column).iter(), &text);
                }
                Element::Constraint(constraint) => {
                    self.add_checks(id, iter::once(constraint), &text);
                }
                Element::Like(_) => {}
            }
        }
        Ok(())
    }

    /// All that a `CREATE TABLE` says of a table.
    fn define_table(
        &mut self,
        relation: &mut Relation,
        table: &CreateTable,
        text: &Text<'_>,
        tree: Option<(&SyntaxNode, &Env)>,
        at: &Location,
    ) -> Done {
        let mut own = Vec::with_capacity(table.elements.len());
        let mut keys = Vec::new();
        for element in &table.elements {
            match element {
                Element::Column(definition) if definition.ty.is_some() => {
                    let said = table.constraints_of(definition);
                    own.push(self.define_column(
                        &relation.key,
                        definition,
                        said,
                        text,
                        &mut keys,
                    )?);
                }
                Element::Like(like) => {
                    self.copy_columns(relation, like, &mut own, &mut keys, text)?;
                }
                Element::Column(_) | Element::Constraint(_) => {}
            }
        }
        relation.shape.is_typed = table.of.is_some();
        if let Some(of) = &table.of {
            let id = self.catalog().find(of);
            let composite = id
                .and_then(|id| self.catalog().ty(id))
                .and_then(|ty| self.catalog().relation_of(ty));
            match composite.and_then(|id| self.catalog().relation(id)) {
                Some(composite) => own.clone_from(&composite.columns),
                None => {
                    relation.shape.unknown =
                        Some(why(at, "the attributes of its type are not known"));
                }
            }
        }
        let parents: Vec<_> = table.partition_of.iter().chain(&table.inherits).collect();
        for parent in parents {
            self.check_relation(parent, "relation", at)?;
            self.inherit_columns(relation, parent, table.partition_of.is_some(), at)?;
        }
        if table.is_of_query {
            match tree {
                Some((node, env)) => self.columns_of_query(relation, node, env),
                None => {
                    relation.shape.unknown =
                        Some(why(at, "the columns of its query are not known"));
                }
            }
            let names = table.elements.iter().filter_map(|element| match element {
                Element::Column(column) => Some(&column.name),
                _ => None,
            });
            for (column, name) in relation.columns.iter_mut().zip(names) {
                column.name = Arc::clone(name);
            }
            check_names_differ(relation)?;
        }
        let twins = Self::check_no_twins(&own);
        if relation.columns.is_empty() && twins.is_ok() {
            relation.columns = std::mem::take(&mut own);
        }
        for column in own {
            match relation.columns.iter_mut().find(|there| there.name == column.name) {
                Some(there) => {
                    check_same_type(there, &column)?;
                    there.is_local = true;
                    there.not_null = either(there.not_null, column.not_null);
                    if column.default.is_some() {
                        there.default.clone_from(&column.default);
                        there.generated = column.generated;
                    }
                }
                None => relation.columns.push(column),
            }
        }
        // What is said of columns that come from elsewhere.
        for element in &table.elements {
            if let Element::Column(definition) = element
                && definition.ty.is_none()
                && let Some(index) =
                    relation.columns.iter().position(|column| column.name == definition.name)
            {
                let mut column = relation.columns[index].clone();
                let said = table.constraints_of(definition);
                self.constrain_column(&mut column, said, text, &mut keys)?;
                relation.columns[index] = column;
            }
        }
        if !self.catalog().follows_tables {
            return Ok(());
        }
        relation.shape.keys.reserve_exact(keys.len());
        for key in keys {
            self.add_key(relation, key)?;
        }
        for element in &table.elements {
            if let Element::Constraint(constraint) = element {
                self.add_table_constraint(relation, constraint, text)?;
            }
        }
        twins
    }

    /// `LIKE`
    fn copy_columns(
        &mut self,
        relation: &mut Relation,
        like: &Like,
        own: &mut Vec<Column>,
        keys: &mut Vec<TableKey>,
        text: &Text<'_>,
    ) -> Done {
        let at = text.at(like.range);
        self.check_relation(&like.path, "relation", &at)?;
        let source = self.catalog().find_relation(&like.path);
        let source = source.and_then(|id| self.catalog().relation(id)).cloned();
        let Some(source) = source
            .filter(|source| source.shape.unknown.is_none() || !self.catalog().follows_tables)
        else {
            let reason = format!("the columns of {} are not known", like.path);
            relation.shape.unknown = Some(why(&at, reason));
            return Ok(());
        };
        for column in &source.columns {
            self.catalog_mut().shares_sequences |= column.is_serial;
            let mut column = column.clone();
            column.parents = 0;
            column.is_local = true;
            column.is_serial = false;
            let is_identity = column.generated.is_identity();
            let keeps = match column.generated {
                Generated::Never => like.defaults,
                _ if is_identity => true,
                _ => like.generated,
            };
            if !keeps {
                column.default = None;
            }
            if is_identity && !like.identity || column.generated.is_expression() && !like.generated
            {
                column.generated = Generated::Never;
            }
            own.push(column);
        }
        if like.indexes {
            relation.shape.may_have_keys = true;
            let is_index = |key: &&TableKey| !matches!(key.kind, KeyKind::Foreign { .. });
            for key in source.shape.keys.iter().filter(is_index) {
                keys.push(TableKey { name: None, ..key.clone() });
            }
        }
        Ok(())
    }

    /// The columns of a parent, before the table's own.
    fn inherit_columns(
        &mut self,
        relation: &mut Relation,
        parent: &Path,
        is_partition: bool,
        at: &Location,
    ) -> Done {
        let id = self.catalog().find_relation(parent);
        let found = id.and_then(|id| Some((id, self.catalog().relation(id)?.clone())));
        let Some((id, parent)) = found else {
            let reason = format!("the columns of {parent} are not known");
            relation.shape.unknown = Some(why(at, reason));
            return Ok(());
        };
        relation.shape.parents.push(id);
        relation.shape.is_partition |= is_partition;
        relation.shape.may_have_keys |= is_partition;
        if relation.shape.unknown.is_none() {
            relation.shape.unknown.clone_from(&parent.shape.unknown);
        }
        for column in &parent.columns {
            self.catalog_mut().shares_sequences |= column.is_serial;
            match relation.columns.iter_mut().find(|there| there.name == column.name) {
                Some(there) => {
                    check_same_type(there, column)?;
                    there.parents += 1;
                    there.not_null = either(there.not_null, column.not_null);
                }
                None => {
                    let mut column = column.inherited();
                    // An identity is the parent's alone.
                    if column.generated.is_identity() {
                        column.generated = Generated::Never;
                    }
                    relation.columns.push(column);
                }
            }
        }
        if is_partition {
            // The keys of a partitioned table are those of its partitions as well.
            for key in &parent.shape.keys {
                let key = TableKey { name: None, ..key.clone() };
                let key = Self::name_key(&relation.key.1, key, &relation.shape.keys);
                relation.shape.keys.push(key);
            }
        }
        Ok(())
    }

    fn check_no_twins(columns: &[Column]) -> Done {
        for (index, column) in columns.iter().enumerate() {
            if let Some(twin) = columns[..index].iter().find(|there| there.name == column.name) {
                let message = format!("column \"{}\" specified more than once", column.name);
                return Err(Refusal::new("42701", message)
                    .related(&twin.at, "it is here already".to_owned())
                    .at(&column.at));
            }
        }
        Ok(())
    }

    pub(crate) fn drop_tables(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let kind = match node.kind() {
            SyntaxKind::DROP_VIEW => "view",
            SyntaxKind::DROP_MATERIALIZED_VIEW => "materialized view",
            SyntaxKind::DROP_FOREIGN_TABLE => "foreign table",
            _ => "table",
        };
        let if_exists = child(node, SyntaxKind::IF_EXISTS).is_some();
        let mut ids: Vec<RelationId> = Vec::new();
        for name in node.children() {
            if !matches!(name.kind(), SyntaxKind::TABLE_NAME_REF | SyntaxKind::VIEW_REF) {
                continue;
            }
            let Some(path) = Path::of(&name) else { continue };
            self.doubt_table_named(&path, at);
            let Some(id) = self.catalog().find_relation(&path) else {
                if !if_exists {
                    self.check_relation(&path, kind, at)?;
                }
                if let Ok(key) = self.catalog().creation_key(&path) {
                    self.catalog_mut().note_dropped(&key);
                }
                continue;
            };
            let Some(relation) = self.catalog().relation(id) else { continue };
            if relation.kind != kind {
                let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                let message = format!("\"{}\" is not {article} {kind}", relation.key.1);
                return Err(Refusal::new("42809", message)
                    .about(&relation.key)
                    .related(&relation.created, format!("the {} is created here", relation.kind)));
            }
            ids.push(id);
        }
        let cascade = child(node, SyntaxKind::CASCADE).is_some();
        self.catalog_mut().drop_relations(&ids, cascade, at)
    }
}

/// Said of a table where a statement about it is not.
pub(super) const NOT_UNDERSTOOD: &str = "a statement about it cannot be read";

/// Why something about a relation is not known.
pub(super) fn why(at: &Location, reason: impl Into<String>) -> Rc<Why> {
    Rc::new(Why { at: at.clone(), reason: reason.into() })
}

/// What is made of a query has each name once (`CheckAttributeNamesTypes` in `heap.c`).
pub(super) fn check_names_differ(relation: &Relation) -> Done {
    for (index, column) in relation.columns.iter().enumerate() {
        if relation.columns[..index].iter().any(|there| there.name == column.name) {
            let message = format!("column \"{}\" specified more than once", column.name);
            return Err(Refusal::new("42701", message).about(&relation.key).at(&column.at));
        }
    }
    Ok(())
}

/// A column that is inherited, or is there twice, must be the same.
fn check_same_type(there: &Column, column: &Column) -> Done {
    if there.ty == column.ty || !there.ty.is_known() || !column.ty.is_known() {
        return Ok(());
    }
    let message = format!("column \"{}\" has a type conflict", column.name);
    Err(Refusal::new("42804", message)
        .about_anything()
        .related(&there.at, "it has another type here".to_owned())
        .at(&column.at))
}

/// Whether one of two is so.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// How a `CREATE` of a relation begins.
struct Head {
    path: Path,
    if_not_exists: bool,
    or_replace: bool,
}

/// Reads as far as the name.
fn head(text: &str) -> Option<Head> {
    let mut words = token::words(text).peekable();
    let mut or_replace = false;
    let is = |word: &str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    loop {
        let (_, word, _) = words.next()?;
        if is(word, "replace") {
            or_replace = true;
        }
        if is(word, "table") || is(word, "view") {
            break;
        }
    }
    let mut if_not_exists = false;
    if words.peek().is_some_and(|(_, word, _)| is(word, "if")) {
        for _ in 0..3 {
            words.next();
        }
        if_not_exists = true;
    }
    Some(Head { path: Path::read(&mut words)?, if_not_exists, or_replace })
}
