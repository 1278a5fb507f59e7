use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(rename_all = "snake_case")]
enum Error {
    HTTPStatus,
    HttpStatus,
}

fn main() {}
