//! What is inserted into other columns.

use alloc::string::ToString;

use super::{Holder, Surroundings, cast_sql};

const TABLE: &str = "{table,NULL,NULL,false,NULL,NULL}";

fn holder(row: &str) -> Holder {
    Holder::parse(row).expect("a row")
}

/// What comes of a column `m` of the table with these rows, without and with code of the table's own.
fn outcomes(rows: &[&str]) -> [alloc::string::String; 2] {
    let holder = holder("{0,app,t,m,one,false,false}");
    let surroundings = Surroundings::parse(rows.iter().copied()).expect("rows");
    [false, true].map(|run_code| match surroundings.row(&holder, run_code) {
        Ok(row) => row.sql("a").trim_end().to_string(),
        Err(why) => why.to_string(),
    })
}

#[test]
fn other_columns_get_what_runs_nothing() {
    for (column, cautious, trusting) in [
        ("{column,x,false,none,NULL,NULL}", "(m) V ('a')", "(m) V ('a')"),
        (
            "{column,x,true,none,NULL,NULL}",
            "column `x` is NOT NULL without default",
            "column `x` is NOT NULL without default",
        ),
        ("{column,x,true,harmless,NULL,NULL}", "(m) V ('a')", "(m) V ('a')"),
        ("{column,x,true,generated,NULL,NULL}", "(m) V ('a')", "(m) V ('a')"),
        (
            "{column,x,true,sequence,32767,NULL}",
            "(m, x) V ('a', '32767')",
            "(m, x) V ('a', '32767')",
        ),
        (
            "{column,x,true,sequence,NULL,NULL}",
            "column `x` is NOT NULL, and its default may run any code",
            "(m) V ('a')",
        ),
        ("{column,x,true,label,Sad,NULL}", "(m, x) V ('a', 'Sad')", "(m, x) V ('a', 'Sad')"),
        ("{column,x,true,code,ff,NULL}", "(m, x) V ('a', 'ff')", "(m) V ('a')"),
        ("{column,x,false,code,NULL,NULL}", "(m, x) V ('a', NULL)", "(m) V ('a')"),
        ("{column,x,false,harmless,NULL,k}", "(m, x) V ('a', NULL)", "(m) V ('a')"),
        (
            "{column,x,true,harmless,NULL,k}",
            "column `x` is in the foreign key `k`, which reads another table",
            "(m) V ('a')",
        ),
        (
            "{column,m,false,none,NULL,k}",
            "column `m` is in the foreign key `k`, which reads another table",
            "(m) V ('a')",
        ),
        (
            "{column,m,false,generated,NULL,NULL}",
            "the column is generated",
            "the column is generated",
        ),
    ] {
        let outcomes = outcomes(&[TABLE, column]).map(|outcome| {
            outcome
                .trim_start_matches("INSERT INTO app.t ")
                .replace("OVERRIDING SYSTEM VALUE VALUES", "V")
                .replace(");", ")")
        });
        assert_eq!(outcomes, [cautious, trusting], "{column}");
    }
}

#[test]
fn a_table_is_left_alone() {
    for (table, cautious) in [
        ("{table,app.part,NULL,false,NULL,NULL}", "app.part is a foreign table"),
        (
            "{table,NULL,mallory,false,NULL,NULL}",
            "`mallory` owns the schema `app` and could replace the table: connect as this role",
        ),
        ("{table,NULL,NULL,true,NULL,NULL}", "row security would run its policies"),
        ("{table,NULL,NULL,false,trigger x,NULL}", "trigger x may run any code"),
    ] {
        let [found, with_code] = outcomes(&[table]);
        assert_eq!(found, cautious);
        assert_eq!(with_code.starts_with("INSERT"), !table.contains("part"));
    }
}

#[test]
fn a_column_is_left_alone() {
    let surroundings = Surroundings::parse([TABLE]).expect("rows");
    for (row, why) in [
        ("{0,app,t,m,one,false,true}", "app.t is a foreign table"),
        ("{0,app,t,m,nested,false,false}", "the type of the column contains the enum"),
    ] {
        let found = surroundings.row(&holder(row), true).expect_err(row);
        assert_eq!(found.to_string(), why);
    }
}

#[test]
fn labels_and_names_are_quoted() {
    let many = holder(r#"{3,A,"t b",c,many,true,false}"#);
    assert_eq!(many.column().to_string(), r#""A"."t b".c[]"#);
    let surroundings = Surroundings::parse([TABLE]).expect("rows");
    let row = surroundings.row(&many, false).expect("a row");
    assert!(
        row.sql(r#"it's "\"#).contains(r#"VALUES (E'{"it''s \\"\\\\"}');"#),
        "{}",
        row.sql(r#"it's "\"#)
    );
    assert!(
        many.compare_sql(("A", "e"), &["it's"])
            .starts_with(r#"PREPARE pg_enum_smoke AS SELECT FROM ONLY "A"."t b" WHERE 'it''s' OPERATOR(pg_catalog.=) ANY (c::"A".e[]);"#),
        "{}",
        many.compare_sql(("A", "e"), &["it's"])
    );
    assert_eq!(
        cast_sql("A", "e", &["a", "b"]),
        "PREPARE pg_enum_smoke AS VALUES ('a'::\"A\".e), ('b'::\"A\".e);\nDEALLOCATE pg_enum_smoke;\n"
    );
}
