//! Whether what the database told once is what it would tell now.
//!
//! A condition is a statement of the step that depends on it, so that replay answers it where this stands. Python has the answer of
//! the moment when it asked. Both are the same where nothing that bears on the answer was sent in between, and often what was sent
//! tells which it was: a table that is created was not there.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Run;
use super::bearing::{Bearing, bearing, was_there};
use super::branches::Truth;
use crate::effects::Effect;
use crate::value::{Asked, Moment, Thing, ThingKind};

/// How much is compared with a question in a step.
const PER_STEP: usize = 16;

/// What was sent, in order.
#[derive(Default)]
pub(super) struct Log {
    sent: Vec<Sent>,
    /// Where each word is.
    words: HashMap<String, Vec<usize>>,
    /// Where there is what may bear on any name.
    far: Vec<usize>,
}

/// Something that was sent.
pub(super) struct Sent {
    what: What,
    /// In which of the branches that may not be taken; nothing if in none.
    way: Option<u32>,
}

enum What {
    Sql {
        sql: String,
        /// Whether one run may leave it out.
        is_once: bool,
        bearing: Bearing,
    },
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
            sent: (!self.calls.is_empty()).then_some(self.sent_count()),
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
        let (sql, is_once) = match effect {
            Effect::Script(range) => (self.text.get(range.clone()).unwrap_or_default(), false),
            Effect::Made { sql, once, .. } => (&**sql, once.is_some()),
            Effect::Tables { .. } => return self.log(What::Tables, None),
            Effect::Unknown { .. } | Effect::Perhaps { .. } => {
                return self.log(What::Anything, None);
            }
        };
        let what = match bearing(sql) {
            Bearing::Nothing => What::Nothing,
            bearing => What::Sql { sql: sql.to_owned(), is_once, bearing },
        };
        let sql = sql.to_lowercase();
        self.log(what, Some(&sql));
    }

    fn log(&mut self, what: What, sql: Option<&str>) {
        let at = self.sent.sent.len();
        let is_far = match &what {
            What::Sql { bearing, .. } => bearing.is_far(),
            What::Tables | What::Anything => true,
            What::Nothing => false,
        };
        match sql {
            _ if is_far => self.sent.far.push(at),
            Some(sql) if !matches!(what, What::Nothing) => {
                for word in words_in(sql).collect::<HashSet<_>>() {
                    match self.sent.words.get_mut(word) {
                        Some(places) => places.push(at),
                        None => drop(self.sent.words.insert(word.to_owned(), vec![at])),
                    }
                }
            }
            _ => {}
        }
        self.sent.sent.push(Sent { what, way: self.ways.last().copied() });
    }

    /// How much has been sent.
    pub(super) fn sent_count(&self) -> usize {
        self.sent.sent.len()
    }

    /// What has been sent since then may not have happened.
    pub(super) fn doubt_sent(&mut self, start: usize) {
        self.way_count += 1;
        for sent in self.sent.sent.iter_mut().skip(start) {
            sent.way = Some(self.way_count);
        }
    }

    /// Puts aside what one way has sent, while the other is followed.
    pub(super) fn hide_sent(&mut self, start: usize) -> Vec<Sent> {
        let nothing =
            |sent: &mut Sent| std::mem::replace(sent, Sent { what: What::Nothing, way: None });
        self.sent.sent.iter_mut().skip(start).map(nothing).collect()
    }

    /// Puts it back.
    pub(super) fn show_sent(&mut self, start: usize, hidden: Vec<Sent>) {
        for (place, sent) in self.sent.sent.iter_mut().skip(start).zip(hidden) {
            *place = sent;
        }
    }

    /// Whether something is true that the database has told.
    pub(super) fn told_now(&mut self, asked: &Rc<Asked>) -> Result<Truth, super::Stop> {
        let Some(since) = asked.when.sent else { return Ok(Truth::Unknown) };
        let (change, compared) = self.sent.change(asked, since);
        self.charge(compared / PER_STEP)?;
        let Some(change) = change.and_then(|at| self.sent.sent.get(at)) else {
            return Ok(Truth::Told(Rc::clone(asked)));
        };
        // Where it is in a branch that this is in as well, it has happened.
        let is_certain =
            asked.when.is_sure && change.way.is_none_or(|way| self.ways.contains(&way));
        let (true, Some(thing), What::Sql { sql, is_once: false, .. }) =
            (is_certain, &asked.thing, &change.what)
        else {
            return Ok(Truth::Unknown);
        };
        let was_there = was_there(sql, thing);
        Ok(Truth::of(was_there.map(|was_there| was_there == thing.is_there)))
    }
}

impl Log {
    /// The first thing sent since then that may change the answer to a question, and with how many it was compared.
    fn change(&self, asked: &Asked, since: usize) -> (Option<usize>, usize) {
        let mut compared = 0;
        let mut changes = |at: usize| {
            compared += 1;
            self.sent.get(at).is_some_and(|sent| sent.may_change(asked))
        };
        let lowered: Vec<String> = asked.names.iter().map(|name| name.to_lowercase()).collect();
        // Of a name of several words, the first tells.
        let words: Option<Vec<&str>> = lowered.iter().map(|name| words_in(name).next()).collect();
        let first = match words {
            Some(words) if !words.is_empty() => {
                let lists = words.iter().filter_map(|word| self.words.get(*word));
                let lists = lists.chain([&self.far]);
                let mut first: Option<usize> = None;
                for list in lists {
                    let start = list.partition_point(|at| *at < since);
                    let found = list.iter().skip(start).copied();
                    let mut found = found.take_while(|at| first.is_none_or(|first| *at < first));
                    first = found.find(|at| changes(*at)).or(first);
                }
                first
            }
            // What is put together on the server may have any name.
            _ => (since..self.sent.len()).find(|at| changes(*at)),
        };
        (first, compared)
    }
}

impl Sent {
    /// Whether the answer to a question may be another behind it, where it has one of the names.
    fn may_change(&self, asked: &Asked) -> bool {
        match &self.what {
            What::Anything => true,
            What::Nothing => false,
            What::Tables => {
                let is_type =
                    |thing: &Thing| matches!(thing.kind, ThingKind::Type | ThingKind::Enum);
                !asked.thing.as_ref().is_some_and(is_type)
            }
            What::Sql { bearing, .. } => bearing.bears_on(asked),
        }
    }
}

/// The words in text, whatever they stand in.
fn words_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}
