//! What is configured in `[package.metadata.pg-enum]` and `[workspace.metadata.pg-enum]`, in `pg-enum.toml`, and in
//! `[tool.pg-enum]` of `pyproject.toml`: the same keys in all of them, and what is not among them is a mistake.

use std::path::{Path, PathBuf};

use pg_enum_core::plan::{LockTimeout, NoLockTimeout};
use pg_enum_migrations::folder::{Around, Tool};
use serde_json::Value;

use crate::assumption::Assumption;
use crate::failure::Failure;
use crate::lint_config::LintConfig;
use crate::setting::Setting;
use crate::text::{nearest, visible};

/// What a file says, or the command line. What it does not say is left to the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Config {
    /// The folder, and what names it.
    pub(crate) migrations: Option<(PathBuf, String)>,
    pub(crate) tool: Option<Tool>,
    pub(crate) transaction: Option<Around>,
    pub(crate) search_path: Option<Vec<String>>,
    pub(crate) schemas: Option<Vec<String>>,
    pub(crate) assume: Option<Vec<Assumption>>,
    /// The file that has the record, or gets it.
    pub(crate) record: Option<PathBuf>,
    /// Labels that enums may lack, as in `public.mood:legacy`.
    pub(crate) accept: Option<Vec<String>>,
    /// Whether `check` accepts that no enum is compared.
    pub(crate) allow_nothing_compared: Option<bool>,
    /// How long generated migrations wait for a lock on a table.
    pub(crate) lock_timeout: Option<LockTimeout>,
    /// The oldest major version of the servers that run the migrations.
    pub(crate) postgres: Option<u32>,
    /// What `lint` reports.
    pub(crate) lint: Option<LintConfig>,
}

/// The major versions of PostgreSQL that are supported.
const VERSIONS: std::ops::RangeInclusive<u32> = 12..=18;

const KEYS: [&str; 12] = [
    "migrations",
    "tool",
    "transaction",
    "search-path",
    "schemas",
    "assume",
    "record",
    "accept",
    "nothing-compared",
    "lock-timeout",
    "postgres",
    "lint",
];

impl Config {
    /// Reads the table `pg-enum` of a manifest's metadata. `table` is what that is called there.
    pub(crate) fn read(metadata: &Value, table: &str, manifest: &Path) -> Result<Self, Failure> {
        let Some(value) = metadata.get("pg-enum") else { return Ok(Self::default()) };
        Self::of(value, &format!("`[{table}.metadata.pg-enum]`"), manifest)
    }

