//! sqlx's traits.

use pg_enum_core::parse::Enum;
use proc_macro2::TokenStream;
use quote::quote;

use super::target::Target;

pub(crate) fn implementations(model: &Enum, target: &Target) -> TokenStream {
    let Target { krate, private, this, .. } = target;
    let sqlx = quote!(#private::sqlx);
    let array_name = model.with_definition(|definition| format!("{}[]", definition.name_sql()));

    let type_ = target.implement(
        &quote!(#sqlx::Type<#sqlx::Postgres>),
        &quote! {
            fn type_info() -> #sqlx::PgTypeInfo {
                #sqlx::PgTypeInfo::with_name(<#this as #krate::PgEnum>::NAME_SQL)
            }
            fn compatible(__type: &#sqlx::PgTypeInfo) -> ::core::primitive::bool {
                #sqlx::compatible::<#this>(__type)
            }
        },
    );
    let array_type = target.implement(
        &quote!(#sqlx::PgHasArrayType),
        &quote! {
            fn array_type_info() -> #sqlx::PgTypeInfo {
                #sqlx::PgTypeInfo::with_name(#array_name)
            }
            fn array_compatible(__type: &#sqlx::PgTypeInfo) -> ::core::primitive::bool {
                #sqlx::array_compatible::<#this>(__type)
            }
        },
    );
    let encode = target.implement_with_lifetime(
        &quote!(#sqlx::Encode<'__value, #sqlx::Postgres>),
        &quote! {
            fn encode_by_ref(
                &self,
                __buffer: &mut #sqlx::PgArgumentBuffer,
            ) -> ::core::result::Result<#sqlx::IsNull, #sqlx::BoxDynError> {
                #sqlx::encode(self, __buffer)
            }
        },
    );
    let decode = target.implement_with_lifetime(
        &quote!(#sqlx::Decode<'__value, #sqlx::Postgres>),
        &quote! {
            fn decode(
                __value: #sqlx::PgValueRef<'__value>,
            ) -> ::core::result::Result<Self, #sqlx::BoxDynError> {
                #sqlx::decode(&__value)
            }
        },
    );
    quote! {
        #type_
        #array_type
        #encode
        #decode
    }
}
