//! The objects of a database that bear on enums, and what the server does to them.
//!
//! Every change goes into a journal with what was there before, so that a transaction, a savepoint, a
//! failed statement and the subtransaction of an `EXCEPTION` block are undone in the same way.

mod built_in;
mod by_id;
mod columns;
mod dependent;
mod dependents;
mod drops;
mod inheritance;
mod journal;
mod labels;
mod look_up;
mod names;
mod noted;
mod objects;
mod read_only;
mod relations;
mod rows;
mod schemas;
mod types;

pub(crate) use self::built_in::{BuiltIn, Modifiers};
use self::by_id::ById;
pub(crate) use self::columns::{
    Column, ColumnType, DefaultValue, Generated, KeyKind, Presence, RelationId, TableKey, Uses, Why,
};
pub(crate) use self::dependent::{Check, Dependent, DependentDoubts, DependentKind, References};
use self::journal::Undo;
pub(crate) use self::journal::{Mark, TableDoubts};
pub(crate) use self::labels::{check_label, texts};
use self::names::Names;
pub(crate) use self::noted::Noted;
use self::read_only::ReadOnly;
pub(crate) use self::rows::{COMPOSITE, Label, Object, Relation, SHELL, Type, TypeKind};

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::ground::{Event, Key, Taken, TypeId};
use crate::text::strings::Backslash;
use crate::text::word::NameSet;

/// Something in a schema that is only taken to be there.
pub(crate) struct Assumed {
    pub key: Key,
    /// Where it is if the schema is not there.
    pub otherwise: Option<Key>,
}

/// What `search_path` calls the schema of the user's name, and the schema itself where a migration makes it: the name
/// is that of whoever runs them.
pub(crate) const USER: &str = "$user";

#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(crate) struct Catalog {
    /// Looked at for each name.
    schemas: HashSet<Arc<str>, RandomState>,
    /// Every schema that any migration makes, at whatever time.
    made_schemas: HashSet<Arc<str>>,
    /// The schemas that were made under the name of a role, which may be that of the user.
    role_schemas: HashSet<Arc<str>>,
    /// Names of schemas of which parts are not known; apart, whether there are any of which nothing is.
    vague_schemas: HashSet<Arc<str>>,
    has_nameless_schema: bool,
    /// Whether a schema that no migration makes is there all the same.
    assumes_schemas: bool,
    /// What has been looked for or made in such schemas.
    assumed: RefCell<Vec<Assumed>>,
    types: ById<TypeId, Rc<Type>>,
    type_names: Names<TypeId>,
    /// The array type of each type.
    arrays: ById<TypeId, TypeId>,
    /// The types over other types.
    compounds: HashSet<TypeId>,
    relations: ById<RelationId, Rc<Relation>>,
    relation_names: Names<RelationId>,
    /// Those of relations that may be there or not, and of those that are known to be gone.
    absent_names: Names<RelationId>,
    /// The relations that inherit from others.
    heirs: HashSet<RelationId>,
    /// The views, those that may be there or not among them.
    views: HashSet<RelationId>,
    /// Of each relation, those that have ever inherited from it, read it or referred to it. Whether one still does, it says
    /// itself.
    referrers: ById<RelationId, Vec<RelationId>>,
    /// Whether relations are followed with all their columns, or only as far as they bear on enums.
    pub(crate) follows_tables: bool,
    /// What may have made any table.
    any_table: Option<Rc<Why>>,
    /// The relations with columns or defaults that matter.
    users: HashSet<RelationId>,
    /// Of each type, the relations that have ever had such columns or defaults. Whether one still has, it says itself.
    users_of_types: ById<TypeId, Vec<RelationId>>,
    /// What may be there and reads relations.
    perhaps_readers: HashSet<RelationId>,
    /// The names that such relations have had, and composite types: a change of any other is none that
    /// matters.
    pub user_names: NameSet,
    objects: Rc<Vec<Rc<Object>>>,
    dependents: Rc<Vec<Rc<Dependent>>>,
    /// What may have made, changed or dropped something that depends on an enum.
    noted: Vec<Noted>,
    /// The names that statements have given to constraints, whether they are still there or not; an empty one if a name
    /// was put together at run time.
    constraint_names: HashSet<Arc<str>>,
    /// The tables of which not all checks are known. This is never taken back, because it only keeps something from being
    /// reported.
    unsure_checks: HashSet<RelationId>,
    /// The names of relations that may be there or not, for all that replay follows.
    obscured: HashSet<Arc<str>>,
    next: usize,
    session_path: Arc<[Arc<str>]>,
    local_path: Option<Arc<[Arc<str>]>>,
    session_backslash: Backslash,
    local_backslash: Option<Backslash>,
    session_reads_bodies: bool,
    local_reads_bodies: Option<bool>,
    read_only: ReadOnly,
    journal: Vec<Undo>,
    /// Whether the journal stays when a transaction is committed, so that this can be undone as well.
    keeps_journal: bool,
    /// How many transactions have been committed.
    transaction: usize,
    /// The types that the transaction has made, outside of a subtransaction: new labels of others cannot be used.
    fresh_types: HashSet<TypeId>,
    unsafe_labels: Vec<Arc<str>>,
    /// Whether the server is older than 17, to which it makes no difference what the transaction has made.
    pub(crate) minds_fresh_types: bool,
    /// Whether a sequence may belong to another column than at first (`OWNED BY`).
    pub(crate) moves_sequences: bool,
    /// Whether a column has ever got the default of another one, and so its sequence (`LIKE`, or by inheritance).
    pub(crate) shares_sequences: bool,
    /// How many subtransactions there are.
    pub(crate) subtransactions: usize,
    pub(crate) events: Vec<Event>,
    /// What went with enums that were dropped.
    pub(crate) taken: Vec<Taken>,
    /// The migration that runs.
    pub(crate) migration: usize,
}

