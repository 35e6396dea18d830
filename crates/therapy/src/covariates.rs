//! Who enters a trial: covariates with their correlations, and inclusion by rejection.
//!
//! A person is drawn from correlated standard normals (a Gaussian copula); each becomes a covariate through its own law.
//! The inclusion criteria then accept or reject the whole person, so that a truncated age keeps its correlations
//! and a severity threshold, applied to a noisy screening score, brings its regression to the mean with it.
//! The number of tries per patient is bounded.

use crate::measurement::{self, Circumstances, Latent};
use crate::random::Stream;
use crate::scales::{Scale, logistic, logit};
use crate::statistics::matrix::{Matrix, cholesky};
use engine::functions::exp;

/// Mean and standard deviation of a covariate, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bell {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
}

/// How the covariates of a population are distributed before inclusion.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Age, years.
    pub age: Bell,
    /// Share of women, 0 to 1.
    pub women: f64,
    /// Weight of women, kg.
    pub weight_women: Bell,
    /// Weight of men, kg.
    pub weight_men: Bell,
    /// Height of women, cm.
    pub height_women: Bell,
    /// Height of men, cm.
    pub height_men: Bell,
    /// Spread of the logarithm of CYP2B6 activity.
    pub cyp2b6_log_sd: f64,
    /// Frequency of the 66Met allele.
    pub met_frequency: f64,
    /// Logit of the latent severities: depression, anxiety, trauma, guilt and shame, pain.
    pub severity: [Bell; 5],
    /// Years of the present episode: median.
    pub chronicity_median: f64,
    /// Spread of its logarithm.
    pub chronicity_log_sd: f64,
    /// Mean number of failed treatments.
    pub failed_mean: f64,
    /// Stress load: median (0 none, 1 as in the chronic stress experiments).
    pub stress_median: f64,
    /// Spread of its logarithm.
    pub stress_log_sd: f64,
    /// Spread of the logarithm of prior expectancy (median 1).
    pub expectancy_log_sd: f64,
    /// Share on a benzodiazepine.
    pub benzodiazepine: f64,
    /// Share on an SSRI.
    pub ssri: f64,
    /// Share on a stimulant.
    pub stimulant: f64,
}

impl Default for Profile {
    /// Adults with depression. Every number is assumed: the evidence tables hold no demographic distributions
    /// except the baselines and the numbers of women and men of the trials, which a trial file states itself.
    fn default() -> Profile {
        let bell = |mean, sd| Bell { mean, sd };
        Profile {
            age: bell(45.0, 12.0),
            women: 0.65,
            weight_women: bell(74.0, 15.0),
            weight_men: bell(86.0, 15.0),
            height_women: bell(164.0, 7.0),
            height_men: bell(177.0, 7.0),
            cyp2b6_log_sd: 0.3,
            met_frequency: 0.2,
            severity: [bell(0.4, 0.45), bell(0.0, 0.6), bell(-1.5, 0.9), bell(-1.5, 0.9), bell(-1.5, 0.9)],
            chronicity_median: 2.0,
            chronicity_log_sd: 1.0,
            failed_mean: 2.5,
            stress_median: 0.3,
            stress_log_sd: 0.5,
            expectancy_log_sd: 0.5,
            benzodiazepine: 0.0,
            ssri: 0.0,
            stimulant: 0.0,
        }
    }
}

/// The correlated normals, in order.
const AXES: [&str; 14] = [
    "age",
    "height",
    "weight",
    "cyp2b6",
    "depression",
    "anxiety",
    "trauma",
    "guilt",
    "pain",
    "chronicity",
    "failed",
    "stress",
    "expectancy",
    "benzodiazepine",
];

/// Correlations between axes; all others are zero. Signs follow the clinic, sizes are assumed (no source in the tables).
const CORRELATIONS: &[(&str, &str, f64)] = &[
    ("height", "weight", 0.45),
    ("age", "pain", 0.20),
    ("age", "chronicity", 0.25),
    ("depression", "anxiety", 0.50),
    ("depression", "trauma", 0.35),
    ("depression", "stress", 0.35),
    ("depression", "pain", 0.25),
    ("anxiety", "trauma", 0.40),
    ("anxiety", "benzodiazepine", 0.30),
    ("trauma", "guilt", 0.60),
    ("trauma", "stress", 0.40),
    ("chronicity", "failed", 0.40),
    ("failed", "expectancy", -0.25),
];

