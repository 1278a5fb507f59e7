//! Types of columns (`sqlalchemy/sql/compiler.py`, `GenericTypeCompiler`, and
//! `sqlalchemy/dialects/postgresql/base.py`, `PGTypeCompiler`).

use std::rc::Rc;

use super::enums::{Creates, EnumType, enum_of};
use super::{hole, ident};
use crate::run::{Run, Stop};
use crate::value::{Args, Class, Made, Value, last};

/// A type.
pub(crate) struct Type {
    /// Its name in SQL.
    pub(crate) sql: String,
    /// The enum that it is, or that its items are.
    pub(crate) of: Option<EnumType>,
    pub(crate) affinity: Affinity,
}

/// What a primary key needs to know of the type of its column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Affinity {
    Small,
    Integer,
    Big,
    Numeric,
    Other,
    Unknown,
}

/// How many types may be inside one another.
const MAX_INSIDE: usize = 20;

/// Types that have the same name in SQL, in upper case, and no arguments that show.
const PLAIN: [(&str, &str); 60] = [
    ("BIGINT", "BIGINT"),
    ("BigInteger", "BIGINT"),
    ("BLOB", "BLOB"),
    ("BOOLEAN", "BOOLEAN"),
    ("BYTEA", "BYTEA"),
    ("Boolean", "BOOLEAN"),
    ("CIDR", "CIDR"),
    ("CITEXT", "CITEXT"),
    ("DATE", "DATE"),
    ("DATEMULTIRANGE", "DATEMULTIRANGE"),
    ("DATERANGE", "DATERANGE"),
    ("DOUBLE_PRECISION", "DOUBLE PRECISION"),
    ("Date", "DATE"),
    ("Double", "DOUBLE PRECISION"),
    ("HSTORE", "HSTORE"),
    ("INET", "INET"),
    ("INT", "INTEGER"),
    ("INT4MULTIRANGE", "INT4MULTIRANGE"),
    ("INT4RANGE", "INT4RANGE"),
    ("INT8MULTIRANGE", "INT8MULTIRANGE"),
    ("INT8RANGE", "INT8RANGE"),
    ("INTEGER", "INTEGER"),
    ("Integer", "INTEGER"),
    ("JSON", "JSON"),
    ("JSONB", "JSONB"),
    ("JSONPATH", "JSONPATH"),
    ("JSONPathType", "JSONPATH"),
    ("LargeBinary", "BYTEA"),
    ("MACADDR", "MACADDR"),
    ("MACADDR8", "MACADDR8"),
    ("MONEY", "MONEY"),
    ("NUMMULTIRANGE", "NUMMULTIRANGE"),
    ("NUMRANGE", "NUMRANGE"),
    ("OID", "OID"),
    ("PickleType", "BYTEA"),
    ("REAL", "REAL"),
    ("REGCLASS", "REGCLASS"),
    ("REGCONFIG", "REGCONFIG"),
    ("SMALLINT", "SMALLINT"),
    ("SmallInteger", "SMALLINT"),
    ("TSMULTIRANGE", "TSMULTIRANGE"),
    ("TSQUERY", "TSQUERY"),
    ("TSRANGE", "TSRANGE"),
    ("TSTZMULTIRANGE", "TSTZMULTIRANGE"),
    ("TSTZRANGE", "TSTZRANGE"),
    ("TSVECTOR", "TSVECTOR"),
    // What is of another library, and what that library says it is in PostgreSQL.
    ("ArrowType", "TIMESTAMP WITHOUT TIME ZONE"),
    ("CurrencyType", "VARCHAR(3)"),
    ("CountryType", "VARCHAR(2)"),
    ("EmailType", "VARCHAR(255)"),
    ("IPAddressType", "VARCHAR(50)"),
    ("JSONType", "JSON"),
    ("LocaleType", "VARCHAR(10)"),
    ("LtreeType", "LTREE"),
    ("PasswordType", "BYTEA"),
    ("TimezoneType", "VARCHAR(50)"),
    ("TSVectorType", "TSVECTOR"),
    ("URLType", "TEXT"),
    ("UUIDType", "UUID"),
    ("ColorType", "VARCHAR(20)"),
];

/// The type that a value is, with the schema of the table whose column has it.
pub(crate) fn type_of(
    run: &mut Run<'_>,
    value: &Value,
    table_schema: Option<&Value>,
) -> Result<Type, Stop> {
    type_inside(run, value, table_schema, 0)
}

