//! What PostgreSQL would refuse, or silently change.

mod built_in;

use core::fmt;

pub use self::built_in::{built_in_type, is_built_in_type};
use crate::display::from_fn;
use crate::{Definition, RetiredRows};

/// The most bytes an identifier or a label may have: `NAMEDATALEN - 1` (PostgreSQL manual, 4.1.1).
///
/// PostgreSQL truncates a longer identifier and refuses a longer label (8.7.4).
pub const MAX_BYTES: usize = 63;

/// One thing that is wrong with a definition, and where. Its `Display` is the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation<'a> {
    /// The part of the definition that is wrong.
    pub place: Place,
    /// What is wrong with it.
    pub problem: Problem<'a>,
}

/// A part of a definition. The numbers index the definition's own slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The schema's name.
    Schema,
    /// The type's name.
    Name,
    /// The former schema of the type.
    FormerSchema,
    /// The former name of the type.
    FormerName,
    /// A label.
    Label(usize),
    /// The former name of a label.
    Renamed(usize),
    /// A removed label.
    Removed(usize),
    /// A retired label.
    Retired(usize),
}

/// What is wrong with a part of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem<'a> {
    /// It is empty. PostgreSQL allows an empty label, but it is almost certainly a mistake.
    Empty,
    /// It is longer than [`MAX_BYTES`].
    TooLong {
        /// The text.
        text: &'a str,
    },
    /// It contains a NUL character, which PostgreSQL cannot store.
    Nul,
    /// A built-in type has the same name, and PostgreSQL searches `pg_catalog` first.
    BuiltIn {
        /// The name.
        name: &'a str,
    },
    /// The former name of the type is its present name.
    PresentName {
        /// That name.
        name: &'a str,
    },
    /// An earlier part of the same kind has the same text.
    Duplicate {
        /// The text.
        text: &'a str,
        /// The first place with this text.
        first: Place,
    },
    /// A label declared as renamed, removed or retired is still one of the labels.
    StillALabel {
        /// The text.
        text: &'a str,
        /// The label with that text.
        label: Place,
    },
    /// The replacement for a removed or a retired label is not one of the labels.
    UnknownReplacement {
        /// The replacement.
        text: &'a str,
    },
}

impl Problem<'_> {
    /// A short, stable name for the problem, for machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too-long",
            Self::Nul => "nul",
            Self::BuiltIn { .. } => "built-in-name",
            Self::PresentName { .. } => "present-name",
            Self::Duplicate { .. } => "duplicate",
            Self::StillALabel { .. } => "still-a-label",
            Self::UnknownReplacement { .. } => "unknown-replacement",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schema => "schema name",
            Self::Name => "type name",
            Self::FormerSchema => "former schema name",
            Self::FormerName => "former type name",
            Self::Label(_) => "label",
            Self::Renamed(_) => "former label",
            Self::Removed(_) => "removed label",
            Self::Retired(_) => "retired label",
        })
    }
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.place, self.problem) {
            (Place::Removed(_), Problem::Duplicate { text, first: Place::Renamed(_) }) => {
                write!(
                    f,
                    "removed label {text:?} is also the former name of a label, so it was \
                           renamed, not removed"
                )
            }
            (Place::Retired(_), Problem::Duplicate { text, first: Place::Renamed(_) }) => {
                write!(
                    f,
                    "retired label {text:?} is also the former name of a label, so it was \
                     renamed, not retired"
                )
            }
            (Place::Retired(_), Problem::Duplicate { text, first: Place::Removed(_) }) => {
                write!(f, "label {text:?} is both removed and retired; write one of the two")
            }
            (place, problem) => describe(place, problem).fmt(f),
        }
    }
}

/// The message for a problem with `what`.
pub(crate) fn describe(what: impl fmt::Display, problem: Problem<'_>) -> impl fmt::Display {
    from_fn(move |f| match problem {
        Problem::Empty => write!(f, "empty {what}; it needs at least one character"),
        Problem::TooLong { text } => {
            let bytes = text.len();
            write!(f, "{what} {text:?} has {bytes} bytes; PostgreSQL takes at most {MAX_BYTES}")
        }
        Problem::Nul => {
            write!(f, "{what} contains a NUL character, which PostgreSQL cannot store")
        }
        Problem::BuiltIn { name } => write!(
            f,
            "{what} {name:?} is hidden by the built-in type `{name}` of PostgreSQL; choose \
             another name, or give the enum a schema"
        ),
        Problem::PresentName { name } => {
            write!(
                f,
                "{what} {name:?} is also the present name; remove `was` if the type was never \
                 renamed"
            )
        }
        Problem::Duplicate { text, .. } => write!(f, "duplicate {what} {text:?}"),
        Problem::StillALabel { text, .. } => {
            write!(f, "{what} {text:?} is still a label of this enum")
        }
        Problem::UnknownReplacement { text } => {
            write!(f, "replacement {text:?} is not a label of this enum")
        }
    })
}