    /// Reads a table that is called `table` in a file. Paths in it are below the directory of the file.
    pub(crate) fn of(value: &Value, table: &str, file: &Path) -> Result<Self, Failure> {
        let mut config = Self::default();
        let (dir, shown) =
            (file.parent().unwrap_or(Path::new("")), visible(&file.to_string_lossy()));
        let place = if table.is_empty() { shown.clone() } else { format!("{table} in {shown}") };
        let Some(entries) = value.as_object() else {
            return Err(Failure::new(format!("{place} is not a table")));
        };
        for (key, value) in entries {
            let setting = Setting { key, value, place: &place };
            let wrong = |expected: &str| setting.wrong(expected);
            let texts = || setting.texts();
            match key.as_str() {
                "migrations" => {
                    let path = setting.text("the path of a folder")?;
                    config.migrations = Some((dir.join(path), format!("configured in {shown}")));
                }
                "record" => config.record = Some(dir.join(setting.text("the path of a file")?)),
                "tool" => {
                    let name = setting.text("a tool's name")?;
                    let tool = name.parse::<Tool>();
                    config.tool = Some(tool.map_err(|error| wrong(&format!("wrong: {error}")))?);
                }
                "transaction" => {
                    let name = setting.text("statement, file or all")?;
                    let around = name.parse::<Around>();
                    config.transaction =
                        Some(around.map_err(|error| wrong(&format!("wrong: {error}")))?);
                }
                "search-path" => {
                    config.search_path =
                        Some(texts().ok_or_else(|| wrong("not an array of schemas' names"))?);
                }
                "schemas" => {
                    config.schemas =
                        Some(texts().ok_or_else(|| wrong("not an array of schemas' names"))?);
                }
                "accept" => {
                    config.accept = Some(
                        texts()
                            .ok_or_else(|| wrong("not an array of labels, `schema.type:label`"))?,
                    );
                }
                "nothing-compared" => {
                    config.allow_nothing_compared = match value.as_str() {
                        Some("allow") => Some(true),
                        Some("deny") => Some(false),
                        _ => return Err(wrong("neither \"allow\" nor \"deny\"")),
                    };
                }
                "lock-timeout" => {
                    let timeout = match value {
                        Value::String(text) => text.clone(),
                        Value::Number(number) => number.to_string(),
                        _ => return Err(wrong("not a string such as \"5s\"")),
                    };
                    let timeout = timeout.parse();
                    config.lock_timeout = Some(
                        timeout
                            .map_err(|error: NoLockTimeout| wrong(&format!("wrong: {error}")))?,
                    );
                }
                "postgres" => {
                    let version = match value {
                        Value::String(text) => text.parse().ok(),
                        Value::Number(number) => {
                            number.as_u64().and_then(|number| u32::try_from(number).ok())
                        }
                        _ => None,
                    };
                    let version = version.filter(|version| VERSIONS.contains(version));
                    config.postgres = Some(version.ok_or_else(|| {
                        wrong("not a major version of PostgreSQL from 12 to 18, such as \"12\"")
                    })?);
                }
                "lint" => config.lint = Some(LintConfig::read(&setting, dir)?),
                "assume" => {
                    let example = "write `assume = { \"0007_x.sql:12\" = \"ALTER TYPE …\" }`";
                    let wrong = |expected: &str| wrong(expected).with_help(example);
                    let entries = value.as_object().ok_or_else(|| wrong("not a table of SQL"))?;
                    let assumption = |(place, sql): (&String, &Value)| {
                        let sql = sql.as_str().unwrap_or_default();
                        Assumption::new(place, sql).map_err(|why| wrong(&why))
                    };
                    config.assume = Some(entries.iter().map(assumption).collect::<Result<_, _>>()?);
                }
                _ => {
                    let failure = Failure::new(format!("{place} has the unknown key `{key}`"));
                    let nearest = nearest(key, KEYS).unwrap_or_default();
                    let keys = KEYS.join(", ");
                    return Err(failure.with_help(format!(
                        "the nearest key is `{nearest}`; the keys are {keys}"
                    )));
                }
            }
        }
        Ok(config)
    }

