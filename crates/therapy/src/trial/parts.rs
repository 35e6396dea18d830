//! The tables of a trial file, one function each: from what was typed to what is meant.

use super::design::*;
use super::reading::{read_rule, scale};
use super::typed;
use crate::covariates::{Bell, COVARIATES, Criterion, Feature, Profile, bell_of_score};
use crate::dose::{self, Amount, Dose};
use crate::entry::{Entry, Value};
use crate::nearest::nearest;
use crate::patient::CLASSES;
use crate::plausible;
use crate::problem::Notebook;
use crate::quantity::{Kind as Unit, Quantity, written};
use crate::reading::{Reasons, choice, flag, list, missing, number, quantity, text};
use crate::scales::{Domain, find};

/// Names that other tables refer to.
pub(super) struct Words<'a> {
    pub arms: &'a [String],
    pub visits: &'a [Visit],
    /// How long a patient is followed, h.
    pub follow: f64,
}

/// A whole number within a range, or the usual one. Nothing if a problem was noted.
pub(super) fn whole(
    entry: Option<Entry>,
    key: &str,
    range: (f64, f64),
    usual: f64,
    notebook: &mut Notebook,
) -> Option<f64> {
    let Some(entry) = entry else { return Some(usual) };
    let place = entry.span.clone();
    let value = number(Some(entry), key, range, false, notebook)?;
    if value.fract() != 0.0 {
        let remedy = format!("write {key} = {}", value.round());
        notebook.note(&place, format!("`{key}` has to be a whole number"), format!("{value} was read"), remedy);
        return None;
    }
    Some(value)
}

fn moment(entry: Option<Entry>, key: &str, notebook: &mut Notebook) -> Option<f64> {
    quantity(entry, key, plausible::MOMENT, &mut Reasons::default(), notebook).map(|q| q.value)
}

pub(super) fn profile(entry: Option<Entry>, notebook: &mut Notebook) -> Profile {
    let mut profile = Profile::default();
    let Some(entry) = entry else { return profile };
    let typed = typed::Population::read(entry, "population", notebook);
    let bell =
        |entry: Option<Entry>, ranges: &[plausible::Range], factor: f64, usual: Bell, notebook: &mut Notebook| {
            let Some(entry) = entry else { return usual };
            let typed = typed::Bell::read(entry, "mean and sd", notebook);
            for (key, present) in typed::Bell::KEYS.iter().zip([typed.mean.is_some(), typed.sd.is_some()]) {
                if !present {
                    missing(&typed.span, key, "population", notebook);
                }
            }
            let kind = ranges[0].kind;
            let spread = [plausible::Range { kind, low: 0.0, ..ranges[0] }];
            let mut none = Reasons::default();
            let mean =
                quantity(typed.mean, "mean", ranges, &mut none, notebook).map_or(usual.mean, |q| q.value / factor);
            let sd = quantity(typed.sd, "sd", &spread, &mut none, notebook).map_or(usual.sd, |q| q.value / factor);
            Bell { mean, sd }
        };
    profile.age = bell(typed.age, plausible::AGE, 8766.0, profile.age, notebook);
    profile.weight_women = bell(typed.weight_women, plausible::WEIGHT, 1e6, profile.weight_women, notebook);
    profile.weight_men = bell(typed.weight_men, plausible::WEIGHT, 1e6, profile.weight_men, notebook);
    let mut share = |entry, key: &str, usual: f64| number(entry, key, (0.0, 1.0), true, notebook).unwrap_or(usual);
    profile.women = share(typed.women, "women", profile.women);
    profile.benzodiazepine = share(typed.benzodiazepine, "benzodiazepine", 0.0);
    profile.ssri = share(typed.ssri, "ssri", 0.0);
    profile.stimulant = share(typed.stimulant, "stimulant", 0.0);
    profile.met_frequency = share(typed.met_frequency, "met_frequency", profile.met_frequency);
    profile.failed_mean = number(typed.failed_treatments, "failed_treatments", (0.0, 50.0), false, notebook)
        .unwrap_or(profile.failed_mean);
    profile.stress_median = number(typed.stress, "stress", (0.0, 3.0), true, notebook).unwrap_or(profile.stress_median);
    profile.chronicity_median =
        quantity(typed.chronicity, "chronicity", plausible::EPISODE, &mut Reasons::default(), notebook)
            .map_or(profile.chronicity_median, |q| q.value / 8766.0);
    for entry in list(typed.severity) {
        severity(entry, &mut profile, notebook);
    }
    profile
}

