//! Literals that are given to columns of labels.

use std::sync::Arc;

use super::executor::Executor;
use super::labelled::{Labelled, are_texts, settles_types};
use crate::catalog::Column;
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::text::name::{self, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, children, children_that, descendants, has_token, is_expression, is_query,
    value_rows,
};

impl Executor<'_> {
    /// What is given to a column, or is to be its value: a label, or nothing of another type.
    pub(super) fn check_assigned(
        &self,
        value: &SyntaxNode,
        column: &Arc<str>,
        ty: Labelled,
        env: &Env,
    ) -> Done {
        self.check_use(value, ty, env)?;
        match self.other_type(value, ty, env) {
            Some(other) => Err(self.not_of_type(column, ty, &other).at(&env.origin.of(value))),
            None => Ok(()),
        }
    }

    fn not_of_type(&self, column: &Arc<str>, ty: Labelled, other: &str) -> Refusal {
        let ty = self.name_of_labels(ty);
        let message =
            format!("column \"{column}\" is of type {ty} but expression is of type {other}");
        Refusal::new("42804", message).about_anything().help(format!("convert it: `(…)::{ty}`"))
    }

    /// `INSERT INTO table (column, …) VALUES ('ok', …), …`, or with the row of a query.
    pub(super) fn check_insert(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let statement = match node.kind() {
            K::MERGE_INSERT => node.ancestors().find(|it| it.kind() == K::MERGE),
            _ => Some(node.clone()),
        };
        let Some(columns) = statement.and_then(|it| self.columns_written(&it)) else {
            return Ok(());
        };
        let mut targets = Vec::new();
        let list = child(node, K::COLUMN_TARGET_LIST).map(|list| List::of(list.children()));
        if let Some(list) = &list {
            for target in &list.items {
                self.check_is_column(target, &columns, env)?;
                targets.push(self.labels_of_target(target, &columns));
            }
        } else if self.catalog().follows_tables {
            // Without a list, values are those of all columns, in order.
            for column in &columns {
                let ty = self.labels_taken_by(&column.ty);
                targets.push(ty.map(|ty| (Arc::clone(&column.name), ty)));
            }
        }
        let mut rows = Vec::new();
        let mut is_settled = false;
        if let Some(values) = child(node, K::VALUES) {
            let lists: Vec<_> =
                value_rows(&values).iter().map(|row| List::of(row.children())).collect();
            if self.catalog().follows_tables && list.as_ref().is_none_or(|list| list.is_whole) {
                check_count(&lists, targets.len(), list.is_some(), env)?;
            }
            rows.extend(lists.into_iter().map(|list| list.items));
        } else if let Some(query) = child_that(node, is_query) {
            let mut queries = vec![query];
            while let Some(query) = queries.pop() {
                match query.kind() {
                    K::PAREN_SELECT => queries.extend(children_that(&query, is_query)),
                    K::COMPOUND_SELECT => {
                        is_settled = true;
                        queries.extend(children_that(&query, is_query));
                    }
                    K::SELECT => {
                        is_settled |= settles_types(&query);
                        rows.push(first_items(&query));
                    }
                    _ => return Ok(()),
                }
            }
        }
        for (index, target) in targets.iter().enumerate() {
            let Some((name, ty)) = target else { continue };
            let values: Vec<_> = rows.iter().filter_map(|row| row.get(index)).cloned().collect();
            if !is_settled {
                values.iter().try_for_each(|value| self.check_assigned(value, name, *ty, env))?;
            } else if values.len() == rows.len()
                && are_texts(&values)
                && !self.may_convert()
                && let Some(value) = values.first()
            {
                return Err(self.not_of_type(name, *ty, "text").at(&env.origin.of(value)));
            }
        }
        Ok(())
    }

    /// What a value is given to must be a column of the table.
    fn check_is_column(&self, target: &SyntaxNode, columns: &[Column], env: &Env) -> Done {
        let name = child(target, SyntaxKind::COLUMN_NAME_REF).map(|name| name::identifier(&name));
        let Some(name) = name.filter(|_| self.catalog().follows_tables) else { return Ok(()) };
        if has_hole(&name) || columns.iter().any(|column| column.name == name) {
            return Ok(());
        }
        let table = target.ancestors().find_map(|around| table_written(&around));
        let table = table.map_or_else(Arc::default, |table| table.name);
        let message = format!("column \"{name}\" of relation \"{table}\" does not exist");
        Err(Refusal::new("42703", message).about_anything().at(&env.origin.of(target)))
    }

    /// What is given to a target takes labels if it is a column of them, or an element of such a column.
    fn labels_of_target(
        &self,
        target: &SyntaxNode,
        columns: &[Column],
    ) -> Option<(Arc<str>, Labelled)> {
        let name = name::identifier(&child(target, SyntaxKind::COLUMN_NAME_REF)?);
        let column = columns.iter().find(|column| column.name == name)?;
        let ty = self.labels_taken_by(&column.ty)?;
        let accessors: Vec<_> = target.children().skip(1).map(|it| it.kind()).collect();
        match accessors.as_slice() {
            [] => Some((name, ty)),
            [SyntaxKind::INDEX_ACCESSOR] if ty.is_array => Some((name, ty.element())),
            _ => None,
        }
    }

    /// The columns of the table that a statement writes to.
    fn columns_written(&self, statement: &SyntaxNode) -> Option<Vec<Column>> {
        self.known_columns(&table_written(statement)?)
    }

    /// `SET column = 'ok'`, `SET (column, …) = ('ok', …)`
    pub(super) fn check_assignment(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let statement = node.ancestors().find(|it| {
            matches!(it.kind(), K::INSERT | K::UPDATE | K::MERGE) || is_query(it.kind())
        });
        let statement = statement.filter(|it| !is_query(it.kind()));
        let Some(columns) = statement.and_then(|it| self.columns_written(&it)) else {
            return Ok(());
        };
        let values = child(node, K::SET_EXPR_LIST);
        let values = values.as_ref().unwrap_or(node);
        let values = children(values, K::SET_EXPR);
        let targets = descendants(node, K::COLUMN_TARGET);
        for (target, value) in targets.iter().zip(values) {
            self.check_is_column(target, &columns, env)?;
            let target = self.labels_of_target(target, &columns);
            if let (Some((name, ty)), Some(value)) = (target, value.first_child()) {
                self.check_assigned(&value, &name, ty, env)?;
            }
        }
        Ok(())
    }
}

