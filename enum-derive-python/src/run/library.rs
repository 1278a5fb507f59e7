//! What the interpreter asks of the libraries that a revision imports.

use std::ops::Range;
use std::rc::Rc;

use super::{Evaluated, Run, Stop};
use crate::value::{Args, Made, Value};

/// The libraries that a revision imports. Each method that is given the interpreter may send SQL through it, and call functions of
/// the source.
pub(crate) trait Library {
    /// An attribute of something that has a dotted name.
    fn attribute(&self, path: &Rc<str>, name: &str) -> Value;

    /// An attribute of what a call made; nothing where it is none that is known.
    fn made_attribute(
        &self,
        run: &mut Run<'_>,
        made: &Rc<Made>,
        name: &str,
    ) -> Result<Option<Value>, Stop>;

    /// A call of something that has a dotted name.
    fn call(&self, run: &mut Run<'_>, path: &Rc<str>, args: Args, at: Range<usize>) -> Evaluated;

    /// A call of an attribute of something made, or of what is not known.
    fn method(
        &self,
        run: &mut Run<'_>,
        of: &Value,
        name: &str,
        args: Args,
        at: Range<usize>,
    ) -> Evaluated;
}
