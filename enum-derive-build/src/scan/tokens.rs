//! Source as tokens: what can be told without a syntax tree.

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

/// The text of a string literal.
pub(super) fn literal_string(literal: &Literal) -> Option<String> {
    let tokens = TokenStream::from(TokenTree::Literal(literal.clone()));
    syn::parse2::<syn::LitStr>(tokens).ok().map(|literal| literal.value())
}

/// The parts between commas; nothing after a trailing one.
pub(super) fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                parts.push(std::mem::take(&mut part));
            }
            token => part.push(token),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// How deep the syntax tree of a file can be at most, judged by its tokens: a parser that calls itself
/// needs a stack for that. A chain (`!!!x`, `a + b + c`) is as deep as it is long; it ends at a comma, a
/// semicolon, and at a block that something new follows. What is in a macro has no tree, only groups.
pub(crate) fn depth_bound(tokens: TokenStream) -> usize {
    let mut stack = vec![Level::new(tokens, false)];
    loop {
        let Some(level) = stack.last_mut() else { return 0 };
        match level.step() {
            Step::On => {}
            Step::Enter(tokens, is_macro) => stack.push(Level::new(tokens, is_macro)),
            Step::Done(depth) => {
                stack.pop();
                match stack.last_mut() {
                    Some(above) => above.inside = above.inside.max(depth + 1),
                    None => return depth,
                }
            }
        }
    }
}

/// A group whose tokens are being counted.
struct Level {
    tokens: Vec<TokenTree>,
    next: usize,
    is_macro: bool,
    /// Tokens of the chain at hand.
    chain: usize,
    /// The deepest group in that chain.
    inside: usize,
    deepest: usize,
}

enum Step {
    On,
    Enter(TokenStream, bool),
    Done(usize),
}

impl Level {
    fn new(tokens: TokenStream, is_macro: bool) -> Self {
        let tokens = tokens.into_iter().collect();
        Self { tokens, next: 0, is_macro, chain: 0, inside: 0, deepest: 0 }
    }

    fn step(&mut self) -> Step {
        let Some(token) = self.tokens.get(self.next) else {
            self.end_chain();
            return Step::Done(self.deepest);
        };
        // The group before is inside by now; whether its chain goes on shows here.
        if self.follows_a_block() && begins_something(token) {
            self.end_chain();
        }
        let token = &self.tokens[self.next];
        self.next += 1;
        let TokenTree::Group(group) = token else {
            if is_punct(Some(token), ',') || is_punct(Some(token), ';') {
                self.end_chain();
            } else if !self.is_macro {
                self.chain += 1;
            }
            return Step::On;
        };
        let (tokens, before) = (group.stream(), &self.tokens[..self.next - 1]);
        if is_attribute(before) {
            // Of attributes there may be as many as there are lines of documentation.
            let inner = usize::from(is_punct(before.last(), '!'));
            self.chain = self.chain.saturating_sub(1 + inner);
        } else if !self.is_macro {
            self.chain += 1;
        }
        Step::Enter(tokens, self.is_macro || is_macro_call(before))
    }

    fn follows_a_block(&self) -> bool {
        let before = self.next.checked_sub(1).and_then(|index| self.tokens.get(index));
        matches!(before, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
    }

    fn end_chain(&mut self) {
        self.deepest = self.deepest.max(self.chain + self.inside);
        (self.chain, self.inside) = (0, 0);
    }
}

/// Whether a token after a block begins an item or a statement rather than going on.
fn begins_something(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word != "else" && word != "as",
        TokenTree::Punct(punct) => punct.as_char() == '#',
        _ => false,
    }
}

fn is_attribute(before: &[TokenTree]) -> bool {
    let before = match before {
        [before @ .., last] if is_punct(Some(last), '!') => before,
        before => before,
    };
    is_punct(before.last(), '#')
}

