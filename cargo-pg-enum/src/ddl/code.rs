//! Analyses the syntax tree of a text: whether each statement is on a list, and which names it uses. A server can
//! then find the other code that it runs.

use std::collections::BTreeSet;
use std::ops::Range;

use pg_enum_migrations::__syntax::{too_nested, without_into};
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::dynamic::{HOLE, Variables};
use super::functions::is_harmless;
use super::list::{self, List, Verdict};
use super::text::{dollar_quoted, literal_value, name, operators, tokens};
use super::tree::{arguments, callee, last_name, names, sole_literal, sole_token};
use super::{Refused, Uses, settings};

/// The maximum nesting depth of texts in texts.
const DEPTH: usize = 10;

/// Reads texts and collects the names that they use.
pub(super) struct Reader {
    pub(super) list: List,
    pub(super) uses: Uses,
    /// The nesting depth of this text.
    depth: usize,
    /// Whether this is part of a block or a function, where the catalogs are not queried before each statement.
    in_block: bool,
    /// Names of common table expressions, which are not tables.
    queries: BTreeSet<String>,
    variables: Variables,
}

/// The position of a text in the outermost text.
#[derive(Clone)]
enum At {
    /// It starts here, unchanged.
    Start(usize),
    /// It is somewhere in this range.
    Within(Range<usize>),
}

impl At {
    fn of(&self, node: &SyntaxNode) -> Range<usize> {
        let range = node.text_range();
        self.range(range.start().into()..range.end().into())
    }

    fn range(&self, range: Range<usize>) -> Range<usize> {
        match self {
            Self::Start(start) => start + range.start..start + range.end,
            Self::Within(whole) => whole.clone(),
        }
    }
}

/// The kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// One statement.
    Statement,
    /// Any number of statements: the body of a function in SQL.
    Script,
    /// The body of a function in SQL that is not a string: `BEGIN ATOMIC …`, or `RETURN …`.
    WrittenOut,
    /// The body of a function in PL/pgSQL.
    Block,
    /// The server's definition of a trigger, of which only the names matter.
    Names,
}

impl Reader {
    pub(super) fn new(list: List) -> Self {
        Self {
            list,
            uses: Uses::default(),
            depth: 0,
            in_block: false,
            queries: BTreeSet::new(),
            variables: Variables::default(),
        }
    }

    /// Reads a separate text.
    pub(super) fn read(&mut self, text: &str, sort: Sort) -> Result<(), Refused> {
        self.text(text, sort, &At::Start(0))
    }

    /// Reads a part of the current text.
    fn text(&mut self, text: &str, sort: Sort, at: &At) -> Result<(), Refused> {
        let inside = |refused: Refused| Refused::at(at.range(refused.range), refused.reason);
        self.uses.operators.extend(operators(&tokens(text).map_err(inside)?));
        let whole = || at.range(0..text.len());
        if self.depth > DEPTH || too_nested(text) {
            return Err(Refused::at(whole(), "it is nested too deeply"));
        }
        self.depth += 1;
        let was_in_block = self.in_block;
        let done = match sort {
            Sort::Block => self.block(text, at),
            Sort::WrittenOut => {
                let function = format!("CREATE FUNCTION f() RETURNS record {text}");
                self.statements(&function, sort, &At::Within(at.range(0..text.len())))
            }
            Sort::Statement | Sort::Script | Sort::Names => self.statements(text, sort, at),
        };
        self.depth -= 1;
        self.in_block = was_in_block;
        done
    }

    fn statements(&mut self, text: &str, sort: Sort, at: &At) -> Result<(), Refused> {
        let parse = SourceFile::parse(text);
        if let Some(error) = parse.errors().first() {
            let range = error.range();
            let range = at.range(range.start().into()..range.end().into());
            return Err(Refused::at(range, format!("it cannot be parsed: {}", error.message())));
        }
        let root = parse.syntax_node();
        self.in_block |= matches!(sort, Sort::Script | Sort::WrittenOut);
        let statements: Vec<SyntaxNode> =
            root.children().filter(|node| node.kind() != SyntaxKind::EMPTY_STMT).collect();
        if sort == Sort::Statement && statements.len() > 1 {
            return Err(Refused::at(
                at.range(0..text.len()),
                format!("it contains {} statements instead of one", statements.len()),
            ));
        }
        for statement in statements {
            match sort {
                Sort::Names => self.names(&statement, at)?,
                Sort::WrittenOut => {
                    statement.children().try_for_each(|part| self.walk(&part, at))?;
                }
                _ => self.walk(&statement, at)?,
            }
        }
        Ok(())
    }

