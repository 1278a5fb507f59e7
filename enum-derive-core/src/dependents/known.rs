//! What depends on a type as migrations say it, for a plan without a database.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::printed::{Constant, KnownType, Printer, condition, default};
use super::{Dependents, Held, Holds, Kind, Object, Size};
use crate::plan::{Obstacle, Reason, Trouble};
use crate::sql::swap::literals::label_in;
use crate::sql::swap::type_sql;
use crate::sql::{Name, swap};
use crate::unseen::Unseen;
use crate::{Ident, Place};

/// What migrations say of a type and of the tables with columns of it.
///
/// The caller makes sure that nothing else depends on the type. What the server rebuilds itself is left out: other indexes,
/// primary keys, unique constraints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The schema of the type.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// Functions whose bodies contain a label in quotes, with the label.
    pub mentions: Vec<(String, String)>,
    /// The names of other types, which a temporary name must not have.
    pub taken: Vec<String>,
    /// The tables that have columns of it.
    pub tables: Vec<KnownTable>,
    /// What is dropped and created again by the statements that have made it, in their order.
    pub statements: Vec<KnownStatements>,
}

/// A table that is not partitioned and neither inherits nor is inherited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownTable {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// All its columns, in order.
    pub columns: Vec<KnownColumn>,
    /// Its checks that compare columns of the type with constants.
    pub checks: Vec<KnownCheck>,
    /// Its indexes with predicates that do so.
    pub indexes: Vec<KnownIndex>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: KnownType,
    /// Whether it is `NOT NULL`.
    pub not_null: bool,
    /// Its default, as the migration has it.
    pub default: Option<String>,
    /// The place in the migrations, as messages show it.
    pub at: String,
}

/// A check of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCheck {
    /// Its name, also if the server has chosen it; `None` if it is not certain which name the server has chosen.
    pub name: Option<String>,
    /// Its expression, as the migration has it.
    pub expression: String,
    /// Whether it holds for all rows: not so after `NOT VALID`.
    pub is_valid: bool,
    /// Whether the tables that inherit have it too: not so after `NO INHERIT`.
    pub is_inherited: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// The place in the migrations, as messages show it.
    pub at: String,
}

/// An index over plain columns with a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIndex {
    /// Its name.
    pub name: String,
    /// Whether it is unique.
    pub is_unique: bool,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its predicate, as the migration has it.
    pub predicate: String,
    /// Its comment.
    pub comment: Option<String>,
    /// The place in the migrations, as messages show it.
    pub at: String,
}

/// An object that is dropped and created again by the statements of the migrations: a view, a trigger, a function and so on.
/// The migration compares its definition in the database before and after, so that neither needs to be known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownStatements {
    /// As messages describe it: `view app.v`.
    pub what: String,
    /// Its kind and name as `pg_identify_object` has them; a function without its arguments.
    pub identity: String,
    /// The view that it is, as SQL.
    pub view: Option<String>,
    /// The statement that drops it.
    pub drop: String,
    /// The statements that create it, and set its comment and privileges; each with `search_path` when it ran.
    pub statements: Vec<(String, String)>,
    /// The place in the migrations, as messages show it.
    pub at: String,
}

impl KnownStatements {
    /// The first of these labels that may be in a literal of the statements.
    #[must_use]
    pub fn label<'a>(&self, labels: &[&'a str]) -> Option<&'a str> {
        self.statements.iter().find_map(|(statement, _)| label_in(statement, labels))
    }
}

impl Known {
    /// What [`plan_swap`](crate::plan::plan_swap) plans with.
    ///
    /// ```
    /// use pg_enum_core::dependents::{Known, KnownColumn, KnownTable, KnownType};
    ///
    /// let column = KnownColumn {
    ///     name: "m".into(),
    ///     ty: KnownType::Scalar,
    ///     not_null: true,
    ///     default: Some("'ok'".into()),
    ///     at: "1_mood.sql:2".into(),
    /// };
    /// let table = KnownTable { schema: "app".into(), name: "t".into(), columns: vec![column], ..KnownTable::default() };
    /// let labels = vec!["sad".into(), "ok".into()];
    /// let known = Known { schema: "app".into(), name: "mood".into(), labels, tables: vec![table], ..Known::default() };
    /// let dependents = known.dependents().expect("all of it is certain");
    /// assert_eq!(dependents.direct[0], "default value for app.t.m 'ok'::app.mood");
    /// ```
    ///
    /// # Errors
    ///
    /// What the server may print in another way than this crate would.
    pub fn dependents(&self) -> Result<Dependents, Vec<Obstacle>> {
        let Self { schema, name, labels, comment, mentions, taken, tables, statements } = self;
        let type_sql = type_sql(Name { schema: Some(schema), name });
        let target = Object { comment: comment.clone(), ..object(Kind::Type, &type_sql) };
        let of_type = with_comment(swap::THE_TYPE.to_owned(), comment.as_ref());
        let mut dependents = Dependents {
            target: Object {
                described: format!("type {type_sql}"),
                identity: format!("type {type_sql}"),
                ..target
            },
            schema: schema.clone(),
            name: name.clone(),
            labels: labels.clone(),
            taken: taken.clone(),
            is_read: false,
            entries: Vec::new(),
            direct: Vec::from([of_type]),
            mentions: mentions.clone(),
            objects: Vec::new(),
        };
        let mut obstacles = Vec::new();
        for table in tables {
            OfTable::new(self, &type_sql, table).add(&mut dependents, &mut obstacles);
        }
        dependents.direct.sort();
        dependents.objects.extend((1..).zip(statements).map(|(number, it)| {
            let (drop, statements) = (it.drop.clone(), it.statements.clone());
            let kind = Kind::Statements { number, drop, statements };
            Object {
                described: it.what.clone(),
                identity: it.identity.clone(),
                relation: it.view.clone(),
                relation_kind: "v".into(),
                ..object(kind, &it.identity)
            }
        }));
        if obstacles.is_empty() { Ok(dependents) } else { Err(obstacles) }
    }

