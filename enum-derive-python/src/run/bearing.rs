//! What a statement bears on, of what the database was asked.

use pg_enum_migrations::folder::HOLE;
use pg_enum_migrations::words;

use crate::effects::{changes_rows_only, is_about_rows};
use crate::looked_for::calls_built_ins_only;
use crate::queries::is_query;
use crate::value::{Asked, Scope, Thing, ThingKind};

/// What a statement bears on.
pub(super) enum Bearing {
    Nothing,
    Anything,
    /// Rows: no question about the catalog.
    Rows,
    /// Indexes, comments and privileges: no question whether something is there.
    Aside,
    /// These labels of a type, as `ADD VALUE` and `RENAME VALUE`.
    Labels(Vec<String>),
    Objects {
        objects: Vec<Object>,
        how: How,
    },
    /// What has a name that stands in it.
    Named,
}

/// Something that a statement makes, changes or removes.
pub(super) struct Object {
    schema: Option<String>,
    name: String,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum How {
    Made,
    /// Its names and what it is made of, but it stays there.
    Changed(Vec<String>),
    /// It gets another name or schema.
    Moved,
    Removed,
    /// With what depends on it.
    RemovedWithMore,
}

impl Bearing {
    /// Whether it may bear on what has no name in it.
    pub(super) fn is_far(&self) -> bool {
        matches!(self, Self::Anything | Self::Objects { how: How::RemovedWithMore, .. })
    }

    /// Whether the answer to a question may be another behind it; the statement has a name of the question, or is
    /// [far](Self::is_far), or the question has no names.
    pub(super) fn bears_on(&self, asked: &Asked) -> bool {
        match self {
            Self::Nothing => false,
            Self::Anything | Self::Named => true,
            Self::Rows => asked.scope == Scope::Rows,
            Self::Aside => asked.thing.is_none(),
            Self::Labels(labels) => match &asked.label {
                Some(label) => labels.contains(label),
                None => asked.scope != Scope::Objects,
            },
            Self::Objects { objects, how } => Self::bear(objects, how, asked),
        }
    }

