use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "sta\0tus")]
enum Status {
    Draft,
}

fn main() {}
