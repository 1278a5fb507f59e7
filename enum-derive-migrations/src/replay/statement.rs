//! Statements: which of them bear on enums, and what those do.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use squawk_lexer::{LiteralKind, TokenKind};
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::catalog::{Key, Label, TypeKind};
use super::event::{Side, TypeId};
use super::expression::{Env, child, has_token, is_query};
use super::name::{self, Path, has_hole};
use super::origin::Origin;
use super::refusal::Refusal;
use super::script::{self, Piece};
use super::session::Session;
use super::value::Value;
use crate::Location;
use crate::finding::{Finding, Kind};

pub(super) type Done = Result<(), Refusal>;

/// How deep blocks, queries and dynamic statements may be nested.
const MAX_DEPTH: usize = 500;

/// How many operators and brackets a statement may have between two semicolons: more than anybody
/// writes, and not so many that the parser runs out of stack.
const MAX_NESTING: usize = 20_000;

/// What has to be done with a statement.
enum Interest {
    /// It does not bear on enums.
    None,
    /// It has to be read.
    Parse,
    /// It makes a relation: its kind, and where the name begins.
    Relation(&'static str),
    /// It is a call or a query, of interest only for what it calls or writes to.
    Query,
    /// It is no statement of PostgreSQL's.
    Strange,
    /// What it is depends on what is not known.
    Unknown,
}

impl Session {
    /// Whether there is room to go deeper, and time. Every `true` wants a [`leave`](Self::leave).
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH || self.steps == 0 {
            return false;
        }
        self.depth += 1;
        self.steps -= 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Runs a text of any number of statements, as `EXECUTE` does.
    pub(super) fn run_text(&mut self, text: &str, origin: &Origin) -> Done {
        for piece in script::pieces(text) {
            match piece {
                Piece::Statement { range, .. } => {
                    let at = origin.at(range.clone());
                    let part = origin.part(range.start);
                    self.run_statement(&text[range], &part, &at)
                        .map_err(|refusal| refusal.at(&at))?;
                }
                Piece::Unclosed { at, what } => {
                    let at = origin.at(at..at + 1);
                    self.report(unclosed(at, what));
                }
                Piece::Command { .. } | Piece::Dangling { .. } => {}
            }
        }
        Ok(())
    }

    /// Runs the text of one statement.
    pub(super) fn run_statement(&mut self, text: &str, origin: &Origin, at: &Location) -> Done {
        match self.interest(text) {
            Interest::None => self.check_not_failed(),
            Interest::Relation(kind) => {
                self.check_not_failed()?;
                self.create_relation_from(text, kind, origin, at)
            }
            Interest::Strange => {
                self.check_not_failed()?;
                self.report(
                    Finding::new(Kind::Unreadable, "this is no SQL statement", at.clone())
                        .with_help("mend it; a server would stop here with a syntax error"),
                );
                Ok(())
            }
            Interest::Unknown => {
                self.check_not_failed()?;
                self.unknown(at, "which statement this is, is not known before it runs", &[]);
                Ok(())
            }
            // In a block, a query may be there for the error that it ends in.
            Interest::Query if self.depth == 0 && !self.may_act(text) => self.check_not_failed(),
            Interest::Query | Interest::Parse => match self.parse(text, origin, at) {
                Some(node) => self.interpret(&node, &Env::new(origin.clone())),
                None => self.check_not_failed(),
            },
        }
    }

    /// Whether a query calls or writes to something that matters.
    fn may_act(&self, text: &str) -> bool {
        if text.contains("set_config") || text.contains("pg_enum") || text.contains("pg_type") {
            return true;
        }
        !self.routines.is_empty()
            && script::words(text).any(|(kind, word, _)| match kind {
                TokenKind::Ident => self.routines.contains_key(&*word.to_ascii_lowercase()),
                TokenKind::QuotedIdent { .. } => self.routines.contains_key(word.trim_matches('"')),
                _ => false,
            })
    }

