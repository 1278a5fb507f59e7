//! Statements about types as sea-query builds them (`src/extension/postgres/types.rs` in 0.29 to 1.0), in SQL
//! (`src/backend/postgres/types.rs`): names are quoted, labels are literals.

use pg_enum_core::{Ident, Literal};
use syn::{Expr, GenericArgument, Type};

use super::iden_types::active_enum;
use super::idens::{name, names};
use super::scope::Scope;
use super::sql::path_names;

/// The SQL of a builder such as `Type::create().as_enum("mood").values(["sad"]).to_owned()`; nothing if some of it is no
/// literal.
pub(super) fn statement(expression: &Expr, mut scope: Scope<'_>) -> Option<String> {
    let mut calls = Vec::new();
    let mut inner = expression;
    let root = loop {
        match inner {
            // SeaORM's `schema.create_enum_from_active_enum::<Mood>()` (`sea-orm/src/schema/entity.rs` in 0.12 to 2.0).
            Expr::MethodCall(call) if call.method == "create_enum_from_active_enum" => {
                let of = call.turbofish.as_ref()?.args.first()?;
                let GenericArgument::Type(Type::Path(of)) = of else { return None };
                return type_of_active_enum(&path_names(&of.path), scope);
            }
            Expr::MethodCall(call) => {
                calls.push((call.method.to_string(), &call.args));
                inner = &call.receiver;
            }
            Expr::Reference(reference) => inner = &reference.expr,
            Expr::Paren(paren) => inner = &paren.expr,
            Expr::Call(call) => break root(call)?,
            Expr::Path(path) => {
                let (value, before) = scope.local(&path.path)?;
                inner = value;
                scope = before;
            }
            _ => return None,
        }
    };
    calls.reverse();
    let (mut of, mut labels) = (Vec::new(), None);
    let (mut added, mut change, mut place) = (None, None, String::new());
    let (mut if_exists, mut if_not_exists, mut option) = ("", "", "");
    for (method, arguments) in calls {
        let argument = |at: usize| arguments.iter().nth(at);
        let label = |at: usize| name(argument(at)?, scope).map(|label| Literal(&label).to_string());
        match &*method {
            "as_enum" | "name" => of.push(type_name(argument(0)?, scope)?),
            "names" => match argument(0)? {
                Expr::Array(array) => {
                    for one in &array.elems {
                        of.push(type_name(one, scope)?);
                    }
                }
                more => of.extend(names(more, scope)?.iter().map(|one| Ident(one).to_string())),
            },
            "values" => labels = Some(names(argument(0)?, scope)?),
            "add_value" => added = Some(label(0)?),
            "before" => place = format!(" BEFORE {}", label(0)?),
            "after" => place = format!(" AFTER {}", label(0)?),
            "rename_to" => {
                let to = name(argument(0)?, scope)?;
                change = Some(format!("RENAME TO {}", Ident(&to)));
            }
            "rename_value" => change = Some(format!("RENAME VALUE {} TO {}", label(0)?, label(1)?)),
            "if_exists" => if_exists = "IF EXISTS ",
            "if_not_exists" => if_not_exists = "IF NOT EXISTS ",
            "cascade" => option = " CASCADE",
            "restrict" => option = " RESTRICT",
            // And what makes SQL of it.
            "to_owned" | "clone" | "take" | "to_string" | "build" | "build_ref" => {}
            _ => return None,
        }
    }
    let one = || of.first().filter(|_| of.len() == 1);
    match root {
        Root::Create => {
            let labels: Vec<_> = labels?.iter().map(|label| Literal(label).to_string()).collect();
            Some(format!("CREATE TYPE {} AS ENUM ({})", one()?, labels.join(", ")))
        }
        Root::Alter => {
            let change = match added {
                Some(label) => format!("ADD VALUE {if_not_exists}{label}{place}"),
                None => change?,
            };
            Some(format!("ALTER TYPE {} {change}", one()?))
        }
        Root::Drop if !of.is_empty() => {
            Some(format!("DROP TYPE {if_exists}{}{option}", of.join(", ")))
        }
        Root::Drop => None,
    }
}

