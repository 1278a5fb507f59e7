//! What a statement runs with: the connection, what the program remembers, and the run.

mod bodies;
mod connection;
mod memory;
mod routine;
mod run;
mod unread;

pub(crate) use self::bodies::Read;
pub(crate) use self::connection::{Connection, Outside, Point, Told};
pub(crate) use self::memory::Memory;
pub(crate) use self::routine::{Body, Parameter, Routine};
pub(crate) use self::run::Run;

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use squawk_lexer::TokenKind;

use crate::catalog::{Assumed, Catalog, USER, Why};
use crate::ground::{
    About, Change, Done, Event, Finding, Key, Kind, Location, Refusal, Transaction, sort,
};
use crate::text::name::has_hole;
use crate::text::token;

pub(crate) struct Session {
    pub connection: Connection,
    pub memory: Memory,
    pub run: Run,
}

/// What to do about a statement whose effect cannot be known.
pub(crate) const ASSUME: &str = "say what it does in a comment before the statement, `-- pg-enum: assume ALTER TYPE …;` or \
     `-- pg-enum: assume nothing`; if the file must not change, in `assume` of `[package.metadata.pg-enum]`";

/// The same about Python, where comments begin otherwise, and which mostly has no `Cargo.toml` beside it.
const ASSUME_IN_PYTHON: &str = "say what it does in a comment before the statement, `# pg-enum: assume ALTER TYPE …;` or \
     `# pg-enum: assume nothing`; if the file must not change, in `assume` of pg-enum.toml";

fn is_in_python(at: &Location) -> bool {
    at.path().extension().is_some_and(|extension| extension == "py")
}

/// How a comment begins there.
pub(crate) fn comment_of(at: &Location) -> &'static str {
    if is_in_python(at) { "#" } else { "--" }
}

impl Session {
    pub(crate) fn new(search_path: &[String], schemas: &[String]) -> Self {
        Self {
            connection: Connection::new(search_path, schemas),
            memory: Memory::new(),
            run: Run::new(),
        }
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.connection.catalog
    }

    pub(crate) fn catalog_mut(&mut self) -> &mut Catalog {
        &mut self.connection.catalog
    }

    // --- going back ---

    fn told(&self) -> Told {
        Told { findings: self.run.findings.len(), doubts: self.memory.doubts.mark() }
    }

    fn take_back(&mut self, told: Told) {
        self.run.findings.truncate(told.findings);
        self.memory.doubts.roll_back(told.doubts);
    }

    pub(crate) fn point(&self) -> Point {
        self.connection.point(self.told())
    }

    pub(crate) fn roll_back(&mut self, point: &Point) {
        self.connection.catalog.roll_back(point.mark);
        self.take_back(point.told);
    }

    /// Whether there is a finding, or a doubt, that was not there then.
    pub(crate) fn has_reported_since(&self, point: &Point) -> bool {
        let told = self.told();
        told.findings > point.told.findings || told.doubts != point.told.doubts
    }

    // --- scripts ---

    /// A script of that many statements begins, and is sent like that.
    pub(crate) fn begin_script(&mut self, transaction: Transaction, statements: usize) {
        self.connection.begin_script(transaction, statements, self.told());
    }

    /// The script has been sent to its end.
    pub(crate) fn end_script(&mut self, transaction: Transaction) {
        let told = self.connection.end_script(transaction, self.told());
        self.take_back(told);
    }

    /// The connection is closed: what is not committed is gone, and settings with it.
    pub(crate) fn disconnect(&mut self) {
        let told = self.connection.disconnect(self.told());
        self.take_back(told);
    }

    /// Runs one statement of a script, as a whole or not at all.
    pub(crate) fn execute(&mut self, at: &Location, run: impl FnOnce(&mut Self) -> Done) -> Done {
        self.run.limits.begin();
        // What is left of a statement that was refused.
        self.connection.catalog.take_assumed();
        let point = self.point();
        self.connection.begin_statement();
        let in_block = self.connection.in_transaction_block();
        let result = run(self).map_err(|refusal| refusal.at(at));
        let point = self.connection.start_of_statement(point);
        self.run.limits.end();
        match result {
            Ok(()) => {
                self.report_assumed_schemas(at);
                self.connection.end_statement(in_block);
                Ok(())
            }
            Err(refusal) if self.memory.doubts.cover(&refusal) || self.is_older(&refusal) => {
                // What the doubt comes from may have been reported just now.
                let kept = point.told.findings.min(self.run.findings.len());
                let findings = self.run.findings.split_off(kept);
                let doubts = std::mem::take(&mut self.memory.doubts);
                self.roll_back(&point);
                self.run.findings.extend(findings);
                self.memory.doubts = doubts;
                if refusal.is_about_table() {
                    // It changes no enum, and what is not known of the table is said there.
                    let text = at.source.text.get(at.range.clone()).unwrap_or_default().to_owned();
                    let reason = "whether the server accepts a statement about it is not known";
                    self.forget_relations_named_in(&text, at, reason);
                    return Ok(());
                }
                self.report_doubt(refusal, at);
                Ok(())
            }
            Err(refusal) => {
                let told = self.connection.fail(&point);
                self.take_back(told);
                Err(refusal)
            }
        }
    }

