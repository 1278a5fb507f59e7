//! Migrations such as an application gathers over the years, the same in every run.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// What was written.
pub(crate) struct Summary {
    pub(crate) files: usize,
    pub(crate) bytes: usize,
    /// How many files touch an enum.
    pub(crate) with_enums: usize,
}

/// Of so many files, one touches an enum.
const ENUM_EVERY: usize = 20;

/// Writes `count` files, named as sqlx names them.
pub(crate) fn write(root: &Path, count: usize) -> io::Result<Summary> {
    let mut project = Project::new();
    let mut summary = Summary { files: count, bytes: 0, with_enums: 0 };
    for index in 0..count {
        let (title, text) = if index % ENUM_EVERY == ENUM_EVERY - 1 {
            summary.with_enums += 1;
            project.about_enums()
        } else {
            project.about_tables()
        };
        let version = 20_200_101_000_000 + index;
        summary.bytes += text.len();
        fs::write(root.join(format!("{version}_{title}.sql")), text)?;
    }
    Ok(summary)
}

struct Project {
    random: Random,
    tables: Vec<String>,
    enums: Vec<Enum>,
    /// For names that no two things have.
    count: usize,
}

struct Enum {
    name: String,
    labels: Vec<String>,
    /// The table with a column of it.
    table: String,
}

impl Project {
    fn new() -> Self {
        Self {
            random: Random(0x2545_f491_4f6c_dd1d),
            tables: Vec::new(),
            enums: Vec::new(),
            count: 0,
        }
    }

    fn fresh(&mut self, noun: &str) -> String {
        self.count += 1;
        format!("{noun}_{}", self.count)
    }

    fn table(&mut self) -> String {
        match self.tables.len() {
            0 => "account".into(),
            count => self.tables[self.random.below(count)].clone(),
        }
    }

    // --- files ---

    fn about_tables(&mut self) -> (&'static str, String) {
        let mut text = String::new();
        let (title, change): (_, fn(&mut Self, &mut String)) = match self.random.below(10) {
            0..=3 => ("create_table", Self::create_table),
            4..=6 => ("alter_table", Self::alter_table),
            7 => ("add_indexes", Self::create_index),
            _ => ("insert_rows", Self::insert),
        };
        // Some files do one thing, some do many.
        let length = 300 + self.random.below(1_700);
        self.comment(&mut text);
        while text.len() < length {
            change(self, &mut text);
        }
        (title, text)
    }

    fn about_enums(&mut self) -> (&'static str, String) {
        let mut text = String::new();
        self.comment(&mut text);
        let title = match self.random.below(20) {
            _ if self.enums.len() < 5 => self.create_enum(&mut text),
            0..=4 => self.create_enum(&mut text),
            5..=12 => self.add_labels(&mut text),
            13..=15 => self.rename_label(&mut text),
            16..=17 => self.create_unless_there(&mut text),
            _ => self.swap(&mut text),
        };
        text.push('\n');
        self.alter_table(&mut text);
        (title, text)
    }

    // --- statements about tables ---

    fn comment(&mut self, text: &mut String) {
        for _ in 0..=self.random.below(3) {
            let words: Vec<_> =
                (0..6 + self.random.below(8)).map(|_| self.random.of(&WORDS)).collect();
            let _ = writeln!(text, "-- {}; don't change this by hand.", words.join(" "));
        }
        text.push('\n');
    }

    fn create_table(&mut self, text: &mut String) {
        let noun = self.random.of(&WORDS);
        let name = self.fresh(noun);
        let _ = writeln!(text, "CREATE TABLE {name} (");
        text.push_str("    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n");
        for index in 0..4 + self.random.below(11) {
            let (column, ty) = (self.random.of(&WORDS), self.random.of(&TYPES));
            let more = self.random.of(&["", "", " NOT NULL", " UNIQUE", " NULL"]);
            let _ = writeln!(text, "    {column}_{index} {ty}{more},");
        }
        let other = self.table();
        if !self.tables.is_empty() && self.random.below(2) == 0 {
            let _ = writeln!(
                text,
                "    {other}_id BIGINT REFERENCES {other} (id) ON DELETE CASCADE, -- its owner"
            );
        }
        text.push_str("    created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);\n\n");
        if self.random.below(3) == 0 {
            let _ =
                writeln!(text, "COMMENT ON TABLE {name} IS 'What the {noun} is; see the wiki.';\n");
        }
        self.tables.push(name);
    }

