//! Readings in a line each, for the tests.

use syn::ItemEnum;

use super::{Demands, Files, Imports, Reading, read};
use crate::scan::Cfg;

/// What the derives on the enum `source` make of it, in a file that begins with `imports`.
///
/// `~` stands before a name that is folded, `=` before one that is not, `?` behind a label that the database
/// may do without, `!` behind one that is not read again; what is read besides stands in parentheses.
pub(super) fn readings(imports: &str, source: &str) -> Vec<String> {
    let imports = Imports::of(&syn::parse_str(imports).expect("a file"));
    let item = syn::parse_str(source).expect("an enum");
    read(&item, &imports).into_iter().map(line).collect()
}

/// What the codecs of the first enum of a file make of it. The file has a second one beside it.
pub(super) fn in_files(file: &str, other: &str) -> Vec<String> {
    in_the_first_of(&[("lib.rs", file), ("other.rs", other)])
}

/// What the codecs of the first enum of the first of these files make of it.
pub(super) fn in_the_first_of(files: &[(&str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().expect("a directory");
    let paths: Vec<_> = files.iter().map(|(name, _)| root.path().join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(files) {
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    let file = syn::parse_file(files[0].1).expect("a file");
    let item: Option<ItemEnum> = file.items.into_iter().find_map(|item| match item {
        syn::Item::Enum(item) => Some(item),
        _ => None,
    });
    let files = Files::read(&paths, &Cfg::new());
    files.readings(&item.expect("an enum"), &paths[0]).into_iter().map(line).collect()
}

fn line(reading: Reading) -> String {
    match reading {
        Reading::Enum(foreign) => {
            let schema = foreign.schema.map_or(String::new(), |schema| schema.value + ".");
            let folded = if foreign.folded { "~" } else { "=" };
            let name = match &foreign.sql_type {
                Some(path) => format!("by {}", path.value),
                None => format!("{schema}{folded}{}", foreign.name.value),
            };
            let tolerant = if foreign.demands == Demands::Nothing { " (tolerant)" } else { "" };
            let labels = foreign.labels.iter().enumerate().map(|(index, label)| {
                let optional = if label.optional { "?" } else { "" };
                let unread = if foreign.unread.contains(&index) { "!" } else { "" };
                format!("{}{optional}{unread}", label.text.value)
            });
            let mut labels: Vec<_> = labels.collect();
            let known =
                |alias: &&String| !foreign.labels.iter().any(|label| label.text.value == **alias);
            let read = foreign.reads.iter().map(|(read, _)| read);
            labels.extend(read.filter(known).map(|alias| format!("({alias})")));
            let is_any = foreign.demands == Demands::AtLeast;
            labels.extend(is_any.then(|| "(any)".to_owned()));
            format!("{} {name}{tolerant}: {}", foreign.codec, labels.join(", "))
        }
        Reading::NotAnEnumType { codec, why, .. } => format!("{codec} {why}"),
    }
}

/// The same, of an enum with one such derive.
pub(super) fn sketch(imports: &str, source: &str) -> String {
    let readings = readings(imports, source);
    assert_eq!(readings.len(), 1, "{readings:?}");
    readings.concat()
}
