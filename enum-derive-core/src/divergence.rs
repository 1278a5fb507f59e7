//! The differences between a definition and the migrations.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::record::{Origin, Record, RecordedEnum, RecordedLabel};
use crate::violation::Place;
use crate::{Definition, Literal};

/// One difference between a definition and the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The part of the definition that differs, as in [`Violation`](crate::Violation).
    pub place: Place,
    /// What differs.
    pub disagreement: Disagreement,
    /// The type, as messages show it.
    pub type_name: String,
    /// The place in a migration that differs, if there is one.
    pub at: Option<Origin>,
}

/// How a definition and the migrations differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disagreement {
    /// No migration creates the type.
    NeverCreated {
        /// Another schema in which they create a type with that name.
        elsewhere: Option<String>,
    },
    /// No migration creates the type, but one creates a type with a similar name: `CREATE TYPE DraftStatus` creates
    /// `draftstatus`, while the enum may be called `draft_status`.
    NamedOtherwise {
        /// The name in the migrations.
        theirs: String,
    },
    /// A migration drops the type.
    Dropped,
    /// No migration renames the type to its present name.
    TypeNotRenamed {
        /// The type under its former name, as messages show it.
        was: String,
    },
    /// No migration moves the type to its schema.
    TypeNotMoved {
        /// The type in its former schema, as messages show it.
        was: String,
        /// The schema in the definition.
        schema: String,
    },
    /// No migration adds the label.
    Missing {
        /// The label.
        label: String,
        /// The labels in the migrations that no variant has. The missing label may be a new name for one of them.
        unclaimed: Vec<String>,
    },
    /// The migrations have a label that differs only by case.
    CaseOnly {
        /// The label.
        label: String,
        /// The label in the migrations.
        theirs: String,
    },
    /// The definition says that the label was renamed, and no migration renames it.
    NotRenamed {
        /// The label.
        label: String,
        /// The former name, which the migrations still have.
        was: String,
    },
    /// The definition says that the label is removed, and no migration removes it.
    NotRemoved {
        /// The label.
        label: String,
    },
    /// The migrations have labels that the definition does not have.
    Extra {
        /// The labels.
        labels: Vec<RecordedLabel>,
    },
    /// The migrations have the label at another position.
    Order {
        /// The label.
        label: String,
        /// The label that comes before it in the migrations; `None` if it comes first there.
        after: Option<String>,
    },
}

impl Disagreement {
    /// A short, stable name, for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NeverCreated { .. } => "never-created",
            Self::NamedOtherwise { .. } => "named-otherwise",
            Self::Dropped => "dropped",
            Self::TypeNotRenamed { .. } => "type-not-renamed",
            Self::TypeNotMoved { .. } => "type-not-moved",
            Self::Missing { .. } => "missing",
            Self::CaseOnly { .. } => "case-only",
            Self::NotRenamed { .. } => "not-renamed",
            Self::NotRemoved { .. } => "not-removed",
            Self::Extra { .. } => "extra",
            Self::Order { .. } => "order",
        }
    }
}

