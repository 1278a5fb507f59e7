//! What a Python expression may come to.

mod asked;
mod class;
mod equality;
mod scope;

use std::cell::RefCell;
use std::rc::Rc;

use pg_enum_migrations::Location;
use ruff_python_ast::{ExprLambda, StmtFunctionDef};

pub(crate) use self::asked::{Asked, Moment, Scope, Thing, ThingKind};
pub(crate) use self::class::{Class, Definition, Kind, Member, Named, may_be_member};
pub(crate) use self::equality::{equal, same};
pub(crate) use self::scope::{Frame, Module, Unread, bound_by};
use crate::text::Text;

/// A value.
#[derive(Clone)]
pub(crate) enum Value {
    /// Not known.
    Unknown,
    None,
    Bool(bool),
    Int(i64),
    /// Another number, as it is written.
    Number(Rc<str>),
    Text(Text),
    List(Items),
    Tuple(Rc<[Value]>),
    /// A set, whose order is not known.
    Set(Items),
    Dict(Entries),
    Function(Rc<Function>),
    /// A function that is called with a first argument.
    Method(Rc<(Value, Value)>),
    Class(Rc<Class>),
    Member(Rc<Member>),
    Module(Rc<Module>),
    /// Something of a library, by its dotted name.
    Name(Rc<str>),
    /// What a call of such made.
    Made(Rc<Made>),
    /// An attribute of something that is made or built in: a method, as a rule.
    Attribute(Rc<(Value, Rc<str>)>),
    /// True or false by what the database has.
    Condition(Rc<Asked>),
    /// `batch_op` of `op.batch_alter_table`.
    Batch(Rc<Batch>),
}

/// Items that may change. Nothing where they are not known.
pub(crate) type Items = Rc<RefCell<Option<Vec<Value>>>>;

/// Keys and values that may change. Nothing where they are not known.
pub(crate) type Entries = Rc<RefCell<Option<Vec<(Value, Value)>>>>;

/// What a call of something in a library made: its arguments tell what.
pub(crate) struct Made {
    /// The dotted name of what was called.
    pub(crate) of: Rc<str>,
    pub(crate) args: RefCell<Args>,
    /// The call, where that matters.
    pub(crate) at: Option<Location>,
}

/// The arguments of a call.
#[derive(Clone, Default)]
pub(crate) struct Args {
    pub(crate) positional: Vec<Value>,
    pub(crate) keywords: Vec<(Rc<str>, Value)>,
    /// Whether there are more without names that are not known.
    pub(crate) more: bool,
    /// Whether there are more with names that are not known.
    pub(crate) open: bool,
}

/// A function of the source.
pub(crate) struct Function {
    pub(crate) module: Rc<Module>,
    pub(crate) code: Code,
    /// What parameters are where no argument says it.
    pub(crate) defaults: Vec<(Rc<str>, Value)>,
    /// Where it stands, if that is in a function.
    pub(crate) frame: Option<Rc<Frame>>,
}

pub(crate) enum Code {
    Def(Rc<StmtFunctionDef>),
    Lambda(Rc<ExprLambda>),
}

/// The table of `op.batch_alter_table`.
pub(crate) struct Batch {
    pub(crate) table: Value,
    pub(crate) schema: Value,
}

