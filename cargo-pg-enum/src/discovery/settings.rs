//! The settings of a configuration file in HCL, TypeScript, JavaScript, JSON or Prisma's language, as far as they
//! are literals: names, and in braces the names below them.
//!
//! This is not a complete parser. A setting that it cannot read is reported without a value, so that the caller does
//! not use the default instead.

/// A name that a file gives a value to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// The names of the blocks around it, and its own.
    path: Vec<String>,
    /// The text; nothing if it is not a literal.
    pub(super) value: Option<String>,
    /// From 1.
    pub(super) line: usize,
}

impl Setting {
    /// Whether its path ends in these names.
    pub(super) fn is(&self, names: &[&str]) -> bool {
        self.path.len() >= names.len()
            && self.path.iter().rev().zip(names.iter().rev()).all(|(own, name)| own == name)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    /// A literal; nothing in place of one that has something put in (`${…}`).
    Text(Option<String>),
    Punct(char),
}

/// The settings of a file, in its order.
pub(super) fn settings(text: &str) -> Vec<Setting> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    // The names of the blocks that are open; of brackets and of calls, an empty one.
    let mut blocks: Vec<String> = Vec::new();
    let mut label = String::new();
    let mut index = 0;
    while let Some((token, line)) = tokens.get(index) {
        let next = tokens.get(index + 1).map(|(token, _)| token);
        match token {
            Token::Name(name) | Token::Text(Some(name))
                if matches!(next, Some(Token::Punct(':' | '='))) =>
            {
                let (value, skipped) = match tokens.get(index + 2).map(|(token, _)| token) {
                    Some(Token::Punct('{')) => {
                        label.clone_from(name);
                        index += 2;
                        continue;
                    }
                    // `out: "a" + b` is not what the first literal says.
                    Some(Token::Text(text)) => match tokens.get(index + 3) {
                        Some((Token::Punct('+' | '.' | '?'), _)) => (None, 3),
                        _ => (text.clone(), 3),
                    },
                    _ => (None, 2),
                };
                let mut path: Vec<String> = blocks.clone();
                path.retain(|name| !name.is_empty());
                path.push(name.clone());
                found.push(Setting { path, value, line: *line });
                index += skipped;
                continue;
            }
            // `env "local" {`: the first name is the kind.
            Token::Name(name)
                if label.is_empty()
                    && matches!(
                        next,
                        Some(Token::Punct('{') | Token::Text(_) | Token::Name(_))
                    ) =>
            {
                label.clone_from(name);
            }
            Token::Punct('{') => blocks.push(std::mem::take(&mut label)),
            Token::Punct('[' | '(') => {
                blocks.push(String::new());
                label.clear();
            }
            Token::Punct('}' | ']' | ')') => {
                blocks.pop();
                label.clear();
            }
            Token::Punct(_) => label.clear(),
            Token::Name(_) | Token::Text(_) => {}
        }
        index += 1;
    }
    found
}

/// The tokens, each with its line; without comments (`//`, `#`, `/* … */`).
fn tokens(text: &str) -> Vec<(Token, usize)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(char) = rest.chars().next() {
        let start = line;
        let length = if rest.starts_with("//") || char == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if matches!(char, '"' | '\'' | '`') {
            let (value, length) = literal(rest, char);
            tokens.push((Token::Text(value), start));
            length
        } else if char.is_alphanumeric() || matches!(char, '_' | '$') {
            let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$' | '-');
            let length = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
            tokens.push((Token::Name(rest[..length].to_owned()), start));
            length
        } else {
            if !char.is_whitespace() {
                tokens.push((Token::Punct(char), start));
            }
            char.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The text of a literal that `rest` begins with, and its length with the quotes.
fn literal(rest: &str, quote: char) -> (Option<String>, usize) {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ if char == quote => {
                return ((!value.contains("${")).then_some(value), at + char.len_utf8());
            }
            _ => value.push(char),
        }
    }
    (None, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let shown = |setting: &Setting| {
            let value = setting.value.as_deref().unwrap_or("?");
            format!("{} {}={value}", setting.line, setting.path.join("."))
        };
        settings(text).iter().map(shown).collect()
    }

    #[test]
    fn hcl() {
        let text = "variable \"x\" { type = string }\nenv \"local\" {\n  src = \"file://a\" # dir = \"no\"\n\
                    migration {\n    dir = \"file://db/m\"\n    lock = data.x.y\n  }\n}\n";
        assert_eq!(
            found(text),
            [
                "1 variable.type=?",
                "3 env.src=file://a",
                "5 env.migration.dir=file://db/m",
                "6 env.migration.lock=?",
            ]
        );
    }

    #[test]
    fn typescript() {
        let text = "import { x } from 'y';\nexport default defineConfig({\n  schema: \"a.ts\", // out: 'no'\n\
                    /* out: 'no' */ out: './drizzle',\n  migrations: { path: `m`, table: `a${b}` },\n  \
                    dialect: env.D, url: 'a' + b,\n} satisfies Config);\n";
        assert_eq!(
            found(text),
            [
                "3 schema=a.ts",
                "4 out=./drizzle",
                "5 migrations.path=m",
                "5 migrations.table=?",
                "6 dialect=?",
                "6 url=?",
            ]
        );
    }

    #[test]
    fn json_and_prisma() {
        let text = "{ \"name\": \"x\", \"prisma\": { \"schema\": \"db/s.prisma\" } }";
        assert_eq!(found(text), ["1 name=x", "1 prisma.schema=db/s.prisma"]);
        let text = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"X\")\n}\nmodel A {\n id Int @id\n}\n";
        assert_eq!(found(text), ["2 datasource.provider=postgresql", "3 datasource.url=?"]);
    }

    #[test]
    fn whatever_it_is_it_ends() {
        for text in ["\"", "a = '", "}}}", "a: {", "/*", "\\", "a=", "é: \"é", "'\\"] {
            settings(text);
        }
    }
}
