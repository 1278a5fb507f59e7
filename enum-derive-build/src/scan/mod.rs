//! Every enum of a crate's source, without a compiler.
//!
//! [`scan`] starts from a crate's roots (`lib.rs`, `main.rs`…), follows `mod` declarations by the rules of
//! the Rust reference, leaves out what `cfg` leaves out, and finds enums wherever they stand, in functions
//! too. Macros are not expanded: where one hides an enum that derives `PgEnum`, a [`Note`] says so, as it
//! does of everything else that may keep an enum from being found.
//!
//! ```
//! use pg_enum_build::scan::{Cfg, scan};
//!
//! # let root = tempfile::tempdir()?;
//! # let root = root.path();
//! std::fs::write(root.join("lib.rs"), "mod model;")?;
//! std::fs::write(root.join("model.rs"), "#[derive(PgEnum)]\npub enum Mood { Sad, Happy }")?;
//!
//! let scan = scan([root.join("lib.rs")], &Cfg::from_env());
//! let mood = &scan.enums[0];
//! assert!(mood.derives(&["PgEnum"]));
//! assert_eq!((mood.line, &*mood.module), (2, &["model".to_owned()][..]));
//! mood.model().0.with_definition(|definition| assert_eq!(definition.labels, ["Sad", "Happy"]));
//! assert!(scan.notes.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod attributes;
mod cfg;
mod directory;
mod fingerprint;
mod imports;
pub(crate) mod named;
pub(crate) mod read;
pub(crate) mod tokens;
pub(crate) mod walk;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use pg_enum_core::parse::{Enum, Errors, parse, validate};
use pg_enum_migrations::__syntax::with_deep_stack;
use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Fields, ItemEnum, Variant};

pub use self::cfg::{Cfg, Truth};
pub use self::fingerprint::fingerprint;
use self::imports::Imports;
pub use self::named::{NamedFolder, NamedPath, Namer};
pub use self::read::{parse_file, parse_tokens};
use self::walk::{Found, Walked, walk};

/// The derive that all this is about.
const DERIVE: &str = "PgEnum";
/// That of structs.
const MODEL: &str = "PgModel";

/// The deepest tree of an enum that is read on the caller's own stack.
const DEEPEST: usize = 300;

/// What there is in a crate's source.
#[derive(Debug)]
#[non_exhaustive]
pub struct Scan {
    /// Every enum that is compiled in, or may be, in the order of the source: a module's where it is
    /// declared. An enum in a file that is compiled twice is listed once.
    pub enums: Vec<ScannedEnum>,
    /// What may keep an enum from being seen.
    pub notes: Vec<Note>,
    /// The files that were read.
    pub files: Vec<PathBuf>,
    /// The calls in them that name a folder of migrations, whatever `cfg` says of them.
    pub named_folders: Vec<NamedFolder>,
    /// Whether a struct that is compiled in, or may be, derives `PgModel`.
    pub has_models: bool,
    /// What tells these files from others: [`fingerprint`] of them, as they were when they were read.
    pub fingerprint: u64,
}

/// An enum in source.
#[non_exhaustive]
pub struct ScannedEnum {
    /// The enum as a derive gets it: without what `cfg` leaves out, and with what `cfg_attr` has in its
    /// place. Its spans are those of the file.
    pub item: ItemEnum,
    /// The enum as it is written, with what `cfg` leaves out.
    pub written: ItemEnum,
    /// The file.
    pub file: PathBuf,
    /// The line that its name is on, from 1.
    pub line: usize,
    /// The modules that it is in, from the crate's root.
    pub module: Vec<String>,
    /// Whether it is compiled in.
    pub cfg: Presence,
    imports: Arc<Imports>,
}

/// Whether an enum that was found is compiled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Certain,
    /// That depends on these `cfg` predicates, which are not determined.
    Undetermined(Vec<String>),
}

/// Something that may keep an enum from being seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// What sort of thing.
    pub kind: NoteKind,
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What it is: lowercase, without a full stop.
    pub message: String,
}

/// The sorts of [`Note`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteKind {
    /// A file that is no Rust, or cannot be read.
    Unreadable,
    /// A module that has no file, or two.
    NotFound,
    /// A module that leads to itself.
    Circular,
    /// A file that is compiled as two modules. Its enums are seen.
    IncludedTwice,
    /// `include!` where items may be.
    Include,
    /// An enum that derives `PgEnum`, or a module, among the tokens of a macro.
    Macro,
    /// What hangs on a `cfg` predicate that is not determined.
    Undetermined,
}

impl NoteKind {
    /// A short name that does not change.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotFound => "not-found",
            Self::Circular => "circular",
            Self::IncludedTwice => "included-twice",
            Self::Include => "include",
            Self::Macro => "macro",
            Self::Undetermined => "undetermined",
        }
    }
}

/// `file:line: message`
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.message)
    }
}

impl fmt::Debug for ScannedEnum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ", self.file.display(), self.line)?;
        self.module.iter().try_for_each(|module| write!(f, "{module}::"))?;
        write!(f, "{} {:?}", self.item.ident, self.cfg)
    }
}

impl ScannedEnum {
    /// Whether it derives one of `names`, by whatever path, and by the name that a `use` in the same file
    /// may have given to it.
    ///
    /// ```
    /// # use pg_enum_build::scan::{Cfg, scan};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path().join("lib.rs");
    /// std::fs::write(&root, "use pg_enum::PgEnum as Pg; #[derive(Pg)] enum Mood { Sad }")?;
    /// assert!(scan([root], &Cfg::new()).enums[0].derives(&["PgEnum"]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn derives(&self, names: &[&str]) -> bool {
        derives_by(&self.item, names, &self.imports)
    }

    /// What the derive makes of it, and every mistake in it, with spans of the file.
    #[must_use]
    pub fn model(&self) -> (Enum, Errors) {
        let (model, mut errors) = parse(&self.item.clone().into());
        errors.append(validate(&model));
        (model, errors)
    }
}

