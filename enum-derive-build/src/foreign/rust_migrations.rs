//! Files of migrations that are Rust, whose enums are those of another time.

use syn::Item;

/// Whether `file` has a migration that is Rust: an impl of SeaORM's `MigrationTrait` or `MigratorTrait`
/// (`sea-orm-migration` 0.8 to 2.0, `src/migrator.rs` and `src/lib.rs`), or of another trait with such a name.
///
/// An enum in there has the labels that its type had when the migration was written, and later migrations change the
/// type and not the enum.
#[must_use]
pub fn is_migration(file: &syn::File) -> bool {
    any(&file.items)
}

fn any(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Impl(item) => item.trait_.as_ref().is_some_and(|(path, _)| {
            path.segments.last().is_some_and(|last| {
                let name = last.ident.to_string();
                name.contains("Migration") || name == "MigratorTrait"
            })
        }),
        Item::Mod(module) => module.content.as_ref().is_some_and(|(_, items)| any(items)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::is_migration;

    #[test]
    fn an_impl_tells() {
        let is = |source| is_migration(&syn::parse_str(source).unwrap());
        assert!(is("#[async_trait] impl MigrationTrait for Migration { }"));
        assert!(is("mod m { impl sea_orm_migration::MigratorTrait for Migrator { } }"));
        assert!(is("impl MigrationFragment for Migrate { }"));
        assert!(!is("use sea_orm_migration::MigrationTrait; impl Migration { }"));
    }
}
