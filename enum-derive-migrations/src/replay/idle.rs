//! Assumptions that are made for nothing.

use std::sync::Arc;

use super::runner::Runner;
use crate::ground::{Finding, Kind, Location, Migration, Part, Source};
use crate::meaning::assumptions::{Assumption, Met};

impl Runner<'_> {
    /// What is assumed for nothing. Of migrations that were not replayed, it is not known.
    pub(super) fn idle_assumptions(&self, replayed: usize) -> Vec<Finding> {
        let idle = |assumption: &Assumption| {
            let migrations = self.folder.migrations.iter().enumerate();
            let of = |(_, migration): &(usize, &Migration)| assumption.is_of(migration.path());
            let message = match &assumption.met {
                Met::Needed(_) => return None,
                Met::Readable(at) => {
                    let message =
                        "an assumption is made of this statement, which is known without it";
                    let finding = Finding::new(Kind::Assumption, message, at.clone());
                    return Some(finding.with_help("remove its entry from `assume`"));
                }
                Met::Nothing => "an assumption is made of this line, but no statement is on it",
            };
            let Some((index, migration)) = migrations.clone().find(of) else {
                let file = assumption.file.display();
                let source = Source { path: assumption.file.clone(), text: String::new() };
                let at = Location::new(&Arc::new(source), 0..0);
                let message = format!(
                    "an assumption is made of {file}, which is not a migration of this folder"
                );
                let help = "name the file by its path below the folder, as in `0007_x.sql:12`, or remove the entry from `assume`";
                return Some(Finding::new(Kind::Assumption, message, at).with_help(help));
            };
            // What comes after a refusal has not run.
            let is_refused = self.refused.iter().any(|found| found.at.path() == migration.path());
            if index >= replayed || is_refused {
                return None;
            }
            let help = "name a line of the statement, or remove the entry from `assume`";
            let at = match &migration.up {
                Part::Sql(script) => Location::of_line(&script.source, assumption.line),
                Part::Code(_) => return None,
            };
            Some(Finding::new(Kind::Assumption, message, at).with_help(help))
        };
        let mut findings = Vec::new();
        for assumption in &self.session.run.assumptions.list {
            findings.extend(idle(assumption));
        }
        findings
    }
}
