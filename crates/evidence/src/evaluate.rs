//! Answers: bound questions evaluated on the runs of one member of the ensemble.

use crate::ask::{Ask, Exceeds, Figure, Signal};
use notation::functions;

/// The run of one scenario: quantities at times, with the baseline of each.
#[derive(Clone, Debug)]
pub struct Run {
    /// Hours since the scenario's own time zero, ascending.
    pub times: std::sync::Arc<[f64]>,
    /// Which of the times belong to the sampling grid.
    pub sampled: std::sync::Arc<[bool]>,
    /// Values in internal units, one row of times per quantity asked for in this scenario.
    pub values: Vec<Vec<f64>>,
    /// Baseline of each quantity.
    pub baseline: Vec<f64>,
    /// Why there is none, if there is none.
    pub failure: Option<String>,
}

impl Run {
    /// A run that was not asked for.
    pub fn missing() -> Run {
        let failure = Some("not run".to_owned());
        Run { times: [].into(), sampled: [].into(), values: Vec::new(), baseline: Vec::new(), failure }
    }
}

/// Runs of all scenarios, and which row of a run holds a quantity.
pub struct Runs<'a> {
    /// One per scenario.
    pub runs: &'a [Run],
    /// The member's parameters in internal units.
    pub parameters: &'a [f64],
    /// Row of each (scenario, quantity) in its run.
    pub row: &'a dyn Fn(Signal) -> usize,
}

impl Runs<'_> {
    /// The value of an expression; NaN where a run failed or a figure does not exist.
    pub fn value(&self, ask: &Ask) -> f64 {
        match ask {
            Ask::Number(value) => *value,
            Ask::Figure(figure, signal, times) => self.figure(*figure, *signal, times),
            Ask::Parameter(index) => self.parameters[*index],
            Ask::Exponential(inner) => functions::exp(self.value(inner)),
            Ask::Logarithm(inner) => match self.value(inner) {
                x if x > 0.0 => functions::ln(x),
                _ => f64::NAN,
            },
            Ask::Absolute(inner) => self.value(inner).abs(),
            Ask::Binary(sign, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                }
            }
        }
    }

    /// By how much left exceeds right, relative to their mean size: between -2 and 2, 0 at equality.
    pub fn margin(&self, exceeds: &Exceeds) -> f64 {
        let (left, right) = (self.value(&exceeds.left), self.value(&exceeds.right));
        let size = left.abs() + right.abs();
        if size == 0.0 { 0.0 } else { 2.0 * (left - right) / size }
    }

    fn figure(&self, figure: Figure, signal: Signal, asked: &[f64]) -> f64 {
        let run = &self.runs[signal.scenario];
        if run.failure.is_some() {
            return f64::NAN;
        }
        let row = (self.row)(signal);
        let (values, baseline) = (&run.values[row], run.baseline[row]);
        let at = |time: f64| match run.times.iter().position(|t| *t == time) {
            Some(index) => values[index],
            None => f64::NAN,
        };
        match figure {
            Figure::At => at(asked[0]),
            Figure::Ratio => at(asked[0]) / baseline,
            Figure::Change => at(asked[0]) / baseline - 1.0,
            Figure::Difference => at(asked[0]) - baseline,
            Figure::Baseline => baseline,
            Figure::HalfLife => {
                let fall = at(asked[0]) / at(asked[1]);
                if fall > 1.0 { std::f64::consts::LN_2 * (asked[1] - asked[0]) / functions::ln(fall) } else { f64::NAN }
            }
            _ => on_grid(figure, &window(run, values, asked), baseline),
        }
    }
}

fn window(run: &Run, values: &[f64], asked: &[f64]) -> Vec<(f64, f64)> {
    let inside = |t: f64| match asked {
        [from, to] => *from <= t && t <= *to,
        _ => 0.0 <= t,
    };
    let edge = |t: f64| asked.contains(&t);
    (0..values.len())
        .filter(|i| inside(run.times[*i]) && (run.sampled[*i] || edge(run.times[*i])))
        .map(|i| (run.times[i], values[i]))
        .collect()
}

