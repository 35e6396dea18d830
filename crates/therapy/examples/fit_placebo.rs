//! Fits expectancy, the untreated course and the room for improvement to the calibration rows of the shipped trials.
//!
//! `cargo run --release -p therapy --example fit_placebo` prints the fitted values; they are then written, as printed,
//! into `expectancy.rs` and `illness.rs` with `fitted`. The model answers once; only what lies outside it is fitted.
//! Weighted least squares by Nelder and Mead from the present values, with a log-normal prior of 0.7 around the first guesses.
//! Validation rows (`set = "check"`) are never looked at.

use engine::{Selection, Settings};
use std::cell::RefCell;
use std::collections::HashMap;
use therapy::statistics::describe::standard_deviation;
use therapy::trial::bridge::Bridge;
use therapy::trial::effect::{Case, Effect};
use therapy::trial::outcomes::{conclude, replicate};
use therapy::trial::path::Laws;
use therapy::trial::simulate::simulate;
use therapy::trial::table::tabulate;
use therapy::trial::{Trial, read};

const TRIALS: [&str; 6] =
    ["berman-2000", "murrough-2013", "murrough-2013-repeated", "transform-1", "transform-2", "ssri-against-placebo"];

/// First guesses, which are also the centres of the prior: strongest, time scale (h), shape, weight of a new treatment,
/// recovery, its spread, room for improvement, its spread.
const FIRST: [f64; 8] = [1.0, 168.0, 0.5, 0.5, 0.35, 0.6, 1.5, 0.6];
const NAMES: [&str; 8] = [
    "strongest",
    "timescale (h)",
    "shape",
    "new_treatment_weight",
    "recovery",
    "recovery, spread between people",
    "room",
    "room, spread between people",
];

/// Spread of the change of MADRS at day 28 under placebo with a new antidepressant:
/// clinical_outcomes, TRANSFORM-1/2 pooled, placebo+AD women SD 14.67 (n = 138), men SD 14.3 (n = 70).
const CHANGE_SD: f64 = 14.5;

fn laws(x: &[f64]) -> Laws {
    let mut laws = Laws::default();
    laws.expectancy.strongest = x[0].exp();
    laws.expectancy.timescale = x[1].exp();
    laws.expectancy.shape = x[2].exp();
    laws.expectancy.new_treatment_weight = x[3].exp();
    laws.illness.recovery = x[4].exp();
    laws.recovery_spread = x[5].exp();
    laws.expectancy.room = x[6].exp();
    laws.room_spread = x[7].exp();
    laws
}

/// By group, patient and the milligrams of each dose (rules change them).
type Memory = HashMap<(String, u64, Vec<u64>), Effect>;

fn key(case: &Case<'_>) -> (String, u64, Vec<u64>) {
    let doses =
        case.treatment.doses.iter().map(|d| d.milligrams(case.person.weight).to_bits() ^ d.time.to_bits()).collect();
    (case.group.to_owned(), case.person.number, doses)
}

