//! What the database is asked, and when.

use super::{Args, Value};

/// A question that the database answers by yes or no.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// It in SQL.
    pub(crate) sql: String,
    pub(crate) when: Moment,
    /// What it asks for, if that is one thing.
    pub(crate) thing: Option<Thing>,
    /// The names that the answer is about: what is sent without them does not change it. Nothing where anything may.
    pub(crate) names: Vec<String>,
    /// The one label that the answer is about: another one that is added or renamed does not change it.
    pub(crate) label: Option<String>,
    pub(crate) scope: Scope,
}

/// What the answer to a question comes from, from what changes least often on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// What tables and types there are: only what makes, changes or removes one of the names changes it.
    Objects,
    /// Anything in the catalog.
    Catalog,
    /// Rows, or what a function gives.
    Rows,
}

/// Something that is there or not.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    pub(crate) kind: ThingKind,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    /// Whether the answer is yes if it is there.
    pub(crate) is_there: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ThingKind {
    Table,
    Type,
    Enum,
    /// Of a table.
    Column(String),
}

/// When the database was asked. What Python then has is the answer of that moment, whatever is sent afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// How much had been sent; nothing where that is not known, as where a file is loaded.
    pub(crate) sent: Option<usize>,
    /// Whether it was asked just then, and not perhaps later.
    pub(crate) is_sure: bool,
}

impl Moment {
    /// The earlier of two.
    pub(crate) fn before(self, other: Self) -> Self {
        Self {
            sent: self.sent.zip(other.sent).map(|(one, other)| one.min(other)),
            is_sure: self.is_sure && other.is_sure,
        }
    }

    /// Keeps it beside what was told.
    pub(crate) fn keep(self, args: &mut Args) {
        if let Some(sent) = self.sent.and_then(|sent| i64::try_from(sent).ok()) {
            args.keywords.push(("@sent".into(), Value::Int(sent)));
        }
        args.keywords.push(("@sure".into(), Value::Bool(self.is_sure)));
    }

    /// What was kept.
    pub(crate) fn kept(args: &Args) -> Self {
        let sent = match args.keyword("@sent") {
            Some(Value::Int(sent)) => usize::try_from(*sent).ok(),
            _ => None,
        };
        Self { sent, is_sure: matches!(args.keyword("@sure"), Some(Value::Bool(true))) }
    }
}

impl Asked {
    pub(crate) fn not(&self) -> Self {
        let thing = self.thing.clone();
        Self {
            sql: format!("NOT ({})", self.sql),
            thing: thing.map(|thing| Thing { is_there: !thing.is_there, ..thing }),
            ..self.clone()
        }
    }

    /// Whether both are so, or one of them.
    pub(crate) fn joined(all: &[&Self], word: &str) -> Option<Self> {
        let (first, rest) = all.split_first()?;
        if rest.is_empty() {
            return Some(Self { sql: format!("({})", first.sql), ..(*first).clone() });
        }
        let sql: Vec<String> = all.iter().map(|it| format!("({})", it.sql)).collect();
        // Of one of them anything may change the answer.
        let is_open = all.iter().any(|it| it.names.is_empty());
        let names = all.iter().flat_map(|it| it.names.iter().cloned());
        Some(Self {
            sql: sql.join(word),
            when: rest.iter().fold(first.when, |when, it| when.before(it.when)),
            thing: None,
            names: if is_open { Vec::new() } else { names.collect() },
            label: None,
            scope: rest.iter().fold(first.scope, |scope, it| scope.max(it.scope)),
        })
    }
}
