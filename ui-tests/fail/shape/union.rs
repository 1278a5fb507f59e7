use pg_enum::PgEnum;

#[derive(PgEnum)]
union Status {
    draft: u8,
    done: i8,
}

fn main() {}
