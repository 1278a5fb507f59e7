//! Repeats the last output of a command if none of its inputs has changed.
//!
//! The file for it is in cargo's target directory, if there is one. Everything is read to tell whether it is
//! unchanged, and nothing is parsed. If the file cannot be read or written, the command runs as usual.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Around, Part, Tool};
use serde::{Deserialize, Serialize};

use crate::enums::Sources;
use crate::failure::Failure;
use crate::files::write_whole;
use crate::migrations::{self, Request};
use crate::project::Project;
use crate::{Status, Streams, print};

/// Where it is kept, and for which question.
pub(crate) struct Memory {
    file: PathBuf,
    /// A hash of all that is known without looking into the files.
    question: u64,
}

/// The files that an answer depends on.
#[derive(Serialize, Deserialize)]
pub(crate) struct Inputs {
    pub(crate) sources: Vec<Sources>,
    pub(crate) folders: Vec<ReadFolder>,
}

/// A folder of migrations as it was when it was read.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReadFolder {
    dir: PathBuf,
    files: Vec<PathBuf>,
    tool: Option<String>,
    transaction: Option<String>,
    /// The hash of its contents; nothing if the folder cannot be read as it is.
    fingerprint: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    question: u64,
    inputs: Inputs,
    clean: bool,
    out: String,
    err: String,
    /// For the metrics.
    findings: Option<[usize; 3]>,
}

impl Memory {
    pub(crate) fn new(
        command: &str,
        project: &Project,
        arguments: &str,
        streams: &Streams<'_>,
    ) -> Self {
        let here = env::current_dir().ok();
        let asked = hash((command, arguments, &here, streams.out_color, streams.err_color));
        let file = project.target.join("pg-enum").join(format!("{command}-{asked:016x}.json"));
        // Another build may say other things, and paths are shown as they are on GitHub.
        let exe = env::current_exe().and_then(fs::metadata);
        let build = exe.and_then(|exe| Ok((exe.len(), exe.modified()?))).ok();
        let checkout = env::var_os("GITHUB_WORKSPACE");
        let records: Vec<_> = project.record_files().map(|path| fs::read(path).ok()).collect();
        // Files with models in Python that turn up.
        let models = pg_enum_python::files_with_models(project.root());
        let places = project.visible_places();
        let question = hash((asked, build, checkout, project, places, records, models));
        Self { file, question }
    }

    /// Says what was said last time, or else does the work, and keeps what it says.
    pub(crate) fn recall_or(
        &self,
        streams: &mut Streams<'_>,
        work: impl FnOnce(&mut Streams<'_>) -> Result<(Status, Inputs), Failure>,
    ) -> Result<Status, Failure> {
        if let Some(answer) = self.recall() {
            // An error here is not important.
            let _ = streams.err.write_all(answer.err.as_bytes());
            print(streams, |out| out.write_all(answer.out.as_bytes()))?;
            streams.metrics.findings = answer.findings;
            return Ok(if answer.clean { Status::Clean } else { Status::Findings });
        }
        let mut out = Tee::new(&mut *streams.out);
        let mut err = Tee::new(&mut *streams.err);
        let mut copied = Streams {
            out: &mut out,
            err: &mut err,
            input: None,
            metrics: std::mem::take(&mut streams.metrics),
            ..*streams
        };
        let done = work(&mut copied);
        let metrics = copied.metrics;
        let findings = metrics.findings;
        let written = (out.copy(), err.copy());
        streams.metrics = metrics;
        let (status, inputs) = done?;
        if let (Some(out), Some(err)) = written {
            let clean = status == Status::Clean;
            self.keep(&Answer { question: self.question, inputs, clean, out, err, findings });
        }
        Ok(status)
    }

    fn recall(&self) -> Option<Answer> {
        let answer: Answer = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        let unchanged = answer.question == self.question
            && answer.inputs.folders.iter().all(ReadFolder::is_unchanged)
            && answer.inputs.sources.iter().all(Sources::are_unchanged);
        unchanged.then_some(answer)
    }

    fn keep(&self, answer: &Answer) {
        let keep = || -> io::Result<()> {
            let Some(dir) = self.file.parent() else { return Ok(()) };
            // Cargo marks the target directory for backups when it makes it, and only then.
            if dir.parent().is_some_and(Path::is_dir) && !dir.is_dir() {
                fs::create_dir(dir)?;
            }
            write_whole(&self.file, &serde_json::to_string(answer)?, false)
        };
        // Next time it takes longer, and that is all.
        let _ = keep();
    }
}

impl ReadFolder {
    /// A folder, if it could be read.
    pub(crate) fn new(request: &Request, folder: Option<&Folder>) -> Self {
        Self {
            dir: request.dir.clone(),
            files: request.files.clone(),
            tool: request.tool.map(|tool| tool.to_string()),
            transaction: request.transaction.map(|around| around.to_string()),
            fingerprint: folder.and_then(fingerprint),
        }
    }

    fn is_unchanged(&self) -> bool {
        let now = || {
            let tool = self.tool.as_ref().map(|tool| tool.parse::<Tool>()).transpose().ok()?;
            let around = self.transaction.as_ref().map(|around| around.parse::<Around>());
            let around = around.transpose().ok()?;
            fingerprint(&migrations::open(&self.dir, &self.files, tool, around).ok()?)
        };
        self.fingerprint.is_some() && now() == self.fingerprint
    }
}

/// A hash of what is in a folder. Of one with files that cannot be read as they are, that is not all.
fn fingerprint(folder: &Folder) -> Option<u64> {
    let Folder { root, tool, assumed, together, migrations, passed_over, findings } = folder;
    // What code does may stand in other files as well.
    let is_whole = migrations.iter().all(|migration| matches!(migration.up, Part::Sql(_)));
    (findings.is_empty() && is_whole)
        .then(|| hash((root, tool, assumed, together, migrations, passed_over)))
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Keeps a copy of what goes through, as long as all of it does.
struct Tee<'a> {
    to: &'a mut dyn Write,
    copy: Option<Vec<u8>>,
}

impl<'a> Tee<'a> {
    fn new(to: &'a mut dyn Write) -> Self {
        Self { to, copy: Some(Vec::new()) }
    }

    fn copy(self) -> Option<String> {
        String::from_utf8(self.copy?).ok()
    }
}

impl Write for Tee<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // If the stream is closed, the copy is incomplete.
        let written = self.to.write(bytes).inspect_err(|_| self.copy = None)?;
        if let Some(copy) = &mut self.copy {
            copy.extend(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
