//! The interpreter: follows statements in source, and collects what they do to the database. It knows the language and what is built
//! in; what a library does, it asks a [`Library`] that it is given.

mod assign;
mod bearing;
mod branches;
mod builtins;
mod calls;
mod classes;
mod expressions;
mod functions;
mod guarded;
mod imports;
mod library;
mod matches;
mod methods;
mod operators;
mod regex;
mod statements;
mod strings;
mod told;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;
use ruff_python_ast::StmtFunctionDef;
use ruff_text_size::{Ranged, TextRange};

pub(crate) use self::functions::DECLARED;
pub(crate) use self::library::Library;
pub(crate) use self::operators::BRACKETS;
use self::told::Log;
use crate::effects::{Effect, block};
use crate::facts::{Fact, What};
use crate::imports::Roots;
use crate::project::{Options, takes_percent};
use crate::value::{Code, Frame, Function, Made, Module, Moment, Value};

/// How much is followed: each expression and each statement counts, each time that it is evaluated.
const MAX_STEPS: u32 = 500_000;

/// How deep expressions and calls may be inside one another.
const MAX_DEPTH: u32 = 1_500;

/// How many functions may be called inside one another.
const MAX_CALLS: usize = 60;

/// How often one function is followed inside itself where it is not known whether it is called.
const MAX_AGAIN: usize = 2;

/// How many values are compared with another one in a step.
const COMPARED_PER_STEP: usize = 64;

/// How long texts and lists may get.
const MAX_SIZE: usize = 1 << 18;

/// How many statements a revision may send.
const MAX_EFFECTS: usize = 20_000;

/// How many [facts](crate::Fact) of a revision and a way are kept.
pub const MAX_FACTS: usize = 2_000;

/// Follows one revision.
pub(crate) struct Run<'a> {
    pub(crate) options: &'a Options,
    /// What the names of libraries mean.
    library: &'a dyn Library,
    /// The text of the revision.
    pub(crate) text: &'a str,
    /// What paths are below.
    root: &'a Path,
    /// The folder of the revisions.
    folder: &'a Path,
    /// Whether modules are looked for from the file that imports them, and not from the folder.
    is_tree: bool,
    /// Where modules are, by the folder that they are looked for from.
    roots: HashMap<PathBuf, Option<Rc<Roots>>>,
    modules: HashMap<PathBuf, Option<Rc<Module>>>,
    /// Where modules are not Python.
    not_python: HashMap<PathBuf, Location>,
    /// The frames that functions were made in, which have them in turn.
    frames: Vec<Rc<Frame>>,
    pub(crate) effects: Vec<Effect>,
    facts: Vec<Fact>,
    /// The places of facts that are left out: the file, by the address of its text, and the range.
    left_out: HashSet<(*const Source, Range<usize>)>,
    /// Places of what is about rows, and no effect.
    rows: Vec<Range<usize>>,
    /// The revision.
    revision: &'a Arc<Source>,
    /// The file that is followed.
    here: Arc<Source>,
    /// The last value put into a text that is another in each process.
    pub(crate) unstable: Option<Rc<Made>>,
    /// The tables that are put into a `MetaData`, in order.
    pub(crate) tables: Vec<Rc<Made>>,
    /// What `batch_alter_table` has been told and sends at its end.
    pub(crate) held: Vec<Vec<Effect>>,
    /// Whether the database has been asked something, so that what is sent matters.
    is_asked: bool,
    /// What has been sent since, in order.
    sent: Log,
    /// What each inspector keeps, and since when.
    told: HashMap<(String, String), Moment>,
    /// How many inspectors there are.
    inspectors: u32,
    steps: u32,
    depth: u32,
    /// The functions that are being called.
    calls: Vec<Rc<Function>>,
    /// Whether a function that calls itself in a branch which may not be taken was not followed again.
    is_cut: bool,
    /// The branches that may not be taken in which it is, inside one another.
    ways: Vec<u32>,
    way_count: u32,
    /// The call in the revision that is followed into another file.
    site: Option<Range<usize>>,
    /// The function of the revision that is run, if it stands there.
    function: Option<Rc<StmtFunctionDef>>,
}

/// What a function of a revision comes to.
pub(crate) struct Done {
    pub(crate) effects: Vec<Effect>,
    /// What is to be said of its source.
    pub(crate) facts: Vec<Fact>,
    /// How many places have more to be said of them.
    pub(crate) left_out: usize,
    /// Where rows are changed without an effect.
    pub(crate) rows: Vec<Range<usize>>,
    /// The function, if it stands in the revision.
    pub(crate) function: Option<Rc<StmtFunctionDef>>,
}

/// Why nothing more is followed.
pub(crate) enum Stop {
    /// An exception is raised.
    Raised { at: Range<usize>, message: String },
    /// A limit is reached.
    Limit,
}

