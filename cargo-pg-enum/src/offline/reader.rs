//! Reads what the state of replay says of a type and of its tables.

use std::path::Path;

use pg_enum_core::dependents::{Known, KnownCheck, KnownColumn, KnownIndex, KnownTable, KnownType};
use pg_enum_core::plan::{Obstacle, Reason, Trouble};
use pg_enum_core::record::RecordedEnum;
use pg_enum_core::{Ident, MAX_BYTES, Place};
use pg_enum_migrations::{
    CheckState, ColumnState, ColumnType, Generated, KeyKind, Kind, Location, MentionState,
    RelationKind, Replay, TableState, words,
};

use crate::text::{slashed, visible};

/// Reads the state of replay, and collects what is refused.
pub(super) struct Reader<'a> {
    pub(super) replay: &'a Replay,
    pub(super) root: &'a Path,
    pub(super) recorded: &'a RecordedEnum,
    /// The oldest version of the servers.
    pub(super) oldest: u32,
    pub(super) obstacles: Vec<Obstacle>,
}

/// A table or a view with columns of the type.
pub(super) struct Holder<'a> {
    pub(super) table: &'a TableState,
    pub(super) columns: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    /// What the migrations say of the type.
    ///
    /// # Errors
    ///
    /// Everything that needs a database, with its place.
    pub(super) fn known(mut self) -> Result<Known, Vec<Obstacle>> {
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
        let (mut indexes, mut again) = (Vec::new(), Vec::new());
        for mention in &replay.mentions {
            self.look_at(mention, &holding, &mut indexes, &mut again);
        }
        let statements = self.statements(&again, &holding);
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
            statements,
        })
    }

    /// Whether a column is of the type, or of an array of it.
    pub(super) fn holds(&self, column: &ColumnState) -> bool {
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
            self.refuse(&described, "has checks that replay does not know", &table.created);
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
            let schema = mention.table_schema.as_deref();
            mention.table.as_deref() == Some(&*table.name)
                && schema.is_none_or(|schema| schema == table.schema)
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
            // A column of which this is not known may be `NOT NULL`.
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
                        "is generated, and before PostgreSQL 17 a generated column cannot keep its place before other \
                         columns (the oldest server is {}; `postgres` in the configuration sets it)",
                        self.oldest
                    );
                    self.refuse(&what, &why, &column.at);
                } else {
                    self.refuse(&what, "is generated from the type or a column of it", &column.at);
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

    pub(super) fn refuse(&mut self, what: &str, why: &str, at: &Location) {
        let trouble = Trouble::NeedsDatabase { why: format!("{why} ({})", self.shown(at)) };
        let reason = Reason::Dependent { what: what.to_owned(), trouble };
        self.obstacles.push(Obstacle { place: Place::Name, reason });
    }

    pub(super) fn shown(&self, at: &Location) -> String {
        format!("{}:{}", visible(&slashed(&self.root.join(at.path()))), at.line())
    }
}

fn is_view(table: &TableState) -> bool {
    matches!(table.kind, RelationKind::View | RelationKind::MaterializedView)
}

pub(super) fn relation_sql(table: &TableState) -> String {
    format!("{}.{}", Ident(&table.schema), Ident(&table.name))
}
