//! The enums as they are in the end.

use std::fmt;

use pg_enum_core::{Definition, Ident};

use crate::catalog::{Type, TypeKind};
use crate::ground::{Event, Finding, Key, Kind, Location, TypeId, sort};
use crate::meaning::session::Session;

/// An enum as the migrations leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumState {
    /// Which enum, for [`Replay::events_of`](super::Replay::events_of).
    pub id: TypeId,
    /// The schema that it is in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its labels, in the order of the type.
    pub labels: Vec<LabelState>,
    /// The statement that created it.
    pub created: Location,
    /// The migration with that statement: an index into
    /// [`Folder::migrations`](crate::folder::Folder).
    pub migration: usize,
    /// Whether all of this is certain. If not, a finding of [`Kind::Unknown`](crate::Kind) says why.
    pub known: bool,
}

/// A label, and what made it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelState {
    /// The label.
    pub text: String,
    /// Where it is written: in `CREATE TYPE`, in `ADD VALUE`, or as the new one in `RENAME VALUE`.
    pub at: Location,
    /// The migration with that statement.
    pub migration: usize,
}

impl EnumState {
    /// The SQL that creates it, as [`Definition::create_sql`] writes it.
    ///
    /// ```
    /// use pg_enum_migrations::{Folder, Replay};
    /// # let root = tempfile::tempdir()?;
    /// # std::fs::write(root.path().join("1_mood.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
    /// # let root = root.path();
    /// let replay = Replay::of(&Folder::open(root)?);
    /// let sql = replay.enums[0].create_sql().to_string();
    /// assert!(sql.contains(r#"CREATE TYPE public.mood AS ENUM ('sad')"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn create_sql(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| {
            let labels: Vec<_> = self.labels.iter().map(|label| label.text.as_str()).collect();
            let definition = Definition::new(&self.name, &labels).in_schema(&self.schema);
            write!(f, "{}", definition.create_sql())
        })
    }
}

impl super::Replay {
    /// The SQL that builds this state where there is nothing: schemas, and the types in them.
    #[must_use]
    pub fn create_sql(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| {
            let mut schema = None;
            for state in &self.enums {
                if schema != Some(&state.schema) && state.schema != "public" {
                    writeln!(f, "CREATE SCHEMA IF NOT EXISTS {};\n", Ident(&state.schema))?;
                }
                schema = Some(&state.schema);
                writeln!(f, "{}", state.create_sql())?;
            }
            Ok(())
        })
    }
}

/// Every enum of a session but the temporary ones, by schema and name.
pub(super) fn enums(session: &Session) -> Vec<EnumState> {
    let mut first: Vec<Option<&Event>> = Vec::new();
    for event in &session.catalog().events {
        while first.len() <= event.id.0 {
            first.push(None);
        }
        first[event.id.0].get_or_insert(event);
    }
    let mut enums = Vec::new();
    for (id, ty, _) in session.catalog().enums() {
        let first = first.get(id.0).copied().flatten();
        enums.extend(state(session, id, ty, first).filter(|it| it.schema != "pg_temp"));
    }
    sort(&mut enums, &mut |left, right| {
        (&left.schema, &left.name).cmp(&(&right.schema, &right.name))
    });
    enums
}

/// A type as an enum, if it is one, by the first event of it.
pub(super) fn state(
    session: &Session,
    id: TypeId,
    ty: &Type,
    first: Option<&Event>,
) -> Option<EnumState> {
    let TypeKind::Enum(labels) = &ty.kind else { return None };
    let (migration, created) =
        first.map_or_else(|| (0, ty.created.clone()), |event| (event.migration, event.at.clone()));
    let mut states = Vec::with_capacity(labels.len());
    for label in labels {
        states.push(LabelState {
            text: label.text.to_string(),
            at: label.at.clone(),
            migration: label.migration,
        });
    }
    Some(EnumState {
        id,
        schema: session.memory.display(&ty.key.0),
        name: session.memory.display(&ty.key.1),
        labels: states,
        created,
        migration,
        known: session.memory.doubts.is_known(&ty.key),
    })
}

/// The types in doubt that are not among the enums, with the place of the finding that says so.
pub(super) fn perhaps(session: &Session, findings: &[Finding]) -> Vec<(String, String, Location)> {
    let is_there = |key: &Key| {
        let id = session.catalog().type_at(&key.0, &key.1);
        let ty = id.and_then(|id| session.catalog().ty(id));
        ty.is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)))
    };
    let mut doubted: Vec<_> = session.memory.doubts.types().iter().collect();
    sort(&mut doubted, &mut Ord::cmp);
    doubted.retain(|key| !is_there(key));
    let place = |key: &Key| {
        let name = session.memory.display_key(key);
        let says = |finding: &&Finding| matches!(&finding.kind, Kind::Unknown { touches } if touches.contains(&name));
        // Under another name, if it has got this one since.
        let is_unknown = |finding: &&Finding| matches!(finding.kind, Kind::Unknown { .. });
        let found = findings.iter().find(says).or_else(|| findings.iter().find(is_unknown));
        let at = found?.at.clone();
        Some((session.memory.display(&key.0), session.memory.display(&key.1), at))
    };
    let mut perhaps = Vec::new();
    for key in doubted {
        perhaps.extend(place(key));
    }
    perhaps
}
