//! The migrations in SQL, as golang-migrate has them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::history::{Column, Kind, Migration, PLAIN, Step};
use crate::run::{Failure, at};

const TYPES: [&str; PLAIN] = [
    "varchar(80)",
    "bigint",
    "integer",
    "text",
    "boolean",
    "numeric(12, 2)",
    "timestamptz",
    "date",
    "jsonb",
    "uuid",
];

/// Writes them, with or without their ways down.
pub(super) fn write(dir: &Path, history: &[Migration], with_down: bool) -> Result<(), Failure> {
    for (index, migration) in history.iter().enumerate() {
        let name = format!("{:06}_{}", index + 1, migration.title.replace(' ', "_"));
        let up = dir.join(format!("{name}.up.sql"));
        fs::write(&up, migration.steps.iter().map(forward).collect::<String>()).map_err(at(&up))?;
        if with_down {
            let down = dir.join(format!("{name}.down.sql"));
            let text: String = migration.steps.iter().rev().map(back).collect();
            fs::write(&down, text).map_err(at(&down))?;
        }
    }
    Ok(())
}

fn ty(kind: &Kind) -> &str {
    match kind {
        Kind::Plain(index) => TYPES[*index],
        Kind::Enum { name, .. } => name,
    }
}

fn definition(column: &Column) -> String {
    let needed = if column.is_needed { " NOT NULL" } else { "" };
    format!("{} {}{needed}", column.name, ty(&column.kind))
}

fn forward(step: &Step) -> String {
    match step {
        Step::CreateTable { table, columns, refers_to } => {
            let mut text = String::new();
            for column in columns {
                if let Kind::Enum { name, labels } = &column.kind {
                    let labels = labels.join("', '");
                    let _ = writeln!(text, "CREATE TYPE {name} AS ENUM ('{labels}');");
                }
            }
            let mut lines: Vec<String> = columns.iter().map(definition).collect();
            lines.push("PRIMARY KEY (id)".to_owned());
            if let Some(other) = refers_to {
                lines.push(format!("owner_id bigint REFERENCES {other} (id) ON DELETE CASCADE"));
            }
            let _ = writeln!(text, "CREATE TABLE {table} (\n    {}\n);", lines.join(",\n    "));
            text
        }
        Step::AddColumn { table, column } => {
            format!("ALTER TABLE {table} ADD COLUMN {};\n", definition(column))
        }
        Step::WidenColumn { table, column } => {
            format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(200);\n")
        }
        Step::CreateIndex { table, column } => {
            format!("CREATE INDEX IF NOT EXISTS ix_{table}_{column} ON {table} ({column});\n")
        }
        Step::Update { table, column } => {
            format!("UPDATE {table} SET {column} = {column} WHERE id < 1000;\n")
        }
        Step::AddLabel { ty, label, after } => {
            format!("ALTER TYPE {ty} ADD VALUE IF NOT EXISTS '{label}' AFTER '{after}';\n")
        }
        Step::RenameLabel { ty, old, new } => {
            format!("ALTER TYPE {ty} RENAME VALUE '{old}' TO '{new}';\n")
        }
    }
}

fn back(step: &Step) -> String {
    match step {
        Step::CreateTable { table, columns, .. } => {
            let mut text = format!("DROP TABLE {table};\n");
            for column in columns {
                if let Kind::Enum { name, .. } = &column.kind {
                    let _ = writeln!(text, "DROP TYPE {name};");
                }
            }
            text
        }
        Step::AddColumn { table, column } => {
            format!("ALTER TABLE {table} DROP COLUMN {};\n", column.name)
        }
        Step::WidenColumn { table, column } => {
            format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(80);\n")
        }
        Step::CreateIndex { table, column } => {
            format!("DROP INDEX IF EXISTS ix_{table}_{column};\n")
        }
        Step::Update { .. } | Step::AddLabel { .. } => "SELECT 1;\n".to_owned(),
        Step::RenameLabel { ty, old, new } => {
            format!("ALTER TYPE {ty} RENAME VALUE '{new}' TO '{old}';\n")
        }
    }
}
