//! The steps that rename labels.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Step, TypeName};
use crate::Definition;
use crate::divergence::renames::matched;
use crate::record::RecordedEnum;

/// The steps that rename the labels of a type: one for each label, and one for all that exchange their names.
pub(super) fn steps(
    definition: Definition<'_>,
    there: &RecordedEnum,
    earlier: &[TypeName],
) -> Vec<Step> {
    let name = TypeName::from(definition);
    let all = pairs(definition, there);
    let meets = |(from, to): &(String, String)| {
        all.iter().any(|(other_from, other_to)| other_to == from || other_from == to)
    };
    let (mut exchanged, alone): (Vec<_>, Vec<_>) = all.iter().cloned().partition(meets);
    let alone = alone.into_iter().map(|(from, to)| Step::RenameValue {
        name: name.clone(),
        from,
        to,
        earlier: earlier.to_vec(),
    });
    let mut steps: Vec<Step> = alone.collect();
    if !exchanged.is_empty() {
        let position = |from: &String| there.labels.iter().position(|label| label.text == *from);
        exchanged.sort_by_key(|(from, _)| position(from));
        let labels = there.labels.iter().map(|label| &*label.text);
        let labels: Vec<&str> = labels.chain(definition.labels.iter().copied()).collect();
        let (name, earlier) = (name.clone(), earlier.to_vec());
        let temporary = temporary_label(&labels);
        steps.push(Step::ExchangeValues { name, renames: exchanged, temporary, earlier });
    }
    steps
}

/// The labels that get other names, each with its new one, in the order of the definition.
fn pairs(definition: Definition<'_>, there: &RecordedEnum) -> Vec<(String, String)> {
    let labels = definition.labels.iter().zip(matched(definition, there).former);
    let pair = |(label, former): (&&str, Option<usize>)| {
        Some((there.labels[former?].text.clone(), (*label).to_owned()))
    };
    labels.filter_map(pair).collect()
}

/// A name for a label that is none of these.
pub(super) fn temporary_label(labels: &[&str]) -> String {
    let mut label = "being renamed".to_owned();
    let mut number = 2_usize;
    while labels.contains(&&*label) {
        label = format!("being renamed {number}");
        number += 1;
    }
    label
}
