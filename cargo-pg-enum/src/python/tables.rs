//! Models held against the tables of the migrations, by the rules of every model (`pg_enum_core::model`, `pg_enum_core::column`).

use pg_enum_core::column::{Column as Held, Nullability, keys};
use pg_enum_core::model::{self, Field, Problem as Mismatch, Source, TableName as Name};
use pg_enum_core::record::{RecordedColumn, RecordedTable};
use pg_enum_python::{Column, Model, Type};

use super::message::{self, Beside};
use super::sites::Sites;
use super::{There, Usage, enum_of, kinds};
use crate::accept::Accepted;
use crate::folders::{Contents, Folders};
use crate::models::{Reason, Verdict, verdict};
use crate::problem::Problem;
use crate::text::type_name;

/// What a model comes to.
pub(super) struct Outcome {
    pub(super) problems: Vec<Problem>,
    /// Whether it was compared, or why not.
    pub(super) standing: Result<(), Reason>,
    /// The site that has its table.
    pub(super) site: Option<usize>,
    /// Whether no migration creates its table, which is reported.
    is_table_lacking: bool,
}

impl Outcome {
    fn not_compared(reason: Reason) -> Self {
        Self { problems: Vec::new(), standing: Err(reason), site: None, is_table_lacking: false }
    }
}

pub(super) fn compare(
    model: &Model,
    sites: &Sites,
    folders: &Folders,
    accepted: &mut Accepted,
) -> Outcome {
    let table = match &model.table {
        Ok(table) => table,
        Err(why) => return Outcome::not_compared(Reason::NotUnderstood(why.clone())),
    };
    if model.is_external {
        return Outcome::not_compared(Reason::External);
    }
    let wanted = (table.schema.as_deref(), &*table.name);
    let (candidates, is_certain) = sites.of(model);
    let mut there: Vec<(usize, Vec<Problem>)> = Vec::new();
    let mut doubt = None;
    for &site in &candidates {
        let Some(contents) = sites.contents(site, folders) else { continue };
        match verdict(contents, wanted) {
            Verdict::There(table) => {
                let beside = Beside { model, contents, table };
                there.push((site, problems(&beside, accepted)));
            }
            Verdict::Doubtful(reason) => return Outcome::not_compared(reason),
            Verdict::Absent(reason) => doubt = doubt.or(reason),
        }
    }
    if let Some(agreeing) = there.iter().position(|(_, problems)| problems.is_empty()) {
        there.swap(0, agreeing);
        there.truncate(1);
    }
    if there.len() > 1 {
        let shown = |(site, _): &(usize, _)| {
            folders.get(sites.all[*site].folder).map(|folder| folder.request.to_string())
        };
        let folders = there.iter().filter_map(shown).collect();
        return Outcome::not_compared(Reason::SeveralFolders { folders });
    }
    if let Some((site, problems)) = there.pop() {
        let standing = Ok(());
        return Outcome { problems, standing, site: Some(site), is_table_lacking: false };
    }
    if let Some(reason) = doubt {
        return Outcome::not_compared(reason);
    }
    let [site] = candidates[..] else {
        return Outcome::not_compared(if sites.all.is_empty() {
            Reason::NoFolder
        } else {
            no_table(model, &candidates, sites, folders)
        });
    };
    let Some(contents) = sites.contents(site, folders) else {
        return Outcome::not_compared(Reason::NoFolder);
    };
    if let Some(vague) = &contents.vague {
        return Outcome::not_compared(Reason::Uncertain(vague.to_string()));
    }
    // It may be older than the migrations, as others are.
    if contents.replayed.replay.older_table.is_some() {
        return Outcome::not_compared(no_table(model, &candidates, sites, folders));
    }
    if !is_certain || sites.all[site].is_filtered || !sites.all[site].is_alembic {
        return Outcome::not_compared(no_table(model, &candidates, sites, folders));
    }
    Outcome {
        problems: vec![message::no_table(model, table, contents)],
        standing: Ok(()),
        site: Some(site),
        is_table_lacking: true,
    }
}

/// The reason for a model whose table no folder has, and of which it is not certain that one should.
fn no_table(model: &Model, candidates: &[usize], sites: &Sites, folders: &Folders) -> Reason {
    let Ok(table) = &model.table else { return Reason::NoFolder };
    let contents = candidates.iter().filter_map(|&site| sites.contents(site, folders));
    let mut all = contents.flat_map(|contents| contents.record().tables.iter().flatten());
    let near = all.find(|there| {
        let (one, other) = (there.name.to_lowercase(), table.name.to_lowercase());
        pg_enum_core::edit_distance(&one, &other) <= 1
    });
    let nearest = near.map(|there| type_name(&there.schema, &there.name));
    Reason::NoTable { table: super::shown_table(table), nearest }
}

