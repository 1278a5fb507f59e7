//! Imports of what has been taken away.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pg_enum_build::scan::parse_file;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ItemUse, UseTree, Visibility};

use super::attributes::paths;
use super::edits::{Edits, remove_elements, with_lines};

/// The changed text of a file without the imports that only what was `taken` from `before` has used. What others may
/// use through the file, such as `pub use`, stays; so does everything whose name is in the file anywhere else.
pub(super) fn without_unused(before: &str, taken: &[Range<usize>], after: &str) -> String {
    let removed = || {
        let names = names_in(before, taken)?;
        let file = parse_file(after)?;
        let mut uses = Uses::default();
        uses.visit_file(&file);
        let left = count(after, &uses.items);
        let is_without_foreign_names = is_without_foreign_names(&file);
        let is_unused = |name: &str, path: &str| {
            if name == "*" {
                let root = path.split("::").next().unwrap_or(path);
                return !names.is_empty() && is_without_foreign_names && DRIVERS.contains(&root);
            }
            let is_method_trait = path == "std::io::Write";
            if is_method_trait {
                return names.contains("write_all")
                    && !left.keys().any(|name| WRITES.contains(&&**name));
            }
            names.contains(name) && !left.contains_key(name)
        };
        let mut edits = Edits::default();
        let mut gone = Vec::new();
        for item in &uses.items {
            if matches!(item.vis, Visibility::Inherited)
                && prune(&item.tree, "", after, &is_unused, &mut edits)
            {
                gone.push(with_lines(after, item.span().byte_range()));
            }
        }
        for range in without_gaps(after, gone) {
            edits.remove(range);
        }
        edits.apply(after)
    };
    removed().unwrap_or_else(|| after.to_owned())
}

/// The crates whose names an enum takes from a glob.
const DRIVERS: [&str; 4] = ["sea_orm", "sqlx", "postgres_types", "diesel_derive_enum"];

/// The derives and attributes of the language, with the attributes of serde's and strum's derives, which no glob of a driver
/// has to bring in.
const KNOWN: [&str; 24] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "allow",
    "cfg",
    "default",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "must_use",
    "non_exhaustive",
    "pg_enum",
    "repr",
    "serde",
    "strum",
    "warn",
];

/// Whether a file has nothing but enums, each of whose names is known or imported one by one: then no glob is of use.
fn is_without_foreign_names(file: &syn::File) -> bool {
    let mut imported = HashSet::new();
    let mut needed: Vec<syn::Path> = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Use(item) => each_name(&item.tree, &mut imported),
            syn::Item::Enum(item) => {
                let of_variants = item.variants.iter().flat_map(|variant| &variant.attrs);
                for attribute in item.attrs.iter().chain(of_variants) {
                    needed.push(attribute.path().clone());
                    needed.extend(paths(attribute));
                }
                let is_plain = |variant: &syn::Variant| {
                    variant.fields.is_empty() && variant.discriminant.is_none()
                };
                if !item.variants.iter().all(is_plain) {
                    return false;
                }
            }
            _ => return false,
        }
    }
    needed.iter().all(|path| {
        let Some(first) = path.segments.first() else { return false };
        let name = first.ident.unraw().to_string();
        path.segments.len() > 1 || KNOWN.contains(&&*name) || imported.contains(&name)
    })
}

/// The names that a `use` item brings in.
fn each_name(tree: &UseTree, names: &mut HashSet<String>) {
    match tree {
        UseTree::Path(path) => each_name(&path.tree, names),
        UseTree::Name(name) => {
            names.insert(name.ident.unraw().to_string());
        }
        UseTree::Rename(rename) => {
            names.insert(rename.rename.unraw().to_string());
        }
        UseTree::Glob(_) => {}
        UseTree::Group(group) => group.items.iter().for_each(|tree| each_name(tree, names)),
    }
}

