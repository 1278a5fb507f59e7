//! What each driver's own derive does with an enum, and what ours does in its place: each test asserts both sides, so
//! that it tells when a driver mends its own. For Diesel, which has no derive, the other side is written by hand as its
//! own examples do. sqlx 0.9 is in `tests/live/side_by_side.rs`.

mod diesel;
#[cfg(feature = "others")]
mod postgres;
#[cfg(feature = "others")]
mod sea_orm;
#[cfg(feature = "others")]
mod sqlx_0_8;

use std::error::Error;
use std::iter;

use pg_enum_test_server::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    let tests = [
        diesel::tests(),
        #[cfg(feature = "others")]
        postgres::tests(),
        #[cfg(feature = "others")]
        sea_orm::tests(),
        #[cfg(feature = "others")]
        sqlx_0_8::tests(),
    ];
    tests.into_iter().flatten().collect()
}

/// One enum, whose type has this schema and this name.
macro_rules! ours {
    ($enum:ident: $($attribute:tt)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, pg_enum::PgEnum)]
        #[pg_enum($($attribute)*)]
        enum $enum {
            Sad,
            Happy,
        }
    };
}
use ours;

/// An error's message and those of its sources.
fn words(error: &(dyn Error + 'static)) -> String {
    let errors = iter::successors(Some(error), |&error| error.source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
