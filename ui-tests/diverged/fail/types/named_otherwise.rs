use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "Status")]
enum Status {
    Draft,
    Review,
    Done,
}

fn main() {}
