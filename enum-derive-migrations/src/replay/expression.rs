//! Expressions: what PL/pgSQL's conditions and dynamic statements, and look-ups in the catalogs, come to.

use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode, BinOp, PostfixOp, PrefixOp};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::catalog::TypeKind;
use super::name::{self, Path, has_hole};
use super::origin::Origin;
use super::refusal::Refusal;
use super::session::Session;
use super::value::{self, Row, Value};
use crate::TypeId;

/// What names mean in an expression.
#[derive(Clone)]
pub(super) struct Env {
    /// Where the text of the expression stands.
    pub origin: Origin,
    /// Variables, the innermost last.
    pub variables: Vec<(Arc<str>, Value)>,
    /// The rows of the query around the expression, by alias.
    pub rows: Vec<(Arc<str>, Rc<Row>)>,
}

impl Env {
    pub(super) fn new(origin: Origin) -> Self {
        Self { origin, variables: Vec::new(), rows: Vec::new() }
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        if let Some((_, there)) =
            self.variables.iter_mut().rev().find(|(variable, _)| &**variable == name)
        {
            *there = value;
        }
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.variables
            .iter()
            .rev()
            .find(|(variable, _)| &**variable == name)
            .map(|(_, value)| value)
    }

    fn column(&self, name: &str) -> Option<Value> {
        self.rows.iter().rev().find_map(|(_, row)| {
            row.iter().find(|(column, _)| &**column == name).map(|(_, value)| value.clone())
        })
    }

    fn row(&self, alias: &str) -> Option<Value> {
        let (_, row) = self.rows.iter().rev().find(|(there, _)| &**there == alias)?;
        Some(Value::Row(Rc::clone(row)))
    }

    fn name(&self, name: &str) -> Value {
        self.column(name)
            .or_else(|| self.variable(name).cloned())
            .or_else(|| self.row(name))
            .map_or(Value::Unknown, |value| match value {
                // A table's alias that is used as a value is its only column, if it has one only.
                Value::Row(row) if row.len() == 1 && self.variable(name).is_none() => {
                    row[0].1.clone()
                }
                value => value,
            })
    }
}

pub(super) type Evaluated = Result<Value, Refusal>;

/// The children of a node that are expressions or queries.
pub(super) fn children(node: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> {
    node.children()
}

pub(super) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

pub(super) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|child| child.kind() == kind)
}

pub(super) fn is_query(kind: SyntaxKind) -> bool {
    use SyntaxKind::{COMPOUND_SELECT, PAREN_SELECT, SELECT, SELECT_INTO, TABLE, VALUES};
    matches!(kind, SELECT | SELECT_INTO | COMPOUND_SELECT | PAREN_SELECT | VALUES | TABLE)
}

impl Session {
    /// What an expression comes to.
    pub(super) fn eval(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        self.eval_typed(node, env).map(|value| match value {
            Value::NullArray => Value::Null,
            value => value,
        })
    }

    /// Likewise, with what type a null has, where that is known.
    fn eval_typed(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if !self.enter() {
            return Ok(Value::Unknown);
        }
        let value = self.eval_here(node, env);
        self.leave();
        value
    }

    fn eval_here(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if is_query(node.kind()) {
            return self.scalar(node, env);
        }
        match node.kind() {
            SyntaxKind::LITERAL => Ok(literal(node)),
            SyntaxKind::NAME_REF => Ok(self.eval_name(node, env)),
            SyntaxKind::FIELD_EXPR => self.eval_field(node, env),
            SyntaxKind::PAREN_EXPR | SyntaxKind::COLLATE => self.eval_only_child(node, env),
            SyntaxKind::TUPLE_EXPR | SyntaxKind::ARRAY_EXPR => self.eval_array(node, env),
            SyntaxKind::PREFIX_EXPR => self.eval_prefix(node, env),
            SyntaxKind::POSTFIX_EXPR => self.eval_postfix(node, env),
            SyntaxKind::BIN_EXPR => self.eval_binary(node, env),
            SyntaxKind::CAST_EXPR => self.eval_cast(node, env),
            SyntaxKind::CASE_EXPR => self.eval_case(node, env),
            SyntaxKind::INDEX_EXPR => self.eval_index(node, env),
            SyntaxKind::CALL_EXPR => self.call(node, env),
            SyntaxKind::PLPGSQL_EXPR => self.eval_plpgsql(node, env),
            _ => Ok(Value::Unknown),
        }
    }

