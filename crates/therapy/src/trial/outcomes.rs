//! What a trial would conclude, with intervals over replicates of its own size, from signs alone.
//!
//! The signs hold a pool of virtual patients per arm. A replicate takes as many patients per arm as the publication
//! analysed, all from one draw of what is not known (parameters, and the level of a trial of its own); its estimate is
//! one number per endpoint and arm. The interval is the 5 to 95 % range (type-7 quantiles) of those numbers:
//! what a trial of that size would find.

use super::design::{Kind, Shape, Trial};
use super::estimate::{Figure, Sample, estimate};
use super::table::{Drawn, Row, Table};
use crate::quantity::{Kind as Unit, written};
use crate::random::Stream;
use crate::statistics::describe::{mean, quantile_of_sorted, standard_deviation};
use crate::statistics::power::{MeanDesign, assurance};
use crate::statistics::proportion::{Count, newcombe};
use serde::{Deserialize, Serialize};

/// One endpoint in one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Name of the endpoint.
    pub endpoint: String,
    /// When, from the first treatment, with unit.
    pub time: String,
    /// Name of the arm.
    pub arm: String,
    /// Mean over replicates (of shares of change and odds ratios the median); null where no replicate has one.
    pub estimate: Option<f64>,
    /// 5 % quantile over replicates; null if not reached.
    pub low_90: Option<f64>,
    /// 95 % quantile over replicates; null if not reached.
    pub high_90: Option<f64>,
    /// Published figure; null where none is.
    pub observed: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Share of replicates that have a number, 0 to 1.
    pub defined: f64,
    /// Whether the published figure may be fitted to: `calibration` or `check`; null where none is.
    pub set: Option<String>,
    /// Where the published figure was read.
    pub source: Option<String>,
}

/// An arm against the reference arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Name of the endpoint.
    pub endpoint: String,
    /// Name of the arm.
    pub arm: String,
    /// Name of the reference arm.
    pub reference: String,
    /// Difference (or ratio), mean over replicates.
    pub difference: Option<f64>,
    /// 5 % quantile over replicates.
    pub low_90: Option<f64>,
    /// 95 % quantile over replicates.
    pub high_90: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Patients to treat for one more event, from the mean difference; percentages only.
    pub number_needed: Option<f64>,
    /// Share of replicates that reject equality at 5 %: power if one draw of what is not known, assurance if several.
    pub power: f64,
    /// Assurance by patients per arm (t test on raw changes), for endpoints in points.
    pub assurance: Vec<(u32, f64)>,
}

/// All that is concluded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Title of the trial.
    pub trial: String,
    /// Seed.
    pub seed: u64,
    /// Replicates.
    pub replicates: usize,
    /// Endpoints, arm by arm.
    pub endpoints: Vec<Outcome>,
    /// Comparisons with the reference arm.
    pub comparisons: Vec<Comparison>,
    /// Virtual patients per arm from whom replicates are drawn.
    pub pool: Vec<usize>,
    /// Draws of what is not known.
    pub draws: u32,
}

/// Patients of the replicate in each arm: people of one draw, nobody twice before everybody was taken once, so that a
/// replicate is spread as a trial of its size is.
pub fn sample<'a>(trial: &Trial, drawn: &Drawn<'a>, replicate: u64) -> Sample<'a> {
    let draw = (replicate % u64::from(drawn.draws.max(1))) as usize;
    let of_draw = |arm: usize| drawn.arms[arm].get(draw).map_or(&[][..], Vec::as_slice);
    if trial.shape == Shape::Crossover {
        // One and the same people in every arm.
        let mut stream = Stream::new(trial.seed, "crossover", replicate, "replicate");
        let picks: Vec<u64> = taken(of_draw(0), trial.arms[0].n, &mut stream).iter().map(|r| r.patient).collect();
        return (0..drawn.arms.len())
            .map(|arm| {
                let rows = of_draw(arm);
                let find = |patient: &u64| rows.binary_search_by_key(patient, |r| r.patient).ok().map(|i| rows[i]);
                picks.iter().filter_map(find).collect()
            })
            .collect();
    }
    (0..drawn.arms.len())
        .map(|arm| {
            let mut stream = Stream::new(trial.seed, &trial.arms[arm].name, replicate, "replicate");
            taken(of_draw(arm), trial.arms[arm].n, &mut stream)
        })
        .collect()
}