/// Stretches to remove, with one of the two empty lines around each.
fn without_gaps(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => joined.push(range),
        }
        let Some(last) = joined.last_mut() else { continue };
        let before = &text[..last.start];
        let is_first = ["", "\n\n", "\n\r\n"].iter().any(|end| match *end {
            "" => before.is_empty(),
            end => before.ends_with(end),
        });
        let rest = &text[last.end..];
        let empty = ["\n", "\r\n"].into_iter().find(|empty| rest.starts_with(empty));
        last.end += empty.filter(|_| is_first).map_or(0, str::len);
    }
    joined
}

/// What `std::io::Write` is imported for: its methods, and the macros that call them.
const WRITES: [&str; 7] =
    ["Write", "write", "write_all", "write_fmt", "writeln", "write_vectored", "flush"];

/// The names in these parts of a file.
fn names_in(text: &str, ranges: &[Range<usize>]) -> Option<HashSet<String>> {
    let file = parse_file(text)?;
    let mut uses = Uses::default();
    uses.visit_file(&file);
    let mut names = HashSet::new();
    let is_taken = |ident: &Ident| {
        let at = ident.span().byte_range();
        ranges.iter().any(|range| range.start <= at.start && at.end <= range.end)
    };
    each_ident(tokens(text)?, &mut |ident| {
        if is_taken(ident) {
            names.insert(ident.unraw().to_string());
        }
    });
    Some(names)
}

/// How often each name is in a file, apart from its `use` items; of these, the names that paths begin with.
fn count(text: &str, uses: &[ItemUse]) -> HashMap<String, usize> {
    let mut names: HashMap<String, usize> = HashMap::new();
    let ranges: Vec<_> = uses.iter().map(|item| item.tree.span().byte_range()).collect();
    each_ident(tokens(text).unwrap_or_default(), &mut |ident| {
        let at = ident.span().byte_range();
        if !ranges.iter().any(|range| range.start <= at.start && at.end <= range.end) {
            *names.entry(ident.unraw().to_string()).or_default() += 1;
        }
    });
    for item in uses {
        if let UseTree::Path(path) = &item.tree {
            *names.entry(path.ident.unraw().to_string()).or_default() += 1;
        }
    }
    names
}

fn tokens(text: &str) -> Option<TokenStream> {
    pg_enum_build::scan::parse_tokens(text)
}

fn each_ident(tokens: TokenStream, see: &mut impl FnMut(&Ident)) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => each_ident(group.stream(), see),
            TokenTree::Ident(ident) => see(&ident),
            _ => {}
        }
    }
}

/// The `use` items of a file, in functions too.
#[derive(Default)]
struct Uses {
    items: Vec<ItemUse>,
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.items.push(item.clone());
        visit::visit_item_use(self, item);
    }
}