    fn eval_only_child(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        match children(node).next() {
            Some(child) => self.eval(&child, env),
            None => Ok(Value::Unknown),
        }
    }

    /// An expression of PL/pgSQL's is a query without the word `SELECT`.
    fn eval_plpgsql(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if child(node, SyntaxKind::FROM_CLAUSE).is_some() {
            return self.scalar(node, env);
        }
        let target = child(node, SyntaxKind::TARGET_LIST).and_then(|list| {
            let mut targets = list.children();
            let first = targets.next()?;
            targets.next().is_none().then_some(first)
        });
        match target.and_then(|target| target.children().next()) {
            Some(expression) => self.eval(&expression, env),
            None => Ok(Value::Unknown),
        }
    }

    fn eval_name(&self, node: &SyntaxNode, env: &Env) -> Value {
        if has_token(node, SyntaxKind::CURRENT_SCHEMA_KW) {
            return self.current_schema();
        }
        env.name(&name::identifier(node))
    }

    fn eval_field(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let mut parts = node.children();
        let (Some(base), Some(field)) = (parts.next(), parts.next()) else {
            return Ok(Value::Unknown);
        };
        let base = if base.kind() == SyntaxKind::NAME_REF {
            let name = name::identifier(&base);
            env.row(&name).or_else(|| env.variable(&name).cloned()).unwrap_or(Value::Unknown)
        } else {
            self.eval(&base, env)?
        };
        Ok(base.field(&name::identifier(&field)))
    }

    fn eval_all(&mut self, node: &SyntaxNode, env: &Env) -> Result<Vec<Value>, Refusal> {
        let mut values = Vec::new();
        for child in children(node) {
            values.push(self.eval(&child, env)?);
        }
        Ok(values)
    }

    fn eval_array(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        if let Some(query) = node.children().find(|child| is_query(child.kind())) {
            return self.column(&query, env);
        }
        Ok(Value::array(self.eval_all(node, env)?))
    }

