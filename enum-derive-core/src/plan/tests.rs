use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Plan, Unplannable, plan, plan_from};
use crate::record::{Origin, Record, RecordedEnum, RecordedLabel};
use crate::violation::Place;
use crate::{Definition, Former, Removed, Renamed};

fn recorded(schema: &str, name: &str, labels: &[&str]) -> RecordedEnum {
    let at = |line| Origin { file: "m.sql".into(), line };
    let labels = labels
        .iter()
        .enumerate()
        .map(|(index, text)| RecordedLabel {
            text: (*text).into(),
            at: at(index + 2),
            accepted: false,
        })
        .collect();
    RecordedEnum { schema: schema.into(), name: name.into(), known: true, created: at(1), labels }
}

fn of(labels: &[&str], definition: Definition<'_>) -> Result<Plan, Unplannable> {
    plan(Some(&recorded("app", "t", labels)), definition)
}

fn summaries(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| step.summary().to_string()).collect()
}

fn steps(old: &[&str], new: &[&str]) -> Vec<String> {
    summaries(&of(old, Definition::new("t", new).in_schema("app")).unwrap())
}

fn obstacles(labels: &[&str], definition: Definition<'_>) -> Vec<(Place, String)> {
    let refused = of(labels, definition).unwrap_err();
    refused.obstacles.iter().map(|found| (found.place, found.to_string())).collect()
}

#[test]
fn nothing_is_done_to_what_is_as_it_should_be() {
    assert!(
        of(&["a", "b"], Definition::new("t", &["a", "b"]).in_schema("app")).unwrap().is_empty()
    );
    // The schema is up to search_path, which replay has looked at.
    assert!(of(&["a", "b"], Definition::new("t", &["a", "b"])).unwrap().is_empty());
}

#[test]
fn labels_are_added_beside_what_is_there_by_then() {
    let first = "add value 'a' to app.t";
    assert_eq!(steps(&[], &["a", "b"]), [first, "add value 'b' to app.t after 'a'"]);
    assert_eq!(steps(&["a"], &["a", "b"]), ["add value 'b' to app.t after 'a'"]);
    assert_eq!(
        steps(&["c", "f"], &["a", "b", "c", "d", "e", "f", "g", "h"]),
        [
            "add value 'a' to app.t before 'c'",
            "add value 'b' to app.t after 'a'",
            "add value 'd' to app.t after 'c'",
            "add value 'e' to app.t after 'd'",
            "add value 'g' to app.t after 'f'",
            "add value 'h' to app.t after 'g'",
        ]
    );
}

#[test]
fn everything_at_once_is_in_order() {
    let renamed = [Renamed { label: "new", was: "old" }];
    let definition = Definition::new("u", &["first", "new", "z"])
        .in_schema("other")
        .with_was(Former { schema: Some("app"), name: "t" })
        .with_renamed(&renamed);
    assert_eq!(
        summaries(&of(&["old", "z"], definition).unwrap()),
        [
            "move type app.t to schema other",
            "rename type other.t to other.u",
            "rename value 'old' of other.u to 'new'",
            "add value 'first' to other.u before 'new'",
        ]
    );
}

#[test]
fn hints_that_have_been_followed_are_history() {
    let renamed = [Renamed { label: "b", was: "a" }];
    let removed = [Removed { label: "x", replacement: None }];
    let definition = Definition::new("t", &["b"])
        .in_schema("app")
        .with_was(Former { schema: None, name: "old" })
        .with_renamed(&renamed)
        .with_removed(&removed);
    assert!(of(&["b"], definition).unwrap().is_empty());
}

