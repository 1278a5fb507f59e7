//! The enums of a package that derive `PgEnum`, and those that something else makes the database's, with
//! the text that they are written in.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_build::foreign::{self, Codec, Files, ForeignEnum, HiddenEnum, Reading, SqlType};
use pg_enum_build::models::Models;
use pg_enum_build::scan::{self, Cfg, NamedFolder, Note, NoteKind, Presence, Scan, ScannedEnum};
use pg_enum_core::plan::LockTimeout;
use pg_enum_core::{Definition, parse};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;
use proc_macro2::{LineColumn, Span};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::model::Model;
use crate::not_compared::{NotCompared, Reason};
use crate::problem::{Place, Problem};
use crate::text::{self, rust_path};

/// An enum that derives `PgEnum`.
pub(crate) struct Derived {
    /// `my_crate::module::Status`
    pub(crate) path: String,
    pub(crate) model: parse::Enum,
    /// How long its migrations wait for a lock on a table, by the configuration of its package.
    pub(crate) lock_timeout: LockTimeout,
    /// What the derive would not compile.
    errors: Vec<(Location, String)>,
    source: Arc<Source>,
}

/// The enums of a package that are the database's.
#[derive(Default)]
pub(crate) struct Enums {
    pub(crate) derived: Vec<Derived>,
    /// Those with other codecs.
    pub(crate) foreign: ForeignEnums,
    /// Whether a struct derives `PgModel`.
    pub(crate) has_models: bool,
    /// The structs that are rows of tables.
    pub(crate) models: Vec<Model>,
    /// What there is to say about what cannot be seen.
    pub(crate) notes: Vec<String>,
    pub(crate) sources: Sources,
    /// The calls that name a folder of migrations.
    pub(crate) calls: Vec<NamedFolder>,
}

/// The enums of a package with other codecs than `PgEnum`.
#[derive(Default)]
pub(crate) struct ForeignEnums {
    /// Those that stand for a type of the database.
    pub(crate) enums: Vec<Foreign>,
    /// Which type of the database each of Diesel's own types is.
    pub(crate) sql_types: Vec<SqlType>,
    /// Those of which nothing more is to be said, each with the reason.
    pub(crate) not_compared: Vec<NotCompared>,
    /// Where two codecs of one enum disagree.
    pub(crate) disagreements: Vec<Problem>,
    /// Those that derive `PgEnum` beside their codec, and are compared by that.
    pub(crate) beside: Vec<Foreign>,
}

impl ForeignEnums {
    /// Whether there is nothing that anybody may need.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { enums, sql_types, not_compared, disagreements, beside } = self;
        enums.is_empty()
            && beside.is_empty()
            && sql_types.is_empty()
            && not_compared.is_empty()
            && disagreements.is_empty()
    }
}

/// The files that enums are read from.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Sources {
    files: Vec<PathBuf>,
    /// What was in them; nothing if more files may turn up.
    fingerprint: Option<u64>,
}

impl Sources {
    /// Those of a scan.
    pub(crate) fn of(scan: &Scan) -> Self {
        let missing = |note: &Note| matches!(note.kind, NoteKind::NotFound | NoteKind::Unreadable);
        let complete = !scan.notes.iter().any(missing);
        Self { fingerprint: complete.then_some(scan.fingerprint), files: scan.files.clone() }
    }

    /// These files, if nothing but their text matters.
    pub(crate) fn of_files(files: Vec<PathBuf>) -> Self {
        Self { fingerprint: scan::fingerprint(&files).ok(), files }
    }

    /// The files.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether another look would find the same.
    pub(crate) fn are_unchanged(&self) -> bool {
        let now = self.fingerprint.and_then(|_| scan::fingerprint(&self.files).ok());
        now.is_some() && now == self.fingerprint
    }
}

impl Enums {
    /// Whether there is an enum.
    pub(crate) fn has_some(&self) -> bool {
        let ForeignEnums { enums, not_compared, beside, .. } = &self.foreign;
        !(self.derived.is_empty()
            && enums.is_empty()
            && not_compared.is_empty()
            && beside.is_empty())
    }

