use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "", schema = "", lables = "lowercase", rename_all = "lower")]
#[pg_enum(removed("gone" => Nowhere, "gone" => NULL), impl(Display, Debug))]
enum Status<T> {
    Draft,
    #[pg_enum(rename = "Draft", was = "Draft", schema = "app")]
    Done,
    #[pg_enum(rename = "", alias = "")]
    Lost(T),
    #[pg_enum(other)]
    Other,
}

fn main() {}
