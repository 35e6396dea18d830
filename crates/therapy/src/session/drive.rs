//! Sessions driven by the model: what goes wrong changes the dose, the dose changes the signs, the signs meet the rules.

use super::conduct::{Mishap, Signals, Situation};
use crate::dose::{Dose, Product, Route};
use crate::signs::Signs;

/// Minutes of a session that are looked at.
pub const MINUTES: usize = 360;

/// A dose as it was taken: a share swallowed early goes down the throat then, vomiting in the hold loses what is left.
/// Vomiting after the hold is written down but takes nothing away: what is still in the stomach then is not known.
pub fn as_taken(dose: &Dose, mishaps: &[Mishap]) -> Vec<Dose> {
    if !matches!(dose.route, Route::Sublingual | Route::Buccal) || dose.hold <= 0.0 {
        return vec![*dose];
    }
    let mut kept = *dose;
    let mut parts = Vec::new();
    for mishap in mishaps {
        match mishap {
            Mishap::Swallowed(minute, share) if minute / 60.0 < dose.hold => {
                let swallowed = part(&kept, *share);
                let (time, route, product) = (dose.time + minute / 60.0, Route::Oral, Product::Solution);
                parts.push(Dose { time, route, product, hold: 0.0, swallowed: 1.0, ..swallowed });
                kept = part(&kept, 1.0 - share);
            }
            Mishap::Vomited(minute) if minute / 60.0 < dose.hold => {
                kept.hold = minute / 60.0;
                kept.swallowed = 0.0;
            }
            _ => {}
        }
    }
    if share_left(&kept) {
        parts.insert(0, kept);
    }
    parts
}

fn part(dose: &Dose, share: f64) -> Dose {
    use crate::dose::Amount::{Milligrams, MilligramsPerKilogram};
    let amount = match dose.amount {
        Milligrams(amount) => Milligrams(amount * share),
        MilligramsPerKilogram(amount) => MilligramsPerKilogram(amount * share),
    };
    Dose { amount, ..*dose }
}

fn share_left(dose: &Dose) -> bool {
    dose.milligrams(1.0) > 0.0
}

/// The signs of the session that begins at `from` (h), minute by minute; `None` if the model lacks one of them.
pub fn signals(signs: &Signs<'_>, from: f64) -> Option<Signals> {
    let first = signs.times.iter().position(|t| *t >= from - 1e-9)?;
    let rows: Vec<usize> = (first..signs.times.len())
        .take_while(|&row| (signs.times[row] - from) * 60.0 <= MINUTES as f64 + 1e-6)
        .collect();
    let share = |name: &str, unit: f64| -> Option<Vec<f64>> {
        let column = signs.column(name)?;
        Some(rows.iter().map(|&row| column[row] / unit).collect())
    };
    Some(Signals {
        minutes: rows.iter().map(|&row| (signs.times[row] - from) * 60.0).collect(),
        felt: share("body.felt", 100.0)?,
        cadss: share("body.cadss", 1.0)?,
        sedation: share("body.sedation", 100.0)?,
        systolic: share("body.systolic", 1.0)?,
        diastolic: share("body.diastolic", 1.0)?,
        pulse: share("body.pulse", 1.0)?,
        nausea: share("body.nausea", 1.0)?,
    })
}

