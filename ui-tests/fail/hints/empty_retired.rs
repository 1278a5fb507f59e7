use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired(""))]
enum Status {
    Draft,
}

fn main() {}
