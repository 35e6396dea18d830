//! Which observations a number of the model names as its ground. Such a row says little about that number when the
//! model is held against it, so that qualification tells which rows these are.

use notation::{Evidence, System};
use std::collections::BTreeMap;

/// By row id of the mechanism table: the parameters whose evidence names it. Fitted values are left out, because they
/// come from calibration rows only, and so are switches, whose evidence names both sides of a dispute.
pub fn grounds(system: &System) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for parameter in &system.parameters {
        let text = match parameter.evidence {
            Some(Evidence::Measured { place, .. }) => place,
            Some(Evidence::Derived { how }) => how,
            Some(Evidence::Assumed { why }) => why,
            Some(Evidence::Fitted { .. }) | None => continue,
        };
        if text.starts_with("switch") {
            continue;
        }
        for id in named(text) {
            let parameters = out.entry(id).or_default();
            if parameters.last() != Some(&parameter.name) {
                parameters.push(parameter.name.clone());
            }
        }
    }
    out
}

/// The row ids that follow the word "mechanism": `R50`, or all of `R01-R04`.
fn named(text: &str) -> Vec<String> {
    let Some((_, after)) = text.split_once("mechanism ") else { return Vec::new() };
    let mut out = Vec::new();
    for word in after.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        let ends = word.split_once('-').map_or((id(word), id(word)), |(first, last)| (id(first), id(last)));
        if let (Some((letter, first)), Some((same, last))) = ends
            && letter == same
        {
            out.extend((first..=last).map(|number| format!("{letter}{number:02}")));
        }
    }
    out
}

/// `S15` as letter and number.
fn id(word: &str) -> Option<(char, u32)> {
    let mut letters = word.chars();
    let letter = letters.next().filter(char::is_ascii_uppercase)?;
    let digits = letters.as_str();
    (digits.len() == 2).then(|| digits.parse().ok()).flatten().map(|number| (letter, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_one_by_one_and_in_ranges() {
        let found = |text| named(text).join(" ");
        assert_eq!(found("1 mM / (5.35/0.33 - 1), mechanism R01-R03, R50"), "R01 R02 R03 R50");
        assert_eq!(found("muscimol does so (mechanism K05)"), "K05");
        assert_eq!(found("table 3, C50 0.51"), "");
        assert_eq!(found("mechanism S02-T05: no range over two letters"), "");
    }
}