    // --- transactions ---

    /// `BEGIN`
    pub(crate) fn begin(&mut self) -> Done {
        self.connection.begin(self.told())
    }

    /// `COMMIT` and `ROLLBACK`
    pub(crate) fn end(&mut self, commit: bool, chain: bool) -> Done {
        let told = self.connection.end(commit, chain, self.told())?;
        self.take_back(told);
        Ok(())
    }

    /// `COMMIT` in the body of a block.
    pub(crate) fn commit_inside(&mut self) -> Done {
        self.connection.commit_inside(self.told())
    }

    pub(crate) fn savepoint(&mut self, name: Arc<str>) -> Done {
        self.connection.savepoint(name, self.told())
    }

    pub(crate) fn roll_back_to(&mut self, name: &str) -> Done {
        let told = self.connection.roll_back_to(name)?;
        self.take_back(told);
        Ok(())
    }

    // --- what is not known ---

    /// Reports that something cannot be known, and remembers what is not certain from here on.
    pub(crate) fn unknown(&mut self, at: &Location, message: impl Into<String>, touches: &[Key]) {
        let finding = self.unknown_finding(at, message.into(), touches);
        self.run.report(finding);
    }

    pub(crate) fn unknown_finding(
        &mut self,
        at: &Location,
        message: String,
        touches: &[Key],
    ) -> Finding {
        if touches.is_empty() {
            self.memory.doubts.all = true;
            let why = Rc::new(Why { at: at.clone(), reason: message.clone() });
            self.connection.catalog.doubt_all_tables(&why);
        }
        self.memory.doubt(touches);
        let touches = self.memory.display_keys(touches);
        let help = if is_in_python(at) { ASSUME_IN_PYTHON } else { ASSUME };
        Finding::new(Kind::Unknown { touches }, message, at.clone()).with_help(help)
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
        self.run.report(finding.with_related(because.clone(), why));
    }

    /// Whether a refusal is about a type that may be older than the migrations, as a table that they change is: no migration has
    /// created either.
    fn is_older(&self, refusal: &Refusal) -> bool {
        let (About::Type((_, name)) | About::Name(name)) = &refusal.about else { return false };
        let is_it = |event: &Event| match &event.change {
            Change::Created { name: made, .. } | Change::Renamed { to: made } => made == name,
            _ => false,
        };
        &*refusal.sqlstate == "42704"
            && self.memory.older_table.is_some()
            && !self.catalog().events.iter().any(is_it)
    }

    /// Reports that a statement may be accepted that replay would refuse. What it would do then is not known either.
    fn report_doubt(&mut self, refusal: Refusal, statement: &Location) {
        let older = self.memory.older_table.clone().filter(|_| !self.memory.doubts.cover(&refusal));
        let refusal = refusal.into_details();
        let Some(at) = &refusal.at else { return };
        let about = match refusal.about {
            About::Type(key) => Some(key),
            About::Name(name) => {
                let schema = self.connection.catalog.current_schema().cloned();
                Some((schema.unwrap_or_else(|| "public".into()), name))
            }
            _ => None,
        };
        let text = statement.source.text.get(statement.range.clone()).unwrap_or_default();
        let mut touches = match self.reach(text) {
            // Anything, or at least that much.
            Some(touches) if touches.is_empty() || about.is_none() => touches,
            touches => touches.into_iter().flatten().chain(about.clone()).collect(),
        };
        sort(&mut touches, &mut Key::cmp);
        touches.dedup();
        let text = text.to_owned();
        self.forget_relations_named_in(
            &text,
            statement,
            "whether the server accepts this is not known",
        );
        if let Some(table) = older {
            if let Some((_, name)) = &about {
                self.memory.older_types.insert(Arc::clone(name));
            }
            let message = format!("{}, unless it is older than the migrations", refusal.message);
            self.unknown_because(
                at,
                message,
                &touches,
                &table,
                "this table is, which none of them creates",
            );
            return;
        }
        // What is reported of such a type once goes for all that follows.
        let is_told = |(_, name): &Key| self.memory.older_types.contains(name);
        if !touches.is_empty() && touches.iter().all(is_told) {
            self.memory.doubt(&touches);
            return;
        }
        let message = format!(
            "whether the server accepts this is not known, after what is reported above: {}",
            refusal.message
        );
        self.unknown(at, message, &touches);
    }

