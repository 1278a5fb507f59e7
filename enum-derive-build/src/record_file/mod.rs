//! The record as a file of the repository, `pg-enum.record`: what the migrations say of the enums and tables, and
//! which files say so. `cargo pg-enum record` writes it, and a build script compares it with the folder
//! ([`check_record`](crate::check_record)) without reading any SQL.
//!
//! One line is one thing, and its fields stand between tabs: what was asked for, the files with a hash of
//! each, what is uncertain, and then the lines of [`pg_enum_core::record`]. So a review shows which label a
//! migration adds, and a difference names the file. Paths are below the folder of the migrations, with
//! forward slashes. The last line is a hash of all lines above it: a file that has been edited, or merged,
//! may say what no migrations do.

mod files;
#[cfg(feature = "replay")]
mod replayed;

use std::fmt::{self, Write as _};

use pg_enum_core::record::{Field, Lines, Origin, Place, Record, unescape};
use pg_enum_core::visible;

pub use self::files::{ContentHash, FileChange, HashedFile, changes, hash_files};

/// The file's name, beside a package's manifest, unless another one is chosen.
pub const FILE_NAME: &str = "pg-enum.record";

/// The file's first line. What it takes to read and check a file is numbered; the version of pg-enum is not
/// part of it, so that those who share a repository need not all have the same.
const HEADER: &str = "pg-enum record file 1";

/// For who opens the file.
const COMMENT: &str = "# What the migrations say of the enums, written by `cargo pg-enum record`. Run that \
                       again rather than edit or merge this.";

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// How the migrations were read.
    pub setup: Setup,
    /// The files of the folder, by path.
    pub files: Vec<HashedFile>,
    /// What migrations do that cannot be known from their text.
    pub uncertain: Vec<Uncertain>,
    /// The enums and tables. Places are in files below the folder.
    pub record: Record,
}

/// How migrations are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    /// The folder, below the directory of the file, with forward slashes.
    pub migrations: String,
    /// The tool by whose rules the folder is read.
    pub tool: String,
    /// What one transaction goes around, if that was said: `statement`, `file` or `all`.
    pub transaction: Option<String>,
    /// What `search_path` is when the migrations begin.
    pub search_path: Vec<String>,
    /// The schemas that are there already, if that was said.
    pub schemas: Option<Vec<String>>,
    /// What the statements at some places come to: SQL, or `nothing`.
    pub assume: Vec<(Origin, String)>,
}

/// Something that cannot be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncertain {
    /// Where.
    pub at: Origin,
    /// What, with the types that it may touch.
    pub message: String,
}

/// Why a text is not a sound record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The first line is that of another kind of file, or of another version of this one.
    Header,
    /// A merge has left its marks, at this line.
    Conflict(usize),
    /// The last line, which is a hash of the others, does not fit or is not there.
    Edited,
    /// This line is none that this version knows.
    Line(usize),
}

/// What is wrong with the file, to be put behind its name.
impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = env!("CARGO_PKG_VERSION");
        match self {
            Self::Header => write!(f, "is not a record that pg-enum {version} reads"),
            Self::Conflict(line) => write!(f, "has a merge conflict at line {line}"),
            Self::Edited => f.write_str("was edited, merged or cut off after it was written"),
            Self::Line(line) => {
                write!(f, "has something at line {line} that pg-enum {version} does not read")
            }
        }
    }
}

impl std::error::Error for Damage {}

/// The file's text, which [`RecordFile::parse`] reads.
impl fmt::Display for RecordFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("{HEADER}\n{COMMENT}\n");
        let Self { setup, files, uncertain, record } = self;
        let Setup { migrations, tool, transaction, search_path, schemas, assume } = setup;
        write!(text, "migrations\t{}\ntool\t{}\n", Field(migrations), Field(tool))?;
        if let Some(transaction) = transaction {
            writeln!(text, "transaction\t{}", Field(transaction))?;
        }
        writeln!(text, "search-path{}", Fields(search_path))?;
        if let Some(schemas) = schemas {
            writeln!(text, "schemas{}", Fields(schemas))?;
        }
        for (at, sql) in assume {
            writeln!(text, "assume\t{}\t{}", Place(at), Field(sql))?;
        }
        for HashedFile { path, hash } in files {
            writeln!(text, "file\t{}\t{hash}", Field(path))?;
        }
        for Uncertain { at, message } in uncertain {
            writeln!(text, "uncertain\t{}\t{}", Place(at), Field(message))?;
        }
        write!(text, "{}", Lines(record))?;
        let hash = ContentHash::of(text.as_bytes());
        writeln!(f, "{text}{CHECKSUM}\t{hash}")
    }
}