    fn alter_table(&mut self, text: &mut String) {
        if self.tables.is_empty() {
            return self.create_table(text);
        }
        let table = self.table();
        let noun = self.random.of(&WORDS);
        let name = self.fresh(noun);
        let ty = self.random.of(&TYPES);
        let _ = match self.random.below(5) {
            0 => writeln!(text, "ALTER TABLE {table} ADD COLUMN {name} {ty};"),
            1 => writeln!(
                text,
                "ALTER TABLE {table}\n    ADD COLUMN IF NOT EXISTS {name} {ty},\n    \
                 ADD CONSTRAINT {name}_check CHECK (id > 0 AND created_at > '2020-01-01');"
            ),
            2 => writeln!(
                text,
                "ALTER TABLE {table} ADD CONSTRAINT {name}_unique UNIQUE (id, created_at);"
            ),
            3 => writeln!(text, "ALTER TABLE {table} ALTER COLUMN created_at SET DEFAULT now();"),
            _ => writeln!(
                text,
                "UPDATE {table} SET created_at = now() WHERE created_at IS NULL AND id < 1000;"
            ),
        };
        text.push('\n');
    }

    fn create_index(&mut self, text: &mut String) {
        let table = self.table();
        let name = self.fresh("idx");
        let _ = writeln!(
            text,
            "CREATE INDEX IF NOT EXISTS {table}_{name} ON {table} USING btree (created_at DESC, id)\n    \
             WHERE created_at IS NOT NULL;\n"
        );
    }

    fn insert(&mut self, text: &mut String) {
        let table = self.table();
        let _ = writeln!(text, "INSERT INTO {table} (id, title, price, created_at) VALUES");
        let rows = 3 + self.random.below(12);
        for row in 1..=rows {
            let (left, right) = (self.random.of(&WORDS), self.random.of(&WORDS));
            let end = if row == rows { ";\n" } else { "," };
            let price = self.random.below(10_000);
            let _ = writeln!(
                text,
                "    ({row}, 'The {left}''s {right}; new', {price}.50, '2024-01-01 10:00:00'::timestamptz){end}"
            );
        }
    }

    // --- statements about enums ---

    fn labels(&mut self) -> Vec<String> {
        (0..3 + self.random.below(6))
            .map(|index| format!("{}_{index}", self.random.of(&WORDS)))
            .collect()
    }

