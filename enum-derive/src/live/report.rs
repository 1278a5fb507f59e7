//! The result of a comparison.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use pg_enum_core::drift::{Drift, Found, drifts};
use pg_enum_core::{Definition, visible};

use super::{Error, Policy, alloc};
use crate::{Registered, Set};

/// All differences between enums and a database.
///
/// Its `Display` has a line for each difference that is not tolerated, with the SQL that fixes it.
#[derive(Debug, Clone)]
pub struct Report {
    disagreements: Vec<Disagreement>,
}

/// One difference.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Disagreement {
    /// The Rust enum, with its path.
    pub rust_name: String,
    /// The difference between the enum and the database.
    pub drift: Drift,
    /// Whether the policy tolerates it.
    pub tolerated: bool,
}

impl Report {
    pub(super) fn new(
        set: &Set<'_>,
        policy: &Policy,
        definitions: &[Definition<'_>],
        found: &[Found],
    ) -> Self {
        let enums: Vec<&Registered<'_>> = set.iter().collect();
        let disagreement = |drift: Drift| {
            let of = enums[drift.definition];
            let tolerated = policy.tolerates(&drift.verdict, of);
            Disagreement { rust_name: of.rust_name().to_string(), drift, tolerated }
        };
        Self { disagreements: drifts(definitions, found).into_iter().map(disagreement).collect() }
    }

    /// All differences, including the tolerated ones, enum by enum.
    #[must_use]
    pub fn disagreements(&self) -> &[Disagreement] {
        &self.disagreements
    }

    /// An error if a difference is not tolerated.
    pub(super) fn into_result(self) -> Result<(), Error> {
        if self.is_clean() { Ok(()) } else { Err(Error::Drift(self)) }
    }

    /// Whether all differences are tolerated.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.disagreements.iter().all(|disagreement| disagreement.tolerated)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = || self.disagreements.iter().filter(|disagreement| !disagreement.tolerated);
        match shown().count() {
            0 => return f.write_str("the database matches the enums"),
            1 => f.write_str("the database differs from the enums: ")?,
            count => write!(f, "the database differs from the enums in {count} points:")?,
        }
        let one = shown().count() == 1;
        for disagreement in shown() {
            if !one {
                f.write_str("\n- ")?;
            }
            write!(f, "{disagreement}")?;
        }
        Ok(())
    }
}

/// `app.mood lacks the label 'ok' (my_crate::Mood); run: ALTER TYPE app.mood ADD VALUE 'ok' AFTER 'sad';`
impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.drift, visible(&self.rust_name))?;
        match &self.drift.fix {
            Some(sql) => write!(f, "; run: {sql}"),
            None => write!(f, "; {}", self.drift.advice()),
        }
    }
}
