//! The statements that drop objects, and create them again as they were.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::swap;
use super::convert::restore_storage;
use crate::Literal;
use crate::dependent::{Generated, Grant, Kind, Object};

/// The statement that drops an object; `None` if it is dropped with its table, view or index.
pub(crate) fn drop(object: &Object) -> Option<String> {
    let name = &object.name;
    let relation = object.relation.as_deref().unwrap_or_default();
    Some(match &object.kind {
        Kind::Index { parent: None, full_name, .. } => format!("DROP INDEX {full_name};"),
        Kind::Constraint { of_parent: false, is_local: true, .. } => {
            format!("ALTER TABLE {relation} DROP CONSTRAINT {name};")
        }
        Kind::View { materialized: false, .. } => format!("DROP VIEW {relation};"),
        Kind::View { .. } => format!("DROP MATERIALIZED VIEW {relation};"),
        Kind::Rule { .. } => format!("DROP RULE {name} ON {relation};"),
        Kind::Trigger { of_parent: false, .. } => format!("DROP TRIGGER {name} ON {relation};"),
        Kind::Policy { .. } => format!("DROP POLICY {name} ON {relation};"),
        Kind::Publication { .. } => format!("ALTER PUBLICATION {name} DROP TABLE ONLY {relation};"),
        // Nothing uses the type in it any more; a new expression does not need the old one.
        Kind::Column { generated: Some(Generated { in_place: true, not_null, .. }), .. } => {
            let free = if *not_null {
                format!("ALTER COLUMN {name} DROP NOT NULL, ")
            } else {
                String::new()
            };
            format!("ALTER TABLE {relation} {free}ALTER COLUMN {name} SET EXPRESSION AS (NULL);")
        }
        Kind::Column { generated: Some(_), .. } => {
            format!("ALTER TABLE {relation} DROP COLUMN {name};")
        }
        Kind::DomainConstraint { domain, of_replaced: false, .. } => {
            format!("ALTER DOMAIN {domain} DROP CONSTRAINT {name};")
        }
        Kind::Statistics { .. } => format!("DROP STATISTICS {name};"),
        Kind::Statements { drop, .. } => format!("{drop};"),
        Kind::Function { of_kind } => {
            let what = if of_kind == "p" { "PROCEDURE" } else { "FUNCTION" };
            format!("DROP {what} {name};")
        }
        _ => return None,
    })
}

