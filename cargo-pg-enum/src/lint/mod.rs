//! What `lint` reports of folders: what rules and replay find, without what is switched off, allowed by a comment, excepted
//! by the configuration, or in the baseline.

mod base;
mod baseline;
mod baselines;
mod comments;
mod fixes;
mod reported;
mod summary;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use pg_enum_lint::{Severity, Subject, lint};
use pg_enum_migrations::folder::{Part, Source, Tool};
use pg_enum_migrations::{Finding, Kind};

pub(crate) use self::base::Base;
pub(crate) use self::baselines::{Baselines, Stale};
pub(crate) use self::fixes::fix;
use self::reported::Reported;
pub(crate) use self::summary::Summary;
use crate::Streams;
use crate::accept::Accepted;
use crate::failure::Failure;
use crate::folders::Folders;
use crate::lint_config::{Level, LintConfig};
use crate::migrations::{Replayed, Request};
use crate::problem::{Place, Problem};
use crate::python;
use crate::text::{count, list, slashed, visible};

/// What each code is reported as, if not by its own severity.
pub(crate) type Levels = BTreeMap<&'static str, Level>;

/// What was found, in all folders.
#[derive(Default)]
pub(crate) struct Found {
    /// Without what is accepted, and what the baseline has.
    pub(crate) reported: Vec<Reported>,
    pub(crate) folders: Vec<Read>,
    pub(crate) suppressed: Vec<Suppressed>,
    /// How many findings baselines have.
    pub(crate) in_baseline: usize,
    /// What baselines have and is no longer found.
    pub(crate) stale: Stale,
    /// The files that were looked at and have comments that accept findings, by their path.
    sources: BTreeMap<PathBuf, Looked>,
}

/// A file that was looked at.
struct Looked {
    /// The root of its folder.
    root: PathBuf,
    source: Arc<Source>,
    /// Which request it is of.
    request: usize,
}

/// A folder that was read.
pub(crate) struct Read {
    /// `migrations (a usual place)`
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) tool: &'static str,
    /// How many migrations it has.
    pub(crate) migrations: usize,
    /// Which of them a file is of, on either way.
    pub(crate) of_file: HashMap<PathBuf, usize>,
}

/// A finding that a comment or an exception accepts.
pub(crate) struct Suppressed {
    pub(crate) code: &'static str,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) reason: String,
    /// The last day of an exception.
    pub(crate) until: Option<Date>,
}

/// How to look at folders, each of which has a configuration of its own.
pub(crate) struct Settings {
    /// Those of the command line, which come first.
    pub(crate) levels: Levels,
    pub(crate) today: Date,
    /// The folder with models in Python.
    pub(crate) models: PathBuf,
    pub(crate) baselines: Baselines,
    /// The commit that migrations have to come after.
    pub(crate) base: Option<Base>,
}

impl Found {
    /// Looks at folders.
    pub(crate) fn look(
        requests: &[Request],
        settings: &Settings,
        streams: &mut Streams<'_>,
    ) -> Result<Self, Failure> {
        let (mut found, mut opened) = (Self::default(), Folders::default());
        let judge = Judge { requests, settings };
        for (at, request) in requests.iter().enumerate() {
            let index = opened.open(request, &Accepted::default(), streams)?;
            let contents = opened.get(index).and_then(|folder| folder.contents.as_ref());
            if let Some(contents) = contents {
                found.add((at, request), &contents.replayed, &judge, streams)?;
            }
        }
        found.add_models(&judge, &mut opened, streams);
        found.accept(&judge);
        (found.in_baseline, found.stale) = settings.baselines.take_from(&mut found.reported);
        Ok(found)
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.reported.iter().map(|reported| &reported.problem)
    }

