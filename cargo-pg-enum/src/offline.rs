//! Plans that replace a type, from the migrations alone.
//!
//! What depends on the type has to be known completely, so that everything that may depend on it and that the migrations
//! do not say to the last character is a reason for a database. The migration compares what it finds anyway, so a mistake
//! here makes it fail, and loses nothing.

use std::path::Path;

use pg_enum_core::dependents::{
    Dependents, Known, KnownCheck, KnownColumn, KnownIndex, KnownTable, KnownType,
};
use pg_enum_core::plan::{
    Obstacle, Plan, Reason, Step, Trouble, Unplannable, plan_back, plan_swap, removed, retire,
};
use pg_enum_core::record::{Record, RecordedEnum};
use pg_enum_core::retire::holders;
use pg_enum_core::{Definition, Ident, MAX_BYTES, Place};
use pg_enum_migrations::{
    CheckState, ColumnState, ColumnType, Generated, KeyKind, Kind, Location, MentionState,
    RelationKind, Replay, TableState, words,
};

use crate::failure::Failure;
use crate::live_plan::{Earlier, go_on, no_way_back};
use crate::migrations::{Replayed, Request};
use crate::retired;
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
        let steps = steps.map_err(|obstacles| Unplannable { type_name: type_name(), obstacles })?;
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
        let mut dependents =
            reader.known().and_then(|known| known.dependents()).map_err(refused)?;
        go_on(&mut dependents, definition, earlier)?;
        Ok(dependents)
    }
}

/// The oldest version that is supported.
const OLDEST: u32 = 12;

/// Statements that make no object, as replay calls them.
const PRIVILEGE: &str = "privilege or label";
const OWNER: &str = "owner of the type";
const DEFAULT_PRIVILEGE: &str = "default privilege";
const STORAGE: &str = "storage of a column";

