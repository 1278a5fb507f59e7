//! The queries that tell which table a `FromRow` struct is a row of: literals about one table, with a plain list of columns.

use std::ops::Range;
use std::path::PathBuf;

use pg_enum_migrations::words;

/// A query whose rows are those of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// The file.
    pub file: PathBuf,
    /// The bytes of the literal in the file.
    pub at: Range<usize>,
    /// The schema of the table, if it is named.
    pub schema: Option<String>,
    /// The table, as PostgreSQL stores its name.
    pub table: String,
    /// What the query returns, in order.
    pub items: Vec<Item>,
    /// The names in the rest of it: a column that it compares with something, or writes, may be NULL in no row of it.
    pub mentions: Vec<String>,
    /// Whether it is a `query_as!`, which knows the fields by their names in Rust, and converts values to their types.
    pub is_macro: bool,
}

/// One of the things that a query returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `*`: every column of the table.
    All,
    /// A column.
    Column {
        /// Its name.
        name: String,
        /// What the row calls it.
        output: String,
        /// Whether the query says the type or whether it is NULL: `status AS "status: Status"`, `note AS "note!"`.
        is_overridden: bool,
    },
    /// Something that is computed.
    Computed {
        /// What the row calls it.
        output: String,
    },
}

/// The schema and the name of the table, what is returned, and the names in the rest.
pub(super) type Shape = (Option<String>, String, Vec<Item>, Vec<String>);

/// Words that end the part of a query which names tables.
const AFTER_TABLE: [&str; 8] =
    ["where", "order", "limit", "offset", "for", "fetch", "set", "returning"];
/// Words with which more tables or other queries come in.
const MORE: [&str; 12] = [
    "join",
    "union",
    "intersect",
    "except",
    "using",
    "lateral",
    "natural",
    "cross",
    "inner",
    "left",
    "group",
    "window",
];
/// Words that are values or begin an expression.
const VALUES: [&str; 20] = [
    "null",
    "true",
    "false",
    "default",
    "case",
    "not",
    "exists",
    "array",
    "row",
    "cast",
    "select",
    "distinct",
    "all",
    "user",
    "current_user",
    "session_user",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtimestamp",
];

/// What the SQL tells; `None` if its rows are not plainly those of one table.
pub(super) fn shape(sql: &str, is_macro: bool) -> Option<Shape> {
    let (schema, table, mut items, mentions) = read(sql)?;
    if is_macro {
        items.iter_mut().for_each(Item::read_override);
    }
    Some((schema, table, items, mentions))
}

impl Item {
    /// What `query_as!` reads in the name of a column (`sqlx-macros-core/src/query/output.rs` in 0.8).
    fn read_override(&mut self) {
        let (output, overridden) = match self {
            Self::All => return,
            Self::Column { output, is_overridden, .. } => (output, Some(is_overridden)),
            Self::Computed { output } => (output, None),
        };
        if let Some(end) = output.find(['!', '?', ':']) {
            output.truncate(end);
            *output = output.trim().to_owned();
            if let Some(is_overridden) = overridden {
                *is_overridden = true;
            }
        }
    }
}

fn read(sql: &str) -> Option<Shape> {
    let mut words: Vec<String> = words(sql).collect();
    while words.last().is_some_and(|last| last == ";") {
        words.pop();
    }
    if words.iter().any(|word| word == ";" || word.starts_with('{')) {
        return None;
    }
    let outer = outer(&words);
    let position = |word: &str| outer.iter().copied().find(|at| words[*at] == word);
    if outer.iter().any(|at| MORE.contains(&&*words[*at])) {
        return None;
    }
    match &*words.first()?.clone() {
        "select" => {
            let from = position("from")?;
            let table = Table::read(&words[from + 1..])?;
            let list = words.get(1..from)?;
            table.returns(list, &words[from..])
        }
        "insert" if words.get(1)? == "into" => {
            let returning = position("returning")?;
            Table::named(&words[2..])?.0.returns(&words[returning + 1..], &words[..returning])
        }
        "update" => {
            let returning = position("returning")?;
            // Rows of an update with `FROM` are those of two tables.
            if position("from").is_some() {
                return None;
            }
            Table::read(&words[1..])?.returns(&words[returning + 1..], &words[..returning])
        }
        "delete" if words.get(1)? == "from" => {
            let returning = position("returning")?;
            Table::read(&words[2..])?.returns(&words[returning + 1..], &words[..returning])
        }
        _ => None,
    }
}

/// The indices of the words outside of parentheses and brackets.
fn outer(words: &[String]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut outer = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match &**word {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ if depth == 0 => outer.push(at),
            _ => {}
        }
    }
    outer
}

struct Table {
    schema: Option<String>,
    name: String,
    alias: Option<String>,
}

impl Table {
    /// A name, and what comes after it.
    fn named(words: &[String]) -> Option<(Self, &[String])> {
        let words = words.strip_prefix(&["only".to_owned()]).unwrap_or(words);
        let first = identifier(words.first()?)?;
        let (schema, name, rest) = if words.get(1).is_some_and(|word| word == ".") {
            (Some(first), identifier(words.get(2)?)?, &words[3..])
        } else {
            (None, first, &words[1..])
        };
        Some((Self { schema, name, alias: None }, rest))
    }

    /// A name with an alias, after which nothing but the rest of the query comes.
    fn read(words: &[String]) -> Option<Self> {
        let (mut table, rest) = Self::named(words)?;
        let ends = |word: Option<&String>| word.is_none_or(|word| AFTER_TABLE.contains(&&**word));
        if ends(rest.first()) {
            return Some(table);
        }
        let rest = rest.strip_prefix(&["as".to_owned()]).unwrap_or(rest);
        table.alias = Some(identifier(rest.first()?)?);
        ends(rest.get(1)).then_some(table)
    }

