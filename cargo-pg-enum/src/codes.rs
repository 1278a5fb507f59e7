//! Every code of a finding, with what it means: those of the rules of `lint`, and those of the other commands, which are in
//! `codes.md`.

use std::fmt::Write;

use pg_enum_lint::RULES;

use crate::text::{nearest, visible};

/// A code.
pub(crate) struct Code {
    pub(crate) name: &'static str,
    /// The severity, or the commands that report it.
    pub(crate) of: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) explanation: &'static str,
}

/// Each code is a heading with the commands that report it, the summary as a line of its own, and the rest.
const OTHERS: &str = include_str!("codes.md");

/// All codes, in order.
pub(crate) fn all() -> Vec<Code> {
    let mut codes: Vec<Code> = others().collect();
    codes.extend(RULES.iter().map(|rule| Code {
        name: rule.code,
        of: if rule.is_off { "off" } else { rule.severity.as_str() },
        summary: rule.summary,
        explanation: rule.explanation,
    }));
    codes.sort_by_key(|code| code.name);
    codes
}

fn others() -> impl Iterator<Item = Code> {
    OTHERS.split("\n## ").skip(1).map(|section| {
        let (heading, rest) = section.split_once('\n').unwrap_or((section, ""));
        let (name, of) = heading.split_once(": ").unwrap_or((heading, ""));
        let rest = rest.trim();
        let (summary, _) = rest.split_once("\n\n").unwrap_or((rest, ""));
        Code { name, of, summary: summary.trim_end_matches('.'), explanation: rest }
    })
}

/// The code of this name.
pub(crate) fn find(name: &str) -> Result<&'static str, String> {
    let all = all();
    if let Some(found) = all.iter().find(|code| code.name == name) {
        return Ok(found.name);
    }
    // Writing to a string does not fail.
    let mut error = format!("there is no code `{}`", visible(name));
    if let Some(near) = nearest(name, all.iter().map(|code| code.name)) {
        let _ = write!(error, "; the nearest is `{near}`");
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_code_is_told_once() {
        let all = all();
        let codes: BTreeSet<&str> = all.iter().map(|code| code.name).collect();
        assert_eq!(codes.len(), all.len());
        for code in all {
            assert!(!code.of.is_empty() && !code.summary.is_empty(), "{}", code.name);
            assert!(!code.summary.ends_with('.') && !code.summary.contains('\n'), "{}", code.name);
        }
    }
}
