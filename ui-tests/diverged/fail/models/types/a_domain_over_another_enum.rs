use pg_enum::{PgEnum, PgModel};

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    Done,
}

#[derive(PgModel)]
#[pg_model(table = "jobs", schema = "app")]
struct Job {
    id: i32,
    urgent: Status,
}

fn main() {}
