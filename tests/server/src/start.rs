//! Starts a throwaway server.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use pg_enum_server::{Error, Options, version_of};

use crate::{BIN_VARIABLE, Unavailable, find_binaries};

/// A port that is free when it is chosen may be taken when the server opens it.
const ATTEMPTS: u32 = 3;

/// A running server of our own.
#[derive(Debug)]
pub(crate) struct Throwaway {
    url: String,
    description: String,
    /// Stops the server when dropped.
    _server: pg_enum_server::Server,
}

impl Throwaway {
    pub(crate) fn start(settings: &[(&str, &str)]) -> Result<Self, Unavailable> {
        let bin = find_binaries().ok_or_else(|| {
            Unavailable::new(
                "install the PostgreSQL server (on Debian and Ubuntu the package `postgresql`; \
                 `cargo xtask test` does it), or set DATABASE_URL",
            )
        })?;
        let version = version_of(&bin, "postgres").ok_or_else(|| {
            let named = std::env::var_os(BIN_VARIABLE).is_some_and(|it| !it.is_empty());
            let why = if named { format!(" ({BIN_VARIABLE} names it)") } else { String::new() };
            Unavailable::new(format!("cannot run {}{why}", bin.join("postgres").display()))
        })?;
        let mut attempt = 1;
        loop {
            let port =
                free_port().map_err(|error| Unavailable::new(format!("no free port: {error}")))?;
            // TCP, as what `localhost` means varies, and a URL with a socket is no everyday one.
            let options = Options::new(&bin, "postgres", "password")
                .port(port)
                .setting("max_connections", "200");
            let options = settings
                .iter()
                .fold(options, |options, (name, value)| options.setting(name, value));
            match pg_enum_server::Server::start(&options) {
                Ok(server) => {
                    return Ok(Self {
                        url: format!(
                            "postgresql://postgres:password@127.0.0.1:{port}/postgres?sslmode=disable"
                        ),
                        description: format!("PostgreSQL {} from {}", version.text, bin.display()),
                        _server: server,
                    });
                }
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(unavailable(&error)),
            }
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn description(&self) -> &str {
        &self.description
    }
}

fn unavailable(error: &Error) -> Unavailable {
    Unavailable::new(format!("{error}\n{}", error.detail()))
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
