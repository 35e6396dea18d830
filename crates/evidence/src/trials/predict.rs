//! What trials of the published size would find: replicates from the mode of the posterior, shifted by what each member
//! changes in the same people.
//!
//! The pool of patients answers once under the mode; a replicate draws its patients from there with replacement.
//! Each other member answers for the first people of that pool again (same people, same random numbers), so that the
//! difference of the two figures is what the member changes, nearly free of chance. Replicates are shifted by the other
//! members in turn (the mode is no draw from the posterior): by addition, or for ratios by a factor. Percentages stay
//! between 0 and 100.

use super::Design;
use super::question::{Ask, Figure, Place};
use engine::Compiled;
use notation::System;
use notation::functions;
use std::cell::RefCell;
use std::collections::BTreeMap;
use therapy::random::{Stream, hash};
use therapy::session::conduct::CUFF;
use therapy::statistics::distribution::normal_quantile;
use therapy::trial::bridge::Bridge;
use therapy::trial::design::{Kind, Trial};
use therapy::trial::effect::{Case, Effect};
use therapy::trial::estimate::{Figure as Estimated, Sample, estimate};
use therapy::trial::laws::Between;
use therapy::trial::outcomes::sample;
use therapy::trial::path::Laws;
use therapy::trial::simulate::simulate;
use therapy::trial::table::{Row, Table, tabulate};

/// How the caller lets the model answer for many patients; the order of results is that of the cases.
pub type Answers<'a> = dyn Fn(&Bridge<'_>, &Compiled, &[Case<'_>]) -> Vec<Result<Effect, String>> + 'a;

/// How many times cheaper a patient without ketamine is, at least. Such trials are large, and the chance of a pool smaller
/// than a trial would be taken for the model's.
const CHEAP: usize = 4;

/// How much is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Patients per arm under the mode, at most; [`CHEAP`] times as many where nobody gets ketamine.
    pub pool: usize,
    /// Patients per arm under each other member, again [`CHEAP`] times as many where nobody gets ketamine. What chance did
    /// to few people under the mode would be undone under any other member, and be taken for a shift.
    pub paired: usize,
    /// Members, the mode included.
    pub members: usize,
    /// Replicates of the published size.
    pub replicates: usize,
}

impl Default for Size {
    fn default() -> Self {
        Size { pool: 1600, paired: 240, members: 61, replicates: 600 }
    }
}

impl Size {
    /// For tables of many variants: the mode alone, fewer people.
    pub fn small() -> Size {
        Size { pool: 100, paired: 0, members: 1, replicates: 25 }
    }
}

/// The predictions of one question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predicted {
    /// One number per replicate; infinite where a time is not reached, NaN where there is no number.
    pub replicates: Vec<f64>,
    /// Why there is none, if the trial could not be simulated.
    pub failure: Option<String>,
}

/// A simulated trial: signs as a table, the strongest rise of systolic pressure by group and patient.
struct Simulated {
    table: Table,
    rises: BTreeMap<(String, u64), f64>,
}

/// The posterior as the trial layer takes it.
pub struct Ensemble<'a> {
    /// The model.
    pub system: &'a System,
    /// Parameter vectors in internal units; the first is the mode.
    pub members: &'a [Vec<f64>],
    /// Settings of the whole run: dotted name, value in internal units.
    pub switched: &'a [(String, f64)],
    /// Laws outside the model.
    pub laws: &'a Laws,
}

