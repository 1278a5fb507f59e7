//! A value of a configuration file.

use serde_json::Value;

use crate::failure::Failure;

/// A value of a configuration file.
pub(crate) struct Setting<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: &'a Value,
    /// What it is called: `` `[package.metadata.pg-enum]` in Cargo.toml ``.
    pub(crate) place: &'a str,
}

impl Setting<'_> {
    /// The error for a value that is not what is expected.
    pub(crate) fn wrong(&self, expected: &str) -> Failure {
        Failure::new(format!("`{}` of {} is {expected}", self.key, self.place))
    }

    /// The value, which must be a string.
    pub(crate) fn text(&self, what: &str) -> Result<&str, Failure> {
        self.value.as_str().ok_or_else(|| self.wrong(&format!("not a string: {what}")))
    }

    /// The value if it is an array of strings.
    pub(crate) fn texts(&self) -> Option<Vec<String>> {
        let texts = self.value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
        texts.collect()
    }
}
