//! Statements about schemas and `search_path`.

use std::sync::Arc;

use super::executor::Executor;
use super::read_only::{DEFAULT_READ_ONLY, READ_ONLY};
use crate::catalog::USER;
use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::name::{self, HOLE, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::strings::Backslash;
use crate::text::syntax::{child, children, children_that, descendant, descendants, has_token};

impl Executor<'_> {
    pub(super) fn create_schema(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let named =
            descendant(node, SyntaxKind::SCHEMA).or_else(|| descendant(node, SyntaxKind::ROLE));
        let Some(named) = named else { return Ok(()) };
        let name = match named.kind() {
            SyntaxKind::ROLE => role_schema(&named),
            _ => name::identifier(&named),
        };
        let path = Path { schema: None, name: Arc::clone(&name) };
        if !self.session.memory.is_certain(&path) {
            // A name of which nothing is known may be the user's, or another on the path.
            self.catalog_mut().note_vague_schema(name);
            return Ok(());
        }
        // So may one that a placeholder stands for.
        if self.session.memory.is_placeholder(&name) {
            self.catalog_mut().note_vague_schema(HOLE.to_string().into());
        }
        let if_not_exists = child(node, SyntaxKind::IF_NOT_EXISTS).is_some();
        self.catalog_mut().create_schema(&name, if_not_exists)?;
        let role = [SyntaxKind::ROLE, SyntaxKind::ROLE_NAME_REF];
        let role = role.into_iter().find_map(|kind| descendant(node, kind));
        if &*name != USER
            && (&*name == SUPERUSER || role.is_some_and(|role| role_schema(&role) == name))
        {
            self.catalog_mut().note_role_schema(Arc::clone(&name));
        }
        // The elements are made in the new schema, which is first on the path meanwhile.
        let elements = children_that(node, |kind| {
            use SyntaxKind::{CREATE_TABLE, CREATE_TYPE, CREATE_VIEW};
            matches!(kind, CREATE_TABLE | CREATE_VIEW | CREATE_TYPE)
        });
        if !elements.is_empty() {
            let path: Vec<_> =
                [name].into_iter().chain(self.catalog().path().iter().cloned()).collect();
            let before = Arc::clone(self.catalog().path());
            self.catalog_mut().set_path(path.into(), true);
            for element in elements {
                self.interpret(&element, env)?;
            }
            self.catalog_mut().set_path(before, true);
        }
        Ok(())
    }

    pub(super) fn alter_schema(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let from = child(node, SyntaxKind::SCHEMA_REF);
        let to =
            child(node, SyntaxKind::SCHEMA_RENAME_TO).and_then(|to| child(&to, SyntaxKind::SCHEMA));
        let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
        let (from, to) = (name::identifier(&from), name::identifier(&to));
        if has_hole(&from) || has_hole(&to) {
            self.session.unknown(at, "which schema this is about is put together at run time", &[]);
            return Ok(());
        }
        self.catalog_mut().rename_schema(&from, &to, at)?;
        self.session.memory.follow_doubts(&from, &to);
        Ok(())
    }

    pub(super) fn drop_schema(&mut self, node: &SyntaxNode, at: &Location) -> Done {
        let if_exists = child(node, SyntaxKind::IF_EXISTS).is_some();
        let cascade = child(node, SyntaxKind::CASCADE).is_some();
        let mut names = Vec::new();
        for name in children(node, SyntaxKind::SCHEMA_REF) {
            let name = name::identifier(&name);
            let path = Path { schema: None, name: Arc::clone(&name) };
            if !self.session.memory.is_certain(&path) {
                if cascade {
                    self.session.unknown(
                        at,
                        "which schema is dropped is put together at run time",
                        &[],
                    );
                }
            } else if self.catalog().has_schema(&name) {
                names.push(name);
            } else if !if_exists {
                return Err(Refusal::no_schema(&name));
            }
        }
        self.catalog_mut().drop_schemas(&names, cascade, at)
    }

    pub(super) fn set(&mut self, node: &SyntaxNode, at: &Location) {
        use SyntaxKind as K;
        let local = child(node, K::LOCAL_SCOPE).is_some();
        if let Some(value) = child(node, K::SET_SCHEMA_VALUE) {
            let schema = child(&value, K::LITERAL).map(|node| literal(&node));
            if let Some(Value::Text(schema)) = schema {
                self.set_path(Some(vec![schema]), local, at);
            }
            return;
        }
        let Some(config) = child(node, K::SET_CONFIG) else { return };
        let parameter = child(&config, K::CONFIG_PARAMETER_REF).and_then(|node| Path::of(&node));
        let values = child(&config, K::TO_CONFIG_VALUE);
        match (parameter.as_ref().map(|path| &*path.name), values) {
            (Some(BACKSLASHES), Some(values)) => {
                let value = values_of(&values).map(|values| values.join(", "));
                self.set_backslash(value.as_deref(), local, at);
            }
            (Some(BACKSLASHES), None) => {
                let message = "what standard_conforming_strings is set to is not in the statement";
                self.session.unknown(at, message, &[]);
            }
            (Some(BODIES), values) => {
                let value = values.map(|values| values_of(&values).map(|it| it.join(", ")));
                match value {
                    Some(value) => self.set_reads_bodies(value.as_deref(), local),
                    None => self.set_reads_bodies(Some(""), local),
                }
            }
            (Some(setting @ (DEFAULT_READ_ONLY | READ_ONLY)), values) => {
                let value = values.and_then(|values| values_of(&values)).map(|it| it.join(", "));
                // Where it is not known, nothing is refused.
                let is_on = value.is_some_and(|value| boolean(&value) == Some(true));
                self.set_read_only(setting, is_on, local);
            }
            (Some("search_path"), Some(values)) => {
                self.set_path(values_of(&values), local, at);
            }
            (Some("search_path"), None) => {
                self.session.unknown(at, "what search_path is set to is not in the statement", &[]);
            }
            _ => {}
        }
    }

    /// `SET ROLE`: from here on, `$user` stands for the schema of that role's name, if the role is there and the statement is
    /// not taken back.
    pub(super) fn set_role(&mut self, node: &SyntaxNode) {
        let role = [SyntaxKind::ROLE_NAME_REF, SyntaxKind::ROLE_REF];
        let role = role.into_iter().find_map(|kind| descendant(node, kind));
        let role = role.map(|role| role_schema(&role));
        let text = descendant(node, SyntaxKind::LITERAL).and_then(|it| match literal(&it) {
            Value::Text(text) => Some(text),
            _ => None,
        });
        if let Some(name) = role.or(text).filter(|name| &**name != USER) {
            self.catalog_mut().note_role_schema(name);
        }
    }

    /// Sets `search_path`, or sets it back to what the session began with.
    pub(super) fn set_path(&mut self, names: Option<Vec<Arc<str>>>, local: bool, at: &Location) {
        // Outside a transaction, SET LOCAL says a warning and does nothing.
        if local && !self.session.connection.in_transaction_block() && self.limits().is_at_top() {
            return;
        }
        match names {
            Some(names) => {
                if !names.iter().all(|name| self.is_certain_schema(name)) {
                    self.session.unknown(
                        at,
                        "what search_path is set to is not known before it runs",
                        &[],
                    );
                }
                self.set_path_to(&names, local);
            }
            None => self.session.connection.reset_path(local),
        }
    }

    /// Sets `search_path` to what a routine's own `SET` says, if it has one. Whether all of it is known.
    pub(super) fn set_path_of_routine(&mut self, node: &SyntaxNode) -> bool {
        use SyntaxKind as K;
        let is_path = |option: &SyntaxNode| {
            let parameter = child(option, K::CONFIG_PARAMETER_REF);
            parameter.and_then(|node| Path::of(&node)).is_some_and(|it| &*it.name == "search_path")
        };
        // The last counts. `FROM CURRENT` keeps what there is, and `DEFAULT` is as no `SET` (`update_proconfig_value` in
        // `functioncmds.c`).
        let options = descendants(node, K::SET_CONFIG_PARAM);
        let last = options.into_iter().rfind(is_path);
        let values = last.and_then(|option| child(&option, K::TO_CONFIG_VALUE));
        let Some(names) = values.and_then(|values| values_of(&values)) else { return true };
        let is_known = names.iter().all(|name| self.is_certain_schema(name));
        if is_known {
            self.set_path_to(&names, false);
        }
        is_known
    }

    /// Whether a routine's own `SET` names `check_function_bodies`.
    pub(super) fn sets_reading_of_bodies(node: &SyntaxNode) -> bool {
        descendants(node, SyntaxKind::SET_CONFIG_PARAM).iter().any(|option| {
            let parameter = child(option, SyntaxKind::CONFIG_PARAMETER_REF);
            parameter.and_then(|node| Path::of(&node)).is_some_and(|it| &*it.name == BODIES)
        })
    }

    fn is_certain_schema(&self, name: &Arc<str>) -> bool {
        self.session.memory.is_certain(&Path { schema: None, name: Arc::clone(name) })
    }

    fn set_path_to(&mut self, names: &[Arc<str>], local: bool) {
        let mut path = Vec::with_capacity(names.len());
        for name in names {
            path.push(name::truncated(name).into());
        }
        self.catalog_mut().set_path(path.into(), local);
    }

    /// Sets `standard_conforming_strings`, or sets it back to the server's default.
    pub(crate) fn set_backslash(&mut self, value: Option<&str>, local: bool, at: &Location) {
        if local && !self.session.connection.in_transaction_block() && self.limits().is_at_top() {
            return;
        }
        match boolean(value.unwrap_or("on")) {
            Some(true) => self.catalog_mut().set_backslash(Backslash::Plain, local),
            Some(false) => self.catalog_mut().set_backslash(Backslash::Escape, local),
            None => self.session.unknown(
                at,
                "what standard_conforming_strings is set to is not known before it runs",
                &[],
            ),
        }
    }

    /// Sets `check_function_bodies`, or sets it back to the server's default. Where it is not known, nothing is refused
    /// because of a body.
    pub(crate) fn set_reads_bodies(&mut self, value: Option<&str>, local: bool) {
        if local && !self.session.connection.in_transaction_block() && self.limits().is_at_top() {
            return;
        }
        let reads = boolean(value.unwrap_or("on")) == Some(true);
        self.catalog_mut().set_reads_bodies(reads, local);
    }

    pub(super) fn reset(&mut self, node: &SyntaxNode) {
        let path =
            descendant(node, SyntaxKind::CONFIG_PARAMETER_REF).and_then(|node| Path::of(&node));
        let all = node.descendants_with_tokens().any(|token| token.kind() == SyntaxKind::ALL_KW);
        if all {
            self.session.connection.reset_settings();
            return;
        }
        let is = |name: &str| path.as_ref().is_some_and(|path| &*path.name == name);
        if is("search_path") {
            self.session.connection.reset_path(false);
        }
        if is(BACKSLASHES) {
            self.catalog_mut().set_backslash(Backslash::default(), false);
        }
        if is(BODIES) {
            self.catalog_mut().set_reads_bodies(true, false);
        }
        if is(DEFAULT_READ_ONLY) {
            self.catalog_mut().set_default_read_only(false);
        }
    }
}