impl Value {
    pub(crate) fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn name(name: &str) -> Self {
        Self::Name(name.into())
    }

    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(RefCell::new(Some(items))))
    }

    pub(crate) fn made(of: &str, args: Args) -> Self {
        Self::Made(Rc::new(Made { of: of.into(), args: RefCell::new(args), at: None }))
    }

    /// The same, with the place of the call.
    pub(crate) fn made_at(of: &str, args: Args, at: Location) -> Self {
        Self::Made(Rc::new(Made { of: of.into(), args: RefCell::new(args), at: Some(at) }))
    }

    /// The call that gave it, or that it is computed from, if that gives something else in each process.
    pub(crate) fn unstable(&self) -> Option<&Rc<Made>> {
        match self {
            Self::Made(made) if made.is_unstable() => Some(made),
            Self::Attribute(of) => match &of.0 {
                Self::Made(made) if made.is_unstable() => Some(made),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn attribute(self, name: &str) -> Self {
        Self::Attribute(Rc::new((self, name.into())))
    }

    pub(crate) fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            Self::Member(member) if member.is_text() => match &member.value {
                Self::Text(text) => Some(text),
                _ => None,
            },
            // `quoted_name("x", quote=True)`, `op.f("x")`
            _ => None,
        }
    }

    /// The string, if it is one and all of it is known.
    pub(crate) fn as_str(&self) -> Option<&str> {
        self.as_text()?.known()
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// What made it, if it is of a library.
    pub(crate) fn as_made(&self) -> Option<&Rc<Made>> {
        match self {
            Self::Made(made) => Some(made),
            _ => None,
        }
    }

    /// Whether there is a way from it to the database.
    pub(crate) fn is_handle(&self) -> bool {
        self.is_handle_inside(3)
    }

    /// The same, in lists of some levels: one may be in itself.
    fn is_handle_inside(&self, levels: u32) -> bool {
        let any =
            |items: &[Self]| levels > 0 && items.iter().any(|it| it.is_handle_inside(levels - 1));
        match self {
            Self::Name(name) => {
                name.starts_with('@') || matches!(&**name, "alembic.op" | "alembic.context" | "op")
            }
            Self::Batch(_) => true,
            Self::Attribute(of) => levels > 0 && of.0.is_handle_inside(levels - 1),
            Self::Made(made) => made.of.starts_with('@'),
            Self::List(items) | Self::Set(items) => items.borrow().as_deref().is_some_and(any),
            Self::Tuple(items) => any(items),
            _ => false,
        }
    }
}

impl Made {
    /// Whether a call gives something else in each process: `hash()` of a text does (Python's manual, `object.__hash__`, note
    /// on `PYTHONHASHSEED`).
    pub(crate) fn is_unstable(&self) -> bool {
        const FUNCTIONS: [&str; 10] = [
            "builtins.hash",
            "builtins.id",
            "os.getpid",
            "time.monotonic",
            "time.time",
            "time.time_ns",
            "uuid.uuid1",
            "uuid.uuid4",
            "threading.get_ident",
            "datetime.datetime.now",
        ];
        let is_random = self.of.starts_with("random.") || self.of.starts_with("secrets.");
        self.at.is_some() && (is_random || FUNCTIONS.contains(&&*self.of))
    }

    /// The last part of the name of what was called.
    pub(crate) fn kind(&self) -> &str {
        last(&self.of)
    }

    /// An argument by its name.
    pub(crate) fn keyword(&self, name: &str) -> Option<Value> {
        self.args.borrow().keyword(name).cloned()
    }
}

impl Args {
    pub(crate) fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().rev().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// An argument that may be given by its place or by its name.
    pub(crate) fn get(&self, place: usize, name: &str) -> Option<Value> {
        match self.positional.get(place).or_else(|| self.keyword(name)) {
            Some(value) => Some(value.clone()),
            None => self.is_open().then_some(Value::Unknown),
        }
    }

    /// Whether there are more that are not known.
    pub(crate) fn is_open(&self) -> bool {
        self.more || self.open
    }

    /// An argument that has a name only.
    pub(crate) fn named(&self, name: &str) -> Option<Value> {
        match self.keyword(name) {
            Some(value) => Some(value.clone()),
            None => self.open.then_some(Value::Unknown),
        }
    }

    pub(crate) fn has_handle(&self) -> bool {
        self.positional.iter().any(Value::is_handle)
            || self.keywords.iter().any(|(_, value)| value.is_handle())
    }
}

/// The last part of a dotted name.
pub(crate) fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
