use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "status")]
enum ReviewStatus {
    Queued,
    Done,
    #[pg_enum(rename = "draft")]
    Draft,
    Failed,
}

fn main() {}
