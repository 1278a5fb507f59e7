//! A revision is written as `alembic revision` writes one (`alembic/templates/generic/script.py.mako`, 1.19).

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::layout::Layout;
use super::{Alembic, Graph, revisions};
use crate::draft::{Draft, NewFile, Prepared, Slate, WriteError, Writer};
use crate::files::Reader;
use crate::ground::Tool;
use crate::text::script::chunks;

/// `_default_file_template` in `alembic/script/base.py`.
const TEMPLATE: &str = "%(rev)s_%(slug)s";

/// `truncate_slug_length` unless the configuration says otherwise.
const LONGEST_SLUG: usize = 40;

impl Writer for Alembic {
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let mut reader = Reader::open(slate.root).map_err(WriteError::Folder)?;
        let layout = Layout::find(&reader);
        let (revisions, _) = revisions(&mut reader, &layout).map_err(WriteError::Folder)?;
        let graph = Graph::new(&revisions).0;
        let before = match slate.last_draft() {
            Some(last) => Some(last.to_owned()),
            None => graph
                .head_for(slate.head.as_deref(), &revisions)
                .map_err(|reason| WriteError::Text { tool: Tool::Alembic, reason })?
                .and_then(|head| revisions.get(head))
                .map(|revision| revision.id.clone()),
        };
        let mut hasher = DefaultHasher::new();
        (slate.millis, &before, &draft.up).hash(&mut hasher);
        let id = format!("{:012x}", hasher.finish() & 0xffff_ffff_ffff);
        let name = file_name(slate, &layout, &id, draft);
        let path = layout.versions.first().map_or(Path::new(""), |it| it).join(name);
        if slate.root.join(&path).symlink_metadata().is_ok() {
            return Err(WriteError::Exists(slate.root.join(path)));
        }
        slate.note(&id);
        let text = revision(slate, &id, before.as_deref(), draft);
        let files = vec![NewFile::new(path, text)];
        let (up, down) = (draft.up.clone(), Some(draft.down.clone()));
        Ok(Prepared { version: id, files, up, down })
    }
}

/// The name by the configuration's template, if all of it is known.
fn file_name(slate: &Slate<'_>, layout: &Layout, id: &str, draft: &Draft) -> String {
    let mut slug = draft.slug();
    slug.truncate(LONGEST_SLUG);
    let now = slate.now;
    let name = |template: &str| {
        template
            .replace("%(rev)s", id)
            .replace("%(slug)s", slug.trim_end_matches('_'))
            .replace("%(year)d", &now.year().to_string())
            .replace("%(month).2d", &format!("{:02}", now.month()))
            .replace("%(day).2d", &format!("{:02}", now.day()))
            .replace("%(hour).2d", &format!("{:02}", now.hour()))
            .replace("%(minute).2d", &format!("{:02}", now.minute()))
            .replace("%(second).2d", &format!("{:02}", now.second()))
            .replace("%(epoch)s", &(slate.millis / 1000).to_string())
    };
    let known = layout.file_template.as_deref().map(name).filter(|name| !name.contains('%'));
    format!("{}.py", known.unwrap_or_else(|| name(TEMPLATE)))
}

/// The text of a revision's file.
fn revision(slate: &Slate<'_>, id: &str, before: Option<&str>, draft: &Draft) -> String {
    let title = draft.name.replace(['\\', '"', '_'], " ");
    let down = before.map_or_else(|| "None".to_owned(), |before| format!("'{before}'"));
    format!(
        "\"\"\"{title}\n\nRevision ID: {id}\nRevises: {}\nCreate Date: {}\n\n\"\"\"\n\
         from typing import Sequence, Union\n\n\
         from alembic import op\n\n\n\
         # revision identifiers, used by Alembic.\n\
         revision: str = '{id}'\n\
         down_revision: Union[str, Sequence[str], None] = {down}\n\
         branch_labels: Union[str, Sequence[str], None] = None\n\
         depends_on: Union[str, Sequence[str], None] = None\n\n\n\
         def upgrade() -> None:\n{}\n\n\
         def downgrade() -> None:\n{}",
        before.unwrap_or_default(),
        slate.now.strftime("%Y-%m-%d %H:%M:%S"),
        body(&draft.up),
        body(&draft.down)
    )
}

