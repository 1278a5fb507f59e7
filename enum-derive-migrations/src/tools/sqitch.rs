//! sqitch: `deploy/<change>.sql` and `revert/<change>.sql`, in the order of `sqitch.plan`.
//!
//! The rules are those of sqitchers/sqitch: `lib/App/Sqitch/Plan.pm` (`_parse`: pragmas begin with `%`, tags with `@`,
//! changes with their names, all before `[…]` of dependencies and the time; a change that is named again has been
//! reworked, and its earlier file has the tag after it in its name, `Plan/Change.pm`, `path_segments`) and
//! `lib/App/Sqitch/Engine/pg.pm` (`run_file`: each file goes to a psql of its own, which stops at the first error). A file
//! has the transactions that stand in it, as `BEGIN` and `COMMIT` are in the template.
//!
//! The folder is the one with the plan, or `deploy` below it. What sqitch records in its own schema, by hashes of the
//! plan, is not read.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer};
use crate::files::{FolderError, Found, Reader, Seen, Sign, unreadable, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The list of changes.
const PLAN: &str = "sqitch.plan";

/// The tool.
pub(super) struct Sqitch;

impl Rules for Sqitch {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        (seen.has(PLAN) || seen.has_above(&[PLAN])).then(|| Sign::file(PLAN))
    }

    fn takes(&self) -> &'static str {
        "the changes of `sqitch.plan`, in `deploy` and `revert`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let (plan, deploy, revert) = if reader.exists(PLAN) {
            (PathBuf::from(PLAN), Path::new("deploy"), Path::new("revert"))
        } else {
            (Path::new("..").join(PLAN), Path::new(""), Path::new("../revert"))
        };
        if !reader.exists(&plan) {
            return Ok(Vec::new());
        }
        let Some(plan) = reader.read_one(&plan)? else { return Ok(Vec::new()) };
        for verify in reader.list(Path::new("verify")).unwrap_or_default() {
            reader.take(&verify.path);
        }
        let (mut found, mut downs) = (Vec::new(), Vec::new());
        for (index, change) in changes(&plan.text).into_iter().enumerate() {
            let file = format!("{}.sql", change.file);
            // A name may have directories, and none of them is above the folder.
            if Path::new(&file).components().any(|part| !matches!(part, Component::Normal(_))) {
                let message = format!("`{}` is no name of a change", change.name);
                let finding = unreadable(&plan, change.at, message);
                reader.findings.push(finding.with_help("name a file below `deploy`"));
                continue;
            }
            let path = deploy.join(&file);
            if !reader.exists(&path) {
                let message = format!(
                    "the plan names `{}`, but there is no `{}`",
                    change.name,
                    path.display()
                );
                let finding = unreadable(&plan, change.at, message);
                reader
                    .findings
                    .push(finding.with_help("restore the file, or drop the change from the plan"));
                continue;
            }
            if reader.exists(revert.join(&file)) {
                downs.push((index, revert.join(&file)));
            }
            let (version, name) = (change.file, path.display().to_string());
            found.push(Found { key: index, version, name, up: path, code: false });
        }
        let loaded = reader.load(Tool::Sqitch, found, downs)?;
        Ok(whole_files(loaded, &|_| Transaction::PerStatement))
    }

    fn running(&self) -> Running {
        Running {
            between: Between::Psql,
            ..Running::each(
                Transaction::PerStatement,
                Outside::Asked("put it before BEGIN or after COMMIT"),
            )
        }
    }
}

/// A change of the plan.
struct Change {
    name: String,
    /// The name of its file, without the extension.
    file: String,
    /// The first tag after it.
    tag: Option<String>,
    /// Where in the plan.
    at: usize,
}