impl Stop {
    /// The same, with a place if it has none.
    pub(crate) fn placed(self, place: Range<usize>) -> Self {
        match self {
            Self::Raised { at, message } if at.is_empty() => Self::Raised { at: place, message },
            other => other,
        }
    }
}

/// How a statement ends.
pub(crate) enum Flow {
    Next,
    Return(Value),
    Break,
    Continue,
    /// It may have ended as much as this, or nothing.
    Perhaps(Ends),
}

/// What a statement may end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ends {
    /// The round of a loop.
    Round,
    Loop,
    Function,
}

impl Flow {
    /// What it ends, if it is not only what comes next.
    fn ends(&self) -> Option<Ends> {
        match self {
            Self::Next => None,
            Self::Continue => Some(Ends::Round),
            Self::Break => Some(Ends::Loop),
            Self::Return(_) => Some(Ends::Function),
            Self::Perhaps(ends) => Some(*ends),
        }
    }
}

pub(crate) type Evaluated = Result<Value, Stop>;

impl<'a> Run<'a> {
    pub(crate) fn new(
        options: &'a Options,
        library: &'a dyn Library,
        root: &'a Path,
        folder: &'a Path,
        source: &'a Arc<Source>,
    ) -> Self {
        Self {
            options,
            library,
            text: &source.text,
            root,
            folder,
            is_tree: false,
            roots: HashMap::new(),
            modules: HashMap::new(),
            not_python: HashMap::new(),
            frames: Vec::new(),
            effects: Vec::new(),
            facts: Vec::new(),
            left_out: HashSet::new(),
            rows: Vec::new(),
            revision: source,
            here: Arc::clone(source),
            unstable: None,
            tables: Vec::new(),
            held: Vec::new(),
            is_asked: false,
            sent: Log::default(),
            told: HashMap::new(),
            inspectors: 0,
            steps: 0,
            depth: 0,
            calls: Vec::new(),
            is_cut: false,
            ways: Vec::new(),
            way_count: 0,
            site: None,
            function: None,
        }
    }

    /// Follows the source of a project, without a revision.
    pub(crate) fn of_tree(
        options: &'a Options,
        library: &'a dyn Library,
        root: &'a Path,
        source: &'a Arc<Source>,
    ) -> Self {
        Self { is_tree: true, ..Self::new(options, library, root, root, source) }
    }

    /// Begins anew, with what modules have bound.
    pub(crate) fn fresh(&mut self) {
        self.effects.clear();
        self.facts.clear();
        self.left_out.clear();
        self.rows.clear();
        self.held.clear();
        self.sent = Log::default();
        self.told.clear();
        (self.steps, self.is_cut) = (0, false);
    }

