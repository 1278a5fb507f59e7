//! The baselines of folders: one for all that the command line names, or what the configuration of each names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Found;
use super::baseline::Baseline;
use super::reported::Reported;
use crate::Streams;
use crate::failure::Failure;
use crate::migrations::Request;
use crate::paths::tidy;
use crate::text::{count, visible};

/// The files of baselines.
pub(crate) struct Baselines {
    /// That of each request.
    of: Vec<Option<PathBuf>>,
    /// What is in each; nothing where there is no file.
    files: BTreeMap<PathBuf, Option<Baseline>>,
}

/// What the baselines have and is no longer found, by their files.
pub(crate) type Stale = BTreeMap<PathBuf, Baseline>;

impl Baselines {
    /// Reads the file that the command line names, or else those of the configurations. `may_lack` is whether a file may be
    /// missing, because it is about to be written.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or is missing; or if one is to be written, and none is named.
    pub(crate) fn read(
        requests: &[Request],
        named: Option<&Path>,
        may_lack: bool,
    ) -> Result<Self, Failure> {
        let configured = |request: &Request| request.lint.as_ref()?.baseline.clone();
        let path = |request: &Request| named.map(Path::to_owned).or_else(|| configured(request));
        let of: Vec<Option<PathBuf>> =
            requests.iter().map(|request| Some(tidy(&path(request)?))).collect();
        let mut files = BTreeMap::new();
        for path in of.iter().flatten() {
            let baseline = Baseline::read(path)?;
            if baseline.is_none() && !may_lack {
                let shown = visible(&path.to_string_lossy());
                return Err(Failure::new(format!("the baseline {shown} does not exist"))
                    .with_help("write one with --update-baseline"));
            }
            files.insert(path.clone(), baseline);
        }
        if may_lack && files.is_empty() {
            return Err(Failure::new("no baseline is named").with_help("add --baseline FILE"));
        }
        Ok(Self { of, files })
    }

    /// Takes out the findings that the baselines have. Returns how many these are, and what is no longer found.
    pub(super) fn take_from(&self, reported: &mut Vec<Reported>) -> (usize, Stale) {
        let (mut taken, mut stale) = (0, Stale::new());
        for (path, baseline) in &self.files {
            if let Some(baseline) = baseline {
                let (of_file, left) = baseline.take_from(reported, path, |it| self.is_of(it, path));
                taken += of_file;
                stale.insert(path.clone(), left);
            }
        }
        (taken, stale)
    }

    /// Writes each baseline that is not there, and removes from the others what is no longer found.
    ///
    /// # Errors
    ///
    /// If a file cannot be written.
    pub(crate) fn update(
        &self,
        found: &mut Found,
        streams: &mut Streams<'_>,
    ) -> Result<(), Failure> {
        for (path, baseline) in &self.files {
            let shown = visible(&path.to_string_lossy());
            if let Some(baseline) = baseline {
                let stale = found.stale.remove(path).unwrap_or_default();
                if stale.count() > 0 {
                    baseline.without(&stale).write(path)?;
                    let gone = stale.count();
                    streams.note(&format!("removed from {shown}: {gone} no longer found"));
                }
                continue;
            }
            let of_file = found.reported.iter().filter(|it| self.is_of(it, path));
            let baseline = Baseline::of(of_file.map(|reported| &reported.problem), path);
            baseline.write(path)?;
            let findings = count(baseline.count(), "finding");
            streams.note(&format!("{shown} is written, with {findings}"));
            let (taken, _) =
                baseline.take_from(&mut found.reported, path, |it| self.is_of(it, path));
            found.in_baseline += taken;
        }
        Ok(())
    }

    fn is_of(&self, reported: &Reported, path: &Path) -> bool {
        self.of.get(reported.request).and_then(Option::as_deref) == Some(path)
    }
}
