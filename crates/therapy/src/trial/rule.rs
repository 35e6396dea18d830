//! A rule of response, remission or relapse: `fall >= 50 %`, `score <= 12`, `score >= 14`, `fall >= 5 points`.

use std::fmt;

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The score, points.
    Score,
    /// Baseline minus score, points.
    FallPoints,
    /// (Baseline minus score) / baseline, 0 to 1.
    FallShare,
    /// Score minus baseline, points.
    RisePoints,
}

/// How it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// What it looks at.
    pub measure: Measure,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what: points, or a share from 0 to 1.
    pub threshold: f64,
}

impl Rule {
    /// Whether a score meets it. A fall as a share of a baseline of zero never does.
    pub fn is_met(&self, baseline: f64, score: f64) -> bool {
        let value = match self.measure {
            Measure::Score => score,
            Measure::FallPoints => baseline - score,
            Measure::FallShare => (baseline - score) / baseline,
            Measure::RisePoints => score - baseline,
        };
        // Half a millionth of slack towards the bound, so that 18 of 36 counts as a fall of 50 %.
        let slack = 5e-7;
        match self.comparison {
            Comparison::Below => value < self.threshold - slack,
            Comparison::AtMost => value <= self.threshold + slack,
            Comparison::Above => value > self.threshold + slack,
            Comparison::AtLeast => value >= self.threshold - slack,
        }
    }
}

/// Reads a rule; says in words what is wrong with it.
///
/// # Errors
/// The cause, to stand after "because".
pub fn parse(text: &str) -> Result<Rule, String> {
    let text = text.trim();
    let signs = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("≤", Comparison::AtMost),
        ("≥", Comparison::AtLeast),
        ("<", Comparison::Below),
        (">", Comparison::Above),
    ];
    let Some((sign, comparison)) = signs.iter().find(|(sign, _)| text.contains(sign)) else {
        return Err("it has none of <, <=, >, >=".to_owned());
    };
    let (left, right) = text.split_once(sign).unwrap_or((text, ""));
    let right = right.trim();
    let end = right.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(right.len());
    let number: f64 = right[..end].parse().map_err(|_| format!("\"{right}\" has no number in front"))?;
    let unit = right[end..].trim();
    let measure = match (left.trim(), unit) {
        ("score", "" | "point" | "points") => Measure::Score,
        ("fall", "%" | "percent") => Measure::FallShare,
        ("fall", "point" | "points") => Measure::FallPoints,
        ("rise", "point" | "points") => Measure::RisePoints,
        ("score" | "fall" | "rise", unit) => return Err(format!("the unit \"{unit}\" does not fit here")),
        (word, _) => return Err(format!("\"{word}\" is none of score, fall, rise")),
    };
    let threshold = if measure == Measure::FallShare { number / 100.0 } else { number };
    Ok(Rule { measure, comparison: *comparison, threshold })
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, unit, factor) = match self.measure {
            Measure::Score => ("score", "", 1.0),
            Measure::FallPoints => ("fall", " points", 1.0),
            Measure::FallShare => ("fall", " %", 100.0),
            Measure::RisePoints => ("rise", " points", 1.0),
        };
        let sign = match self.comparison {
            Comparison::Below => "<",
            Comparison::AtMost => "<=",
            Comparison::Above => ">",
            Comparison::AtLeast => ">=",
        };
        write!(out, "{word} {sign} {}{unit}", crate::quantity::tidy(self.threshold * factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_trials_read_and_are_written_back() {
        for (text, baseline, yes, no) in [
            ("fall >= 50 %", 36.0, 18.0, 19.0),
            ("fall > 35 %", 100.0, 64.0, 65.0),
            ("score <= 12", 36.0, 12.0, 13.0),
            ("score < 5", 20.0, 4.0, 5.0),
            ("score >= 14", 30.0, 14.0, 13.0),
            ("fall >= 5 points", 20.0, 15.0, 16.0),
            ("rise > 2 points", 20.0, 23.0, 22.0),
        ] {
            let rule = parse(text).unwrap();
            assert!(rule.is_met(baseline, yes) && !rule.is_met(baseline, no), "{text}");
            assert_eq!(parse(&rule.to_string()).unwrap(), rule, "{text}");
        }
    }

    #[test]
    fn what_is_no_rule_says_why() {
        for (text, part) in [
            ("50 %", "none of <"),
            ("fall >= half", "no number"),
            ("fall >= 50 kg", "does not fit"),
            ("drop >= 50 %", "none of score, fall, rise"),
            ("score < 50 %", "does not fit"),
        ] {
            assert!(parse(text).unwrap_err().contains(part), "{text}");
        }
    }

    #[test]
    fn a_baseline_of_zero_never_responds() {
        assert!(!parse("fall >= 50 %").unwrap().is_met(0.0, 0.0));
    }
}
