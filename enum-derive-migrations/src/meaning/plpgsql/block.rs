//! Blocks and their statements.

use std::rc::Rc;
use std::sync::Arc;

use super::body::{Body, Flow, Ran, Way, label_of};
use super::sql::Sql;
use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::session::Read;
use crate::meaning::value::Value;
use crate::text::directive::is_directive;
use crate::text::name::Keyword;
use crate::text::node::{SyntaxKind, SyntaxNode, SyntaxToken};
use crate::text::syntax::{child, child_that, descendants, is_query, is_type};
use crate::text::{literal, name, token};

/// `DO`
pub(crate) fn run_do(sql: &mut dyn Sql, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
    let language = child(node, SyntaxKind::DO_LANGUAGE);
    let language = language.and_then(|language| literal::language(&language));
    if language.as_deref().is_some_and(|language| language != "plpgsql") {
        sql.session_mut().unknown(at, "this block is in a language that is not read", &[]);
        return Ok(());
    }
    let body = child(node, SyntaxKind::LITERAL);
    let Some(decoded) = body.and_then(|body| literal::decoded(&body)) else { return Ok(()) };
    let text = decoded.text.clone();
    run_body(sql, &text, Env::new(env.origin.decoded(decoded)))
}

/// Runs the text of a block.
pub(crate) fn run_body(sql: &mut dyn Sql, text: &str, mut env: Env) -> Done {
    if !sql.session_mut().run.limits.enter() {
        let at = env.origin.at(0..text.len());
        let message = "this is nested too deeply, or runs too long, to be followed";
        sql.session_mut().unknown(&at, message, &[]);
        return Ok(());
    }
    let ran = run_body_here(sql, text, &mut env);
    sql.session_mut().run.limits.leave();
    ran
}

fn run_body_here(sql: &mut dyn Sql, text: &str, env: &mut Env) -> Done {
    let session = sql.session_mut();
    session.run.limits.charge(text.len() / 4);
    let whole = env.origin.at(0..text.len());
    let backslash = session.catalog().backslash();
    let (tree, intos) = match &*session.memory.read_body(text, backslash) {
        Read::TooNested => {
            session.unknown(&whole, "this is nested too deeply to be read", &[]);
            return Ok(());
        }
        Read::Unreadable((error, range)) => {
            session.unread_block(text, &env.origin.at(range.clone()), error);
            return Ok(());
        }
        Read::Body(tree, intos) => (tree.clone(), Rc::clone(intos)),
    };
    let Some(block) = child(&tree, SyntaxKind::PLPGSQL_BLOCK) else { return Ok(()) };
    env.variables.push(("found".into(), Value::Bool(false)));
    Body::new(sql, intos).block(&block, env).map(drop)
}

