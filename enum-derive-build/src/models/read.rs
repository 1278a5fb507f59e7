//! The way through one file. It runs in a thread of its own, with a stack for deep trees; what comes out has no spans, which
//! are of no use in another thread.

use std::ops::Range;
use std::path::Path;

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, ExprCall, ExprLit, GenericArgument, ImplItemFn, Item, ItemConst,
    ItemFn, ItemImpl, ItemMod, ItemStruct, Lit, LitStr, Local, Macro, Pat, PathArguments,
    Signature, Stmt, Token, Type,
};

use super::shapes::{element, first_call, has_arrow, is_bare, returned, unwrapped};
use super::types::Names;
use super::{Driver, FoundModel, Query, Row, diesel, from_row, pg_model, query, sea_orm};
use crate::foreign::Imports;
use crate::foreign::attributes::Attributes;
use crate::scan::attributes::judge;
use crate::scan::read::{parse_file, read as read_text};
use crate::scan::walk::item_attributes;
use crate::scan::{Cfg, Truth};

/// What is in a file that none of this is about needs no parsing.
const TELLING: [&str; 11] = [
    "FromRow",
    "PgModel",
    "query_as",
    "DeriveEntityModel",
    "table!",
    "view!",
    "Queryable",
    "Selectable",
    "Insertable",
    "AsChangeset",
    "Identifiable",
];

/// What there is in a file.
pub(super) struct File {
    pub(super) found: Vec<FoundModel>,
    pub(super) queries: Vec<(Row, Query)>,
}

pub(super) fn read(path: &Path, cfg: &Cfg) -> Option<File> {
    let text = read_text(path).ok()?;
    if !TELLING.iter().any(|name| text.contains(name)) {
        return None;
    }
    let file = parse_file(&text)?;
    let (own, constants) = declared(&file.items);
    let mut visitor = Visitor {
        path,
        text: &text,
        cfg,
        imports: Imports::of(&file),
        own,
        constants,
        locals: Vec::new(),
        module: Vec::new(),
        open: 0,
        bodies: 0,
        this: None,
        returned: None,
        found: File { found: Vec::new(), queries: Vec::new() },
    };
    visitor.visit_file(&file);
    Some(visitor.found)
}

/// The types that a file declares, and the texts that its constants are.
fn declared(items: &[Item]) -> (Vec<String>, Vec<(String, LitStr)>) {
    let (mut types, mut constants) = (Vec::new(), Vec::new());
    for item in items {
        let ident = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Const(ItemConst { ident, expr, .. }) => {
                if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &**expr {
                    constants.push((ident.unraw().to_string(), text.clone()));
                }
                continue;
            }
            Item::Mod(ItemMod { content: Some((_, items)), .. }) => {
                let (more, texts) = declared(items);
                types.extend(more);
                constants.extend(texts);
                continue;
            }
            _ => continue,
        };
        types.push(ident.unraw().to_string());
    }
    (types, constants)
}

struct Visitor<'a> {
    path: &'a Path,
    text: &'a str,
    cfg: &'a Cfg,
    imports: Imports,
    own: Vec<String>,
    constants: Vec<(String, LitStr)>,
    module: Vec<String>,
    /// The names that `let` binds around, each with the literal that it is, or none.
    locals: Vec<(String, Option<LitStr>)>,
    /// How many of the items around have a `cfg` that is not determined.
    open: usize,
    /// How many functions are around.
    bodies: usize,
    /// The type of the `impl` around.
    this: Option<String>,
    /// The type of the rows that the function returns whose body comes next.
    returned: Option<Type>,
    found: File,
}

/// The modules that have `FromRow` and `DeriveEntityModel`.
const SQLX: [&str; 2] = ["sqlx", "sqlx::prelude"];
const SEA_ORM: [&str; 3] = ["sea_orm", "sea_orm::prelude", "sea_orm::entity::prelude"];