    fn block(&mut self, text: &str, at: &At) -> Result<(), Refused> {
        let tree = parse_block(text, at)?;
        self.in_block = true;
        let outer = std::mem::replace(&mut self.variables, Variables::of(&tree, text));
        let done = self.walk(&tree, at);
        self.variables = outer;
        done
    }

    /// Reads a node and its descendants.
    fn walk(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        use SyntaxKind as K;
        let kind = node.kind();
        let refused = |reason: String| Refused::at(at.of(node), reason);
        if ast::Stmt::can_cast(kind) || list::is_of_block(kind) {
            match list::verdict(self.list, node, self.in_block) {
                Verdict::Runs => {}
                // It runs no user-defined code.
                Verdict::Inert => {
                    list::note(node, self.in_block, &mut self.uses);
                    return Ok(());
                }
                Verdict::Refused(reason) => return Err(refused(reason)),
            }
        }
        match kind {
            K::DO => return self.inner_block(node, at),
            // The new default is not evaluated until another statement inserts a row.
            K::SET_DEFAULT if !self.in_block => return Ok(()),
            K::INSERT | K::MERGE | K::UPDATE | K::DELETE | K::TRUNCATE => self.written(node, at)?,
            K::CALL_EXPR => self.call(node, at)?,
            K::WITH_TABLE => {
                self.queries.extend(names(node).into_iter().next());
            }
            K::RELATION_FROM_ITEM if self.list == List::Enums => self.source(node, at)?,
            K::PLPGSQL_DYN_EXECUTE_STMT | K::PLPGSQL_FOR_DYN_STMT => self.dynamic(node, at)?,
            _ => {}
        }
        for child in node.children() {
            self.walk(&child, at)?;
        }
        self.own_names(node, at)
    }

    /// Collects the names in a node and its descendants.
    fn names(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        node.descendants().try_for_each(|node| self.own_names(&node, at))
    }

    /// Collects the names in a node itself, without its children.
    fn own_names(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        for token in node.children_with_tokens().filter_map(SyntaxElement::into_token) {
            let Some(name) = name(token.text()) else { continue };
            let before = beside(&token, SyntaxToken::prev_token);
            let after = beside(&token, SyntaxToken::next_token);
            if name.contains(HOLE) {
                // The schema may be computed, but the name in it is known.
                if after.as_ref().is_none_or(|after| after.text() != ".") {
                    let reason = "the text of this EXECUTE is known only at run time";
                    return Err(Refused::at(at.of(node), reason));
                }
                self.uses.any_schema = true;
                continue;
            }
            let is_called = after.is_some_and(|after| after.text() == "(")
                || before.is_some_and(|before| before.text() == ".");
            if is_called {
                self.uses.calls.insert(name.clone());
            }
            if matches!(node.kind(), SyntaxKind::PATH_SEGMENT | SyntaxKind::PATH_SEGMENT_REF) {
                self.uses.objects.insert(name.clone());
            }
            self.uses.words.insert(name);
        }
        Ok(())
    }

    /// The block of a `DO`.
    fn inner_block(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        let refused = |reason: &str| Refused::at(at.of(node), reason);
        let is_language = |node: &SyntaxNode| node.kind() == SyntaxKind::DO_LANGUAGE;
        let languages: Vec<_> = node.children().filter(is_language).collect();
        for language in languages {
            let named = language.text().to_string();
            let named = named.split_ascii_whitespace().next_back().and_then(name);
            if named.as_deref() != Some("plpgsql") {
                return Err(refused("it is in a language other than plpgsql"));
            }
        }
        let literal = node.children().find(|node| node.kind() == SyntaxKind::LITERAL);
        let literal = literal.and_then(|literal| sole_token(&literal));
        let Some(literal) = literal else { return Err(refused("its body cannot be parsed")) };
        let text = literal.text();
        if let Some(inner) = dollar_quoted(text) {
            let start = usize::from(literal.text_range().start()) + (text.len() - inner.len()) / 2;
            let at = match at {
                At::Start(outer) => At::Start(outer + start),
                within @ At::Within(_) => within.clone(),
            };
            return self.text(inner, Sort::Block, &at);
        }
        match literal_value(text) {
            Some(inner) => self.text(&inner, Sort::Block, &At::Within(at.of(node))),
            None => Err(refused("its body is a string with escapes; write $$…$$ instead")),
        }
    }