    /// The files of all modules that have been read.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.modules.keys().cloned()
    }

    /// Runs a function of the revision.
    pub(crate) fn revision(mut self, module: &Rc<Module>, function: &str) -> Done {
        let frame = Frame::of_module(module);
        let result = self.whole(&frame, function);
        if let Err(stop) = result {
            self.stopped(stop);
        }
        module.names.take();
        module.stars.take();
        self.forget_all();
        Done {
            effects: self.effects,
            facts: self.facts,
            left_out: self.left_out.len(),
            rows: self.rows,
            function: self.function,
        }
    }

    /// Takes apart what is in itself: functions have the module that has them.
    pub(crate) fn forget_all(&self) {
        for module in self.modules.values().flatten() {
            module.names.take();
            module.stars.take();
        }
        for frame in &self.frames {
            if let Some(names) = &frame.names {
                names.take();
            }
        }
    }

    fn whole(&mut self, frame: &Rc<Frame>, name: &str) -> Result<(), Stop> {
        let module = Rc::clone(&frame.module);
        module.all_done.set(true);
        self.block(frame, &module.body)?;
        let function = self.look_up(frame, name)?;
        match function {
            Some(Value::Function(function)) => {
                if let Code::Def(def) = &function.code
                    && function.module.is_revision
                {
                    self.function = Some(Rc::clone(def));
                }
                self.call(Value::Function(function), crate::value::Args::default(), 0..0, true)?;
            }
            Some(_) => self.unknown(0..0, format!("what `{name}` does is not known")),
            None => self.unknown(0..0, format!("there is no function `{name}`")),
        }
        Ok(())
    }

    /// What ends a revision before its end.
    fn stopped(&mut self, stop: Stop) {
        match stop {
            Stop::Raised { at, message } => self.fail(at, &message),
            Stop::Limit => {
                self.unknown(0..0, "this does too much to be followed".to_owned());
            }
        }
    }

    /// A place in the revision: the one that is meant, or that of the call which led into another file.
    pub(crate) fn at(&self, range: Range<usize>) -> Range<usize> {
        self.site.clone().unwrap_or(range)
    }

    /// A place in the file that is followed.
    pub(crate) fn place(&self, range: Range<usize>) -> Location {
        Location::new(&self.here, range)
    }

    /// A place in the revision, as [`at`](Self::at) gives it.
    pub(crate) fn place_at_home(&self, range: Range<usize>) -> Location {
        match &self.site {
            Some(site) => Location::new(self.revision, site.clone()),
            None => self.place(range),
        }
    }

    /// Where a parameter stands in a text that stands in the revision.
    pub(crate) fn place_of_bind(&self, text: &str, name: &str, at: &Range<usize>) -> Location {
        let found = text.match_indices(':').find(|(colon, _)| {
            let behind = &text[colon + 1..];
            let ends = behind.strip_prefix(name).is_some_and(|rest| {
                !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            let is_cast = text[..*colon]
                .ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '\\');
            ends && !is_cast
        });
        let place = match found {
            Some((colon, _)) => at.start + colon..at.start + colon + 1 + name.len(),
            None => at.clone(),
        };
        Location::new(self.revision, place)
    }

    /// Something that only the source shows. What is followed several times, as in a loop, shows it once.
    pub(crate) fn fact(&mut self, at: Location, what: What) {
        let is_same = |known: &Fact| {
            known.at.range == at.range
                && Arc::ptr_eq(&known.at.source, &at.source)
                && known.what == what
        };
        if self.facts.iter().any(is_same) {
            return;
        }
        if self.facts.len() < MAX_FACTS {
            self.facts.push(Fact { at, what });
        } else {
            self.left_out.insert((Arc::as_ptr(&at.source), at.range));
        }
    }

    /// Follows something that stands in a file.
    fn inside<T>(&mut self, source: &Arc<Source>, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.here, Arc::clone(source));
        let result = run(self);
        self.here = before;
        result
    }

    /// A value is put into a text.
    pub(crate) fn put_into_text(&mut self, value: &Value) {
        if let Some(made) = value.unstable() {
            self.unstable = Some(Rc::clone(made));
        }
    }

    pub(crate) fn unknown(&mut self, at: Range<usize>, message: impl Into<String>) {
        let at = self.at(at);
        self.effect(Effect::Unknown { at, message: message.into() });
    }

    /// It sends SQL.
    pub(crate) fn send(&mut self, at: Range<usize>, sql: String) {
        let at = self.at(at);
        self.effect(Effect::Made { sql, at, once: None });
    }

    /// It changes rows in a way that is not told as SQL.
    pub(crate) fn rows(&mut self, at: Range<usize>) {
        let at = self.at(at);
        if self.rows.len() < MAX_EFFECTS {
            self.rows.push(at);
        }
    }

    /// It fails here, and with it the migration.
    pub(crate) fn fail(&mut self, at: Range<usize>, message: &str) {
        let message = pg_enum_core::Literal(message).to_string();
        self.send(at, block(&format!("RAISE EXCEPTION USING MESSAGE = {message}; ")));
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.remember(&effect);
        self.keep(effect);
    }

    /// The same of what is already remembered as sent.
    pub(crate) fn keep(&mut self, effect: Effect) {
        if self.effects.len() < MAX_EFFECTS {
            self.effects.push(effect);
        }
    }

    /// Counts one more thing that is followed.
    fn step(&mut self) -> Result<(), Stop> {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MAX_STEPS || self.effects.len() >= MAX_EFFECTS {
            return Err(Stop::Limit);
        }
        Ok(())
    }

    /// Counts something that takes as much as many steps.
    pub(crate) fn charge(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps = self.steps.saturating_add(u32::try_from(steps).unwrap_or(u32::MAX));
        self.step()
    }

    /// Follows what stands inside something else.
    pub(crate) fn deeper<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        self.step()?;
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Limit);
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// What drivers of the project make of `%` in SQL, as [`takes_percent`] tells.
    pub(crate) fn takes_percent(&self) -> Option<bool> {
        takes_percent(self.root)
    }

    /// Whether it is in a branch that may not be taken.
    pub(crate) fn is_doubtful(&self) -> bool {
        !self.ways.is_empty()
    }

    /// Whether what is followed stands in the revision itself.
    pub(crate) fn is_at_home(&self) -> bool {
        self.site.is_none()
    }

    /// What the effects of something are, which are taken out again.
    pub(crate) fn apart<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Vec<Effect>) {
        let before = std::mem::take(&mut self.effects);
        let result = run(self);
        (result, std::mem::replace(&mut self.effects, before))
    }
}

/// The bytes of a node.
pub(crate) fn range(node: &impl Ranged) -> Range<usize> {
    bytes(node.range())
}

pub(crate) fn bytes(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}
