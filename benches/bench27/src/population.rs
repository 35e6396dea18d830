//! The benchmark's patients and reference solutions, read from its folder.

use crate::model::{PARAMETER_NAMES, STATE_NAMES};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// The files of the benchmark.
pub struct Bench {
    /// All 69 parameters of each patient, in the model's order.
    pub patients: Vec<Vec<f64>>,
    /// Reference states by patient: 29 days x 27 states.
    pub reference: BTreeMap<usize, Vec<f64>>,
}

impl Bench {
    /// The first patients only, with the reference of those that have one.
    pub fn first(&self, count: usize) -> Bench {
        Bench {
            patients: self.patients.iter().take(count).cloned().collect(),
            reference: self.reference.iter().filter(|(id, _)| **id < count).map(|(id, y)| (*id, y.clone())).collect(),
        }
    }
}

/// Reads the folder; the error says which file is wrong and what to do.
pub fn read(folder: &Path, typical: &[f64]) -> Result<Bench, String> {
    let open = |name: &str| {
        std::fs::read(folder.join(name)).map_err(|error| {
            format!(
                "cannot read {}: {error}\nthe benchmark's data are not part of the repository; \
                 put them there or name the folder with --data FOLDER",
                folder.join(name).display()
            )
        })
    };
    let text = String::from_utf8(open("population.csv")?).map_err(|e| format!("population.csv is not text: {e}"))?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let places = columns("population.csv", &names[1..], &PARAMETER_NAMES)?;
    let mut patients = Vec::new();
    for line in lines {
        let mut parameters = typical.to_vec();
        for (text, &place) in line.split(',').skip(1).zip(&places) {
            parameters[place] = text.parse().map_err(|e| format!("population.csv: `{text}` is no number: {e}"))?;
        }
        patients.push(parameters);
    }

    let mut text = String::new();
    flate2::read::GzDecoder::new(open("reference_daily.csv.gz")?.as_slice())
        .read_to_string(&mut text)
        .map_err(|e| format!("reference_daily.csv.gz cannot be unpacked: {e}"))?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let places = columns("reference_daily.csv.gz", &names[2..], &STATE_NAMES)?;
    let mut reference: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for line in lines {
        let mut fields = line.split(',');
        let patient = fields.next().and_then(|t| t.parse().ok()).ok_or("reference_daily.csv.gz: no patient number")?;
        let mut row = vec![0.0; STATE_NAMES.len()];
        for (text, &place) in fields.skip(1).zip(&places) {
            row[place] = text.parse().map_err(|e| format!("reference_daily.csv.gz: `{text}` is no number: {e}"))?;
        }
        reference.entry(patient).or_default().extend(row);
    }
    Ok(Bench { patients, reference })
}

fn columns(file: &str, names: &[&str], known: &[&str]) -> Result<Vec<usize>, String> {
    let find =
        |name: &&str| known.iter().position(|k| k == name).ok_or_else(|| format!("{file}: the model has no `{name}`"));
    names.iter().map(find).collect()
}

/// Errors in units of the tolerance 1e-9 + 1e-6 |reference|.
#[derive(Default)]
pub struct Errors {
    squares: f64,
    count: usize,
    /// The largest.
    pub most: f64,
}

impl Errors {
    /// Takes in a patient's values against its reference.
    pub fn add(&mut self, values: &[f64], reference: &[f64]) {
        assert_eq!(values.len(), reference.len(), "29 days x 27 states");
        for (value, expected) in values.iter().zip(reference) {
            let error = (value - expected).abs() / (1e-9 + 1e-6 * expected.abs());
            self.squares += error * error;
            self.count += 1;
            self.most = self.most.max(error);
        }
    }

    /// Adds the errors of others.
    pub fn merge(&mut self, other: &Errors) {
        self.squares += other.squares;
        self.count += other.count;
        self.most = self.most.max(other.most);
    }

    /// The root of the mean square.
    pub fn rms(&self) -> f64 {
        (self.squares / self.count as f64).sqrt()
    }
}
