//! The catalogs, as far as replay has them.

use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::env::Env;
use super::evaluator::Evaluator;
use super::rows::{Bindings, Met, Rows, split_conjuncts, with_rows};
use crate::catalog::{COMPOSITE, Relation, TypeKind};
use crate::ground::{Refusal, TypeId, sort};
use crate::meaning::value::{Row, Value};
use crate::text::name::{self, Path};
use crate::text::syntax::{child, has_token};

impl Evaluator<'_> {
    /// The labels whose rows in `pg_enum` an `UPDATE` or `DELETE` is about. `None` if that is not known.
    pub(crate) fn matching_labels(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<Labels>, Refusal> {
        use SyntaxKind as K;
        let alias = child(node, K::OPTIONAL_AS_ALIAS)
            .and_then(|alias| child(&alias, K::TABLE_ALIAS))
            .map_or_else(|| "pg_enum".into(), |alias| name::identifier(&alias));
        let condition = child(node, K::WHERE_CLAUSE).and_then(|node| node.children().next());
        let mut conjuncts = Vec::new();
        if let Some(condition) = condition {
            split_conjuncts(condition, &mut conjuncts);
        }
        let mut combinations: Vec<Bindings> = self
            .pg_enum()
            .into_iter()
            .map(|row| vec![(Arc::clone(&alias), Rc::new(row))])
            .collect();
        let sources = node
            .children()
            .filter(|node| matches!(node.kind(), K::USING_CLAUSE | K::FROM_CLAUSE))
            .flat_map(|clause| clause.children());
        for item in sources {
            if !self.join(&mut combinations, &item, &conjuncts, env)? {
                return Ok(None);
            }
        }
        let mut found = Labels::new();
        for bindings in combinations {
            let inside = with_rows(env, &bindings);
            match self.met(&conjuncts, &inside)? {
                Met::No => {}
                Met::Perhaps => return Ok(None),
                Met::Yes => {
                    let row = Value::Row(Rc::clone(&bindings[0].1));
                    if let (Value::Type(id), Value::Text(label)) =
                        (row.field("enumtypid"), row.field("enumlabel"))
                    {
                        found.push((id, label));
                    }
                }
            }
        }
        sort(&mut found, &mut Ord::cmp);
        found.dedup();
        Ok(Some(found))
    }

    /// The name that the conditions ask a catalog for, so that not every row has to be made.
    pub(super) fn wanted_name<'n>(
        &mut self,
        path: &Path,
        alias: &str,
        conjuncts: impl Iterator<Item = &'n SyntaxNode>,
        env: &Env,
    ) -> Result<Option<Arc<str>>, Refusal> {
        let column = match &*path.name {
            "pg_type" => "typname",
            "pg_class" => "relname",
            "tables" | "views" | "columns" => "table_name",
            "pg_tables" => "tablename",
            _ => return Ok(None),
        };
        for conjunct in conjuncts {
            if conjunct.kind() != SyntaxKind::BIN_EXPR || !has_token(conjunct, SyntaxKind::EQ) {
                continue;
            }
            let sides: Vec<_> = conjunct.children().collect();
            let [left, right] = sides.as_slice() else { continue };
            for (name, value) in [(left, right), (right, left)] {
                let text = name.text().to_string();
                let is_column = text == column
                    || text.split_once('.').is_some_and(|(table, name)| {
                        table.eq_ignore_ascii_case(alias) && name == column
                    });
                if is_column
                    && let Value::Text(text) = self.eval(value, env)?
                    && !name::has_hole(&text)
                {
                    return Ok(Some(name::truncated(&text).into()));
                }
            }
        }
        Ok(None)
    }

    /// The rows of a catalog, as far as replay has one.
    pub(super) fn relation_rows(&mut self, path: &Path, wanted: Option<&str>) -> Rows {
        let schema = path.schema.as_deref();
        let table = match (schema, &*path.name) {
            (None | Some("pg_catalog"), "pg_type") => self.pg_type(wanted),
            (None | Some("pg_catalog"), "pg_enum") => self.pg_enum(),
            (None | Some("pg_catalog"), "pg_namespace") => self.pg_namespace(),
            (None | Some("pg_catalog"), "pg_class") => self.pg_class(wanted),
            (None | Some("pg_catalog"), "pg_tables") => self.pg_tables(wanted),
            (Some("information_schema"), "tables") => self.information_tables(wanted),
            (Some("information_schema"), "schemata") => self
                .catalog()
                .schemas()
                .into_iter()
                .map(|name| vec![("schema_name".into(), Value::Text(Arc::clone(name)))])
                .collect(),
            _ => return Rows::unknown(),
        };
        self.limits().charge(table.len());
        // Indexes and sequences are not followed, so that what is not in pg_class may be there.
        let complete = match &*path.name {
            "pg_class" if table.is_empty() => false,
            "pg_class" | "pg_tables" | "tables" => !self.catalog().is_obscured(wanted),
            _ => true,
        };
        Rows { ordered: table.len() < 2, list: table, complete, shape: Row::new() }
    }

    pub(super) fn pg_type(&self, wanted: Option<&str>) -> Vec<Row> {
        let types = match wanted {
            Some(name) => self.catalog().types_named(name),
            None => self.catalog().types(),
        };
        let mut rows: Vec<Row> = types
            .into_iter()
            .map(|(id, ty)| {
                let (typtype, category) = match &ty.kind {
                    TypeKind::Enum(_) => ("e", "E"),
                    TypeKind::Array(_) => ("b", "A"),
                    TypeKind::Row | TypeKind::Other(COMPOSITE, _) => ("c", "C"),
                    TypeKind::Other("domain", _) => ("d", "U"),
                    TypeKind::Other("range type", _) => ("r", "R"),
                    TypeKind::Other(..) => ("b", "U"),
                };
                let element = match ty.kind {
                    TypeKind::Array(of) => Value::Type(of),
                    _ => Value::Int(0),
                };
                // A relation is known by its row type here, as that has an identity.
                let relid = if category == "C" { Value::Type(id) } else { Value::Int(0) };
                vec![
                    ("oid".into(), Value::Type(id)),
                    ("typname".into(), Value::Text(Arc::clone(&ty.key.1))),
                    ("typnamespace".into(), Value::Schema(Arc::clone(&ty.key.0))),
                    ("typtype".into(), Value::text(typtype)),
                    ("typcategory".into(), Value::text(category)),
                    ("typelem".into(), element),
                    (
                        "typarray".into(),
                        self.catalog().array_of(id).map_or(Value::Int(0), Value::Type),
                    ),
                    ("typrelid".into(), relid),
                    ("typisdefined".into(), Value::Bool(!ty.is_shell())),
                ]
            })
            .collect();
        if let Some(name) = wanted
            && pg_enum_core::is_built_in_type(name)
        {
            rows.push(vec![
                ("oid".into(), Value::BuiltIn(name.into())),
                ("typname".into(), Value::text(name)),
                ("typnamespace".into(), Value::Schema("pg_catalog".into())),
                ("typtype".into(), Value::text("b")),
            ]);
        }
        rows
    }

    pub(super) fn pg_enum(&self) -> Vec<Row> {
        self.catalog()
            .enums()
            .into_iter()
            .flat_map(|(id, _, labels)| {
                labels.iter().enumerate().map(move |(index, label)| {
                    let order = i64::try_from(index + 1).unwrap_or(i64::MAX);
                    vec![
                        ("oid".into(), Value::Unknown),
                        ("enumtypid".into(), Value::Type(id)),
                        ("enumlabel".into(), Value::Text(Arc::clone(&label.text))),
                        ("enumsortorder".into(), Value::Int(order)),
                    ]
                })
            })
            .collect()
    }

    pub(super) fn pg_namespace(&self) -> Vec<Row> {
        self.catalog()
            .schemas()
            .into_iter()
            .map(|name| {
                vec![
                    ("oid".into(), Value::Schema(Arc::clone(name))),
                    ("nspname".into(), Value::Text(Arc::clone(name))),
                ]
            })
            .collect()
    }

    pub(super) fn tables(&self, wanted: Option<&str>) -> Vec<&Rc<Relation>> {
        match wanted {
            Some(name) => self.catalog().relations_named(name),
            None => self.catalog().relations(),
        }
    }

    pub(super) fn pg_class(&self, wanted: Option<&str>) -> Vec<Row> {
        self.tables(wanted)
            .into_iter()
            .map(|relation| {
                let kind = match relation.kind {
                    "table" => Value::text("r"),
                    "view" => Value::text("v"),
                    "materialized view" => Value::text("m"),
                    "foreign table" => Value::text("f"),
                    COMPOSITE => Value::text("c"),
                    _ => Value::Unknown,
                };
                let row = self.catalog().row_type(relation).map_or(Value::Unknown, Value::Type);
                vec![
                    ("oid".into(), row.clone()),
                    ("reltype".into(), row),
                    ("relname".into(), Value::Text(Arc::clone(&relation.key.1))),
                    ("relnamespace".into(), Value::Schema(Arc::clone(&relation.key.0))),
                    ("relkind".into(), kind),
                ]
            })
            .collect()
    }

    pub(super) fn pg_tables(&self, wanted: Option<&str>) -> Vec<Row> {
        self.tables(wanted)
            .into_iter()
            .filter(|relation| relation.kind == "table")
            .map(|relation| {
                vec![
                    ("schemaname".into(), Value::Text(Arc::clone(&relation.key.0))),
                    ("tablename".into(), Value::Text(Arc::clone(&relation.key.1))),
                ]
            })
            .collect()
    }

    pub(super) fn information_tables(&self, wanted: Option<&str>) -> Vec<Row> {
        self.tables(wanted)
            .into_iter()
            .filter(|relation| !matches!(relation.kind, "materialized view" | COMPOSITE))
            .map(|relation| {
                let kind = match relation.kind {
                    "view" => "VIEW",
                    "foreign table" => "FOREIGN",
                    _ => "BASE TABLE",
                };
                vec![
                    ("table_schema".into(), Value::Text(Arc::clone(&relation.key.0))),
                    ("table_name".into(), Value::Text(Arc::clone(&relation.key.1))),
                    ("table_type".into(), Value::text(kind)),
                ]
            })
            .collect()
    }
}

/// Labels with the types that they are of, sorted.
pub(super) type Labels = Vec<(TypeId, Arc<str>)>;