/// What differs, without the fix: lowercase, without a full stop.
impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ty = &self.type_name;
        let at = fmt::from_fn(|f| match &self.at {
            Some(at) => write!(f, " ({at})"),
            None => Ok(()),
        });
        match &self.disagreement {
            Disagreement::NeverCreated { elsewhere: None } => {
                write!(f, "no migration creates the type {ty}")
            }
            Disagreement::NeverCreated { elsewhere: Some(schema) } => {
                write!(
                    f,
                    "no migration creates the type {ty}, but the schema {schema} has a type with \
                     that name{at}"
                )
            }
            Disagreement::NamedOtherwise { theirs } => write!(
                f,
                "no migration creates the type {ty}, but there is a type {theirs} in the same schema{at}"
            ),
            Disagreement::Dropped => write!(f, "a migration drops the type {ty}{at}"),
            Disagreement::TypeNotRenamed { was } => {
                write!(f, "no migration renames the type {was} to {ty}{at}")
            }
            Disagreement::TypeNotMoved { was, schema } => {
                write!(f, "no migration moves the type {was} to the schema {schema}{at}")
            }
            Disagreement::Missing { label, .. } => {
                write!(f, "no migration adds the label {} to {ty}", Literal(label))?;
                match &self.at {
                    Some(at) => write!(f, " (created at {at})"),
                    None => Ok(()),
                }
            }
            Disagreement::CaseOnly { label, theirs } => write!(
                f,
                "the label {} differs only by case from {} in the migrations{at}",
                Literal(label),
                Literal(theirs)
            ),
            Disagreement::NotRenamed { label, was } => {
                write!(
                    f,
                    "no migration renames the label {} of {ty} to {}{at}",
                    Literal(was),
                    Literal(label)
                )
            }
            Disagreement::NotRemoved { label } => {
                write!(f, "no migration removes the label {} from {ty}{at}", Literal(label))
            }
            Disagreement::Extra { labels } => {
                let noun = if labels.len() == 1 { "a label" } else { "labels" };
                write!(f, "the migrations give {ty} {noun} that no variant has: ")?;
                for (index, label) in labels.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{} ({})", Literal(&label.text), label.at)?;
                }
                Ok(())
            }
            Disagreement::Order { label, after: Some(after) } => write!(
                f,
                "the label {} comes after {} in the migrations{at}",
                Literal(label),
                Literal(after)
            ),
            Disagreement::Order { label, after: None } => {
                write!(f, "the label {} comes first in the migrations{at}", Literal(label))
            }
        }
    }
}

impl Divergence {
    /// What [`Record::accept`] takes to accept the labels that the definition lacks; nothing if it lacks none.
    ///
    /// ```
    /// # use pg_enum_core::divergence::divergences;
    /// # use pg_enum_core::record::Record;
    /// # use pg_enum_core::Definition;
    /// let text = "pg-enum record 1\ndefault\tpublic\nenum\tpublic\tmood\tknown\t1.sql\t1\n\
    ///             label\tsad\t1.sql\t1\nlabel\tlegacy\t1.sql\t1\n";
    /// let record = Record::parse(text).unwrap();
    /// let found = divergences(Definition::new("mood", &["sad"]), &record);
    /// assert_eq!(found[0].acceptable(), ["public.mood:legacy"]);
    /// ```
    #[must_use]
    pub fn acceptable(&self) -> Vec<String> {
        let labels = match &self.disagreement {
            Disagreement::Extra { labels } => labels.as_slice(),
            _ => &[],
        };
        labels.iter().map(|label| alloc::format!("{}:{}", self.type_name, label.text)).collect()
    }