    fn eval_prefix(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some(expr) = ast::PrefixExpr::cast(node.clone()) else { return Ok(Value::Unknown) };
        let Some(operand) = node.children().last() else { return Ok(Value::Unknown) };
        let operand = self.eval(&operand, env)?;
        Ok(match expr.op() {
            Some(PrefixOp::Not(_)) => value::not(&operand),
            Some(PrefixOp::Minus(_)) => match operand {
                Value::Int(int) => int.checked_neg().map_or(Value::Unknown, Value::Int),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        })
    }

    fn eval_postfix(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some(expr) = ast::PostfixExpr::cast(node.clone()) else { return Ok(Value::Unknown) };
        let Some(operand) = node.children().next() else { return Ok(Value::Unknown) };
        let is_null = is_null(&self.eval(&operand, env)?);
        Ok(match expr.op() {
            Some(PostfixOp::IsNull(_)) => Value::of_truth(is_null),
            Some(PostfixOp::NotNull(_)) => value::not(&Value::of_truth(is_null)),
            _ => Value::Unknown,
        })
    }

    fn eval_binary(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let Some(expr) = ast::BinExpr::cast(node.clone()) else { return Ok(Value::Unknown) };
        let (Some(op), Some(left), Some(right)) = (expr.op(), expr.lhs(), expr.rhs()) else {
            return Ok(Value::Unknown);
        };
        let (left, right) = (left.syntax(), right.syntax());
        if matches!(&op, BinOp::CustomOp(op) if op.syntax().text() == "||") {
            let (left, right) = (self.eval_typed(left, env)?, self.eval_typed(right, env)?);
            return Ok(self.concatenate(&left, &right));
        }
        // Each operand at most once: chains of operators are deep to the left.
        let left = self.eval(left, env)?;
        if matches!(op, BinOp::And(_)) && left == Value::Bool(false) {
            return Ok(left);
        }
        if matches!(op, BinOp::Or(_)) && left == Value::Bool(true) {
            return Ok(left);
        }
        if let Some(list) = quantified(right) {
            let all = list.kind() == SyntaxKind::ALL_FN;
            let elements = self.elements(&list, env)?;
            let negated = matches!(op, BinOp::Neq(_) | BinOp::Neqb(_));
            if !(negated || matches!(op, BinOp::Eq(_))) {
                return Ok(Value::Unknown);
            }
            return Ok(among(&left, elements.as_deref(), all, negated));
        }
        match op {
            BinOp::In(_) | BinOp::NotIn(_) => {
                let elements = self.elements(right, env)?;
                let negated = matches!(op, BinOp::NotIn(_));
                return Ok(among(&left, elements.as_deref(), negated, negated));
            }
            BinOp::Is(_) | BinOp::IsNot(_) => {
                let wanted = self.eval(right, env)?;
                let same = match wanted {
                    Value::Null => is_null(&left),
                    Value::Bool(wanted) => match left {
                        Value::Null => Some(false),
                        left => left.truth().map(|truth| truth == wanted),
                    },
                    _ => None,
                };
                let same = Value::of_truth(same);
                return Ok(if matches!(op, BinOp::Is(_)) { same } else { value::not(&same) });
            }
            _ => {}
        }
        let right = self.eval(right, env)?;
        Ok(Self::operator(&op, &left, &right))
    }

    fn operator(op: &BinOp, left: &Value, right: &Value) -> Value {
        let ordering = || value::compare(left, right);
        let never_text = !matches!((left, right), (Value::Text(_), Value::Text(_)));
        let int = |op: fn(i64, i64) -> Option<i64>| match (left, right) {
            (Value::Int(left), Value::Int(right)) => {
                op(*left, *right).map_or(Value::Unknown, Value::Int)
            }
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            _ => Value::Unknown,
        };
        match op {
            BinOp::And(_) => value::and(left, right),
            BinOp::Or(_) => value::or(left, right),
            BinOp::Eq(_) => value::equal(left, right),
            BinOp::Neq(_) | BinOp::Neqb(_) => value::not(&value::equal(left, right)),
            BinOp::IsDistinctFrom(_) | BinOp::IsNotDistinctFrom(_) => {
                let same = match (left, right) {
                    (Value::Null, Value::Null) => Value::Bool(true),
                    (Value::Null, other) | (other, Value::Null) => Value::of_truth(is_null(other)),
                    _ => value::equal(left, right),
                };
                if matches!(op, BinOp::IsDistinctFrom(_)) { value::not(&same) } else { same }
            }
            BinOp::LAngle(_) | BinOp::RAngle(_) | BinOp::Lteq(_) | BinOp::Gteq(_) => {
                if matches!(left, Value::Null) || matches!(right, Value::Null) {
                    return Value::Null;
                }
                let truth = ordering().filter(|_| never_text).map(|ordering| match op {
                    BinOp::LAngle(_) => ordering.is_lt(),
                    BinOp::RAngle(_) => ordering.is_gt(),
                    BinOp::Lteq(_) => ordering.is_le(),
                    _ => ordering.is_ge(),
                });
                Value::of_truth(truth)
            }
            BinOp::Like(_) | BinOp::NotLike(_) | BinOp::Ilike(_) | BinOp::NotIlike(_) => {
                let (Value::Text(text), Value::Text(pattern)) = (left, right) else {
                    return Value::Unknown;
                };
                let matched = if matches!(op, BinOp::Ilike(_) | BinOp::NotIlike(_)) {
                    value::like(&text.to_lowercase(), &pattern.to_lowercase())
                } else {
                    value::like(text, pattern)
                };
                let matched = Value::of_truth(matched);
                let negated = matches!(op, BinOp::NotLike(_) | BinOp::NotIlike(_));
                if negated { value::not(&matched) } else { matched }
            }
            BinOp::Plus(_) => int(i64::checked_add),
            BinOp::Minus(_) => int(i64::checked_sub),
            BinOp::Star(_) => int(i64::checked_mul),
            _ => Value::Unknown,
        }
    }

    /// `||`, of texts or arrays.
    fn concatenate(&self, left: &Value, right: &Value) -> Value {
        match (left, right) {
            (Value::Array(left), Value::Array(right)) => {
                Value::array(left.iter().chain(right.iter()).cloned().collect())
            }
            // An array that is null is as good as empty here.
            (Value::Array(array), Value::Null | Value::NullArray)
            | (Value::Null | Value::NullArray, Value::Array(array)) => {
                Value::Array(Rc::clone(array))
            }
            (Value::NullArray, Value::Null | Value::NullArray)
            | (Value::Null, Value::NullArray) => Value::NullArray,
            (Value::NullArray, element) | (element, Value::NullArray) => {
                Value::array(vec![element.clone()])
            }
            (Value::Array(left), right) => {
                Value::array(left.iter().chain([right]).cloned().collect())
            }
            (left, Value::Array(right)) => {
                Value::array([left].into_iter().chain(right.iter()).cloned().collect())
            }
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (Value::Unknown, Value::Unknown) => Value::Unknown,
            _ => Value::text(self.text_or_hole(left) + &self.text_or_hole(right)),
        }
    }

    /// A value as text, a hole where it is not known.
    pub(super) fn text_or_hole(&self, value: &Value) -> String {
        self.as_text(value).unwrap_or_else(Value::hole)
    }

    /// A value as `::text` shows it; null is nothing.
    pub(super) fn as_text(&self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Unknown | Value::Row(_) => return None,
            Value::Null | Value::NullArray => String::new(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Text(text) | Value::BuiltIn(text) => text.to_string(),
            Value::Schema(name) => name::quote_ident(name),
            Value::Type(id) => self.type_name(*id)?,
            Value::Array(elements) => {
                let mut text = String::from("{");
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    match element {
                        Value::Null => text.push_str("NULL"),
                        element => text.push_str(&self.as_text(element)?),
                    }
                }
                text + "}"
            }
        })
    }

    /// A type's name as `regtype` shows it: qualified only while the path hides it.
    pub(super) fn type_name(&self, id: TypeId) -> Option<String> {
        let ty = self.catalog.ty(id)?;
        if let TypeKind::Array(of) = ty.kind {
            return Some(format!("{}[]", self.type_name(of)?));
        }
        let (schema, name) = &ty.key;
        let path = Path { schema: None, name: Arc::clone(name) };
        let short = name::quote_ident(name);
        let visible = self.find(&path) == Some(id);
        Some(if visible { short } else { format!("{}.{short}", name::quote_ident(schema)) })
    }

    /// What `IN`, `ANY` and `ALL` look through. `None` if that is not known.
    fn elements(&mut self, node: &SyntaxNode, env: &Env) -> Result<Option<Vec<Value>>, Refusal> {
        let inner = match node.kind() {
            SyntaxKind::TUPLE_EXPR => return self.eval_all(node, env).map(Some),
            SyntaxKind::ANY_FN
            | SyntaxKind::SOME_FN
            | SyntaxKind::ALL_FN
            | SyntaxKind::PAREN_EXPR => node.children().next(),
            _ => Some(node.clone()),
        };
        let Some(inner) = inner else { return Ok(None) };
        let value = if is_query(inner.kind()) {
            self.column(&inner, env)?
        } else {
            self.eval(&inner, env)?
        };
        Ok(match value {
            Value::Array(elements) => Some(elements.to_vec()),
            Value::Text(text) if node.kind() != SyntaxKind::PAREN_EXPR => array_literal(&text),
            // One element in parentheses.
            value if node.kind() == SyntaxKind::PAREN_EXPR && !is_query(inner.kind()) => {
                Some(vec![value])
            }
            _ => None,
        })
    }

    fn eval_case(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let mut subject = None;
        for part in node.children() {
            match part.kind() {
                SyntaxKind::WHEN_CLAUSE_LIST => {
                    for when in part.children() {
                        let mut parts = when.children();
                        let (Some(condition), Some(then)) = (parts.next(), parts.next()) else {
                            return Ok(Value::Unknown);
                        };
                        let mut met = self.eval(&condition, env)?;
                        if let Some(subject) = &subject {
                            met = value::equal(subject, &met);
                        }
                        match met.truth() {
                            Some(true) => return self.eval(&then, env),
                            Some(false) => {}
                            None => return Ok(Value::Unknown),
                        }
                    }
                }
                SyntaxKind::ELSE_CLAUSE => return self.eval_only_child(&part, env),
                _ => subject = Some(self.eval(&part, env)?),
            }
        }
        Ok(Value::Null)
    }

    fn eval_index(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let values = self.eval_all(node, env)?;
        Ok(match values.as_slice() {
            [Value::Array(elements), Value::Int(index)] => usize::try_from(*index)
                .ok()
                .and_then(|index| elements.get(index.checked_sub(1)?))
                .cloned()
                .unwrap_or(Value::Null),
            [Value::Null, _] => Value::Null,
            _ => Value::Unknown,
        })
    }

    fn eval_cast(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let operand = node.children().find(|child| ast::Expr::can_cast(child.kind()));
        let ty = node.children().find(|child| ast::Type::can_cast(child.kind()));
        let (Some(operand), Some(ty)) = (operand, ty) else { return Ok(Value::Unknown) };
        let value = self.eval(&operand, env)?;
        self.cast(value, &ty, env)
    }

    /// A value of another type, as far as that makes a difference here.
    pub(super) fn cast(&self, value: Value, ty: &SyntaxNode, env: &Env) -> Evaluated {
        let array = ty.kind() == SyntaxKind::ARRAY_TYPE;
        let Some(path) = Path::of(ty) else { return Ok(value) };
        if array {
            let element = ty.children().find(|child| ast::Type::can_cast(child.kind()));
            let elements = match &value {
                Value::Array(elements) => Some(elements.to_vec()),
                Value::Text(text) => array_literal(text),
                Value::Null => return Ok(Value::Null),
                _ => None,
            };
            let (Some(elements), Some(element)) = (elements, element) else {
                return Ok(Value::Unknown);
            };
            let elements: Result<Vec<_>, _> =
                elements.into_iter().map(|value| self.cast(value, &element, env)).collect();
            return Ok(Value::array(elements?));
        }
        if matches!(value, Value::Unknown | Value::Null) {
            return Ok(value);
        }
        let at = || env.origin.of(ty);
        Ok(match &*path.name {
            "regtype" => match &value {
                Value::Text(text) => self.regtype(text).map_err(|refusal| refusal.at(&at()))?,
                _ => value,
            },
            "regnamespace" => match &value {
                Value::Text(text) if has_hole(text) => Value::Unknown,
                Value::Text(text) => match name::parse_path(text) {
                    Some(path) if self.catalog.has_schema(&path.name) => Value::Schema(path.name),
                    Some(path) => return Err(Refusal::no_schema(&path.name).at(&at())),
                    None => Value::Unknown,
                },
                _ => value,
            },
            "text" | "varchar" | "name" | "bpchar" => {
                self.as_text(&value).map_or(Value::Unknown, Value::text)
            }
            "int" | "integer" | "int4" | "int8" | "bigint" | "smallint" | "int2" => match &value {
                Value::Text(text) => text.trim().parse().map_or(Value::Unknown, Value::Int),
                _ => value,
            },
            "oid" => value,
            "bool" | "boolean" => Value::of_truth(value.truth()),
            _ => {
                if let (Value::Text(text), Some(id)) = (&value, self.find(&path))
                    && let Some(ty) = self.catalog.ty(id)
                    && let TypeKind::Enum(labels) = &ty.kind
                    && !has_hole(text)
                    && !labels.iter().any(|label| label.text == *text)
                {
                    return Err(Refusal::new(
                        "22P02",
                        format!("invalid input value for enum {}: \"{text}\"", ty.key.1),
                    )
                    .about(&ty.key)
                    .at(&at()));
                }
                value
            }
        })
    }

    /// What a text means as a type's name; an error if there is no such type.
    pub(super) fn regtype(&self, text: &str) -> Evaluated {
        if has_hole(text) {
            return Ok(Value::Unknown);
        }
        if let Some(element) = text.trim_end().strip_suffix("[]") {
            return Ok(match self.regtype(element)? {
                Value::Type(of) => self
                    .catalog
                    .types()
                    .find(|(_, ty)| matches!(ty.kind, TypeKind::Array(element) if element == of))
                    .map_or(Value::Unknown, |(id, _)| Value::Type(id)),
                _ => Value::Unknown,
            });
        }
        let Some(path) = name::parse_path(text) else { return Ok(Value::Unknown) };
        if let Some(id) = self.find(&path) {
            return Ok(Value::Type(id));
        }
        let built_in = path.schema.as_deref().is_none_or(|schema| schema == "pg_catalog");
        if built_in && pg_enum_core::is_built_in_type(&path.name) {
            return Ok(Value::BuiltIn(path.name));
        }
        self.resolve(&path).map(Value::Type)
    }
}

