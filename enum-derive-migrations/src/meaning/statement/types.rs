//! Statements about types.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::alter_table::FirstTypes;
use super::executor::Executor;
use crate::catalog::{Column, ColumnType, Label, SHELL, TypeKind, check_label};
use crate::ground::{Done, Key, Location, Refusal, Side, TypeId};
use crate::meaning::expression::Env;
use crate::text::ddl::TypeName;
use crate::text::literal;
use crate::text::name::{self, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, descendant, descendants, descendants_that, is_type};

fn is_definition(kind: SyntaxKind) -> bool {
    use SyntaxKind::{BASE_TYPE, COMPOSITE_TYPE, ENUM_TYPE, RANGE_TYPE};
    matches!(kind, BASE_TYPE | COMPOSITE_TYPE | ENUM_TYPE | RANGE_TYPE)
}

impl Executor<'_> {
    /// The name in a node; what is put together at run time is reported.
    pub(super) fn certain_path(&mut self, node: &SyntaxNode, at: &Location) -> Option<Path> {
        let path = Path::of(node)?;
        if self.session.memory.is_certain(&path) {
            return Some(path);
        }
        let mut keys: Vec<Key> = Vec::new();
        if path.schema.is_some() && !has_hole(&path.name) {
            for (_, ty, _) in self.catalog().enums() {
                if ty.key.1 == path.name {
                    keys.push(ty.key.clone());
                }
            }
        }
        self.session.unknown(at, "which type this is about is put together at run time", &keys);
        None
    }

    pub(super) fn create_type(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let Some(name) = child(node, SyntaxKind::TYPE_NAME) else { return Ok(()) };
        let Some(path) = self.certain_path(&name, at) else { return Ok(()) };
        let key = self.catalog().type_key(&path)?;
        let Some(kind) = child_that(node, is_definition) else {
            // A shell takes no shell's place.
            if let Some(id) = self.catalog().type_at(&key.0, &key.1)
                && let Some(ty) = self.catalog().ty(id).filter(|ty| ty.is_shell())
            {
                let message = format!("type \"{}\" already exists", key.1);
                return Err(Refusal::new("42710", message)
                    .about(&key)
                    .related(&ty.created, "the shell type is created here".to_owned()));
            }
            self.catalog_mut().create_type(&key, TypeKind::Other(SHELL, Vec::new()), at)?;
            return Ok(());
        };
        match kind.kind() {
            SyntaxKind::ENUM_TYPE => self.create_enum(&kind, key, env, at),
            SyntaxKind::COMPOSITE_TYPE => {
                self.catalog_mut().make_way(&key)?;
                // The server looks at the name first, so what is wrong with an attribute is not said if that is taken.
                let is_free = !self.session.memory.doubts.may_be_taken(&key);
                let mut attributes = Vec::new();
                for field in descendants(&kind, SyntaxKind::COMPOSITE_FIELD_DEF) {
                    let attribute = self.attribute_of(&field, env);
                    attributes.extend(
                        attribute.map_err(
                            |refusal| {
                                if is_free { refusal } else { refusal.about(&key) }
                            },
                        )?,
                    );
                }
                self.catalog_mut().create_composite(key, attributes, at)
            }
            SyntaxKind::RANGE_TYPE => {
                let over = self.own_types_in(&kind);
                self.catalog_mut()
                    .create_type(&key, TypeKind::Other("range type", over), at)
                    .map(drop)
            }
            _ => self.complete_shell(&key, at),
        }
    }

    /// A base type, mostly in the place of its shell.
    pub(super) fn complete_shell(&mut self, key: &Key, at: &Location) -> Done {
        self.catalog_mut().create_type(key, TypeKind::Other("base type", Vec::new()), at).map(drop)
    }

    pub(super) fn create_enum(
        &mut self,
        kind: &SyntaxNode,
        key: Key,
        env: &Env,
        at: &Location,
    ) -> Done {
        let list = child(kind, SyntaxKind::VARIANT_LIST);
        let mut labels: Vec<Label> = Vec::new();
        let mut unknown = None;
        for literal in list.iter().flat_map(SyntaxNode::descendants) {
            if literal.kind() != SyntaxKind::LITERAL {
                continue;
            }
            let Some(label) = self.label(&literal, env) else { continue };
            if !self.is_readable(&label) {
                unknown.get_or_insert_with(|| label.at.clone());
                continue;
            }
            labels.push(label);
        }
        self.session.memory.note_type(&key.1);
        self.doubt_name(&key, at);
        // As the server does: the name first, then label by label.
        self.catalog_mut().create_enum(key.clone(), labels.clone(), at)?;
        let mut seen = HashMap::new();
        for label in &labels {
            check_label(&label.text).map_err(|refusal| refusal.at(&label.at))?;
            if let Some(twin) = seen.insert(&label.text, label) {
                return Err(Refusal::new(
                    "23505",
                    format!("enum label \"{}\" used more than once", label.text),
                )
                .related(&twin.at, "it is here already".to_owned())
                .at(&label.at));
            }
        }
        self.session.report_placeholder(&key, at);
        if let Some(place) = unknown {
            self.session.unknown(
                &place,
                "a label of this type is not known before it runs",
                &[key],
            );
        }
        Ok(())
    }

    /// An enum is about to take a name: whether that is free need not be known.
    fn doubt_name(&mut self, key: &Key, at: &Location) {
        if self.session.memory.doubts.may_be_taken(key) {
            let message =
                "whether there is something of that name already is not known before it runs";
            self.session.unknown(at, message, std::slice::from_ref(key));
        }
    }

    /// The label that a literal says.
    pub(super) fn label(&self, literal: &SyntaxNode, env: &Env) -> Option<Label> {
        let text = literal::text(literal)?;
        let at = env.origin.of(literal);
        Some(Label { text: text.into(), at, migration: self.catalog().migration, unsafe_in: None })
    }

    pub(super) fn alter_type(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        use SyntaxKind as K;
        let mut parts = node.children();
        let (Some(name), Some(action)) = (parts.next(), parts.next()) else { return Ok(()) };
        let Some(path) = self.certain_path(&name, at) else { return Ok(()) };
        let name_at = env.origin.of(&name);
        let id = self.resolve(&path).map_err(|refusal| refusal.at(&name_at))?;
        let Some(ty) = self.catalog().ty(id) else { return Ok(()) };
        if ty.is_shell() {
            return Err(Refusal::new("42704", format!("type \"{path}\" is only a shell"))
                .about(&ty.key)
                .related(&ty.created, "the shell type is created here".to_owned())
                .at(&name_at));
        }
        if node.kind() == K::ALTER_DOMAIN && !matches!(ty.kind, TypeKind::Other("domain", _)) {
            return Err(Refusal::new("42809", format!("{} is not a domain", ty.key.1))
                .about(&ty.key)
                .related(&ty.created, format!("the {} is created here", ty.kind.noun())));
        }
        let key = ty.key.clone();
        match action.kind() {
            K::ADD_VALUE | K::RENAME_VALUE => self.alter_labels(id, &key, &action, env, at),
            K::TYPE_RENAME_TO | K::DOMAIN_RENAME_TO => {
                let Some(to) = child(&action, K::TYPE_NAME).or_else(|| action.children().next())
                else {
                    return Ok(());
                };
                let Some(to) = self.certain_path(&to, at) else { return Ok(()) };
                self.session.memory.note_type(&to.name);
                self.doubt_name(&(Arc::clone(&key.0), Arc::clone(&to.name)), at);
                self.catalog_mut().rename_type(id, &to.name, at)?;
                self.session.memory.follow_doubt(&key, &(Arc::clone(&key.0), to.name));
                Ok(())
            }
            K::SET_SCHEMA => {
                let Some(schema) = child(&action, K::SCHEMA_REF) else { return Ok(()) };
                let schema = name::identifier(&schema);
                if !self.catalog().has_schema_for(&schema, &key.1) {
                    return Err(Refusal::no_schema(&schema));
                }
                self.catalog_mut().move_type(id, &schema, at)?;
                let to = (schema, Arc::clone(&key.1));
                self.session.memory.follow_doubt(&key, &to);
                Ok(())
            }
            K::ALTER_TYPE_ATTRIBUTE_ACTION_LIST => {
                let mut first_types = FirstTypes::default();
                for action in action.children() {
                    self.alter_attribute(id, &action, env, &mut first_types)?;
                }
                Ok(())
            }
            K::RENAME_ATTRIBUTE => {
                self.alter_attribute(id, &action, env, &mut FirstTypes::default())
            }
            _ => Ok(()),
        }
    }

    /// An attribute of a composite type, if its type is one of this folder's.
    fn attribute_of(&mut self, node: &SyntaxNode, env: &Env) -> Result<Option<Column>, Refusal> {
        let name = node.children().find(|node| {
            matches!(node.kind(), SyntaxKind::COMPOSITE_FIELD | SyntaxKind::COMPOSITE_FIELD_REF)
        });
        let ty = child_that(node, is_type);
        let (Some(name), Some(ty)) = (name, ty) else { return Ok(None) };
        self.check_type(&ty, env)?;
        let at = env.origin.of(node);
        let ty = self.column_type_of(&ty);
        Ok(Some(Column::new(name::identifier(&name), ty, at)))
    }

    fn alter_attribute(
        &mut self,
        id: TypeId,
        action: &SyntaxNode,
        env: &Env,
        first_types: &mut FirstTypes,
    ) -> Done {
        use SyntaxKind as K;
        let Some(ty) = self.catalog().ty(id).cloned() else { return Ok(()) };
        let Some(relation) = self.catalog().relation_of(&ty) else {
            // A composite type is looked for as a relation (`AlterTableLookupRelation` in `tablecmds.c`).
            return Err(Refusal::new("42P01", format!("relation \"{}\" does not exist", ty.key.1))
                .about(&ty.key)
                .help("only composite types have attributes")
                .related(&ty.created, format!("the {} is created here", ty.kind.noun())));
        };
        let new = self.attribute_of(action, env)?;
        if action.kind() == K::ALTER_ATTRIBUTE {
            self.check_no_column_has(id, &ty.key)?;
        }
        let from = child(action, K::COMPOSITE_FIELD_REF).map(|node| name::identifier(&node));
        if action.kind() == K::ALTER_ATTRIBUTE
            && let Some(name) = &from
        {
            self.check_first_type(relation, name, first_types)
                .map_err(|refusal| refusal.at(&env.origin.of(action)))?;
        }
        let to = child(action, K::COMPOSITE_FIELD).map(|node| name::identifier(&node));
        self.catalog_mut().change_columns(relation, |columns| match (action.kind(), from, to) {
            (K::RENAME_ATTRIBUTE, Some(from), Some(to)) => {
                for column in columns.iter_mut().filter(|column| column.name == from) {
                    column.name = Arc::clone(&to);
                }
            }
            (K::ALTER_ATTRIBUTE, Some(from), _) => {
                if let (Some(new), Some(column)) =
                    (new, columns.iter_mut().find(|column| column.name == from))
                {
                    column.ty = new.ty.clone();
                }
            }
            (_, from, _) => {
                columns.retain(|column| Some(&column.name) != from.as_ref());
                columns.extend(new);
            }
        });
        Ok(())
    }

    /// No table has a column of a composite type when an attribute gets another type, as its rows would not be converted: not
    /// through an array, a domain, a range, another composite type or a view either (`find_composite_type_dependencies` in
    /// `tablecmds.c`).
    fn check_no_column_has(&self, id: TypeId, key: &Key) -> Done {
        let mut waiting = vec![id];
        let mut seen = HashSet::from([id]);
        let mut perhaps = Ok(());
        while let Some(id) = waiting.pop() {
            let mut over: Vec<_> = self.catalog().types_over(id).iter().map(|it| it.0).collect();
            for relation in self.catalog().users_of(id) {
                let is_of_type = |column: &&Column| column.ty.own() == Some(id);
                let Some(column) = relation.columns.iter().find(is_of_type) else { continue };
                if !matches!(relation.kind, "table" | "materialized view") {
                    over.extend(self.catalog().row_type(relation));
                    continue;
                }
                let (table, name) = (&relation.key.1, &column.name);
                let message = format!(
                    "cannot alter type \"{}\" because column \"{table}.{name}\" uses it",
                    key.1
                );
                let refusal = Refusal::new("0A000", message)
                    .about(key)
                    .related(&column.at, "the column has the type from here".to_owned());
                if !relation.may_have_changed() {
                    return Err(refusal);
                }
                perhaps = Err(refusal.about_what_is_not_followed());
            }
            waiting.extend(over.into_iter().filter(|id| seen.insert(*id)));
        }
        perhaps
    }

    pub(super) fn alter_labels(
        &mut self,
        id: TypeId,
        key: &Key,
        action: &SyntaxNode,
        env: &Env,
        at: &Location,
    ) -> Done {
        use SyntaxKind as K;
        let literals: Vec<_> = descendants(action, K::LITERAL);
        let mut labels = Vec::new();
        for literal in &literals {
            labels.extend(self.label(literal, env));
        }
        if !labels.iter().all(|label| self.is_readable(label)) {
            self.session.unknown(
                at,
                "which label this is, is not known before it runs",
                std::slice::from_ref(key),
            );
            return Ok(());
        }
        self.session.report_placeholder(key, at);
        let mut labels = labels.into_iter();
        let (Some(first), second) = (labels.next(), labels.next()) else { return Ok(()) };
        if action.kind() == K::RENAME_VALUE {
            let Some(to) = second else { return Ok(()) };
            let place = first.at.clone();
            return self
                .catalog_mut()
                .rename_label(id, &first.text, to)
                .map_err(|refusal| refusal.at(&place));
        }
        let side =
            if child(action, K::BEFORE_VALUE).is_some() { Side::Before } else { Side::After };
        let place = first.at.clone();
        let anchor_at = second.as_ref().map(|label| label.at.clone());
        let position = second.as_ref().map(|label| (side, &label.text));
        let if_not_exists = child(action, K::IF_NOT_EXISTS).is_some();
        self.catalog_mut().add_label(id, first, position, if_not_exists).map_err(|refusal| {
            // A missing anchor is at the anchor.
            match (&*refusal.sqlstate, anchor_at) {
                ("22023", Some(anchor)) => refusal.at(&anchor),
                _ => refusal.at(&place),
            }
        })
    }

    pub(super) fn drop_type(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let if_exists = child(node, SyntaxKind::IF_EXISTS).is_some();
        let cascade = child(node, SyntaxKind::CASCADE).is_some();
        let mut ids = Vec::new();
        for name in node.children() {
            if !matches!(name.kind(), SyntaxKind::TYPE_NAME_REF | SyntaxKind::DOMAIN_REF) {
                continue;
            }
            let Some(path) = self.certain_path(&name, at) else { continue };
            // What is not there is a notice, be it for want of its schema.
            if if_exists {
                ids.extend(self.catalog().find(&path));
            } else {
                ids.push(self.resolve(&path)?);
            }
        }
        if node.kind() == SyntaxKind::DROP_DOMAIN {
            for id in &ids {
                if let Some(ty) = self.catalog().ty(*id)
                    && !matches!(ty.kind, TypeKind::Other("domain", _))
                {
                    return Err(Refusal::new("42809", format!("\"{}\" is not a domain", ty.key.1))
                        .about(&ty.key));
                }
            }
        }
        self.catalog_mut().drop_types(&ids, cascade, at)
    }

    /// The type that a name means. A relation that is not followed may have it.
    fn resolve(&self, path: &Path) -> Result<TypeId, Refusal> {
        self.catalog().resolve(path).map_err(|refusal| {
            if self.is_in_doubt(path) { refusal.about_what_is_not_followed() } else { refusal }
        })
    }

    pub(super) fn create_domain(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let Some(name) = child(node, SyntaxKind::DOMAIN) else { return Ok(()) };
        let Some(path) = Path::of(&name).filter(|path| self.session.memory.is_certain(path)) else {
            return Ok(());
        };
        let key = self.catalog().type_key(&path)?;
        let base =
            child_that(node, is_type).map_or(ColumnType::Unknown, |ty| self.column_type_of(&ty));
        let kind = TypeKind::Other("domain", base.own().into_iter().collect());
        let id = self.catalog_mut().create_type(&key, kind, at)?;
        self.catalog_mut().set_base(id, base);
        Ok(())
    }

    /// The type of this folder's that a column's or attribute's type is, or is an array of.
    pub(crate) fn own_type(&self, ty: &SyntaxNode) -> Option<TypeId> {
        let path = Path::of(ty)?;
        let id = self.catalog().find(&path)?;
        match self.catalog().ty(id)?.kind {
            TypeKind::Array(of) => Some(of),
            _ => Some(id),
        }
    }

    /// The type that a node is for a column.
    pub(super) fn column_type_of(&self, ty: &SyntaxNode) -> ColumnType {
        match TypeName::read(&ty.text().to_string()) {
            Some(ty) => self.column_type(&ty),
            None => ColumnType::Unknown,
        }
    }

    /// The types of this folder's that a range is over.
    pub(super) fn own_types_in(&self, node: &SyntaxNode) -> Vec<TypeId> {
        let is_type = |kind| is_type(kind) || kind == SyntaxKind::ATTRIBUTE_VALUE;
        let mut types = Vec::new();
        for ty in descendants_that(node, is_type) {
            types.extend(self.own_type(&ty));
        }
        types
    }

    pub(super) fn comment_on(&mut self, node: &SyntaxNode) -> Done {
        let name = descendant(node, SyntaxKind::TYPE_NAME_REF);
        match name.and_then(|name| Path::of(&name)) {
            Some(path)
                if !path.has_hole() && self.session.memory.enum_names.contains(&path.name) =>
            {
                self.catalog().resolve(&path).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Whether a label is known to the last character: no variable, and no byte that is not UTF-8.
    fn is_readable(&self, label: &Label) -> bool {
        let damaged = label.text.contains(char::REPLACEMENT_CHARACTER)
            && self.session.run.damaged_files.contains(label.at.path());
        !has_hole(&label.text) && !damaged
    }
}
