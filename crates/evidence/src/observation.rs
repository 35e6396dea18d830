//! Observations: facts copied from the evidence tables, one per row, and the question that each puts to the model.

use crate::measure::Measure;
use crate::problem::{Place, Problem};
use std::collections::BTreeSet;

/// Which rows may be fitted, which only checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Set {
    /// May be fitted.
    Calibration,
    /// Only checked.
    Validation,
    /// Contested: the model is shown against both sides, never fitted.
    Conflict,
    /// Direction of thought without a number.
    Qualitative,
    /// Context, not a target.
    Reference,
    /// Another value for a switch.
    Alternative,
}

impl Set {
    /// As written in the files.
    pub fn name(self) -> &'static str {
        match self {
            Set::Calibration => "calibration",
            Set::Validation => "validation",
            Set::Conflict => "conflict",
            Set::Qualitative => "qualitative",
            Set::Reference => "reference",
            Set::Alternative => "alternative",
        }
    }

    fn parse(text: &str) -> Option<Set> {
        let all =
            [Set::Calibration, Set::Validation, Set::Conflict, Set::Qualitative, Set::Reference, Set::Alternative];
        all.into_iter().find(|s| s.name() == text)
    }
}

/// One fact.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Stable identifier.
    pub id: String,
    /// Study or first author and year, where the table names one.
    pub study: String,
    /// What was measured.
    pub quantity: String,
    /// Species and population.
    pub population: String,
    /// Dose, route, condition, time: the design in words.
    pub design: String,
    /// As printed in the table.
    pub value: String,
    /// As printed in the table.
    pub spread: String,
    /// What the spread is: SD, SE, range, ...
    pub spread_kind: String,
    /// Number of people or animals, as printed.
    pub n: String,
    /// Unit as printed; `sign` where only direction or rank is known.
    pub unit: String,
    /// Where blood was taken.
    pub sampling: String,
    /// Evidence mark: primary, transcription, digitised, secondary, code, calc.
    pub mark: String,
    /// What it may be used for.
    pub set: Set,
    /// Address of the page it was read at.
    pub source: String,
    /// Remarks.
    pub note: String,
    /// Line in its file.
    pub place: Place,
}

impl Observation {
    /// The first number of the value cell.
    pub fn number(&self) -> Option<f64> {
        self.value.trim().trim_start_matches('+').parse().ok().filter(|v: &f64| v.is_finite())
    }
}

/// How a row is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Fold error of a positive quantity.
    Fold,
    /// Difference of a quantity that may be zero or negative.
    Difference,
    /// A statement that holds or not.
    Claim,
    /// A figure of a simulated trial against the interval over trials of that size.
    Trial,
    /// Not put to the model; the text says why.
    Excluded,
}

/// What a row asks of the model.
#[derive(Clone, Debug)]
pub struct Question {
    /// Row it belongs to.
    pub id: String,
    /// How predicted and observed are compared.
    pub comparison: Comparison,
    /// Expression, statement, or reason of exclusion.
    pub text: String,
    /// The number the model is compared with, where the table's cell is not one plain number; in the row's unit.
    pub target: Option<f64>,
    /// Spread of the comparison: logarithmic for a fold, in the row's unit for a difference, `None` = by rule.
    pub spread: Option<f64>,
    /// How the target and the spread were read off the row, or what the comparison assumes.
    pub remark: String,
    /// Line in its file.
    pub place: Place,
}

fn table(file: &str, text: &str, columns: &[&str]) -> Result<Vec<(Place, Vec<String>)>, Vec<Problem>> {
    let at = |line: usize| Place { file: file.to_owned(), line };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| vec![at(1).problem(e.to_string(), "write the header line")])?.clone();
    if header.iter().ne(columns.iter().copied()) {
        let cause = format!("the columns are `{}`", header.iter().collect::<Vec<_>>().join(","));
        return Err(vec![at(1).problem(cause, format!("use `{}`", columns.join(",")))]);
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(1, |p| p.line() as usize);
            vec![at(line).problem(e.to_string(), "give every row as many cells as the header")]
        })?;
        let line = record.position().map_or(1, |p| p.line() as usize);
        rows.push((at(line), record.iter().map(|c| c.trim().to_owned()).collect()));
    }
    Ok(rows)
}

/// Columns of an observation file.
pub const OBSERVATION_COLUMNS: [&str; 15] = [
    "id",
    "study",
    "quantity",
    "population",
    "design",
    "value",
    "spread",
    "spread_kind",
    "n",
    "unit",
    "sampling",
    "mark",
    "set",
    "source",
    "note",
];

/// Columns of a question file.
pub const QUESTION_COLUMNS: [&str; 6] = ["id", "compare", "asks", "target", "spread", "remark"];

const MARKS: [&str; 6] = ["primary", "transcription", "digitised", "secondary", "code", "calc"];

