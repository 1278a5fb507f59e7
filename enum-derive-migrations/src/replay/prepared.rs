//! Scripts that are ready to run.

use std::borrow::Cow;
use std::sync::Arc;

use crate::folder::{Between, Running};
use crate::ground::Script;
use crate::text::created::{Created, created};
use crate::text::mask::mask;
use crate::text::script::{self, Piece, Pieces, Sender};
use crate::text::strings::{Backslash, respelled};

/// How scripts are read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) running: Running,
    pub(super) follows_tables: bool,
}

/// A script cut into statements, ready to run.
pub(super) struct Prepared<'a> {
    pub(super) script: Script,
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
        Self::of(script.clone(), Cow::Borrowed(script.text()), reading, Backslash::default())
    }

    /// The same, of a script that is nobody else's.
    pub(super) fn owned(script: Script, reading: Reading) -> Prepared<'static> {
        let text = script.text().to_owned();
        Prepared::of(script, Cow::Owned(text), reading, Backslash::default())
    }

    /// What is left of the script behind a byte of its text, with other backslashes.
    pub(super) fn rest(
        &self,
        start: usize,
        reading: Reading,
        backslash: Backslash,
    ) -> Prepared<'static> {
        let Script { source, range } = &self.script;
        let script = Script { source: Arc::clone(source), range: range.start + start..range.end };
        let text = script.text().to_owned();
        Prepared::of(script, Cow::Owned(text), reading, backslash)
    }

    fn of(script: Script, text: Cow<'a, str>, reading: Reading, backslash: Backslash) -> Self {
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
        Self { script, backslash, text, pieces, created: all_created, placeholders }
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
