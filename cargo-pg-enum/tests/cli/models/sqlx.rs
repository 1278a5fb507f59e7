//! `sqlx::FromRow`, whose table a query tells.

use expect_test::expect;

use super::{check, said};

const ORDERS: &str = "CREATE TABLE orders (
    id bigint PRIMARY KEY,
    note text,
    placed_at timestamptz NOT NULL,
    data jsonb NOT NULL
);";

fn row(fields: &str, query: &str) -> String {
    format!(
        "use chrono::{{DateTime, NaiveDateTime, Utc}};
#[derive(sqlx::FromRow)]
pub struct Order {{
{fields}
}}
fn f() {{ {query}; }}
"
    )
}

const ALL: &str = "sqlx::query_as::<_, Order>(\"SELECT * FROM orders\")";

#[test]
fn a_column_that_is_not_there() {
    check(&row("id: i64,\nnotes: Option<String>,", ALL), ORDERS).check(&expect![[r#"
        Findings
        --- err
        error[no-column]: public.orders has no column "notes" (created at migrations/1_a.sql:1), but it has "note" (migrations/1_a.sql:3)
         --> src/lib.rs:5:1
          |
        5 | notes: Option<String>,
          | ^^^^^
        6 | }
        7 | fn f() { sqlx::query_as::<_, Order>("SELECT * FROM orders"); }
          |                                                    ------ this query returns it
          |
         ::: migrations/1_a.sql:3:5
          |
        3 |     note text,
          |     --------- the migrations have this one
          |
          = note: `Order` derives `sqlx::FromRow`
          = help: rename the field, or write `#[sqlx(rename = "note")]`

        1 error: 1 model compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn what_differs() {
    for (fields, query, expected) in [
        ("id: i64,\nnote: Option<String>,\nplaced_at: DateTime<Utc>,", ALL, &[][..]),
        (
            "id: i32,",
            ALL,
            &[
                "4 column-type: column public.orders.id is bigint (migrations/1_a.sql:2), but the type of the field holds integer",
            ],
        ),
        (
            "placed_at: NaiveDateTime,",
            ALL,
            &[
                "4 column-type: column public.orders.placed_at is timestamp with time zone (migrations/1_a.sql:4), but the \
               type of the field holds timestamp without time zone",
            ],
        ),
        (
            "note: String,",
            ALL,
            &[
                "4 column-null: column note of public.orders can be NULL, but its field is not an `Option`",
            ],
        ),
        // The query may leave those rows out.
        (
            "note: String,",
            "sqlx::query_as::<_, Order>(\"SELECT * FROM orders WHERE note IS NOT NULL\")",
            &[],
        ),
        (
            "#[sqlx(json)]\nnote: Data,",
            ALL,
            &[
                "5 not-json: column public.orders.note is text (migrations/1_a.sql:3), but `#[sqlx(json)]` reads json or jsonb",
            ],
        ),
        ("#[sqlx(json)]\ndata: Data,\nother: Unknown,", "()", &[]),
        (
            "a: i64,\n#[sqlx(default)] b: i64,\n#[sqlx(skip)] c: i64,",
            ALL,
            &["4 no-column: public.orders has no column \"a\" (created at migrations/1_a.sql:1)"],
        ),
        (
            "a: i64,\nb: i64,\nc: i64,\nd: i64,",
            ALL,
            &[
                "3 no-columns: public.orders has 4 columns (created at migrations/1_a.sql:1), and lacks 4 of this model: \
             \"a\", \"b\", \"c\", \"d\"",
            ],
        ),
        ("#[sqlx(rename = \"note\")]\ntext: Option<String>,", ALL, &[]),
        // What is not one of the drivers' types may hold anything, also NULL.
        ("note: Words,", ALL, &[]),
    ] {
        assert_eq!(said(&row(fields, query), ORDERS), expected, "{fields}");
    }
}

#[test]
fn a_query_with_a_list() {
    let list = |list: &str| format!("query_as::<_, Order>(\"SELECT {list} FROM orders\")");
    for (fields, query, expected) in [
        ("id: i64,", list("id, note"), &[][..]),
        ("text: Option<String>,", list("note AS text"), &[]),
        (
            "text: i64,",
            list("note AS text"),
            &[
                "4 column-type: column public.orders.note is text (migrations/1_a.sql:3), but the type of the field holds bigint",
            ],
        ),
        ("total: i64,", list("count(*) AS total"), &[]),
        (
            "id: i64,\nnote: Option<String>,",
            list("id"),
            &["7 not-selected: this query does not select \"note\", which `Order` reads"],
        ),
        (
            "id: i64,",
            list("id, notes"),
            &["6 no-column: this query selects the column \"notes\", which public.orders lacks"],
        ),
        ("ctid: Tid,", list("ctid"), &[]),
    ] {
        assert_eq!(said(&row(fields, &query), ORDERS), expected, "{query}");
    }
}

#[test]
fn a_macro_converts_and_overrides() {
    let of = |sql: &str| format!("sqlx::query_as!(Order, \"{sql}\")");
    for (fields, query, expected) in [
        (
            "id: i128,\n#[sqlx(rename = \"x\")] note: Option<String>,",
            of("SELECT * FROM orders"),
            &[][..],
        ),
        ("id: i32,", of("SELECT id FROM orders"), &[]),
        ("note: String,", of("SELECT note as \\\"note!\\\" FROM orders"), &[]),
        (
            "note: String,",
            of("SELECT note FROM orders"),
            &[
                "4 column-null: column note of public.orders can be NULL, but its field is not an `Option`",
            ],
        ),
        (
            "note: Option<String>,",
            of("SELECT id FROM orders"),
            &["6 not-selected: this query does not select \"note\", which `Order` reads"],
        ),
    ] {
        assert_eq!(said(&row(fields, &query), ORDERS), expected, "{query}");
    }
}

#[test]
fn an_enum_is_read_from_its_own_type() {
    let rust = |name: &str| {
        row("status: Status,", ALL)
            + &format!(
                "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"{name}\")]\nenum Status {{ open }}\n"
            )
    };
    let sql = "CREATE TYPE status AS ENUM ('open');
        CREATE TYPE other AS ENUM ('open');
        CREATE TABLE orders (status status NOT NULL);";
    assert!(said(&rust("status"), sql).is_empty());
    assert_eq!(
        said(&rust("other"), sql),
        ["4 column-type: column public.orders.status is public.status, but `Status` is other"]
    );
    let text = "CREATE TYPE status AS ENUM ('open'); CREATE TABLE orders (status text NOT NULL);";
    assert_eq!(
        said(&rust("status"), text),
        ["4 column-type: column public.orders.status is text, but `Status` is status"]
    );
    let string = row("status: String,", ALL);
    assert_eq!(
        said(&string, sql),
        [
            "4 column-type: column public.orders.status is public.status (migrations/1_a.sql:3), but the type of the field \
          holds text, character varying, character, …"
        ]
    );
}

#[test]
fn a_table_that_is_removed() {
    let dropped = format!("{ORDERS} CREATE TABLE b (id int); DROP TABLE orders;");
    assert_eq!(
        said(&row("id: i64,", ALL), &dropped),
        ["6 no-table: the migrations remove the table orders"]
    );
    let renamed = format!("{ORDERS} ALTER TABLE orders RENAME TO old_orders;");
    assert_eq!(
        said(&row("id: i64,", ALL), &renamed),
        ["6 no-table: the migrations remove the table orders"]
    );
    // That of another schema is another one.
    let other = ALL.replace("orders", "auth.orders");
    assert!(said(&row("id: i64,", &other), &dropped).is_empty());
    // One that was never there may be made by something else.
    assert!(said(&row("id: i64,", ALL), "CREATE TABLE other (id int);").is_empty());
}
