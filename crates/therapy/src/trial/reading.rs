//! From a trial file to a trial: every problem at once, each with place, cause and remedy.

mod endpoint;

use super::design::*;
use super::parts::{self, Words};
use super::rule::{self, Rule};
use super::typed;
use crate::entry::{self, Entry, Value};
use crate::expectancy::{Blinding, Switches};
use crate::nearest::nearest;
use crate::plausible;
use crate::problem::{Notebook, Problems};
use crate::protocol::switches;
use crate::quantity::{Kind as Unit, written};
use crate::reading::{Reasons, choice, flag, list, missing, number, quantity, text};
use crate::scales::{SCALES, Scale, find};
use endpoint::endpoint;
use ketamine::hypotheses::Hypothesis;
use std::ops::Range;

/// Words for the shapes.
pub const SHAPES: &[(&str, Shape)] = &[
    ("parallel", Shape::Parallel),
    ("crossover", Shape::Crossover),
    ("randomised withdrawal", Shape::RandomisedWithdrawal),
    ("re-randomised", Shape::ReRandomised),
    ("sequential", Shape::Sequential),
    ("open label", Shape::OpenLabel),
];

/// Reads a trial file.
///
/// # Errors
/// Every problem of the file at once.
pub fn read(file: &str, source: &str) -> Result<Trial, Problems> {
    let mut notebook = Notebook::default();
    let trial = entry::read(source, &mut notebook)
        .map(|entry| typed::Trial::read(entry, "", &mut notebook))
        .and_then(|typed| meant(typed, &mut notebook));
    notebook.close(file, source, trial)
}

/// Where the parts of a trial stand, for messages that concern several of them.
struct Places {
    design: Range<usize>,
    arms: Vec<Range<usize>>,
}

fn meant(typed: typed::Trial, notebook: &mut Notebook) -> Option<Trial> {
    let top = typed.span.start..typed.span.start;
    for (name, present) in [
        ("design", typed.design.is_some()),
        ("follow", typed.follow.is_some()),
        ("arm", typed.arm.is_some()),
        ("visit", typed.visit.is_some()),
        ("endpoint", typed.endpoint.is_some()),
    ] {
        if let (Some(key), false) = (typed::Trial::KEYS.iter().find(|k| k.name == name), present) {
            missing(&top, key, "trial", notebook);
        }
    }
    let mut none = Reasons::default();
    let design_place = typed.design.as_ref().map_or(top.clone(), |e| e.span.clone());
    let shape = choice(typed.design, "design", SHAPES, notebook);
    let title = text(typed.title, "title", notebook).unwrap_or_else(|| "untitled".to_owned());
    let publication = text(typed.publication, "publication", notebook);
    let programme = text(typed.programme, "programme", notebook);
    let people_of = list(typed.people_of).into_iter().filter_map(|e| text(Some(e), "people_of", notebook)).collect();
    let seed = parts::whole(typed.seed, "seed", (0.0, 9e15), 1.0, notebook)?;
    let replicates = parts::whole(typed.replicates, "replicates", (1.0, 1e6), 1000.0, notebook)?;
    let (pool_given, draws_given) = (typed.pool.is_some(), typed.draws.is_some());
    let mut pool = parts::whole(typed.pool, "pool", (10.0, 1e7), 400.0, notebook)?;
    let mut draws = parts::whole(typed.draws, "draws", (1.0, 1e4), 1.0, notebook)?;
    let trials = parts::whole(typed.trials, "trials", (1.0, 1e4), 1.0, notebook)?;
    let follow = quantity(typed.follow, "follow", plausible::FOLLOW, &mut none, notebook).map(|q| q.value);
    let (profile, criteria) = (parts::profile(typed.population, notebook), parts::criteria(typed.include, notebook));
    let setting = setting(typed.setting, notebook);
    let hypotheses = typed.hypotheses.map(|entry| hypotheses(entry, notebook)).unwrap_or_default();
    let washout = typed.crossover.clone().and_then(|entry| {
        let typed = typed::Crossover::read(entry, "crossover", notebook);
        if typed.washout.is_none() {
            missing(&typed.span, &typed::Crossover::KEYS[0], "crossover", notebook);
        }
        quantity(typed.washout, "washout", plausible::MOMENT, &mut none, notebook).map(|q| q.value)
    });
    let lead_in_place = typed.lead_in.as_ref().map(|e| e.span.clone());
    let lead_in = typed.lead_in.and_then(|entry| parts::lead_in(entry, setting.session, notebook));
    let arm_entries = list(typed.arm);
    let places = Places { design: design_place, arms: arm_entries.iter().map(|e| e.span.clone()).collect() };
    let names = parts::arm_names(&arm_entries, notebook);
    let mut arms: Vec<Arm> =
        arm_entries.into_iter().filter_map(|e| parts::arm(e, &names, setting.session, notebook)).collect();
    parts::share_places(&mut arms);
    let largest = arms.iter().map(|a| a.n as f64).fold(1.0, f64::max);
    if !pool_given {
        pool = (USUAL_DRAWS * largest).clamp(2000.0, MOST_PEOPLE);
    }
    if !draws_given {
        draws = usual_draws(pool, largest, replicates);
    }
    let visits = parts::visits(list(typed.visit), follow.unwrap_or(f64::INFINITY), notebook);
    let dropout = parts::dropout(typed.dropout, notebook);
    if arms.len() < names.len() {
        return None;
    }
    let words = Words { arms: &names, visits: &visits, follow: follow.unwrap_or(f64::INFINITY) };
    let mut endpoints = Vec::new();
    for entry in list(typed.endpoint) {
        endpoints.push(endpoint(entry, &words, notebook));
    }
    let named: Vec<String> = endpoints.iter().flatten().map(|e: &Endpoint| e.name.clone()).collect();
    let endpoints: Option<Vec<Endpoint>> = endpoints.into_iter().collect();
    let observed: Vec<Option<Observed>> =
        list(typed.observed).into_iter().map(|e| parts::observed(e, (&named, &names), trials, notebook)).collect();
    let trial = Trial {
        title,
        publication,
        programme,
        people_of,
        shape: shape?,
        seed: seed as u64,
        replicates: replicates as usize,
        pool: pool as usize,
        draws: draws as usize,
        trials: trials as usize,
        follow: follow?,
        twins: false,
        profile,
        criteria,
        people: Vec::new(),
        blinding: setting.blinding,
        intensity: setting.intensity,
        switches: setting.switches,
        session: setting.session,
        quality: setting.quality,
        integration: setting.integration,
        hypotheses,
        washout: washout.unwrap_or(0.0),
        lead_in,
        arms,
        visits,
        dropout,
        endpoints: endpoints?,
        observed: observed.into_iter().collect::<Option<Vec<_>>>()?,
    };
    contradictions(&trial, &places, setting.blinding_given, washout.is_some(), lead_in_place, notebook);
    Some(trial)
}

