//! Classes and tables as models.

use std::rc::Rc;

use super::attributes::attributes;
use super::lineage::{Root, RootKind, lineage, own, root};
use super::reader::{Found, Reader, schema_of};
use super::tables::TableArgs;
use super::{Column, Model};
use crate::run::{Stop, range};
use crate::sql::{has_hole, name_text};
use crate::value::{Class, Made, Module, Value};

impl Reader<'_> {
    /// Whether a class is mapped to a table, its own or another one's.
    pub(super) fn is_mapped(&mut self, class: &Rc<Class>, root_of: &Root) -> bool {
        let lineage = lineage(class);
        match root(&mut self.run, &lineage) {
            Ok(Some(found)) => {
                let names_table =
                    own(class, "__tablename__").is_some() || own(class, "__table__").is_some();
                found.maps(class) && (names_table || found.is_known() && root_of.is_known())
            }
            _ => false,
        }
    }

    /// The model that a class is; nothing if it is none.
    pub(super) fn class(
        &mut self,
        module: &Rc<Module>,
        class: &Rc<Class>,
    ) -> Result<Option<Model>, Stop> {
        let Some(definition) = &class.definition else { return Ok(None) };
        // A name that is imported is another module's.
        if definition.module.path != module.path {
            return Ok(None);
        }
        let lineage = lineage(class);
        let Some(root) = root(&mut self.run, &lineage)? else { return Ok(None) };
        if !self.is_mapped(class, &root) {
            return Ok(None);
        }
        let at = self.sources.location(&module.path, range(&definition.statement.name));
        let name = self.dotted(module, &class.name);
        if let Some(table) = own(class, "__table__") {
            let Value::Made(made) = table else { return Ok(None) };
            if made.kind() != "Table" {
                return Ok(None);
            }
            self.of_classes.push(Rc::clone(&made));
            let found = self.table(module, &class.name, &made)?;
            return Ok(found.map(|(mut model, _)| {
                for column in &mut model.columns {
                    column.at = at.clone();
                }
                Model { name, at, ..model }
            }));
        }
        let mut mapped = Vec::new();
        for other in lineage.iter().skip(1) {
            if self.is_mapped(other, &root) {
                mapped.push(Rc::clone(other));
            }
        }
        let parent = mapped.first().filter(|_| !is_concrete(class));
        let args = self.table_args(class, &lineage, &root)?;
        let table = self.table_name(class, &lineage, &root, parent)?;
        let owners: Vec<Rc<Class>> = match parent {
            None => lineage.clone(),
            Some(parent) => {
                let inherited = super::lineage::lineage(parent);
                let is_own = |it: &&Rc<Class>| !inherited.iter().any(|other| Rc::ptr_eq(it, other));
                lineage.iter().filter(is_own).cloned().collect()
            }
        };
        let columns = self.columns(class, &owners, &root, &args)?;
        let is_keyed = owners.iter().any(|owner| has_key(owner));
        let table = match (parent, table) {
            (None, None) => return Ok(None),
            (_, Some(table))
                if parent.is_none() || root.kind == RootKind::SqlAlchemy || is_keyed =>
            {
                table.and_then(|table| args.table(table))
            }
            // The table of the class that it inherits from.
            (Some(parent), _) => {
                if columns.is_empty() {
                    return Ok(None);
                }
                let above = super::lineage::lineage(parent);
                let args = self.table_args(parent, &above, &root)?;
                match self.table_name(parent, &above, &root, None)? {
                    Some(table) => table.and_then(|table| args.table(table)),
                    None => return Ok(None),
                }
            }
            (None, Some(table)) => table.and_then(|table| args.table(table)),
        };
        let metadata = self.number(&root.metadata);
        let is_external = args.is_external || class.attribute("__bind_key__").is_some();
        let class = class.name.to_string();
        Ok(Some(Model { name, class, at, table, columns, metadata, is_external }))
    }

    /// The columns that some of a class's bases give it.
    fn columns(
        &mut self,
        class: &Rc<Class>,
        owners: &[Rc<Class>],
        root: &Root,
        args: &TableArgs,
    ) -> Result<Vec<Column>, Stop> {
        let schema = args.schema.clone().filter(|schema| !schema.is_none());
        let mut names: Vec<Rc<str>> = Vec::new();
        let mut columns = Vec::new();
        for owner in owners {
            for attribute in attributes(owner) {
                if attribute.name.starts_with("__") || names.contains(&attribute.name) {
                    continue;
                }
                names.push(Rc::clone(&attribute.name));
                let column = self.column(class, owner, &attribute, root, schema.as_ref())?;
                columns.extend(column);
            }
        }
        settle_keys(&mut columns, args.keys.as_deref());
        Ok(columns)
    }

    /// The model that a `Table` is; nothing if its arguments are not those of one.
    pub(super) fn table(
        &mut self,
        module: &Rc<Module>,
        variable: &str,
        made: &Rc<Made>,
    ) -> Result<Option<Found>, Stop> {
        if !crate::imports::is_library(&made.of) {
            return Ok(None);
        }
        let given = made.args.borrow().clone();
        let Some(name) = given.positional.first() else { return Ok(None) };
        // Flask-SQLAlchemy adds the metadata itself.
        let metadata = given.positional.get(1).cloned().unwrap_or(Value::Unknown);
        let is_column = |value: &Value| value.as_made().is_some_and(|it| it.kind() == "Column");
        let metadata = if is_column(&metadata) { Value::Unknown } else { metadata };
        let mut args = TableArgs { schema: schema_of(&metadata), ..TableArgs::default() };
        args.keys = Some(Vec::new());
        let keywords = given.keywords.iter();
        let keywords =
            keywords.map(|(name, value)| (Value::text(&**name), value.clone())).collect();
        args.keyed(&Value::Dict(Rc::new(std::cell::RefCell::new(Some(keywords)))));
        if given.open {
            args.schema = None;
        }
        let root = Root::of_table(metadata.clone());
        let schema = args.schema.clone().filter(|schema| !schema.is_none());
        let place = module.body.iter().find(|it| binds(it, variable)).map(range);
        let at = self.sources.location(&module.path, place.clone().unwrap_or(0..0));
        let mut columns = Vec::new();
        for item in &given.positional {
            let Value::Made(item) = item else { continue };
            match item.kind() {
                "Column" => {
                    if let Some(mut column) =
                        self.table_column(item, &root, schema.as_ref(), at.clone())?
                    {
                        column.attribute.clone_from(&column.name);
                        columns.push(column);
                    }
                }
                "PrimaryKeyConstraint" => {
                    let names = item.args.borrow().positional.clone();
                    args.keys = names.iter().map(|it| it.as_str().map(str::to_owned)).collect();
                }
                _ => {}
            }
        }
        settle_keys(&mut columns, args.keys.as_deref());
        let table = match name_text(name).filter(|name| !has_hole(name)) {
            Some(name) => args.table(name),
            None => Err("what the table is called is not known".to_owned()),
        };
        let model = Model {
            name: self.dotted(module, variable),
            class: variable.to_owned(),
            at,
            table,
            columns,
            metadata: self.number(&metadata),
            is_external: args.is_external,
        };
        Ok(Some((model, Some(Rc::clone(made)))))
    }
}

