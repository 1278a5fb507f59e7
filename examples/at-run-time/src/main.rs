//! `cargo run --example at-run-time`: four replicas of a service start at once on an empty database; then somebody
//! changes a type by hand.

use std::error::Error;
use std::process::ExitCode;

use pg_enum::live::{ExtraLabels, Policy};
use pg_enum_test_server::{Database, Server};
// So that its enums are in the program.
use pg_enum_example_at_run_time as _;
use sqlx::PgPool;

fn main() -> ExitCode {
    let server = match Server::find_or_start() {
        Ok(server) => server,
        Err(unavailable) => {
            println!("{unavailable}");
            return ExitCode::SUCCESS;
        }
    };
    match run(&server) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(server: &Server) -> Result<(), Box<dyn Error>> {
    let database = server.database().await?;
    let done = service(&database).await;
    database.drop_database().await?;
    done
}

async fn service(database: &Database) -> Result<(), Box<dyn Error>> {
    let pool = PgPool::connect(database.url()).await?;
    let enums = pg_enum::registry();
    println!("the enums of this program: {:?}", enums.iter().collect::<Vec<_>>());

    // As every replica does when it starts.
    let [one, two, three, four] = tokio::join! {
        enums.ensure(&pool), enums.ensure(&pool), enums.ensure(&pool), enums.ensure(&pool),
    }
    .into();
    for (replica, ensured) in [one?, two?, three?, four?].into_iter().enumerate() {
        println!("replica {replica}: {:?}", ensured.steps);
    }

    sqlx::raw_sql(
        "ALTER TYPE order_state RENAME VALUE 'paid' TO 'Paid'; ALTER TYPE payment ADD VALUE 'crypto'",
    )
    .execute(&pool)
    .await?;
    // A newer replica may have added labels, and `Payment` holds any. Nothing excuses the rest.
    let rolling = Policy::new().extra_labels(ExtraLabels::WithOther);
    if let Err(drift) = enums.verify_with(&rolling, &pool).await {
        println!("then: {drift}");
    }
    pool.close().await;
    Ok(())
}
