//! STAND-IN for the conversion in `pg_enum_build` from a replay to the record that definitions are compared
//! with. Named in `compare.rs` alone.

use std::path::Path;

use pg_enum_core::record::{DroppedEnum, Origin, Record, RecordedEnum, RecordedLabel};
use pg_enum_migrations::{Change, Location, Replay};

/// `root` is the folder's, as messages show it; `default_schema` is the first of `search_path`.
pub(crate) fn record(replay: &Replay, root: &Path, default_schema: &str) -> Record {
    let origin = |at: &Location| Origin {
        file: root.join(at.path()).to_string_lossy().into_owned(),
        line: at.line(),
    };
    let enums = replay.enums.iter().map(|state| RecordedEnum {
        schema: state.schema.clone(),
        name: state.name.clone(),
        known: state.known,
        created: origin(&state.created),
        labels: state
            .labels
            .iter()
            .map(|label| RecordedLabel { text: label.text.clone(), at: origin(&label.at) })
            .collect(),
    });
    Record {
        default_schema: default_schema.to_owned(),
        enums: enums.collect(),
        dropped: dropped(replay)
            .map(|(schema, name, at)| DroppedEnum { schema, name, at: origin(at) })
            .collect(),
    }
}

/// Every enum that was dropped, under its last name.
pub(crate) fn dropped(replay: &Replay) -> impl Iterator<Item = (String, String, &Location)> {
    let drops = replay.events.iter().filter(|event| event.change == Change::Dropped);
    drops.map(|drop| {
        let (mut in_schema, mut named) = (String::new(), String::new());
        for event in replay.events_of(drop.id) {
            match &event.change {
                Change::Created { schema, name, .. } => {
                    (in_schema, named) = (schema.to_string(), name.to_string());
                }
                Change::Renamed { to } => named = to.to_string(),
                Change::Moved { to } => in_schema = to.to_string(),
                _ => {}
            }
        }
        (in_schema, named, &drop.at)
    })
}