/// Asks the questions of one design; the answers are in the order of the questions.
pub fn predict(
    design: &Design,
    asks: &[Ask],
    ensemble: &Ensemble,
    size: &Size,
    answers: &Answers,
) -> Result<Vec<Predicted>, String> {
    let members = ensemble.members.len().min(size.members).max(1);
    let mut trial = design.trial.clone();
    trial.draws = 1;
    let ketamine = trial.arms.iter().any(|arm| !arm.doses.is_empty()) || trial.lead_in.is_some();
    let many = if ketamine { 1 } else { CHEAP };
    trial.pool = trial.pool.min(many * size.pool);
    let mut bridge = Bridge::new(ensemble.system, trial.seed)?;
    let compiled = bridge.compile_for(&[&trial])?;
    let own = trial.seed ^ hash(&trial.title);
    let (levels, effects) = (levels(members, own, "levels"), levels(members, own, "effects"));
    let model = Model { bridge, compiled, levels, effects };
    let mode = one(&trial, ensemble, &model, 0, answers)?;
    trial.pool = trial.pool.min(many * size.paired);
    let first = |table: &Table| -> Vec<Vec<Row>> {
        let few = |rows: &Vec<Row>| rows.iter().filter(|r| r.patient < trial.pool as u64).cloned().collect();
        table.arms.iter().map(few).collect()
    };
    let base = Simulated { table: Table { arms: first(&mode.table), ..mode.table.clone() }, rises: mode.rises.clone() };
    let figures = |s: &Simulated, sample: &Sample| -> Vec<f64> {
        // Several questions ask the same endpoint; it is estimated once for all arms.
        let mut known: BTreeMap<usize, Vec<Estimated>> = BTreeMap::new();
        for endpoint in asks.iter().flat_map(|a| a.figure.endpoints()) {
            known.entry(endpoint).or_insert_with(|| estimate(&s.table, &trial.endpoints[endpoint], sample));
        }
        asks.iter().map(|a| figure(&trial, s, sample, &known, a.figure)).collect()
    };
    let everybody = |s: &Simulated| -> Vec<f64> {
        let sample: Sample = s.table.arms.iter().map(|rows| rows.iter().collect()).collect();
        figures(s, &sample)
    };
    let at_mode = if members > 1 { everybody(&base) } else { Vec::new() };
    let mut shifts: Vec<Vec<f64>> = vec![Vec::new()];
    for member in 1..members {
        shifts.push(everybody(&one(&trial, ensemble, &model, member, answers)?));
    }
    let mut out = vec![Predicted::default(); asks.len()];
    let drawn = mode.table.by_draw();
    for replicate in 0..size.replicates {
        let sample = sample(&trial, &drawn, replicate as u64);
        let drawn = figures(&mode, &sample);
        let member = if members > 1 { 1 + replicate % (members - 1) } else { 0 };
        for (i, (own, value)) in out.iter_mut().zip(&drawn).enumerate() {
            let shifted = match shifts[member].get(i) {
                Some(moved) => shift(&trial, asks[i].figure, *value, at_mode[i], *moved),
                None => *value,
            };
            own.replicates.push(shifted);
        }
    }
    Ok(out)
}

/// The model, narrowed to one trial, and how far the level of the trial lies from the typical one for each member.
struct Model<'a> {
    bridge: Bridge<'a>,
    compiled: Compiled,
    levels: Vec<f64>,
    /// The same of how much of ketamine's effect its programme shows.
    effects: Vec<f64>,
}

/// Standard normal levels of the members: the middles of as many equally likely parts, with a variance of one, in an
/// order of the trial's own, so that few members still hold the whole spread between trials. The mode has the typical level.
fn levels(members: usize, seed: u64, purpose: &str) -> Vec<f64> {
    let mut middles: Vec<f64> =
        (1..members).map(|i| normal_quantile((i as f64 - 0.5) / (members - 1) as f64)).collect();
    let variance = middles.iter().map(|z| z * z).sum::<f64>() / middles.len().max(1) as f64;
    if variance > 0.0 {
        middles.iter_mut().for_each(|z| *z /= variance.sqrt());
    }
    let mut stream = Stream::new(seed, "members", 0, purpose);
    for i in (1..middles.len()).rev() {
        middles.swap(i, stream.below(i + 1));
    }
    middles.insert(0, 0.0);
    middles
}

/// One member through the trial.
fn one(
    trial: &Trial,
    ensemble: &Ensemble,
    model: &Model<'_>,
    member: usize,
    answers: &Answers,
) -> Result<Simulated, String> {
    let mut system = ensemble.system.clone();
    for (field, value) in system.parameters.iter_mut().zip(&ensemble.members[member]) {
        field.value = value / field.unit.scale;
    }
    for (name, value) in ensemble.switched {
        if let Some(index) = system.parameter(name) {
            let field = &mut system.parameters[index];
            field.value = value / field.unit.scale;
        }
    }
    // The level of a trial is its own: no two designs share it.
    let normals = [model.levels[member], model.effects[member]];
    let mut laws = ensemble.laws.drawn_with(trial.seed ^ hash(&trial.title), member, &trial.own(), normals);
    // Nothing is left to draw.
    laws.between = Between::default();
    let mut bridge = model.bridge.over(&system);
    bridge.hold(laws);
    let compiled = &model.compiled;
    let rises: RefCell<BTreeMap<(String, u64), f64>> = RefCell::default();
    let mut answer = |cases: &[Case<'_>]| -> Vec<Result<Effect, String>> {
        let done = answers(&bridge, compiled, cases);
        for (case, effect) in cases.iter().zip(&done) {
            if let Ok(effect) = effect {
                let rise = measured_rise(trial.seed, case, effect);
                rises.borrow_mut().insert((case.group.to_owned(), case.person.number), rise);
            }
        }
        done
    };
    let done = simulate(trial, &laws, &mut answer).map_err(|nobody| nobody.to_string())?;
    if let Some(lost) = done.lost.first().filter(|_| done.people.is_empty()) {
        return Err(lost.cause.clone());
    }
    Ok(Simulated { table: tabulate(trial, &done.signs).0, rises: rises.into_inner() })
}

