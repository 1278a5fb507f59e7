#![allow(unused_macros, reason = "names in the way")]

macro_rules! shadow {
    ($($name:ident)*) => { $(macro_rules! $name { ($d:tt) => { compile_error!("mine") } })* };
}
shadow!(matches panic write unreachable concat stringify);

use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
enum Status {
    Draft,
}

pub(crate) fn main() {
    assert_eq!(Status::from_label("Draft").unwrap().label(), "Draft");
}
