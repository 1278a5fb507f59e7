//! Which type of the database impls are for.

use pg_enum_core::parse::Text;
use proc_macro2::Ident;
use syn::parse::{ParseStream, Parser};
use syn::visit::{self, Visit};
use syn::{
    BinOp, Expr, ExprBinary, ExprCall, ExprMatch, ImplItem, ItemEnum, ItemImpl, Lit, Macro, Pat,
    Token,
};

use super::eval::{Program, function};
use super::value::{Literal, text};
use crate::foreign::sql_name::{SqlName, catalog_name, sql_name};
use crate::foreign::{Read, Why, refuse, unclear};

/// The type, as far as the impls name it.
pub(super) struct TypeName {
    pub(super) schema: Option<Text>,
    pub(super) name: Text,
    pub(super) folded: bool,
    /// Diesel's own type.
    pub(super) sql_type: Option<Text>,
}

/// Diesel's types for texts (`diesel/src/sql_types/mod.rs` and `pg/types/sql_types.rs` in 2.3).
const DIESEL_TEXTS: &[&str] =
    &["Text", "VarChar", "Varchar", "Bpchar", "Tinytext", "Citext", "CChar"];
/// For integers.
const DIESEL_INTEGERS: &[&str] = &[
    "Integer", "Int4", "SmallInt", "Smallint", "Int2", "BigInt", "Bigint", "Int8", "TinyInt",
    "Tinyint", "Bool", "Oid",
];
/// And for what else an enum may be kept in.
const DIESEL_OTHERS: &[&str] = &["Json", "Jsonb", "Binary", "Bytea", "Nullable", "Array", "Record"];

impl TypeName {
    pub(super) fn of_diesel(sql_type: &Ident) -> Read<Self> {
        let name = sql_type.to_string();
        let span = sql_type.span();
        if DIESEL_TEXTS.contains(&&*name) {
            return refuse(span, Why::StoredAs("text".to_owned()));
        }
        if DIESEL_INTEGERS.contains(&&*name) {
            return refuse(span, Why::Integer);
        }
        if DIESEL_OTHERS.contains(&&*name) {
            return refuse(span, Why::StoredAs(name));
        }
        let text = Text { value: name, span };
        let name = Text { value: heck::ToSnakeCase::to_snake_case(&*text.value), span };
        Ok(Self { schema: None, name, folded: false, sql_type: Some(text) })
    }

    /// What `accepts` compares the type's name with.
    pub(super) fn of_accepts(item: &ItemEnum, impls: [Option<&ItemImpl>; 2]) -> Read<Self> {
        let mut names: Vec<Literal> = Vec::new();
        let mut is_text = false;
        for item in impls.into_iter().flatten() {
            // `accepts!(TEXT, VARCHAR)`
            is_text |= item.items.iter().any(|item| match item {
                ImplItem::Macro(call) => {
                    call.mac.path.segments.last().is_some_and(|last| last.ident == "accepts")
                }
                _ => false,
            });
            let Some(accepts) = function(item, "accepts") else { continue };
            let mut visitor = Accepts::default();
            visitor.visit_block(&accepts.block);
            is_text |= visitor.asks_others;
            for name in visitor.names {
                if !names.iter().any(|known| known.value == name.value) {
                    names.push(name);
                }
            }
        }
        let own = names.iter().position(|name| {
            catalog_name(Text { value: name.value.clone(), span: name.span }).is_err()
        });
        if let Some(own) = own {
            names.remove(own);
            is_text = true;
        }
        match &names[..] {
            [Literal { value, span }] => {
                let name = Text { value: value.clone(), span: *span };
                Ok(Self { schema: None, name, folded: false, sql_type: None })
            }
            [] if is_text => refuse(item.ident.span(), Why::StoredAs("text".to_owned())),
            [] => unclear(item.ident.span(), "`accepts` names no type"),
            [_, second, ..] => unclear(second.span, "`accepts` names more than one type"),
        }
    }