    /// Whether a schema that no migration makes is there, and what the user is called, only the caller can say.
    fn report_assumed_schemas(&mut self, at: &Location) {
        for Assumed { key, otherwise } in self.connection.catalog.take_assumed() {
            if !self.run.minds_schemas {
                continue;
            }
            let schema = Arc::clone(&key.0);
            let mut keys = vec![key];
            let (message, help) = if &*schema == USER {
                let message = "this is made in the schema of the user's name, which is not in the migrations: \
                               `$user` stands for it";
                (message.to_owned(), "name the schema in the migration".to_owned())
            } else if has_hole(&schema) {
                let message = "a schema is made whose name is put together at run time: if it is on the search_path, \
                               be it as `$user`, this name without a schema means something in it";
                (message.to_owned(), "name the schema in the migration".to_owned())
            } else if !self.connection.catalog.is_assumed(&schema) {
                let means = "this name without a schema means a type in it";
                let message = perhaps_users_own(&schema, "", means);
                (
                    message,
                    "name the schema in the migration, or set `search-path` without `$user`"
                        .to_owned(),
                )
            } else {
                let message = format!(
                    "no migration creates the schema \"{schema}\", which is taken to be there"
                );
                let help = format!(
                    "create it in an earlier migration, or say that it is there: `schemas = [\"{schema}\"]` in the \
                     configuration, `--schema {schema}`, or `Build::schemas` in a build script"
                );
                match &otherwise {
                    Some(otherwise) => {
                        let message =
                            format!("{message}: otherwise this is made in {}", otherwise.0);
                        let others = &otherwise.0;
                        (message, format!("{help}; if it is not there: `--schema {others}`"))
                    }
                    None => (message, help),
                }
            };
            keys.extend(otherwise);
            // Which of two types it is decides what every later statement does.
            if keys.len() > 1 || !self.connection.catalog.is_assumed(&schema) {
                self.memory.doubt(&keys);
            }
            let why = Rc::new(Why { at: at.clone(), reason: message.clone() });
            for key in &keys {
                // Which of two tables it is, is not known either.
                if keys.len() > 1 && self.connection.catalog.relation_at(&key.0, &key.1).is_some() {
                    self.connection.catalog.forget_relation(key, &why);
                }
            }
            if self.run.reported_schemas.insert(schema) {
                let touches = self.memory.display_keys(&keys);
                let kind = Kind::Unknown { touches };
                self.run.report(Finding::new(kind, message, at.clone()).with_help(help));
            }
        }
    }

    /// A name with a placeholder in it is reported once per placeholder.
    pub(crate) fn report_placeholder(&mut self, key: &Key, at: &Location) {
        for part in [&key.0, &key.1] {
            if has_hole(part) && self.run.reported_placeholders.insert(part.to_string()) {
                let name = self.memory.display(part);
                let message = format!("what `{name}` stands for is not in the migrations");
                let touches = [key.clone()];
                let all = self.memory.doubts.all;
                self.unknown(at, message, &touches);
                self.memory.doubts.all = all;
            }
        }
    }

    /// The enums whose names appear in a text, for want of anything better.
    pub(crate) fn enums_named_in(&self, text: &str) -> Vec<Key> {
        let mut names = HashSet::new();
        for (kind, word, _) in token::words(text) {
            match kind {
                TokenKind::Ident => {
                    names.insert(word.to_ascii_lowercase());
                }
                TokenKind::QuotedIdent { .. } | TokenKind::Literal { .. } => {
                    for part in word.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ' '))
                    {
                        names.insert(part.to_owned());
                    }
                }
                _ => {}
            }
        }
        let mut keys = Vec::new();
        for (_, ty, _) in self.connection.catalog.enums() {
            if names.contains(&*ty.key.1) {
                keys.push(ty.key.clone());
            }
        }
        keys
    }
}

/// Why `$user` may stand for a schema, and what that means; `others` says whether there are more.
pub(crate) fn perhaps_users_own(schema: &str, others: &str, means: &str) -> String {
    format!(
        "the schema \"{schema}\" has the name of a role{others}: if that role runs the migrations, `$user` on the \
         search_path stands for it, and {means}"
    )
}
