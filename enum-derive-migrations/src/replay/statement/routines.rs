//! Functions and procedures of the migrations' own: what calling one may do to enums.

use std::rc::Rc;
use std::sync::Arc;

use squawk_lexer::TokenKind;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::Location;
use crate::replay::expression::Env;
use crate::replay::name::Path;
use crate::replay::origin::Origin;
use crate::replay::script;
use crate::replay::session::Session;
use crate::replay::value::Value;

/// A routine that may do more than compute.
pub(in crate::replay) struct Routine {
    body: Body,
    parameters: Vec<Arc<str>>,
    origin: Origin,
    at: Location,
}

enum Body {
    Plpgsql(String),
    Sql(String),
    /// In a language that replay does not read.
    Other,
}

impl Session {
    /// Remembers a routine, if its body holds anything that could bear on enums.
    pub(in crate::replay) fn define_routine(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
        at: &Location,
    ) {
        use SyntaxKind as K;
        let name = node
            .children()
            .find(|node| matches!(node.kind(), K::FUNCTION_NAME | K::PROCEDURE_NAME))
            .and_then(|node| Path::of(&node));
        let Some(name) = name.map(|path| path.name) else { return };
        let literal = node
            .descendants()
            .find(|node| node.kind() == K::AS_DEFINITION)
            .and_then(|node| node.descendants().find_map(ast::Literal::cast));
        // Without AS, the body is SQL that was parsed with the statement, and can be no DDL.
        let Some(text) = literal.as_ref().and_then(ast::Literal::string_value) else { return };
        if !self.may_change_enums(&text) {
            self.routines.remove(&name);
            return;
        }
        let language = node
            .descendants()
            .find_map(ast::LanguageFuncOption::cast)
            .and_then(|option| option.language_name())
            .map(|language| language.name.to_ascii_lowercase());
        let body = match language.as_deref() {
            Some("plpgsql") => Body::Plpgsql(text),
            Some("sql") => Body::Sql(text),
            _ => Body::Other,
        };
        let origin = match literal.as_ref().and_then(ast::Literal::decoded_value) {
            Some(decoded) => env.origin.decoded(decoded),
            None => Origin::fixed(at),
        };
        let parameters = node
            .descendants()
            .filter(|node| node.kind() == K::PARAM_NAME)
            .map(|node| crate::replay::name::identifier(&node))
            .collect();
        let routine = Routine { body, parameters, origin, at: at.clone() };
        self.routines.insert(name, Rc::new(routine));
    }

    /// Whether a body has words in it that could change an enum, or run what does.
    fn may_change_enums(&self, body: &str) -> bool {
        let mut ddl = false;
        script::words(body).any(|(kind, word, _)| {
            if !matches!(kind, TokenKind::Ident | TokenKind::QuotedIdent { .. }) {
                return false;
            }
            let word = word.trim_matches('"').to_ascii_lowercase();
            ddl |= matches!(&*word, "create" | "alter" | "drop");
            match &*word {
                "execute" | "set_config" | "search_path" | "pg_enum" => true,
                "type" | "schema" | "domain" | "owned" | "table" => ddl,
                word => self.routines.contains_key(word),
            }
        })
    }

    /// Calls a routine, if it is one of the migrations' own. What it does depends on the data and on
    /// what else has been called, so that it is unknown if it may do anything to enums; the arguments,
    /// where they are known, tell what not.
    pub(in crate::replay) fn call_routine(
        &mut self,
        name: &str,
        arguments: &[Value],
        at: &Location,
    ) {
        let Some(routine) = self.routines.get(name).cloned() else { return };
        if !self.enter() {
            return;
        }
        let trial = self.trial(|session| match &routine.body {
            Body::Plpgsql(text) => {
                let mut env = Env::new(routine.origin.clone());
                for (index, parameter) in routine.parameters.iter().enumerate() {
                    let value = arguments.get(index).cloned().unwrap_or(Value::Unknown);
                    env.variables.push((Arc::clone(parameter), value.clone()));
                    env.variables.push((format!("${}", index + 1).into(), value));
                }
                session.run_body(text, env)
            }
            Body::Sql(text) => session.run_text(text, &routine.origin),
            Body::Other => {
                session.unknown(&routine.at, "this is in a language that is not read", &[]);
                Ok(())
            }
        });
        self.leave();
        if trial.changes_nothing() {
            return;
        }
        let touches: Vec<_> = trial.touched.into_iter().collect();
        let touches = if trial.anything { Vec::new() } else { touches };
        let message = format!("what the call of {name} does to enums is not known before it runs");
        self.unknown_because(at, message, &touches, &routine.at, "the function is defined here");
    }
}
