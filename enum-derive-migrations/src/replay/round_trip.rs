//! Each migration up, down and up again.

use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;

use super::options::{Options, UnknownVersion};
use super::runner::{Runner, read_codes};
use super::state::{self, EnumState};
use super::trips::{Changed, RoundTrip};
use super::way::Way;
use crate::catalog::{Mark, Type};
use crate::folder::Folder;
use crate::ground::{Finding, Key, Migration, Taken, TypeId};
use crate::meaning::session::Point;
use crate::text::nesting::with_deep_stack;

impl Options {
    /// Takes each migration back right after it has been applied, and applies it again: a round trip for each that has a
    /// way down, in order. Each way is a run of its own of the tool. What has come of the round trip is undone before the
    /// next migration, which so finds what it finds in the folder.
    ///
    /// What is to be said of the first ways up is what [`replay`](Self::replay) says.
    ///
    /// ```
    /// use pg_enum_migrations::{Folder, Options};
    /// # let root = tempfile::tempdir()?;
    /// # let root = root.path();
    /// std::fs::write(root.join("1_mood.up.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
    /// std::fs::write(root.join("1_mood.down.sql"), "DROP TABLE IF EXISTS moods;")?;
    ///
    /// let trips = Options::new().round_trips(&Folder::open(root)?)?;
    /// let left = &trips[0].left[0];
    /// assert_eq!(left.name, "mood");
    /// assert!(left.before.is_none() && left.after.is_some());
    /// assert_eq!(trips[0].again[0].message, "type \"mood\" already exists");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no migration [`until`](Self::until) which to go.
    pub fn round_trips(&self, folder: &Folder) -> Result<Vec<RoundTrip>, UnknownVersion> {
        let end = self.end(folder)?;
        let migrations = folder.migrations.get(..end).unwrap_or_default();
        if migrations.iter().all(|migration| migration.down.is_none()) {
            return Ok(Vec::new());
        }
        Ok(with_deep_stack(|| {
            let codes = read_codes(folder, migrations, self);
            let downs = Way::down(folder, migrations, self);
            let mut runner = Runner::new(folder, self);
            runner.trips = Some(Vec::new());
            runner.run(migrations, &codes, &downs);
            runner.trips.unwrap_or_default()
        }))
    }
}