/// The largest rise of systolic pressure that a cuff shows over all sessions, mmHg: each is the difference of two readings.
fn measured_rise(seed: u64, case: &Case<'_>, effect: &Effect) -> f64 {
    let shown = effect.felt.iter().enumerate().map(|(session, felt)| {
        let mut stream = Stream::new(seed, case.group, case.person.number, &format!("cuff {session}"));
        felt.systolic_rise + CUFF * (stream.normal() - stream.normal())
    });
    shown.fold(0.0, f64::max)
}

/// What one sample of patients shows.
fn figure(
    trial: &Trial,
    simulated: &Simulated,
    sample: &Sample,
    known: &BTreeMap<usize, Vec<Estimated>>,
    figure: Figure,
) -> f64 {
    let table = &simulated.table;
    let one = |p: Place| known.get(&p.endpoint).and_then(|all| all.get(p.arm)).copied().unwrap_or_default();
    let value = |p: Place| -> f64 {
        let endpoint = &trial.endpoints[p.endpoint];
        one(p).value.unwrap_or(if endpoint.kind == Kind::TimeTo { f64::INFINITY } else { f64::NAN })
    };
    // Half a patient more on either side keeps odds and risks of small arms finite (Haldane 1956, Anscombe 1956).
    let share = |p: Place| -> f64 { one(p).count.map_or(f64::NAN, |(x, n)| (x as f64 + 0.5) / (n as f64 + 1.0)) };
    match figure {
        Figure::Value(p) => value(p),
        Figure::Event(p) => 100.0 - value(p),
        Figure::OddsRatio(p, q) => {
            let odds = |s: f64| s / (1.0 - s);
            odds(share(p)) / odds(share(q))
        }
        Figure::RiskRatio(p, q) => share(p) / share(q),
        Figure::Over(p, q) => value(p) / value(q),
        Figure::GapOver([a, b, c, d]) => (value(a) - value(b)) / (value(c) - value(d)),
        Figure::EffectSize(p) => {
            let scale = trial.endpoints[p.endpoint].scale;
            let baseline: Vec<f64> = sample[p.arm].iter().filter_map(|r| table.score(r, scale, 0)).collect();
            value(p) / therapy::statistics::describe::standard_deviation(&baseline)
        }
        Figure::Slope(p) => slope(trial, table, sample, p),
        Figure::PressureRise { arm, threshold } => {
            let group = &trial.arms[arm].name;
            let rows = &sample[arm];
            let rose = |r: &&&Row| simulated.rises.get(&(group.clone(), r.patient)).is_some_and(|v| *v >= threshold);
            100.0 * rows.iter().filter(rose).count() as f64 / rows.len() as f64
        }
        Figure::Indifferent(p) => one(p).p_value.map_or(f64::NAN, |v| if v > 0.05 { 1.0 } else { 0.0 }),
        Figure::Better(p) => one(p).p_value.map_or(f64::NAN, |v| if v < 0.05 && value(p) < 0.0 { 1.0 } else { 0.0 }),
    }
}

/// Most CADSS points of those among whom a slope is taken (Caliman-Fontes 2022 reports one up to 15).
const CADSS_CEILING: f64 = 15.0;

/// Change of the endpoint per CADSS point of the first session.
fn slope(trial: &Trial, table: &Table, sample: &Sample, place: Place) -> f64 {
    let endpoint = &trial.endpoints[place.endpoint];
    let Some(visit) = table.visit_at(endpoint.at) else { return f64::NAN };
    let points: Vec<(f64, f64)> = sample[place.arm]
        .iter()
        .filter_map(|r| {
            let felt = r.sessions.first()?.1;
            let change = table.score(r, endpoint.scale, visit)? - table.score(r, endpoint.scale, 0)?;
            (felt <= CADSS_CEILING).then_some((felt, change))
        })
        .collect();
    let n = points.len() as f64;
    let (x, y) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let moments = points.iter().fold((0.0, 0.0), |m, p| (m.0 + (p.0 - x) * (p.1 - y), m.1 + (p.0 - x) * (p.0 - x)));
    moments.0 / moments.1
}

/// A replicate's figure, moved as a member moves it in the same people.
fn shift(trial: &Trial, what: Figure, value: f64, before: f64, after: f64) -> f64 {
    if value.is_infinite() || after.is_infinite() {
        return f64::INFINITY;
    }
    if !(before.is_finite() && after.is_finite()) {
        return value;
    }
    match what {
        Figure::OddsRatio(..) | Figure::RiskRatio(..) if before > 0.0 && after > 0.0 => {
            value * functions::exp(functions::ln(after) - functions::ln(before))
        }
        Figure::Indifferent(_) | Figure::Better(_) => value,
        Figure::Event(_) | Figure::PressureRise { .. } => (value + (after - before)).clamp(0.0, 100.0),
        Figure::Value(p) if trial.endpoints[p.endpoint].unit() == "percent" => {
            (value + (after - before)).clamp(0.0, 100.0)
        }
        _ => value + (after - before),
    }
}
