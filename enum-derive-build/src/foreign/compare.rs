//! In what a foreign enum and the migrations disagree.

use pg_enum_core::divergence::{Disagreement, Divergence, divergences};
use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_core::{Definition, Place};

use super::{ForeignEnum, ForeignLabel};

/// All that `foreign` and the migrations disagree about, where its type is `there`, one of `record`'s.
/// [`Place::Label`] counts in `foreign.labels`.
///
/// What matters is what fails at run time. So the order of the labels is left out: the derives take it
/// from nowhere and send labels as text. A label that no variant has is reported, since decoding it
/// fails, unless the enum is said to be tolerant; then only a label in other letters is. A variant that is
/// there in some configurations only need not have a label in the database, and may have one.
#[must_use]
pub fn compare(foreign: &ForeignEnum, there: &RecordedEnum, record: &Record) -> Vec<Divergence> {
    let labels: Vec<_> = foreign.labels.iter().map(|label| &*label.text.value).collect();
    let definition = Definition::new(&there.name, &labels).in_schema(&there.schema);
    let counts = |found: &Divergence| match &found.disagreement {
        Disagreement::Order { .. } => false,
        Disagreement::Missing { .. } => !foreign.tolerant && !is_conditional(foreign, found.place),
        Disagreement::Extra { .. } => !foreign.tolerant,
        _ => true,
    };
    divergences(definition, record).into_iter().filter(counts).collect()
}

fn is_conditional(foreign: &ForeignEnum, place: Place) -> bool {
    let Place::Label(index) = place else { return false };
    foreign.labels.get(index).is_some_and(|ForeignLabel { conditional, .. }| *conditional)
}

#[cfg(test)]
mod tests {
    use pg_enum_core::record::{Origin, Record, RecordedEnum, RecordedLabel};

    use super::compare;
    use crate::foreign::{Imports, Match, Reading, find, read};

    fn found(source: &str, labels: &[&str]) -> Vec<String> {
        let at = |line| Origin { file: "m.sql".into(), line };
        let labels = labels.iter().zip(2..);
        let there = RecordedEnum {
            schema: "app".into(),
            name: "mood".into(),
            known: true,
            created: at(1),
            labels: labels
                .map(|(text, line)| RecordedLabel { text: (*text).into(), at: at(line) })
                .collect(),
        };
        let record =
            Record { default_schema: "public".into(), enums: vec![there], dropped: vec![] };
        let item = syn::parse_str(source).unwrap();
        let readings = read(&item, &Imports::default());
        let [Reading::Enum(foreign)] = &readings[..] else { panic!("{readings:?}") };
        let Match::Found(there) = find(foreign, &record, &[]) else { panic!() };
        compare(foreign, there, &record).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn order_is_of_no_matter() {
        assert!(found("#[derive(DbEnum)] enum Mood { Sad, Ok }", &["ok", "sad"]).is_empty());
    }

    #[test]
    fn what_fails_at_run_time_is_reported() {
        assert_eq!(
            found("#[derive(DbEnum)] enum Mood { Sad, Ok, Bad }", &["Ok", "sad", "happy"]),
            [
                "the label 'ok' differs only by case from 'Ok' in the migrations (m.sql:2)",
                "no migration adds the label 'bad' to app.mood (created at m.sql:1)",
                "the migrations give app.mood a label that no variant has: 'happy' (m.sql:4)",
            ]
        );
    }

    #[test]
    fn conditions_and_tolerance_excuse() {
        let source = "#[derive(DbEnum)] enum Mood { Sad, #[cfg(test)] Bad, #[cfg(unix)] Ok }";
        assert!(found(source, &["sad", "ok"]).is_empty());
        let source = "#[derive(postgres_types::ToSql)] #[postgres(name = \"mood\", allow_mismatch)]
            enum Mood { Sad, Bad }";
        assert!(found(source, &["Sad", "Happy"]).is_empty());
        assert_eq!(
            found(source, &["sad"]),
            ["the label 'Sad' differs only by case from 'sad' in the migrations (m.sql:2)"]
        );
    }
}
