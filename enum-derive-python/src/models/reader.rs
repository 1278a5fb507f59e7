//! Goes through the files of a project.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::folder::Source;
use ruff_python_ast::{Expr, Stmt};

use super::library::{Declarations, is_flask};
use super::sources::{Sources, walk};
use super::{Model, Models, Target};
use crate::project::{Options, takes_enums_for_strings};
use crate::run::{Run, Stop};
use crate::value::{Made, Module, Value};

pub(super) struct Reader<'r> {
    pub(super) run: Run<'r>,
    pub(super) sources: Sources,
    /// The `MetaData` that have been met; a model has the index of its own.
    metadata: Vec<Value>,
    /// The tables that are a class's.
    pub(super) of_classes: Vec<Rc<Made>>,
    /// The folder of the module that is read.
    folder: PathBuf,
    /// What [`takes_enums_for_strings`] says, by the folder.
    takes_enums: HashMap<PathBuf, Option<bool>>,
}

/// A model, and the `Table` that it is, if it has no class.
pub(super) type Found = (Model, Option<Rc<Made>>);

/// The models below a folder.
pub(super) fn read(options: &Options, root: &Path) -> Models {
    let files = walk(root);
    // No revision is followed.
    let none = Arc::new(Source { path: PathBuf::new(), text: String::new() });
    let mut reader = Reader {
        run: Run::of_tree(options, &Declarations, root, &none),
        sources: Sources::new(root),
        metadata: Vec::new(),
        of_classes: Vec::new(),
        folder: PathBuf::new(),
        takes_enums: HashMap::new(),
    };
    let (not_read, revisions) = (files.not_read, files.revisions);
    let mut models = Models { revisions, not_read, ..Models::default() };
    let mut found: Vec<Found> = Vec::new();
    for path in &files.with_models {
        models.files.push(path.clone());
        path.parent().unwrap_or(root).clone_into(&mut reader.folder);
        let Some(module) = reader.module(path) else {
            models.not_read.push((path.clone(), "it cannot be parsed as Python".to_owned()));
            continue;
        };
        for name in names(&module.body) {
            if let Err(why) = reader.bound(&module, &name, &mut found) {
                models.not_read.push((path.clone(), why));
            }
        }
    }
    for env in files.envs {
        models.files.push(env.clone());
        models.targets.push(reader.target(env));
    }
    let is_own = |(_, table): &Found| {
        table.as_ref().is_none_or(|table| !reader.of_classes.iter().any(|it| Rc::ptr_eq(it, table)))
    };
    models.models = found.into_iter().filter(is_own).map(|(model, _)| model).collect();
    models.files.extend(reader.run.files());
    models.files.extend(reader.sources.into_paths());
    models.files.sort();
    models.files.dedup();
    reader.run.forget_all();
    models
}

/// The classes and the tables that statements of a module bind, each once.
fn names(body: &[Stmt]) -> Vec<String> {
    let mut found = Vec::new();
    for statement in body {
        match statement {
            Stmt::ClassDef(it) => found.push(it.name.to_string()),
            Stmt::Assign(it) => {
                if let ([Expr::Name(name)], Expr::Call(call)) = (&it.targets[..], &*it.value)
                    && is_table(&call.func)
                {
                    found.push(name.id.to_string());
                }
            }
            Stmt::AnnAssign(it) => {
                if let (Expr::Name(name), Some(Expr::Call(call))) =
                    (&*it.target, it.value.as_deref())
                    && is_table(&call.func)
                {
                    found.push(name.id.to_string());
                }
            }
            Stmt::If(it) => {
                found.extend(names(&it.body));
                found.extend(it.elif_else_clauses.iter().flat_map(|clause| names(&clause.body)));
            }
            Stmt::Try(it) => found.extend(names(&it.body)),
            _ => {}
        }
    }
    let mut once = std::collections::HashSet::new();
    found.retain(|name| once.insert(name.clone()));
    found
}

fn is_table(called: &Expr) -> bool {
    match called {
        Expr::Name(name) => name.id.as_str() == "Table",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "Table",
        _ => false,
    }
}

