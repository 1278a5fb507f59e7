//! All enums of the program.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;

use crate::harness::tests;

tests![every_enum_is_there];

#[derive(PgEnum)]
enum OfTheModule {
    A,
}

async fn every_enum_is_there(_: Database) {
    #[derive(PgEnum)]
    enum OfAFunction {
        A,
    }
    let all = pg_enum::registry();
    let has = |name: &str| all.iter().filter(|it| it.rust_name().ends_with(name)).count() == 1;
    assert!(has("registry::OfTheModule") && has("OfAFunction"));
    let names: Vec<_> =
        all.iter().map(|it| (it.definition().schema, it.definition().name)).collect();
    assert!(names.is_sorted());
    // This binary has several of one name, for its tests.
    assert!(all.check().is_err());
}
