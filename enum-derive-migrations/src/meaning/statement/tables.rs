//! Tables and views: they share their names with types, and their columns keep types from being
//! dropped.

use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::executor::Executor;
use crate::catalog::{Column, Object, TypeKind};
use crate::ground::{Done, Key, Location, Refusal, TypeId};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::name::{self, Path, has_hole};
use crate::text::origin::Origin;
use crate::text::syntax::{child, child_that, descendant, descendants_that};
use crate::text::token;
use crate::text::word::Words;

impl Executor<'_> {
    /// Makes a relation from the text of its statement: only its name is read, unless the statement
    /// mentions an enum.
    pub(crate) fn create_relation_from(
        &mut self,
        text: &str,
        words: Words<'_>,
        kind: &'static str,
        origin: &Origin,
        at: &Location,
    ) -> Done {
        if words.may_name(&self.session.memory.enum_names)
            || words.have(["like"])
            || words.may_name(&self.session.memory.routine_names)
        {
            return match self.parse(text, origin, at) {
                Some(node) => self.interpret(&node, &Env::new(origin.clone())),
                None => Ok(()),
            };
        }
        let Some(head) = head(text) else { return Ok(()) };
        // What is dropped together with another table is not followed.
        if kind == "table" && (words.have(["inherits"]) || words.have_pair("partition", "of")) {
            self.catalog_mut().obscure(&head.path.name);
            return Ok(());
        }
        self.create_relation(&head.path, kind, head.if_not_exists, head.or_replace, at)
    }

    fn create_relation(
        &mut self,
        path: &Path,
        kind: &'static str,
        if_not_exists: bool,
        or_replace: bool,
        at: &Location,
    ) -> Done {
        match self.relation_key(path)? {
            Some(key) if (if_not_exists || or_replace) && self.is_relation(&key) => Ok(()),
            Some(key) => self.catalog_mut().create_relation(key, kind, Vec::new(), Vec::new(), at),
            None => Ok(()),
        }
    }

    /// Where a relation of that name is created; `None` if that is not known.
    fn relation_key(&self, path: &Path) -> Result<Option<Key>, Refusal> {
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

    fn is_relation(&self, key: &Key) -> bool {
        self.catalog().relation_at(&key.0, &key.1).is_some()
    }

    pub(crate) fn create_table(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let Some(mut path) = child(node, SyntaxKind::TABLE_NAME).and_then(|node| Path::of(&node))
        else {
            return Ok(());
        };
        let kind = match node.kind() {
            SyntaxKind::CREATE_FOREIGN_TABLE => "foreign table",
            _ => "table",
        };
        let temporary = child(node, SyntaxKind::TEMP).is_some();
        if temporary {
            path.schema.get_or_insert_with(|| "pg_temp".into());
        }
        if child(node, SyntaxKind::PARTITION_OF).is_some()
            || child(node, SyntaxKind::INHERITS).is_some()
        {
            self.catalog_mut().obscure(&path.name);
            return Ok(());
        }
        let if_not_exists = child(node, SyntaxKind::IF_NOT_EXISTS).is_some();
        // As the server does, the name first, then the columns.
        let key = self.relation_key(&path)?;
        if if_not_exists && key.as_ref().is_some_and(|key| self.is_relation(key)) {
            return Ok(());
        }
        let read = self.columns_and_defaults(node, env);
        let (columns, defaults) = if if_not_exists && self.is_in_doubt(&path) {
            // If the table is there, the server does not look at the columns, and which it has is not known.
            read.map_err(Refusal::about_what_is_not_followed)?;
            (Vec::new(), Vec::new())
        } else {
            read?
        };
        match key {
            Some(key) => self.catalog_mut().create_relation(key, kind, columns, defaults, at),
            None => Ok(()),
        }
    }

    /// The columns of a `CREATE TABLE`, and their defaults.
    fn columns_and_defaults(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<(Vec<Column>, Vec<Column>), Refusal> {
        let (mut columns, mut defaults) = (Vec::new(), Vec::new());
        for column in child(node, SyntaxKind::TABLE_ARG_LIST).iter().flat_map(SyntaxNode::children)
        {
            if column.kind() == SyntaxKind::LIKE_CLAUSE
                && let Some(path) = Path::among(&column)
                && let Some(like) =
                    self.catalog().find_relation(&path).and_then(|id| self.catalog().relation(id))
            {
                columns.extend(like.columns.iter().cloned());
                let options = column.text().to_string().to_ascii_lowercase();
                if options.contains("including all") || options.contains("including defaults") {
                    defaults.extend(like.defaults.iter().cloned());
                }
            }
            if column.kind() == SyntaxKind::COLUMN {
                let own = self.column_of(&column, env)?;
                let default = descendant(&column, SyntaxKind::DEFAULT_CONSTRAINT)
                    .and_then(|default| child_that(&default, ast::Expr::can_cast));
                if let (Some(name), Some(default)) =
                    (child(&column, SyntaxKind::COLUMN_NAME), default)
                {
                    let ty = own.as_ref().map(|column| column.ty);
                    defaults.extend(self.default_of(
                        &name::identifier(&name),
                        ty,
                        &default,
                        env,
                    )?);
                }
                columns.extend(own);
            }
        }
        Ok((columns, defaults))
    }

    /// `CASCADE` takes views with it, and which ones is not followed: nothing is held against any.
    pub(crate) fn forget_what_cascades(&mut self, node: &SyntaxNode) {
        use SyntaxKind as K;
        let cascades = matches!(
            node.kind(),
            K::DROP_TABLE
                | K::DROP_VIEW
                | K::DROP_MATERIALIZED_VIEW
                | K::DROP_FOREIGN_TABLE
                | K::DROP_TYPE
                | K::DROP_DOMAIN
                | K::DROP_FUNCTION
                | K::DROP_PROCEDURE
                | K::DROP_ROUTINE
                | K::DROP_EXTENSION
                | K::DROP_SCHEMA
                | K::ALTER_TABLE
        ) && descendant(node, K::CASCADE).is_some();
        if cascades {
            // So may a function over a table's rows.
            self.catalog_mut().retain_objects(&Object::is_over_types);
            let mut views = Vec::new();
            for relation in self.catalog().relations() {
                if relation.kind.ends_with("view") {
                    views.push(relation.key.clone());
                }
            }
            for view in &views {
                self.catalog_mut().forget_relation(view);
            }
        }
    }

    pub(crate) fn create_view(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let name =
            child_that(node, |kind| matches!(kind, SyntaxKind::VIEW | SyntaxKind::TABLE_NAME));
        let Some(path) = name.and_then(|node| Path::of(&node)) else { return Ok(()) };
        let if_not_exists = child(node, SyntaxKind::IF_NOT_EXISTS).is_some();
        let or_replace = child(node, SyntaxKind::OR_REPLACE).is_some();
        let kind = match node.kind() {
            SyntaxKind::CREATE_MATERIALIZED_VIEW => "materialized view",
            _ => "view",
        };
        self.create_relation(&path, kind, if_not_exists, or_replace, at)
    }

    /// A column, if its type is one of this folder's.
    pub(super) fn column_of(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<Column>, Refusal> {
        let name = child(node, SyntaxKind::COLUMN_NAME).map(|node| name::identifier(&node));
        let ty = child_that(node, ast::Type::can_cast);
        let (Some(name), Some(ty)) = (name, ty) else { return Ok(None) };
        self.check_type(&ty, env)?;
        Ok(self.own_type(&ty).map(|ty_id| Column { name, ty: ty_id, at: env.origin.of(node) }))
    }

    /// The types of this folder's that a column's default needs: those that it is cast to, or the
    /// column's if it is a plain literal. Nulls need none.
    pub(super) fn default_of(
        &mut self,
        name: &Arc<str>,
        ty: Option<TypeId>,
        default: &SyntaxNode,
        env: &Env,
    ) -> Result<Vec<Column>, Refusal> {
        let at = env.origin.of(default);
        let mut needed = Vec::new();
        match (default.kind(), ty) {
            (SyntaxKind::LITERAL, Some(ty)) => {
                if let Value::Text(label) = literal(default) {
                    self.check_default(ty, &label).map_err(|refusal| refusal.at(&at))?;
                    needed.push(ty);
                }
            }
            _ => {
                for ty in descendants_that(default, ast::Type::can_cast) {
                    needed.extend(self.own_type(&ty));
                }
            }
        }
        needed.dedup();
        let mut columns = Vec::with_capacity(needed.len());
        for ty in needed {
            columns.push(Column { name: Arc::clone(name), ty, at: at.clone() });
        }
        Ok(columns)
    }

    /// A literal that is a default must be a label. What begins with a brace is taken for an array.
    fn check_default(&self, id: TypeId, label: &Arc<str>) -> Done {
        let Some(ty) = self.catalog().ty(id) else { return Ok(()) };
        let TypeKind::Enum(labels) = &ty.kind else { return Ok(()) };
        if has_hole(label) || label.starts_with('{') {
            return Ok(());
        }
        if let Some(there) = labels.iter().find(|there| there.text == *label) {
            return self.catalog().check_safe(ty, there);
        }
        let message = format!("invalid input value for enum {}: \"{label}\"", ty.key.1);
        Err(Refusal::new("22P02", message)
            .about(&ty.key)
            .related(&ty.created, "the enum is created here".to_owned()))
    }

    /// A column's type must be there. Only names that the folder gives to enums are held against it:
    /// others may be an extension's.
    pub(crate) fn check_type(&self, ty: &SyntaxNode, env: &Env) -> Done {
        let Some(path) = Path::of(ty) else { return Ok(()) };
        if path.has_hole() || !self.session.memory.enum_names.contains(&path.name) {
            return Ok(());
        }
        if let Some(id) = self.catalog().find(&path) {
            // There are no arrays of arrays.
            let array =
                matches!(self.catalog().ty(id).map(|ty| &ty.kind), Some(TypeKind::Array(_)));
            if array && ty.kind() == SyntaxKind::ARRAY_TYPE {
                let missing = Refusal::new("42704", format!("type \"{path}[]\" does not exist"));
                return Err(missing.about_name(&path.name).at(&env.origin.of(ty)));
            }
            return Ok(());
        }
        let built_in = path.schema.is_none() && pg_enum_core::is_built_in_type(&path.name);
        if built_in || path.schema.as_deref() == Some("pg_catalog") {
            return Ok(());
        }
        let at = env.origin.of(ty);
        self.catalog().resolve(&path).map(drop).map_err(|refusal| refusal.at(&at))
    }

    pub(crate) fn drop_tables(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let kind = match node.kind() {
            SyntaxKind::DROP_VIEW => "view",
            SyntaxKind::DROP_MATERIALIZED_VIEW => "materialized view",
            SyntaxKind::DROP_FOREIGN_TABLE => "foreign table",
            _ => "table",
        };
        let mut ids = Vec::new();
        for name in node.children() {
            if !matches!(name.kind(), SyntaxKind::TABLE_NAME_REF | SyntaxKind::VIEW_REF) {
                continue;
            }
            if let Some(id) = Path::of(&name).and_then(|path| self.catalog().find_relation(&path)) {
                let Some(relation) = self.catalog().relation(id) else { continue };
                if relation.kind != kind {
                    let article =
                        if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                    let message = format!("\"{}\" is not {article} {kind}", relation.key.1);
                    return Err(Refusal::new("42809", message).about(&relation.key).related(
                        &relation.created,
                        format!("the {} is created here", relation.kind),
                    ));
                }
                ids.push(id);
            }
        }
        let cascade = child(node, SyntaxKind::CASCADE).is_some();
        self.catalog_mut().drop_relations(&ids, cascade, at)
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