/// Whether an enum derives one of `names`, by whatever path; in a `cfg_attr` too, whatever its predicate.
///
/// ```
/// use pg_enum_build::scan::derives;
///
/// let item = syn::parse_str("#[cfg_attr(unix, derive(Debug, pg_enum::PgEnum))] enum Mood { Sad }")?;
/// assert!(derives(&item, &["PgEnum"]) && !derives(&item, &["Clone"]));
/// # Ok::<(), syn::Error>(())
/// ```
#[must_use]
pub fn derives(item: &ItemEnum, names: &[&str]) -> bool {
    derives_by(item, names, &Imports::default())
}

fn derives_by(item: &ItemEnum, names: &[&str], imports: &Imports) -> bool {
    attributes::derives(&item.attrs).iter().any(|path| is_one(path, names, imports))
}

/// Whether a path ends in one of `names`, or in what `use` calls it.
fn is_one(path: &syn::Path, names: &[&str], imports: &Imports) -> bool {
    let last = path.segments.last().map(|segment| segment.ident.to_string());
    last.is_some_and(|last| {
        // Only a name on its own is one that `use` gives.
        let name = if path.segments.len() == 1 { imports.original(&last) } else { &last };
        names.contains(&name)
    })
}

/// Every enum that the crates with these roots have, as far as the files tell.
///
/// Nothing fails: a file that is not there, that is no text or no Rust is a [`Note`].
#[must_use]
pub fn scan(roots: impl IntoIterator<Item = impl Into<PathBuf>>, cfg: &Cfg) -> Scan {
    let roots: Vec<PathBuf> = roots.into_iter().map(Into::into).collect();
    let Walked { found, notes, files, named_folders, has_models, fingerprint } =
        with_deep_stack(|| walk(&roots, cfg));
    let mut scan = Scan {
        enums: Vec::with_capacity(found.len()),
        notes,
        files,
        named_folders,
        has_models,
        fingerprint: fingerprint.value(),
    };
    for found in found {
        scan.add(found, cfg);
    }
    scan
}

impl Scan {
    fn note(&mut self, kind: NoteKind, found: &Found, line: usize, message: String) {
        self.notes.push(Note { kind, file: found.file.to_path_buf(), line, message });
    }

    fn add(&mut self, found: Found, cfg: &Cfg) {
        let mut item = match read_enum(&found) {
            Ok(item) => item,
            Err(why) => {
                self.note(NoteKind::Unreadable, &found, found.line, format!("this enum {why}"));
                return;
            }
        };
        let written = item.clone();
        let line = item.ident.span().start().line;
        let ours = derives_by(&item, &[DERIVE], &found.imports);
        // What hangs on the same predicate as the derive is there whenever the derive is.
        let is_ours = |path: &syn::Path| is_one(path, &[DERIVE], &found.imports);
        let conditions = attributes::conditions(&item.attrs, cfg, is_ours);
        let cfg = &cfg.clone().assuming(conditions.iter().cloned());
        // What is not determined, and where.
        let mut open: Vec<(usize, String)> = found.open.iter().map(|p| (line, p.clone())).collect();
        open.extend(conditions.into_iter().map(|p| (line, p)));
        open.extend(attributes::settle(&mut item.attrs, cfg).into_iter().map(|p| (line, p)));
        let mut variants = Punctuated::new();
        for mut variant in item.variants {
            let line = variant.ident.span().start().line;
            let judged = attributes::judge(&variant.attrs, cfg);
            if judged.truth != Truth::False {
                open.extend(judged.open.into_iter().map(|p| (line, p)));
                open.extend(settle_variant(&mut variant, cfg).into_iter().map(|p| (line, p)));
                variants.push(variant);
            }
        }
        item.variants = variants;
        if ours {
            for (line, predicate) in open {
                let message = format!(
                    "whether `{predicate}` holds is unknown here, and the enum {} depends on it",
                    item.ident
                );
                self.note(NoteKind::Undetermined, &found, line, message);
            }
        }
        let Found { file, module, open, imports, .. } = found;
        let cfg = if open.is_empty() { Presence::Certain } else { Presence::Undetermined(open) };
        let file = file.to_path_buf();
        self.enums.push(ScannedEnum { item, written, file, line, module, cfg, imports });
    }
}

/// Reads an enum again, where it stands.
fn read_enum(found: &Found) -> Result<ItemEnum, String> {
    let place = "\n".repeat(found.line - 1) + &" ".repeat(found.column);
    let tokens: TokenStream =
        (place + &found.text).parse().map_err(|error| format!("does not parse: {error}"))?;
    if tokens::depth_bound(tokens.clone()) > DEEPEST {
        return Err("is nested too deeply to be read".to_owned());
    }
    syn::parse2(tokens).map_err(|error| format!("does not parse: {error}"))
}

/// Settles a variant and its fields; returns what is not determined.
fn settle_variant(variant: &mut Variant, cfg: &Cfg) -> Vec<String> {
    let mut open = attributes::settle(&mut variant.attrs, cfg);
    let fields = match &mut variant.fields {
        Fields::Named(fields) => &mut fields.named,
        Fields::Unnamed(fields) => &mut fields.unnamed,
        Fields::Unit => return open,
    };
    for mut field in std::mem::take(fields) {
        let judged = attributes::judge(&field.attrs, cfg);
        if judged.truth != Truth::False {
            open.extend(judged.open);
            open.extend(attributes::settle(&mut field.attrs, cfg));
            fields.push(field);
        }
    }
    open
}
