//! Which of the migrations' enums a foreign enum means.

use heck::ToUpperCamelCase;
use pg_enum_core::record::{DroppedEnum, Record, RecordedEnum};

use super::{ForeignEnum, SqlType};

/// What the migrations have of the type that an enum names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match<'r> {
    /// The type.
    Found(&'r RecordedEnum),
    /// More than one type that may be meant. Which it is depends on the search path.
    Ambiguous,
    /// Only one that is there no more. Worth a finding where the attributes name the type
    /// ([`ForeignEnum::explicit`]) and there is no other folder that may have it.
    Dropped(&'r DroppedEnum),
    /// Nothing of that name, which is no finding: the type may be another folder's or another
    /// database's, or none at all. For `MySQL` and `SQLite`, the derives need no type; and an enum may be
    /// stored as part of JSON only, whatever its derive says (`InitialSetupStep` in `DefGuard` names a type
    /// that nobody creates).
    Absent,
}

/// Looks the type of `foreign` up in `record`.
///
/// A name without a schema means a type in any schema, since the search path is not known, as long as
/// there is one only. `sql_types` are those of the project's `schema.rs` files ([`diesel_sql_types`]); where
/// they do not have what `DbEnum` goes by, the type is the one that diesel's CLI calls so.
///
/// [`diesel_sql_types`]: super::diesel_sql_types
#[must_use]
pub fn find<'r>(foreign: &ForeignEnum, record: &'r Record, sql_types: &[SqlType]) -> Match<'r> {
    let names = Names::of(foreign, sql_types);
    let mut found = record.enums.iter().filter(|there| names.mean(&there.schema, &there.name));
    match (found.next(), found.next()) {
        (Some(there), None) => Match::Found(there),
        (Some(_), Some(_)) => Match::Ambiguous,
        (None, _) => {
            // Of those, the last.
            let mut gone = record.dropped.iter().rev();
            gone.find(|gone| names.mean(&gone.schema, &gone.name))
                .map_or(Match::Absent, Match::Dropped)
        }
    }
}

/// Of these types, the one whose name is most like that of an enum's type: the same letters in any case and
/// with any underscores, as `RoadPhase` and `road_phase`. Nothing if there is none or more than one.
#[must_use]
pub fn nearest<'r>(
    foreign: &ForeignEnum,
    types: impl IntoIterator<Item = &'r RecordedEnum>,
) -> Option<&'r RecordedEnum> {
    let letters = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = letters(&foreign.name.value);
    // A name with a schema in it, where the codec takes no schema, is the name of no type.
    let alone = foreign.name.value.rsplit('.').next().map(letters).unwrap_or_default();
    let mut alike = types.into_iter().filter(|there| {
        let name = letters(&there.name);
        name == wanted || name == alone
    });
    alike.next().filter(|_| alike.next().is_none())
}

/// What an enum's type may be called.
enum Names<'a> {
    /// These, each with its schema.
    Exactly(Vec<(Option<&'a str>, &'a str)>),
    /// This, in any case.
    Folded(Option<&'a str>, &'a str),
    /// Whatever diesel's CLI makes this of: `tpe.to_upper_camel_case()` in
    /// `infer_schema_internals/pg.rs`, `diesel_cli` 2.2.12.
    InDiesel(&'a str),
}

impl<'a> Names<'a> {
    fn of(foreign: &'a ForeignEnum, sql_types: &'a [SqlType]) -> Self {
        let name = &*foreign.name.value;
        let schema = foreign.schema.as_ref().map(|schema| &*schema.value);
        let Some(path) = &foreign.sql_type else {
            return if foreign.folded {
                Self::Folded(schema, name)
            } else {
                Self::Exactly(vec![(schema, name)])
            };
        };
        let declared = sql_types.iter().filter(|declared| declared.ident == path.value);
        let declared: Vec<_> = declared
            .map(|declared| {
                (declared.schema.as_ref().map(|schema| &*schema.value), &*declared.name.value)
            })
            .collect();
        if declared.is_empty() { Self::InDiesel(&path.value) } else { Self::Exactly(declared) }
    }

    fn mean(&self, schema: &str, name: &str) -> bool {
        let within = |wanted: Option<&str>| wanted.is_none_or(|wanted| wanted == schema);
        match self {
            Self::Exactly(names) => {
                names.iter().any(|(wanted, called)| within(*wanted) && *called == name)
            }
            Self::Folded(wanted, called) => {
                within(*wanted) && called.to_lowercase() == name.to_lowercase()
            }
            Self::InDiesel(called) => name.to_upper_camel_case() == *called,
        }
    }
}

