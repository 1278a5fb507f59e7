//! Why the server would not do something.

use std::ops::Deref;
use std::sync::Arc;

use super::{Key, Location};

/// An error of the server's. It is in a box because almost everything may return one, and almost
/// nothing does.
#[derive(Clone)]
pub(crate) struct Refusal(Box<Details>);

/// What it says, and what explains it.
#[derive(Clone)]
pub(crate) struct Details {
    pub sqlstate: Arc<str>,
    /// The server's own message.
    pub message: String,
    pub at: Option<Location>,
    pub related: Vec<(Location, String)>,
    pub help: Option<String>,
    /// What it is about, so that a doubt about that is a doubt about the refusal.
    pub about: About,
    /// Likewise, the type that it is for, if that is another.
    pub because_of: Option<Key>,
    /// The label that is there already, if that is why.
    pub label_there: Option<String>,
    /// Whether `RAISE` raises it.
    pub is_raised: bool,
}

#[derive(Clone, Default)]
pub(crate) enum About {
    /// Nothing that could be in doubt.
    #[default]
    Nothing,
    /// What may be in any of the catalogs.
    Anything,
    /// Something that replay does not follow, so that it is in doubt in any case.
    NotFollowed,
    Type(Key),
    /// A type that is nowhere on the path.
    Name(Arc<str>),
    Schema(Arc<str>),
}

/// That the server did something, or why it would not.
pub(crate) type Done = Result<(), Refusal>;

impl Refusal {
    pub(crate) fn new(sqlstate: impl Into<Arc<str>>, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            sqlstate: sqlstate.into(),
            message: message.into(),
            at: None,
            related: Vec::new(),
            help: None,
            about: About::Nothing,
            because_of: None,
            label_there: None,
            is_raised: false,
        }))
    }

    pub(crate) fn no_schema(name: &Arc<str>) -> Self {
        Self::new("3F000", format!("schema \"{name}\" does not exist"))
            .about_schema(name)
            .help(format!("if it is there before any migration runs, say so: `--schema {name}`"))
    }

    /// Whether it can only come from following tables: something about one of their columns, or that one is gone.
    pub(crate) fn is_about_table(&self) -> bool {
        matches!(&*self.sqlstate, "42701" | "42703" | "42P01" | "42P16" | "42611" | "55000")
    }

    pub(crate) fn about(mut self, key: &Key) -> Self {
        self.0.about = About::Type(key.clone());
        self
    }

    pub(crate) fn because_of(mut self, key: &Key) -> Self {
        self.0.because_of = Some(key.clone());
        self
    }

    /// A label of this text is there already.
    pub(crate) fn label_there(mut self, text: &str) -> Self {
        self.0.label_there = Some(text.to_owned());
        self
    }

    pub(crate) fn raised(mut self) -> Self {
        self.0.is_raised = true;
        self
    }

    pub(crate) fn about_anything(mut self) -> Self {
        self.0.about = About::Anything;
        self
    }

    pub(crate) fn about_what_is_not_followed(mut self) -> Self {
        self.0.about = About::NotFollowed;
        self
    }

    pub(crate) fn about_name(mut self, name: &Arc<str>) -> Self {
        self.0.about = About::Name(Arc::clone(name));
        self
    }

    pub(crate) fn about_schema(mut self, name: &Arc<str>) -> Self {
        self.0.about = About::Schema(Arc::clone(name));
        self
    }

    pub(crate) fn related(mut self, at: &Location, text: String) -> Self {
        self.0.related.push((at.clone(), text));
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.0.help = Some(text.into());
        self
    }

    /// At this place, unless a closer one is known.
    pub(crate) fn at(mut self, at: &Location) -> Self {
        self.0.at.get_or_insert_with(|| at.clone());
        self
    }

    pub(crate) fn into_details(self) -> Details {
        *self.0
    }
}

impl Deref for Refusal {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}
