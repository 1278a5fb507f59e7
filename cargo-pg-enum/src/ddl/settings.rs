//! The settings that a `ROLLBACK` restores, and that change only the migration.

use squawk_syntax::{SyntaxKind, SyntaxNode};

/// The reason to refuse a `SET` or `RESET`.
pub(super) fn set(node: &SyntaxNode, in_block: bool) -> Option<String> {
    use SyntaxKind as K;
    if let Some(zone) = node.children().find(|it| it.kind() == K::SET_TIME_ZONE) {
        return (zone.children().any(|it| it.kind() != K::LITERAL))
            .then(|| "the time zone is not a literal".to_owned());
    }
    if node.children().any(|it| it.kind() == K::ALL) {
        return Some("it resets all settings".to_owned());
    }
    let mut nodes = node.descendants();
    let Some(parameter) = nodes.find(|it| it.kind() == K::CONFIG_PARAMETER_REF) else {
        return Some("the name of the setting is unknown".to_owned());
    };
    let named = parameter.text().to_string().to_ascii_lowercase();
    let value = node.descendants().find(|it| it.kind() == K::TO_CONFIG_VALUE);
    let value = value.map(|value| value.text().to_string());
    let value = value.as_deref().map(|value| {
        let value = value.trim_start_matches('=').trim();
        value.strip_prefix("TO ").or_else(|| value.strip_prefix("to ")).unwrap_or(value).trim()
    });
    setting(&named, value, in_block)
}

/// Settings that affect only the migration, and that a `ROLLBACK` restores.
const SETTINGS: [&str; 14] = [
    "check_function_bodies",
    "client_min_messages",
    "datestyle",
    "default_table_access_method",
    "default_tablespace",
    "intervalstyle",
    "jit",
    "maintenance_work_mem",
    "row_security",
    "search_path",
    "timezone",
    "work_mem",
    "xmlbinary",
    "xmloption",
];
/// Limits, which we set again before the next statement.
const LIMITS: [&str; 4] = [
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "statement_timeout",
    "transaction_timeout",
];

/// The reason why a setting may not be set to this value, if the value is known.
pub(super) fn setting(setting: &str, value: Option<&str>, in_block: bool) -> Option<String> {
    let value = value.map(|value| value.trim_matches('\'').to_ascii_lowercase());
    match setting {
        name if SETTINGS.contains(&name) => None,
        name if LIMITS.contains(&name) && !in_block => None,
        name if LIMITS.contains(&name) => {
            Some(format!("it changes {name}, which limits this dry run"))
        }
        // Every dump begins with these. Any other value changes how the rest of the file is parsed.
        "client_encoding" if matches!(value.as_deref(), Some("utf8" | "utf-8")) => None,
        "standard_conforming_strings" if matches!(value.as_deref(), Some("on" | "true")) => None,
        "client_encoding"
        | "standard_conforming_strings"
        | "backslash_quote"
        | "escape_string_warning" => {
            Some(format!("it changes {setting}, and so how the rest of the file is parsed"))
        }
        _ => Some(format!("the setting {setting} is not on the list of allowed settings")),
    }
}
