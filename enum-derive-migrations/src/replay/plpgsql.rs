//! PL/pgSQL: blocks are run as far as they can be known.
//!
//! Where a condition or the number of rounds of a loop is not known, every way is tried out. If they
//! come to the same enums, nothing is lost; otherwise what they may touch is reported as unknown and
//! stays as it was.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use squawk_lexer::TokenKind;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxElement, SyntaxKind, SyntaxNode};

use super::catalog::Key;
use super::condition;
use super::expression::{Env, child, is_query};
use super::name;
use super::origin::Origin;
use super::query::Rows;
use super::refusal::Refusal;
use super::script;
use super::session::Session;
use super::statement::{Done, too_nested};
use super::value::{self, Value};
use crate::Location;
use crate::finding::{Finding, Kind};

/// Where a statement goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Flow {
    Next,
    Exit(Option<Arc<str>>),
    Continue(Option<Arc<str>>),
    Return,
}

type Ran = Result<Flow, Refusal>;

/// What a way through a script would change.
pub(super) struct Trial {
    pub touched: BTreeSet<Key>,
    pub anything: bool,
    relations: BTreeSet<Key>,
    state: Vec<(Key, Vec<Arc<str>>)>,
}

impl Trial {
    pub(super) fn changes_nothing(&self) -> bool {
        self.touched.is_empty() && !self.anything
    }
}

/// A list of statements from one of them on, or nothing.
type Way = Option<(SyntaxNode, usize)>;

/// What the statements that come next may have been left out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detour {
    /// The round of the loop.
    Round,
    /// The block.
    Block,
}

/// A query's `INTO`, which is cut out before the query is parsed, as the server does.
struct Into {
    /// Where the query begins.
    query: usize,
    targets: Vec<Arc<str>>,
}

/// A body that is being run.
struct Body {
    intos: Vec<Into>,
}

impl Session {
    /// Runs something, takes it back, and says what it changed.
    pub(super) fn trial(&mut self, run: impl FnOnce(&mut Self) -> Done) -> Trial {
        let point = self.point();
        // What is in doubt already may come into doubt again here.
        self.certain();
        let path = Arc::clone(self.catalog.path());
        self.trials += 1;
        let detour = self.detour.take();
        // That it may fail is its own business: a migration is written to succeed.
        let _ = run(self);
        self.trials -= 1;
        self.detour = detour;
        let mut touched = self.catalog.enums_touched_since(Self::mark_of(&point));
        let relations = self.catalog.relations_touched_since(Self::mark_of(&point));
        let (all, uncertain) = self.uncertain_types();
        touched.extend(uncertain);
        let anything = all || path != *self.catalog.path();
        let state = self.catalog.enum_state();
        self.roll_back(&point);
        Trial { touched, anything, relations, state }
    }

    /// `DO`
    pub(super) fn run_do(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let Some(statement) = ast::Do::cast(node.clone()) else { return Ok(()) };
        let language = node
            .children()
            .find_map(ast::DoLanguage::cast)
            .and_then(|language| language.language_name())
            .map(|language| language.name.to_ascii_lowercase());
        if language.as_deref().is_some_and(|language| language != "plpgsql") {
            self.unknown(at, "this block is in a language that is not read", &[]);
            return Ok(());
        }
        let Some(decoded) = statement.body().and_then(|body| body.decoded_value()) else {
            return Ok(());
        };
        let text = decoded.text().to_owned();
        self.run_body(&text, Env::new(env.origin.decoded(decoded)))
    }

    /// Runs the text of a block.
    pub(super) fn run_body(&mut self, text: &str, mut env: Env) -> Done {
        if !self.enter() {
            let at = env.origin.at(0..text.len());
            self.unknown(&at, "this is nested too deeply, or runs too long, to be followed", &[]);
            return Ok(());
        }
        let ran = self.run_body_here(text, &mut env);
        self.leave();
        ran
    }

    fn run_body_here(&mut self, text: &str, env: &mut Env) -> Done {
        let whole = env.origin.at(0..text.len());
        if too_nested(text) {
            self.unknown(&whole, "this is nested too deeply to be read", &[]);
            return Ok(());
        }
        let (masked, intos) = cut_into(text);
        let (tree, error) = parse(&masked);
        if let Some((message, range)) = error {
            // What cannot be read matters only if it could bear on enums.
            if mentions_enums(text) {
                let at = env.origin.at(range);
                self.report(
                    Finding::new(
                        Kind::Unreadable,
                        format!("this block cannot be read: {message}"),
                        at,
                    )
                    .with_help(
                        "mend it, or say in a comment before the statement what it does: \
                         `-- pg-enum: assume …;`",
                    ),
                );
            }
            return Ok(());
        }
        let Some(block) = tree.and_then(|tree| child(&tree, SyntaxKind::PLPGSQL_BLOCK)) else {
            return Ok(());
        };
        let body = Body { intos };
        env.variables.push(("found".into(), Value::Bool(false)));
        let ran = self.block(&block, &body, env).map(drop);
        self.detour = None;
        ran
    }

