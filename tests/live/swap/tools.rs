//! A replaced type in the migrations of every tool.

use std::time::{Duration, UNIX_EPOCH};

use pg_enum_core::plan::LockTimeout;
use pg_enum_core::{Definition, Removed};
use pg_enum_migrations::folder::Tool;
use pg_enum_migrations::write::{Draft, WriteError, commit, prepare};
use pg_enum_migrations::{Folder, Options};
use pg_enum_test_server::Database;

use super::planned;
use crate::harness::{run, tests};

tests![every_tool_reads_what_is_written_for_it];

const START: &str = "CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('a', 'b;', 'x');
CREATE TABLE app.t (m app.mood DEFAULT 'a', CHECK (m <> 'a'));
CREATE VIEW app.v AS SELECT m FROM app.t WHERE m = 'b;';";

async fn every_tool_reads_what_is_written_for_it(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let removed = [Removed { label: "x", replacement: Some("new") }];
    let new = ["new", "b;", "a"];
    let definition = Definition::new("mood", &new).in_schema("app").with_removed(&removed);
    let mut plan = planned(&mut connection, definition).await.unwrap();
    plan.set_lock_timeout(&LockTimeout::default());
    let draft = |name: &str, up: String, down: String| Draft { name: name.into(), up, down };
    let (up, down) = (plan.steps[0].up_sql().to_string(), plan.steps[0].down_sql().to_string());
    let drafts = [
        draft("start", START.into(), "DROP SCHEMA app CASCADE;".into()),
        draft("swap", up.clone(), down.clone()),
        // As a migration that goes on, so that replay reads it.
        draft("back", down, up),
    ];
    let now = UNIX_EPOCH + Duration::from_secs(1_741_064_767);
    let mut written = 0;
    for tool in Tool::ALL {
        let root = tempfile::tempdir().unwrap();
        for (count, labels) in [(2, &new[..]), (3, &["a", "b;", "x"])] {
            let folder = Folder::open_as(root.path(), *tool).unwrap();
            let prepared = match prepare(&folder, &drafts[..count], now) {
                Err(WriteError::ByTool { .. }) => break,
                prepared => prepared.unwrap(),
            };
            let done = commit(&folder, &prepared).unwrap();
            let read = Options::new().read_code(pg_enum_python::read);
            let replay = read.replay(done.folder().unwrap()).unwrap();
            assert!(replay.findings.is_empty(), "{tool}: {:?}", replay.findings);
            let mood = replay.enums.iter().find(|state| state.name == "mood").unwrap();
            assert!(
                mood.labels.iter().map(|label| &*label.text).eq(labels.iter().copied()),
                "{tool}"
            );
            done.undo().unwrap();
            written += 1;
        }
    }
    assert!(written > 30, "{written}");
}
