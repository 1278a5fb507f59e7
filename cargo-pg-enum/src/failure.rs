//! Why a command cannot be carried out.

use std::fmt::Write;

use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_HELP_STYLE, Style};
use pg_enum_migrations::folder::FolderError;

use crate::Streams;
use crate::text::visible;

/// Why a command cannot be carried out, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn print(&self, streams: &mut Streams<'_>) {
        let style = |style: Style| if streams.err_color { style } else { Style::new() };
        let (error, help) = (style(DEFAULT_ERROR_STYLE), style(DEFAULT_HELP_STYLE));
        let mut text = format!("{error}error{error:#}: {}\n", visible(&self.message));
        if let Some(message) = &self.help {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{help}help{help:#}: {}", visible(message));
        }
        // There is nowhere else to say that this failed.
        let _ = streams.err.write_all(text.as_bytes());
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            FolderError::NotFound(_) | FolderError::NotADirectory(_) => {
                failure.with_help("name the folder that has the migrations with --migrations DIR")
            }
            _ => failure,
        }
    }
}
