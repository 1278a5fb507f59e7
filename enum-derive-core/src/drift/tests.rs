extern crate std;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::{Column, Found, LiveEnum, State, drifts};
use crate::retire::{Holder, HolderCheck, Holding};
use crate::{Definition, Former, Removed, Renamed, Retired, RetiredRows};

fn found(number: usize, schemas: &[&str], state: State) -> Found {
    let schemas = schemas.iter().map(ToString::to_string).collect();
    Found { number, schemas, state, role: "web".into() }
}

fn live(labels: &[&str]) -> LiveEnum {
    LiveEnum { labels: labels.iter().map(ToString::to_string).collect(), ..LiveEnum::default() }
}

fn missing(elsewhere: &[&str]) -> State {
    let elsewhere = elsewhere.iter().map(ToString::to_string).collect();
    State::Missing { schema_exists: true, elsewhere }
}

fn all(definition: Definition<'_>, found: &[Found]) -> Vec<String> {
    let line = |drift: &super::Drift| {
        let fix = drift.fix.as_deref().unwrap_or("-");
        format!("[{}] {drift} | {fix}", drift.verdict.code())
    };
    drifts(&[definition], found).iter().map(line).collect()
}

#[test]
fn no_difference() {
    let state = State::Enum(live(&["a", "b"]));
    assert!(all(Definition::new("t", &["a", "b"]), &[found(0, &["s"], state)]).is_empty());
}

#[test]
fn the_type_itself() {
    let t = Definition::new("t", &["a"]).in_schema("s");
    let one = |state| all(t, &[found(0, &["s"], state)]);
    assert_eq!(
        one(missing(&[])),
        ["[missing] the type s.t does not exist | CREATE TYPE s.t AS ENUM ('a');"]
    );
    assert_eq!(
        one(State::Missing { schema_exists: false, elsewhere: vec![] }),
        ["[missing] neither the type s.t nor its schema exists | CREATE SCHEMA s; CREATE TYPE \
             s.t AS ENUM ('a');"]
    );
    assert_eq!(
        one(missing(&["x"])),
        [
            "[wrong-schema] the type s.t does not exist, but the schema x has a type with that name | ALTER TYPE x.t SET SCHEMA s;"
        ]
    );
    assert_eq!(
        one(missing(&["x", "y"])),
        ["[wrong-schema] the type s.t does not exist, but the schemas x, y have types with \
             that name | -"]
    );
    assert_eq!(
        one(State::Other { kind: "table".into() }),
        ["[wrong-kind] s.t is a table, not an enum type | -"]
    );
    assert_eq!(
        one(State::Enum(LiveEnum { schema_usage: false, usage: false, ..live(&["a"]) })),
        ["[not-visible] web cannot use s.t: the role has no USAGE privilege on its schema | \
             GRANT USAGE ON SCHEMA s TO web;"]
    );
    assert_eq!(
        one(State::Enum(LiveEnum {
            usage: false,
            hidden_by: Some("pg_temp".into()),
            ..live(&["a"])
        })),
        [
            "[no-usage] web has no USAGE privilege on the type s.t | GRANT USAGE ON TYPE s.t TO \
             web;",
            "[hidden] s.t is hidden by another object with that name in pg_temp, which is earlier \
             in search_path | -",
        ]
    );
}

#[test]
fn a_former_name() {
    let was = Former { schema: Some("x"), name: "u" };
    let t = Definition::new("t", &["a"]).in_schema("s").with_was(was);
    let both = [found(0, &["s"], missing(&[])), found(1, &["x"], State::Enum(live(&["a"])))];
    assert_eq!(
        all(t, &both),
        ["[not-renamed] the type s.t still has its former name x.u | ALTER TYPE x.u SET SCHEMA \
             s; ALTER TYPE s.u RENAME TO t;"]
    );
    let gone = [found(0, &["s"], missing(&[])), found(1, &["x"], missing(&[]))];
    assert_eq!(all(t, &gone).len(), 1);
    assert!(all(t, &gone)[0].starts_with("[missing]"));
}

#[test]
fn labels() {
    let renamed = [Renamed { label: "done", was: "finished" }];
    let removed = [Removed { label: "old", replacement: Some("b") }];
    let t = Definition::new("t", &["a", "B", "done", "new"])
        .in_schema("s")
        .with_renamed(&renamed)
        .with_removed(&removed);
    let state = State::Enum(live(&["b", "a", "finished", "old", "x"]));
    assert_eq!(
        all(t, &[found(0, &["s"], state)]),
        [
            "[case-only] s.t has the label 'b' instead of 'B': they differ only by case | ALTER TYPE s.t RENAME VALUE 'b' TO 'B';",
            "[label-not-renamed] s.t has no label 'done'; it still has the former label \
             'finished' | ALTER TYPE s.t RENAME VALUE 'finished' TO 'done';",
            "[label-missing] s.t lacks the label 'new' | ALTER TYPE s.t ADD VALUE 'new' AFTER 'done';",
            "[order] s.t has the label 'B' first; the enum has another order | -",
            "[label-extra] s.t has the label 'old', which the enum says is removed | -",
            "[label-extra] s.t has the label 'x', which the enum lacks | -",
        ]
    );
}

