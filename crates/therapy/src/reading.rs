//! From what was typed to what is meant: one function for each kind of value, each noting what is wrong and how to mend it.

use crate::entry::{Entry, Value};
use crate::nearest::nearest;
use crate::plausible::Range;
use crate::problem::Notebook;
use crate::quantity::{self, Kind, Quantity, tidy, written};
use notation::{QuantityError, UnitError};

/// A value outside its usual range that the file confirms, with the reason given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The value as meant: `amount 1 g`.
    pub value: String,
    /// The reason in the file.
    pub reason: String,
}

/// Reasons that a table gives for values that look like a slip, and those that were needed.
#[derive(Debug, Default)]
pub struct Reasons {
    given: Vec<(String, String)>,
    /// Confirmed values so far.
    pub used: Vec<Confirmed>,
}

impl Reasons {
    /// Reads `confirm = { key = "reason" }`.
    pub fn read(entry: Option<Entry>, keys: &[&str], notebook: &mut Notebook) -> Reasons {
        let mut reasons = Reasons::default();
        let Some(entry) = entry else { return reasons };
        let Value::Table(items) = entry.value else {
            let remedy = format!("write confirm = {{ {} = \"the reason\" }}", keys.first().unwrap_or(&"amount"));
            notebook.note(&entry.span, "`confirm` needs a reason for each value", "no key is named here", remedy);
            return reasons;
        };
        for (key, value) in items {
            let Value::Text(name) = key.value else { continue };
            if !keys.contains(&name.as_str()) {
                let close = nearest(&name, keys.iter().copied()).unwrap_or("");
                notebook.note(
                    &key.span,
                    format!("`confirm` names `{name}`, which cannot be confirmed here"),
                    format!("what can be: {}", keys.join(", ")),
                    format!("did you mean `{close}`?"),
                );
            } else if let Some(reason) = text(Some(value), &name, notebook) {
                reasons.given.push((name, reason));
            }
        }
        reasons
    }

    fn confirm(&mut self, key: &str, value: String) -> bool {
        let Some((_, reason)) = self.given.iter().find(|(name, _)| name == key) else { return false };
        self.used.push(Confirmed { value: format!("{key} {value}"), reason: reason.clone() });
        true
    }
}

/// A text that is not empty.
pub fn text(entry: Option<Entry>, key: &str, notebook: &mut Notebook) -> Option<String> {
    let entry = entry?;
    match entry.value {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        other => {
            let found = if matches!(other, Value::Text(_)) { "it is empty" } else { other.kind() };
            notebook.note(&entry.span, format!("`{key}` has to be a text"), found, format!("write {key} = \"...\""));
            None
        }
    }
}

/// `true` or `false`.
pub fn flag(entry: Option<Entry>, key: &str, notebook: &mut Notebook) -> Option<bool> {
    let entry = entry?;
    match entry.value {
        Value::Flag(flag) => Some(flag),
        other => {
            let cause = format!("{} stands here", other.kind());
            notebook.note(
                &entry.span,
                format!("`{key}` is either true or false"),
                cause,
                format!("write {key} = true"),
            );
            None
        }
    }
}

/// One of several words.
pub fn choice<T: Copy>(entry: Option<Entry>, key: &str, choices: &[(&str, T)], notebook: &mut Notebook) -> Option<T> {
    let entry = entry?;
    let names = choices.iter().map(|(name, _)| *name);
    let all = names.clone().collect::<Vec<_>>().join(", ");
    let Value::Text(word) = &entry.value else {
        let cause = format!("{} stands here; known are: {all}", entry.value.kind());
        notebook.note(
            &entry.span,
            format!("`{key}` has to be a word in quotes"),
            cause,
            format!("write {key} = \"...\""),
        );
        return None;
    };
    let plain = |word: &str| word.trim().to_lowercase().replace(['_', '-'], " ");
    let found = choices.iter().find(|(name, _)| plain(name) == plain(word)).map(|(_, value)| *value);
    if found.is_none() {
        let remedy = format!("did you mean \"{}\"?", nearest(word, names).unwrap_or(""));
        notebook.note(&entry.span, format!("`{key}` does not know \"{word}\""), format!("known are: {all}"), remedy);
    }
    found
}

/// A pure number within a range: a bare number, or a percentage if `percent`.
pub fn number(
    entry: Option<Entry>,
    key: &str,
    (low, high): (f64, f64),
    percent: bool,
    notebook: &mut Notebook,
) -> Option<f64> {
    let entry = entry?;
    let value = match &entry.value {
        Value::Number(value) => Some(*value),
        Value::Text(text) => match quantity::parse(text) {
            Ok(Quantity { value, kind: Kind::Fraction }) if percent => Some(value),
            Err(QuantityError::NoUnit { read, .. }) => read.parse().ok(),
            Err(QuantityError::NotFinite { .. }) => Some(f64::NAN),
            _ => None,
        },
        _ => None,
    };
    let span = if percent { format!("{low} to {high}, or a percentage") } else { format!("{low} to {high}") };
    match value {
        Some(value) if low <= value && value <= high => Some(value),
        Some(value) if value.is_nan() || value.is_infinite() => {
            let cause = "NaN and infinity are not numbers that a model can use";
            notebook.note(
                &entry.span,
                format!("`{key}` is not a finite number"),
                cause,
                format!("write a number, {span}"),
            );
            None
        }
        Some(value) => {
            let what = format!("`{key}` = {} is out of range", tidy(value));
            notebook.note(&entry.span, what, format!("it runs from {span}"), format!("write a number, {span}"));
            None
        }
        None => {
            let cause = format!("{} stands here that is not a pure number", entry.value.kind());
            notebook.note(&entry.span, format!("`{key}` is a pure number"), cause, format!("write a number, {span}"));
            None
        }
    }
}

