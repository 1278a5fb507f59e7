//! The output of the macro, as in `expand/snapshots.rs`.

use std::fs;

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

fn check(input: TokenStream, record: Option<&str>, expected: &ExpectFile) {
    let input = syn::parse2(input).expect("the input is an item");
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("record");
    let variable = record.map(|record| {
        fs::write(&path, record).expect("a file");
        format!("{}#{}", path.display(), path.display())
    });
    let file = syn::parse2(super::derive(input, variable.as_deref()));
    expected.assert_eq(&prettyplease::unparse(&file.expect("the expansion is a list of items")));
}

fn order() -> TokenStream {
    quote! {
        #[pg_model(table = "orders", schema = "app")]
        pub struct Order<'a, T> {
            id: i64,
            status: Option<Status>,
            #[pg_model(column = "Note")]
            note: &'a str,
            other: T,
            #[sqlx(json)]
            data: Data,
            #[pg_model(skip)]
            cache: u8,
        }
    }
}

#[test]
fn a_model_without_a_record() {
    check(order(), None, &expect_file!["../../snapshots/model.rs"]);
}

#[test]
fn a_model_with_a_record() {
    let record = "pg-enum record 1\ndefault\tpublic\ntables\ntable\tapp\torders\t1.sql\t1\n\
        column\tid\tnot-null\tfilled\t1.sql\t2\tpg_catalog\tint8\tvalue\tbigint\n\
        column\tstatus\tnull\tgiven\t1.sql\t3\tapp\topen_status\tvalue\tapp.open_status\tapp\tstatus\tvalue\tapp.status\n\
        column\tNote\tnot-null\tgiven\t1.sql\t4\tpg_catalog\ttext\tvalue\ttext\n\
        column\tother\tnot-null\tgiven\t1.sql\t5\tpg_catalog\ttext\tvalue\ttext\n\
        column\tdata\tnot-null\tgiven\t1.sql\t6\tpg_catalog\tjsonb\tvalue\tjsonb\n";
    check(order(), Some(record), &expect_file!["../../snapshots/model_with_record.rs"]);
}

#[test]
fn a_row_of_several_tables() {
    let record = "pg-enum record 1\ndefault\tpublic\ntables\ntable\tapp\torders\t1.sql\t1\n\
        column\tid\tnot-null\tfilled\t1.sql\t2\tpg_catalog\tint8\tvalue\tbigint\n\
        table\tpublic\tdynamic\t2.sql\t1\nuntold\t2.sql\t3\tthe statement is put together at run time\n";
    let row = quote! {
        #[pg_model(crate = crate::reexported::pg_enum)]
        struct Row {
            #[pg_model(from = "app.orders.id", nullable)]
            id: Option<i64>,
            #[pg_model(from = "dynamic.x")]
            x: i32,
            #[pg_model(computed)]
            total: i64,
        }
    };
    check(row, Some(record), &expect_file!["../../snapshots/model_row.rs"]);
}

#[test]
fn mistakes_come_with_a_stand_in() {
    let input = quote! {
        #[pg_model(table, color = "red")]
        struct OrderItem {
            id: i64,
            #[pg_model(skip, nullable)]
            note: String,
        }
    };
    check(input, None, &expect_file!["../../snapshots/model_mistakes.rs"]);
}
