//! Enums with the derive of sqlx 0.8, for tests and benches.

#![allow(missing_docs, reason = "they are what their names say")]

include!(concat!(env!("OUT_DIR"), "/enums.rs"));

macro_rules! mood {
    ($($name:ident = $sql:literal)*) => {
        $(#[derive(Clone, Copy, Debug, PartialEq, sqlx::Type)]
        #[sqlx(type_name = $sql)]
        pub enum $name {
            Sad,
            Happy,
        })*
    };
}

mood! {
    Plain = "mood"
    Qualified = "app.mood"
    MixedCase = "Mood"
    Quoted = "\"it's\""
    NonAscii = "humeur_é"
}
