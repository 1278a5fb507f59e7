//! What a runner sends before the migrations of its list.

use std::fs;

use pg_enum_migrations::Folder;

use crate::code::bases;

/// The scripts of each way, beside a schema in `old.sql` and another one in `new.sql`.
fn ways(runner: &str) -> Vec<Vec<String>> {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(root.path().join(name), text).unwrap();
    write("mod.rs", &format!("mod v1; mod start;\n{runner}"));
    write("v1.rs", "");
    write("old.sql", "CREATE TYPE mood AS ENUM ('old')");
    write("new.sql", "CREATE TYPE mood AS ENUM ('new')");
    write(
        "start.rs",
        "const OLD: &str = include_str!(\"old.sql\");\npub fn is_empty(c: &C) -> R<bool> { sql_query(\"SELECT 1\").get_result(c) }\n\
                       pub fn old(c: &C) -> R { c.lock().batch_execute(OLD)?; Ok(()) }\npub fn fresh(c: &C) -> R { c.batch_execute(include_str!(\"new.sql\")) }",
    );
    let folder = Folder::open(root.path()).unwrap();
    let texts = |way: &Vec<_>| {
        way.iter().map(pg_enum_migrations::folder::Script::text).map(str::to_owned).collect()
    };
    bases(&folder).iter().map(texts).collect()
}

const OLD: &str = "CREATE TYPE mood AS ENUM ('old')";
const NEW: &str = "CREATE TYPE mood AS ENUM ('new')";
const LIST: &str = "let all: Vec<Box<dyn Migration>> = vec![Box::new(v1::V1)];";

#[test]
fn each_way_counts() {
    let run = |body: &str| ways(&format!("pub fn migrate(c: &C, to: Option<V>) -> R {{ {body} }}"));
    let go = "for one in &all { one.migrate(c)?; } Ok(())";
    assert_eq!(run(&format!("start::old(c)?; {LIST} {go}")), [[OLD]]);
    assert_eq!(
        run(&format!(
            "{LIST} if start::is_empty(c)? {{ if to.is_some() {{ start::old(c)?; }} else {{ start::fresh(c)?; }} }} \
             if version(c) < all[0].version() {{ return Err(E); }} {go}"
        )),
        [[OLD], [NEW]]
    );
    assert_eq!(run(&format!("{LIST} if start::is_empty(c)? {{ start::old(c)?; }} {go}")), [[OLD]]);
    // What comes after the list is none of it, and neither are tables.
    assert!(run(&format!("{LIST} {go}; start::old(c)")).is_empty());
    assert!(
        run(&format!("c.batch_execute(\"CREATE TABLE log (id int)\")?; {LIST} {go}")).is_empty()
    );
    assert!(run(&format!("{LIST} runner(c, all)?; start::old(c)")).is_empty());
}

#[test]
fn the_list_may_stand_by_itself() {
    let list = "fn all() -> Vec<Box<dyn Migration>> { vec![Box::new(v1::V1)] }";
    assert_eq!(
        ways(&format!(
            "{list}\npub fn run(c: &C) {{ start::fresh(c)?; for one in all() {{ one.up(c); }} }}"
        )),
        [[NEW]]
    );
    assert!(ways(&format!("{list}\npub fn other(c: &C) {{ start::fresh(c)?; }}")).is_empty());
    assert!(ways("impl MigratorTrait for M { fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![Box::new(v1::V1)] } }").is_empty());
}
