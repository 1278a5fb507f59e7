//! What goes over the wire: counted between the two.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::ensure::fifty;
use crate::harness::tests;

tests![verifying_is_one, ensuring_is_a_few_whatever_the_number];

/// Passes everything on, and counts how often the server says that it is ready (manual, 54.7,
/// `ReadyForQuery`).
async fn counting(server: (String, u16)) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect(server).await.unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let up = async { tokio::io::copy(&mut from_client, &mut to_server).await };
        let down = async {
            loop {
                let kind = from_server.read_u8().await?;
                let length = from_server.read_u32().await?;
                let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
                from_server.read_exact(&mut rest).await?;
                if kind == b'Z' {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
                to_client.write_u8(kind).await?;
                to_client.write_u32(length).await?;
                to_client.write_all(&rest).await?;
            }
        };
        let _: (_, std::io::Result<()>) = futures_util::future::join(up, down).await;
    });
    (port, count)
}

async fn connect(database: &Database) -> (PgConnection, Arc<AtomicUsize>) {
    let options: sqlx::postgres::PgConnectOptions = database.url().parse().unwrap();
    let (port, count) = counting((options.get_host().to_owned(), options.get_port())).await;
    let options = options.host("127.0.0.1").port(port).ssl_mode(sqlx::postgres::PgSslMode::Disable);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    connection.ping().await.unwrap();
    count.store(0, Ordering::SeqCst);
    (connection, count)
}

async fn verifying_is_one(database: Database) {
    let (mut connection, count) = connect(&database).await;
    let set = fifty();
    set.verify(&mut connection).await.unwrap_err();
    assert_eq!(count.swap(0, Ordering::SeqCst), 1);
}

async fn ensuring_is_a_few_whatever_the_number(database: Database) {
    let (mut connection, count) = connect(&database).await;
    let set = fifty();
    assert_eq!(set.ensure(&mut connection).await.unwrap().steps.len(), 50);
    // Look; begin, lock, look, all statements, look, commit.
    assert_eq!(count.swap(0, Ordering::SeqCst), 7);
    set.ensure(&mut connection).await.unwrap();
    assert_eq!(count.swap(0, Ordering::SeqCst), 1);
}
