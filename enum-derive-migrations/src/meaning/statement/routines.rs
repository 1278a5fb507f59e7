//! Functions and procedures of the migrations' own: what calling one may do to enums.

use std::rc::Rc;
use std::sync::Arc;

use super::executor::Executor;
use super::tables::why;
use crate::catalog::{ColumnType, DependentKind, Object};
use crate::ground::{Done, Key, Location, Refusal, in_order};
use crate::meaning::expression::{Env, Parameters};
use crate::meaning::plpgsql::run_body;
use crate::meaning::session::{Body, Parameter, Routine};
use crate::meaning::trial::Attempt;
use crate::meaning::value::Value;
use crate::text::name::{self, Keyword, Path, names};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::origin::Origin;
use crate::text::syntax::{child, child_that, children, descendant, descendants_that, is_type};
use crate::text::token::dollar_quoted;
use crate::text::{literal, token};

impl Executor<'_> {
    /// Remembers a routine, if its body holds anything that could bear on enums.
    pub(crate) fn define_routine(&mut self, node: &SyntaxNode, env: &Env, at: &Location) {
        use SyntaxKind as K;
        let Some(path) = routine_name(node) else { return };
        let (signature, parameters) = parameters(node, &path);
        let name = path.name;
        let literal =
            descendant(node, K::AS_DEFINITION).and_then(|node| descendant(&node, K::LITERAL));
        // Without AS, the body is SQL that was parsed with the statement, and can be no DDL.
        let Some(decoded) = literal.as_ref().and_then(literal::decoded) else { return };
        let text = decoded.text.clone();
        let acts = self.session.memory.may_act(&text);
        let language = descendant(node, K::LANGUAGE_FUNC_OPTION);
        let language = language.and_then(|option| literal::language(&option));
        let body = match language.as_deref() {
            Some("plpgsql") => Body::Plpgsql(text),
            Some("sql") => Body::Sql(text),
            _ => Body::Other,
        };
        let origin = env.origin.decoded(decoded);
        let routine = Routine { signature, body, parameters, origin, at: at.clone() };
        self.session.memory.define(name, routine, acts);
    }

    /// Remembers a routine whose statement cannot be read, as far as its words tell what it is.
    pub(crate) fn define_unread_routine(&mut self, text: &str, at: &Location) {
        let tokens = token::list(text);
        let is = |index: usize, keywords: &[&str]| {
            tokens.get(index).is_some_and(|(_, word, _)| keywords.contains(&&*Keyword::new(word)))
        };
        let noun = if is(1, &["or"]) { 3 } else { 1 };
        if !is(0, &["create"]) || !is(noun, &["function", "procedure"]) {
            return;
        }
        let Some(path) = names(&tokens[noun + 1..]).into_iter().next() else { return };
        let body = (noun..tokens.len()).find(|index| is(*index, &["as"]));
        let Some((_, literal, _)) = body.and_then(|index| tokens.get(index + 1)) else { return };
        let body = match dollar_quoted(literal) {
            Some((inner, _)) => inner.to_owned(),
            None => literal.trim_matches('\'').replace("''", "'"),
        };
        let acts = self.session.memory.may_act(&body);
        let routine = Routine {
            // What tells it from others is not read either, so that it is one more.
            signature: text.to_owned(),
            body: Body::Unread(body),
            parameters: Vec::new(),
            origin: Origin::fixed(at),
            at: at.clone(),
        };
        self.session.memory.define(path.name, routine, acts);
    }

    /// The parameters that a body in SQL may name.
    pub(super) fn parameters_of(&self, node: &SyntaxNode) -> Option<Rc<Parameters>> {
        use SyntaxKind as K;
        let function = routine_name(node)?.name;
        let mut list = Vec::new();
        for parameter in children(&child(node, K::PARAM_LIST)?, K::PARAM) {
            if child(&parameter, K::PARAM_OUT).is_some() {
                continue;
            }
            let name = child(&parameter, K::PARAM_NAME).map(|name| name::identifier(&name));
            let ty = child_that(&parameter, is_type);
            list.push((name, ty.map_or(ColumnType::Unknown, |ty| self.column_type_of(&ty))));
        }
        Some(Rc::new(Parameters { function, list }))
    }

    /// Whether there may be a cast or an operator that takes types which no other takes.
    pub(super) fn may_convert(&self) -> bool {
        self.session.memory.makes_operators
            || self.catalog().objects().any(|object| object.noun == "cast")
    }

    /// Steps for a look at all functions and casts.
    fn charge_objects(&mut self) {
        let count = self.catalog().objects().count();
        self.limits().charge(count / 4);
    }

    /// Puts a routine among the objects that need their types. Its types must be there.
    pub(crate) fn create_routine(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        use SyntaxKind as K;
        let Some(path) = routine_name(node).filter(|path| self.session.memory.is_certain(path))
        else {
            return Ok(());
        };
        let key = match self.catalog().creation_key(&path) {
            Ok(key) => key,
            // A schema that the folder never made may be an extension's.
            Err(_) if path.schema.is_some() => return Ok(()),
            Err(refusal) => return Err(refusal),
        };
        let (parameters, result) = (child(node, K::PARAM_LIST), child(node, K::RET_TYPE));
        for part in [&parameters, &result].into_iter().flatten() {
            for ty in descendants_that(part, is_type) {
                self.check_type(&ty, env)?;
            }
        }
        self.check_uses_in_body(node, env)?;
        let types = |part: Option<SyntaxNode>| {
            part.map(|part| self.own_types_in(&part)).unwrap_or_default()
        };
        let noun = if node.kind() == K::CREATE_PROCEDURE { "procedure" } else { "function" };
        let (arguments, results) = (types(parameters), types(result));
        let created = at.clone();
        self.add_function_body(node, &path.name, env, at);
        self.charge_objects();
        self.catalog_mut().create_object(Object {
            noun,
            key: Some(key),
            arguments,
            results,
            calls: None,
            created,
        });
        Ok(())
    }

    /// `CREATE AGGREGATE`, which needs the types of its arguments and of its state.
    pub(super) fn create_aggregate(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        use SyntaxKind as K;
        let Some(path) = child(node, K::AGGREGATE_NAME).and_then(|name| Path::of(&name)) else {
            return Ok(());
        };
        if !self.session.memory.is_certain(&path) {
            return Ok(());
        }
        let Ok(key) = self.catalog().creation_key(&path) else { return Ok(()) };
        let parameters = child(node, K::PARAM_LIST);
        for ty in parameters.iter().flat_map(|list| descendants_that(list, is_type)) {
            self.check_type(&ty, env)?;
        }
        let arguments = parameters.map(|list| self.own_types_in(&list)).unwrap_or_default();
        let options = child(node, K::ATTRIBUTE_LIST);
        let results = options.map(|list| self.own_types_in(&list)).unwrap_or_default();
        self.charge_objects();
        self.catalog_mut().create_object(Object {
            noun: "aggregate",
            key: Some(key),
            arguments,
            results,
            calls: None,
            created: at.clone(),
        });
        Ok(())
    }

    /// `DROP FUNCTION` and its like.
    pub(crate) fn drop_routines(&mut self, node: &SyntaxNode) -> Done {
        use SyntaxKind as K;
        let cascade = child(node, K::CASCADE).is_some();
        let is_signature = |kind| {
            matches!(kind, K::FUNCTION_SIG | K::PROCEDURE_SIG | K::ROUTINE_SIG | K::AGGREGATE)
        };
        for signature in descendants_that(node, is_signature) {
            let types = self.types_of_arguments(&signature);
            if let Some(path) = Path::among(&signature) {
                if cascade {
                    self.catalog_mut().drop_casts_by(&path, types.as_deref());
                }
                let functions = &[DependentKind::Function];
                self.catalog_mut().drop_dependent(functions, None, &path.name);
            }
            let arguments = child(&signature, K::PARAM_LIST).map(|list| self.own_types_in(&list));
            if let Some(key) = self.routine_key(&signature) {
                self.charge_objects();
                let cast = self.catalog().cast_by(&key, types.as_deref());
                if let Some(cast) = cast.filter(|_| !cascade) {
                    let name = &key.1;
                    let message =
                        format!("cannot drop function {name} because other objects depend on it");
                    return Err(Refusal::new("2BP01", message)
                        .about_anything()
                        .related(&cast.created, "a cast depends on it".to_owned())
                        .help("drop the cast before"));
                }
                self.catalog_mut().drop_object("function", Some(&key), arguments.as_deref());
            }
        }
        Ok(())
    }

    /// `ALTER FUNCTION … RENAME TO` and `SET SCHEMA`.
    pub(crate) fn alter_routine(&mut self, node: &SyntaxNode) {
        use SyntaxKind as K;
        let key = child_that(node, |kind| {
            matches!(kind, K::FUNCTION_SIG | K::PROCEDURE_SIG | K::ROUTINE_SIG)
        })
        .and_then(|signature| self.routine_key(&signature));
        let Some(key) = key else { return };
        let to = node.children().find_map(|action| match action.kind() {
            K::FUNCTION_RENAME_TO | K::PROCEDURE_RENAME_TO | K::ROUTINE_RENAME_TO => {
                let name = Path::among(&action)?.name;
                Some((Arc::clone(&key.0), name))
            }
            K::SET_SCHEMA => {
                let schema = name::identifier(&child(&action, K::SCHEMA_REF)?);
                Some((schema, Arc::clone(&key.1)))
            }
            _ => None,
        });
        if let Some(to) = to {
            self.catalog_mut().move_objects(&key, &to);
        }
    }

    /// The routine that a name means.
    fn routine_key(&self, signature: &SyntaxNode) -> Option<Key> {
        let path = Path::among(signature)?;
        let there = |schema: &Arc<str>| {
            let key = (Arc::clone(schema), Arc::clone(&path.name));
            self.catalog().objects().any(|object| object.key.as_ref() == Some(&key)).then_some(key)
        };
        match &path.schema {
            Some(schema) => there(schema),
            None => self.catalog().search_schemas().into_iter().find_map(there),
        }
    }

    /// The types of a signature's arguments, which tell a function from others of its name, whatever they are called;
    /// `None` if it has no list of them.
    fn types_of_arguments(&self, signature: &SyntaxNode) -> Option<String> {
        let list = child(signature, SyntaxKind::PARAM_LIST)?;
        let mut types = String::new();
        for ty in list.children().filter_map(|parameter| child_that(&parameter, is_type)) {
            let (name, is_array) = match self.column_type_of(&ty) {
                ColumnType::BuiltIn { ty, is_array } => (ty.name.to_owned(), is_array),
                ColumnType::Own { id, is_array } => (format!("{id:?}"), is_array),
                ColumnType::Unknown => {
                    let text = ty.text().to_string().to_ascii_lowercase();
                    (text.split_whitespace().collect::<Vec<_>>().join(" "), false)
                }
            };
            types.push_str(&name);
            types.push_str(if is_array { "[]," } else { "," });
        }
        Some(types)
    }

    /// `CREATE CAST` and `DROP CAST`.
    pub(crate) fn cast_statement(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let Some(signature) = child(node, SyntaxKind::CAST_SIG) else { return Ok(()) };
        let arguments = self.own_types_in(&signature);
        if node.kind() == SyntaxKind::DROP_CAST {
            self.catalog_mut().drop_object("cast", None, Some(&arguments));
            return Ok(());
        }
        for ty in signature.children() {
            self.check_type(&ty, env)?;
        }
        // Of others, it is enough that there is one, or may be.
        let is_tried = self.limits().trials > 0;
        self.session.memory.makes_operators |= arguments.is_empty() || is_tried;
        if !arguments.is_empty() {
            let (noun, results, created) = ("cast", Vec::new(), at.clone());
            let function = descendant(node, SyntaxKind::FUNCTION_SIG);
            let calls = function.and_then(|function| {
                Some((self.routine_key(&function)?, self.types_of_arguments(&function)?))
            });
            self.charge_objects();
            self.catalog_mut().create_object(Object {
                noun,
                key: None,
                arguments,
                results,
                calls,
                created,
            });
        }
        Ok(())
    }

    /// Calls a routine, if it is one of the migrations' own. What it does depends on the data and on
    /// what else has been called, so that it is unknown if it may do anything to enums; the arguments,
    /// where they are known, tell what not.
    pub(crate) fn call_routine(&mut self, name: &str, arguments: &[Value], at: &Location) {
        for routine in self.session.memory.routines(name).to_vec() {
            self.call_one(name, &routine, arguments, at);
        }
    }

    fn call_one(&mut self, name: &str, routine: &Routine, arguments: &[Value], at: &Location) {
        if !self.limits().enter() {
            return;
        }
        let attempt = Attempt::begin(self.session);
        let refused = self.run_routine(routine, arguments).err();
        let trial = attempt.end(self.session);
        self.limits().leave();
        // Tables and other types that it makes or drops may be there or not.
        for key in &trial.others {
            self.session.memory.doubts.add_other(key);
        }
        let why = why(at, format!("what the call of {name} does to it is not known"));
        for key in &trial.relations {
            self.catalog_mut().forget_relation(key, &why);
        }
        self.catalog_mut().doubt_tables(&trial.tables);
        if trial.changes_nothing() {
            // As far as can be seen the call fails, and what comes after that was not looked at.
            if let Some(refusal) = refused {
                let message = format!("whether the call of {name} fails: {}", refusal.message);
                self.session.unknown_because(
                    at,
                    message,
                    &[],
                    &routine.at,
                    "the function is defined here",
                );
            }
            return;
        }
        let touches = if trial.anything { Vec::new() } else { in_order(trial.touched) };
        let message = format!("what the call of {name} does to enums is not known before it runs");
        self.session.unknown_because(
            at,
            message,
            &touches,
            &routine.at,
            "the function is defined here",
        );
    }

    fn run_routine(&mut self, routine: &Routine, arguments: &[Value]) -> Done {
        match &routine.body {
            Body::Plpgsql(text) => {
                let mut env = Env::new(routine.origin.clone());
                for (index, parameter) in routine.parameters.iter().enumerate() {
                    let value = match arguments.get(index) {
                        Some(value) if !parameter.variadic => value.clone(),
                        _ => Value::Unknown,
                    };
                    if let Some(name) = &parameter.name {
                        env.variables.push((Arc::clone(name), value.clone()));
                    }
                    env.variables.push((format!("${}", index + 1).into(), value));
                }
                run_body(self, text, env)
            }
            Body::Sql(text) => self.run_text(text, &routine.origin),
            Body::Unread(text) => {
                let message = "the statement that makes this cannot be read";
                if let Some(touches) = self.session.reach(text) {
                    self.session.unknown(&routine.at, message, &touches);
                }
                Ok(())
            }
            Body::Other => {
                self.session.unknown(&routine.at, "this is in a language that is not read", &[]);
                Ok(())
            }
        }
    }
}

