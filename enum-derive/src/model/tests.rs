extern crate alloc;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ColumnType, Holds, PgType};
use crate::PgEnum;

#[derive(PgEnum)]
#[pg_enum(crate = crate, schema = "app")]
enum Status {
    Open,
}

#[derive(PgEnum)]
#[pg_enum(crate = crate)]
enum Mood {
    Sad,
}

#[test]
fn an_enum_holds_exactly_its_type() {
    const STATUS: Holds = Holds::one_of(&[PgType::in_schema("app", "status")]);
    const MOOD: Holds = Holds::one_of(&[PgType::in_default_schema("mood")]);
    assert_eq!(Status::HOLDS, STATUS);
    assert_eq!(Mood::HOLDS, MOOD);
    assert_eq!(Vec::<Option<Status>>::HOLDS, Status::HOLDS.array());
    assert_eq!(Option::<Vec<Mood>>::HOLDS, Mood::HOLDS.array().or_null());
    let _ = (Status::Open, Mood::Sad);
}

#[test]
fn wrappers_hold_what_is_in_them() {
    assert_eq!(<Option<Box<Cow<'_, str>>>>::HOLDS, String::HOLDS.or_null());
    assert_eq!(<&[String]>::HOLDS, String::HOLDS.array());
    assert_eq!(<[i32; 3]>::HOLDS, i32::HOLDS.array());
    assert_eq!(Vec::<Vec<i32>>::HOLDS, Holds::UNKNOWN);
}

#[test]
fn bytes_are_bytea() {
    let bytea = <[u8]>::HOLDS;
    assert_ne!(bytea, u8::HOLDS.array());
    assert_eq!(Vec::<u8>::HOLDS, bytea);
    assert_eq!(<[u8; 20]>::HOLDS, bytea);
    assert_eq!(Option::<Cow<'_, [u8]>>::HOLDS, bytea.or_null());
    assert_eq!(Vec::<Vec<u8>>::HOLDS, bytea.array());
}
