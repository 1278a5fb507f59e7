//! The connection: its transaction, its savepoints and its `search_path`, with the catalog as it sees it.

use std::sync::Arc;

use crate::catalog::{Catalog, Mark};
use crate::ground::{Done, Refusal, Transaction};
use crate::text::strings::Backslash;

/// What the server calls a transaction block's state.
#[derive(Clone, Copy, PartialEq, Eq)]
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

/// How much has been reported and is in doubt. What is rolled back takes with it what was said of it; the connection
/// remembers how much that is, and makes nothing of it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told {
    pub findings: usize,
    /// Whether all was in doubt, and how many doubts there were besides.
    pub doubts: (bool, usize),
}

/// A place to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub mark: Mark,
    pub told: Told,
}

/// `SAVEPOINT`. Whether the transaction may write is again what it was when the savepoint is released
/// (`CommitSubTransaction` in `xact.c`).
struct Savepoint {
    name: Arc<str>,
    point: Point,
    is_read_only: bool,
}

/// What a tool does with a statement that runs in no transaction block.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outside {
    /// The tool finds it, and opens no transaction for the migration that has it.
    pub is_found: bool,
    /// The statements are sent apart, without waiting, so that the first is in no transaction yet.
    pub is_first_alone: bool,
    /// A script is one string, even inside of a transaction of the tool's.
    pub is_one_string: bool,
    /// How the author asks for a migration without a transaction.
    pub asked: Option<&'static str>,
}

/// One connection. What goes back returns the [`Told`] that is to be gone back to as well.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(crate) struct Connection {
    pub catalog: Catalog,
    block: Block,
    start: Point,
    savepoints: Vec<Savepoint>,
    /// The last `COMMIT` inside of the statement that runs now: what came before stands, even if the statement fails.
    committed_inside: Option<Point>,
    /// Whether the statements come in one string, so that they are one transaction unless they say
    /// otherwise.
    in_string: bool,
    /// Whether the statements that run now are sent in one message, and are more than one.
    has_several: bool,
    /// How many `EXECUTE`s are around what runs now.
    dynamic: usize,
    /// How the script is sent, unless a `BEGIN` of its own has begun the transaction.
    sent: Option<Transaction>,
    /// How many statements of the script have begun.
    begun: usize,
    /// Whether a `BEGIN` of the script's own has begun the transaction block.
    is_own: bool,
    /// Whether code may have begun or ended a transaction in a way that is not followed.
    pub is_unclear: bool,
    /// What is done here with a statement that runs in no transaction block.
    pub outside: Outside,
    /// Whether one transaction goes around all scripts from here on.
    pub is_held: bool,
    /// What `search_path` is for a new connection.
    first_path: Arc<[Arc<str>]>,
}

impl Connection {
    pub(crate) fn new(search_path: &[String], schemas: &[String]) -> Self {
        let catalog = Catalog::new(search_path, schemas);
        Self {
            first_path: Arc::clone(catalog.path()),
            start: Point { mark: catalog.mark(), told: Told::default() },
            catalog,
            block: Block::None,
            savepoints: Vec::new(),
            committed_inside: None,
            in_string: false,
            has_several: false,
            dynamic: 0,
            sent: None,
            begun: 0,
            is_own: false,
            is_unclear: false,
            outside: Outside::default(),
            is_held: false,
        }
    }

    pub(crate) fn point(&self, told: Told) -> Point {
        Point { mark: self.catalog.mark(), told }
    }

    // --- scripts ---

    pub(super) fn begin_script(&mut self, transaction: Transaction, statements: usize, told: Told) {
        self.in_string = transaction != Transaction::PerStatement;
        let is_one_string = match transaction {
            Transaction::Implicit => true,
            Transaction::Explicit => self.outside.is_one_string,
            Transaction::PerStatement => false,
        };
        self.has_several = is_one_string && statements > 1;
        self.sent = Some(transaction);
        self.begun = 0;
        match (transaction, self.block) {
            (Transaction::Explicit, Block::None) => self.open(Block::Open, told),
            (Transaction::Implicit, Block::None) => self.open(Block::Implicit, told),
            _ => {}
        }
    }

    pub(super) fn end_script(&mut self, transaction: Transaction, told: Told) -> Told {
        (self.in_string, self.has_several) = (false, false);
        match (transaction, self.block) {
            // The transaction goes on with the next script.
            (Transaction::Explicit, Block::Open) if self.is_held => told,
            (_, Block::Implicit) | (Transaction::Explicit, Block::Open) => {
                self.commit();
                told
            }
            (Transaction::Explicit, Block::Failed) => self.abort(),
            _ => told,
        }
    }

