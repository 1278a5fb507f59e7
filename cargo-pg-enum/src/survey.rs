//! The comparison of all enums of a project with the migrations. `check` reports the problems, and `list` prints the
//! enums.

use std::path::Path;

use pg_enum_build::foreign::Why;
use pg_enum_core::Definition;
use pg_enum_migrations::Kind;

use crate::Streams;
use crate::accept::Accepted;
use crate::compare::{Comparison, Standing, compare, explain_beside, explain_scripts};
use crate::enums::{Derived, Sources};
use crate::failure::Failure;
use crate::folders::Folders;
use crate::foreign;
use crate::migrations::Request;
use crate::models;
use crate::not_compared::Reason;
use crate::outside;
use crate::problem::Problem;
use crate::project::{Everything, Group, Overrides, Places, Project};
use crate::python;
use crate::record;
use crate::row::Row;
use crate::settings::{say_where, say_where_without_cargo};

/// The results for all enums of a project.
pub(crate) struct Survey {
    /// The enums, with the result for each.
    pub(crate) rows: Vec<Row>,
    /// The models, likewise.
    pub(crate) models: Vec<models::Row>,
    /// The problems with enums, migrations and the configuration.
    pub(crate) problems: Vec<Problem>,
    /// The folders of migrations that were read.
    pub(crate) folders: Folders,
    /// The source files that were read.
    pub(crate) sources: Vec<Sources>,
    /// The errors of folders that cannot be read, for enums that derive `PgEnum`.
    pub(crate) failures: Vec<Failure>,
}

impl Survey {
    /// Reads the enums and the migrations of a project, and compares them.
    ///
    /// # Errors
    ///
    /// When the source or the configuration cannot be read. A folder that cannot be read is in
    /// [`failures`](Self::failures), or in a note if no enum derives `PgEnum`.
    pub(crate) fn of(
        project: &Project,
        overrides: &Overrides,
        streams: &mut Streams<'_>,
    ) -> Result<Self, Failure> {
        let mut places = Places::new(project);
        let everything = project.everything(overrides, &mut places, streams)?;
        let Everything { groups, mut others, sources, allows_nothing_compared } = everything;
        let mut accepted = project.accepted();
        let mut survey = Self {
            rows: Vec::new(),
            models: Vec::new(),
            problems: Vec::new(),
            folders: Folders::default(),
            sources,
            failures: Vec::new(),
        };
        for group in &groups {
            survey.add(group, &mut accepted, streams);
        }
        let mut comparison = foreign::Comparison {
            folders: &mut survey.folders,
            places: &mut places,
            accepted: &mut accepted,
            streams,
        };
        let compared = comparison.run(&mut others);
        survey.problems.extend(compared.problems);
        survey.rows.extend(compared.rows);
        let (rows, problems) = outside::run(&mut comparison, &others, &survey.rows);
        survey.rows.extend(rows);
        survey.problems.extend(problems);
        let compared = models::compare(&mut comparison, &others);
        survey.problems.extend(compared.problems);
        survey.models = compared.rows;
        survey.add_python(project, overrides, &mut accepted, streams);
        for note in places.notes() {
            streams.note(note);
        }
        survey.sources.extend(places.into_sources());
        survey.problems.extend(survey.folders.obstacles());
        survey.problems.extend(survey.folders.idle_assumptions(survey.is_certain()));
        if survey.is_certain() {
            let is_open = |row: &models::Row| row.reason().is_some_and(models::Reason::is_open);
            survey.problems.extend(accepted.unused(!survey.models.iter().any(is_open)));
        }
        if !allows_nothing_compared {
            survey.problems.extend(survey.nothing_compared());
        }
        Ok(survey)
    }

    /// Compares the models in Python.
    fn add_python(
        &mut self,
        project: &Project,
        overrides: &Overrides,
        accepted: &mut Accepted,
        streams: &mut Streams<'_>,
    ) {
        let Some(models) = python::read(&project.tree_root(overrides), streams) else { return };
        let (requests, by_env) = project.tree_requests(overrides, streams);
        let found_by_env = by_env.as_ref().map(|by_env| by_env as &dyn Fn(&Path) -> Request);
        let places = python::Places { requests, found_by_env };
        let compared = python::compare(models, &places, &mut self.folders, accepted, streams);
        self.problems.extend(compared.problems);
        self.rows.extend(compared.enums);
        self.models.extend(compared.models);
        self.sources.extend(compared.sources);
    }

