//! Parses the URL of a database. No message shows any part of it, because in a malformed URL the end of the password
//! is uncertain.

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use crate::failure::Failure;

const HELP: &str = "write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE; in USER and PASSWORD, write `@` as %40, \
                    `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25";

/// The options in a URL, by the rules of RFC 3986. `from` is the source of the URL.
pub(crate) fn options(url: &str, from: &str) -> Result<PgConnectOptions, Failure> {
    let schemes = ["postgres://", "postgresql://"];
    let Some(rest) = schemes.iter().find_map(|scheme| url.strip_prefix(scheme)) else {
        return Err(
            Failure::new(format!("{from} is not the URL of a PostgreSQL database")).with_help(HELP)
        );
    };
    // The password ends at `@`, and the authority part at the first `/`, `?` or `#`. If the password contains one of
    // these, the rest of it would be read as a port or a database, and shown.
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if tail.contains('@') || authority.matches('@').count() > 1 {
        let message = format!("{from} contains an `@` that may be part of the password");
        return Err(Failure::new(message).with_help(HELP));
    }
    let unread = |reason: &dyn std::fmt::Display| {
        Failure::new(format!("{from} is not a valid URL: {reason}")).with_help(HELP)
    };
    // These reasons are fixed texts; the reasons for parameters contain the value.
    let url = Url::parse(url).map_err(|error| unread(&error))?;
    PgConnectOptions::from_url(&url)
        .map_err(|_| unread(&"a parameter after `?` has an invalid value"))
}

#[cfg(test)]
mod tests {
    use super::options;

    fn refused(url: &str) -> String {
        let failure = options(url, "DATABASE_URL").expect_err(url);
        format!("{failure} {}", failure.help().unwrap_or_default())
    }

    #[test]
    fn no_part_of_a_password_is_shown() {
        for password in [
            "s3cret/4711",
            "4711/s3cret",
            "4711#s3cret",
            "4711?s3cret",
            "47@11",
            "4711@s3cret",
            "s3cret:4711/",
            "4711/s3cret@s3cret",
            "4711?sslmode=s3cret",
            "[s3cret]/",
            "4711\\/s3cret",
            "47%2F11/s3cret",
            "@4711",
            "4711/@",
            "4711?a=s3cret&port=4711",
        ] {
            for url in [
                format!("postgres://user:{password}@db.example:5432/shop"),
                format!("postgresql://{password}@db.example/shop?sslmode=disable"),
            ] {
                let said = refused(&url);
                for part in ["4711", "47", "s3cret", "db.example", "shop", "user:"] {
                    assert!(!said.contains(part), "{url}: {said}");
                }
            }
        }
    }

    #[test]
    fn no_part_of_a_malformed_url_is_shown() {
        for url in [
            "postgres://u:s3cret@host:s3cret/shop",
            "postgres://u:s3cret@host:4711471/shop",
            "postgres://u:s3cret@[s3cret]/shop",
            "postgres://u:s3cret@ho st/shop",
            "postgres://u:s3cret@host/shop?sslmode=s3cret",
            "postgres://u:s3cret@host/shop?port=s3cret",
            "postgres://u:s3cret@host/shop?hostaddr=s3cret",
            "postgres://u:s3cret@host/%ff",
            "host=s3cret password=s3cret",
            "mysql://u:s3cret@host/shop",
        ] {
            let said = refused(url);
            assert!(!said.contains("s3cret") && !said.contains("4711"), "{url}: {said}");
        }
    }

    #[test]
    fn an_unambiguous_url_is_read() {
        for (url, host, port) in [
            ("postgres://u:pa:ss@host:1/shop", "host", 1),
            ("postgres://u:p%40%2F%3a%23%3f%25@host:1/shop", "host", 1),
            ("postgres://host:1/shop?application_name=a%40b", "host", 1),
            ("postgres://u:p@[::1]:1/shop", "[::1]", 1),
            ("postgres://u:4711@host/shop?sslmode=disable", "host", 5432),
        ] {
            let options =
                options(url, "DATABASE_URL").unwrap_or_else(|failure| panic!("{failure}"));
            assert_eq!((options.get_host(), options.get_port()), (host, port), "{url}");
        }
    }
}
