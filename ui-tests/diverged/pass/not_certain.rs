use pg_enum::PgEnum;

// What the migrations make of it depends on data.
#[derive(PgEnum)]
enum TenantState {
    Open,
    Closed,
}

fn main() {
    assert_eq!([TenantState::Open, TenantState::Closed].map(|state| state.label().len()), [4, 6]);
}