    fn add(
        &mut self,
        (of, request): (usize, &Request),
        replayed: &Replayed,
        judge: &Judge<'_>,
        streams: &mut Streams<'_>,
    ) -> Result<(), Failure> {
        let Replayed { folder, code, replay } = replayed;
        let trips = request.round_trips(replayed, streams)?;
        let subject = code.subject(folder, replay).with_round_trips(trips);
        // Of a rule that is off, it matters to nobody what it passes over.
        let is_off = judge.level(of, "type-not-dropped-on-down") == Some(Level::Off);
        let no_way_back = no_way_back(&subject).filter(|_| !is_off);
        for note in [not_looked_at(&subject), no_way_back].into_iter().flatten() {
            streams.note(&note);
        }
        let outcome = lint(&subject);
        let root = &folder.root;
        let mut all = Vec::new();
        for mut finding in outcome.findings {
            let fix = finding.fix.take().map(|fix| (root.clone(), fix));
            let is_off = pg_enum_lint::rule(finding.code).is_some_and(|rule| rule.is_off);
            let problem = Problem::of_lint(finding, root);
            if !is_off || judge.level(of, problem.code).is_some() {
                all.push(Reported { problem, fix, request: of });
            }
        }
        let unexplained: HashSet<usize> = outcome.unexplained.into_iter().collect();
        for (index, mut problem) in replayed.problems().into_iter().enumerate() {
            if !unexplained.contains(&index) {
                continue;
            }
            if replay.findings.get(index).is_some_and(is_uncertain) {
                problem.severity = Severity::Warning;
            }
            all.push(Reported { problem, fix: None, request: of });
        }
        if let Some(base) = &judge.settings.base {
            let late = base.late(replayed)?;
            if let Some(note) = &late.note {
                streams.note(note);
            }
            let reported = |problem| Reported { problem, fix: None, request: of };
            all.extend(late.problems.into_iter().map(reported));
        }
        let mut of_file = HashMap::new();
        for (index, migration) in folder.migrations.iter().enumerate() {
            for part in [Some(&migration.up), migration.down.as_ref()].into_iter().flatten() {
                let path = match part {
                    Part::Sql(script) => {
                        self.add_source(of, root, &script.source);
                        &script.source.path
                    }
                    Part::Code(path) => path,
                };
                of_file.insert(root.join(path), index);
            }
        }
        all.sort_by_cached_key(|Reported { problem, .. }| {
            let place = problem.places.first();
            let path = place.map(Place::path);
            let migration = path.as_ref().and_then(|path| of_file.get(path)).copied();
            (migration, path, place.map(|place| place.at.range.start))
        });
        for source in &subject.sources {
            self.add_source(of, root, source);
        }
        self.folders.push(Read {
            name: request.to_string(),
            path: slashed(&request.dir),
            tool: folder.tool.as_str(),
            migrations: folder.migrations.len(),
            of_file,
        });
        self.reported.extend(all);
        Ok(())
    }

    fn add_source(&mut self, request: usize, root: &Path, source: &Arc<Source>) {
        if !comments::are_in(source) {
            return;
        }
        let path = root.join(&source.path);
        let looked = || Looked { root: root.to_owned(), source: Arc::clone(source), request };
        self.sources.entry(path).or_insert_with(looked);
    }

    /// Compares models in Python with those of the folders that are Alembic's. What is found goes by the configuration of the
    /// folder that is nearest to the model.
    fn add_models(&mut self, judge: &Judge<'_>, opened: &mut Folders, streams: &mut Streams<'_>) {
        let alembic = Tool::Alembic.as_str();
        let all = judge.requests.iter().zip(&self.folders).enumerate();
        let of_alembic: Vec<(usize, &Request)> = all
            .filter(|(_, (_, read))| read.tool == alembic)
            .map(|(index, (request, _))| (index, request))
            .collect();
        if of_alembic.is_empty() {
            return;
        }
        let requests = of_alembic.iter().map(|(_, request)| (*request).clone()).collect();
        let Some(models) = python::read(&judge.settings.models, streams) else { return };
        let places = python::Places { requests, found_by_env: None };
        let compared = python::compare(models, &places, opened, &mut Accepted::default(), streams);
        let left_out = compared.several_in_a_table();
        if left_out > 0 {
            streams.note(&format!(
                "not compared, because another file has a class of the same table: {} (`list --models` names them)",
                count(left_out, "model")
            ));
        }
        self.reported.extend(compared.problems.into_iter().map(|problem: Problem| {
            let path = problem.places.first().map(Place::path).unwrap_or_default();
            let near = |dir: &Path| {
                dir.components().zip(path.components()).take_while(|(a, b)| a == b).count()
            };
            let nearest = of_alembic.iter().rev().max_by_key(|(_, request)| near(&request.dir));
            let request = nearest.map_or(0, |(index, _)| *index);
            Reported { problem, fix: None, request }
        }));
    }

    /// Gives findings their levels, and takes out those that are accepted.
    fn accept(&mut self, judge: &Judge<'_>) {
        self.reported.retain_mut(|reported| {
            let level = judge.level(reported.request, reported.problem.code);
            if let Some(Level::At(severity)) = level {
                reported.problem.severity = severity;
            }
            level != Some(Level::Off)
        });
        self.suppress();
        self.except(judge);
    }

