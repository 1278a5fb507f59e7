//! Codecs as they are written by hand, each with what is made of it.

use crate::foreign::testing::{in_files, in_the_first_of};

/// One reading of the first enum of that file.
fn read(file: &str) -> String {
    let found = in_files(file, "");
    assert_eq!(found.len(), 1, "{found:?}");
    found.concat()
}

const ENUM: &str = "enum Mood { Sad, Happy }\n";

fn diesel(to_sql: &str, more: &str) -> String {
    read(&format!(
        "{ENUM} impl ToSql<sql_types::Mood, Pg> for Mood {{
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {{ {to_sql} }}
        }} {more}"
    ))
}

#[test]
fn diesel_writes() {
    let understood = "diesel::serialize::ToSql by Mood: sad, happy, (any)";
    for to_sql in [
        "match self { Mood::Sad => out.write_all(b\"sad\")?, Mood::Happy => out.write_all(b\"happy\")? } Ok(IsNull::No)",
        "match *self { Self::Sad => out.write_all(b\"sad\")?, Self::Happy => out.write_all(\"happy\".as_bytes())?, }; Ok(IsNull::No)",
        "out.write_all(match self { Mood::Sad => b\"sad\", Mood::Happy => &b\"happy\"[..] })?; Ok(IsNull::No)",
        "let label = match self { Mood::Sad => \"sad\", Mood::Happy => { \"happy\" } }; out.write_all(label.as_bytes())?; Ok(IsNull::No)",
        "match self { Mood::Sad => <str as ToSql<Text, Pg>>::to_sql(\"sad\", out), Mood::Happy => ToSql::<Text, Pg>::to_sql(\"happy\", out) }",
        "use Mood::*; let s: &'static str = match self { Sad => \"sad\", Happy => \"happy\" }; write!(out, \"{}\", s)?; Ok(IsNull::No)",
        "match self { Mood::Sad => write!(out, \"sad\")?, Mood::Happy => write!(out, \"happy\")? } Ok(IsNull::No)",
        "let s = match self { Mood::Sad => \"sad\", _ => \"happy\" }; write!(out, \"{s}\").map(|_| IsNull::No).map_err(Into::into)",
    ] {
        assert_eq!(diesel(to_sql, ""), understood, "{to_sql}");
    }
}

#[test]
fn functions_of_the_same_file_are_followed() {
    let arms = "match self { Mood::Sad => \"sad\", Mood::Happy => \"happy\" }";
    for (to_sql, more) in [
        (
            "out.write_all(self.as_str().as_bytes())?; Ok(IsNull::No)",
            format!("impl Mood {{ const fn as_str(&self) -> &'static str {{ {arms} }} }}"),
        ),
        (
            "out.write_all(Self::label(self))?; Ok(IsNull::No)",
            format!(
                "impl Mood {{ fn label(this: &Self) -> &[u8] {{ this.name().as_bytes() }} fn name(self) -> &'static str {{ return {arms}; }} }}"
            ),
        ),
        (
            "out.write_all(self.to_string().as_bytes())?; Ok(IsNull::No)",
            format!(
                "impl fmt::Display for Mood {{ fn fmt(&self, f: &mut Formatter) -> fmt::Result {{ f.write_str({arms}) }} }}"
            ),
        ),
        (
            "write!(out, \"{}\", self)?; Ok(IsNull::No)",
            format!(
                "impl fmt::Display for Mood {{ fn fmt(&self, f: &mut Formatter) -> fmt::Result {{ let s = {arms}; write!(f, \"{{s}}\") }} }}"
            ),
        ),
        (
            "out.write_all(self.as_ref().as_bytes())?; Ok(IsNull::No)",
            format!("impl AsRef<str> for Mood {{ fn as_ref(&self) -> &str {{ {arms} }} }}"),
        ),
        (
            "let s: &str = (*self).into(); out.write_all(s.as_bytes())?; Ok(IsNull::No)",
            format!(
                "impl From<Mood> for &'static str {{ fn from(mood: Mood) -> Self {{ {} }} }}",
                arms.replace("self", "mood")
            ),
        ),
        (
            "out.write_all(String::from(self).as_bytes())?; Ok(IsNull::No)",
            format!(
                "impl From<&Mood> for String {{ fn from(mood: &Mood) -> String {{ {}.to_string() }} }}",
                arms.replace("self", "mood")
            ),
        ),
    ] {
        assert_eq!(
            diesel(to_sql, &more),
            "diesel::serialize::ToSql by Mood: sad, happy, (any)",
            "{to_sql}"
        );
    }
}

