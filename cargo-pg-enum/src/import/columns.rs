//! The Rust types of columns: exactly those that a driver decodes them to, as `pg_enum::model` lists them.

use super::Enum;
use super::tables::Column;

/// Crates with types for columns, as Cargo names them. Of two for one type, the first that is there is taken.
pub(crate) const CRATES: [&str; 9] = [
    "chrono",
    "time",
    "uuid",
    "serde_json",
    "rust_decimal",
    "bigdecimal",
    "ipnetwork",
    "bit-vec",
    "mac_address",
];

/// What the types in a file are written with.
pub(crate) struct Types<'a> {
    pub(crate) enums: &'a [Enum<'a>],
    /// Those of [`CRATES`] that the package depends on.
    pub(crate) crates: Vec<&'static str>,
    /// The items of the file, which may hide a type of the prelude.
    pub(crate) hidden: Vec<String>,
}

impl Types<'_> {
    /// The type of a field for a column, with `Option` if it can be null; or why there is none.
    pub(crate) fn of(&self, column: &Column) -> Result<String, String> {
        let value = self.value(column)?;
        let value = if column.is_array { format!("{}<{value}>", self.std("Vec")) } else { value };
        Ok(if column.is_not_null { value } else { format!("{}<{value}>", self.std("Option")) })
    }

    fn value(&self, column: &Column) -> Result<String, String> {
        let Column { type_schema, type_name, spelled, .. } = column;
        if type_schema != "pg_catalog" {
            let is_it = |item: &&Enum<'_>| {
                (&item.found.schema, &item.found.name) == (type_schema, type_name)
            };
            if let Some(item) = self.enums.iter().find(is_it) {
                return Ok(item.ident.clone());
            }
            if type_name == "citext" {
                return Ok(self.std("String"));
            }
            return Err(format!("no type of Rust is known for {spelled}"));
        }
        let known: &[(&str, &str)] = match &**type_name {
            "bool" => return Ok("bool".to_owned()),
            "char" => return Ok("i8".to_owned()),
            "int2" => return Ok("i16".to_owned()),
            "int4" => return Ok("i32".to_owned()),
            "int8" => return Ok("i64".to_owned()),
            "oid" => return Ok("u32".to_owned()),
            "float4" => return Ok("f32".to_owned()),
            "float8" => return Ok("f64".to_owned()),
            "text" | "varchar" | "bpchar" | "name" => return Ok(self.std("String")),
            "bytea" => return Ok(format!("{}<u8>", self.std("Vec"))),
            "date" => &[("chrono", "chrono::NaiveDate"), ("time", "time::Date")],
            "time" => &[("chrono", "chrono::NaiveTime"), ("time", "time::Time")],
            "timestamp" => {
                &[("chrono", "chrono::NaiveDateTime"), ("time", "time::PrimitiveDateTime")]
            }
            "timestamptz" => {
                &[("chrono", "chrono::DateTime<chrono::Utc>"), ("time", "time::OffsetDateTime")]
            }
            "uuid" => &[("uuid", "uuid::Uuid")],
            "json" | "jsonb" => &[("serde_json", "serde_json::Value")],
            "numeric" => &[
                ("rust_decimal", "rust_decimal::Decimal"),
                ("bigdecimal", "bigdecimal::BigDecimal"),
            ],
            "inet" | "cidr" => &[("ipnetwork", "ipnetwork::IpNetwork")],
            "bit" | "varbit" => &[("bit-vec", "bit_vec::BitVec")],
            "macaddr" => &[("mac_address", "mac_address::MacAddress")],
            _ => return Err(format!("no type of Rust is known for {spelled}")),
        };
        let is_there = |(name, _): &&(&str, &str)| self.crates.contains(name);
        if let Some((_, path)) = known.iter().find(is_there) {
            return Ok((*path).to_owned());
        }
        let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        Err(format!("{spelled} needs the crate {}", names.join(" or ")))
    }

    /// A type of the prelude, with its path if an item of the file has its name.
    fn std(&self, name: &str) -> String {
        let path = match name {
            "Vec" => "::std::vec::Vec",
            "Option" => "::std::option::Option",
            _ => "::std::string::String",
        };
        if self.hidden.iter().any(|ident| ident == name) {
            path.to_owned()
        } else {
            name.to_owned()
        }
    }
}