/// Reads a file of observations.
pub fn observations(file: &str, text: &str) -> Result<Vec<Observation>, Vec<Problem>> {
    let mut out: Vec<Observation> = Vec::new();
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    for (place, cells) in table(file, text, &OBSERVATION_COLUMNS)? {
        let mut cells = cells.into_iter();
        let mut next = || cells.next().unwrap_or_default();
        let (id, study, quantity, population, design) = (next(), next(), next(), next(), next());
        let (value, spread, spread_kind, n, unit) = (next(), next(), next(), next(), next());
        let (sampling, mark, set, source, note) = (next(), next(), next(), next(), next());
        let Some(set) = Set::parse(&set) else {
            problems.push(place.problem(
                format!("`{id}` is in the set `{set}`"),
                "use calibration, validation, conflict, qualitative, reference or alternative",
            ));
            continue;
        };
        if !MARKS.contains(&mark.as_str()) {
            problems.push(
                place.problem(format!("`{id}` carries the mark `{mark}`"), format!("use one of {}", MARKS.join(", "))),
            );
        }
        if !(source.contains("http") || (mark == "calc" && source.starts_with("calc"))) {
            problems.push(
                place.problem(format!("`{id}` has no page address"), "give the address of the page it was read at"),
            );
        }
        if unit != "sign" && Measure::parse(&unit).is_none() {
            problems.push(place.problem(
                format!("`{id}` has the unknown unit `{unit}`"),
                "use a unit of the table in notation::unit, or `sign`",
            ));
        }
        if id.is_empty() || !ids.insert(id.clone()) {
            problems.push(place.problem(format!("the id `{id}` is empty or used twice"), "give each row its own id"));
        }
        out.push(Observation {
            id,
            study,
            quantity,
            population,
            design,
            value,
            spread,
            spread_kind,
            n,
            unit,
            sampling,
            mark,
            set,
            source,
            note,
            place,
        });
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Reads a file of questions.
pub fn questions(file: &str, text: &str) -> Result<Vec<Question>, Vec<Problem>> {
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for (place, cells) in table(file, text, &QUESTION_COLUMNS)? {
        let [id, compare, text, target, spread, remark] = <[String; 6]>::try_from(cells).unwrap_or_default();
        let comparison = match compare.as_str() {
            "fold" => Comparison::Fold,
            "difference" => Comparison::Difference,
            "claim" => Comparison::Claim,
            "trial" => Comparison::Trial,
            "excluded" => Comparison::Excluded,
            other => {
                problems.push(place.problem(
                    format!("`{id}` is compared by `{other}`"),
                    "use fold, difference, claim, trial or excluded",
                ));
                continue;
            }
        };
        let number = |cell: &str| -> Result<Option<f64>, Problem> {
            if cell.is_empty() {
                return Ok(None);
            }
            match cell.parse::<f64>() {
                Ok(v) if v.is_finite() => Ok(Some(v)),
                _ => Err(place.problem(
                    format!("`{id}` has `{cell}` where a number belongs"),
                    "write a plain number or leave it empty",
                )),
            }
        };
        let (target, spread) = match (number(&target), number(&spread)) {
            (Ok(t), Ok(s)) => (t, s),
            (t, s) => {
                problems.extend(t.err().into_iter().chain(s.err()));
                continue;
            }
        };
        if text.is_empty() {
            problems.push(
                place
                    .problem(format!("`{id}` asks nothing"), "write an expression, a statement, or why it is excluded"),
            );
        }
        out.push(Question { id, comparison, text, target, spread, remark, place });
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(unit: &str, set: &str, source: &str) -> String {
        format!("{}\nA1,s,q,p,d,1,,,,{unit},,primary,{set},{source},\n", OBSERVATION_COLUMNS.join(","))
    }

    #[test]
    fn a_row_reads() {
        let rows = observations("o.csv", &row("ng/mL", "validation", "https://a.b")).unwrap();
        assert_eq!((rows[0].number(), rows[0].set, rows[0].place.line), (Some(1.0), Set::Validation, 2));
    }

    #[test]
    fn each_slip_is_refused_with_its_line() {
        for (unit, set, source, word) in [
            ("furlong", "validation", "https://a.b", "furlong"),
            ("ng/mL", "valid", "https://a.b", "valid"),
            ("ng/mL", "validation", "somewhere", "address"),
        ] {
            let problems = observations("o.csv", &row(unit, set, source)).unwrap_err();
            assert!(problems[0].cause.contains(word) && problems[0].line == 2, "{problems:?}");
        }
    }

    #[test]
    fn a_question_without_meaning_is_refused() {
        let text = format!("{}\nA1,guess,x,,,\n", QUESTION_COLUMNS.join(","));
        assert!(questions("q.csv", &text).unwrap_err()[0].cause.contains("guess"));
        let text = format!("{}\nA1,fold,x,many,,\n", QUESTION_COLUMNS.join(","));
        assert!(questions("q.csv", &text).unwrap_err()[0].cause.contains("many"));
    }
}
