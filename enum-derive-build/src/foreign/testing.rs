//! Readings in a line each, for the tests.

use super::{Imports, Reading, read};

/// What the derives on the enum `source` make of it, in a file that begins with `imports`.
///
/// `~` stands before a name that is folded, `=` before one that is not, `?` behind a label that is there in
/// some configurations only.
pub(super) fn readings(imports: &str, source: &str) -> Vec<String> {
    let imports = Imports::of(&syn::parse_str(imports).expect("a file"));
    let item = syn::parse_str(source).expect("an enum");
    let line = |reading| match reading {
        Reading::Enum(foreign) => {
            let schema = foreign.schema.map_or(String::new(), |schema| schema.value + ".");
            let folded = if foreign.folded { "~" } else { "=" };
            let name = match &foreign.sql_type {
                Some(path) => format!("by {}", path.value),
                None => format!("{schema}{folded}{}", foreign.name.value),
            };
            let tolerant = if foreign.tolerant { " (tolerant)" } else { "" };
            let labels = foreign.labels.iter().map(|label| {
                format!("{}{}", label.text.value, if label.optional { "?" } else { "" })
            });
            let labels: Vec<_> = labels.collect();
            format!("{} {name}{tolerant}: {}", foreign.codec, labels.join(", "))
        }
        Reading::NotAnEnumType { codec, why, .. } => format!("{codec} {why}"),
    };
    read(&item, &imports).into_iter().map(line).collect()
}

/// The same, of an enum with one such derive.
pub(super) fn sketch(imports: &str, source: &str) -> String {
    let readings = readings(imports, source);
    assert_eq!(readings.len(), 1, "{readings:?}");
    readings.concat()
}
