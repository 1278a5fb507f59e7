//! Migrations whose files have been read.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::ground::{Finding, Kind, Location, Migration, Part, Script, Source, Tool, Transaction};

/// A migration whose files have been read.
pub(crate) struct Loaded {
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) up: Body,
    pub(crate) down: Option<Arc<Source>>,
}

/// What is in a migration's file.
pub(crate) enum Body {
    Sql(Arc<Source>),
    Code(PathBuf),
}

impl Loaded {
    /// The migration whose two ways are stretches of its file.
    pub(crate) fn parts(
        self,
        source: &Arc<Source>,
        up: Range<usize>,
        down: Option<Range<usize>>,
        transaction: Transaction,
    ) -> Migration {
        let part = |range| Part::Sql(Script { source: Arc::clone(source), range });
        let Self { version, name, .. } = self;
        Migration { version, name, up: part(up), down: down.map(part), transaction }
    }

    /// The migration whose parts are whole files.
    pub(crate) fn whole(self, transaction: Transaction) -> Migration {
        let (up, transaction) = match self.up {
            Body::Sql(source) => (Script::whole(source), transaction),
            // Code asks for what it needs; what surrounds it by default is a transaction.
            Body::Code(path) => (Part::Code(path), Transaction::Explicit),
        };
        let down = self.down.map(Script::whole);
        Migration { version: self.version, name: self.name, up, down, transaction }
    }
}

/// The migrations whose parts are whole files, each with the transaction that `transaction` says.
pub(crate) fn whole_files(
    loaded: Vec<Loaded>,
    transaction: &dyn Fn(&Loaded) -> Transaction,
) -> Vec<Migration> {
    let mut migrations = Vec::with_capacity(loaded.len());
    for loaded in loaded {
        let transaction = transaction(&loaded);
        migrations.push(loaded.whole(transaction));
    }
    migrations
}

impl Script {
    /// All of a file.
    pub(crate) fn whole(source: Arc<Source>) -> Part {
        let range = 0..source.text.len();
        Part::Sql(Self { source, range })
    }
}

/// Two migrations that have one version.
pub(crate) fn duplicate(tool: Tool, first: &Loaded, second: &Loaded) -> Finding {
    let start = |migration: &Loaded| match &migration.up {
        Body::Sql(source) => Location::new(source, 0..0),
        Body::Code(path) => {
            let source = Source { path: path.clone(), text: String::new() };
            Location::new(&Arc::new(source), 0..0)
        }
    };
    let message = format!(
        "`{}` has the version of `{}`, and {tool} does not apply two migrations with one version",
        second.name, first.name
    );
    Finding::new(Kind::Unreadable, message, start(second))
        .with_related(start(first), "the other one")
        .with_help("give one of the two another version")
}