#[cfg(test)]
mod tests {
    use pg_enum_core::record::{DroppedEnum, Origin, Record, RecordedEnum};

    use super::{Match, find};
    use crate::foreign::{Imports, Reading, SqlType, diesel_sql_types, read};

    fn found(source: &str, schema_file: &str, there: &[(&str, &str)]) -> String {
        let at = || Origin { file: "m.sql".into(), line: 1 };
        let record = Record {
            default_schema: "public".into(),
            enums: there
                .iter()
                .map(|(schema, name)| RecordedEnum {
                    schema: (*schema).into(),
                    name: (*name).into(),
                    known: true,
                    created: at(),
                    labels: vec![],
                })
                .collect(),
            dropped: vec![DroppedEnum { schema: "public".into(), name: "gone".into(), at: at() }],
            ..Record::default()
        };
        let item = syn::parse_str(source).unwrap();
        let sql_types: Vec<SqlType> = diesel_sql_types(&syn::parse_str(schema_file).unwrap());
        let readings = read(&item, &Imports::default());
        let [Reading::Enum(foreign)] = &readings[..] else { panic!("{readings:?}") };
        match find(foreign, &record, &sql_types) {
            Match::Found(there) => format!("{}.{}", there.schema, there.name),
            Match::Ambiguous => "ambiguous".into(),
            Match::Dropped(gone) => format!("dropped {}", gone.name),
            Match::Absent => "absent".into(),
        }
    }

    #[test]
    fn an_unquoted_name_means_any_case() {
        let sqlx = "#[derive(sqlx::Type)] enum OrderStatus { A }";
        for (there, expected) in [
            (&[("public", "orderstatus")][..], "public.orderstatus"),
            (&[("app", "OrderStatus")], "app.OrderStatus"),
            (&[("public", "order_status")], "absent"),
            (&[("public", "orderstatus"), ("app", "orderstatus")], "ambiguous"),
            (&[("public", "orderstatus"), ("public", "OrderStatus")], "ambiguous"),
        ] {
            assert_eq!(found(sqlx, "", there), expected);
        }
        let gone = "#[derive(sqlx::Type)] #[sqlx(type_name = \"gone\")] enum E { A }";
        assert_eq!(found(gone, "", &[]), "dropped gone");
    }

    #[test]
    fn a_schema_tells_two_types_of_one_name_apart() {
        let sqlx =
            |name| format!("#[derive(sqlx::Type)] #[sqlx(type_name = {name:?})] enum E {{ A }}");
        let there = [("app", "mood"), ("public", "mood")];
        assert_eq!(found(&sqlx("app.mood"), "", &there), "app.mood");
        assert_eq!(found(&sqlx("APP.mood"), "", &there), "app.mood");
        assert_eq!(found(&sqlx("\"APP\".mood"), "", &there), "absent");
        assert_eq!(found(&sqlx("\"Mood\""), "", &there), "absent");
        assert_eq!(found(&sqlx("mood"), "", &there), "ambiguous");
    }

    #[test]
    fn other_names_are_exact() {
        let postgres = "#[derive(postgres_types::ToSql)] enum Mood { A }";
        assert_eq!(found(postgres, "", &[("public", "mood")]), "absent");
        assert_eq!(found(postgres, "", &[("public", "Mood")]), "public.Mood");
    }

    #[test]
    fn a_path_of_diesels_is_found_in_its_schema_or_by_its_rule() {
        let by_path = "#[derive(DbEnum)] #[ExistingTypePath = \"sql_types::V2Mood\"] enum E { A }";
        let there = [("public", "v2_mood"), ("app", "V2_Mood_"), ("public", "mood")];
        assert_eq!(found(by_path, "", &there[..1]), "public.v2_mood");
        assert_eq!(found(by_path, "", &there), "ambiguous");
        let schema_file = "#[diesel(postgres_type(name = \"mood\"))] struct V2Mood;";
        assert_eq!(found(by_path, schema_file, &there), "public.mood");
        let schema_file =
            "#[diesel(postgres_type(name = \"mood\", schema = \"x\"))] struct V2Mood;";
        assert_eq!(found(by_path, schema_file, &there), "absent");
    }
}