fn severity(entry: Entry, profile: &mut Profile, notebook: &mut Notebook) {
    let typed = typed::Severity::read(entry, "population.severity", notebook);
    for (key, present) in
        typed::Severity::KEYS.iter().zip([typed.scale.is_some(), typed.mean.is_some(), typed.sd.is_some()])
    {
        if !present {
            missing(&typed.span, key, "population.severity", notebook);
        }
    }
    let Some(scale) = scale(typed.scale, "scale", notebook) else { return };
    let range = [plausible::points(scale.highest())];
    let mut points = |entry, key| quantity(entry, key, &range, &mut Reasons::default(), notebook).map(|q| q.value);
    let (mean, sd) = (points(typed.mean, "mean"), points(typed.sd, "sd"));
    let (Some(mean), Some(sd)) = (mean, sd) else { return };
    let bell = bell_of_score(scale, mean, sd);
    if let Some(i) = Domain::LATENT.iter().position(|d| *d == scale.domain) {
        profile.severity[i] = bell;
        if scale.domain == Domain::Trauma {
            profile.severity[i + 1] = bell;
        }
    }
}

pub(super) fn criteria(entry: Option<Entry>, notebook: &mut Notebook) -> Vec<Criterion> {
    list(entry).into_iter().filter_map(|entry| criterion(entry, notebook)).collect()
}

fn criterion(entry: Entry, notebook: &mut Notebook) -> Option<Criterion> {
    let typed = typed::Include::read(entry, "include", notebook);
    if typed.what.is_none() {
        missing(&typed.span, &typed::Include::KEYS[0], "include", notebook);
    }
    let place = typed.what.as_ref().map_or(typed.span.clone(), |e| e.span.clone());
    let name = text(typed.what, "what", notebook)?;
    if typed.at_least.is_none() && typed.at_most.is_none() {
        let remedy = "add at_least, at_most or both";
        notebook.note(&place, format!("`{name}` has no bound"), "everybody would enter", remedy);
        return None;
    }
    let covariate = COVARIATES.iter().find(|c| c.replace('_', " ") == name.replace('_', " ").to_lowercase());
    let (feature, ranges, factor): (Feature, Option<Vec<plausible::Range>>, f64) = match (find(&name), covariate) {
        (Some(scale), _) => (Feature::Score(scale), Some(vec![plausible::points(scale.highest())]), 1.0),
        (None, Some(&"age")) => (Feature::Covariate("age"), Some(plausible::AGE.to_vec()), 8766.0),
        (None, Some(&"chronicity")) => (Feature::Covariate("chronicity"), Some(plausible::EPISODE.to_vec()), 8766.0),
        (None, Some(&"weight")) => (Feature::Covariate("weight"), Some(plausible::WEIGHT.to_vec()), 1e6),
        (None, Some(&"height")) => (Feature::Covariate("height"), Some(plausible::HEIGHT.to_vec()), 1.0),
        (None, Some(&name)) => (Feature::Covariate(name), None, 1.0),
        (None, None) => {
            let known = || COVARIATES.iter().copied().chain(crate::scales::SCALES.iter().map(|s| s.name));
            let close = nearest(&name, known()).unwrap_or("");
            let cause = format!("known are the scales and: {}", COVARIATES.join(", "));
            notebook.note(&place, format!("unknown covariate \"{name}\""), cause, format!("did you mean \"{close}\"?"));
            return None;
        }
    };
    let mut bound = |entry: Option<Entry>, key: &str, usual: f64| -> Option<f64> {
        let Some(entry) = entry else { return Some(usual) };
        match &ranges {
            Some(ranges) => {
                quantity(Some(entry), key, ranges, &mut Reasons::default(), notebook).map(|q| q.value / factor)
            }
            None => number(Some(entry), key, (0.0, 1e6), false, notebook),
        }
    };
    let low = bound(typed.at_least, "at_least", f64::NEG_INFINITY)?;
    let high = bound(typed.at_most, "at_most", f64::INFINITY)?;
    if low > high {
        let cause = "at_least lies above at_most";
        notebook.note(&place, format!("nobody can meet `{name}`"), cause, "swap the two bounds");
        return None;
    }
    Some(Criterion { feature, low, high })
}

