//! What names mean at a place in a function.

use syn::Expr;

use super::file::File;

/// The names of a file, and those that are bound in a function.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) file: &'a File,
    /// In the order in which they are bound; nothing for one whose value is not known.
    locals: &'a [(String, Option<Expr>)],
}

impl<'a> Scope<'a> {
    pub(super) fn new(file: &'a File, locals: &'a [(String, Option<Expr>)]) -> Self {
        Self { file, locals }
    }

    /// Outside of functions.
    pub(super) fn of(file: &'a File) -> Self {
        Self { file, locals: &[] }
    }

    /// The value that a name is bound to, and the scope that this stands in: what was bound before it.
    pub(super) fn local(self, path: &syn::Path) -> Option<(&'a Expr, Self)> {
        let name = path.get_ident()?;
        let at = self.locals.iter().rposition(|(known, _)| name == known)?;
        let value = self.locals[at].1.as_ref()?;
        Some((value, Self { locals: &self.locals[..at], ..self }))
    }
}