/// The statements that create an object again. `definition` rewrites a definition of the server's.
#[expect(clippy::too_many_lines, reason = "one arm for each kind")]
pub(crate) fn restore(object: &Object, definition: impl Fn(&str) -> String) -> Vec<String> {
    let Object { name, .. } = object;
    let relation = object.relation.as_deref().unwrap_or_default();
    let text = || definition(object.definition.trim_end().trim_end_matches(';'));
    let mut statements = Vec::new();
    match &object.kind {
        Kind::Column { generated: Some(generated), storage, compression, .. } => {
            statements.extend(generated_column(object, generated, &definition));
            if !generated.in_place {
                let (storage, compression) = (storage.as_deref(), compression.as_deref());
                statements.extend(restore_storage(relation, name, storage, compression));
                privileges(&mut statements, "TABLE", relation, &format!(" ({name})"), object);
                comment(&mut statements, "COLUMN", &format!("{relation}.{name}"), object);
            }
        }
        Kind::Domain { default, not_null, .. } => {
            let default = default.as_ref().map(|it| format!(" DEFAULT {}", definition(it)));
            let default = default.unwrap_or_default();
            let not_null = if *not_null { " NOT NULL" } else { "" };
            let base = &object.definition;
            statements.push(format!("CREATE DOMAIN {name} AS {base}{default}{not_null};"));
            owner(&mut statements, "DOMAIN", name, object);
            privileges(&mut statements, "DOMAIN", name, "", object);
            comment(&mut statements, "DOMAIN", name, object);
        }
        Kind::DomainConstraint { domain, .. } => {
            statements.push(format!("ALTER DOMAIN {domain} ADD CONSTRAINT {name} {};", text()));
            let on = format!("{name} ON DOMAIN {domain}");
            comment(&mut statements, "CONSTRAINT", &on, object);
        }
        Kind::Index { full_name, parent, tablespace, .. } => {
            statements.push(format!("{};", text()));
            if let Some(parent) = parent {
                statements.push(format!("ALTER INDEX {parent} ATTACH PARTITION {full_name};"));
            }
            if let Some(tablespace) = tablespace {
                statements.push(format!("ALTER INDEX {full_name} SET TABLESPACE {tablespace};"));
            }
            statements.extend(index_state(object));
        }
        Kind::Constraint { of_parent: false, is_local: true, .. } => {
            statements.push(format!("ALTER TABLE {relation} ADD CONSTRAINT {name} {};", text()));
            let on = format!("{name} ON {relation}");
            comment(&mut statements, "CONSTRAINT", &on, object);
        }
        Kind::View { materialized, options, populated, tablespace, access_method, size: _ } => {
            let what = if *materialized { "MATERIALIZED VIEW" } else { "VIEW" };
            let part = |word: &str, text: &Option<String>, end: &str| {
                text.as_ref().map(|text| format!(" {word}{text}{end}")).unwrap_or_default()
            };
            let method = part("USING ", access_method, "");
            let options = part("WITH (", options, ")");
            let tablespace = part("TABLESPACE ", tablespace, "");
            let no_data = if *materialized && !populated { "\n  WITH NO DATA" } else { "" };
            statements.push(format!(
                "CREATE {what} {relation}{method}{options}{tablespace} AS\n{}{no_data};",
                text()
            ));
            owner(&mut statements, what, relation, object);
            privileges(&mut statements, "TABLE", relation, "", object);
            comment(&mut statements, what, relation, object);
        }
        Kind::ViewColumn { target, .. } => {
            if let Some(target) = target {
                statements.push(format!(
                    "ALTER MATERIALIZED VIEW {relation} ALTER COLUMN {name} SET STATISTICS {target};"
                ));
            }
            privileges(&mut statements, "TABLE", relation, &format!(" ({name})"), object);
            comment(&mut statements, "COLUMN", &format!("{relation}.{name}"), object);
        }
        // The default of a view's column: those of tables are part of `ALTER TABLE`.
        Kind::Default => {
            let default = text();
            statements
                .push(format!("ALTER VIEW {relation} ALTER COLUMN {name} SET DEFAULT {default};"));
        }
        Kind::Rule { enabled } => {
            let text = text();
            // Before 14, PL/pgSQL ends a statement at a semicolon in parentheses, between the commands of a rule.
            statements.push(if text.contains(';') {
                format!("EXECUTE {};", Literal(&text))
            } else {
                format!("{text};")
            });
            enable(&mut statements, relation, "RULE", name, enabled);
            comment(&mut statements, "RULE", &format!("{name} ON {relation}"), object);
        }
        Kind::Trigger { enabled, of_parent: false } => {
            statements.push(format!("{};", text()));
            enable(&mut statements, relation, "TRIGGER", name, enabled);
            comment(&mut statements, "TRIGGER", &format!("{name} ON {relation}"), object);
        }
        Kind::Policy { command, permissive, roles, using, check } => {
            let kind = if *permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
            let part = |word: &str, text: &Option<String>| match text {
                Some(text) => format!("\n    {word} ({})", definition(text)),
                None => String::new(),
            };
            statements.push(format!(
                "CREATE POLICY {name} ON {relation} AS {kind} FOR {command} TO {roles}{}{};",
                part("USING", using),
                part("WITH CHECK", check)
            ));
            comment(&mut statements, "POLICY", &format!("{name} ON {relation}"), object);
        }
        Kind::Statistics { target } => {
            statements.push(format!("{};", text()));
            if let Some(target) = target {
                statements.push(format!("ALTER STATISTICS {name} SET STATISTICS {target};"));
            }
            owner(&mut statements, "STATISTICS", name, object);
            comment(&mut statements, "STATISTICS", name, object);
        }
        Kind::Publication { columns: Some(columns), filter } => {
            let filter = match filter {
                Some(filter) => format!(" WHERE ({filter})"),
                None => String::new(),
            };
            statements.push(format!(
                "ALTER PUBLICATION {name} ADD TABLE ONLY {relation} ({columns}){filter};"
            ));
        }
        Kind::Function { of_kind } => {
            let what = if of_kind == "p" { "PROCEDURE" } else { "FUNCTION" };
            let create = text().replacen("CREATE OR REPLACE ", "CREATE ", 1);
            statements.push(format!("{create};"));
            owner(&mut statements, what, name, object);
            privileges(&mut statements, what, name, "", object);
            comment(&mut statements, what, name, object);
        }
        Kind::Statements { statements: written, .. } => {
            for (statement, path) in written {
                let path = Literal(path);
                statements.push(format!("PERFORM set_config('search_path', {path}, true);"));
                // PL/pgSQL ends a statement at a semicolon, which may be in the body of a function or a rule.
                statements.push(if statement.contains(';') {
                    format!("EXECUTE {};", Literal(statement))
                } else {
                    format!("{statement};")
                });
                statements.push(swap::ON_CATALOG.into());
            }
        }
        Kind::Type => {
            owner(&mut statements, "TYPE", name, object);
            privileges(&mut statements, "TYPE", name, "", object);
            comment(&mut statements, "TYPE", name, object);
        }
        _ => {}
    }
    statements
}

