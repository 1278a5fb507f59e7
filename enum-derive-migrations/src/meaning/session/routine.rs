//! Functions and procedures of the migrations' own.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use squawk_lexer::TokenKind;

use crate::ground::Location;
use crate::text::origin::Origin;
use crate::text::token;

/// A routine that may do more than compute.
pub(crate) struct Routine {
    /// What tells it from others of its name: its schema, if that was said, and its parameters.
    pub signature: String,
    pub body: Body,
    /// The parameters that a call has arguments for, in order.
    pub parameters: Vec<Parameter>,
    pub origin: Origin,
    pub at: Location,
}

impl Routine {
    /// The names and keywords in the body, in lower case.
    pub(super) fn words(&self) -> HashSet<String> {
        let (Body::Plpgsql(text) | Body::Sql(text) | Body::Unread(text)) = &self.body else {
            return HashSet::new();
        };
        let mut words = HashSet::new();
        for (kind, word, _) in token::words(text) {
            if matches!(kind, TokenKind::Ident | TokenKind::QuotedIdent { .. }) {
                words.insert(word.trim_matches('"').to_ascii_lowercase());
            }
        }
        words
    }
}

/// A routine that can do nothing to enums, as long as what it calls cannot.
#[derive(Clone)]
pub(super) struct Dormant {
    pub name: Arc<str>,
    /// What may be the names of what it calls, so that the body need not be read for every routine.
    pub words: HashSet<String>,
    pub routine: Rc<Routine>,
}

pub(crate) struct Parameter {
    pub name: Option<Arc<str>>,
    /// Whether it takes all the arguments that are left.
    pub variadic: bool,
}

pub(crate) enum Body {
    Plpgsql(String),
    Sql(String),
    /// In a language that replay does not read.
    Other,
    /// Of a statement that the parser does not read: it may do what its words say.
    Unread(String),
}