/// One person before treatment.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Number within the group, from 0.
    pub number: u64,
    /// Years.
    pub age: f64,
    /// Whether a woman.
    pub female: bool,
    /// kg.
    pub weight: f64,
    /// cm.
    pub height: f64,
    /// CYP2B6 activity relative to the typical person.
    pub cyp2b6: f64,
    /// Copies of BDNF 66Met.
    pub bdnf_met: u8,
    /// True latent severities at screening.
    pub latent: Latent,
    /// Years of the present episode.
    pub chronicity: f64,
    /// Number of failed treatments.
    pub failed: u32,
    /// Stress load.
    pub stress: f64,
    /// Prior expectancy relative to the typical person.
    pub expectancy: f64,
    /// On a benzodiazepine.
    pub benzodiazepine: bool,
    /// On an SSRI.
    pub ssri: bool,
    /// On a stimulant.
    pub stimulant: bool,
    /// People screened until this one was included, at least 1.
    pub screened: u32,
}

/// What a criterion looks at.
#[derive(Clone, Copy, Debug)]
pub enum Feature {
    /// A scale, as measured at screening.
    Score(&'static Scale),
    /// A covariate by name.
    Covariate(&'static str),
}

/// Names of covariates that a criterion or a table may use.
pub const COVARIATES: [&str; 13] = [
    "age",
    "female",
    "weight",
    "height",
    "cyp2b6",
    "bdnf_met",
    "chronicity",
    "failed_treatments",
    "stress",
    "expectancy",
    "benzodiazepine",
    "ssri",
    "stimulant",
];

impl Person {
    /// A covariate by its name in [`COVARIATES`]; yes is 1, no is 0.
    pub fn covariate(&self, name: &str) -> Option<f64> {
        let yes = |b: bool| f64::from(u8::from(b));
        Some(match name {
            "age" => self.age,
            "female" => yes(self.female),
            "weight" => self.weight,
            "height" => self.height,
            "cyp2b6" => self.cyp2b6,
            "bdnf_met" => f64::from(self.bdnf_met),
            "chronicity" => self.chronicity,
            "failed_treatments" => f64::from(self.failed),
            "stress" => self.stress,
            "expectancy" => self.expectancy,
            "benzodiazepine" => yes(self.benzodiazepine),
            "ssri" => yes(self.ssri),
            "stimulant" => yes(self.stimulant),
            _ => return None,
        })
    }
}

/// A condition for entry: low <= value <= high.
#[derive(Clone, Copy, Debug)]
pub struct Criterion {
    /// What is looked at.
    pub feature: Feature,
    /// Lowest value that enters.
    pub low: f64,
    /// Highest value that enters.
    pub high: f64,
}

/// Nobody, or too few, meet the criteria.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "no one of {tries} people drawn met the inclusion criteria; {rejected} of them failed on `{criterion}`; \
     widen that criterion or move the population towards it"
)]
pub struct NobodyEnters {
    /// People drawn.
    pub tries: u32,
    /// The criterion that rejected most.
    pub criterion: String,
    /// How many it rejected.
    pub rejected: u32,
}

/// Most people drawn for one place in the trial.
pub const MOST_TRIES: u32 = 2000;

/// A population ready to draw from.
#[derive(Clone, Debug)]
pub struct Population {
    /// Laws of the covariates.
    pub profile: Profile,
    /// Inclusion criteria.
    pub criteria: Vec<Criterion>,
    /// Number of people over whom the covariates are even before inclusion, for fits.
    pub among: Option<usize>,
    /// How screening measures.
    measurement: measurement::Parameters<f64>,
    lower: Matrix,
}

impl Population {
    /// Prepares a population.
    pub fn new(profile: Profile, criteria: Vec<Criterion>) -> Population {
        let measurement = notation::fields::typical();
        Population { profile, criteria, among: None, measurement, lower: correlation_root() }
    }

