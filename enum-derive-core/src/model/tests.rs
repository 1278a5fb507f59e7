use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Comparison, Field, Model, Place, Source, TableName, compare};
use crate::record::{Origin, Record, UnknownTable};

const RECORD: &str = "pg-enum record 1\ndefault\tpublic\ntables\n\
    table\tapp\torders\t1.sql\t1\n\
    column\tid\tnot-null\tfilled\t1.sql\t2\tpg_catalog\tint8\tvalue\tbigint\n\
    column\tstatus\tnot-null\tgiven\t1.sql\t3\tapp\tstatus\tvalue\tapp.status\n\
    column\tnote\tnull\tgiven\t1.sql\t4\tpg_catalog\ttext\tvalue\ttext\n\
    table\tpublic\tstub\t2.sql\t1\n\
    column\tid\tnot-null\tgiven\t2.sql\t1\tpg_catalog\tint8\tvalue\tbigint\n\
    table\tpublic\tdynamic\t3.sql\t1\n\
    untold\t3.sql\t7\tthe statement is put together at run time\n\
    view\tpublic\tlatest\t4.sql\t1\n\
    column\tid\tunknown\tgiven\t4.sql\t1\n\
    table\tpublic\tevents\t5.sql\t1\n\
    column\tdata\tnot-null\tgiven\t5.sql\t2\tpublic\tpayload\tvalue\tpayload\tpg_catalog\tjsonb\tvalue\tjsonb\n\
    column\tmore\tnull\tgiven\t5.sql\t3\tpg_catalog\tjson\tvalue\tjson\n\
    column\ttext\tnull\tgiven\t5.sql\t4\tpg_catalog\ttext\tvalue\ttext\n\
    column\tlist\tnull\tgiven\t5.sql\t5\tpg_catalog\tjson\tarray\tjson[]\n";

fn record() -> Record {
    Record::parse(RECORD).expect("a record")
}

fn orders<'a>(columns: &[&'a str]) -> Model<'a> {
    of(Some("app"), "orders", columns)
}

fn of<'a>(schema: Option<&'a str>, name: &'a str, columns: &[&'a str]) -> Model<'a> {
    let field =
        |column: &&'a str| Field { source: Source::Column(column), optional: false, json: None };
    Model {
        table: Some(TableName { schema, name }),
        complete: false,
        fields: columns.iter().map(field).collect(),
    }
}

fn told(comparison: &Comparison<'_>) -> Vec<(Place, String)> {
    comparison.mismatches.iter().map(|found| (found.place, found.to_string())).collect()
}

fn mismatches(model: &Model<'_>) -> Vec<(Place, String)> {
    told(&compare(model, &record()))
}

#[test]
fn a_model_that_agrees() {
    let record = record();
    let comparison = compare(&orders(&["note", "id", "status", "ctid"]), &record);
    assert_eq!(told(&comparison), []);
    let names: Vec<_> =
        comparison.columns.iter().map(|found| found.map(|(_, c)| &*c.name)).collect();
    assert_eq!(names, [Some("note"), Some("id"), Some("status"), None]);
    assert_eq!(comparison.selected, [true; 4]);
    assert_eq!(comparison.inserted, Some([true, false, true, false].into()));
}

#[test]
fn a_table_that_is_not_there() {
    let one = |schema, name| mismatches(&of(schema, name, &["id"]));
    assert_eq!(
        one(None, "payments"),
        [(
            Place::Table,
            "no migration creates the table public.payments; write a migration that creates it, or add \
             `#[pg_model(external)]` if something else does"
                .into()
        )]
    );
    let elsewhere = |schema: &str| {
        alloc::format!(
            "no migration creates the table {schema}.orders, but the schema app has a table with that name \
             (1.sql:1); write `schema = \"app\"`"
        )
    };
    assert_eq!(one(None, "orders"), [(Place::Table, elsewhere("public"))]);
    assert_eq!(one(Some("shop"), "orders"), [(Place::Schema, elsewhere("shop"))]);
    assert_eq!(
        one(Some("app"), "Orders")[0].1,
        "no migration creates the table app.Orders, but there is \"orders\", which differs only by case (1.sql:1); \
         write `table = \"orders\"`"
    );
    assert_eq!(
        one(Some("app"), "order")[0].1,
        "no migration creates the table app.order, but there is \"orders\" (1.sql:1); write `table = \"orders\"`"
    );
}

#[test]
fn a_column_that_is_not_there() {
    assert_eq!(
        mismatches(&orders(&["id", "statu", "Note", "total"])),
        [
            (
                Place::Field(1),
                "app.orders has no column \"statu\" (created at 1.sql:1), but it has \"status\" (1.sql:3); rename \
                 the field, or write `#[pg_model(column = \"status\")]`"
                    .into()
            ),
            (
                Place::Field(2),
                "app.orders has no column \"Note\" (created at 1.sql:1), but it has \"note\", which differs only by \
                 case (1.sql:4); rename the field, or write `#[pg_model(column = \"note\")]`"
                    .into()
            ),
            (
                Place::Field(3),
                "app.orders has no column \"total\" (created at 1.sql:1); add the column in a migration, or \
                 `#[pg_model(skip)]` if the field is not a column"
                    .into()
            ),
        ]
    );
}