    /// The syntax tree of one statement; what keeps it from being read is reported.
    pub(super) fn parse(
        &mut self,
        text: &str,
        origin: &Origin,
        at: &Location,
    ) -> Option<SyntaxNode> {
        if too_nested(text) {
            self.unknown(at, "this is nested too deeply to be read", &[]);
            return None;
        }
        let parse = SourceFile::parse(text);
        if let Some(error) = parse.errors().first() {
            let range = error.range();
            let place = origin.at(range.start().into()..range.end().into());
            let message = error.message();
            let touches = self.enums_named_in(text);
            if has_hole(text) {
                self.unknown(at, "what this says is put together at run time", &touches);
                return None;
            }
            self.doubt(&touches);
            let keys: Vec<_> = touches.iter().map(|key| self.display_key(key)).collect();
            let what = if keys.is_empty() {
                "this statement cannot be read".to_owned()
            } else {
                format!("this statement, which names {}, cannot be read", keys.join(", "))
            };
            self.report(
                Finding::new(Kind::Unreadable, format!("{what}: {message}"), at.clone())
                    .with_related(place, message.to_owned())
                    .with_help(
                        "mend it, or say in a comment before it what it does: \
                         `-- pg-enum: assume …;`",
                    ),
            );
            return None;
        }
        parse.syntax_node().first_child()
    }

    fn interest(&self, text: &str) -> Interest {
        let mut words = script::words(text);
        let Some((kind, first, _)) = words.next() else { return Interest::None };
        if kind == TokenKind::OpenParen {
            return Interest::Query;
        }
        if has_hole(first) {
            return Interest::Unknown;
        }
        let mut next =
            || words.next().map_or_else(String::new, |(_, word, _)| word.to_ascii_lowercase());
        match &*first.to_ascii_lowercase() {
            "create" => {
                let mut word = next();
                loop {
                    word = match &*word {
                        "or" | "replace" | "global" | "local" | "unlogged" | "recursive"
                        | "foreign" | "trusted" | "default" | "constraint" | "unique" => next(),
                        "temp" | "temporary" => return Interest::Parse,
                        _ => break,
                    };
                }
                match &*word {
                    "table" => Interest::Relation("table"),
                    "view" => Interest::Relation("view"),
                    "materialized" => Interest::Relation("materialized view"),
                    "type" | "domain" | "schema" | "function" | "procedure" => Interest::Parse,
                    word if has_hole(word) => Interest::Unknown,
                    _ => Interest::None,
                }
            }
            "alter" => match &*next() {
                "type" | "domain" | "schema" => Interest::Parse,
                "table" | "view" | "materialized" | "foreign" if self.alters_shape(text) => {
                    Interest::Parse
                }
                word if has_hole(word) => Interest::Unknown,
                _ => Interest::None,
            },
            "drop" => match &*next() {
                "type" | "domain" | "schema" | "table" | "view" | "materialized" | "foreign"
                | "owned" | "extension" | "function" | "procedure" | "routine" => Interest::Parse,
                word if has_hole(word) => Interest::Unknown,
                _ => Interest::None,
            },
            "comment" => match (&*next(), &*next()) {
                ("on", "type") => Interest::Parse,
                _ => Interest::None,
            },
            "set" => match &*next() {
                "search_path" | "schema" | "session" | "local" | "standard_conforming_strings" => {
                    Interest::Parse
                }
                "\"search_path\"" => Interest::Parse,
                _ => Interest::None,
            },
            "do" | "reset" | "discard" | "begin" | "start" | "commit" | "end" | "rollback"
            | "abort" | "savepoint" | "release" => Interest::Parse,
            "prepare" => match &*next() {
                "transaction" => Interest::Parse,
                _ => Interest::None,
            },
            "select" | "with" | "insert" | "update" | "delete" | "merge" | "call" | "values"
            | "explain" | "table" | "execute" => Interest::Query,
            "analyse" | "analyze" | "checkpoint" | "close" | "cluster" | "copy" | "deallocate"
            | "declare" | "fetch" | "grant" | "import" | "listen" | "load" | "lock" | "move"
            | "notify" | "reassign" | "refresh" | "reindex" | "repack" | "revoke" | "security"
            | "show" | "truncate" | "unlisten" | "update_" | "vacuum" | "wait" => Interest::None,
            _ => Interest::Strange,
        }
    }

    /// Whether `ALTER TABLE` may change a name, a schema or the columns that enums are in.
    fn alters_shape(&self, text: &str) -> bool {
        let keywords = ["rename", "schema", "drop", "type", "attach", "inherit"];
        script::words(text).any(|(kind, word, _)| {
            keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
                || self.mentions_enum(kind, word)
        })
    }

    /// Whether a token is the name of an enum of this folder's, or may be.
    pub(super) fn mentions_enum(&self, kind: TokenKind, word: &str) -> bool {
        match kind {
            TokenKind::Ident => self.names_enum(&word.to_ascii_lowercase()),
            TokenKind::QuotedIdent { uescape: true, .. } => true,
            TokenKind::QuotedIdent { .. } => self.names_enum(word.trim_matches('"')),
            TokenKind::Literal { kind: LiteralKind::UnicodeEscStr { .. } } => word.ends_with('"'),
            _ => false,
        }
    }