/// The statements without those that set `search_path` to what it is.
pub(crate) fn without_idle_paths(statements: impl Iterator<Item = String>) -> Vec<String> {
    let mut left: Vec<String> = Vec::new();
    let mut path = String::new();
    for statement in statements {
        if statement.starts_with("PERFORM set_config('search_path'") {
            if left.last().is_some_and(|last| last == swap::ON_CATALOG) && path == statement {
                left.pop();
                continue;
            }
            path.clone_from(&statement);
        }
        left.push(statement);
    }
    left
}

/// The statements that give a generated column its expression, or create it again.
fn generated_column(
    column: &Object,
    generated: &Generated,
    definition: impl Fn(&str) -> String,
) -> Vec<String> {
    let Object { name, definition: type_sql, .. } = column;
    let Generated { expression, in_place, collation, target, options, not_null } = generated;
    let table = column.relation.as_deref().unwrap_or_default();
    let expression = definition(expression);
    let change = format!("ALTER TABLE {table} ALTER COLUMN {name}");
    let mut statements = Vec::new();
    if *in_place {
        let tail =
            if *not_null { format!(", ALTER COLUMN {name} SET NOT NULL") } else { String::new() };
        statements.push(format!("{change} SET EXPRESSION AS ({expression}){tail};"));
        return statements;
    }
    let collation = collation.as_ref().map(|it| format!(" COLLATE {it}")).unwrap_or_default();
    let not_null = if *not_null { " NOT NULL" } else { "" };
    statements.push(format!(
        "ALTER TABLE {table} ADD COLUMN {name} {type_sql}{collation} GENERATED ALWAYS AS ({expression}) STORED{not_null};"
    ));
    if let Some(target) = target {
        statements.push(format!("{change} SET STATISTICS {target};"));
    }
    if let Some(options) = options {
        statements.push(format!("{change} SET ({options});"));
    }
    statements
}

