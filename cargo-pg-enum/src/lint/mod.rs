//! What `lint` reports of folders: what rules and replay find, without what is switched off, allowed by a comment, excepted
//! by the configuration, or in the baseline.

mod baseline;
mod comments;
mod summary;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use pg_enum_lint::{Fix, Severity, Subject, lint};
use pg_enum_migrations::folder::{Migration, Part, Source, Tool};
use pg_enum_migrations::{Finding, Kind};

pub(crate) use self::baseline::Baseline;
use self::comments::Allowed;
pub(crate) use self::summary::Summary;
use crate::Streams;
use crate::accept::Accepted;
use crate::code;
use crate::failure::Failure;
use crate::folders::Folders;
use crate::lint_config::{Level, LintConfig};
use crate::migrations::{Replayed, Request};
use crate::problem::{Place, Problem};
use crate::python;
use crate::text::slashed;

/// What each code is reported as, if not by its own severity.
pub(crate) type Levels = BTreeMap<&'static str, Level>;

/// What was found, in all folders.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) problems: Vec<Problem>,
    /// What makes some of them go away, with the root of the folder.
    pub(crate) fixes: Vec<(PathBuf, Fix)>,
    pub(crate) folders: Vec<Read>,
    pub(crate) suppressed: Vec<Suppressed>,
    /// The same folders, with what their migrations come to.
    opened: Folders,
}

/// A folder that was read.
pub(crate) struct Read {
    /// `migrations (a usual place)`
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) tool: &'static str,
    /// The files of the migrations.
    pub(crate) migrations: Vec<PathBuf>,
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

/// How to look at folders.
pub(crate) struct Settings<'a> {
    pub(crate) config: &'a LintConfig,
    /// Those of the command line, which come first.
    pub(crate) levels: Levels,
    pub(crate) today: Date,
}

impl Found {
    /// Looks at folders.
    pub(crate) fn look(
        requests: &[Request],
        settings: &Settings<'_>,
        streams: &mut Streams<'_>,
    ) -> Result<Self, Failure> {
        let (mut found, mut opened) = (Self::default(), Folders::default());
        for request in requests {
            let index = opened.open(request, &Accepted::default(), streams)?;
            let contents = opened.get(index).and_then(|folder| folder.contents.as_ref());
            if let Some(contents) = contents {
                found.add(request, &contents.replayed, settings, streams)?;
            }
        }
        found.opened = opened;
        Ok(found)
    }

    fn add(
        &mut self,
        request: &Request,
        replayed: &Replayed,
        settings: &Settings<'_>,
        streams: &Streams<'_>,
    ) -> Result<(), Failure> {
        let Replayed { folder, replay } = replayed;
        let trips = request.round_trips(folder, streams)?;
        let subject = code::subject(folder, replay).with_round_trips(trips);
        let outcome = lint(&subject);
        let mut all: Vec<(Problem, Option<Fix>)> = Vec::new();
        for finding in outcome.findings {
            let fix = finding.fix.clone();
            let is_off = pg_enum_lint::rule(finding.code).is_some_and(|rule| rule.is_off);
            let problem = Problem::of_lint(finding, &folder.root);
            if !is_off || settings.level(problem.code).is_some() {
                all.push((problem, fix));
            }
        }
        let mut problems = replayed.problems();
        for (index, finding) in replay.findings.iter().enumerate().rev() {
            if !outcome.unexplained.contains(&index) {
                problems.remove(index);
            } else if is_uncertain(finding) {
                problems[index].severity = Severity::Warning;
            }
        }
        all.extend(problems.into_iter().map(|problem| (problem, None)));
        let sources = sources(&subject, &all);
        self.accept(&mut all, &sources, &folder.root, settings);
        let path = |migration: &Migration| folder.root.join(migration.path());
        let migrations: Vec<PathBuf> = folder.migrations.iter().map(path).collect();
        let position: HashMap<&PathBuf, usize> =
            migrations.iter().enumerate().map(|(index, path)| (path, index)).collect();
        let migration = |problem: &Problem| {
            problem.places.first().and_then(|place| position.get(&place.path())).copied()
        };
        all.sort_by_cached_key(|(problem, _)| {
            let start = problem.places.first().map(|place| place.at.range.start);
            (migration(problem), problem.places.first().map(Place::path), start)
        });
        self.folders.push(Read {
            name: request.to_string(),
            path: slashed(&request.dir),
            tool: folder.tool.as_str(),
            migrations,
        });
        for (problem, fix) in all {
            self.problems.push(problem);
            self.fixes.extend(fix.map(|fix| (folder.root.clone(), fix)));
        }
        Ok(())
    }

