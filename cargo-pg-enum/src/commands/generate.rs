//! `cargo pg-enum generate`: writes the missing migrations.
//!
//! It writes all migrations or none: if one enum cannot be planned, nothing was written, so that the next run starts
//! from the same state. The written migrations are replayed, and removed again if the result does not match the
//! enums.

mod drafts;
mod files;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::SystemTime;

use pg_enum_core::plan::{Plan, Step, plan_from};
use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_core::{Definition, Place, Retired};
use pg_enum_migrations::Folder;
use pg_enum_migrations::write::{Prepared, Written, commit, left_out, prepare_on};

use self::drafts::of_plans;
use self::files::{write_json, write_paths, write_texts};
use super::Format;
use crate::accept::Accepted;
use crate::code::Code;
use crate::compare::{Comparison, Standing, compare, doubt, explain_beside, record_of};
use crate::dependents::Wanted;
use crate::earlier::{Earlier, EarlierPlans};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::folders::Folders;
use crate::live_plan::Migrated;
use crate::migrations::{Replayed, Request};
use crate::not_compared::Reason;
use crate::offline::Migrations;
use crate::problem::{Problem, Severity};
use crate::progress::Progress;
use crate::project::{Group, Scope};
use crate::text::{count, slashed, visible};
use crate::{Status, Streams, effects, live_plan, offline, output, print, record, report, retired};

/// Write the migrations that are missing
///
/// Both directions are written in the folder's own format, and replayed to verify them.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    /// The name of the migration; by default it describes the change
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Read from this database, instead of the migrations, what depends on types whose labels are removed, reordered or retired
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// What becomes of added labels on the way back
    #[arg(long, value_enum, default_value_t = Down::Keep)]
    down: Down,
    /// Retire labels that no variant has: keep them in the type, and forbid them in its columns
    #[arg(long)]
    retire: bool,
    /// Also write steps that remove labels or change rows
    #[arg(long)]
    allow_destructive: bool,
    /// Write for this head of Alembic's graph, such as `web@head`, where branches are kept apart
    #[arg(long, value_name = "HEAD")]
    head: Option<String>,
    /// Print the migrations, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the output in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What becomes of added labels on the way back, which `ALTER TYPE` cannot remove.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Down {
    /// They stay
    Keep,
    /// The type is replaced by one without them
    Swap,
}

/// The plan for an enum.
struct Planned {
    plan: Plan,
    /// What goes back to the former labels, instead of the down statements of the steps that change labels.
    back: Option<Step>,
}

/// The migrations for one folder.
struct Job<'a> {
    group: &'a Group,
    request: &'a Request,
    folder: Folder,
    /// What has read its migrations that are not SQL, which are the same ones for the proof.
    code: Code,
    prepared: Vec<Prepared>,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let project = arguments.scope.project(streams)?;
    let groups = project.groups(&arguments.scope.overrides, streams)?;
    let mut accepted = project.accepted();
    let (mut jobs, mut settled, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    let (mut enums, mut migrations) = (0, 0);
    let (mut planned, mut notes) = (Vec::new(), Vec::new());
    let mut database = arguments.database_url.as_deref().map(Migrated::at);
    for group in &groups {
        let request = group.folder()?;
        let replayed = request.replay(None, streams)?;
        enums += group.enums.len();
        migrations += replayed.replay.total;
        problems.extend(differing_beside(group, request, &replayed, &mut accepted, streams)?);
        match plans(
            group,
            &replayed,
            request,
            &mut accepted,
            arguments,
            database.as_mut(),
            &mut notes,
        )? {
            Ok(plans) if plans.is_empty() => settled.push((group, request)),
            Ok(mut plans) => {
                notes.extend(
                    plans.iter_mut().flat_map(|planned| live_plan::bodies(&mut planned.plan)),
                );
                let drafts = of_plans(&plans, arguments.name.as_deref());
                let head = arguments.head.as_deref();
                let prepared = prepare_on(&replayed.folder, head, &drafts, SystemTime::now())?;
                planned.extend(plans);
                let Replayed { folder, code, .. } = replayed;
                jobs.push(Job { group, request, folder, code, prepared });
            }
            Err(found) => problems.extend(found),
        }
    }
    if let Some(database) = database {
        database.close();
    }
    if !problems.is_empty() {
        output::Format::Text.print(&problems, streams)?;
        let _ = writeln!(streams.err, "nothing was written");
        return Ok(Status::Findings);
    }
    let refusal = effects::refusal(
        planned.iter().flat_map(|planned| &planned.plan.steps),
        "add --allow-destructive to write it, or also --dry-run to see the SQL first",
    );
    if let Some(refusal) = refusal.filter(|_| !arguments.allow_destructive) {
        for note in &notes {
            streams.note(note);
        }
        return Err(refusal);
    }
    let (mut records, mut failed) = (Vec::new(), None);
    if !arguments.dry_run {
        write(&jobs, &mut accepted, streams)?;
        for job in &jobs {
            settled.push((job.group, job.request));
        }
        for (group, request) in &settled {
            match record::refresh(group, request, &accepted, streams) {
                Ok(written) => records.extend(written),
                // The migrations are there all the same, and are listed.
                Err(failure) => failed = Some(failure),
            }
        }
    }
    let files = files(&jobs, &records);
    print(streams, |out| match arguments.format {
        Format::Text if files.is_empty() => {
            writeln!(out, "nothing to do: {}", agreement(enums, migrations))
        }
        Format::Text if arguments.dry_run => write_texts(&files, out),
        Format::Text => write_paths(&files, out),
        Format::Json => write_json(&files, out),
    })?;
    let mut tools: Vec<_> = jobs.iter().map(|job| job.folder.tool).collect();
    tools.sort_unstable();
    tools.dedup();
    for note in &notes {
        streams.note(note);
    }
    for note in tools.into_iter().filter_map(left_out) {
        streams.note(note);
    }
    failed.map_or(Ok(Status::Clean), Err)
}

