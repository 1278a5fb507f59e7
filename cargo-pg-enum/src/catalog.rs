//! Reads the enums of a database.

use std::string::FromUtf8Error;

use pg_enum_core::Definition;
use pg_enum_core::drift::{self, Found, State, Verdict, drifts};
use pg_enum_migrations::EnumState;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::Oid;
use sqlx::{PgConnection, Row};

use crate::database::{catalog_path, failed, own_path};
use crate::failure::Failure;
use crate::text;

/// An enum in the catalog.
#[derive(Debug, Clone, Default)]
pub(crate) struct EnumType {
    pub(crate) oid: Oid,
    pub(crate) schema: String,
    pub(crate) name: String,
    /// In the type's order.
    pub(crate) labels: Vec<String>,
    /// Those that a check forbids in each column of the type. [`import`](crate::import::retired) sets this.
    pub(crate) retired: Vec<String>,
    pub(crate) comment: Option<String>,
    pub(crate) owner: String,
    /// Whether the user has the rights of its owner.
    pub(crate) owned: bool,
    /// Whether it belongs to an extension, which creates and drops it.
    pub(crate) of_extension: bool,
    /// Whether it is in the schema in which an unqualified `CREATE TYPE` under the database's own path would create
    /// it, and its unqualified name finds it. [`spell`] sets this and the next field.
    pub(crate) at_home: bool,
    /// Its name as the server prints it under that path. sqlx's macros use this name.
    pub(crate) spelled: String,
}

impl EnumType {
    /// `app.mood`
    pub(crate) fn type_name(&self) -> String {
        text::type_name(&self.schema, &self.name)
    }

    pub(crate) fn has_labels_of(&self, state: &EnumState) -> bool {
        self.labels.iter().eq(state.labels.iter().map(|label| &label.text))
    }
}

/// Texts are read as bytes: in a database with the encoding `SQL_ASCII` they can be any bytes, which the server would
/// refuse to send as text.
const QUERY: &str = "
    SELECT t.oid,
        pg_catalog.convert_to(n.nspname::pg_catalog.text, c.encoding) AS schema,
        pg_catalog.convert_to(t.typname::pg_catalog.text, c.encoding) AS name,
        ARRAY(SELECT pg_catalog.convert_to(e.enumlabel::pg_catalog.text, c.encoding)
            FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
        pg_catalog.convert_to(pg_catalog.obj_description(t.oid, 'pg_type'), c.encoding) AS comment,
        pg_catalog.convert_to(pg_catalog.pg_get_userbyid(t.typowner)::pg_catalog.text, c.encoding) AS owner,
        pg_catalog.pg_has_role(t.typowner, 'USAGE') AS owned,
        EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
                AND d.deptype = 'e') AS of_extension
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
        CROSS JOIN (SELECT CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII'
            ELSE 'UTF8' END::pg_catalog.name) AS c (encoding)
    WHERE t.typtype = 'e' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    ORDER BY n.nspname, t.typname";

/// All enums except system and temporary ones, sorted by schema and name, and the approximate names of enums with a
/// text that is not UTF-8. Includes changes of this transaction.
pub(crate) async fn read(
    connection: &mut PgConnection,
) -> Result<(Vec<EnumType>, Vec<String>), sqlx::Error> {
    let rows = sqlx::query(QUERY).persistent(false).fetch_all(connection).await?;
    let (mut types, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        match enum_type(row)? {
            Ok(found) => types.push(found),
            Err(name) => unreadable.push(name),
        }
    }
    Ok((types, unreadable))
}

/// The same, without enums that migrations do not contain.
pub(crate) async fn enums(connection: &mut PgConnection) -> Result<Vec<EnumType>, sqlx::Error> {
    Ok(read(connection).await?.0)
}

/// Finds the names of these types under the database's own path, in a transaction of [`begin`]. Only the types are
/// looked up in that path.
///
/// [`begin`]: crate::database::begin
pub(crate) async fn spell(
    connection: &mut PgConnection,
    types: &mut [EnumType],
) -> Result<(), Failure> {
    own_path(connection).await?;
    let oids: Vec<Oid> = types.iter().map(|found| found.oid).collect();
    let rows: Vec<(Option<String>, bool, Option<String>)> = sqlx::query_as(
        "SELECT u.oid::pg_catalog.regtype::pg_catalog.text,
           COALESCE(pg_catalog.pg_type_is_visible(u.oid), false),
           pg_catalog.current_schema()::pg_catalog.text
         FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS u (oid, i) ORDER BY u.i",
    )
    .bind(&oids)
    .persistent(false)
    .fetch_all(&mut *connection)
    .await
    .map_err(|error| failed("read the names of the enums", &error))?;
    for (found, (spelled, is_visible, home)) in types.iter_mut().zip(rows) {
        found.at_home = is_visible && home.as_deref() == Some(&*found.schema);
        found.spelled = spelled.unwrap_or_default();
    }
    catalog_path(connection).await
}

/// The type, or else its approximate name.
fn enum_type(row: &PgRow) -> Result<Result<EnumType, String>, sqlx::Error> {
    let bytes = |column: &str| row.try_get::<&[u8], _>(column);
    let [schema, name, owner] = [bytes("schema")?, bytes("name")?, bytes("owner")?];
    let comment: Option<Vec<u8>> = row.try_get("comment")?;
    let labels: Vec<Vec<u8>> = row.try_get("labels")?;
    let oid = row.try_get("oid")?;
    let flag = |column: &str| row.try_get::<bool, _>(column);
    let [is_owned, of_extension] = [flag("owned")?, flag("of_extension")?];
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec());
    let found = || {
        Ok::<_, FromUtf8Error>(EnumType {
            oid,
            schema: text(schema)?,
            name: text(name)?,
            labels: labels.into_iter().map(String::from_utf8).collect::<Result<_, _>>()?,
            comment: comment.map(String::from_utf8).transpose()?,
            owner: text(owner)?,
            owned: is_owned,
            of_extension,
            retired: Vec::new(),
            at_home: false,
            spelled: String::new(),
        })
    };
    let lossy =
        || text::type_name(&String::from_utf8_lossy(schema), &String::from_utf8_lossy(name));
    Ok(found().map_err(|_| lossy()))
}

/// The enum with this name.
pub(crate) fn named<'a>(enums: &'a [EnumType], schema: &str, name: &str) -> Option<&'a EnumType> {
    enums.iter().find(|live| live.schema == schema && live.name == name)
}

/// The labels as a list for messages, limited to a readable number.
pub(crate) fn list(labels: &[impl AsRef<str>]) -> String {
    const MOST: usize = 30;
    if labels.is_empty() {
        return "none".to_owned();
    }
    text::list(labels.iter().map(|label| text::label(label.as_ref())), MOST)
}

/// The difference between the existing and the expected labels; `None` if there is none.
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
            Verdict::Order { .. } => others.push("its labels are in another order".to_owned()),
            // The others are about the type, or about hints.
            _ => {}
        }
    }
    others.dedup();
    let mut parts = Vec::new();
    if !lacks.is_empty() {
        parts.push(format!("it lacks {}", list(&lacks)));
    }
    if !extra.is_empty() {
        parts.push(format!("it also has {}", list(&extra)));
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
        assert_eq!(said(&["b", "a"], &["a", "b"]), "its labels are in another order");
        assert_eq!(said(&["a", "x"], &["a", "b"]), "it lacks 'b'; it also has 'x'");
        assert_eq!(said(&["A"], &["a"]), "it has 'A' instead of 'a', which differs only by case");
    }
}