    /// Whether a word is the name of an enum of this folder's, or of its array type.
    pub(super) fn names_enum(&self, word: &str) -> bool {
        let word = name::truncated(word);
        self.enum_names.contains(word)
            || word.strip_prefix('_').is_some_and(|name| self.enum_names.contains(name))
    }

    /// Does what a statement does.
    pub(super) fn interpret(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let at = env.origin.of(node);
        self.interpret_here(node, env, &at).map_err(|refusal| refusal.at(&at))
    }

    fn interpret_here(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        use SyntaxKind as K;
        if is_transaction_control(node.kind()) {
            return self.transaction(node);
        }
        self.check_not_failed()?;
        self.forget_what_cascades(node);
        match node.kind() {
            K::CREATE_TYPE => self.create_type(node, env, at),
            K::ALTER_TYPE => self.alter_type(node, env, at),
            K::DROP_TYPE | K::DROP_DOMAIN => self.drop_type(node, at),
            K::CREATE_DOMAIN => self.create_domain(node, at),
            K::ALTER_DOMAIN => self.alter_type(node, env, at),
            K::CREATE_SCHEMA => self.create_schema(node, env, at),
            K::ALTER_SCHEMA => self.alter_schema(node, at),
            K::DROP_SCHEMA => self.drop_schema(node, at),
            K::COMMENT_ON => self.comment_on(node),
            K::SET => self.set(node, at),
            K::RESET | K::DISCARD => {
                self.reset(node);
                Ok(())
            }
            K::DO => self.run_do(node, env, at),
            K::CREATE_FUNCTION | K::CREATE_PROCEDURE => {
                self.define_routine(node, env, at);
                Ok(())
            }
            K::CREATE_TABLE | K::CREATE_TABLE_AS | K::CREATE_FOREIGN_TABLE => {
                self.create_table(node, env, at)
            }
            K::CREATE_VIEW | K::CREATE_MATERIALIZED_VIEW => self.create_view(node, at),
            K::ALTER_TABLE
            | K::ALTER_FOREIGN_TABLE
            | K::ALTER_VIEW
            | K::ALTER_MATERIALIZED_VIEW => self.alter_table(node, env, at),
            K::DROP_TABLE | K::DROP_VIEW | K::DROP_MATERIALIZED_VIEW | K::DROP_FOREIGN_TABLE => {
                self.drop_tables(node, at)
            }
            K::DROP_FUNCTION | K::DROP_PROCEDURE | K::DROP_ROUTINE | K::DROP_EXTENSION => Ok(()),
            K::DROP_OWNED => {
                self.unknown(at, "what a role owns is not in the migrations", &[]);
                Ok(())
            }
            K::UPDATE | K::DELETE | K::INSERT | K::MERGE => self.modify(node, env, at),
            K::CALL => {
                if let Some(path) = node.children().find_map(|node| Path::of(&node)) {
                    let arguments = self.arguments(node, env)?;
                    self.call_routine(&path.name, &arguments, at)?;
                }
                Ok(())
            }
            kind if is_query(kind) => self.run_query(node, env, at).map(drop),
            _ => self.call_all(node, env),
        }
    }

    // --- types ---

    /// Whether a name is known, be it only as a placeholder.
    pub(super) fn is_certain(&self, path: &Path) -> bool {
        [Some(&path.name), path.schema.as_ref()].into_iter().flatten().all(|part| {
            !has_hole(part)
                || self.placeholders.keys().any(|placeholder| part.contains(&**placeholder))
        })
    }

    /// The name in a node; what is put together at run time is reported.
    fn certain_path(&mut self, node: &SyntaxNode, at: &Location) -> Option<Path> {
        let path = Path::of(node)?;
        if self.is_certain(&path) {
            return Some(path);
        }
        let keys: Vec<Key> = match &path.schema {
            Some(schema) if !has_hole(&path.name) => {
                let _ = schema;
                self.catalog
                    .enums()
                    .filter(|(_, ty, _)| ty.key.1 == path.name)
                    .map(|(_, ty, _)| ty.key.clone())
                    .collect()
            }
            _ => Vec::new(),
        };
        self.unknown(at, "which type this is about is put together at run time", &keys);
        None
    }