/// The problems with enums whose type is in a schema beside the migrations with other labels: a migration that creates the
/// type would fail where it is there.
fn differing_beside(
    group: &Group,
    request: &Request,
    replayed: &Replayed,
    accepted: &mut Accepted,
    streams: &mut Streams<'_>,
) -> Result<Vec<Problem>, Failure> {
    let (mut folders, mut problems) = (Folders::default(), Vec::new());
    if group.beside.is_empty() {
        return Ok(problems);
    }
    let record = record_of(replayed, request.default_schema(), accepted);
    let is_missing = |derived: &&Derived| {
        derived.is_compared()
            && derived.definition(|definition| record.find_for(definition).is_none())
    };
    let missing: Vec<&Derived> = group.enums.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(problems);
    }
    let own = folders.open(request, accepted, streams)?;
    for derived in missing {
        let beside = derived.definition(|definition| {
            folders.beside(own, &group.beside, definition, accepted, streams)
        });
        let schema = beside.and_then(|index| folders.get(index));
        let contents = schema.and_then(|schema| Some((schema, schema.contents.as_ref()?)));
        let Some((schema, contents)) = contents else { continue };
        let found = compare(&[derived], &contents.replayed, &schema.request, accepted);
        let mut found = found.problems;
        found.retain(|problem| problem.severity == Severity::Error);
        explain_beside(&mut found, &schema.request);
        problems.extend(found);
    }
    Ok(problems)
}

/// `3 enums agree with 5 migrations`
fn agreement(enums: usize, migrations: usize) -> String {
    if enums == 0 {
        return "no enum derives `PgEnum` without `external`".to_owned();
    }
    let verb = if enums == 1 { "agrees" } else { "agree" };
    format!("{} {verb} with {}", count(enums, "enum"), count(migrations, "migration"))
}

