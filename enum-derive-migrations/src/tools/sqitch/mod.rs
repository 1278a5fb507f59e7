//! sqitch: `deploy/<change>.sql` and `revert/<change>.sql`, in the order of `sqitch.plan`.
//!
//! The rules are those of sqitchers/sqitch 1.6.1:
//! - `lib/App/Sqitch/Plan.pm` (`_parse`): pragmas begin with `%`, tags with `@`, changes with their names, before `[…]`
//!   with dependencies and the time.
//! - `lib/App/Sqitch/Plan/Change.pm` (`path_segments`, `deploy_dir`): a change that is named again has been reworked, and
//!   its earlier file has one of the tags between the two in its name.
//! - `lib/App/Sqitch/Target.pm`: `sqitch.conf` names the plan and the directories, as paths below its own directory.
//! - `lib/App/Sqitch/Engine/pg.pm` (`run_file`): psql runs each file in a session of its own and stops at the first error.
//!   A file has the transactions that its `BEGIN` and `COMMIT` make, as in sqitch's template.
//!
//! The folder is the one with `sqitch.conf` or the plan, or the directory of the `deploy` files. The settings of the user
//! and of the system are not read. Neither is sqitch's own schema, which records changes by hashes of the plan.

mod configuration;

use std::collections::HashMap;
use std::path::{Component, Path};