    /// The name in `PgTypeInfo::with_name("…")`.
    pub(super) fn of_sqlx(program: &Program<'_>) -> Read<Self> {
        let at = program.ident.span();
        let info = program.impls.iter().find_map(|item| {
            let (path, _) = item.trait_.as_ref()?;
            (path.segments.last()?.ident == "Type").then(|| function(item, "type_info"))?
        });
        let Some(info) = info else {
            return unclear(at, "`sqlx::Type` is not implemented in the same file");
        };
        let mut visitor = TypeInfo::default();
        visitor.visit_block(&info.block);
        let Some(Literal { value, span }) = visitor.name else {
            return if visitor.asks_others {
                refuse(info.sig.ident.span(), Why::StoredAs("text".to_owned()))
            } else {
                unclear(info.sig.ident.span(), "the name in `type_info` is not a literal")
            };
        };
        let SqlName { schema, name, folded } = sql_name(&Text { value, span })?;
        Ok(Self { schema, name, folded, sql_type: None })
    }
}

/// What the body of `accepts` says.
#[derive(Default)]
struct Accepts {
    /// The texts that the type's name is compared with.
    names: Vec<Literal>,
    /// Whether it asks for a type of another kind: `<&str as ToSql>::accepts(ty)`, `*ty == Type::TEXT`.
    asks_others: bool,
}

impl Accepts {
    /// What the type, or its name, is compared with.
    fn compared(&mut self, subject: &Expr, pattern: &Pat) {
        match pattern {
            Pat::Lit(literal) if is_name(subject) => self.names.extend(text(&literal.lit)),
            Pat::Path(_) => self.asks_others = true,
            Pat::Or(or) => or.cases.iter().for_each(|case| self.compared(subject, case)),
            Pat::Reference(inner) => self.compared(subject, &inner.pat),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Accepts {
    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        // `if ty.name() != "mood" { return false; }`
        if matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)) {
            for (subject, other) in [(&binary.left, &binary.right), (&binary.right, &binary.left)] {
                match &**other {
                    Expr::Lit(literal) if is_name(subject) => {
                        self.names.extend(text(&literal.lit));
                    }
                    Expr::Path(path) if path.path.segments.len() > 1 => self.asks_others = true,
                    Expr::Reference(inner) if matches!(&*inner.expr, Expr::Path(path) if path.path.segments.len() > 1) =>
                    {
                        self.asks_others = true;
                    }
                    _ => {}
                }
            }
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_match(&mut self, match_: &'ast ExprMatch) {
        for arm in &match_.arms {
            let accepts = matches!(&*arm.body, Expr::Lit(literal) if matches!(&literal.lit, Lit::Bool(value) if value.value));
            if accepts {
                self.compared(&match_.expr, &arm.pat);
            }
        }
        visit::visit_expr_match(self, match_);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let matches = |input: ParseStream<'_>| {
            let subject: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pattern = Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Option<Token![,]>>()?;
            Ok((subject, pattern))
        };
        if mac.path.is_ident("matches")
            && let Ok((subject, pattern)) = matches.parse2(mac.tokens.clone())
        {
            self.compared(&subject, &pattern);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.asks_others |= is_called(call, "accepts");
        visit::visit_expr_call(self, call);
    }
}

/// `ty.name()`
fn is_name(expression: &Expr) -> bool {
    matches!(expression, Expr::MethodCall(call) if call.method == "name" && call.args.is_empty())
}

fn is_called(call: &ExprCall, name: &str) -> bool {
    match &*call.func {
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == name),
        _ => false,
    }
}

/// What the body of `type_info` says.
#[derive(Default)]
struct TypeInfo {
    name: Option<Literal>,
    /// Whether it is that of another type: `<str as Type<Postgres>>::type_info()`.
    asks_others: bool,
}

impl<'ast> Visit<'ast> for TypeInfo {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if is_called(call, "with_name")
            && let Some(Expr::Lit(literal)) = call.args.first()
        {
            self.name = text(&literal.lit);
        }
        self.asks_others |= is_called(call, "type_info");
        visit::visit_expr_call(self, call);
    }
}
