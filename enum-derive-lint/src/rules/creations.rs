//! What creates types, and what of the same name is there already.

use std::ops::Range;
use std::ptr;

use pg_enum_migrations::Change;
use pg_enum_python::{Named, What};

use crate::clause::{Act, Name};
use crate::statement::{Direction, Statement};
use crate::subject::{Shown, Subject};
use crate::types::{Point, TypeState};

/// A `CREATE TYPE … AS ENUM` on the way up.
pub(super) struct Creation<'s> {
    pub(super) statement: &'s Statement,
    pub(super) ty: &'s Name,
    /// Its labels, if all of them are literals.
    pub(super) labels: Option<Vec<&'s str>>,
    /// Its words.
    pub(super) words: Range<usize>,
    pub(super) how: How,
}

/// When the statement is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Always.
    Plainly,
    /// Once in a run, as `op.create_table` has it.
    Once,
    /// In a block of SQL, which may look first.
    InBlock,
    /// Where Python has looked first: `.create(bind, checkfirst=True)`, an inspector, a query.
    Looking,
}

/// All of a subject, in the order in which they are run.
pub(super) fn creations<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = Creation<'s>> {
    subject.about_types(Direction::Up).flat_map(of)
}

fn of(statement: &Statement) -> impl Iterator<Item = Creation<'_>> {
    statement.clauses().iter().filter_map(move |clause| {
        let Act::CreateEnum { ty, labels } = &clause.act else { return None };
        let is_inside = statement.words().get(clause.words.start).is_some_and(|it| it.depth > 0);
        let how = match (is_inside, statement.is_made() && statement.sent.is_none()) {
            (false, _) if statement.once.is_some() => How::Once,
            (false, _) => How::Plainly,
            (true, false) => How::InBlock,
            (true, true) => How::Looking,
        };
        let labels = labels.as_ref().map(|labels| labels.iter().map(|it| &*it.0).collect());
        Some(Creation { statement, ty, labels, words: clause.words.clone(), how })
    })
}

impl Creation<'_> {
    /// The enum that earlier migrations have left under the name; nothing if that is not certain.
    pub(super) fn found(&self, subject: &Subject<'_>) -> Option<TypeState> {
        let migration = self.statement.migration;
        if migration >= subject.replay.replayed || self.is_gone_before(subject) {
            return None;
        }
        if self.is_new(subject) {
            return None;
        }
        let state = subject.types.at(self.ty, Point::before(migration))?;
        subject.is_certain(&state).then_some(state)
    }

    /// Whether replay has created the type here: what has its name is in another schema.
    fn is_new(&self, subject: &Subject<'_>) -> bool {
        let at = self.at();
        subject.replay.events.iter().any(|event| {
            let Change::Created { name, .. } = &event.change else { return false };
            event.migration == self.statement.migration
                && **name == *self.ty.name
                && event.at.path() == at.path()
                && event.at.range.start < at.range.end
                && at.range.start < event.at.range.end
        })
    }

    /// What has created it before in the same migration.
    pub(super) fn earlier<'s>(&self, subject: &'s Subject<'_>) -> Option<Creation<'s>> {
        let mut last = None;
        for statement in self.before(subject) {
            if forgets(statement, self.ty) {
                last = None;
            }
            last = of(statement).find(|it| it.ty == self.ty).or(last);
        }
        last
    }

    /// Whether something in the same migration may have dropped or renamed the type.
    fn is_gone_before(&self, subject: &Subject<'_>) -> bool {
        self.before(subject).any(|statement| forgets(statement, self.ty))
    }

    /// The statements that the migration runs before it.
    fn before<'s>(&self, subject: &'s Subject<'_>) -> impl Iterator<Item = &'s Statement> {
        let own = self.statement;
        let all = subject.up_of(own.migration).iter();
        all.take_while(move |statement| !ptr::eq(*statement, own))
    }

    /// The generic `Enum` with `create_type=False` that it is of.
    pub(super) fn generic<'s>(&self, subject: &'s Subject<'_>) -> Option<&'s Shown> {
        subject.shown.iter().find(|shown| match &shown.fact.what {
            What::GenericCreateTypeFalse { of, by } => {
                shown.migration == self.statement.migration
                    && shown.direction == Direction::Up
                    && *by == self.statement.at
                    && of.name == self.ty.name
            }
            _ => false,
        })
    }

    /// Its place.
    pub(super) fn at(&self) -> pg_enum_migrations::Location {
        self.statement.at_words(self.words.clone())
    }
}

/// Whether a statement drops or renames a type, or may do so.
fn forgets(statement: &Statement, ty: &Name) -> bool {
    statement.clauses().iter().any(|clause| match &clause.act {
        Act::DropTypes { types, .. } => types.iter().any(|dropped| dropped.may_be(ty)),
        Act::RenameType { ty: renamed, .. } => renamed.may_be(ty),
        _ => false,
    })
}

/// The labels that an enum does not have, and does not get later.
pub(super) fn missing<'l>(
    subject: &Subject<'_>,
    of: &TypeState,
    labels: impl IntoIterator<Item = &'l str>,
) -> Vec<&'l str> {
    let end = Point::before(usize::MAX);
    let Some(end) = subject.types.state(of.id, end) else { return Vec::new() };
    let has = |label: &str| of.labels.iter().chain(&end.labels).any(|known| **known == *label);
    labels.into_iter().filter(|label| !has(label)).collect()
}

/// The name that a call gives.
pub(super) fn name_of(named: &Named) -> Name {
    Name { schema: named.schema.clone(), name: named.name.clone() }
}

/// The findings of replay at a place that the server refuses with such a code, by index.
pub(super) fn refused_at(
    subject: &Subject<'_>,
    sqlstate: &str,
    at: &pg_enum_migrations::Location,
) -> Option<usize> {
    let codes = [sqlstate];
    subject.replay.findings.iter().position(|finding| match &finding.kind {
        pg_enum_migrations::Kind::Refused { sqlstate } => {
            codes.contains(&&**sqlstate)
                && finding.at.path() == at.path()
                && finding.at.range.start < at.range.end.max(at.range.start + 1)
                && at.range.start < finding.at.range.end.max(finding.at.range.start + 1)
        }
        _ => false,
    })
}
