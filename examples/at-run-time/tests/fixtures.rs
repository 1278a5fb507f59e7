//! Tests with a database each, which sqlx makes and drops: the types are there before the tables that use
//! them.

use pg_enum_example_at_run_time::{OrderState, Payment, TABLES};
use sqlx::PgPool;

#[sqlx::test]
async fn an_order_is_open_at_first(pool: PgPool) -> Result<(), Box<dyn std::error::Error>> {
    pg_enum::set![OrderState, Payment].create_all(&pool, TABLES).await?;

    let state: OrderState = sqlx::query_scalar("INSERT INTO orders DEFAULT VALUES RETURNING state")
        .fetch_one(&pool)
        .await?;
    assert_eq!(state, OrderState::Open);
    Ok(())
}

#[sqlx::test]
async fn everything_goes_again(pool: PgPool) -> Result<(), Box<dyn std::error::Error>> {
    let enums = pg_enum::registry();
    enums.create_all(&pool, TABLES).await?;
    enums.drop_all(&pool, "DROP TABLE orders").await?;
    assert_eq!(enums.ensure(&pool).await?.steps.len(), enums.len());
    Ok(())
}
