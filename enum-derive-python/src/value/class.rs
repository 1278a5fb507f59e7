//! Classes of the source, enums above all.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtAnnAssign, StmtClassDef};

use super::equality::same;
use super::{Frame, Module, Value, last};

/// A class.
pub(crate) struct Class {
    pub(crate) name: Rc<str>,
    pub(crate) bases: Vec<Value>,
    /// What its body binds, in order.
    pub(crate) names: Vec<(Rc<str>, Value)>,
    /// Which sort of enum it is, if it is one.
    pub(crate) kind: Option<Kind>,
    /// The members of an enum, in order and without aliases. Nothing where one is not known.
    pub(crate) members: Option<Vec<Rc<Member>>>,
    /// What stands beside the bases: `table=True`.
    pub(crate) keywords: Vec<(Rc<str>, Value)>,
    /// The statement; nothing where a call makes the class.
    pub(crate) definition: Option<Definition>,
}

/// The statement that defines a class.
pub(crate) struct Definition {
    pub(crate) module: Rc<Module>,
    pub(crate) statement: StmtClassDef,
    /// The names of its body, which annotations may use.
    pub(crate) frame: Rc<Frame>,
}

/// A member of an enum.
pub(crate) struct Member {
    pub(crate) class: Rc<str>,
    pub(crate) kind: Kind,
    /// Whether its class says how it is written.
    pub(crate) is_written: bool,
    pub(crate) name: Rc<str>,
    pub(crate) value: Value,
}

/// The sorts of enums (Python's manual, "enum").
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// `class X(str, Enum)`
    Text,
    /// `class X(StrEnum)`
    StrEnum,
    /// Of numbers or flags.
    Other,
}

impl Member {
    /// Whether it is a string.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::StrEnum)
    }

    /// As `str()` writes it.
    pub(crate) fn written(&self) -> Value {
        match self.kind {
            Kind::StrEnum if !self.is_written => self.value.clone(),
            Kind::Plain if !self.is_written => Value::text(format!("{}.{}", self.class, self.name)),
            // `str()` and an f-string differ, and versions of Python do.
            _ => Value::Unknown,
        }
    }
}

/// Members with the names under which they are found.
pub(crate) type Named<'c> = Vec<(&'c str, Rc<Member>)>;

impl Class {
    /// An attribute of the class or of what it inherits from.
    pub(crate) fn attribute(&self, name: &str) -> Option<Value> {
        self.attribute_within(name, &mut 100)
    }

    /// The same, in so many classes at most.
    fn attribute_within(&self, name: &str, most: &mut u32) -> Option<Value> {
        *most = most.checked_sub(1)?;
        if let Some(member) = self.members.iter().flatten().find(|member| &*member.name == name) {
            return Some(Value::Member(Rc::clone(member)));
        }
        let own = self.names.iter().rev().find(|(known, _)| &**known == name);
        if let Some((_, value)) = own {
            // An alias is the member of the same value.
            let alias = self.members.iter().flatten().find(|member| same(&member.value, value));
            return Some(alias.map_or_else(|| value.clone(), |it| Value::Member(Rc::clone(it))));
        }
        self.bases.iter().find_map(|base| match base {
            Value::Class(base) => base.attribute_within(name, most),
            _ => None,
        })
    }