/// Removes what is unused below a tree. Whether the whole tree is.
fn prune(
    tree: &UseTree,
    before: &str,
    text: &str,
    is_unused: &impl Fn(&str, &str) -> bool,
    edits: &mut Edits,
) -> bool {
    let join = |name: &Ident| {
        let name = name.unraw();
        if before.is_empty() { name.to_string() } else { format!("{before}::{name}") }
    };
    match tree {
        UseTree::Path(path) => prune(&path.tree, &join(&path.ident), text, is_unused, edits),
        UseTree::Name(name) if name.ident == "self" => {
            is_unused(before.rsplit("::").next().unwrap_or(before), before)
        }
        UseTree::Name(name) => is_unused(&name.ident.unraw().to_string(), &join(&name.ident)),
        UseTree::Rename(rename) => {
            rename.rename != "_"
                && is_unused(&rename.rename.unraw().to_string(), &join(&rename.ident))
        }
        UseTree::Glob(_) => is_unused("*", before),
        UseTree::Group(group) => {
            let mut inner = Edits::default();
            let is_gone: Vec<bool> = group
                .items
                .iter()
                .map(|tree| prune(tree, before, text, is_unused, &mut inner))
                .collect();
            if !is_gone.is_empty() && !is_gone.contains(&false) {
                return true;
            }
            let ranges: Vec<_> = group.items.iter().map(|tree| tree.span().byte_range()).collect();
            let mut left = group.items.iter().zip(&is_gone).filter(|(_, gone)| !**gone);
            match (left.next(), left.next()) {
                // rustfmt takes away the braces around one name.
                (Some((UseTree::Name(name), _)), None)
                    if is_gone.contains(&true) && name.ident != "self" =>
                {
                    edits.replace(group.span().byte_range(), name.ident.to_string());
                }
                _ => {
                    remove_elements(text, &ranges, &is_gone, &mut inner);
                    edits.append(inner);
                }
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_unused;

    /// What is left of the `use` items of a file, if one function in it is taken away and another stays.
    fn left(uses: &str, taken: &str, rest: &str) -> String {
        let taken = format!("fn taken() {{ {taken} }}\n");
        let rest = format!("fn rest() {{ {rest} }}\n");
        let before = format!("{uses}{taken}{rest}");
        let range = uses.len()..uses.len() + taken.len();
        let after = without_unused(&before, &[range], &format!("{uses}{rest}"));
        after.strip_suffix(&*rest).expect("the rest stays").to_owned()
    }

    #[test]
    fn what_nothing_uses_any_more_goes() {
        for (uses, taken, rest, expected) in [
            ("use a::B;\nuse c::D;\n", "B", "D", "use c::D;\n"),
            ("use a::{B, C, D};\n", "B C", "D", "use a::D;\n"),
            (
                "use a::{\n    B,\n    C,\n    D,\n};\n",
                "B",
                "C D",
                "use a::{\n    C,\n    D,\n};\n",
            ),
            ("use x::a::{self, b::{C, D}};\n", "C D a", "", ""),
            ("use a::{self, C};\n", "C", "a", "use a::{self};\n"),
            ("use a::B as C;\nuse d::B;\n", "C", "", "use d::B;\n"),
            ("use z::Z;\n\nuse a::B;\n\nuse c::B;\n\n", "B", "Z", "use z::Z;\n\n"),
            ("use a::B;\n\nuse c::D;\n", "B D", "", ""),
            // Others may use these.
            ("pub use a::B;\n", "B", "", "pub use a::B;\n"),
            ("use a::*;\nuse b::C as _;\n", "C", "", "use a::*;\nuse b::C as _;\n"),
            ("use a::B;\n", "B", "x!(B)", "use a::B;\n"),
            ("use a::b;\nuse b::C;\n", "b", "", "use a::b;\nuse b::C;\n"),
            ("use a::B;\n", "C", "", "use a::B;\n"),
            ("use std::io::Write;\n", "o.write_all()", "", ""),
            ("use std::io::Write;\n", "o.write_all()", "write!(x)", "use std::io::Write;\n"),
        ] {
            // Names on their own do not parse.
            let calls = |names: &str| names.replace(' ', ";") + ";";
            let found = left(uses, &calls(taken), &calls(rest));
            assert_eq!(found, expected, "{uses}");
        }
    }

    #[test]
    fn a_glob_of_a_driver_goes_where_only_known_names_are_left() {
        let stays = |glob: &str, rest: &str| {
            let taken = "#[derive(DeriveActiveEnum)] enum A { B }\n";
            let before = format!("{glob}{taken}{rest}");
            let range = glob.len()..glob.len() + taken.len();
            without_unused(&before, &[range], &format!("{glob}{rest}")).starts_with(glob)
        };
        let glob = "use sea_orm::entity::prelude::*;\n";
        assert!(!stays(glob, "#[derive(Debug, pg_enum::PgEnum)] enum A { B }"));
        assert!(!stays(
            glob,
            "use serde::Serialize; #[derive(Serialize)] #[serde(x)] enum A { B }"
        ));
        for rest in [
            "#[derive(EnumIter)] enum A { B }",
            "#[my_attribute] enum A { B }",
            "#[cfg_attr(x, derive(EnumIter))] enum A { B }",
            "enum A { B(Uuid) }",
            "fn f() {}",
            "struct S(Uuid);",
        ] {
            assert!(stays(glob, rest), "{rest}");
        }
        assert!(stays("use my::prelude::*;\n", "enum A { B }"));
        assert!(stays("pub use sea_orm::entity::prelude::*;\n", "enum A { B }"));
    }
}
