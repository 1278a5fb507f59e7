//! What a function sends to the database, in order.

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Script, Step};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprCall, ExprIf, ExprMatch, ExprMethodCall, Local, Macro, Pat, ReturnType, Stmt,
    Token,
};

use super::function::{FRAGMENTS, File, Function};
use super::sql::{Sql, is_harmless};
use super::types;

/// How many functions call one another.
const DEEPEST: usize = 16;
/// Steps of one migration. What has more does not come to an end.
const MOST: usize = 5000;

/// Functions that make a query of their first argument, which something else runs.
const QUERIES: &[&str] = &[
    "query",
    "query_as",
    "query_scalar",
    "query_with",
    "query_as_with",
    "query_scalar_with",
    "raw_sql",
    "sql_query",
    "query_unchecked",
    "query_as_unchecked",
];

/// Methods that send their first argument.
const SENDS: &[&str] = &[
    "execute_unprepared",
    "batch_execute",
    "simple_query",
    "execute",
    "execute_raw",
    "execute_batch",
    "exec_stmt",
    "query_raw",
    "fetch",
    "fetch_all",
    "fetch_one",
    "fetch_optional",
    "exec",
    "query",
    "query_one",
    "query_opt",
    "query_all",
];

/// Macros that send a text of theirs, as the first argument or behind a connection.
const SENDING_MACROS: &[&str] =
    &["sql", "query", "query_as", "query_scalar", "execute", "exec", "run_sql", "batch_execute"];

/// Methods of SeaORM's `SchemaManager` (`sea-orm-migration/src/manager.rs`) that change no type, or only ask.
const TABLES: &[&str] = &[
    "create_table",
    "alter_table",
    "drop_table",
    "rename_table",
    "truncate_table",
    "create_index",
    "drop_index",
    "create_foreign_key",
    "drop_foreign_key",
    "has_table",
    "has_column",
    "has_index",
];

/// And those that are about a type.
const TYPES: &[&str] = &["create_type", "alter_type", "drop_type"];

/// Methods and functions that pass on what they are called with.
const PASSES: &[&str] = &[
    "get_connection",
    "get_database_backend",
    "lock",
    "connection",
    "as_mut",
    "as_ref",
    "deref",
    "deref_mut",
    "clone",
    "borrow",
    "borrow_mut",
    "begin",
    "commit",
    "acquire",
    "unwrap",
    "expect",
    "context",
    "with_context",
    "map_err",
    "ok",
    "map",
    "into",
    "and",
    "boxed",
    "pin",
    "Ok",
    "Some",
    "Box",
    "new",
    "transaction_mut",
    "get_mut",
    "await",
    "build_transaction",
    "read_write",
    "drop",
    "bind",
    "persistent",
    "scope_boxed",
    "as_mut_slice",
    "into_inner",
];

/// Methods that read or write rows by what an ORM knows of them.
const ROWS: &[&str] = &[
    "insert",
    "update",
    "save",
    "delete",
    "exec",
    "all",
    "one",
    "count",
    "exec_with_returning",
    "stream",
    "exec_without_returning",
    "paginate",
];

/// Methods that run a closure in a transaction.
const TRANSACTIONS: &[&str] = &["transaction", "transaction_sync", "run", "immediate_transaction"];

/// Macros that only write a log, or check something.
const LOGS: &[&str] = &[
    "println",
    "eprintln",
    "print",
    "dbg",
    "info",
    "debug",
    "warn",
    "error",
    "trace",
    "log",
    "assert",
    "assert_eq",
    "debug_assert",
    "span",
    "event",
    "bail",
    "ensure",
    "anyhow",
    "format",
    "matches",
    "panic",
    "todo",
    "unreachable",
];

