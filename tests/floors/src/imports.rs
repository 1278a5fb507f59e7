//! What a file imports: its `use` lines, and the paths in its code.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, Meta, Path, UseTree, VisRestricted};

/// A path that is written in a file, and what it is called there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    pub line: usize,
    /// The inline modules around it.
    pub inside: Vec<String>,
    /// As it is written, from `crate`, `self`, `super` or a name on.
    pub path: Vec<String>,
    /// What a `use` line calls it: `None` for a path in the code, `*` for everything.
    pub name: Option<String>,
}

/// What is written in a file.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    pub list: Vec<Import>,
    /// The modules that are files of their own.
    pub children: Vec<String>,
    inside: Vec<String>,
}

impl Imports {
    pub(crate) fn read(text: &str) -> syn::Result<Self> {
        let mut imports = Self::default();
        imports.visit_file(&syn::parse_file(text)?);
        Ok(imports)
    }

    fn add(&mut self, path: Vec<String>, line: usize, name: Option<String>) {
        self.list.push(Import { line, inside: self.inside.clone(), path, name });
    }

    fn add_tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |ident: &Ident| [before, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) if name.ident == "self" => {
                let line = line_of(&name.ident);
                self.add(before.to_vec(), line, before.last().cloned());
            }
            UseTree::Name(name) => {
                self.add(with(&name.ident), line_of(&name.ident), Some(name.ident.to_string()));
            }
            UseTree::Rename(rename) => {
                let path =
                    if rename.ident == "self" { before.to_vec() } else { with(&rename.ident) };
                self.add(path, line_of(&rename.ident), Some(rename.rename.to_string()));
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.add(before.to_vec(), line, Some("*".to_owned()));
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, before);
                }
            }
        }
    }

    /// The paths in the tokens of a macro, which are not read as Rust.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<Ident> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if path.is_empty() || colons == 2 => path.push(ident),
                TokenTree::Ident(ident) => {
                    self.add_idents(&path);
                    path = vec![ident];
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && colons < 2 => {
                    colons += 1;
                    continue;
                }
                other => {
                    self.add_idents(&path);
                    path.clear();
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
            colons = 0;
        }
        self.add_idents(&path);
    }

    fn add_idents(&mut self, path: &[Ident]) {
        if let [first, _, ..] = path {
            self.add(path.iter().map(Ident::to_string).collect(), line_of(first), None);
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_none() {
            if self.inside.is_empty() {
                self.children.push(module.ident.to_string());
            }
            return;
        }
        self.inside.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inside.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let idents: Vec<_> = path.segments.iter().map(|segment| segment.ident.clone()).collect();
        self.add_idents(&idents);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.visit_path(&mac.path);
        self.add_tokens(mac.tokens.clone());
    }

    // `pub(in crate::a)` and attributes import nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

fn line_of(ident: &Ident) -> usize {
    ident.span().start().line
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[cfg(test)]`, also with more of the same.
fn is_for_tests(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let text = list.tokens.to_string();
            text == "test" || text.starts_with("all (") && text.contains("test")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Imports;

    fn read(text: &str) -> Vec<String> {
        let show = |import: &super::Import| {
            let name = import.name.as_ref().map_or_else(String::new, |name| format!(" as {name}"));
            format!("{}: {}{name}", import.line, import.path.join("::"))
        };
        Imports::read(text).unwrap().list.iter().map(show).collect()
    }

    #[test]
    fn use_lines_are_read_however_they_are_written() {
        assert_eq!(
            read("use crate::a::{self, b::C,\n d as e};\npub(in crate::z) use super::f::*;"),
            [
                "1: crate::a as a",
                "1: crate::a::b::C as C",
                "2: crate::a::d as e",
                "3: super::f as *"
            ]
        );
    }

    #[test]
    fn paths_in_the_code_are_imports() {
        assert_eq!(
            read("fn f(a: crate::a::A) {\n let _ = super::b::c::<self::d::D>();\n e::f() }"),
            ["1: crate::a::A", "2: super::b::c", "2: self::d::D", "3: e::f"]
        );
        assert_eq!(read("fn f() { g!(\"\", [crate::a::b(), 1], x: y) }"), ["1: crate::a::b"]);
    }

    #[test]
    fn comments_strings_attributes_and_tests_are_not() {
        let text = "//! [`crate::a`]\n/// crate::b::c\n#[derive(crate::D)]\nstruct S;\n\
                    const A: &str = \"crate::e::f\"; // crate::g::h\n\
                    #[cfg(test)]\nmod tests { use crate::i::j; }\n#[cfg(test)]\nuse crate::k::l;";
        assert_eq!(read(text), [""; 0]);
    }

    #[test]
    fn modules_in_the_file_are_told_from_those_with_their_own() {
        let imports = Imports::read("mod a;\n#[cfg(test)]\nmod b;\nmod c { use super::d::E; }");
        let imports = imports.unwrap();
        assert_eq!(imports.children, ["a"]);
        assert_eq!(imports.list[0].inside, ["c"]);
    }
}
