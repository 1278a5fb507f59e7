//! The enum types of a database, as its catalog has them.

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::database::failed;
use crate::failure::Failure;
use crate::text::type_name;

/// An enum type.
#[derive(Debug, Clone)]
pub(crate) struct EnumType {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) labels: Vec<String>,
    pub(crate) comment: Option<String>,
    /// Whether an unqualified `CREATE TYPE` on this connection would have made it, and its bare name finds it.
    pub(crate) at_home: bool,
    /// Its name as the server spells it on this connection, by which sqlx's macros know it.
    pub(crate) spelled: String,
    /// The same of its array type.
    pub(crate) array_spelled: String,
}

impl EnumType {
    /// `app.mood`
    pub(crate) fn full_name(&self) -> String {
        type_name(&self.schema, &self.name)
    }
}

/// Texts come as bytes: in a database without an encoding (`SQL_ASCII`) they may be any, and the server would
/// refuse to send them as texts.
///
/// A type of an extension is made and dropped by it, and so is nobody's to define.
const QUERY: &str = "
    SELECT pg_catalog.convert_to(n.nspname::pg_catalog.text, c.encoding),
        pg_catalog.convert_to(t.typname::pg_catalog.text, c.encoding),
        pg_catalog.convert_to(pg_catalog.obj_description(t.oid, 'pg_type'), c.encoding),
        COALESCE(n.nspname = pg_catalog.current_schema() AND pg_catalog.pg_type_is_visible(t.oid), false),
        pg_catalog.convert_to(t.oid::pg_catalog.regtype::pg_catalog.text, c.encoding),
        pg_catalog.convert_to(t.typarray::pg_catalog.regtype::pg_catalog.text, c.encoding),
        ARRAY(SELECT pg_catalog.convert_to(e.enumlabel::pg_catalog.text, c.encoding)
            FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
        CROSS JOIN (SELECT CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII'
            ELSE 'UTF8' END::pg_catalog.name) AS c (encoding)
    WHERE t.typtype = 'e'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname !~ '^pg_(toast|temp)'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
                AND d.deptype = 'e')
    ORDER BY n.nspname, t.typname";

/// All of them, by schema and name; without those that have a text which is none, and why.
pub(crate) async fn read(
    connection: &mut PgConnection,
) -> Result<(Vec<EnumType>, Vec<String>), Failure> {
    let rows = sqlx::query(QUERY).persistent(false).fetch_all(connection).await;
    let rows = rows.map_err(|error| failed("read the enums", &error))?;
    let (mut types, mut left_out) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        match enum_type(row).map_err(|error| failed("read the enums", &error))? {
            Ok(found) => types.push(found),
            Err(name) => {
                left_out.push(format!("{name} is left out: not all of its texts are UTF-8"));
            }
        }
    }
    Ok((types, left_out))
}

/// The type, or else what its name looks like.
fn enum_type(row: &PgRow) -> Result<Result<EnumType, String>, sqlx::Error> {
    let [schema, name] = [row.try_get::<&[u8], _>(0)?, row.try_get(1)?];
    let comment: Option<Vec<u8>> = row.try_get(2)?;
    let at_home = row.try_get(3)?;
    let [spelled, array_spelled] = [row.try_get::<&[u8], _>(4)?, row.try_get(5)?];
    let labels: Vec<Vec<u8>> = row.try_get(6)?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec());
    let found = || {
        Ok::<_, std::string::FromUtf8Error>(EnumType {
            schema: text(schema)?,
            name: text(name)?,
            labels: labels.into_iter().map(String::from_utf8).collect::<Result<_, _>>()?,
            comment: comment.map(String::from_utf8).transpose()?,
            at_home,
            spelled: text(spelled)?,
            array_spelled: text(array_spelled)?,
        })
    };
    let lossy = || type_name(&String::from_utf8_lossy(schema), &String::from_utf8_lossy(name));
    Ok(found().map_err(|_| lossy()))
}
