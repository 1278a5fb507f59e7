//! GitLab's Code Quality reports (GitLab's documentation, "Code Quality", "Code Quality report format"): one JSON array.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Region, in_checkout};
use crate::problem::{Problem, Severity};
use crate::text::{printable_json, slashed};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    /// Tells a finding from others, also after lines were added above it.
    fingerprint: String,
    severity: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    let mut alike: HashMap<[u8; 32], usize> = HashMap::new();
    let issues: Vec<Issue<'_>> =
        problems.iter().filter_map(|problem| issue(problem, &mut alike)).collect();
    let json = serde_json::to_string_pretty(&issues)?;
    writeln!(out, "{}", printable_json(&json))
}

/// Each needs a place.
fn issue<'a>(problem: &'a Problem, alike: &mut HashMap<[u8; 32], usize>) -> Option<Issue<'a>> {
    let place = problem.places.first()?;
    let Region { path, line, end_line, .. } = Region::of(place);
    let path = slashed(&in_checkout(path));
    let text = place.at.source.text.lines().nth(line - 1).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [problem.code, &path, text.trim()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let number = alike.entry(hash).or_default();
    *number += 1;
    // Writing to a string does not fail.
    let mut fingerprint = String::new();
    for byte in &hash[..16] {
        let _ = write!(fingerprint, "{byte:02x}");
    }
    if *number > 1 {
        let _ = write!(fingerprint, "-{number}");
    }
    let mut description = problem.message.clone();
    if let Some(help) = &problem.help {
        let _ = write!(description, "; {help}");
    }
    Some(Issue {
        description,
        check_name: problem.code,
        fingerprint,
        severity: match problem.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location { path, lines: Lines { begin: line, end: end_line } },
    })
}
