//! Imports, and names of modules.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;
use ruff_python_ast::{StmtImport, StmtImportFrom};

use super::{Run, Stop, range};
use crate::facts::What;
use crate::imports::{Roots, is_library};
use crate::value::{Frame, Module, Unread, Value};

impl Run<'_> {
    /// What a name is bound to, if it is not built in.
    pub(super) fn look_up(&mut self, frame: &Rc<Frame>, name: &str) -> Result<Option<Value>, Stop> {
        if let Some(value) = frame.look_up(name) {
            return Ok(Some(value));
        }
        let module = Rc::clone(&frame.module);
        self.exported(&module, name)
    }

    /// What a module binds a name to.
    pub(crate) fn exported(
        &mut self,
        module: &Rc<Module>,
        name: &str,
    ) -> Result<Option<Value>, Stop> {
        if let Some(value) = module.names.borrow().get(name) {
            return Ok(Some(value.clone()));
        }
        if !module.all_done.get() && !module.missing.borrow().contains(name) {
            let frame = Frame::of_module(module);
            for index in module.binding(name) {
                let is_new = module.done.borrow_mut().insert(index);
                if is_new && let Some(statement) = module.body.get(index) {
                    // A module that fails is not imported; what it binds is not known.
                    let source = Arc::clone(&module.source);
                    let one = std::slice::from_ref(statement);
                    match self.inside(&source, |run| run.deeper(|run| run.block(&frame, one))) {
                        Ok(_) | Err(Stop::Raised { .. }) => {}
                        Err(limit) => return Err(limit),
                    }
                }
            }
            if let Some(value) = module.names.borrow().get(name) {
                return Ok(Some(value.clone()));
            }
            module.missing.borrow_mut().insert(name.into());
        }
        let stars = module.stars.borrow().clone();
        for star in stars.iter().rev() {
            match star {
                Value::Module(star) if !name.starts_with('_') => {
                    if let Some(value) = self.deeper(|run| run.exported(star, name))? {
                        return Ok(Some(value));
                    }
                }
                Value::Name(path)
                    if matches!(super::builtins::named(name), Value::Name(_))
                        && !is_built_in(name) =>
                {
                    return Ok(Some(Value::Name(format!("{path}.{name}").into())));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// A module inside a package.
    pub(super) fn submodule(&mut self, module: &Rc<Module>, name: &str) -> Value {
        let is_package = module.path.file_name().is_some_and(|file| file == "__init__.py");
        let found =
            is_package.then(|| self.roots(&module.path)?.relative(&module.path, 1, name)).flatten();
        found.and_then(|path| self.module(path)).map_or(Value::Unknown, Value::Module)
    }

    pub(super) fn import(&mut self, frame: &Rc<Frame>, it: &StmtImport) {
        for alias in &it.names {
            let name = alias.name.as_str();
            match &alias.asname {
                Some(bound) => {
                    let value = self.imported(name, &frame.module.path);
                    self.note_import(frame, (0, name, None), bound, &value, range(alias));
                    frame.bind(bound, value);
                }
                None => {
                    let first = name.split('.').next().unwrap_or(name);
                    let value = self.imported(first, &frame.module.path);
                    self.note_import(frame, (0, name, None), first, &value, range(alias));
                    frame.bind(first, value);
                }
            }
        }
    }

    pub(super) fn import_from(
        &mut self,
        frame: &Rc<Frame>,
        it: &StmtImportFrom,
    ) -> Result<(), Stop> {
        let name = it.module.as_ref().map(ruff_python_ast::Identifier::as_str).unwrap_or_default();
        let from = if it.level > 0 {
            let path = frame.module.path.clone();
            let found = match name {
                // `from . import x`: the package itself.
                "" => self
                    .roots(&path)
                    .and_then(|roots| roots.relative(&path, it.level, "__init__").or(None)),
                name => self.roots(&path).and_then(|roots| roots.relative(&path, it.level, name)),
            };
            match found.and_then(|path| self.module(path)) {
                Some(module) => Value::Module(module),
                None => Value::Unknown,
            }
        } else {
            self.imported(name, &frame.module.path)
        };
        for alias in &it.names {
            let wanted = alias.name.as_str();
            if wanted == "*" {
                frame.module.stars.borrow_mut().push(from.clone());
                continue;
            }
            let mut value = match &from {
                Value::Module(module) => {
                    let module = Rc::clone(module);
                    match self.deeper(|run| run.exported(&module, wanted))? {
                        Some(value) => value,
                        None => self.submodule(&module, wanted),
                    }
                }
                Value::Name(path) => {
                    let path = format!("{path}.{wanted}");
                    // A package without `__init__.py` has modules all the same.
                    self.imported(&path, &frame.module.path)
                }
                _ => Value::Unknown,
            };
            if matches!(value, Value::Unknown) && it.level > 0 {
                let path = frame.module.path.clone();
                let name =
                    if name.is_empty() { wanted.to_owned() } else { format!("{name}.{wanted}") };
                let found =
                    self.roots(&path).and_then(|roots| roots.relative(&path, it.level, &name));
                if let Some(module) = found.and_then(|path| self.module(path)) {
                    value = Value::Module(module);
                }
            }
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let from = (it.level, name, Some(wanted));
            self.note_import(frame, from, bound, &value, range(alias));
            frame.bind(bound, value);
        }
        Ok(())
    }

    /// Takes note of what a revision imports from where nothing is known of it: from the level and the name of the module, and the
    /// name in it, if one is imported.
    fn note_import(
        &mut self,
        frame: &Frame,
        (level, name, wanted): (u32, &str, Option<&str>),
        binds: &str,
        value: &Value,
        at: Range<usize>,
    ) {
        let is_unresolved = match value {
            Value::Unknown => true,
            Value::Name(name) => !is_library(name),
            _ => false,
        };
        if is_unresolved && frame.module.is_revision {
            let path = &frame.module.path;
            // What is imported may be a module itself.
            let inside = wanted.map(|wanted| match name {
                "" => wanted.to_owned(),
                name => format!("{name}.{wanted}"),
            });
            let names = [Some(name.to_owned()), inside];
            let not_python =
                names.into_iter().flatten().find_map(|name| self.not_python(path, level, &name));
            let module = ".".repeat(level as usize) + name;
            let what = What::UnresolvedImport { module, binds: binds.into(), not_python };
            self.fact(self.place(at), what);
        }
    }

    /// Where a module that has been looked for is not Python.
    fn not_python(&mut self, from: &Path, level: u32, name: &str) -> Option<Location> {
        let roots = self.roots(from)?;
        let found = match level {
            0 => roots.find(name),
            level => roots.relative(from, level, name),
        };
        self.not_python.get(&found?).cloned()
    }

    /// What a dotted name of an import is.
    fn imported(&mut self, name: &str, from: &Path) -> Value {
        if is_library(name) {
            return Value::name(name);
        }
        let roots = self.roots(from);
        let found = roots.as_ref().and_then(|roots| roots.find(name));
        if let Some(module) = found.and_then(|path| self.module(path)) {
            return Value::Module(module);
        }
        match roots {
            // It is the project's, and not found or in two places.
            Some(roots) if roots.has_package(name) && name.contains('.') => Value::Unknown,
            _ => Value::name(name),
        }
    }

    /// Where the modules are that a file imports.
    fn roots(&mut self, from: &Path) -> Option<Rc<Roots>> {
        let folder = match from.parent() {
            Some(folder) if self.is_tree => folder,
            _ => self.folder,
        };
        if let Some(known) = self.roots.get(folder) {
            return known.clone();
        }
        let roots = Roots::of(folder).map(Rc::new);
        self.roots.insert(folder.to_owned(), roots.clone());
        roots
    }

    pub(crate) fn module(&mut self, path: PathBuf) -> Option<Rc<Module>> {
        if let Some(known) = self.modules.get(&path) {
            return known.clone();
        }
        let text = fs::read_to_string(&path).ok();
        let module = text.and_then(|text| {
            let source = Arc::new(Source { path: from_root(self.root, &path), text });
            match Module::parse(path.clone(), Arc::clone(&source), false) {
                Ok(module) => Some(module),
                Err(Unread::NotPython { at, .. }) => {
                    self.not_python.insert(path.clone(), Location::new(&source, at));
                    None
                }
                Err(Unread::TooNested) => None,
            }
        });
        let module = module.map(Rc::new);
        self.modules.insert(path, module.clone());
        module
    }
}

/// The path of a file from the root, with `..` where it is not below that.
fn from_root(root: &Path, path: &Path) -> PathBuf {
    let Ok(root) = root.canonicalize() else { return path.to_owned() };
    let shared = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let mut relative = PathBuf::new();
    for _ in root.components().skip(shared) {
        relative.push("..");
    }
    relative.extend(path.components().skip(shared));
    relative
}

/// Whether a name is one of those that need no import.
fn is_built_in(name: &str) -> bool {
    const NAMES: [&str; 40] = [
        "Exception",
        "ImportError",
        "KeyError",
        "ModuleNotFoundError",
        "NotImplementedError",
        "RuntimeError",
        "TypeError",
        "ValueError",
        "all",
        "any",
        "bool",
        "dict",
        "enumerate",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "int",
        "isinstance",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "min",
        "next",
        "print",
        "range",
        "repr",
        "reversed",
        "set",
        "sorted",
        "str",
        "tuple",
        "zip",
    ];
    NAMES.contains(&name)
}
