use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "jobs", schema = "work")]
struct Job {
    id: i32,
}

fn main() {}
