//! Queries of the catalogs, and of what stands in the query itself.
//!
//! A query of anything else, a table of the application's above all, has a result that is not known.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::catalog::{COMPOSITE, Relation, TypeKind};
use super::expression::{Env, Evaluated, child, has_token, is_query};
use super::name::{self, Path};
use super::refusal::Refusal;
use super::session::Session;
use super::value::{self, MAX_ROWS, Row, Value};
use crate::TypeId;

/// The result of a query.
#[derive(Debug, Default, Clone)]
pub(super) struct Rows {
    pub rows: Vec<Row>,
    /// Whether these are all the rows there are.
    pub complete: bool,
    /// If not, what is known of any other.
    pub shape: Row,
}

impl Rows {
    fn unknown() -> Self {
        Self::default()
    }

    fn of(rows: Vec<Row>) -> Self {
        Self { rows, complete: true, shape: Row::new() }
    }
}

/// Labels, by what type they are of.
type Labels = BTreeSet<(TypeId, Arc<str>)>;

type Bindings = Vec<(Arc<str>, Rc<Row>)>;

/// One thing in a `FROM` clause.
struct Source {
    alias: Arc<str>,
    rows: Vec<Rc<Row>>,
    complete: bool,
}

/// How much of what a row needs is met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Yes,
    No,
    Perhaps,
}

impl Session {
    /// Whether a query has rows.
    pub(super) fn exists(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        Ok(match (rows.rows.is_empty(), rows.complete) {
            (false, _) => Value::Bool(true),
            (true, true) => Value::Bool(false),
            (true, false) => Value::Unknown,
        })
    }

    /// The one value of a query with at most one row.
    pub(super) fn scalar(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        Ok(match (rows.rows.into_iter().next(), rows.complete) {
            (_, false) => Value::Unknown,
            (None, true) => Value::Null,
            (Some(row), true) => row.into_iter().next().map_or(Value::Unknown, |(_, value)| value),
        })
    }

    /// The first column of a query, as an array.
    pub(super) fn column(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        if !rows.complete {
            return Ok(Value::Unknown);
        }
        let first = |row: Row| row.into_iter().next().map_or(Value::Unknown, |(_, value)| value);
        Ok(Value::array(rows.rows.into_iter().map(first).collect()))
    }

    /// The rows of a query.
    pub(super) fn query(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        if !self.enter() {
            return Ok(Rows::unknown());
        }
        let rows = match node.kind() {
            SyntaxKind::SELECT | SyntaxKind::PLPGSQL_EXPR => self.select(node, env),
            SyntaxKind::PAREN_SELECT | SyntaxKind::PAREN_EXPR => {
                match node.children().find(|child| is_query(child.kind())) {
                    Some(inner) => self.query(&inner, env),
                    None => Ok(Rows::unknown()),
                }
            }
            SyntaxKind::VALUES => self.values(node, env),
            SyntaxKind::COMPOUND_SELECT => self.compound(node, env),
            _ => Ok(Rows::unknown()),
        };
        self.leave();
        rows
    }