    fn returns(self, list: &[String], rest: &[String]) -> Option<Shape> {
        let at = outer(list).into_iter().filter(|at| list[*at] == ",");
        let mut items = Vec::new();
        let mut start = 0;
        for end in at.chain([list.len()]) {
            items.push(self.item(list.get(start..end)?)?);
            start = end + 1;
        }
        let mentions = rest.iter().filter_map(|word| identifier(word)).collect();
        Some((self.schema, self.name, items, mentions))
    }

    fn item(&self, words: &[String]) -> Option<Item> {
        let column = |name: &String, output: &String| {
            let name = identifier(name).filter(|name| !self.is_named(name))?;
            Some(Item::Column { name, output: identifier(output)?, is_overridden: false })
        };
        match words {
            [star] if star == "*" => Some(Item::All),
            [of, dot, star] if star == "*" && dot == "." && self.is_it(of) => Some(Item::All),
            [name] => column(name, name),
            [of, dot, name] if dot == "." && self.is_it(of) => column(name, name),
            [name, word, output] if word == "as" => column(name, output),
            [of, dot, name, word, output] if dot == "." && word == "as" && self.is_it(of) => {
                column(name, output)
            }
            [.., word, output] if word == "as" => {
                Some(Item::Computed { output: identifier(output)? })
            }
            _ => None,
        }
    }

    /// Whether a word before a dot is this table.
    fn is_it(&self, word: &str) -> bool {
        identifier(word).is_some_and(|name| self.is_named(&name))
    }

    /// Whether a name is the table's, which stands for its whole row.
    fn is_named(&self, name: &str) -> bool {
        *name == *self.alias.as_ref().unwrap_or(&self.name)
    }
}

/// The name that a word is, without quotes; `None` if it is none.
fn identifier(word: &str) -> Option<String> {
    if let Some(quoted) = word.strip_prefix('"') {
        return Some(quoted.strip_suffix('"')?.replace("\"\"", "\""));
    }
    let is_name = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    (is_name && is_plain && !VALUES.contains(&word)).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Item, shape};

    fn read(sql: &str) -> String {
        read_as(sql, false)
    }

    fn read_as(sql: &str, is_macro: bool) -> String {
        let Some((schema, table, items, _)) = shape(sql, is_macro) else { return "-".into() };
        let item = |item: &Item| match item {
            Item::All => "*".to_owned(),
            Item::Column { name, output, is_overridden: true } => format!("{name}!{output}"),
            Item::Column { name, output, .. } if name == output => name.clone(),
            Item::Column { name, output, .. } => format!("{name}={output}"),
            Item::Computed { output } => format!("?={output}"),
        };
        let items: Vec<_> = items.iter().map(item).collect();
        let schema = schema.map(|schema| schema + ".").unwrap_or_default();
        format!("{schema}{table}: {}", items.join(" "))
    }

    #[test]
    fn rows_of_one_table() {
        for (sql, expected) in [
            ("SELECT * FROM users", "users: *"),
            ("select u.* from app.users u where id = $1;", "app.users: *"),
            (
                "SELECT id, \"Name\", u.note AS text FROM \"Users\" AS u LIMIT 1",
                "Users: id Name note=text",
            ),
            ("SELECT *, count(*) OVER () AS total FROM users ORDER BY id", "users: * ?=total"),
            ("SELECT id, a || b as c FROM only users FOR UPDATE", "users: id ?=c"),
            ("SELECT id FROM users WHERE id IN (SELECT a FROM b JOIN c ON true)", "users: id"),
            (
                "INSERT INTO users (a) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id, a",
                "users: id a",
            ),
            ("UPDATE users SET a = $1 WHERE b RETURNING *", "users: *"),
            ("DELETE FROM app.users WHERE a RETURNING a", "app.users: a"),
        ] {
            assert_eq!(read(sql), expected, "{sql}");
        }
    }

    #[test]
    fn a_macro_reads_more_in_names() {
        let sql = "SELECT id, note AS \"note!\", kind as \"kind: _\", count(*) AS \"n!\" FROM a";
        assert_eq!(read_as(sql, true), "a: id note!note kind!kind ?=n");
    }

    #[test]
    fn the_names_in_the_rest() {
        let names = |sql: &str| shape(sql, false).unwrap().3.join(" ");
        assert_eq!(names("SELECT a FROM t WHERE \"B\" = $1 AND c > 'd'"), "from t where B and c");
        assert_eq!(names("UPDATE t SET a = $1 RETURNING a, b"), "update t set a");
    }

    #[test]
    fn what_is_not_plain_is_not_read() {
        for sql in [
            "SELECT a.* FROM a JOIN b ON true",
            "SELECT * FROM a, b",
            "SELECT * FROM f($1)",
            "SELECT * FROM a UNION SELECT * FROM b",
            "SELECT count(*) FROM a",
            "SELECT id, lower(name) FROM a",
            "SELECT u FROM users u",
            "SELECT users FROM users",
            "SELECT b.id FROM a",
            "SELECT DISTINCT ON (a) a FROM b",
            "SELECT 1",
            "SELECT null FROM a",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "UPDATE a SET b = c.d FROM c RETURNING *",
            "DELETE FROM a USING b RETURNING *",
            "INSERT INTO a DEFAULT VALUES",
            "SELECT * FROM {}",
            "SELECT * FROM a; SELECT * FROM b",
            "SELECT * FROM a TABLESAMPLE system (1)",
            "",
        ] {
            assert_eq!(read(sql), "-", "{sql}");
        }
    }
}
