//! Rules for migrations of `PostgreSQL` enums.
//!
//! [`lint`] looks at a folder of migrations, whatever tool they are of, with what replay makes of them, and reports what the
//! [`RULES`] find. Nothing is run, and no database is asked.
//!
//! ```
//! use pg_enum_lint::{Subject, lint};
//! use pg_enum_migrations::{Folder, Options};
//!
//! # let root = tempfile::tempdir()?;
//! # let root = root.path();
//! std::fs::write(root.join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
//! std::fs::write(root.join("2_gone.sql"), "DROP TYPE mood CASCADE;")?;
//!
//! let folder = Folder::open(root)?;
//! let replay = Options::new().tables(true).replay(&folder)?;
//! let findings = lint(&Subject::new(&folder, &replay)).findings;
//!
//! assert_eq!(findings[0].code, "drop-type-cascade");
//! assert_eq!(findings[0].at.to_string(), "2_gone.sql:1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Structure
//!
//! A module imports only from those below it:
//!
//! ```text
//! rules       one file for each rule, with its documentation beside it in Markdown
//! rule        what a rule is: code, severity, documentation, and the function that looks
//! report      what rules report, and which findings of replay they explain
//! guard       how a block guards `CREATE TYPE`, and what that hides
//! swap        types that a migration replaces
//! table       what statements say of columns: defaults, indexes, checks
//! subject     what rules look at: the folder, its statements, the replay
//! types       the enums at each point of the migrations
//! severity    how bad a finding is
//! fix         edits of files
//! statement   a statement with its words, wherever it stands
//! clause      what a statement does to types and columns, as far as its words say
//! word        words of SQL
//! ```
//!
//! # A new rule
//!
//! It is a file in `rules` with a constant of [`Rule`], a Markdown file of the same name, and a line in the table of
//! [`RULES`]. The Markdown file has the sections `Why`, `Bad` and `Good`. The examples below the last two are folders of
//! migrations (each fenced block is a file, named after the language: `sql 1_mood.sql`, `python a1.py`), and a test runs
//! them: the rule reports something in each that is bad and nothing in those that are good.

mod clause;
mod fix;
mod guard;
mod report;
mod rule;
mod rules;
mod severity;
mod statement;
mod subject;
mod swap;
mod table;
mod types;
mod word;

pub use self::fix::{Edit, Fix};
pub use self::report::Finding;
use self::report::Report;
pub use self::rule::Rule;
pub use self::rules::RULES;
pub use self::severity::Severity;
pub use self::statement::{Direction, Statement};
pub use self::subject::{Shown, SqlAlchemy, Steps, Subject};

/// What rules and replay find.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// What the rules find, those that are off by default included: in the order of the migrations and their lines.
    pub findings: Vec<Finding>,
    /// What replay found ([`Replay::findings`](pg_enum_migrations::Replay::findings)) and no rule explains, by index.
    pub unexplained: Vec<usize>,
}

/// Runs all rules.
#[must_use]
pub fn lint(subject: &Subject<'_>) -> Outcome {
    let mut report = Report::new();
    for rule in RULES {
        report.of(rule.code, rule.severity);
        (rule.check)(subject, &mut report);
    }
    let unexplained = |index: &usize| !report.is_explained(*index);
    let unexplained = (0..subject.replay.findings.len()).filter(unexplained).collect();
    Outcome { findings: report.into_findings(subject), unexplained }
}

/// The rule of a code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code == code)
}
