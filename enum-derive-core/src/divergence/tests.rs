use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::divergences;
use crate::record::{DroppedEnum, Origin, Record, RecordedEnum, RecordedLabel};
use crate::{Definition, Former, Place, Removed, Renamed};

#[test]
fn what_may_be_there_is_not_missed() {
    let mut record = Record { default_schema: "public".into(), ..Record::default() };
    let mood = Definition::new("mood", &["sad"]);
    assert_eq!(divergences(mood, &record)[0].disagreement.code(), "never-created");
    record.vague = true;
    assert!(divergences(mood, &record).is_empty());
}

fn record(labels: &[&str], known: bool) -> Record {
    let at = |line| Origin { file: "m.sql".into(), line };
    let labels = labels.iter().enumerate().map(|(index, text)| RecordedLabel {
        text: (*text).into(),
        at: at(index + 2),
        accepted: false,
    });
    let there = RecordedEnum {
        schema: "public".into(),
        name: "t".into(),
        known,
        created: at(1),
        labels: labels.collect(),
    };
    let dropped = DroppedEnum { schema: "public".into(), name: "gone".into(), at: at(9) };
    Record {
        default_schema: "public".into(),
        enums: [there].into(),
        dropped: [dropped].into(),
        vague: false,
        tables: None,
        any_table: None,
    }
}

fn found(definition: Definition<'_>, theirs: &[&str]) -> Vec<String> {
    divergences(definition, &record(theirs, true)).iter().map(ToString::to_string).collect()
}

#[test]
fn equal_is_nothing() {
    assert!(found(Definition::new("t", &["a", "b"]), &["a", "b"]).is_empty());
}

#[test]
fn an_uncertain_type_is_not_compared() {
    assert!(divergences(Definition::new("t", &["x"]), &record(&["a"], false)).is_empty());
}

#[test]
fn a_type_that_is_not_there() {
    assert_eq!(
        found(Definition::new("u", &["a"]), &[]),
        ["no migration creates the type public.u"]
    );
    assert_eq!(
        found(Definition::new("t", &["a"]).in_schema("app"), &[]),
        ["no migration creates the type app.t, but the schema public has a type with that \
             name (m.sql:1)"]
    );
    assert_eq!(
        found(Definition::new("T_", &["a"]), &[]),
        [
            "no migration creates the type public.T_, but there is a type t in the same schema (m.sql:1)"
        ]
    );
    assert_eq!(
        found(Definition::new("gone", &["a"]), &[]),
        ["a migration drops the type public.gone (m.sql:9)"]
    );
}

#[test]
fn a_renamed_or_moved_type() {
    let was = |schema, name| Former { schema, name };
    let renamed = Definition::new("u", &["a"]).with_was(was(None, "t"));
    assert_eq!(
        found(renamed, &["a"]),
        ["no migration renames the type public.t to public.u (m.sql:1)"]
    );
    let moved = Definition::new("t", &["a"]).in_schema("app");
    assert_eq!(
        found(moved.with_was(was(Some("public"), "t")), &["b"]),
        [
            "no migration moves the type public.t to the schema app (m.sql:1)",
            "no migration adds the label 'a' to app.t (created at m.sql:1)",
            "the migrations give app.t a label that no variant has: 'b' (m.sql:2)",
        ]
    );
    let both = Definition::new("u", &["a"]).in_schema("app");
    assert_eq!(
        found(both.with_was(was(Some("public"), "t")), &["a"]),
        ["no migration renames the type public.t to app.u (m.sql:1)"]
    );
    // Without a schema, the former name is in the present schema.
    assert_eq!(
        found(both.with_was(was(None, "t")), &["a"]),
        ["no migration creates the type app.u"]
    );
    // A rename that has already happened is not reported.
    assert!(found(Definition::new("t", &["a"]).with_was(was(None, "gone")), &["a"]).is_empty());
    let same = Definition::new("t", &["a"]).with_was(was(Some("public"), "t"));
    assert!(found(same, &["a"]).is_empty());
    assert!(divergences(renamed, &record(&["x"], false)).is_empty());
}

#[test]
fn a_hint_has_priority_over_a_similar_name() {
    let renamed = [Renamed { label: "c", was: "b" }];
    let definition = Definition::new("t", &["B", "c"]).with_renamed(&renamed);
    assert_eq!(
        found(definition, &["b"]),
        [
            "no migration adds the label 'B' to public.t (created at m.sql:1)",
            "no migration renames the label 'b' of public.t to 'c' (m.sql:2)",
        ]
    );
    let removed = [Removed { label: "b", replacement: None }];
    assert_eq!(
        found(Definition::new("t", &["B"]).with_removed(&removed), &["b"]),
        [
            "no migration adds the label 'B' to public.t (created at m.sql:1)",
            "no migration removes the label 'b' from public.t (m.sql:2)",
        ]
    );
}

