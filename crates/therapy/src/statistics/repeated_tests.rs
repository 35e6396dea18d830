//! Tests of the mixed model: closed form on complete data, brute-force likelihood on incomplete data.

use super::*;
use crate::statistics::ancova;

/// Distance from the pituitary to the pterygomaxillary fissure at 8, 10, 12, 14 years, 11 girls then 16 boys,
/// Potthoff and Roy 1964 (Biometrika 51:313).
const GROWTH: [[f64; 4]; 27] = [
    [21.0, 20.0, 21.5, 23.0],
    [21.0, 21.5, 24.0, 25.5],
    [20.5, 24.0, 24.5, 26.0],
    [23.5, 24.5, 25.0, 26.5],
    [21.5, 23.0, 22.5, 23.5],
    [20.0, 21.0, 21.0, 22.5],
    [21.5, 22.5, 23.0, 25.0],
    [23.0, 23.0, 23.5, 24.0],
    [20.0, 21.0, 22.0, 21.5],
    [16.5, 19.0, 19.0, 19.5],
    [24.5, 25.0, 28.0, 28.0],
    [26.0, 25.0, 29.0, 31.0],
    [21.5, 22.5, 23.0, 26.5],
    [23.0, 22.5, 24.0, 27.5],
    [25.5, 27.5, 26.5, 27.0],
    [20.0, 23.5, 22.5, 26.0],
    [24.5, 25.5, 27.0, 28.5],
    [22.0, 22.0, 24.5, 26.5],
    [24.0, 21.5, 24.5, 25.5],
    [23.0, 20.5, 31.0, 26.0],
    [27.5, 28.0, 31.0, 31.5],
    [23.0, 23.0, 23.5, 25.0],
    [21.5, 23.5, 24.0, 28.0],
    [17.0, 24.5, 26.0, 29.5],
    [22.5, 25.5, 25.5, 26.0],
    [23.0, 24.5, 26.0, 30.0],
    [22.0, 21.5, 23.5, 25.0],
];

fn growth() -> Vec<Patient> {
    GROWTH
        .iter()
        .enumerate()
        .map(|(i, row)| Patient {
            arm: usize::from(i >= 11),
            covariates: vec![row[0]],
            outcomes: row[1..].iter().map(|&y| Some(y)).collect(),
        })
        .collect()
}

/// The same with every fifth patient lost at the last visit and two more with a gap.
fn with_losses() -> Vec<Patient> {
    let mut patients = growth();
    for i in (2..27).step_by(5) {
        patients[i].outcomes[2] = None;
    }
    patients[7].outcomes[1] = None;
    patients[22].outcomes[1] = None;
    patients[22].outcomes[2] = None;
    patients
}

fn close(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() < tolerance * expected.abs().max(1e-3), "{got} not {expected}");
}

#[test]
fn complete_data_give_the_analysis_of_covariance_of_each_visit() {
    let fit = fit(&growth(), 2).unwrap();
    for visit in 0..3 {
        let rows: Vec<ancova::Row> = growth()
            .into_iter()
            .map(|p| ancova::Row { outcome: p.outcomes[visit].unwrap(), arm: p.arm, covariates: p.covariates })
            .collect();
        let single = ancova::fit(&rows, 2).unwrap();
        let (got, expected) = (fit.difference(1, 0, visit), single.difference(1, 0));
        close(got.value, expected.value, 1e-9);
        close(got.standard_error, expected.standard_error, 1e-8);
        close(got.degrees_of_freedom, expected.degrees_of_freedom, 1e-6);
        close(got.p_value, expected.p_value, 1e-6);
        close(fit.covariance[(visit, visit)], single.residual_sd * single.residual_sd, 1e-8);
        close(fit.mean(0, visit).value, single.means[0].value, 1e-9);
    }
}

// Without covariates the REML estimate on complete data is the pooled within-group covariance.
#[test]
fn covariance_is_the_pooled_one() {
    let patients: Vec<Patient> = GROWTH
        .iter()
        .enumerate()
        .map(|(i, row)| Patient {
            arm: usize::from(i >= 11),
            covariates: vec![],
            outcomes: row.iter().map(|&y| Some(y)).collect(),
        })
        .collect();
    let fit = fit(&patients, 2).unwrap();
    for a in 0..4 {
        for b in 0..4 {
            let mut sum = 0.0;
            for group in [&GROWTH[..11], &GROWTH[11..]] {
                let n = group.len() as f64;
                let mean = |v: usize| group.iter().map(|r| r[v]).sum::<f64>() / n;
                sum += group.iter().map(|r| (r[a] - mean(a)) * (r[b] - mean(b))).sum::<f64>();
            }
            close(fit.covariance[(a, b)], sum / 25.0, 1e-9);
        }
    }
}

// Restricted likelihood maximised by brute force, scipy.optimize.minimize (Nelder-Mead then BFGS) over the Cholesky
// factor with X, V built patient by patient.
#[test]
fn incomplete_data_agree_with_a_brute_force_likelihood() {
    let fit = fit(&with_losses(), 2).unwrap();
    close(fit.minus_two_log_likelihood, 280.5570221926055, 1e-8);
    let expected = [
        2.939376991257723,
        1.0144780889590475,
        2.071515893177701,
        4.030239159177639,
        2.5049478235184885,
        4.21122401942348,
    ];
    let mut k = 0;
    for a in 0..3 {
        for b in a..3 {
            close(fit.covariance[(a, b)], expected[k], 1e-4);
            k += 1;
        }
    }
    let last = fit.difference(1, 0, 2);
    close(last.value, 2.1790419605018556, 1e-5);
    close(last.standard_error, 0.9194202384705579, 1e-5);
    close(last.degrees_of_freedom, 22.13788192706824, 2e-3);
}

#[test]
fn a_patient_without_outcomes_changes_nothing_and_order_does_not_matter() {
    let mut patients = with_losses();
    let fit_before = fit(&patients, 2).unwrap();
    patients.push(Patient { arm: 0, covariates: vec![30.0], outcomes: vec![None; 3] });
    let fit_after = fit(&patients, 2).unwrap();
    assert_eq!(fit_before.difference(1, 0, 2), fit_after.difference(1, 0, 2));
    patients.reverse();
    let reversed = fit(&patients, 2).unwrap();
    close(reversed.difference(1, 0, 2).value, fit_before.difference(1, 0, 2).value, 1e-9);
}

#[test]
fn too_few_and_unequal_are_refused() {
    assert!(matches!(fit(&growth()[..3], 2), Err(StatisticsError::TooFew { .. })));
    let mut uneven = growth();
    uneven[4].outcomes.pop();
    assert!(matches!(fit(&uneven, 2), Err(StatisticsError::Lengths { .. })));
}