    fn bear(objects: &[Object], how: &How, asked: &Asked) -> bool {
        let kind = asked.thing.as_ref().map(|thing| &thing.kind);
        // No enum depends on anything.
        if *how == How::RemovedWithMore && kind != Some(&ThingKind::Enum) {
            return true;
        }
        let schema = asked.thing.as_ref().and_then(|thing| thing.schema.as_ref());
        let is_there = |object: &Object| {
            let is_elsewhere = match (&object.schema, schema) {
                (Some(one), Some(other)) => *how != How::Moved && one != other,
                _ => false,
            };
            let is_named = |name: &String| name.to_lowercase() == object.name.to_lowercase();
            !is_elsewhere && asked.names.iter().any(is_named)
        };
        let is_of_it =
            asked.scope != Scope::Objects || asked.names.is_empty() || objects.iter().any(is_there);
        is_of_it
            && match (how, kind) {
                (How::Changed(words), Some(ThingKind::Column(_))) => {
                    let column = asked.thing.as_ref().map(|thing| thing.name.to_lowercase());
                    words.iter().any(|word| Some(word.to_lowercase()) == column)
                }
                // What is changed stays there.
                (How::Changed(_), Some(_)) => false,
                _ => true,
            }
    }
}

/// What a statement bears on.
pub(super) fn bearing(sql: &str) -> Bearing {
    if sql.contains(HOLE) {
        return Bearing::Anything;
    }
    let words = unquoted(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(first) = words.first() else { return Bearing::Nothing };
    match *first {
        "begin" | "commit" | "release" | "savepoint" | "start" => return Bearing::Nothing,
        "rollback" | "abort" => return Bearing::Anything,
        // A path leads to other things with the same names.
        "set" | "reset" | "discard" => {
            let is_path = |word: &&str| matches!(*word, "search_path" | "schema" | "all" | "role");
            return if words.iter().any(is_path) { Bearing::Anything } else { Bearing::Nothing };
        }
        "select" if is_query(sql) => {
            let words: Vec<String> = pg_enum_migrations::words(sql).collect();
            return if words.iter().any(|word| word == "into") {
                Bearing::Named
            } else if calls_built_ins_only(&words) {
                Bearing::Nothing
            } else {
                Bearing::Anything
            };
        }
        _ => {}
    }
    if changes_rows_only(sql) {
        return Bearing::Rows;
    }
    if is_about_rows(sql) {
        return Bearing::Aside;
    }
    let lowered = sql.to_lowercase();
    let all: Vec<&str> = lowered.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let all: Vec<&str> = all.into_iter().filter(|word| !word.is_empty()).collect();
    // A schema has all that is in it.
    let is_wide = all.windows(2).any(|pair| {
        matches!(pair, ["drop" | "alter" | "foreign", "schema"] | ["drop" | "reassign", "owned"])
    });
    let is_run = *first == "do" || *first == "call";
    let runs = ["execute", "call", "search_path", "rollback"];
    // `PERFORM f()`
    let performs = lowered.contains('(') && all.contains(&"perform");
    if is_wide || is_run && (performs || all.iter().any(|word| runs.contains(word))) {
        return Bearing::Anything;
    }
    if words.contains(&";") { Bearing::Named } else { of_objects(&words) }
}

/// The same of a statement that makes, changes or removes something with a name.
fn of_objects(words: &[&str]) -> Bearing {
    const BEFORE_KIND: [&str; 10] = [
        "or",
        "replace",
        "temp",
        "temporary",
        "unlogged",
        "global",
        "local",
        "materialized",
        "foreign",
        "recursive",
    ];
    const BEFORE_NAME: [&str; 5] = ["if", "not", "exists", "only", "concurrently"];
    const ASIDE: [&str; 7] =
        ["aggregate", "constraint", "function", "policy", "procedure", "role", "trigger"];
    let Some((verb @ ("create" | "drop" | "alter"), rest)) =
        words.split_first().map(|it| (*it.0, it.1))
    else {
        return Bearing::Named;
    };
    let skip = |words: &mut dyn Iterator<Item = &&str>, all: &[&str]| {
        words.take_while(|word| all.contains(*word)).count()
    };
    let rest = &rest[skip(&mut rest.iter(), &BEFORE_KIND)..];
    let Some((kind, rest)) = rest.split_first() else { return Bearing::Named };
    let is_cascade = verb == "drop" && words.last() == Some(&"cascade");
    if ASIDE.contains(kind) && !is_cascade {
        return Bearing::Aside;
    }
    if !["table", "type", "view", "domain", "sequence"].contains(kind) {
        let how = How::RemovedWithMore;
        return if is_cascade {
            Bearing::Objects { objects: Vec::new(), how }
        } else {
            Bearing::Named
        };
    }
    let mut rest = &rest[skip(&mut rest.iter(), &BEFORE_NAME)..];
    let mut objects = Vec::new();
    loop {
        let (object, behind) = match rest {
            [schema, ".", name, behind @ ..] => (object(Some(schema), name), behind),
            [name, behind @ ..] => (object(None, name), behind),
            [] => return Bearing::Named,
        };
        objects.push(object);
        rest = behind;
        match rest {
            [",", more @ ..] if verb == "drop" => rest = more,
            _ => break,
        }
    }
    let how = match (verb, rest) {
        ("create", _) => How::Made,
        ("drop", _) if is_cascade => How::RemovedWithMore,
        ("drop", _) => How::Removed,
        (_, ["rename", "to", name, ..]) => {
            objects.push(object(None, name));
            How::Moved
        }
        (_, ["set", "schema", ..]) => How::Moved,
        (_, ["add" | "rename", "value", labels @ ..]) => return of_labels(labels),
        _ => How::Changed(rest.iter().map(|word| (*word).to_owned()).collect()),
    };
    Bearing::Objects { objects, how }
}

fn object(schema: Option<&str>, name: &str) -> Object {
    Object { schema: schema.map(str::to_owned), name: name.to_owned() }
}

/// The labels in the rest of `ADD VALUE` or `RENAME VALUE`.
fn of_labels(words: &[&str]) -> Bearing {
    let label = |word: &&str| {
        let text = word.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(text.replace("''", "'"))
    };
    let labels: Option<Vec<String>> =
        words.iter().filter(|word| word.contains(['\'', '$'])).map(label).collect();
    labels.map_or(Bearing::Named, Bearing::Labels)
}

/// The words of SQL, with identifiers as the server has them.
fn unquoted(sql: &str) -> Vec<String> {
    let unquote = |word: String| match word.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(name) => name.replace("\"\"", "\""),
        None => word,
    };
    let mut words: Vec<String> = words(sql).map(unquote).collect();
    while words.last().is_some_and(|word| word == ";") {
        words.pop();
    }
    words
}

/// Whether something was there before a statement that would have failed otherwise; nothing where it does not tell.
pub(super) fn was_there(sql: &str, thing: &Thing) -> Option<bool> {
    let words = unquoted(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let of = match thing.kind {
        ThingKind::Type | ThingKind::Enum => "type",
        ThingKind::Table | ThingKind::Column(_) => "table",
    };
    // `[s.]x`, and what is behind it.
    let after_name = |words: &'_ [&str], name: &str| match (words, &thing.schema) {
        ([schema, ".", named, ..], Some(of)) if schema == of && *named == name => Some(3),
        ([named, ..], None) if *named == name => {
            (words.get(1).is_none_or(|next| *next != ".")).then_some(1)
        }
        _ => None,
    };
    let (start, rest) = words.split_at_checked(2)?;
    match (start, &thing.kind) {
        (["alter", "table"], ThingKind::Column(table)) => {
            let rest = &rest[after_name(rest, table)?..];
            match rest {
                ["add", "column", column, ..] if *column == thing.name => Some(false),
                ["drop", "column", column, ..] if *column == thing.name => Some(true),
                _ => None,
            }
        }
        (_, ThingKind::Column(_)) => None,
        (["create", what], _) if *what == of => after_name(rest, &thing.name).map(|_| false),
        // What was removed may have been another type.
        (["drop", what], ThingKind::Table | ThingKind::Type) if *what == of => {
            after_name(rest, &thing.name).map(|_| true)
        }
        _ => None,
    }
}