#[test]
fn what_is_no_literal_is_not_guessed() {
    for (to_sql, expected) in [
        (
            "out.write_all(match self { Mood::Sad => SAD, Mood::Happy => HAPPY })?; Ok(IsNull::No)",
            "this is not a literal",
        ),
        (
            "out.write_all(format!(\"{:?}\", self).as_bytes())?; Ok(IsNull::No)",
            "the macro `format!` is not followed",
        ),
        (
            "out.write_all(self.as_ref().as_bytes())?; Ok(IsNull::No)",
            "`as_ref` is not in this file",
        ),
        (
            "let s = match self { Mood::Sad => \"Sad\", _ => \"Happy\" }; out.write_all(s.to_lowercase().as_bytes())?; Ok(IsNull::No)",
            "`to_lowercase` is not followed",
        ),
        (
            "match self { Mood::Sad if x => out.write_all(b\"a\")?, _ => out.write_all(b\"b\")? } Ok(IsNull::No)",
            "this pattern is not followed",
        ),
        (
            "out.write_all(b\"x-\")?; match self { Mood::Sad => out.write_all(b\"a\")?, _ => out.write_all(b\"b\")? } Ok(IsNull::No)",
            "it writes or returns more than one thing",
        ),
        (
            "if *self == Mood::Sad { out.write_all(b\"a\")? } else { out.write_all(b\"b\")? } Ok(IsNull::No)",
            "this is not followed",
        ),
        ("helper(self, out)", "`helper` is not followed"),
    ] {
        assert_eq!(
            diesel(to_sql, ""),
            format!("diesel::serialize::ToSql is not understood: {expected}"),
            "{to_sql}"
        );
    }
    let circle = "impl Mood { fn a(&self) -> &str { self.b() } fn b(&self) -> &str { self.a() } }";
    assert_eq!(
        diesel("out.write_all(self.a())?; Ok(IsNull::No)", circle),
        "diesel::serialize::ToSql is not understood: its functions call one another too deeply"
    );
}