#[test]
fn rows_that_contain_removed_labels() {
    let removed =
        [Removed { label: "x", replacement: Some("a") }, Removed { label: "y", replacement: None }];
    let t = Definition::new("t", &["a"]).in_schema("s").with_removed(&removed);
    let in_use = [("x", "s.u", false), ("y", "s.\"u.v\"", true)];
    let in_use = in_use.map(|(label, table, is_array)| {
        (label.into(), Column { table: table.into(), name: "c".into(), is_array })
    });
    let in_use = in_use.to_vec();
    let state = State::Enum(LiveEnum { in_use, ..live(&["a", "x", "y"]) });
    assert_eq!(
        all(t, &[found(0, &["s"], state)]),
        [
            "[removed-in-use] s.t has the label 'x', which the enum says is removed, and rows \
             contain it: s.u.c | UPDATE s.u SET c = 'a' WHERE pg_catalog.format('%s', c) \
             OPERATOR(pg_catalog.=) 'x';",
            "[removed-in-use] s.t has the label 'y', which the enum says is removed, and rows \
             contain it: s.\"u.v\".c[] | UPDATE s.\"u.v\" SET c = pg_catalog.array_replace(c, \
             'y', NULL) WHERE EXISTS (SELECT FROM pg_catalog.unnest(c) AS u (v) WHERE \
             pg_catalog.format('%s', v) OPERATOR(pg_catalog.=) 'y');",
        ]
    );
}

#[test]
fn many_schemas() {
    let t = Definition::new("t", &["a"]);
    let groups = [
        found(0, &["t1", "t2", "t3", "t4"], missing(&[])),
        found(0, &["t5"], State::Enum(live(&[]))),
    ];
    assert_eq!(
        all(t, &groups),
        [
            "[missing] the type t in 4 schemas (t1, t2, t3, …) does not exist | CREATE TYPE t1.t AS ENUM ('a');",
            "[label-missing] t5.t lacks the label 'a' | ALTER TYPE t5.t ADD VALUE 'a';",
        ]
    );
}

#[test]
fn retired_labels_and_the_columns_that_may_hold_them() {
    let retired = ["x", "y", "z"].map(|label| Retired {
        label,
        rows: if label == "x" { RetiredRows::Label("a") } else { RetiredRows::Unchanged },
    });
    let t = Definition::new("t", &["a"]).in_schema("s").with_retired(&retired);
    let holder = |column: &str, holds, checks: &[(&str, &str, bool)]| Holder {
        schema: "s".into(),
        table: "u".into(),
        column: column.into(),
        holds,
        is_domain: column == "d",
        not_null: false,
        is_generated: false,
        default: None,
        checks: checks
            .iter()
            .map(|&(name, expression, is_valid)| HolderCheck {
                name: Some(name.into()),
                expression: expression.into(),
                is_valid,
                is_inherited: true,
            })
            .collect(),
        at: None,
    };
    let holders = vec![
        holder("c", Holding::Scalar, &[("k", "(c <> ALL (ARRAY['x'::s.t, 'y'::s.t]))", true)]),
        holder("cs", Holding::Array, &[("u_cs_not_x", "('x'::s.t <> ALL (cs))", false)]),
        holder("d", Holding::Scalar, &[("u_d_not_y", "(id > 0)", true)]),
        holder("i", Holding::Inside, &[]),
    ];
    let column = Column { table: "s.u".into(), name: "d".into(), is_array: false };
    let in_use = vec![("x".into(), column)];
    let state = State::Enum(LiveEnum { holders, in_use, ..live(&["x", "a", "y"]) });
    let found = Found { number: 0, schemas: vec!["s".into()], state, role: "web".into() };
    let drifts = drifts(&[t], &[found]);
    let lines: Vec<String> = drifts
        .iter()
        .map(|drift| {
            let fix = drift.fix.as_deref().unwrap_or("-");
            std::format!("[{}] {drift} | {fix}", drift.verdict.code())
        })
        .collect();
    assert_eq!(
        lines,
        [
            "[retired-not-forbidden] no CHECK forbids the retired label 'x' of s.t in s.u.d, s.u.i | ALTER TABLE s.u \
             ADD CONSTRAINT u_d_not_x CHECK (d::s.t OPERATOR(pg_catalog.<>) 'x') NOT VALID; ALTER TABLE s.u VALIDATE \
             CONSTRAINT u_d_not_x;",
            "[retired-not-validated] a CHECK forbids the retired label 'x' of s.t only in new rows of s.u.cs[] | \
             ALTER TABLE s.u VALIDATE CONSTRAINT u_cs_not_x;",
            "[retired-in-use] s.t has the label 'x', which the enum says is retired, and rows contain it: s.u.d | \
             UPDATE s.u SET d = 'a' WHERE pg_catalog.format('%s', d) OPERATOR(pg_catalog.=) 'x';",
            "[retired-not-forbidden] no CHECK forbids the retired label 'y' of s.t in s.u.cs[], s.u.d, s.u.i | ALTER \
             TABLE s.u ADD CONSTRAINT u_cs_not_y CHECK ('y' OPERATOR(pg_catalog.<>) ALL (cs)) NOT VALID; ALTER TABLE \
             s.u VALIDATE CONSTRAINT u_cs_not_y; ALTER TABLE s.u ADD CONSTRAINT u_d_not_y_00c6d5f0 CHECK (d::s.t \
             OPERATOR(pg_catalog.<>) 'y') NOT VALID; ALTER TABLE s.u VALIDATE CONSTRAINT u_d_not_y_00c6d5f0;",
        ]
    );
}
