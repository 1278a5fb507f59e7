//! The catalogs, as far as replay has them.

use std::rc::Rc;
use std::sync::Arc;

use super::env::Env;
use super::evaluator::Evaluator;
use super::perhaps::Perhaps;
use super::rows::{Bindings, Met, Rows, split_conjuncts, with_rows};
use crate::catalog::{COMPOSITE, Relation, TypeKind};
use crate::ground::{Key, Refusal, TypeId, sort};
use crate::meaning::value::{Row, Value};
use crate::text::name::{self, Path};
use crate::text::node::{SyntaxKind, SyntaxNode};
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
        let nothing = Bindings::default();
        let mut combinations: Vec<Bindings> = Vec::new();
        for (row, perhaps) in self.pg_enum().all() {
            combinations.push(nothing.with(&alias, row, perhaps));
        }
        for clause in node.children() {
            if !matches!(clause.kind(), K::USING_CLAUSE | K::FROM_CLAUSE) {
                continue;
            }
            for item in clause.children() {
                if !self.join(&mut combinations, &item, &conjuncts, env)? {
                    return Ok(None);
                }
            }
        }
        let mut found = Labels::new();
        for bindings in combinations {
            let inside = with_rows(env, &bindings);
            match self.met(&conjuncts, &inside)? {
                Met::No => {}
                Met::Perhaps => return Ok(None),
                Met::Yes if bindings.perhaps => return Ok(None),
                Met::Yes => {
                    let row = Value::Row(Rc::clone(&bindings.rows[0].1));
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
            "pg_matviews" => "matviewname",
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
        let rows = match (schema, &*path.name) {
            (None | Some("pg_catalog"), "pg_type") => self.pg_type(wanted),
            (None | Some("pg_catalog"), "pg_enum") => self.pg_enum(),
            (None | Some("pg_catalog"), "pg_namespace") => {
                self.schemas(&|name| vec![("oid", schema_oid(name)), ("nspname", text(name))])
            }
            (None | Some("pg_catalog"), "pg_class") => self.pg_class(wanted),
            (None | Some("pg_catalog"), "pg_tables") => self.pg_tables(wanted),
            (None | Some("pg_catalog"), "pg_matviews") => self.pg_matviews(wanted),
            (Some("information_schema"), "tables") => self.information_tables(wanted),
            (Some("information_schema"), "schemata") => {
                self.schemas(&|name| vec![("schema_name", text(name))])
            }
            _ => return Rows::unknown(),
        };
        self.limits().charge(rows.list.len() + rows.perhaps.len());
        let ordered = rows.list.len() < 2;
        // Indexes and sequences are not followed, so that what is not in pg_class may be there.
        let complete = &*path.name != "pg_class" || !rows.list.is_empty();
        Rows { complete, ordered, ..rows }
    }

    fn schemas(&self, row: &dyn Fn(&Arc<str>) -> Columns) -> Rows {
        let mut rows = Rows::of(Vec::new());
        for name in self.catalog().schemas() {
            rows.list.push(named(row(name)));
        }
        rows
    }

    fn pg_type(&self, wanted: Option<&str>) -> Rows {
        let mut perhaps = self.perhaps(wanted);
        let mut rows = Rows::of(Vec::new());
        let types: Vec<_> = match wanted {
            Some(name) => self.catalog().types_named(name),
            None => self.catalog().types(),
        };
        for (id, ty) in types {
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
            let row = named(vec![
                ("oid", Value::Type(id)),
                ("typname", text(&ty.key.1)),
                ("typnamespace", schema_oid(&ty.key.0)),
                ("typtype", Value::text(typtype)),
                ("typcategory", Value::text(category)),
                ("typelem", element),
                ("typarray", self.catalog().array_of(id).map_or(Value::Int(0), Value::Type)),
                ("typrelid", relid),
                ("typisdefined", Value::Bool(!ty.is_shell())),
            ]);
            rows.push(row, is_among(&mut perhaps, &ty.key));
        }
        if let Some(name) = wanted
            && pg_enum_core::is_built_in_type(name)
        {
            rows.list.push(named(vec![
                ("oid", Value::BuiltIn(name.into())),
                ("typname", Value::text(name)),
                ("typnamespace", Value::Schema("pg_catalog".into())),
                ("typtype", Value::text("b")),
            ]));
        }
        let unknown = ["typtype", "typcategory", "typelem", "typarray", "typrelid", "typisdefined"];
        for perhaps in &perhaps {
            let mut columns = vec![
                ("oid", Value::Type(perhaps.id)),
                ("typname", text(&perhaps.name)),
                ("typnamespace", perhaps.schema_oid()),
            ];
            for name in unknown {
                columns.push((name, Value::Unknown));
            }
            rows.perhaps.push(named(columns));
        }
        rows
    }

    fn pg_enum(&self) -> Rows {
        let mut perhaps = self.perhaps(None);
        let mut rows = Rows::of(Vec::new());
        let label = |ty: TypeId, order: Value, label: Value| {
            named(vec![
                ("oid", Value::Unknown),
                ("enumtypid", Value::Type(ty)),
                ("enumlabel", label),
                ("enumsortorder", order),
            ])
        };
        for (id, ty, labels) in self.catalog().enums() {
            let is_in_doubt = is_among(&mut perhaps, &ty.key);
            for (index, there) in labels.iter().enumerate() {
                let order = i64::try_from(index + 1).unwrap_or(i64::MAX);
                rows.push(label(id, Value::Int(order), text(&there.text)), is_in_doubt);
            }
            if is_in_doubt {
                rows.perhaps.push(label(id, Value::Unknown, Value::Unknown));
            }
        }
        for other in &perhaps {
            rows.perhaps.push(label(other.id, Value::Unknown, Value::Unknown));
        }
        rows
    }

    fn relations(&self, wanted: Option<&str>) -> Vec<&Rc<Relation>> {
        match wanted {
            Some(name) => self.catalog().relations_named(name),
            None => self.catalog().relations(),
        }
    }

    fn pg_class(&self, wanted: Option<&str>) -> Rows {
        let mut perhaps = self.perhaps(wanted);
        let mut rows = Rows::of(Vec::new());
        for relation in self.relations(wanted) {
            let kind = match relation.kind {
                "table" => Value::text("r"),
                "view" => Value::text("v"),
                "materialized view" => Value::text("m"),
                "foreign table" => Value::text("f"),
                COMPOSITE => Value::text("c"),
                _ => Value::Unknown,
            };
            let row = self.catalog().row_type(relation).map_or(Value::Unknown, Value::Type);
            let row = named(vec![
                ("oid", row.clone()),
                ("reltype", row),
                ("relname", text(&relation.key.1)),
                ("relnamespace", schema_oid(&relation.key.0)),
                ("relkind", kind),
            ]);
            rows.push(row, is_among(&mut perhaps, &relation.key));
        }
        for perhaps in &perhaps {
            rows.perhaps.push(named(vec![
                ("oid", Value::Type(perhaps.id)),
                ("reltype", Value::Type(perhaps.id)),
                ("relname", text(&perhaps.name)),
                ("relnamespace", perhaps.schema_oid()),
                ("relkind", Value::Unknown),
            ]));
        }
        rows
    }

    fn pg_tables(&self, wanted: Option<&str>) -> Rows {
        let mut perhaps = self.perhaps(wanted);
        let mut rows = Rows::of(Vec::new());
        let table = |schema: Value, name: &Arc<str>| {
            named(vec![("schemaname", schema), ("tablename", text(name))])
        };
        for relation in self.relations(wanted) {
            if relation.kind == "table" {
                let row = table(text(&relation.key.0), &relation.key.1);
                rows.push(row, is_among(&mut perhaps, &relation.key));
            }
        }
        for other in &perhaps {
            rows.perhaps.push(table(other.schema_name(), &other.name));
        }
        rows
    }

    fn pg_matviews(&self, wanted: Option<&str>) -> Rows {
        let mut perhaps = self.perhaps(wanted);
        let mut rows = Rows::of(Vec::new());
        let view = |schema, name| named(vec![("schemaname", schema), ("matviewname", text(name))]);
        for relation in self.relations(wanted) {
            let is_in_doubt = is_among(&mut perhaps, &relation.key);
            if relation.kind == "materialized view" {
                rows.push(view(text(&relation.key.0), &relation.key.1), is_in_doubt);
            }
        }
        for other in &perhaps {
            rows.perhaps.push(view(other.schema_name(), &other.name));
        }
        rows
    }

    fn information_tables(&self, wanted: Option<&str>) -> Rows {
        let mut perhaps = self.perhaps(wanted);
        let mut rows = Rows::of(Vec::new());
        let table = |schema: Value, name: &Arc<str>, kind: Value| {
            named(vec![("table_schema", schema), ("table_name", text(name)), ("table_type", kind)])
        };
        for relation in self.relations(wanted) {
            let kind = match relation.kind {
                "materialized view" | COMPOSITE => continue,
                "view" => "VIEW",
                "foreign table" => "FOREIGN",
                _ => "BASE TABLE",
            };
            let row = table(text(&relation.key.0), &relation.key.1, Value::text(kind));
            rows.push(row, is_among(&mut perhaps, &relation.key));
        }
        for other in &perhaps {
            rows.perhaps.push(table(other.schema_name(), &other.name, Value::Unknown));
        }
        rows
    }
}

/// Whether what has this name is among what may be there or not, where nothing else stands for it then.
fn is_among(perhaps: &mut Vec<Perhaps>, (schema, name): &Key) -> bool {
    let before = perhaps.len();
    perhaps.retain(|perhaps| !perhaps.is(schema, name));
    perhaps.len() < before
}

/// What is in a row of a catalog, by column.
type Columns = Vec<(&'static str, Value)>;

fn named(columns: Columns) -> Row {
    let mut row = Row::with_capacity(columns.len());
    for (name, value) in columns {
        row.push((name.into(), value));
    }
    row
}

fn text(text: &Arc<str>) -> Value {
    Value::Text(Arc::clone(text))
}

fn schema_oid(name: &Arc<str>) -> Value {
    Value::Schema(Arc::clone(name))
}

/// Labels with the types that they are of, sorted.
pub(super) type Labels = Vec<(TypeId, Arc<str>)>;