impl Body<'_> {
    fn block(&mut self, node: &SyntaxNode, env: &mut Env) -> Ran {
        use SyntaxKind as K;
        let (scope, types) = (env.variables.len(), self.types.len());
        let exceptions = child(node, K::PLPGSQL_EXCEPTION_SECTION);
        if let Some(section) = child(node, K::PLPGSQL_DECLARE_SECTION) {
            self.declare(&section, env)?;
        }
        // A block that handles errors is a subtransaction; its handlers are not.
        let result = match (child(node, K::PLPGSQL_BODY), &exceptions) {
            (None, _) => Ok(Flow::Next),
            (Some(statements), None) => self.statements(&statements, env),
            (Some(statements), Some(section)) => self.guarded(&statements, section, env),
        };
        env.variables.truncate(scope);
        self.types.truncate(types);
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
            let named = child_that(&declaration, is_type);
            let value = match declaration.kind() {
                K::PLPGSQL_VAR_DECL => {
                    let ty = child_that(&declaration, |kind| {
                        is_type(kind)
                            || matches!(kind, K::PLPGSQL_PERCENT_ROWTYPE | K::PERCENT_TYPE)
                    });
                    match child(&declaration, K::PLPGSQL_VAR_INIT)
                        .and_then(|init| init.children().next())
                    {
                        Some(init) => {
                            self.sql.check_labels(&init, env)?;
                            if let Some(column) = ty.and_then(|ty| column_of(&ty)) {
                                for value in descendants(&init, K::LITERAL) {
                                    if value.text_range() == init.text_range() {
                                        self.sql.check_label_of_column(&column, &value, env)?;
                                    }
                                }
                            }
                            let value = self.evaluator().eval(&init, env)?;
                            match &named {
                                Some(ty) => self.evaluator().cast(value, ty, env)?,
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
            self.types.push((Arc::clone(&variable), named));
            env.variables.push((variable, value));
        }
        Ok(())
    }

    pub(super) fn statements(&mut self, node: &SyntaxNode, env: &mut Env) -> Ran {
        self.statements_from(node, 0, env)
    }

    pub(super) fn statements_from(&mut self, node: &SyntaxNode, from: usize, env: &mut Env) -> Ran {
        for (index, statement) in node.children().enumerate().skip(from) {
            let at = env.origin.of(&statement);
            if !self.limits().enter() {
                self.session_mut().unknown(
                    &at,
                    "this is nested too deeply, or runs too long, to be followed",
                    &[],
                );
                return Ok(Flow::Return);
            }
            let directives = directives_before(&statement);
            let flow = if directives.is_empty() {
                self.statement_or_assumed(&statement, env, &at)
            } else {
                self.assume_all(&directives, env)
            };
            self.limits().leave();
            match flow.map_err(|refusal| refusal.at(&at))? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
            if self.detour.is_some() && self.limits().trials == 0 {
                let rest = [Way::Statements(node.clone(), index + 1), Way::Nothing];
                let message = "whether what comes after this runs is not known before it does";
                self.try_ways(&rest, env, &at, message)?;
                return Ok(Flow::Next);
            }
        }
        Ok(Flow::Next)
    }

    /// Runs a statement, or what is said of it from outside if it cannot be run without anything to report.
    fn statement_or_assumed(&mut self, node: &SyntaxNode, env: &mut Env, at: &Location) -> Ran {
        let here = self.sql.assumptions_inside(at);
        if here.is_empty() {
            return self.statement(node, env, at);
        }
        let point = self.session().point();
        let result = self.statement(node, env, at);
        if result.is_ok() && !self.session().has_reported_since(&point) {
            self.sql.assume_inside(&here, at, false)?;
            return result;
        }
        self.session_mut().roll_back(&point);
        self.sql.assume_inside(&here, at, true)?;
        Ok(Flow::Next)
    }

    /// Runs what comments say in place of a statement.
    fn assume_all(&mut self, directives: &[SyntaxToken], env: &Env) -> Ran {
        for directive in directives {
            let range = directive.text_range();
            let origin = env.origin.part(range.start().into());
            let at = env.origin.at(range.start().into()..range.end().into());
            self.sql.assume(directive.text(), &origin).map_err(|refusal| refusal.at(&at))?;
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, node: &SyntaxNode, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        // Those of the statements in it, and of conditions that may not be reached, are looked at when they are.
        for part in node.children() {
            if matches!(part.kind(), K::PLPGSQL_EXPR | K::PAREN_EXPR) || is_query(part.kind()) {
                self.sql.check_labels(&part, env)?;
            }
        }
        match node.kind() {
            K::PLPGSQL_BLOCK => return self.block(node, env),
            K::PLPGSQL_IF_STMT | K::PLPGSQL_CASE_STMT => return self.branch(node, env, at),
            K::PLPGSQL_LOOP_STMT | K::PLPGSQL_WHILE_STMT => {
                return self.repeat(node, env, at);
            }
            K::PLPGSQL_FOR_I_STMT
            | K::PLPGSQL_FOR_QUERY_STMT
            | K::PLPGSQL_FOR_EACH_STMT
            | K::PLPGSQL_FOR_DYN_STMT
            | K::PLPGSQL_FOR_CURSOR_STMT => return self.for_each(node, env, at),
            K::PLPGSQL_EXIT_STMT | K::PLPGSQL_CONTINUE_STMT => return self.leave_loop(node, env),
            K::PLPGSQL_RETURN_STMT => {
                if let Some(expression) = child(node, K::PLPGSQL_EXPR) {
                    self.evaluator().eval(&expression, env)?;
                }
                return Ok(Flow::Return);
            }
            K::PLPGSQL_RAISE_STMT => self.raise(node, env)?,
            K::PLPGSQL_ASSERT_STMT => {
                if let Some(condition) = child(node, K::PLPGSQL_EXPR)
                    && self.evaluator().eval(&condition, env)?.truth() == Some(false)
                {
                    return Err(Refusal::new("P0004", "assertion failed").about_anything());
                }
            }
            K::PLPGSQL_ASSIGN_STMT => self.assign(node, env)?,
            K::PLPGSQL_DYN_EXECUTE_STMT => self.execute_dynamic(node, env, at)?,
            K::PLPGSQL_PERFORM_STMT => {
                if let Some(query) = child_that(node, is_query) {
                    let found = self.sql.run_query(&query, env)?;
                    env.set("found", Value::of_truth(found));
                }
            }
            K::PLPGSQL_EXEC_SQL_STMT | K::PLPGSQL_CALL_STMT | K::PLPGSQL_DO_STMT => {
                if let Some(statement) = node.children().next() {
                    self.run_sql(&statement, env)?;
                }
            }
            K::PLPGSQL_GET_DIAG_STMT => get_diagnostics(node, env),
            K::PLPGSQL_FETCH_STMT | K::PLPGSQL_OPEN_STMT | K::PLPGSQL_MOVE_STMT => {
                for target in node.descendants() {
                    if target.kind() == K::PLPGSQL_VAR_NAME_REF {
                        env.set(&name::identifier(&target), Value::Unknown);
                    }
                }
                if node.kind() != K::PLPGSQL_OPEN_STMT {
                    env.set("found", Value::Unknown);
                }
            }
            // What is only tried out is taken back, whatever it commits.
            K::PLPGSQL_COMMIT_STMT if self.limits().trials == 0 => {
                self.session_mut().commit_inside()?;
            }
            K::PLPGSQL_ROLLBACK_STMT => {
                self.session_mut().unknown(
                    at,
                    "what a ROLLBACK inside a block takes back is not followed",
                    &[],
                );
            }
            _ => {}
        }
        Ok(Flow::Next)
    }
}

/// The comments before a statement that are for replay.
fn directives_before(statement: &SyntaxNode) -> Vec<SyntaxToken> {
    let mut directives = Vec::new();
    let mut token = statement.first_token();
    while let Some(before) = token.and_then(|token| token.prev_token()) {
        match before.kind() {
            SyntaxKind::COMMENT if is_directive(before.text()) => {
                directives.push(before.clone());
            }
            SyntaxKind::COMMENT | SyntaxKind::WHITESPACE => {}
            _ => break,
        }
        token = Some(before);
    }
    directives.reverse();
    directives
}

/// `GET [STACKED] DIAGNOSTICS`: of the error that a handler is for, code and message are known.
fn get_diagnostics(node: &SyntaxNode, env: &mut Env) {
    use SyntaxKind as K;
    let stacked = child(node, K::PLPGSQL_DIAG_AREA)
        .is_some_and(|area| area.text().to_string().trim().eq_ignore_ascii_case("stacked"));
    for item in descendants(node, K::PLPGSQL_DIAG_ITEM) {
        let kind = child(&item, K::PLPGSQL_DIAG_KIND).map(|kind| kind.text().to_string());
        let of = match kind.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "returned_sqlstate" if stacked => "sqlstate",
            "message_text" if stacked => "sqlerrm",
            _ => "",
        };
        let value = env.variable(of).cloned().unwrap_or(Value::Unknown);
        for target in descendants(&item, K::PLPGSQL_VAR_NAME_REF) {
            env.set(&name::identifier(&target), value.clone());
        }
    }
}

fn is_record(ty: &SyntaxNode) -> bool {
    ty.kind() == SyntaxKind::PLPGSQL_PERCENT_ROWTYPE
        || ty.text().to_string().trim().eq_ignore_ascii_case("record")
}

/// The column that a variable has the type of: `t.c%TYPE`, and nothing after it that makes an array of it.
fn column_of(ty: &SyntaxNode) -> Option<String> {
    let of_column = (ty.kind() == SyntaxKind::PERCENT_TYPE).then(|| ty.text().to_string())?;
    let (column, word) = of_column.split_once('%')?;
    let declaration = ty.parent()?;
    let end = usize::from(ty.text_range().end() - declaration.text_range().start());
    let text = declaration.text().to_string();
    let next = token::words(text.get(end..)?).next().map(|(_, word, _)| Keyword::new(word));
    let is_array = next.is_some_and(|word| matches!(&*word, "[" | "array"));
    (word.trim().eq_ignore_ascii_case("type") && !is_array).then(|| column.trim().to_owned())
}
