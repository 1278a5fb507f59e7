//! What is dropped and created again by the statements of the migrations that have made it.
//!
//! Its text is not compared with what the database prints: the migration compares the definitions that the database prints
//! before and after. So it is enough to know which statements make it, and under which `search_path`.

use std::collections::HashSet;

use pg_enum_core::dependents::KnownStatements;
use pg_enum_core::plan::{Obstacle, Reason, Trouble};
use pg_enum_core::{Ident, Literal, Place};
use pg_enum_migrations::{
    ColumnState, Location, MentionState, RelationKind, StatementState, TableState, words,
};

use super::mentions::{MAY_DEPEND, described, is_named};
use super::reader::{Holder, Reader};
use crate::text::visible;

/// Why something cannot be created again, and where that is said.
type Refused = (String, Location);

impl<'a> Reader<'a> {
    /// What is created again, in the order of the migrations, with all that uses it. What cannot be created again is refused.
    pub(super) fn statements(
        &mut self,
        relevant: &[&'a MentionState],
        holding: &[Holder<'_>],
    ) -> Vec<KnownStatements> {
        let replay = self.replay;
        let mut again: Vec<&MentionState> = relevant.to_vec();
        let mut is_there: HashSet<_> = again.iter().map(|it| std::ptr::from_ref(*it)).collect();
        // What uses a view or a function that is dropped is dropped as well.
        let mut functions = Vec::new();
        let mut next = 0;
        while let Some(made) = again.get(next).copied() {
            next += 1;
            let Some(name) = &made.name else { continue };
            if !matches!(made.noun, "view" | "materialized view" | "function") {
                continue;
            }
            let users = replay.mentions.iter().filter(|other| other.names(name));
            for other in users.filter(|other| is_there.insert(std::ptr::from_ref(*other))) {
                again.push(other);
            }
            if made.noun == "function" {
                functions.push(&**name);
            }
        }
        self.look_at_defaults(&functions);
        let views: HashSet<_> = again
            .iter()
            .filter(|it| it.noun == "view")
            .map(|it| (it.name.as_deref(), it.table.as_deref()))
            .collect();
        let mut known = Vec::new();
        for mention in &replay.mentions {
            let is_same = |it: &&MentionState| {
                it.noun == mention.noun && it.name == mention.name && it.table == mention.table
            };
            let mut same = replay.mentions.iter().filter(is_same);
            let is_view = mention.noun == "view";
            let is_again = is_there.contains(&std::ptr::from_ref(mention))
                || is_view && views.contains(&(mention.name.as_deref(), mention.table.as_deref()));
            // `OR REPLACE` gives a view its last definition in its first place.
            if !is_again || is_view && !same.next().is_some_and(|it| std::ptr::eq(it, mention)) {
                continue;
            }
            let made = if is_view { same.next_back().unwrap_or(mention) } else { mention };
            // Its last definition may use only what is there when the first one is.
            let uses_later = || {
                let later = replay.mentions.iter().skip_while(|it| !std::ptr::eq(*it, mention));
                later.skip(1).any(|it| {
                    let name = it.name.as_deref().filter(|_| it.noun == "view");
                    it.name != made.name && name.is_some_and(|name| made.names(name))
                })
            };
            let is_only = if is_view { !uses_later() } else { same.count() == 1 };
            match self.again(made, holding, is_only) {
                Ok(mut statements) => {
                    if let (true, Some(name)) = (made.noun == "index", &made.name) {
                        let what = statements.what.clone();
                        let comment = self.comment("index", name, None, None, &what);
                        statements.statements.extend(comment.map(|comment| {
                            let on = statements.identity.replacen("index ", "INDEX ", 1);
                            (format!("COMMENT ON {on} IS {}", Literal(&comment)), String::new())
                        }));
                    }
                    known.push(statements);
                }
                Err((why, at)) => self.refuse(&described(made), &why, &at),
            }
        }
        known
    }

    /// The statements that make something.
    fn again(
        &self,
        made: &MentionState,
        holding: &[Holder<'_>],
        is_only: bool,
    ) -> Result<KnownStatements, Refused> {
        let refused = |why: &str| (format!("{MAY_DEPEND}, and {why}"), made.at.clone());
        let (Some(StatementState { sql, path, is_certain, more, .. }), Some(name)) =
            (&made.statement, &made.name)
        else {
            return Err(refused("the statement that makes it cannot be run again"));
        };
        if !is_certain {
            return Err(refused("whether its statement runs is not known"));
        }
        if !is_only {
            return Err(refused("several statements make one of this name"));
        }
        let more = match more {
            Ok(more) => more,
            Err(at) => {
                let why = "gets its privileges or its comment from a statement that is about other objects as well";
                return Err((why.to_owned(), at.clone()));
            }
        };
        self.names_one_column(made, holding).map_err(|why| refused(&why))?;
        let on = || {
            let table = self.relation(made.table.as_deref(), made.table_schema.as_deref());
            table.ok_or_else(|| refused("which table it is on is not certain"))
        };
        let (name_sql, mut view) = (Ident(name).to_string(), None);
        let (identity, drop) = match made.noun {
            "view" => {
                let table =
                    self.relation(Some(name), None).filter(|it| it.kind == RelationKind::View);
                let table = table.ok_or_else(|| refused("which view this is is not certain"))?;
                if made.has_star {
                    self.has_first_columns(made).map_err(|why| refused(&why))?;
                }
                let sql = super::reader::relation_sql(table);
                view = Some(sql.clone());
                (format!("view {sql}"), format!("DROP VIEW {sql}"))
            }
            "index" => {
                let full = format!("{}.{name_sql}", Ident(&on()?.schema));
                (format!("index {full}"), format!("DROP INDEX {full}"))
            }
            noun @ ("trigger" | "policy" | "rule") => {
                let table = super::reader::relation_sql(on()?);
                let drop = format!("DROP {} {name_sql} ON {table}", noun.to_ascii_uppercase());
                (format!("{noun} {name_sql} on {table}"), drop)
            }
            noun @ ("function" | "statistics object") => {
                let schema = made.schema.as_deref().or_else(|| first_schema(path));
                let schema =
                    schema.ok_or_else(|| refused("which schema it is in is not certain"))?;
                let full = format!("{}.{name_sql}", Ident(schema));
                let what = if noun == "function" { "ROUTINE" } else { "STATISTICS" };
                (format!("{noun} {full}"), format!("DROP {what} {full}"))
            }
            _ => return Err(refused("a plan without a database does not create it again")),
        };
        let is_aggregate = words(sql).take(4).any(|word| word == "aggregate");
        if made.noun == "function" && is_aggregate {
            return Err(refused("aggregates are not supported without a database"));
        }
        let statements = std::iter::once((sql.clone(), path_sql(path)))
            .chain(more.iter().map(|(sql, path)| (sql.clone(), path_sql(path))));
        Ok(KnownStatements {
            what: visible(&identity),
            identity,
            view,
            drop,
            statements: statements.collect(),
            at: self.shown(&made.at),
        })
    }

    /// The only table or view with this name, and in this schema if there is one.
    fn relation(&self, name: Option<&str>, schema: Option<&str>) -> Option<&'a TableState> {
        let is_it = |it: &&TableState| {
            Some(&*it.name) == name && schema.is_none_or(|schema| it.schema == schema)
        };
        let mut found = self.replay.tables.iter().filter(is_it);
        found.next().filter(|it| it.unknown.is_none() && found.next().is_none())
    }

    /// Whether a name in a statement is that of a column of the type and of no other column.
    fn names_one_column(&self, made: &MentionState, holding: &[Holder<'_>]) -> Result<(), String> {
        let named = |table: &&TableState| made.names(&table.name);
        for holder in holding.iter().filter(|it| made.names(&it.table.name)) {
            for column in holder.columns.iter().filter(|column| made.names(column)) {
                let has_other = |table: &TableState| {
                    let is_view =
                        matches!(table.kind, RelationKind::View | RelationKind::MaterializedView);
                    !is_view
                        && table.columns.iter().any(|it| &*it.name == *column && !self.holds(it))
                };
                if let Some(other) =
                    self.replay.tables.iter().filter(named).find(|it| has_other(it))
                {
                    return Err(format!(
                        "the column {} may be that of {} or that of {}",
                        visible(column),
                        visible(&super::reader::relation_sql(holder.table)),
                        visible(&super::reader::relation_sql(other))
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether the tables that a view names have no columns that were added later, which `*` in it does not mean.
    fn has_first_columns(&self, made: &MentionState) -> Result<(), String> {
        let named = self.replay.tables.iter().filter(|table| made.names(&table.name));
        for table in named {
            let is_first = |at: &Location| {
                std::sync::Arc::ptr_eq(&at.source, &table.created.source)
                    && table.created.range.start <= at.range.start
                    && at.range.end <= table.created.range.end
            };
            let is_view = matches!(table.kind, RelationKind::View);
            if !is_view && let Some(column) = table.columns.iter().find(|it| !is_first(&it.at)) {
                return Err(format!(
                    "`*` in it may not include the column {} of {}, which a later statement adds",
                    visible(&column.name),
                    visible(&super::reader::relation_sql(table))
                ));
            }
        }
        Ok(())
    }

    /// Refuses defaults and generated columns that use functions which are dropped.
    fn look_at_defaults(&mut self, functions: &[&str]) {
        if functions.is_empty() {
            return;
        }
        let replay = self.replay;
        let columns =
            replay.tables.iter().flat_map(|table| table.columns.iter().map(move |it| (table, it)));
        let defaults: Vec<(&TableState, &ColumnState, Vec<String>)> = columns
            .filter_map(|(table, it)| Some((table, it, words(it.default.as_deref()?).collect())))
            .collect();
        for function in functions {
            let uses = |words: &[String]| words.iter().any(|word| is_named(word, function));
            for (table, column, _) in defaults.iter().filter(|(.., words)| uses(words)) {
                let what = format!(
                    "default value for column {} of table {}",
                    column.name,
                    super::reader::relation_sql(table)
                );
                let why = format!(
                    "uses the function {}, which is dropped and created again",
                    visible(function)
                );
                self.refuse(&what, &why, &column.at);
            }
        }
    }
}

/// What the statements contain that the change of a type with this name renames or removes.
pub(super) fn changed_in(
    statements: &[KnownStatements],
    labels: &[&str],
    renamed_type: Option<&str>,
) -> Vec<Obstacle> {
    let of = |it: &KnownStatements| {
        let names_it = |name: &&str| {
            let has = |sql: &str| words(sql).any(|word| is_named(&word, name));
            it.statements.iter().any(|(sql, _)| has(sql))
        };
        let why = match (it.label(labels), renamed_type.filter(names_it)) {
            (Some(label), _) => format!(
                "may contain the label {}, which the migration renames or removes ({})",
                crate::text::label(label),
                it.at
            ),
            (None, Some(name)) => {
                format!("names the type {}, which the change renames ({})", visible(name), it.at)
            }
            (None, None) => return None,
        };
        let reason =
            Reason::Dependent { what: it.what.clone(), trouble: Trouble::NeedsDatabase { why } };
        Some(Obstacle { place: Place::Name, reason })
    };
    statements.iter().filter_map(of).collect()
}

/// The schema in which something without a schema is created.
fn first_schema(path: &[std::sync::Arc<str>]) -> Option<&str> {
    path.iter().map(|schema| &**schema).find(|schema| *schema != "$user")
}

/// The value of `search_path`.
fn path_sql(path: &[std::sync::Arc<str>]) -> String {
    let schemas: Vec<String> = path.iter().map(|schema| Ident(schema).to_string()).collect();
    schemas.join(", ")
}
