//! Whether what the database told once is what it would tell now.
//!
//! A condition is a statement of the step that depends on it, so that replay answers it where this stands. Python has the answer of
//! the moment when it asked. Both are the same where nothing that bears on the answer was sent in between, and often what was sent
//! tells which it was: a table that is created was not there.

use std::rc::Rc;

use pg_enum_migrations::folder::HOLE;
use pg_enum_migrations::words;

use super::Run;
use super::branches::Truth;
use crate::effects::{Effect, changes_rows_only};
use crate::value::{Asked, Moment, Thing, ThingKind};

/// How much is compared with a question in a step.
const PER_STEP: usize = 16;

/// Something that was sent.
pub(super) struct Sent {
    what: What,
    /// In which of the branches that may not be taken; nothing if in none.
    way: Option<u32>,
}

enum What {
    Sql(String),
    /// The same, which one run may leave out.
    SqlOnce(String),
    Tables,
    Anything,
    /// It is sent in another way.
    Nothing,
}

impl Run<'_> {
    /// Follows something in a branch that may not be taken.
    pub(super) fn in_a_way<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Vec<Effect>) {
        self.way_count += 1;
        self.ways.push(self.way_count);
        let result = self.apart(run);
        self.ways.pop();
        result
    }

    /// The database is asked now.
    pub(crate) fn now(&mut self) -> Moment {
        self.is_asked = true;
        Moment {
            // A file is loaded before the run begins, and with it those whose migrations come first.
            sent: (!self.calls.is_empty()).then_some(self.sent.len()),
            is_sure: true,
        }
    }

    /// The database is asked through an inspector, which keeps what it was told (`sqlalchemy/engine/reflection.py`, `cache`). Until
    /// 1.4, it asks for enums and for one table each time.
    pub(crate) fn inspected(
        &mut self,
        inspector: &str,
        question: String,
        until_1_4: bool,
    ) -> Moment {
        let now = self.now();
        let keeps = !until_1_4 || self.options.sqlalchemy >= (2, 0);
        let key = (inspector.to_owned(), question);
        match self.told.get(&key) {
            Some(_) if !keeps && self.options.is_pinned => now,
            Some(before) => {
                let is_sure = before.is_sure && (!until_1_4 || self.options.is_pinned);
                Moment { is_sure, ..*before }
            }
            None => {
                // In a branch that may not be taken, it may not have been asked.
                let kept = Moment { is_sure: self.ways.is_empty(), ..now };
                self.told.insert(key, kept);
                now
            }
        }
    }

    /// An inspector forgets what it was told.
    pub(crate) fn forget_told(&mut self, inspector: &str) {
        self.told.retain(|(of, _), _| of != inspector);
    }

    /// A new inspector.
    pub(crate) fn inspector(&mut self) -> String {
        self.inspectors += 1;
        format!("@inspector#{}", self.inspectors)
    }

    /// Remembers what is sent, once something has been asked.
    pub(super) fn remember(&mut self, effect: &Effect) {
        if !self.is_asked {
            return;
        }
        let what = match effect {
            Effect::Script(range) => {
                What::Sql(self.text.get(range.clone()).unwrap_or_default().to_owned())
            }
            Effect::Made { sql, once: None, .. } => What::Sql(sql.clone()),
            Effect::Made { sql, once: Some(_), .. } => What::SqlOnce(sql.clone()),
            Effect::Tables { .. } => What::Tables,
            Effect::Unknown { .. } | Effect::Perhaps { .. } => What::Anything,
        };
        self.sent.push(Sent { what, way: self.ways.last().copied() });
    }

    /// Puts aside what one way has sent, while the other is followed.
    pub(super) fn hide_sent(&mut self, start: usize) -> Vec<Sent> {
        let hidden = self.sent.split_off(start);
        let nothing = || Sent { what: What::Nothing, way: None };
        self.sent.extend(std::iter::repeat_with(nothing).take(hidden.len()));
        hidden
    }

    /// Puts it back.
    pub(super) fn show_sent(&mut self, start: usize, hidden: Vec<Sent>) {
        for (place, sent) in self.sent.iter_mut().skip(start).zip(hidden) {
            *place = sent;
        }
    }

    /// Whether something is true that the database has told.
    pub(super) fn told_now(&mut self, asked: &Rc<Asked>) -> Result<Truth, super::Stop> {
        let Some(sent) = asked.when.sent else { return Ok(Truth::Unknown) };
        self.charge(self.sent.len().saturating_sub(sent) / PER_STEP)?;
        let since = self.sent.get(sent..).unwrap_or_default();
        let Some(change) = since.iter().find(|it| it.may_change(asked)) else {
            return Ok(Truth::Told(Rc::clone(asked)));
        };
        // Where it is in a branch that this is in as well, it has happened.
        let is_certain =
            asked.when.is_sure && change.way.is_none_or(|way| self.ways.contains(&way));
        let (true, Some(thing), What::Sql(sql)) = (is_certain, &asked.thing, &change.what) else {
            return Ok(Truth::Unknown);
        };
        let was_there = was_there(sql, thing);
        Ok(Truth::of(was_there.map(|was_there| was_there == thing.is_there)))
    }
}

impl Sent {
    /// Whether the answer to a question may be another behind it.
    fn may_change(&self, asked: &Asked) -> bool {
        let sql = match &self.what {
            What::Anything => return true,
            What::Nothing => return false,
            What::Tables => {
                let is_type = |thing: &Thing| thing.kind == ThingKind::Type;
                return !asked.thing.as_ref().is_some_and(is_type);
            }
            What::Sql(sql) | What::SqlOnce(sql) => sql,
        };
        if asked.thing.is_some() && changes_rows_only(sql) {
            return false;
        }
        // What is put together on the server may have any name; a schema has all that is in it.
        let sql = sql.to_lowercase();
        asked.names.is_empty()
            || sql.contains(HOLE)
            || ["execute", "schema", "owned", "search_path"].iter().any(|word| sql.contains(word))
            || asked.names.iter().any(|name| has_word(&sql, &name.to_lowercase()))
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(start, _)| {
        let (before, behind) = (&text[..start], &text[start + word.len()..]);
        !before.ends_with(is_part) && !behind.starts_with(is_part)
    })
}

/// Whether something was there before a statement that would have failed otherwise; nothing where it does not tell.
fn was_there(sql: &str, thing: &Thing) -> Option<bool> {
    let words: Vec<String> = words(sql).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let of = match thing.kind {
        ThingKind::Type => "type",
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
    match (words.split_at_checked(2)?, &thing.kind) {
        ((["alter", "table"], rest), ThingKind::Column(table)) => {
            let rest = &rest[after_name(rest, table)?..];
            match rest {
                ["add", "column", column, ..] if *column == thing.name => Some(false),
                ["drop", "column", column, ..] if *column == thing.name => Some(true),
                _ => None,
            }
        }
        ((["create", what], rest), ThingKind::Table | ThingKind::Type) if *what == of => {
            after_name(rest, &thing.name).map(|_| false)
        }
        ((["drop", what], rest), ThingKind::Table | ThingKind::Type) if *what == of => {
            after_name(rest, &thing.name).map(|_| true)
        }
        _ => None,
    }
}