    /// Those of the package that begins with these files; those under other derives if `with_foreign`.
    pub(crate) fn of(
        package: &str,
        roots: &[PathBuf],
        cfg: &Cfg,
        with_foreign: bool,
    ) -> Result<Self, Failure> {
        let found = scan::scan(roots, cfg);
        let files = if with_foreign { Files::read(&found.files, cfg) } else { Files::default() };
        let mut sources: HashMap<PathBuf, Arc<Source>> = HashMap::new();
        let mut source_of = |file: &Path| match sources.get(file) {
            Some(source) => Ok(Arc::clone(source)),
            None => {
                let source = Arc::new(read(file)?);
                sources.insert(file.to_owned(), Arc::clone(&source));
                Ok::<_, Failure>(source)
            }
        };
        let mut enums = Self::default();
        for scanned in &found.enums {
            let readings = files.readings(&scanned.written, &scanned.file);
            let derives_ours = scanned.derives(&["PgEnum"]);
            if !derives_ours && readings.is_empty() {
                continue;
            }
            let source = source_of(&scanned.file)?;
            let path = rust_path(package, &scanned.module, &scanned.written.ident);
            if derives_ours {
                let derived = Derived::new(path, scanned, Arc::clone(&source));
                enums.foreign.add_to_derived(&derived, scanned, readings, &source);
                enums.derived.push(derived);
            } else {
                let is_migration = files.is_migration(&scanned.file);
                enums.foreign.add(&path, scanned, readings, &source, is_migration);
            }
        }
        for hidden in &files.hidden {
            let source = source_of(&hidden.file)?;
            enums.foreign.not_compared.push(of_macro(hidden, &source));
        }
        enums.foreign.settle_conditions();
        if with_foreign {
            for model in Models::read(&found.files, cfg).found {
                let source = source_of(&model.file)?;
                let at = found.files.iter().position(|file| *file == model.file);
                let module = at.and_then(|at| found.modules.get(at));
                enums.models.push(Model::new(package, module, model, source));
            }
        }
        enums.foreign.sql_types = files.sql_types;
        enums.sources = Sources::of(&found);
        enums.calls = found.named_folders;
        enums.has_models = found.has_models;
        enums.notes = found.notes.iter().map(ToString::to_string).collect();
        Ok(enums)
    }
}

/// An enum that something other than `PgEnum` makes one of the database's.
pub(crate) struct Foreign {
    /// `my_crate::module::Status`
    pub(crate) path: String,
    pub(crate) reading: ForeignEnum,
    /// Whether it is there in some configurations only.
    conditional: bool,
    source: Arc<Source>,
}

impl ForeignEnums {
    /// An enum with these codecs and without `PgEnum`.
    fn add(
        &mut self,
        path: &str,
        scanned: &ScannedEnum,
        readings: Vec<Reading>,
        source: &Arc<Source>,
        is_migration: bool,
    ) {
        let conditional = scanned.cfg != Presence::Certain;
        self.disagreements.extend(disagreement(None, &readings, scanned, source));
        for reading in readings {
            let (codec, reason, span) = match reading {
                Reading::Enum(reading) if is_migration => {
                    let what =
                        "it belongs to a migration, and has the labels of that time".to_owned();
                    (reading.codec, Reason::Uncertain(what), reading.ident.span())
                }
                Reading::Enum(reading) => {
                    let (path, source) = (path.to_owned(), Arc::clone(source));
                    self.enums.push(Foreign { path, reading, conditional, source });
                    continue;
                }
                Reading::NotAnEnumType { why, span, codec } => {
                    (codec, Reason::NoEnumType(why), span)
                }
            };
            let at = Place::new(Path::new(""), &location(source, span), "");
            self.not_compared.push(NotCompared { path: path.to_owned(), codec, reason, at });
        }
    }

    /// An enum with `PgEnum` and these codecs. It is compared as what `PgEnum` makes of it.
    fn add_to_derived(
        &mut self,
        derived: &Derived,
        scanned: &ScannedEnum,
        readings: Vec<Reading>,
        source: &Arc<Source>,
    ) {
        // One with mistakes says nothing that could be compared.
        let model = derived.is_valid().then_some(&derived.model);
        self.disagreements.extend(disagreement(model, &readings, scanned, source));
        let conditional = scanned.cfg != Presence::Certain;
        self.beside.extend(readings.into_iter().filter_map(|reading| match reading {
            Reading::Enum(reading) => {
                let (path, source) = (derived.path.clone(), Arc::clone(source));
                Some(Foreign { path, reading, conditional, source })
            }
            Reading::NotAnEnumType { .. } => None,
        }));
    }

    /// Of several enums of one name, some of them in some configurations only, `cfg` selects one.
    fn settle_conditions(&mut self) {
        let mut count: HashMap<String, usize> = HashMap::new();
        for foreign in &self.enums {
            *count.entry(foreign.key()).or_default() += 1;
        }
        let is_open = |foreign: &mut Foreign| foreign.conditional && count[&foreign.key()] > 1;
        let open: Vec<_> = self.enums.extract_if(.., is_open).collect();
        self.not_compared
            .extend(open.into_iter().map(|foreign| foreign.not_compared(Reason::Conditional)));
    }
}

