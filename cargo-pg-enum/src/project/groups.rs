//! The enums that derive `PgEnum`, grouped by the folder of migrations that they are compared with.

use std::fs;
use std::path::PathBuf;

use pg_enum_build::scan::scan;

use super::{Nearness, Overrides, Package, Places, Project};
use crate::Streams;
use crate::accept::Accepted;
use crate::compare::record_of;
use crate::config::Config;
use crate::discovery::{Candidate, USUAL};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::migrations::Request;
use crate::settings::say_where;
use crate::text::visible;

/// Enums that go by the same migrations.
pub(crate) struct Group {
    /// The migrations; without any, how to name some.
    pub(crate) request: Result<Request, String>,
    pub(crate) enums: Vec<Derived>,
    /// Schemas beside the migrations, for types that no migration makes; the nearest first.
    pub(crate) beside: Vec<Request>,
    /// The files for the record of the migrations: one of each package, or one that several name.
    pub(crate) records: Vec<PathBuf>,
}

impl Group {
    /// Whether its enums need no migrations.
    pub(crate) fn is_external(&self) -> bool {
        self.request.is_err()
            && !self.enums.is_empty()
            && self.enums.iter().all(|derived| derived.model.external)
    }

    /// The folder of migrations, in which one can be written.
    pub(crate) fn folder(&self) -> Result<&Request, Failure> {
        self.request()?.folder()
    }

    /// The migrations, which there must be.
    pub(crate) fn request(&self) -> Result<&Request, Failure> {
        self.request.as_ref().map_err(|none| Failure::new(none.clone()).with_help(say_where()))
    }
}

impl Project {
    pub(super) fn grouped<'p>(
        &'p self,
        each: Vec<(&'p Package, Vec<Derived>)>,
        overrides: &Overrides,
        places: &mut Places<'p>,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Group>, Failure> {
        let mut groups: Vec<(Group, PathBuf, &str)> = Vec::new();
        for (package, enums) in each {
            for group in self.groups_of(package, enums, overrides, places, streams)? {
                let path = group.request.as_ref().map_or(package.dir(), |request| &*request.dir);
                let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
                let Some((other, _, name)) = groups.iter_mut().find(|(_, other, _)| *other == path)
                else {
                    groups.push((group, path, &package.name));
                    continue;
                };
                if let (Ok(one), Ok(two)) = (&other.request, &group.request)
                    && !one.reads_like(two)
                {
                    return Err(Failure::new(format!(
                        "`{}` and `{name}` share {}, and configure it differently",
                        package.name,
                        visible(&path.to_string_lossy())
                    ))
                    .with_help("configure it once, in `[workspace.metadata.pg-enum]`"));
                }
                other.enums.extend(group.enums);
                let is_new = |request: &Request| !other.beside.contains(request);
                let beside: Vec<Request> = group.beside.into_iter().filter(is_new).collect();
                other.beside.extend(beside);
                for record in group.records {
                    if !other.records.contains(&record) {
                        other.records.push(record);
                    }
                }
            }
        }
        Ok(groups.into_iter().map(|(group, ..)| group).collect())
    }