    pub(super) fn disconnect(&mut self, told: Told) -> Told {
        if self.is_held && self.block == Block::Open {
            self.commit();
        }
        let told = if self.block == Block::None { told } else { self.abort() };
        self.is_unclear = false;
        self.reset_settings();
        self.catalog.commit();
        told
    }

    /// `RESET ALL`
    pub(crate) fn reset_settings(&mut self) {
        self.reset_path(false);
        self.catalog.set_backslash(Backslash::default(), false);
        self.catalog.set_reads_bodies(true, false);
        self.catalog.set_default_read_only(false);
    }

    /// The tool sets `search_path` to what it was at first.
    pub(crate) fn reset_path(&mut self, local: bool) {
        self.catalog.set_path(Arc::clone(&self.first_path), local);
    }

    // --- statements ---

    pub(super) fn begin_statement(&mut self) {
        self.committed_inside = None;
        self.begun += 1;
    }

    /// Where the statement goes back to that began at `point`.
    pub(super) fn start_of_statement(&self, point: Point) -> Point {
        self.committed_inside.unwrap_or(point)
    }

    /// A statement has come to its end that began inside of a transaction block or not.
    pub(super) fn end_statement(&mut self, began_in_block: bool) {
        if !self.in_transaction_block() && !began_in_block {
            self.catalog.commit();
        }
    }