#[test]
fn a_type_without_a_schema_is_moved_only_if_it_moves() {
    let was = |schema, name| Definition::new("t", &["a"]).with_was(Former { schema, name });
    let record = |schema: &str, name: &str| Record {
        default_schema: "app".into(),
        enums: [recorded(schema, name, &["a"])].into(),
        ..Record::default()
    };
    for (record, definition, expected) in [
        (record("app", "t"), was(Some("app"), "t"), &[][..]),
        (record("app", "t"), was(Some("app"), "u"), &[]),
        (record("app", "u"), was(Some("app"), "u"), &["rename type u to t"]),
        (record("app", "u"), was(None, "u"), &["rename type u to t"]),
        (
            record("old", "u"),
            was(Some("old"), "u"),
            &["move type old.u to the first schema of search_path", "rename type u to t"],
        ),
        (record("old", "u"), was(None, "u"), &["create type t"]),
    ] {
        assert_eq!(summaries(&plan_from(&record, definition).unwrap()), expected);
    }
}

#[test]
fn labels_exchange_their_names_once() {
    let renamed = [Renamed { label: "a", was: "b" }, Renamed { label: "b", was: "a" }];
    let exchanged = Definition::new("t", &["x", "b", "a"]).in_schema("app").with_renamed(&renamed);
    let before = of(&["x", "a", "b"], exchanged).unwrap();
    assert_eq!(summaries(&before), ["rename values of app.t: 'a' to 'b', 'b' to 'a'"]);
    assert!(of(&["x", "b", "a"], exchanged).unwrap().is_empty());
    let renamed = [renamed[0], Renamed { label: "b", was: "c" }, Renamed { label: "c", was: "a" }];
    let cycle = Definition::new("t", &["a", "b", "c"]).in_schema("app").with_renamed(&renamed);
    assert_eq!(
        summaries(&of(&["b", "c", "a"], cycle).unwrap()),
        ["rename values of app.t: 'b' to 'a', 'c' to 'b', 'a' to 'c'"]
    );
    for unclear in [&["c", "b", "a"][..], &["a", "b"]] {
        let refused = of(unclear, cycle).unwrap_err().to_string();
        assert!(refused.contains("`was` exchanges the labels 'a', 'b', 'c'"), "{refused}");
    }
    // A chain ends in a label that is gone, so that one tells.
    let chain = [Renamed { label: "a", was: "old" }, Renamed { label: "b", was: "a" }];
    let chain = Definition::new("t", &["b", "a"]).in_schema("app").with_renamed(&chain);
    let expected = ["rename values of app.t: 'old' to 'a', 'a' to 'b'"];
    assert!(of(&["old", "a"], chain).is_err());
    let chain = Definition { labels: &["a", "b"], ..chain };
    assert_eq!(summaries(&of(&["old", "a"], chain).unwrap()), expected);
    assert!(of(&["a", "b"], chain).unwrap().is_empty());
    // A label that is missing is added, if nothing says that another one was it.
    assert_eq!(summaries(&of(&["a"], chain).unwrap()), ["add value 'b' to app.t after 'a'"]);
    assert_eq!(
        summaries(&of(&["old", "b"], chain).unwrap()),
        ["rename value 'old' of app.t to 'a'"]
    );
}

#[test]
fn what_alter_type_cannot_do_is_said() {
    let removed = [Removed { label: "b", replacement: None }];
    let definition =
        Definition::new("t", &["c", "a", "new"]).in_schema("app").with_removed(&removed);
    assert_eq!(
        obstacles(&["a", "b", "c", "x"], definition),
        [
            (
                Place::Label(1),
                "the label 'a' comes first in the migrations (m.sql:2), and ALTER TYPE cannot \
                 reorder labels: reorder the variants, or run `cargo pg-enum generate`, \
                 which replaces the type"
                    .into()
            ),
            (
                Place::Removed(0),
                "the label 'b' (m.sql:3) has no variant, and ALTER TYPE cannot remove a label: \
                 write `retired` instead of `removed`, which forbids it in each column (no rewrite; a scan under SHARE UPDATE EXCLUSIVE), or run \
                 `cargo pg-enum generate`, which replaces the type (each table is rewritten \
                 under ACCESS EXCLUSIVE)"
                    .into()
            ),
            (
                Place::Name,
                "the label 'x' (m.sql:5) has no variant, and ALTER TYPE cannot remove a label: \
                 run `cargo pg-enum generate --retire`, which forbids it in each column (no rewrite; a scan under SHARE UPDATE EXCLUSIVE), or run \
                 `cargo pg-enum generate`, which replaces the type (each table is rewritten \
                 under ACCESS EXCLUSIVE); if it was renamed to 'new', add \
                 #[pg_enum(was = \"x\")]"
                    .into()
            ),
        ]
    );
}

