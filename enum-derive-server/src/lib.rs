//! A temporary `PostgreSQL` server.
//!
//! ```no_run
//! use pg_enum_server::{Options, SERVER, Server, installed, secret};
//!
//! let programs = installed(SERVER).into_iter().next().ok_or("install PostgreSQL")?;
//! let options = Options::new(&programs, "me", &secret()?);
//! let server = Server::start(&options)?;
//! println!("a socket in {} for the port {}", server.socket_dir().display(), server.port());
//! // It is stopped here, and everything of it is removed.
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod find;
#[cfg(all(feature = "start", unix))]
mod running;
#[cfg(all(feature = "start", unix))]
mod start;
#[cfg(all(feature = "start", unix))]
mod user;

pub use find::{SERVER, Version, highest, installed, version_of};

#[cfg(all(feature = "start", unix))]
pub use {
    running::wait_if_ending,
    start::{Error, Options, Server, secret},
};
