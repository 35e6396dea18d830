//! Signs: what could be measured over time, in the units of their declarations.

use notation::Field;

/// Signs of one patient on one grid of times.
#[derive(Clone, Copy, Debug)]
pub struct Signs<'a> {
    /// Hours from the first dose, ascending.
    pub times: &'a [f64],
    /// Declarations of the signs, in the order of the values.
    pub fields: &'a [Field],
    /// Row-major (time x sign), in internal units.
    pub values: &'a [f64],
}

impl Signs<'_> {
    /// One sign over time in its declared unit; `None` if there is none of this name.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        let scale = self.fields[index].unit.scale;
        Some(self.values.chunks_exact(self.fields.len()).map(|row| row[index] / scale).collect())
    }

    /// The value at a time of the grid; `None` outside it.
    pub fn at(&self, column: &[f64], hours: f64) -> Option<f64> {
        let index = self.times.iter().position(|time| (time - hours).abs() < 1e-9)?;
        column.get(index).copied().filter(|value| value.is_finite())
    }
}

/// Highest value of a column before a time, and when it is reached.
pub fn peak(times: &[f64], column: &[f64], until: f64) -> Option<(f64, f64)> {
    let mut best: Option<(f64, f64)> = None;
    for (&time, &value) in times.iter().zip(column).take_while(|(time, _)| **time <= until) {
        if value.is_finite() && best.is_none_or(|(highest, _)| value > highest) {
            best = Some((value, time));
        }
    }
    best
}

/// When a column first rises through a level before a time, by a straight line between grid times.
pub fn rise(times: &[f64], column: &[f64], level: f64, until: f64) -> Option<f64> {
    cross(times, column, until, |before, after| before < level && level <= after, level)
}

/// When a column last falls through a level before a time, by a straight line between grid times.
pub fn last_fall(times: &[f64], column: &[f64], level: f64, until: f64) -> Option<f64> {
    let shown = times.iter().take_while(|time| **time <= until).count();
    (1..shown).rev().find(|&i| column[i - 1] >= level && column[i] < level).map(|i| between(times, column, i, level))
}

fn cross(times: &[f64], column: &[f64], until: f64, is: impl Fn(f64, f64) -> bool, level: f64) -> Option<f64> {
    let shown = times.iter().take_while(|time| **time <= until).count();
    (1..shown).find(|&i| is(column[i - 1], column[i])).map(|i| between(times, column, i, level))
}

fn between(times: &[f64], column: &[f64], i: usize, level: f64) -> f64 {
    let share = (level - column[i - 1]) / (column[i] - column[i - 1]);
    times[i - 1] + share * (times[i] - times[i - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_and_crossings_of_a_hill() {
        let times = [0.0, 1.0, 2.0, 3.0, 4.0];
        let hill = [0.0, 2.0, 4.0, 1.0, 0.0];
        assert_eq!(peak(&times, &hill, 4.0), Some((4.0, 2.0)));
        assert_eq!(peak(&times, &hill, 1.0), Some((2.0, 1.0)));
        assert_eq!(rise(&times, &hill, 1.0, 4.0), Some(0.5));
        assert_eq!(last_fall(&times, &hill, 2.5, 4.0), Some(2.5));
        assert_eq!(rise(&times, &hill, 9.0, 4.0), None);
        assert_eq!(last_fall(&times, &hill, 2.5, 2.0), None);
    }
}