/// Draws of what is not known where a file does not say; each holds the people of one trial if the pool allows.
const USUAL_DRAWS: f64 = 200.0;
/// Fewest.
const LEAST_DRAWS: f64 = 30.0;
/// Most virtual patients per arm where a file does not say.
const MOST_PEOPLE: f64 = 30000.0;

/// As many draws as there are trials in the pool, but no more than replicates; at least 30 (or one in twenty of a small
/// pool), though each then holds fewer people than the trial had.
fn usual_draws(pool: f64, largest: f64, replicates: f64) -> f64 {
    let least = (pool / 20.0).min(LEAST_DRAWS);
    (pool / largest).floor().clamp(least, replicates.max(least)).floor().max(1.0)
}

impl Trial {
    /// Another number of virtual patients per arm, with as many draws of what is not known as suit it.
    pub fn resize(&mut self, pool: usize) {
        let largest = self.arms.iter().map(|a| a.n as f64).fold(1.0, f64::max);
        self.pool = pool;
        self.draws = usual_draws(pool as f64, largest, self.replicates as f64) as usize;
    }
}

/// Disputed steps; what patients can guess is a matter of the setting here, not of the model.
fn hypotheses(entry: Entry, notebook: &mut Notebook) -> Vec<(&'static Hypothesis, bool)> {
    let place = entry.span.clone();
    let switched = switches(entry, notebook);
    if switched.iter().any(|(hypothesis, _)| hypothesis.name == "unblinding") {
        let cause = "in a trial, what felt effects tell of the arm is a path of the setting";
        notebook.note(
            &place,
            "`unblinding` is no hypothesis of a trial",
            cause,
            "write unblinding = false in [setting]",
        );
    }
    switched
}

struct Setting {
    blinding: Blinding,
    blinding_given: Option<Range<usize>>,
    intensity: f64,
    switches: Switches,
    session: f64,
    quality: f64,
    integration: f64,
}

fn setting(entry: Option<Entry>, notebook: &mut Notebook) -> Setting {
    let typed = entry.map(|e| typed::Setting::read(e, "setting", notebook)).unwrap_or_default();
    let words = [("open", Blinding::Open), ("double", Blinding::Double), ("masked", Blinding::Masked)];
    let blinding_given = typed.blinding.as_ref().map(|e| e.span.clone());
    let session = quantity(typed.session, "session", plausible::SESSION, &mut Reasons::default(), notebook);
    Setting {
        blinding: choice(typed.blinding, "blinding", &words, notebook).unwrap_or(Blinding::Double),
        blinding_given,
        intensity: number(typed.intensity, "intensity", (0.0, 2.0), true, notebook).unwrap_or(1.0),
        switches: Switches {
            expectancy: flag(typed.expectancy, "expectancy", notebook).unwrap_or(true),
            unblinding: flag(typed.unblinding, "unblinding", notebook).unwrap_or(true),
        },
        session: session.map_or(2.0, |q| q.value),
        quality: number(typed.quality, "quality", (0.0, 1.0), true, notebook).unwrap_or(1.0),
        integration: number(typed.integration, "integration", (0.0, 1.0), true, notebook).unwrap_or(0.0),
    }
}

