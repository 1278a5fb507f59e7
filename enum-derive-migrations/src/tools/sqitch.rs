//! sqitch: `deploy/<change>.sql` and `revert/<change>.sql`, in the order of `sqitch.plan`.
//!
//! The rules are those of sqitchers/sqitch 1.6.1:
//! - `lib/App/Sqitch/Plan.pm` (`_parse`): pragmas begin with `%`, tags with `@`, changes with their names, before `[…]`
//!   with dependencies and the time.
//! - `lib/App/Sqitch/Plan/Change.pm` (`path_segments`, `deploy_dir`): a change that is named again has been reworked, and
//!   its earlier file has one of the tags between the two in its name.
//! - `lib/App/Sqitch/Target.pm`: `sqitch.conf` names the plan and the directories. A setting is looked up in the section
//!   of the target, then in that of its engine, then in `[core]`; paths are below the directory of `sqitch.conf`.
//! - `lib/App/Sqitch/Engine/pg.pm` (`run_file`): psql runs each file in a session of its own and stops at the first error.
//!   A file has the transactions that its `BEGIN` and `COMMIT` make, as in sqitch's template.
//!
//! The folder is the one with `sqitch.conf` or the plan, or the directory of the `deploy` files. The settings of the user
//! and of the system are not read. Neither is sqitch's own schema, which records changes by hashes of the plan.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer};
use crate::files::{FolderError, Found, Reader, Seen, Sign, slashes, unreadable};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The list of changes.
const PLAN: &str = "sqitch.plan";

/// The configuration.
const CONF: &str = "sqitch.conf";

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
        let loaded = reader.load(Tool::Sqitch, found, downs)?.into_iter();
        Ok(loaded.map(|migration| migration.whole(|_| Transaction::PerStatement)).collect())
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

/// Where the files of a project are. All paths are relative to the folder.
struct Layout {
    /// The configuration, if there is one.
    conf: Option<PathBuf>,
    plan: PathBuf,
    deploy: PathBuf,
    revert: PathBuf,
    verify: PathBuf,
    reworked_deploy: PathBuf,
    reworked_revert: PathBuf,
    extension: String,
    /// What is wrong with the configuration, and what to do about it.
    flaw: Option<(String, &'static str)>,
}

impl Layout {
    /// The layout by a `sqitch.conf` in the folder or at most two directories above it, or else by the plan in the folder
    /// or above it. A configuration above the folder counts if it names the folder.
    fn find(reader: &Reader) -> Option<Self> {
        let homes = ["", "..", "../.."].map(Path::new);
        let configured = homes.into_iter().find_map(|home| {
            let conf = home.join(CONF);
            let text = fs::read(reader.root.join(&conf)).ok()?;
            let settings = Settings::parse(&String::from_utf8_lossy(&text));
            let mut layout = Self::new(&settings, home, &reader.root);
            let is_root = |path: &Path| {
                let canonical = |path: PathBuf| fs::canonicalize(path).ok();
                canonical(reader.root.join(path)) == canonical(reader.root.clone())
            };
            let named = [layout.plan.parent().unwrap_or(Path::new("")), &layout.deploy];
            let is_named = home.as_os_str().is_empty() || named.into_iter().any(is_root);
            let is_meant = is_named && (reader.exists(&layout.plan) || layout.flaw.is_some());
            layout.conf = Some(conf);
            is_meant.then_some(layout)
        });
        configured.or_else(|| {
            let mut homes = homes.into_iter().take(2);
            let home = homes.find(|home| reader.exists(home.join(PLAN)))?;
            Some(Self::new(&Settings::default(), home, &reader.root))
        })
    }

    fn new(settings: &Settings, home: &Path, root: &Path) -> Self {
        let target = settings.target();
        let mut flaw = None;
        if let Some(engine) = &target.engine
            && !is_postgres(engine)
        {
            flaw = Some((
                format!("no target is a PostgreSQL database: the engine is `{engine}`"),
                "name the folder of the project that is for PostgreSQL",
            ));
        }
        let mut path = |key: &str| {
            let path = Path::new(settings.of(&target, key)?);
            let is_below =
                path.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir));
            if !is_below {
                flaw = Some((
                    format!("`{key}` is outside the directory of {CONF}, and is not read"),
                    "use a relative path below that directory",
                ));
            }
            is_below.then(|| path.components().filter(|it| *it != Component::CurDir).collect())
        };
        let top: PathBuf = path("top_dir").unwrap_or_default();
        let plan = path("plan_file").unwrap_or_else(|| top.join(PLAN));
        let reworked = path("reworked_dir").unwrap_or_else(|| top.clone());
        let mut directories = |script: &str| {
            let own: Option<PathBuf> = path(&format!("{script}_dir"));
            let again = path(&format!("reworked_{script}_dir"))
                .unwrap_or_else(|| reworked.join(own.as_deref().unwrap_or(Path::new(script))));
            (own.unwrap_or_else(|| top.join(script)), again)
        };
        let (deploy, reworked_deploy) = directories("deploy");
        let (revert, reworked_revert) = directories("revert");
        let (verify, _) = directories("verify");
        let from_root = |path: PathBuf| below_root(home, &path, root);
        Self {
            conf: None,
            plan: from_root(plan),
            deploy: from_root(deploy),
            revert: from_root(revert),
            verify: from_root(verify),
            reworked_deploy: from_root(reworked_deploy),
            reworked_revert: from_root(reworked_revert),
            extension: settings.of(&target, "extension").unwrap_or("sql").to_owned(),
            flaw,
        }
    }

    /// The directories of the files that go up and that go down.
    fn directories(&self, is_reworked: bool) -> (&Path, &Path) {
        if is_reworked {
            (&self.reworked_deploy, &self.reworked_revert)
        } else {
            (&self.deploy, &self.revert)
        }
    }
}