impl Runner<'_> {
    /// From here on, what a migration does can be undone.
    pub(super) fn keep_journal(&mut self) -> Mark {
        self.session.catalog_mut().keep_journal()
    }

    /// Takes a migration back that has just been applied to what was `found`, and applies it again. The database is then
    /// what it was.
    pub(super) fn round_trip(
        &mut self,
        migration: &Migration,
        found: Mark,
        down: Option<&Way<'_>>,
        up: &mut dyn FnMut(&mut Self) -> Result<(), ()>,
    ) {
        // What is open when a script ends goes on with the next one.
        let down = down.filter(|_| !self.session.connection.in_transaction_block());
        if let Some(down) = down {
            let made = self.session.point();
            let sent = mem::take(&mut self.sent);
            let told = (self.session.run.findings.len(), self.refused.len());
            let mut trip = RoundTrip {
                migration: self.session.catalog().migration,
                left: Vec::new(),
                down: Vec::new(),
                taken: Vec::new(),
                differs: Vec::new(),
                again: Vec::new(),
                known: true,
            };
            let refused = self.go(down, migration.transaction);
            trip.down = self.told_since(told);
            let catalog = self.session.catalog();
            let taken = catalog.taken.iter().filter(|taken| taken.event >= made.mark.events());
            let placed =
                |taken: &Taken| Some((catalog.events.get(taken.event)?.at.clone(), taken.clone()));
            trip.taken = taken.filter_map(placed).collect();
            trip.known = self.is_certain_since(&made);
            if refused.is_ok() {
                trip.left = self.changed_since(found);
                self.sent.clear();
                let _ = up(self);
                self.session.disconnect();
                trip.again = self.told_since(told);
                trip.known &= self.is_certain_since(&made);
                trip.differs = self.changed_since(made.mark);
            }
            self.session.roll_back(&made);
            self.sent = sent;
            self.trips.get_or_insert_default().push(trip);
        }
        if !self.session.connection.in_transaction_block() {
            self.session.catalog_mut().release_journal();
        }
    }

    /// What has been said since, which is not kept.
    fn told_since(&mut self, (reported, refused): (usize, usize)) -> Vec<Finding> {
        let mut findings = self.session.run.findings.split_off(reported);
        findings.extend(self.refused.drain(refused..));
        findings
    }

    fn is_certain_since(&self, point: &Point) -> bool {
        let doubts = self.session.memory.doubts.mark();
        doubts == point.told.doubts && !self.session.memory.doubts.all
    }

    /// The enums that are not what they were.
    fn changed_since(&self, mark: Mark) -> Vec<Changed> {
        let catalog = self.session.catalog();
        let mut changed: BTreeMap<Key, (Option<EnumState>, Option<EnumState>)> = BTreeMap::new();
        for (id, old) in catalog.types_since(mark) {
            let state = |ty: &Rc<Type>| self.enum_state(id, ty).map(|it| (ty.key.clone(), it));
            if let Some((key, before)) = old.and_then(state) {
                changed.entry(key).or_default().0 = Some(before);
            }
            if let Some((key, after)) = catalog.ty(id).and_then(state) {
                changed.entry(key).or_default().1 = Some(after);
            }
        }
        let labels = |state: &Option<EnumState>| {
            let state = state.as_ref()?;
            Some(state.labels.iter().map(|label| label.text.clone()).collect::<Vec<_>>())
        };
        let mut list = Vec::new();
        for ((schema, name), (before, after)) in changed {
            if &*schema != "pg_temp" && labels(&before) != labels(&after) {
                let memory = &self.session.memory;
                let (schema, name) = (memory.display(&schema), memory.display(&name));
                list.push(Changed { schema, name, before, after });
            }
        }
        list
    }

    fn enum_state(&self, id: TypeId, ty: &Type) -> Option<EnumState> {
        let first = self.session.catalog().events.iter().find(|event| event.id == id);
        state::state(&self.session, id, ty, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::{Location, Step, Tool};
    use crate::testing::open_as;

    /// Each migration's round trip, in lines. A migration is a file up and a file down.
    fn trips(migrations: &[(&str, &str)]) -> Vec<String> {
        let mut files = Vec::new();
        for (index, (up, down)) in migrations.iter().enumerate() {
            files.push((format!("{index}_a.up.sql"), *up));
            files.push((format!("{index}_a.down.sql"), *down));
        }
        let files: Vec<_> = files.iter().map(|(name, text)| (&**name, *text)).collect();
        let folder = open_as(Tool::GolangMigrate, &files);
        lines(&Options::new().round_trips(&folder).expect("all of them"))
    }

    fn lines(trips: &[RoundTrip]) -> Vec<String> {
        let state = |state: &Option<EnumState>| match state {
            Some(state) => {
                let labels = state.labels.iter().map(|label| &*label.text);
                format!("({})", labels.collect::<Vec<_>>().join(" "))
            }
            None => "nothing".to_owned(),
        };
        let mut lines = Vec::new();
        for trip in trips {
            let index = trip.migration;
            for (what, changed) in [("left", &trip.left), ("differs", &trip.differs)] {
                for Changed { name, before, after, .. } in changed {
                    let (before, after) = (state(before), state(after));
                    lines.push(format!("{index} {what}: {name} {before} {after}"));
                }
            }
            for (what, findings) in [("down", &trip.down), ("again", &trip.again)] {
                for found in findings {
                    lines.push(format!("{index} {what}: {}: {}", found.at, found.message));
                }
            }
            if !trip.known {
                lines.push(format!("{index} is not certain"));
            }
        }
        lines
    }

    #[test]
    fn what_is_taken_back_as_it_was() {
        let all = [
            ("CREATE TYPE a AS ENUM ('x')", "DROP TYPE a"),
            ("CREATE TABLE t (a a)", "DROP TABLE t"),
            ("CREATE TABLE u ()", "DROP TABLE u"),
            (
                "ALTER TYPE a RENAME TO b; ALTER TYPE b RENAME VALUE 'x' TO 'y'",
                "ALTER TYPE b RENAME TO a; ALTER TYPE a RENAME VALUE 'y' TO 'x'",
            ),
            (
                "COMMIT; ALTER TYPE b ADD VALUE 'z'",
                "BEGIN; ALTER TYPE b RENAME TO old; CREATE TYPE b AS ENUM ('y');
                ALTER TABLE t ALTER a TYPE b USING a::text::b; DROP TYPE old; COMMIT",
            ),
        ];
        assert_eq!(trips(&all), [""; 0]);
        // They do not disturb each other.
        let folder = open_as(Tool::GolangMigrate, &[("1_a.up.sql", all[0].0), ("2_a.up.sql", "")]);
        assert_eq!(lines(&Options::new().round_trips(&folder).expect("all")), [""; 0]);
    }

    #[test]
    fn what_stays() {
        assert_eq!(
            trips(&[
                ("CREATE TYPE a AS ENUM ('x'); CREATE TABLE t (a a)", "DROP TABLE t"),
                ("ALTER TYPE a ADD VALUE 'y'", ""),
                ("ALTER TYPE a ADD VALUE IF NOT EXISTS 'z'", "-- it stays"),
                ("SELECT 1", "ALTER TYPE a ADD VALUE 'w'"),
            ]),
            [
                "0 left: a nothing (x)",
                "0 again: 0_a.up.sql:1: type \"a\" already exists",
                "1 left: a (x) (x y)",
                "1 again: 1_a.up.sql:1: enum label \"y\" already exists",
                "2 left: a (x y) (x y z)",
                "3 left: a (x y z) (x y z w)",
                "3 differs: a (x y z) (x y z w)",
            ]
        );
    }

    #[test]
    fn a_way_down_that_fails_or_is_not_known() {
        assert_eq!(
            trips(&[
                ("CREATE TYPE a AS ENUM ('x'); CREATE TABLE t (a a)", "DROP TYPE a; DROP TABLE t"),
                ("ALTER TYPE a ADD VALUE 'y'", "DO $$ BEGIN EXECUTE (SELECT q FROM r); END $$"),
                ("CREATE TYPE b AS ENUM ('x')", "DROP TYPE b"),
            ]),
            [
                "0 down: 0_a.down.sql:1: cannot drop type a because other objects depend on it",
                "1 left: a (x) (x y)",
                "1 down: 1_a.down.sql:1: what this executes is put together at run time",
                "1 again: 1_a.up.sql:1: whether the server accepts this is not known, after what is reported above: \
                 enum label \"y\" already exists",
                "1 is not certain",
            ]
        );
    }

    #[test]
    fn what_one_run_sends_once() {
        let folder = open_as(
            Tool::Alembic,
            &[
                ("a.py", "revision = 'a'\ndown_revision = None"),
                ("b.py", "revision = 'b'\ndown_revision = 'a'"),
            ],
        );
        let sends = |sql: &'static str| {
            move |_: &std::path::Path, source: &std::sync::Arc<crate::folder::Source>| {
                let (at, once) = (Location::new(source, 0..0), Some("a".to_owned()));
                Some(vec![Step::Made { sql: sql.to_owned(), at, once }])
            }
        };
        let up = Options::new().read_code(sends("CREATE TYPE a AS ENUM ('x')"));
        let down = up.clone().read_code_down(sends("DROP TYPE a"));
        let found = |options: Options| lines(&options.round_trips(&folder).expect("all of them"));
        // The second revision sends it again in a run of its own.
        assert_eq!(found(down.clone()), ["1 left: a (x) nothing"]);
        let unread = found(up);
        assert!(unread.contains(&"0 is not certain".to_owned()), "{unread:?}");
        let taken_back = down.down(2).replay(&folder).expect("all of them");
        let said: Vec<_> = taken_back.findings.iter().map(|it| it.message.clone()).collect();
        assert_eq!(said, ["type \"a\" does not exist", "type \"a\" already exists"]);
        assert_eq!(taken_back.taken_back, 2);
    }

    /// A type that is dropped in SQL is not created again in the same run; databases that have got the migrations one after the
    /// other have it.
    #[test]
    fn what_only_one_run_refuses() {
        let text = |id: char, down: &str| format!("revision = '{id}'\ndown_revision = {down}");
        let texts = [text('a', "None"), text('b', "'a'"), text('c', "'b'")];
        let files = [("a.py", &*texts[0]), ("b.py", &*texts[1]), ("c.py", &*texts[2])];
        let folder = open_as(Tool::Alembic, &files);
        let options = Options::new().read_code(|_, source| {
            let (sql, once) = match source.path.to_str() {
                Some("a.py") => ("CREATE TYPE a AS ENUM ('x')", Some("a".to_owned())),
                Some("b.py") => ("DROP TYPE a", None),
                _ => ("CREATE TYPE a AS ENUM ('y'); CREATE TABLE t (a a)", Some("a".to_owned())),
            };
            let made = |sql: &str, once| Step::Made {
                sql: sql.to_owned(),
                at: Location::new(source, 0..0),
                once,
            };
            let mut parts = sql.split("; ");
            let first = made(parts.next()?, once);
            Some(std::iter::once(first).chain(parts.map(|sql| made(sql, None))).collect())
        });
        let replay = options.replay(&folder).expect("all of them");
        let labels: Vec<_> =
            replay.enums.iter().flat_map(|it| &it.labels).map(|it| &*it.text).collect();
        assert_eq!((labels, replay.replayed), (vec!["y"], 3));
        let said: Vec<_> =
            replay.findings.iter().map(|it| (&*it.message, it.only_in_one_run)).collect();
        assert_eq!(said, [("type \"a\" does not exist", true)]);
    }
}
