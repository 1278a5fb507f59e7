//! The folders of migrations that models may go by.

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_migrations::folder::Tool;
use pg_enum_python::{Model, Models, Target};

use super::Places;
use crate::Streams;
use crate::accept::Accepted;
use crate::folders::{Contents, Folders};
use crate::migrations::Request;

/// A folder, and what its `env.py` compares with it.
pub(super) struct Site {
    /// Its index in [`Folders`].
    pub(super) folder: usize,
    /// The numbers of the `MetaData`; nothing if that is not known.
    metadata: Option<Vec<usize>>,
    /// Whether some tables are left out.
    pub(super) is_filtered: bool,
    pub(super) is_alembic: bool,
    /// The folder of the project whose `env.py` it has.
    home: Option<PathBuf>,
}

#[derive(Default)]
pub(super) struct Sites {
    pub(super) all: Vec<Site>,
    /// The folders of all projects that have an `env.py`.
    homes: Vec<PathBuf>,
    /// Whether all models have one `MetaData`, as far as is known.
    has_one_metadata: bool,
}

impl Sites {
    /// Reads the folders.
    pub(super) fn open(
        places: &Places<'_>,
        models: &Models,
        folders: &mut Folders,
        accepted: &Accepted,
        streams: &mut Streams<'_>,
    ) -> Self {
        let mut requests: Vec<Request> = Vec::new();
        if let Some(by_env) = places.found_by_env {
            let by_env_py = models.targets.iter().filter_map(|it| Some(by_env(it.env.parent()?)));
            requests.extend(by_env_py);
            requests.extend(models.revisions.iter().map(|dir| by_env(dir)));
        }
        // What names a folder says more of it than that there is an `env.py`.
        requests.retain(|request| {
            !places.requests.iter().any(|other| canonical(&other.dir) == canonical(&request.dir))
        });
        let mut metadata: Vec<usize> = models.models.iter().filter_map(|it| it.metadata).collect();
        metadata.sort_unstable();
        metadata.dedup();
        let homes = models.targets.iter().filter_map(home).collect();
        let mut sites = Self { all: Vec::new(), homes, has_one_metadata: metadata.len() == 1 };
        for request in places.requests.iter().chain(&requests) {
            let folder = match folders.open(request, accepted, streams) {
                Ok(folder) => folder,
                Err(failure) => {
                    streams.note(&format!("{request} is not read: {failure}"));
                    continue;
                }
            };
            if sites.all.iter().any(|site| site.folder == folder) {
                continue;
            }
            let contents = folders.get(folder).and_then(|folder| folder.contents.as_ref());
            let Some(contents) = contents.filter(|it| it.replayed.replay.total > 0) else {
                continue;
            };
            let target = target(&models.targets, &request.dir);
            sites.all.push(Site {
                folder,
                metadata: target.and_then(|target| target.metadata.clone()),
                is_filtered: target.is_some_and(|target| target.is_filtered),
                is_alembic: contents.replayed.folder.tool == Tool::Alembic,
                home: target.and_then(home),
            });
        }
        sites
    }

    /// The sites that a model may go by; with whether it is certain that it goes by one of them.
    pub(super) fn of(&self, model: &Model) -> (Vec<usize>, bool) {
        let goes_by = |site: &Site| match (&site.metadata, model.metadata) {
            (Some(all), Some(own)) => Some(all.contains(&own)),
            _ => None,
        };
        let indices = |wanted: Option<bool>| {
            let is_it = |(_, site): &(usize, &Site)| goes_by(site) == wanted;
            self.all.iter().enumerate().filter(is_it).map(|(index, _)| index).collect::<Vec<_>>()
        };
        let certain = indices(Some(true));
        if !certain.is_empty() {
            return (certain, true);
        }
        let mut perhaps = indices(None);
        perhaps.retain(|&site| !self.is_of_another(model, &self.all[site]));
        let is_only = self.all.len() == 1 && self.has_one_metadata && model.metadata.is_some();
        let is_certain = is_only && !perhaps.is_empty();
        (perhaps, is_certain)
    }

    /// Whether a model is in a project with an `env.py` of its own, and the folder is not of that project.
    fn is_of_another(&self, model: &Model, site: &Site) -> bool {
        let Some(own) = &site.home else { return false };
        let path = canonical(model.at.path());
        let mut homes = self.homes.iter().filter(|home| *home != own && path.starts_with(home));
        homes.any(|home| !path.starts_with(own) || home.starts_with(own))
    }

    pub(super) fn contents<'f>(&self, site: usize, folders: &'f Folders) -> Option<&'f Contents> {
        folders.get(self.all.get(site)?.folder)?.contents.as_ref()
    }
}

/// The `env.py` of a folder of revisions: in it, above it, or below the folder of the configuration.
fn target<'t>(targets: &'t [Target], dir: &Path) -> Option<&'t Target> {
    let dir = canonical(dir);
    let near = |target: &&Target| {
        let own = target.env.parent().map(canonical).unwrap_or_default();
        dir.starts_with(&own) || own.starts_with(&dir)
    };
    let mut near: Vec<&Target> = targets.iter().filter(near).collect();
    near.sort_by_key(|target| std::cmp::Reverse(target.env.components().count()));
    match &near[..] {
        [only] => Some(only),
        // Below one configuration may be several.
        [first, ..] if dir.starts_with(canonical(first.env.parent()?)) => Some(first),
        _ => None,
    }
}

/// The folder that has the folder of an `env.py`.
fn home(target: &Target) -> Option<PathBuf> {
    Some(canonical(target.env.parent()?).parent()?.to_owned())
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
