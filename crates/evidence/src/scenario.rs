//! Scenarios: the design of a study as data - species, doses or bath, perturbations, sampling times.

use crate::measure;
use crate::problem::{Place, Problem, line_of, nearest};
use crate::quantity::syntax;
use ketamine::dosing::{Basis, Disposition, Dose, Enantiomer, Hold, Route};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A design.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name used in questions.
    pub name: String,
    /// The design in words.
    pub about: String,
    /// A key of `species.toml`.
    pub species: String,
    /// Keys of `perturbations.toml`.
    pub with: Vec<String>,
    /// Quiet time before time zero, hours; the baseline is read at its beginning.
    pub lead: f64,
    /// End, hours after time zero.
    pub end: f64,
    /// Sampling grid, hours after time zero.
    pub sample: Vec<f64>,
    /// Body weight for doses per kg, mg; `None` = that of the species.
    pub doses: Vec<Given>,
    /// Parameters and controls from the start: dotted name, value in internal units.
    pub set: Vec<(String, f64)>,
    /// Parameters and controls from a time on: hours after time zero, name, value.
    pub switches: Vec<(f64, String, f64)>,
    /// States set at a time: hours after time zero, name, value in internal units.
    pub puts: Vec<(f64, String, f64)>,
    /// Injections into an animal: hours after time zero, mg/kg, share of S-ketamine.
    pub injections: Vec<(f64, f64, f64)>,
    /// Where it is written.
    pub place: Place,
}

/// One dose of a scenario; `per_kg` doses are multiplied by the body weight when the course is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// The dose, its time in hours after time zero.
    pub dose: Dose,
    /// Amount is in mg per kg (and per hour for an infusion given as a rate).
    pub per_kg: bool,
}

