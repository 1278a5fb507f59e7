//! Many programs that start at once: processes of their own, as replicas of a service are, directly and behind
//! `PgBouncer` in transaction mode.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use pg_enum_test_server::Database;
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::ensure::fifty;
use crate::harness::Test;

/// Says how many rounds; a few, unless it is set.
const ROUNDS: &str = "PG_ENUM_ROUNDS";
/// The URL for a process that is one of many.
const WORKER: &str = "PG_ENUM_TEST_WORKER";
const PROCESSES: usize = 16;

mod direct {
    use super::{Database, rounds};
    use crate::harness::tests;

    tests![processes_at_once];

    async fn processes_at_once(database: Database) {
        rounds(&database, database.url()).await;
    }
}

mod pooled {
    use super::{Database, Pooler, rounds};
    use crate::harness::tests;

    tests![processes_at_once_behind_a_pooler];

    async fn processes_at_once_behind_a_pooler(database: Database) {
        let pooler = Pooler::start(&database).await;
        rounds(&database, &pooler.url).await;
    }
}

pub(crate) fn tests() -> Vec<Test> {
    let mut tests = direct::tests();
    match program() {
        Some(_) => tests.extend(pooled::tests()),
        None => eprintln!("PgBouncer is not installed: nothing is tested behind it"),
    }
    tests
}

fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    places.map(|dir| dir.join("pgbouncer")).find(|program| program.is_file())
}

/// What this program does as one of many.
pub(crate) fn worker() -> Option<ExitCode> {
    let url = env::var(WORKER).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let steps = runtime.block_on(async {
        let mut connection = PgConnection::connect(&url).await?;
        let steps = fifty().ensure(&mut connection).await?.steps.len();
        connection.close().await?;
        Ok::<_, Box<dyn std::error::Error>>(steps)
    });
    match steps {
        Ok(steps) => println!("{steps}"),
        Err(error) => {
            eprintln!("{error}");
            return Some(ExitCode::FAILURE);
        }
    }
    Some(ExitCode::SUCCESS)
}

async fn rounds(database: &Database, url: &str) {
    let rounds = env::var(ROUNDS).map_or(3, |rounds| rounds.parse().unwrap());
    let mut observer = database.connect().await.unwrap();
    let program = env::current_exe().unwrap();
    for round in 0..rounds {
        let start = |_| {
            let mut process = Command::new(&program);
            process.env(WORKER, url).stdout(Stdio::piped()).stderr(Stdio::piped());
            process.spawn().unwrap()
        };
        let processes: Vec<Child> = (0..PROCESSES).map(start).collect();
        let mut created = 0;
        for process in processes {
            let output = process.wait_with_output().unwrap();
            let [out, err] =
                [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
            assert!(output.status.success(), "round {round}: {err}");
            created += out.trim().parse::<usize>().unwrap();
        }
        // Each by one of them, and by one alone.
        assert_eq!(created, 50, "round {round}");
        fifty().verify(&mut observer).await.unwrap();
        fifty().drop_all(&mut observer, "").await.unwrap();
    }
}

/// A running `PgBouncer`, which ends with this.
struct Pooler {
    url: String,
    process: Child,
    _dir: tempfile::TempDir,
}

impl Pooler {
    async fn start(database: &Database) -> Self {
        let options: sqlx::postgres::PgConnectOptions = database.url().parse().unwrap();
        let server = options.to_url_lossy();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={} port={} user={} password={}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 100\n\
             ignore_startup_parameters = extra_float_digits\n",
            options.get_host(),
            options.get_port(),
            options.get_username(),
            server.password().unwrap_or_default(),
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new(program().unwrap());
        command.arg("-q").arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
        // It refuses to be root, and reads its file as whom it becomes.
        if fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
            command.args(["-u", "nobody"]);
        }
        let process = command.spawn().unwrap();
        let url: String = options
            .host("127.0.0.1")
            .port(port)
            .ssl_mode(sqlx::postgres::PgSslMode::Disable)
            .to_url_lossy()
            .into();
        let pooler = Self { url, process, _dir: dir };
        let mut tries = 0;
        while let Err(error) = PgConnection::connect(&pooler.url).await {
            tries += 1;
            assert!(tries < 100, "{error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
