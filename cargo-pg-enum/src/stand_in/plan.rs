//! STAND-IN for `pg_enum_core::plan`: creates a type, and adds labels to one. Named in
//! `commands/generate.rs` alone.

use std::fmt;

use pg_enum_core::record::RecordedEnum;
use pg_enum_core::{Definition, Literal, Place};

pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
}

pub(crate) struct Step {
    up: String,
    down: String,
    summary: String,
}

#[derive(Debug)]
pub(crate) struct Unplannable {
    pub(crate) place: Place,
    message: String,
}

impl fmt::Display for Unplannable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Plan {
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Steps that go into one migration, one migration after the other.
    pub(crate) fn files(&self) -> impl Iterator<Item = &[Step]> {
        (!self.steps.is_empty()).then_some(&*self.steps).into_iter()
    }
}

impl Step {
    pub(crate) fn up_sql(&self) -> impl fmt::Display + '_ {
        &self.up
    }

    pub(crate) fn down_sql(&self) -> impl fmt::Display + '_ {
        &self.down
    }

    pub(crate) fn summary(&self) -> impl fmt::Display + '_ {
        &self.summary
    }
}

pub(crate) fn plan(
    recorded: Option<&RecordedEnum>,
    definition: Definition<'_>,
) -> Result<Plan, Unplannable> {
    let Some(recorded) = recorded else {
        let step = Step {
            up: definition.up_sql().to_string(),
            down: definition.down_sql().to_string(),
            summary: format!("create {}", definition.name),
        };
        return Ok(Plan { steps: vec![step] });
    };
    let refuse = |place, message: String| Err(Unplannable { place, message });
    let mut last = None;
    for there in &recorded.labels {
        let ours = definition.labels.iter().position(|label| *label == there.text);
        let Some(ours) = ours else {
            let label = Literal(&there.text);
            return refuse(Place::Name, format!("no plan removes or renames the label {label}"));
        };
        if last.is_some_and(|last| last > ours) {
            let label = Literal(&there.text);
            return refuse(Place::Label(ours), format!("no plan moves the label {label}"));
        }
        last = Some(ours);
    }
    let name = definition.name_sql().to_string();
    let mut steps = Vec::new();
    for (index, label) in definition.labels.iter().enumerate() {
        if recorded.labels.iter().any(|there| there.text == *label) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| definition.labels.get(before));
        let anchor = match (before, recorded.labels.first()) {
            _ if last.is_none_or(|last| index > last) => String::new(),
            (Some(before), _) => format!(" AFTER {}", Literal(before)),
            (None, Some(first)) => format!(" BEFORE {}", Literal(&first.text)),
            (None, None) => String::new(),
        };
        let label = Literal(label);
        steps.push(Step {
            up: format!("ALTER TYPE {name} ADD VALUE IF NOT EXISTS {label}{anchor};"),
            down: format!(
                "-- PostgreSQL cannot remove a label from a type; the one added to {} stays.",
                definition.name.escape_debug()
            ),
            summary: format!("add {label} to {}", definition.name),
        });
    }
    Ok(Plan { steps })
}
