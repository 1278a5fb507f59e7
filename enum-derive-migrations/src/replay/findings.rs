//! Findings of a run.

use std::collections::HashMap;
use std::path::Path;

use crate::ground::{Finding, Kind, Location, Migration, Refusal, sort};

/// In the order in which the migrations run, and by place within a file.
pub(super) fn sort_findings(findings: &mut [Finding], migrations: &[Migration]) {
    if findings.len() < 2 {
        return;
    }
    let mut order: HashMap<&Path, usize> = HashMap::new();
    for (index, migration) in migrations.iter().enumerate() {
        order.entry(migration.path()).or_insert(index);
    }
    sort(findings, &mut |left, right| {
        // What is about no migration (a journal, say) comes first.
        let key =
            |finding: &Finding| (order.get(finding.at.path()).copied(), finding.at.range.start);
        key(left).cmp(&key(right))
    });
}

/// What the server refuses, as a finding.
pub(super) fn refused_finding(refusal: Refusal, at: &Location) -> Finding {
    let refusal = refusal.into_details();
    let at = refusal.at.unwrap_or_else(|| at.clone());
    let kind = Kind::Refused { sqlstate: refusal.sqlstate.to_string() };
    let mut finding = Finding::new(kind, refusal.message, at);
    finding.related = refusal.related;
    finding.help = refusal.help;
    finding.label_there = refusal.label_there;
    finding.is_raised = refusal.is_raised;
    finding
}