fn taken<'a>(rows: &[&'a Row], n: usize, stream: &mut Stream) -> Vec<&'a Row> {
    let mut taken = Vec::with_capacity(n);
    let mut bag: Vec<&Row> = Vec::new();
    while taken.len() < n && !rows.is_empty() {
        if bag.is_empty() {
            bag.extend(rows);
        }
        taken.push(bag.swap_remove(stream.below(bag.len())));
    }
    taken
}

/// Endpoints and comparisons of a tabulated trial. The order of replicates is fixed, whoever computes them.
pub fn outcomes(trial: &Trial, table: &Table) -> Outcomes {
    let drawn = table.by_draw();
    let figures: Vec<Vec<Vec<Figure>>> =
        (0..trial.replicates as u64).map(|r| replicate(trial, table, &drawn, r)).collect();
    conclude(trial, table, &drawn, &figures)
}

/// One replicate: endpoint x arm.
pub fn replicate(trial: &Trial, table: &Table, drawn: &Drawn<'_>, number: u64) -> Vec<Vec<Figure>> {
    let sample = sample(trial, drawn, number);
    trial.endpoints.iter().map(|endpoint| estimate(table, endpoint, &sample)).collect()
}

/// From the figures of all replicates (replicate x endpoint x arm) to outcomes.
pub fn conclude(trial: &Trial, table: &Table, drawn: &Drawn<'_>, figures: &[Vec<Vec<Figure>>]) -> Outcomes {
    let mut endpoints = Vec::new();
    let mut comparisons = Vec::new();
    for (e, endpoint) in trial.endpoints.iter().enumerate() {
        for (a, arm) in trial.arms.iter().enumerate() {
            if endpoint.compares() && endpoint.reference == Some(a) {
                continue;
            }
            let values: Vec<Option<f64>> = figures.iter().map(|f| f[e][a].value).collect();
            let (mut estimate, low_90, high_90) = interval(&values);
            if matches!(endpoint.kind, Kind::ShareOfChange | Kind::OddsRatio) {
                // A ratio of two noisy numbers has no mean.
                estimate = middle(&values);
            }
            let observed = trial.observed.iter().find(|o| o.endpoint == e && o.arm == a);
            endpoints.push(Outcome {
                endpoint: endpoint.name.clone(),
                time: written(endpoint.at, Unit::Time),
                arm: arm.name.clone(),
                estimate,
                low_90,
                high_90,
                observed: observed.map(|o| o.value),
                unit: endpoint.unit().to_owned(),
                defined: values.iter().flatten().count() as f64 / values.len().max(1) as f64,
                set: observed.map(|o| if o.calibration { "calibration" } else { "check" }.to_owned()),
                source: observed.map(|o| o.source.clone()),
            });
            // How much of a difference is there early is no difference of its own, with power and number needed.
            let reference = endpoint.reference.filter(|&r| r != a && endpoint.kind != Kind::ShareOfChange);
            if let Some(reference) = reference {
                let compared = comparison(trial, table, drawn, (e, a, reference), figures);
                comparisons.push(compared);
            }
        }
    }
    Outcomes {
        trial: trial.title.clone(),
        seed: trial.seed,
        replicates: trial.replicates,
        endpoints,
        comparisons,
        pool: table.arms.iter().map(Vec::len).collect(),
        draws: drawn.draws,
    }
}