/// What no single key shows: parts of the design that exclude each other.
fn contradictions(
    trial: &Trial,
    places: &Places,
    blinding: Option<Range<usize>>,
    washout: bool,
    lead_in: Option<Range<usize>>,
    notebook: &mut Notebook,
) {
    let design = &places.design;
    if trial.shape == Shape::OpenLabel
        && trial.blinding != Blinding::Open
        && let Some(place) = blinding.as_ref()
    {
        let cause = "in an open label trial everybody knows what is given";
        notebook.note(
            place,
            "`blinding` contradicts the design",
            cause,
            "write blinding = \"open\", or choose another design",
        );
    }
    if trial.shape == Shape::Crossover {
        if trial.arms.len() < 2 {
            let remedy = "add a second [[arm]], or write design = \"open label\"";
            notebook.note(design, "a crossover with one arm", "there is nothing to cross over to", remedy);
        }
        if !washout {
            let remedy = "add [crossover] with washout = \"28 d\"";
            notebook.note(design, "a crossover without a washout", "the second period needs a start", remedy);
        }
    } else if washout {
        let cause = "only a crossover has a washout between periods";
        notebook.note(
            design,
            "`[crossover]` contradicts the design",
            cause,
            "write design = \"crossover\", or remove it",
        );
    }
    match (trial.shape == Shape::RandomisedWithdrawal, lead_in) {
        (true, None) => {
            let cause = "patients are randomised after a lead-in, and there is none";
            notebook.note(design, "a randomised withdrawal without a lead-in", cause, "add a [lead_in] table");
        }
        (false, Some(place)) => {
            let cause = "only a randomised withdrawal has one";
            notebook.note(
                &place,
                "`[lead_in]` contradicts the design",
                cause,
                "write design = \"randomised withdrawal\"",
            );
        }
        _ => {}
    }
    if matches!(trial.shape, Shape::ReRandomised | Shape::Sequential)
        && trial.arms.iter().all(|a| a.decisions.is_empty())
    {
        let cause = "no arm has a rule by which treatment changes";
        notebook.note(design, "the design changes treatment, but no rule says when", cause, "add an [[arm.decision]]");
    }
    for (arm, place) in trial.arms.iter().zip(&places.arms) {
        let last = arm.doses.last().map_or(0.0, |d| d.time);
        let first = arm.doses.first().map_or(0.0, |d| d.time);
        if last > trial.follow || first < 0.0 {
            let cause = format!("patients are followed from 0 to {}", written(trial.follow, Unit::Time));
            notebook.note(
                place,
                format!("arm \"{}\" is dosed outside follow-up", arm.name),
                cause,
                "follow longer, or dose within",
            );
        }
        for decision in &arm.decisions {
            if decision.at > trial.follow
                || !trial.visits.iter().any(|v| (v.at - decision.at).abs() < 1e-9 && v.scales.contains(&decision.scale))
            {
                let cause = format!("no visit reads {} at {}", decision.scale.name, written(decision.at, Unit::Time));
                notebook.note(
                    place,
                    "a decision without a visit",
                    cause,
                    "add a [[visit]] at that time with that scale",
                );
            }
        }
    }
}

/// A scale by its name.
pub(super) fn scale(entry: Option<Entry>, key: &str, notebook: &mut Notebook) -> Option<&'static Scale> {
    let entry = entry?;
    let place = entry.span.clone();
    let name = text(Some(entry), key, notebook)?;
    let found = find(&name);
    if found.is_none() {
        let close = nearest(&name, SCALES.iter().map(|s| s.name)).unwrap_or("");
        let all = SCALES.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
        notebook.note(
            &place,
            format!("no scale is called \"{name}\""),
            format!("known are: {all}"),
            format!("did you mean \"{close}\"?"),
        );
    }
    found
}

/// A rule as text.
pub(super) fn read_rule(entry: Entry, notebook: &mut Notebook) -> Option<Rule> {
    let place = entry.span.clone();
    let Value::Text(written) = &entry.value else {
        let cause = format!("{} stands here", entry.value.kind());
        notebook.note(&place, "`rule` has to be a text", cause, "write rule = \"fall >= 50 %\"");
        return None;
    };
    match rule::parse(written) {
        Ok(rule) => Some(rule),
        Err(cause) => {
            let remedy = "write it as \"fall >= 50 %\", \"fall >= 5 points\", \"score <= 12\" or \"score >= 14\"";
            notebook.note(&place, format!("\"{written}\" is no rule"), cause, remedy);
            None
        }
    }
}