    /// Person `number` of `group`: the same for the same seed, whoever else is drawn.
    ///
    /// # Errors
    /// If nobody of [`MOST_TRIES`] people meets the criteria.
    pub fn draw(&self, seed: u64, group: &str, number: u64) -> Result<Person, NobodyEnters> {
        let stream = Stream::new(seed, group, number, "covariates");
        let mut stream = self.among.map_or(stream.clone(), |among| stream.evenly(among));
        let mut screening = Stream::new(seed, group, number, "screening");
        let mut rejected = vec![0; self.criteria.len()];
        for tries in 1..=MOST_TRIES {
            let person = self.one(number, tries, &mut stream);
            match self.criteria.iter().position(|c| !self.meets(&person, c, &mut screening)) {
                None => return Ok(person),
                Some(first) => rejected[first] += 1,
            }
        }
        let worst = (0..rejected.len()).max_by_key(|&i| (rejected[i], usize::MAX - i)).unwrap_or(0);
        let criterion = match self.criteria[worst].feature {
            Feature::Score(scale) => scale.name.to_owned(),
            Feature::Covariate(name) => name.to_owned(),
        };
        Err(NobodyEnters { tries: MOST_TRIES, criterion, rejected: rejected[worst] })
    }

    fn one(&self, number: u64, screened: u32, stream: &mut Stream) -> Person {
        let raw: Vec<f64> = (0..AXES.len()).map(|_| stream.normal()).collect();
        let z = self.lower.times_vector(&raw);
        let on = |axis: &str| z[AXES.iter().position(|a| *a == axis).unwrap_or(0)];
        let p = &self.profile;
        let bell = |b: Bell, axis: &str| b.mean + b.sd * on(axis);
        let female = stream.chance(p.women);
        let (weight, height) = if female { (p.weight_women, p.height_women) } else { (p.weight_men, p.height_men) };
        // Weight on the logarithm, with the mean and the standard deviation kept.
        let log_variance = engine::functions::ln(1.0 + (weight.sd / weight.mean) * (weight.sd / weight.mean));
        let weight = weight.mean * exp(log_variance.sqrt() * on("weight") - 0.5 * log_variance);
        let latent_of = |i: usize, axis: &str| logistic(bell(p.severity[i], axis));
        let latent = Latent {
            depression: latent_of(0, "depression"),
            anxiety: latent_of(1, "anxiety"),
            trauma: latent_of(2, "trauma"),
            guilt_and_shame: latent_of(3, "guilt"),
            pain: latent_of(4, "pain"),
        };
        let met = |stream: &mut Stream| u8::from(stream.chance(p.met_frequency));
        let bdnf_met = met(stream) + met(stream);
        // The normal distribution function by the logistic one with the same tail at 1.7, good to 0.01.
        let benzodiazepine = logistic(-1.702 * on("benzodiazepine")) < p.benzodiazepine;
        let ssri = stream.chance(p.ssri);
        let stimulant = stream.chance(p.stimulant);
        Person {
            number,
            age: bell(p.age, "age"),
            female,
            weight,
            height: bell(height, "height"),
            cyp2b6: exp(p.cyp2b6_log_sd * on("cyp2b6")),
            bdnf_met,
            latent,
            chronicity: p.chronicity_median * exp(p.chronicity_log_sd * on("chronicity")),
            // A whole number around the mean: the mean times a log-normal factor of median 1, rounded.
            failed: (p.failed_mean * exp(0.5 * on("failed"))).round() as u32,
            stress: p.stress_median * exp(p.stress_log_sd * on("stress")),
            expectancy: exp(p.expectancy_log_sd * on("expectancy")),
            benzodiazepine,
            ssri,
            stimulant,
            screened,
        }
    }

    fn meets(&self, person: &Person, criterion: &Criterion, screening: &mut Stream) -> bool {
        let value = match criterion.feature {
            Feature::Covariate(name) => person.covariate(name),
            Feature::Score(scale) => {
                let day = self.measurement.day_spread * screening.normal();
                let circumstances = Circumstances { rater: 0.0, day };
                measurement::score(scale, &person.latent, circumstances, screening)
            }
        };
        value.is_some_and(|v| criterion.low <= v && v <= criterion.high)
    }
}

/// The lower Cholesky root of the correlation matrix.
fn correlation_root() -> Matrix {
    let n = AXES.len();
    let mut matrix = Matrix::identity(n);
    let at = |axis: &str| AXES.iter().position(|a| *a == axis).unwrap_or(0);
    for &(first, second, r) in CORRELATIONS {
        matrix[(at(first), at(second))] = r;
        matrix[(at(second), at(first))] = r;
    }
    // The table above is positive definite; a test holds it to that.
    cholesky(&matrix, "correlations").map_or_else(|_| Matrix::identity(n), |factor| factor.lower())
}