    /// What to do about it: short and imperative, to be printed after the message and a semicolon.
    #[must_use]
    pub fn help(&self) -> impl fmt::Display + '_ {
        const WRITE: &str = "run `cargo pg-enum generate` to write the migration";
        fmt::from_fn(move |f| match &self.disagreement {
            Disagreement::NeverCreated { elsewhere: None } => write!(
                f,
                "{WRITE}, or add `#[pg_enum(external)]` if something else creates the type"
            ),
            Disagreement::NeverCreated { elsewhere: Some(schema) } => write!(
                f,
                "add `#[pg_enum(schema = {schema:?})]`, or run `cargo pg-enum generate` to create \
                 {} as well",
                self.type_name
            ),
            Disagreement::NamedOtherwise { theirs } => write!(
                f,
                "add `#[pg_enum(name = {theirs:?})]`, or run `cargo pg-enum generate` to create \
                 {} as well",
                self.type_name
            ),
            Disagreement::Dropped => {
                f.write_str("run `cargo pg-enum generate` to create it again, or remove the enum")
            }
            Disagreement::Missing { unclaimed, .. } => match unclaimed.as_slice() {
                [] => f.write_str(WRITE),
                [theirs] => write!(
                    f,
                    "if it is a new name for {}, add `#[pg_enum(was = {theirs:?})]`; then {WRITE}",
                    Literal(theirs)
                ),
                _ => write!(
                    f,
                    "if it is a new name for one of the existing labels, add `#[pg_enum(was = \
                     \"…\")]`; then {WRITE}"
                ),
            },
            Disagreement::CaseOnly { theirs, .. } => write!(
                f,
                "use the spelling of the migrations (`rename` or `rename_all`), or rename the \
                 label in the database: add `#[pg_enum(was = {theirs:?})]` and run `cargo pg-enum \
                 generate`"
            ),
            Disagreement::NotRenamed { .. }
            | Disagreement::TypeNotRenamed { .. }
            | Disagreement::TypeNotMoved { .. } => f.write_str(WRITE),
            Disagreement::NotRemoved { .. } => f.write_str(
                "replace the type in a hand-written migration, because `ALTER TYPE` cannot remove \
                 a label",
            ),
            Disagreement::Extra { labels } => {
                let (variants, them) = match labels.len() {
                    1 => ("a variant", "it"),
                    _ => ("variants", "them"),
                };
                write!(
                    f,
                    "add {variants} for {them}, or replace the type in a hand-written migration, \
                     because `ALTER TYPE` cannot remove a label"
                )
            }
            Disagreement::Order { .. } => f.write_str(
                "put the variants in the order of the migrations, because `ALTER TYPE` cannot \
                 reorder labels",
            ),
        })
    }
}

/// All differences between `definition` and the migrations. Empty if the state of the type after the migrations is
/// uncertain.
///
/// ```
/// use pg_enum_core::divergence::divergences;
/// use pg_enum_core::record::{Origin, Record, RecordedEnum, RecordedLabel};
/// use pg_enum_core::{Definition, Place};
///
/// let at = |line| Origin { file: "migrations/1_mood.sql".into(), line };
/// let record = Record {
///     default_schema: "public".into(),
///     enums: vec![RecordedEnum {
///         schema: "public".into(),
///         name: "mood".into(),
///         known: true,
///         created: at(1),
///         labels: vec![RecordedLabel { text: "sad".into(), at: at(2), accepted: false }],
///     }],
///     ..Record::default()
/// };
/// assert!(divergences(Definition::new("mood", &["sad"]), &record).is_empty());
///
/// let found = divergences(Definition::new("mood", &["sad", "happy"]), &record);
/// assert_eq!(found[0].place, Place::Label(1));
/// assert_eq!(
///     found[0].to_string(),
///     "no migration adds the label 'happy' to public.mood (created at migrations/1_mood.sql:1)"
/// );
/// assert_eq!(
///     found[0].help().to_string(),
///     "run `cargo pg-enum generate` to write the migration"
/// );
/// ```
#[must_use]
pub fn divergences(definition: Definition<'_>, record: &Record) -> Vec<Divergence> {
    let schema = definition.schema.unwrap_or(&record.default_schema);
    let type_name = alloc::format!("{schema}.{}", definition.name);
    let mut found = match record.find_for(definition) {
        Some(there) if there.known => {
            let mut found = Vec::from_iter(former_name(definition, schema, there));
            found.extend(labels(definition, there));
            found
        }
        Some(_) => Vec::new(),
        None if record.vague => Vec::new(),
        None => alloc::vec![absent(definition, schema, record)],
    };
    // First the name of the type, then each label, then the labels without a variant. The sort is stable.
    found.sort_by_key(|(place, disagreement, _)| match (place, disagreement) {
        (_, Disagreement::TypeNotRenamed { .. } | Disagreement::TypeNotMoved { .. }) => 0,
        (Place::Label(index), _) => index + 1,
        _ => usize::MAX,
    });
    let divergence = |(place, disagreement, at)| Divergence {
        place,
        disagreement,
        type_name: type_name.clone(),
        at,
    };
    found.into_iter().map(divergence).collect()
}

