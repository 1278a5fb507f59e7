use pg_enum::PgEnum;

#[derive(PgEnum)]
struct Status {
    draft: bool,
}

fn main() {
    let status = Status { draft: true };
    println!("{} {:?}", status.label(), Status::LABELS);
}