/// A key that is a constraint makes its columns NOT NULL.
fn settle_keys(columns: &mut [Column], keys: Option<&[String]>) {
    for column in columns {
        let is_open = keys.is_none_or(|keys| keys.contains(&column.name));
        if is_open && column.nullable == Some(true) {
            column.nullable = None;
        }
    }
}

/// `__mapper_args__ = {"concrete": True}`
fn is_concrete(class: &Class) -> bool {
    match own(class, "__mapper_args__") {
        Some(Value::Dict(entries)) => match &*entries.borrow() {
            Some(entries) => entries.iter().any(|(key, _)| key.as_str() == Some("concrete")),
            None => false,
        },
        _ => false,
    }
}

/// Whether a column of a class is marked as a key.
fn has_key(class: &Class) -> bool {
    class.names.iter().any(|(_, value)| {
        let Value::Made(made) = value else { return false };
        matches!(made.keyword("primary_key"), Some(Value::Bool(true)))
    })
}

fn binds(statement: &ruff_python_ast::Stmt, name: &str) -> bool {
    use ruff_python_ast::{Expr, Stmt};
    let is_it = |target: &Expr| matches!(target, Expr::Name(it) if it.id.as_str() == name);
    match statement {
        Stmt::Assign(it) => it.targets.iter().any(is_it),
        Stmt::AnnAssign(it) => is_it(&it.target),
        _ => false,
    }
}
