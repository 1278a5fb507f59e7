//! What the columns of a query are called (`FigureColname` in `parse_target.c`).

use std::sync::Arc;

use super::ddl::TypeName;
use super::name::{self, identifier};
use super::node::{SyntaxKind, SyntaxNode};
use super::syntax::{
    binary, child, child_that, descendant, expression, has_token, is_query, is_type,
};

/// What an expression gives to its column.
enum Name {
    /// Its own name.
    Own(Arc<str>),
    /// One that a `CASE` or a cast gives for want of another.
    Weak(Arc<str>),
    Nothing,
    /// That of a column which is not known here.
    Unknown,
}

/// The name of the column that an item of a target list makes; `None` for `*`, and what has its name from one.
pub(crate) fn of_target(target: &SyntaxNode) -> Option<Arc<str>> {
    if let Some(alias) = child(target, SyntaxKind::AS_NAME) {
        return Some(identifier(&alias.first_child()?));
    }
    match of_expression(&expression(target)?) {
        Name::Own(name) | Name::Weak(name) => Some(name),
        Name::Nothing => Some("?column?".into()),
        Name::Unknown => None,
    }
}

fn of_expression(node: &SyntaxNode) -> Name {
    use SyntaxKind as K;
    let inner = || expression(node).map_or(Name::Nothing, |inner| of_expression(&inner));
    match node.kind() {
        K::NAME_REF => Name::Own(identifier(node)),
        K::FIELD_EXPR if has_token(node, K::STAR) => Name::Unknown,
        K::FIELD_EXPR => node.last_child().map_or(Name::Nothing, |it| Name::Own(identifier(&it))),
        K::COLLATE | K::INDEX_EXPR | K::SLICE_EXPR => inner(),
        K::CALL_EXPR => of_call(node),
        K::CAST_EXPR => match inner() {
            name @ (Name::Own(_) | Name::Unknown) => name,
            _ => child_that(node, is_type).map_or(Name::Nothing, |ty| of_type(&ty)),
        },
        K::CASE_EXPR => {
            let other = child(node, K::ELSE_CLAUSE).and_then(|other| expression(&other));
            match other.map(|other| of_expression(&other)) {
                Some(name @ (Name::Own(_) | Name::Unknown)) => name,
                _ => Name::Weak("case".into()),
            }
        }
        K::PAREN_EXPR => match child_that(node, is_query) {
            Some(query) => of_query(&query),
            None => inner(),
        },
        K::ARRAY_EXPR => Name::Own("array".into()),
        K::TUPLE_EXPR => Name::Own("row".into()),
        K::BIN_EXPR => match binary(node).map(|(_, operator, _)| operator.kind()) {
            Some(K::AT_TIME_ZONE) => Name::Own("timezone".into()),
            Some(K::OVERLAPS_KW) => Name::Own("overlaps".into()),
            _ => Name::Nothing,
        },
        K::POSTFIX_EXPR if child(node, K::AT_LOCAL).is_some() => Name::Own("timezone".into()),
        K::POSTFIX_EXPR if child(node, K::IS_NORMALIZED).is_some() => {
            Name::Own("is_normalized".into())
        }
        // `N'…'` is a cast.
        K::LITERAL if has_token(node, K::NATIONAL_STRING) => Name::Weak("bpchar".into()),
        _ => Name::Nothing,
    }
}

/// A function's, which has grammar of its own in part.
fn of_call(call: &SyntaxNode) -> Name {
    use SyntaxKind as K;
    let Some(callee) = call.first_child() else { return Name::Nothing };
    let name = match callee.kind() {
        K::NAME_REF | K::FIELD_EXPR => return of_expression(&callee),
        K::COLLATION_FOR_FN => "pg_collation_for",
        K::TRIM_FN if child(&callee, K::TRIM_LEADING).is_some() => "ltrim",
        K::TRIM_FN if child(&callee, K::TRIM_TRAILING).is_some() => "rtrim",
        K::TRIM_FN => "btrim",
        _ => {
            let keyword = callee.first_token();
            return keyword.map_or(Name::Nothing, |it| Name::Own(name::folded(it.text()).into()));
        }
    };
    Name::Own(name.into())
}

fn of_type(ty: &SyntaxNode) -> Name {
    let ty = TypeName::read(&ty.text().to_string());
    ty.map_or(Name::Nothing, |ty| Name::Weak(ty.path.name().into()))
}

/// That of the query's first column.
fn of_query(query: &SyntaxNode) -> Name {
    use SyntaxKind as K;
    if query.kind() == K::VALUES {
        return Name::Own("column1".into());
    }
    match descendant(query, K::TARGET).and_then(|target| of_target(&target)) {
        Some(name) => Name::Own(name),
        None => Name::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parser;

    #[track_caller]
    fn is_named(expression: &str, expected: Option<&str>) {
        let tree = parser::sql(&format!("SELECT {expression}")).expect("a query");
        let target = descendant(&tree, SyntaxKind::TARGET).expect("a target");
        assert_eq!(of_target(&target).as_deref(), expected, "{expression}");
    }

    #[test]
    fn columns_are_named_as_the_server_names_them() {
        for (expression, name) in [
            ("a", "a"),
            ("t.\"A\"", "A"),
            ("(x).city", "city"),
            ("a[1]", "a"),
            ("a AS \"B\"", "B"),
            ("a b", "b"),
            ("1", "?column?"),
            ("1 + 2", "?column?"),
            ("a IS NULL", "?column?"),
            ("a::text", "a"),
            ("'1'::bigint", "int8"),
            ("CAST('a' AS character varying(10))", "varchar"),
            ("CAST(now() AS timestamp with time zone)", "now"),
            ("'1'::app.mood", "mood"),
            ("N'a'", "bpchar"),
            ("app.f(1)", "f"),
            ("count(*)", "count"),
            ("coalesce(a, b)", "coalesce"),
            ("exists(SELECT 1)", "exists"),
            ("extract(year FROM a)", "extract"),
            ("trim(leading ' ' from a)", "ltrim"),
            ("trim(a)", "btrim"),
            ("xmlelement(name a)", "xmlelement"),
            ("json_object('a': 1)", "json_object"),
            ("collation for ('a')", "pg_collation_for"),
            ("a AT TIME ZONE 'UTC'", "timezone"),
            ("CASE WHEN a THEN 1 ELSE b END", "b"),
            ("CASE WHEN a THEN b ELSE 1 END", "case"),
            ("CASE WHEN a THEN b ELSE '1'::int END", "case"),
            ("(SELECT 1 AS a)", "a"),
            ("(VALUES (1))", "column1"),
            ("ARRAY[1]", "array"),
            ("ARRAY(SELECT a FROM t)", "array"),
            ("(1, 2)", "row"),
            ("(a)", "a"),
            ("a COLLATE \"C\"", "a"),
            ("current_date", "current_date"),
        ] {
            is_named(expression, Some(name));
        }
    }

    #[test]
    fn what_a_star_is_called_is_not_known_here() {
        is_named("*", None);
        is_named("t.*", None);
        is_named("(SELECT * FROM t)", None);
    }
}
