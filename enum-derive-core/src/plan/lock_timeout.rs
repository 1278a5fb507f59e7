//! How long a statement of a plan waits for a lock.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

/// A value of `lock_timeout`, as `PostgreSQL` takes it (manual, 20.1.1): a number of milliseconds, or a number with one of the
/// units `us`, `ms`, `s`, `min`, `h`, `d`. Its `Display` is the text that it was read from, without blanks around it.
///
/// ```
/// use pg_enum_core::plan::LockTimeout;
///
/// assert_eq!(LockTimeout::default().to_string(), "5s");
/// assert_eq!("1.5 min".parse::<LockTimeout>()?.to_string(), "1.5 min");
/// assert!("0".parse::<LockTimeout>()?.is_off());
/// assert_eq!(
///     "5 seconds".parse::<LockTimeout>().unwrap_err().to_string(),
///     "`5 seconds` is not a number of milliseconds, or a number with the unit us, ms, s, min, h or d"
/// );
/// # Ok::<(), pg_enum_core::plan::NoLockTimeout>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LockTimeout {
    text: String,
    is_off: bool,
}

/// A text that `PostgreSQL` does not take as a `lock_timeout`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoLockTimeout {
    /// It is not a number with a unit.
    Syntax {
        /// The text.
        text: String,
    },
    /// It is less than half a millisecond, which the server takes as 0, or more than 2147483647 milliseconds.
    Range {
        /// The text.
        text: String,
    },
}

impl LockTimeout {
    /// Whether it stands for no limit: 0.
    #[must_use]
    pub const fn is_off(&self) -> bool {
        self.is_off
    }
}

/// Five seconds: queries behind a waiting `ALTER TABLE` wait as well, for about as long as a page may take to load.
impl Default for LockTimeout {
    fn default() -> Self {
        Self { text: "5s".to_owned(), is_off: false }
    }
}

impl FromStr for LockTimeout {
    type Err = NoLockTimeout;

    fn from_str(text: &str) -> Result<Self, NoLockTimeout> {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let unit = unit.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let milliseconds = match unit {
            "us" => 0.001,
            "" | "ms" => 1.0,
            "s" => 1e3,
            "min" => 60e3,
            "h" => 3600e3,
            "d" => 86400e3,
            _ => return Err(NoLockTimeout::Syntax { text: text.to_owned() }),
        };
        let number: f64 =
            number.parse().map_err(|_| NoLockTimeout::Syntax { text: text.to_owned() })?;
        let value = number * milliseconds;
        let is_off = number == 0.0;
        if !is_off && !(0.5..=f64::from(i32::MAX)).contains(&value) {
            return Err(NoLockTimeout::Range { text: text.to_owned() });
        }
        Ok(Self { text: text.to_owned(), is_off })
    }
}

impl fmt::Display for LockTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for NoLockTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { text } => write!(
                f,
                "`{text}` is not a number of milliseconds, or a number with the unit us, ms, s, min, h or d"
            ),
            Self::Range { text } => {
                write!(f, "`{text}` is neither 0 nor between 1 and 2147483647 milliseconds")
            }
        }
    }
}

impl core::error::Error for NoLockTimeout {}