/// The latent bell of a scale's mean and standard deviation in points, by the slope of the scale's curve at the mean.
pub fn bell_of_score(scale: &Scale, mean: f64, sd: f64) -> Bell {
    let centre = scale.latent(mean);
    let share = (mean / scale.highest()).clamp(1e-6, 1.0 - 1e-6);
    let slope = scale.highest() * share * (1.0 - share) * scale.steepness;
    Bell { mean: logit(centre), sd: sd / slope }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scales::find;
    use crate::statistics::describe::{mean, standard_deviation};

    fn people(population: &Population, n: u64) -> Vec<Person> {
        (0..n).map(|i| population.draw(17, "arm", i).unwrap()).collect()
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let (ma, mb) = (mean(a), mean(b));
        let sum: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
        sum / (a.len() - 1) as f64 / standard_deviation(a) / standard_deviation(b)
    }

    #[test]
    fn covariates_have_their_moments_and_their_correlations() {
        let all = people(&Population::new(Profile::default(), vec![]), 4000);
        let of = |f: fn(&Person) -> f64| all.iter().map(f).collect::<Vec<f64>>();
        let age = of(|p| p.age);
        assert!((mean(&age) - 45.0).abs() < 0.8 && (standard_deviation(&age) - 12.0).abs() < 0.6);
        assert!((mean(&of(|p| f64::from(u8::from(p.female)))) - 0.65).abs() < 0.03);
        let women: Vec<&Person> = all.iter().filter(|p| p.female).collect();
        let weight: Vec<f64> = women.iter().map(|p| p.weight).collect();
        let height: Vec<f64> = women.iter().map(|p| p.height).collect();
        assert!((mean(&weight) - 74.0).abs() < 1.2 && (standard_deviation(&weight) - 15.0).abs() < 1.2);
        assert!((correlation(&weight, &height) - 0.45).abs() < 0.06);
        let depression = of(|p| logit(p.latent.depression));
        assert!((correlation(&depression, &of(|p| logit(p.latent.anxiety))) - 0.5).abs() < 0.05);
        assert!(correlation(&depression, &age).abs() < 0.06);
        assert!((mean(&of(|p| f64::from(p.bdnf_met))) - 0.4).abs() < 0.04);
        assert!(all.iter().all(|p| p.screened == 1));
    }

    #[test]
    fn the_correlation_table_is_positive_definite() {
        assert_ne!(correlation_root(), Matrix::identity(AXES.len()));
    }

    #[test]
    fn a_threshold_at_screening_brings_regression_to_the_mean() {
        let madrs = find("MADRS").unwrap();
        let criteria = vec![Criterion { feature: Feature::Score(madrs), low: 34.0, high: 60.0 }];
        let included = people(&Population::new(Profile::default(), criteria), 1000);
        assert!(included.iter().any(|p| p.screened > 1));
        // They all scored 34 or more once; their true severity is lower on average than a second screening would need.
        let again: Vec<f64> = included
            .iter()
            .map(|p| {
                let mut stream = Stream::new(17, "arm", p.number, "again");
                measurement::score(madrs, &p.latent, Circumstances::default(), &mut stream).unwrap()
            })
            .collect();
        let share_below = again.iter().filter(|&&s| s < 34.0).count() as f64 / 1000.0;
        assert!(0.1 < share_below && share_below < 0.5, "{share_below}");
    }

    #[test]
    fn impossible_criteria_name_the_one_that_rejects() {
        let criteria = vec![
            Criterion { feature: Feature::Covariate("weight"), low: 0.0, high: 500.0 },
            Criterion { feature: Feature::Covariate("age"), low: 200.0, high: 300.0 },
        ];
        let error = Population::new(Profile::default(), criteria).draw(1, "", 0).unwrap_err();
        assert_eq!((error.criterion.as_str(), error.rejected), ("age", MOST_TRIES));
    }

    #[test]
    fn every_name_of_a_covariate_is_known() {
        let person = &people(&Population::new(Profile::default(), vec![]), 1)[0];
        assert!(COVARIATES.iter().all(|name| person.covariate(name).is_some()));
        assert!(person.covariate("shoe size").is_none());
    }

    #[test]
    fn a_score_becomes_a_bell_with_that_mean() {
        let bell = bell_of_score(find("MADRS").unwrap(), 37.0, 5.5);
        assert!((logistic(bell.mean) * 60.0 - 37.0).abs() < 1e-9);
        assert!((bell.sd - 5.5 / (60.0 * 37.0 / 60.0 * 23.0 / 60.0)).abs() < 1e-9);
    }
}