    fn block(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env) -> Ran {
        use SyntaxKind as K;
        let scope = env.variables.len();
        let exceptions = child(node, K::PLPGSQL_EXCEPTION_SECTION);
        if let Some(section) = child(node, K::PLPGSQL_DECLARE_SECTION) {
            self.declare(&section, env)?;
        }
        let point = self.point();
        let mut result = match child(node, K::PLPGSQL_BODY) {
            Some(statements) => self.statements(&statements, body, env),
            None => Ok(Flow::Next),
        };
        if let (Err(refusal), Some(section)) = (&result, &exceptions)
            && let Some(handler) = find_handler(section, &refusal.sqlstate)
        {
            let refusal = refusal.clone();
            self.roll_back(&point);
            env.variables.push(("sqlstate".into(), Value::text(&*refusal.sqlstate)));
            env.variables.push(("sqlerrm".into(), Value::text(&refusal.message)));
            self.handling.push(refusal);
            result = match child(&handler, K::PLPGSQL_BODY) {
                Some(statements) => self.statements(&statements, body, env),
                None => Ok(Flow::Next),
            };
            self.handling.pop();
        }
        env.variables.truncate(scope);
        let label = label_of(node);
        Ok(match result? {
            Flow::Exit(Some(wanted)) if Some(&wanted) == label.as_ref() => Flow::Next,
            flow => flow,
        })
    }

    fn declare(&mut self, section: &SyntaxNode, env: &mut Env) -> Done {
        use SyntaxKind as K;
        for declaration in section.children() {
            let Some(variable) = child(&declaration, K::PLPGSQL_VAR_NAME) else { continue };
            let variable = name::identifier(&variable);
            let value = match declaration.kind() {
                K::PLPGSQL_VAR_DECL => {
                    let ty = declaration
                        .children()
                        .find(|node| ast::PlpgsqlDeclType::can_cast(node.kind()));
                    match child(&declaration, K::PLPGSQL_VAR_INIT)
                        .and_then(|init| init.children().next())
                    {
                        Some(init) => {
                            let value = self.eval(&init, env)?;
                            match ty.filter(|ty| ast::Type::can_cast(ty.kind())) {
                                Some(ty) => self.cast(value, &ty, env)?,
                                None => value,
                            }
                        }
                        None if ty.as_ref().is_some_and(is_record) => Value::Row(Rc::default()),
                        None if ty.is_some_and(|ty| ty.kind() == K::ARRAY_TYPE) => Value::NullArray,
                        None => Value::Null,
                    }
                }
                K::PLPGSQL_ALIAS_DECL => {
                    let of = child(&declaration, K::PLPGSQL_ALIAS_TARGET)
                        .map(|node| node.text().to_string());
                    of.and_then(|of| {
                        let of = of.trim().to_ascii_lowercase();
                        env.variables
                            .iter()
                            .rev()
                            .find(|(name, _)| **name == *of)
                            .map(|(_, value)| value.clone())
                    })
                    .unwrap_or(Value::Unknown)
                }
                _ => Value::Unknown,
            };
            env.variables.push((variable, value));
        }
        Ok(())
    }

    fn statements(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env) -> Ran {
        self.statements_from(node, 0, body, env)
    }

