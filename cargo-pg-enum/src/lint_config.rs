//! `lint` in the configuration: levels of codes, exceptions, and the baseline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use pg_enum_lint::Severity;

use crate::codes;
use crate::failure::Failure;
use crate::setting::Setting;
use crate::text::{nearest, visible};

/// What is configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct LintConfig {
    pub(crate) levels: BTreeMap<&'static str, Level>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) baseline: Option<PathBuf>,
}

/// What a code is reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Level {
    /// Not at all.
    Off,
    At(Severity),
}

/// A code that is accepted in a file until a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Exception {
    pub(crate) code: &'static str,
    /// The end of the file's path.
    pub(crate) file: PathBuf,
    /// The last day.
    pub(crate) until: Date,
    pub(crate) reason: String,
}

const KEYS: [&str; 3] = ["rules", "exceptions", "baseline"];

impl LintConfig {
    /// Reads a table. Paths in it are below `dir`.
    pub(crate) fn read(setting: &Setting<'_>, dir: &Path) -> Result<Self, Failure> {
        let mut config = Self::default();
        let entries = setting.value.as_object().ok_or_else(|| setting.wrong("not a table"))?;
        for (key, value) in entries {
            match key.as_str() {
                "rules" => {
                    let expected = "wrong: `rules` is not a table of levels, such as \
                                    { drop-type-cascade = \"warning\" }";
                    let levels = value.as_object().ok_or_else(|| setting.wrong(expected))?;
                    for (code, level) in levels {
                        let code = codes::find(code)
                            .map_err(|error| setting.wrong(&format!("wrong: {error}")))?;
                        let level = value_of(level.as_str()).ok_or_else(|| {
                            setting.wrong(&format!(
                                "wrong: the level of `{code}` is not \"off\", \"note\", \"warning\" or \"error\""
                            ))
                        })?;
                        config.levels.insert(code, level);
                    }
                }
                "exceptions" => {
                    let expected = "wrong: `exceptions` is not an array of tables";
                    let entries = value.as_array().ok_or_else(|| setting.wrong(expected))?;
                    for entry in entries {
                        let exception = Exception::read(entry)
                            .map_err(|error| setting.wrong(&format!("wrong: {error}")))?;
                        config.exceptions.push(exception);
                    }
                }
                "baseline" => {
                    let path = value.as_str().ok_or_else(|| {
                        setting.wrong("wrong: `baseline` is not a string: the path of a file")
                    })?;
                    config.baseline = Some(dir.join(path));
                }
                _ => {
                    let failure = setting.wrong(&format!("wrong: it has the unknown key `{key}`"));
                    return Err(failure.with_help(format!("the keys are {}", KEYS.join(", "))));
                }
            }
        }
        Ok(config)
    }
}

fn value_of(level: Option<&str>) -> Option<Level> {
    Some(match level? {
        "off" => Level::Off,
        "note" => Level::At(Severity::Note),
        "warning" => Level::At(Severity::Warning),
        "error" => Level::At(Severity::Error),
        _ => return None,
    })
}

const OF_EXCEPTION: [&str; 4] = ["code", "file", "until", "reason"];

impl Exception {
    fn read(value: &serde_json::Value) -> Result<Self, String> {
        let example = "{ code = \"drop-type-cascade\", file = \"0007_x.sql\", until = \"2030-12-31\", reason = \"…\" }";
        let Some(entry) = value.as_object() else {
            return Err(format!("an exception is not a table such as {example}"));
        };
        if let Some(key) = entry.keys().find(|key| !OF_EXCEPTION.contains(&key.as_str())) {
            let nearest = nearest(key, OF_EXCEPTION).unwrap_or_default();
            return Err(format!(
                "an exception has the unknown key `{key}`; the nearest is `{nearest}`"
            ));
        }
        let text = |key: &str| {
            let text = entry.get(key).and_then(|value| value.as_str()).map(str::trim);
            text.filter(|text| !text.is_empty())
                .ok_or_else(|| format!("an exception has no `{key}`: write {example}"))
        };
        let code = codes::find(text("code")?)?;
        let until = text("until")?;
        let until = until
            .parse()
            .map_err(|_| format!("`{}` is not a day such as 2030-12-31", visible(until)))?;
        Ok(Self { code, file: text("file")?.into(), until, reason: text("reason")?.to_owned() })
    }
}
