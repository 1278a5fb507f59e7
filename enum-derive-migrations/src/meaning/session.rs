//! One connection: its transaction, what it has reported, and what it is not sure of.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::catalog::{Catalog, Mark, TypeKind};
use crate::ground::{About, Finding, Key, Kind, Location, Refusal, Source, Transaction, TypeId};
use crate::meaning::plpgsql::Detour;
use crate::meaning::statement::{Dormant, Routine};
use crate::text::name::{self, Path, has_hole};
use crate::text::script;
use crate::text::strings::Backslash;
use crate::text::word::NameSet;

/// What the server calls a transaction block's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Every statement is a transaction.
    None,
    /// The statements of one string are a transaction.
    Implicit,
    /// Between `BEGIN` and `COMMIT`.
    Open,
    /// Likewise, after an error: nothing but an end or a way back is accepted.
    Failed,
}

/// A place to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    mark: Mark,
    findings: usize,
    /// Whether all was in doubt, and how many doubts there were besides.
    doubts: (bool, usize),
}

/// What replay cannot be sure of.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    /// Any type may be other than it seems.
    all: bool,
    types: BTreeSet<Key>,
    names: BTreeSet<Arc<str>>,
    /// What was added to the sets, in order: going back is frequent, and the sets may be large.
    journal: Vec<Doubt>,
}

#[derive(Debug)]
enum Doubt {
    Type(Key),
    Name(Arc<str>),
}

impl Doubts {
    fn add(&mut self, key: &Key) {
        if self.types.insert(key.clone()) {
            self.journal.push(Doubt::Type(key.clone()));
        }
        if self.names.insert(Arc::clone(&key.1)) {
            self.journal.push(Doubt::Name(Arc::clone(&key.1)));
        }
    }

    fn roll_back(&mut self, (all, length): (bool, usize)) {
        self.all = all;
        for doubt in self.journal.drain(length.min(self.journal.len())..) {
            match doubt {
                Doubt::Type(key) => self.types.remove(&key),
                Doubt::Name(name) => self.names.remove(&name),
            };
        }
    }
}

pub(crate) struct Session {
    pub catalog: Catalog,
    block: Block,
    start: Point,
    savepoints: Vec<(Arc<str>, Point)>,
    pub findings: Vec<Finding>,
    /// Where in `findings` those about one place are.
    reported: HashMap<(*const Source, usize), Vec<usize>>,
    doubts: Doubts,
    /// Functions and procedures that may do more than compute.
    pub routines: HashMap<Arc<str>, Vec<Rc<Routine>>>,
    /// Their names, and those that such routines had.
    pub routine_names: NameSet,
    /// Routines that can do nothing to enums, as long as what they call cannot.
    pub dormant: Vec<Dormant>,
    /// The names of the types that any migration creates, and of their array types.
    pub enum_names: NameSet,
    /// What placeholders were, by what stands for them.
    pub placeholders: HashMap<String, String>,
    reported_placeholders: HashSet<String>,
    /// Whether schemas that are only taken to be there are reported, and those that have been.
    pub minds_schemas: bool,
    reported_schemas: HashSet<Arc<str>>,
    /// Files that could not be read as they are: what is in the place of bad bytes is not text.
    pub damaged_files: HashSet<PathBuf>,
    /// The last file in which something was no statement: where a string is not closed, everything
    /// after it is none.
    pub strange_in: Option<PathBuf>,
    /// How deep blocks, dynamic statements and routines are nested.
    pub depth: usize,
    /// How many more steps blocks may take.
    pub steps: usize,
    /// How many steps the next top-level statement may take.
    allowance: usize,
    /// Whether the statements that come next in a block may be left out.
    pub detour: Option<Detour>,
    /// How many ways through a script are being tried out.
    pub trials: usize,
    /// Errors that `EXCEPTION` blocks are dealing with, the innermost last.
    pub handling: Vec<Refusal>,
    /// Whether the statements come in one string, so that they are one transaction unless they say
    /// otherwise.
    in_string: bool,
    /// Whether one transaction goes around all scripts from here on.
    pub is_held: bool,
    /// What `search_path` is for a new connection.
    first_path: Arc<[Arc<str>]>,
}

/// How many statements, and rows looked at, one top-level statement may take.
const STEPS: usize = 1_000_000;

/// How many it may take at least, whatever the others took.
const MIN_STEPS: usize = 10_000;

type Done = Result<(), Refusal>;

