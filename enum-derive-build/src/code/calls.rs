//! What calls of functions and methods do to a database.

use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprCall, ExprClosure, ExprMethodCall};

use super::effects::Effects;
use super::file::{File, Place};
use super::function::Function;
use super::names::{PASSES, ROW_BUILDERS, ROWS, SENDS, TABLE_PARTS, TABLES, TRANSACTIONS, TYPES};
use super::sending::NOT_LITERAL;
use super::shapes::{Names, Query, function_is, query_of};
use super::sql::{Sql, path_names};
use super::types;

impl Effects<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) {
        let Expr::Path(function) = &*call.func else {
            return self.unknown(call.span(), "what this does is not known");
        };
        let segments = &function.path.segments;
        let name = segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let path = path_names(&function.path);
        // A function of the repository may be called like one that only passes on what it gets: `start::last(db)`.
        let is_of_type = path.iter().any(|name| name.starts_with(char::is_uppercase));
        let is_known = || self.file.place_of_function(&path).is_some();
        if PASSES.contains(&&*name) && (is_of_type || !is_known()) {
            return call.args.iter().for_each(|argument| self.expression(argument));
        }
        if let [name] = &path[..]
            && let Some((_, is_called)) = self.closures.iter_mut().find(|(known, _)| known == name)
        {
            *is_called |= self.branches == 0;
            return;
        }
        if let Some(Place { file, name }) = self.file.place_of_function(&path)
            && let Some(function) = file.function(&name)
        {
            return self.enter(&file, &function, call, call.args.iter());
        }
        // `batch_execute(connection, "…")`
        if SENDS.contains(&&*name) || name.ends_with("execute") {
            let text = call.args.iter().find(|argument| !matches!(self.text_of(argument), Sql::No));
            if let Some(text) = text {
                return self.send(text, text.span());
            }
        }
        self.unknown(call.func.span(), "what this function does is not known");
    }

    /// The type of a value that is made with a database: `Moods::new(db)`.
    fn made_of(&self, expression: &Expr) -> Option<Place> {
        match expression {
            Expr::Reference(inner) => self.made_of(&inner.expr),
            Expr::Paren(inner) => self.made_of(&inner.expr),
            Expr::Path(path) => self.made_of(self.scope().local(&path.path)?.0),
            Expr::Call(call) => {
                let Expr::Path(function) = &*call.func else { return None };
                let path = path_names(&function.path);
                let (_, owner) = path.split_last()?;
                if owner.is_empty() { None } else { self.file.find(owner) }
            }
            _ => None,
        }
    }

    /// A function that is called with a database.
    fn enter<'e>(
        &mut self,
        file: &File,
        function: &Function<'_>,
        at: &impl Spanned,
        arguments: impl Iterator<Item = &'e Expr>,
    ) {
        let Some(mut inner) = self.inner(file, at.span()) else { return };
        inner.branches = self.branches;
        let mut closures = Vec::new();
        for (parameter, argument) in function.parameters().into_iter().zip(arguments) {
            let Some(parameter) = parameter else { continue };
            if let Expr::Closure(closure) = argument {
                closures.push(closure);
                inner.closures.push((parameter, false));
            } else if self.is_about(argument) {
                inner.handles.push(parameter);
            } else {
                inner.texts.push((parameter, self.text_of(argument)));
            }
        }
        // A method reaches what its value was made with.
        if function.has_receiver() {
            inner.handles.push("self".to_owned());
        }
        // That it is called somewhere in there is a branch of this one's, not of the function's.
        let branches = std::mem::take(&mut inner.branches);
        inner.block(function.block);
        inner.branches = branches;
        self.entered = inner.entered;
        let called = inner.closures;
        let mut steps = inner.steps;
        self.steps.append(&mut steps);
        for (closure, (_, is_called)) in closures.into_iter().zip(called) {
            let run = |this: &mut Self| this.closure(closure);
            if is_called { run(self) } else { self.maybe(run) }
        }
    }

    /// The body of a closure that is called with a database.
    fn closure(&mut self, closure: &ExprClosure) {
        let handles = self.handles.len();
        let mut names = Names::default();
        closure.inputs.iter().for_each(|input| names.visit_pat(input));
        let locals = self.locals.len();
        self.locals.extend(names.0.iter().map(|name| (name.clone(), None)));
        self.handles.extend(names.0);
        self.expression(&closure.body);
        self.handles.truncate(handles);
        self.locals.truncate(locals);
    }

    pub(super) fn method(&mut self, call: &ExprMethodCall) {
        let name = call.method.to_string();
        // `sqlx::query("…").bind(1).execute(db)`
        let starts = ["fetch", "load", "get_result"];
        let is_sent = SENDS.contains(&&*name) || starts.iter().any(|start| name.starts_with(start));
        if is_sent && let Some(query) = query_of(&call.receiver) {
            let sql = match query {
                Query::Call(text) => self.text_of(text),
                Query::Macro(mac) => self.of_macro(mac),
            };
            return self.send_sql(sql, call.receiver.span());
        }
        // `diesel::insert_into(moods).values(…).execute(connection)`
        if is_sent && function_is(&call.receiver, &ROW_BUILDERS) {
            return self.rows(&call.receiver);
        }
        if TYPES.contains(&&*name) {
            let of_type = |argument| types::statement(argument, self.scope());
            return match call.args.first().and_then(of_type) {
                Some(sql) => self.emit(Sql::made(&sql, call.method.span(), self.file)),
                None => self.unknown(call.method.span(), NOT_LITERAL),
            };
        }
        if TABLES.contains(&&*name) {
            self.table(call.method.span());
            return self.expression(&call.receiver);
        }
        if TABLE_PARTS.contains(&&*name) {
            return self.expression(&call.receiver);
        }
        if SENDS.contains(&&*name) && self.is_about(&call.receiver) {
            return self.sends(call);
        }
        if TRANSACTIONS.contains(&&*name)
            && let Some(Expr::Closure(closure)) = call.args.last()
        {
            return self.closure(closure);
        }
        // `db.execute("…").is_err()`
        if ["is_err", "is_ok", "ok"].contains(&&*name) {
            return self.attempt(|this| this.expression(&call.receiver));
        }
        if PASSES.contains(&&*name) {
            self.expression(&call.receiver);
            return call.args.iter().for_each(|argument| self.expression(argument));
        }
        if let Expr::Path(receiver) = &*call.receiver
            && receiver.path.is_ident("self")
            && let Some(function) = self.file.function(&name)
        {
            return self.enter(self.file, &function, call, call.args.iter());
        }
        if let Some(Place { file, name: owner }) = self.made_of(&call.receiver)
            && let Some(function) = file.method(&owner, &name)
        {
            return self.enter(&file, &function, call, call.args.iter());
        }
        // `Mood::find().all(db)`
        if ROWS.contains(&&*name) && !self.is_about(&call.receiver) {
            return self.rows(&call.receiver);
        }
        self.unknown(call.method.span(), "what this method does is not known");
    }

    /// A chain of methods that reads or writes rows, which do not matter, but for SQL in it.
    fn rows(&mut self, chain: &Expr) {
        if let Some(text) = raw_sql(chain) {
            self.send(text, text.span());
        }
    }

    /// `db.execute("…")`, `db.execute(Statement::from_string(backend, "…"))`.
    fn sends(&mut self, call: &ExprMethodCall) {
        let Some(argument) = call.args.first() else {
            return self.unknown(call.method.span(), "what this sends is not known");
        };
        let mut inner = argument;
        while let Expr::Reference(reference) = inner {
            inner = &reference.expr;
        }
        if let Some(Query::Call(text)) = query_of(inner) {
            return self.send(text, text.span());
        }
        if let Some(Query::Macro(mac)) = query_of(inner) {
            let sql = self.of_macro(mac);
            return self.send_sql(sql, inner.span());
        }
        self.send(argument, argument.span());
    }
}

/// What a chain of methods reads rows with: `Mood::find().from_raw_sql(Statement::from_string(backend, "…"))`.
fn raw_sql(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::MethodCall(call) if call.method == "from_raw_sql" => call.args.first(),
        Expr::MethodCall(call) => raw_sql(&call.receiver),
        _ => None,
    }
}
