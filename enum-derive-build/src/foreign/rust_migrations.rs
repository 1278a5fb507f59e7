//! Migrations that are Rust, which no replay of SQL sees.

use syn::{Item, Type};

/// Whether `file` has migrations in it that are Rust: an impl of SeaORM's `MigrationTrait` or
/// `MigratorTrait` (`sea-orm-migration` 0.8 to 2.0, `src/migrator.rs` and `src/lib.rs`).
///
/// In a package with such a file, SQL files are what some of its migrations run, if they are run at all,
/// and the rest may do as much to the same types. So nothing found against SQL of such a package is
/// certain, and the enums of the file itself are those of another time. (In blockscout-rs, `initial/up.sql` creates a type and four Rust files add labels to it.)
#[must_use]
pub fn migrates_in_rust(file: &syn::File) -> bool {
    any(&file.items)
}

fn any(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Impl(item) => {
            item.trait_.as_ref().is_some_and(|(.., path, _)| {
                path.segments.last().is_some_and(|last| {
                    ["MigrationTrait", "MigratorTrait"].iter().any(|name| last.ident == name)
                })
            }) && matches!(&*item.self_ty, Type::Path(_))
        }
        Item::Mod(module) => module.content.as_ref().is_some_and(|(_, items)| any(items)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::migrates_in_rust;

    #[test]
    fn an_impl_tells() {
        let is = |source| migrates_in_rust(&syn::parse_str(source).unwrap());
        assert!(is("#[async_trait] impl MigrationTrait for Migration { }"));
        assert!(is("mod m { impl sea_orm_migration::MigratorTrait for Migrator { } }"));
        assert!(!is("use sea_orm_migration::MigrationTrait; impl Migration { }"));
    }
}
