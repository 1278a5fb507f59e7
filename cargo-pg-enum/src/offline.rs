//! Plans that replace a type, from the migrations alone.
//!
//! What depends on the type has to be known completely, so that everything that may depend on it and that the migrations
//! do not say to the last character is a reason for a database. The migration compares what it finds anyway, so a mistake
//! here makes it fail, and loses nothing.

use std::path::Path;

use pg_enum_core::dependents::{
    Dependents, Holds, Known, KnownCheck, KnownColumn, KnownIndex, KnownTable,
};
use pg_enum_core::plan::{
    Obstacle, Plan, Reason, Step, Trouble, Unplannable, plan_back, plan_swap, removed, retire,
};
use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_core::retire::holders;
use pg_enum_core::{Definition, Ident, Place};
use pg_enum_migrations::{
    CheckState, ColumnState, ColumnType, Generated, KeyKind, Kind, Location, MentionState,
    RelationKind, Replay, TableState, words,
};

use crate::failure::Failure;
use crate::live_plan::{Earlier, go_on, no_way_back};
use crate::migrations::{Replayed, Request};
use crate::text::{self, slashed, visible};

/// The migrations, of which types are planned.
#[derive(Clone, Copy)]
pub(crate) struct Migrations<'a> {
    pub(crate) replayed: &'a Replayed,
    pub(crate) request: &'a Request,
    pub(crate) record: &'a Record,
}

