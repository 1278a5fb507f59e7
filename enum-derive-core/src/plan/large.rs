//! Plans for thousands of objects, which must not take a time that is their number squared.

extern crate std;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::time::{Duration, Instant};

use super::online::{Options, State, plan_online};
use super::{plan_back, plan_swap};
use crate::dependent::{Dependents, Entry, Holds, Kind, Object, Size};
use crate::dependents::plain;
use crate::{Definition, Removed};

/// How many partitions, tables and views there are.
const MANY: usize = 2000;

/// What a plan for so many takes at most (a quadratic one takes minutes). Without optimisation, and while
/// other tests run, it takes some seconds.
const LONGEST: Duration = Duration::from_secs(30);

fn object(kind: Kind, number: usize, catalog: &str, described: String) -> Object {
    Object {
        key: format!("{catalog}.{number}"),
        identity: described.clone(),
        described,
        catalog: catalog.into(),
        relation_kind: "r".into(),
        ..plain(kind, "")
    }
}

fn column(table: &str, key: usize, root: Option<&str>, kind: &str) -> Object {
    let size = Size { rows: Some(1), bytes: Some(8192) };
    let details = Kind::Column {
        number: 2,
        holds: Holds::Scalar,
        not_null: true,
        inherited: root.is_some_and(|root| root != table),
        storage: None,
        compression: None,
        refused: None,
        generated: None,
        root: root.map(Into::into),
        size: (kind == "r").then_some(size),
    };
    let described = format!("column m of table {table}");
    Object {
        relation: Some(table.into()),
        relation_kind: kind.into(),
        name: "m".into(),
        definition: "app.mood".into(),
        ..object(details, key, "pg_class", described)
    }
}

fn index(table: &str, key: usize, parent: Option<&str>, kind: &str) -> Object {
    let name = format!("{}_m", &table[4..]);
    let details = Kind::Index {
        full_name: format!("app.{name}"),
        has_expression: true,
        of_constraint: false,
        parent: parent.map(Into::into),
        is_clustered: false,
        is_identity: false,
        is_valid: true,
        tablespace: None,
        targets: Vec::new(),
        of_generated: false,
    };
    let only = if kind == "p" { "ONLY " } else { "" };
    Object {
        relation: Some(table.into()),
        relation_kind: kind.into(),
        definition: format!(
            "CREATE INDEX {name} ON {only}{table} USING btree (m) WHERE (m <> 'ok'::app.mood)"
        ),
        name,
        ..object(details, key, "pg_class", format!("index app.{}_m", &table[4..]))
    }
}

fn constraint(table: &str, key: usize, parent: Option<&str>, of_type: &str) -> Object {
    let is_part = parent.is_some();
    let (name, definition) = match of_type {
        "c" => ("c".into(), "CHECK ((m <> 'sad'::app.mood))".into()),
        "p" => (format!("{}_pkey", &table[4..]), "PRIMARY KEY (id, m)".into()),
        _ => ("f".into(), "FOREIGN KEY (m) REFERENCES app.k(m)".into()),
    };
    let details = Kind::Constraint {
        of_type: of_type.into(),
        inherited: is_part && of_type == "c",
        is_local: !is_part || of_type != "c",
        of_parent: is_part && of_type != "c",
        has_expression: false,
        is_marked: false,
        is_disabled: false,
        of_generated: false,
        is_clustered: false,
        is_identity: false,
    };
    Object {
        relation: Some(table.into()),
        name: name.clone(),
        definition,
        ..object(details, key, "pg_constraint", format!("constraint {name} on table {table}"))
    }
}

fn view(key: usize, name: &str, needs: &str) -> Object {
    let details = Kind::View {
        materialized: false,
        options: None,
        populated: false,
        tablespace: None,
        access_method: None,
        size: None,
    };
    Object {
        relation: Some(name.into()),
        relation_kind: "v".into(),
        definition: " SELECT t.m FROM app.t WHERE t.m = 'ok'::app.mood;".into(),
        needs: [needs.to_string()].into(),
        ..object(details, key, "pg_class", format!("view {name}"))
    }
}

fn dependents(objects: Vec<Object>) -> Dependents {
    let target = Object {
        name: "app.mood".into(),
        ..object(Kind::Type, 1, "pg_type", "type app.mood".into())
    };
    let entry = |object: &Object| Entry {
        what: object.identity.clone(),
        text: object.definition.clone(),
        hash: Some("0123456789".into()),
    };
    Dependents {
        target,
        schema: "app".into(),
        name: "mood".into(),
        labels: ["sad", "ok", "x"].map(Into::into).into(),
        taken: Vec::new(),
        is_read: true,
        entries: objects.iter().map(entry).collect(),
        direct: objects.iter().map(|object| object.identity.clone()).collect(),
        mentions: Vec::new(),
        objects,
    }
}

/// A row of the state.
fn row(values: &[&str]) -> String {
    let quoted = |value: &&str| match *value {
        "NULL" => "NULL".to_string(),
        value => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
    };
    format!("{{{}}}", values.iter().map(quoted).collect::<Vec<_>>().join(","))
}