    /// A statement that began at `point` has failed.
    pub(super) fn fail(&mut self, point: &Point) -> Told {
        if self.block == Block::Implicit {
            return self.abort();
        }
        self.catalog.roll_back(point.mark);
        if self.block == Block::Open {
            self.block = Block::Failed;
        }
        point.told
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

    // --- transactions ---

    fn open(&mut self, block: Block, told: Told) {
        self.catalog.commit();
        self.start = self.point(told);
        self.clear_savepoints();
        self.block = block;
        self.is_own = false;
        self.catalog.begin_transaction();
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

    fn abort(&mut self) -> Told {
        self.catalog.roll_back(self.start.mark);
        self.commit();
        self.start.told
    }

    /// `BEGIN`. In an implicit transaction, it makes that one explicit; in an explicit one, it is a
    /// warning.
    pub(super) fn begin(&mut self, told: Told) -> Done {
        self.check_not_failed()?;
        self.sent = None;
        match self.block {
            Block::None => self.open(Block::Open, told),
            Block::Implicit => self.block = Block::Open,
            // The tool has found what runs in no transaction, and begun none.
            Block::Open if self.outside.is_found => {}
            Block::Open | Block::Failed => return Ok(()),
        }
        self.is_own = true;
        Ok(())
    }

    /// `COMMIT` and `ROLLBACK`. Without a transaction, either is a warning.
    pub(super) fn end(&mut self, commit: bool, chain: bool, told: Told) -> Result<Told, Refusal> {
        if chain && matches!(self.block, Block::None | Block::Implicit) {
            let command = if commit { "COMMIT" } else { "ROLLBACK" };
            return Err(Refusal::new(
                "25P01",
                format!("{command} AND CHAIN can only be used in transaction blocks"),
            ));
        }
        let implicit = self.block == Block::Implicit;
        let is_read_only = self.catalog.is_read_only();
        let told = match (self.block, commit) {
            (Block::None, _) => told,
            (Block::Implicit | Block::Open, true) => {
                self.commit();
                told
            }
            (Block::Implicit | Block::Open | Block::Failed, _) => self.abort(),
        };
        if chain {
            let is_own = self.is_own;
            self.open(Block::Open, told);
            self.is_own = is_own;
            self.catalog.set_read_only(is_read_only);
        } else if implicit || self.in_string {
            self.open(Block::Implicit, told);
        }
        Ok(told)
    }

    /// A text begins that `EXECUTE` runs.
    pub(crate) fn begin_dynamic(&mut self) {
        self.dynamic += 1;
    }

    pub(crate) fn end_dynamic(&mut self) {
        self.dynamic -= 1;
    }

    /// `EXECUTE` runs no `BEGIN`, `COMMIT` and the like (`exec_stmt_dynexecute` in `pl_exec.c`).
    pub(crate) fn check_not_dynamic(&self) -> Done {
        if self.dynamic > 0 {
            let message = "EXECUTE of transaction commands is not implemented";
            return Err(Refusal::new("0A000", message));
        }
        Ok(())
    }

    /// Whether `EXECUTE` runs what runs now.
    pub(crate) fn is_dynamic(&self) -> bool {
        self.dynamic > 0
    }

    /// `COMMIT` in the body of a block or procedure, which is accepted where the call is no part of a transaction, not even of
    /// that of a message of several statements (`standard_ProcessUtility` in `utility.c`), nor is run by `EXECUTE`, and where
    /// no handler of the body would have to take back what comes before (`_SPI_commit` in `spi.c`).
    pub(super) fn commit_inside(&mut self, told: Told) -> Done {
        let is_part = matches!(self.block, Block::Open | Block::Failed);
        if is_part || self.has_several || self.dynamic > 0 {
            return Err(Refusal::new("2D000", "invalid transaction termination"));
        }
        if self.catalog.subtransactions > 0 {
            let message = "cannot commit while a subtransaction is active";
            return Err(Refusal::new("2D000", message));
        }
        self.open(self.block, told);
        self.committed_inside = Some(self.start);
        Ok(())
    }

    /// A statement that runs in no transaction block. `is_inside` is whether a block or function runs it.
    pub(crate) fn check_outside(&self, what: &str, is_inside: bool) -> Done {
        let refused = |why: &str| Refusal::new("25001", format!("{what} cannot {why}"));
        if is_inside {
            let help = "write it as a statement of its own, outside of DO and of functions";
            return Err(refused("be executed from a function").help(help));
        }
        if self.is_unclear {
            return Ok(());
        }
        let is_open = match self.block {
            Block::None => false,
            Block::Implicit => {
                self.has_several && !(self.outside.is_first_alone && self.begun <= 1)
            }
            Block::Open | Block::Failed => {
                !(self.sent == Some(Transaction::Explicit) && self.outside.is_found)
            }
        };
        if !is_open {
            return Ok(());
        }
        let help = match self.outside.asked {
            // Before it and after it, the statements of one message are a transaction as well.
            _ if self.is_own && !self.has_several => "put it before BEGIN or after COMMIT",
            Some(how) => how,
            None => "run it by hand: the tool runs each migration in a transaction",
        };
        Err(refused("run inside a transaction block").help(help))
    }

    /// A statement that runs in a transaction block only, which the statements of one message are as well.
    pub(crate) fn check_inside(&self, what: &str) -> Done {
        match self.block {
            Block::None => {}
            Block::Implicit if !self.has_several => {}
            _ => return Ok(()),
        }
        let message = format!("{what} can only be used in transaction blocks");
        Err(Refusal::new("25P01", message).help("put it between BEGIN and COMMIT"))
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

    pub(super) fn savepoint(&mut self, name: Arc<str>, told: Told) -> Done {
        self.check_not_failed()?;
        self.check_in_block("SAVEPOINT")?;
        let (point, is_read_only) = (self.point(told), self.catalog.is_read_only());
        self.savepoints.push(Savepoint { name, point, is_read_only });
        self.catalog.subtransactions = self.savepoints.len();
        Ok(())
    }

    fn find_savepoint(&self, name: &str) -> Result<usize, Refusal> {
        self.savepoints
            .iter()
            .rposition(|savepoint| &*savepoint.name == name)
            .ok_or_else(|| Refusal::new("3B001", format!("savepoint \"{name}\" does not exist")))
    }

    pub(crate) fn release(&mut self, name: &str) -> Done {
        self.check_not_failed()?;
        self.check_in_block("RELEASE SAVEPOINT")?;
        let index = self.find_savepoint(name)?;
        let is_read_only = self.savepoints[index].is_read_only;
        if is_read_only != self.catalog.is_read_only() {
            self.catalog.set_read_only(is_read_only);
        }
        self.savepoints.truncate(index);
        self.catalog.subtransactions = self.savepoints.len();
        Ok(())
    }

    pub(super) fn roll_back_to(&mut self, name: &str) -> Result<Told, Refusal> {
        self.check_in_block("ROLLBACK TO SAVEPOINT")?;
        let index = self.find_savepoint(name)?;
        self.savepoints.truncate(index + 1);
        self.catalog.subtransactions = self.savepoints.len();
        self.block = Block::Open;
        let point = self.savepoints[index].point;
        self.catalog.roll_back(point.mark);
        Ok(point.told)
    }
}
