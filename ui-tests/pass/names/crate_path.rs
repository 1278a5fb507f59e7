mod facade {
    pub use pg_enum as __enums;
}

mod model {
    #[derive(pg_enum::PgEnum)]
    #[pg_enum(crate = super::facade::__enums, impl(Display, FromStr, Serialize, Deserialize))]
    #[pg_enum(removed("open" => Draft))]
    pub(crate) enum Status {
        #[pg_enum(was = "new")]
        Draft,
    }
}

#[derive(pg_enum::PgEnum)]
#[pg_enum(crate = crate::facade::__enums)]
enum Kind {
    Loose,
}

pub(crate) fn main() {
    use facade::__enums::PgEnum;
    assert_eq!("Draft".parse::<model::Status>().unwrap().label(), "Draft");
    assert_eq!(Kind::Loose.label(), "Loose");
}