/// The plans that make a folder match its enums, or the problems that prevent them.
fn plans(
    group: &Group,
    replayed: &Replayed,
    request: &Request,
    accepted: &mut Accepted,
    arguments: &Arguments,
    mut database: Option<&mut Migrated<'_>>,
    notes: &mut Vec<String>,
) -> Result<Result<Vec<Planned>, Vec<Problem>>, Failure> {
    let record = record_of(replayed, request.default_schema(), accepted);
    let mut problems = blocking(group, replayed, request, accepted, &record);
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let (mut plans, mut earlier) = (Vec::new(), EarlierPlans::default());
    let mut done = HashSet::new();
    let mut planned: Vec<&Derived> = group.enums.iter().collect();
    planned.retain(|derived| {
        // Two enums with the same definition are one type.
        let schema = derived.model.schema.as_ref().map(|schema| &*schema.value);
        !derived.model.external
            && done.insert((schema.unwrap_or(&record.default_schema), &*derived.model.name.value))
    });
    if let Some(database) = &mut database {
        let types = planned.iter().filter_map(|derived| read_for(derived, &record, arguments));
        database.expect(types.collect());
    }
    let migrations = Migrations { replayed, request, record: &record };
    for derived in planned {
        match plan_for(derived, migrations, arguments, database.as_deref_mut(), &earlier, notes)? {
            Ok(planned) if planned.plan.is_empty() => {}
            Ok(planned) => {
                plans.push(planned);
                let there = derived.definition(|definition| record.find_for(definition));
                if let Some(RecordedEnum { schema, name, labels, .. }) = there {
                    let earlier_plan = Earlier {
                        derived,
                        schema: schema.clone(),
                        name: name.clone(),
                        labels: labels.iter().map(|label| label.text.clone()).collect(),
                    };
                    earlier.add(earlier_plan, None);
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    Ok(if problems.is_empty() { Ok(plans) } else { Err(problems) })
}

/// The problems that must be fixed before planning.
fn blocking(
    group: &Group,
    replayed: &Replayed,
    request: &Request,
    accepted: &mut Accepted,
    record: &Record,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    if replayed.replay.findings.iter().any(|finding| finding.kind.code() != "unknown") {
        // Problems that follow from these are not reported.
        return replayed.problems();
    }
    let enums: Vec<&Derived> = group.enums.iter().collect();
    let mistakes = compare(&enums, replayed, request, accepted).problems;
    problems.extend(
        mistakes.into_iter().filter(|found| matches!(found.code, "invalid" | "two-definitions")),
    );
    let ours = |derived: &&Derived| derived.is_compared();
    for derived in group.enums.iter().filter(ours) {
        problems.extend(
            doubt(derived, record, &replayed.replay).map(|reason| uncertain(derived, &reason)),
        );
    }
    problems
}

fn uncertain(derived: &Derived, reason: &str) -> Problem {
    let name = derived.type_name();
    let message = format!("{name} is uncertain: {reason}");
    let mut problem = Problem::new("uncertain", message, derived.place(Place::Name, ""));
    problem.help = Some("run `cargo pg-enum state` to see where".to_owned());
    problem.type_name = Some(name);
    problem
}

/// Calls `work` with the definition of an enum, with the labels that the command line retires, which are also given alone;
/// and with its type after the migrations.
fn with_retired<R>(
    derived: &Derived,
    record: &Record,
    arguments: &Arguments,
    work: impl FnOnce(Definition<'_>, Option<&RecordedEnum>, &[Retired<'_>]) -> R,
) -> R {
    derived.definition(|definition| {
        let recorded = record.find_for(definition);
        let to_retire = match recorded.filter(|_| arguments.retire) {
            Some(recorded) => retired::to_retire(definition, recorded),
            None => Vec::new(),
        };
        let retired = [definition.retired, &to_retire].concat();
        work(definition.with_retired(&retired), recorded, &to_retire)
    })
}

/// The type of an enum, if its plan may need what depends on it.
fn read_for(derived: &Derived, record: &Record, arguments: &Arguments) -> Option<Wanted> {
    with_retired(derived, record, arguments, |definition, recorded, _| {
        let recorded = recorded?;
        let planned = plan_from(record, definition);
        let goes_back = arguments.down == Down::Swap && planned.as_ref().is_ok_and(adds);
        (goes_back || live_plan::needs_dependents(&planned, definition, recorded))
            .then(|| Wanted::new(definition, recorded))
    })
}

fn adds(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step, Step::AddValue { .. }))
}

/// The plan for one enum, or all obstacles. If there is a database, it says what depends on a type that is replaced, and in
/// which columns labels are retired; otherwise the migrations say it.
fn plan_for(
    derived: &Derived,
    migrations: Migrations<'_>,
    arguments: &Arguments,
    mut database: Option<&mut Migrated<'_>>,
    earlier: &EarlierPlans<'_>,
    notes: &mut Vec<String>,
) -> Result<Result<Planned, Vec<Problem>>, Failure> {
    let record = migrations.record;
    with_retired(derived, record, arguments, |definition, recorded, to_retire| {
        notes.extend(retired::attribute(derived, to_retire));
        let mut planned = plan_from(record, definition);
        let needs_replacement = planned.as_ref().is_err_and(live_plan::needs_replacement);
        match (database.as_deref_mut(), recorded) {
            (Some(database), Some(recorded))
                if live_plan::needs_dependents(&planned, definition, recorded) =>
            {
                let (replanned, note) = database.plan(definition, recorded, earlier)?;
                planned = replanned;
                notes.extend(note);
            }
            (None, Some(recorded)) if needs_replacement => {
                let replanned = migrations.plan(definition, recorded, earlier);
                if let (Err(refused), Ok(plan)) = (&planned, &replanned) {
                    notes.extend(offline::notes(record, recorded, refused, plan));
                }
                planned = match (planned, replanned) {
                    // The other ways are worth knowing if this one needs a database.
                    (Err(mut refused), Err(also)) if offline::needs_database(&also) => {
                        refused.obstacles.extend(also.obstacles);
                        Err(refused)
                    }
                    (_, replanned) => replanned,
                };
            }
            _ => {}
        }
        let mut plan = match planned {
            Ok(plan) => plan,
            Err(refused) => return Ok(Err(live_plan::problems(derived, &refused))),
        };
        plan.set_lock_timeout(&derived.lock_timeout);
        let back = match (arguments.down, recorded) {
            (Down::Swap, Some(recorded)) if adds(&plan) => {
                let step = match database {
                    Some(database) => database.back(definition, recorded, earlier)?,
                    None => migrations.back(definition, recorded, earlier)?,
                };
                let mut back = Plan { steps: vec![step] };
                back.set_lock_timeout(&derived.lock_timeout);
                back.steps.pop()
            }
            _ => None,
        };
        Ok(Ok(Planned { plan, back }))
    })
}

/// Writes everything and verifies it, or removes everything.
fn write(
    jobs: &[Job<'_>],
    accepted: &mut Accepted,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let mut written: Vec<Written> = Vec::new();
    for job in jobs {
        let done = commit(&job.folder, &job.prepared).map_err(Failure::from).and_then(|done| {
            let proof = prove(job, done.folder(), accepted, streams);
            written.push(done);
            proof
        });
        if let Err(failure) = done {
            for done in written.into_iter().rev() {
                if let Err(error) = done.undo() {
                    let _ = writeln!(streams.err, "error: {}", visible(&error.to_string()));
                }
            }
            return Err(failure);
        }
    }
    Ok(())
}

/// Replays the folder again: the result must match the enums.
fn prove(
    job: &Job<'_>,
    folder: Option<&Folder>,
    accepted: &mut Accepted,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let Some(folder) = folder else { return Ok(()) };
    let before: HashSet<&str> = job.folder.findings.iter().map(|found| &*found.message).collect();
    let progress = Progress::new(streams.progress, "reading migrations");
    let replayed = job.request.replay_folder(folder.clone(), job.code.clone(), None, &progress)?;
    drop(progress);
    let is_new =
        |problem: &Problem| problem.code != "unknown" && !before.contains(&*problem.message);
    let mut problems: Vec<_> = replayed.problems().into_iter().filter(is_new).collect();
    // If a statement is refused, differences in the enums are a consequence.
    if problems.is_empty() {
        let enums: Vec<&Derived> = job.group.enums.iter().collect();
        let Comparison { standings, problems: found } =
            compare(&enums, &replayed, job.request, accepted);
        problems = found;
        problems.retain(|problem| problem.severity == Severity::Error);
        for (derived, standing) in enums.into_iter().zip(standings) {
            if let Standing::NotCompared(Reason::Uncertain(reason)) = standing {
                problems.push(uncertain(derived, &reason));
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    report::print_all(&problems, streams);
    Err(Failure::new(
        "with the new migration, the result still does not match the enums, so it \
                      was removed",
    )
    .with_help("see the problems above; if the migrations are correct, this is a bug in this tool"))
}

/// Each file once, and the records after the migrations; a file that several migrations change, in its final state.
fn files<'a>(jobs: &'a [Job<'_>], records: &'a [(PathBuf, String)]) -> Vec<(String, &'a str)> {
    let mut files: Vec<(String, &str)> = Vec::new();
    for job in jobs {
        for file in job.prepared.iter().flat_map(|prepared| &prepared.files) {
            let path = slashed(&job.folder.root.join(&file.path));
            match files.iter_mut().find(|(other, _)| *other == path) {
                Some((_, text)) => *text = &file.text,
                None => files.push((path, &file.text)),
            }
        }
    }
    files.extend(records.iter().map(|(path, text)| (slashed(path), &**text)));
    files
}
