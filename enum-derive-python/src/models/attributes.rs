//! What the body of a class declares.

use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};

use super::lineage::own;
use crate::run::range;
use crate::value::{Class, Value};

/// An attribute of a class.
pub(super) struct Attribute<'c> {
    pub(super) name: Rc<str>,
    pub(super) annotation: Option<&'c Expr>,
    pub(super) value: Option<Value>,
    pub(super) file: PathBuf,
    pub(super) at: Range<usize>,
}

/// The attributes that a class declares itself, each once.
pub(super) fn attributes(class: &Class) -> Vec<Attribute<'_>> {
    let Some(definition) = &class.definition else { return Vec::new() };
    let mut found: Vec<Attribute<'_>> = Vec::new();
    for statement in &definition.statement.body {
        let mut add = |name: &str, annotation, at| {
            // The last one counts.
            found.retain(|known| *known.name != *name);
            found.push(Attribute {
                name: name.into(),
                annotation,
                value: own(class, name),
                file: definition.module.path.clone(),
                at,
            });
        };
        match statement {
            Stmt::AnnAssign(it) => {
                if let Expr::Name(name) = &*it.target {
                    add(&name.id, Some(&*it.annotation), range(statement));
                }
            }
            Stmt::Assign(it) => {
                for target in &it.targets {
                    if let Expr::Name(name) = target {
                        add(&name.id, None, range(statement));
                    }
                }
            }
            Stmt::FunctionDef(it) => add(&it.name, None, range(&it.name)),
            _ => {}
        }
    }
    found
}

/// Where a class binds a name, if it does so in a statement of its own.
pub(super) fn place(class: &Class, name: &str) -> Option<(PathBuf, Range<usize>)> {
    let found = attributes(class).into_iter().find(|attribute| &*attribute.name == name)?;
    Some((found.file, found.at))
}
