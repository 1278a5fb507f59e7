//! The enums that a database has.

use pg_enum_core::Definition;
use pg_enum_core::drift::{self, Found, State, Verdict, drifts};
use pg_enum_migrations::EnumState;
use sqlx::PgConnection;
use sqlx::postgres::types::Oid;

use crate::text;

/// An enum as the catalog has it.
#[derive(Debug, Clone)]
pub(crate) struct LiveEnum {
    pub(crate) oid: Oid,
    pub(crate) schema: String,
    pub(crate) name: String,
    /// In the order of the type.
    pub(crate) labels: Vec<String>,
    pub(crate) owner: String,
    /// Whether the user may do with it what its owner may.
    pub(crate) owned: bool,
    /// Whether it belongs to an extension.
    pub(crate) of_extension: bool,
}

impl LiveEnum {
    pub(crate) fn type_name(&self) -> String {
        text::type_name(&self.schema, &self.name)
    }

    pub(crate) fn has_labels_of(&self, state: &EnumState) -> bool {
        self.labels.iter().eq(state.labels.iter().map(|label| &label.text))
    }
}

/// An enum's columns, in the order of [`LiveEnum`].
type Row = (Oid, String, String, Vec<String>, String, bool, bool);

/// Every enum but temporary ones, by schema and name. What this transaction has done is seen.
pub(crate) async fn enums(connection: &mut PgConnection) -> Result<Vec<LiveEnum>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT t.oid, n.nspname::text, t.typname::text,
           ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e
             WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
           pg_catalog.pg_get_userbyid(t.typowner)::text,
           pg_catalog.pg_has_role(t.typowner, 'USAGE'),
           EXISTS (SELECT FROM pg_catalog.pg_depend AS d
             WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
               AND d.deptype = 'e')
         FROM pg_catalog.pg_type AS t
         JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
         WHERE t.typtype = 'e' AND n.nspname !~ '^pg_'
         ORDER BY 2, 3",
    )
    .persistent(false)
    .fetch_all(connection)
    .await?;
    let live = |(oid, schema, name, labels, owner, owned, of_extension)| LiveEnum {
        oid,
        schema,
        name,
        labels,
        owner,
        owned,
        of_extension,
    };
    Ok(rows.into_iter().map(live).collect())
}

/// The one of that name.
pub(crate) fn named<'a>(enums: &'a [LiveEnum], schema: &str, name: &str) -> Option<&'a LiveEnum> {
    enums.iter().find(|live| live.schema == schema && live.name == name)
}

/// Labels as a message lists them, as many as anybody reads.
pub(crate) fn list(labels: &[impl AsRef<str>]) -> String {
    const MOST: usize = 30;
    if labels.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> = labels.iter().take(MOST).map(|label| text::label(label.as_ref())).collect();
    let more = labels.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// What sets the labels there are apart from those that there should be; nothing if that is nothing.
pub(crate) fn difference(live: &[String], expected: &[&str]) -> Option<String> {
    let found = Found {
        number: 0,
        schemas: Vec::new(),
        state: State::Enum(drift::LiveEnum { labels: live.to_vec(), ..Default::default() }),
        role: String::new(),
    };
    let (mut lacks, mut extra, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for found in drifts(&[Definition::new("", expected)], &[found]) {
        match found.verdict {
            Verdict::LabelMissing { label } => lacks.push(label),
            Verdict::LabelExtra { label, .. } => extra.push(label),
            Verdict::CaseOnly { label, theirs } => others.push(format!(
                "it has {} instead of {}, which differs only by case",
                text::label(&theirs),
                text::label(&label)
            )),
            Verdict::Order { .. } => others.push("its labels stand in another order".to_owned()),
            // These are about the type, or about hints.
            _ => {}
        }
    }
    others.dedup();
    let mut parts = Vec::new();
    if !lacks.is_empty() {
        parts.push(format!("it lacks {}", list(&lacks)));
    }
    if !extra.is_empty() {
        parts.push(format!("it has {} as well", list(&extra)));
    }
    parts.extend(others);
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn what_differs_is_said() {
        let live = |labels: &[&str]| labels.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let said = |have: &[&str], want: &[&str]| difference(&live(have), want).unwrap_or_default();
        assert_eq!(said(&["a", "b"], &["a", "b"]), "");
        assert_eq!(said(&["b", "a"], &["a", "b"]), "its labels stand in another order");
        assert_eq!(said(&["a", "x"], &["a", "b"]), "it lacks 'b'; it has 'x' as well");
        assert_eq!(said(&["A"], &["a"]), "it has 'A' instead of 'a', which differs only by case");
    }
}