/// Everything that is wrong with a model and its table.
fn problems(beside: &Beside<'_>, accepted: &mut Accepted) -> Vec<Problem> {
    let Beside { model, contents, table } = beside;
    let fields = model.columns.iter().map(|column| Field {
        source: Source::Column(&column.name),
        optional: false,
        json: None,
    });
    let name = Name { schema: Some(&table.schema), name: &table.name };
    let compared = model::Model { table: Some(name), complete: false, fields: fields.collect() };
    let comparison = model::compare(&compared, contents.record());
    let pairs: Vec<(&Column, Option<&RecordedColumn>)> = model
        .columns
        .iter()
        .zip(&comparison.columns)
        .map(|(column, there)| (column, there.map(|(_, there)| there)))
        .collect();
    let is_lacking = |name: &str| {
        comparison.mismatches.iter().any(|mismatch| match &mismatch.problem {
            Mismatch::NoColumn { column, .. } => column == name,
            Mismatch::NoColumns { columns, .. } => columns.iter().any(|column| column == name),
            _ => false,
        })
    };
    let lacking = model.columns.iter().filter(|column| is_lacking(&column.name)).collect();
    let mut problems = message::lacking(beside, lacking, &comparison.mismatches);
    let (mut loose, mut strict) = (Vec::new(), Vec::new());
    for (column, there) in pairs {
        let Some(there) = there else { continue };
        problems.extend(other_kind(beside, column, there));
        match (column.nullable, there.not_null) {
            (Some(false), Some(false)) if !accepted.takes(&beside.entry(there)) => {
                loose.push((column, there));
            }
            (Some(true), Some(true)) if !there.is_generated => strict.push((column, there)),
            _ => {}
        }
    }
    problems.extend(message::loose(beside, &loose));
    problems.extend(message::strict(beside, &strict));
    problems
}

/// A column whose values are of another kind than the model's.
fn other_kind(beside: &Beside<'_>, column: &Column, there: &RecordedColumn) -> Option<Problem> {
    let Type::Sql(sql) = &column.ty else { return None };
    let holds = kinds::holds(sql).filter(|_| kinds::is_plain(there))?;
    let default = &beside.contents.record().default_schema;
    let first = there.types.first()?;
    let name = type_name(&beside.table.schema, &beside.table.name);
    let text = format!("{name}.{}\n{}\n{}\n{default}", there.name, first.sql, there.at);
    let keys = keys(&there.types, default);
    let held = Held { keys: &keys, nullability: Nullability::Unknown, text: &text };
    held.disagreement(holds).map(|_| message::other_kind(beside, column, there, sql))
}

/// The columns of a model whose type is an enum.
pub(super) fn usages<'m>(
    model: &'m Model,
    outcome: &Outcome,
    sites: &Sites,
    folders: &Folders,
) -> Vec<Usage<'m>> {
    let table = outcome.site.and_then(|site| {
        let contents = sites.contents(site, folders)?;
        table_of(model, contents)
    });
    let there = |column: &Column| {
        if outcome.is_table_lacking {
            return There::Lacking;
        }
        let Some(table) = table else { return There::Unknown };
        let Some(there) = table.column(&column.name) else { return There::Lacking };
        // That of a domain is its base's.
        match there.types.last() {
            Some(ty) => There::Type {
                schema: ty.schema.clone(),
                name: ty.name.clone(),
                sql: there.types.first().map_or_else(String::new, |ty| ty.sql.clone()),
            },
            None => There::Unknown,
        }
    };
    let usage = |column: &'m Column| {
        let (of, is_array) = enum_of(column)?;
        Some(Usage { model, column, of, is_array, site: outcome.site, there: there(column) })
    };
    model.columns.iter().filter_map(usage).collect()
}

fn table_of<'f>(model: &Model, contents: &'f Contents) -> Option<&'f RecordedTable> {
    let table = model.table.as_ref().ok()?;
    match verdict(contents, (table.schema.as_deref(), &*table.name)) {
        Verdict::There(table) => Some(table),
        Verdict::Doubtful(_) | Verdict::Absent(_) => None,
    }
}