/// Named settings: a species, or a perturbation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name.
    pub name: String,
    /// What and why, with the source.
    pub about: String,
    /// Parameters and controls: dotted name, value in internal units.
    pub set: Vec<(String, f64)>,
    /// Where it is written.
    pub place: Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettings {
    about: Spanned<String>,
    #[serde(default)]
    set: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    about: Spanned<String>,
    species: String,
    #[serde(default)]
    with: Vec<String>,
    lead: Option<String>,
    end: String,
    #[serde(default)]
    sample: Vec<String>,
    #[serde(default)]
    dose: Vec<RawDose>,
    #[serde(default)]
    set: BTreeMap<String, String>,
    #[serde(default)]
    switch: Vec<RawSwitch>,
    #[serde(default)]
    put: Vec<RawSwitch>,
    #[serde(default)]
    inject: Vec<RawInjection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInjection {
    at: String,
    dose: String,
    form: Option<String>,
    every: Option<String>,
    times: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSwitch {
    at: String,
    set: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDose {
    at: String,
    amount: String,
    form: String,
    route: String,
    hold: Option<String>,
    over: Option<String>,
    devices: Option<u32>,
    apart: Option<String>,
    salt: Option<bool>,
    spit: Option<bool>,
    #[serde(default)]
    every: Option<String>,
    #[serde(default)]
    times: Option<u32>,
}

/// Reads a file of species or perturbations.
pub fn settings(file: &str, text: &str) -> Result<Vec<Settings>, Vec<Problem>> {
    let raw: BTreeMap<String, RawSettings> = toml::from_str(text).map_err(|e| vec![syntax(file, text, &e)])?;
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for (name, entry) in raw {
        let place = Place { file: file.to_owned(), line: line_of(text, entry.about.span().start) };
        match values(&entry.set) {
            Ok(set) => out.push(Settings { name, about: entry.about.into_inner(), set, place }),
            Err(cause) => problems.push(place.problem(format!("`{name}`: {cause}"), REMEDY)),
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Reads a file of scenarios.
pub fn scenarios(file: &str, text: &str) -> Result<Vec<Scenario>, Vec<Problem>> {
    let raw: BTreeMap<String, RawScenario> = toml::from_str(text).map_err(|e| vec![syntax(file, text, &e)])?;
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for (name, entry) in raw {
        let place = Place { file: file.to_owned(), line: line_of(text, entry.about.span().start) };
        match scenario(&name, entry, place.clone()) {
            Ok(scenario) => out.push(scenario),
            Err(cause) => problems.push(place.problem(format!("scenario `{name}`: {cause}"), REMEDY)),
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

const REMEDY: &str = "see validation/README.md for keys and units";
const DEFAULT_LEAD: f64 = 1.0;

fn values(raw: &BTreeMap<String, String>) -> Result<Vec<(String, f64)>, String> {
    raw.iter()
        .map(|(name, text)| {
            let value = match text.trim().parse::<f64>() {
                Ok(plain) if plain.is_finite() => plain,
                _ => measure::quantity(text)?.0,
            };
            Ok((name.clone(), value))
        })
        .collect()
}

fn scenario(name: &str, raw: RawScenario, place: Place) -> Result<Scenario, String> {
    let end = measure::time(&raw.end)?;
    let lead = raw.lead.as_deref().map_or(Ok(DEFAULT_LEAD), measure::time)?;
    if lead < 0.0 || end <= 0.0 {
        return Err("`lead` must not be negative and `end` must be positive".to_owned());
    }
    let mut sample = Vec::new();
    for entry in &raw.sample {
        sample.extend(grid(entry)?);
    }
    if sample.is_empty() {
        sample = default_grid(end);
    }
    sample.sort_by(f64::total_cmp);
    sample.dedup();
    if sample.iter().any(|t| *t < -lead || *t > end) {
        return Err("a sampling time lies outside the scenario".to_owned());
    }
    let mut doses = Vec::new();
    for entry in &raw.dose {
        doses.extend(given(entry)?);
    }
    let timed = |entries: &[RawSwitch]| -> Result<Vec<(f64, String, f64)>, String> {
        let mut out = Vec::new();
        for entry in entries {
            let at = measure::time(&entry.at)?;
            if at < -lead || at > end {
                return Err(format!("the change at {} lies outside the scenario", entry.at));
            }
            out.extend(values(&entry.set)?.into_iter().map(|(n, v)| (at, n, v)));
        }
        Ok(out)
    };
    let switches = timed(&raw.switch)?;
    let puts = timed(&raw.put)?;
    let mut injections = Vec::new();
    for entry in &raw.inject {
        injections.extend(injection(entry)?);
    }
    if doses.iter().any(|g| g.dose.time_hours < -lead || g.dose.time_hours > end) {
        return Err("a dose lies outside the scenario".to_owned());
    }
    Ok(Scenario {
        name: name.to_owned(),
        about: raw.about.into_inner(),
        species: raw.species,
        with: raw.with,
        lead,
        end,
        sample,
        doses,
        set: values(&raw.set)?,
        switches,
        puts,
        injections,
        place,
    })
}

fn injection(raw: &RawInjection) -> Result<Vec<(f64, f64, f64)>, String> {
    let (dose, unit) = measure::quantity(&raw.dose)?;
    if unit.powers != [0; 9] || !unit.symbol.contains("/kg") {
        return Err(format!("`{}` is no injected dose: write mg/kg", raw.dose));
    }
    let share = match raw.form.as_deref().unwrap_or("racemic") {
        "racemic" => 0.5,
        "S" => 1.0,
        "R" => 0.0,
        other => return Err(format!("the form `{other}` is not racemic, S or R")),
    };
    let first = measure::time(&raw.at)?;
    let every = raw.every.as_deref().map_or(Ok(0.0), measure::time)?;
    Ok((0..raw.times.unwrap_or(1)).map(|i| (first + every * f64::from(i), dose * 1e6, share)).collect())
}

/// `5 min`, `0, 5, 10 min`, or `0 h to 24 h by 1 h`.
fn grid(text: &str) -> Result<Vec<f64>, String> {
    if let Some((from, rest)) = text.split_once(" to ") {
        let (to, by) = rest.split_once(" by ").ok_or_else(|| format!("`{text}` lacks `by`"))?;
        let (from, to, by) = (measure::time(from)?, measure::time(to)?, measure::time(by)?);
        if by <= 0.0 || to < from {
            return Err(format!("`{text}` is an empty range"));
        }
        let steps = ((to - from) / by + 1e-9) as usize;
        return Ok((0..=steps).map(|i| from + by * i as f64).collect());
    }
    let unit = text.trim().rsplit(' ').next().unwrap_or_default();
    let numbers = text.trim().strip_suffix(unit).unwrap_or(text);
    numbers.split(',').map(|n| measure::time(&format!("{} {unit}", n.trim()))).collect()
}

/// A grid that is dense where things happen: minutes at first, then a hundred geometric steps to the end.
fn default_grid(end: f64) -> Vec<f64> {
    const STEPS: usize = 96;
    const FIRST: f64 = 1.0 / 30.0;
    let mut out = vec![0.0];
    let growth = notation::functions::ln(end / FIRST) / STEPS as f64;
    out.extend((0..STEPS).map(|i| FIRST * notation::functions::exp(growth * i as f64)));
    out.push(end);
    out
}

fn given(raw: &RawDose) -> Result<Vec<Given>, String> {
    let (amount, amount_unit) = measure::quantity(&raw.amount)?;
    let mass = notation::unit::milligram.powers;
    let per_kg = amount_unit.powers == [0; 9] && amount_unit.symbol.contains("/kg");
    if !per_kg && amount_unit.powers != mass {
        return Err(format!("`{}` is no dose: write mg or mg/kg", raw.amount));
    }
    // mg/kg is a pure number in internal units (kg is 1e6 mg): turn it back into mg per kg.
    let amount_mg = if per_kg { amount * 1e6 } else { amount };
    let enantiomer = match raw.form.as_str() {
        "racemic" => Enantiomer::Racemic,
        "S" => Enantiomer::S,
        "R" => Enantiomer::R,
        other => return Err(format!("the form `{other}` is not racemic, S or R")),
    };
    let time = |key: &str, value: &Option<String>| match value {
        Some(text) => measure::time(text),
        None => Err(format!("the route `{}` needs `{key}`", raw.route)),
    };
    let disposition =
        if raw.spit.unwrap_or(false) { Disposition::Spit { residual: 0.0 } } else { Disposition::Swallow };
    let route = match raw.route.as_str() {
        "odt" => Route::SublingualOdt(Hold::odt(time("hold", &raw.hold)?, disposition)),
        "film" => Route::Film(Hold::film(time("hold", &raw.hold)?, disposition)),
        "troche" => Route::Troche(Hold::troche(time("hold", &raw.hold)?, disposition)),
        "oral" => Route::Oral,
        "nasal" => Route::Nasal {
            devices: raw.devices.unwrap_or(1),
            interval_hours: raw.apart.as_deref().map_or(Ok(0.0), measure::time)?,
        },
        "im" => Route::Intramuscular,
        "sc" => Route::Subcutaneous,
        "bolus" => Route::IntravenousBolus,
        "infusion" => Route::IntravenousInfusion { duration_hours: time("over", &raw.over)? },
        "rectal" => Route::Rectal,
        other => {
            let known = ["odt", "film", "troche", "oral", "nasal", "im", "sc", "bolus", "infusion", "rectal"];
            return Err(format!("the route `{other}` is not known, {}", nearest(other, known.into_iter())));
        }
    };
    let basis = if raw.salt.unwrap_or(false) { Basis::Hydrochloride } else { Basis::Base };
    let first = measure::time(&raw.at)?;
    let every = raw.every.as_deref().map_or(Ok(0.0), measure::time)?;
    Ok((0..raw.times.unwrap_or(1))
        .map(|i| Given {
            dose: Dose {
                time_hours: first + every * f64::from(i),
                amount_mg,
                basis,
                enantiomer,
                route,
                vomiting: None,
            },
            per_kg,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[film]\nabout = \"a film\"\nspecies = \"human\"\nend = \"6 h\"\nsample = [\"0, 5, 10 min\", \"1 h to 6 h by 1 h\"]\n\
        dose = [{ at = \"0 min\", amount = \"0.5 mg/kg\", form = \"S\", route = \"film\", hold = \"10 min\" }]\n";

    #[test]
    fn a_design_reads() {
        let s = &scenarios("s.toml", GOOD).unwrap()[0];
        assert_eq!(s.sample.len(), 9);
        assert!(s.doses[0].per_kg && (s.doses[0].dose.amount_mg - 0.5).abs() < 1e-12);
    }

    #[test]
    fn slips_are_refused_with_their_place() {
        for (from, to, word) in [
            ("\"film\", hold", "\"flim\", hold", "flim"),
            ("0.5 mg/kg", "0.5", "no unit"),
            ("0.5 mg/kg", "0.5 h", "no dose"),
            ("\"6 h\"\nsample", "\"5 h\"\nsample", "outside"),
            ("species", "spezies", "spezies"),
        ] {
            let problems = scenarios("s.toml", &GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(problems[0].cause.contains(word), "{problems:?}");
            assert!(problems[0].line >= 1 && problems[0].file == "s.toml");
        }
    }
}