impl Visitor<'_> {
    fn model(&self, driver: Driver, ident: &syn::Ident) -> FoundModel {
        FoundModel {
            driver,
            ident: ident.unraw().to_string(),
            module: self.module.clone(),
            file: self.path.to_owned(),
            at: ident.span().byte_range(),
            is_conditional: self.open > 0,
            is_local: self.bodies > 0,
            table: None,
            columns: Vec::new(),
            queries: Vec::new(),
            is_inserted: false,
            is_complete: false,
            is_external: false,
            unclear: None,
        }
    }

    fn structure(&mut self, item: &ItemStruct) {
        let attributes = Attributes::of(&item.attrs);
        let derives = attributes.derives();
        let has = |names: &[&str], homes: &[&str], is_unique| {
            derives.iter().any(|path| self.imports.means(path, names, homes, is_unique))
        };
        let diesel: Vec<_> = diesel::DERIVES
            .into_iter()
            .filter(|name| has(&[name], &["diesel", "diesel::prelude"], true))
            .collect();
        let is_from_row = has(&["FromRow"], &SQLX, true);
        let is_entity = has(&["DeriveEntityModel"], &SEA_ORM, true);
        let is_pg_model = has(&["PgModel"], &["pg_enum"], true);
        if diesel.is_empty() && !is_from_row && !is_entity && !is_pg_model {
            return;
        }
        let item = self.settled(item, &attributes);
        let names = Names { imports: &self.imports, own: &self.own };
        let mut found = Vec::new();
        if is_pg_model {
            let mut model = self.model(Driver::PgModel, &item.ident);
            pg_model::read(&item, &names, &mut model);
            found.push(model);
        // Its attributes are read by both derives, and it has the queries.
        } else if is_from_row {
            let mut model = self.model(Driver::FromRow, &item.ident);
            match from_row::columns(&item, &names) {
                Ok(columns) => model.columns = columns,
                Err(why) => model.unclear = Some(why),
            }
            found.push(model);
        }
        if is_entity {
            let mut model = self.model(Driver::SeaOrm, &item.ident);
            match sea_orm::read(&item, &names) {
                Ok((table, columns)) => (model.table, model.columns) = (Some(table), columns),
                Err(why) => model.unclear = Some(why),
            }
            found.push(model);
        }
        if !diesel.is_empty() {
            let mut model = self.model(Driver::DieselStruct, &item.ident);
            model.table = diesel::table_of(&item, &diesel, &self.imports);
            model.is_inserted = diesel.contains(&"Insertable");
            found.push(model);
        }
        self.found.found.append(&mut found);
    }

    /// A struct without what `cfg` leaves out, and with the attributes of `cfg_attr` as if its conditions held.
    fn settled(&self, item: &ItemStruct, attributes: &Attributes) -> ItemStruct {
        let mut item = item.clone();
        item.attrs = attributes.flattened();
        if let syn::Fields::Named(fields) = &mut item.fields {
            for mut field in std::mem::take(&mut fields.named) {
                if judge(&field.attrs, self.cfg).truth != Truth::False {
                    field.attrs = Attributes::of(&field.attrs).flattened();
                    fields.named.push(field);
                }
            }
        }
        item
    }

    fn block(&mut self, mac: &Macro) {
        // What a macro's definition has in it is parsed here as well, and is no block.
        let Ok(block) = diesel::block(mac.tokens.clone()) else { return };
        let mut model = self.model(Driver::DieselTable, &block.ident);
        model.table = Some(block.table);
        model.columns = block.columns;
        self.found.found.push(model);
    }

    /// `query_as::<_, Order>("…")`, or `let order: Order = query_as("…")…`, where `typed` is what the `let` says.
    fn query(&mut self, call: &ExprCall, typed: Option<&Type>) -> Option<()> {
        let Expr::Path(function) = &*call.func else { return None };
        let last = function.path.segments.last()?;
        if last.ident != "query_as" && last.ident != "query_as_with" {
            return None;
        }
        let row = match (&last.arguments, typed) {
            (PathArguments::AngleBracketed(arguments), _) => match arguments.args.last()? {
                GenericArgument::Type(row) => row,
                _ => return None,
            },
            (_, Some(row)) => row,
            _ => return None,
        };
        let literal = self.literal(call.args.first()?)?.clone();
        self.add_query(row, &literal, false)
    }

    /// A query at the beginning of an expression whose rows are of that type.
    fn typed(&mut self, expression: &Expr, row: &Type) {
        if let Some(call) = first_call(expression).filter(|call| is_bare(call)) {
            let _ = self.query(call, Some(row));
        }
    }

    /// A function, whose body ends with a value of the type that it returns.
    fn function(&mut self, signature: &Signature, go_on: impl FnOnce(&mut Self)) {
        let locals = std::mem::take(&mut self.locals);
        let outer = std::mem::replace(&mut self.returned, returned(signature));
        self.bodies += 1;
        go_on(self);
        self.bodies -= 1;
        self.returned = outer;
        self.locals = locals;
    }

    /// `query_as!(Order, "…", …)`
    fn query_macro(&mut self, mac: &Macro) -> Option<()> {
        let arguments = |input: ParseStream<'_>| {
            let row: Type = input.parse()?;
            input.parse::<Token![,]>()?;
            let literal: LitStr = input.parse()?;
            // Literals that are added to one another would be one text.
            let is_whole = input.is_empty() || input.peek(Token![,]);
            input.parse::<TokenStream>()?;
            Ok(is_whole.then_some((row, literal)))
        };
        let (row, literal) = arguments.parse2(mac.tokens.clone()).ok()??;
        self.add_query(&row, &literal, true)
    }

    fn add_query(&mut self, row: &Type, literal: &LitStr, is_macro: bool) -> Option<()> {
        let Type::Path(row) = row else { return None };
        let row = self.row(&row.path)?;
        let sql = literal.value();
        let (schema, table, items, mentions) = query::shape(&sql, is_macro)?;
        let (file, at) = (self.path.to_owned(), range(literal.span(), self.text)?);
        self.found
            .queries
            .push((row, Query { file, at, schema, table, items, mentions, is_macro }));
        Some(())
    }

    fn row(&self, path: &syn::Path) -> Option<Row> {
        let segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
        let (last, before) = segments.split_last()?;
        if !path.segments.last()?.arguments.is_none() {
            return None;
        }
        if before.is_empty() && last == "Self" {
            return Some(Row { ident: self.this.clone()?, module: None, is_elsewhere: true });
        }
        let imported = self.imports.path_of(last).filter(|_| before.is_empty());
        let Some(full) = imported else {
            let is_elsewhere = !before.is_empty() || self.imports.globs().next().is_some();
            let module = before.last().cloned();
            return Some(Row { ident: last.clone(), module, is_elsewhere });
        };
        let mut parts = full.rsplit("::");
        let ident = parts.next()?.to_owned();
        let module = parts.next().filter(|module| !["crate", "self", "super"].contains(module));
        Some(Row { ident, module: module.map(str::to_owned), is_elsewhere: true })
    }

    /// The text of an argument: a literal, or what is bound to one.
    fn literal<'e>(&'e self, argument: &'e Expr) -> Option<&'e LitStr> {
        match argument {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
            Expr::Reference(inner) => self.literal(&inner.expr),
            Expr::Paren(inner) => self.literal(&inner.expr),
            Expr::Path(path) => {
                let name = path.path.get_ident()?.unraw().to_string();
                if let Some((_, text)) = self.locals.iter().rev().find(|(known, _)| *known == name)
                {
                    return text.as_ref();
                }
                let mut named = self.constants.iter().filter(|(known, _)| *known == name);
                let (_, text) = named.next()?;
                named.next().is_none().then_some(text)
            }
            _ => None,
        }
    }

    fn guarded(&mut self, attributes: &[Attribute], go_on: impl FnOnce(&mut Self)) {
        match judge(attributes, self.cfg).truth {
            Truth::False => {}
            Truth::True => go_on(self),
            Truth::Undetermined => {
                self.open += 1;
                go_on(self);
                self.open -= 1;
            }
        }
    }
}