const MAY_DEPEND: &str = "may depend on the type";
const NOT_FOLLOWED: &str = "is set by a statement that is not followed without a database";

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
            let columns = table.columns.iter().filter(|column| self.holds(column));
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
        let RecordedEnum { schema, name, labels, .. } = self.recorded;
        let comment = self.comment("type", name, Some(schema), None, "the migrations");
        let mentions = self.label_mentions();
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
            mentions,
            taken: names.filter(|name| name.ends_with("old")).cloned().collect(),
            tables,
        })
    }

    /// Whether a column is of the type, or of an array of it.
    fn holds(&self, column: &ColumnState) -> bool {
        column.ty.as_ref().is_some_and(|ty| self.is_type(ty))
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
        let mut known_checks = Vec::new();
        for check in checks.iter().filter(names_column) {
            let name = check.name.clone().or_else(|| self.chosen_name(table, checks, check));
            let comment = name.as_ref().and_then(|name| {
                self.comment("constraint", name, None, Some(&table.name), &described)
            });
            known_checks.push(KnownCheck {
                name,
                expression: check.expression.clone(),
                is_valid: check.is_valid,
                is_inherited: check.is_inherited,
                comment,
                at: self.shown(&check.at),
            });
        }
        let of_table = |(mention, _): &&(&MentionState, KnownIndex)| {
            mention.table.as_deref() == Some(&*table.name)
        };
        Some(KnownTable {
            schema: table.schema.clone(),
            name: table.name.clone(),
            columns: table.columns.iter().map(|column| self.column(column)).collect(),
            checks: known_checks,
            indexes: indexes.iter().filter(of_table).map(|(_, index)| index.clone()).collect(),
        })
    }

    /// The name that the server gives to a check (`AddRelationNewConstraints` in `src/backend/catalog/heap.c`); `None` if it
    /// may be another one.
    fn chosen_name(
        &self,
        table: &TableState,
        checks: &[CheckState],
        check: &CheckState,
    ) -> Option<String> {
        let chosen = |check: &CheckState| {
            let is_named = |column: &&ColumnState| {
                words(&check.expression).any(|word| word.trim_matches('"') == &*column.name)
            };
            let named: Vec<&ColumnState> = table.columns.iter().filter(is_named).collect();
            match named.as_slice() {
                [column] => format!("{}_{}_check", table.name, column.name),
                _ => format!("{}_check", table.name),
            }
        };
        let name = chosen(check);
        let is_same = |it: &&CheckState| match &it.name {
            Some(other) => *other == name,
            None => chosen(it) == name,
        };
        let renamed = &self.replay.renamed;
        let is_old = renamed.contains(&*table.name)
            || table.columns.iter().any(|column| renamed.contains(&column.name));
        let is_certain =
            name.len() <= MAX_BYTES && checks.iter().filter(is_same).count() == 1 && !is_old;
        is_certain.then_some(name)
    }

    fn column(&self, column: &ColumnState) -> KnownColumn {
        let ty = match column.ty.as_deref() {
            Some(ty) if self.is_type(ty) && ty.array => KnownType::Array,
            Some(ty) if self.is_type(ty) => KnownType::Scalar,
            Some(ty) if ty.schema == "pg_catalog" && !ty.array => match &*ty.name {
                "int2" | "int4" | "int8" => KnownType::Integer,
                "bool" => KnownType::Boolean,
                _ => KnownType::Other,
            },
            _ => KnownType::Other,
        };
        let is_own = matches!(ty, KnownType::Scalar | KnownType::Array);
        KnownColumn {
            name: column.name.to_string(),
            ty,
            // What is not known may be so.
            not_null: column.not_null.unwrap_or(true),
            default: column.default.as_deref().filter(|_| is_own).map(str::to_owned),
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
            let is_own = self.holds(column);
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
            let KeyKind::Foreign { schema, table: target, columns, .. } = &key.kind else {
                continue;
            };
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
            DEFAULT_PRIVILEGE => true,
            PRIVILEGE | OWNER | "type" | "domain" | "cast" | "operator" => names_type,
            "function" => names_type || names_column(),
            "index" => {
                let on =
                    |holder: &Holder<'_>| mention.table.as_deref() == Some(&*holder.table.name);
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
            let what = format!("index {}", visible(name));
            let comment = self.comment("index", name, None, None, &what);
            let index = KnownIndex {
                name: name.clone(),
                comment,
                is_unique: index.is_unique,
                columns,
                predicate: index.predicate.clone(),
                at: self.shown(&mention.at),
            };
            indexes.push((mention, index));
            return;
        }
        let (what, why) = match (mention.noun, &mention.name) {
            (PRIVILEGE, _) => {
                ("a privilege or a security label of the type".to_owned(), NOT_FOLLOWED)
            }
            (OWNER, _) => ("the owner of the type".to_owned(), NOT_FOLLOWED),
            (DEFAULT_PRIVILEGE, _) => ("a default privilege for types".to_owned(), NOT_FOLLOWED),
            (STORAGE, _) => ("the storage of a column".to_owned(), NOT_FOLLOWED),
            (noun, Some(name)) => (format!("{noun} {}", visible(name)), MAY_DEPEND),
            (noun, None) => {
                let article = if noun.starts_with(['e', 'i', 'o']) { "an" } else { "a" };
                (format!("{article} {noun}"), MAY_DEPEND)
            }
        };
        self.refuse(&what, why, &mention.at);
    }

    /// The comment of something, whose name and perhaps schema or table this is.
    fn comment(
        &mut self,
        noun: &str,
        name: &str,
        schema: Option<&str>,
        table: Option<&str>,
        what: &str,
    ) -> Option<String> {
        let comment = self.replay.comments.iter().rfind(|it| {
            let is = |one: Option<&str>, other: Option<&str>| {
                one.is_none() || other.is_none() || one == other
            };
            it.noun == noun
                && *it.name == *name
                && is(it.schema.as_deref(), schema)
                && is(it.table.as_deref(), table)
        })?;
        match &comment.text {
            Ok(text) => text.clone(),
            Err(_) => {
                let what = format!("the comment of {noun} {} of {what}", visible(name));
                self.refuse(&what, "is not a plain literal", &comment.at);
                None
            }
        }
    }

    /// Functions whose bodies have a label as a literal.
    fn label_mentions(&self) -> Vec<(String, String)> {
        let functions = self.replay.mentions.iter().filter(|it| it.noun == "function");
        let of = |mention: &MentionState| {
            let name = mention.name.as_ref().map(|name| format!("function {}", visible(name)));
            let labels = self.recorded.labels.iter().map(|label| label.text.clone());
            let labels: Vec<String> = labels.filter(|label| mention.has_literal(label)).collect();
            labels.into_iter().filter_map(move |label| Some((name.clone()?, label)))
        };
        functions.flat_map(of).collect()
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

/// What a reader should know of a type that is planned without a database: what the migration relies on, what the other way
/// to get rid of labels would cost, and labels that may have been renamed.
pub(crate) fn notes(
    record: &Record,
    recorded: &RecordedEnum,
    refused: &Unplannable,
    plan: &Plan,
) -> Vec<String> {
    let mut notes = vec![relies_on(recorded)];
    notes.extend(retired::instead_in_migrations(record, recorded, plan));
    for obstacle in &refused.obstacles {
        let Reason::Removed { label, renamed } = &obstacle.reason else { continue };
        if !renamed.is_empty() {
            let renamed = renamed.iter().map(|label| text::label(label)).collect::<Vec<_>>();
            notes.push(format!(
                "{} is removed, and not renamed: if it was renamed to {}, add #[pg_enum(was = {})]",
                text::label(&label.text),
                renamed.join(" or "),
                visible(&format!("{:?}", label.text))
            ));
        }
    }
    notes
}

fn relies_on(recorded: &RecordedEnum) -> String {
    format!(
        "{} is replaced as the migrations describe its tables: where a database has anything else that depends on it, the \
         migration stops with a list and changes nothing",
        text::type_name(&recorded.schema, &recorded.name)
    )
}