/// The statement that makes the type of an active enum.
fn type_of_active_enum(path: &[String], scope: Scope<'_>) -> Option<String> {
    let active = active_enum(path, scope.file)?;
    let labels: Vec<_> =
        active.labels.iter().map(|label| Literal(&label.text.value).to_string()).collect();
    Some(format!("CREATE TYPE {} AS ENUM ({})", Ident(&active.name.value), labels.join(", ")))
}

/// What builds statements about types.
pub(super) const BUILDERS: [&str; 4] =
    ["Type", "TypeCreateStatement", "TypeAlterStatement", "TypeDropStatement"];

/// The type with whose function a chain of methods begins: `Table` of `Table::create()`.
pub(super) fn builder<'e>(mut expression: &'e Expr, mut scope: Scope<'e>) -> Option<String> {
    loop {
        expression = match expression {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Reference(inner) => &inner.expr,
            Expr::Paren(inner) => &inner.expr,
            Expr::Path(path) => {
                let (value, before) = scope.local(&path.path)?;
                scope = before;
                value
            }
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                return Some(path.path.segments.iter().nth_back(1)?.ident.to_string());
            }
            _ => return None,
        };
    }
}

/// The statement that an expression is, without what makes SQL of it: `backend.build(&statement)`, `&statement`.
pub(super) fn statement_in<'e>(
    mut expression: &'e Expr,
    mut scope: Scope<'e>,
) -> (&'e Expr, Scope<'e>) {
    loop {
        expression = match expression {
            Expr::Reference(inner) => &inner.expr,
            Expr::Paren(inner) => &inner.expr,
            Expr::MethodCall(call) if call.method == "build" && !call.args.is_empty() => {
                match &call.args[0] {
                    // `statement.build(PostgresQueryBuilder)`
                    Expr::Path(path) if scope.local(&path.path).is_none() => {
                        return (expression, scope);
                    }
                    statement => statement,
                }
            }
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return (expression, scope) };
                let is_statement =
                    path.path.segments.last().is_some_and(|last| last.ident == "from_string");
                match call.args.iter().nth(1) {
                    Some(text) if is_statement => text,
                    _ => return (expression, scope),
                }
            }
            Expr::Path(path) => match scope.local(&path.path) {
                Some((value, before)) => {
                    scope = before;
                    value
                }
                None => return (expression, scope),
            },
            _ => return (expression, scope),
        };
    }
}

/// What a builder begins with.
enum Root {
    Create,
    Alter,
    Drop,
}

fn root(call: &syn::ExprCall) -> Option<Root> {
    let Expr::Path(path) = &*call.func else { return None };
    let mut segments = path.path.segments.iter().rev();
    let method = segments.next()?.ident.to_string();
    match (&*segments.next()?.ident.to_string(), &*method) {
        ("Type", "create") | ("TypeCreateStatement", "new") => Some(Root::Create),
        ("Type", "alter") | ("TypeAlterStatement", "new") => Some(Root::Alter),
        ("Type", "drop") | ("TypeDropStatement", "new") => Some(Root::Drop),
        _ => None,
    }
}

/// A name, or a schema and a name in a tuple.
fn type_name(expression: &Expr, scope: Scope<'_>) -> Option<String> {
    match expression {
        Expr::Tuple(tuple) => match &tuple.elems.iter().collect::<Vec<_>>()[..] {
            [schema, one] => {
                let (schema, one) = (name(schema, scope)?, name(one, scope)?);
                Some(format!("{}.{}", Ident(&schema), Ident(&one)))
            }
            _ => None,
        },
        one => name(one, scope).map(|one| Ident(&one).to_string()),
    }
}
