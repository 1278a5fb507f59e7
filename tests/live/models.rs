//! What `PgModel` writes, on a server: constants that are SQL, for tables and columns of any name.

use pg_enum::{PgEnum, PgModel};
use pg_enum_test_server::Database;
use sqlx::{AssertSqlSafe, FromRow};

use crate::harness::{run, tests};

tests![its_columns_are_selected_and_inserted, difficult_names];

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(schema = "app", rename_all = "snake_case")]
enum Status {
    Placed,
    Paid,
}

#[derive(Debug, PartialEq, FromRow, PgModel)]
#[pg_model(table = "orders", schema = "app")]
struct Order {
    id: i64,
    status: Status,
    history: Vec<Status>,
    #[sqlx(rename = "Note")]
    note: Option<String>,
    #[sqlx(skip)]
    seen: bool,
}

async fn its_columns_are_selected_and_inserted(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TYPE app.status AS ENUM ('placed', 'paid');
        CREATE TABLE app.orders (\"Note\" text, more int, id bigint, history app.status[], status app.status)",
    )
    .await;
    assert_eq!(Order::COLUMNS, ["id", "status", "history", "Note"]);
    let insert =
        format!("INSERT INTO {} ({}) VALUES ($1, $2, $3, $4)", Order::TABLE, Order::COLUMNS_SQL);
    sqlx::query(AssertSqlSafe(insert))
        .bind(1_i64)
        .bind(Status::Paid)
        .bind([Status::Placed, Status::Paid])
        .bind("a note")
        .execute(&mut connection)
        .await
        .unwrap();
    let select = format!("SELECT {} FROM {}", Order::COLUMNS_SQL, Order::TABLE);
    let order: Order =
        sqlx::query_as(AssertSqlSafe(select)).fetch_one(&mut connection).await.unwrap();
    let expected = Order {
        id: 1,
        status: Status::Paid,
        history: vec![Status::Placed, Status::Paid],
        note: Some("a note".to_owned()),
        seen: false,
    };
    assert_eq!(order, expected);
}

#[derive(Debug, PartialEq, FromRow, PgModel)]
#[pg_model(table = "select \"all\"", schema = "Ünü\\\u{200d}")]
struct Difficult {
    r#type: i32,
    user: i32,
    #[pg_model(column = "A \"b\"")]
    #[sqlx(rename = "A \"b\"")]
    quoted: i32,
    #[pg_model(column = "{}' \\ ;--")]
    #[sqlx(rename = "{}' \\ ;--")]
    marks: i32,
}

async fn difficult_names(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let sql = r#"CREATE SCHEMA "Ünü\<z>"; CREATE TABLE "Ünü\<z>"."select ""all""" AS
        SELECT 1 AS "type", 2 AS "user", 3 AS "A ""b""", 4 AS "{}' \ ;--""#;
    run(&mut connection, &sql.replace("<z>", "\u{200d}")).await;
    let select = format!("SELECT {} FROM {}", Difficult::COLUMNS_SQL, Difficult::TABLE);
    let row: Difficult =
        sqlx::query_as(AssertSqlSafe(select)).fetch_one(&mut connection).await.unwrap();
    assert_eq!(row, Difficult { r#type: 1, user: 2, quoted: 3, marks: 4 });
}
