//! Has the derive check every enum against the migrations. `sqlx::migrate!` needs a build script anyway, to
//! notice a migration that is added, and this one serves it as well.

fn main() {
    pg_enum_build::check_migrations("migrations");
}