const CHECKSUM: &str = "checksum";

/// Fields of a line, each behind a tab.
struct Fields<'a>(&'a [String]);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|text| write!(f, "\t{}", Field(text)))
    }
}

impl RecordFile {
    /// Reads what `Display` writes, with the line ends of any system.
    ///
    /// # Errors
    ///
    /// When it is something else, of another version, or not as it was written.
    ///
    /// ```
    /// use pg_enum_build::record_file::{Damage, RecordFile, Setup};
    /// use pg_enum_core::record::Record;
    ///
    /// let setup = Setup { migrations: "migrations".into(), ..Setup::default() };
    /// let record = Record { default_schema: "public".into(), ..Record::default() };
    /// let file = RecordFile { setup, files: vec![], uncertain: vec![], record };
    /// let text = file.to_string();
    /// assert_eq!(RecordFile::parse(&text), Ok(file));
    /// assert_eq!(RecordFile::parse(&text.replace("public", "app")), Err(Damage::Edited));
    /// ```
    pub fn parse(text: &str) -> Result<Self, Damage> {
        // Checked before anything else: a conflict may be in any line.
        let conflict = text.lines().position(|line| {
            ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
        });
        if let Some(index) = conflict {
            return Err(Damage::Conflict(index + 1));
        }
        if text.lines().next() != Some(HEADER) {
            return Err(Damage::Header);
        }
        let end = text.trim_end_matches(['\r', '\n']).rfind('\n').map_or(0, |end| end + 1);
        let (above, last) = text.split_at(end);
        let checksum = last.trim_end().strip_prefix(CHECKSUM).map(str::trim_start);
        if checksum.and_then(|hash| hash.parse().ok()) != Some(ContentHash::of(above.as_bytes())) {
            return Err(Damage::Edited);
        }
        let mut file = Self {
            setup: Setup::default(),
            files: Vec::new(),
            uncertain: Vec::new(),
            record: Record::default(),
        };
        for (index, line) in above.lines().enumerate().skip(1) {
            file.add_line(line).ok_or(Damage::Line(index + 1))?;
        }
        Ok(file)
    }

    fn add_line(&mut self, line: &str) -> Option<()> {
        if line.starts_with('#') {
            return Some(());
        }
        let mut fields = line.split('\t');
        match fields.next()? {
            "migrations" => self.setup.migrations = unescape(fields.next()?)?,
            "tool" => self.setup.tool = unescape(fields.next()?)?,
            "transaction" => self.setup.transaction = Some(unescape(fields.next()?)?),
            "assume" => {
                let at = Origin::read(&mut fields)?;
                self.setup.assume.push((at, unescape(fields.next()?)?));
            }
            "search-path" => {
                self.setup.search_path = fields.map(unescape).collect::<Option<Vec<_>>>()?;
            }
            "schemas" => self.setup.schemas = Some(fields.map(unescape).collect::<Option<_>>()?),
            "file" => self.files.push(HashedFile {
                path: unescape(fields.next()?)?,
                hash: fields.next()?.parse().ok()?,
            }),
            "uncertain" => self.uncertain.push(Uncertain {
                at: Origin::read(&mut fields)?,
                message: unescape(fields.next()?)?,
            }),
            _ => self.record.add_line(line)?,
        }
        Some(())
    }

    /// The labels that a definition may do without.
    fn accepted(&self) -> Vec<(&str, &str, &str)> {
        let mut accepted = Vec::new();
        for there in &self.record.enums {
            for label in &there.labels {
                if label.accepted {
                    accepted.push((&*there.schema, &*there.name, &*label.text));
                }
            }
        }
        accepted
    }

