//! Problems in migrations, at their places.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, Migration};
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::problem::{Place, Problem};
use crate::text::brief;

/// The number of characters of a server message to show.
const SAID: usize = 500;

/// A migration that is not SQL.
pub(super) fn no_sql(migration: &Migration) -> Problem {
    let message = format!("{} is not SQL, so it cannot run here", migration.name);
    Problem::at_no_place("not-rehearsed", message)
}

/// A statement that cannot run.
pub(super) fn refusal(folder: &Folder, message: String, at: &Location) -> Problem {
    Problem::new("not-rehearsed", message, Place::new(&folder.root, at, ""))
}

pub(super) fn lost(error: &sqlx::Error) -> Problem {
    Problem::at_no_place("failed", crate::database::reason(error))
}

/// The server's error about the text at a place, or about SQL that is made there.
pub(super) fn failure(
    folder: &Folder,
    migration: &Migration,
    at: &Location,
    made: Option<&str>,
    error: &sqlx::Error,
) -> Problem {
    let Some(error) =
        error.as_database_error().and_then(|it| it.try_downcast_ref::<PgDatabaseError>())
    else {
        return lost(error);
    };
    let text = at.source.text.get(at.range.clone()).unwrap_or_default();
    let position = match error.position() {
        Some(PgErrorPosition::Original(position)) if made.is_none() => Some(position),
        _ => None,
    };
    // Positions are in characters, counted from 1.
    let offset = position.and_then(|position| {
        text.char_indices().nth(position.saturating_sub(1)).map(|(offset, _)| offset)
    });
    let place = match offset {
        Some(offset) => {
            let start = at.range.start + offset;
            let word = text[offset..].find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = start + word.unwrap_or(text.len() - offset).max(1);
            Location::new(&at.source, start..end.min(at.range.end.max(start)))
        }
        None => at.clone(),
    };
    let message =
        format!("migration {} fails: {}", brief(&migration.version, SAID), error.message());
    let mut problem = Problem::new("failed", message, Place::new(&folder.root, &place, ""));
    problem.notes.push(format!("SQLSTATE {}", error.code()));
    problem.notes.extend(made.map(|sql| format!("it sends: {}", brief(sql, SAID))));
    let more = [("detail", error.detail()), ("hint", error.hint()), ("where", error.r#where())];
    for (word, text) in more {
        let first = text.map(|text| text.lines().next().unwrap_or_default());
        problem.notes.extend(first.map(|text| format!("{word}: {}", brief(text, SAID))));
    }
    problem.help = match error.code() {
        "55P04" if folder.together => {
            problem.help = Some(format!(
                "{} runs all pending migrations in one transaction: deploy the migration that \
                 adds the label before the one that uses it",
                folder.tool
            ));
            return problem;
        }
        "55P04" => Some(
            "use the label in a later migration (with --on-target this also fails, because all \
             migrations run in one transaction)",
        ),
        "55P03" => Some(
            "another session holds a lock that this needs: run `cargo pg-enum \
         preflight`",
        ),
        "57014" => Some("increase --statement-timeout"),
        _ => None,
    }
    .map(str::to_owned);
    problem
}