pub(super) fn lead_in(entry: Entry, session: f64, notebook: &mut Notebook) -> Option<LeadIn> {
    let typed = typed::LeadIn::read(entry, "lead_in", notebook);
    for (name, present) in
        [("length", typed.length.is_some()), ("scale", typed.scale.is_some()), ("rule", typed.rule.is_some())]
    {
        if let (Some(key), false) = (typed::LeadIn::KEYS.iter().find(|k| k.name == name), present) {
            missing(&typed.span, key, "lead_in", notebook);
        }
    }
    let length = quantity(typed.length, "length", plausible::FOLLOW, &mut Reasons::default(), notebook);
    let doses = doses(list(typed.dose), session, notebook);
    let drugs = list(typed.drug).into_iter().filter_map(|e| drug(e, notebook)).collect();
    let scale = scale(typed.scale, "scale", notebook);
    let rule = typed.rule.and_then(|e| read_rule(e, notebook));
    Some(LeadIn { length: length?.value, doses, drugs, scale: scale?, rule: rule? })
}

fn doses(entries: Vec<Entry>, session: f64, notebook: &mut Notebook) -> Vec<Dose> {
    let mut doses = Vec::new();
    for entry in entries {
        let typed = crate::typed::Dose::read(entry, "dose", notebook);
        if let Some((more, _)) = dose::meant(typed, session, notebook) {
            doses.extend(more);
        }
    }
    doses.sort_by(|a, b| a.time.total_cmp(&b.time));
    doses
}

fn drug(entry: Entry, notebook: &mut Notebook) -> Option<Drug> {
    let typed = typed::Drug::read(entry, "drug", notebook);
    if typed.class.is_none() {
        missing(&typed.span, &typed::Drug::KEYS[1], "drug", notebook);
    }
    let class = choice(typed.class, "class", CLASSES, notebook);
    let name = text(typed.drug, "drug", notebook);
    let from = moment(typed.from, "from", notebook).unwrap_or(0.0);
    let until = moment(typed.until, "until", notebook);
    let new = flag(typed.new, "new", notebook).unwrap_or(false);
    let class = class?;
    let word = CLASSES.iter().find(|(_, c)| *c == class).map_or("", |(word, _)| word);
    Some(Drug { name: name.unwrap_or_else(|| word.to_owned()), class, from, until, new })
}

fn sham(entry: Entry, notebook: &mut Notebook) -> Vec<Sham> {
    let typed = typed::Sham::read(entry, "arm.sham", notebook);
    let first = moment(typed.first, "first", notebook).unwrap_or(0.0);
    let every = quantity(typed.every, "every", plausible::INTERVAL, &mut Reasons::default(), notebook);
    let times = whole(typed.times, "times", (1.0, 1000.0), 1.0, notebook).unwrap_or(1.0);
    if times > 1.0 && every.is_none() {
        missing(&typed.span, &typed::Sham::KEYS[1], "arm.sham", notebook);
    }
    let drug = choice(typed.drug, "drug", &[("midazolam", Feels::Midazolam)], notebook);
    let range = [plausible::points(92.0)];
    let place = typed.feels.as_ref().map(|entry| entry.span.clone());
    let points = quantity(typed.feels, "feels", &range, &mut Reasons::default(), notebook).map_or(0.0, |q| q.value);
    match place {
        Some(place) if drug.is_some() => notebook.note(
            &place,
            "`feels` stands beside `drug`",
            "what midazolam feels like is a law that is fitted and drawn, so that both would say it",
            "delete one of the two",
        ),
        Some(_) if text(typed.reason, "reason", notebook).is_none() => {
            missing(&typed.span, &typed::Sham::KEYS[5], "arm.sham", notebook);
        }
        _ => {}
    }
    let feels = drug.unwrap_or(Feels::Points(points));
    let every = every.map_or(0.0, |q| q.value);
    (0..times as u32).map(|i| Sham { time: first + every * f64::from(i), feels }).collect()
}

/// The names of the arms in order; notes one that occurs twice or is missing.
pub(super) fn arm_names(entries: &[Entry], notebook: &mut Notebook) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let Value::Table(items) = &entry.value else { continue };
        let found = items.iter().find_map(|(key, value)| match (&key.value, &value.value) {
            (Value::Text(key), Value::Text(name)) if key == "name" => Some((name.clone(), value.span.clone())),
            _ => None,
        });
        match found {
            Some((name, place)) if names.contains(&name) => {
                let cause = "patients and results are told apart by the name of their arm";
                notebook.note(&place, format!("two arms are called \"{name}\""), cause, "give each arm its own name");
                names.push(format!("{name} {}", names.len() + 1));
            }
            Some((name, _)) => names.push(name),
            None => {
                missing(&entry.span, &typed::Arm::KEYS[0], "arm", notebook);
                names.push(format!("arm {}", names.len() + 1));
            }
        }
    }
    names
}