/// Mean and 5 to 95 % range; what is not reached counts as later than everything.
fn interval(values: &[Option<f64>]) -> (Option<f64>, Option<f64>, Option<f64>) {
    let mut sorted: Vec<f64> = values.iter().map(|v| v.unwrap_or(f64::INFINITY)).collect();
    sorted.sort_by(f64::total_cmp);
    let defined: Vec<f64> = values.iter().flatten().copied().collect();
    if defined.is_empty() {
        return (None, None, None);
    }
    let at = |p| Some(quantile_of_sorted(&sorted, p)).filter(|q: &f64| q.is_finite());
    // With values that are not reached only the median is honest; it may itself not be reached.
    let centre = if defined.len() == values.len() { Some(mean(&defined)) } else { at(0.5) };
    (centre, at(0.05), at(0.95))
}

fn middle(values: &[Option<f64>]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    (!sorted.is_empty()).then(|| quantile_of_sorted(&sorted, 0.5))
}

fn comparison(
    trial: &Trial,
    table: &Table,
    drawn: &Drawn<'_>,
    (e, a, reference): (usize, usize, usize),
    figures: &[Vec<Vec<Figure>>],
) -> Comparison {
    let endpoint = &trial.endpoints[e];
    let mut rejected = 0;
    let differences: Vec<Option<f64>> = figures
        .iter()
        .map(|f| {
            let (own, other) = (f[e][a], f[e][reference]);
            if let Some((x, y)) = own.count.zip(other.count) {
                let (x, y) = (Count { events: x.0, total: x.1 }, Count { events: y.0, total: y.1 });
                rejected += usize::from(newcombe(x, y, 0.95).is_ok_and(|i| i.low > 0.0 || i.high < 0.0));
            } else {
                rejected += usize::from(own.p_value.is_some_and(|p| p < 0.05));
            }
            if endpoint.compares() { own.value } else { Some(own.value? - other.value?) }
        })
        .collect();
    let (difference, low_90, high_90) = interval(&differences);
    let number_needed = match endpoint.unit() {
        "percent" => difference.filter(|d| d.abs() > 1e-9).map(|d| 100.0 / d),
        _ => None,
    };
    let in_points = matches!(endpoint.kind, Kind::Change | Kind::LeastSquaresChange | Kind::LeastSquaresDifference);
    Comparison {
        endpoint: endpoint.name.clone(),
        arm: trial.arms[a].name.clone(),
        reference: trial.arms[reference].name.clone(),
        difference,
        low_90,
        high_90,
        unit: endpoint.unit().to_owned(),
        number_needed,
        power: rejected as f64 / figures.len().max(1) as f64,
        assurance: if in_points { by_size(table, drawn, trial, (e, a, reference)) } else { Vec::new() },
    }
}

/// Assurance of a t test on raw changes, by patients per arm.
fn by_size(
    table: &Table,
    drawn: &Drawn<'_>,
    trial: &Trial,
    (e, a, reference): (usize, usize, usize),
) -> Vec<(u32, f64)> {
    let endpoint = &trial.endpoints[e];
    let Some(visit) = table.visit_at(endpoint.at) else { return Vec::new() };
    let changes = |arm: usize, draw: usize| -> Vec<f64> {
        let rows = drawn.arms[arm][draw].iter();
        rows.filter_map(|r| {
            Some(table.analysed(r, endpoint.scale, visit, endpoint.analysed)? - table.score(r, endpoint.scale, 0)?)
        })
        .collect()
    };
    let known: Vec<(f64, f64)> = (0..drawn.draws as usize)
        .filter_map(|draw| {
            let (own, other) = (changes(a, draw), changes(reference, draw));
            let (sa, sb) = (standard_deviation(&own), standard_deviation(&other));
            let sd = (0.5 * (sa * sa + sb * sb)).sqrt();
            (sd > 0.0).then(|| (mean(&own) - mean(&other), sd))
        })
        .collect();
    [10, 20, 40, 60, 80, 100, 150, 200, 300, 400]
        .into_iter()
        .filter_map(|n: u32| {
            let design = MeanDesign { first: f64::from(n), second: f64::from(n), level: 0.05 };
            Some((n, assurance(design, &known).ok()?))
        })
        .collect()
}