/// A function that is being followed.
pub(super) struct Effects<'f> {
    file: &'f File,
    depth: usize,
    /// The names through which there is a database.
    handles: Vec<String>,
    /// The names of texts.
    texts: Vec<(String, Sql)>,
    /// In how many branches this stands of which it is not known whether they are taken.
    branches: usize,
    steps: Vec<Step>,
}

impl<'f> Effects<'f> {
    /// What functions of a file do that are called one after the other, each with a database.
    pub(super) fn of(file: &'f File, functions: &[Function<'f>]) -> Vec<Step> {
        let mut this = Self::new(file, 0);
        for function in functions {
            this.handles = function.parameters().into_iter().flatten().collect();
            this.run(function);
        }
        this.steps
    }

    fn new(file: &'f File, depth: usize) -> Self {
        let (handles, texts, steps) = (Vec::new(), Vec::new(), Vec::new());
        Self { file, depth, handles, texts, branches: 0, steps }
    }

    fn run(&mut self, function: &Function<'_>) {
        let returns = !matches!(function.signature.output, ReturnType::Default);
        // refinery's: what it returns is sent.
        if returns && function.signature.inputs.is_empty() {
            return self.returned(function.block);
        }
        if function.signature.ident == FRAGMENTS {
            return self.fragments(function.block);
        }
        self.block(function.block);
    }

    /// A function that has no database returns the SQL.
    fn returned(&mut self, block: &Block) {
        let Some((last, before)) = block.stmts.split_last() else { return };
        for statement in before {
            if let Stmt::Local(local) = statement {
                self.local(local);
            }
        }
        match last {
            Stmt::Expr(Expr::Return(returned), _) if returned.expr.is_some() => {
                if let Some(value) = &returned.expr {
                    self.send(value, value.span());
                }
            }
            Stmt::Expr(value, None) => self.send(value, value.span()),
            Stmt::Macro(call) => {
                let value =
                    Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: call.mac.clone() });
                self.send(&value, call.span());
            }
            other => self.unknown(other.span(), "what this migration returns is not a literal"),
        }
    }

    /// `vec![Box::new(permission::Migrate), …]`: the parts of a migration.
    fn fragments(&mut self, block: &Block) {
        let mut paths = Paths::default();
        paths.visit_block(block);
        for path in paths.0 {
            let mut segments = path.segments.iter().rev().skip(1);
            let module = segments.next().map(|module| module.ident.to_string());
            let Some(file) = module.and_then(|module| self.file.module(&module)) else {
                self.unknown(path.span(), "this part of the migration is not found");
                continue;
            };
            match file.entry() {
                super::function::Entry::Found(functions) => {
                    self.follow(&file, &functions, path.span())
                }
                super::function::Entry::Unclear => {
                    self.unknown(
                        path.span(),
                        "which function of this part is the migration is not known",
                    );
                }
            }
        }
    }

    /// Functions of another file, each with a database.
    fn follow(&mut self, file: &File, functions: &[Function<'_>], at: Span) {
        if self.depth >= DEEPEST {
            return self.unknown(at, "functions call one another too deeply to be followed");
        }
        let mut inner = Effects::new(file, self.depth + 1);
        inner.branches = self.branches;
        for function in functions {
            inner.handles = function.parameters().into_iter().flatten().collect();
            inner.run(function);
        }
        self.steps.append(&mut inner.steps);
    }

    fn unknown(&mut self, at: Span, message: &str) {
        if self.steps.len() < MOST {
            let at = Location::new(&self.file.source, at.byte_range());
            self.steps.push(Step::Unknown { at, message: message.to_owned() });
        }
    }

    fn emit(&mut self, script: Script) {
        if self.branches > 0 && !is_harmless(script.text()) {
            let message = "whether this is run is not known".to_owned();
            let at = Location::new(&script.source, script.range);
            self.steps.push(Step::Unknown { at, message });
        } else if self.branches == 0 && self.steps.len() < MOST {
            self.steps.push(Step::Sql(script));
        }
    }

    fn text_of(&self, expression: &Expr) -> Sql {
        let bound = |name: &str| {
            let bound = self.texts.iter().rev().find(|(known, _)| known == name);
            bound.map(|(_, sql)| sql.clone())
        };
        Sql::of(expression, self.file, &bound)
    }

    /// What is sent.
    fn send(&mut self, value: &Expr, at: Span) {
        let sql = self.text_of(value);
        self.send_sql(sql, at);
    }

    fn send_sql(&mut self, sql: Sql, at: Span) {
        match sql {
            Sql::Whole(script) => self.emit(script),
            Sql::Parts(text, _) if is_harmless(&text) => {}
            Sql::Parts(_, at) => self.unknown(at, "this SQL is put together at run time"),
            Sql::No => self.unknown(at, "what this sends is not a literal"),
        }
    }

    /// Whether an expression has to do with the database.
    fn is_about(&self, expression: &Expr) -> bool {
        let mut mentions = Mentions { names: &self.handles, found: false };
        mentions.visit_expr(expression);
        mentions.found
    }

    fn block(&mut self, block: &Block) {
        let (handles, texts) = (self.handles.len(), self.texts.len());
        for statement in &block.stmts {
            match statement {
                Stmt::Local(local) => self.local(local),
                Stmt::Expr(expression, _) => self.expression(expression),
                Stmt::Macro(call) => self.macro_(&call.mac),
                Stmt::Item(_) => {}
            }
        }
        self.handles.truncate(handles);
        self.texts.truncate(texts);
    }

    fn local(&mut self, local: &Local) {
        let Some(init) = &local.init else { return };
        let sql = self.text_of(&init.expr);
        let mut names = Names::default();
        names.visit_pat(&local.pat);
        if !matches!(sql, Sql::No) {
            self.texts.extend(names.0.into_iter().map(|name| (name, sql.clone())));
            return;
        }
        // A name that is bound anew is no longer what it was.
        self.texts.extend(names.0.iter().map(|name| (name.clone(), Sql::No)));
        if self.is_about(&init.expr) {
            self.expression(&init.expr);
            self.handles.extend(names.0);
        }
        if let Some((_, diverge)) = &init.diverge {
            self.maybe(|this| this.expression(diverge));
            self.may_end(diverge);
        }
    }

    /// Behind a branch that may end the function, it is not known whether anything is run.
    fn may_end(&mut self, branch: &Expr) {
        let mut returns = Returns(false);
        returns.visit_expr(branch);
        self.branches += usize::from(returns.0);
    }

    /// Something that is done in some cases only.
    fn maybe(&mut self, run: impl FnOnce(&mut Self)) {
        self.branches += 1;
        run(self);
        self.branches -= 1;
    }

    fn expression(&mut self, expression: &Expr) {
        if !self.is_about(expression) {
            // `if is_done { return Ok(()); }`
            if let Expr::If(inner) = expression
                && is_postgres(&inner.cond).is_none()
            {
                self.may_end(expression);
            }
            return;
        }
        match expression {
            Expr::Path(_) | Expr::Lit(_) | Expr::Continue(_) | Expr::Field(_) => {}
            Expr::Await(inner) => self.expression(&inner.base),
            Expr::Try(inner) => self.expression(&inner.expr),
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Reference(inner) => self.expression(&inner.expr),
            Expr::Unary(inner) => self.expression(&inner.expr),
            Expr::Cast(inner) => self.expression(&inner.expr),
            Expr::Return(inner) => inner.expr.iter().for_each(|inner| self.expression(inner)),
            Expr::Break(inner) => inner.expr.iter().for_each(|inner| self.expression(inner)),
            Expr::Block(inner) => self.block(&inner.block),
            Expr::Async(inner) => self.block(&inner.block),
            Expr::Unsafe(inner) => self.block(&inner.block),
            Expr::Assign(inner) => self.expression(&inner.right),
            Expr::Let(inner) => self.expression(&inner.expr),
            Expr::Binary(inner) => {
                self.expression(&inner.left);
                self.expression(&inner.right);
            }
            Expr::Tuple(inner) => inner.elems.iter().for_each(|inner| self.expression(inner)),
            Expr::Array(inner) => inner.elems.iter().for_each(|inner| self.expression(inner)),
            Expr::Index(inner) => self.expression(&inner.expr),
            Expr::If(inner) => self.if_(inner),
            Expr::Match(inner) => self.match_(inner),
            Expr::ForLoop(inner) => self.for_(inner),
            Expr::While(inner) => {
                self.expression(&inner.cond);
                self.maybe(|this| this.block(&inner.body));
            }
            Expr::Loop(inner) => self.maybe(|this| this.block(&inner.body)),
            Expr::Macro(inner) => self.macro_(&inner.mac),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            // It runs where it is passed to, if at all.
            Expr::Closure(inner) => self.maybe(|this| this.expression(&inner.body)),
            other => self.unknown(other.span(), "what this does is not known"),
        }
    }

    fn if_(&mut self, inner: &ExprIf) {
        self.expression(&inner.cond);
        match is_postgres(&inner.cond) {
            Some(true) => self.block(&inner.then_branch),
            Some(false) => {
                if let Some((_, other)) = &inner.else_branch {
                    self.expression(other);
                }
            }
            None => {
                self.maybe(|this| this.block(&inner.then_branch));
                if let Some((_, other)) = &inner.else_branch {
                    self.maybe(|this| this.expression(other));
                }
                let mut returns = Returns(false);
                returns.visit_expr_if(inner);
                self.branches += usize::from(returns.0);
            }
        }
    }

    fn match_(&mut self, inner: &ExprMatch) {
        self.expression(&inner.expr);
        let is_named = |arm: &&syn::Arm| {
            let mut paths = Paths::default();
            paths.visit_pat(&arm.pat);
            paths
                .0
                .iter()
                .any(|path| path.segments.last().is_some_and(|last| last.ident == "Postgres"))
        };
        if let Some(arm) = inner.arms.iter().find(is_named) {
            return self.expression(&arm.body);
        }
        for arm in &inner.arms {
            self.maybe(|this| this.expression(&arm.body));
        }
        inner.arms.iter().for_each(|arm| self.may_end(&arm.body));
    }

    /// `for sql in ["…", "…"] { db.execute(sql) }`
    fn for_(&mut self, inner: &syn::ExprForLoop) {
        self.expression(&inner.expr);
        let mut list = &*inner.expr;
        loop {
            list = match list {
                Expr::Reference(inner) => &inner.expr,
                Expr::MethodCall(call)
                    if ["iter", "into_iter"].iter().any(|name| call.method == name) =>
                {
                    &call.receiver
                }
                _ => break,
            };
        }
        let (Pat::Ident(name), Expr::Array(array)) = (&*inner.pat, list) else {
            return self.maybe(|this| this.block(&inner.body));
        };
        let name = name.ident.to_string();
        for element in &array.elems {
            let sql = self.text_of(element);
            self.texts.push((name.clone(), sql));
            self.block(&inner.body);
            self.texts.pop();
        }
    }

    fn macro_(&mut self, mac: &Macro) {
        let mut mentions = Mentions { names: &self.handles, found: false };
        mentions.visit_macro(mac);
        if !mentions.found {
            return;
        }
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if LOGS.contains(&&*name) {
            return;
        }
        if SENDING_MACROS.contains(&&*name) {
            let sql = self.of_macro(mac);
            return self.send_sql(sql, mac.span());
        }
        self.unknown(mac.span(), "what this macro does is not known");
    }

    /// The SQL in the arguments of a macro that sends it. It is a text of `format!`, as that is what such macros pass
    /// it to.
    fn of_macro(&self, mac: &Macro) -> Sql {
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
            return Sql::format(rest, self.file);
        }
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(rest);
        match arguments.ok().and_then(|arguments| arguments.into_iter().next()) {
            Some(first) => self.text_of(&first),
            None => Sql::No,
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let Expr::Path(function) = &*call.func else {
            return self.unknown(call.span(), "what this does is not known");
        };
        let segments = &function.path.segments;
        let name = segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if PASSES.contains(&&*name) {
            return call.args.iter().for_each(|argument| self.expression(argument));
        }
        let owner = segments.iter().nth_back(1).map(|owner| owner.ident.to_string());
        match owner.as_deref() {
            None | Some("Self" | "self") => {
                if let Some(function) = self.file.function(&name) {
                    return self.enter(self.file, &function, call, call.args.iter());
                }
            }
            Some(module) => {
                if let Some(file) = self.file.module(module)
                    && let Some(function) = file.function(&name)
                {
                    return self.enter(&file, &function, call, call.args.iter());
                }
            }
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

    /// A function that is called with a database.
    fn enter<'e>(
        &mut self,
        file: &File,
        function: &Function<'_>,
        at: &impl Spanned,
        arguments: impl Iterator<Item = &'e Expr>,
    ) {
        if self.depth >= DEEPEST {
            return self.unknown(at.span(), "functions call one another too deeply to be followed");
        }
        let mut inner = Effects::new(file, self.depth + 1);
        inner.branches = self.branches;
        for (parameter, argument) in function.parameters().into_iter().zip(arguments) {
            let Some(parameter) = parameter else { continue };
            if self.is_about(argument) {
                inner.handles.push(parameter);
            } else {
                inner.texts.push((parameter, self.text_of(argument)));
            }
        }
        inner.block(function.block);
        self.steps.append(&mut inner.steps);
    }

    fn method(&mut self, call: &ExprMethodCall) {
        let name = call.method.to_string();
        // `sqlx::query("…").bind(1).execute(db)`
        if let Some(query) = query_of(&call.receiver) {
            if SENDS.contains(&&*name)
                || name.starts_with("fetch")
                || name.starts_with("load")
                || name.starts_with("get_result")
            {
                let sql = match query {
                    Query::Call(text) => self.text_of(text),
                    Query::Macro(mac) => self.of_macro(mac),
                };
                return self.send_sql(sql, call.receiver.span());
            }
        }
        if TYPES.contains(&&*name) {
            return match call
                .args
                .first()
                .and_then(|argument| types::statement(argument, self.file))
            {
                Some(sql) => self.emit(Sql::made(&sql, call.method.span(), self.file)),
                None => self.unknown(call.method.span(), "this type is not named by literals"),
            };
        }
        if TABLES.contains(&&*name) {
            return self.expression(&call.receiver);
        }
        if SENDS.contains(&&*name) && self.is_about(&call.receiver) {
            return self.sends(call);
        }
        if TRANSACTIONS.contains(&&*name)
            && let Some(Expr::Closure(closure)) = call.args.last()
        {
            let handles = self.handles.len();
            let mut names = Names::default();
            closure.inputs.iter().for_each(|input| names.visit_pat(input));
            self.handles.extend(names.0);
            self.expression(&closure.body);
            self.handles.truncate(handles);
            return;
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
        // `Mood::find().all(db)`, `diesel::insert_into(moods).values(…).execute(connection)`
        let is_rows = ROWS.contains(&&*name)
            || function_is(
                &call.receiver,
                &["insert_into", "update", "delete", "select", "replace_into"],
            );
        if is_rows && !self.is_about(&call.receiver) {
            return;
        }
        self.unknown(call.method.span(), "what this method does is not known");
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
        if let Some(sql) = types::statement(inner, self.file) {
            return self.emit(Sql::made(&sql, call.method.span(), self.file));
        }
        // sea-query's statements about tables and rows.
        if root_is(inner, &["Table", "Index", "ForeignKey", "Query"]) {
            return;
        }
        self.send(argument, argument.span());
    }
}

/// A query that something runs.
enum Query<'e> {
    Call(&'e Expr),
    Macro(&'e Macro),
}

/// The query that a chain of methods begins with: `sqlx::query("…").bind(1)`.
fn query_of(expression: &Expr) -> Option<Query<'_>> {
    match expression {
        Expr::MethodCall(call) => query_of(&call.receiver),
        Expr::Paren(inner) => query_of(&inner.expr),
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let last = path.path.segments.last()?.ident.to_string();
            QUERIES.contains(&&*last).then(|| call.args.first().map(Query::Call))?
        }
        Expr::Macro(call) => {
            let last = call.mac.path.segments.last()?.ident.to_string();
            QUERIES.contains(&&*last).then_some(Query::Macro(&call.mac))
        }
        _ => None,
    }
}

/// Whether a chain of methods begins with a function of one of these types: `Table::create()`.
fn root_is(expression: &Expr, types: &[&str]) -> bool {
    match expression {
        Expr::MethodCall(call) => root_is(&call.receiver, types),
        Expr::Reference(inner) => root_is(&inner.expr, types),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .segments
                .iter()
                .nth_back(1)
                .is_some_and(|owner| types.iter().any(|name| owner.ident == name)),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a chain of methods begins with one of these functions.
fn function_is(expression: &Expr, names: &[&str]) -> bool {
    match expression {
        Expr::MethodCall(call) => function_is(&call.receiver, names),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path
                .path
                .segments
                .last()
                .is_some_and(|last| names.iter().any(|name| last.ident == name)),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a condition asks if the database is `PostgreSQL`, and whether it holds then.
fn is_postgres(condition: &Expr) -> Option<bool> {
    match condition {
        Expr::Binary(binary) => {
            let is_asked = [&binary.left, &binary.right].iter().any(|side| match &***side {
                Expr::Path(path) => {
                    path.path.segments.last().is_some_and(|last| last.ident == "Postgres")
                }
                _ => false,
            });
            match binary.op {
                syn::BinOp::Eq(_) if is_asked => Some(true),
                syn::BinOp::Ne(_) if is_asked => Some(false),
                _ => None,
            }
        }
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            is_postgres(&inner.expr).map(|is| !is)
        }
        Expr::Macro(call) if call.mac.path.is_ident("cfg") => {
            let text = call.mac.tokens.to_string();
            let compact: String = text.split_whitespace().collect();
            match &*compact {
                "feature=\"postgres\"" | "not(feature=\"sqlite\")" | "not(feature=\"mysql\")" => {
                    Some(true)
                }
                "not(feature=\"postgres\")" | "feature=\"sqlite\"" | "feature=\"mysql\"" => {
                    Some(false)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether something returns from the function.
struct Returns(bool);

impl<'ast> Visit<'ast> for Returns {
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.0 = true;
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
}

/// Whether one of some names is in a tree.
struct Mentions<'n> {
    names: &'n [String],
    found: bool,
}

impl Mentions<'_> {
    fn look(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    self.found |= self.names.iter().any(|name| ident == name);
                }
                TokenTree::Group(group) => self.look(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.found |= self.names.iter().any(|name| ident == name);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.look(mac.tokens.clone());
    }
}

/// The names that a pattern binds.
#[derive(Default)]
struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.0.push(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}

/// Paths of more than one name, in a macro's arguments as well.
#[derive(Default)]
struct Paths(Vec<syn::Path>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        // `Box::new` is none of them.
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.0.push(path.clone());
        }
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = arguments.parse2(mac.tokens.clone()) {
            // They outlive nothing.
            let mut inner = Self::default();
            arguments.iter().for_each(|argument| inner.visit_expr(argument));
            self.0.extend(inner.0);
        }
    }
}