/// The index of a named arm.
pub(super) fn arm_index(entry: Entry, key: &str, names: &[String], notebook: &mut Notebook) -> Option<usize> {
    let place = entry.span.clone();
    let name = text(Some(entry), key, notebook)?;
    let found = names.iter().position(|n| *n == name);
    if found.is_none() {
        let close = nearest(&name, names.iter().map(String::as_str)).unwrap_or("");
        let cause = format!("the arms are: {}", names.join(", "));
        notebook.note(&place, format!("no arm is called \"{name}\""), cause, format!("did you mean \"{close}\"?"));
    }
    found
}

pub(super) fn arm(entry: Entry, names: &[String], session: f64, notebook: &mut Notebook) -> Option<Arm> {
    let typed = typed::Arm::read(entry, "arm", notebook);
    if typed.n.is_none() {
        missing(&typed.span, &typed::Arm::KEYS[1], "arm", notebook);
    }
    let name = text(typed.name, "name", notebook)?;
    let n = whole(typed.n, "n", (1.0, 1e6), 1.0, notebook);
    let allocation = match typed.allocation {
        Some(entry) => number(Some(entry), "allocation", (0.0, 1e6), true, notebook),
        None => n,
    };
    let doses = doses(list(typed.dose), session, notebook);
    let drugs: Vec<Drug> = list(typed.drug).into_iter().filter_map(|e| drug(e, notebook)).collect();
    let mut shams: Vec<Sham> = list(typed.sham).into_iter().flat_map(|e| sham(e, notebook)).collect();
    shams.sort_by(|a, b| a.time.total_cmp(&b.time));
    let on_test = flag(typed.on_test, "on_test", notebook).unwrap_or(!doses.is_empty());
    let mut decisions: Vec<Decision> =
        list(typed.decision).into_iter().filter_map(|e| decision(e, names, notebook)).collect();
    decisions.sort_by(|a, b| a.at.total_cmp(&b.at));
    Some(Arm { name, n: n? as usize, allocation: allocation?, on_test, doses, drugs, shams, decisions })
}

/// Turns relative allocations into shares of places.
pub(super) fn share_places(arms: &mut [Arm]) {
    let total: f64 = arms.iter().map(|a| a.allocation).sum();
    for arm in arms {
        arm.allocation = if total > 0.0 { arm.allocation / total } else { 0.0 };
    }
}

fn decision(entry: Entry, names: &[String], notebook: &mut Notebook) -> Option<Decision> {
    let typed = typed::Decision::read(entry, "arm.decision", notebook);
    for (name, present) in
        [("at", typed.at.is_some()), ("scale", typed.scale.is_some()), ("rule", typed.rule.is_some())]
    {
        if let (Some(key), false) = (typed::Decision::KEYS.iter().find(|k| k.name == name), present) {
            missing(&typed.span, key, "arm.decision", notebook);
        }
    }
    let at = moment(typed.at, "at", notebook);
    let scale = scale(typed.scale, "scale", notebook);
    let rule = typed.rule.and_then(|e| read_rule(e, notebook));
    let felt = [plausible::points(92.0)];
    let felt_at_most =
        quantity(typed.felt_at_most, "felt_at_most", &felt, &mut Reasons::default(), notebook).map(|q| q.value);
    let mut changes = Vec::new();
    if let Some(entry) = typed.amount {
        let ranges = plausible::dose(dose::Route::Oral);
        let read = quantity(Some(entry), "amount", ranges, &mut Reasons::default(), notebook)?;
        changes.push(Change::Amount(match read {
            Quantity { value, kind: Unit::MassPerWeight } => Amount::MilligramsPerKilogram(value),
            Quantity { value, .. } => Amount::Milligrams(value),
        }));
    }
    if flag(typed.stop, "stop", notebook) == Some(true) {
        changes.push(Change::Stop);
    }
    if let Some(entry) = typed.drug {
        changes.push(Change::Start(drug(entry, notebook)?));
    }
    if let Some(entry) = typed.arm {
        changes.push(Change::GoOverTo(arm_index(entry, "arm", names, notebook)?));
    }
    if changes.is_empty() {
        let remedy = "add amount, stop, drug or arm";
        notebook.note(&typed.span, "a decision that changes nothing", "no change is named", remedy);
        return None;
    }
    Some(Decision { at: at?, scale: scale?, rule: rule?, felt_at_most, changes })
}