/// A path below `home`, which is the folder `root` or a directory above it, as a path from the folder: without the steps up
/// and down again where it is below the folder.
fn below_root(home: &Path, path: &Path, root: &Path) -> PathBuf {
    let steps = home.components().count();
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let names: Vec<_> = root.components().rev().take(steps).collect();
    let inside: PathBuf = names.into_iter().rev().collect();
    match path.strip_prefix(&inside) {
        Ok(below) => below.to_owned(),
        Err(_) => home.join(path),
    }
}

/// The settings of a `sqitch.conf`: `core.top_dir`, `target.<name>.uri`, `engine.pg.deploy_dir`.
#[derive(Default)]
struct Settings(Vec<(String, String)>);

/// The database that the plan is deployed to.
#[derive(Default)]
struct Target {
    name: Option<String>,
    engine: Option<String>,
}

impl Settings {
    /// The format is that of bestpractical/config-gitlike (`lib/Config/GitLike.pm`, `parse_content`), without continued
    /// lines. Names of sections and settings are not case-sensitive, quoted parts of sections are.
    fn parse(conf: &str) -> Self {
        let (mut settings, mut section) = (Vec::new(), String::new());
        for line in conf.lines().map(str::trim) {
            if line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(head) = line.strip_prefix('[') {
                let head = head.split(']').next().unwrap_or(head);
                let (name, quoted) = head.split_once('"').unwrap_or((head, ""));
                section = name.trim().to_ascii_lowercase();
                if let Some((quoted, _)) = quoted.rsplit_once('"') {
                    section = format!("{section}.{quoted}");
                }
            } else if let Some((name, text)) = line.split_once('=') {
                let name = name.trim().to_ascii_lowercase();
                settings.push((format!("{section}.{name}"), value(text)));
            }
        }
        Self(settings)
    }

    fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().rfind(|(known, value)| known == key && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A setting of a target.
    fn of(&self, target: &Target, key: &str) -> Option<&str> {
        let own = target.name.as_ref().and_then(|name| self.get(&format!("target.{name}.{key}")));
        let engine = target.engine.as_ref();
        own.or_else(|| self.get(&format!("engine.{}.{key}", engine?)))
            .or_else(|| self.get(&format!("core.{key}")))
    }

    /// The target that sqitch uses unless it is told another one, or the first one of PostgreSQL if that is a different
    /// database.
    fn target(&self) -> Target {
        let default = self.get("core.target").map(str::to_owned).or_else(|| {
            let engine = self.get("core.engine")?.trim();
            let target = self.get(&format!("engine.{engine}.target")).map(str::to_owned);
            target.or_else(|| Some(format!("db:{engine}:")))
        });
        let default = default.map(|name| self.named(name));
        let is_postgres = |target: &Target| target.engine.as_deref().is_some_and(is_postgres);
        if let Some(default) = default.as_ref().filter(|default| !is_postgres(default)) {
            let others = self.0.iter().filter_map(|(key, _)| {
                let name = key.strip_prefix("target.")?.strip_suffix(".uri")?;
                Some(self.named(name.to_owned()))
            });
            let engines = self.0.iter().filter_map(|(key, _)| {
                let engine = key.strip_prefix("engine.")?.split('.').next()?.to_owned();
                Some(Target { name: None, engine: Some(engine) })
            });
            let engine = default.engine.clone();
            let found = others.chain(engines).find(is_postgres);
            return found.unwrap_or(Target { name: default.name.clone(), engine });
        }
        default.unwrap_or_default()
    }

    /// The target of this name, or of this URI.
    fn named(&self, name: String) -> Target {
        if name.contains(':') {
            return Target { engine: engine(&name), name: None };
        }
        let engine = self.get(&format!("target.{name}.uri")).and_then(engine);
        Target { name: Some(name), engine }
    }
}

/// The engine of a URI: `db:pg://localhost/app`. Other names of PostgreSQL's are `pg` (URI::db, `canonical_engine`).
fn engine(uri: &str) -> Option<String> {
    let engine = uri.strip_prefix("db:").unwrap_or(uri).split(':').next()?;
    let engine = if is_postgres(engine) { "pg" } else { engine };
    Some(engine.to_owned())
}

fn is_postgres(engine: &str) -> bool {
    ["pg", "postgres", "postgresql", "pgsql"].contains(&engine)
}

/// The value of a setting: parts in quotes as they are, and nothing after a comment's sign at the beginning of a word.
fn value(text: &str) -> String {
    let (mut value, mut is_quoted, mut before) = (String::new(), false, ' ');
    let mut chars = text.trim().chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => is_quoted = !is_quoted,
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some(other) => value.push(other),
                None => {}
            },
            '#' | ';' if !is_quoted && before.is_whitespace() => break,
            _ => value.push(char),
        }
        before = char;
    }
    value.trim_end().to_owned()
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
            let mut between: Vec<_> = tags.iter().filter(|(after, _)| *after >= earlier).collect();
            between.reverse();
            change.files = between.into_iter().map(|(_, tag)| format!("{word}{tag}")).collect();
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
        let conf = "# a comment\n[core]\n\tengine = pg\n\ttop_dir = db ; below\n\
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
