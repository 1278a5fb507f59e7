//! What the parser does not read. The server may read it all the same, so that what it may touch is in doubt.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::{ASSUME, Session};
use crate::catalog::Why;
use crate::ground::{Finding, Key, Kind, Location, sort};

use crate::text::name::{Keyword, Path, has_hole, names};
use crate::text::token::dollar_quoted;
use crate::text::token::{self, Token};

impl Session {
    /// Reports a statement that cannot be read, and doubts what it may touch. A query touches no enum, so that nothing
    /// is said of it.
    pub(crate) fn unread_statement(
        &mut self,
        text: &str,
        at: &Location,
        place: &Location,
        error: &str,
    ) {
        let touches = self.reach(text);
        self.forget_relations_named_in(text, at, "a statement that may change it cannot be read");
        if has_hole(text) {
            if let Some(touches) = touches {
                self.unknown(at, "what this says is put together at run time", &touches);
            }
            return;
        }
        let message = format!("this statement cannot be read: {error}");
        let finding = match touches {
            Some(touches) => self.unknown_finding(at, message, &touches),
            None if is_query(text) => return,
            None => Finding::new(Kind::Unreadable, message, at.clone()),
        };
        let help = format!("fix it if the server refuses it as well; otherwise {ASSUME}");
        self.run.report(finding.with_related(place.clone(), error).with_help(help));
    }

    /// Reports a block that cannot be read, unless it touches no enum, whatever it says.
    pub(crate) fn unread_block(&mut self, text: &str, place: &Location, error: &str) {
        self.forget_relations_named_in(text, place, "a block that may change it cannot be read");
        let Some(touches) = self.reach(text) else { return };
        let message = format!("this block cannot be read: {error}");
        let finding = self.unknown_finding(place, message, &touches);
        let help = format!("fix it if the server refuses it as well; otherwise {ASSUME}");
        self.run.report(finding.with_help(help));
    }

    /// Reports a migration that is not its language: what runs the migrations stops there.
    pub(crate) fn unread_code(&mut self, at: &Location, message: &str) {
        let mut finding = self.unknown_finding(at, message.to_owned(), &[]);
        finding.kind = Kind::UnreadableCode;
        self.run.report(
            finding
                .with_help("fix it; the tool reads all files before it runs one, and stops here"),
        );
    }

    /// The types that a text may touch, as far as its words tell: `None` if none, and any if the list is empty.
    pub(crate) fn reach(&self, text: &str) -> Option<Vec<Key>> {
        let tokens = token::list(text);
        let mut touches: Vec<Key> = Vec::new();
        let mut defines_others = false;
        let mut makes_routine = false;
        for (index, (_, word, _)) in tokens.iter().enumerate() {
            let rest = &tokens[index + 1..];
            let (first, second) = (Keyword::new(word), Keyword::new(first_of(rest)));
            // The body of a routine does not run.
            makes_routine = match &*first {
                "do" => false,
                "function" | "procedure" => true,
                _ => makes_routine,
            };
            if let Some((inner, _)) = dollar_quoted(word).filter(|_| !makes_routine) {
                match self.reach(inner) {
                    Some(inner) if inner.is_empty() => return Some(inner),
                    inner => touches.extend(inner.unwrap_or_default()),
                }
            }
            let anything = match (&*first, &*second) {
                // That of a trigger, or a privilege.
                ("execute", "function" | "procedure" | "on") => false,
                // What depends on settings, or writes to the catalog.
                (
                    "execute"
                    | "set_config"
                    | "search_path"
                    | "standard_conforming_strings"
                    | "pg_enum"
                    | "pg_type"
                    | "pg_namespace",
                    _,
                )
                | ("create" | "alter" | "drop" | "set", "schema" | "owned") => true,
                ("create" | "alter" | "drop", "type" | "domain") => {
                    let names = names(&rest[1..]);
                    for path in &names {
                        touches.push(self.key_of(path));
                    }
                    names.is_empty() || names.iter().any(Path::has_hole)
                }
                ("create" | "alter" | "drop", _) => {
                    defines_others = true;
                    false
                }
                ("rename", "to") => {
                    let mut schemas = HashSet::new();
                    for (schema, _) in &touches {
                        schemas.insert(Arc::clone(schema));
                    }
                    for path in names(&rest[1..]) {
                        for schema in &schemas {
                            touches.push((Arc::clone(schema), Arc::clone(&path.name)));
                        }
                    }
                    false
                }
                _ => self.may_call(word),
            };
            if anything {
                return Some(Vec::new());
            }
        }
        if defines_others {
            touches.extend(self.enums_named_in(text));
        }
        sort(&mut touches, &mut Key::cmp);
        touches.dedup();
        (!touches.is_empty()).then_some(touches)
    }

    /// Whether a word may be the name of a routine of the migrations' own that acts.
    fn may_call(&self, word: &str) -> bool {
        let name = word.trim_matches('"');
        !self.memory.routines(name).is_empty()
            || !self.memory.routines(&name.to_ascii_lowercase()).is_empty()
    }

    /// The type that a name means, or would mean if it were there.
    fn key_of(&self, path: &Path) -> Key {
        let there = self.catalog().find(path).and_then(|id| self.catalog().ty(id));
        if let Some(ty) = there {
            return ty.key.clone();
        }
        let schema = path.schema.as_ref().or_else(|| self.catalog().current_schema());
        (schema.cloned().unwrap_or_else(|| "public".into()), Arc::clone(&path.name))
    }

    /// Whether tables that a text makes, changes or drops are there, and with which columns, is not known any more.
    pub(crate) fn forget_relations_named_in(&mut self, text: &str, at: &Location, reason: &str) {
        let tokens = token::list(text);
        let mut paths = Vec::new();
        for (index, (_, word, _)) in tokens.iter().enumerate() {
            let rest = &tokens[index + 1..];
            if !matches!(&*Keyword::new(word), "create" | "alter" | "drop") {
                continue;
            }
            // `CREATE OR REPLACE TEMP RECURSIVE VIEW` has the longest way to its noun.
            let noun = rest
                .iter()
                .take(5)
                .position(|(_, word, _)| matches!(&*Keyword::new(word), "table" | "view"));
            paths.extend(noun.map(|noun| names(&rest[noun + 1..])).unwrap_or_default());
        }
        let why = Rc::new(Why { at: at.clone(), reason: reason.to_owned() });
        for path in paths {
            let there =
                self.catalog().find_relation(&path).and_then(|id| self.catalog().relation(id));
            let key = there.map_or_else(|| self.key_of(&path), |relation| relation.key.clone());
            self.catalog_mut().forget_relation(&key, &why);
            // It has a row type.
            self.memory.doubts.add_other(&key);
        }
    }
}

fn first_of<'a>(tokens: &[Token<'a>]) -> &'a str {
    tokens.first().map_or("", |(_, word, _)| word)
}

/// Whether a statement reads or writes rows.
fn is_query(text: &str) -> bool {
    let first = token::words(text).next();
    matches!(
        &*Keyword::new(first.map_or("", |(_, word, _)| word)),
        "select"
            | "with"
            | "insert"
            | "update"
            | "delete"
            | "merge"
            | "values"
            | "table"
            | "("
            | "copy"
            | "explain"
    )
}