/// The table that a statement writes to.
fn table_written(statement: &SyntaxNode) -> Option<Path> {
    use SyntaxKind as K;
    if !matches!(statement.kind(), K::INSERT | K::UPDATE | K::MERGE) {
        return None;
    }
    let is_name =
        |kind| matches!(kind, K::RELATION_NAME | K::RELATION_NAME_REF | K::TABLE_RELATION_NAME);
    let named = child_that(statement, is_name)?;
    let is_path = |it: &SyntaxNode| matches!(it.kind(), K::PATH | K::PATH_REF);
    Path::of(&named.descendants().find(is_path)?)
}

/// The items of a list up to the first that stands for any number of them: a placeholder, or all columns of a row
/// (`transformExpressionList` in `parse_target.c`).
struct List {
    items: Vec<SyntaxNode>,
    /// Whether there is no such item.
    is_whole: bool,
}

impl List {
    fn of(all: impl Iterator<Item = SyntaxNode>) -> Self {
        let mut list = Self { items: Vec::new(), is_whole: true };
        for item in all {
            if may_be_several(&item) {
                list.is_whole = false;
                break;
            }
            list.items.push(item);
        }
        list
    }
}

fn may_be_several(item: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    match item.kind() {
        K::FIELD_EXPR if has_token(item, K::STAR) => true,
        // What a string is put together of is one value.
        K::LITERAL => false,
        _ => has_hole(&item.text().to_string()),
    }
}

/// The rows of `VALUES` have one value for each column that is named, or no more than there are columns if none is
/// (`transformInsertRow` in `analyze.c`).
fn check_count(rows: &[List], columns: usize, are_named: bool, env: &Env) -> Done {
    for List { items: row, .. } in rows.iter().filter(|row| row.is_whole) {
        let wrong = if let Some(value) = row.get(columns) {
            Some((value, "INSERT has more expressions than target columns"))
        } else if are_named && row.len() < columns {
            row.last().map(|value| (value, "INSERT has more target columns than expressions"))
        } else {
            None
        };
        if let Some((value, message)) = wrong {
            return Err(Refusal::new("42601", message).about_anything().at(&env.origin.of(value)));
        }
    }
    Ok(())
}

/// The items of a query up to the first that stands for any number of columns.
fn first_items(query: &SyntaxNode) -> Vec<SyntaxNode> {
    use SyntaxKind as K;
    let list = child(query, K::SELECT_CLAUSE).and_then(|it| child(&it, K::TARGET_LIST));
    let targets = list.iter().flat_map(|list| children(list, K::TARGET));
    List::of(targets.map_while(|target| child_that(&target, is_expression))).items
}
