//! Dates and times as records write them, ISO 8601 in UTC, and minutes added to them.

/// Seconds since 1970-01-01 of `YYYY-MM-DDThh:mm:ssZ` (or `YYYY-MM-DD`, midnight); `None` if it is no such time.
/// An offset such as `+02:00` is taken into account.
pub fn parse(text: &str) -> Option<i64> {
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
    };
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let marks = |at: usize, mark: &str| text.get(at..at + 1) == Some(mark);
    if !(marks(4, "-") && marks(7, "-") && (1..=12).contains(&month) && (1..=length(year, month)).contains(&day)) {
        return None;
    }
    let midnight = days(year, month, day) * 86_400;
    if text.len() == 10 {
        return Some(midnight);
    }
    let (hour, minute) = (digits(11, 13)?, digits(14, 16)?);
    if !(marks(10, "T") && marks(13, ":") && hour < 24 && minute < 60) {
        return None;
    }
    let (second, rest) = if marks(16, ":") { (digits(17, 19)?, text.get(19..)?) } else { (0, text.get(16..)?) };
    if second > 59 {
        return None;
    }
    // Fractions of a second are dropped.
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone {
        "Z" => 0,
        _ => {
            let sign = match zone.get(0..1)? {
                "+" => 1,
                "-" => -1,
                _ => return None,
            };
            let hours: i64 = zone.get(1..3)?.parse().ok()?;
            let minutes: i64 = zone.get(4..6)?.parse().ok()?;
            sign * (hours * 3600 + minutes * 60)
        }
    };
    Some(midnight + hour * 3600 + minute * 60 + second - offset)
}

/// The text of seconds since 1970-01-01.
pub fn write(seconds: i64) -> String {
    let (day, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut year = 1970 + day.div_euclid(366);
    while days(year, 1, 1) > day {
        year -= 1;
    }
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && days(year, month + 1, 1) <= day {
        month += 1;
    }
    let date = day - days(year, month, 1) + 1;
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = |y: i64| 365 * y + (y - 1).div_euclid(4) - (y - 1).div_euclid(100) + (y - 1).div_euclid(400);
    let months: i64 = (1..month).map(|m| length(year, m)).sum();
    before(year) - before(1970) + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    // date -u -d ... +%s
    #[test]
    fn known_moments_and_the_way_back() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:30:15Z", 951_827_415),
            ("2026-01-05T09:00:00Z", 1_767_603_600),
            ("2099-12-31T23:59:59Z", 4_102_444_799),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
            assert_eq!(write(seconds), text);
        }
        assert_eq!(parse("2026-01-05T11:00:00+02:00"), parse("2026-01-05T09:00:00Z"));
        assert_eq!(parse("2026-01-05T09:00:00.250Z"), parse("2026-01-05T09:00Z"));
        for day in -40_000..40_000 {
            assert_eq!(parse(&write(day * 86_400 + 61)), Some(day * 86_400 + 61));
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-13-01",
            "2026-02-29",
            "05.01.2026",
            "2026-01-05T25:00:00Z",
            "2026-01-05T09:00:00",
            "2026-01-05 09:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
