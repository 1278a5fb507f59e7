use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => Done))]
enum Status {
    Draft,
    #[pg_enum(rename = done)]
    Done,
}

fn main() {}
