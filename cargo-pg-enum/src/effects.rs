//! What a step locks, rewrites and removes, for people and for programs.

use pg_enum_core::dependents::Held;
use pg_enum_core::plan::{Effects, Step};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::failure::Failure;

/// The width of a line, if its words allow it.
const WIDTH: usize = 100;

/// A step and its effects, as SQL comments. A name or a label in them is no directive for replay.
pub(crate) fn comment(step: &Step) -> String {
    lines(step, "-- ").replace("pg-enum:", "pg-enum\\:")
}

/// A step and its effects, each line after `prefix`.
fn lines(step: &Step, prefix: &str) -> String {
    let mut lines = format!("{prefix}{}\n", step.summary());
    for part in step.effects().to_string().lines() {
        wrap(part, prefix, &mut lines);
    }
    lines
}

/// A line of the effects. If it is too long, the rest has a deeper indent.
fn wrap(line: &str, prefix: &str, lines: &mut String) {
    let text = line.trim_start();
    let indent = " ".repeat(line.len() - text.len() + 2);
    let mut width = 0;
    for word in text.split(' ') {
        if width > 0 && width + 1 + word.width() <= WIDTH {
            lines.push(' ');
            width += 1;
        } else {
            let more = if width == 0 { "" } else { "  " };
            lines.extend([if width == 0 { "" } else { "\n" }, prefix, &indent, more]);
            width = prefix.len() + indent.len() + more.len();
        }
        lines.push_str(word);
        width += word.width();
    }
    lines.push('\n');
}

/// The effects of a step, for programs.
#[derive(Serialize)]
pub(crate) struct JsonEffects {
    locks: Vec<JsonLock>,
    lock_timeout: Option<String>,
    rewrites: Vec<JsonRewrite>,
    scans: Vec<String>,
    updates: Vec<JsonUpdate>,
    losses: Vec<JsonLoss>,
    drops: Vec<JsonDropped>,
    clients: Vec<String>,
}

#[derive(Serialize)]
struct JsonLock {
    mode: String,
    object: String,
}

#[derive(Serialize)]
struct JsonRewrite {
    object: String,
    partitions: usize,
    /// `null` if unknown.
    rows: Option<u64>,
    bytes: Option<u64>,
}

#[derive(Serialize)]
struct JsonUpdate {
    column: String,
    label: String,
    /// `null` for `NULL`.
    to: Option<String>,
}

#[derive(Serialize)]
struct JsonLoss {
    label: String,
    /// Whether something replaces the label in rows; `replacement` is `null` for `NULL`.
    is_replaced: bool,
    replacement: Option<String>,
    rows: Vec<JsonRows>,
}

/// A check that has no effect without these labels.
#[derive(Serialize)]
struct JsonDropped {
    what: String,
    labels: Vec<String>,
}

#[derive(Serialize)]
struct JsonRows {
    column: String,
    /// `null` if they were not counted.
    rows: Option<u64>,
    not_counted: Option<String>,
}

impl From<Effects> for JsonEffects {
    fn from(effects: Effects) -> Self {
        let locks = effects
            .locks
            .iter()
            .map(|lock| JsonLock { mode: lock.mode.to_string(), object: lock.object.to_string() });
        let rewrites = effects.rewrites.into_iter().map(|rewrite| JsonRewrite {
            object: rewrite.object,
            partitions: rewrite.partitions,
            rows: rewrite.size.rows,
            bytes: rewrite.size.bytes,
        });
        let updates = effects.updates.into_iter().map(|update| JsonUpdate {
            column: update.column,
            label: update.label,
            to: update.to,
        });
        let losses = effects.losses.into_iter().map(|loss| JsonLoss {
            label: loss.label,
            is_replaced: loss.replacement.is_some(),
            replacement: loss.replacement.flatten(),
            rows: loss.rows.into_iter().map(JsonRows::from).collect(),
        });
        let drops = effects.drops.into_iter();
        let drops = drops.map(|dropped| JsonDropped { what: dropped.what, labels: dropped.labels });
        Self {
            locks: locks.collect(),
            lock_timeout: effects.lock_timeout.as_ref().map(ToString::to_string),
            rewrites: rewrites.collect(),
            scans: effects.scans,
            updates: updates.collect(),
            losses: losses.collect(),
            drops: drops.collect(),
            clients: effects.clients.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<Held> for JsonRows {
    fn from(held: Held) -> Self {
        let not_counted = held.rows.as_ref().err().map(ToString::to_string);
        Self { column: held.column, rows: held.rows.ok(), not_counted }
    }
}

/// The refusal of a change that loses data, with all its steps; `None` if it loses nothing.
pub(crate) fn refusal<'a>(
    steps: impl Iterator<Item = &'a Step> + Clone,
    help: &str,
) -> Option<Failure> {
    steps.clone().any(Step::is_destructive).then(|| {
        let removes = steps.clone().any(|step| !step.effects().losses.is_empty());
        let detail: String = steps.map(|step| lines(step, "")).collect();
        Failure::new(if removes { "the change removes labels" } else { "the change updates rows" })
            .with_detail(detail)
            .with_help(help)
    })
}