fn is_null(value: &Value) -> Option<bool> {
    match value {
        Value::Unknown => None,
        // Null makes a null of what it is part of.
        Value::Text(text) if has_hole(text) => None,
        value => Some(*value == Value::Null),
    }
}

/// The `ANY`, `SOME` or `ALL` that a node is.
fn quantified(node: &SyntaxNode) -> Option<SyntaxNode> {
    let inner =
        if node.kind() == SyntaxKind::CALL_EXPR { node.children().next()? } else { node.clone() };
    matches!(inner.kind(), SyntaxKind::ANY_FN | SyntaxKind::SOME_FN | SyntaxKind::ALL_FN)
        .then_some(inner)
}

/// `= ANY`, `<> ANY`, `= ALL`, `<> ALL`.
fn among(value: &Value, elements: Option<&[Value]>, all: bool, negated: bool) -> Value {
    let Some(elements) = elements else { return Value::Unknown };
    elements.iter().fold(Value::Bool(all), |result, element| {
        let mut met = value::equal(value, element);
        if negated {
            met = value::not(&met);
        }
        if all { value::and(&result, &met) } else { value::or(&result, &met) }
    })
}

/// What a literal says.
pub(super) fn literal(node: &SyntaxNode) -> Value {
    let Some(literal) = ast::Literal::cast(node.clone()) else { return Value::Unknown };
    if has_token(node, SyntaxKind::NULL_KW) {
        return Value::Null;
    }
    if has_token(node, SyntaxKind::TRUE_KW) {
        return Value::Bool(true);
    }
    if has_token(node, SyntaxKind::FALSE_KW) {
        return Value::Bool(false);
    }
    if let Some(int) = literal.integer_value() {
        return int.to_string().parse().map_or(Value::Unknown, Value::Int);
    }
    literal.string_value().map_or(Value::Unknown, Value::text)
}

/// The elements of an array that is written as text, `{a,"b c"}`.
pub(super) fn array_literal(text: &str) -> Option<Vec<Value>> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if has_hole(text) || rest.contains('{') {
        return None;
    }
    let mut elements = Vec::new();
    if rest.trim().is_empty() {
        return Some(elements);
    }
    loop {
        rest = rest.trim_start();
        let mut element = String::new();
        let quoted = rest.starts_with('"');
        if quoted {
            let mut chars = rest[1..].char_indices();
            let end = loop {
                match chars.next()? {
                    (_, '\\') => element.push(chars.next()?.1),
                    (at, '"') => break at,
                    (_, c) => element.push(c),
                }
            };
            rest = rest[end + 2..].trim_start();
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            element.push_str(rest[..end].trim_end());
            rest = &rest[end..];
        }
        elements.push(if !quoted && element.eq_ignore_ascii_case("null") {
            Value::Null
        } else {
            Value::text(element)
        });
        if rest.is_empty() {
            return Some(elements);
        }
        rest = rest.strip_prefix(',')?;
    }
}