/// One helper for several enums, as holaplex/indexer has it.
const HELPERS: &str = "fn to_bytes<T: Display, W: Write, N: FnOnce(&T) -> bool>(val: &T, mut out: W, is_null: N) -> serialize::Result {
        out.write_fmt(format_args!(\"{val}\"))?;
        Ok(if is_null(val) { IsNull::Yes } else { IsNull::No })
    }
    fn from_bytes<T: FromStr>(bytes: Option<&[u8]>) -> deserialize::Result<T> {
        std::str::from_utf8(diesel::not_none!(bytes))?.parse().map_err(Into::into)
    }
    impl ToSql<Q, Pg> for Mood { fn to_sql<W: Write>(&self, out: &mut Output<W, Pg>) -> serialize::Result { to_bytes(self, out, |_| false) } }
    impl FromSql<Q, Pg> for Mood { fn from_sql(bytes: Option<&[u8]>) -> deserialize::Result<Self> { from_bytes(bytes) } }";

#[test]
fn functions_that_no_type_has_are_followed() {
    let arms = "match self { Mood::Sad => \"sad\", Mood::Happy => \"happy\" }";
    let by_hand = format!(
        "{ENUM}{HELPERS} impl Display for Mood {{ fn fmt(&self, f: &mut Formatter) -> fmt::Result {{ f.write_str({arms}) }} }}
         impl FromStr for Mood {{ fn from_str(s: &str) -> Result<Self> {{ match s {{ \"sad\" => Ok(Mood::Sad), \"happy\" => Ok(Mood::Happy), _ => Err(x) }} }} }}"
    );
    assert_eq!(read(&by_hand), "diesel::serialize::ToSql by Q: sad, happy");
    let twice = format!("{by_hand} mod other {{ fn to_bytes() {{}} }}");
    assert_eq!(
        read(&twice),
        "diesel::serialize::ToSql is not understood: `to_bytes` is not followed"
    );
    let without = format!("{ENUM}{HELPERS}");
    assert_eq!(
        read(&without),
        "diesel::serialize::ToSql is not understood: `to_string` is not in this file"
    );
    let itself = "fn again(m: &Mood) -> R { again(m) }";
    assert_eq!(
        diesel("again(self)", itself),
        "diesel::serialize::ToSql is not understood: its functions call one another too deeply"
    );
}

#[test]
fn derives_of_strum_write_and_read() {
    let of = |attributes: &str, variants: &str| {
        read(&format!(
            "use strum_macros::{{Display, EnumString}}; {attributes} enum Mood {{ {variants} }} {HELPERS}"
        ))
    };
    let both = "#[derive(Display, EnumString)]";
    let understood = "diesel::serialize::ToSql by Q:";
    for (attributes, variants, expected) in [
        (both, "Sad, VeryHappy", "Sad, VeryHappy"),
        (
            "#[derive(strum::Display, strum::EnumString)] #[strum(serialize_all = \"kebab-case\")]",
            "Sad, VeryHappy",
            "sad, very-happy",
        ),
        (
            both,
            "#[strum(serialize = \"s\", serialize = \"sad\")] Sad, #[strum(to_string = \"x\")] Happy",
            "sad, x, (s)",
        ),
        (both, "#[strum(to_string = \"x\", serialize = \"long\")] Sad", "x, (long)"),
        ("#[derive(Display, EnumString)] #[strum(ascii_case_insensitive)]", "Sad", "Sad, (any)"),
        ("#[derive(Display, EnumString)] #[strum(prefix = \"p_\")]", "Sad", "p_Sad!, (Sad)"),
        (both, "Sad, #[strum(disabled)] Never", "Sad"),
    ] {
        assert_eq!(
            of(attributes, variants),
            format!("{understood} {expected}"),
            "{attributes} {variants}"
        );
    }
    for (attributes, variants, function) in [
        ("#[derive(derive_more::Display, EnumString)]", "Sad", "to_string"),
        ("#[derive(EnumString)]", "Sad", "to_string"),
        ("#[derive(Display)] #[strum(serialize_all = \"unknown\")]", "Sad", "to_string"),
        (both, "#[strum(to_string = X)] Sad", "to_string"),
    ] {
        assert_eq!(
            of(attributes, variants),
            format!("diesel::serialize::ToSql is not understood: `{function}` is not in this file"),
            "{attributes} {variants}"
        );
    }
    let as_ref = "#[derive(strum::AsRefStr)] enum Mood { Sad, Happy } impl ToSql<Q, Pg> for Mood {
        fn to_sql(&self, out: &mut Output<Pg>) -> R { out.write_all(self.as_ref().as_bytes())?; Ok(IsNull::No) } }";
    assert_eq!(read(as_ref), "diesel::serialize::ToSql by Q: Sad, Happy, (any)");
    let into = "#[derive(strum::IntoStaticStr)] enum Mood { Sad, Happy } impl ToSql<Q, Pg> for Mood {
        fn to_sql(&self, out: &mut Output<Pg>) -> R { let s: &str = self.into(); out.write_all(s.as_bytes())?; Ok(IsNull::No) } }";
    assert_eq!(read(into), "diesel::serialize::ToSql by Q: Sad, Happy, (any)");
}

fn both(from_sql: &str, more: &str) -> String {
    diesel(
        "out.write_all(match self { Mood::Sad => b\"sad\", Mood::Happy => b\"happy\" })?; Ok(IsNull::No)",
        &format!(
            "impl FromSql<sql_types::Mood, Pg> for Mood {{
                fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {{ {from_sql} }}
            }} {more}"
        ),
    )
}

#[test]
fn diesel_reads() {
    let arms = "{ \"sad\" => Ok(Mood::Sad), \"happy\" => Ok(Self::Happy), other => Err(format!(\"{other}\").into()) }";
    for from_sql in [
        "match bytes.as_bytes() { b\"sad\" => Ok(Mood::Sad), b\"happy\" => Ok(Mood::Happy), _ => Err(\"unknown\".into()) }".to_owned(),
        "match not_none!(bytes) { b\"sad\" => Ok(Mood::Sad), b\"happy\" => Ok(Mood::Happy), _ => Err(\"unknown\".into()) }".to_owned(),
        "match bytes { Some(b\"sad\") => Ok(Mood::Sad), Some(b\"happy\") => Ok(Mood::Happy), None => Err(Null), _ => panic!() }".to_owned(),
        format!("match std::str::from_utf8(bytes.as_bytes())? {arms}"),
        format!("let s = <String as FromSql<Text, Pg>>::from_sql(bytes)?; match s.as_str() {arms}"),
        "let s = String::from_utf8_lossy(bytes.as_bytes()); Ok(match &*s { \"sad\" => Mood::Sad, \"happy\" => Mood::Happy, _ => return Err(\"x\".into()) })".to_owned(),
    ] {
        assert_eq!(both(&from_sql, ""), "diesel::serialize::ToSql by Mood: sad, happy", "{from_sql}");
    }
    for from_sql in [
        "Ok(str::from_utf8(bytes.as_bytes())?.parse()?)",
        "Mood::from_str(str::from_utf8(bytes.as_bytes())?).map_err(|e| e.into())",
    ] {
        let from_str = format!(
            "impl FromStr for Mood {{ fn from_str(s: &str) -> Result<Self, String> {{ match s {arms} }} }}"
        );
        assert_eq!(both(from_sql, &from_str), "diesel::serialize::ToSql by Mood: sad, happy");
    }
}

#[test]
fn what_is_read_need_not_be_what_is_written() {
    assert_eq!(
        both(
            "match bytes.as_bytes() { b\"sad\" | b\"SAD\" => Ok(Mood::Sad), b\"happy\" => Ok(Mood::Happy), _ => Err(x) }",
            ""
        ),
        "diesel::serialize::ToSql by Mood: sad, happy, (SAD)"
    );
    assert_eq!(
        both("match bytes.as_bytes() { b\"sad\" => Ok(Mood::Sad), _ => Err(x) }", ""),
        "diesel::serialize::ToSql by Mood: sad, happy!"
    );
    assert_eq!(
        both("match bytes.as_bytes() { b\"sad\" => Ok(Mood::Sad), _ => Ok(Mood::Happy) }", ""),
        "diesel::serialize::ToSql by Mood: sad, happy, (any)"
    );
    // What is not understood may read anything.
    assert_eq!(both("parse(bytes)", ""), "diesel::serialize::ToSql by Mood: sad, happy, (any)");
    // What is never written need not be there.
    assert_eq!(
        read(&format!(
            "{ENUM} impl FromSql<Feeling, Pg> for Mood {{ fn from_sql(bytes: Option<&[u8]>) -> Result<Self> {{
                match not_none!(bytes) {{ b\"sad\" => Ok(Mood::Sad), b\"x\" => Ok(Mood::Happy), _ => Err(x) }} }} }}"
        )),
        "diesel::serialize::ToSql by Feeling: sad?, x?"
    );
}

#[test]
fn other_types_and_backends() {
    let of = |trait_: &str| {
        in_files(
            &format!(
                "{ENUM} impl {trait_} for Mood {{ fn to_sql(&self, out: &mut Output<Pg>) -> Result {{ todo!() }} }}"
            ),
            "",
        )
    };
    assert_eq!(of("ToSql<Text, Pg>"), ["diesel::serialize::ToSql is stored as text"]);
    assert_eq!(of("ToSql<SmallInt, Pg>"), ["diesel::serialize::ToSql is stored as an integer"]);
    assert_eq!(of("ToSql<Jsonb, Pg>"), ["diesel::serialize::ToSql is stored as Jsonb"]);
    assert!(of("ToSql<Mood, Sqlite>").is_empty());
    let any = in_files(
        &format!(
            "{ENUM} impl<DB: Backend> ToSql<Q, DB> for Mood where str: ToSql<Text, DB> {{ fn to_sql(&self, out: &mut Output<DB>) -> Result {{ match self {{ Mood::Sad => \"a\".to_sql(out), Mood::Happy => \"b\".to_sql(out) }} }} }}"
        ),
        "",
    );
    assert_eq!(any, ["diesel::serialize::ToSql by Q: a, b, (any)"]);
    // rusqlite's.
    assert!(in_files(&format!("{ENUM} impl ToSql for Mood {{ fn to_sql(&self) -> Result<ToSqlOutput> {{ todo!() }} }}"), "").is_empty());
}

#[test]
fn several_types_and_several_enums() {
    let of = |ty: &str| {
        format!(
            "impl ToSql<{ty}, Pg> for Mood {{ fn to_sql(&self, out: &mut Output<Pg>) -> Result {{ out.write_all(match self {{ Mood::Sad => b\"a\", _ => b\"b\" }})?; Ok(IsNull::No) }} }}\n"
        )
    };
    let two = format!("{ENUM}{}{}", of("Feeling"), of("Text"));
    assert_eq!(read(&two), "diesel::serialize::ToSql by Feeling: a, b, (any)");
    let twice = format!("{ENUM}{} mod old {{ enum Mood {{ Sad }} }}", of("Feeling"));
    assert_eq!(
        read(&twice),
        "diesel::serialize::ToSql is not understood: its file has more than one enum of this name"
    );
}

#[test]
fn impls_that_are_not_seen() {
    let said = |attribute: &str| read(&format!("#[derive(AsExpression)] {attribute} {ENUM}"));
    assert_eq!(
        said("#[diesel(sql_type = crate::schema::sql_types::Feeling)]"),
        "diesel::serialize::ToSql is not understood: its `ToSql` for `Feeling` is not in the package's source"
    );
    assert_eq!(said("#[sql_type = \"Text\"]"), "diesel::serialize::ToSql is stored as text");
    assert_eq!(
        said("#[diesel(foreign_derive, sql_type = Integer)]"),
        "diesel::serialize::ToSql is stored as an integer"
    );
    assert!(in_files(ENUM, "").is_empty());
}

fn postgres(accepts: &str) -> String {
    read(&format!(
        "{ENUM} impl postgres_types::ToSql for Mood {{
            fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error>> {{
                match self {{ Mood::Sad => {{ \"sad\".to_sql(ty, out) }} Mood::Happy => \"happy\".to_sql(ty, out), }}
            }}
            {accepts}
            to_sql_checked!();
        }}
        impl<'a> FromSql<'a> for Mood {{
            fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error>> {{
                Ok(Self::from(String::from_sql(ty, raw)?))
            }}
        }}
        impl From<String> for Mood {{ fn from(s: String) -> Self {{ match s.as_str() {{ \"sad\" => {{ Mood::Sad }} _ => {{ Mood::Happy }} }} }} }}"
    ))
}

#[test]
fn postgres_types() {
    let understood = "postgres_types::ToSql =mood: sad, happy, (any)";
    for accepts in [
        "fn accepts(ty: &Type) -> bool { ty.name() == \"mood\" }",
        "fn accepts(ty: &Type) -> bool { \"mood\" == ty.name() || <&str as ToSql>::accepts(ty) }",
        "fn accepts(ty: &Type) -> bool { matches!(ty.name(), \"mood\" | \"text\") }",
        "fn accepts(ty: &Type) -> bool { if ty.name() != \"mood\" { return false; } matches!(ty.kind(), Kind::Enum(_)) }",
        "fn accepts(ty: &Type) -> bool { match ty.name() { \"mood\" => true, _ => false } }",
        "fn accepts(ty: &Type) -> bool { matches!(ty.kind(), Kind::Enum(_)) && ty.name() == \"mood\" }",
    ] {
        assert_eq!(postgres(accepts), understood, "{accepts}");
    }
    for (accepts, expected) in [
        ("accepts!(TEXT, VARCHAR);", "is stored as text"),
        ("fn accepts(ty: &Type) -> bool { <&str as ToSql>::accepts(ty) }", "is stored as text"),
        ("fn accepts(ty: &Type) -> bool { *ty == Type::TEXT }", "is stored as text"),
        ("fn accepts(_: &Type) -> bool { true }", "is not understood: `accepts` names no type"),
        (
            "fn accepts(ty: &Type) -> bool { ty.name() == \"a\" || ty.name() == \"b\" }",
            "is not understood: `accepts` names more than one type",
        ),
    ] {
        assert_eq!(postgres(accepts), format!("postgres_types::ToSql {expected}"), "{accepts}");
    }
}

#[test]
fn sqlx() {
    let sqlx = |type_info: &str| {
        read(&format!(
            "{ENUM} impl sqlx::Type<Postgres> for Mood {{ fn type_info() -> PgTypeInfo {{ {type_info} }} }}
            impl<'q> Encode<'q, Postgres> for Mood {{ fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull> {{
                let s = match self {{ Mood::Sad => \"sad\", Mood::Happy => \"happy\" }};
                <&str as Encode<Postgres>>::encode(s, buf)
            }} }}
            impl<'r> Decode<'r, Postgres> for Mood {{ fn decode(value: PgValueRef<'r>) -> Result<Self> {{
                let s = <&str as Decode<Postgres>>::decode(value)?;
                match s {{ \"sad\" => Ok(Mood::Sad), \"happy\" => Ok(Mood::Happy), _ => Err(x) }}
            }} }}"
        ))
    };
    assert_eq!(sqlx("PgTypeInfo::with_name(\"app.mood\")"), "sqlx::Encode app.~mood: sad, happy");
    assert_eq!(sqlx("<str as Type<Postgres>>::type_info()"), "sqlx::Encode is stored as text");
    assert_eq!(
        sqlx("PgTypeInfo::with_name(NAME)"),
        "sqlx::Encode is not understood: the name in `type_info` is not a literal"
    );
}

#[test]
fn an_impl_may_stand_in_another_file() {
    let impls = "impl ToSql<Q, Pg> for Mood { fn to_sql(&self, out: &mut Output<Pg>) -> Result { out.write_all(match self { Mood::Sad => b\"a\", _ => b\"b\" })?; Ok(IsNull::No) } }";
    assert_eq!(in_files(ENUM, impls), ["diesel::serialize::ToSql by Q: a, b, (any)"]);
    // It is for the enum beside it.
    assert!(in_files(ENUM, &format!("{ENUM}{impls}")).is_empty());
}

#[test]
fn an_import_tells_which_enum_of_a_name_an_impl_is_for() {
    let types = "use crate::db::moods::Mood; impl ToSql<sql_types::Q, Pg> for Mood {
        fn to_sql(&self, out: &mut Output<'_, '_, Pg>) -> Result {
            match self { Mood::Sad => out.write_all(b\"a\")?, Mood::Happy => out.write_all(b\"b\")? } Ok(IsNull::No)
        }
    }";
    // Without one of the words that tell, a file is not read.
    let mood = &format!("use diesel::prelude::*; {ENUM}");
    let (stored, other) = (("db/moods.rs", &**mood), ("types.rs", types));
    let read = in_the_first_of(&[stored, ("feeling/models.rs", mood), other]);
    assert_eq!(read, ["diesel::serialize::ToSql by Q: a, b, (any)"]);
    assert!(in_the_first_of(&[("feeling/models.rs", ENUM), stored, other]).is_empty());
    // The module may pass on an enum that stands elsewhere.
    let passed_on = in_the_first_of(&[("feeling/models.rs", mood), other]);
    assert_eq!(passed_on, ["diesel::serialize::ToSql by Q: a, b, (any)"]);
}

#[test]
fn an_impl_may_be_for_an_enum_of_another_crate() {
    let types = |import: &str| {
        format!(
            "use {import}; impl ToSql<sql_types::Q, Pg> for Mood {{ fn to_sql(&self, out: &mut Output<'_, '_, Pg>) -> R {{
                match self {{ Mood::Sad => out.write_all(b\"a\")?, Mood::Happy => out.write_all(b\"b\")? }} Ok(IsNull::No)
            }} }}"
        )
    };
    let mood = &format!("use diesel::prelude::*; {ENUM}");
    let read = |import: &str| {
        in_the_first_of(&[("feeling/models.rs", mood), ("types.rs", &types(import))])
    };
    assert!(read("other_crate::commons::Mood").is_empty());
    let own = ["diesel::serialize::ToSql by Q: a, b, (any)"];
    for import in ["crate::x::Mood", "super::x::Mood", "shop::Mood", "shop::feeling::Mood"] {
        assert_eq!(read(import), own, "{import}");
    }
}
