//! Which label of a recorded type each label of a definition is, under its present or its former name.
//!
//! `was` may name a label that the definition still has, if that one has a `was` as well: labels that exchange their
//! names. The set of labels may be the same before and after. What tells is their order, because a rename keeps the
//! position of a label:
//!
//! - A chain (`c` was `b`, `b` was `a`) ends in a name that is no label any more. It is renamed if that name is there.
//! - A cycle (`b` was `a`, `a` was `b`) is renamed if its labels have the order of the former names, and not if they have
//!   the order of the definition. These two are never the same. In any other order, nothing tells.

use alloc::vec::Vec;

use crate::Definition;
use crate::record::RecordedEnum;

/// The result of [`matched`].
#[derive(Debug, Default)]
pub(crate) struct Matched {
    /// For each label of the definition, its position in the recorded type, if it is there under either name.
    pub(crate) positions: Vec<Option<usize>>,
    /// For each label of the definition, the former name that it has there.
    pub(crate) former: Vec<Option<usize>>,
    /// Cycles that are taken as renamed already: the labels' indices.
    pub(crate) done: Vec<Vec<usize>>,
    /// Cycles of which nothing tells whether they are renamed: the labels' indices.
    pub(crate) unclear: Vec<Vec<usize>>,
}

/// The labels of a definition that are taken to have exchanged their names already, because they have its order in the
/// recorded type: for each exchange, their indices in [`Definition::labels`].
///
/// A definition that moves labels and exchanges their names looks the same before and after if the two cancel out, so
/// the reader should know.
///
/// ```
/// use pg_enum_core::divergence::exchanged;
/// use pg_enum_core::record::RecordedEnum;
/// use pg_enum_core::{Definition, Renamed};
///
/// let there = RecordedEnum::in_database("app", "mood", &["sad".to_owned(), "ok".to_owned()]);
/// let renamed = [("sad", "ok"), ("ok", "sad")].map(|(label, was)| Renamed { label, was });
/// let after = Definition::new("mood", &["sad", "ok"]).with_renamed(&renamed);
/// assert_eq!(exchanged(after, &there), [[0, 1]]);
/// let before = Definition::new("mood", &["ok", "sad"]).with_renamed(&renamed);
/// assert!(exchanged(before, &there).is_empty());
/// ```
#[must_use]
pub fn exchanged(definition: Definition<'_>, there: &RecordedEnum) -> Vec<Vec<usize>> {
    matched(definition, there).done
}

/// See the module's documentation.
pub(crate) fn matched(definition: Definition<'_>, there: &RecordedEnum) -> Matched {
    let labels = definition.labels;
    let recorded = |text: &str| there.labels.iter().position(|label| label.text == text);
    let was = |index: usize| {
        let label = labels[index];
        let found = definition.renamed.iter().find(|renamed| renamed.label == label);
        found.map(|renamed| renamed.was)
    };
    let present: Vec<Option<usize>> = labels.iter().map(|label| recorded(label)).collect();
    let mut matched = Matched {
        positions: present.clone(),
        former: alloc::vec![None; labels.len()],
        done: Vec::new(),
        unclear: Vec::new(),
    };
    let mut seen = alloc::vec![false; labels.len()];
    for first in 0..labels.len() {
        if seen[first] {
            continue;
        }
        // From a label to the label that has its former name, and so on.
        let (mut path, mut sources) = (alloc::vec![first], Vec::new());
        let is_cycle = loop {
            let last = path[path.len() - 1];
            let Some(former) = was(last) else { break false };
            sources.push(recorded(former));
            match labels.iter().position(|&label| label == former) {
                Some(next) if next == first => break true,
                Some(next) if !path.contains(&next) => path.push(next),
                _ => break false,
            }
        };
        let is_renamed = if is_cycle {
            for &index in &path {
                seen[index] = true;
            }
            match order(&path, &sources, &present) {
                Order::Before => true,
                Order::After => {
                    if !present_nowhere(&path, &present) {
                        matched.done.push(path.clone());
                    }
                    false
                }
                Order::Other => {
                    matched.unclear.push(path.clone());
                    false
                }
            }
        } else {
            // The labels before this one are still there, under their former names.
            present[first].is_none()
                && sources.len() == path.len()
                && sources.iter().all(Option::is_some)
        };
        if is_renamed {
            for (&index, source) in path.iter().zip(sources) {
                matched.positions[index] = source;
                matched.former[index] = source;
            }
        }
    }
    matched
}

enum Order {
    Before,
    After,
    Other,
}

/// In which order the labels of a cycle are recorded; `sources` are the positions of their former names. A cycle of which
/// no label is recorded is as good as renamed.
fn order(cycle: &[usize], sources: &[Option<usize>], present: &[Option<usize>]) -> Order {
    let mut sorted: Vec<(usize, [Option<usize>; 2])> = cycle
        .iter()
        .zip(sources)
        .map(|(&index, &source)| (index, [source, present[index]]))
        .collect();
    sorted.sort_unstable();
    let [before, after] = [0, 1].map(|which| {
        let positions = || sorted.iter().map(|(_, positions)| positions[which]);
        positions().all(|position| position.is_some()) && positions().is_sorted()
    });
    if after || present_nowhere(cycle, present) {
        Order::After
    } else if before {
        Order::Before
    } else {
        Order::Other
    }
}

fn present_nowhere(labels: &[usize], present: &[Option<usize>]) -> bool {
    labels.iter().all(|&index| present[index].is_none())
}

/// The recorded labels, those that are renamed under their new names.
#[cfg(feature = "plan")]
pub(crate) fn after_renames<'a>(
    definition: Definition<'a>,
    there: &'a RecordedEnum,
) -> Vec<&'a str> {
    let mut now: Vec<&str> = there.labels.iter().map(|label| &*label.text).collect();
    let Matched { former, .. } = matched(definition, there);
    for (&label, former) in definition.labels.iter().zip(former) {
        if let Some(position) = former {
            now[position] = label;
        }
    }
    now
}
