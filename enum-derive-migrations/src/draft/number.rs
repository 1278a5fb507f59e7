//! The version after the last: a number where they are numbers, the time where they are times.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::WriteError;

/// What the first version of a folder looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    /// `20240131235959`
    Time,
    /// `2024-01-31-235959`
    TimeWithHyphens,
    /// Seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMilliseconds,
    /// A number.
    Number(&'static str),
}

/// The version that follows `last`, or the first.
pub(crate) fn next(last: Option<&str>, first: First, now: DateTime) -> Result<String, WriteError> {
    let Some(last) = last else {
        return Ok(match first {
            First::Time => now.strftime("%Y%m%d%H%M%S").to_string(),
            First::TimeWithHyphens => now.strftime("%Y-%m-%d-%H%M%S").to_string(),
            First::UnixSeconds => unix_time(now).as_second().to_string(),
            First::UnixMilliseconds => unix_time(now).as_millisecond().to_string(),
            First::Number(number) => number.to_owned(),
        });
    };
    if let Some(version) = Time::of(last).and_then(|time| time.after(now)) {
        return Ok(version);
    }
    let digits = last.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, number) = last.split_at(last.len() - digits);
    if number.is_empty() {
        return Err(WriteError::NoNumber { version: last.to_owned() });
    }
    Ok(head.to_owned() + &increased(number))
}

/// How many bytes at the beginning of a name are a time; 0 if none are.
pub(crate) fn time_prefix(name: &str) -> usize {
    let mut longest = 0;
    let mut digits = 0;
    let bytes = name.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'-' | b'_' | b'.' | b'T' if digits > 0 => {}
            _ => break,
        }
        let ends = byte.is_ascii_digit() && !bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if ends && name.get(..=at).and_then(Time::of).is_some() {
            longest = at + 1;
        }
    }
    longest
}

/// A number of any length, and one more, as wide as before if it can be.
pub(crate) fn increased(number: &str) -> String {
    let kept = number.trim_end_matches('9');
    let nines = number.len() - kept.len();
    let zeros = "0".repeat(nines);
    match kept.char_indices().next_back() {
        None => format!("1{zeros}"),
        Some((at, digit)) => {
            let digit = digit.to_digit(10).map_or(1, |digit| digit + 1);
            format!("{}{digit}{zeros}", &kept[..at])
        }
    }
}

/// A version that is a time, and how it is written.
struct Time<'a> {
    version: &'a str,
    unit: Unit,
}

/// What the last digits of it count.
#[derive(Clone, Copy)]
enum Unit {
    Days,
    Minutes,
    Seconds,
    /// Of a time that is a date, hour, minute, second and three digits more.
    Milliseconds,
    /// A date, and two digits to tell apart what is of one day.
    OfDay,
    /// Since 1970.
    UnixSeconds,
    UnixMilliseconds,
}

impl<'a> Time<'a> {
    fn of(version: &'a str) -> Option<Self> {
        let digits = digits(version);
        // Between the parts of a time there may be one character: 2024-01-31_235959.
        let mut count = 0;
        let mut separated = true;
        for c in version.chars() {
            if c.is_ascii_digit() {
                count += 1;
                separated = false;
            } else if separated
                || !matches!(c, '-' | '_' | '.' | 'T')
                || !matches!(count, 4 | 6 | 8 | 10 | 12 | 14)
            {
                return None;
            } else {
                separated = true;
            }
        }
        if separated {
            return None;
        }
        let whole = digits.len() == version.len();
        let unit = match digits.len() {
            8 if date(&digits).is_some() => Unit::Days,
            10 if whole && date(&digits).is_some() => Unit::OfDay,
            10 if whole && unix(&digits, 1).is_some() => Unit::UnixSeconds,
            12 if time(&digits).is_some() => Unit::Minutes,
            13 if whole && unix(&digits, 1000).is_some() => Unit::UnixMilliseconds,
            14 if time(&digits).is_some() => Unit::Seconds,
            17 if time(&digits).is_some() => Unit::Milliseconds,
            _ => return None,
        };
        Some(Self { version, unit })
    }

    /// Now, or as little after this as can be written if this is not past.
    fn after(&self, now: DateTime) -> Option<String> {
        let last = digits(self.version);
        let unix = unix_time(now);
        let current = match self.unit {
            Unit::Days => now.strftime("%Y%m%d").to_string(),
            Unit::OfDay => now.strftime("%Y%m%d01").to_string(),
            Unit::Minutes => now.strftime("%Y%m%d%H%M").to_string(),
            Unit::Seconds => now.strftime("%Y%m%d%H%M%S").to_string(),
            Unit::Milliseconds => now.strftime("%Y%m%d%H%M%S%3f").to_string(),
            Unit::UnixSeconds => unix.as_second().to_string(),
            Unit::UnixMilliseconds => unix.as_millisecond().to_string(),
        };
        if current > last {
            return Some(self.write(&current));
        }
        let later = |step: SignedDuration, format: &str| {
            let later = time(&last)?.checked_add(step).ok()?;
            Some(later.strftime(format).to_string())
        };
        let next = match self.unit {
            Unit::Days => date(&last)?.tomorrow().ok()?.strftime("%Y%m%d").to_string(),
            Unit::Minutes => later(SignedDuration::from_mins(1), "%Y%m%d%H%M")?,
            Unit::Seconds => later(SignedDuration::from_secs(1), "%Y%m%d%H%M%S")?,
            Unit::OfDay | Unit::Milliseconds | Unit::UnixSeconds | Unit::UnixMilliseconds => {
                increased(&last)
            }
        };
        Some(self.write(&next))
    }

