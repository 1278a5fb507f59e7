//! Names of types and labels that stand somewhere else than in the migration.

use super::{sea_orm, steps_of};

const UNKNOWN: &str = "? this type is not named by literals";

/// What a migration does that builds a type, beside other files: the lines after their number.
fn created(before: &str, build: &str, files: &[(&str, &str)]) -> String {
    let text = format!(
        "{before}\nimpl MigrationTrait for Migration {{ async fn up(&self, manager: &SchemaManager) -> R {{\n{build} }} }}"
    );
    let mut all = vec![("migration/src/m1.rs", &*text)];
    all.extend(files);
    let steps = steps_of(&all);
    let of =
        |step: &String| step.split_once(": ").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    steps.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn create(name: &str, values: &str) -> String {
    format!("manager.create_type(Type::create().as_enum({name}).values({values}).to_owned()).await")
}

#[test]
fn of_other_modules_and_packages() {
    let files = [
        (
            "migration/Cargo.toml",
            "[package]\nname = \"migration\"\n[dependencies]\nentity = { path = \"../entity\" }\nshop-types.workspace = true\nfar = \"1\"",
        ),
        ("Cargo.toml", "[workspace.dependencies]\nshop-types = { path = \"types\" }"),
        ("types/Cargo.toml", "[package]\nname = \"shop-types\"\n[lib]\npath = \"lib/all.rs\""),
        ("types/lib/all.rs", "#[derive(DeriveIden)] pub enum Role { Table, Admin }"),
        ("entity/src/lib.rs", "pub mod moods;\npub use moods::*;"),
        (
            "entity/src/moods.rs",
            "#[derive(DeriveIden, EnumIter)] pub enum Mood { Table, Sad }\n#[derive(DeriveActiveEnum)] #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"phase\")] pub enum Phase { #[sea_orm(string_value = \"new\")] New, #[sea_orm(string_value = \"in_use\")] Used }",
        ),
        (
            "migration/src/lib.rs",
            "mod m1; mod common;\nmod idens { #[derive(DeriveIden)] pub enum Inline { Table, One } }\n#[path = \"elsewhere/kept.rs\"] mod kept;",
        ),
        (
            "migration/src/common/mod.rs",
            "mod deep; pub use self::deep::Deep as Shallow; pub const NAME: &str = \"by_constant\";",
        ),
        (
            "migration/src/common/deep.rs",
            "#[derive(Iden)] #[iden = \"deep_type\"] pub enum Deep { Table, #[iden(rename = \"X\")] Y }",
        ),
        ("migration/src/elsewhere/kept.rs", "#[derive(DeriveIden)] pub struct KeptType;"),
    ];
    for (before, name, values, expected) in [
        (
            "use crate::common::Shallow;",
            "Shallow::Table",
            "[Shallow::Y]",
            "deep_type AS ENUM ('X')",
        ),
        (
            "use super::common::{self, Shallow as S};",
            "S::Table",
            "vec![common::Shallow::Y]",
            "deep_type AS ENUM ('X')",
        ),
        ("use crate::idens::*;", "Inline::Table", "[Inline::One]", "inline AS ENUM ('one')"),
        ("", "crate::kept::KeptType", "[\"a\"]", "kept_type AS ENUM ('a')"),
        ("", "super::common::NAME", "[\"a\"]", "by_constant AS ENUM ('a')"),
        ("use entity::moods::Mood;", "Mood::Table", "Mood::iter().skip(1)", "mood AS ENUM ('sad')"),
        ("use entity::Mood as Now;", "Now::Table", "[Now::Sad]", "mood AS ENUM ('sad')"),
        ("use shop_types::Role;", "Role::Table", "[Role::Admin]", "role AS ENUM ('admin')"),
        (
            "use entity::Phase;",
            "Phase::name()",
            "Phase::iden_values()",
            "phase AS ENUM ('new', 'in_use')",
        ),
        (
            "use entity::{PhaseEnum, PhaseVariant};",
            "PhaseEnum",
            "PhaseVariant::iter()",
            "phase AS ENUM ('new', 'in_use')",
        ),
    ] {
        let found = created(before, &create(name, values), &files);
        assert_eq!(found, format!("CREATE TYPE {expected}"), "{before} {name}");
    }
    for (before, name) in
        [("use far::Mood;", "Mood::Table"), ("use crate::gone::Mood;", "Mood::Table")]
    {
        assert_eq!(created(before, &create(name, "[\"a\"]"), &files), UNKNOWN, "{before}");
    }
    let within = "{ use entity::moods::Mood; ";
    let found =
        created("", &format!("{within}{} }}", create("Mood::Table", "[Mood::Sad]")), &files);
    assert_eq!(found, "CREATE TYPE mood AS ENUM ('sad')");
}

#[test]
fn imports_in_a_circle_have_an_end() {
    let files = [
        ("migration/src/lib.rs", "mod m1; mod a; mod b; pub use a::*; pub use b::Gone;"),
        ("migration/src/a.rs", "pub use crate::*; pub use super::b::*;"),
        ("migration/src/b.rs", "pub use crate::a::*; pub use crate::Gone;"),
    ];
    assert_eq!(created("use crate::*;", &create("Gone::Table", "[\"a\"]"), &files), UNKNOWN);
}

#[test]
fn by_an_impl_that_is_written_by_hand() {
    let enums = [
        "fn unquoted(&self, s: &mut dyn Write) { write!(s, \"{}\", match self { Self::Type => \"mood\", Self::Sad => \"Sad\" }).unwrap(); }",
        "fn unquoted(&self, s: &mut dyn std::fmt::Write) { s.write_str(match *self { Mood::Type => \"mood\", Mood::Sad => \"Sad\" }).unwrap() }",
        "fn unquoted(&self) -> &str { match self { Mood::Type => \"mood\", Mood::Sad => \"Sad\" } }",
        "fn unquoted(&self, s: &mut dyn Write) { let name = match self { Self::Type => \"mood\", Self::Sad => \"Sad\" }; s.write_str(name).unwrap(); }",
    ];
    for text in enums {
        let more = format!("pub enum Mood {{ Type, Sad }}\nimpl Iden for Mood {{ {text} }}");
        let found = sea_orm(&create("Mood::Type", "[Mood::Sad]"), &more);
        assert_eq!(found, ["3: CREATE TYPE mood AS ENUM ('Sad')"], "{text}");
    }
    let own = "struct MoodType; impl Iden for MoodType { fn unquoted(&self, s: &mut dyn Write) { write!(s, \"mood\").unwrap() } }";
    assert_eq!(sea_orm(&create("MoodType", "[\"a\"]"), own), ["3: CREATE TYPE mood AS ENUM ('a')"]);
    let made = "enum Mood { Type } impl Iden for Mood { fn unquoted(&self, s: &mut dyn Write) { s.write_str(&prefix()).unwrap() } }";
    assert_eq!(sea_orm(&create("Mood::Type", "[\"a\"]"), made), [format!("3: {UNKNOWN}")]);
}

#[test]
fn by_attributes() {
    for (item, expected) in [
        // On the enum as a whole, SeaORM's attribute says nothing.
        (
            "#[derive(DeriveIden)] #[sea_orm(iden = \"no\")] enum M { Table, #[sea_orm(iden = \"A b\")] X }",
            "m AS ENUM ('A b')",
        ),
        ("#[derive(Iden)] #[iden(rename = \"yes\")] enum M { Table, X }", "yes AS ENUM ('x')"),
        ("#[derive(IdenStatic, Clone, Copy)] enum M { Table, X }", "m AS ENUM ('x')"),
        (
            "#[derive(sea_query::Iden)] #[strum(serialize_all = \"UPPERCASE\")] enum M { Table, #[strum(serialize = \"other\")] X }",
            "m AS ENUM ('x')",
        ),
        (
            "#[derive(DeriveIden)] enum M { Table, #[cfg(feature = \"sqlite\")] Y, X }",
            "m AS ENUM ('x')",
        ),
    ] {
        let found = sea_orm(&create("M::Table", "[M::X]"), item);
        assert_eq!(found, [format!("3: CREATE TYPE {expected}")], "{item}");
    }
    for item in [
        "#[derive(Iden)] enum M { Table, #[iden(flatten)] X(N) }",
        "#[derive(Iden)] enum M { Table, #[method = \"name\"] X }",
        "#[derive(Iden)] #[iden(method = \"name\")] enum M { Table, X }",
        "enum M { Table, X }",
    ] {
        let found = sea_orm(&create("M::Table", "[M::X]"), item);
        assert_eq!(found, [format!("3: {UNKNOWN}")], "{item}");
    }
}

#[test]
fn of_lists_that_something_is_done_with() {
    let mood = "#[derive(DeriveIden, EnumIter)] enum Mood { Table, Sad, Ok, Glad }";
    for (values, expected) in [
        (
            "Mood::iter().filter(|m| !matches!(m, Mood::Table)).collect::<Vec<_>>()",
            "'sad', 'ok', 'glad'",
        ),
        ("Mood::iter().filter(|m| !matches!(m, Mood::Table | Mood::Ok))", "'sad', 'glad'"),
        ("Mood::iter().filter(|m| *m != Mood::Table && *m != Mood::Glad)", "'sad', 'ok'"),
        ("Mood::iter().skip(1).take(2).map(|m| m.into_iden())", "'sad', 'ok'"),
        ("Mood::iter().skip(1).map(|m| Alias::new(m.to_string()))", "'sad', 'ok', 'glad'"),
        ("[\"a\", \"b\"].map(Alias::new)", "'a', 'b'"),
        ("vec![Mood::Sad.into_iden(), SeaRc::new(Mood::Ok) as DynIden]", "'sad', 'ok'"),
    ] {
        let found = sea_orm(&create("Mood::Table", values), mood);
        assert_eq!(found, [format!("3: CREATE TYPE mood AS ENUM ({expected})")], "{values}");
    }
    for values in [
        "Mood::iter().filter(|m| wanted(m))",
        "Mood::iter().filter(|m| matches!(other, Mood::Ok))",
        "Mood::iter().map(|m| format!(\"{m}\"))",
        "Mood::iter().rev()",
    ] {
        let found = sea_orm(&create("Mood::Table", values), mood);
        assert_eq!(found, [format!("3: {UNKNOWN}")], "{values}");
    }
}

#[test]
fn of_statements_that_are_bound_first() {
    let mood = "#[derive(DeriveIden)] enum Mood { Table, Sad }";
    let create = "CREATE TYPE mood AS ENUM ('sad')";
    for up in [
        "let labels = [Mood::Sad]; let mood = Type::create().as_enum(Mood::Table).values(labels).to_owned(); manager.create_type(mood).await",
        "let name = \"mood\"; manager.create_type(Type::create().as_enum(Alias::new(name)).values(vec![\"sad\"])).await",
        "const MOOD: &str = \"mood\"; manager.create_type(TypeCreateStatement::new().as_enum(MOOD).values([\"sad\"]).to_owned()).await",
        "let sql = Type::create().as_enum(Mood::Table).values([Mood::Sad]).to_string(PostgresQueryBuilder); manager.get_connection().execute_unprepared(&sql).await?; Ok(())",
        "let db = manager.get_connection(); let b = db.get_database_backend(); db.execute(b.build(Type::create().as_enum(Mood::Table).values([Mood::Sad]))).await?; Ok(())",
        "let t = Type::create().as_enum(Mood::Table).values([Mood::Sad]).to_owned(); let db = manager.get_connection(); db.execute(Statement::from_string(B, t.to_string(PostgresQueryBuilder))).await?; Ok(())",
    ] {
        assert_eq!(sea_orm(up, mood), [format!("3: {create}")], "{up}");
    }
    // What it is bound to when it is used.
    for up in [
        "let mut name = \"a\"; name = other(); manager.create_type(Type::create().as_enum(name).values([\"x\"])).await",
        "let name = \"a\"; let name = other(name); manager.create_type(Type::create().as_enum(name).values([\"x\"])).await",
        "let name = name; manager.create_type(Type::create().as_enum(name).values([\"x\"])).await",
    ] {
        assert_eq!(sea_orm(up, mood), [format!("3: {UNKNOWN}")], "{up}");
    }
}
