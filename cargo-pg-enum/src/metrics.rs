//! Numbers about a run, for monitoring: a file in the text format of `OpenMetrics` (the specification of the `OpenMetrics`
//! project, "Text format"), which Prometheus's node exporter collects.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pg_enum_lint::Severity;

use crate::failure::Failure;
use crate::files::write_whole;
use crate::problem::Problem;
use crate::text::visible;

/// What a command has measured.
#[derive(Debug, Default)]
pub struct Metrics {
    /// How many findings it has reported, by severity; nothing if it reports none.
    pub(crate) findings: Option<[usize; 3]>,
    /// How long each migration took, by version.
    migrations: Vec<(String, Duration)>,
}

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

impl Metrics {
    /// Adds findings that are reported.
    pub(crate) fn add_findings<'p>(&mut self, problems: impl IntoIterator<Item = &'p Problem>) {
        let counts = self.findings.get_or_insert_default();
        for problem in problems {
            for (severity, count) in SEVERITIES.iter().zip(&mut *counts) {
                *count += usize::from(problem.severity == *severity);
            }
        }
    }

    /// Adds a migration that has run.
    pub(crate) fn add_migration(&mut self, version: &str, took: Duration) {
        self.migrations.push((version.to_owned(), took));
    }

    /// Writes the file.
    pub(crate) fn write(
        &self,
        path: &Path,
        command: &str,
        exit_code: u8,
        took: Duration,
    ) -> Result<(), Failure> {
        write_whole(path, &self.text(command, exit_code, took, now()), false).map_err(|error| {
            Failure::new(format!("cannot write {}: {error}", visible(&path.to_string_lossy())))
        })
    }

    fn text(&self, command: &str, exit_code: u8, took: Duration, now: Duration) -> String {
        let mut text = String::new();
        let seconds = |duration: Duration| format!("{:.6}", duration.as_secs_f64());
        let of_command = format!("command=\"{command}\"");
        family(
            &mut text,
            "pg_enum_run_duration_seconds",
            "How long the command took.",
            &[(of_command.clone(), seconds(took))],
        );
        family(
            &mut text,
            "pg_enum_run_timestamp_seconds",
            "When the command ended, in seconds since 1970-01-01.",
            &[(of_command.clone(), seconds(now))],
        );
        family(
            &mut text,
            "pg_enum_run_exit_code",
            "The exit code: 0 no findings, 1 findings, 2 could not run.",
            &[(of_command.clone(), exit_code.to_string())],
        );
        if let Some(counts) = self.findings {
            let sample = |(severity, count): (&Severity, usize)| {
                (format!("{of_command},severity=\"{}\"", severity.as_str()), count.to_string())
            };
            let samples: Vec<_> = SEVERITIES.iter().zip(counts).map(sample).collect();
            family(
                &mut text,
                "pg_enum_findings",
                "How many findings the command reported.",
                &samples,
            );
        }
        if !self.migrations.is_empty() {
            let sample = |(version, took): &(String, Duration)| {
                (format!("{of_command},migration=\"{}\"", escaped(version)), seconds(*took))
            };
            let samples: Vec<_> = self.migrations.iter().map(sample).collect();
            let help = "How long each migration took.";
            family(&mut text, "pg_enum_migration_duration_seconds", help, &samples);
        }
        text.push_str("# EOF\n");
        text
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Adds gauges of one name.
fn family(text: &mut String, name: &str, help: &str, samples: &[(String, String)]) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# TYPE {name} gauge");
    if name.ends_with("_seconds") {
        let _ = writeln!(text, "# UNIT {name} seconds");
    }
    let _ = writeln!(text, "# HELP {name} {help}");
    for (labels, value) in samples {
        let _ = writeln!(text, "{name}{{{labels}}} {value}");
    }
}

/// The value of a label, as the format escapes it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn everything_that_is_measured() {
        let mut metrics = Metrics::default();
        metrics.add_findings(&[Problem::at_no_place("unused-accept", "x")]);
        metrics.add_migration("1\"a\\\n", Duration::from_millis(1500));
        let text =
            metrics.text("dry-run", 1, Duration::from_secs(2), Duration::from_secs(1_700_000_000));
        expect![[r#"
            # TYPE pg_enum_run_duration_seconds gauge
            # UNIT pg_enum_run_duration_seconds seconds
            # HELP pg_enum_run_duration_seconds How long the command took.
            pg_enum_run_duration_seconds{command="dry-run"} 2.000000
            # TYPE pg_enum_run_timestamp_seconds gauge
            # UNIT pg_enum_run_timestamp_seconds seconds
            # HELP pg_enum_run_timestamp_seconds When the command ended, in seconds since 1970-01-01.
            pg_enum_run_timestamp_seconds{command="dry-run"} 1700000000.000000
            # TYPE pg_enum_run_exit_code gauge
            # HELP pg_enum_run_exit_code The exit code: 0 no findings, 1 findings, 2 could not run.
            pg_enum_run_exit_code{command="dry-run"} 1
            # TYPE pg_enum_findings gauge
            # HELP pg_enum_findings How many findings the command reported.
            pg_enum_findings{command="dry-run",severity="error"} 1
            pg_enum_findings{command="dry-run",severity="warning"} 0
            pg_enum_findings{command="dry-run",severity="note"} 0
            # TYPE pg_enum_migration_duration_seconds gauge
            # UNIT pg_enum_migration_duration_seconds seconds
            # HELP pg_enum_migration_duration_seconds How long each migration took.
            pg_enum_migration_duration_seconds{command="dry-run",migration="1\"a\\\n"} 1.500000
            # EOF
        "#]]
        .assert_eq(&text);
    }
}
