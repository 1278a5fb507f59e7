//! Numbered or timestamped files of no particular tool, as `psql` would run them one after the other.
//!
//! The order is that of the numbers in the names, wherever they stand, and otherwise of the characters.
//! Files of directories below the root count only if the root itself has no `.sql`: beside migrations,
//! directories tend to hold something else. A file whose name ends in a word for undoing (`.down.sql`,
//! `_rollback.sql`) is the way down of the file without that word, and nothing by itself.
//!
//! A file of Rust that is numbered like the others is a migration as well (`0002_more.rs`): a runner of the repository's
//! own runs it, and nobody else would.
//!
//! Some tools that are not among [`Tool::ALL`] keep both ways in one file. Their markers are known, so that
//! the way down is never taken for a part of the way up. A file in which the two alternate is a migration
//! for each time it goes up, all with its version and name.

#[cfg(feature = "write")]
mod writer;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::rules::{Around, Between, Outside, Rules, Running};
use crate::files::FolderError;
use crate::files::order::natural;
use crate::files::sections::{Direction, sections};
use crate::files::{Body, Entry, Found, Loaded, Rank, Reader, Seen, Sign, slashes};
use crate::ground::{Migration, Part, Script, Tool, Transaction, order};
#[cfg(feature = "history")]
use crate::history::History;

/// What a file is called that has all of a schema, as tools dump it.
const WHOLE: [&str; 2] = ["schema.sql", "structure.sql"];

/// The tool.
pub(super) struct Plain;

impl Rules for Plain {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let order = |seen: &str| {
            let means = "psql runs each, without a transaction around it";
            Some(Sign::new(Rank::Order, format!("{seen}: {means}")))
        };
        let sql = seen.sql();
        if !seen.numbered.is_empty() || seen.is_numbered_below() {
            return order("its files are numbered");
        }
        if seen.heads().iter().any(|text| marks(text)) {
            return order("its files have an up and a down part");
        }
        if let [only] = sql.as_slice()
            && WHOLE.iter().any(|whole| only.name.eq_ignore_ascii_case(whole))
        {
            return order("its one file of SQL is the whole schema");
        }
        // A number anywhere in every name is an order that somebody meant.
        let counted = |entry: &&Entry| entry.name.contains(|c: char| c.is_ascii_digit());
        if !sql.is_empty() && sql.iter().all(counted) {
            order("each name has a number")
        } else {
            None
        }
    }

    fn takes(&self) -> &'static str {
        "every file of SQL in the folder itself, or below it if there is none"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let in_root = reader.top.iter().any(|entry| !entry.directory && entry.is_sql());
        let mut files = reader.walk(&|directory| !in_root && !directory.is_hidden())?;
        let mut sql = files.clone();
        sql.retain(Entry::is_sql);
        let sql: Vec<&Entry> = sql.iter().collect();
        files.retain(|entry| entry.is_sql() || is_rust_among(entry, &sql));
        let mut names = Vec::with_capacity(files.len());
        for entry in &files {
            names.push(slashes(&entry.path));
        }
        let order = order(files.len(), &mut |a, b| natural(&names[a], &names[b]));

        let (mut found, mut undoing) = (Vec::with_capacity(files.len()), Vec::new());
        let mut places: HashMap<String, usize> = HashMap::new();
        for index in order {
            let entry = files[index].clone();
            match direction(&entry) {
                (path, Direction::Down) => undoing.push((path, entry.path)),
                (path, Direction::Up) => {
                    let key = found.len();
                    places.insert(slashes(&path), key);
                    let (code, version) = (!entry.is_sql(), version(&entry.name).to_owned());
                    found.push(Found { code, ..Found::sql(key, version, entry) });
                }
            }
        }
        let mut downs = Vec::new();
        for (path, down) in undoing {
            downs.extend(places.get(&slashes(&path)).map(|key| (*key, down)));
        }

        let mut migrations = Vec::with_capacity(found.len());
        for loaded in reader.load(Tool::Plain, found, downs)? {
            let Loaded { version, name, up: Body::Sql(source), down: file } = loaded else {
                migrations.push(loaded.whole(Transaction::PerStatement));
                continue;
            };
            for (up, down) in sections(&source.text, marker) {
                let part = |range| Part::Sql(Script { source: Arc::clone(&source), range });
                migrations.push(Migration {
                    version: version.clone(),
                    name: name.clone(),
                    up: part(up),
                    down: down.map(part).or_else(|| file.clone().map(Script::whole)),
                    transaction: Transaction::PerStatement,
                });
            }
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            between: Between::Psql,
            choices: Around::ALL,
            ..Running::each(
                Transaction::PerStatement,
                Outside::Asked("put it before BEGIN or after COMMIT"),
            )
        }
    }
}

