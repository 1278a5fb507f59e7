//! The enums of a package that derive `PgEnum`, with the text that they are written in.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use pg_enum_build::scan::{Cfg, ScannedEnum, scan};
use pg_enum_core::{Definition, parse};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;
use proc_macro2::{LineColumn, Span};

use crate::failure::Failure;
use crate::problem::{Place, Problem};
use crate::text;

/// An enum that derives `PgEnum`.
pub(crate) struct Derived {
    /// `my_crate::module::Status`
    pub(crate) path: String,
    pub(crate) model: parse::Enum,
    /// What the derive would not compile.
    errors: Vec<(Location, String)>,
    source: Arc<Source>,
    pub(crate) line: usize,
}

impl Derived {
    /// Every one of a package, and what there is to say about what cannot be seen.
    pub(crate) fn of(
        package: &str,
        roots: &[PathBuf],
    ) -> Result<(Vec<Self>, Vec<String>), Failure> {
        let found = scan(roots, &configuration());
        let mut sources: HashMap<PathBuf, Arc<Source>> = HashMap::new();
        let mut enums = Vec::with_capacity(found.enums.len());
        for scanned in found.enums.into_iter().filter(|scanned| scanned.derives(&["PgEnum"])) {
            let source = match sources.get(&scanned.file) {
                Some(source) => Arc::clone(source),
                None => {
                    let source = Arc::new(read(&scanned.file)?);
                    sources.insert(scanned.file.clone(), Arc::clone(&source));
                    source
                }
            };
            enums.push(Self::new(package, &scanned, source));
        }
        Ok((enums, found.notes.iter().map(ToString::to_string).collect()))
    }

    fn new(package: &str, scanned: &ScannedEnum, source: Arc<Source>) -> Self {
        let (model, errors) = scanned.model();
        let errors = errors.into_error().into_iter().flatten();
        let errors = errors.map(|error| (location(&source, error.span()), error.to_string()));
        let errors = errors.collect();
        let mut path = package.replace('-', "_");
        for part in scanned.module.iter().chain([&model.ident.to_string()]) {
            path += "::";
            path += part;
        }
        Self { path, model, errors, source, line: scanned.line }
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

    /// The file.
    pub(crate) fn file(&self) -> &Path {
        &self.source.path
    }

    /// Where a part of the definition is written.
    pub(crate) fn place(&self, place: pg_enum_core::Place, label: &str) -> Place {
        Place::new(Path::new(""), &location(&self.source, self.model.span_of(place)), label)
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

/// What the compiler sets for this machine. What it does not say is open.
fn configuration() -> Cfg {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match Command::new(rustc).args(["--print", "cfg"]).output() {
        Ok(output) if output.status.success() => {
            Cfg::parse(&String::from_utf8_lossy(&output.stdout))
        }
        _ => Cfg::new(),
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