pub(super) fn visits(entries: Vec<Entry>, follow: f64, notebook: &mut Notebook) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for entry in entries {
        let typed = typed::Visit::read(entry, "visit", notebook);
        for (name, present) in [("at", typed.at.is_some()), ("scales", typed.scales.is_some())] {
            if let (Some(key), false) = (typed::Visit::KEYS.iter().find(|k| k.name == name), present) {
                missing(&typed.span, key, "visit", notebook);
            }
        }
        let window = moment(typed.window, "window", notebook).unwrap_or(0.0);
        let scales: Vec<_> =
            list(typed.scales).into_iter().filter_map(|e| scale(Some(e), "scales", notebook)).collect();
        for at in list(typed.at) {
            let place = at.span.clone();
            let Some(time) = moment(Some(at), "at", notebook) else { continue };
            if time < 0.0 || time > follow {
                let what = format!("a visit at {} lies outside follow-up", written(time, Unit::Time));
                let cause = format!("patients are followed from 0 to {}", written(follow, Unit::Time));
                notebook.note(&place, what, cause, "choose a time within `follow`, or follow longer");
                continue;
            }
            match visits.iter_mut().find(|v| (v.at - time).abs() < 1e-9) {
                Some(visit) => {
                    let new: Vec<_> = scales.iter().filter(|s| !visit.scales.contains(s)).copied().collect();
                    visit.scales.extend(new);
                }
                None => visits.push(Visit { at: time, window, scales: scales.clone() }),
            }
        }
    }
    visits.sort_by(|a, b| a.at.total_cmp(&b.at));
    // Every scale that is read later has a baseline.
    let mut all = Vec::new();
    for scale in visits.iter().flat_map(|v| v.scales.iter().copied()) {
        if !all.contains(&scale) {
            all.push(scale);
        }
    }
    match visits.first_mut() {
        Some(first) if first.at == 0.0 => first.scales = all,
        _ => visits.insert(0, Visit { at: 0.0, window: 0.0, scales: all }),
    }
    visits
}

pub(super) fn dropout(entry: Option<Entry>, notebook: &mut Notebook) -> Dropout {
    let typed = entry.map(|e| typed::Dropout::read(e, "dropout", notebook)).unwrap_or_default();
    let mut share = |entry, key: &str| number(entry, key, (0.0, 1.0), true, notebook).unwrap_or(0.0);
    Dropout {
        completely_at_random: share(typed.completely_at_random, "completely_at_random"),
        at_random: share(typed.at_random, "at_random"),
        lack_of_effect: share(typed.lack_of_effect, "lack_of_effect"),
        adverse_effects: share(typed.adverse_effects, "adverse_effects"),
    }
}

pub(super) fn observed(
    entry: Entry,
    (endpoints, arms): (&[String], &[String]),
    trials: f64,
    notebook: &mut Notebook,
) -> Option<Observed> {
    let typed = typed::Observed::read(entry, "observed", notebook);
    for (name, present) in [
        ("endpoint", typed.endpoint.is_some()),
        ("arm", typed.arm.is_some()),
        ("value", typed.value.is_some()),
        ("source", typed.source.is_some()),
    ] {
        if let (Some(key), false) = (typed::Observed::KEYS.iter().find(|k| k.name == name), present) {
            missing(&typed.span, key, "observed", notebook);
        }
    }
    let place = typed.endpoint.as_ref().map_or(typed.span.clone(), |e| e.span.clone());
    let name = text(typed.endpoint, "endpoint", notebook)?;
    let endpoint = endpoints.iter().position(|e| *e == name);
    if endpoint.is_none() {
        let close = nearest(&name, endpoints.iter().map(String::as_str)).unwrap_or("");
        let cause = format!("the endpoints are: {}", endpoints.join(", "));
        notebook.note(&place, format!("no endpoint is called \"{name}\""), cause, format!("did you mean \"{close}\"?"));
    }
    let arm = arm_index(typed.arm?, "arm", arms, notebook);
    let value = number(typed.value, "value", (-1e6, 1e6), false, notebook);
    let trials = whole(typed.trials, "trials", (1.0, 1e4), trials, notebook)? as usize;
    let spread = text(typed.spread, "spread", notebook);
    let source = text(typed.source, "source", notebook);
    let sets = [("calibration", true), ("check", false)];
    let calibration = choice(typed.set, "set", &sets, notebook).unwrap_or(false);
    Some(Observed { endpoint: endpoint?, arm: arm?, value: value?, spread, source: source?, calibration, trials })
}