/// The body of a function that sends each statement by itself: asyncpg takes no more than one at a time.
fn body(sql: &str) -> String {
    let statements = chunks(sql);
    let mut body = String::new();
    if statements.is_empty() {
        for line in sql.lines().filter_map(|line| line.trim().strip_prefix("--")) {
            // Writing to a string does not fail.
            let _ = writeln!(body, "    #{line}");
        }
        body += "    pass\n";
    }
    for statement in statements {
        let _ = writeln!(
            body,
            "    op.execute(\n        \"\"\"\n{}\n        \"\"\"\n    )",
            literal(statement)
        );
    }
    body
}

/// The text of a string in three quotes that `op.execute` sends as it is: a colon before a name would be a parameter of
/// `SQLAlchemy`'s `text()` (`_bind_params_regex` in `lib/sqlalchemy/sql/elements.py`).
fn literal(sql: &str) -> String {
    let mut text = String::new();
    let mut before = ' ';
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match c {
            '\\' => text += "\\\\",
            '"' => text += if rest.peek() == Some(&'"') || before == '"' { "\\\"" } else { "\"" },
            // A backslash before a colon is taken away (`BIND_PARAMS_ESC` in `lib/sqlalchemy/sql/compiler.py`).
            ':' if before == '\\' => text += "\\\\:",
            ':' if before != ':'
                && !is_word(before)
                && rest.peek().is_some_and(|c| is_word(*c)) =>
            {
                text += "\\\\:";
            }
            c => text.push(c),
        }
        before = c;
    }
    if text.ends_with('"') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use crate::Folder;
    use crate::ground::Tool;
    use crate::testing::folder;
    use crate::write::{Draft, commit, prepare_on};

    /// A revision's file, with the lines that say what it is.
    fn file(id: &str, down: &str, more: &str) -> String {
        format!("revision = '{id}'\ndown_revision = {down}\n{more}\ndef upgrade():\n    pass\n")
    }

    #[test]
    fn a_migration_for_one_of_several_heads() {
        let branch =
            |id: &str, label: &str| file(id, "None", &format!("branch_labels = '{label}'\n"));
        let root = folder(&[
            ("env.py", ""),
            ("versions/1.py", &branch("1", "web")),
            ("versions/2.py", &branch("2", "shop")),
            ("versions/3.py", &file("3", "'2'", "")),
        ]);
        let draft = Draft { name: "add x".into(), up: "up;".into(), down: "down;".into() };
        let written = |head: Option<&str>| {
            let folder = Folder::open_as(root.path(), Tool::Alembic).expect("a folder");
            let drafts = [draft.clone(), draft.clone()];
            let prepared = match prepare_on(&folder, head, &drafts, SystemTime::UNIX_EPOCH) {
                Ok(prepared) => prepared,
                Err(error) => return error.to_string(),
            };
            let written = commit(&folder, &prepared).expect("to be written");
            let texts = &prepared.iter().map(|it| &*it.files[0].text).collect::<Vec<_>>();
            let downs = texts.iter().map(|text| {
                let down = text.split("down_revision: ").nth(1).expect("a name");
                down.split(['\'']).nth(1).expect("a revision").to_owned()
            });
            let downs: Vec<String> = downs.collect();
            assert_eq!(downs[1], prepared[0].version);
            written.undo().expect("to be taken back");
            downs[0].clone()
        };
        let refused = |reason: &str| {
            format!("alembic would not apply the migration as it is meant: it has {reason}")
        };
        assert_eq!(
            written(None),
            refused(
                "2 branches that are kept apart; say which one it is for: `--head web@head`, `--head shop@head`"
            )
        );
        assert_eq!(written(Some("web@head")), "1");
        assert_eq!(written(Some("shop@head")), "3");
        assert_eq!(written(Some("2@head")), "3");
        assert_eq!(written(Some("3")), "3");
        assert_eq!(
            written(Some("2")),
            refused("no head `2`; ask for one with `--head web@head`, `--head shop@head`")
        );
        let folder = Folder::open_as(root.path(), Tool::Dbmate).expect("a folder");
        let now = SystemTime::UNIX_EPOCH;
        let error = prepare_on(&folder, Some("web@head"), &[draft], now).expect_err("no heads");
        assert!(
            error.to_string().ends_with("`--head` is for Alembic; these are migrations of dbmate"),
            "{error}"
        );
    }
}
