use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired("open", "open" => Draft))]
enum Status {
    Draft,
}

fn main() {}
