//! The film study of Simons 2022 against an independent solution: the paper's linear system by matrix exponential in plain arrays.
//!
//! Both the library model and the reference model in published-model mode must agree with it to 1 % at every sampling time.

mod pk_support;

use ketamine::chemistry::KETAMINE_MG_PER_MMOL;
use ketamine::dosing::{Basis, Dose, Effect, Enantiomer, Route, TimedEffect, schedule};
use ketamine::exposure::Exposure;
use ketamine::library::simons_2022::Simons2022;
use pk_support::*;

/// Fourteen amounts (nmol) and a last entry that is always 1, which carries constant inputs.
const N: usize = 15;
type Matrix = [[f64; N]; N];

/// The paper's system in minutes, litres and umol: dx/dt = A x, typical values of table 4, for a weight in kg.
/// Order: mucosa, gut, gut delay, K1, K2, K3, two delays, NK1, NK2, two delays, HNK1, HNK2, constant.
fn paper(weight: f64, film: bool, swallowing: bool, film_umol: f64, infusion_umol_per_min: f64) -> Matrix {
    let v = weight / 70.0;
    let q = v.powf(0.75);
    let mut a = [[0.0; N]; N];
    let mut flow = |from: usize, to: Option<usize>, rate: f64, share: f64| {
        a[from][from] -= rate;
        if let Some(to) = to {
            a[to][from] += share * rate;
        }
    };
    flow(0, Some(3), 0.04, 1.0);
    flow(1, Some(2), 0.049, 1.0);
    flow(2, Some(6), 1.0 / 10.7, 1.0);
    flow(3, Some(6), 1.48 * q / (11.6 * v), 1.0);
    flow(3, Some(4), 2.43 * q / (11.6 * v), 1.0);
    flow(4, Some(3), 2.43 * q / (39.0 * v), 1.0);
    flow(3, Some(5), 1.21 * q / (11.6 * v), 1.0);
    flow(5, Some(3), 1.21 * q / (174.0 * v), 1.0);
    flow(6, Some(7), 2.0 / 20.1, 1.0);
    flow(7, Some(8), 2.0 / 20.1, 0.8);
    flow(8, Some(9), 2.63 * q / (11.6 * v), 1.0);
    flow(9, Some(8), 2.63 * q / (221.0 * v), 1.0);
    flow(8, Some(10), 1.00 * q / (11.6 * v), 1.0);
    flow(10, Some(11), 2.0 / 1.12, 1.0);
    flow(11, Some(12), 2.0 / 1.12, 0.7);
    flow(12, Some(13), 1.70 * q / (4.4 * v), 1.0);
    flow(13, Some(12), 1.70 * q / (87.5 * v), 1.0);
    flow(12, None, 0.933 * q / (4.4 * v), 1.0);
    a[0][14] = if film { 0.263 * film_umol / 13.1 } else { 0.0 };
    a[1][14] = if swallowing { 1.16 * film_umol / 29.9 } else { 0.0 };
    a[3][14] = infusion_umol_per_min;
    a
}

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let mut c = [[0.0; N]; N];
    for i in 0..N {
        for k in 0..N {
            for j in 0..N {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

/// exp(A t) by Taylor series of A t / 2^s, squared s times.
fn exponential(a: &Matrix, t: f64) -> Matrix {
    let norm = a.iter().map(|row| row.iter().map(|x| (x * t).abs()).sum::<f64>()).fold(0.0, f64::max);
    let squarings = (norm.max(1.0).log2().ceil() as i32) + 4;
    let h = t / 2f64.powi(squarings);
    let mut power = [[0.0; N]; N];
    for (i, row) in power.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    let mut sum = power;
    for n in 1..20 {
        power = times(&power, a);
        for row in &mut power {
            row.iter_mut().for_each(|x| *x *= h / f64::from(n));
        }
        for (row, add) in sum.iter_mut().zip(&power) {
            row.iter_mut().zip(add).for_each(|(s, x)| *s += x);
        }
    }
    for _ in 0..squarings {
        sum = times(&sum, &sum);
    }
    sum
}

/// Concentrations (ng/mL) of ketamine, norketamine, hydroxynorketamine at the sampling times.
fn independent(weight: f64, film_mg: f64, sampling_min: &[f64]) -> Vec<[f64; 3]> {
    let film_umol = film_mg / 237.73 * 1e3;
    let infusion = 20.0 / 237.73 * 1e3 / 20.0;
    let mut x = [0.0; N];
    x[14] = 1.0;
    let mut now = 0.0;
    let mut out = Vec::new();
    for &sample in sampling_min {
        while now < sample {
            let next = [13.1, 29.9, 360.0, 380.0, sample]
                .into_iter()
                .filter(|&t| now < t)
                .fold(f64::MAX, f64::min)
                .min(sample);
            let a = paper(
                weight,
                now < 13.1,
                now < 29.9,
                film_umol,
                if (360.0..380.0).contains(&now) { infusion } else { 0.0 },
            );
            let e = exponential(&a, next - now);
            let mut y = [0.0; N];
            for i in 0..N {
                y[i] = (0..N).map(|j| e[i][j] * x[j]).sum();
            }
            x = y;
            now = next;
        }
        let v = weight / 70.0;
        out.push([x[3] / (11.6 * v) * 237.73, x[8] / (11.6 * v) * 223.70, x[12] / (4.4 * v) * 239.70]);
    }
    out
}

/// Film samples of the paper's table 2, the end of the infusion at 380 min, and its decline.
const SAMPLING: [f64; 16] =
    [0.0, 5.0, 10.0, 20.0, 40.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 360.0, 365.0, 380.0, 400.0, 480.0];

fn hours() -> Vec<f64> {
    SAMPLING.iter().map(|t| t / 60.0).collect()
}

fn assert_agrees(what: &str, run: &Run, observables: [&str; 3], expected: &[[f64; 3]], tolerance: f64) {
    for (column, name) in observables.iter().enumerate() {
        for (i, got) in run.observable(name).into_iter().enumerate() {
            let expected = expected[i][column];
            let at = SAMPLING[i];
            assert!(
                (got - expected).abs() <= tolerance * expected,
                "{what}, {name} at {at} min: {got} against {expected}"
            );
        }
    }
}

#[test]
fn library_model_agrees_with_the_independent_solution() {
    for (weight, film_mg) in [(70.0, 50.0), (73.0, 50.0), (73.0, 100.0), (93.0, 50.0)] {
        let film = film_mg / KETAMINE_MG_PER_MMOL * 1e6;
        let infusion = 20.0 / KETAMINE_MG_PER_MMOL * 1e6 * 3.0;
        let change = |minutes: f64, control: &str, by: f64| TimedEffect {
            time_hours: minutes / 60.0,
            effect: Effect::Change { control: control.to_owned(), by },
        };
        let effects = [
            change(0.0, "mucosal_dose", film),
            change(0.0, "swallowed_dose", film),
            change(13.1, "mucosal_dose", -film),
            change(29.9, "swallowed_dose", -film),
            change(360.0, "infusion", infusion),
            change(380.0, "infusion", -infusion),
        ];
        let run = simulate::<Simons2022>(&[("weight", weight)], &effects, &hours());
        let expected = independent(weight, film_mg, &SAMPLING);
        assert_agrees("library", &run, ["ketamine", "norketamine", "hydroxynorketamine"], &expected, 1e-7);
    }
}

#[test]
fn reference_model_in_published_mode_agrees_with_the_independent_solution_to_1_percent() {
    for (weight, film_mg) in [(70.0, 50.0), (73.0, 50.0), (73.0, 100.0)] {
        let dose = |time_hours: f64, amount_mg: f64, route: Route| Dose {
            time_hours,
            amount_mg,
            basis: Basis::Base,
            enantiomer: Enantiomer::S,
            route,
            vomiting: None,
        };
        let effects = schedule(&[
            dose(0.0, film_mg, Route::FilmAsPublished),
            dose(6.0, 20.0, Route::IntravenousInfusion { duration_hours: 20.0 / 60.0 }),
        ])
        .unwrap();
        let run = simulate::<Exposure>(&start_with(&[("body.weight", weight)]), &effects, &hours());
        let expected = independent(weight, film_mg, &SAMPLING);
        let names = ["arterial_s", "arterial_norketamine_s", "qualitative_hydroxynorketamine"];
        assert_agrees("reference", &run, names, &expected, 0.01);
    }
}