/// Nothing is recorded.
#[cfg(feature = "history")]
impl History for Plain {}

/// Whether a file is Rust and named like one of those of SQL: a runner of the repository's own may run both. To such a
/// name belong the letters before its first number, as in `m0002_more.rs` beside `m0001-first.sql`.
pub(super) fn is_rust_among(entry: &Entry, sql: &[&Entry]) -> bool {
    let before_number = |name: &str| {
        let digits = name.find(|c: char| c.is_ascii_digit())?;
        name.get(..digits).map(str::to_owned)
    };
    let Some(stem) = entry.name.strip_suffix(".rs") else { return false };
    let Some(own) = before_number(stem) else { return false };
    sql.iter().any(|sql| {
        sql.path.parent() == entry.path.parent() && before_number(&sql.name).as_ref() == Some(&own)
    })
}

/// The path without extension and without the word for its direction, and the direction.
fn direction(entry: &Entry) -> (PathBuf, Direction) {
    let name = entry.name.as_str();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // postgrator has the word behind the number: `001.do.name.sql`, `001.undo.name.sql`.
    if let Some((number, rest)) = stem.split_once('.')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        let (word, rest) = rest.split_once('.').unwrap_or((rest, ""));
        let named = |direction| (entry.path.with_file_name(format!("{number}.{rest}")), direction);
        if word.eq_ignore_ascii_case("do") {
            return named(Direction::Up);
        }
        if word.eq_ignore_ascii_case("undo") {
            return named(Direction::Down);
        }
    }
    let (at, direction) = word_of(stem).unwrap_or((stem.len(), Direction::Up));
    (entry.path.with_file_name(stem.get(..at).unwrap_or(stem)), direction)
}

/// The word for its direction with which a name ends: where it begins, with what is before it.
fn word_of(stem: &str) -> Option<(usize, Direction)> {
    let (rest, word) = stem.rsplit_once(['.', '_', '-'])?;
    let direction = match word.to_ascii_lowercase().as_str() {
        "down" | "undo" | "rollback" | "revert" => Direction::Down,
        "up" => Direction::Up,
        _ => return None,
    };
    Some((rest.len(), direction))
}

/// The number at the beginning of the name, or else the name without its extension.
fn version(name: &str) -> &str {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let number = name.get(..digits).filter(|number| !number.is_empty());
    number.or_else(|| name.split('.').next()).unwrap_or(name)
}

/// What comments begin a part of a file, as the words behind the dashes. Case is not looked at, nor what
/// else is on the line.
/// - sql-migrate, `sqlparse/sqlparse.go`; the two may alternate;
/// - micrate, which has goose's early format under its own name;
/// - node-pg-migrate, `src/sqlMigration.ts`;
/// - tern, `migrate/migrate.go`;
/// - rambler;
/// - `MyBatis` Migrations, whose scripts have `-- //@UNDO`;
/// - Play's evolutions, `# --- !Ups`.
const MARKERS: [(&[&str], Direction); 12] = [
    (&["+migrate", "up"], Direction::Up),
    (&["+migrate", "down"], Direction::Down),
    (&["+micrate", "up"], Direction::Up),
    (&["+micrate", "down"], Direction::Down),
    (&["up", "migration"], Direction::Up),
    (&["down", "migration"], Direction::Down),
    (&["create", "above", "/", "drop", "below"], Direction::Down),
    (&["rambler", "up"], Direction::Up),
    (&["rambler", "down"], Direction::Down),
    (&["@undo"], Direction::Down),
    (&["!ups"], Direction::Up),
    (&["!downs"], Direction::Down),
];

fn marker(line: &str) -> Option<Direction> {
    // Nearly all lines end here.
    if !line.starts_with(['-', '#']) {
        return None;
    }
    let text = line.trim_start_matches(['-', '#', '/', ' ', '\t']);
    let is = |words: &[&str]| {
        let mut there = text.split_whitespace();
        words.iter().all(|word| there.next().is_some_and(|there| there.eq_ignore_ascii_case(word)))
    };
    MARKERS.iter().find(|(words, _)| is(words)).map(|(_, direction)| *direction)
}