impl Session {
    pub(crate) fn new(search_path: &[String], schemas: &[String]) -> Self {
        let catalog = Catalog::new(search_path, schemas);
        let start = Point { mark: catalog.mark(), findings: 0, doubts: (false, 0) };
        Self {
            first_path: Arc::clone(catalog.path()),
            catalog,
            block: Block::None,
            start,
            savepoints: Vec::new(),
            findings: Vec::new(),
            reported: HashMap::new(),
            doubts: Doubts::default(),
            routines: HashMap::new(),
            routine_names: NameSet::new(),
            dormant: Vec::new(),
            enum_names: NameSet::new(),
            placeholders: HashMap::new(),
            reported_placeholders: HashSet::new(),
            minds_schemas: true,
            reported_schemas: HashSet::new(),
            damaged_files: HashSet::new(),
            strange_in: None,
            depth: 0,
            steps: STEPS,
            allowance: STEPS,
            detour: None,
            trials: 0,
            handling: Vec::new(),
            in_string: false,
            is_held: false,
        }
    }

    /// From here on, statements that name a type of that name, or arrays of it, are read.
    pub(crate) fn note_type(&mut self, name: &Arc<str>) {
        self.enum_names.insert(Arc::clone(name));
        self.enum_names.insert(name::truncated(&format!("_{name}")).into());
    }

    // --- going back ---

    pub(crate) fn point(&self) -> Point {
        Point {
            mark: self.catalog.mark(),
            findings: self.findings.len(),
            doubts: (self.doubts.all, self.doubts.journal.len()),
        }
    }

    pub(crate) fn mark_of(point: &Point) -> Mark {
        point.mark
    }

    pub(crate) fn roll_back(&mut self, point: &Point) {
        self.catalog.roll_back(point.mark);
        self.findings.truncate(point.findings);
        self.doubts.roll_back(point.doubts);
    }

    // --- scripts ---

    /// A script begins. Returns what [`end_script`](Self::end_script) wants back.
    pub(crate) fn begin_script(&mut self, transaction: Transaction) {
        self.in_string = transaction != Transaction::PerStatement;
        match (transaction, self.block) {
            (Transaction::Explicit, Block::None) => self.open(Block::Open),
            (Transaction::Implicit, Block::None) => self.open(Block::Implicit),
            _ => {}
        }
    }

    /// The script has been sent to its end.
    pub(crate) fn end_script(&mut self, transaction: Transaction) {
        self.in_string = false;
        match (transaction, self.block) {
            // The transaction goes on with the next script.
            (Transaction::Explicit, Block::Open) if self.is_held => {}
            (_, Block::Implicit) | (Transaction::Explicit, Block::Open) => self.commit(),
            (Transaction::Explicit, Block::Failed) => self.abort(),
            _ => {}
        }
    }

    /// The connection is closed: what is not committed is gone, and settings with it.
    pub(crate) fn disconnect(&mut self) {
        if self.is_held && self.block == Block::Open {
            self.commit();
        }
        if self.block != Block::None {
            self.abort();
        }
        self.catalog.set_path(Arc::clone(&self.first_path), false);
        self.catalog.set_backslash(Backslash::default(), false);
        self.catalog.commit();
    }

    /// The tool sets `search_path` to what it was at first.
    pub(crate) fn reset_path(&mut self, local: bool) {
        self.catalog.set_path(Arc::clone(&self.first_path), local);
    }

    /// Runs one statement of a script, as a whole or not at all.
    pub(crate) fn execute(&mut self, at: &Location, run: impl FnOnce(&mut Self) -> Done) -> Done {
        self.steps = self.allowance;
        let point = self.point();
        let block = self.block;
        let result = run(self).map_err(|refusal| refusal.at(at));
        if self.steps == 0 {
            // One that runs away is an accident, many of them must not take for ever.
            self.allowance = (self.allowance / 2).max(MIN_STEPS);
        }
        match result {
            Ok(()) => {
                self.report_assumed_schemas(at);
                if self.block == Block::None && block == Block::None {
                    self.catalog.commit();
                }
                Ok(())
            }
            Err(refusal) if self.in_doubt(&refusal) => {
                // What the doubt comes from may have been reported just now.
                let findings = self.findings.split_off(point.findings.min(self.findings.len()));
                let doubts = self.certain();
                self.roll_back(&point);
                self.findings.extend(findings);
                self.doubt_again(doubts);
                self.report_doubt(refusal);
                Ok(())
            }
            Err(refusal) => {
                match self.block {
                    Block::Open => {
                        self.roll_back(&point);
                        self.block = Block::Failed;
                    }
                    Block::Implicit => self.abort(),
                    Block::None | Block::Failed => self.roll_back(&point),
                }
                Err(refusal)
            }
        }
    }