    /// The members of an enum under all their names (`__members__`), in order and with aliases. Nothing where one is not known.
    pub(crate) fn named_members(&self) -> Option<Named<'_>> {
        self.members.as_ref()?;
        let member = |(name, _): &(Rc<str>, Value)| match self.attribute(name) {
            Some(Value::Member(member)) if may_be_member(name) => Some(member),
            _ => None,
        };
        Some(self.names.iter().filter_map(|it| Some((&*it.0, member(it)?))).collect())
    }

    /// The fields of a data class or a `NamedTuple`, in order, whose constructor takes them in that order; none for a class that
    /// has a constructor of its own, inherits from another of the source, or says of a variable that it is something else than
    /// a plain field (Python's manual, "dataclasses": `ClassVar`, `InitVar`, `KW_ONLY`, `field(…)`).
    pub(crate) fn fields(&self) -> Vec<Rc<str>> {
        let is_plain = !self.names.iter().any(|(name, _)| &**name == "__init__")
            && !self.bases.iter().any(|base| matches!(base, Value::Class(_)));
        let Some(definition) = self.definition.as_ref().filter(|_| is_plain) else {
            return Vec::new();
        };
        let is_tuple =
            |base: &Value| matches!(base, Value::Name(name) if last(name) == "NamedTuple");
        let is_data_class = definition.statement.decorator_list.iter().any(|it| {
            let named = match &it.expression {
                Expr::Call(call) => &*call.func,
                other => other,
            };
            last_name(named) == Some("dataclass")
        });
        if !is_data_class && !self.bases.iter().any(is_tuple) {
            return Vec::new();
        }
        let variables = definition.statement.body.iter().filter_map(Stmt::as_ann_assign_stmt);
        let field = |it: &StmtAnnAssign| match &*it.target {
            Expr::Name(name) if is_plain_field(it) => Some(Rc::from(name.id.as_str())),
            _ => None,
        };
        variables.map(field).collect::<Option<_>>().unwrap_or_default()
    }

    /// Whether its body or one that it inherits says of which type a variable is, as that of a data class does of a field.
    pub(crate) fn annotates(&self, name: &str) -> bool {
        self.annotates_within(name, &mut 100)
    }

    /// The same, in so many classes at most: those behind are taken to say it.
    fn annotates_within(&self, name: &str, most: &mut u32) -> bool {
        let Some(left) = most.checked_sub(1) else { return true };
        *most = left;
        let body = self.definition.iter().flat_map(|it| &it.statement.body);
        let mut variables = body.filter_map(Stmt::as_ann_assign_stmt);
        variables.any(|it| last_name(&it.target) == Some(name))
            || self.bases.iter().any(|base| match base {
                Value::Class(base) => base.annotates_within(name, most),
                _ => false,
            })
    }

    /// The member with a value: `Mood("sad")`.
    pub(crate) fn by_value(&self, value: Option<&Value>) -> Value {
        let member =
            value.and_then(|value| self.members.iter().flatten().find(|it| same(&it.value, value)));
        member.map_or(Value::Unknown, |member| Value::Member(Rc::clone(member)))
    }

    /// The sort of enum that a class with such bases is.
    pub(crate) fn kind_of(bases: &[Value]) -> Option<Kind> {
        let mut is_text = false;
        let mut is_number = false;
        let mut kind = None;
        for base in bases {
            match base {
                Value::Class(base) => kind = kind.or(base.kind),
                Value::Name(name) => match last(name) {
                    "str" => is_text = true,
                    "int" => is_number = true,
                    "Enum" => kind = kind.or(Some(Kind::Plain)),
                    "StrEnum" => kind = Some(Kind::StrEnum),
                    "IntEnum" | "Flag" | "IntFlag" => kind = Some(Kind::Other),
                    _ => {}
                },
                _ => {}
            }
        }
        match kind {
            Some(Kind::Plain) if is_text => Some(Kind::Text),
            Some(Kind::Plain) if is_number => Some(Kind::Other),
            kind => kind,
        }
    }
}

/// Whether a name in the body of an enum may be that of a member (`Lib/enum.py`: `_is_sunder`, `_is_dunder`, `_is_private`): not
/// `_missing_`, `__str__`, and `__x`, which is the class's own.
pub(crate) fn may_be_member(name: &str) -> bool {
    let plain = name.trim_start_matches('_');
    let before = name.len() - plain.len();
    let behind = plain.len() - plain.trim_end_matches('_').len();
    plain.is_empty() || !matches!((before, behind), (1, 1) | (2, 2) | (2.., 0 | 1))
}

/// Whether a variable of a data class is a field that its constructor takes by its place.
fn is_plain_field(it: &StmtAnnAssign) -> bool {
    const ELSE: [&str; 3] = ["ClassVar", "InitVar", "KW_ONLY"];
    let annotation = match &*it.annotation {
        Expr::Subscript(of) => last_name(&of.value),
        Expr::StringLiteral(text) => ELSE.into_iter().find(|it| text.value.to_str().contains(it)),
        other => last_name(other),
    };
    let is_call = matches!(it.value.as_deref(), Some(Expr::Call(call)) if last_name(&call.func) == Some("field"));
    !is_call && !annotation.is_some_and(|name| ELSE.contains(&name))
}

/// The name that an expression ends with: `dataclasses.field`, `field`.
fn last_name(of: &Expr) -> Option<&str> {
    match of {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}