/// The statements that give an index what its definition does not say.
pub(crate) fn index_state(object: &Object) -> Vec<String> {
    let Kind::Index { full_name, is_clustered, is_identity, targets, .. } = &object.kind else {
        return Vec::new();
    };
    let Object { name, relation_kind, .. } = object;
    let relation = object.relation.as_deref().unwrap_or_default();
    let mut statements = Vec::new();
    for target in targets {
        let (column, target) = target.split_once(' ').unwrap_or((target, "-1"));
        statements.push(format!(
            "ALTER INDEX {full_name} ALTER COLUMN {column} SET STATISTICS {target};"
        ));
    }
    let what = if relation_kind == "m" { "MATERIALIZED VIEW" } else { "TABLE" };
    uses(&mut statements, what, relation, name, *is_clustered, *is_identity);
    comment(&mut statements, "INDEX", full_name, object);
    statements
}

/// What the server changes of an index or a key of a partition when it rebuilds that of the partitioned table: neither `CLUSTER`
/// nor the replica identity uses it any more, a key has no comment, and an index has the comment of the one above it.
pub(crate) fn rebuilt_part(object: &Object, is_commented_above: bool) -> Vec<String> {
    let Object { name, .. } = object;
    let relation = object.relation.as_deref().unwrap_or_default();
    let mut statements = Vec::new();
    match &object.kind {
        Kind::Index {
            parent: Some(_),
            full_name,
            of_constraint: false,
            is_clustered,
            is_identity,
            ..
        } => {
            uses(&mut statements, "TABLE", relation, name, *is_clustered, *is_identity);
            comment(&mut statements, "INDEX", full_name, object);
            if object.comment.is_none() && is_commented_above {
                statements.push(format!("COMMENT ON INDEX {full_name} IS NULL;"));
            }
        }
        Kind::Constraint { of_parent: true, of_type, is_clustered, is_identity, .. }
            if matches!(&**of_type, "p" | "u") =>
        {
            uses(&mut statements, "TABLE", relation, name, *is_clustered, *is_identity);
            comment(&mut statements, "CONSTRAINT", &format!("{name} ON {relation}"), object);
        }
        _ => {}
    }
    statements
}

/// What uses an index.
fn uses(
    statements: &mut Vec<String>,
    what: &str,
    relation: &str,
    index: &str,
    is_clustered: bool,
    is_identity: bool,
) {
    if is_clustered {
        statements.push(format!("ALTER {what} {relation} CLUSTER ON {index};"));
    }
    if is_identity {
        statements.push(format!("ALTER TABLE {relation} REPLICA IDENTITY USING INDEX {index};"));
    }
}

fn owner(statements: &mut Vec<String>, what: &str, name: &str, object: &Object) {
    if let Some(owner) = &object.owner {
        statements.push(format!("ALTER {what} {name} OWNER TO {owner};"));
    }
}

fn comment(statements: &mut Vec<String>, what: &str, name: &str, object: &Object) {
    if let Some(comment) = &object.comment {
        statements.push(format!("COMMENT ON {what} {name} IS {};", Literal(comment)));
    }
}

fn privileges(
    statements: &mut Vec<String>,
    what: &str,
    name: &str,
    columns: &str,
    object: &Object,
) {
    for Grant { privilege, to, .. } in &object.revoked {
        statements.push(format!("REVOKE {privilege}{columns} ON {what} {name} FROM {to};"));
    }
    statements.extend(object.granted.iter().map(|it| grant(it, what, name, columns)));
}

/// The statement that grants a privilege.
pub(crate) fn grant(grant: &Grant, what: &str, name: &str, columns: &str) -> String {
    let Grant { privilege, to, grantable, .. } = grant;
    let option = if *grantable { " WITH GRANT OPTION" } else { "" };
    format!("GRANT {privilege}{columns} ON {what} {name} TO {to}{option};")
}

/// The state of a rule or a trigger, if it is not the initial one.
fn enable(statements: &mut Vec<String>, relation: &str, what: &str, name: &str, enabled: &str) {
    let how = match enabled {
        "D" => "DISABLE",
        "R" => "ENABLE REPLICA",
        "A" => "ENABLE ALWAYS",
        _ => return,
    };
    statements.push(format!("ALTER TABLE {relation} {how} {what} {name};").to_string());
}