    /// Compares models in Python with those of the folders that are Alembic's.
    pub(crate) fn add_models(
        &mut self,
        root: &Path,
        requests: &[Request],
        settings: &Settings<'_>,
        streams: &mut Streams<'_>,
    ) {
        let alembic = Tool::Alembic.as_str();
        let of_alembic =
            requests.iter().zip(&self.folders).filter(|(_, read)| read.tool == alembic);
        let requests: Vec<Request> = of_alembic.map(|(request, _)| request.clone()).collect();
        if requests.is_empty() {
            return;
        }
        let Some(models) = python::read(root, streams) else { return };
        let places = python::Places { requests, found_by_env: None };
        let mut accepted = Accepted::default();
        let compared = python::compare(models, &places, &mut self.opened, &mut accepted, streams);
        let mut all: Vec<_> = compared.problems.into_iter().map(|it| (it, None)).collect();
        let sources = all.iter().filter_map(|(it, _)| Some(&it.places.first()?.at.source));
        let sources: BTreeMap<_, _> = sources.map(|it| (it.path.clone(), Arc::clone(it))).collect();
        let sources: Vec<_> = sources.into_values().collect();
        self.accept(&mut all, &sources, Path::new(""), settings);
        self.problems.extend(all.into_iter().map(|(problem, _)| problem));
    }

    /// Gives findings their levels, and takes out those that are accepted.
    fn accept(
        &mut self,
        all: &mut Vec<(Problem, Option<Fix>)>,
        sources: &[Arc<Source>],
        root: &Path,
        settings: &Settings<'_>,
    ) {
        all.retain_mut(|(problem, _)| match settings.level(problem.code) {
            Some(Level::Off) => false,
            Some(Level::At(severity)) => {
                problem.severity = severity;
                true
            }
            None => true,
        });
        self.suppress(all, sources, root);
        self.except(all, settings);
    }

    /// Takes out what comments allow, and adds what is wrong with these.
    fn suppress(
        &mut self,
        all: &mut Vec<(Problem, Option<Fix>)>,
        sources: &[Arc<Source>],
        root: &Path,
    ) {
        let (mut allowed, mut wrong) = (Vec::new(), Vec::new());
        for source in sources {
            let (more, more_wrong) = comments::read(source);
            allowed.extend(more.into_iter().map(|allowed| (allowed, false)));
            wrong.extend(more_wrong);
        }
        all.retain(|(problem, _)| {
            let Some(place) = problem.places.first() else { return true };
            let covers =
                |(allowed, _): &&mut (Allowed, bool)| allowed.covers(problem.code, &place.at);
            let Some((allowed, is_used)) = allowed.iter_mut().find(covers) else { return true };
            *is_used = true;
            self.suppressed.push(Suppressed {
                code: problem.code,
                file: slashed(&place.path()),
                line: place.at.line(),
                reason: allowed.reason.clone(),
                until: None,
            });
            false
        });
        for (allowed, _) in allowed.iter().filter(|(_, is_used)| !is_used) {
            let message = format!("the comment allows `{}`, which is not found here", allowed.code);
            let mut problem =
                Problem::new("unused-suppression", message, Place::new(root, &allowed.at, ""));
            problem.help = Some("remove the comment".to_owned());
            all.push((problem, None));
        }
        for wrong in wrong {
            let mut problem =
                Problem::new("wrong-suppression", wrong.message, Place::new(root, &wrong.at, ""));
            problem.help = Some("write `pg-enum: allow CODE: reason`".to_owned());
            all.push((problem, None));
        }
    }

    /// Takes out what the configuration excepts today.
    fn except(&mut self, all: &mut Vec<(Problem, Option<Fix>)>, settings: &Settings<'_>) {
        all.retain_mut(|(problem, _)| {
            let Some(place) = problem.places.first() else { return true };
            let path = place.path();
            let mut fitting = settings.config.exceptions.iter().filter(|exception| {
                exception.code == problem.code && path.ends_with(&exception.file)
            });
            let Some(exception) = fitting.clone().max_by_key(|exception| exception.until) else {
                return true;
            };
            if exception.until < settings.today {
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

impl Settings<'_> {
    fn level(&self, code: &str) -> Option<Level> {
        self.levels.get(code).or_else(|| self.config.levels.get(code)).copied()
    }
}

/// Whether replay does not know, rather than know that something fails.
fn is_uncertain(finding: &Finding) -> bool {
    matches!(finding.kind, Kind::Unknown { .. } | Kind::Assumption)
}

/// Every file that was looked at, once.
fn sources(subject: &Subject<'_>, problems: &[(Problem, Option<Fix>)]) -> Vec<Arc<Source>> {
    let mut sources: BTreeMap<PathBuf, Arc<Source>> = BTreeMap::new();
    let mut add = |source: &Arc<Source>| {
        sources.entry(source.path.clone()).or_insert_with(|| Arc::clone(source));
    };
    for migration in &subject.folder.migrations {
        for part in [Some(&migration.up), migration.down.as_ref()].into_iter().flatten() {
            if let Part::Sql(script) = part {
                add(&script.source);
            }
        }
    }
    subject.sources.iter().for_each(&mut add);
    for place in problems.iter().filter_map(|(problem, _)| problem.places.first()) {
        add(&place.at.source);
    }
    sources.into_values().collect()
}