    /// Notes the table that a statement writes to.
    fn written(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        use SyntaxKind as K;
        let is_target = |node: &SyntaxNode| {
            matches!(
                node.kind(),
                K::RELATION_NAME | K::RELATION_NAME_REF | K::TABLE_RELATION_NAME | K::TABLE_LIST
            )
        };
        let inserts =
            matches!(node.kind(), K::INSERT | K::MERGE) || list::has_word(node, "default");
        let targets = node.children().find(is_target);
        let paths = targets.iter().flat_map(SyntaxNode::descendants);
        let outermost = paths.filter(|path| {
            path.kind() == K::PATH_REF && path.parent().is_none_or(|it| it.kind() != K::PATH_REF)
        });
        let names: Vec<String> = outermost.filter_map(|path| last_name(&path)).collect();
        if names.is_empty() {
            return Err(Refused::at(at.of(node), "the table that this writes to is unknown"));
        }
        if inserts {
            self.uses.inserted.extend(names.iter().cloned());
        }
        self.uses.written.extend(names);
        Ok(())
    }

    /// Checks the sources of a query that may read only the catalogs.
    fn source(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        let path = node.descendants().find(|node| node.kind() == SyntaxKind::PATH_REF);
        let source = path.as_ref().and_then(last_name).unwrap_or_default();
        if list::is_catalog(&source) || self.queries.contains(&source) {
            return Ok(());
        }
        let reason = format!("it reads `{source}`, which may have changed since");
        Err(Refused::at(at.of(node), reason))
    }

    /// Checks a call of a function that depends on its arguments, or that is never allowed.
    fn call(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        let Some(function) = callee(node) else { return Ok(()) };
        if function == "set_config" {
            let arguments = arguments(node);
            let literal = |index: usize| {
                arguments.get(index).and_then(sole_literal).and_then(|text| literal_value(&text))
            };
            let is_local = arguments.get(2).is_some_and(|argument| {
                ["true", "'t'", "'true'"]
                    .contains(&&*argument.text().to_string().to_ascii_lowercase())
            });
            let Some(setting) = literal(0) else {
                return Err(Refused::at(
                    at.of(node),
                    "the setting in this set_config is known only \
                                                     at run time",
                ));
            };
            if let Some(reason) = settings::setting(&setting, None, self.in_block) {
                return Err(Refused::at(at.of(node), reason));
            }
            if !is_local {
                let reason = "this set_config is not limited to the transaction";
                return Err(Refused::at(at.of(node), reason));
            }
            // From here on, names are looked up in other schemas.
            self.uses.any_schema |= setting == "search_path";
            return Ok(());
        }
        if self.list == List::Enums && !is_harmless(&function) {
            return Err(Refused::at(
                at.of(node),
                format!("it calls {function}, which may run any code"),
            ));
        }
        Ok(())
    }

    /// An `EXECUTE`. Its text must be known, except for names and values.
    fn dynamic(&mut self, node: &SyntaxNode, at: &At) -> Result<(), Refused> {
        let is_expression = |node: &SyntaxNode| node.kind() == SyntaxKind::PLPGSQL_EXPR;
        let query = node.children().find(is_expression);
        let text = query.and_then(|query| self.variables.text(&query));
        let Some(text) = text else {
            let reason = "the text of this EXECUTE is known only at run time";
            return Err(Refused::at(at.of(node), reason));
        };
        self.text(&text, Sort::Statement, &At::Within(at.of(node)))
    }
}

/// The tree of a block. The parser takes one only as part of a `DO` statement.
fn parse_block(text: &str, at: &At) -> Result<SyntaxNode, Refused> {
    let mut tag = String::from("$block");
    while text.contains(&*tag) {
        tag.push('_');
    }
    let before = format!("DO {tag}$");
    let file = SourceFile::parse(&format!("{before}{}{tag}$", without_into(text)));
    let statement = file.syntax_node().first_child().and_then(ast::Do::cast);
    let Some(block) = statement.and_then(|statement| statement.plpgsql()) else {
        return Err(Refused::at(at.range(0..text.len()), "this is not a block"));
    };
    if let Some(error) = block.errors().first() {
        let place = |place: usize| place.saturating_sub(before.len()).min(text.len());
        let range = place(error.range().start().into())..place(error.range().end().into());
        let reason = format!("this block cannot be read: {}", error.message());
        return Err(Refused::at(at.range(range), reason));
    }
    Ok(block.syntax())
}

/// The next token that is not whitespace or a comment, in one direction.
fn beside(
    token: &SyntaxToken,
    step: fn(&SyntaxToken) -> Option<SyntaxToken>,
) -> Option<SyntaxToken> {
    let mut found = step(token);
    while let Some(token) = &found {
        if !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT) {
            break;
        }
        found = step(token);
    }
    found
}
