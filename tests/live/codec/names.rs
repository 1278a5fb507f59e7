//! Type names that need quotes, or look like something else.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;

use super::{Mapped, assert_all_round_trip, connect, create, select};
use crate::harness::run;

/// A test for each name: whatever a new connection sees first, values and arrays go both ways.
macro_rules! names {
    ($($test:ident: $name:literal),* $(,)?) => {
        crate::harness::tests![
            $($test,)*
            an_array_type_of_another_name_is_found,
            an_underscore_does_not_make_an_array,
        ];
        $(async fn $test(database: Database) {
            #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
            #[pg_enum(name = $name)]
            enum Bare {
                Off,
                On,
            }
            #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
            #[pg_enum(name = $name, schema = "app")]
            enum Qualified {
                Up,
                Down,
            }
            assert_works_first::<Bare>(&database).await;
            assert_works_first::<Qualified>(&database).await;
        })*
    };
}

names![
    mixed_case: "OrderStatus",
    a_space: "order status",
    a_quote: "order\"status",
    quotes_around: "\"order_status\"",
    a_dot: "order.status",
    a_backslash: "order\\status",
    an_escape: "order\\nstatus",
    an_apostrophe: "order's",
    brackets: "order[]",
    parentheses: "order(3)",
    a_leading_underscore: "_order_status",
    a_reserved_word: "select",
    a_word_for_a_role: "user",
    a_word_for_a_column: "table",
    a_digit: "1st",
    a_question_mark: "?",
    a_newline: "order\nstatus",
    a_control_character: "order\u{1}\u{7f}status",
    a_unicode_prefix: "U&order",
    non_ascii: "žlutý_kůň",
    beyond_two_bytes: "状態🐘",
    non_ascii_with_quotes: "é\"É\\+é'.",
    the_longest: "a_name_of_sixty_three_bytes_which_is_as_long_as_a_name_can_be__",
    the_longest_of_many_bytes: "ééééééééééééééééééééééééééééééé1",
];

async fn assert_works_first<E: Mapped>(database: &Database) {
    let name = E::NAME_SQL;
    let mut connection = connect(database).await;
    create::<E>(&mut connection).await;
    assert_all_round_trip::<E>(&mut connection).await;

    for value in E::VARIANTS {
        // A value bound.
        let mut connection = connect(database).await;
        let read: E =
            sqlx::query_scalar("SELECT $1").bind(value).fetch_one(&mut connection).await.unwrap();
        assert_eq!(read, *value);

        // A value read, as the server writes its type.
        let mut connection = connect(database).await;
        let sql = format!("'{}'::{name}", value.label());
        assert_eq!(select::<E>(&mut connection, &sql).await.unwrap(), *value);
        assert_all_round_trip::<E>(&mut connection).await;
    }

    // An array read, as the server writes its type.
    let mut connection = connect(database).await;
    let sql = format!("enum_range(NULL::{name})");
    assert_eq!(select::<Vec<E>>(&mut connection, &sql).await.unwrap(), E::VARIANTS);
    assert_all_round_trip::<E>(&mut connection).await;
}

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Shade {
    Light,
    Dark,
}

/// PostgreSQL calls the array type of `shade` `_shade`, unless that is taken; and a table is a type
/// too, with an array type called `__shade`.
async fn an_array_type_of_another_name_is_found(database: Database) {
    let mut connection = connect(&database).await;
    run(&mut connection, "CREATE TABLE _shade ()").await;
    create::<Shade>(&mut connection).await;
    let array: String = select(
        &mut connection,
        "typname::text FROM pg_type WHERE oid =
             (SELECT typarray FROM pg_type WHERE oid = 'shade'::regtype)",
    )
    .await
    .unwrap();
    // `___shade`, or from PostgreSQL 16 on `_shade_1`.
    assert_ne!(array, "_shade");
    assert_works_first::<Shade>(&database).await;
}

/// `_shade` can be an enum too, and its values are no arrays of `shade`.
async fn an_underscore_does_not_make_an_array(database: Database) {
    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    #[pg_enum(name = "_shade")]
    enum Underscore {
        Hidden,
        Shown,
    }
    let mut connection = connect(&database).await;
    create::<Underscore>(&mut connection).await;
    create::<Shade>(&mut connection).await;
    assert_works_first::<Underscore>(&database).await;
    assert_works_first::<Shade>(&database).await;
    let error = select::<Vec<Shade>>(&mut connection, "'Shown'::_shade").await.unwrap_err();
    assert!(error.to_string().ends_with("is not compatible with SQL type `_shade`"), "{error}");
}