fn type_inside(
    run: &mut Run<'_>,
    value: &Value,
    schema: Option<&Value>,
    inside: usize,
) -> Result<Type, Stop> {
    if inside > MAX_INSIDE {
        return Ok(unknown());
    }
    match value {
        Value::Made(made) => {
            let args = made.args.borrow().clone();
            if let Some(Value::Class(class)) = args.keyword("@class") {
                return of_class(run, &Rc::clone(class), args, schema, inside);
            }
            if let Some(of) = enum_of(run, made)? {
                return Ok(of_enum(of, schema));
            }
            of_made(run, made, &args, schema, inside)
        }
        // `sa.Integer` without a call.
        Value::Name(name) => {
            let made = Made { of: Rc::clone(name), args: Args::default().into(), at: None };
            if let Some(of) = enum_of(run, &made)? {
                return Ok(of_enum(of, schema));
            }
            of_made(run, &made, &Args::default(), schema, inside)
        }
        Value::Class(class) => of_class(run, &Rc::clone(class), Args::default(), schema, inside),
        _ => Ok(unknown()),
    }
}

/// A type of the repository: what a decorator decorates, or what the class says of itself.
fn of_class(
    run: &mut Run<'_>,
    class: &Rc<Class>,
    mut args: Args,
    schema: Option<&Value>,
    inside: usize,
) -> Result<Type, Stop> {
    let says = ["load_dialect_impl", "get_col_spec"];
    if says.iter().any(|name| class.attribute(name).is_some()) {
        return Ok(unknown());
    }
    match class.attribute("impl") {
        // It gets the arguments of the decorator (`sqlalchemy/sql/type_api.py`, `TypeDecorator.__init__`).
        Some(Value::Name(name)) => {
            args.keywords.retain(|(name, _)| &**name != "@class");
            if class.attribute("__init__").is_some() {
                args = Args { open: true, ..Args::default() };
            }
            type_inside(run, &Value::made(&name, args), schema, inside + 1)
        }
        Some(of @ (Value::Made(_) | Value::Class(_))) => type_inside(run, &of, schema, inside + 1),
        _ => Ok(unknown()),
    }
}

fn of_made(
    run: &mut Run<'_>,
    made: &Made,
    args: &Args,
    schema: Option<&Value>,
    inside: usize,
) -> Result<Type, Stop> {
    let kind = last(&made.of);
    if !crate::imports::is_library(&made.of) {
        return Ok(unknown());
    }
    if let Some((_, sql)) = PLAIN.iter().find(|(known, _)| *known == kind) {
        let affinity = match *sql {
            "BIGINT" => Affinity::Big,
            "INTEGER" => Affinity::Integer,
            "SMALLINT" => Affinity::Small,
            "DOUBLE PRECISION" | "REAL" => Affinity::Numeric,
            _ => Affinity::Other,
        };
        return Ok(Type { sql: (*sql).to_owned(), of: None, affinity });
    }
    let first = args.get(0, "length");
    let sql = match kind {
        "String" | "VARCHAR" | "Unicode" | "NVARCHAR" | "AutoString" => {
            sized("VARCHAR", first.as_ref(), args)
        }
        "Text" | "TEXT" | "UnicodeText" | "CLOB" => sized("TEXT", first.as_ref(), args),
        "CHAR" | "NCHAR" => sized("CHAR", first.as_ref(), args),
        "DateTime" | "TIMESTAMP" | "DATETIME" => time("TIMESTAMP", args),
        "Time" | "TIME" => time("TIME", args),
        "Interval" => "INTERVAL".to_owned(),
        "INTERVAL" => match (args.get(0, "precision"), args.named("fields")) {
            (None | Some(Value::None), None) => "INTERVAL".to_owned(),
            _ => hole(),
        },
        // `tiangolo/sqlmodel`, `sqlmodel/sql/sqltypes.py` (until 0.0.14)
        "UUID" | "Uuid" | "GUID" => match args.named("native_uuid") {
            None | Some(Value::Bool(true)) => "UUID".to_owned(),
            Some(Value::Bool(false)) => "CHAR(32)".to_owned(),
            Some(_) => hole(),
        },
        "Numeric" | "NUMERIC" | "DECIMAL" => {
            let sql = numeric(args.get(0, "precision"), args.get(1, "scale"));
            return Ok(Type { sql, of: None, affinity: Affinity::Numeric });
        }
        "Float" | "FLOAT" => {
            let sql = match args.get(0, "precision") {
                None | Some(Value::None) => "FLOAT".to_owned(),
                Some(Value::Int(precision)) => format!("FLOAT({precision})"),
                Some(_) => hole(),
            };
            return Ok(Type { sql, of: None, affinity: Affinity::Numeric });
        }
        "BIT" => match (args.get(0, "length"), args.get(1, "varying")) {
            (None, None) => "BIT(1)".to_owned(),
            (Some(Value::Int(length)), None | Some(Value::Bool(false))) => {
                format!("BIT({length})")
            }
            (Some(Value::Int(length)), Some(Value::Bool(true))) => {
                format!("BIT VARYING({length})")
            }
            _ => hole(),
        },
        "ARRAY" => return array(run, args, schema, inside),
        "with_variant" => return variant(run, args, schema, inside),
        "MutableDict.as_mutable" | "as_mutable" => {
            let of = args.positional.first().cloned().unwrap_or(Value::Unknown);
            return type_inside(run, &of, schema, inside + 1);
        }
        // Of another database.
        _ => return Ok(unknown()),
    };
    Ok(Type { sql, of: None, affinity: Affinity::Other })
}