    fn create_enum(&mut self, text: &mut String) -> &'static str {
        let (noun, labels) = (self.random.of(&WORDS), self.labels());
        let (name, table) = (self.fresh(noun), self.fresh("of"));
        let _ = writeln!(text, "CREATE TYPE {name}_kind AS ENUM ({});\n", literals(&labels));
        self.create_user(text, &name, table, labels);
        "create_enum"
    }

    /// The table with a column of an enum.
    fn create_user(&mut self, text: &mut String, name: &str, table: String, labels: Vec<String>) {
        let _ = writeln!(
            text,
            "CREATE TABLE {table} (\n    id BIGINT PRIMARY KEY,\n    kind {name}_kind NOT NULL DEFAULT '{}',\n    \
             title TEXT NOT NULL,\n    price NUMERIC(12, 2),\n    created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);",
            labels[0]
        );
        self.tables.push(table.clone());
        self.enums.push(Enum { name: format!("{name}_kind"), labels, table });
    }

    fn add_labels(&mut self, text: &mut String) -> &'static str {
        let index = self.random.below(self.enums.len());
        for _ in 0..=self.random.below(2) {
            let noun = self.random.of(&WORDS);
            let new = self.fresh(noun);
            let at = self.random.below(self.enums[index].labels.len());
            let Enum { name, labels, .. } = &mut self.enums[index];
            let (place, at) = match new.len() % 3 {
                0 => (String::new(), labels.len()),
                1 => (format!(" BEFORE '{}'", labels[at]), at),
                _ => (format!(" AFTER '{}'", labels[at]), at + 1),
            };
            let _ = writeln!(text, "ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{new}'{place};");
            labels.insert(at, new);
        }
        "add_labels"
    }

    fn rename_label(&mut self, text: &mut String) -> &'static str {
        let index = self.random.below(self.enums.len());
        let at = self.random.below(self.enums[index].labels.len());
        let noun = self.random.of(&WORDS);
        let new = self.fresh(noun);
        let Enum { name, labels, .. } = &mut self.enums[index];
        let _ = writeln!(text, "ALTER TYPE {name} RENAME VALUE '{}' TO '{new}';", labels[at]);
        labels[at] = new;
        "rename_label"
    }

    fn create_unless_there(&mut self, text: &mut String) -> &'static str {
        let (noun, labels) = (self.random.of(&WORDS), self.labels());
        let (name, table) = (self.fresh(noun), self.fresh("of"));
        let _ = writeln!(
            text,
            "DO $$\nBEGIN\n    IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = '{name}_kind') THEN\n        \
             CREATE TYPE {name}_kind AS ENUM ({});\n    END IF;\nEND\n$$;\n",
            literals(&labels)
        );
        self.create_user(text, &name, table, labels);
        "create_enum_unless_there"
    }

    fn swap(&mut self, text: &mut String) -> &'static str {
        let index = self.random.below(self.enums.len());
        let Enum { name, labels, table } = &mut self.enums[index];
        if labels.len() > 3 {
            labels.pop();
        }
        labels.rotate_left(1);
        let _ = writeln!(
            text,
            "ALTER TYPE {name} RENAME TO {name}_old;\nCREATE TYPE {name} AS ENUM ({});\n\
             ALTER TABLE {table} ALTER COLUMN kind DROP DEFAULT;\n\
             ALTER TABLE {table} ALTER COLUMN kind TYPE {name} USING kind::text::{name};\n\
             ALTER TABLE {table} ALTER COLUMN kind SET DEFAULT '{}';\nDROP TYPE {name}_old;",
            literals(labels),
            labels[0]
        );
        "swap_enum"
    }
}

fn literals(labels: &[String]) -> String {
    let literals: Vec<_> = labels.iter().map(|label| format!("'{label}'")).collect();
    literals.join(", ")
}

/// A xorshift generator: the same files in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let end = u64::try_from(end).expect("a length");
        usize::try_from(self.0 % end).expect("less than a length")
    }

    fn of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }
}

const WORDS: [&str; 40] = [
    "account", "address", "amount", "batch", "branch", "budget", "category", "channel", "charge",
    "contract", "country", "coupon", "credit", "currency", "customer", "delivery", "device",
    "discount", "document", "event", "invoice", "ledger", "letter", "message", "notice", "offer",
    "package", "partner", "payment", "policy", "product", "project", "receipt", "region", "report",
    "request", "review", "shipment", "supplier", "ticket",
];

const TYPES: [&str; 16] = [
    "TEXT",
    "TEXT",
    "TEXT",
    "VARCHAR(255)",
    "INTEGER",
    "INTEGER",
    "BIGINT",
    "BOOLEAN DEFAULT false",
    "NUMERIC(12, 2)",
    "TIMESTAMPTZ",
    "TIMESTAMP WITH TIME ZONE DEFAULT now()",
    "DATE",
    "JSONB",
    "UUID DEFAULT gen_random_uuid()",
    "TEXT[]",
    "DOUBLE PRECISION",
];