/// The name of the routine that a statement creates.
fn routine_name(node: &SyntaxNode) -> Option<Path> {
    let named = |kind| matches!(kind, SyntaxKind::FUNCTION_NAME | SyntaxKind::PROCEDURE_NAME);
    child_that(node, named).and_then(|node| Path::of(&node))
}

/// What tells a routine from others of its name, and the parameters that calls have arguments for.
fn parameters(node: &SyntaxNode, path: &Path) -> (String, Vec<Parameter>) {
    use SyntaxKind as K;
    let mut signature = format!("{}(", path.schema.as_deref().unwrap_or_default());
    let list = child(node, K::PARAM_LIST);
    let mut parameters = Vec::new();
    for parameter in list.iter().flat_map(SyntaxNode::children) {
        let has = |kind| child(&parameter, kind).is_some();
        // A procedure is called with something for each of its `OUT`s.
        if has(K::PARAM_OUT) && node.kind() == K::CREATE_FUNCTION {
            continue;
        }
        let name = child(&parameter, K::PARAM_NAME);
        if let Some(ty) = child_that(&parameter, is_type) {
            signature.push_str(&ty.text().to_string().to_ascii_lowercase());
        }
        signature.push(',');
        parameters.push(Parameter {
            name: name.map(|name| name::identifier(&name)),
            variadic: has(K::PARAM_VARIADIC),
        });
    }
    (signature, parameters)
}