    // --- transactions ---

    fn open(&mut self, block: Block) {
        self.catalog.commit();
        self.start = self.point();
        self.clear_savepoints();
        self.block = block;
    }

    fn commit(&mut self) {
        self.catalog.commit();
        self.clear_savepoints();
        self.block = Block::None;
    }

    fn clear_savepoints(&mut self) {
        self.savepoints.clear();
        self.catalog.subtransactions = 0;
    }

    fn abort(&mut self) {
        let start = self.start;
        self.roll_back(&start);
        self.commit();
    }

    /// Nothing but the end of a transaction is accepted in one that has failed.
    pub(crate) fn check_not_failed(&self) -> Done {
        if self.block == Block::Failed {
            return Err(Refusal::new(
                "25P02",
                "current transaction is aborted, commands ignored until end of transaction block",
            ));
        }
        Ok(())
    }

    pub(crate) fn in_transaction_block(&self) -> bool {
        self.block != Block::None
    }

    /// `BEGIN`. In an implicit transaction, it makes that one explicit; in an explicit one, it is a
    /// warning.
    pub(crate) fn begin(&mut self) -> Done {
        self.check_not_failed()?;
        match self.block {
            Block::None => self.open(Block::Open),
            Block::Implicit => self.block = Block::Open,
            Block::Open | Block::Failed => {}
        }
        Ok(())
    }

    /// `COMMIT` and `ROLLBACK`. Without a transaction, either is a warning.
    pub(crate) fn end(&mut self, commit: bool, chain: bool) -> Done {
        if chain && matches!(self.block, Block::None | Block::Implicit) {
            let command = if commit { "COMMIT" } else { "ROLLBACK" };
            return Err(Refusal::new(
                "25P01",
                format!("{command} AND CHAIN can only be used in transaction blocks"),
            ));
        }
        let implicit = self.block == Block::Implicit;
        match (self.block, commit) {
            (Block::None, _) => {}
            (Block::Implicit | Block::Open, true) => self.commit(),
            (Block::Implicit | Block::Open | Block::Failed, _) => self.abort(),
        }
        if chain {
            self.open(Block::Open);
        } else if implicit || self.in_string {
            self.open(Block::Implicit);
        }
        Ok(())
    }

    fn check_in_block(&self, command: &str) -> Done {
        match self.block {
            Block::None | Block::Implicit => Err(Refusal::new(
                "25P01",
                format!("{command} can only be used in transaction blocks"),
            )),
            Block::Open | Block::Failed => Ok(()),
        }
    }

    pub(crate) fn savepoint(&mut self, name: Arc<str>) -> Done {
        self.check_not_failed()?;
        self.check_in_block("SAVEPOINT")?;
        let point = self.point();
        self.savepoints.push((name, point));
        self.catalog.subtransactions = self.savepoints.len();
        Ok(())
    }

    fn find_savepoint(&self, name: &str) -> Result<usize, Refusal> {
        self.savepoints
            .iter()
            .rposition(|(savepoint, _)| &**savepoint == name)
            .ok_or_else(|| Refusal::new("3B001", format!("savepoint \"{name}\" does not exist")))
    }

    pub(crate) fn release(&mut self, name: &str) -> Done {
        self.check_not_failed()?;
        self.check_in_block("RELEASE SAVEPOINT")?;
        let index = self.find_savepoint(name)?;
        self.savepoints.truncate(index);
        self.catalog.subtransactions = self.savepoints.len();
        Ok(())
    }

    pub(crate) fn roll_back_to(&mut self, name: &str) -> Done {
        self.check_in_block("ROLLBACK TO SAVEPOINT")?;
        let index = self.find_savepoint(name)?;
        self.savepoints.truncate(index + 1);
        self.catalog.subtransactions = self.savepoints.len();
        if let Some((_, point)) = self.savepoints.get(index) {
            let point = *point;
            self.roll_back(&point);
        }
        self.block = Block::Open;
        Ok(())
    }

    // --- looking up ---

