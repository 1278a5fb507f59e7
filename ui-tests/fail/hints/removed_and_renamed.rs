use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => NULL))]
enum Status {
    #[pg_enum(was = "open")]
    Draft,
}

fn main() {}