impl<'a> Definition<'a> {
    /// Everything about this definition that PostgreSQL would refuse, or would silently change; in
    /// the order of the definition, empty for a sound one.
    ///
    /// # Example
    ///
    /// ```
    /// use pg_enum_core::{Definition, Place};
    ///
    /// let twice = Definition::new("mood", &["sad", "ok", "sad"]);
    /// let found = twice.violations().next().unwrap();
    /// assert_eq!(found.place, Place::Label(2));
    /// assert_eq!(found.to_string(), r#"duplicate label "sad""#);
    /// ```
    pub fn violations(self) -> impl Iterator<Item = Violation<'a>> {
        of(self)
    }
}

/// See [`Definition::violations`].
fn of(definition: Definition<'_>) -> impl Iterator<Item = Violation<'_>> {
    let Definition { schema, name, labels, was, renamed, removed, retired, .. } = definition;
    let hidden = schema.is_none() && is_built_in_type(name);

    let former_schema =
        was.and_then(|was| was.schema).and_then(|schema| text(Place::FormerSchema, schema));
    let former_name = was.and_then(|was| {
        text(Place::FormerName, was.name).or_else(|| {
            let same = was.name == name && (was.schema.is_none() || was.schema == schema);
            same.then(|| violation(Place::FormerName, Problem::PresentName { name }))
        })
    });
    let schema = schema.and_then(|schema| text(Place::Schema, schema));
    let name = text(Place::Name, name)
        .or_else(|| hidden.then(|| violation(Place::Name, Problem::BuiltIn { name })));
    let labels_at_fault = labels.iter().enumerate().filter_map(move |(index, label)| {
        text(Place::Label(index), label).or_else(|| {
            let first = labels[..index].iter().position(|earlier| earlier == label)?;
            Some(duplicate(Place::Label(index), label, Place::Label(first)))
        })
    });
    let renamed_at_fault = renamed.iter().enumerate().filter_map(move |(index, entry)| {
        let place = Place::Renamed(index);
        // The label that has this name now may have had another one: they exchange their names.
        let exchanges =
            entry.was != entry.label && renamed.iter().any(|other| other.label == entry.was);
        let labels = if exchanges { &[] } else { labels };
        text(place, entry.was).or_else(|| still_a_label(place, entry.was, labels)).or_else(|| {
            let first = renamed[..index].iter().position(|earlier| earlier.was == entry.was)?;
            Some(duplicate(place, entry.was, Place::Renamed(first)))
        })
    });
    let removed_at_fault = removed.iter().enumerate().filter_map(move |(index, entry)| {
        let place = Place::Removed(index);
        text(place, entry.label)
            .or_else(|| still_a_label(place, entry.label, labels))
            .or_else(|| {
                let first =
                    removed[..index].iter().position(|earlier| earlier.label == entry.label)?;
                Some(duplicate(place, entry.label, Place::Removed(first)))
            })
            .or_else(|| {
                let first = renamed.iter().position(|earlier| earlier.was == entry.label)?;
                Some(duplicate(place, entry.label, Place::Renamed(first)))
            })
            .or_else(|| {
                let text = entry.replacement.filter(|text| !labels.contains(text))?;
                Some(violation(place, Problem::UnknownReplacement { text }))
            })
    });
    let retired_at_fault = retired.iter().enumerate().filter_map(move |(index, entry)| {
        let place = Place::Retired(index);
        text(place, entry.label)
            .or_else(|| still_a_label(place, entry.label, labels))
            .or_else(|| {
                let first =
                    retired[..index].iter().position(|earlier| earlier.label == entry.label)?;
                Some(duplicate(place, entry.label, Place::Retired(first)))
            })
            .or_else(|| {
                let first = renamed.iter().position(|earlier| earlier.was == entry.label)?;
                Some(duplicate(place, entry.label, Place::Renamed(first)))
            })
            .or_else(|| {
                let first = removed.iter().position(|earlier| earlier.label == entry.label)?;
                Some(duplicate(place, entry.label, Place::Removed(first)))
            })
            .or_else(|| {
                let RetiredRows::Label(text) = entry.rows else { return None };
                (!labels.contains(&text))
                    .then(|| violation(place, Problem::UnknownReplacement { text }))
            })
    });

    schema
        .into_iter()
        .chain(name)
        .chain(former_schema)
        .chain(former_name)
        .chain(labels_at_fault)
        .chain(renamed_at_fault)
        .chain(removed_at_fault)
        .chain(retired_at_fault)
}

const fn violation(place: Place, problem: Problem<'_>) -> Violation<'_> {
    Violation { place, problem }
}

const fn duplicate(place: Place, text: &str, first: Place) -> Violation<'_> {
    violation(place, Problem::Duplicate { text, first })
}

fn text(place: Place, text: &str) -> Option<Violation<'_>> {
    problem_of(text).map(|problem| violation(place, problem))
}

