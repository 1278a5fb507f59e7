//! What `sqitch.conf` says about where the plan and its files are.
//!
//! A setting is looked up in the section of the target, then in that of its engine, then in `[core]` (sqitchers/sqitch
//! 1.6.1, `lib/App/Sqitch/Target.pm`, `_fetch`). The default target is `core.target`, or else that of `core.engine`
//! (`BUILDARGS`).

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::files::{Reader, from_root};

/// The list of changes.
pub(super) const PLAN: &str = "sqitch.plan";

/// The configuration.
pub(super) const CONF: &str = "sqitch.conf";

/// Where the files of a project are. All paths are relative to the folder.
pub(super) struct Layout {
    /// The configuration, if there is one.
    pub(super) conf: Option<PathBuf>,
    pub(super) plan: PathBuf,
    deploy: PathBuf,
    revert: PathBuf,
    pub(super) verify: PathBuf,
    reworked_deploy: PathBuf,
    reworked_revert: PathBuf,
    pub(super) extension: String,
    /// What is wrong with the configuration, and what to do about it.
    pub(super) flaw: Option<(String, &'static str)>,
}

impl Layout {
    /// The layout by a `sqitch.conf` in the folder or at most two directories above it, or else by the plan in the folder
    /// or above it. A configuration above the folder counts if it names the folder.
    pub(super) fn find(reader: &Reader) -> Option<Self> {
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
        let from_root = |path: PathBuf| from_root(home, &path, root);
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
    pub(super) fn directories(&self, is_reworked: bool) -> (&Path, &Path) {
        if is_reworked {
            (&self.reworked_deploy, &self.reworked_revert)
        } else {
            (&self.deploy, &self.revert)
        }
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
    /// The format is that of bestpractical/config-gitlike (`lib/Config/GitLike.pm`, `parse_content`). Names of sections and
    /// settings are not case-sensitive, quoted parts of sections are. A backslash at the end of a line continues it.
    fn parse(conf: &str) -> Self {
        let (mut settings, mut section) = (Vec::new(), String::new());
        let mut lines = conf.lines().map(str::trim);
        while let Some(line) = lines.next() {
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
                let mut text = text.to_owned();
                while text.ends_with('\\') && !text.ends_with(r"\\") {
                    text.pop();
                    text.push_str(lines.next().unwrap_or_default());
                }
                settings.push((format!("{section}.{name}"), value(&text)));
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
            let (mut targets, mut engines) = (Vec::new(), Vec::new());
            for (key, _) in &self.0 {
                if let Some(name) = key.strip_prefix("target.")
                    && let Some(name) = name.strip_suffix(".uri")
                {
                    targets.push(self.named(name.to_owned()));
                } else if let Some(key) = key.strip_prefix("engine.") {
                    let engine = key.split('.').next().map(str::to_owned);
                    engines.push(Target { name: None, engine });
                }
            }
            targets.append(&mut engines);
            let engine = default.engine.clone();
            let found = targets.into_iter().find(is_postgres);
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

/// The engine of a URI: `db:pg://localhost/app`. Other names of PostgreSQL mean `pg` (`URI::db`, `canonical_engine`).
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
