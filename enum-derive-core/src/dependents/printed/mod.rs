//! Expressions of migrations, as the server prints them where no schema but `pg_catalog` is on the `search_path`.
//!
//! Only expressions of which this is certain are read: constants of an enum and its columns, integers, booleans, their
//! comparisons, `IS NULL`, and combinations of these with `AND`, `OR` and `NOT`. The server keeps the tree of an
//! expression and not its text, so parentheses and casts are its own (`get_rule_expr` and `get_const_expr` in
//! `src/backend/utils/adt/ruleutils.c`, `transformAExprIn` and `makeAndExpr` in `src/backend/parser`; PostgreSQL 12 to 18).

#[cfg(test)]
mod tests;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::Ident;
use crate::forbid::tokens::{Token, split_operator, tokens};
use crate::sql::swap::literals::{as_printed, is_as_printed};

/// The type of a column, as far as it bears on how the server prints an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownType {
    /// The enum.
    Scalar,
    /// An array of the enum.
    Array,
    /// `smallint`, `integer` or `bigint`.
    Integer,
    /// `boolean`.
    Boolean,
    /// Another one.
    Other,
}

/// The enum, and the columns of a table.
#[derive(Clone, Copy)]
pub(crate) struct Printer<'a> {
    pub(crate) schema: &'a str,
    pub(crate) name: &'a str,
    /// The enum as SQL.
    pub(crate) type_sql: &'a str,
    pub(crate) labels: &'a [String],
    /// The name of the table, and its columns.
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [(&'a str, KnownType)],
}

/// A constant.
pub(crate) enum Constant {
    /// `NULL`, which the server does not keep as a default.
    Null,
    /// As the server prints it.
    Value(String),
}

/// A default that is a constant; `None` if it is not understood.
pub(crate) fn default(expression: &str, is_array: bool, printer: Printer<'_>) -> Option<Constant> {
    let tokens = tokens(expression)?;
    let mut parser = Parser { rest: &tokens, printer, depth: 0, has_constant: false };
    let constant = parser.constant(is_array)?;
    parser.rest.is_empty().then_some(constant)
}

/// A condition for rows, and whether it has a constant of the enum; `None` if it is not understood.
pub(crate) fn condition(expression: &str, printer: Printer<'_>) -> Option<(String, bool)> {
    let tokens = tokens(expression)?;
    let mut parser = Parser { rest: &tokens, printer, depth: 0, has_constant: false };
    let condition = parser.or()?.print();
    parser.rest.is_empty().then_some((condition, parser.has_constant))
}

/// A cast to the enum.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cast {
    /// There is none.
    None,
    Scalar,
    /// To an array of it.
    Array,
}

struct Parser<'a> {
    rest: &'a [Token],
    printer: Printer<'a>,
    depth: usize,
    has_constant: bool,
}

/// Expressions that are nested more deeply are not read.
const DEPTH: usize = 64;

/// A condition, of which the server joins some.
enum Condition {
    And(Vec<String>),
    Or(Vec<String>),
    Other(String),
}

impl Condition {
    fn print(self) -> String {
        match self {
            Self::And(parts) => format!("({})", parts.join(" AND ")),
            Self::Or(parts) => format!("({})", parts.join(" OR ")),
            Self::Other(text) => text,
        }
    }

    /// `a AND b AND c` is one list, whatever parentheses are on its left.
    fn and(self, right: Self) -> Self {
        let mut parts = match self {
            Self::And(parts) => parts,
            other => Vec::from([other.print()]),
        };
        parts.push(right.print());
        Self::And(parts)
    }

    fn or(self, right: Self) -> Self {
        let mut parts = match self {
            Self::Or(parts) => parts,
            other => Vec::from([other.print()]),
        };
        parts.push(right.print());
        Self::Or(parts)
    }

    fn not(self) -> Self {
        Self::Other(format!("(NOT {})", self.print()))
    }
}

/// What stands on one side of a comparison.
enum Operand {
    Column(String, KnownType),
    /// A literal, perhaps with a cast to the enum.
    Constant(String),
    /// An integer or a boolean, as the server prints it.
    Plain(String, KnownType),
}

