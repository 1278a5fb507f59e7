//! What a query looks for: the names and the label that its answer is about, and what the answer comes from.

use pg_enum_migrations::words;

use crate::value::{Asked, Scope};

/// Functions that read the catalog or compute. What another one does is not known.
const BUILT_IN: [&str; 17] = [
    "array_agg",
    "array_length",
    "bool_or",
    "cast",
    "coalesce",
    "count",
    "current_schemas",
    "format_type",
    "lower",
    "max",
    "min",
    "quote_ident",
    "string_agg",
    "to_regclass",
    "to_regtype",
    "unnest",
    "upper",
];

/// Words that stand before a bracket and call nothing.
const BEFORE_BRACKET: [&str; 22] = [
    "all", "and", "any", "array", "as", "by", "distinct", "else", "exists", "filter", "from", "in",
    "join", "not", "on", "or", "over", "select", "then", "using", "when", "where",
];

/// Whether SQL calls built-in functions alone.
pub(crate) fn calls_built_ins_only(words: &[String]) -> bool {
    words.iter().enumerate().filter(|(_, word)| *word == "(").all(|(at, _)| {
        let Some(name) = at.checked_sub(1).and_then(|at| words.get(at)) else { return true };
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"');
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at));
        let is_elsewhere = before(2).is_some_and(|dot| dot == ".")
            && before(3).is_none_or(|schema| schema != "pg_catalog");
        let is_known = BUILT_IN.contains(&&**name)
            || name.starts_with("pg_")
            || BEFORE_BRACKET.contains(&&**name);
        !is_name || is_known && !is_elsewhere
    })
}

/// What the answer to a query comes from.
pub(crate) fn scope(query: &str) -> Scope {
    const OBJECTS: [&str; 8] = [
        "pg_class",
        "pg_matviews",
        "pg_namespace",
        "pg_tables",
        "pg_type",
        "pg_views",
        "tables",
        "views",
    ];
    let words: Vec<String> = words(query).collect();
    if !calls_built_ins_only(&words) {
        return Scope::Rows;
    }
    let mut scope = Scope::Objects;
    let mut is_list = false;
    for (at, word) in words.iter().enumerate() {
        let begins = match &**word {
            "from" | "join" => true,
            "," => is_list,
            "where" | "on" | "group" | "order" | "having" | "limit" | "union" | "(" | ")" => {
                is_list = false;
                false
            }
            _ => false,
        };
        if !begins {
            continue;
        }
        is_list = true;
        let mut rest = words.iter().skip(at + 1).map(String::as_str);
        let first = rest.next().unwrap_or_default();
        let (is_catalog, name) = match (first, rest.next(), rest.next()) {
            ("(", ..) => continue,
            ("pg_catalog" | "information_schema", Some("."), Some(name)) => (true, name),
            (name, next, _) => (name.starts_with("pg_") && next != Some("."), name),
        };
        let found = if is_catalog && OBJECTS.contains(&name) {
            Scope::Objects
        } else if is_catalog {
            Scope::Catalog
        } else {
            Scope::Rows
        };
        scope = scope.max(found);
    }
    scope
}

/// The names that a query looks for in the catalog, and the one label; no names where its answer may depend on others.
pub(crate) fn looked_for(query: &str) -> (Vec<String>, Option<String>) {
    let words: Vec<String> = words(query).collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    let is_open = |word: &String| {
        matches!(&**word, "like" | "ilike" | "similar" | "enum_range" | "enum_first" | "enum_last")
            || (word.contains(['~', '|', '$']) && !word.starts_with('\''))
    };
    let is_not_in = words.windows(2).any(|pair| pair[0] == "not" && pair[1] == "in");
    if scope(query) == Scope::Rows || is_not_in || words.iter().any(is_open) {
        return (Vec::new(), None);
    }
    let (mut names, mut labels) = (Vec::new(), Vec::new());
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.contains('\'')) {
        let before = |back: usize| at.checked_sub(back).map_or("", |at| &*words[at]);
        let Some(text) = word.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) else {
            return (Vec::new(), None);
        };
        let (sign, column) = (before(1), before(2));
        if sign.contains(['<', '>', '!']) {
            return (Vec::new(), None);
        }
        // Which schema and what kind of thing it is, is no name of it.
        let is_kind =
            matches!(column, "nspname" | "schemaname" | "typtype" | "relkind" | "table_type")
                || column.ends_with("schema")
                || column.ends_with("namespace");
        if sign == "=" && column == "enumlabel" && !has("or") && !has("union") {
            labels.push(text.replace("''", "'"));
        } else if !(sign == "=" && is_kind || text.is_empty()) {
            let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"');
            if !text.chars().all(is_plain) {
                return (Vec::new(), None);
            }
            // `'public.mood'`
            let name = text.rsplit('.').next().unwrap_or_default();
            names.push(name.trim_matches('"').to_owned());
        }
    }
    let label = if labels.len() == 1 { labels.pop() } else { None };
    (names, label)
}

/// The question whether a value is in the list that a query gives, from what the query is about.
pub(crate) fn among(asked: Asked, query: &str, value: &str) -> Asked {
    let words = words(query).skip(1);
    let selected: Vec<String> = words.take_while(|word| word != "from" && word != ",").collect();
    let selects = |columns: &[&str]| selected.iter().any(|word| columns.contains(&&**word));
    let mut names = asked.names;
    let mut label = asked.label;
    if asked.scope == Scope::Rows {
        names.clear();
    } else if selects(&["typname", "tablename", "table_name", "relname"]) {
        names = vec![value.to_owned()];
    } else if selects(&["enumlabel"]) {
        label = Some(value.to_owned());
    } else if !names.is_empty() {
        names.push(value.to_owned());
    }
    Asked { names, label, ..asked }
}
