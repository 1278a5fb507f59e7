//! What a class inherits from, and what makes it a model.

use std::rc::Rc;

use super::library::is_flask;
use crate::imports::is_library;
use crate::run::{Run, Stop};
use crate::value::{Class, Made, Value, last};

/// The classes that a class inherits from, itself first. In a diamond, this is not Python's order; the names that matter here
/// are not bound twice in one.
pub(super) fn lineage(class: &Rc<Class>) -> Vec<Rc<Class>> {
    let mut found: Vec<Rc<Class>> = Vec::new();
    let mut next = vec![Rc::clone(class)];
    while let Some(class) = next.pop() {
        if found.len() > 100 || found.iter().any(|known| Rc::ptr_eq(known, &class)) {
            continue;
        }
        let bases = class.bases.iter().rev().filter_map(|base| match base {
            Value::Class(base) => Some(Rc::clone(base)),
            _ => None,
        });
        next.extend(bases);
        found.push(class);
    }
    found
}

/// What the classes of one declarative base have in common.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) kind: RootKind,
    /// Unknown if it is that of a library that is not read.
    pub(super) metadata: Value,
    /// `type_annotation_map`
    pub(super) types: Value,
    /// The class that is the base, if it is one of the source.
    base: Option<Rc<Class>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RootKind {
    SqlAlchemy,
    Flask,
    SqlModel,
    /// The base is of a library that is not read.
    Elsewhere,
}