#[allow(clippy::print_stdout)]
fn main() {
    let system = notation::trace::<ketamine::Reference>();
    let bridge = Bridge::new(&system, 1).unwrap_or_else(|e| panic!("{e}"));
    let compiled =
        engine::compile(&system, &Selection::Only(bridge.selection.clone())).unwrap_or_else(|e| panic!("{e}"));
    let settings = Settings { relative: 1e-4, absolute: 1e-6, ..Settings::default() };
    let mut trials: Vec<(Trial, RefCell<Memory>)> = Vec::new();
    for name in TRIALS {
        let path = format!("{}/../../examples/trials/{name}/trial.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut trial = read(&path, &text).unwrap_or_else(|problems| panic!("{problems}"));
        trial.pool = 150;
        trial.replicates = 1;
        trials.push((trial, RefCell::new(Memory::new())));
    }
    let cost = |x: &[f64], tell: bool| -> f64 {
        let laws = laws(x);
        let mut sum: f64 = x.iter().zip(FIRST).map(|(x, first)| ((x - f64::ln(first)) / 0.7).powi(2)).sum();
        for (trial, memory) in &trials {
            let mut answer = |cases: &[Case<'_>]| -> Vec<Result<Effect, String>> {
                let mut memory = memory.borrow_mut();
                cases
                    .iter()
                    .map(|case| {
                        if let Some(known) = memory.get(&key(case)) {
                            return Ok(known.clone());
                        }
                        let asked = bridge.ask(case)?;
                        let done = engine::integrate(&compiled, std::slice::from_ref(&asked.subject), &settings);
                        let effect = bridge.read(&asked, &done[0])?;
                        memory.insert(key(case), effect.clone());
                        Ok(effect)
                    })
                    .collect()
            };
            let Ok(done) = simulate(trial, &laws, &mut answer) else { return f64::INFINITY };
            let (table, _) = tabulate(trial, &done.signs);
            // The whole pool is one large trial: no noise of small replicates in the fit.
            let mut large = trial.clone();
            large.arms.iter_mut().for_each(|a| a.n = trial.pool);
            let figures = vec![replicate(&large, &table, 0, 1)];
            let found = conclude(&large, &table, 1, &figures);
            for observed in trial.observed.iter().filter(|o| o.calibration) {
                let (endpoint, arm) = (&trial.endpoints[observed.endpoint], &trial.arms[observed.arm]);
                let estimate = found.endpoints.iter().find(|o| o.endpoint == endpoint.name && o.arm == arm.name);
                let Some(estimate) = estimate.and_then(|o| o.estimate) else { continue };
                let n = arm.n as f64;
                let error = match endpoint.unit() {
                    "d" => 6.0,
                    "percent" => 100.0 * (observed.value / 100.0 * (1.0 - observed.value / 100.0) / n).sqrt().max(0.03),
                    _ => (CHANGE_SD / n.sqrt()).max(1.0),
                };
                sum += ((estimate - observed.value) / error).powi(2);
                if tell {
                    println!(
                        "{:<40} {:<14} {:>8.2} observed {:>7.2} (error {error:.2})",
                        trial.title.chars().take(38).collect::<String>(),
                        endpoint.name,
                        estimate,
                        observed.value
                    );
                }
            }
            if let (Some(endpoint), Some(arm)) = (
                trial.endpoints.iter().find(|e| e.name == "MADRS change"),
                trial.arms.iter().position(|a| a.name == "placebo + AD"),
            ) {
                let visit = table.visit_at(endpoint.at).unwrap_or(0);
                let changes: Vec<f64> = table.arms[arm]
                    .iter()
                    .filter_map(|r| Some(table.score(r, endpoint.scale, visit)? - table.score(r, endpoint.scale, 0)?))
                    .collect();
                let sd = standard_deviation(&changes);
                let mean = changes.iter().sum::<f64>() / changes.len() as f64;
                // clinical_outcomes, TRANSFORM-1/2 pooled: -15.8 (n 138) and -16.0 (n 70).
                sum += ((sd - CHANGE_SD) / 1.0).powi(2) + ((mean + 15.87) / 1.0).powi(2);
                if tell {
                    println!(
                        "{:<40} change {mean:.2} observed -15.87, SD {sd:.2} observed {CHANGE_SD}",
                        "TRANSFORM-1/2 pooled"
                    );
                }
            }
        }
        sum
    };
    let start: Vec<f64> = FIRST.iter().map(|x| x.ln()).collect();
    println!("cost at first {:.1}", cost(&start, true));
    let best = nelder_mead(&|x| cost(x, false), &start, 0.4, 150);
    println!("cost at best {:.1}", cost(&best, true));
    for (name, x) in NAMES.iter().zip(&best) {
        println!("{name}: {:.3}", x.exp());
    }
}

fn nelder_mead(cost: &dyn Fn(&[f64]) -> f64, start: &[f64], step: f64, evaluations: usize) -> Vec<f64> {
    let n = start.len();
    let mut simplex: Vec<(f64, Vec<f64>)> = vec![(cost(start), start.to_vec())];
    for i in 0..n {
        let mut x = start.to_vec();
        x[i] += step;
        simplex.push((cost(&x), x));
    }
    let mut used = n + 1;
    while used < evaluations {
        simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
        let centre: Vec<f64> = (0..n).map(|i| simplex[..n].iter().map(|s| s.1[i]).sum::<f64>() / n as f64).collect();
        let along = |t: f64| -> Vec<f64> { (0..n).map(|i| centre[i] + t * (simplex[n].1[i] - centre[i])).collect() };
        let mut try_at = |t: f64| {
            used += 1;
            let x = along(t);
            (cost(&x), x)
        };
        let reflected = try_at(-1.0);
        if reflected.0 < simplex[0].0 {
            let expanded = try_at(-2.0);
            simplex[n] = if expanded.0 < reflected.0 { expanded } else { reflected };
        } else if reflected.0 < simplex[n - 1].0 {
            simplex[n] = reflected;
        } else {
            let contracted = try_at(0.5);
            if contracted.0 < simplex[n].0 {
                simplex[n] = contracted;
            } else {
                let best = simplex[0].1.clone();
                for s in &mut simplex[1..] {
                    s.1.iter_mut().zip(&best).for_each(|(x, b)| *x = b + 0.5 * (*x - b));
                    s.0 = cost(&s.1);
                    used += 1;
                }
            }
        }
    }
    simplex.sort_by(|a, b| a.0.total_cmp(&b.0));
    simplex[0].1.clone()
}