impl Migrations<'_> {
    /// The plan that replaces a type, or all that needs a database.
    pub(crate) fn plan(
        self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &[Earlier<'_>],
    ) -> Result<Plan, Unplannable> {
        let dependents = self.dependents(definition, recorded, earlier)?;
        let held = Known::held(&dependents, &removed(&dependents.labels, definition));
        let mut plan = plan_swap(&dependents, definition, &held)?;
        // The type has the retired labels as before, so that the tables say what is left to do.
        let (holders, _) = holders(self.record, recorded);
        let type_name = || definition.name_sql().to_string();
        let steps = retire(definition, recorded, &holders);
        let steps =
            steps.map_err(|obstacles| Unplannable { type_name: type_name(), obstacles })?;
        plan.steps.extend(steps);
        Ok(plan)
    }

    /// The step that takes the labels away again that a plan adds.
    pub(crate) fn back(
        self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &[Earlier<'_>],
    ) -> Result<Step, Failure> {
        let dependents = self.dependents(definition, recorded, earlier);
        let dependents = dependents.map_err(|refused| refused.to_string());
        dependents
            .and_then(|it| plan_back(&it, definition).map_err(|why| why.to_string()))
            .map_err(|why| no_way_back(definition, &why))
    }

    fn dependents(
        self,
        definition: Definition<'_>,
        recorded: &RecordedEnum,
        earlier: &[Earlier<'_>],
    ) -> Result<Dependents, Unplannable> {
        let Self { replayed, request, .. } = self;
        let reader = Reader {
            replay: &replayed.replay,
            root: &replayed.folder.root,
            recorded,
            oldest: request.postgres.unwrap_or(OLDEST),
            obstacles: Vec::new(),
        };
        let type_name = || definition.name_sql().to_string();
        let refused = |obstacles| Unplannable { type_name: type_name(), obstacles };
        let mut dependents = reader.known().and_then(|known| known.dependents()).map_err(refused)?;
        go_on(&mut dependents, definition, earlier)?;
        Ok(dependents)
    }
}

/// The oldest version that is supported.
const OLDEST: u32 = 12;

/// What reads the state of replay.
struct Reader<'a> {
    replay: &'a Replay,
    root: &'a Path,
    recorded: &'a RecordedEnum,
    /// The oldest version of the servers.
    oldest: u32,
    obstacles: Vec<Obstacle>,
}

/// A table or a view with columns of the type.
struct Holder<'a> {
    table: &'a TableState,
    columns: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn known(mut self) -> Result<Known, Vec<Obstacle>> {
        let replay = self.replay;
        if let Some(unknown) = &replay.any_table {
            let why = format!("may depend on the type: {}", unknown.reason);
            self.refuse("any table", &why, &unknown.at);
        }
        for finding in &replay.findings {
            if matches!(&finding.kind, Kind::Unknown { touches } if touches.is_empty()) {
                let why = format!("may depend on the type: {}", finding.message);
                self.refuse("any object", &why, &finding.at);
            }
        }
        let mut holding = Vec::new();
        for table in &replay.tables {
            let columns = table.columns.iter().filter(|it| self.holds(it).is_some());
            let columns: Vec<&str> = columns.map(|column| &*column.name).collect();
            if !columns.is_empty() {
                holding.push(Holder { table, columns });
            }
        }
        let mut indexes = Vec::new();
        for mention in &replay.mentions {
            self.look_at(mention, &holding, &mut indexes);
        }
        let mut tables = Vec::new();
        for table in &replay.tables {
            if !is_view(table) {
                let holder = holding.iter().find(|it| std::ptr::eq(it.table, table));
                tables.extend(self.table(table, holder, &holding, &indexes));
            }
        }
        let comment = self.comment();
        let RecordedEnum { schema, name, labels, .. } = self.recorded;
        let types = replay.enums.iter().map(|it| &it.name);
        let names = types.chain(replay.tables.iter().map(|it| &it.name));
        if !self.obstacles.is_empty() {
            return Err(self.obstacles);
        }
        Ok(Known {
            schema: schema.clone(),
            name: name.clone(),
            labels: labels.iter().map(|label| label.text.clone()).collect(),
            comment,
            taken: names.filter(|name| name.ends_with("old")).cloned().collect(),
            tables,
        })
    }

    /// What a column holds of the type.
    fn holds(&self, column: &ColumnState) -> Option<Holds> {
        let ty = column.ty.as_ref().filter(|ty| self.is_type(ty))?;
        Some(if ty.array { Holds::Array } else { Holds::Scalar })
    }

    fn is_type(&self, ty: &ColumnType) -> bool {
        ty.schema == self.recorded.schema && ty.name == self.recorded.name
    }

    /// A table, as far as it bears on the type.
    fn table(
        &mut self,
        table: &'a TableState,
        holder: Option<&Holder<'_>>,
        holding: &[Holder<'_>],
        indexes: &[(&'a MentionState, KnownIndex)],
    ) -> Option<KnownTable> {
        let described = format!("table {}", relation_sql(table));
        if let Some(unknown) = &table.unknown {
            let why = format!("may depend on the type: {}", unknown.reason);
            self.refuse(&described, &why, &unknown.at);
            return None;
        }
        self.look_at_other_columns(table, &described, holder, holding);
        self.look_at_keys(table, &described, holder, holding);
        let Holder { columns, .. } = holder?;
        match table.kind {
            RelationKind::Table => {}
            kind => {
                let why = format!("is a {}", kind.noun());
                self.refuse(&described, &why, &table.created);
                return None;
            }
        }
        if let Some(column) = table.columns.iter().find(|column| column.is_inherited) {
            self.refuse(&described, "inherits columns", &column.at);
            return None;
        }
        let Some(checks) = &table.checks else {
            self.refuse(&described, "has checks that are not all known", &table.created);
            return None;
        };
        let names_column = |check: &&CheckState| {
            words(&check.expression).any(|word| columns.contains(&word.trim_matches('"')))
        };
        let checks = checks.iter().filter(names_column).map(|check| KnownCheck {
            name: check.name.clone(),
            expression: check.expression.clone(),
            is_valid: check.is_valid,
            is_inherited: check.is_inherited,
            at: self.shown(&check.at),
        });
        let of_table = |(mention, _): &&(&MentionState, KnownIndex)| {
            mention.table.as_deref() == Some(&*table.name)
        };
        Some(KnownTable {
            schema: table.schema.clone(),
            name: table.name.clone(),
            columns: table.columns.iter().map(|column| self.column(column)).collect(),
            checks: checks.collect(),
            indexes: indexes.iter().filter(of_table).map(|(_, index)| index.clone()).collect(),
        })
    }

    fn column(&self, column: &ColumnState) -> KnownColumn {
        let holds = self.holds(column);
        KnownColumn {
            name: column.name.to_string(),
            holds,
            // What is not known may be so.
            not_null: column.not_null.unwrap_or(true),
            default: column.default.as_deref().filter(|_| holds.is_some()).map(str::to_owned),
            at: self.shown(&column.at),
        }
    }

    /// Generated columns, columns of domains over the type, and defaults that name the type.
    fn look_at_other_columns(
        &mut self,
        table: &'a TableState,
        described: &str,
        holder: Option<&Holder<'_>>,
        holding: &[Holder<'_>],
    ) {
        let columns = holder.map(|holder| &*holder.columns).unwrap_or_default();
        for (index, column) in table.columns.iter().enumerate() {
            let what = format!("column {} of {described}", column.name);
            let over = |ty: &ColumnType| {
                let mut base = ty.domain_over.as_deref();
                while let Some(ty) = base.filter(|ty| !self.is_type(ty)) {
                    base = ty.domain_over.as_deref();
                }
                base.is_some()
            };
            if column.ty.as_deref().is_some_and(over) {
                self.refuse(&what, "is of a domain over the type", &column.at);
            }
            let is_row = |it: &Holder<'_>| {
                let is_its =
                    |ty: &ColumnType| ty.schema == it.table.schema && ty.name == it.table.name;
                column.ty.as_deref().is_some_and(is_its)
            };
            if holding.iter().any(is_row) {
                self.refuse(&what, "is of the row type of a table with the type", &column.at);
            }
            let is_own = self.holds(column).is_some();
            let names_it = |text: &str| {
                let is_it = |word: &str| word == self.recorded.name || columns.contains(&word);
                words(text).any(|word| is_it(word.trim_matches('"')))
            };
            let names_it = column.default.as_deref().is_some_and(names_it);
            let is_generated = matches!(column.generated, Generated::Stored | Generated::Virtual);
            if is_generated && (is_own || names_it) {
                let is_last = index + 1 == table.columns.len();
                if self.oldest < 17 && !is_last {
                    let why = format!(
                        "is generated, and its place before other columns cannot be kept before PostgreSQL 17, where the \
                         oldest server is {}",
                        self.oldest
                    );
                    self.refuse(&what, &why, &column.at);
                } else {
                    self.refuse(&what, "is generated", &column.at);
                }
            } else if names_it && !is_own {
                let what = format!("default value for {what}");
                self.refuse(&what, "names the type", &column.at);
            }
        }
    }

    /// Foreign keys over columns of the type, at either end.
    fn look_at_keys(
        &mut self,
        table: &'a TableState,
        described: &str,
        holder: Option<&Holder<'_>>,
        holding: &[Holder<'_>],
    ) {
        for key in &table.keys {
            let KeyKind::Foreign { schema, table: target, columns, .. } = &key.kind else { continue };
            let of_own = holder.is_some_and(|holder| {
                key.columns.iter().any(|column| holder.columns.contains(&&**column))
            });
            let of_target = |it: &Holder<'_>| {
                it.table.name == **target
                    && schema.as_deref().is_none_or(|schema| it.table.schema == *schema)
                    && (columns.is_empty()
                        || columns.iter().any(|column| it.columns.contains(&&**column)))
            };
            if of_own || holding.iter().any(of_target) {
                let what = format!("a foreign key of {described}");
                self.refuse(&what, "is over a column of the type", &key.at);
            }
        }
    }

    /// Refuses what may depend on the type, except an index that can be created again.
    fn look_at(
        &mut self,
        mention: &'a MentionState,
        holding: &[Holder<'_>],
        indexes: &mut Vec<(&'a MentionState, KnownIndex)>,
    ) {
        let names_type = mention.names(&self.recorded.name);
        let of = |holder: &&Holder<'_>| mention.names(&holder.table.name);
        let mut tables = holding.iter().filter(of);
        let mut names_column =
            || tables.any(|holder| holder.columns.iter().any(|column| mention.names(column)));
        let is_relevant = match mention.noun {
            "default privilege" => true,
            "privilege or label" | "owner of the type" | "type" | "domain" | "cast" | "operator" => {
                names_type
            }
            "function" => names_type || names_column(),
            "index" => {
                let on = |holder: &Holder<'_>| mention.table.as_deref() == Some(&*holder.table.name);
                mention.has_constant
                    && (names_type && mention.has_cast || holding.iter().any(on) && names_column())
            }
            "view" | "materialized view" => {
                names_type && mention.has_cast
                    || names_column()
                    || mention.has_star && holding.iter().any(|it| mention.names(&it.table.name))
            }
            "rule" => {
                names_type && mention.has_cast
                    || holding.iter().any(|it| mention.names(&it.table.name))
            }
            _ => names_type && mention.has_cast || names_column(),
        };
        if !is_relevant {
            return;
        }
        if let (Some(index), Some(name)) = (&mention.index, &mention.name) {
            let columns = index.columns.iter().map(ToString::to_string).collect();
            let index = KnownIndex {
                name: name.clone(),
                is_unique: index.is_unique,
                columns,
                predicate: index.predicate.clone(),
                at: self.shown(&mention.at),
            };
            indexes.push((mention, index));
            return;
        }
        let what = match &mention.name {
            Some(name) => format!("{} {}", mention.noun, visible(name)),
            None => format!("a {}", mention.noun),
        };
        self.refuse(&what, "may depend on the type", &mention.at);
    }

    /// The comment of the type.
    fn comment(&mut self) -> Option<String> {
        let RecordedEnum { schema, name, .. } = self.recorded;
        let of_type = self.replay.comments.iter().rfind(|it| {
            *it.name == **name && it.schema.as_deref().is_none_or(|there| there == schema)
        })?;
        match &of_type.text {
            Ok(text) => text.clone(),
            Err(_) => {
                self.refuse("the comment of the type", "is not a plain literal", &of_type.at);
                None
            }
        }
    }

    fn refuse(&mut self, what: &str, why: &str, at: &Location) {
        let trouble = Trouble::NeedsDatabase { why: format!("{why} ({})", self.shown(at)) };
        let reason = Reason::Dependent { what: what.to_owned(), trouble };
        self.obstacles.push(Obstacle { place: Place::Name, reason });
    }

    fn shown(&self, at: &Location) -> String {
        format!("{}:{}", visible(&slashed(&self.root.join(at.path()))), at.line())
    }
}

fn is_view(table: &TableState) -> bool {
    matches!(table.kind, RelationKind::View | RelationKind::MaterializedView)
}

fn relation_sql(table: &TableState) -> String {
    format!("{}.{}", Ident(&table.schema), Ident(&table.name))
}

/// Whether something is refused that a database would tell.
pub(crate) fn needs_database(refused: &Unplannable) -> bool {
    refused.obstacles.iter().any(|obstacle| {
        let Reason::Dependent { trouble, .. } = &obstacle.reason else { return false };
        matches!(trouble, Trouble::NeedsDatabase { .. })
    })
}

/// What a reader should know of a type that is planned without a database.
pub(crate) fn note(recorded: &RecordedEnum) -> String {
    format!(
        "{} is replaced as the migrations describe its tables: where a database has anything else that depends on it, the \
         migration stops with a list and changes nothing",
        text::type_name(&recorded.schema, &recorded.name)
    )
}