/// The declarative base of a class; nothing if it has none.
pub(super) fn root(run: &mut Run<'_>, lineage: &[Rc<Class>]) -> Result<Option<Root>, Stop> {
    let mut is_open = false;
    for class in lineage {
        let metaclass = class.keywords.iter().find(|(name, _)| &**name == "metaclass");
        let is_meta = |(_, value): &(Rc<str>, Value)| matches!(value, Value::Name(name) if last(name) == "DeclarativeMeta");
        if metaclass.is_some_and(is_meta) || is_decorated(class) {
            return of_class(run, class, RootKind::SqlAlchemy).map(Some);
        }
        for base in &class.bases {
            match base {
                Value::Name(name) if is_library(name) => match last(name) {
                    "DeclarativeBase" | "DeclarativeBaseNoMeta" => {
                        return of_class(run, class, RootKind::SqlAlchemy).map(Some);
                    }
                    "SQLModel" => {
                        let own = lineage.iter().find_map(|class| class.attribute("metadata"));
                        return Ok(Some(Root {
                            kind: RootKind::SqlModel,
                            metadata: own.unwrap_or_else(|| Value::name("sqlmodel.metadata")),
                            types: Value::None,
                            base: None,
                        }));
                    }
                    _ => {}
                },
                // `pydantic.BaseModel`, and bases of libraries that are not read.
                Value::Name(name) => is_open |= !name.starts_with("pydantic") && !is_plain(name),
                Value::Unknown => is_open = true,
                Value::Made(made) => match made.kind() {
                    "declarative_base" | "automap_base" | "generate_base" => {
                        return of_made(run, made, class).map(Some);
                    }
                    _ => {}
                },
                Value::Attribute(attribute) => {
                    let (of, name) = &**attribute;
                    if let (Value::Made(db), "Model") = (of, &**name)
                        && is_flask(db)
                    {
                        return of_flask(run, db).map(Some);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(is_open.then_some(Root {
        kind: RootKind::Elsewhere,
        metadata: Value::Unknown,
        types: Value::Unknown,
        base: None,
    }))
}

/// Whether a name is one of Python's own, which makes no class a model.
fn is_plain(name: &str) -> bool {
    name.starts_with("builtins.") || crate::imports::is_standard(name)
}

fn of_class(run: &mut Run<'_>, class: &Rc<Class>, kind: RootKind) -> Result<Root, Stop> {
    let registry = class.attribute("registry").as_ref().and_then(Value::as_made).map(Rc::clone);
    let given = registry.and_then(|it| it.keyword("metadata"));
    let metadata = match given.filter(|_| class.attribute("metadata").is_none()) {
        Some(metadata) if !metadata.is_none() => metadata,
        _ => run.attribute(&Value::Class(Rc::clone(class)), "metadata")?,
    };
    let types = class.attribute("type_annotation_map").or_else(|| of_registry(class));
    let types = types.unwrap_or(Value::None);
    Ok(Root { kind, metadata, types, base: Some(Rc::clone(class)) })
}

/// `registry = registry(type_annotation_map={…})`
fn of_registry(class: &Class) -> Option<Value> {
    class.attribute("registry")?.as_made()?.keyword("type_annotation_map")
}

/// `declarative_base(metadata=…)`, `registry().generate_base()`
fn of_made(run: &mut Run<'_>, made: &Rc<Made>, class: &Rc<Class>) -> Result<Root, Stop> {
    // `registry(…).generate_base()`
    let of = made.keyword("@self").as_ref().and_then(Value::as_made).map(Rc::clone);
    let made = of.as_ref().unwrap_or(made);
    let args = made.args.borrow().clone();
    let own = class.attribute("metadata");
    let metadata = match own.or_else(|| args.keyword("metadata").cloned()) {
        Some(metadata) if !metadata.is_none() => metadata,
        _ => run.attribute(&Value::Made(Rc::clone(made)), "metadata")?,
    };
    let types = args.keyword("type_annotation_map").cloned();
    let types = types.unwrap_or(if args.is_open() { Value::Unknown } else { Value::None });
    Ok(Root { kind: RootKind::SqlAlchemy, metadata, types, base: None })
}

fn of_flask(run: &mut Run<'_>, db: &Rc<Made>) -> Result<Root, Stop> {
    if let Some(Value::Class(base)) = db.keyword("model_class") {
        let base = lineage(&base).pop().unwrap_or(base);
        let mut root = of_class(run, &base, RootKind::Flask)?;
        root.base = None;
        return Ok(root);
    }
    let metadata = match db.keyword("metadata") {
        Some(metadata) if !metadata.is_none() => metadata,
        _ => run.attribute(&Value::Made(Rc::clone(db)), "metadata")?,
    };
    Ok(Root { kind: RootKind::Flask, metadata, types: Value::None, base: None })
}

/// Whether a decorator makes the class a base.
fn is_decorated(class: &Class) -> bool {
    let Some(definition) = &class.definition else { return false };
    definition.statement.decorator_list.iter().any(|decorator| {
        let name = match &decorator.expression {
            ruff_python_ast::Expr::Call(call) => &*call.func,
            name => name,
        };
        let name = match name {
            ruff_python_ast::Expr::Name(name) => name.id.as_str(),
            ruff_python_ast::Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        matches!(name, "as_declarative" | "as_declarative_base")
    })
}

impl Root {
    /// Whether a class of this root is mapped: it is not the base, and not abstract.
    pub(super) fn maps(&self, class: &Rc<Class>) -> bool {
        if self.base.as_ref().is_some_and(|base| Rc::ptr_eq(base, class)) {
            return false;
        }
        if self.kind == RootKind::SqlModel {
            let table = class.keywords.iter().find(|(name, _)| &**name == "table");
            return matches!(table, Some((_, Value::Bool(true))));
        }
        let is_abstract = own(class, "__abstract__");
        !matches!(is_abstract, Some(Value::Bool(true)))
    }

    /// That of a table without a class.
    pub(super) fn of_table(metadata: Value) -> Self {
        Self { kind: RootKind::SqlAlchemy, metadata, types: Value::None, base: None }
    }

    /// Whether the base is in the source: what a class has, it has from classes that are known.
    pub(super) fn is_known(&self) -> bool {
        self.kind != RootKind::Elsewhere
    }
}

/// What the body of a class binds a name to.
pub(super) fn own(class: &Class, name: &str) -> Option<Value> {
    class.names.iter().rev().find(|(known, _)| &**known == name).map(|(_, value)| value.clone())
}
