//! A project in Python: a hook for pre-commit, and Alembic's template for revisions.

use std::path::Path;

use pg_enum_migrations::folder::Tool;

use super::{Change, read};
use crate::Streams;
use crate::failure::Failure;
use crate::migrations::Request;
use crate::paths::tidy;
use crate::text::visible;

/// What to change in a project. `root` is its directory.
pub(super) fn changes(
    root: &Path,
    requests: &[Request],
    streams: &mut Streams<'_>,
) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for request in requests {
        if request.open()?.tool == Tool::Alembic {
            changes.extend(template(&request.dir)?);
        }
    }
    changes.extend(hook(root, streams)?);
    Ok(changes)
}

const TEMPLATE: &str = "script.py.mako";

/// What tells that the template has been changed already.
const MARK: &str = "# Enums of PostgreSQL:";

/// What to do in `upgrade()`. It is a comment: most revisions change no enum.
const UP: &str = "\
    # Enums of PostgreSQL: create a type once, before the tables that use it; `create_type=False` of postgresql.ENUM
    # (not of sa.Enum) keeps tables from creating it again.
    #     mood = postgresql.ENUM(\"sad\", \"happy\", name=\"mood\", create_type=False)
    #     mood.create(op.get_bind(), checkfirst=False)
    #     op.create_table(\"day\", sa.Column(\"mood\", mood, nullable=False))
    # A new label can be used only after its transaction:
    #     with op.get_context().autocommit_block():
    #         op.execute(\"ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm' AFTER 'sad'\")
";

const DOWN: &str = "    # Enums of PostgreSQL: drop a type after the tables that use it: op.execute(\"DROP TYPE mood\")\n";

/// Alembic's template, which is beside `env.py`.
fn template(migrations: &Path) -> Result<Option<Change>, Failure> {
    let places = [migrations.join(TEMPLATE), migrations.join("..").join(TEMPLATE)];
    for path in places {
        let Some(text) = read(&path)? else { continue };
        if text.contains(MARK) {
            return Ok(None);
        }
        let changed = with_comments(&text);
        if changed == text {
            return Ok(None);
        }
        let what = format!("explain enums in new revisions, in {}", path.display());
        return Ok(Some(Change { what, path, text: changed, executable: false }));
    }
    Ok(None)
}

/// The template with a comment at the beginning of both functions.
fn with_comments(template: &str) -> String {
    let mut text = String::new();
    for line in template.split_inclusive('\n') {
        text.push_str(line);
        let is_of = |name: &str| {
            line.starts_with(&format!("def {name}(")) && line.trim_end().ends_with(':')
        };
        if is_of("upgrade") {
            text.push_str(UP);
        } else if is_of("downgrade") {
            text.push_str(DOWN);
        }
    }
    text
}

const HOOKS: &str = ".pre-commit-config.yaml";

fn hook(root: &Path, streams: &mut Streams<'_>) -> Result<Option<Change>, Failure> {
    let path = tidy(&root.join(HOOKS));
    let repo = env!("CARGO_PKG_REPOSITORY");
    let rev = concat!("v", env!("CARGO_PKG_VERSION"));
    let entry = format!("  - repo: {repo}\n    rev: {rev}\n    hooks:\n      - id: pg-enum-lint\n");
    match read(&path)? {
        None => {
            let what = format!("write {}", path.display());
            let text = format!("repos:\n{entry}");
            Ok(Some(Change { what, path, text, executable: false }))
        }
        Some(text) => {
            if !text.contains("pg-enum-lint") {
                // Its comments and its order belong to the user, so it is not edited.
                let shown = visible(&path.to_string_lossy());
                streams.note(&format!(
                    "{shown} already exists: add the hook `pg-enum-lint` of {repo}, rev {rev}, to it"
                ));
            }
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_at_the_beginning_of_functions() {
        let text = "def upgrade() -> None:\n    ${upgrades}\n\n\ndef downgrade():\n    pass\n";
        let changed = with_comments(text);
        assert_eq!(
            changed,
            format!(
                "def upgrade() -> None:\n{UP}    ${{upgrades}}\n\n\ndef downgrade():\n{DOWN}    pass\n"
            )
        );
        // Mako takes lines that begin with one `%` or two `#`, and `${`, as its own.
        let is_mako = |line: &str| {
            let line = line.trim_start();
            line.starts_with('%') || line.starts_with("##") || line.contains("${")
        };
        assert!(!UP.lines().chain(DOWN.lines()).any(is_mako));
    }
}