/// An enum that a macro makes.
fn of_macro(hidden: &HiddenEnum, source: &Arc<Source>) -> NotCompared {
    let start = offset(&source.text, LineColumn { line: hidden.line, column: 0 });
    let end = source.text[start..].find('\n').map_or(source.text.len(), |length| start + length);
    let at = Place::new(Path::new(""), &Location::new(source, start..end), "");
    let path = match hidden.codec {
        Codec::DieselByHand => "an enum with `derive(AsExpression)`".to_owned(),
        codec => format!("an enum with `derive({codec})`"),
    };
    let reason = Reason::Macro(hidden.macro_name.clone());
    NotCompared { path, codec: hidden.codec, reason, at }
}

/// Where two codecs of one enum disagree.
fn disagreement(
    ours: Option<&parse::Enum>,
    readings: &[Reading],
    scanned: &ScannedEnum,
    source: &Arc<Source>,
) -> Option<Problem> {
    let found = foreign::two_codecs(ours, readings, &scanned.written)?;
    let place = |index: usize| {
        let label = format!("`{}` reads this", found.codecs[index]);
        Place::new(Path::new(""), &location(source, found.spans[index]), label)
    };
    let mut problem = Problem::new("two-codecs", found.to_string(), place(0));
    problem.places.push(place(1));
    problem.help = Some("give both the same attributes, or remove one of the two".to_owned());
    Some(problem)
}

impl Foreign {
    /// Its file.
    pub(crate) fn file(&self) -> &Path {
        &self.source.path
    }

    /// The same enum, not compared.
    pub(crate) fn not_compared(&self, reason: Reason) -> NotCompared {
        let at = self.place(pg_enum_core::Place::Name, "");
        NotCompared { path: self.path.clone(), codec: self.reading.codec, reason, at }
    }

    fn key(&self) -> String {
        format!("{} {}", self.path, self.reading.codec)
    }

    /// Where a part of it is written.
    pub(crate) fn place(&self, place: pg_enum_core::Place, label: &str) -> Place {
        let reading = &self.reading;
        let span = match place {
            pg_enum_core::Place::Label(index) => {
                reading.labels.get(index).map(|label| label.text.span)
            }
            _ => None,
        };
        let span = span.unwrap_or(reading.ident.span());
        Place::new(Path::new(""), &location(&self.source, span), label)
    }
}

impl Derived {
    fn new(path: String, scanned: &ScannedEnum, source: Arc<Source>) -> Self {
        let (model, errors) = scanned.model();
        let errors = errors.into_error().into_iter().flatten();
        let errors = errors.map(|error| (location(&source, error.span()), error.to_string()));
        let errors = errors.collect();
        Self { path, model, lock_timeout: LockTimeout::default(), errors, source }
    }

    /// Whether it is compared with migrations.
    pub(crate) fn is_compared(&self) -> bool {
        self.is_valid() && !self.model.external
    }

    pub(crate) fn definition<R>(&self, with: impl FnOnce(Definition<'_>) -> R) -> R {
        self.model.with_definition(with)
    }

    /// The type's name, with its schema if the enum gives one.
    pub(crate) fn type_name(&self) -> String {
        let name = &self.model.name.value;
        match &self.model.schema {
            Some(schema) => text::type_name(&schema.value, name),
            None => text::identifier(name),
        }
    }

    /// Where a part of the definition is written.
    pub(crate) fn place(&self, place: pg_enum_core::Place, label: &str) -> Place {
        Place::new(Path::new(""), &location(&self.source, self.model.span_of(place)), label)
    }

    /// Where its name is written.
    pub(crate) fn ident_place(&self) -> Place {
        Place::new(Path::new(""), &location(&self.source, self.model.ident.span()), "")
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// What the derive would not compile.
    pub(crate) fn mistakes(&self) -> impl Iterator<Item = Problem> {
        self.errors.iter().map(|(at, message)| {
            let at = Place::new(Path::new(""), at, "");
            let mut problem = Problem::new("invalid", message, at);
            problem.type_name = Some(self.type_name());
            problem
        })
    }
}

fn read(file: &Path) -> Result<Source, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
    let text = text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned);
    Ok(Source { path: file.to_owned(), text })
}

/// Where a token is. Lines and columns are of the file whatever the parser has left out before it.
fn location(source: &Arc<Source>, span: Span) -> Location {
    let start = offset(&source.text, span.start());
    Location::new(source, start..offset(&source.text, span.end()).max(start))
}

fn offset(text: &str, LineColumn { line, column }: LineColumn) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    before + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}
