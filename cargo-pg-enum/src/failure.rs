//! Command failures.

use std::fmt::{self, Write};

use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_HELP_STYLE, Style};
use pg_enum_migrations::folder::FolderError;
use pg_enum_migrations::write::WriteError;

use crate::Streams;
use crate::text::visible;

/// The reason why a command failed, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    /// The output of another program, on its own lines.
    detail: Option<String>,
    help: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), detail: None, help: None }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds to the help that there may be.
    pub(crate) fn with_help_too(mut self, help: &str) -> Self {
        self.help = Some(match self.help {
            Some(first) => format!("{first}; {help}"),
            None => help.to_owned(),
        });
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[cfg(test)]
    pub(crate) fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    pub(crate) fn print(&self, streams: &mut Streams<'_>) {
        let style = |style: Style| if streams.err_color { style } else { Style::new() };
        let (error, help) = (style(DEFAULT_ERROR_STYLE), style(DEFAULT_HELP_STYLE));
        let mut text = format!("{error}error{error:#}: {}\n", visible(&self.message));
        for line in self.detail.as_deref().unwrap_or_default().lines() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{}", format!("  {}", visible(line)).trim_end());
        }
        if let Some(message) = &self.help {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{help}help{help:#}: {}", visible(message));
        }
        // If this fails, there is no other place to report it.
        let _ = streams.err.write_all(text.as_bytes());
    }
}

/// Only the message.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            FolderError::NotFound(_) | FolderError::NotADirectory(_) => {
                failure.with_help("give the folder of the migrations with --migrations DIR")
            }
            _ => failure,
        }
    }
}

impl From<pg_enum_build::Error> for Failure {
    fn from(error: pg_enum_build::Error) -> Self {
        Self::new(error.to_string())
    }
}