impl Reader<'_> {
    fn module(&mut self, path: &Path) -> Option<Rc<Module>> {
        self.run.fresh();
        self.run.module(path.canonicalize().ok()?)
    }

    /// The models that a name of a module is bound to.
    fn bound(
        &mut self,
        module: &Rc<Module>,
        name: &str,
        found: &mut Vec<Found>,
    ) -> Result<(), String> {
        self.run.fresh();
        let value = self.run.exported(module, name);
        let model = value.and_then(|value| match value {
            Some(Value::Class(class)) => Ok(self.class(module, &class)?.map(|model| (model, None))),
            Some(Value::Made(made)) if made.kind() == "Table" => self.table(module, name, &made),
            _ => Ok(None),
        });
        match model {
            Ok(model) => found.extend(model),
            Err(Stop::Limit) => return Err(format!("{name} does too much to be followed")),
            // A module that raises an exception is not imported.
            Err(Stop::Raised { .. }) => {}
        }
        Ok(())
    }

    /// What an `env.py` compares.
    fn target(&mut self, env: PathBuf) -> Target {
        let module = self.module(&env);
        let value = module
            .as_ref()
            .and_then(|module| self.run.exported(module, "target_metadata").ok().flatten());
        let items = match value {
            Some(Value::List(items)) => items.borrow().clone(),
            Some(Value::Tuple(items)) => Some(items.to_vec()),
            Some(value) => Some(vec![value]),
            None => None,
        };
        let metadata = items.and_then(|items| {
            items.iter().map(|item| self.number(item)).collect::<Option<Vec<_>>>()
        });
        let text = std::fs::read_to_string(&env).unwrap_or_default();
        let is_filtered = ["include_object", "include_name"].iter().any(|it| text.contains(it));
        Target { env, metadata, is_filtered }
    }

    /// Whether the `SQLModel` of the module that is read takes an enum which is a string for a string.
    pub(super) fn takes_enums_for_strings(&mut self) -> Option<bool> {
        let folder = self.folder.clone();
        *self.takes_enums.entry(folder).or_insert_with_key(|folder| takes_enums_for_strings(folder))
    }

    /// The number of a `MetaData`.
    pub(super) fn number(&mut self, value: &Value) -> Option<usize> {
        let is_base = |of: &Value| match of {
            Value::Made(made) => {
                is_flask(made)
                    || matches!(made.kind(), "declarative_base" | "automap_base" | "registry")
            }
            of => matches!(of, Value::Class(_)),
        };
        match value {
            Value::Made(made) if made.kind() == "MetaData" => {}
            Value::Attribute(of) if &*of.1 == "metadata" && is_base(&of.0) => {}
            Value::Name(name) if name.starts_with("sqlmodel.") && name.ends_with("metadata") => {}
            _ => return None,
        }
        let value = canonical(value);
        let known = self.metadata.iter().position(|known| is_same(known, &value));
        Some(known.unwrap_or_else(|| {
            self.metadata.push(value);
            self.metadata.len() - 1
        }))
    }

    /// A module and a name in it, as they are shown: `app.models.User`.
    pub(super) fn dotted(&self, module: &Module, name: &str) -> String {
        let below = self.sources.below(&module.path).with_extension("");
        let parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let mut parts: Vec<String> = parts.filter(|part| part != "/").collect();
        if parts.len() > 1 && parts.last().is_some_and(|last| last == "__init__") {
            parts.pop();
        }
        if parts.len() > 1 && parts[0] == "src" {
            parts.remove(0);
        }
        parts.push(name.to_owned());
        parts.join(".")
    }
}

/// The same `MetaData` under one name: `SQLModel.metadata` has two, and `registry(metadata=metadata).metadata` is what it is given.
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Attribute(of) => {
            let given = of.0.as_made().and_then(|made| made.keyword("metadata"));
            given.filter(|given| given.as_made().is_some()).unwrap_or_else(|| value.clone())
        }
        Value::Name(name) if name.starts_with("sqlmodel") => Value::name("sqlmodel.metadata"),
        value => value.clone(),
    }
}

pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Made(one), Value::Made(other)) => Rc::ptr_eq(one, other),
        (Value::Class(one), Value::Class(other)) => Rc::ptr_eq(one, other),
        (Value::Name(one), Value::Name(other)) => one == other,
        (Value::Attribute(one), Value::Attribute(other)) => {
            one.1 == other.1 && is_same(&one.0, &other.0)
        }
        _ => false,
    }
}

/// The schema of a `MetaData`: `None` of Python where it has none, nothing where that is not known.
pub(super) fn schema_of(metadata: &Value) -> Option<Value> {
    match metadata {
        Value::Made(made) if made.kind() == "MetaData" => {
            let args = made.args.borrow();
            args.get(0, "schema").map_or(Some(Value::None), |schema| match schema {
                Value::Unknown => None,
                schema => Some(schema),
            })
        }
        Value::Attribute(attribute) => match &attribute.0 {
            Value::Made(made) => match made.keyword("metadata") {
                Some(metadata @ Value::Made(_)) => schema_of(&metadata),
                None | Some(Value::None) => Some(Value::None),
                Some(_) => None,
            },
            _ => Some(Value::None),
        },
        // A table whose schema is that of a library's metadata is looked for in any.
        _ => Some(Value::None),
    }
}
