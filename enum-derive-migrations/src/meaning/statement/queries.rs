//! Queries, for what they do: call functions, write to the catalogs.

use std::collections::HashMap;
use std::sync::Arc;

use super::executor::Executor;
use crate::catalog::{Label, TypeKind};
use crate::ground::{Done, Location, Refusal, TypeId};
use crate::meaning::expression::Env;
use crate::meaning::value::Value;
use crate::text::name::{self, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, descendant, descendants, function_name};
use crate::text::word::Words;

/// Enums, each with all of its labels.
type Changed = Vec<(TypeId, Vec<Label>)>;

impl Executor<'_> {
    /// Whether a query calls or writes to something that matters.
    pub(super) fn may_act(&self, text: &str, words: Words<'_>) -> bool {
        if text.contains("set_config") || text.contains("pg_enum") || text.contains("pg_type") {
            return true;
        }
        words.may_name(&self.session.memory.routine_names)
    }

    /// Runs a query for what it does. Whether it found a row, if that is known.
    pub(crate) fn run_query(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<bool>, Refusal> {
        let rows = self.evaluator().query(node, env)?;
        if !rows.complete {
            // Functions may have been called for rows that are not known.
            self.call_all(node, env)?;
        }
        if !rows.are_known() {
            self.query_may_fail(node, env);
        }
        Ok(match (rows.list.is_empty(), rows.complete) {
            (false, _) => Some(true),
            (true, true) => Some(false),
            (true, false) => None,
        })
    }

    /// Calls every function that is named in a statement, for what that may do.
    pub(super) fn call_all(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        let calls: Vec<_> = descendants(node, SyntaxKind::CALL_EXPR);
        for call in calls {
            let name = function_name(&call);
            let at = env.origin.of(&call);
            let text = call.text().to_string();
            let sets = |setting: &&str| &*name == "set_config" && text.contains(setting);
            if let Some(setting) =
                ["search_path", "standard_conforming_strings"].iter().find(|it| sets(it))
            {
                let message = format!("whether this sets {setting} is not known before it runs");
                self.session.unknown(&at, message, &[]);
            } else {
                let arguments = vec![Value::Unknown; self.evaluator().arguments(&call, env)?.len()];
                self.call_routine(&name, &arguments, &at);
            }
        }
        Ok(())
    }

    /// Writing to tables does nothing to enums, unless the table is one of the catalogs.
    pub(super) fn modify(&mut self, node: &SyntaxNode, env: &Env, at: &Location) -> Done {
        let target = node
            .descendants()
            .find(|node| matches!(node.kind(), SyntaxKind::PATH_REF | SyntaxKind::PATH))
            .and_then(|node| Path::of(&node));
        if let Some(path) = target
            && path.schema.as_deref().is_none_or(|schema| schema == "pg_catalog")
            && matches!(&*path.name, "pg_enum" | "pg_type" | "pg_namespace")
        {
            return self.modify_catalog(node, &path.name, env, at);
        }
        self.call_all(node, env)
    }

    /// `DELETE FROM pg_enum` and `UPDATE pg_enum SET enumlabel`, as people did before there was
    /// `RENAME VALUE`, are followed as far as their conditions are known.
    pub(super) fn modify_catalog(
        &mut self,
        node: &SyntaxNode,
        table: &str,
        env: &Env,
        at: &Location,
    ) -> Done {
        let labels = match table {
            "pg_enum" => self.modified_labels(node, env)?,
            _ => None,
        };
        let Some(labels) = labels else {
            let keys = self.session.enums_named_in(&node.text().to_string());
            self.session.unknown(at, format!("this writes to {table} itself"), &keys);
            return Ok(());
        };
        for (id, labels) in labels {
            let mut seen = HashMap::new();
            let twin = labels.iter().find_map(|label| seen.insert(&label.text, label));
            if let Some(twin) = twin {
                let message = "duplicate key value violates unique constraint \
                    \"pg_enum_typid_label_index\"";
                return Err(Refusal::new("23505", message)
                    .about_anything()
                    .related(&twin.at, format!("\"{}\" is a label already", twin.text)));
            }
            self.catalog_mut().replace_labels(id, labels, at)?;
        }
        Ok(())
    }

    /// The enums that a statement changes in `pg_enum`, with their labels after it. `None` if that is
    /// not known.
    pub(super) fn modified_labels(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<Changed>, Refusal> {
        use SyntaxKind as K;
        let text = match node.kind() {
            K::DELETE => None,
            K::UPDATE => match self.new_label(node, env)? {
                // The column is of the type `name`, which cuts what is too long for it.
                Some(text) => Some(Arc::from(name::truncated(&text))),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let Some(rows) = self.evaluator().matching_labels(node, env)? else { return Ok(None) };
        // The rows of one type stand together.
        let mut changed = Changed::new();
        for (id, old) in rows {
            let Some(ty) = self.catalog().ty(id).cloned() else { continue };
            let TypeKind::Enum(there) = &ty.kind else { continue };
            if changed.last().is_none_or(|(last, _)| *last != id) {
                changed.push((id, there.clone()));
            }
            let Some((_, labels)) = changed.last_mut() else { continue };
            match &text {
                None => labels.retain(|label| label.text != old),
                Some(text) => {
                    for label in labels.iter_mut().filter(|label| label.text == old) {
                        label.text = Arc::clone(text);
                        label.at = env.origin.of(node);
                        label.migration = self.catalog().migration;
                    }
                }
            }
        }
        Ok(Some(changed))
    }

    /// What `UPDATE pg_enum SET enumlabel = …` sets, if it is one value and nothing else is set.
    pub(super) fn new_label(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<Arc<str>>, Refusal> {
        use SyntaxKind as K;
        let sets: Vec<_> = descendants(node, K::SET_SINGLE_COLUMN);
        let [set] = sets.as_slice() else { return Ok(None) };
        let column = descendant(set, K::COLUMN_NAME_REF);
        if column.is_none_or(|column| &*name::identifier(&column) != "enumlabel") {
            return Ok(None);
        }
        let value = child(set, K::SET_EXPR).and_then(|set| set.children().next());
        Ok(match value.map(|value| self.evaluator().eval(&value, env)).transpose()? {
            Some(Value::Text(text)) if !has_hole(&text) => Some(text),
            _ => None,
        })
    }
}