    /// Which migrations the enums of a package go by: the command line before its manifest, that before the
    /// workspace's, and then what is found.
    fn groups_of<'p>(
        &'p self,
        package: &'p Package,
        enums: Vec<Derived>,
        overrides: &Overrides,
        places: &mut Places<'p>,
        streams: &mut Streams<'_>,
    ) -> Result<Vec<Group>, Failure> {
        let config = self.config(package, overrides);
        let requests = self.requests(package, &config, places);
        let records = vec![self.record_file(package)];
        if let [request] = &requests[..] {
            let beside = schemas_beside(package, &config, places);
            return Ok(vec![Group { request: Ok(request.clone()), enums, beside, records }]);
        }
        if enums.is_empty() {
            let request = Err(match &requests[..] {
                [] => format!("no migrations of `{}` are found", package.name),
                several => format!(
                    "the migrations of `{}` may be in {} folders",
                    package.name,
                    several.len()
                ),
            });
            return Ok(vec![Group { request, enums, beside: Vec::new(), records }]);
        }
        // An enum whose type something else makes needs no folder.
        let is_external = |derived: &Derived| derived.model.external;
        let (external, enums): (Vec<_>, Vec<_>) = enums.into_iter().partition(is_external);
        let none = || format!("no migrations of `{}` are found", package.name);
        let mut groups = match &requests[..] {
            [] => vec![Group { request: Err(none()), enums, beside: Vec::new(), records }],
            _ => by_type(package, &requests, enums, &records, streams)?,
        };
        groups.retain(|group| !group.enums.is_empty());
        if !external.is_empty() {
            groups.push(Group {
                request: Err(none()),
                enums: external,
                beside: Vec::new(),
                records: Vec::new(),
            });
        }
        Ok(groups)
    }

    /// The nearest folders that may be meant.
    pub(crate) fn requests<'p>(
        &'p self,
        package: &'p Package,
        config: &Config,
        places: &mut Places<'p>,
    ) -> Vec<Request> {
        if let Some(request) = Request::configured(config) {
            return vec![request];
        }
        let mut nearest = Nearness::FOLDERS.iter().map(|near| places.at(*near, package));
        let candidates = nearest.find(|candidates| !candidates.is_empty()).unwrap_or_default();
        // `migrations` next to the manifest is the default of most tools.
        let usual = [package.dir(), &self.workspace.root].map(|dir| dir.join(USUAL[0]));
        let is_usual =
            |candidate: &&Candidate| candidate.is_usual && usual.contains(&candidate.dir);
        match candidates.iter().find(is_usual) {
            Some(usual) => vec![Request::found(usual, config)],
            None => candidates.iter().map(|one| Request::found(one, config)).collect(),
        }
    }

    /// The folders that the packages go by.
    pub(super) fn all_requests(
        &self,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Vec<Request> {
        let mut places = Places::new(self);
        let mut found: Vec<Request> = Vec::new();
        for package in &self.packages {
            let calls = scan(&package.roots, &self.configuration()).named_folders;
            places.add_calls(package, calls);
        }
        for package in &self.packages {
            let config = self.config(package, overrides);
            for request in self.requests(package, &config, &mut places) {
                if !found.iter().any(|other| other.dir == request.dir && other.reads_like(&request))
                {
                    found.push(request);
                }
            }
        }
        for note in places.notes() {
            streams.note(note);
        }
        found
    }
}

/// The schemas around a package, unless the configuration names its migrations.
pub(crate) fn schemas_beside<'p>(
    package: &'p Package,
    config: &Config,
    places: &mut Places<'p>,
) -> Vec<Request> {
    if config.migrations.is_some() {
        return Vec::new();
    }
    let mut found = places.included_by(package);
    for near in [Nearness::Dump, Nearness::Schema] {
        found.extend(places.at(near, package));
    }
    found.iter().map(|one| Request::found(one, config)).collect()
}

/// If there are several folders, each enum is compared with the one that has its type.
fn by_type(
    package: &Package,
    requests: &[Request],
    enums: Vec<Derived>,
    records: &[PathBuf],
    streams: &mut Streams<'_>,
) -> Result<Vec<Group>, Failure> {
    let mut groups: Vec<Group> = Vec::new();
    let mut replayed_records = Vec::new();
    for request in requests {
        match request.replay(None, streams) {
            Ok(replayed) => {
                replayed_records.push((
                    request,
                    record_of(&replayed, request.default_schema(), &Accepted::default()),
                ));
            }
            Err(failure) => streams.note(&format!("{request} is not read: {failure}")),
        }
    }
    for derived in enums {
        let has_it = |(request, record): &(&Request, _)| {
            let record: &pg_enum_core::record::Record = record;
            derived.definition(|definition| record.find_for(definition).map(|_| (*request).clone()))
        };
        let having: Vec<Request> = replayed_records.iter().filter_map(has_it).collect();
        let [request] = &having[..] else {
            let [one, two, ..] = requests else { continue };
            return Err(Failure::new(format!("`{}` may go by {one} or by {two}", package.name))
                .with_help(say_where()));
        };
        match groups.iter_mut().find(|group| group.request.as_ref() == Ok(request)) {
            Some(group) => group.enums.push(derived),
            None => groups.push(Group {
                request: Ok(request.clone()),
                enums: vec![derived],
                beside: Vec::new(),
                records: records.to_vec(),
            }),
        }
    }
    Ok(groups)
}
