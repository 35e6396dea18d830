//! Parameters of single patients of a population, as a table: checked for form, not for plausibility.
//!
//! ```text
//! patient,plasma.central_volume,body.weight
//! 17,12.5,
//! 40,,81
//! ```
//!
//! One row per patient (numbered from 1), one column per parameter in its declared unit; an empty cell stays as drawn.
//! Any number may stand in a cell, also `nan`, `inf`, 0 or one below 0: it makes no error of the table. Whoever has a
//! value without a meaning, or cannot be simulated, is listed among the failed patients.

use crate::nearest::nearest_few;
use crate::patient_table::TableError;
use crate::population::Person;
use notation::System;
use std::collections::BTreeMap;

/// What is set for whom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterTable {
    /// By patient (from 1): parameters by index, values in internal units.
    pub patients: BTreeMap<u64, Vec<(usize, f64)>>,
}

impl ParameterTable {
    /// Sets the parameters of this patient (from 1), on every occasion.
    pub fn set(&self, patient: u64, person: &mut Person) {
        for &(parameter, value) in self.patients.get(&patient).into_iter().flatten() {
            person.parameters[parameter] = value;
            for occasion in &mut person.occasions {
                occasion.retain(|(index, _)| *index != parameter);
            }
        }
    }
}

/// Nothing in nature is so many times what the model says it is.
const FARTHEST: f64 = 1e12;

impl ParameterTable {
    /// The first value of this patient (from 1) that means nothing, in words: not finite, below 0 where the model's own
    /// value is above it, or beyond all measure.
    pub fn meaningless(&self, patient: u64, system: &System) -> Option<String> {
        self.patients.get(&patient)?.iter().find_map(|&(parameter, value)| {
            let field = &system.parameters[parameter];
            let (name, own, set) = (&field.name, field.value, value / field.unit.scale);
            let told = format!("{set:?} {}", field.unit.symbol);
            if !value.is_finite() {
                Some(format!("the parameter {name} is not a finite number"))
            } else if set < 0.0 && 0.0 < own {
                Some(format!("the parameter {name} is below 0 ({})", told.trim_end()))
            } else if own != 0.0 && FARTHEST < (set / own).abs() {
                Some(format!("the parameter {name} is beyond all measure ({})", told.trim_end()))
            } else {
                None
            }
        })
    }
}

