//! What names of libraries mean in the source of models.

use std::ops::Range;
use std::rc::Rc;

use crate::operations::Operations;
use crate::run::{Evaluated, Library, Run, Stop};
use crate::value::{Args, Made, Value};

/// The libraries of revisions, and Flask-SQLAlchemy.
pub(super) struct Declarations;

/// What an object of `flask_sqlalchemy.SQLAlchemy` has of its own (`flask_sqlalchemy/extension.py`); everything else is
/// `sqlalchemy`'s or `sqlalchemy.orm`'s.
const OWN: [&str; 8] =
    ["Model", "Query", "app", "engine", "engines", "metadata", "metadatas", "session"];

impl Library for Declarations {
    fn attribute(&self, path: &Rc<str>, name: &str) -> Value {
        Operations.attribute(path, name)
    }

    fn made_attribute(
        &self,
        run: &mut Run<'_>,
        made: &Rc<Made>,
        name: &str,
    ) -> Result<Option<Value>, Stop> {
        if is_flask(made) && !OWN.contains(&name) {
            return Ok(Some(Value::Name(format!("sqlalchemy.{name}").into())));
        }
        Operations.made_attribute(run, made, name)
    }

    fn call(&self, run: &mut Run<'_>, path: &Rc<str>, args: Args, at: Range<usize>) -> Evaluated {
        Operations.call(run, path, args, at)
    }

    fn method(
        &self,
        run: &mut Run<'_>,
        of: &Value,
        name: &str,
        args: Args,
        at: Range<usize>,
    ) -> Evaluated {
        Operations.method(run, of, name, args, at)
    }
}

/// Whether it is an object of `flask_sqlalchemy.SQLAlchemy`.
pub(super) fn is_flask(made: &Made) -> bool {
    made.kind() == "SQLAlchemy" && made.of.starts_with("flask_sqlalchemy")
}
