//! Patients as a table: written for a simulated population, read for one that somebody brings.

use crate::covariates::Person;
use crate::measurement::Latent;
use crate::nearest::nearest;

/// Columns of the table, in order. Latent severities are shares between 0 and 1.
pub const COLUMNS: [&str; 20] = [
    "patient",
    "age",
    "female",
    "weight",
    "height",
    "cyp2b6",
    "bdnf_met",
    "depression",
    "anxiety",
    "trauma",
    "guilt_and_shame",
    "pain",
    "chronicity",
    "failed_treatments",
    "stress",
    "expectancy",
    "benzodiazepine",
    "ssri",
    "stimulant",
    "screened",
];

/// A table that cannot be used: where, why, and what to write.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {what}\n  cause: {cause}\n  remedy: {remedy}")]
pub struct TableError {
    /// Name of the file as given.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
    /// Why.
    pub cause: String,
    /// What to write instead.
    pub remedy: String,
}

/// The table as CSV text. Units: years, kg, cm, shares, years, counts; yes is 1, no is 0.
pub fn write(people: &[Person]) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for person in people {
        text.push_str(&row(person));
        text.push('\n');
    }
    text
}

/// One person's row of the table.
pub fn row(person: &Person) -> String {
    let cells: Vec<String> = COLUMNS.iter().map(|column| cell(person, column)).collect();
    cells.join(",")
}

fn cell(person: &Person, column: &str) -> String {
    let latent = &person.latent;
    let value = match column {
        "patient" => return person.number.to_string(),
        "screened" => return person.screened.to_string(),
        "depression" => latent.depression,
        "anxiety" => latent.anxiety,
        "trauma" => latent.trauma,
        "guilt_and_shame" => latent.guilt_and_shame,
        "pain" => latent.pain,
        name => person.covariate(name).unwrap_or(f64::NAN),
    };
    format!("{value}")
}

/// Reads a table. Columns may stand in any order; those with a usual value may be missing
/// (everything except age, weight and depression).
///
/// # Errors
/// An unknown column, a missing one, a cell that is not a number or out of range, an empty table.
pub fn read(file: &str, text: &str) -> Result<Vec<Person>, TableError> {
    let wrong = |line: u64, what: String, cause: String, remedy: String| TableError {
        file: file.to_owned(),
        line,
        what,
        cause,
        remedy,
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader
        .headers()
        .map_err(|e| wrong(1, "this is not a CSV table".into(), e.to_string(), "save it as UTF-8 CSV".into()))?
        .clone();
    for name in &headers {
        if !COLUMNS.contains(&name) {
            let close = nearest(name, COLUMNS).unwrap_or("");
            let cause = format!("known are: {}", COLUMNS.join(", "));
            return Err(wrong(1, format!("unknown column `{name}`"), cause, format!("did you mean `{close}`?")));
        }
    }
    for name in ["age", "weight", "depression"] {
        if !headers.iter().any(|h| h == name) {
            let cause = "it has no usual value".to_owned();
            return Err(wrong(1, format!("column `{name}` is missing"), cause, format!("add the column `{name}`")));
        }
    }
    let mut people = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let line = index as u64 + 2;
        let row = row.map_err(|e| {
            wrong(
                line,
                "this row cannot be read".into(),
                e.to_string(),
                "give every row as many cells as the first".into(),
            )
        })?;
        let get = |name: &'static str, usual: f64| -> Result<f64, TableError> {
            let Some(cell) = headers.iter().position(|h| h == name).and_then(|i| row.get(i)) else { return Ok(usual) };
            let (low, high) = range(name);
            match cell.parse::<f64>() {
                Ok(value) if low <= value && value <= high => Ok(value),
                Ok(_) => {
                    let cause = format!("it runs from {low} to {high}");
                    Err(wrong(line, format!("`{name}` = {cell} is out of range"), cause, "correct the cell".into()))
                }
                Err(_) => {
                    let cause = format!("\"{cell}\" was read");
                    Err(wrong(line, format!("`{name}` is not a number"), cause, "write a plain number".into()))
                }
            }
        };
        people.push(Person {
            number: get("patient", index as f64)? as u64,
            age: get("age", 0.0)?,
            female: get("female", 1.0)? != 0.0,
            weight: get("weight", 0.0)?,
            height: get("height", 170.0)?,
            cyp2b6: get("cyp2b6", 1.0)?,
            bdnf_met: get("bdnf_met", 0.0)? as u8,
            latent: Latent {
                depression: get("depression", 0.0)?,
                anxiety: get("anxiety", 0.5)?,
                trauma: get("trauma", 0.2)?,
                guilt_and_shame: get("guilt_and_shame", 0.2)?,
                pain: get("pain", 0.2)?,
            },
            chronicity: get("chronicity", 2.0)?,
            failed: get("failed_treatments", 2.0)? as u32,
            stress: get("stress", 0.3)?,
            expectancy: get("expectancy", 1.0)?,
            benzodiazepine: get("benzodiazepine", 0.0)? != 0.0,
            ssri: get("ssri", 0.0)? != 0.0,
            stimulant: get("stimulant", 0.0)? != 0.0,
            screened: get("screened", 1.0)? as u32,
        });
    }
    if people.is_empty() {
        let cause = "there is no row below the header".to_owned();
        return Err(wrong(1, "the table holds no patient".into(), cause, "add one row per patient".into()));
    }
    Ok(people)
}

fn range(column: &str) -> (f64, f64) {
    match column {
        "age" => (18.0, 100.0),
        "weight" => (35.0, 220.0),
        "height" => (130.0, 220.0),
        "depression" | "anxiety" | "trauma" | "guilt_and_shame" | "pain" => (0.0, 1.0),
        "female" | "benzodiazepine" | "ssri" | "stimulant" => (0.0, 1.0),
        "bdnf_met" => (0.0, 2.0),
        "cyp2b6" | "expectancy" => (0.01, 100.0),
        "stress" => (0.0, 3.0),
        "patient" => (0.0, 1e15),
        _ => (0.0, 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::covariates::{COVARIATES, Criterion, Feature, Population, Profile};

    fn people() -> Vec<Person> {
        let adults = |name, low, high| Criterion { feature: Feature::Covariate(name), low, high };
        let criteria = vec![adults("age", 18.0, 90.0), adults("weight", 40.0, 200.0), adults("height", 140.0, 210.0)];
        let population = Population::new(Profile::default(), criteria);
        (0..25).map(|i| population.draw(2, "", i).unwrap()).collect()
    }

    #[test]
    fn what_is_written_is_read_back_to_the_bit() {
        assert_eq!(read("p.csv", &write(&people())).unwrap(), people());
        assert!(COVARIATES.iter().all(|name| COLUMNS.contains(name)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line, part) in [
            ("age,weight,depresion\n40,70,0.5\n", 1, "did you mean `depression`"),
            ("age,weight\n40,70\n", 1, "column `depression` is missing"),
            ("age,weight,depression\n40,70,0.5\n40,seven,0.5\n", 3, "`weight` is not a number"),
            ("age,weight,depression\n40,7,0.5\n", 2, "`weight` = 7 is out of range"),
            ("age,weight,depression\n40,70,NaN\n", 2, "out of range"),
            ("age,weight,depression\n40,70\n", 2, "cannot be read"),
            ("age,weight,depression\n", 1, "no patient"),
        ] {
            let error = read("p.csv", text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.to_string().contains(part), "{text}: {error}");
        }
    }
}