#[test]
fn labels_that_differ() {
    assert_eq!(
        found(Definition::new("t", &["a", "B", "c"]), &["a", "b", "x", "y"]),
        [
            "the label 'B' differs only by case from 'b' in the migrations (m.sql:3)",
            "no migration adds the label 'c' to public.t (created at m.sql:1)",
            "the migrations give public.t labels that no variant has: 'x' (m.sql:4), 'y' (m.sql:5)",
        ]
    );
}

#[test]
fn a_renamed_label() {
    let renamed = [Renamed { label: "done", was: "finished" }];
    let definition = Definition::new("t", &["a", "done"]).with_renamed(&renamed);
    assert_eq!(
        found(definition, &["a", "finished"]),
        ["no migration renames the label 'finished' of public.t to 'done' (m.sql:3)"]
    );
    assert!(found(definition, &["a", "done"]).is_empty());
}

#[test]
fn a_removed_label() {
    let removed =
        [Removed { label: "x", replacement: None }, Removed { label: "y", replacement: None }];
    let definition = Definition::new("t", &["a"]).with_removed(&removed);
    assert_eq!(
        found(definition, &["a", "y", "z"]),
        [
            "no migration removes the label 'y' from public.t (m.sql:3)",
            "the migrations give public.t a label that no variant has: 'z' (m.sql:4)",
        ]
    );
    let first = divergences(definition, &record(&["a", "y", "z"], true)).swap_remove(0);
    assert_eq!(first.place, Place::Removed(1));
    assert!(found(definition, &["a"]).is_empty());
}

fn help(definition: Definition<'_>, theirs: &[&str]) -> Vec<String> {
    let found = divergences(definition, &record(theirs, true));
    found.iter().map(|found| found.help().to_string()).collect()
}

#[test]
fn help_for_each() {
    let t = |labels| Definition::new("t", labels);
    let generate = "run `cargo pg-enum generate` to write the migration";
    assert_eq!(help(t(&["a", "b"]), &["a"]), [generate]);
    assert_eq!(
        help(t(&["a", "\"b\""]), &["a", "\"c\""]),
        [
            "if it is a new name for '\"c\"', add `#[pg_enum(was = \"\\\"c\\\"\")]`; then run \
             `cargo pg-enum generate` to write the migration",
            "add a variant for it, forbid it in rows with `#[pg_enum(retired(\"\\\"c\\\"\"))]`, or run `cargo \
             pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label",
        ]
    );
    assert_eq!(
        help(t(&["a", "b"]), &["a", "c", "d"]),
        [
            "if it is a new name for one of the existing labels, add `#[pg_enum(was = \"…\")]`; then run \
             `cargo pg-enum generate` to write the migration",
            "add variants for them, forbid them in rows with `#[pg_enum(retired(\"c\", \"d\"))]`, or run `cargo \
             pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label",
        ]
    );
    assert_eq!(
        help(t(&["A"]), &["a"]),
        ["use the spelling of the migrations (`rename` or `rename_all`), or rename the label \
          in the database: add `#[pg_enum(was = \"a\")]` and run `cargo pg-enum generate`"]
    );
    assert_eq!(
        help(t(&["b", "a"]), &["a", "b"]),
        ["put the variants in the order of the migrations, or run `cargo pg-enum generate` \
          to replace the type, because `ALTER TYPE` cannot reorder labels"]
    );
    assert_eq!(
        help(Definition::new("u", &["a"]), &[]),
        ["run `cargo pg-enum generate` to write the migration, or add `#[pg_enum(external)]` \
          if something else creates the type"]
    );
    assert_eq!(
        help(t(&["a"]).in_schema("app"), &[]),
        ["add `#[pg_enum(schema = \"public\")]`, or run `cargo pg-enum generate` to create \
          app.t as well"]
    );
    assert_eq!(
        help(Definition::new("T", &["a"]), &[]),
        ["add `#[pg_enum(name = \"t\")]`, or run `cargo pg-enum generate` to create public.T \
          as well"]
    );
    assert_eq!(
        help(Definition::new("gone", &["a"]), &[]),
        ["run `cargo pg-enum generate` to create it again, or remove the enum"]
    );
}

#[test]
fn as_few_labels_as_possible_are_out_of_order() {
    assert_eq!(
        found(Definition::new("t", &["c", "a", "b", "d"]), &["a", "b", "c", "d"]),
        ["the label 'c' comes after 'b' in the migrations (m.sql:4)"]
    );
    assert_eq!(found(Definition::new("t", &["b", "a"]), &["a", "b"]).len(), 1);
}