use self::configuration::{CONF, Layout, PLAN};
use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer};
use crate::files::{FolderError, Found, Reader, Seen, Sign, slashes, unreadable, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The tool.
pub(super) struct Sqitch;

impl Rules for Sqitch {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let layout = Layout::find(seen.reader)?;
        Some(Sign::file(if layout.conf.is_some() { CONF } else { PLAN }))
    }

    fn takes(&self) -> &'static str {
        "the changes of `sqitch.plan`, in `deploy` and `revert`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let Some(layout) = Layout::find(reader) else { return Ok(Vec::new()) };
        if let Some(conf) = &layout.conf
            && let Some(source) = reader.read_one(conf)?
            && let Some((message, help)) = &layout.flaw
        {
            reader.findings.push(unreadable(&source, 0, message.clone()).with_help(*help));
        }
        if !reader.exists(&layout.plan) {
            return Ok(Vec::new());
        }
        let Some(plan) = reader.read_one(&layout.plan)? else { return Ok(Vec::new()) };
        for verify in reader.list(&layout.verify).unwrap_or_default() {
            reader.take(&verify.path);
        }
        let (mut found, mut downs) = (Vec::new(), Vec::new());
        for (index, change) in changes(&plan.text).into_iter().enumerate() {
            let (deploy, revert) = layout.directories(change.is_reworked);
            let file = |name: &String| format!("{name}.{}", layout.extension);
            let is_there = |name: &&String| reader.exists(deploy.join(file(name)));
            let Some(name) = change.files.iter().find(is_there).or(change.files.first()) else {
                continue;
            };
            let file = file(name);
            // A name may have directories, and none of them is above the folder.
            if Path::new(&file).components().any(|part| !matches!(part, Component::Normal(_))) {
                let message = format!("`{}` is not a valid name of a change", change.name);
                let finding = unreadable(&plan, change.at, message);
                reader.findings.push(finding.with_help("name a file below `deploy`"));
                continue;
            }
            let path = deploy.join(&file);
            if !reader.exists(&path) {
                let message = format!(
                    "the plan names `{}`, but there is no `{}`",
                    change.name,
                    slashes(&path)
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
            let (version, name) = (name.clone(), slashes(&path));
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
    /// The names that its file may have, without the extension.
    files: Vec<String>,
    /// Whether the name comes again, so that this is what it was before.
    is_reworked: bool,
    /// Where in the plan.
    at: usize,
}

fn changes(plan: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut last: HashMap<String, usize> = HashMap::new();
    // Each tag, with the change that it follows.
    let mut tags: Vec<(usize, &str)> = Vec::new();
    let mut end = 0;
    for line in plan.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let line = line.split('#').next().unwrap_or_default().trim();
        let line = line.strip_prefix('+').unwrap_or(line);
        let Some(word) = line.split_whitespace().next().filter(|word| !word.starts_with('%'))
        else {
            continue;
        };
        if word.starts_with('@') {
            tags.extend(changes.len().checked_sub(1).map(|change| (change, word)));
            continue;
        }
        let index = changes.len();
        if let Some(earlier) = last.insert(word.to_owned(), index)
            && let Some(change) = changes.get_mut(earlier)
        {
            // The tags of the latest change come first.
            change.files.clear();
            for (after, tag) in tags.iter().rev() {
                if *after >= earlier {
                    change.files.push(format!("{word}{tag}"));
                }
            }
            change.is_reworked = true;
        }
        let (name, files) = (word.to_owned(), vec![word.to_owned()]);
        changes.push(Change { name, files, is_reworked: false, at: start });
    }
    changes
}

#[cfg(feature = "write")]
impl Writer for Sqitch {
    fn write(&self, _slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let how = format!(
            "a change is in `{PLAN}` with the name of its planner: run `sqitch add {} -n 'change an enum'`, and put \
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
    use std::path::PathBuf;

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
        assert_eq!(findings(&folder), ["sqitch.plan:1: `../x` is not a valid name of a change"]);
    }

    #[test]
    fn from_within_deploy() {
        let root = folder(&[("sqitch.plan", SIMPLE), ("deploy/a.sql", "a"), ("deploy/b.sql", "b")]);
        let folder = Folder::open(root.path().join("deploy")).expect("a folder");
        assert_eq!(folder.tool, Tool::Sqitch);
        assert_eq!(steps(&folder), ["b PerStatement: b", "a PerStatement: a"]);
    }

    #[test]
    fn several_tags_before_a_change_is_reworked() {
        let plan = "%project=app\n\n\
            + b 2024-01-01T00:00:00Z A <a@b>\n@v1 2024-01-02T00:00:00Z A <a@b>\n\
            c 2024-01-03T00:00:00Z A <a@b>\n@v2 2024-01-04T00:00:00Z A <a@b>\n\
            b [b@v2] 2024-01-05T00:00:00Z A <a@b>\n";
        let files = [("sqitch.plan", plan), ("deploy/b.sql", ""), ("deploy/c.sql", "")];
        for tag in ["v1", "v2"] {
            let earlier = format!("deploy/b@{tag}.sql");
            let mut files = files.to_vec();
            files.push((&earlier, ""));
            assert_eq!(names(&open(&files)), [&earlier, "deploy/c.sql", "deploy/b.sql"]);
        }
    }

    #[test]
    fn directories_of_the_configuration() {
        let conf = "# a comment\n[core]\n\tengine = pg\n\ttop_dir = d\\\n\tb ; below\n\
            [engine \"pg\"]\n\tDeploy_Dir = \"db/up\"\n[engine \"sqlite\"]\n\tdeploy_dir = lite\n";
        let files = [
            ("sqitch.conf", conf),
            ("db/sqitch.plan", SIMPLE),
            ("db/up/a.sql", "a"),
            ("db/up/b.sql", "b"),
            ("db/revert/b.sql", "undo b"),
        ];
        let steps_of = ["b PerStatement: b / undo b", "a PerStatement: a"];
        let root = folder(&files);
        for (below, name) in [("", "db/up/b.sql"), ("db", "up/b.sql"), ("db/up", "b.sql")] {
            let folder = Folder::open(root.path().join(below)).expect("a folder");
            assert_eq!(folder.tool, Tool::Sqitch);
            assert_eq!(steps(&folder), steps_of, "{below}");
            assert_eq!(names(&folder)[0], name);
            assert_eq!(folder.findings, []);
        }
    }

    #[test]
    fn the_target_decides_before_its_engine() {
        let conf = "[core]\nengine = sqlite\nplan_file = core.plan\n\
            [engine \"sqlite\"]\ntarget = db:sqlite:x\nplan_file = lite.plan\n\
            [engine \"pg\"]\nplan_file = pg.plan\ndeploy_dir = pg\n\
            [target \"prod\"]\nuri = db:postgres://localhost/app\nplan_file = prod.plan\n";
        let folder = open(&[
            ("sqitch.conf", conf),
            ("core.plan", ""),
            ("lite.plan", ""),
            ("pg.plan", ""),
            ("prod.plan", SIMPLE),
            ("pg/a.sql", "a"),
            ("pg/b.sql", "b"),
        ]);
        assert_eq!(names(&folder), ["pg/b.sql", "pg/a.sql"]);
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn a_configuration_that_is_not_followed() {
        let flaw = |conf: &str| {
            findings(&open(&[("sqitch.conf", conf), ("sqitch.plan", "%project=app\n")]))
        };
        assert_eq!(
            flaw("[core]\nengine = mysql\n"),
            ["sqitch.conf:1: no target is a PostgreSQL database: the engine is `mysql`"]
        );
        for path in ["../other", "/etc"] {
            assert_eq!(
                flaw(&format!("[core]\nengine = pg\ntop_dir = {path}\n")),
                [
                    "sqitch.conf:1: `top_dir` is outside the directory of sqitch.conf, and is not read"
                ]
            );
        }
    }

    #[test]
    fn nothing_is_written() {
        let refused = written(Tool::Sqitch, &[("sqitch.plan", "")]);
        assert!(refused[0].contains("`sqitch add add_x -n"), "{refused:?}");
    }
}