    fn create_type(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let Some(name) = child(node, SyntaxKind::TYPE_NAME) else { return Ok(()) };
        let Some(path) = self.certain_path(&name, at) else { return Ok(()) };
        let key = self.creation_key(&path)?;
        let Some(kind) = node.children().find(|node| ast::CreateTypeKind::can_cast(node.kind()))
        else {
            self.catalog.create_type(key, TypeKind::Other("shell type", Vec::new()), at)?;
            return Ok(());
        };
        match kind.kind() {
            SyntaxKind::ENUM_TYPE => self.create_enum(&kind, key, env, at),
            SyntaxKind::COMPOSITE_TYPE => {
                self.catalog.make_way(&key)?;
                for ty in kind.descendants().filter(|node| ast::Type::can_cast(node.kind())) {
                    self.check_type(&ty, env)?;
                }
                let over = self.enums_in_types(&kind);
                self.catalog.create_composite(key, over, at)
            }
            SyntaxKind::RANGE_TYPE => {
                let over = self.enums_in_types(&kind);
                self.catalog.create_type(key, TypeKind::Other("range type", over), at).map(drop)
            }
            _ => self.complete_shell(key, at),
        }
    }

    /// A base type takes the place of its shell.
    fn complete_shell(&mut self, key: Key, at: &Location) -> Done {
        if let Some(id) = self.catalog.type_at(&key.0, &key.1)
            && let Some(ty) = self.catalog.ty(id)
            && matches!(ty.kind, TypeKind::Other("shell type", _))
        {
            return Ok(());
        }
        self.catalog.create_type(key, TypeKind::Other("base type", Vec::new()), at).map(drop)
    }

    fn create_enum(&mut self, kind: &SyntaxNode, key: Key, env: &Env, at: &Location) -> Done {
        let list = child(kind, SyntaxKind::VARIANT_LIST);
        let mut labels: Vec<Label> = Vec::new();
        let mut unknown = None;
        for literal in list.iter().flat_map(SyntaxNode::descendants) {
            if literal.kind() != SyntaxKind::LITERAL {
                continue;
            }
            let Some(label) = self.label(&literal, env) else { continue };
            if has_hole(&label.text) {
                unknown.get_or_insert_with(|| label.at.clone());
                continue;
            }
            labels.push(label);
        }
        self.enum_names.insert(Arc::clone(&key.1));
        // As the server does: the name first, then label by label.
        self.catalog.create_enum(key.clone(), labels.clone(), at)?;
        let mut seen = HashMap::new();
        for label in &labels {
            super::catalog::check_label(&label.text).map_err(|refusal| refusal.at(&label.at))?;
            if let Some(twin) = seen.insert(&label.text, label) {
                return Err(Refusal::new(
                    "23505",
                    format!("enum label \"{}\" used more than once", label.text),
                )
                .related(&twin.at, "it is here already".to_owned())
                .at(&label.at));
            }
        }
        self.report_placeholder(&key, at);
        if let Some(place) = unknown {
            self.unknown(&place, "a label of this type is not known before it runs", &[key]);
        }
        Ok(())
    }

    /// The label that a literal says.
    fn label(&self, literal: &SyntaxNode, env: &Env) -> Option<Label> {
        let text = ast::Literal::cast(literal.clone())?.string_value()?;
        let at = env.origin.of(literal);
        Some(Label { text: text.into(), at, migration: self.catalog.migration })
    }

