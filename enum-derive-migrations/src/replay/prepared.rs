//! Scripts that are ready to run.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::options::Options;
use crate::folder::{Between, Folder, Running};
use crate::ground::{Location, Script, Source};
use crate::text::created::{Created, created};
use crate::text::mask::mask;
use crate::text::origin::Origin;
use crate::text::script::{self, Piece, Pieces, Sender};
use crate::text::strings::{Backslash, respelled};

/// How scripts are read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) running: Running,
    pub(super) follows_tables: bool,
}

impl Reading {
    pub(super) fn of(folder: &Folder, options: &Options) -> Self {
        Self { running: folder.tool.running(), follows_tables: options.tables }
    }
}

/// A script cut into statements, ready to run.
pub(super) struct Prepared<'a> {
    /// Where it stands, or what makes it.
    script: Script,
    /// The text, if it does not stand in the file.
    made: Option<Arc<str>>,
    /// What it takes a backslash to be.
    pub(super) backslash: Backslash,
    pub(super) text: Cow<'a, str>,
    pub(super) pieces: Pieces,
    /// What it creates, as far as its statements' first words tell.
    pub(super) created: Vec<Created>,
    /// Its placeholders, each with what stands for it.
    pub(super) placeholders: Vec<(String, String)>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(script: &'a Script, reading: Reading) -> Self {
        let text = Cow::Borrowed(script.text());
        Self::of(script.clone(), None, text, reading, Backslash::default())
    }

    /// The same, of a script that is nobody else's.
    pub(super) fn owned(script: Script, reading: Reading) -> Prepared<'static> {
        let text = script.text().to_owned();
        Prepared::of(script, None, Cow::Owned(text), reading, Backslash::default())
    }

    /// A script that what stands at `at` makes.
    pub(super) fn made(sql: String, at: &Location, reading: Reading) -> Prepared<'static> {
        let script = Script { source: Arc::clone(&at.source), range: at.range.clone() };
        let made = Some(sql.as_str().into());
        Prepared::of(script, made, Cow::Owned(sql), reading, Backslash::default())
    }

    /// What is left of the script behind a byte of its text, with other backslashes.
    pub(super) fn rest(
        &self,
        start: usize,
        reading: Reading,
        backslash: Backslash,
    ) -> Prepared<'static> {
        if let Some(made) = &self.made {
            let rest = made.get(start..).unwrap_or_default();
            let (made, text) = (Some(rest.into()), Cow::Owned(rest.to_owned()));
            return Prepared::of(self.script.clone(), made, text, reading, backslash);
        }
        let Script { source, range } = &self.script;
        let script = Script { source: Arc::clone(source), range: range.start + start..range.end };
        let text = script.text().to_owned();
        Prepared::of(script, None, Cow::Owned(text), reading, backslash)
    }

    /// The source that has it, or what makes it.
    pub(super) fn source(&self) -> &Arc<Source> {
        &self.script.source
    }

    /// How many statements it has.
    pub(super) fn statements(&self) -> usize {
        let is_statement = |piece: &&Piece| matches!(piece, Piece::Statement { .. });
        self.pieces.list.iter().filter(is_statement).count()
    }

    /// Where a stretch of the text stands.
    pub(super) fn at(&self, range: Range<usize>) -> Location {
        let Script { source, range: whole } = &self.script;
        match self.made {
            Some(_) => Location::new(source, whole.clone()),
            None => Location::new(source, whole.start + range.start..whole.start + range.end),
        }
    }

    /// Where the text behind a byte of it comes from.
    pub(super) fn origin(&self, start: usize) -> Origin {
        let Script { source, range } = &self.script;
        match self.made {
            Some(_) => Origin::fixed(&self.at(start..start)),
            None => Origin::file(source, range.start + start),
        }
    }

    fn of(
        script: Script,
        made: Option<Arc<str>>,
        text: Cow<'a, str>,
        reading: Reading,
        backslash: Backslash,
    ) -> Self {
        let mut placeholders = Vec::new();
        let text = changed(text, |text| respelled(text, backslash));
        let text = changed(text, |text| {
            mask(text, reading.running.placeholders, |hole, original| {
                placeholders.push((hole.to_owned(), original.to_owned()));
            })
        });
        let sender =
            if reading.running.between == Between::Psql { Sender::Psql } else { Sender::Server };
        let pieces = script::pieces(&text, sender, reading.follows_tables);
        let mut all_created = Vec::new();
        for piece in &pieces.list {
            if let Piece::Statement { range, .. } = piece {
                all_created.extend(created(&text[range.clone()]));
            }
        }
        Self { script, made, backslash, text, pieces, created: all_created, placeholders }
    }
}

/// The text as `change` has it, which mostly leaves it as it is.
fn changed(text: Cow<'_, str>, change: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    let changed = match change(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(changed) => Some(changed),
    };
    changed.map_or(text, Cow::Owned)
}
