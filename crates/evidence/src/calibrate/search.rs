//! The global stage: differential evolution over a box, in generations, the same for the same seed.
//!
//! Storn and Price 1997 (doi 10.1023/A:1008202821328), variant current-to-best/1/bin; every number is drawn from a
//! stream keyed by (seed, generation, member), so evaluation order cannot matter.

use therapy::random::Stream;

/// How long and how wide to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// Members of the population.
    pub population: usize,
    /// Generations.
    pub generations: usize,
    /// Seed.
    pub seed: u64,
}

const WEIGHT: f64 = 0.6;
const CROSSING: f64 = 0.7;

/// The best point found and its cost. `costs` evaluates a whole generation at once.
pub fn search(
    settings: &Search,
    low: &[f64],
    high: &[f64],
    start: &[f64],
    costs: &mut dyn FnMut(&[Vec<f64>]) -> Vec<f64>,
) -> (Vec<f64>, f64) {
    let n = start.len();
    let mut members: Vec<Vec<f64>> = (0..settings.population)
        .map(|m| {
            if m == 0 {
                return start.to_vec();
            }
            let mut draw = Stream::new(settings.seed, "search start", m as u64, "calibrate");
            // The first half around the prior centre, the rest over the whole box.
            let whole = 2 * m > settings.population;
            (0..n)
                .map(|j| {
                    let anywhere = low[j] + (high[j] - low[j]) * draw.uniform();
                    let near = start[j] + (high[j] - low[j]) / 8.0 * draw.normal();
                    (if whole { anywhere } else { near }).clamp(low[j], high[j])
                })
                .collect()
        })
        .collect();
    let mut cost = costs(&members);
    for generation in 0..settings.generations {
        let best = least(&cost);
        let trials: Vec<Vec<f64>> = (0..members.len())
            .map(|m| {
                let number = (generation * members.len() + m) as u64;
                let mut draw = Stream::new(settings.seed, "search step", number, "calibrate");
                let (a, b) = (draw.below(members.len()), draw.below(members.len()));
                let forced = draw.below(n);
                (0..n)
                    .map(|j| {
                        let own = members[m][j];
                        if j != forced && draw.uniform() >= CROSSING {
                            return own;
                        }
                        let moved = own + WEIGHT * (members[best][j] - own) + WEIGHT * (members[a][j] - members[b][j]);
                        if moved < low[j] || high[j] < moved {
                            (low[j] + (high[j] - low[j]) * draw.uniform() + own) / 2.0
                        } else {
                            moved
                        }
                    })
                    .collect()
            })
            .collect();
        for (m, (trial, new)) in trials.iter().zip(costs(&trials)).enumerate() {
            if new <= cost[m] || cost[m].is_nan() {
                members[m].clone_from(trial);
                cost[m] = new;
            }
        }
    }
    let best = least(&cost);
    (members.swap_remove(best), cost[best])
}

fn least(cost: &[f64]) -> usize {
    (0..cost.len()).fold(0, |best, m| if cost[m] < cost[best] || cost[best].is_nan() { m } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bowl(points: &[Vec<f64>]) -> Vec<f64> {
        points.iter().map(|p| (p[0] - 0.3).powi(2) + 10.0 * (p[1] - p[0] * p[0]).powi(2)).collect()
    }

    fn run(seed: u64) -> (Vec<f64>, f64) {
        let settings = Search { population: 20, generations: 80, seed };
        search(&settings, &[-2.0, -2.0], &[2.0, 2.0], &[-1.5, 1.5], &mut bowl)
    }

    #[test]
    fn the_bottom_is_found() {
        let (best, cost) = run(1);
        assert!(cost < 1e-4 && (best[0] - 0.3).abs() < 0.05, "{best:?} {cost}");
    }

    #[test]
    fn same_seed_same_bits() {
        assert_eq!(
            run(7).0.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            run(7).0.iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        );
        assert_ne!(run(7).0, run(8).0);
    }

    #[test]
    fn a_failed_member_is_never_the_best() {
        let settings = Search { population: 12, generations: 20, seed: 3 };
        let mut costs =
            |points: &[Vec<f64>]| points.iter().map(|p| if p[0] < 0.0 { f64::NAN } else { p[0] }).collect::<Vec<_>>();
        let (best, cost) = search(&settings, &[-1.0], &[1.0], &[-0.5], &mut costs);
        assert!(cost.is_finite() && 0.0 <= best[0]);
    }
}