    fn alter_type(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        use SyntaxKind as K;
        let mut parts = node.children();
        let (Some(name), Some(action)) = (parts.next(), parts.next()) else { return Ok(()) };
        let Some(path) = self.certain_path(&name, at) else { return Ok(()) };
        let name_at = env.origin.of(&name);
        let id = self.resolve(&path).map_err(|refusal| refusal.at(&name_at))?;
        let Some(key) = self.catalog.ty(id).map(|ty| ty.key.clone()) else { return Ok(()) };
        match action.kind() {
            K::ADD_VALUE | K::RENAME_VALUE => self.alter_labels(id, &key, &action, env, at),
            K::TYPE_RENAME_TO | K::DOMAIN_RENAME_TO => {
                let Some(to) = child(&action, K::TYPE_NAME).or_else(|| action.children().next())
                else {
                    return Ok(());
                };
                let Some(to) = self.certain_path(&to, at) else { return Ok(()) };
                self.enum_names.insert(Arc::clone(&to.name));
                self.catalog.rename_type(id, &to.name, at)
            }
            K::SET_SCHEMA => {
                let Some(schema) = child(&action, K::SCHEMA_REF) else { return Ok(()) };
                let schema = name::identifier(&schema);
                if !self.catalog.has_schema(&schema) {
                    return Err(Refusal::no_schema(&schema));
                }
                self.catalog.move_type(id, &schema, at)
            }
            K::ALTER_TYPE_ATTRIBUTE_ACTION_LIST => {
                // What a composite type is made of may have changed: nothing is held against it.
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn alter_labels(
        &mut self,
        id: TypeId,
        key: &Key,
        action: &SyntaxNode,
        env: &Env,
        at: &Location,
    ) -> Done {
        use SyntaxKind as K;
        let literals: Vec<_> =
            action.descendants().filter(|node| node.kind() == K::LITERAL).collect();
        let labels: Vec<_> =
            literals.iter().filter_map(|literal| self.label(literal, env)).collect();
        if labels.iter().any(|label| has_hole(&label.text)) {
            self.unknown(at, "which label this is, is not known before it runs", &[key.clone()]);
            return Ok(());
        }
        self.report_placeholder(key, at);
        let mut labels = labels.into_iter();
        let (Some(first), second) = (labels.next(), labels.next()) else { return Ok(()) };
        if action.kind() == K::RENAME_VALUE {
            let Some(to) = second else { return Ok(()) };
            let place = first.at.clone();
            return self
                .catalog
                .rename_label(id, &first.text, to)
                .map_err(|refusal| refusal.at(&place));
        }
        let side =
            if child(action, K::BEFORE_VALUE).is_some() { Side::Before } else { Side::After };
        let place = first.at.clone();
        let anchor_at = second.as_ref().map(|label| label.at.clone());
        let position = second.map(|label| (side, label.text));
        let if_not_exists = child(action, K::IF_NOT_EXISTS).is_some();
        self.catalog.add_label(id, first, position, if_not_exists).map_err(|refusal| {
            // A missing anchor is at the anchor.
            match (&*refusal.sqlstate, anchor_at) {
                ("22023", Some(anchor)) => refusal.at(&anchor),
                _ => refusal.at(&place),
            }
        })
    }

    fn drop_type(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let if_exists = child(node, SyntaxKind::IF_EXISTS).is_some();
        let cascade = child(node, SyntaxKind::CASCADE).is_some();
        let mut ids = Vec::new();
        for name in node.children() {
            if !matches!(name.kind(), SyntaxKind::TYPE_NAME_REF | SyntaxKind::DOMAIN_REF) {
                continue;
            }
            let Some(path) = self.certain_path(&name, at) else { continue };
            match self.resolve(&path) {
                Ok(id) => ids.push(id),
                Err(refusal)
                    if if_exists && matches!(&*refusal.sqlstate, "42704" | "3F000" | "42809") => {}
                Err(refusal) => return Err(refusal),
            }
        }
        if node.kind() == SyntaxKind::DROP_DOMAIN {
            for id in &ids {
                if let Some(ty) = self.catalog.ty(*id)
                    && !matches!(ty.kind, TypeKind::Other("domain", _))
                {
                    return Err(Refusal::new("42809", format!("\"{}\" is not a domain", ty.key.1))
                        .about(&ty.key));
                }
            }
        }
        self.catalog.drop_types(&ids, cascade, at)
    }

    fn create_domain(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let Some(name) = child(node, SyntaxKind::DOMAIN) else { return Ok(()) };
        let Some(path) = Path::of(&name).filter(|path| self.is_certain(path)) else {
            return Ok(());
        };
        let key = self.creation_key(&path)?;
        let over = node
            .children()
            .find(|node| ast::Type::can_cast(node.kind()))
            .and_then(|ty| self.enum_of_type(&ty));
        let kind = TypeKind::Other("domain", over.into_iter().collect());
        self.catalog.create_type(key, kind, at).map(drop)
    }

    /// The enum that a column's or attribute's type is, or is an array of.
    pub(super) fn enum_of_type(&self, ty: &SyntaxNode) -> Option<TypeId> {
        let path = Path::of(ty)?;
        let id = self.find(&path)?;
        match self.catalog.ty(id)?.kind {
            TypeKind::Enum(_) => Some(id),
            TypeKind::Array(of) if matches!(self.catalog.ty(of)?.kind, TypeKind::Enum(_)) => {
                Some(of)
            }
            _ => None,
        }
    }

    fn enums_in_types(&self, node: &SyntaxNode) -> Vec<TypeId> {
        node.descendants()
            .filter(|node| ast::Type::can_cast(node.kind()))
            .filter_map(|ty| self.enum_of_type(&ty))
            .collect()
    }

    fn comment_on(&mut self, node: &SyntaxNode) -> Done {
        let name = node.descendants().find(|node| node.kind() == SyntaxKind::TYPE_NAME_REF);
        match name.and_then(|name| Path::of(&name)) {
            Some(path) if !path.has_hole() && self.enum_names.contains(&path.name) => {
                self.resolve(&path).map(drop)
            }
            _ => Ok(()),
        }
    }

    // --- schemas ---

    fn create_schema(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let named = node
            .descendants()
            .find(|node| node.kind() == SyntaxKind::SCHEMA)
            .or_else(|| node.descendants().find(|node| node.kind() == SyntaxKind::ROLE));
        let Some(named) = named else { return Ok(()) };
        let name = name::identifier(&named);
        let path = Path { schema: None, name: Arc::clone(&name) };
        if !self.is_certain(&path) {
            return Ok(());
        }
        let if_not_exists = child(node, SyntaxKind::IF_NOT_EXISTS).is_some();
        self.catalog.create_schema(&name, if_not_exists)?;
        // The elements are made in the new schema, which is first on the path meanwhile.
        let elements: Vec<_> = node
            .children()
            .filter(|node| {
                matches!(
                    node.kind(),
                    SyntaxKind::CREATE_TABLE | SyntaxKind::CREATE_VIEW | SyntaxKind::CREATE_TYPE
                )
            })
            .collect();
        if !elements.is_empty() {
            let path: Vec<_> =
                [name].into_iter().chain(self.catalog.path().iter().cloned()).collect();
            let before = Arc::clone(self.catalog.path());
            self.catalog.set_path(path.into(), true);
            for element in elements {
                self.interpret(&element, env)?;
            }
            self.catalog.set_path(before, true);
        }
        let _ = at;
        Ok(())
    }

    fn alter_schema(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let from = child(node, SyntaxKind::SCHEMA_REF);
        let to =
            child(node, SyntaxKind::SCHEMA_RENAME_TO).and_then(|to| child(&to, SyntaxKind::SCHEMA));
        let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
        let (from, to) = (name::identifier(&from), name::identifier(&to));
        if has_hole(&from) || has_hole(&to) {
            self.unknown(at, "which schema this is about is put together at run time", &[]);
            return Ok(());
        }
        self.catalog.rename_schema(&from, &to, at)
    }

    fn drop_schema(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let if_exists = child(node, SyntaxKind::IF_EXISTS).is_some();
        let cascade = child(node, SyntaxKind::CASCADE).is_some();
        let mut names = Vec::new();
        for name in node.children().filter(|node| node.kind() == SyntaxKind::SCHEMA_REF) {
            let name = name::identifier(&name);
            let path = Path { schema: None, name: Arc::clone(&name) };
            if !self.is_certain(&path) {
                if cascade {
                    self.unknown(at, "which schema is dropped is put together at run time", &[]);
                }
            } else if self.catalog.has_schema(&name) {
                names.push(name);
            } else if !if_exists {
                return Err(Refusal::no_schema(&name));
            }
        }
        self.catalog.drop_schemas(&names, cascade, at)
    }

    // --- settings ---

    fn set(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        use SyntaxKind as K;
        let local = child(node, K::LOCAL_SCOPE).is_some();
        if let Some(value) = child(node, K::SET_SCHEMA_VALUE) {
            let schema =
                child(&value, K::LITERAL).map(|literal| super::expression::literal(&literal));
            if let Some(Value::Text(schema)) = schema {
                self.set_path(Some(vec![schema]), local, at);
            }
            return Ok(());
        }
        let Some(config) = child(node, K::SET_CONFIG) else { return Ok(()) };
        let parameter = child(&config, K::CONFIG_PARAMETER_REF).and_then(|node| Path::of(&node));
        let Some(parameter) = parameter else { return Ok(()) };
        let values = child(&config, K::TO_CONFIG_VALUE);
        if &*parameter.name == "standard_conforming_strings" {
            let off = values.is_some_and(|values| {
                has_token(&values, K::OFF_KW) || values.text().to_string().contains("off")
            });
            if off {
                self.unknown(
                    at,
                    "backslashes in plain strings mean something else from here on",
                    &[],
                );
            }
            return Ok(());
        }
        if &*parameter.name != "search_path" || parameter.schema.is_some() {
            return Ok(());
        }
        let Some(values) = values else {
            self.unknown(at, "what search_path is set to is not in the statement", &[]);
            return Ok(());
        };
        if has_token(&values, K::DEFAULT_KW)
            || child(&values, K::LITERAL).is_some_and(|node| has_token(&node, K::DEFAULT_KW))
        {
            self.set_path(None, local, at);
            return Ok(());
        }
        let mut names: Vec<Arc<str>> = Vec::new();
        for value in values.children() {
            match value.kind() {
                K::LITERAL => match super::expression::literal(&value) {
                    Value::Text(text) => names.push(text),
                    Value::Int(int) => names.push(int.to_string().into()),
                    _ => {}
                },
                _ => names.push(name::identifier(&value)),
            }
        }
        self.set_path(Some(names), local, at);
        Ok(())
    }

    /// Sets `search_path`, or sets it back to what the session began with.
    fn set_path(&mut self, names: Option<Vec<Arc<str>>>, local: bool, at: &Location) {
        // Outside a transaction, SET LOCAL says a warning and does nothing.
        if local && !self.in_transaction_block() && self.depth == 0 {
            return;
        }
        match names {
            Some(names) => {
                let uncertain = names
                    .iter()
                    .any(|name| !self.is_certain(&Path { schema: None, name: Arc::clone(name) }));
                if uncertain {
                    self.unknown(at, "what search_path is set to is not known before it runs", &[]);
                }
                let names = names.iter().map(|name| name::truncated(name).into());
                self.catalog.set_path(names.collect::<Vec<_>>().into(), local);
            }
            None => self.reset_path(local),
        }
    }

    fn reset(&mut self, node: &SyntaxNode) {
        let path = node
            .descendants()
            .find(|node| node.kind() == SyntaxKind::CONFIG_PARAMETER_REF)
            .and_then(|node| Path::of(&node));
        let all = node.descendants_with_tokens().any(|token| token.kind() == SyntaxKind::ALL_KW);
        if all || path.is_some_and(|path| &*path.name == "search_path") {
            self.reset_path(false);
        }
    }

    // --- transactions ---

    fn transaction(&mut self, node: &SyntaxNode) -> Done {
        use SyntaxKind as K;
        let chain = node.descendants().any(|node| node.kind() == K::AND_CHAIN);
        let name = || {
            node.children()
                .find(|node| matches!(node.kind(), K::SAVEPOINT | K::SAVEPOINT_REF))
                .map_or_else(|| Arc::from(""), |node| name::identifier(&node))
        };
        match node.kind() {
            K::BEGIN => self.begin(),
            K::COMMIT_TRANSACTION => self.end(true, chain),
            K::ROLLBACK_TRANSACTION => self.end(false, chain),
            K::SAVEPOINT_CREATE => self.savepoint(name()),
            K::RELEASE_SAVEPOINT => self.release(&name()),
            K::ROLLBACK_TO_SAVEPOINT => self.roll_back_to(&name()),
            // What is prepared is committed elsewhere, if at all.
            K::PREPARE_TRANSACTION => self.end(false, false),
            _ => Ok(()),
        }
    }

    // --- queries ---

    /// Runs a query for what it does. Whether it found a row, if that is known.
    pub(super) fn run_query(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
        at: &Location,
    ) -> Result<Option<bool>, Refusal> {
        let rows = self.query(node, env)?;
        if !rows.complete {
            // Functions may have been called for rows that are not known.
            self.call_all(node, env)?;
        }
        if node.kind() == SyntaxKind::SELECT_INTO {
            let _ = at;
        }
        Ok(match (rows.rows.is_empty(), rows.complete) {
            (false, _) => Some(true),
            (true, true) => Some(false),
            (true, false) => None,
        })
    }

    /// Calls every function that is named in a statement, for what that may do.
    fn call_all(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let calls: Vec<_> =
            node.descendants().filter(|node| node.kind() == SyntaxKind::CALL_EXPR).collect();
        for call in calls {
            let name = super::query::function_name(&call);
            let at = env.origin.of(&call);
            if &*name == "set_config" && call.text().to_string().contains("search_path") {
                self.unknown(&at, "whether this sets search_path is not known before it runs", &[]);
            } else {
                let arguments = vec![Value::Unknown; self.arguments(&call, env)?.len()];
                self.call_routine(&name, &arguments, &at)?;
            }
        }
        Ok(())
    }

    /// Writing to tables does nothing to enums, unless the table is one of the catalogs.
    fn modify(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let target = node
            .descendants()
            .find(|node| matches!(node.kind(), SyntaxKind::PATH_REF | SyntaxKind::PATH))
            .and_then(|node| Path::of(&node));
        if let Some(path) = target
            && path.schema.as_deref().is_none_or(|schema| schema == "pg_catalog")
            && matches!(&*path.name, "pg_enum" | "pg_type" | "pg_namespace")
        {
            return self.modify_catalog(node, &path.name, env, at);
        }
        self.call_all(node, env)
    }

    /// `DELETE FROM pg_enum` and `UPDATE pg_enum SET enumlabel`, as people did before there was
    /// `RENAME VALUE`, are followed as far as their conditions are known.
    fn modify_catalog(&mut self, node: &SyntaxNode, table: &str, env: &Env, at: &Location) -> Done {
        let labels = match table {
            "pg_enum" => self.modified_labels(node, env)?,
            _ => None,
        };
        let Some(labels) = labels else {
            let keys = self.enums_named_in(&node.text().to_string());
            self.unknown(at, format!("this writes to {table} itself"), &keys);
            return Ok(());
        };
        for (id, labels) in labels {
            self.catalog.replace_labels(id, labels, at)?;
        }
        Ok(())
    }

    /// The enums that a statement changes in `pg_enum`, with their labels after it. `None` if that is
    /// not known.
    fn modified_labels(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<BTreeMap<TypeId, Vec<Label>>>, Refusal> {
        use SyntaxKind as K;
        let text = match node.kind() {
            K::DELETE => None,
            K::UPDATE => match self.new_label(node, env)? {
                Some(text) => Some(text),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let Some(rows) = self.matching_labels(node, env)? else { return Ok(None) };
        let mut changed: BTreeMap<TypeId, Vec<Label>> = BTreeMap::new();
        for (id, old) in rows {
            let Some(ty) = self.catalog.ty(id).cloned() else { continue };
            let TypeKind::Enum(there) = &ty.kind else { continue };
            let labels = changed.entry(id).or_insert_with(|| there.clone());
            match &text {
                None => labels.retain(|label| label.text != old),
                Some(text) => {
                    for label in labels.iter_mut().filter(|label| label.text == old) {
                        label.text = Arc::clone(text);
                        label.at = env.origin.of(node);
                        label.migration = self.catalog.migration;
                    }
                }
            }
        }
        Ok(Some(changed))
    }

    /// What `UPDATE pg_enum SET enumlabel = …` sets, if it is one value and nothing else is set.
    fn new_label(&mut self, node: &SyntaxNode, env: &Env) -> Result<Option<Arc<str>>, Refusal> {
        use SyntaxKind as K;
        let sets: Vec<_> =
            node.descendants().filter(|node| node.kind() == K::SET_SINGLE_COLUMN).collect();
        let [set] = sets.as_slice() else { return Ok(None) };
        let column = set.descendants().find(|node| node.kind() == K::COLUMN_NAME_REF);
        if column.is_none_or(|column| &*name::identifier(&column) != "enumlabel") {
            return Ok(None);
        }
        let value = child(set, K::SET_EXPR).and_then(|set| set.children().next());
        Ok(match value.map(|value| self.eval(&value, env)).transpose()? {
            Some(Value::Text(text)) if !has_hole(&text) => Some(text),
            _ => None,
        })
    }
}

/// A string or the like that never ends.
pub(super) fn unclosed(at: Location, what: &str) -> Finding {
    Finding::new(Kind::Unreadable, format!("this {what} is never closed"), at)
        .with_help("close it; a server would stop here with a syntax error")
}

fn is_transaction_control(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::BEGIN
            | K::COMMIT_TRANSACTION
            | K::ROLLBACK_TRANSACTION
            | K::SAVEPOINT_CREATE
            | K::RELEASE_SAVEPOINT
            | K::ROLLBACK_TO_SAVEPOINT
            | K::PREPARE_TRANSACTION
    )
}

/// Whether a text may be nested so deeply that reading it would take too much stack.
pub(super) fn too_nested(text: &str) -> bool {
    if text.len() <= MAX_NESTING {
        return false;
    }
    let mut count = 0;
    let mut opened = 0;
    for (kind, word, _) in script::words(text) {
        match kind {
            TokenKind::Semi => count = 0,
            TokenKind::Literal { .. } | TokenKind::Comma => {}
            TokenKind::Ident => {
                count += 1;
                opened += usize::from(
                    ["begin", "if", "loop", "case"].iter().any(|k| word.eq_ignore_ascii_case(k)),
                );
            }
            _ => count += 1,
        }
        if count > MAX_NESTING || opened > MAX_NESTING {
            return true;
        }
    }
    false
}