    /// The labels whose rows in `pg_enum` an `UPDATE` or `DELETE` is about. `None` if that is not known.
    pub(super) fn matching_labels(
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
        let mut found = BTreeSet::new();
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
                        found.insert((id, label));
                    }
                }
            }
        }
        Ok(Some(found))
    }

    fn values(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        let mut rows = Vec::new();
        for row in node.descendants().filter(|child| child.kind() == SyntaxKind::ROW) {
            let mut columns = Row::new();
            for (index, value) in row.children().enumerate() {
                columns.push((format!("column{}", index + 1).into(), self.eval(&value, env)?));
            }
            rows.push(columns);
        }
        Ok(Rows::of(rows))
    }

    fn compound(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        let operands: Vec<_> = node.children().filter(|child| is_query(child.kind())).collect();
        let Some(union) = child(node, SyntaxKind::UNION) else { return Ok(Rows::unknown()) };
        let mut result = Rows::of(Vec::new());
        for operand in operands {
            let rows = self.query(&operand, env)?;
            result.complete &= rows.complete;
            result.rows.extend(rows.rows);
        }
        if !has_token(&union, SyntaxKind::ALL_KW) && child(&union, SyntaxKind::ALL).is_none() {
            distinct(&mut result.rows);
        }
        if child(node, SyntaxKind::LIMIT_CLAUSE).is_some() {
            result.complete = false;
        }
        Ok(result)
    }

    fn select(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        use SyntaxKind::{
            FETCH_CLAUSE, GROUP_BY_CLAUSE, HAVING_CLAUSE, OFFSET_CLAUSE, WITH_CLAUSE,
        };
        let unsupported =
            [GROUP_BY_CLAUSE, HAVING_CLAUSE, WITH_CLAUSE, OFFSET_CLAUSE, FETCH_CLAUSE];
        if node.children().any(|child| unsupported.contains(&child.kind())) {
            return Ok(Rows::unknown());
        }
        let condition =
            child(node, SyntaxKind::WHERE_CLAUSE).and_then(|node| node.children().next());
        let mut conjuncts = Vec::new();
        if let Some(condition) = condition {
            split_conjuncts(condition, &mut conjuncts);
        }
        let mut complete = true;
        let mut combinations: Vec<Bindings> = vec![Vec::new()];
        if let Some(from) = child(node, SyntaxKind::FROM_CLAUSE) {
            for item in from.children() {
                complete &= self.join(&mut combinations, &item, &conjuncts, env)?;
            }
        }
        let mut matching = Vec::new();
        for bindings in combinations {
            let env = with_rows(env, &bindings);
            match self.met(&conjuncts, &env)? {
                Met::Yes => matching.push(bindings),
                Met::No => {}
                Met::Perhaps => complete = false,
            }
        }
        let targets = child(node, SyntaxKind::SELECT_CLAUSE)
            .as_ref()
            .unwrap_or(node)
            .children()
            .find(|child| child.kind() == SyntaxKind::TARGET_LIST);
        let targets: Vec<_> = targets.into_iter().flat_map(|list| list.children()).collect();
        self.order(&mut matching, node, env)?;

        if targets.iter().any(is_aggregate) {
            let mut row = Row::new();
            for target in &targets {
                let value =
                    if complete { self.aggregate(target, &matching, env)? } else { Value::Unknown };
                row.push((column_name(target), value));
            }
            return Ok(Rows::of(vec![row]));
        }
        let mut rows = Vec::new();
        for bindings in &matching {
            let env = with_rows(env, bindings);
            self.project(&targets, bindings, &env, &mut rows)?;
            if rows.len() > MAX_ROWS {
                return Ok(Rows::unknown());
            }
        }
        let clause = child(node, SyntaxKind::SELECT_CLAUSE);
        if clause.is_some_and(|clause| {
            clause.children().any(|child| child.kind() == SyntaxKind::DISTINCT_CLAUSE)
                || has_token(&clause, SyntaxKind::DISTINCT_KW)
        }) {
            distinct(&mut rows);
        }
        if let Some(limit) = child(node, SyntaxKind::LIMIT_CLAUSE) {
            match limit.children().next().map(|limit| self.eval(&limit, env)).transpose()? {
                Some(Value::Int(limit)) => rows.truncate(usize::try_from(limit).unwrap_or(0)),
                _ => complete = false,
            }
        }
        let mut shape = Vec::new();
        if !complete {
            self.project(&targets, &Vec::new(), env, &mut shape)?;
        }
        Ok(Rows { rows, complete, shape: shape.into_iter().next().unwrap_or_default() })
    }

    /// The rows of the target list for one row of the `FROM` clause; more than one if a target is a
    /// set.
    fn project(
        &mut self,
        targets: &[SyntaxNode],
        bindings: &Bindings,
        env: &Env,
        rows: &mut Vec<Row>,
    ) -> Result<(), Refusal> {
        let mut row = Row::new();
        let mut set: Option<(usize, Rc<Vec<Value>>)> = None;
        for target in targets {
            let expression = target.children().next();
            let star = has_token(target, SyntaxKind::STAR)
                || expression.as_ref().is_some_and(|node| {
                    node.kind() == SyntaxKind::FIELD_EXPR && has_token(node, SyntaxKind::STAR)
                });
            if star {
                let only = expression
                    .and_then(|node| node.children().next())
                    .map(|node| name::identifier(&node));
                for (alias, columns) in bindings {
                    if only.as_ref().is_none_or(|only| only == alias) {
                        row.extend(columns.iter().cloned());
                    }
                }
                continue;
            }
            let Some(expression) = expression else { continue };
            let value = match set_function(&expression) {
                Some(arguments) => {
                    let argument = arguments.descendants().find(|node| {
                        node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::ARG)
                    });
                    let elements = match argument {
                        Some(argument) => self.eval(&argument, env)?,
                        None => Value::Unknown,
                    };
                    match elements {
                        Value::Array(elements) => set = Some((row.len(), elements)),
                        Value::Null => set = Some((row.len(), Rc::default())),
                        _ => {}
                    }
                    Value::Unknown
                }
                None => self.eval(&expression, env)?,
            };
            row.push((column_name(target), value));
        }
        match set {
            None => rows.push(row),
            Some((column, elements)) => rows.extend(elements.iter().map(|element| {
                let mut row = row.clone();
                row[column].1 = element.clone();
                row
            })),
        }
        Ok(())
    }

    /// Adds an item of a `FROM` clause to what comes before it. Whether all its rows are known.
    fn join(
        &mut self,
        combinations: &mut Vec<Bindings>,
        item: &SyntaxNode,
        conjuncts: &[SyntaxNode],
        env: &Env,
    ) -> Result<bool, Refusal> {
        use SyntaxKind::{JOIN_CROSS, JOIN_FULL, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, ON_CLAUSE};
        if item.kind() != SyntaxKind::JOIN_EXPR {
            return self.add_source(combinations, item, &[], conjuncts, false, env);
        }
        let mut complete = true;
        for part in item.children() {
            if part.kind() != SyntaxKind::JOIN {
                complete &= self.join(combinations, &part, conjuncts, env)?;
                continue;
            }
            let left = child(&part, JOIN_LEFT).is_some();
            let on = child(&part, ON_CLAUSE);
            let unsupported = child(&part, JOIN_FULL).is_some()
                || child(&part, JOIN_RIGHT).is_some()
                || (on.is_none() && child(&part, JOIN_CROSS).is_none());
            let mut conditions = Vec::new();
            if let Some(condition) = on.and_then(|on| on.children().next()) {
                split_conjuncts(condition, &mut conditions);
            }
            let source = part.children().find(|node| {
                !matches!(
                    node.kind(),
                    JOIN_INNER | JOIN_LEFT | JOIN_CROSS | JOIN_RIGHT | JOIN_FULL | ON_CLAUSE
                )
            });
            let Some(source) = source else { return Ok(false) };
            complete &=
                self.add_source(combinations, &source, &conditions, conjuncts, left, env)?;
            complete &= !unsupported;
        }
        Ok(complete)
    }

    fn add_source(
        &mut self,
        combinations: &mut Vec<Bindings>,
        item: &SyntaxNode,
        on: &[SyntaxNode],
        conjuncts: &[SyntaxNode],
        outer: bool,
        env: &Env,
    ) -> Result<bool, Refusal> {
        let mut complete = true;
        let mut next = Vec::new();
        // A source may look at what stands before it; most do not, and are the same for all.
        let mut same = None;
        for bindings in std::mem::take(combinations) {
            let outside = with_rows(env, &bindings);
            let depends = matches!(
                item.kind(),
                SyntaxKind::FUNCTION_FROM_ITEM
                    | SyntaxKind::PAREN_FROM_ITEM
                    | SyntaxKind::EXPR_FROM_ITEM
            );
            let source = match same.take() {
                Some(source) if !depends => source,
                _ => self.source(item, conjuncts, on, &outside)?,
            };
            complete &= source.complete;
            let mut matched = false;
            for row in &source.rows {
                let mut bindings = bindings.clone();
                bindings.push((Arc::clone(&source.alias), Rc::clone(row)));
                let inside = with_rows(env, &bindings);
                match self.met(on, &inside)? {
                    Met::No => continue,
                    // What is not bound yet is not known yet; the whole condition comes again at the end.
                    Met::Yes => matched = true,
                    Met::Perhaps => {
                        matched = true;
                        complete &= on.is_empty();
                    }
                }
                if outer || self.met(conjuncts, &inside)? != Met::No {
                    next.push(bindings);
                }
                if next.len() > MAX_ROWS {
                    return Ok(false);
                }
            }
            if outer && !matched {
                let nothing = source.rows.first().map(|row| {
                    row.iter().map(|(name, _)| (Arc::clone(name), Value::Null)).collect::<Row>()
                });
                let mut bindings = bindings;
                bindings.push((Arc::clone(&source.alias), Rc::new(nothing.unwrap_or_default())));
                next.push(bindings);
            }
            same = Some(source);
        }
        *combinations = next;
        Ok(complete)
    }

    fn met(&mut self, conjuncts: &[SyntaxNode], env: &Env) -> Result<Met, Refusal> {
        let mut met = Met::Yes;
        for conjunct in conjuncts {
            match self.eval(conjunct, env)?.truth() {
                Some(true) => {}
                Some(false) => return Ok(Met::No),
                None => met = Met::Perhaps,
            }
        }
        Ok(met)
    }

    fn source(
        &mut self,
        item: &SyntaxNode,
        conjuncts: &[SyntaxNode],
        on: &[SyntaxNode],
        env: &Env,
    ) -> Result<Source, Refusal> {
        let alias = child(item, SyntaxKind::FROM_ALIAS);
        let alias_name = alias
            .as_ref()
            .and_then(|alias| child(alias, SyntaxKind::TABLE_ALIAS))
            .map(|node| name::identifier(&node));
        let columns: Vec<_> = alias
            .iter()
            .flat_map(SyntaxNode::descendants)
            .filter(|node| node.kind() == SyntaxKind::COLUMN_NAME)
            .map(|node| name::identifier(&node))
            .collect();
        let mut fallback: Arc<str> = "?column?".into();
        let mut rows = match item.kind() {
            SyntaxKind::RELATION_FROM_ITEM => {
                let Some(path) =
                    child(item, SyntaxKind::RELATION_NAME_REF).and_then(|node| Path::of(&node))
                else {
                    return Ok(Source { alias: fallback, rows: Vec::new(), complete: false });
                };
                fallback = Arc::clone(&path.name);
                let alias = alias_name.as_ref().unwrap_or(&fallback);
                let wanted = self.wanted_name(&path, alias, conjuncts.iter().chain(on), env)?;
                self.relation_rows(&path, wanted.as_deref())
            }
            SyntaxKind::PAREN_FROM_ITEM => match item.children().next() {
                Some(inner) => self.query(&inner, env)?,
                None => Rows::unknown(),
            },
            SyntaxKind::FUNCTION_FROM_ITEM | SyntaxKind::EXPR_FROM_ITEM => {
                match child(item, SyntaxKind::CALL_EXPR) {
                    Some(call) => {
                        fallback = function_name(&call);
                        // The column of a function without one is called like the table.
                        let column = alias_name.clone().unwrap_or_else(|| Arc::clone(&fallback));
                        let ordinal = child(item, SyntaxKind::WITH_ORDINALITY).is_some();
                        self.set_rows(&call, &column, ordinal, env)?
                    }
                    None => Rows::unknown(),
                }
            }
            _ => Rows::unknown(),
        };
        for row in &mut rows.rows {
            for ((name, _), column) in row.iter_mut().zip(&columns) {
                *name = Arc::clone(column);
            }
        }
        Ok(Source {
            alias: alias_name.unwrap_or(fallback),
            rows: rows.rows.into_iter().map(Rc::new).collect(),
            complete: rows.complete,
        })
    }

    /// The rows of a function that returns a set.
    fn set_rows(
        &mut self,
        call: &SyntaxNode,
        column: &Arc<str>,
        ordinal: bool,
        env: &Env,
    ) -> Result<Rows, Refusal> {
        let arguments = self.arguments(call, env)?;
        let values = match (&*function_name(call), arguments.as_slice()) {
            ("unnest", [Value::Array(elements)]) => elements.to_vec(),
            ("unnest", [Value::Null]) => Vec::new(),
            ("generate_series", [Value::Int(from), Value::Int(to)]) => {
                if to.saturating_sub(*from) >= value::MAX_ROUNDS {
                    return Ok(Rows::unknown());
                }
                (*from..=*to).map(Value::Int).collect()
            }
            ("string_to_table", [Value::Text(_), Value::Text(_)]) => {
                match self.builtin("string_to_array", &arguments, env)? {
                    Some(Value::Array(elements)) => elements.to_vec(),
                    _ => return Ok(Rows::unknown()),
                }
            }
            _ => return Ok(Rows::unknown()),
        };
        Ok(Rows::of(
            values
                .into_iter()
                .enumerate()
                .map(|(index, value)| {
                    let mut row = vec![(Arc::clone(column), value)];
                    if ordinal {
                        let index = i64::try_from(index + 1).unwrap_or(i64::MAX);
                        row.push(("ordinality".into(), Value::Int(index)));
                    }
                    row
                })
                .collect(),
        ))
    }

    /// The name that the conditions ask a catalog for, so that not every row has to be made.
    fn wanted_name<'n>(
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
                    return Ok(Some(text));
                }
            }
        }
        Ok(None)
    }

    /// The rows of a catalog, as far as replay has one.
    fn relation_rows(&self, path: &Path, wanted: Option<&str>) -> Rows {
        let schema = path.schema.as_deref();
        let table = match (schema, &*path.name) {
            (None | Some("pg_catalog"), "pg_type") => self.pg_type(wanted),
            (None | Some("pg_catalog"), "pg_enum") => self.pg_enum(),
            (None | Some("pg_catalog"), "pg_namespace") => self.pg_namespace(),
            (None | Some("pg_catalog"), "pg_class") => self.pg_class(wanted),
            (None | Some("pg_catalog"), "pg_tables") => self.pg_tables(wanted),
            (Some("information_schema"), "tables") => self.information_tables(wanted),
            (Some("information_schema"), "schemata") => self
                .catalog
                .schemas()
                .map(|name| vec![("schema_name".into(), Value::Text(Arc::clone(name)))])
                .collect(),
            _ => return Rows::unknown(),
        };
        // Indexes and sequences are not followed, so that what is not in pg_class may be there.
        let complete = &*path.name != "pg_class" || !table.is_empty();
        Rows { rows: table, complete, shape: Row::new() }
    }

    fn pg_type(&self, wanted: Option<&str>) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .catalog
            .types()
            .filter(|(_, ty)| wanted.is_none_or(|name| *ty.key.1 == *name))
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
                vec![
                    ("oid".into(), Value::Type(id)),
                    ("typname".into(), Value::Text(Arc::clone(&ty.key.1))),
                    ("typnamespace".into(), Value::Schema(Arc::clone(&ty.key.0))),
                    ("typtype".into(), Value::text(typtype)),
                    ("typcategory".into(), Value::text(category)),
                    ("typelem".into(), element),
                    ("typisdefined".into(), Value::Bool(true)),
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

    fn pg_enum(&self) -> Vec<Row> {
        self.catalog
            .enums()
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

    fn pg_namespace(&self) -> Vec<Row> {
        self.catalog
            .schemas()
            .map(|name| {
                vec![
                    ("oid".into(), Value::Schema(Arc::clone(name))),
                    ("nspname".into(), Value::Text(Arc::clone(name))),
                ]
            })
            .collect()
    }

    fn tables<'a>(&'a self, wanted: Option<&'a str>) -> impl Iterator<Item = &'a Rc<Relation>> {
        self.catalog
            .relations()
            .filter(move |relation| wanted.is_none_or(|name| *relation.key.1 == *name))
    }

    fn pg_class(&self, wanted: Option<&str>) -> Vec<Row> {
        self.tables(wanted)
            .map(|relation| {
                let kind = match relation.kind {
                    "table" => Value::text("r"),
                    "view" => Value::text("v"),
                    "materialized view" => Value::text("m"),
                    "foreign table" => Value::text("f"),
                    COMPOSITE => Value::text("c"),
                    _ => Value::Unknown,
                };
                vec![
                    ("oid".into(), Value::Unknown),
                    ("relname".into(), Value::Text(Arc::clone(&relation.key.1))),
                    ("relnamespace".into(), Value::Schema(Arc::clone(&relation.key.0))),
                    ("relkind".into(), kind),
                ]
            })
            .collect()
    }

    fn pg_tables(&self, wanted: Option<&str>) -> Vec<Row> {
        self.tables(wanted)
            .filter(|relation| relation.kind == "table")
            .map(|relation| {
                vec![
                    ("schemaname".into(), Value::Text(Arc::clone(&relation.key.0))),
                    ("tablename".into(), Value::Text(Arc::clone(&relation.key.1))),
                ]
            })
            .collect()
    }

    fn information_tables(&self, wanted: Option<&str>) -> Vec<Row> {
        self.tables(wanted)
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

    fn order(
        &mut self,
        rows: &mut Vec<Bindings>,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<(), Refusal> {
        let Some(clause) = child(node, SyntaxKind::ORDER_BY_CLAUSE) else { return Ok(()) };
        let Some(key) = clause.descendants().find(|node| node.kind() == SyntaxKind::SORT_BY) else {
            return Ok(());
        };
        let Some(expression) = key.children().next() else { return Ok(()) };
        let descending = child(&key, SyntaxKind::SORT_DESC).is_some();
        let mut keyed = Vec::new();
        for bindings in std::mem::take(rows) {
            let value = self.eval(&expression, &with_rows(env, &bindings))?;
            keyed.push((value, bindings));
        }
        keyed.sort_by(|(left, _), (right, _)| {
            let ordering = value::compare(left, right).unwrap_or(std::cmp::Ordering::Equal);
            if descending { ordering.reverse() } else { ordering }
        });
        rows.extend(keyed.into_iter().map(|(_, bindings)| bindings));
        Ok(())
    }

    /// An aggregate over all rows.
    fn aggregate(&mut self, target: &SyntaxNode, rows: &[Bindings], env: &Env) -> Evaluated {
        let Some(expression) = target.children().next() else { return Ok(Value::Unknown) };
        if expression.kind() == SyntaxKind::CAST_EXPR {
            return Ok(Value::Unknown);
        }
        let Some(list) = child(&expression, SyntaxKind::ARG_LIST) else {
            return Ok(Value::Unknown);
        };
        if child(&expression, SyntaxKind::FILTER_CLAUSE).is_some() {
            return Ok(Value::Unknown);
        }
        let name = function_name(&expression);
        let mut rows = rows.to_vec();
        let arguments: Vec<_> = list.children().collect();
        if let Some(last) = arguments.last() {
            self.order(&mut rows, last, env)?;
        }
        let mut values = Vec::new();
        for bindings in &rows {
            let env = with_rows(env, bindings);
            match arguments.first().and_then(|argument| argument.children().next()) {
                Some(argument) => values.push(self.eval(&argument, &env)?),
                None => values.push(Value::Bool(true)),
            }
        }
        Ok(match &*name {
            "count" => {
                if values.contains(&Value::Unknown) {
                    return Ok(Value::Unknown);
                }
                let count = values.iter().filter(|value| **value != Value::Null).count();
                i64::try_from(count).map_or(Value::Unknown, Value::Int)
            }
            "array_agg" if values.is_empty() => Value::Null,
            "array_agg" => Value::array(values),
            "string_agg" => {
                let separator =
                    match arguments.get(1).and_then(|argument| argument.children().next()) {
                        Some(separator) => self.eval(&separator, env)?,
                        None => Value::Unknown,
                    };
                if values.is_empty() {
                    return Ok(Value::Null);
                }
                let separator = self.text_or_hole(&separator);
                let texts: Vec<_> = values
                    .iter()
                    .filter(|value| **value != Value::Null)
                    .map(|value| self.text_or_hole(value))
                    .collect();
                Value::text(texts.join(&separator))
            }
            "bool_or" => {
                values.iter().fold(Value::Bool(false), |all, value| value::or(&all, value))
            }
            "bool_and" => {
                values.iter().fold(Value::Bool(true), |all, value| value::and(&all, value))
            }
            _ => Value::Unknown,
        })
    }
}

fn with_rows(env: &Env, bindings: &Bindings) -> Env {
    let mut env = env.clone();
    env.rows.extend(bindings.iter().cloned());
    env
}

/// The parts of a condition that must all hold.
fn split_conjuncts(node: SyntaxNode, conjuncts: &mut Vec<SyntaxNode>) {
    let mut rest = vec![node];
    while let Some(node) = rest.pop() {
        let and = node.kind() == SyntaxKind::BIN_EXPR && has_token(&node, SyntaxKind::AND_KW);
        if and {
            rest.extend(node.children());
        } else {
            conjuncts.push(node);
        }
    }
}

fn distinct(rows: &mut Vec<Row>) {
    let mut seen: Vec<Vec<Value>> = Vec::new();
    rows.retain(|row| {
        let values: Vec<_> = row.iter().map(|(_, value)| value.clone()).collect();
        let new = !seen.contains(&values);
        if new {
            seen.push(values);
        }
        new
    });
}

/// The last part of a called function's name.
pub(super) fn function_name(call: &SyntaxNode) -> Arc<str> {
    let Some(callee) = call.children().next() else { return "".into() };
    let last = callee.descendants().filter(|node| node.kind() == SyntaxKind::NAME_REF).last();
    name::identifier(&last.unwrap_or(callee))
}

fn is_aggregate(target: &SyntaxNode) -> bool {
    let Some(expression) = target.children().next() else { return false };
    let call = if expression.kind() == SyntaxKind::CAST_EXPR {
        expression.children().find(|node| node.kind() == SyntaxKind::CALL_EXPR)
    } else {
        Some(expression)
    };
    call.filter(|node| node.kind() == SyntaxKind::CALL_EXPR).is_some_and(|call| {
        matches!(
            &*function_name(&call),
            "count" | "array_agg" | "string_agg" | "bool_or" | "bool_and" | "max" | "min" | "sum"
        )
    })
}

/// The arguments of a function in the target list that makes rows.
fn set_function(expression: &SyntaxNode) -> Option<SyntaxNode> {
    if expression.kind() == SyntaxKind::CALL_EXPR && &*function_name(expression) == "unnest" {
        child(expression, SyntaxKind::ARG_LIST)
    } else {
        None
    }
}

fn column_name(target: &SyntaxNode) -> Arc<str> {
    if let Some(alias) = child(target, SyntaxKind::AS_NAME) {
        return alias.children().next().map_or_else(|| "".into(), |node| name::identifier(&node));
    }
    match target.children().next() {
        Some(node) if node.kind() == SyntaxKind::NAME_REF => name::identifier(&node),
        Some(node) if node.kind() == SyntaxKind::FIELD_EXPR => {
            node.children().last().map_or_else(|| "".into(), |node| name::identifier(&node))
        }
        Some(node) if node.kind() == SyntaxKind::CALL_EXPR => function_name(&node),
        _ => "?column?".into(),
    }
}