/// The schema that is named after a role; for the user that runs the migrations, that is what `$user` stands for
/// (`PostgreSQL` manual, `CREATE SCHEMA`).
fn role_schema(role: &SyntaxNode) -> Arc<str> {
    let words = ["current_user", "current_role", "session_user"];
    let text = role.text().to_string();
    if words.iter().any(|word| text.trim().eq_ignore_ascii_case(word)) {
        USER.into()
    } else {
        name::identifier(role)
    }
}

/// What the first role of a server is called, unless another name was chosen (`PostgreSQL` manual, 22.1).
const SUPERUSER: &str = "postgres";

/// The setting that says what a backslash is.
const BACKSLASHES: &str = "standard_conforming_strings";

/// The setting that says whether a function's body is read when the function is made.
pub(super) const BODIES: &str = "check_function_bodies";

/// What a text is as the value of a setting that is on or off: the server takes the begin of a word for
/// it (`PostgreSQL` manual, 19.1.1).
pub(super) fn boolean(value: &str) -> Option<bool> {
    let value = value.trim().to_ascii_lowercase();
    let words =
        [("true", true), ("false", false), ("yes", true), ("no", false), ("1", true), ("0", false)];
    let begun = words.into_iter().find(|(word, _)| !value.is_empty() && word.starts_with(&*value));
    match &*value {
        "on" => Some(true),
        "of" | "off" => Some(false),
        _ => begun.map(|(_, is_on)| is_on),
    }
}

/// What `SET` sets something to; `None` for `DEFAULT`.
fn values_of(values: &SyntaxNode) -> Option<Vec<Arc<str>>> {
    use SyntaxKind as K;
    let is_default = |node: &SyntaxNode| has_token(node, K::DEFAULT_KW);
    if is_default(values) || values.children().any(|value| is_default(&value)) {
        return None;
    }
    let mut names = Vec::new();
    for value in values.children() {
        names.push(match value.kind() {
            K::LITERAL => match literal(&value) {
                Value::Text(text) => text,
                Value::Int(int) => int.to_string().into(),
                // `on`, which is a reserved word, and the like.
                _ => value.text().to_string().trim().into(),
            },
            _ => name::identifier(&value),
        });
    }
    Some(names)
}
