//! In what a foreign enum and the migrations disagree.

use pg_enum_core::divergence::{Disagreement, Divergence, divergences};
use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_core::{Definition, Place};

use super::{Demands, ForeignEnum, ForeignLabel};

/// All that `foreign` and the migrations disagree about, where its type is `there`, one of `record`'s.
/// [`Place::Label`] counts in `foreign.labels`.
///
/// What matters is what fails at run time. So the order of the labels is left out: the codecs take it
/// from nowhere and send labels as text. A label that no variant has is reported, since decoding it
/// fails, unless the enum demands less; if it demands nothing, only a label in another case is. So is one that is
/// the [`twin`] of a label that is missing, which is said there. A variant that is there in some
/// configurations only need not have a label in the database, and may have one.
#[must_use]
pub fn compare(foreign: &ForeignEnum, there: &RecordedEnum, record: &Record) -> Vec<Divergence> {
    let labels: Vec<_> = foreign.labels.iter().map(|label| &*label.text.value).collect();
    let definition = Definition::new(&there.name, &labels).in_schema(&there.schema);
    let counts = |found: &Divergence| match &found.disagreement {
        Disagreement::Order { .. } => false,
        Disagreement::Missing { .. } => {
            foreign.demands != Demands::Nothing && !is_optional(foreign, found.place)
        }
        Disagreement::Extra { .. } => foreign.demands == Demands::Exactly,
        _ => true,
    };
    let mut found = divergences(definition, record);
    found.retain(counts);
    let twins: Vec<String> =
        found.iter().filter_map(|found| twin(found).map(str::to_owned)).collect();
    for found in &mut found {
        if let Disagreement::Extra { labels } = &mut found.disagreement {
            labels.retain(|label| !twins.contains(&label.text) && !foreign.reads(&label.text));
        }
    }
    found.retain(
        |found| !matches!(&found.disagreement, Disagreement::Extra { labels } if labels.is_empty()),
    );
    found
}

/// The label in the migrations that stands for one that is missing, and has other separators: `size_2` for
/// `size2`, `in-use` for `in_use`. Nothing if there is none or more than one.
#[must_use]
pub fn twin(found: &Divergence) -> Option<&str> {
    let Disagreement::Missing { label, unclaimed } = &found.disagreement else { return None };
    let letters = |label: &str| -> String {
        label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(label);
    let mut alike = unclaimed.iter().filter(|theirs| letters(theirs) == wanted);
    let twin = alike.next().filter(|_| !wanted.is_empty())?;
    alike.next().is_none().then_some(&**twin)
}

fn is_optional(foreign: &ForeignEnum, place: Place) -> bool {
    let Place::Label(index) = place else { return false };
    foreign.labels.get(index).is_some_and(|ForeignLabel { optional, .. }| *optional)
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
                .map(|(text, line)| RecordedLabel {
                    text: (*text).into(),
                    at: at(line),
                    accepted: false,
                })
                .collect(),
        };
        let record =
            Record { default_schema: "public".into(), enums: vec![there], ..Record::default() };
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
    fn other_separators_are_said_once() {
        let source =
            "#[derive(sqlx::Type)] #[sqlx(type_name = \"mood\", rename_all = \"snake_case\")]
            enum Mood { Size2, InUse }";
        assert_eq!(
            found(source, &["size_2", "in-use", "b"]),
            [
                "no migration adds the label 'size2' to app.mood (created at m.sql:1)",
                "no migration adds the label 'in_use' to app.mood (created at m.sql:1)",
                "the migrations give app.mood a label that no variant has: 'b' (m.sql:4)",
            ]
        );
        // Which of the two it is, is not known.
        assert_eq!(found(source, &["size_2", "size-2", "in_use"]).len(), 2);
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