impl Catalog {
    pub(crate) fn new(search_path: &[String], schemas: &[String]) -> Self {
        let path: Arc<[Arc<str>]> =
            search_path.iter().map(|name| Arc::from(name.as_str())).collect();
        let always = ["pg_catalog", "pg_temp", "public", "information_schema"];
        // What the caller puts on the path is there.
        let mut there: HashSet<_, RandomState> = HashSet::default();
        for name in path.iter() {
            if &**name != USER {
                there.insert(Arc::clone(name));
            }
        }
        for name in schemas {
            there.insert(Arc::from(name.as_str()));
        }
        for name in always {
            there.insert(Arc::from(name));
        }
        let mut made_schemas = HashSet::new();
        made_schemas.insert(Arc::from("public"));
        Self {
            schemas: there,
            assumes_schemas: false,
            assumed: RefCell::default(),
            made_schemas,
            role_schemas: HashSet::new(),
            vague_schemas: HashSet::new(),
            has_nameless_schema: false,
            types: ById::new(),
            type_names: Names::new(),
            arrays: ById::new(),
            compounds: HashSet::new(),
            relations: ById::new(),
            relation_names: Names::new(),
            absent_names: Names::new(),
            heirs: HashSet::new(),
            views: HashSet::new(),
            referrers: ById::new(),
            follows_tables: false,
            any_table: None,
            users: HashSet::new(),
            users_of_types: ById::new(),
            perhaps_readers: HashSet::new(),
            user_names: NameSet::new(),
            objects: Rc::default(),
            dependents: Rc::default(),
            noted: Vec::new(),
            constraint_names: HashSet::new(),
            unsure_checks: HashSet::new(),
            obscured: HashSet::new(),
            next: 0,
            session_path: path,
            local_path: None,
            session_backslash: Backslash::default(),
            local_backslash: None,
            session_reads_bodies: true,
            local_reads_bodies: None,
            read_only: ReadOnly::default(),
            journal: Vec::new(),
            keeps_journal: false,
            transaction: 0,
            fresh_types: HashSet::new(),
            unsafe_labels: Vec::new(),
            minds_fresh_types: false,
            moves_sequences: false,
            shares_sequences: false,
            subtransactions: 0,
            events: Vec::new(),
            taken: Vec::new(),
            migration: 0,
        }
    }
}