pub(crate) type Found = (Place, Disagreement, Option<Origin>);

/// The difference if the type still has its former name or schema.
fn former_name(definition: Definition<'_>, schema: &str, there: &RecordedEnum) -> Option<Found> {
    let was = alloc::format!("{}.{}", there.schema, there.name);
    let (place, disagreement) = if there.name != definition.name {
        (Place::Name, Disagreement::TypeNotRenamed { was })
    } else if there.schema != schema {
        (Place::Schema, Disagreement::TypeNotMoved { was, schema: schema.to_owned() })
    } else {
        return None;
    };
    Some((place, disagreement, Some(there.created.clone())))
}

fn absent(definition: Definition<'_>, schema: &str, record: &Record) -> Found {
    let dropped = record
        .dropped
        .iter()
        .rfind(|dropped| dropped.schema == schema && dropped.name == definition.name);
    if let Some(dropped) = dropped {
        return (Place::Name, Disagreement::Dropped, Some(dropped.at.clone()));
    }
    let elsewhere = record.enums.iter().find(|there| there.name == definition.name);
    let reads_the_same = |there: &&RecordedEnum| {
        there.schema == schema && letters(&there.name).eq(letters(definition.name))
    };
    if elsewhere.is_none()
        && let Some(there) = record.enums.iter().find(reads_the_same)
    {
        let disagreement = Disagreement::NamedOtherwise { theirs: there.name.clone() };
        return (Place::Name, disagreement, Some(there.created.clone()));
    }
    let place = match (definition.schema, elsewhere) {
        (Some(_), Some(_)) => Place::Schema,
        _ => Place::Name,
    };
    let at = elsewhere.map(|there| there.created.clone());
    let elsewhere = elsewhere.map(|there| there.schema.clone());
    (place, Disagreement::NeverCreated { elsewhere }, at)
}

/// A name in lower case and without underscores: the parts that naming conventions change.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|&c| c != '_').flat_map(char::to_lowercase)
}

/// How the labels differ.
pub(crate) fn labels(definition: Definition<'_>, there: &RecordedEnum) -> Vec<Found> {
    let mut found = Vec::new();
    let recorded = |text: &str| there.labels.iter().position(|label| label.text == text);
    // Labels in the migrations that are matched with a label of the definition that has another name.
    let mut taken = Vec::new();
    let mut ours = Vec::new();
    for (index, &label) in definition.labels.iter().enumerate() {
        let place = Place::Label(index);
        if let Some(position) = recorded(label) {
            ours.push((index, position));
            continue;
        }
        let was = definition.renamed.iter().find(|renamed| renamed.label == label);
        if let Some(was) = was
            && let Some(position) = recorded(was.was)
        {
            taken.push(position);
            ours.push((index, position));
            let disagreement =
                Disagreement::NotRenamed { label: label.to_owned(), was: was.was.to_owned() };
            found.push((place, disagreement, Some(there.labels[position].at.clone())));
            continue;
        }
        let twin = there.labels.iter().position(|theirs| {
            theirs.text.to_lowercase() == label.to_lowercase()
                && !definition.labels.contains(&&*theirs.text)
                && !has_a_hint(definition, &theirs.text)
        });
        match twin.filter(|position| !taken.contains(position)) {
            Some(position) => {
                taken.push(position);
                ours.push((index, position));
                let theirs = &there.labels[position];
                let disagreement =
                    Disagreement::CaseOnly { label: label.to_owned(), theirs: theirs.text.clone() };
                found.push((place, disagreement, Some(theirs.at.clone())));
            }
            None => {
                let unclaimed = Vec::new();
                let disagreement = Disagreement::Missing { label: label.to_owned(), unclaimed };
                found.push((place, disagreement, Some(there.created.clone())));
            }
        }
    }
    found.extend(out_of_order(definition, there, &ours));
    let mut extra = Vec::new();
    for (position, label) in there.labels.iter().enumerate() {
        if ours.iter().any(|(_, theirs)| *theirs == position) {
            continue;
        }
        match definition.removed.iter().position(|removed| removed.label == label.text) {
            Some(index) => {
                let disagreement = Disagreement::NotRemoved { label: label.text.clone() };
                found.push((Place::Removed(index), disagreement, Some(label.at.clone())));
            }
            None if label.accepted => {}
            None => extra.push(label.clone()),
        }
    }
    for (_, disagreement, _) in &mut found {
        if let Disagreement::Missing { unclaimed, .. } = disagreement {
            unclaimed.extend(extra.iter().map(|label| label.text.clone()));
        }
    }
    if let Some(first) = extra.first() {
        let at = Some(first.at.clone());
        found.push((Place::Name, Disagreement::Extra { labels: extra }, at));
    }
    found
}

