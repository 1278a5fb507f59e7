//! The value of an expression for a row of which some columns are known.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::tokens::{Token, split_operator};
use super::value::{Column, Outcomes, Value};
use crate::array::elements;

/// Expressions that are nested more deeply are not read.
const DEPTH: usize = 64;

/// `None` if the expression is not understood.
pub(super) fn value<'a>(tokens: &[Token], columns: &[Column<'a>]) -> Option<Value<'a>> {
    let mut parser = Parser { rest: tokens, columns, depth: 0 };
    let value = parser.or()?;
    parser.rest.is_empty().then_some(value)
}

struct Parser<'t, 'a> {
    rest: &'t [Token],
    columns: &'t [Column<'a>],
    depth: usize,
}

/// By precedence, as in the manual, 4.1.6.
impl<'a> Parser<'_, 'a> {
    fn or(&mut self) -> Option<Value<'a>> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut left = self.and()?;
        while self.word("or") {
            left = Value::Truth(left.outcomes().or(self.and()?.outcomes()));
        }
        self.depth -= 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Value<'a>> {
        let mut left = self.not()?;
        while self.word("and") {
            left = Value::Truth(left.outcomes().and(self.not()?.outcomes()));
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Value<'a>> {
        let mut is_negated = false;
        while self.word("not") {
            is_negated = !is_negated;
        }
        let value = self.is()?;
        Some(if is_negated { Value::Truth(value.outcomes().not()) } else { value })
    }

    fn is(&mut self) -> Option<Value<'a>> {
        let mut left = self.comparison()?;
        while self.word("is") {
            let is_negated = self.word("not");
            let is = if self.word("null") {
                left.is_null()
            } else if self.word("true") {
                left.outcomes().is(Outcomes::TRUE)
            } else if self.word("false") {
                left.outcomes().is(Outcomes::FALSE)
            } else if self.word("distinct") && self.word("from") {
                Value::is_distinct(&left, &self.comparison()?)
            } else {
                return None;
            };
            left = Value::Truth(if is_negated { is.not() } else { is });
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Value<'a>> {
        let left = self.primary()?;
        let is_negated = matches!(
            self.rest,
            [Token::Word(not), Token::Word(is_in), ..] if not == "not" && is_in == "in"
        ) && self.word("not");
        if self.word("in") {
            self.sign('(')?;
            let list = self.list(')')?;
            let among = Value::is_any(&left, &Value::List(list));
            return Some(Value::Truth(if is_negated { among.not() } else { among }));
        }
        let Some(operator) = self.operator() else { return Some(left) };
        let is_any = self.word("any") || self.word("some");
        if !is_any && !self.word("all") {
            let right = self.primary()?;
            let (left, right) = match &*operator {
                "&&" | "@>" | "<@" => (as_array(left)?, as_array(right)?),
                _ => (left, right),
            };
            return Some(Value::Truth(Value::compare(&operator, &left, &right)));
        }
        self.sign('(')?;
        let right = as_array(self.or()?)?;
        self.sign(')')?;
        Some(Value::Truth(match (is_any, &*operator) {
            (true, "=") => Value::is_any(&left, &right),
            (false, "<>" | "!=") => Value::is_any(&left, &right).not(),
            _ => Outcomes::ANY,
        }))
    }

    /// An operator that is built in, or one that means nothing here.
    fn operator(&mut self) -> Option<String> {
        let (operator, rest) = split_operator(self.rest)?;
        self.rest = rest;
        Some(operator.unwrap_or_default().to_owned())
    }

    /// An operand, with casts after it.
    fn primary(&mut self) -> Option<Value<'a>> {
        let mut value = self.operand()?;
        while self.take(':') {
            let is_array = self.type_name()?;
            value = match value {
                value if is_array => as_array(value)?,
                value => value,
            };
        }
        Some(value)
    }

    fn operand(&mut self) -> Option<Value<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        match first {
            Token::Text(text) => Some(Value::Text(text.clone())),
            Token::Number(_) => Some(Value::Unknown),
            Token::Sign('(') => {
                let value = self.or()?;
                self.sign(')')?;
                Some(value)
            }
            Token::Word(word) => match (&**word, self.rest.first()) {
                ("true", _) => Some(Value::Truth(Outcomes::TRUE)),
                ("false", _) => Some(Value::Truth(Outcomes::FALSE)),
                ("null", _) => Some(Value::Unknown),
                ("array", Some(Token::Sign('['))) => {
                    self.sign('[')?;
                    Some(Value::List(self.list(']')?))
                }
                ("cast", Some(Token::Sign('('))) => {
                    self.sign('(')?;
                    let value = self.or()?;
                    if !self.word("as") {
                        return None;
                    }
                    self.type_name()?;
                    self.sign(')')?;
                    Some(value)
                }
                // Words that begin what has a syntax of its own.
                ("case" | "row" | "select" | "exists" | "interval" | "operator", _) => None,
                _ => self.name(word),
            },
            Token::Quoted(name) => self.name(name),
            _ => None,
        }
    }

    /// A column, or a function.
    fn name(&mut self, first: &str) -> Option<Value<'a>> {
        let mut last = String::from(first);
        while self.take('.') {
            last = self.identifier()?;
        }
        if self.take('(') {
            let mut depth = 1_usize;
            while depth > 0 {
                let (token, rest) = self.rest.split_first()?;
                self.rest = rest;
                match token {
                    Token::Sign('(') => depth += 1,
                    Token::Sign(')') => depth -= 1,
                    _ => {}
                }
            }
            return Some(Value::Unknown);
        }
        let column = self.columns.iter().find(|column| column.name == last);
        Some(column.map_or(Value::Unknown, |column| Value::Column(*column)))
    }

    /// Constants up to a closing bracket.
    fn list(&mut self, end: char) -> Option<Vec<Option<String>>> {
        let mut list = Vec::new();
        if self.take(end) {
            return Some(list);
        }
        loop {
            list.push(if self.word("null") {
                None
            } else {
                match self.primary()? {
                    Value::Text(text) => Some(text),
                    _ => return None,
                }
            });
            if self.take(end) {
                return Some(list);
            }
            self.sign(',')?;
        }
    }

    /// Whether the type is an array.
    fn type_name(&mut self) -> Option<bool> {
        self.identifier()?;
        while self.take('.') {
            self.identifier()?;
        }
        self.word("varying");
        if self.take('(') {
            while !self.take(')') {
                self.rest = self.rest.get(1..)?;
            }
        }
        let mut is_array = false;
        while self.take('[') {
            self.sign(']')?;
            is_array = true;
        }
        Some(is_array)
    }

    fn identifier(&mut self) -> Option<String> {
        let (Token::Word(name) | Token::Quoted(name)) = self.rest.first()? else { return None };
        self.rest = &self.rest[1..];
        Some(name.clone())
    }

    fn word(&mut self, word: &str) -> bool {
        let is_it = matches!(self.rest.first(), Some(Token::Word(next)) if next == word);
        if is_it {
            self.rest = &self.rest[1..];
        }
        is_it
    }

    fn take(&mut self, sign: char) -> bool {
        let is_it = self.rest.first() == Some(&Token::Sign(sign));
        if is_it {
            self.rest = &self.rest[1..];
        }
        is_it
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.take(sign).then_some(())
    }
}

/// A text that is an array in its text form.
fn as_array(value: Value<'_>) -> Option<Value<'_>> {
    Some(match value {
        Value::Text(text) => Value::List(elements(&text)?),
        value => value,
    })
}