    /// The columns of the type with each of these labels, as not counted.
    #[must_use]
    pub fn held(dependents: &Dependents, labels: &[String]) -> Vec<Held> {
        let columns =
            dependents.objects.iter().filter(|object| matches!(object.kind, Kind::Column { .. }));
        columns
            .flat_map(|object| {
                labels.iter().map(|label| Held {
                    column: object.described.clone(),
                    label: label.clone(),
                    rows: Err(Unseen::NoDatabase),
                })
            })
            .collect()
    }
}

/// A table, and what is printed of it.
struct OfTable<'a> {
    known: &'a Known,
    type_sql: &'a str,
    table: &'a KnownTable,
    /// The table as SQL.
    table_sql: String,
    columns: Vec<(&'a str, KnownType)>,
}

impl<'a> OfTable<'a> {
    fn new(known: &'a Known, type_sql: &'a str, table: &'a KnownTable) -> Self {
        let table_sql = swap::type_sql(Name { schema: Some(&table.schema), name: &table.name });
        let columns = table.columns.iter().map(|column| (&*column.name, column.ty)).collect();
        Self { known, type_sql, table, table_sql, columns }
    }

    fn printer(&self) -> Printer<'_> {
        Printer {
            schema: &self.known.schema,
            name: &self.known.name,
            type_sql: self.type_sql,
            labels: &self.known.labels,
            table: &self.table.name,
            columns: &self.columns,
        }
    }

    fn object(&self, kind: Kind, name: &str, described: &str, identity: &str) -> Object {
        Object {
            relation: Some(self.table_sql.clone()),
            relation_kind: "r".into(),
            described: described.into(),
            identity: identity.into(),
            key: format!("{} {described}", self.table_sql),
            ..object(kind, &Ident(name).to_string())
        }
    }

    fn add(&self, dependents: &mut Dependents, obstacles: &mut Vec<Obstacle>) {
        for (number, column) in (1..).zip(&self.table.columns) {
            let holds = match column.ty {
                KnownType::Scalar => Holds::Scalar,
                KnownType::Array => Holds::Array,
                KnownType::Integer | KnownType::Boolean | KnownType::Other => continue,
            };
            self.add_column(number, column, holds, dependents, obstacles);
        }
        for check in &self.table.checks {
            self.add_check(check, dependents, obstacles);
        }
        for index in &self.table.indexes {
            self.add_index(index, dependents, obstacles);
        }
    }

    fn add_column(
        &self,
        number: i32,
        column: &KnownColumn,
        holds: Holds,
        dependents: &mut Dependents,
        obstacles: &mut Vec<Obstacle>,
    ) {
        let described = format!("column {} of table {}", column.name, self.table_sql);
        let name = format!("{}.{}", self.table_sql, Ident(&column.name));
        let identity = format!("table column {name}");
        let kind = Kind::Column {
            number,
            holds,
            not_null: column.not_null,
            inherited: false,
            storage: None,
            compression: None,
            refused: None,
            generated: None,
            root: None,
            size: Some(Size { rows: None, bytes: None }),
        };
        let is_array = holds == Holds::Array;
        let array = if is_array { "[]" } else { "" };
        dependents.objects.push(Object {
            definition: format!("{}{array}", self.type_sql),
            ..self.object(kind, &column.name, &described, &identity)
        });
        dependents.direct.push(identity);
        let Some(expression) = &column.default else { return };
        let what = format!("default value for {described}");
        match default(expression, is_array, self.printer()) {
            Some(Constant::Value(printed)) => {
                let identity = format!("default value for {name}");
                dependents.direct.push(format!("{identity} {printed}"));
                dependents.objects.push(Object {
                    definition: printed,
                    ..self.object(Kind::Default, &column.name, &what, &identity)
                });
            }
            Some(Constant::Null) => {}
            None => {
                obstacles.push(not_certain(
                    &what,
                    "is not a constant that can be read with certainty",
                    &column.at,
                ));
            }
        }
    }

    fn add_check(
        &self,
        check: &KnownCheck,
        dependents: &mut Dependents,
        obstacles: &mut Vec<Obstacle>,
    ) {
        let Some(name) = &check.name else {
            let what = format!("a check of table {} without a name", self.table_sql);
            obstacles.push(not_certain(
                &what,
                "has a name that the server has chosen, and which one is not certain",
                &check.at,
            ));
            return;
        };
        let what = format!("constraint {name} on table {}", self.table_sql);
        let Some((condition, has_constant)) = condition(&check.expression, self.printer()) else {
            obstacles.push(not_certain(&what, EXPRESSION, &check.at));
            return;
        };
        // The server rebuilds one without constants.
        if !has_constant {
            return;
        }
        let no_inherit = if check.is_inherited { "" } else { " NO INHERIT" };
        let not_valid = if check.is_valid { "" } else { " NOT VALID" };
        let definition = format!("CHECK ({condition}){no_inherit}{not_valid}");
        let identity = format!("table constraint {} on {}", Ident(name), self.table_sql);
        dependents
            .direct
            .push(with_comment(format!("{identity} {definition}"), check.comment.as_ref()));
        let kind = Kind::Constraint {
            of_type: "c".into(),
            inherited: false,
            is_local: true,
            of_parent: false,
            has_expression: false,
            is_marked: false,
            is_clustered: false,
            is_identity: false,
            is_disabled: false,
            of_generated: false,
        };
        let catalog = "pg_constraint".into();
        dependents.objects.push(Object {
            definition,
            catalog,
            comment: check.comment.clone(),
            ..self.object(kind, name, &what, &identity)
        });
    }

    fn add_index(
        &self,
        index: &KnownIndex,
        dependents: &mut Dependents,
        obstacles: &mut Vec<Obstacle>,
    ) {
        // An index is in the schema of its table.
        let full_name = type_sql(Name { schema: Some(&self.table.schema), name: &index.name });
        let what = format!("index {full_name}");
        let is_column = |name: &String| self.columns.iter().any(|(there, _)| there == name);
        let columns = index.columns.iter().all(is_column).then_some(&index.columns);
        let condition = condition(&index.predicate, self.printer());
        let (Some((condition, has_constant)), Some(columns)) = (condition, columns) else {
            obstacles.push(not_certain(&what, EXPRESSION, &index.at));
            return;
        };
        if !has_constant {
            return;
        }
        let unique = if index.is_unique { "UNIQUE " } else { "" };
        let columns: Vec<String> = columns.iter().map(|name| Ident(name).to_string()).collect();
        let definition = format!(
            "CREATE {unique}INDEX {} ON {} USING btree ({}) WHERE {condition}",
            Ident(&index.name),
            self.table_sql,
            columns.join(", ")
        );
        dependents
            .direct
            .push(with_comment(format!("{what} {definition}"), index.comment.as_ref()));
        let kind = Kind::Index {
            full_name,
            has_expression: true,
            of_constraint: false,
            parent: None,
            is_clustered: false,
            is_identity: false,
            is_valid: true,
            tablespace: None,
            targets: Vec::new(),
            of_generated: false,
        };
        dependents.objects.push(Object {
            definition,
            comment: index.comment.clone(),
            ..self.object(kind, &index.name, &what, &what)
        });
    }
}

/// What is compared of an object that has a comment.
fn with_comment(text: String, comment: Option<&String>) -> String {
    match comment {
        Some(comment) => format!("{text} {comment}"),
        None => text,
    }
}

const EXPRESSION: &str = "has an expression that cannot be compared with that of a database";

/// An object of which nothing is particular.
pub(crate) fn object(kind: Kind, name: &str) -> Object {
    Object {
        kind,
        key: name.to_owned(),
        described: String::new(),
        identity: String::new(),
        catalog: "pg_class".into(),
        relation: None,
        relation_kind: String::new(),
        name: name.to_owned(),
        definition: String::new(),
        owner: None,
        owned: true,
        revoked: Vec::new(),
        granted: Vec::new(),
        comment: None,
        extension: None,
        has_security_label: false,
        needs: Vec::new(),
    }
}

fn not_certain(what: &str, why: &str, at: &str) -> Obstacle {
    let trouble = Trouble::NeedsDatabase { why: format!("{why} ({at})") };
    Obstacle { place: Place::Name, reason: Reason::Dependent { what: what.to_owned(), trouble } }
}
