//! Labels as literals: those that there are not, and those that are used before they can be, in the transaction that
//! adds them.
//!
//! Only what a cast or its column makes a label is one. The server coerces a literal when it reads the statement,
//! whether there are rows or not (`coerce_type` in `parse_coerce.c`).

use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::executor::Executor;
use crate::catalog::{ColumnType, TypeKind};
use crate::ground::{Done, TypeId};
use crate::meaning::expression::Env;
use crate::meaning::literal::{array_literal, literal};
use crate::meaning::value::Value;
use crate::text::name::{self, Path, has_hole};
use crate::text::nesting::too_nested;
use crate::text::script::{self, Piece, Sender};
use crate::text::syntax::{
    COMPARISONS, child, child_that, children, children_that, descendant, descendants,
    function_name, is_query,
};
use crate::text::tree;
use crate::text::word::Words;

/// What is written as a label: a value of an enum, or an array of them.
#[derive(Clone, Copy)]
pub(super) struct Labelled {
    ty: TypeId,
    is_array: bool,
}

impl Labelled {
    fn element(self) -> Self {
        Self { is_array: false, ..self }
    }

    fn array(self) -> Self {
        Self { is_array: true, ..self }
    }
}

impl Executor<'_> {
    /// Whether a statement may have a literal in it that is a label, or is to be one.
    pub(super) fn may_use_labels(&self, text: &str, words: Words<'_>) -> bool {
        let catalog = self.catalog();
        catalog.unsafe_labels().iter().any(|label| text.contains(&**label))
            || catalog.follows_tables
                && text.contains('\'')
                && (words.may_name(&catalog.user_names)
                    || words.may_name(&self.session.memory.enum_names))
    }

    /// Refuses a statement that uses a label too soon, or one that there is not.
    pub(super) fn check_uses(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        if self.catalog().unsafe_labels().is_empty() && !self.catalog().follows_tables {
            return Ok(());
        }
        // Where something is there already, the rest of the statement may not be read.
        if descendant(node, K::IF_NOT_EXISTS).is_some() {
            return Ok(());
        }
        let is_alteration = node.kind() == K::ALTER_TABLE;
        for node in node.descendants() {
            // What is in a conversion means the columns as they were.
            if is_alteration && node.ancestors().any(|around| around.kind() == K::SET_TYPE) {
                continue;
            }
            match node.kind() {
                K::CAST_EXPR => self.check_cast(&node, env)?,
                K::BIN_EXPR | K::BETWEEN_EXPR => self.check_comparison(&node, env)?,
                K::CASE_EXPR => self.check_case(&node, env)?,
                K::CALL_EXPR => self.check_call(&node, env)?,
                K::INSERT => self.check_insert(&node, env)?,
                K::SET_SINGLE_COLUMN | K::SET_MULTIPLE_COLUMNS => {
                    self.check_assignment(&node, env)?;
                }
                K::DEFAULT_CONSTRAINT | K::PARAM_DEFAULT => self.check_default_of(&node, env)?,
                K::SET_TYPE => self.check_conversion(&node, env)?,
                K::PARTITION_FOR_VALUES_IN => self.check_bound(&node, env)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The same of the conversions in an `ALTER TABLE`, which are read before anything is changed.
    pub(super) fn check_uses_in_conversions(&self, node: &SyntaxNode, env: &Env) -> Done {
        let conversions = descendants(node, SyntaxKind::SET_TYPE);
        conversions.iter().try_for_each(|conversion| self.check_uses(conversion, env))
    }

    /// The same of a function's body in SQL, which the server reads when it makes the function (`fmgr_sql_validator` in
    /// `pg_proc.c`), unless `check_function_bodies` is off.
    pub(super) fn check_uses_in_body(&self, node: &SyntaxNode, env: &Env) -> Done {
        let source = &env.origin.of(node).source;
        let is_sql = node
            .descendants()
            .find_map(ast::LanguageFuncOption::cast)
            .and_then(|option| option.language_name())
            .is_some_and(|language| language.name.eq_ignore_ascii_case("sql"));
        if !is_sql || source.text.contains("check_function_bodies") {
            return Ok(());
        }
        let literal = descendant(node, SyntaxKind::AS_DEFINITION)
            .and_then(|node| node.descendants().find_map(ast::Literal::cast));
        let Some(decoded) = literal.as_ref().and_then(ast::Literal::decoded_value) else {
            return Ok(());
        };
        let Some(text) = literal.as_ref().and_then(ast::Literal::string_value) else {
            return Ok(());
        };
        let origin = env.origin.decoded(decoded);
        let pieces = script::pieces(&text, Sender::Server, false);
        for piece in &pieces.list {
            let Piece::Statement { range, words, .. } = piece else { continue };
            let statement = &text[range.clone()];
            if self.may_use_labels(statement, pieces.words(&text, words))
                && !too_nested(statement)
                && let Ok(Some(node)) = tree::statement(statement)
            {
                self.check_uses(&node, &Env::new(origin.part(range.start)))?;
            }
        }
        Ok(())
    }

    /// A literal that becomes a value of an enum, or an array of them.
    fn check_use(&self, value: &SyntaxNode, ty: Labelled, env: &Env) -> Done {
        use SyntaxKind as K;
        match value.kind() {
            K::PAREN_EXPR => match child_that(value, ast::Expr::can_cast) {
                Some(inner) => self.check_use(&inner, ty, env),
                None => Ok(()),
            },
            K::LITERAL => {
                let Value::Text(text) = literal(value) else { return Ok(()) };
                self.check_text(&text, ty).map_err(|refusal| refusal.at(&env.origin.of(value)))
            }
            _ => Ok(()),
        }
    }

    /// A text that becomes one.
    pub(super) fn check_text(&self, text: &Arc<str>, Labelled { ty, is_array }: Labelled) -> Done {
        let Some(ty) = self.catalog().ty(ty) else { return Ok(()) };
        let (schema, name) = ty.key.clone();
        if has_hole(text) || self.is_in_doubt(&Path { schema: Some(schema), name }) {
            return Ok(());
        }
        if !is_array {
            return self.catalog().check_label_is_usable(ty, text);
        }
        for element in array_literal(text).unwrap_or_default() {
            if let Value::Text(element) = element {
                self.catalog().check_label_is_usable(ty, &element)?;
            }
        }
        Ok(())
    }

    /// `'ok'::mood`, `CAST ('ok' AS mood)`, `mood 'ok'`, and the same of arrays.
    fn check_cast(&self, node: &SyntaxNode, env: &Env) -> Done {
        let value = child_that(node, ast::Expr::can_cast);
        let ty = child_that(node, ast::Type::can_cast);
        let (Some(value), Some(ty)) = (value, ty.and_then(|ty| self.labelled_type(&ty))) else {
            return Ok(());
        };
        // Elements are converted one by one.
        if value.kind() == SyntaxKind::ARRAY_EXPR && ty.is_array {
            return value.children().try_for_each(|it| self.check_use(&it, ty.element(), env));
        }
        self.check_use(&value, ty, env)
    }

    /// `column = 'ok'`, `column IN ('ok', …)` and the like, in either order.
    fn check_comparison(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        // With operators of the folder's own, a text beside a label may be any other type's.
        if self.session.memory.makes_operators {
            return Ok(());
        }
        let operands = children_that(node, ast::Expr::can_cast);
        let is_between = node.kind() == K::BETWEEN_EXPR;
        if !is_between && !node.children_with_tokens().any(|it| COMPARISONS.contains(&it.kind())) {
            return Ok(());
        }
        match operands.as_slice() {
            [value, bounds @ ..] if is_between && bounds.iter().any(is_text) => {
                let Some(ty) = self.labelled(value, env) else { return Ok(()) };
                bounds.iter().try_for_each(|bound| self.check_use(bound, ty, env))
            }
            [left, right] => {
                for (one, other) in [(left, right), (right, left)] {
                    // What a name means takes a look at all that is around it.
                    if !is_text(other) {
                        continue;
                    }
                    if let Some(ty) = self.labelled(one, env) {
                        self.check_operand(other, ty, env)?;
                    }
                    // `'ok' = ANY (column)`
                    if let Some(array) = operand_of_any(one)
                        && let Some(ty) = self.labelled(&array, env).filter(|ty| ty.is_array)
                    {
                        self.check_use(other, ty.element(), env)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What a value of a type is compared with.
    fn check_operand(&self, operand: &SyntaxNode, ty: Labelled, env: &Env) -> Done {
        use SyntaxKind as K;
        if let Some(array) = operand_of_any(operand) {
            // An array of literals without a cast is one of texts.
            return if array.kind() == K::LITERAL {
                self.check_use(&array, ty.array(), env)
            } else {
                Ok(())
            };
        }
        match operand.kind() {
            K::TUPLE_EXPR => operand.children().try_for_each(|it| self.check_use(&it, ty, env)),
            _ => self.check_use(operand, ty, env),
        }
    }

    /// `CASE column WHEN 'ok' THEN …`
    fn check_case(&self, node: &SyntaxNode, env: &Env) -> Done {
        let Some(subject) = child_that(node, ast::Expr::can_cast) else { return Ok(()) };
        if subject.kind() == SyntaxKind::LITERAL {
            return Ok(());
        }
        let Some(ty) = self.labelled(&subject, env) else { return Ok(()) };
        let clauses = child(node, SyntaxKind::WHEN_CLAUSE_LIST);
        for clause in clauses.iter().flat_map(|it| children(it, SyntaxKind::WHEN_CLAUSE)) {
            if let Some(value) = child_that(&clause, ast::Expr::can_cast) {
                self.check_use(&value, ty, env)?;
            }
        }
        Ok(())
    }

    /// `coalesce(column, 'ok')` and `nullif(column, 'ok')`.
    fn check_call(&self, node: &SyntaxNode, env: &Env) -> Done {
        let Some(arguments) = child(node, SyntaxKind::ARG_LIST) else { return Ok(()) };
        if !matches!(&*function_name(node), "coalesce" | "nullif") {
            return Ok(());
        }
        let arguments: Vec<_> = arguments
            .children()
            .filter_map(|argument| child_that(&argument, ast::Expr::can_cast))
            .collect();
        if !arguments.iter().any(is_text) {
            return Ok(());
        }
        let first = arguments.iter().find(|it| it.kind() != SyntaxKind::LITERAL);
        let Some(ty) = first.and_then(|it| self.labelled(it, env)) else { return Ok(()) };
        arguments.iter().try_for_each(|it| self.check_use(it, ty, env))
    }

    /// `INSERT INTO table (column, …) VALUES ('ok', …), …`, or with the row of a query.
    fn check_insert(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let table = child(node, K::RELATION_NAME_REF).and_then(|name| Path::of(&name));
        let Some(columns) = table.and_then(|path| self.known_columns(&path)) else {
            return Ok(());
        };
        let mut types = Vec::new();
        if let Some(targets) = child(node, K::COLUMN_TARGET_LIST) {
            for target in targets.children() {
                let column = whole_column(&target)
                    .and_then(|name| columns.iter().find(|column| column.name == name));
                types.push(column.and_then(|column| self.labels_of(&column.ty)));
            }
        } else if self.catalog().follows_tables {
            // Without a list, values are those of all columns, in order.
            types.extend(columns.iter().map(|column| self.labels_of(&column.ty)));
        }
        let mut rows = Vec::new();
        if let Some(values) = child(node, K::VALUES) {
            for row in descendants(&values, K::ROW) {
                rows.push(row.children().collect::<Vec<_>>());
            }
        } else if let Some(query) = child(node, K::SELECT) {
            let clause = child(&query, K::SELECT_CLAUSE);
            let is_plain =
                clause.as_ref().is_some_and(|it| child(it, K::DISTINCT_CLAUSE).is_none());
            let list = clause.filter(|_| is_plain).and_then(|it| child(&it, K::TARGET_LIST));
            let mut row = Vec::new();
            for target in list.iter().flat_map(|list| children(list, K::TARGET)) {
                // A star stands for any number of columns.
                let Some(value) = child_that(&target, ast::Expr::can_cast) else { break };
                if value.kind() == K::FIELD_EXPR && value.children().count() == 1 {
                    break;
                }
                row.push(value);
            }
            rows.push(row);
        }
        for row in rows {
            for (value, ty) in row.iter().zip(&types) {
                if let Some(ty) = ty {
                    self.check_use(value, *ty, env)?;
                }
            }
        }
        Ok(())
    }

    /// `SET column = 'ok'`, `SET (column, …) = ('ok', …)`
    fn check_assignment(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let statement = node.ancestors().find(|it| {
            matches!(it.kind(), K::INSERT | K::UPDATE | K::MERGE) || is_query(it.kind())
        });
        let Some(statement) = statement.filter(|it| matches!(it.kind(), K::INSERT | K::UPDATE))
        else {
            return Ok(());
        };
        let is_name = |kind| matches!(kind, K::RELATION_NAME | K::RELATION_NAME_REF);
        let table = child_that(&statement, is_name).and_then(|name| Path::of(&name));
        let Some(columns) = table.and_then(|path| self.known_columns(&path)) else {
            return Ok(());
        };
        let values = child(node, K::SET_EXPR_LIST);
        let values = values.as_ref().unwrap_or(node);
        let values = children(values, K::SET_EXPR);
        let targets = descendants(node, K::COLUMN_TARGET);
        for (target, value) in targets.iter().zip(values) {
            let column = whole_column(target)
                .and_then(|name| columns.iter().find(|column| column.name == name));
            let ty = column.and_then(|column| self.labels_of(&column.ty));
            if let (Some(ty), Some(value)) = (ty, value.first_child()) {
                self.check_use(&value, ty, env)?;
            }
        }
        Ok(())
    }

    /// `DEFAULT 'ok'` of a domain or a parameter. Those of columns are looked at as they are set.
    fn check_default_of(&self, node: &SyntaxNode, env: &Env) -> Done {
        let value = child_that(node, ast::Expr::can_cast);
        let around = node.parent().filter(|it| {
            matches!(it.kind(), SyntaxKind::CREATE_DOMAIN)
                || node.kind() == SyntaxKind::PARAM_DEFAULT
        });
        let ty = around.and_then(|around| child_that(&around, ast::Type::can_cast));
        match (value, ty.and_then(|ty| self.labelled_type(&ty))) {
            (Some(value), Some(ty)) => self.check_use(&value, ty, env),
            _ => Ok(()),
        }
    }

    /// `TYPE mood USING 'ok'`
    fn check_conversion(&self, node: &SyntaxNode, env: &Env) -> Done {
        let ty = child_that(node, ast::Type::can_cast).and_then(|ty| self.labelled_type(&ty));
        let value = child(node, SyntaxKind::USING_EXPR)
            .and_then(|using| child_that(&using, ast::Expr::can_cast));
        match (value, ty) {
            (Some(value), Some(ty)) => self.check_use(&value, ty, env),
            _ => Ok(()),
        }
    }

    /// `FOR VALUES IN ('ok', …)`, of a table that is divided by one column.
    fn check_bound(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let parent = node.ancestors().find_map(|around| match around.kind() {
            K::CREATE_TABLE => child(&around, K::PARTITION_OF).and_then(|it| Path::of(&it)),
            K::ALTER_TABLE => child(&around, K::TABLE_RELATION_NAME).and_then(|it| Path::of(&it)),
            _ => None,
        });
        let id = parent.and_then(|path| self.catalog().find_relation(&path));
        let Some(relation) =
            id.filter(|id| self.holds(*id)).and_then(|id| self.catalog().relation(id))
        else {
            return Ok(());
        };
        let [column] = relation.shape.partition_key.as_slice() else { return Ok(()) };
        let column = relation.column(column);
        match column.and_then(|column| self.labels_of(&column.ty)) {
            Some(ty) => node.children().try_for_each(|value| self.check_use(&value, ty, env)),
            None => Ok(()),
        }
    }

    /// What a type's values are, if they are labels.
    pub(super) fn labels_of(&self, ty: &ColumnType) -> Option<Labelled> {
        let ColumnType::Own { id, is_array } = *ty else { return None };
        let is_enum = matches!(self.catalog().ty(id)?.kind, TypeKind::Enum(_));
        is_enum.then_some(Labelled { ty: id, is_array })
    }

    fn labelled_type(&self, ty: &SyntaxNode) -> Option<Labelled> {
        self.labels_of(&self.column_type_of(ty))
    }

    /// The same of an expression, if it is a column.
    fn labelled(&self, expression: &SyntaxNode, env: &Env) -> Option<Labelled> {
        self.labels_of(&self.column_meant(expression, env)?)
    }
}

/// Whether an operand is a text, or several.
fn is_text(node: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    match node.kind() {
        K::LITERAL => matches!(literal(node), Value::Text(_)),
        K::PAREN_EXPR | K::TUPLE_EXPR => node.children().any(|it| is_text(&it)),
        _ => operand_of_any(node).is_some_and(|array| is_text(&array)),
    }
}

/// The array in `ANY (…)`, `SOME (…)` and `ALL (…)`.
pub(super) fn operand_of_any(node: &SyntaxNode) -> Option<SyntaxNode> {
    use SyntaxKind as K;
    let any = child_that(node, |kind| matches!(kind, K::ANY_FN | K::SOME_FN | K::ALL_FN))?;
    child_that(&any, ast::Expr::can_cast)
}

/// The column that is written to, unless only an element or a field of it is.
fn whole_column(target: &SyntaxNode) -> Option<Arc<str>> {
    let mut parts = target.children();
    match (parts.next(), parts.next()) {
        (Some(column), None) => Some(name::identifier(&column)),
        _ => None,
    }
}