/// Whether the definition says that a label was renamed or removed.
fn has_a_hint(definition: Definition<'_>, label: &str) -> bool {
    definition.renamed.iter().any(|renamed| renamed.was == label)
        || definition.removed.iter().any(|removed| removed.label == label)
}

/// The smallest set of labels that must move so that the rest are in order. `ours` pairs each label of the definition
/// with its position in the migrations.
fn out_of_order(
    definition: Definition<'_>,
    there: &RecordedEnum,
    ours: &[(usize, usize)],
) -> Vec<Found> {
    // The longest subsequence that is already in order, as a chain of predecessors.
    let mut longest: Vec<(usize, Option<usize>)> = Vec::with_capacity(ours.len());
    for (index, &(_, position)) in ours.iter().enumerate() {
        let before = (0..index)
            .filter(|&before| ours[before].1 < position)
            .max_by_key(|&before| (longest[before].0, core::cmp::Reverse(before)));
        longest.push((before.map_or(1, |before| longest[before].0 + 1), before));
    }
    let mut stays = alloc::vec![false; ours.len()];
    let mut end =
        (0..ours.len()).max_by_key(|&index| (longest[index].0, core::cmp::Reverse(index)));
    while let Some(index) = end {
        stays[index] = true;
        end = longest[index].1;
    }
    let moved = ours.iter().zip(stays).filter(|(_, stays)| !stays);
    moved
        .map(|(&(index, position), _)| {
            let after = position.checked_sub(1).map(|before| there.labels[before].text.clone());
            let label = definition.labels[index].to_owned();
            let at = Some(there.labels[position].at.clone());
            (Place::Label(index), Disagreement::Order { label, after }, at)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::divergences;
    use crate::record::{DroppedEnum, Origin, Record, RecordedEnum, RecordedLabel};
    use crate::{Definition, Former, Place, Removed, Renamed};

    #[test]
    fn what_may_be_there_is_not_missed() {
        let mut record = Record { default_schema: "public".into(), ..Record::default() };
        let mood = Definition::new("mood", &["sad"]);
        assert_eq!(divergences(mood, &record)[0].disagreement.code(), "never-created");
        record.vague = true;
        assert!(divergences(mood, &record).is_empty());
    }

    fn record(labels: &[&str], known: bool) -> Record {
        let at = |line| Origin { file: "m.sql".into(), line };
        let labels = labels.iter().enumerate().map(|(index, text)| RecordedLabel {
            text: (*text).into(),
            at: at(index + 2),
            accepted: false,
        });
        let there = RecordedEnum {
            schema: "public".into(),
            name: "t".into(),
            known,
            created: at(1),
            labels: labels.collect(),
        };
        let dropped = DroppedEnum { schema: "public".into(), name: "gone".into(), at: at(9) };
        Record {
            default_schema: "public".into(),
            enums: [there].into(),
            dropped: [dropped].into(),
            vague: false,
        }
    }

    fn found(definition: Definition<'_>, theirs: &[&str]) -> Vec<String> {
        divergences(definition, &record(theirs, true)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_is_nothing() {
        assert!(found(Definition::new("t", &["a", "b"]), &["a", "b"]).is_empty());
    }

    #[test]
    fn an_uncertain_type_is_not_compared() {
        assert!(divergences(Definition::new("t", &["x"]), &record(&["a"], false)).is_empty());
    }

    #[test]
    fn a_type_that_is_not_there() {
        assert_eq!(
            found(Definition::new("u", &["a"]), &[]),
            ["no migration creates the type public.u"]
        );
        assert_eq!(
            found(Definition::new("t", &["a"]).in_schema("app"), &[]),
            ["no migration creates the type app.t, but the schema public has a type with that \
                 name (m.sql:1)"]
        );
        assert_eq!(
            found(Definition::new("T_", &["a"]), &[]),
            [
                "no migration creates the type public.T_, but there is a type t in the same schema (m.sql:1)"
            ]
        );
        assert_eq!(
            found(Definition::new("gone", &["a"]), &[]),
            ["a migration drops the type public.gone (m.sql:9)"]
        );
    }

    #[test]
    fn a_renamed_or_moved_type() {
        let was = |schema, name| Former { schema, name };
        let renamed = Definition::new("u", &["a"]).with_was(was(None, "t"));
        assert_eq!(
            found(renamed, &["a"]),
            ["no migration renames the type public.t to public.u (m.sql:1)"]
        );
        let moved = Definition::new("t", &["a"]).in_schema("app");
        assert_eq!(
            found(moved.with_was(was(Some("public"), "t")), &["b"]),
            [
                "no migration moves the type public.t to the schema app (m.sql:1)",
                "no migration adds the label 'a' to app.t (created at m.sql:1)",
                "the migrations give app.t a label that no variant has: 'b' (m.sql:2)",
            ]
        );
        let both = Definition::new("u", &["a"]).in_schema("app");
        assert_eq!(
            found(both.with_was(was(Some("public"), "t")), &["a"]),
            ["no migration renames the type public.t to app.u (m.sql:1)"]
        );
        // Without a schema, the former name is in the present schema.
        assert_eq!(
            found(both.with_was(was(None, "t")), &["a"]),
            ["no migration creates the type app.u"]
        );
        // A rename that has already happened is not reported.
        assert!(found(Definition::new("t", &["a"]).with_was(was(None, "gone")), &["a"]).is_empty());
        let same = Definition::new("t", &["a"]).with_was(was(Some("public"), "t"));
        assert!(found(same, &["a"]).is_empty());
        assert!(divergences(renamed, &record(&["x"], false)).is_empty());
    }

    #[test]
    fn a_hint_has_priority_over_a_similar_name() {
        let renamed = [Renamed { label: "c", was: "b" }];
        let definition = Definition::new("t", &["B", "c"]).with_renamed(&renamed);
        assert_eq!(
            found(definition, &["b"]),
            [
                "no migration adds the label 'B' to public.t (created at m.sql:1)",
                "no migration renames the label 'b' of public.t to 'c' (m.sql:2)",
            ]
        );
        let removed = [Removed { label: "b", replacement: None }];
        assert_eq!(
            found(Definition::new("t", &["B"]).with_removed(&removed), &["b"]),
            [
                "no migration adds the label 'B' to public.t (created at m.sql:1)",
                "no migration removes the label 'b' from public.t (m.sql:2)",
            ]
        );
    }

    #[test]
    fn labels_that_differ() {
        assert_eq!(
            found(Definition::new("t", &["a", "B", "c"]), &["a", "b", "x", "y"]),
            [
                "the label 'B' differs only by case from 'b' in the migrations (m.sql:3)",
                "no migration adds the label 'c' to public.t (created at m.sql:1)",
                "the migrations give public.t labels that no variant has: 'x' (m.sql:4), 'y' (m.sql:5)",
            ]
        );
    }

    #[test]
    fn a_renamed_label() {
        let renamed = [Renamed { label: "done", was: "finished" }];
        let definition = Definition::new("t", &["a", "done"]).with_renamed(&renamed);
        assert_eq!(
            found(definition, &["a", "finished"]),
            ["no migration renames the label 'finished' of public.t to 'done' (m.sql:3)"]
        );
        assert!(found(definition, &["a", "done"]).is_empty());
    }

    #[test]
    fn a_removed_label() {
        let removed =
            [Removed { label: "x", replacement: None }, Removed { label: "y", replacement: None }];
        let definition = Definition::new("t", &["a"]).with_removed(&removed);
        assert_eq!(
            found(definition, &["a", "y", "z"]),
            [
                "no migration removes the label 'y' from public.t (m.sql:3)",
                "the migrations give public.t a label that no variant has: 'z' (m.sql:4)",
            ]
        );
        let first = divergences(definition, &record(&["a", "y", "z"], true)).swap_remove(0);
        assert_eq!(first.place, Place::Removed(1));
        assert!(found(definition, &["a"]).is_empty());
    }

    fn help(definition: Definition<'_>, theirs: &[&str]) -> Vec<String> {
        let found = divergences(definition, &record(theirs, true));
        found.iter().map(|found| found.help().to_string()).collect()
    }

    #[test]
    fn help_for_each() {
        let t = |labels| Definition::new("t", labels);
        let generate = "run `cargo pg-enum generate` to write the migration";
        assert_eq!(help(t(&["a", "b"]), &["a"]), [generate]);
        assert_eq!(
            help(t(&["a", "\"b\""]), &["a", "\"c\""]),
            [
                "if it is a new name for '\"c\"', add `#[pg_enum(was = \"\\\"c\\\"\")]`; then run \
                 `cargo pg-enum generate` to write the migration",
                "add a variant for it, or replace the type in a hand-written migration, because \
                 `ALTER TYPE` cannot remove a label",
            ]
        );
        assert_eq!(
            help(t(&["a", "b"]), &["a", "c", "d"]),
            [
                "if it is a new name for one of the existing labels, add `#[pg_enum(was = \"…\")]`; then run \
                 `cargo pg-enum generate` to write the migration",
                "add variants for them, or replace the type in a hand-written migration, because \
                 `ALTER TYPE` cannot remove a label",
            ]
        );
        assert_eq!(
            help(t(&["A"]), &["a"]),
            ["use the spelling of the migrations (`rename` or `rename_all`), or rename the label \
              in the database: add `#[pg_enum(was = \"a\")]` and run `cargo pg-enum generate`"]
        );
        assert_eq!(
            help(t(&["b", "a"]), &["a", "b"]),
            ["put the variants in the order of the migrations, because `ALTER TYPE` cannot \
              reorder labels"]
        );
        assert_eq!(
            help(Definition::new("u", &["a"]), &[]),
            ["run `cargo pg-enum generate` to write the migration, or add `#[pg_enum(external)]` \
              if something else creates the type"]
        );
        assert_eq!(
            help(t(&["a"]).in_schema("app"), &[]),
            ["add `#[pg_enum(schema = \"public\")]`, or run `cargo pg-enum generate` to create \
              app.t as well"]
        );
        assert_eq!(
            help(Definition::new("T", &["a"]), &[]),
            ["add `#[pg_enum(name = \"t\")]`, or run `cargo pg-enum generate` to create public.T \
              as well"]
        );
        assert_eq!(
            help(Definition::new("gone", &["a"]), &[]),
            ["run `cargo pg-enum generate` to create it again, or remove the enum"]
        );
    }

    #[test]
    fn as_few_labels_as_possible_are_out_of_order() {
        assert_eq!(
            found(Definition::new("t", &["c", "a", "b", "d"]), &["a", "b", "c", "d"]),
            ["the label 'c' comes after 'b' in the migrations (m.sql:4)"]
        );
        assert_eq!(found(Definition::new("t", &["b", "a"]), &["a", "b"]).len(), 1);
    }
}