    /// These digits where this has its own.
    fn write(&self, digits: &str) -> String {
        let mut digits = digits.chars();
        let filled = self
            .version
            .chars()
            .map(|c| if c.is_ascii_digit() { digits.next().unwrap_or('0') } else { c });
        let mut version: String = filled.collect();
        version.extend(digits);
        version
    }
}

/// A time in UTC.
fn unix_time(now: DateTime) -> Timestamp {
    let zoned = now.to_zoned(jiff::tz::TimeZone::UTC);
    zoned.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The date with which digits begin. Migrations are younger than PostgreSQL.
fn date(digits: &str) -> Option<Date> {
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    (1990..=2200).contains(&year).then_some(())?;
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The time with which digits begin, the seconds perhaps missing.
fn time(digits: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let seconds = if digits.len() < 14 { 0 } else { number(12, 14)? };
    let time = jiff::civil::Time::new(number(8, 10)?, number(10, 12)?, seconds, 0).ok()?;
    Some(date(digits)?.to_datetime(time))
}

/// A count since 1970 that is not before 2001, or else it would have fewer digits.
fn unix(digits: &str, per_second: i64) -> Option<Timestamp> {
    let count: i64 = digits.parse().ok()?;
    let seconds = count / per_second;
    (1_000_000_000..4_000_000_000).contains(&seconds).then_some(())?;
    Timestamp::from_second(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(last: &str) -> String {
        let now = "2025-03-04T05:06:07.089".parse().expect("a time");
        match next(Some(last), First::Time, now) {
            Ok(version) => version,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn numbers_keep_their_width() {
        for (last, expected) in [
            ("1", "2"),
            ("9", "10"),
            ("0009", "0010"),
            ("0999", "1000"),
            ("9999", "10000"),
            ("1.9", "1.10"),
            ("1_09", "1_10"),
            ("m7", "m8"),
            ("00000000000000", "00000000000001"),
            ("99999999999999999999999", "100000000000000000000000"),
        ] {
            assert_eq!(after(last), expected, "{last}");
        }
    }

    #[test]
    fn times_are_those_of_now() {
        for (last, expected) in [
            ("20240101120000", "20250304050607"),
            ("2024-01-01-120000", "2025-03-04-050607"),
            ("2024-01-01_12.00.00", "2025-03-04_05.06.07"),
            ("20240101_120000", "20250304_050607"),
            ("20240101T120000", "20250304T050607"),
            ("202401011200", "202503040506"),
            ("20240101", "20250304"),
            ("2024-01-01", "2025-03-04"),
            ("2024010103", "2025030401"),
            ("20240101120000123", "20250304050607089"),
            ("1704110400", "1741064767"),
            ("1704110400123", "1741064767089"),
        ] {
            assert_eq!(after(last), expected, "{last}");
        }
    }

    #[test]
    fn what_is_not_past_is_followed_all_the_same() {
        for (last, expected) in [
            ("20250304050607", "20250304050608"),
            ("20301231235959", "20310101000000"),
            ("203012312359", "203101010000"),
            ("20240229", "20250304"),
            ("20280228", "20280229"),
            ("2025-03-04", "2025-03-05"),
            ("2025030401", "2025030402"),
            ("1741064767", "1741064768"),
        ] {
            assert_eq!(after(last), expected, "{last}");
        }
    }

    #[test]
    fn what_only_looks_like_a_time_is_a_number() {
        for (last, expected) in [
            ("20241301", "20241302"),
            ("20240101250000", "20240101250001"),
            ("12345678", "12345679"),
        ] {
            assert_eq!(after(last), expected, "{last}");
        }
        assert_eq!(after("seed"), "there is no number in `seed` that a next one could follow");
        assert_eq!(after(""), "there is no number in `` that a next one could follow");
    }

    #[test]
    fn a_name_may_begin_with_a_time() {
        for (name, time) in [
            ("20240101120000_a", "20240101120000"),
            ("20240101_120000_a", "20240101_120000"),
            ("2024-01-01-2_fix", "2024-01-01"),
            ("20240101_2_fix", "20240101"),
            ("1_a", ""),
            ("a", ""),
            ("é2024", ""),
        ] {
            assert_eq!(&name[..time_prefix(name)], time, "{name}");
        }
    }
}