/// What is wrong with a text by itself.
pub(crate) fn problem_of(text: &str) -> Option<Problem<'_>> {
    if text.is_empty() {
        Some(Problem::Empty)
    } else if text.contains('\0') {
        Some(Problem::Nul)
    } else if text.len() > MAX_BYTES {
        Some(Problem::TooLong { text })
    } else {
        None
    }
}

fn still_a_label<'a>(place: Place, text: &'a str, labels: &[&str]) -> Option<Violation<'a>> {
    let index = labels.iter().position(|&label| label == text)?;
    let label = Place::Label(index);
    Some(violation(place, Problem::StillALabel { text, label }))
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::{String, ToString};
    use std::vec::Vec;

    use super::MAX_BYTES;
    use crate::{Definition, Former, Removed, Renamed, Retired, RetiredRows};

    fn messages(definition: Definition<'_>) -> Vec<String> {
        definition.violations().map(|found| found.to_string()).collect()
    }

    #[test]
    fn a_sound_definition_has_none() {
        let longest = "é".repeat(MAX_BYTES / 2) + "x";
        let labels = ["a", "A", " ", "'", &longest];
        let renamed = [Renamed { label: "a", was: "b" }];
        let removed = [
            Removed { label: "c", replacement: Some("a") },
            Removed { label: "d", replacement: None },
        ];
        let definition = Definition::new(&longest, &labels)
            .in_schema("s")
            .with_was(Former { schema: Some("t"), name: &longest })
            .with_renamed(&renamed)
            .with_removed(&removed);
        assert_eq!(messages(definition), [""; 0]);
    }

    #[test]
    fn texts_are_checked_in_bytes() {
        let long = "é".repeat(32);
        assert_eq!(
            messages(Definition::new("", &["", "a\0", &long]).in_schema(&long)),
            [
                &*std::format!("schema name {long:?} has 64 bytes; PostgreSQL takes at most 63"),
                "empty type name; it needs at least one character",
                "empty label; it needs at least one character",
                "label contains a NUL character, which PostgreSQL cannot store",
                &*std::format!("label {long:?} has 64 bytes; PostgreSQL takes at most 63"),
            ]
        );
    }

    #[test]
    fn every_later_duplicate_is_reported_once() {
        assert_eq!(
            messages(Definition::new("t", &["a", "b", "a", "a"])),
            [r#"duplicate label "a""#, r#"duplicate label "a""#]
        );
    }

    #[test]
    fn hints_must_name_labels_that_are_gone() {
        let renamed = [
            Renamed { label: "a", was: "b" },
            Renamed { label: "c", was: "old" },
            Renamed { label: "d", was: "old" },
        ];
        let removed = [
            Removed { label: "c", replacement: None },
            Removed { label: "old", replacement: None },
            Removed { label: "gone", replacement: Some("nowhere") },
            Removed { label: "gone", replacement: None },
        ];
        let definition = Definition::new("t", &["a", "b", "c", "d"])
            .with_renamed(&renamed)
            .with_removed(&removed);
        assert_eq!(
            messages(definition),
            [
                r#"former label "b" is still a label of this enum"#,
                r#"duplicate former label "old""#,
                r#"removed label "c" is still a label of this enum"#,
                r#"removed label "old" is also the former name of a label, so it was renamed, not removed"#,
                r#"replacement "nowhere" is not a label of this enum"#,
                r#"duplicate removed label "gone""#,
            ]
        );
    }

    #[test]
    fn a_retired_label_is_in_one_place() {
        let renamed = [Renamed { label: "a", was: "old" }];
        let removed = [Removed { label: "gone", replacement: None }];
        let (long, unchanged) = ("é".repeat(32), RetiredRows::Unchanged);
        let retired = ["a", "old", "gone", "x", "x", &long, ""].map(|label| Retired {
            label,
            rows: if label == "x" { RetiredRows::Label("nowhere") } else { unchanged },
        });
        let definition = Definition::new("t", &["a"])
            .with_renamed(&renamed)
            .with_removed(&removed)
            .with_retired(&retired);
        assert_eq!(
            messages(definition),
            [
                r#"retired label "a" is still a label of this enum"#,
                r#"retired label "old" is also the former name of a label, so it was renamed, not retired"#,
                r#"label "gone" is both removed and retired; write one of the two"#,
                r#"replacement "nowhere" is not a label of this enum"#,
                r#"duplicate retired label "x""#,
                &*std::format!("retired label {long:?} has 64 bytes; PostgreSQL takes at most 63"),
                "empty retired label; it needs at least one character",
            ]
        );
        let sound = [
            Retired { label: "x", rows: unchanged },
            Retired { label: "y", rows: RetiredRows::Label("a") },
            Retired { label: "z", rows: RetiredRows::Null },
        ];
        assert_eq!(messages(Definition::new("t", &["a"]).with_retired(&sound)), [""; 0]);
    }

    #[test]
    fn labels_may_exchange_their_names() {
        let renamed = |pairs: &'static [(&str, &str)]| -> Vec<Renamed<'static>> {
            pairs.iter().map(|&(label, was)| Renamed { label, was }).collect()
        };
        let of =
            |pairs| messages(Definition::new("t", &["a", "b", "c"]).with_renamed(&renamed(pairs)));
        assert_eq!(of(&[("a", "b"), ("b", "a")]), [""; 0]);
        assert_eq!(of(&[("a", "b"), ("b", "c"), ("c", "a")]), [""; 0]);
        assert_eq!(of(&[("a", "b"), ("b", "c"), ("c", "old")]), [""; 0]);
        // What becomes of the label `c`?
        let still = [r#"former label "c" is still a label of this enum"#];
        assert_eq!(of(&[("a", "b"), ("b", "c")]), still);
        assert_eq!(of(&[("c", "c")]), still);
    }

    #[test]
    fn a_former_name_is_another_name() {
        let mood = Definition::new("mood", &["sad"]);
        let was = |schema, name| Former { schema, name };
        let same =
            ["former type name \"mood\" is also the present name; remove `was` if the type \
                     was never renamed"];
        assert_eq!(messages(mood.with_was(was(None, "mood"))), same);
        assert_eq!(messages(mood.in_schema("app").with_was(was(None, "mood"))), same);
        assert_eq!(messages(mood.in_schema("app").with_was(was(Some("app"), "mood"))), same);
        assert_eq!(messages(mood.in_schema("app").with_was(was(Some("old"), "mood"))), [""; 0]);
        assert_eq!(messages(mood.with_was(was(Some("old"), "mood"))), [""; 0]);
        // The former name is always looked up in its schema, so no built-in type can hide it.
        assert_eq!(messages(mood.with_was(was(None, "interval"))), [""; 0]);
        let long = "é".repeat(32);
        assert_eq!(
            messages(mood.with_was(was(Some(""), &long))),
            [
                "empty former schema name; it needs at least one character",
                &*std::format!(
                    "former type name {long:?} has 64 bytes; PostgreSQL takes at most 63"
                ),
            ]
        );
    }

    #[test]
    fn built_in_names_need_a_schema() {
        let interval = Definition::new("interval", &["day"]);
        assert_eq!(
            messages(interval),
            ["type name \"interval\" is hidden by the built-in type `interval` of PostgreSQL; \
              choose another name, or give the enum a schema"]
        );
        assert_eq!(messages(interval.in_schema("app")), [""; 0]);
        assert_eq!(messages(Definition::new("Interval", &["day"])), [""; 0]);
    }
}
