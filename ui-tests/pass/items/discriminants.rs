use pg_enum::PgEnum;

const BASE: u8 = 7;

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[repr(u8)]
enum Status {
    Draft = 1,
    Done = BASE + 1,
    Lost = { 1 + 2 * 8 },
    Last = const { if BASE > 3 { 200 } else { 100 } },
}

pub(crate) fn main() {
    assert_eq!(Status::LABELS, ["Draft", "Done", "Lost", "Last"]);
    assert_eq!(Status::from_label("Done"), Ok(Status::Done));
    assert_eq!(Status::VARIANTS.iter().map(|v| *v as u8).collect::<Vec<_>>(), [1, 8, 17, 200]);
    let info = <Status as sqlx::Type<sqlx::Postgres>>::type_info();
    assert_eq!(sqlx::TypeInfo::name(&info), r#""status""#);
}
