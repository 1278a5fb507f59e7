//! What is written by a function.

use core::fmt;

/// A value that `write` writes: `core::fmt::from_fn`, which Rust has since 1.93. This crate promises less.
pub(crate) fn from_fn<F>(write: F) -> FromFn<F>
where
    F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result,
{
    FromFn(write)
}

pub(crate) struct FromFn<F>(F);

impl<F> fmt::Display for FromFn<F>
where
    F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0(f)
    }
}