fn changes(plan: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    // Which changes of a name have no tag after them yet, and the last of each name.
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut untagged: Vec<usize> = Vec::new();
    let mut end = 0;
    for line in plan.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some(word) = line.split_whitespace().next() else { continue };
        if word.starts_with(['%', '#']) {
            continue;
        }
        if word.starts_with('@') {
            for change in untagged.drain(..) {
                changes[change].tag = Some(word.to_owned());
            }
            continue;
        }
        let word = word.strip_prefix('+').unwrap_or(word);
        let index = changes.len();
        let again = last.insert(word.to_owned(), index);
        if let Some(earlier) = again
            && let Some(tag) = &changes[earlier].tag
        {
            changes[earlier].file = format!("{word}{tag}");
        }
        let (name, file) = (word.to_owned(), word.to_owned());
        changes.push(Change { name, file, tag: None, at: start });
        untagged.push(index);
    }
    changes
}

#[cfg(feature = "write")]
impl Writer for Sqitch {
    fn write(&self, _slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let how = format!(
            "a change is in `{PLAN}` with the name of who has planned it: run `sqitch add {} -n 'change an enum'`, and put \
             this into its file in `deploy`:\n{}",
            draft.slug(),
            draft.up.trim_end()
        );
        Err(WriteError::ByTool { tool: Tool::Sqitch, how })
    }
}

/// What it records has its own schema, and hashes for names.
#[cfg(feature = "history")]
impl History for Sqitch {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Folder;
    use crate::testing::{findings, folder, names, open, steps, written};

    const SIMPLE: &str = "%syntax-version=1.0.0\n%project=app\n\n\
        b 2024-01-01T00:00:00Z A <a@b> # first\n\
        a [b] 2024-01-02T00:00:00Z A <a@b>\n\
        @v1 2024-01-03T00:00:00Z A <a@b>\n";

    #[test]
    fn the_plan_decides() {
        let folder = open(&[
            ("sqitch.plan", SIMPLE),
            ("deploy/a.sql", "a"),
            ("deploy/b.sql", "b"),
            ("revert/a.sql", "undo a"),
            ("verify/a.sql", "SELECT 1"),
            ("deploy/c.sql", "in no plan"),
        ]);
        assert_eq!(folder.tool, Tool::Sqitch);
        assert_eq!(steps(&folder), ["b PerStatement: b", "a PerStatement: a / undo a"]);
        assert_eq!(folder.findings, []);
        assert_eq!(folder.passed_over, [PathBuf::from("deploy/c.sql")]);
    }

    #[test]
    fn a_change_is_reworked() {
        let plan = format!("{SIMPLE}b [b@v1] 2024-01-04T00:00:00Z A <a@b>\n");
        let folder = open(&[
            ("sqitch.plan", &plan),
            ("deploy/a.sql", "a"),
            ("deploy/b.sql", "new b"),
            ("deploy/b@v1.sql", "old b"),
        ]);
        assert_eq!(names(&folder), ["deploy/b@v1.sql", "deploy/a.sql", "deploy/b.sql"]);
    }

    #[test]
    fn a_file_is_missing() {
        let folder = open(&[("sqitch.plan", SIMPLE), ("deploy/a.sql", "a")]);
        assert_eq!(
            findings(&folder),
            ["sqitch.plan:4: the plan names `b`, but there is no `deploy/b.sql`"]
        );
    }

    #[test]
    fn a_change_is_below_the_folder() {
        let folder = open(&[("sqitch.plan", "../x 2024-01-01T00:00:00Z A <a@b>\n")]);
        assert_eq!(findings(&folder), ["sqitch.plan:1: `../x` is no name of a change"]);
    }

    #[test]
    fn from_within_deploy() {
        let root = folder(&[("sqitch.plan", SIMPLE), ("deploy/a.sql", "a"), ("deploy/b.sql", "b")]);
        let folder = Folder::open(root.path().join("deploy")).expect("a folder");
        assert_eq!(folder.tool, Tool::Sqitch);
        assert_eq!(steps(&folder), ["b PerStatement: b", "a PerStatement: a"]);
    }

    #[test]
    fn nothing_is_written() {
        let refused = written(Tool::Sqitch, &[("sqitch.plan", "")]);
        assert!(refused[0].contains("`sqitch add add_x -n"), "{refused:?}");
    }
}