fn array(
    run: &mut Run<'_>,
    args: &Args,
    schema: Option<&Value>,
    inside: usize,
) -> Result<Type, Stop> {
    let of = args.get(0, "item_type").unwrap_or(Value::Unknown);
    let of = type_inside(run, &of, schema, inside + 1)?;
    let brackets = match args.named("dimensions") {
        None | Some(Value::None) => "[]".to_owned(),
        Some(Value::Int(dimensions @ 1..=6)) => {
            "[]".repeat(usize::try_from(dimensions).unwrap_or(1))
        }
        Some(_) => return Ok(Type { sql: hole(), affinity: Affinity::Other, ..of }),
    };
    let sql = match of.sql.split_once(" COLLATE") {
        Some((of, collation)) => format!("{of}{brackets} COLLATE{collation}"),
        None => of.sql + &brackets,
    };
    Ok(Type { sql, of: of.of, affinity: Affinity::Other })
}

/// `type.with_variant(other, "postgresql")`: what was made has the first type as its first argument.
fn variant(
    run: &mut Run<'_>,
    args: &Args,
    schema: Option<&Value>,
    inside: usize,
) -> Result<Type, Stop> {
    let [base, other, dialects @ ..] = &args.positional[..] else { return Ok(unknown()) };
    let mut is_ours = Some(false);
    for dialect in dialects {
        match dialect.as_str() {
            Some("postgresql") => is_ours = Some(true),
            Some(_) => {}
            None => is_ours = is_ours.filter(|is_ours| *is_ours),
        }
    }
    match is_ours {
        Some(true) => type_inside(run, &other.clone(), schema, inside + 1),
        Some(false) => {
            let mut ty = type_inside(run, &base.clone(), schema, inside + 1)?;
            // A copy is made, which loses `create_type` of the generic type (`sqlalchemy/sql/sqltypes.py`, `Enum.adapt`, 2.1.9).
            if let Some(of) = &mut ty.of
                && of.asks_not_to_create
                && of.native
            {
                of.creates = Creates::Yes;
            }
            Ok(ty)
        }
        None => Ok(unknown()),
    }
}

/// A type of which nothing is known.
fn unknown() -> Type {
    Type { sql: hole(), of: None, affinity: Affinity::Unknown }
}

fn of_enum(of: EnumType, schema: Option<&Value>) -> Type {
    let sql = if of.native {
        of.sql_name(schema)
    } else {
        // The longest label (`sqlalchemy/sql/sqltypes.py`, `Enum._setup_for_values`), or what is given.
        match (&of.length, &of.labels) {
            (Some(Value::Int(length)), _) => format!("VARCHAR({length})"),
            (None, Some(labels)) => {
                let longest =
                    labels.iter().map(|label| label.text.chars().count()).max().unwrap_or(0);
                format!("VARCHAR({longest})")
            }
            _ => "VARCHAR".to_owned(),
        }
    };
    Type { sql, of: Some(of), affinity: Affinity::Other }
}

fn sized(name: &str, length: Option<&Value>, args: &Args) -> String {
    let mut sql = match length {
        Some(Value::Int(length)) if *length != 0 => format!("{name}({length})"),
        // A length that is not known is taken for none: no enum depends on it.
        _ => name.to_owned(),
    };
    match args.get(1, "collation") {
        None | Some(Value::None) => {}
        Some(collation) => sql.extend([" COLLATE ", &ident(&collation)]),
    }
    sql
}

fn time(name: &str, args: &Args) -> String {
    let zone = match args.get(0, "timezone") {
        None | Some(Value::None | Value::Bool(false)) => "WITHOUT TIME ZONE",
        Some(Value::Bool(true)) => "WITH TIME ZONE",
        Some(_) => return hole(),
    };
    match args.get(1, "precision") {
        None | Some(Value::None) => format!("{name} {zone}"),
        Some(Value::Int(precision)) => format!("{name}({precision}) {zone}"),
        Some(_) => hole(),
    }
}

fn numeric(precision: Option<Value>, scale: Option<Value>) -> String {
    match (precision, scale) {
        (None | Some(Value::None), _) => "NUMERIC".to_owned(),
        (Some(Value::Int(precision)), None | Some(Value::None)) => format!("NUMERIC({precision})"),
        (Some(Value::Int(precision)), Some(Value::Int(scale))) => {
            format!("NUMERIC({precision}, {scale})")
        }
        _ => hole(),
    }
}
