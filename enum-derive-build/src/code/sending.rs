//! What is sent to the database, and what becomes a step of it.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Script, Step};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

use super::effects::Effects;
use super::names::HARMLESS_BUILDERS;
use super::scope::Scope;
use super::sql::{Sql, at_line, attempted, is_about_tables, is_harmless};
use super::types;

/// Why the SQL of a statement about a type is not known.
pub(super) const NOT_LITERAL: &str = "this type is not named by literals";

/// A statement that sea-query builds.
enum Built {
    /// It is about a type.
    Sql(String),
    /// It is about a type, and some of it is no literal.
    Unknown,
    /// It is about a table.
    Table,
    /// It is about rows, indexes or extensions.
    Harmless,
}

impl Effects<'_> {
    pub(super) fn unknown(&mut self, at: Span, message: &str) {
        let at = Location::new(&self.file.source, at.byte_range());
        self.steps.push(Step::Unknown { at, message: message.to_owned() });
    }

    /// A statement about a table, which is not read.
    pub(super) fn table(&mut self, at: Span) {
        // What one says of all tables, the next one need not say again.
        if !matches!(self.steps.last(), Some(Step::Tables { .. })) {
            let at = Location::new(&self.file.source, at.byte_range());
            self.steps.push(Step::Tables { at });
        }
    }

    pub(super) fn emit(&mut self, script: Script) {
        if self.branches > 0 && !is_harmless(script.text()) {
            let message = "whether this is run is not known".to_owned();
            let at = Location::new(&script.source, script.range);
            self.steps.push(Step::Unknown { at, message });
        } else if self.branches == 0 {
            self.steps.push(Step::Sql(script));
        } else if is_about_tables(script.text()) {
            let at = Location::new(&script.source, script.range);
            self.steps.push(Step::Tables { at });
        }
    }

    /// Something whose error is caught: if the server refuses it, what comes after goes on.
    pub(super) fn attempt(&mut self, run: impl FnOnce(&mut Self)) {
        let before = self.steps.len();
        run(self);
        let tried = self.steps.split_off(before);
        let (mut scripts, mut rest) = (Vec::new(), Vec::new());
        for step in tried {
            match step {
                Step::Sql(script) => scripts.push(script),
                other => rest.push(other),
            }
        }
        if let Some(first) = scripts.first() {
            let sql = attempted(scripts.iter().map(Script::text));
            let line = first.source.line(first.range.start);
            let path = first.source.path.clone();
            self.steps.push(Step::Sql(at_line(&sql, line, path)));
        }
        self.steps.append(&mut rest);
    }

    pub(super) fn text_of(&self, expression: &Expr) -> Sql {
        Sql::of(expression, self.file, &|name| self.bound(name))
    }

    /// The text that a name is bound to.
    fn bound(&self, name: &str) -> Option<Sql> {
        let bound = self.texts.iter().rev().find(|(known, _)| known == name);
        bound.map(|(_, sql)| sql.clone())
    }

    /// What names mean here.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::new(self.file, &self.locals)
    }

    /// What is sent.
    pub(super) fn send(&mut self, value: &Expr, at: Span) {
        match self.built(value) {
            Some(Built::Sql(sql)) => return self.emit(Sql::made(&sql, at, self.file)),
            Some(Built::Unknown) => return self.unknown(at, NOT_LITERAL),
            Some(Built::Table) => return self.table(at),
            Some(Built::Harmless) => return,
            None => {}
        }
        let sql = self.text_of(value);
        self.send_sql(sql, at);
    }

    /// Of a statement that sea-query builds, the SQL if it is about a type, and otherwise none, as rows do not matter.
    fn built(&self, value: &Expr) -> Option<Built> {
        let (statement, scope) = types::statement_in(value, self.scope());
        let builder = types::builder(statement, scope)?;
        if types::BUILDERS.contains(&&*builder) {
            return Some(types::statement(statement, scope).map_or(Built::Unknown, Built::Sql));
        }
        if builder == "Table" {
            return Some(Built::Table);
        }
        HARMLESS_BUILDERS.contains(&&*builder).then_some(Built::Harmless)
    }

    pub(super) fn send_sql(&mut self, sql: Sql, at: Span) {
        match sql {
            Sql::Whole(script) => self.emit(script),
            Sql::Several(all) => all.into_iter().for_each(|one| self.send_sql(one, at)),
            Sql::Parts(text, at) if is_harmless(&text) => {
                if is_about_tables(&text) {
                    self.table(at);
                }
            }
            Sql::Parts(_, at) => self.unknown(at, "this SQL is put together at run time"),
            Sql::No => self.unknown(at, "what this sends is not a literal"),
        }
    }

    /// The SQL in the arguments of a macro that sends it. It is a text of `format!`, as that is what such macros pass
    /// it to.
    pub(super) fn of_macro(&self, mac: &Macro) -> Sql {
        let tokens: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
        let mut arguments = tokens
            .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
        let text = arguments.position(|argument| matches!(argument, [TokenTree::Literal(_)]));
        let Some(text) = text else { return Sql::No };
        let start = tokens
            .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
            .take(text)
            .map(|argument| argument.len() + 1)
            .sum::<usize>();
        let rest: TokenStream = tokens[start..].iter().cloned().collect();
        let is_format = mac.path.segments.last().is_some_and(|last| last.ident == "sql");
        if is_format {
            return Sql::format(rest, self.file, &|name| self.bound(name));
        }
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(rest);
        match arguments.ok().and_then(|arguments| arguments.into_iter().next()) {
            Some(first) => self.text_of(&first),
            None => Sql::No,
        }
    }
}
