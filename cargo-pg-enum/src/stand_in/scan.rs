//! STAND-IN for `pg_enum_build::scan`: reads the crate root files and every file below their directories,
//! and evaluates no `cfg`. Named in `enums.rs` alone.

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_core::parse::{self, Errors};
use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, ItemEnum};

#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) enums: Vec<ScannedEnum>,
    pub(crate) notes: Vec<String>,
}

pub(crate) struct ScannedEnum {
    item: ItemEnum,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    /// Below the crate, `a::b`.
    pub(crate) module: String,
}

impl ScannedEnum {
    pub(crate) fn model(&self) -> (parse::Enum, Errors) {
        let (model, mut errors) = parse::parse(&self.item.clone().into());
        if errors.is_empty() {
            errors.append(parse::validate(&model));
        }
        (model, errors)
    }
}

pub(crate) fn scan(roots: &[PathBuf]) -> Scan {
    let mut scan = Scan::default();
    let mut seen: Vec<PathBuf> = Vec::new();
    for root in roots {
        let directory = root.parent().unwrap_or(Path::new(""));
        let mut files = vec![(root.clone(), String::new())];
        below(directory, "", &mut files);
        for (file, module) in files {
            if !seen.contains(&file) {
                read(&file, &module, &mut scan);
                seen.push(file);
            }
        }
    }
    scan
}

fn below(directory: &Path, module: &str, files: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let joined = if module.is_empty() { stem.to_owned() } else { format!("{module}::{stem}") };
        if path.is_dir() {
            below(&path, &joined, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = if stem == "mod" { module.to_owned() } else { joined };
            files.push((path, module));
        }
    }
}

fn read(file: &Path, module: &str, scan: &mut Scan) {
    let parsed = fs::read_to_string(file)
        .map_err(|error| error.to_string())
        .and_then(|text| syn::parse_file(&text).map_err(|error| error.to_string()));
    match parsed {
        Ok(parsed) => items(&parsed.items, file, module, scan),
        Err(error) => scan.notes.push(format!("{}: cannot be read: {error}", file.display())),
    }
}

fn items(items: &[Item], file: &Path, module: &str, scan: &mut Scan) {
    for item in items {
        match item {
            Item::Enum(item) if item.attrs.iter().any(derives) => scan.enums.push(ScannedEnum {
                item: item.clone(),
                file: file.to_owned(),
                line: item.ident.span().start().line,
                module: module.to_owned(),
            }),
            Item::Mod(inner) => {
                let name = inner.ident.to_string();
                let path = if module.is_empty() { name } else { format!("{module}::{name}") };
                if let Some((_, inner)) = &inner.content {
                    self::items(inner, file, &path, scan);
                }
            }
            Item::Macro(item) if names_derive(item.mac.tokens.clone()) => {
                let line = item.mac.bang_token.span.start().line;
                scan.notes.push(format!(
                    "{}:{line}: enums that this macro makes cannot be seen",
                    file.display()
                ));
            }
            _ => {}
        }
    }
}

fn derives(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("derive")
        && attribute.meta.require_list().is_ok_and(|list| names_derive(list.tokens.clone()))
}

fn names_derive(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "PgEnum",
        TokenTree::Group(group) => names_derive(group.stream()),
        _ => false,
    })
}