/// The bytes of something in its file.
fn range(span: proc_macro2::Span, text: &str) -> Option<Range<usize>> {
    let range = span.byte_range();
    text.get(range.clone()).is_some().then_some(range)
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        self.guarded(item_attributes(item), |this| match item {
            // What a macro makes depends on its arguments.
            Item::Macro(mac) if mac.ident.is_some() => {}
            item => visit::visit_item(this, item),
        });
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.unraw().to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.structure(item);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let this = match &*item.self_ty {
            Type::Path(path) => {
                path.path.segments.last().map(|last| last.ident.unraw().to_string())
            }
            _ => None,
        };
        let outer = std::mem::replace(&mut self.this, this);
        visit::visit_item_impl(self, item);
        self.this = outer;
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string());
        if matches!(name.as_deref(), Some("table" | "view")) && has_arrow(mac) {
            self.block(mac);
        }
        if name.as_deref() == Some("query_as") {
            let _ = self.query_macro(mac);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let _ = self.query(call, None);
        visit::visit_expr_call(self, call);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let init = local.init.as_ref().map(|init| &*init.expr);
        let (name, typed) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pat => (pat, None),
        };
        if let (Some(ty), Some(init)) = (typed, init) {
            self.typed(init, element(ty));
        }
        visit::visit_local(self, local);
        if let Pat::Ident(name) = name {
            let text = init.and_then(|init| self.literal(init)).cloned();
            self.locals.push((name.ident.unraw().to_string(), text));
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let before = self.locals.len();
        // What the body of a function ends with is what it returns; blocks inside of it are no bodies.
        let returned = self.returned.take();
        visit::visit_block(self, block);
        if let (Some(Stmt::Expr(last, None)), Some(ty)) = (block.stmts.last(), returned) {
            self.typed(unwrapped(last), &ty);
        }
        self.locals.truncate(before);
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.function(&function.sig, |this| visit::visit_item_fn(this, function));
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.function(&function.sig, |this| visit::visit_impl_item_fn(this, function));
    }
}