    fn statements_from(
        &mut self,
        node: &SyntaxNode,
        from: usize,
        body: &Body,
        env: &mut Env,
    ) -> Ran {
        for (index, statement) in node.children().enumerate().skip(from) {
            let at = env.origin.of(&statement);
            if !self.enter() {
                self.unknown(
                    &at,
                    "this is nested too deeply, or runs too long, to be followed",
                    &[],
                );
                return Ok(Flow::Return);
            }
            let flow = self.statement(&statement, body, env, &at);
            self.leave();
            match flow.map_err(|refusal| refusal.at(&at))? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
            if self.detour.is_some() && self.trials == 0 {
                let rest = [Some((node.clone(), index + 1)), None];
                let message = "whether what comes after this runs is not known before it does";
                self.try_ways(&rest, body, env, &at, message)?;
                return Ok(Flow::Next);
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        match node.kind() {
            K::PLPGSQL_BLOCK => return self.block(node, body, env),
            K::PLPGSQL_IF_STMT | K::PLPGSQL_CASE_STMT => return self.branch(node, body, env, at),
            K::PLPGSQL_LOOP_STMT | K::PLPGSQL_WHILE_STMT => {
                return self.repeat(node, body, env, at);
            }
            K::PLPGSQL_FOR_I_STMT
            | K::PLPGSQL_FOR_QUERY_STMT
            | K::PLPGSQL_FOR_EACH_STMT
            | K::PLPGSQL_FOR_DYN_STMT
            | K::PLPGSQL_FOR_CURSOR_STMT => return self.for_each(node, body, env, at),
            K::PLPGSQL_EXIT_STMT | K::PLPGSQL_CONTINUE_STMT => return self.leave_loop(node, env),
            K::PLPGSQL_RETURN_STMT => {
                if let Some(expression) = child(node, K::PLPGSQL_EXPR) {
                    self.eval(&expression, env)?;
                }
                return Ok(Flow::Return);
            }
            K::PLPGSQL_RAISE_STMT => self.raise(node, env)?,
            K::PLPGSQL_ASSERT_STMT => {
                if let Some(condition) = child(node, K::PLPGSQL_EXPR)
                    && self.eval(&condition, env)?.truth() == Some(false)
                {
                    return Err(Refusal::new("P0004", "assertion failed"));
                }
            }
            K::PLPGSQL_ASSIGN_STMT => self.assign(node, env)?,
            K::PLPGSQL_DYN_EXECUTE_STMT => self.execute_dynamic(node, env, at)?,
            K::PLPGSQL_PERFORM_STMT => {
                if let Some(query) = node.children().find(|node| is_query(node.kind())) {
                    let found = self.run_query(&query, env, at)?;
                    env.set("found", Value::of_truth(found));
                }
            }
            K::PLPGSQL_EXEC_SQL_STMT | K::PLPGSQL_CALL_STMT | K::PLPGSQL_DO_STMT => {
                if let Some(statement) = node.children().next() {
                    self.run_sql(&statement, body, env, at)?;
                }
            }
            K::PLPGSQL_GET_DIAG_STMT | K::PLPGSQL_FETCH_STMT | K::PLPGSQL_OPEN_STMT => {
                for target in node.descendants() {
                    if target.kind() == K::PLPGSQL_VAR_NAME_REF {
                        env.set(&name::identifier(&target), Value::Unknown);
                    }
                }
            }
            K::PLPGSQL_ROLLBACK_STMT => {
                self.unknown(at, "what a ROLLBACK inside a block takes back is not followed", &[]);
            }
            _ => {}
        }
        Ok(Flow::Next)
    }

    /// A statement of SQL's, perhaps with an `INTO` that has been cut out.
    fn run_sql(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env, at: &Location) -> Done {
        let start = usize::from(node.text_range().start());
        let into = body.intos.iter().find(|into| into.query == start);
        if is_query(node.kind()) {
            let rows = self.query(node, env)?;
            if !rows.complete {
                self.interpret(node, env)?;
            }
            let found = if rows.complete { Some(!rows.rows.is_empty()) } else { None };
            if let Some(into) = into {
                Self::assign_rows(&rows, &into.targets, env);
            }
            env.set("found", Value::of_truth(found));
            return Ok(());
        }
        self.interpret(node, env)?;
        if let Some(into) = into {
            Self::assign_rows(&Rows::default(), &into.targets, env);
        }
        let _ = at;
        if matches!(
            node.kind(),
            SyntaxKind::INSERT | SyntaxKind::UPDATE | SyntaxKind::DELETE | SyntaxKind::MERGE
        ) {
            env.set("found", Value::Unknown);
        }
        Ok(())
    }

    /// The first row of a query goes into variables.
    fn assign_rows(rows: &Rows, targets: &[Arc<str>], env: &mut Env) {
        let row = rows.rows.first();
        for (index, target) in targets.iter().enumerate() {
            let is_row = targets.len() == 1
                && env
                    .variables
                    .iter()
                    .rev()
                    .any(|(name, value)| name == target && matches!(value, Value::Row(_)));
            let value = match row {
                _ if !rows.complete && is_row => Value::Row(Rc::new(rows.shape.clone())),
                _ if !rows.complete => {
                    rows.shape.get(index).map_or(Value::Unknown, |(_, value)| perhaps(value))
                }
                Some(row) if is_row => Value::Row(Rc::new(row.clone())),
                Some(row) => row.get(index).map_or(Value::Null, |(_, value)| value.clone()),
                None => Value::Null,
            };
            env.set(target, value);
        }
    }

    fn assign(&mut self, node: &SyntaxNode, env: &mut Env) -> Done {
        use SyntaxKind as K;
        let Some(target) = child(node, K::PLPGSQL_ASSIGN_TARGET) else { return Ok(()) };
        let Some(expression) = child(node, K::PLPGSQL_EXPR) else { return Ok(()) };
        let mut value = self.eval(&expression, env)?;
        let Some(variable) = child(&target, K::PLPGSQL_VAR_NAME_REF) else { return Ok(()) };
        if target.children().count() > 1 {
            // A field or an element.
            value = Value::Unknown;
        }
        env.set(&name::identifier(&variable), value);
        Ok(())
    }

    fn raise(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let level = child(node, K::PLPGSQL_RAISE_LEVEL);
        if level
            .is_some_and(|level| !level.text().to_string().trim().eq_ignore_ascii_case("exception"))
        {
            return Ok(());
        }
        let condition = child(node, K::PLPGSQL_CONDITION);
        let message = child(node, K::PLPGSQL_RAISE_MESSAGE);
        let using = child(node, K::PLPGSQL_RAISE_USING_CLAUSE);
        if condition.is_none() && message.is_none() && using.is_none() {
            return match self.handling.last() {
                Some(refusal) => Err(refusal.clone()),
                None => Err(Refusal::new(
                    "0Z002",
                    "RAISE without parameters cannot be used outside an exception handler",
                )),
            };
        }
        let mut sqlstate: Arc<str> = "P0001".into();
        let mut text = String::new();
        if let Some(condition) = condition {
            sqlstate = condition_codes(&condition).next().unwrap_or(sqlstate);
            condition.text().to_string().trim().clone_into(&mut text);
        }
        if let Some(message) = message {
            let pattern =
                message.children().next().map(|literal| super::expression::literal(&literal));
            if let Some(Value::Text(pattern)) = pattern {
                let mut parts = pattern.split('%');
                parts.next().unwrap_or_default().clone_into(&mut text);
                let mut parameters = node.children().filter(|node| node.kind() == K::PLPGSQL_EXPR);
                for part in parts {
                    let value = match parameters.next() {
                        Some(parameter) => self.eval(&parameter, env)?,
                        None => Value::text("%"),
                    };
                    text.push_str(&self.as_text(&value).unwrap_or_else(|| "…".into()));
                    text.push_str(part);
                }
            }
        }
        for option in using.iter().flat_map(SyntaxNode::children) {
            let Some(value) = child(&option, K::PLPGSQL_EXPR) else { continue };
            let value = self.eval(&value, env)?;
            let Value::Text(value) = value else { continue };
            match option.kind() {
                K::PLPGSQL_RAISE_OPTION_ERRCODE => {
                    sqlstate =
                        condition::codes(&value).first().map_or(value, |code| (*code).into());
                }
                K::PLPGSQL_RAISE_OPTION_MESSAGE => value.as_ref().clone_into(&mut text),
                _ => {}
            }
        }
        let text = text.replace(name::HOLE, "…");
        Err(Refusal::new(sqlstate, text))
    }

    fn execute_dynamic(&mut self, node: &SyntaxNode, env: &mut Env, at: &Location) -> Done {
        use SyntaxKind as K;
        let Some(expression) = child(node, K::PLPGSQL_EXPR) else { return Ok(()) };
        let into: Vec<_> = child(node, K::PLPGSQL_INTO_CLAUSE)
            .iter()
            .flat_map(SyntaxNode::descendants)
            .filter(|node| node.kind() == K::PLPGSQL_VAR_NAME_REF)
            .map(|node| name::identifier(&node))
            .collect();
        let text = match self.eval(&expression, env)? {
            Value::Text(text) => text,
            Value::Null => {
                return Err(Refusal::new("22004", "query string argument of EXECUTE is null"));
            }
            _ => {
                self.unknown(at, "what this executes is put together at run time", &[]);
                Self::assign_rows(&Rows::default(), &into, env);
                return Ok(());
            }
        };
        let origin = Self::origin_of_text(&expression, env, at);
        if into.is_empty() {
            return self.run_text(&text, &origin);
        }
        let rows = match Self::parse_query(&text) {
            Some(query) => self.query(&query, &Env::new(origin))?,
            None => {
                self.run_text(&text, &origin)?;
                Rows::default()
            }
        };
        Self::assign_rows(&rows, &into, env);
        Ok(())
    }

    fn parse_query(text: &str) -> Option<SyntaxNode> {
        if too_nested(text) {
            return None;
        }
        let node = SourceFile::parse(text).syntax_node().first_child()?;
        is_query(node.kind()).then_some(node)
    }

    /// Text that is one literal stands in the file as it is; any other is the statement's.
    fn origin_of_text(expression: &SyntaxNode, env: &Env, at: &Location) -> Origin {
        let mut node = expression.clone();
        loop {
            if let Some(literal) = ast::Literal::cast(node.clone()) {
                return match literal.decoded_value() {
                    Some(decoded) => env.origin.decoded(decoded),
                    None => Origin::fixed(at),
                };
            }
            let mut children = node.children();
            match (children.next(), children.next()) {
                (Some(only), None)
                    if matches!(
                        node.kind(),
                        SyntaxKind::PLPGSQL_EXPR
                            | SyntaxKind::TARGET_LIST
                            | SyntaxKind::TARGET
                            | SyntaxKind::PAREN_EXPR
                    ) =>
                {
                    node = only;
                }
                _ => return Origin::fixed(at),
            }
        }
    }

    /// `IF` and `CASE`.
    fn branch(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        let mut subject = None;
        let mut branches: Vec<(Option<SyntaxNode>, SyntaxNode)> = Vec::new();
        let mut condition = None;
        for part in node.children() {
            match part.kind() {
                K::PLPGSQL_EXPR if node.kind() == K::PLPGSQL_CASE_STMT => {
                    subject = Some(self.eval(&part, env)?);
                }
                K::PLPGSQL_EXPR => condition = Some(part),
                K::PLPGSQL_BODY => branches.push((condition.take(), part)),
                K::PLPGSQL_ELSIF_CLAUSE | K::PLPGSQL_CASE_WHEN => {
                    if let Some(statements) = child(&part, K::PLPGSQL_BODY) {
                        branches.push((child(&part, K::PLPGSQL_EXPR), statements));
                    }
                }
                K::PLPGSQL_ELSE_CLAUSE => {
                    if let Some(statements) = child(&part, K::PLPGSQL_BODY) {
                        branches.push((None, statements));
                    }
                }
                _ => {}
            }
        }
        let mut perhaps = Vec::new();
        let mut sure = None;
        for (condition, statements) in branches {
            let Some(condition) = condition else {
                sure = Some(statements);
                break;
            };
            let mut met = self.eval(&condition, env)?;
            if let Some(subject) = &subject {
                met = value::equal(subject, &met);
            }
            match met.truth() {
                Some(true) => {
                    sure = Some(statements);
                    break;
                }
                Some(false) => {}
                None => perhaps.push(statements),
            }
        }
        if perhaps.is_empty() {
            return match sure {
                Some(statements) => self.statements(&statements, body, env),
                None => Ok(Flow::Next),
            };
        }
        let ways: Vec<Way> = perhaps
            .into_iter()
            .map(Some)
            .chain([sure])
            .map(|way| way.map(|statements| (statements, 0)))
            .collect();
        self.try_ways(&ways, body, env, at, "whether this runs is not known before it does")
    }

    /// Tries every way. If all come to the same, that is how it is.
    fn try_ways(
        &mut self,
        ways: &[Way],
        body: &Body,
        env: &mut Env,
        at: &Location,
        message: &str,
    ) -> Ran {
        let mut trials = Vec::new();
        for way in ways {
            let mut inside = env.clone();
            let mut flow = Ok(Flow::Next);
            let trial = self.trial(|session| {
                if let Some((statements, from)) = way {
                    flow = session.statements_from(statements, *from, body, &mut inside);
                }
                Ok(())
            });
            // A way that fails is not the way the migration is meant to go.
            if let Ok(flow) = flow {
                trials.push((way, trial, flow));
            }
            // What one of the ways sets is not known afterwards.
            for ((_, value), (_, other)) in env.variables.iter_mut().zip(&inside.variables) {
                if value != other {
                    *value = Value::Unknown;
                }
            }
        }
        // Whether a table is there that only one way makes or drops is not known: nothing is held
        // against it.
        for key in trials.iter().flat_map(|(_, trial, _)| &trial.relations) {
            self.catalog.forget_relation(key);
        }
        let anything = trials.iter().any(|(_, trial, _)| trial.anything);
        let touched: BTreeSet<_> =
            trials.iter().flat_map(|(_, trial, _)| trial.touched.iter().cloned()).collect();
        if anything || trials.windows(2).any(|pair| pair[0].1.state != pair[1].1.state) {
            let keys: Vec<_> = if anything { Vec::new() } else { touched.into_iter().collect() };
            self.unknown(at, message, &keys);
        } else if !touched.is_empty()
            && let Some((Some((statements, from)), ..)) = trials.first()
        {
            // All of them, so any of them.
            self.statements_from(statements, *from, body, &mut env.clone())?;
        }
        let mut flows = trials.into_iter().map(|(.., flow)| flow);
        let first = flows.next().unwrap_or(Flow::Next);
        let others: Vec<_> = flows.filter(|flow| *flow != first).collect();
        if others.is_empty() {
            return Ok(first);
        }
        // Whether what comes next runs at all depends on the way.
        let returns = first == Flow::Return || others.contains(&Flow::Return);
        let detour = if returns { Detour::Block } else { Detour::Round };
        self.detour = self.detour.max(Some(detour));
        Ok(Flow::Next)
    }

    /// `LOOP` and `WHILE`.
    fn repeat(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        let Some(statements) = child(node, K::PLPGSQL_BODY) else { return Ok(Flow::Next) };
        let condition = child(node, K::PLPGSQL_EXPR);
        let label = label_of(node);
        loop {
            let more = match &condition {
                Some(condition) => self.eval(condition, env)?.truth(),
                None => Some(true),
            };
            match more {
                Some(true) => {}
                Some(false) => return Ok(Flow::Next),
                None => return self.perhaps_more(&statements, body, env, at),
            }
            if self.steps == 0 {
                self.unknown(at, "this runs too long to be followed", &[]);
                return Ok(Flow::Return);
            }
            self.steps -= 1;
            let flow = self.round(&statements, body, env)?;
            if let Some(flow) = after_round(flow, label.as_ref()) {
                return Ok(flow);
            }
            if self.end_detour(Detour::Round) {
                return self.perhaps_more(&statements, body, env, at);
            }
        }
    }

    /// One round of a loop.
    fn round(&mut self, statements: &SyntaxNode, body: &Body, env: &mut Env) -> Ran {
        self.statements(statements, body, env)
    }

    /// Whether a detour has come up; it ends here if it goes no further than `reach`.
    fn end_detour(&mut self, reach: Detour) -> bool {
        let there = self.detour.is_some();
        if self.detour <= Some(reach) {
            self.detour = None;
        }
        there
    }

    /// Whether there are more rounds of a loop is not known. Where that is only being tried out
    /// anyway, one round stands for all.
    fn perhaps_more(
        &mut self,
        statements: &SyntaxNode,
        body: &Body,
        env: &mut Env,
        at: &Location,
    ) -> Ran {
        if self.trials > 0 {
            return Ok(Flow::Next);
        }
        let ways = [Some((statements.clone(), 0)), None];
        let message = "how often this runs is not known before it does";
        match self.try_ways(&ways, body, env, at, message)? {
            // A round that leaves the loop leaves no more than the loop.
            Flow::Exit(_) | Flow::Continue(_) => Ok(Flow::Next),
            flow => Ok(flow),
        }
    }

    /// The loops over something.
    fn for_each(&mut self, node: &SyntaxNode, body: &Body, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        let Some(statements) = child(node, K::PLPGSQL_BODY) else { return Ok(Flow::Next) };
        let variables: Vec<_> = node
            .children()
            .filter(|node| node.kind() == K::PLPGSQL_FOR_VARIABLE)
            .filter_map(|node| child(&node, K::PLPGSQL_VAR_NAME_REF))
            .map(|node| name::identifier(&node))
            .collect();
        let scope = env.variables.len();
        // A loop over numbers declares its variable; others use one that is there, if it is.
        for variable in &variables {
            let there = env.variables.iter().any(|(name, _)| name == variable);
            if node.kind() == K::PLPGSQL_FOR_I_STMT || !there {
                env.variables.push((Arc::clone(variable), Value::Row(Rc::default())));
            }
        }
        let rounds = self.rounds(node, &variables, env)?;
        let label = label_of(node);
        let mut result = Flow::Next;
        match rounds {
            Some(rounds) => {
                for values in rounds {
                    for (variable, value) in variables.iter().zip(values) {
                        env.set(variable, value);
                    }
                    let flow = self.round(&statements, body, env)?;
                    if let Some(flow) = after_round(flow, label.as_ref()) {
                        result = flow;
                        break;
                    }
                    if self.end_detour(Detour::Round) {
                        for variable in &variables {
                            env.set(variable, Value::Unknown);
                        }
                        result = self.perhaps_more(&statements, body, env, at)?;
                        break;
                    }
                }
            }
            None => {
                for variable in &variables {
                    env.set(variable, Value::Unknown);
                }
                let ways = [Some((statements, 0)), None];
                let message = "what this loops over is not known before it runs";
                self.try_ways(&ways, body, env, at, message)?;
                self.end_detour(Detour::Round);
            }
        }
        env.variables.truncate(scope);
        Ok(result)
    }

    /// The values that the variables of a loop take, round by round.
    fn rounds(
        &mut self,
        node: &SyntaxNode,
        variables: &[Arc<str>],
        env: &Env,
    ) -> Result<Option<Vec<Vec<Value>>>, Refusal> {
        use SyntaxKind as K;
        Ok(match node.kind() {
            K::PLPGSQL_FOR_I_STMT => {
                let mut bounds = Vec::new();
                let range = child(node, K::PLPGSQL_FOR_RANGE);
                for bound in range.iter().flat_map(SyntaxNode::children) {
                    bounds.push(self.eval(&bound, env)?);
                }
                let reverse = super::expression::has_token(node, K::REVERSE_KW);
                match bounds.as_slice() {
                    [Value::Int(lower), Value::Int(upper)]
                        if !reverse && upper.saturating_sub(*lower) < value::MAX_ROUNDS =>
                    {
                        Some((*lower..=*upper).map(|index| vec![Value::Int(index)]).collect())
                    }
                    _ => None,
                }
            }
            K::PLPGSQL_FOR_EACH_STMT => {
                let Some(array) = child(node, K::PLPGSQL_EXPR) else { return Ok(None) };
                match self.eval(&array, env)? {
                    Value::Array(elements) if child(node, K::PLPGSQL_FOR_EACH_SLICE).is_none() => {
                        Some(elements.iter().map(|element| vec![element.clone()]).collect())
                    }
                    Value::Null => {
                        return Err(Refusal::new("22004", "FOREACH expression must not be null"));
                    }
                    _ => None,
                }
            }
            K::PLPGSQL_FOR_QUERY_STMT => {
                let query = node
                    .children()
                    .find(|node| is_query(node.kind()) || node.kind() == K::PAREN_EXPR);
                let Some(query) = query else { return Ok(None) };
                let rows = self.query(&query, env)?;
                if !rows.complete {
                    return Ok(None);
                }
                let is_row = variables.len() == 1
                    && env
                        .variables
                        .iter()
                        .rev()
                        .find(|(name, _)| *name == variables[0])
                        .is_none_or(|(_, value)| matches!(value, Value::Row(_)));
                Some(
                    rows.rows
                        .into_iter()
                        .map(|row| {
                            if is_row {
                                vec![Value::Row(Rc::new(row))]
                            } else {
                                row.into_iter().map(|(_, value)| value).collect()
                            }
                        })
                        .collect(),
                )
            }
            _ => None,
        })
    }

    fn leave_loop(&mut self, node: &SyntaxNode, env: &Env) -> Ran {
        use SyntaxKind as K;
        if let Some(when) = child(node, K::PLPGSQL_EXIT_WHEN)
            && let Some(condition) = child(&when, K::PLPGSQL_EXPR)
        {
            match self.eval(&condition, env)?.truth() {
                Some(true) => {}
                Some(false) => return Ok(Flow::Next),
                None => {
                    self.detour = self.detour.max(Some(Detour::Round));
                    return Ok(Flow::Next);
                }
            }
        }
        let label = child(node, K::PLPGSQL_LABEL_NAME_REF).map(|node| name::identifier(&node));
        Ok(if node.kind() == K::PLPGSQL_EXIT_STMT {
            Flow::Exit(label)
        } else {
            Flow::Continue(label)
        })
    }
}

/// A value that a row would have, if there is one: a text may be nothing instead.
fn perhaps(value: &Value) -> Value {
    match value {
        Value::Text(text) if name::has_hole(text) => value.clone(),
        _ => Value::Unknown,
    }
}

/// What a round of a loop means for the loop: `None` to go on.
fn after_round(flow: Flow, label: Option<&Arc<str>>) -> Option<Flow> {
    match flow {
        Flow::Next => None,
        Flow::Exit(wanted) if wanted.is_none() || wanted.as_ref() == label => Some(Flow::Next),
        Flow::Continue(wanted) if wanted.is_none() || wanted.as_ref() == label => None,
        flow => Some(flow),
    }
}

fn label_of(node: &SyntaxNode) -> Option<Arc<str>> {
    child(node, SyntaxKind::PLPGSQL_LABEL)
        .and_then(|label| child(&label, SyntaxKind::PLPGSQL_LABEL_NAME))
        .map(|label| name::identifier(&label))
}

fn is_record(ty: &SyntaxNode) -> bool {
    ty.kind() == SyntaxKind::PLPGSQL_PERCENT_ROWTYPE
        || ty.text().to_string().trim().eq_ignore_ascii_case("record")
}

fn find_handler(section: &SyntaxNode, sqlstate: &str) -> Option<SyntaxNode> {
    section.children().filter(|node| node.kind() == SyntaxKind::PLPGSQL_EXCEPTION_HANDLER).find(
        |handler| {
            handler
                .children()
                .filter(|node| node.kind() == SyntaxKind::PLPGSQL_CONDITION)
                .flat_map(|condition| condition_codes(&condition).collect::<Vec<_>>())
                .any(|code| condition::catches(&code, sqlstate))
        },
    )
}

/// The error codes that a condition of PL/pgSQL's stands for.
fn condition_codes(node: &SyntaxNode) -> impl Iterator<Item = Arc<str>> {
    let literal = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .find(|token| token.kind() == SyntaxKind::STRING)
        .map(|token| token.text().trim_matches('\'').to_owned());
    match literal {
        Some(code) => vec![Arc::from(code)].into_iter(),
        None => {
            let name = name::identifier(node);
            condition::codes(&name)
                .iter()
                .map(|code| Arc::from(*code))
                .collect::<Vec<_>>()
                .into_iter()
        }
    }
}

/// Whether a body has words in it that could bear on enums.
fn mentions_enums(text: &str) -> bool {
    script::words(text).any(|(kind, word, _)| {
        kind == TokenKind::Ident
            && ["type", "enum", "schema", "domain", "execute", "search_path", "set_config"]
                .iter()
                .any(|keyword| word.eq_ignore_ascii_case(keyword))
    })
}

type ParseError = (String, std::ops::Range<usize>);

/// The tree of a body. The parser takes one only as part of a `DO` statement.
fn parse(text: &str) -> (Option<SyntaxNode>, Option<ParseError>) {
    let mut tag = String::from("$replay");
    while text.contains(&*tag) {
        tag.push('_');
    }
    let statement = format!("DO {tag}${text}{tag}$");
    let offset = "DO ".len() + tag.len() + 1;
    let file = SourceFile::parse(&statement);
    let body = file
        .syntax_node()
        .children()
        .find_map(ast::Do::cast)
        .and_then(|statement| statement.plpgsql());
    let Some(body) = body else {
        return (None, Some(("not a block".into(), 0..text.len())));
    };
    let error = body.errors().into_iter().next().map(|error| {
        let range = error.range();
        let start = usize::from(range.start()).saturating_sub(offset).min(text.len());
        let end = usize::from(range.end()).saturating_sub(offset).clamp(start, text.len());
        (error.message().to_owned(), start..end)
    });
    (Some(body.syntax()), error)
}

/// Cuts `INTO …` out of the queries of a body, as the server's own PL/pgSQL parser does: blanks take
/// its place.
fn cut_into(text: &str) -> (String, Vec<Into>) {
    let mut masked = text.to_owned();
    let mut intos = Vec::new();
    let tokens: Vec<_> = script::words(text).collect();
    let mut index = 0;
    let mut at_start = true;
    while let Some(&(kind, word, start)) = tokens.get(index) {
        let is = |keyword: &str| kind == TokenKind::Ident && word.eq_ignore_ascii_case(keyword);
        let query = ["select", "with", "insert", "update", "delete", "merge", "values"];
        if at_start && query.iter().any(|keyword| is(keyword)) {
            let end = tokens[index..]
                .iter()
                .position(|(kind, ..)| *kind == TokenKind::Semi)
                .map_or(tokens.len(), |length| index + length);
            let needs_returning = !(is("select") || is("with") || is("values"));
            if let Some((cut, targets)) = find_into(&tokens[index..end], needs_returning) {
                masked.replace_range(cut.clone(), &" ".repeat(cut.len()));
                intos.push(Into { query: start, targets });
            }
            index = end;
            continue;
        }
        at_start = matches!(kind, TokenKind::Semi)
            || ["then", "else", "loop", "begin"].iter().any(|keyword| is(keyword));
        index += 1;
    }
    (masked, intos)
}

/// The `INTO` among the tokens of a query, and its targets.
fn find_into(
    tokens: &[(TokenKind, &str, usize)],
    after_returning: bool,
) -> Option<(std::ops::Range<usize>, Vec<Arc<str>>)> {
    let mut depth = 0_usize;
    let mut armed = !after_returning;
    let mut at = None;
    for (index, (kind, word, _)) in tokens.iter().enumerate() {
        match kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            TokenKind::Ident if depth == 0 => {
                armed |= word.eq_ignore_ascii_case("returning");
                // `WITH … INSERT INTO t` is no such INTO.
                let inserts = index > 0
                    && ["insert", "merge"]
                        .iter()
                        .any(|k| tokens[index - 1].1.eq_ignore_ascii_case(k));
                if armed && !inserts && word.eq_ignore_ascii_case("into") {
                    at = Some(index);
                    break;
                }
            }
            _ => {}
        }
    }
    let start = at?;
    let mut index = start + 1;
    if tokens.get(index).is_some_and(|(_, word, _)| word.eq_ignore_ascii_case("strict")) {
        index += 1;
    }
    let mut targets = Vec::new();
    let mut end = tokens[start].2 + tokens[start].1.len();
    loop {
        let (kind, word, position) = tokens.get(index)?;
        let target = match kind {
            TokenKind::Ident => word.to_ascii_lowercase(),
            TokenKind::QuotedIdent { .. } => word.trim_matches('"').to_owned(),
            _ => return None,
        };
        targets.push(Arc::from(target));
        end = end.max(position + word.len());
        index += 1;
        while let [(TokenKind::Dot, ..), (_, word, position), ..] = tokens.get(index..)? {
            // A field: the variable as a whole is not known any more.
            targets.pop();
            targets.push("".into());
            end = position + word.len();
            index += 2;
        }
        match tokens.get(index) {
            Some((TokenKind::Comma, ..)) => index += 1,
            _ => break,
        }
    }
    Some((tokens[start].2..end, targets))
}