/// Reads a table for a population of so many patients.
///
/// # Errors
/// An unknown column, a cell that is no number, a patient that is not in the population or comes twice.
pub fn read(file: &str, text: &str, system: &System, patients: u64) -> Result<ParameterTable, TableError> {
    let wrong = |line: u64, what: String, cause: String, remedy: &str| TableError {
        file: file.to_owned(),
        line,
        what,
        cause,
        remedy: remedy.to_owned(),
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|error| wrong(1, "this is not a CSV table".into(), error.to_string(), "save it as UTF-8 CSV"))?
        .clone();
    if headers.get(0) != Some("patient") {
        let cause = "the first column says who is meant".to_owned();
        return Err(wrong(1, "the first column is not `patient`".into(), cause, "name the first column `patient`"));
    }
    let mut columns: Vec<usize> = Vec::new();
    for name in headers.iter().skip(1) {
        let Some(index) = system.parameter(name) else {
            let near = nearest_few(name, system.parameters.iter().map(|field| field.name.as_str()), 3).join(", ");
            let cause = format!("the model has no parameter of this name; the nearest are: {near}");
            return Err(wrong(1, format!("unknown column `{name}`"), cause, "see `resynapse model parameters`"));
        };
        if columns.contains(&index) {
            let cause = "only one of them could count".to_owned();
            return Err(wrong(1, format!("column `{name}` is there twice"), cause, "remove one of them"));
        }
        columns.push(index);
    }
    let mut table = ParameterTable::default();
    for row in reader.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            wrong(
                line,
                "this row cannot be read".into(),
                error.to_string(),
                "give every row as many cells as the first",
            )
        })?;
        let line = row.position().map_or(0, csv::Position::line);
        let who = row.get(0).unwrap_or_default();
        let patient = who.parse::<u64>().ok().filter(|number| (1..=patients).contains(number)).ok_or_else(|| {
            let cause = format!("patients are numbered from 1 to {patients}");
            wrong(line, format!("\"{who}\" is no patient of this population"), cause, "correct the number")
        })?;
        let mut values = Vec::new();
        for (&index, cell) in columns.iter().zip(row.iter().skip(1)).filter(|(_, cell)| !cell.is_empty()) {
            let field = &system.parameters[index];
            let value: f64 = cell.parse().map_err(|_| {
                let cause = format!("\"{cell}\" was read for patient {patient}");
                let unit = field.unit.symbol;
                let remedy = if unit.is_empty() {
                    "write a plain number".to_owned()
                } else {
                    format!("write a plain number, in {unit}")
                };
                wrong(line, format!("`{}` is not a number", field.name), cause, &remedy)
            })?;
            values.push((index, value * field.unit.scale));
        }
        if table.patients.insert(patient, values).is_some() {
            let cause = "only one of the rows could count".to_owned();
            return Err(wrong(line, format!("patient {patient} is there twice"), cause, "remove one of the rows"));
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> System {
        notation::trace::<ketamine::Reference>()
    }

    fn complaint(text: &str) -> String {
        read("t.csv", text, &system(), 9).expect_err(text).to_string()
    }

    #[test]
    fn values_are_set_in_declared_units_and_on_every_occasion() {
        let system = system();
        let weight = system.parameter("body.weight").expect("a weight");
        let other = usize::from(weight == 0);
        let table = read("t.csv", "patient, body.weight\n2,81\n3,\n4,nan\n", &system, 4).expect("a good table");
        let drawn =
            Person { parameters: system.typical_parameters(), occasions: vec![vec![(weight, 1.0), (other, 2.0)]; 2] };
        let mut person = drawn.clone();
        table.set(1, &mut person);
        table.set(3, &mut person);
        assert_eq!(person, drawn, "an empty cell stays as drawn");
        table.set(2, &mut person);
        assert_eq!(person.parameters[weight], 81.0 * system.parameters[weight].unit.scale);
        assert_eq!(person.occasions, vec![vec![(other, 2.0)]; 2]);
        table.set(4, &mut person);
        assert!(person.parameters[weight].is_nan(), "any number is taken as it is");
    }

    #[test]
    fn values_without_a_meaning_are_named() {
        let system = system();
        let text = "patient,body.weight\n1,nan\n2,-70\n3,1e30\n4,inf\n5,0\n6,80\n7,\n";
        let table = read("t.csv", text, &system, 9).expect("a good table");
        let told = |patient| table.meaningless(patient, &system).unwrap_or_default();
        assert_eq!(told(1), "the parameter body.weight is not a finite number");
        assert_eq!(told(2), "the parameter body.weight is below 0 (-70.0 kg)");
        assert_eq!(told(3), "the parameter body.weight is beyond all measure (1e30 kg)");
        assert_eq!(told(4), told(1));
        assert!((5..=8).all(|patient| told(patient).is_empty()), "whether they can be simulated, the integrator says");
    }

    #[test]
    fn what_is_wrong_with_the_form_is_told_with_its_line() {
        assert!(complaint("body.weight\n1\n").starts_with("t.csv:1: the first column is not `patient`"));
        let near = complaint("patient,body.wieght\n1,2\n");
        assert!(near.contains("unknown column `body.wieght`") && near.contains("body.weight"), "{near}");
        assert!(complaint("patient,body.weight,body.weight\n").contains("there twice"));
        assert!(complaint("patient,body.weight\n1,70\n10,70\n").starts_with("t.csv:3: \"10\" is no patient"));
        assert!(complaint("patient,body.weight\n1,70\n0,70\n").contains("from 1 to 9"));
        assert!(complaint("patient,body.weight\n1,70\n1,71\n").contains("t.csv:3: patient 1 is there twice"));
        assert!(complaint("patient,body.weight\n1,heavy\n").contains("in kg"));
        assert!(complaint("patient,body.weight\n1,70,3\n").contains("t.csv:2"));
    }
}
