//! What else may depend on the type, as far as the texts of statements show it.

use pg_enum_core::dependents::KnownIndex;
use pg_enum_migrations::{MentionState, words};

use super::reader::{Holder, Reader};
use crate::text::visible;

/// What replay calls statements that make no object.
const PRIVILEGE: &str = "privilege or label";
const OWNER: &str = "owner of the type";
const DEFAULT_PRIVILEGE: &str = "default privilege";
const STORAGE: &str = "storage of a column";

pub(super) const MAY_DEPEND: &str = "names the type, a column of it or what uses them";
const NOT_FOLLOWED: &str = "is set by a statement that a plan without a database does not follow";

impl<'a> Reader<'a> {
    /// Tells what may depend on the type: an index whose printed form is certain, what is created again by its statement, or
    /// what is refused.
    pub(super) fn look_at(
        &mut self,
        mention: &'a MentionState,
        holding: &[Holder<'_>],
        indexes: &mut Vec<(&'a MentionState, KnownIndex)>,
        again: &mut Vec<&'a MentionState>,
    ) {
        let names_type = mention.names(&self.recorded.name);
        let of = |holder: &&Holder<'_>| mention.names(&holder.table.name);
        let mut tables = holding.iter().filter(of);
        let mut names_column =
            || tables.any(|holder| holder.columns.iter().any(|column| mention.names(column)));
        let is_relevant = match mention.noun {
            DEFAULT_PRIVILEGE => true,
            PRIVILEGE | OWNER | "type" | "domain" | "cast" | "operator" => names_type,
            "function" => names_type || names_column(),
            "index" => {
                let on =
                    |holder: &Holder<'_>| mention.table.as_deref() == Some(&*holder.table.name);
                mention.has_constant
                    && (names_type && mention.has_cast || holding.iter().any(on) && names_column())
            }
            "view" | "materialized view" => {
                names_type && mention.has_cast
                    || names_column()
                    || mention.has_star && holding.iter().any(|it| mention.names(&it.table.name))
            }
            "rule" => {
                names_type && mention.has_cast
                    || holding.iter().any(|it| mention.names(&it.table.name))
            }
            _ => names_type && mention.has_cast || names_column(),
        };
        if !is_relevant {
            return;
        }
        // Without a schema, which of several tables of that name it is on depends on `search_path`.
        let on = |holder: &&Holder<'_>| mention.table.as_deref() == Some(&*holder.table.name);
        let is_clear = mention.table_schema.is_some() || holding.iter().filter(on).count() < 2;
        if let (Some(index), Some(name)) =
            (mention.index.as_ref().filter(|_| is_clear), &mention.name)
        {
            let columns = index.columns.iter().map(ToString::to_string).collect();
            let what = format!("index {}", visible(name));
            let comment = self.comment("index", name, None, None, &what);
            let index = KnownIndex {
                name: name.clone(),
                comment,
                is_unique: index.is_unique,
                columns,
                predicate: index.predicate.clone(),
                at: self.shown(&mention.at),
            };
            indexes.push((mention, index));
            return;
        }
        let (what, why) = match (mention.noun, &mention.name) {
            (PRIVILEGE, _) => {
                ("a privilege or a security label of the type".to_owned(), NOT_FOLLOWED)
            }
            (OWNER, _) => ("the owner of the type".to_owned(), NOT_FOLLOWED),
            (DEFAULT_PRIVILEGE, _) => ("a default privilege for types".to_owned(), NOT_FOLLOWED),
            (STORAGE, _) => ("the storage of a column".to_owned(), NOT_FOLLOWED),
            _ if self.surely_uses(mention, holding) => {
                again.push(mention);
                return;
            }
            _ => (described(mention), MAY_DEPEND),
        };
        self.refuse(&what, why, &mention.at);
    }

    /// Whether a name in the statement is certain to be that of the type, or of a column of it, and not an alias or a parameter.
    /// The migration raises an error where something that it creates again does not depend on the type.
    fn surely_uses(&self, mention: &MentionState, holding: &[Holder<'_>]) -> bool {
        let (Some(_), Some(statement)) = (&mention.name, &mention.statement) else {
            return mention.name.is_some();
        };
        if mention.noun == "view" && mention.has_star {
            return true;
        }
        let words: Vec<String> = words(&statement.sql).collect();
        let word = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", String::as_str);
        let is_name = |word: &str| {
            let mut columns = holding.iter().flat_map(|holder| &holder.columns);
            is_named(word, &self.recorded.name) || columns.any(|column| is_named(word, column))
        };
        (0..words.len()).filter(|at| is_name(&words[*at])).any(|at| {
            let (before, after) = (word(at.checked_sub(1)), word(at.checked_add(1)));
            match mention.noun {
                // `f(mood text)` has a parameter of this name, and `f(m mood)` one of this type.
                "function" => {
                    matches!(before, "returns" | "setof" | "." | ":")
                        || matches!(after, "," | ")" | "[" | "=" | "default")
                }
                _ => before != "as",
            }
        })
    }

    /// The last comment on an object with this name, and this schema or table where both are given; `None` if it has none.
    /// A comment whose text is not known is refused, with `what` as the object.
    pub(super) fn comment(
        &mut self,
        noun: &str,
        name: &str,
        schema: Option<&str>,
        table: Option<&str>,
        what: &str,
    ) -> Option<String> {
        let comment = self.replay.comments.iter().rfind(|it| {
            let is = |one: Option<&str>, other: Option<&str>| {
                one.is_none() || other.is_none() || one == other
            };
            it.noun == noun
                && *it.name == *name
                && is(it.schema.as_deref(), schema)
                && is(it.table.as_deref(), table)
        })?;
        match &comment.text {
            Ok(text) => text.clone(),
            Err(_) => {
                let what = format!("the comment of {noun} {} of {what}", visible(name));
                self.refuse(&what, "is not a plain literal", &comment.at);
                None
            }
        }
    }

    /// Functions whose bodies have a label as a literal.
    pub(super) fn label_mentions(&self) -> Vec<(String, String)> {
        let functions = self.replay.mentions.iter().filter(|it| it.noun == "function");
        let of = |mention: &MentionState| {
            let name = mention.name.as_ref().map(|name| format!("function {}", visible(name)));
            let labels = self.recorded.labels.iter().map(|label| label.text.clone());
            let labels: Vec<String> = labels.filter(|label| mention.has_literal(label)).collect();
            labels.into_iter().filter_map(move |label| Some((name.clone()?, label)))
        };
        functions.flat_map(of).collect()
    }
}

/// As messages call it.
pub(super) fn described(made: &MentionState) -> String {
    match &made.name {
        Some(name) => format!("{} {}", made.noun, visible(name)),
        None => {
            let article = if made.noun.starts_with(['e', 'i', 'o']) { "an" } else { "a" };
            format!("{article} {}", made.noun)
        }
    }
}

/// Whether a word of a statement is this name.
pub(super) fn is_named(word: &str, name: &str) -> bool {
    match word.strip_prefix('"').and_then(|word| word.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\"") == name,
        None => word == name,
    }
}
