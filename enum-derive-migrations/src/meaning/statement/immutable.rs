//! Expressions that may not change their results: those of indexes, generated columns and partition keys.

use super::executor::Executor;
use crate::catalog::ColumnType;
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child_that, is_expression, is_query, is_type};

/// The types that labels are converted to by way of their text.
const STRINGS: [&str; 4] = ["bpchar", "name", "text", "varchar"];

impl Executor<'_> {
    /// Refuses a conversion between labels and text in such an expression: it reads the labels of the type, which may get
    /// other names (`enum_in` and `enum_out` are `STABLE`).
    pub(super) fn check_is_immutable(&self, cast: &SyntaxNode, env: &Env) -> Done {
        let Some(message) = place(cast) else { return Ok(()) };
        let (value, ty) = (child_that(cast, is_expression), child_that(cast, is_type));
        let (Some(value), Some(ty)) = (value, ty) else { return Ok(()) };
        if self.may_convert() {
            return Ok(());
        }
        let reads_labels = match (self.labelled_type(&ty), self.column_type_of(&ty)) {
            // A literal is read when the expression is.
            (Some(labels), _) => self.other_type(&value, labels, env).is_some(),
            (None, ColumnType::BuiltIn { ty, .. }) => {
                STRINGS.contains(&ty.name) && self.labelled(&value, env).is_some()
            }
            _ => false,
        };
        if !reads_labels {
            return Ok(());
        }
        Err(Refusal::new("42P17", message)
            .about_anything()
            .at(&env.origin.of(cast))
            .help("leave the column as it is, and compare it with labels: `column = 'label'`"))
    }
}

/// What the server says of an expression that stands here and changes its results, if it says anything. What a `CASE` or a
/// query has in it need not be computed.
fn place(cast: &SyntaxNode) -> Option<&'static str> {
    use SyntaxKind as K;
    let mut is_predicate = false;
    for around in cast.ancestors().skip(1) {
        match around.kind() {
            K::CASE_EXPR => return None,
            kind if is_query(kind) => return None,
            K::WHERE_CLAUSE | K::WHERE_CONDITION_CLAUSE => is_predicate = true,
            K::CREATE_INDEX | K::EXCLUDE_CONSTRAINT if is_predicate => {
                return Some("functions in index predicate must be marked IMMUTABLE");
            }
            K::CREATE_INDEX | K::EXCLUDE_CONSTRAINT => {
                return Some("functions in index expression must be marked IMMUTABLE");
            }
            K::PARTITION_BY => {
                return Some("functions in partition key expression must be marked IMMUTABLE");
            }
            K::GENERATED_STORED => return Some("generation expression is not immutable"),
            _ => {}
        }
    }
    None
}
