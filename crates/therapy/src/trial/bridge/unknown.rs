//! What is not known, draw by draw: what each makes of the model's parameters, and its laws.

use super::Bridge;
use crate::random::Stream;
use crate::trial::laws::{Laws, Own};
use engine::functions::{exp, ln};
use ketamine::fitted::values;
use notation::Field;
use std::borrow::Cow;

/// How far a standard normal number moves a value set by hand in its range: the range is four standard deviations, of the
/// logarithm where all is positive.
pub(crate) fn shift_in_range(value: f64, (low, high): (f64, f64), normal: f64) -> f64 {
    if is_logarithmic(value, low) { 0.25 * ln(high / low) * normal } else { 0.25 * (high - low) * normal }
}

/// The value so moved, kept in the range.
pub(crate) fn shifted(value: f64, (low, high): (f64, f64), shift: f64) -> f64 {
    let moved = if is_logarithmic(value, low) { value * exp(shift) } else { value + shift };
    moved.clamp(low.min(value), high.max(value))
}

fn is_logarithmic(value: f64, low: f64) -> bool {
    low > 0.0 && value > 0.0
}

/// One draw of what is not known.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    /// Its laws.
    pub laws: Laws,
    /// What it makes of parameters, by their index.
    moves: Vec<(usize, Move)>,
}

/// What a draw makes of one parameter. What a file says of the person stays, relative to the typical one.
#[derive(Clone, Copy, Debug)]
enum Move {
    Times(f64),
    Plus(f64),
}

impl Unknown {
    /// Moves parameters (internal units) to where this draw has them.
    pub fn act_on(&self, parameters: &mut [f64]) {
        for &(index, by) in &self.moves {
            match by {
                Move::Times(factor) => parameters[index] *= factor,
                Move::Plus(amount) => parameters[index] += amount,
            }
        }
    }
}

impl Bridge<'_> {
    /// Draws in advance what many patients will be asked for; no number depends on whether this was done.
    pub(super) fn draw_unknown(&mut self, draws: usize) {
        self.unknown = (0..draws).map(|draw| self.drawn(draw)).collect();
    }

    /// A draw: 0 is what the model holds, any other one of what is not known.
    pub(super) fn unknown(&self, draw: usize) -> Cow<'_, Unknown> {
        self.unknown.get(draw).map_or_else(|| Cow::Owned(self.drawn(draw)), Cow::Borrowed)
    }

    fn drawn(&self, draw: usize) -> Unknown {
        let fields = self.system.parameters.iter().enumerate().filter(|_| draw != 0);
        let moves = fields.filter_map(|(i, field)| Some((i, self.moved(draw, field)?))).collect();
        let (programme, programmes, trials) = &self.own;
        let own = Own { programme, programmes: *programmes, trials: *trials };
        Unknown { laws: self.laws.drawn(self.seed, draw, &own), moves }
    }

    /// From the posterior of the model's calibration: what was moved jointly, what the rows did not inform within its
    /// declared range (the range as four standard deviations).
    fn moved(&self, draw: usize, field: &Field) -> Option<Move> {
        let (low, high) = field.spread.and_then(|s| s.calibration_range)?;
        let normal = || Stream::new(self.seed, "what is not known", draw as u64, &field.name).normal();
        let shift = match values::MOVED.iter().position(|f| f.name == field.name) {
            Some(row) => ketamine::fitted::shift(draw, row),
            None => shift_in_range(field.value, (low, high), normal()),
        };
        let value = shifted(field.value, (low, high), shift);
        Some(match is_logarithmic(field.value, low) {
            true => Move::Times(value / field.value),
            false => Move::Plus((value - field.value) * field.unit.scale),
        })
    }
}