#[test]
fn many_columns_that_are_not_there_are_one_mistake() {
    assert_eq!(
        mismatches(&of(None, "stub", &["a", "id", "b", "c", "d"])),
        [(
            Place::Name,
            "public.stub has 1 column (created at 2.sql:1), and lacks 4 of this model: \"a\", \"b\", \"c\", \"d\"; \
             add the columns in a migration, or `#[pg_model(skip)]` to fields that are not columns"
                .into()
        )]
    );
}

#[test]
fn a_complete_model_has_all_columns() {
    let mut model = orders(&["status"]);
    model.complete = true;
    assert_eq!(
        mismatches(&model),
        [(
            Place::Name,
            "this model has no field for 2 columns of app.orders: \"id\" bigint (1.sql:2), \"note\" text (1.sql:4); \
             add the fields, or remove `complete`"
                .into()
        )]
    );
}

#[test]
fn a_column_that_the_row_may_lack() {
    let mut model = orders(&["id", "total"]);
    model.fields[1].optional = true;
    let record = record();
    let comparison = compare(&model, &record);
    assert_eq!(told(&comparison), []);
    assert_eq!(comparison.selected, [true, false]);
}

#[test]
fn a_column_that_is_read_as_json() {
    let record = record();
    let told = |column, json| {
        let mut model = of(None, "events", &[column]);
        model.fields[0].json = Some(json);
        told(&compare(&model, &record)).into_iter().map(|(_, message)| message).collect::<Vec<_>>()
    };
    assert_eq!(told("data", false), [""; 0]);
    assert_eq!(told("more", true), [""; 0]);
    assert_eq!(
        told("more", false),
        [
            "column public.events.more can be NULL (5.sql:3), but `#[sqlx(json)]` does not read NULL; use `Option` and \
          `#[sqlx(json(nullable))]`, or add NOT NULL in a migration"
        ]
    );
    for column in ["text", "list"] {
        let message = told(column, true).pop().unwrap_or_default();
        let help = "but `#[sqlx(json)]` reads json or jsonb; remove `json`, or change the type of the column";
        assert!(message.ends_with(help), "{message}");
    }
}

#[test]
fn a_row_of_several_tables() {
    let app = TableName { schema: Some("app"), name: "orders" };
    let stub = TableName { schema: None, name: "stub" };
    let stubs = TableName { schema: None, name: "stubs" };
    let field = |source| Field { source, optional: false, json: None };
    let model = Model {
        table: None,
        complete: false,
        fields: [
            Source::From(app, "status"),
            Source::From(stub, "ID"),
            Source::From(stubs, "id"),
            Source::None,
        ]
        .map(field)
        .into(),
    };
    let record = record();
    let comparison = compare(&model, &record);
    assert_eq!(comparison.columns[0].map(|(table, _)| &*table.name), Some("orders"));
    let told = told(&comparison);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].0, told[1].0), (Place::From(1), Place::From(2)));
    assert!(told[0].1.starts_with("public.stub has no column \"ID\""), "{told:?}");
    assert!(
        told[1].1.starts_with("no migration creates the table public.stubs, but there is \"stub\"")
    );
    assert_eq!(comparison.selected, [false; 4]);
    assert_eq!(comparison.inserted, None);
}

#[test]
fn what_cannot_be_told_is_not_compared() {
    let record = record();
    let comparison = compare(&of(None, "dynamic", &["anything", "else"]), &record);
    assert_eq!((told(&comparison), &*comparison.columns), (Vec::new(), [None, None].as_slice()));
    assert_eq!(
        comparison.untold[0].to_string(),
        "this model is not checked against the migrations: the columns of public.dynamic cannot be told (3.sql:7: \
         the statement is put together at run time)"
    );
    assert_eq!(comparison.inserted, None);

    let at = Origin { file: "5.sql".into(), line: 9 };
    let any_table = Some(UnknownTable { at, reason: "it runs a text from a table".into() });
    let vague = Record { any_table, ..record };
    let comparison = compare(&of(None, "payments", &["id"]), &vague);
    assert_eq!(told(&comparison), []);
    assert_eq!(
        comparison.untold[0].to_string(),
        "this model is not checked against the migrations: it cannot be told whether public.payments is there (5.sql:9: \
         it runs a text from a table)"
    );
}

#[test]
fn the_columns_of_a_view() {
    let record = record();
    let comparison = compare(&of(None, "latest", &["id", "xmin"]), &record);
    assert!(told(&comparison)[0].1.contains("no column \"xmin\""));
    // What an `INSERT` through a view must give is said by the table below it.
    assert_eq!(comparison.inserted, None);
}

#[test]
fn a_record_without_tables() {
    let old = Record { tables: None, ..record() };
    let comparison = compare(&orders(&["id", "nonsense"]), &old);
    assert_eq!(
        told(&comparison),
        [(
            Place::Name,
            "cannot check this model against the migrations: the record has no tables, because an earlier version of \
             pg-enum wrote it; run `cargo pg-enum record`"
                .into()
        )]
    );
}
