//! Scripts that are ready to run.

use std::borrow::Cow;
use std::sync::Arc;

use crate::folder::{Between, Running};
use crate::ground::Script;
use crate::text::created::{Created, created};
use crate::text::mask::mask;
use crate::text::script::{self, Piece, Pieces, Sender};
use crate::text::strings::{Backslash, respelled};

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
    pub(super) fn new(script: &'a Script, running: Running) -> Self {
        Self::of(script.clone(), Cow::Borrowed(script.text()), running, Backslash::default())
    }

    /// The same, of a script that is nobody else's.
    pub(super) fn owned(script: Script, running: Running) -> Prepared<'static> {
        let text = script.text().to_owned();
        Prepared::of(script, Cow::Owned(text), running, Backslash::default())
    }

    /// What is left of the script behind a byte of its text, with other backslashes.
    pub(super) fn rest(
        &self,
        start: usize,
        running: Running,
        backslash: Backslash,
    ) -> Prepared<'static> {
        let Script { source, range } = &self.script;
        let script = Script { source: Arc::clone(source), range: range.start + start..range.end };
        let text = script.text().to_owned();
        Prepared::of(script, Cow::Owned(text), running, backslash)
    }

    fn of(script: Script, text: Cow<'a, str>, running: Running, backslash: Backslash) -> Self {
        let mut placeholders = Vec::new();
        let text = changed(text, |text| respelled(text, backslash));
        let text = changed(text, |text| {
            mask(text, running.placeholders, |hole, original| {
                placeholders.push((hole.to_owned(), original.to_owned()));
            })
        });
        let sender = if running.between == Between::Psql { Sender::Psql } else { Sender::Server };
        let pieces = script::pieces(&text, sender);
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