fn on_grid(figure: Figure, points: &[(f64, f64)], baseline: f64) -> f64 {
    if points.is_empty() || points.iter().any(|p| !p.1.is_finite()) {
        return f64::NAN;
    }
    let highest = points.iter().fold(points[0], |best, p| if p.1 > best.1 { *p } else { best });
    let lowest = points.iter().fold(points[0], |best, p| if p.1 < best.1 { *p } else { best });
    let trapezoids = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.windows(2).map(|w| (w[1].0 - w[0].0) * (f(w[0].0, w[0].1) + f(w[1].0, w[1].1)) / 2.0).sum()
    };
    match figure {
        Figure::Highest => highest.1,
        Figure::Lowest => lowest.1,
        Figure::Peak => highest.1 / baseline,
        Figure::Trough => lowest.1 / baseline,
        Figure::TimeOfHighest => vertex(points, highest.0),
        Figure::TimeOfLowest => vertex(points, lowest.0),
        Figure::Area => trapezoids(&|_, v| v),
        Figure::Moment => trapezoids(&|t, v| t * v),
        Figure::Mean => trapezoids(&|_, v| v) / (points[points.len() - 1].0 - points[0].0),
        Figure::Duration => {
            let half = baseline + (highest.1 - baseline) / 2.0;
            points.windows(2).filter(|w| w[0].1 > half && w[1].1 > half).map(|w| w[1].0 - w[0].0).sum()
        }
        _ => f64::NAN,
    }
}

/// Time of an extreme: the vertex of the parabola through the extreme point and its neighbours, so that it moves
/// smoothly with the parameters; the point itself at the ends of the window or on a plateau.
fn vertex(points: &[(f64, f64)], time: f64) -> f64 {
    let place = points.iter().position(|p| p.0 == time).unwrap_or(0);
    let (Some(before), Some(after)) = (place.checked_sub(1).map(|i| points[i]), points.get(place + 1)) else {
        return time;
    };
    let top = points[place].1;
    let (back, ahead) = (time - before.0, after.0 - time);
    let (rise, fall) = (top - before.1, top - after.1);
    let curvature = rise * ahead + fall * back;
    if curvature == 0.0 { time } else { time + (rise * ahead * ahead - fall * back * back) / (2.0 * curvature) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(figure: Figure, asked: &[f64]) -> f64 {
        let run = Run {
            times: vec![-1.0, 0.0, 1.0, 2.0, 4.0].into(),
            sampled: vec![false, true, true, true, true].into(),
            values: vec![vec![2.0, 2.0, 8.0, 4.0, 1.0]],
            baseline: vec![2.0],
            failure: None,
        };
        let runs = Runs { runs: std::slice::from_ref(&run), parameters: &[], row: &|_| 0 };
        runs.value(&Ask::Figure(figure, Signal { scenario: 0, quantity: 0 }, asked.to_vec()))
    }

    #[test]
    fn figures_are_what_a_reader_expects() {
        assert_eq!(answer(Figure::Highest, &[]), 8.0);
        // The parabola through (0, 2), (1, 8), (2, 4): 8 - 5 (t - 1)^2 + (t - 1), with its vertex at 1.1.
        assert!((answer(Figure::TimeOfHighest, &[]) - 1.1).abs() < 1e-12);
        assert_eq!(answer(Figure::TimeOfHighest, &[1.0, 2.0]), 1.0);
        assert_eq!(answer(Figure::Ratio, &[2.0]), 2.0);
        assert_eq!(answer(Figure::Change, &[4.0]), -0.5);
        assert_eq!(answer(Figure::Area, &[]), 5.0 + 6.0 + 5.0);
        assert_eq!(answer(Figure::Area, &[1.0, 2.0]), 6.0);
        assert!((answer(Figure::HalfLife, &[2.0, 4.0]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_time_that_was_not_computed_is_not_a_number() {
        assert!(answer(Figure::At, &[3.0]).is_nan());
    }
}