/// Puts what was typed about a session into it: `supervisor absent`, `pressure 165/100`, `missed check at 30 min`.
///
/// # Errors
/// What can be written, if it is none of it.
pub fn happens(text: &str, situation: &mut Situation) -> Result<(), String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let minute = |from: usize| -> Result<f64, String> {
        let at = words.get(from..).unwrap_or(&[]);
        match at {
            ["at", minute, "min"] => minute.parse().ok().filter(|m: &f64| 0.0 <= *m && *m <= MINUTES as f64),
            _ => None,
        }
        .ok_or_else(|| format!("`{text}` needs a time: write ... at 30 min (0 to {MINUTES})"))
    };
    match words.as_slice() {
        ["supervisor", "absent"] => situation.monitor = None,
        ["supervisor", "leaves", ..] => situation.mishaps.push(Mishap::MonitorLeaves(minute(2)?)),
        ["not", "fasted"] => situation.fasted_h = 0.0,
        ["alcohol"] | ["sedative"] => situation.alcohol_or_sedative = true,
        ["pregnant"] => situation.pregnant = true,
        ["suicidal"] => situation.suicidal = true,
        ["missed", "check", ..] => situation.mishaps.push(Mishap::MissedCheck(minute(2)?)),
        ["vomited", ..] => situation.mishaps.push(Mishap::Vomited(minute(1)?)),
        ["swallowed", share, "%", ..] => {
            let share: f64 = share.parse().map_err(|_| format!("`{share}` in `{text}` is no number"))?;
            if !(0.0 < share && share <= 100.0) {
                return Err(format!("`{share} %` in `{text}` is no share: write 1 to 100 %"));
            }
            situation.mishaps.push(Mishap::Swallowed(minute(3)?, share / 100.0));
        }
        ["pressure", reading, rest @ ..] => {
            let both =
                reading.split_once('/').and_then(|(s, d)| Some((s.parse::<f64>().ok()?, d.parse::<f64>().ok()?)));
            let plausible = |(s, d): &(f64, f64)| 40.0 < *d && d < s && *s < 300.0;
            let Some((systolic, diastolic)) = both.filter(plausible) else {
                return Err(format!("`{reading}` in `{text}` is no blood pressure: write 165/100"));
            };
            if rest.is_empty() {
                situation.pressure = Some((systolic, diastolic));
            } else {
                situation.mishaps.push(Mishap::Pressure(minute(2)?, systolic, diastolic));
            }
        }
        ["chest", "pain", ..] => situation.mishaps.push(Mishap::Alarm(minute(2)?, "chest pain".to_owned())),
        _ => {
            return Err(format!(
                "`{text}` is not known: write supervisor absent, supervisor leaves at 20 min, pressure 165/100, pressure \
                 184/112 at 40 min, missed check at 30 min, swallowed 40 % at 3 min, vomited at 4 min, chest pain at 50 \
                 min, not fasted, alcohol, sedative, pregnant or suicidal"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::conduct::tests::situation;
    use super::*;
    use crate::dose::{Amount, Basis, Enantiomer};

    fn dose() -> Dose {
        Dose {
            time: 0.0,
            route: Route::Sublingual,
            product: Product::Odt,
            enantiomer: Enantiomer::Racemic,
            amount: Amount::Milligrams(100.0),
            basis: Basis::Base,
            hold: 0.25,
            swish: false,
            saliva_ph: None,
            swallowed: 0.0,
            over: 0.0,
            devices: 1,
            device_interval: 0.0,
        }
    }

    #[test]
    fn a_swallowed_share_goes_down_early_and_nothing_is_lost() {
        let parts = as_taken(&dose(), &[Mishap::Swallowed(3.0, 0.4)]);
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].amount, parts[0].hold), (Amount::Milligrams(60.0), 0.25));
        assert_eq!((parts[1].amount, parts[1].time, parts[1].route), (Amount::Milligrams(40.0), 0.05, Route::Oral));
        assert_eq!(as_taken(&dose(), &[Mishap::Swallowed(3.0, 1.0)]).len(), 1);
        assert_eq!(as_taken(&dose(), &[Mishap::MissedCheck(3.0)]), vec![dose()]);
    }

    #[test]
    fn vomiting_in_the_hold_ends_it_and_the_rest_is_lost() {
        let parts = as_taken(&Dose { swallowed: 1.0, ..dose() }, &[Mishap::Vomited(6.0)]);
        assert_eq!((parts[0].hold, parts[0].swallowed), (0.1, 0.0));
        assert_eq!(as_taken(&dose(), &[Mishap::Vomited(40.0)]), vec![dose()]);
    }

    #[test]
    fn what_happens_is_read_and_what_is_not_known_is_refused() {
        let mut s = situation();
        for text in ["supervisor absent", "pressure 165/100", "missed check at 30 min", "swallowed 40 % at 3 min"] {
            happens(text, &mut s).unwrap();
        }
        assert_eq!((s.monitor.clone(), s.pressure), (None, Some((165.0, 100.0))));
        assert_eq!(s.mishaps, vec![Mishap::MissedCheck(30.0), Mishap::Swallowed(3.0, 0.4)]);
        for text in ["missed check", "pressure high", "pressure 100/165", "swallowed 140 % at 3 min", "fainted"] {
            let refused = happens(text, &mut s).unwrap_err();
            assert!(refused.contains("write"), "{refused}");
        }
    }
}
