//! Prints the phases of a change.

use std::io::{self, Write};

use pg_enum_core::plan::online::{Online, Work};

use crate::text::visible;

/// Prints the phases with their SQL, as they run with this limit for the wait for a lock, in milliseconds.
pub(in crate::commands) fn print(
    plan: &Online,
    lock_timeout: u64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let begin = plan.begin(lock_timeout).to_string();
    for (index, phase) in plan.phases.iter().enumerate() {
        let blank = if index == 0 { "" } else { "\n" };
        writeln!(out, "{blank}-- {}. {}", index + 1, visible(&phase.title))?;
        match &phase.work {
            Work::Transaction(sql) => writeln!(out, "{begin}{sql}COMMIT;")?,
            Work::Alone { statements, .. } => {
                statements.iter().try_for_each(|sql| write!(out, "{sql}"))?;
            }
            Work::Fill(fill) => {
                writeln!(out, "-- again for each part of the table, in a transaction of its own:")?;
                writeln!(out, "{begin}{}COMMIT;", fill.batch((0, 100), true))?;
            }
            Work::Analyze(sql) => write!(out, "{sql}")?,
            Work::Switch(sql) => {
                writeln!(out, "-- here it waits for transactions that see the rows as before")?;
                write!(out, "{begin}{}", plan.lock().unwrap_or_default())?;
                writeln!(out, "-- here the plan is compared with the database")?;
                write!(out, "{}", plan.lock_labels())?;
                writeln!(out, "-- here the labels are compared")?;
                for dropped in &plan.drops {
                    writeln!(out, "-- drops {}", visible(&dropped.to_string()))?;
                }
                writeln!(out, "{sql}COMMIT;")?;
            }
            _ => {}
        }
    }
    Ok(())
}