#[test]
fn nothing_is_guessed() {
    assert_eq!(
        obstacles(&["done"], Definition::new("t", &["Done"]).in_schema("app")),
        [(
            Place::Label(0),
            "the label 'Done' differs only by case from 'done' (m.sql:2), and nothing says \
             whether it was renamed; if it was, add #[pg_enum(was = \"done\")]"
                .into()
        )]
    );
    assert_eq!(
        obstacles(&["a"], Definition::new("u", &["a"]).in_schema("app")),
        [(
            Place::Name,
            "the migrations have app.t instead, and nothing says that it was renamed; if it was, \
             add #[pg_enum(was = \"app.t\")] to the enum"
                .into()
        )]
    );
    let dotted = recorded("my.app", "T \"1\"", &["a"]);
    let refused = plan(Some(&dotted), Definition::new("t", &["a"])).unwrap_err();
    assert_eq!(
        refused.to_string().rsplit_once("; if it was, add ").unwrap().1,
        r#"#[pg_enum(was = "\"my.app\".\"T \"\"1\"\"\"")] to the enum"#
    );
    let doubtful = RecordedEnum { known: false, ..recorded("app", "t", &[]) };
    let refused = plan(Some(&doubtful), Definition::new("t", &["a"]).in_schema("app")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "cannot plan app.t: its state after the migrations is uncertain (created at m.sql:1); for \
         each statement that replay reports, add a comment `-- pg-enum: assume …;` to the \
         migration"
    );
    let unsound = Definition::new("t", &["a", "a"]);
    for recorded in [None, Some(&doubtful)] {
        let refused = plan(recorded, unsound).unwrap_err();
        assert_eq!(refused.obstacles[0].place, Place::Label(1));
        assert_eq!(refused.obstacles[0].to_string(), "duplicate label \"a\"");
    }
}

#[test]
fn nothing_panics_whatever_is_recorded() {
    let odd = ["a", "a", "", "b\0", "A", "a"];
    for new in [&["a"][..], &["A", "a"], &["b", "a", "c"], &[]] {
        for old in [&odd[..], &odd[..2], &[]] {
            let _ = of(old, Definition::new("t", new).in_schema("app")).map(|plan| {
                plan.steps.iter().map(|step| step.up_sql().to_string()).collect::<String>()
            });
        }
    }
}

#[test]
fn a_summary_is_one_line() {
    let plan =
        of(&["a"], Definition::new("t", &["a", "it's\r\n\u{202e}é\\e\u{301}"]).in_schema("app"));
    assert_eq!(
        summaries(&plan.unwrap()),
        [r"add value E'it''s\r\n\u{202e}é\\e\u{301}' to app.t after 'a'"]
    );
}

#[test]
fn a_reviewer_has_twelve_lines_to_read_at_most() {
    let renamed = [Renamed { label: "unhappy", was: "sad" }];
    for schema in [Some("app"), None] {
        let mut feeling = Definition::new("feeling", &["unhappy", "ok"])
            .with_was(Former { schema: Some("public"), name: "mood" })
            .with_renamed(&renamed);
        feeling.schema = schema;
        let plan = plan(Some(&recorded("public", "mood", &["sad"])), feeling).unwrap();
        assert_eq!(plan.steps.len(), 4);
        for step in &plan.steps {
            for sql in [step.up_sql().to_string(), step.down_sql().to_string()] {
                assert!(sql.lines().count() <= 12, "{sql}");
            }
        }
    }
}

#[test]
fn a_step_that_locks_nothing_says_so() {
    let was = Former { schema: None, name: "t" };
    let renamed = of(&["a"], Definition::new("u", &["a"]).in_schema("app").with_was(was)).unwrap();
    let effects = renamed.steps[0].effects().to_string();
    assert!(effects.starts_with("locks: none. Nothing is rewritten or lost\n"), "{effects}");
}