/// Whether what stands before a group makes it a macro's: `name!`, or `name! word`.
fn is_macro_call(before: &[TokenTree]) -> bool {
    let before = match before {
        [before @ .., TokenTree::Ident(_)] if is_punct(before.last(), '!') => before,
        before => before,
    };
    match before {
        [.., TokenTree::Ident(name), bang] => {
            is_punct(Some(bang), '!') && !NOT_MACROS.contains(&name.to_string().as_str())
        }
        _ => false,
    }
}

/// Words that a negation may follow.
const NOT_MACROS: &[&str] = &[
    "as", "await", "box", "break", "do", "else", "if", "in", "match", "move", "mut", "return",
    "static", "unsafe", "while", "yield",
];

pub(super) fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// What the tokens of a macro hide.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Hidden<T> {
    /// An enum that derives what is looked for: what is known of that.
    Enum(T),
    /// A module in a file of its own.
    Module(String),
}

/// What is in a macro's tokens, with the lines. `sought` is asked about what is in the parentheses of each
/// `derive`.
pub(crate) fn hidden<T>(
    tokens: TokenStream,
    sought: &dyn Fn(TokenStream) -> Option<T>,
) -> Vec<(Hidden<T>, usize)> {
    let mut found = Vec::new();
    let mut waiting = vec![tokens];
    while let Some(tokens) = waiting.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        // A derive that no item has followed so far, and its line.
        let mut derive = None;
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    if derive.is_none() && is_attribute(&tokens[..index]) {
                        let line = group.span_open().start().line;
                        derive = in_derive(group.stream(), sought).map(|what| (what, line));
                    }
                    waiting.push(group.stream());
                }
                TokenTree::Ident(word) if word == "enum" => {
                    found.extend(derive.take().map(|(what, line)| (Hidden::Enum(what), line)));
                }
                TokenTree::Ident(word) if word == "struct" || word == "union" => derive = None,
                TokenTree::Ident(word) if word == "mod" => {
                    if let (Some(TokenTree::Ident(name)), end) =
                        (tokens.get(index + 1), tokens.get(index + 2))
                        && is_punct(end, ';')
                    {
                        let line = word.span().start().line;
                        found.push((Hidden::Module(name.to_string()), line));
                    }
                }
                _ => {}
            }
        }
    }
    found.sort_by_key(|(_, line)| *line);
    found
}

/// What `sought` finds in the tokens of an attribute, `derive(…)` or `cfg_attr(…, derive(…))`.
fn in_derive<T>(attribute: TokenStream, sought: &dyn Fn(TokenStream) -> Option<T>) -> Option<T> {
    let mut waiting = vec![attribute];
    while let Some(tokens) = waiting.pop() {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for pair in tokens.windows(2) {
            let [TokenTree::Ident(name), TokenTree::Group(group)] = pair else { continue };
            if name == "derive" {
                if let Some(found) = sought(group.stream()) {
                    return Some(found);
                }
            } else if name == "cfg_attr" {
                waiting.push(group.stream());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str) -> usize {
        depth_bound(text.parse().unwrap())
    }

    #[test]
    fn chains_and_groups_are_deep() {
        assert!(bound(&format!("const A: T = {}0;", "!".repeat(500))) >= 500);
        assert!(bound(&format!("const A: T = {}0{};", "(".repeat(500), ")".repeat(500))) >= 500);
        assert!(bound(&"x{}+".repeat(500)) >= 500);
        assert!(bound(&format!("m!({}{})", "(".repeat(500), ")".repeat(500))) >= 500);
        assert!(bound(&format!("if a {{}} {}", "else if b {} ".repeat(500))) >= 500);
    }

    #[test]
    fn lists_and_sequences_are_not() {
        assert!(bound(&"fn f() { g(1, 2); }\n".repeat(500)) < 20);
        assert!(bound(&"/// words\n".repeat(500)) < 20);
        assert!(bound(&format!("const A: T = [{}];", "1, ".repeat(500))) < 20);
        assert!(bound(&format!("m! {{ {} }}", "a ".repeat(500))) < 20);
    }
}
