//! The SQL of all enums of a crate.

use std::collections::HashMap;
use std::path::Path;

use pg_enum_core::Definition;
use pg_enum_core::plan::{Obstacle, plan_from};
use pg_enum_core::record::Record;

use crate::cargo::one_line;
use crate::scan::{NoteKind, Presence, Scan, ScannedEnum};

/// The files' texts, and what to warn of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sql {
    pub(crate) up: String,
    pub(crate) down: String,
    pub(crate) pending: String,
    pub(crate) warnings: Vec<String>,
}

impl Sql {
    /// The SQL of what derives `PgEnum`. Without a record, nothing is said to be pending.
    pub(crate) fn of(
        scan: &Scan,
        record: Option<&Record>,
        shown: &dyn Fn(&Path) -> String,
    ) -> Self {
        let mut sql = Self::default();
        let mut comments = Vec::new();
        for note in &scan.notes {
            let text = format!("{}:{}: {}", shown(&note.file), note.line, note.message);
            // Nothing is missing on account of the first, and hardly ever on account of the second: what
            // is included is mostly another generator's.
            if !matches!(note.kind, NoteKind::IncludedTwice | NoteKind::Include) {
                sql.warnings.push(text.clone());
            }
            comments.push(text);
        }
        let mut downs = Vec::new();
        let mut pending = Vec::new();
        // Where each type was first seen, with its labels.
        let mut seen: HashMap<(Option<String>, String), (String, Vec<String>)> = HashMap::new();
        for scanned in scan.enums.iter().filter(|scanned| scanned.derives(&["PgEnum"])) {
            let place = format!("{}:{}", shown(&scanned.file), scanned.line);
            let (model, errors) = scanned.model();
            if let Some(error) = errors.into_error() {
                // The derive says so as well, as an error.
                comments
                    .push(format!("{place}: the enum {} is left out: {error}", scanned.item.ident));
                continue;
            }
            model.with_definition(|definition| {
                let key = (definition.schema.map(str::to_owned), definition.name.to_owned());
                let labels: Vec<_> = definition.labels.iter().map(|&label| label.to_owned()).collect();
                if let Some((first, theirs)) = seen.get(&key) {
                    if *theirs != labels {
                        let text = format!(
                            "{place}: the enum {} is another type {} than the one at {first}, and left out",
                            scanned.item.ident,
                            definition.name_sql()
                        );
                        sql.warnings.push(text.clone());
                        comments.push(text);
                    }
                    return;
                }
                seen.insert(key, (place.clone(), labels));
                let title = title(scanned, &place);
                let entry = |sql: String| format!("\n{title}{}\n", sql.trim_end());
                sql.up += &entry(definition.create_sql().to_string());
                downs.push(entry(definition.drop_sql().to_string()));
                let lacking = record.and_then(|record| pending_sql(definition, record));
                pending.extend(lacking.map(entry));
            });
        }
        downs.reverse();
        let head = |what: &str| {
            let comments = comments.iter().map(|comment| format!("-- {}\n", one_line(comment)));
            [format!("-- {what}\n")].into_iter().chain(comments).collect::<String>()
        };
        sql.up = head("The types of all enums that derive PgEnum.") + &sql.up;
        sql.down = head("Drops the types of all enums that derive PgEnum.") + &downs.concat();
        sql.pending = head(match record {
            Some(_) => "The changes that the migrations lack for the enums that derive PgEnum.",
            None => "Unknown: no migrations were read.",
        }) + &pending.concat();
        sql
    }
}

fn title(scanned: &ScannedEnum, place: &str) -> String {
    let title = format!("-- {} ({})\n", scanned.item.ident, one_line(place));
    match &scanned.cfg {
        Presence::Certain => title,
        Presence::Undetermined(open) => format!("{title}-- if {}\n", one_line(&open.join(", "))),
    }
}

/// What the migrations lack of one definition, as the text of a migration; `None` if they lack nothing.
/// What no plan can do is listed in comments.
fn pending_sql(definition: Definition<'_>, record: &Record) -> Option<String> {
    match plan_from(record, definition) {
        Ok(plan) if plan.is_empty() => None,
        Ok(plan) => {
            let steps: Vec<_> = plan
                .steps
                .iter()
                .map(|step| step.up_sql().to_string().trim_end().to_owned())
                .collect();
            Some(steps.join("\n\n"))
        }
        Err(unplannable) => {
            let comment = |obstacle: &Obstacle| format!("-- {}", one_line(&obstacle.to_string()));
            Some(unplannable.obstacles.iter().map(comment).collect::<Vec<_>>().join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{Cfg, scan};

    const SOURCE: &str = "#[derive(PgEnum)] enum First { A }\n\
        enum None { A }\n\
        #[derive(PgEnum)] enum Broken { A, #[pg_enum(rename = \"A\")] B }\n\
        #[derive(pg_enum::PgEnum)] enum Second { A, B }\n\
        mod m { #[derive(PgEnum)] enum First { Other } }\n\
        include!(\"x.rs\");";

    fn of(record: Option<&Record>) -> Sql {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lib.rs");
        std::fs::write(&path, SOURCE).unwrap();
        let shown = |file: &Path| file.file_name().unwrap().to_string_lossy().into_owned();
        Sql::of(&scan([path], &Cfg::new()), record, &shown)
    }

    /// The comments, and in which order what they are about comes.
    fn comments(text: &str) -> Vec<&str> {
        let comments = text.lines().filter(|line| line.starts_with("-- "));
        comments.filter(|line| !line.starts_with("-- Generated")).collect()
    }

    #[test]
    fn up_in_the_order_of_the_source_and_down_in_the_opposite() {
        let sql = of(None);
        assert_eq!(
            comments(&sql.up),
            [
                "-- The types of all enums that derive PgEnum.",
                "-- lib.rs:6: files that `include!` inserts are not read",
                "-- lib.rs:3: the enum Broken is left out: duplicate label \"A\"",
                "-- lib.rs:5: the enum First is another type first than the one at lib.rs:1, and left \
                 out",
                "-- First (lib.rs:1)",
                "-- Second (lib.rs:4)",
            ]
        );
        assert!(sql.up.contains("CREATE TYPE second AS ENUM ('A', 'B')"), "{}", sql.up);
        assert_eq!(comments(&sql.down)[4..], ["-- Second (lib.rs:4)", "-- First (lib.rs:1)"]);
        assert!(sql.down.contains("DROP TYPE"), "{}", sql.down);
        assert_eq!(sql.warnings.len(), 1);
        assert!(sql.pending.starts_with("-- Unknown"), "{}", sql.pending);
    }

    #[test]
    fn what_is_pending() {
        let record = "pg-enum record 1\ndefault\tpublic\n\
                      enum\tpublic\tfirst\tknown\tm/1.sql\t1\nlabel\ta\tm/1.sql\t2\n";
        let sql = of(Record::parse(record).as_ref());
        assert!(sql.pending.contains("CREATE TYPE second"), "{}", sql.pending);
        assert!(!sql.pending.contains("CREATE TYPE first"), "{}", sql.pending);
        let differs = "-- the label 'A' differs only by case from 'a' (m/1.sql:2)";
        let found = comments(&sql.pending).iter().any(|comment| comment.starts_with(differs));
        assert!(found, "{}", sql.pending);
    }
}