/// By precedence, as in the manual, 4.1.6.
impl Parser<'_> {
    fn or(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = left.or(self.and()?);
        }
        self.depth -= 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Condition> {
        let mut left = self.not()?;
        while self.word("and") {
            left = left.and(self.not()?);
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Condition> {
        if !self.word("not") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let inner = self.not()?;
        self.depth -= 1;
        Some(inner.not())
    }

    fn comparison(&mut self) -> Option<Condition> {
        if let [Token::Sign('('), ..] = self.rest {
            // Parentheses around an operand are not read, only those around a condition.
            self.sign('(')?;
            let inner = self.or()?;
            self.sign(')')?;
            return Some(inner);
        }
        let left = self.operand()?;
        if self.word("is") {
            return self.is(&left);
        }
        let is_negated = matches!(
            self.rest,
            [Token::Word(not), Token::Word(is_in), ..] if not == "not" && is_in == "in"
        ) && self.word("not");
        if self.word("in") {
            return self.is_in(&left, is_negated);
        }
        let Some(operator) = self.operator() else {
            let Operand::Column(column, KnownType::Boolean) = left else { return None };
            return Some(Condition::Other(column));
        };
        if self.word("any") || self.word("some") {
            return self.quantified(&left, operator, "ANY");
        }
        if self.word("all") {
            return self.quantified(&left, operator, "ALL");
        }
        let right = self.operand()?;
        let [left, right] = self.both(left, right)?;
        Some(Condition::Other(format!("({left} {operator} {right})")))
    }

    fn is(&mut self, left: &Operand) -> Option<Condition> {
        let Operand::Column(column, ty) = left else { return None };
        let is_negated = self.word("not");
        let not = if is_negated { "NOT " } else { "" };
        if self.word("null") {
            return Some(Condition::Other(format!("({column} IS {not}NULL)")));
        }
        match ty {
            KnownType::Boolean => {
                let is_true = self.word("true");
                let truth = if is_true || self.word("false") { is_true } else { return None };
                let truth = if truth { "TRUE" } else { "FALSE" };
                Some(Condition::Other(format!("({column} IS {not}{truth})")))
            }
            KnownType::Scalar if self.word("distinct") && self.word("from") => {
                let Operand::Constant(label) = self.operand()? else { return None };
                let label = self.label(&label)?;
                let distinct = Condition::Other(format!("({column} IS DISTINCT FROM {label})"));
                Some(if is_negated { distinct.not() } else { distinct })
            }
            _ => None,
        }
    }

    fn is_in(&mut self, left: &Operand, is_negated: bool) -> Option<Condition> {
        let Operand::Column(column, KnownType::Scalar) = left else { return None };
        self.sign('(')?;
        let mut labels = Vec::new();
        loop {
            let Operand::Constant(label) = self.operand()? else { return None };
            labels.push(self.label(&label)?);
            if self.sign(')').is_some() {
                break;
            }
            self.sign(',')?;
        }
        Some(Condition::Other(match (labels.as_slice(), is_negated) {
            ([label], false) => format!("({column} = {label})"),
            ([label], true) => format!("({column} <> {label})"),
            (_, false) => format!("({column} = ANY (ARRAY[{}]))", labels.join(", ")),
            (_, true) => format!("({column} <> ALL (ARRAY[{}]))", labels.join(", ")),
        }))
    }

    /// `m = ANY (…)` and `'x' <> ALL (ms)`.
    fn quantified(&mut self, left: &Operand, operator: &str, word: &str) -> Option<Condition> {
        self.sign('(')?;
        let (left, right) = match left {
            Operand::Column(column, KnownType::Scalar) => match self.constant(true)? {
                Constant::Value(array) => (column.clone(), array),
                Constant::Null => return None,
            },
            Operand::Constant(label) => {
                let Operand::Column(column, KnownType::Array) = self.operand()? else {
                    return None;
                };
                (self.label(label)?, column)
            }
            Operand::Column(..) | Operand::Plain(..) => return None,
        };
        self.sign(')')?;
        Some(Condition::Other(format!("({left} {operator} {word} ({right}))")))
    }

    /// Both sides of a comparison: columns of one type, or such a column and a constant.
    fn both(&mut self, left: Operand, right: Operand) -> Option<[String; 2]> {
        let is_compared =
            |ty| matches!(ty, KnownType::Scalar | KnownType::Integer | KnownType::Boolean);
        Some(match (left, right) {
            (Operand::Column(left, KnownType::Scalar), Operand::Constant(label)) => {
                [left, self.label(&label)?]
            }
            (Operand::Constant(label), Operand::Column(right, KnownType::Scalar)) => {
                [self.label(&label)?, right]
            }
            (
                Operand::Column(left, one) | Operand::Plain(left, one),
                Operand::Column(right, other) | Operand::Plain(right, other),
            ) if one == other && is_compared(one) => [left, right],
            _ => return None,
        })
    }

    /// An operator of enums (manual, 9.10 and 9.2).
    fn operator(&mut self) -> Option<&'static str> {
        let (operator, rest) = split_operator(self.rest)?;
        let operator = operator?;
        self.rest = rest;
        Some(match operator {
            "=" => "=",
            "<>" | "!=" => "<>",
            "<" => "<",
            "<=" => "<=",
            ">" => ">",
            ">=" => ">=",
            _ => return None,
        })
    }

    fn operand(&mut self) -> Option<Operand> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(match first {
            Token::Text(text) => {
                if self.cast()? == Cast::Array {
                    return None;
                }
                Operand::Constant(text.clone())
            }
            Token::Number(digits) => {
                // Others are of another type, or printed with a cast.
                let number: i32 = digits.parse().ok().filter(|_| !digits.contains('_'))?;
                Operand::Plain(number.to_string(), KnownType::Integer)
            }
            Token::Word(word) if word == "true" || word == "false" => {
                Operand::Plain(word.clone(), KnownType::Boolean)
            }
            Token::Word(name) | Token::Quoted(name) => {
                let name = match self.rest {
                    [Token::Sign('.'), Token::Word(column) | Token::Quoted(column), rest @ ..]
                        if name == self.printer.table =>
                    {
                        self.rest = rest;
                        column
                    }
                    _ => name,
                };
                let (name, ty) = self.printer.columns.iter().find(|(there, _)| there == name)?;
                Operand::Column(Ident(name).to_string(), *ty)
            }
            _ => return None,
        })
    }

    /// A constant of the enum, or of an array of it, which may be `NULL`.
    fn constant(&mut self, is_array: bool) -> Option<Constant> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        match first {
            Token::Sign('(') => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return None;
                }
                let constant = self.constant(is_array)?;
                self.sign(')')?;
                self.depth -= 1;
                Some(constant)
            }
            Token::Word(word) if word == "null" => {
                self.cast()?;
                Some(Constant::Null)
            }
            Token::Word(word) if word == "array" && is_array => self.list().map(Constant::Value),
            Token::Text(text) => {
                if self.cast()? == if is_array { Cast::Scalar } else { Cast::Array } {
                    return None;
                }
                if !is_array {
                    return self.label(text).map(Constant::Value);
                }
                // What the server would print in another way is left alone.
                if !is_as_printed(text, self.printer.labels) {
                    return None;
                }
                self.has_constant = true;
                Some(Constant::Value(format!("{}::{}[]", as_printed(text), self.printer.type_sql)))
            }
            _ => None,
        }
    }

    /// The rest of `ARRAY[…]`, which the server keeps as a list.
    fn list(&mut self) -> Option<String> {
        self.sign('[')?;
        let (mut labels, mut is_typed) = (Vec::new(), false);
        while self.sign(']').is_none() {
            let [Token::Text(label), rest @ ..] = self.rest else { return None };
            self.rest = rest;
            match self.cast()? {
                Cast::Array => return None,
                cast => is_typed |= cast != Cast::None,
            }
            labels.push(self.label(label)?);
            let is_last = matches!(self.rest, [Token::Sign(']'), ..]);
            if !is_last {
                self.sign(',')?;
            }
        }
        match self.cast()? {
            Cast::Scalar => return None,
            cast => is_typed |= cast != Cast::None,
        }
        let end = if labels.is_empty() {
            format!("::{}[]", self.printer.type_sql)
        } else {
            String::new()
        };
        is_typed.then(|| format!("ARRAY[{}]{end}", labels.join(", ")))
    }

    /// A cast, if there is one; `None` if it is to another type.
    fn cast(&mut self) -> Option<Cast> {
        if self.sign(':').is_none() {
            return Some(Cast::None);
        }
        let mut path = Vec::new();
        loop {
            let [Token::Word(name) | Token::Quoted(name), rest @ ..] = self.rest else {
                return None;
            };
            self.rest = rest;
            path.push(&**name);
            if self.sign('.').is_none() {
                break;
            }
        }
        let is_it = match path.as_slice() {
            [name] => *name == self.printer.name,
            [schema, name] => *schema == self.printer.schema && *name == self.printer.name,
            _ => false,
        };
        if !is_it {
            return None;
        }
        let is_array = self.sign('[').is_some();
        if is_array {
            self.sign(']')?;
        }
        Some(if is_array { Cast::Array } else { Cast::Scalar })
    }

    fn label(&mut self, label: &str) -> Option<String> {
        self.has_constant = true;
        let is_there = self.printer.labels.iter().any(|there| there == label);
        is_there.then(|| format!("{}::{}", as_printed(label), self.printer.type_sql))
    }

    fn word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.rest, [Token::Word(next), ..] if next == word);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        let is_next = matches!(self.rest, [Token::Sign(next), ..] if *next == sign);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next.then_some(())
    }
}