/// A quantity of one of the kinds of its ranges. Outside its range it is questioned: refused without a reason.
pub fn quantity(
    entry: Option<Entry>,
    key: &str,
    ranges: &[Range],
    reasons: &mut Reasons,
    notebook: &mut Notebook,
) -> Option<Quantity> {
    let entry = entry?;
    let read = measure(&entry, key, ranges, notebook)?;
    let range = ranges.iter().find(|range| range.kind == read.kind)?;
    if read.value < 0.0 && range.low >= 0.0 {
        let cause = format!("{read} is below zero");
        notebook.note(
            &entry.span,
            format!("`{key}` is negative"),
            cause,
            format!("write {key} as a positive quantity"),
        );
        return None;
    }
    if range.low <= read.value && read.value <= range.high {
        return Some(read);
    }
    if reasons.confirm(key, read.to_string()) {
        return Some(read);
    }
    let usual = format!("{} to {}", written(range.low, range.kind), written(range.high, range.kind));
    let tenfold = [read.value / 10.0, read.value * 10.0].into_iter().find(|v| range.low <= *v && *v <= range.high);
    let meant = match tenfold {
        Some(value) => format!("did you mean {} (a slip of ten)? ", written(value, range.kind)),
        None => String::new(),
    };
    notebook.note(
        &entry.span,
        format!("`{key}` = {read} looks like a slip"),
        format!("usual here is {usual}"),
        format!("{meant}If it is right, add confirm = {{ {key} = \"the reason\" }} to this table"),
    );
    None
}

/// A quantity whose kind is one of those of the ranges, whatever its size.
pub fn measure(entry: &Entry, key: &str, ranges: &[Range], notebook: &mut Notebook) -> Option<Quantity> {
    let kinds = ranges.iter().map(|range| range.kind.words()).collect::<Vec<_>>().join(" or ");
    let units = ranges.iter().map(|range| range.kind.units()).collect::<Vec<_>>().join(", ");
    let example = ranges.first().map_or(String::new(), |r| written((r.low.max(0.0) * r.high).sqrt(), r.kind));
    let guess = |value: f64| {
        let size = value.abs();
        let fits = |r: &&Range| r.low <= size * r.factor && size * r.factor <= r.high;
        let range = ranges.iter().find(fits).or(ranges.first());
        range.map_or(String::new(), |r| format!("did you mean \"{} {}\"?", tidy(value), r.unit))
    };
    let no_unit = |value: f64, notebook: &mut Notebook| {
        let what = format!("`{key}` = {} has no unit", tidy(value));
        notebook.note(&entry.span, what, format!("it is {kinds} and needs one of: {units}"), guess(value));
        None
    };
    let not_finite = |notebook: &mut Notebook| {
        let cause = "NaN and infinity are not numbers that a model can use";
        notebook.note(
            &entry.span,
            format!("`{key}` is not a finite number"),
            cause,
            format!("write {kinds}, in {units}"),
        );
        None
    };
    let text = match &entry.value {
        Value::Text(text) => text,
        Value::Number(value) if value.is_finite() => return no_unit(*value, notebook),
        Value::Number(_) => return not_finite(notebook),
        other => {
            let cause = format!("{} stands here", other.kind());
            let remedy = format!("write {key} = \"{example}\"");
            notebook.note(&entry.span, format!("`{key}` has to be {kinds}, in quotes"), cause, remedy);
            return None;
        }
    };
    match quantity::parse(text) {
        Ok(read) if ranges.iter().any(|range| range.kind == read.kind) => Some(read),
        Ok(read) => {
            let cause = format!("\"{}\" is {}", text.trim(), read.kind.words());
            notebook.note(&entry.span, format!("`{key}` has to be {kinds}"), cause, format!("write it in {units}"));
            None
        }
        Err(QuantityError::NoUnit { read, .. }) => no_unit(read.parse().unwrap_or(f64::NAN), notebook),
        Err(QuantityError::NotFinite { .. }) => not_finite(notebook),
        Err(QuantityError::DecimalComma { meant, .. }) => {
            let remedy = format!("write \"{meant}\"");
            notebook.note(&entry.span, format!("`{key}` has a comma in its number"), "a comma is ambiguous", remedy);
            None
        }
        Err(QuantityError::Unit { cause, .. }) => {
            let (what, remedy) = match &cause {
                UnitError::Unknown { read, .. } => {
                    let close = nearest(read, units.split(", ")).unwrap_or("");
                    (format!("unknown unit `{read}`"), format!("did you mean `{close}`?"))
                }
                other => (other.to_string(), format!("write {key} = \"{example}\"")),
            };
            notebook.note(&entry.span, what, format!("`{key}` is {kinds}, in {units}"), remedy);
            None
        }
        Err(error) => {
            let what = format!("`{key}` has no number in front");
            notebook.note(&entry.span, what, error.to_string(), format!("write {key} = \"{example}\""));
            None
        }
    }
}

/// The items of a list; a single value counts as a list of one.
pub fn list(entry: Option<Entry>) -> Vec<Entry> {
    match entry {
        Some(Entry { value: Value::List(items), .. }) => items,
        Some(entry) => vec![entry],
        None => Vec::new(),
    }
}

/// Notes that a key is missing from a table.
pub fn missing(span: &std::ops::Range<usize>, key: &crate::entry::Key, place: &str, notebook: &mut Notebook) {
    notebook.note(
        span,
        format!("`{}` is missing in [{place}]", key.name),
        key.doc.trim().to_owned(),
        format!("add a line such as {} = {}", key.name, key.example),
    );
}