    /// Takes out what comments allow, and adds what is wrong with these.
    fn suppress(&mut self) {
        // Models, and modules that revisions use.
        for index in 0..self.reported.len() {
            let Reported { problem, request, .. } = &self.reported[index];
            if let Some(Place { root, at, .. }) = problem.places.first() {
                let (request, root, source) = (*request, root.clone(), Arc::clone(&at.source));
                self.add_source(request, &root, &source);
            }
        }
        let (mut allowed, mut wrong) = (BTreeMap::<&PathBuf, Vec<_>>::new(), Vec::new());
        for (path, looked) in &self.sources {
            let (of_file, wrong_of_file) = comments::read(&looked.source);
            if !of_file.is_empty() {
                let unused = of_file.into_iter().map(|comment| (comment, looked, false));
                allowed.insert(path, unused.collect());
            }
            wrong.extend(wrong_of_file.into_iter().map(|wrong| (wrong, looked)));
        }
        self.reported.retain(|Reported { problem, .. }| {
            let Some(place) = problem.places.first() else { return true };
            let mut of_file = allowed.get_mut(&place.path()).into_iter().flatten();
            let covering = of_file.find(|(comment, ..)| comment.covers(problem.code, &place.at));
            let Some((comment, _, is_used)) = covering else { return true };
            *is_used = true;
            self.suppressed.push(Suppressed {
                code: problem.code,
                file: slashed(&place.path()),
                line: place.at.line(),
                reason: comment.reason.clone(),
                until: None,
            });
            false
        });
        let mut more = Vec::new();
        for (comment, Looked { root, request, .. }, _) in
            allowed.values().flatten().filter(|(.., is_used)| !is_used)
        {
            let message = format!("the comment allows `{}`, which is not found here", comment.code);
            let place = Place::new(root, &comment.at, "");
            let mut problem = Problem::new("unused-suppression", message, place);
            problem.help = Some("remove the comment".to_owned());
            more.push(Reported { problem, fix: None, request: *request });
        }
        for (wrong, Looked { root, request, .. }) in wrong {
            let place = Place::new(root, &wrong.at, "");
            let mut problem = Problem::new("wrong-suppression", wrong.message, place);
            problem.help = Some("write `pg-enum: allow CODE: reason`".to_owned());
            more.push(Reported { problem, fix: None, request: *request });
        }
        self.reported.extend(more);
    }

    /// Takes out what the configuration excepts today.
    fn except(&mut self, judge: &Judge<'_>) {
        self.reported.retain_mut(|Reported { problem, request, .. }| {
            let Some(place) = problem.places.first() else { return true };
            let path = place.path();
            let exceptions = judge.config(*request).map_or(&[][..], |config| &config.exceptions);
            let mut fitting = exceptions.iter().filter(|exception| {
                exception.code == problem.code && path.ends_with(&exception.file)
            });
            let Some(exception) = fitting.clone().max_by_key(|exception| exception.until) else {
                return true;
            };
            if exception.until < judge.settings.today {
                let ended = fitting.next_back().map(|exception| exception.until);
                problem
                    .notes
                    .extend(ended.map(|day| format!("the exception for it ended on {day}")));
                return true;
            }
            self.suppressed.push(Suppressed {
                code: problem.code,
                file: slashed(&path),
                line: place.at.line(),
                reason: exception.reason.clone(),
                until: Some(exception.until),
            });
            false
        });
    }
}

/// What decides about findings, by the request that they are of.
struct Judge<'a> {
    requests: &'a [Request],
    settings: &'a Settings,
}

impl Judge<'_> {
    fn config(&self, request: usize) -> Option<&LintConfig> {
        self.requests.get(request)?.lint.as_ref()
    }

    fn level(&self, request: usize, code: &str) -> Option<Level> {
        let configured = || self.config(request)?.levels.get(code);
        self.settings.levels.get(code).or_else(configured).copied()
    }
}

/// Revisions that one line names.
const REVISIONS: usize = 5;

/// The revisions whose source shows more than is kept of it.
fn not_looked_at(subject: &Subject<'_>) -> Option<String> {
    let left_out = &subject.left_out;
    let places: usize = left_out.iter().map(|(_, places)| places).sum();
    let file = |(migration, _): &(usize, usize)| {
        let path = subject.folder.migrations.get(*migration)?.path();
        Some(visible(&subject.folder.root.join(path).to_string_lossy()))
    };
    let mut files: Vec<String> = left_out.iter().filter_map(file).collect();
    files.dedup();
    (places > 0).then(|| {
        format!(
            "rules do not look at {} in {}: of one revision, they look at no more than {}",
            count(places, "place"),
            list(files, REVISIONS),
            pg_enum_python::MAX_FACTS,
        )
    })
}

/// The types that stay because the folder has no way back.
fn no_way_back(subject: &Subject<'_>) -> Option<String> {
    let creating = subject.creates_without_way_back();
    (creating > 0).then(|| {
        let root = visible(&subject.folder.root.to_string_lossy());
        format!(
            "most ways down in {root} are empty, so that `type-not-dropped-on-down` passes over {}",
            count(creating, "migration")
        )
    })
}

/// Whether replay does not know, rather than know that something fails.
fn is_uncertain(finding: &Finding) -> bool {
    matches!(finding.kind, Kind::Unknown { .. } | Kind::Assumption)
}
