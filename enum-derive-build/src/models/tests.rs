//! What is found in files.

use std::fmt::Write;

use super::{Driver, Models};
use crate::scan::Cfg;

/// The models of some files, one a line: the driver, the name, the table, and each column with the number of types that it
/// holds, `?` for NULL and `~` for JSON.
fn found(files: &[&str]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let path = |(index, text): (usize, &&str)| {
        let path = root.path().join(format!("f{index}.rs"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let paths: Vec<_> = files.iter().enumerate().map(path).collect();
    let models = Models::read(&paths, &Cfg::new());
    let mut lines = Vec::new();
    for model in models.found {
        let mut line = format!("{:?} {}", model.driver, model.ident);
        if model.is_conditional {
            line += " (cfg)";
        }
        if let Some(table) = &model.table {
            let schema =
                table.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            write!(line, " {schema}{}", table.name).unwrap();
        }
        if let Some(why) = &model.unclear {
            write!(line, " unclear: {why}").unwrap();
        }
        for column in &model.columns {
            let holds = column.ty.holds;
            let known = if holds.is_known() { "" } else { "!" };
            let null = if holds.is_nullable() { "?" } else { "" };
            let json = if column.json.is_some() { "~" } else { "" };
            write!(line, " {}{known}{null}{json}", column.name).unwrap();
            let text = std::fs::read_to_string(&model.file).unwrap();
            assert!(text.get(column.at.clone()).is_some_and(|text| !text.is_empty()));
        }
        for query in &model.queries {
            write!(line, " <- {}/{}", query.table, query.items.len()).unwrap();
        }
        lines.push(line);
    }
    lines
}

#[test]
fn rows_of_sqlx_are_of_the_tables_of_their_queries() {
    let rows = "use chrono::{DateTime, Utc};
        use uuid::Uuid;
        #[derive(sqlx::FromRow)]
        #[sqlx(rename_all = \"camelCase\")]
        pub struct User {
            id: Uuid, created_at: Option<DateTime<Utc>>, kind: Kind, tags: Vec<String>, bytes: Vec<u8>,
            #[sqlx(skip)] cache: u8, #[sqlx(rename = \"x\")] y: i32, #[sqlx(json)] data: Data,
            #[cfg_attr(feature = \"a\", sqlx(default))] z: sqlx::types::Json<Data>,
        }
        impl User { fn all() { sqlx::query_as::<_, Self>(\"SELECT * FROM users\"); } }";
    let queries = "use crate::f0::User;
        const SQL: &str = r#\"SELECT id FROM \"Users\"\"#;
        fn f() {
            query_as::<_, User>(SQL).fetch_all(db);
            query_as::<_, User>(\"SELECT * FROM a JOIN b\");
            query_as::<_, (i32,)>(\"SELECT * FROM a\");
            query_as::<_, Other>(\"SELECT * FROM a\");
            let all: Vec<User> = sqlx::query_as(\"SELECT * FROM b\").fetch_all(db).await?;
            let n: i64 = helper(\"SELECT * FROM c\");
            sqlx::query_as!(User, \"SELECT id as \\\"id!\\\", kind FROM d WHERE id = $1\", id);
            sqlx::query_as!(User, \"SELECT id \" + \"FROM e\");
        }";
    assert_eq!(
        found(&[rows, queries]),
        [
            "FromRow User id createdAt? kind! tags bytes x data!~ z <- users/1 <- Users/1 <- b/1 <- d/2"
        ]
    );
    let tuple = "#[derive(FromRow)] struct A(i32);";
    assert_eq!(found(&[tuple]), ["FromRow A unclear: its fields are read by position"]);
    let other = "use mine::FromRow; #[derive(FromRow)] struct A { x: i32 }";
    assert!(found(&[other]).is_empty());
}

#[test]
fn a_query_belongs_to_one_struct() {
    let row = |query: &str| format!("#[derive(FromRow)] pub struct A {{ x: i32 }} {query}");
    let query = "use crate::*; fn f() { query_as::<_, A>(\"SELECT * FROM a\"); }";
    let [own, bare] = [row(query), row("")];
    assert_eq!(found(&[&own, &bare]), ["FromRow A x <- a/1", "FromRow A x"]);
    assert_eq!(found(&[&bare, &bare, query]), ["FromRow A x", "FromRow A x"]);
    let unseen = "fn f() { query_as::<_, A>(\"SELECT * FROM a\"); }";
    assert_eq!(found(&[&bare, unseen]), ["FromRow A x"]);
    let local = format!("fn g() {{ {bare} }}");
    assert_eq!(found(&[&local, query]), ["FromRow A x"]);
    let said = "fn f() { query_as::<_, f1::A>(\"SELECT * FROM a\"); }";
    assert_eq!(found(&[&bare, &bare, said]), ["FromRow A x", "FromRow A x <- a/1"]);
}

#[test]
fn entities_of_sea_orm() {
    let entity = "use sea_orm::entity::prelude::*;
        #[derive(Clone, Debug, DeriveEntityModel)]
        #[sea_orm(table_name = \"orders\", schema_name = \"app\")]
        pub struct Model {
            #[sea_orm(primary_key)] pub id: Uuid,
            #[sea_orm(column_type = \"Text\", nullable)] pub note: Option<String>,
            #[sea_orm(column_name = \"Kind\")] pub kind: Kind,
            #[sea_orm(enum_name = \"PlacedAt\")] pub at: DateTimeWithTimeZone,
            #[sea_orm(ignore)] pub cache: i32,
            #[sea_orm(select_as = \"text\")] pub cast: String,
            #[sea_orm(has_many)] pub lines: HasMany<super::line::Entity>,
        }
        #[derive(DeriveEntityModel)] #[sea_orm(table_name = \"o\", rename_all = \"camelCase\")]
        pub struct Other { order_id: i64 }
        #[derive(DeriveEntityModel)] pub struct Bare { id: i64 }";
    assert_eq!(
        found(&[entity]),
        [
            "SeaOrm Model app.orders id note? Kind! placed_at cast!",
            "SeaOrm Other o orderId",
            "SeaOrm Bare unclear: the impl of `EntityName` names its table"
        ]
    );
}

#[test]
fn blocks_of_diesel_and_structs_that_name_them() {
    let schema = "diesel::table! { users (id) { id -> Int8, kind -> sql_types::Mood, at -> Nullable<Timestamptz>, } }
        #[cfg(feature = \"x\")]
        table! { use diesel::sql_types::*; app.posts { id -> Uuid } }
        macro_rules! t { ($n:ident) => { table! { $n { id -> Int4 } } } }
        cli::table! { a }
        #[derive(Queryable)] #[diesel(table_name = schema::users, check_for_backend(Pg))] struct A;
        #[derive(Insertable)] #[table_name = \"posts\"] struct B;
        #[derive(QueryableByName)] struct C;
        use crate::schema::posts as db_posts;
        #[derive(Selectable)] #[diesel(table_name = db_posts)] struct D;
        #[derive(Queryable, Identifiable)] struct UserPost;";
    assert_eq!(
        found(&[schema]),
        [
            "DieselTable users users id kind! at?",
            "DieselTable posts (cfg) app.posts id",
            "DieselStruct A users",
            "DieselStruct B posts",
            "DieselStruct C",
            "DieselStruct D posts",
            "DieselStruct UserPost user_posts"
        ]
    );
    assert_eq!(Driver::DieselTable.to_string(), "diesel::table");
}

#[test]
fn what_a_query_is_bound_to_and_returned_as() {
    let of = |function: &str| {
        let text = format!("#[derive(FromRow)] pub struct A {{ x: i32 }} {function}");
        let found = found(&[&text]);
        found[0].strip_prefix("FromRow A x").unwrap().trim().to_owned()
    };
    for (function, expected) in [
        ("fn f() { let sql = \"SELECT * FROM a\"; query_as::<_, A>(sql); }", "<- a/1"),
        (
            "fn f() { let sql = \"SELECT * FROM a\"; let sql = format!(\"{sql}\"); query_as::<_, A>(sql); }",
            "",
        ),
        ("fn f() { { let sql = \"SELECT * FROM a\"; } query_as::<_, A>(sql); }", ""),
        (
            "async fn f() -> Result<Vec<A>, E> { query_as(\"SELECT * FROM a\").bind(1).fetch_all(db).await }",
            "<- a/1",
        ),
        (
            "async fn f() -> sqlx::Result<Option<A>> { let q = \"SELECT * FROM a\"; Ok(query_as(&q).fetch_one(db).await?) }",
            "<- a/1",
        ),
        (
            "fn f() { let r: Result<A, E> = query_as(\"SELECT * FROM a\").fetch_one(db).await; }",
            "<- a/1",
        ),
        // Something else becomes of the rows, or another function returns them.
        (
            "async fn f() -> Result<Vec<A>, E> { query_as(\"SELECT * FROM a\").fetch_all(db).await?.into_iter().map(g) }",
            "",
        ),
        (
            "async fn f() -> A { let b = { query_as(\"SELECT * FROM a\").fetch_one(db).await }; b.into() }",
            "",
        ),
        ("fn f() -> A { g(|| query_as(\"SELECT * FROM a\")) }", ""),
    ] {
        assert_eq!(of(function), expected, "{function}");
    }
}
