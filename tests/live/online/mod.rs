//! `cargo pg-enum online`.

mod cases;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [cases::tests()].into_iter().flatten().collect()
}

/// An enum of the schema `app`, as Rust source.
fn source(
    name: &str,
    labels: &[&str],
    was: &[(&str, &str)],
    removed: &[(&str, Option<&str>)],
    former: Option<&str>,
) -> String {
    let was: BTreeMap<_, _> = was.iter().map(|(from, to)| (*to, *from)).collect();
    let variant = |label: &str| {
        let index = labels.iter().position(|there| *there == label).expect("a label of the enum");
        format!("V{index}")
    };
    let mut source = format!("#[derive(PgEnum)]\n#[pg_enum(name = {name:?}, schema = \"app\"");
    if let Some(former) = former {
        write!(source, ", was = {former:?}").unwrap();
    }
    if !removed.is_empty() {
        let each = removed.iter().map(|(label, to)| {
            format!("{label:?} => {}", to.map_or_else(|| "NULL".to_owned(), variant))
        });
        write!(source, ", removed({})", each.collect::<Vec<_>>().join(", ")).unwrap();
    }
    source += ")]\npub enum E {\n";
    for label in labels {
        let was = was.get(label).map(|was| format!(", was = {was:?}")).unwrap_or_default();
        writeln!(source, "    #[pg_enum(rename = {label:?}{was})] {},", variant(label)).unwrap();
    }
    source + "}\n"
}
