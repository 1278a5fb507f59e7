use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display))]
enum Status<'a, T: Clone = u8, const N: usize = 0>
where
    T: From<u8>,
{
    Draft,
    #[pg_enum(other)]
    Other(&'a [T; N]),
}

fn bind<T>(_: T)
where
    T: sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
}

fn main() {
    let status: Status<'static> = Status::Draft;
    println!("{} {status} {:?}", status.label(), <Status<'static>>::LABELS);
    bind(status);
}