    /// Compares the enums of a group, which derive `PgEnum`, with the folder of the group.
    fn add(&mut self, group: &Group, accepted: &mut Accepted, streams: &mut Streams<'_>) {
        if group.is_external() {
            let standing = Standing::NotCompared(Reason::External);
            let row = |derived| Row::of_derived(derived, standing.clone());
            self.rows.extend(group.enums.iter().map(row));
            return;
        }
        let opened = group.request().and_then(|request| {
            let index = self.folders.open(request, accepted, streams)?;
            Ok((request, index))
        });
        let (request, index) = match opened {
            Ok(opened) => opened,
            Err(failure) => {
                let reason = Reason::NotRead(failure.to_string());
                let row = |derived| Row::of_derived(derived, Standing::NotCompared(reason.clone()));
                self.rows.extend(group.enums.iter().map(row));
                self.failures.push(failure);
                return;
            }
        };
        let mut by_folder: Vec<(usize, Vec<&Derived>)> = vec![(index, Vec::new())];
        for derived in &group.enums {
            let beside = |definition: Definition<'_>| {
                self.folders.beside(index, &group.beside, definition, accepted, streams)
            };
            let beside = derived.is_compared().then(|| derived.definition(beside)).flatten();
            let folder = beside.unwrap_or(index);
            match by_folder.iter_mut().find(|(known, _)| *known == folder) {
                Some((_, enums)) => enums.push(derived),
                None => by_folder.push((folder, vec![derived])),
            }
        }
        let Some(contents) = self.folders.get(index).and_then(|own| own.contents.as_ref()) else {
            return;
        };
        // Of scripts that are included, the order is assumed, so that a refusal is a reason for doubt alone.
        let is_of_folder = |problem: &Problem| {
            problem.code != Kind::Assumption.code()
                && (request.files.len() < 2 || problem.code != "refused")
        };
        self.problems.extend(contents.replayed.problems().into_iter().filter(is_of_folder));
        let of_record = record::problems(group, request, &contents.replayed, accepted);
        self.folders.reported(index);
        for (folder, enums) in by_folder {
            self.compare_with(folder, &enums, folder != index, accepted);
        }
        match of_record {
            Ok(problems) => self.problems.extend(problems),
            Err(failure) => self.failures.push(failure),
        }
    }

    /// Compares enums that derive `PgEnum` with their folder, or with a schema beside it.
    fn compare_with(
        &mut self,
        index: usize,
        enums: &[&Derived],
        is_beside: bool,
        accepted: &mut Accepted,
    ) {
        let Some(folder) = self.folders.get(index) else { return };
        let Some(contents) = &folder.contents else { return };
        let Comparison { standings, mut problems } =
            compare(enums, &contents.replayed, &folder.request, accepted);
        if is_beside {
            explain_beside(&mut problems, &folder.request);
        } else if !folder.request.files.is_empty() {
            explain_scripts(&mut problems);
        }
        self.problems.extend(problems);
        let is_compared = |standing: &Standing| !matches!(standing, Standing::NotCompared(_));
        if standings.iter().any(is_compared) {
            self.folders.compared(index);
        }
        let rows = enums.iter().zip(standings);
        self.rows.extend(rows.map(|(derived, standing)| Row::of_derived(derived, standing)));
    }

    /// Whether every enum was compared that may need an entry of `accept` or `assume`.
    fn is_certain(&self) -> bool {
        let is_open = |row: &Row| row.reason().is_some_and(Reason::is_open);
        self.failures.is_empty() && !self.rows.iter().any(is_open)
    }

    /// A problem if the project has enums, but neither a folder nor a type was found for any of them.
    fn nothing_compared(&self) -> Option<Problem> {
        let found = |row: &&Row| row.reason().is_none_or(|reason| !reason.is_nothing_found());
        let is_counted = |row: &&Row| !matches!(row.reason(), Some(Reason::Macro(_)));
        if self.models.iter().any(|model| model.reason().is_none()) {
            return None;
        }
        let first = self.rows.iter().find(is_counted);
        // Without an enum, there may be models in Python.
        let is_nothing = |model: &&models::Row| {
            model.is_python() && model.reason().is_some_and(models::Reason::is_nothing_found)
        };
        let first_model = self.models.iter().find(is_nothing);
        let at = first.map(|row| &row.at).or(first_model.map(|model| &model.at))?;
        let is_python = |model: &&models::Row| model.is_python();
        let all_nothing = self.models.iter().filter(is_python).all(|model| is_nothing(&model));
        if first.is_none() && !all_nothing {
            return None;
        }
        if !self.failures.is_empty() || self.rows.iter().filter(is_counted).any(|row| found(&row)) {
            return None;
        }
        let mut paths: Vec<&str> = self.rows.iter().map(|row| &*row.path).collect();
        paths.sort_unstable();
        paths.dedup();
        let enums = match paths.len() {
            0 => crate::text::count(self.models.len(), "Python model"),
            enums => crate::text::count(enums, "enum"),
        };
        let is_read = self.folders.iter().any(|folder| folder.contents.is_some());
        let is_understood = |row: &Row| {
            !matches!(row.reason(), Some(Reason::NoEnumType(Why::Unclear(_)) | Reason::Macro(_)))
        };
        let why = if first.is_some() && !self.rows.iter().any(is_understood) {
            "none is understood"
        } else if is_read {
            if first.is_some() {
                "no migration creates a type of that name"
            } else {
                "no migration creates a table of that name"
            }
        } else {
            "no folder of migrations is found"
        };
        let message = format!("nothing is compared: {enums} found, and {why}");
        let mut problem = Problem::new("nothing-compared", message, at.clone());
        let why = match (first, first_model) {
            (Some(row), _) => row.reason().map(|reason| format!("`{}`: {reason}", row.path)),
            (None, Some(row)) => row.reason().map(|reason| format!("`{}`: {reason}", row.path)),
            (None, None) => None,
        };
        problem.notes.extend(why);
        for folder in self.folders.iter().filter(|folder| folder.contents.is_some()).take(MOST) {
            problem.notes.push(format!("read: {}", folder.request));
        }
        let is_python = at.path().extension().is_some_and(|it| it == "py");
        let say_where = if is_python { say_where_without_cargo() } else { say_where() };
        problem.help = Some(format!(
            "{say_where}; if no migrations create these types, set `nothing-compared = \"allow\"` there"
        ));
        Some(problem)
    }
}

/// The largest number of folders that one problem names.
const MOST: usize = 10;