/// Whether the text has parts by the markers of some tool.
fn marks(text: &str) -> bool {
    text.lines().any(|line| marker(line).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{names, open_as, steps};

    #[test]
    fn a_single_file_with_all_of_a_schema() {
        use crate::testing::detected;

        for name in ["schema.sql", "structure.sql"] {
            assert_eq!(detected(&[(name, ""), ("README.md", "")]), "plain");
        }
        assert!(detected(&[("schema.sql", ""), ("seed.sql", "")]).starts_with("cannot tell"));
        assert!(detected(&[("views.sql", "")]).starts_with("cannot tell"));
    }

    #[test]
    fn natural_order() {
        let folder = open_as(
            Tool::Plain,
            &[
                ("10-d.sql", ""),
                ("9 c.sql", ""),
                ("002_b.SQL", ""),
                ("1.sql", ""),
                ("seed.sql", ""),
                ("notes.txt", ""),
                ("below/3.sql", ""),
            ],
        );
        assert_eq!(names(&folder), ["1.sql", "002_b.SQL", "9 c.sql", "10-d.sql", "seed.sql"]);
        let versions = folder.migrations.iter().map(|migration| &migration.version);
        assert_eq!(versions.collect::<Vec<_>>(), ["1", "002", "9", "10", "seed"]);
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn rust_that_is_numbered_alike() {
        let folder = open_as(
            Tool::Plain,
            &[
                ("m0001-first.sql", "a"),
                ("m0002_more.rs", ""),
                ("m0003-last.sql", "c"),
                ("mod.rs", ""),
                ("v4.rs", ""),
                ("below/m0005_x.rs", ""),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "m0001-first PerStatement: a",
                "m0002_more Explicit: <m0002_more.rs>",
                "m0003-last PerStatement: c"
            ]
        );
    }

    #[test]
    fn directories_if_there_is_nothing_else() {
        let folder = open_as(
            Tool::Plain,
            &[("2024/10.sql", ""), ("2024/9.sql", ""), ("2023/11.sql", ""), (".x/1.sql", "")],
        );
        assert_eq!(names(&folder), ["2023/11.sql", "2024/9.sql", "2024/10.sql"]);
    }

    #[test]
    fn files_that_undo() {
        let folder = open_as(
            Tool::Plain,
            &[
                ("1_a.sql", "a"),
                ("1_a.down.sql", "undo a"),
                ("2_b_up.sql", "b"),
                ("2_b_DOWN.sql", "undo b"),
                ("3-c.sql", "c"),
                ("3-c-rollback.sql", "undo c"),
                ("4_undo.sql", "of nothing"),
                ("5_breakdown.sql", "e"),
                ("006.do.f.sql", "f"),
                ("006.undo.f.sql", "undo f"),
                ("7.undo.sql", "undo g"),
                ("7.do.sql", "g"),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "1 PerStatement: a / undo a",
                "2 PerStatement: b / undo b",
                "3 PerStatement: c / undo c",
                "5 PerStatement: e",
                "006 PerStatement: f / undo f",
                "7 PerStatement: g / undo g",
            ]
        );
    }

    #[test]
    fn parts_by_other_tools_markers() {
        for (text, expected) in [
            ("x\n-- +migrate Up notransaction\na\n-- +migrate Down\nb", vec!["a / b"]),
            ("a\n---- create above / drop below ----\nb", vec!["a / b"]),
            ("-- Up Migration\na\n-- Down Migration\nb", vec!["a / b"]),
            ("-- // a title\na\n--//@UNDO\nb", vec!["-- // a title\na / b"]),
            ("# --- !Ups\na\n# --- !Downs\nb\n", vec!["a / b"]),
            (
                "-- +migrate Up\na\n-- +migrate Up\nb\n-- +migrate Down\nc\n-- +migrate Up\nd",
                vec!["a\n-- +migrate Up\nb / c", "d"],
            ),
            ("-- up to date\na -- @undo", vec!["-- up to date\na -- @undo"]),
        ] {
            let folder = open_as(Tool::Plain, &[("1.sql", text)]);
            let expected: Vec<_> =
                expected.iter().map(|parts| format!("1 PerStatement: {parts}")).collect();
            assert_eq!(steps(&folder), expected, "{text}");
        }
    }
}
