//! Projects with source in Python, with or without a manifest of cargo's.

use std::fs;
use std::path::{Path, PathBuf};

use super::cargo::Cargo;
use super::outside::Outside;
use super::selection::without_cargo;
use super::{Overrides, Project, Workspace};
use crate::Streams;
use crate::config::Config;
use crate::discovery::above;
use crate::migrations::Request;
use crate::paths::{nearby, tidy};

impl Project {
    /// A directory, with this configuration.
    pub(super) fn without_manifest(root: PathBuf, config: Config) -> Self {
        Self {
            packages: Vec::new(),
            others: Vec::new(),
            outside: Outside::default(),
            target: root.join("target"),
            workspace: Workspace { root, config },
            has_manifest: false,
            cfg: None,
            cargo: Cargo::none(),
        }
    }

    /// Whether it may have models whose tables nothing creates: without a manifest, only if the configuration says so.
    pub(super) fn allows_nothing_compared(&self) -> bool {
        self.has_manifest || self.workspace.config.allow_nothing_compared.unwrap_or(false)
    }

    /// The folder whose source in Python is looked at: that of the project, or the one around migrations that the command
    /// line names elsewhere.
    pub(crate) fn tree_root(&self, overrides: &Overrides) -> PathBuf {
        let root = tidy(&self.workspace.root);
        let Some(dir) = &overrides.migrations else { return root };
        let resolved = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if resolved(dir).starts_with(resolved(&root)) {
            return root;
        }
        let around = above(dir, dir).pop();
        around.unwrap_or_else(|| {
            let dir = resolved(dir);
            nearby(dir.parent().unwrap_or(&dir))
        })
    }

    /// The folders of migrations that models in Python may go by; with how the folder of an `env.py` is read, if that
    /// may be another one.
    pub(crate) fn tree_requests(
        &self,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> (Vec<Request>, Option<impl Fn(&Path) -> Request + use<>>) {
        let config = overrides.config().or(&self.workspace.config);
        if let Some(request) = Request::configured(&config) {
            return (vec![request], None);
        }
        let requests = if self.has_manifest {
            self.all_requests(overrides, streams)
        } else {
            without_cargo(&self.workspace.root, &config, streams)
        };
        let by_env = move |dir: &Path| {
            let has_env = dir.join("env.py").exists();
            let origin = if has_env { "it has an env.py" } else { "it has revisions of Alembic" };
            let origin = origin.to_owned();
            Request::new(
                tidy(dir),
                origin,
                Some(pg_enum_migrations::folder::Tool::Alembic),
                &config,
            )
        };
        (requests, Some(by_env))
    }
}
