use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => "draft"))]
enum Status {
    #[pg_enum(rename = "draft")]
    Draft,
}

fn main() {}
