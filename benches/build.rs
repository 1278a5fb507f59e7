//! Writes the enums to compare: the same variants, under each derive.

mod names;

use std::fmt::Write as _;
use std::{env, fs, path::Path};

use crate::names::names;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=names.rs");
    let mut source = String::new();
    let mut drivers = String::new();
    for count in [5, 50, 500] {
        let names: Vec<String> = names(count).collect();
        drivers += &with_drivers(&names);
        let variants = names.join(", ");
        write!(
            source,
            "pub(crate) mod of_{count} {{
                #[derive(Clone, Copy, Debug, PartialEq, pg_enum::PgEnum)]
                #[pg_enum(name = \"of_{count}\")]
                pub(crate) enum Ours {{ {variants} }}
                #[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
                #[sqlx(type_name = \"of_{count}\")]
                pub(crate) enum Sqlx {{ {variants} }}
                #[derive(Clone, Copy, Debug, PartialEq, strum::EnumString)]
                pub(crate) enum Strum {{ {variants} }}
            }}\n"
        )
        .expect("writing to a String does not fail");
    }
    let out = env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR");
    for (name, source) in [("enums.rs", source), ("drivers.rs", drivers)] {
        fs::write(Path::new(&out).join(name), source).expect("OUT_DIR is writable");
    }
}

/// An enum under our derive and under that of each driver. Diesel has none: what stands here is what its own examples
/// write by hand.
fn with_drivers(names: &[String]) -> String {
    let count = names.len();
    let variants = names.join(", ");
    let arms = |arm: fn(&String) -> String| names.iter().map(arm).collect::<Vec<_>>().concat();
    let read = arms(|name| format!("b\"{name}\" => Ok(Self::{name}),"));
    let write = arms(|name| format!("Self::{name} => b\"{name}\","));
    format!(
        "pub(crate) mod of_{count} {{
            pub(crate) use pg_enum_test_sqlx_0_8::of_{count}::Sqlx as Sqlx08;
            #[derive(Clone, Copy, Debug, PartialEq, pg_enum::PgEnum)]
            #[pg_enum(name = \"of_{count}\")]
            pub(crate) enum Ours {{ {variants} }}
            #[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
            #[sqlx(type_name = \"of_{count}\")]
            pub(crate) enum Sqlx09 {{ {variants} }}
            #[derive(Clone, Copy, Debug, PartialEq, postgres_types::ToSql, postgres_types::FromSql)]
            #[postgres(name = \"of_{count}\")]
            pub(crate) enum Postgres {{ {variants} }}
            #[derive(Clone, Copy, Debug, PartialEq, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
            #[sea_orm(rs_type = \"Enum\", db_type = \"Enum\", enum_name = \"of_{count}\", rename_all = \"PascalCase\")]
            pub(crate) enum SeaOrm {{ {variants} }}
            #[derive(Clone, Copy, Debug, PartialEq, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
            #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"of_{count}\", rename_all = \"PascalCase\")]
            pub(crate) enum SeaOrmText {{ {variants} }}
            #[derive(Clone, Copy, Debug, PartialEq, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
            #[diesel(sql_type = crate::By)]
            pub(crate) enum Diesel {{ {variants} }}
            impl diesel::deserialize::FromSql<crate::By, diesel::pg::Pg> for Diesel {{
                fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {{
                    match value.as_bytes() {{ {read} _ => Err(\"Unrecognized enum variant\".into()) }}
                }}
            }}
            impl diesel::serialize::ToSql<crate::By, diesel::pg::Pg> for Diesel {{
                fn to_sql<'b>(
                    &'b self,
                    out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
                ) -> diesel::serialize::Result {{
                    std::io::Write::write_all(out, match self {{ {write} }})?;
                    Ok(diesel::serialize::IsNull::No)
                }}
            }}
        }}\n"
    )
}