fn table_row(name: &str, is_partitioned: &str, parents: &str) -> String {
    let is_partition = if parents == "{}" { "false" } else { "true" };
    let short = &name[4..];
    row(&["table", name, "app", short, is_partitioned, is_partition, parents, "", "{}", "{}", "{}"])
}

fn column_row(table: &str, is_local: &str) -> String {
    row(&["column", table, "m", "NULL", "NULL", "NULL", "{}", is_local])
}

fn key_row(table: &str) -> String {
    let name = format!("{}_pkey", &table[4..]);
    let definition = format!("CREATE UNIQUE INDEX {name} ON {table} USING btree (id, m)");
    row(&["key", table, &name, "app", &definition, "NULL", "false", "false", "false"])
}

/// A partitioned table with a partial index, a key, a check and a foreign key, and all of them in each partition.
fn partitions() -> (Dependents, Vec<String>) {
    let root = "app.t";
    let mut objects = Vec::from([
        column("app.k", 2, None, "r"),
        constraint("app.k", 3, None, "p"),
        column(root, 10, Some(root), "p"),
        index(root, 11, None, "p"),
        constraint(root, 12, None, "p"),
        constraint(root, 13, None, "c"),
        constraint(root, 14, None, "f"),
    ]);
    let mut rows = Vec::from([
        row(&["version", "15"]),
        table_row("app.k", "false", "{}"),
        column_row("app.k", "true"),
        key_row("app.k"),
        table_row(root, "true", "{}"),
        column_row(root, "true"),
        key_row(root),
    ]);
    for number in 0..MANY {
        let (name, key) = (format!("app.t{number}"), 100 + 10 * number);
        objects.extend([
            column(&name, key, Some(root), "r"),
            index(&name, key + 1, Some("app.t_m"), "r"),
            constraint(&name, key + 2, Some(root), "p"),
            constraint(&name, key + 3, Some(root), "c"),
            constraint(&name, key + 4, Some(root), "f"),
        ]);
        rows.extend([
            table_row(&name, "false", "{app.t}"),
            column_row(&name, "false"),
            key_row(&name),
        ]);
    }
    (dependents(objects), rows)
}

/// A table, and views each of which needs the one before it, in the opposite order of their names.
fn views() -> Dependents {
    let mut objects = Vec::from([column("app.t", 10, None, "r")]);
    for number in 0..MANY {
        let (name, key) = (format!("app.v{:05}", MANY - number), 100 + number);
        objects.push(view(key, &name, &format!("pg_class.{}", key - 1)));
    }
    dependents(objects)
}

/// Tables, each with a check that has no effect without the removed label, and a partial index.
fn tables() -> (Dependents, Vec<String>) {
    let (mut objects, mut rows) = (Vec::new(), Vec::from([row(&["version", "15"])]));
    for number in 0..MANY {
        let (name, key) = (format!("app.t{number}"), 100 + 10 * number);
        let mut check = constraint(&name, key + 2, None, "c");
        check.definition = "CHECK ((m OPERATOR(pg_catalog.<>) 'x'::app.mood))".into();
        objects.extend([column(&name, key, None, "r"), index(&name, key + 1, None, "r"), check]);
        rows.extend([table_row(&name, "false", "{}"), column_row(&name, "true")]);
    }
    (dependents(objects), rows)
}

const REMOVED: &[Removed<'_>] = &[Removed { label: "x", replacement: Some("sad") }];

fn definition() -> Definition<'static> {
    Definition::new("mood", &["ok", "sad"]).in_schema("app").with_removed(REMOVED)
}

/// What a plan took, for a run with `--nocapture`.
fn measured<T>(what: &str, plan: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let planned = plan();
    let took = start.elapsed();
    std::eprintln!("{what}: {took:.2?}");
    assert!(took < LONGEST, "{what}: {took:?}");
    planned
}

fn swapped(what: &str, dependents: &Dependents) {
    let plan = measured(what, || plan_swap(dependents, definition(), &[]).unwrap());
    assert!(plan.steps[0].up_sql().to_string().len() > 100 * MANY);
}

fn changed_online(what: &str, dependents: &Dependents, rows: &[String]) -> usize {
    let state = measured("state", || State::parse(rows).unwrap());
    let plan = measured(what, || {
        plan_online(dependents, &state, definition(), &[], Options::default()).unwrap().unwrap()
    });
    plan.phases.len()
}

#[test]
fn partitions_are_planned() {
    let (dependents, rows) = partitions();
    swapped("swap of partitions", &dependents);
    // Of each partition: rows, two indexes, a foreign key, validation. Of all: the checks.
    assert_eq!(changed_online("online change of partitions", &dependents, &rows), 10_014);
}

#[test]
fn tables_are_planned() {
    let (dependents, rows) = tables();
    swapped("swap of tables", &dependents);
    assert_eq!(changed_online("online change of tables", &dependents, &rows), 12_002);
}

#[test]
fn views_are_planned() {
    let dependents = views();
    swapped("swap of views", &dependents);
    let rows =
        [row(&["version", "15"]), table_row("app.t", "false", "{}"), column_row("app.t", "true")];
    assert_eq!(changed_online("online change under views", &dependents, &rows), 7);
    let back = Definition::new("mood", &["sad", "ok", "x", "y"]).in_schema("app");
    measured("way back of views", || plan_back(&dependents, back).unwrap());
}