    /// This, and what it leaves open from `other`.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self {
            migrations: self.migrations.clone().or_else(|| other.migrations.clone()),
            tool: self.tool.or(other.tool),
            transaction: self.transaction.or(other.transaction),
            search_path: self.search_path.clone().or_else(|| other.search_path.clone()),
            schemas: self.schemas.clone().or_else(|| other.schemas.clone()),
            accept: self.accept.clone().or_else(|| other.accept.clone()),
            allow_nothing_compared: self.allow_nothing_compared.or(other.allow_nothing_compared),
            assume: self.assume.clone().or_else(|| other.assume.clone()),
            record: self.record.clone().or_else(|| other.record.clone()),
            lock_timeout: self.lock_timeout.clone().or_else(|| other.lock_timeout.clone()),
            postgres: self.postgres.or(other.postgres),
            lint: self.lint.clone().or_else(|| other.lint.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(table: &Value) -> Result<Config, String> {
        let metadata = json!({ "pg-enum": table, "other": 1 });
        Config::read(&metadata, "package", Path::new("a/Cargo.toml"))
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn every_key() {
        let table = json!({
            "migrations": "db/migrations", "tool": "sqlx", "transaction": "file", "search-path": ["app"],
            "schemas": ["x"], "assume": { "1_a.sql:12": "nothing" }, "record": "db/enums.record",
            "accept": ["app.mood:old"], "nothing-compared": "allow", "lock-timeout": "2s",
            "postgres": "12",
        });
        let expected = Config {
            migrations: Some(("a/db/migrations".into(), "configured in a/Cargo.toml".into())),
            tool: Some(Tool::Sqlx),
            transaction: Some(Around::File),
            search_path: Some(vec!["app".into()]),
            schemas: Some(vec!["x".into()]),
            accept: Some(vec!["app.mood:old".into()]),
            allow_nothing_compared: Some(true),
            assume: Some(vec![Assumption::new("1_a.sql:12", "nothing").unwrap()]),
            record: Some("a/db/enums.record".into()),
            lock_timeout: Some("2s".parse().unwrap()),
            postgres: Some(12),
            lint: None,
        };
        assert_eq!(read(&table), Ok(expected));
        assert_eq!(read(&json!({ "postgres": 18 })).map(|config| config.postgres), Ok(Some(18)));
        assert_eq!(read(&json!({})), Ok(Config::default()));
    }

    #[test]
    fn mistakes() {
        for (table, message) in [
            (json!(3), "`[package.metadata.pg-enum]` in a/Cargo.toml is not a table"),
            (
                json!({ "migration": "x" }),
                "`[package.metadata.pg-enum]` in a/Cargo.toml has the unknown key `migration`",
            ),
            (
                json!({ "migrations": 1 }),
                "`migrations` of `[package.metadata.pg-enum]` in a/Cargo.toml is not a string: the path \
                 of a folder",
            ),
            (
                json!({ "schemas": ["a", 1] }),
                "`schemas` of `[package.metadata.pg-enum]` in a/Cargo.toml is not an array of schemas' \
                 names",
            ),
            (
                json!({ "lock-timeout": "5 seconds" }),
                "`lock-timeout` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: `5 seconds` is not a number of \
                 milliseconds, or a number with the unit us, ms, s, min, h or d",
            ),
            (
                json!({ "lock-timeout": "30d" }),
                "`lock-timeout` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: `30d` is neither 0 nor between 1 and \
                 2147483647 milliseconds",
            ),
            (
                json!({ "lock-timeout": true }),
                "`lock-timeout` of `[package.metadata.pg-enum]` in a/Cargo.toml is not a string such as \"5s\"",
            ),
            (
                json!({ "postgres": "11" }),
                "`postgres` of `[package.metadata.pg-enum]` in a/Cargo.toml is not a major version of PostgreSQL from 12 to \
                 18, such as \"12\"",
            ),
            (
                json!({ "postgres": 15.4 }),
                "`postgres` of `[package.metadata.pg-enum]` in a/Cargo.toml is not a major version of PostgreSQL from 12 to \
                 18, such as \"12\"",
            ),
            (
                json!({ "assume": "DROP TYPE mood" }),
                "`assume` of `[package.metadata.pg-enum]` in a/Cargo.toml is not a table of SQL",
            ),
            (
                json!({ "assume": { "1_a.sql": "DROP TYPE mood" } }),
                "`assume` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: `1_a.sql` has no line",
            ),
            (
                json!({ "assume": { "1_a.sql:0": "DROP TYPE mood" } }),
                "`assume` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: `1_a.sql:0` has no line",
            ),
            (
                json!({ "assume": { ":1": "DROP TYPE mood" } }),
                "`assume` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: `:1` has no file",
            ),
            (
                json!({ "assume": { "1_a.sql:1": 1 } }),
                "`assume` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: there is no SQL for \
                 `1_a.sql:1`",
            ),
            (
                json!({ "assume": { "1_a.sql:1": " " } }),
                "`assume` of `[package.metadata.pg-enum]` in a/Cargo.toml is wrong: there is no SQL for \
                 `1_a.sql:1`",
            ),
        ] {
            assert_eq!(read(&table), Err(message.to_owned()));
        }
        let unknown = read(&json!({ "tool": "slqx" }));
        assert!(
            unknown.is_err_and(|message| message.contains("there is no migration tool `slqx`"))
        );
        let unknown = read(&json!({ "transaction": "files" }));
        assert!(unknown.is_err_and(|message| message.contains("not `files`")));
    }
}
