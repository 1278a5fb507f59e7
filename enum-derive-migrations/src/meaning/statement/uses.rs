//! Labels as literals: those that there are not, and those that are used before they can be, in the transaction that
//! adds them.
//!
//! Only what a cast or its column makes a label is one. The server coerces a literal when it reads the statement,
//! whether there are rows or not (`coerce_type` in `parse_coerce.c`).

use std::sync::Arc;

use super::executor::Executor;
use super::labelled::{Labelled, elements, results};
use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::{array_literal, literal};
use crate::meaning::value::Value;
use crate::text::literal;
use crate::text::name::{self, Path, has_hole};
use crate::text::nesting::too_nested;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::script::{self, Piece, Sender};
use crate::text::syntax::{child, child_that, descendant, descendants, is_expression, is_type};
use crate::text::tree;
use crate::text::word::{Words, keywords};

impl Executor<'_> {
    /// Whether a statement may have a literal in it that is a label, or is to be one.
    pub(super) fn may_use_labels(&self, text: &str, words: Words<'_>) -> bool {
        let catalog = self.catalog();
        catalog.unsafe_labels().iter().any(|label| text.contains(&**label))
            || catalog.follows_tables
                // What is given to a column, or cast, need not be a literal. This is asked first, as most definitions of
                // tables have none of it.
                && (text.contains('\'')
                    || text.contains("::")
                    || words.have(keywords!["using", "insert", "update", "cast"]))
                && (words.may_name(&catalog.user_names)
                    || words.may_name(&self.session.memory.enum_names))
    }

    /// Refuses a statement that uses a label too soon, or one that there is not.
    pub(super) fn check_uses(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        if self.catalog().unsafe_labels().is_empty() && !self.catalog().follows_tables {
            return Ok(());
        }
        let is_alteration = node.kind() == K::ALTER_TABLE;
        let unread = self.not_read(node, env);
        for node in node.descendants() {
            if node.ancestors().any(|around| unread.contains(&around)) {
                continue;
            }
            // What is in a conversion means the columns as they were.
            if is_alteration && node.ancestors().any(|around| around.kind() == K::SET_TYPE) {
                continue;
            }
            match node.kind() {
                K::CAST_EXPR => self.check_cast(&node, env)?,
                K::BIN_EXPR | K::BETWEEN_EXPR => self.check_comparison(&node, env)?,
                K::CASE_EXPR => {
                    self.check_case(&node, env)?;
                    self.check_alike(&results(&node), env)?;
                }
                K::ARRAY_EXPR => {
                    self.check_alike(&elements(&node).unwrap_or_default(), env)?;
                }
                K::COMPOUND_SELECT | K::VALUES => self.check_rows(&node, env)?,
                K::CALL_EXPR => self.check_call(&node, env)?,
                K::INSERT | K::MERGE_INSERT => self.check_insert(&node, env)?,
                K::SET_SINGLE_COLUMN | K::SET_MULTIPLE_COLUMNS => {
                    self.check_assignment(&node, env)?;
                }
                K::DEFAULT_CONSTRAINT | K::PARAM_DEFAULT | K::SET_DEFAULT => {
                    self.check_default_of(&node, env)?;
                }
                K::PARTITION_FOR_VALUES_IN | K::PARTITION_FOR_VALUES_FROM => {
                    self.check_bound(&node, env)?;
                }
                _ => {}
            }
        }
        // The server reads all of an expression before it looks at this.
        let is_read = |cast: &SyntaxNode| !cast.ancestors().any(|around| unread.contains(&around));
        let casts = descendants(node, K::CAST_EXPR);
        casts.iter().filter(|it| is_read(it)).try_for_each(|it| self.check_is_immutable(it, env))
    }

    /// The parts of a statement that the server does not read because of what is there already: with `IF NOT EXISTS`, a
    /// table and a column that the statement has not made. Queries and indexes are read all the same
    /// (`transformCreateTableAsStmt` in `analyze.c`, `transformIndexStmt` in `parse_utilcmd.c`).
    fn not_read(&self, statement: &SyntaxNode, env: &Env) -> Vec<SyntaxNode> {
        use SyntaxKind as K;
        let mut unread = Vec::new();
        for guard in descendants(statement, K::IF_NOT_EXISTS) {
            let Some(guarded) = guard.parent() else { continue };
            let at = env.origin.of(&guarded);
            let is_here = |made: &Location| {
                Arc::ptr_eq(&made.source, &at.source)
                    && at.range.start <= made.range.start
                    && made.range.end <= at.range.end
            };
            let named = |kind| child(statement, kind).and_then(|name| Path::of(&name));
            let relation = |path: Path| {
                let id = self.catalog().find_relation(&path);
                id.and_then(|id| self.catalog().relation(id))
            };
            let is_read = match guarded.kind() {
                K::CREATE_TABLE | K::CREATE_FOREIGN_TABLE => {
                    let made = named(K::TABLE_NAME).and_then(relation);
                    made.is_some_and(|relation| is_here(&relation.created))
                }
                K::ADD_COLUMN => {
                    let table = named(K::TABLE_RELATION_NAME).and_then(relation);
                    let name = child(&guarded, K::COLUMN_NAME).map(|name| name::identifier(&name));
                    let column = table.zip(name).and_then(|(table, name)| table.column(&name));
                    column.is_some_and(|column| is_here(&column.at))
                }
                K::CREATE_TABLE_AS | K::CREATE_MATERIALIZED_VIEW | K::CREATE_INDEX => true,
                _ => false,
            };
            if !is_read {
                unread.push(guarded);
            }
        }
        unread
    }

    /// The same of the conversions in an `ALTER TABLE`, which are read before anything is changed.
    pub(super) fn check_uses_in_conversions(&self, node: &SyntaxNode, env: &Env) -> Done {
        let conversions = descendants(node, SyntaxKind::SET_TYPE);
        conversions.iter().try_for_each(|conversion| {
            self.check_uses(conversion, env)?;
            self.check_conversion(conversion, env)
        })
    }

    /// The same of a function's body in SQL, which the server reads when it makes the function (`fmgr_sql_validator` in
    /// `pg_proc.c`), unless `check_function_bodies` is off. It does that under the function's own `search_path`
    /// (`ProcedureCreate` in `pg_proc.c`).
    pub(super) fn check_uses_in_body(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let before = self.catalog().mark();
        let is_known = self.set_path_of_routine(node);
        let checked = if is_known { self.check_uses_in_text_of(node, env) } else { Ok(()) };
        self.catalog_mut().roll_back(before);
        checked
    }

    fn check_uses_in_text_of(&self, node: &SyntaxNode, env: &Env) -> Done {
        let language = descendant(node, SyntaxKind::LANGUAGE_FUNC_OPTION);
        let is_sql = language
            .and_then(|option| literal::language(&option))
            .is_some_and(|language| language == "sql");
        if !is_sql || !self.catalog().reads_bodies() || Self::sets_reading_of_bodies(node) {
            return Ok(());
        }
        if let Some(body) = child(node, SyntaxKind::RETURN_STMT) {
            let parameters = self.parameters_of(node);
            return self.check_returned(node, &body, &Env { parameters, ..env.clone() });
        }
        let literal = descendant(node, SyntaxKind::AS_DEFINITION)
            .and_then(|node| descendant(&node, SyntaxKind::LITERAL));
        let Some(decoded) = literal.as_ref().and_then(literal::decoded) else { return Ok(()) };
        let text = decoded.text.clone();
        let origin = env.origin.decoded(decoded);
        let parameters = self.parameters_of(node);
        let mut types = parameters.iter().flat_map(|parameters| &parameters.list);
        let takes_labels = types.any(|(_, ty)| self.labels_of(ty).is_some());
        let pieces = script::pieces(&text, Sender::Server, false);
        let is_statement = |piece: &Piece| matches!(piece, Piece::Statement { .. });
        let last = pieces.list.iter().rposition(is_statement);
        let last = last.filter(|_| self.catalog().follows_tables && self.returns_labels(node));
        for (index, piece) in pieces.list.iter().enumerate() {
            let Piece::Statement { range, words, .. } = piece else { continue };
            let is_last = Some(index) == last;
            let statement = &text[range.clone()];
            let words = pieces.words(&text, words);
            // A parameter is given to a column, or compared with it, without a literal.
            let names_columns = parameters.is_some() && words.may_name(&self.catalog().user_names);
            if (is_last || takes_labels || names_columns || self.may_use_labels(statement, words))
                && !too_nested(statement)
                && let Ok(Some(tree)) = tree::statement(statement)
            {
                let mut inside = Env::new(origin.part(range.start));
                inside.parameters.clone_from(&parameters);
                self.check_uses(&tree, &inside)?;
                if is_last {
                    self.check_returned(node, &tree, &inside)?;
                }
            }
        }
        Ok(())
    }

    /// A literal that becomes a value of an enum, or an array of them.
    pub(super) fn check_use(&self, value: &SyntaxNode, ty: Labelled, env: &Env) -> Done {
        use SyntaxKind as K;
        match value.kind() {
            K::PAREN_EXPR => match child_that(value, is_expression) {
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
    fn check_text(&self, text: &Arc<str>, Labelled { ty, is_array }: Labelled) -> Done {
        let Some(ty) = self.catalog().ty(ty) else { return Ok(()) };
        let (schema, name) = ty.key.clone();
        if has_hole(text) || self.is_in_doubt(&Path { schema: Some(schema), name }) {
            return Ok(());
        }
        if !is_array {
            return self.catalog().check_label_is_usable(ty, text);
        }
        if !text.trim_start().starts_with(['{', '[']) {
            let message = format!("malformed array literal: \"{text}\"");
            return Err(Refusal::new("22P02", message)
                .about(&ty.key)
                .help("put braces around the elements: `'{a,b}'`"));
        }
        for element in array_literal(text).unwrap_or_default() {
            if let Value::Text(element) = element {
                self.catalog().check_label_is_usable(ty, &element)?;
            }
        }
        Ok(())
    }

    /// `DEFAULT 'ok'` of a domain or a parameter. Those of columns are looked at as they are set.
    fn check_default_of(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let value = child_that(node, is_expression);
        let around = node.parent();
        let ty = around.and_then(|around| match around.kind() {
            K::CREATE_DOMAIN | K::ALTER_DOMAIN => {
                self.labels_taken_by(&self.base_of_domain(&around)?)
            }
            _ if node.kind() == K::PARAM_DEFAULT => {
                self.labelled_type(&child_that(&around, is_type)?)
            }
            _ => None,
        });
        match (value, ty) {
            (Some(value), Some(ty)) => self.check_use(&value, ty, env),
            _ => Ok(()),
        }
    }

    /// `TYPE mood USING 'ok'`
    fn check_conversion(&self, node: &SyntaxNode, env: &Env) -> Done {
        let ty = child_that(node, is_type).and_then(|ty| self.labelled_type(&ty));
        let value =
            child(node, SyntaxKind::USING_EXPR).and_then(|using| child_that(&using, is_expression));
        let (Some(value), Some(ty)) = (value, ty) else { return Ok(()) };
        self.check_use(&value, ty, env)?;
        let column = node.parent().and_then(|around| child(&around, SyntaxKind::COLUMN_NAME_REF));
        let Some(column) = column.filter(|_| self.other_type(&value, ty, env).is_some()) else {
            return Ok(());
        };
        let (column, ty) = (name::identifier(&column), self.name_of_labels(ty));
        let message = format!(
            "result of USING clause for column \"{column}\" cannot be cast automatically to type {ty}"
        );
        Err(Refusal::new("42804", message)
            .about_anything()
            .at(&env.origin.of(&value))
            .help(format!("convert it: `(…)::{ty}`")))
    }

    /// `FOR VALUES IN ('ok', …)`, of a table that is divided by one column, and `FROM (…) TO (…)`.
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
        let mut types = Vec::new();
        for name in &relation.shape.partition_key {
            types.push(relation.column(name).and_then(|column| self.labels_of(&column.ty)));
        }
        let mut rows: Vec<Vec<SyntaxNode>> = Vec::new();
        if node.kind() == K::PARTITION_FOR_VALUES_IN {
            rows.extend(node.children().map(|value| vec![value]));
        } else {
            rows.extend(node.children().map(|bound| bound.children().collect()));
        }
        // What is in an expression is not among the columns.
        for row in rows.iter().filter(|row| row.len() == types.len()) {
            for (value, ty) in row.iter().zip(&types) {
                if let Some(ty) = ty {
                    self.check_use(value, *ty, env)?;
                }
            }
        }
        Ok(())
    }
}