    /// What another record of the same migrations says otherwise, as clauses; none if it says the same.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut differences = self.setup.differences(&now.setup);
        let folder = visible(&now.setup.migrations).to_string();
        for change in changes(&self.files, &now.files) {
            differences.push(format!("{folder}/{change}"));
        }
        if differences.is_empty() && self.accepted() != now.accepted() {
            differences.push("other labels are accepted".to_owned());
        }
        if differences.is_empty() && self != now {
            differences
                .push("this version of pg-enum reads the same migrations differently".to_owned());
        }
        differences
    }
}

impl Setup {
    /// What another setup says otherwise, as clauses.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let list = |schemas: &[String]| visible(&schemas.join(", ")).to_string();
        let optional = |schemas: &Option<Vec<String>>| {
            schemas.as_ref().map_or_else(|| "not given".to_owned(), |schemas| list(schemas))
        };
        let one = |text: &str| visible(text).to_string();
        let transaction = |setup: &Self| match &setup.transaction {
            Some(around) => one(around),
            None => "not given".to_owned(),
        };
        let assume = |setup: &Self| {
            let mut entries = Vec::new();
            for (at, sql) in &setup.assume {
                entries.push(one(&format!("{at}: {sql}")));
            }
            if entries.is_empty() { "empty".to_owned() } else { entries.join(", ") }
        };
        let pairs = [
            ("the folder", one(&self.migrations), one(&now.migrations)),
            ("the tool", one(&self.tool), one(&now.tool)),
            ("the transaction", transaction(self), transaction(now)),
            ("search_path", list(&self.search_path), list(&now.search_path)),
            ("the list of schemas", optional(&self.schemas), optional(&now.schemas)),
            ("the list of assumptions", assume(self), assume(now)),
        ];
        let mut differences = Vec::new();
        for (what, recorded, now) in pairs {
            if recorded != now {
                differences.push(format!("{what} was {recorded} and is {now}"));
            }
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use pg_enum_core::record::{DroppedEnum, RecordedEnum, RecordedLabel};

    use super::*;

    fn nasty() -> RecordFile {
        let at = || Origin { file: "a\tb\\n.sql".into(), line: 3 };
        let text = || "\t\r\n\\ <<<<<<< '\u{1b}".to_owned();
        let labels = vec![RecordedLabel { text: text(), at: at(), accepted: false }];
        RecordFile {
            setup: Setup {
                migrations: text(),
                tool: "sqlx".into(),
                search_path: vec![text(), String::new(), "$user".into()],
                schemas: Some(vec![text()]),
                transaction: Some("file".into()),
                assume: vec![(at(), text())],
            },
            files: vec![HashedFile { path: text(), hash: ContentHash::of(b"x") }],
            uncertain: vec![Uncertain { at: at(), message: text() }],
            record: Record {
                default_schema: text(),
                enums: vec![RecordedEnum {
                    schema: text(),
                    name: text(),
                    known: true,
                    created: at(),
                    labels,
                }],
                dropped: vec![DroppedEnum { schema: text(), name: text(), at: at() }],
                vague: true,
                tables: None,
                any_table: None,
            },
        }
    }

    #[test]
    fn a_record_comes_back_whatever_is_in_it() {
        for file in [
            nasty(),
            RecordFile { setup: Setup::default(), files: Vec::new(), ..nasty() },
            RecordFile {
                setup: Setup { schemas: Some(Vec::new()), ..nasty().setup },
                uncertain: Vec::new(),
                record: Record::default(),
                ..nasty()
            },
        ] {
            let text = file.to_string();
            assert_eq!(RecordFile::parse(&text).as_ref(), Ok(&file), "{text}");
            assert_eq!(RecordFile::parse(&text.replace('\n', "\r\n")), Ok(file));
        }
    }

    #[test]
    fn every_part_of_a_record_is_no_record() {
        let text = nasty().to_string();
        for end in (0..text.len() - 1).filter(|end| text.is_char_boundary(*end)) {
            assert!(RecordFile::parse(&text[..end]).is_err(), "{end}");
        }
        // A later version of the file, whose lines are not all known.
        let end = text.rfind(CHECKSUM).expect("a checksum");
        let more = format!("{}new\tline\n", &text[..end]);
        let hash = ContentHash::of(more.as_bytes());
        let line = more.lines().count();
        assert_eq!(
            RecordFile::parse(&format!("{more}{CHECKSUM}\t{hash}\n")),
            Err(Damage::Line(line))
        );
    }
}