    /// The type that a name means, or the server's complaint.
    pub(crate) fn resolve(&self, path: &Path) -> Result<TypeId, Refusal> {
        if let Some(schema) = &path.schema
            && !self.catalog.has_schema_for(schema, &path.name)
        {
            return Err(Refusal::no_schema(schema));
        }
        self.find(path)
            .ok_or_else(|| {
                let missing = Refusal::new("42704", format!("type \"{path}\" does not exist"));
                match &path.schema {
                    Some(schema) => missing.about(&(Arc::clone(schema), Arc::clone(&path.name))),
                    None if pg_enum_core::is_built_in_type(&path.name) => {
                        Refusal::new("42809", format!("{path} is not an enum"))
                            .help("the name is that of a type of PostgreSQL's own: give the schema")
                    }
                    None => missing.about_name(&path.name),
                }
            })
            .map_err(|refusal| match self.nearly(path) {
                Some((at, help)) if refusal.help.is_none() => {
                    refusal.related(&at, "this one is there".to_owned()).help(help)
                }
                _ => refusal,
            })
    }

    /// A type that may be the one that is meant by a name that means none.
    fn nearly(&self, path: &Path) -> Option<(Location, String)> {
        let mut same = None;
        for (_, ty) in self.catalog.types() {
            let (schema, name) = &ty.key;
            if matches!(ty.kind, TypeKind::Array(_)) {
                continue;
            }
            if *name == path.name {
                let help = format!("it is in the schema {schema}: give that, or set search_path");
                return Some((ty.created.clone(), help));
            }
            if name.eq_ignore_ascii_case(&path.name) {
                let help = format!(
                    "a name is folded to lower case unless it is quoted, and this one is {}",
                    name::quote_ident(name)
                );
                same = Some((ty.created.clone(), help));
            }
        }
        same
    }

    /// The type that a name means.
    pub(crate) fn find(&self, path: &Path) -> Option<TypeId> {
        match &path.schema {
            Some(schema) => self.catalog.type_at(schema, &path.name),
            None => self
                .catalog
                .search_schemas()
                .take_while(|schema| {
                    &***schema != "pg_catalog" || !pg_enum_core::is_built_in_type(&path.name)
                })
                .find_map(|schema| self.catalog.type_at(schema, &path.name)),
        }
    }

    /// Where an object of that name is created.
    pub(crate) fn creation_key(&self, path: &Path) -> Result<Key, Refusal> {
        let schema = match &path.schema {
            Some(schema) if self.catalog.has_schema_for(schema, &path.name) => schema,
            Some(schema) => return Err(Refusal::no_schema(schema)),
            None => self.catalog.current_schema().ok_or_else(|| {
                Refusal::new("3F000", "no schema has been selected to create in")
                    .about_name(&path.name)
                    .help("set search_path to a schema that exists, or give the schema")
            })?,
        };
        Ok((Arc::clone(schema), Arc::clone(&path.name)))
    }

    // --- what is not known ---

    /// Reports that something cannot be known, and remembers what is not certain from here on.
    pub(crate) fn unknown(&mut self, at: &Location, message: impl Into<String>, touches: &[Key]) {
        let finding = self.unknown_finding(at, message, touches);
        self.report(finding);
    }

    fn unknown_finding(
        &mut self,
        at: &Location,
        message: impl Into<String>,
        touches: &[Key],
    ) -> Finding {
        if touches.is_empty() {
            self.doubts.all = true;
        }
        self.doubt(touches);
        let touches = touches.iter().map(|key| self.display_key(key)).collect();
        Finding::new(Kind::Unknown { touches }, message, at.clone()).with_help(
            "say in a comment before the statement what it does, `-- pg-enum: assume ALTER TYPE …;`, \
             or `-- pg-enum: assume nothing`",
        )
    }

    pub(crate) fn report(&mut self, finding: Finding) {
        // A loop comes to the same statement again and again.
        let place = (Arc::as_ptr(&finding.at.source), finding.at.range.start);
        let there = self.reported.entry(place).or_default();
        // What has been taken back since is not there any more, or is something else.
        there.retain(|index| *index < self.findings.len());
        if !there.iter().any(|index| self.findings[*index] == finding) {
            there.push(self.findings.len());
            self.findings.push(finding);
        }
    }

    /// Types whose state is not certain from here on, for a reason that is reported elsewhere.
    pub(crate) fn doubt(&mut self, keys: &[Key]) {
        for key in keys {
            self.doubts.add(key);
        }
    }

    /// Whether a schema that no migration makes is there, only the caller can say.
    fn report_assumed_schemas(&mut self, at: &Location) {
        for key in self.catalog.take_assumed() {
            if !self.minds_schemas || !self.reported_schemas.insert(Arc::clone(&key.0)) {
                continue;
            }
            let schema = &key.0;
            let message =
                format!("no migration creates the schema \"{schema}\", which is taken to be there");
            let touches = vec![self.display_key(&key)];
            self.report(
                Finding::new(Kind::Unknown { touches }, message, at.clone())
                    .with_help(format!("if it is, say so with `--schema {schema}`")),
            );
        }
    }

    /// A name with a placeholder in it is reported once per placeholder.
    pub(crate) fn report_placeholder(&mut self, key: &Key, at: &Location) {
        for part in [&key.0, &key.1] {
            if has_hole(part) && self.reported_placeholders.insert(part.to_string()) {
                let name = self.display(part);
                let message = format!("what `{name}` stands for is not in the migrations");
                let touches = [key.clone()];
                let all = self.doubts.all;
                self.unknown(at, message, &touches);
                self.doubts.all = all;
            }
        }
    }

    /// A name as the file has it.
    pub(crate) fn display(&self, name: &str) -> String {
        self.placeholders.get(name).cloned().unwrap_or_else(|| name.replace(name::HOLE, "?"))
    }

    pub(crate) fn display_key(&self, key: &Key) -> String {
        format!("{}.{}", self.display(&key.0), self.display(&key.1))
    }

    fn in_doubt(&self, refusal: &Refusal) -> bool {
        match &refusal.about {
            About::Nothing => false,
            About::Anything => self.doubts.all || !self.doubts.types.is_empty(),
            About::Type(key) => {
                self.doubts.all
                    || self.doubts.types.contains(key)
                    || has_hole(&key.0)
                    || has_hole(&key.1)
            }
            About::Name(name) => {
                self.doubts.all || self.doubts.names.contains(name) || has_hole(name)
            }
            About::Schema(name) => {
                self.doubts.all
                    || has_hole(name)
                    || self.doubts.types.iter().any(|key| key.0 == *name)
            }
        }
    }

    fn report_doubt(&mut self, refusal: Refusal) {
        let refusal = refusal.into_details();
        let Some(at) = &refusal.at else { return };
        let touches = match refusal.about {
            About::Type(key) => vec![key],
            About::Name(name) => {
                let schema = self.catalog.current_schema().cloned();
                vec![(schema.unwrap_or_else(|| "public".into()), name)]
            }
            _ => Vec::new(),
        };
        let message = format!(
            "whether the server accepts this is not known, after what is reported above: {}",
            refusal.message
        );
        self.unknown(at, message, &touches);
    }

    /// Whether the state of an enum is what replay says.
    pub(crate) fn is_known(&self, key: &Key) -> bool {
        !self.doubts.all && !self.doubts.types.contains(key)
    }

    /// The enums whose names appear in a text, for want of anything better.
    pub(crate) fn enums_named_in(&self, text: &str) -> Vec<Key> {
        let mut names = HashSet::new();
        for (kind, word, _) in script::words(text) {
            match kind {
                squawk_lexer::TokenKind::Ident => {
                    names.insert(word.to_ascii_lowercase());
                }
                squawk_lexer::TokenKind::QuotedIdent { .. }
                | squawk_lexer::TokenKind::Literal { .. } => {
                    names.extend(
                        word.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ' '))
                            .map(str::to_owned),
                    );
                }
                _ => {}
            }
        }
        let known = self.catalog.types().filter(|(_, ty)| matches!(ty.kind, TypeKind::Enum(_)));
        known.filter(|(_, ty)| names.contains(&*ty.key.1)).map(|(_, ty)| ty.key.clone()).collect()
    }

    /// As if nothing were in doubt. Returns what [`doubt_again`](Self::doubt_again) wants back.
    pub(crate) fn certain(&mut self) -> Doubts {
        std::mem::take(&mut self.doubts)
    }

    pub(crate) fn doubt_again(&mut self, doubts: Doubts) {
        self.doubts = doubts;
    }

    /// What is in doubt: everything, or these types.
    pub(crate) fn uncertain_types(&self) -> (bool, &BTreeSet<Key>) {
        (self.doubts.all, &self.doubts.types)
    }

    /// As [`unknown`](Self::unknown), with another place that explains it.
    pub(crate) fn unknown_because(
        &mut self,
        at: &Location,
        message: String,
        touches: &[Key],
        because: &Location,
        why: &str,
    ) {
        let finding = self.unknown_finding(at, message, touches);
        self.report(finding.with_related(because.clone(), why));
    }
}
