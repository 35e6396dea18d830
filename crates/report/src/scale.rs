//! From values to places: linear, logarithmic, time and named scales, and ticks a reader can divide by.

use crate::figure::{Axis, Scale};
use crate::text;
use notation::functions::{exp, ln};

/// An axis laid out between two places on the page.
#[derive(Clone, Debug)]
pub struct Map {
    scale: Scale,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Map {
    /// The axis over data that reach from `low` to `high`, drawn from place `from` to place `to`.
    pub fn new(axis: &Axis, data: (f64, f64), from: f64, to: f64) -> Map {
        let (low, high) = ends(axis, data);
        Map { scale: axis.scale.clone(), low, high, from, to }
    }

    /// The place of a value; not finite where the value has none.
    pub fn place(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::Log | Scale::LogHours => (ln(value) - ln(self.low)) / (ln(self.high) - ln(self.low)),
            _ => (value - self.low) / (self.high - self.low),
        };
        self.from + share * (self.to - self.from)
    }

    /// The ends of the axis.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Ticks with their labels, about `wanted` of them.
    pub fn ticks(&self, wanted: usize) -> Vec<(f64, String)> {
        match &self.scale {
            Scale::Names(names) => names.iter().enumerate().map(|(i, name)| (i as f64, name.clone())).collect(),
            Scale::Log => log_ticks(self.low, self.high, wanted),
            Scale::LogHours => hour_ticks(self.low, self.high, wanted.min(9)),
            Scale::Linear => stepped(self.low, self.high, linear_step(self.low, self.high, wanted)),
            Scale::Minutes => stepped(
                self.low,
                self.high,
                fitting(self.high - self.low, wanted, &[1.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 240.0]),
            ),
            Scale::Days => stepped(
                self.low,
                self.high,
                fitting(
                    self.high - self.low,
                    wanted,
                    &[0.25, 0.5, 1.0, 2.0, 7.0, 14.0, 28.0, 56.0, 91.0, 182.0, 364.0, 728.0],
                ),
            ),
        }
    }
}

fn ends(axis: &Axis, (data_low, data_high): (f64, f64)) -> (f64, f64) {
    if let Scale::Names(names) = &axis.scale {
        return (-0.5, names.len() as f64 - 0.5);
    }
    let logarithmic = matches!(axis.scale, Scale::Log | Scale::LogHours);
    let usable = |v: f64| v.is_finite() && (!logarithmic || 0.0 < v);
    let mut low = axis.low.filter(|v| usable(*v)).unwrap_or(data_low);
    let mut high = axis.high.filter(|v| usable(*v)).unwrap_or(data_high);
    if !usable(low) || !usable(high) {
        (low, high) = if logarithmic { (0.1, 10.0) } else { (0.0, 1.0) };
    }
    if axis.low.is_none() && axis.scale == Scale::Linear && 0.0 < low && low < 0.35 * high {
        low = 0.0;
    }
    if axis.scale == Scale::Linear && axis.low.is_none() && axis.high.is_none() {
        let least = 0.02 * low.abs().max(high.abs());
        let missing = (least - (high - low)).max(0.0);
        (low, high) = (low - 0.5 * missing, high + 0.5 * missing);
    }
    if low < high {
        let margin = 0.06 * (high - low);
        if axis.scale == Scale::Linear {
            high = if axis.high.is_none() { high + margin } else { high };
            low = if axis.low.is_none() && low != 0.0 { low - margin } else { low };
        }
        if axis.scale == Scale::Log {
            let margin = exp(0.03 * (ln(high) - ln(low)));
            high = if axis.high.is_none() { high * margin } else { high };
            low = if axis.low.is_none() { low / margin } else { low };
        }
        return (low, high);
    }
    match logarithmic {
        _ if low == 0.0 => (0.0, 1.0),
        true => (low / 2.0, low * 2.0),
        false => (low - 0.5 * low.abs().max(1e-9), low + 0.5 * low.abs().max(1e-9)),
    }
}

/// The round step that gives nearest to the wanted number of ticks.
fn linear_step(low: f64, high: f64, wanted: usize) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= high - low {
        power *= 10.0;
    }
    while power > high - low {
        power /= 10.0;
    }
    let count = |step: f64| (high / step + 1e-9).floor() - (low / step - 1e-9).ceil() + 1.0;
    let miss = |step: f64| (count(step) - wanted as f64).abs() + if count(step) < 2.0 { 100.0 } else { 0.0 };
    let steps = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0].map(|m| m * power);
    steps.into_iter().reduce(|best, s| if miss(s) < miss(best) { s } else { best }).unwrap_or(power)
}

fn fitting(range: f64, wanted: usize, steps: &[f64]) -> f64 {
    let rough = range / wanted.max(1) as f64;
    let listed = steps.iter().copied().find(|s| *s >= 0.999 * rough);
    listed.unwrap_or(rough)
}

fn stepped(low: f64, high: f64, step: f64) -> Vec<(f64, String)> {
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last.min(first + 60)).map(|i| i as f64 * step).map(|v| (v, text::significant(v, 4))).collect()
}

fn log_ticks(low: f64, high: f64, wanted: usize) -> Vec<(f64, String)> {
    let decades = (ln(high) - ln(low)) / ln(10.0);
    let multiples: &[f64] = match wanted as f64 / decades {
        many if many > 2.4 => &[1.0, 2.0, 5.0],
        many if many > 1.6 => &[1.0, 3.0],
        _ => &[1.0],
    };
    let every = (decades / wanted as f64).ceil().max(1.0) as i32;
    let mut ticks = vec![];
    for exponent in -18..=18 {
        if multiples.len() == 1 && exponent % every != 0 {
            continue;
        }
        for multiple in multiples {
            let value: f64 = format!("{multiple}e{exponent}").parse().unwrap_or(f64::NAN);
            if low * 0.999 <= value && value <= high * 1.001 {
                ticks.push((value, text::number(value)));
            }
        }
    }
    ticks
}

fn hour_ticks(low: f64, high: f64, wanted: usize) -> Vec<(f64, String)> {
    const MINUTE: f64 = 1.0 / 60.0;
    let ladder = [
        (MINUTE, "1 min", 1),
        (2.0 * MINUTE, "2 min", 3),
        (5.0 * MINUTE, "5 min", 2),
        (10.0 * MINUTE, "10 min", 1),
        (30.0 * MINUTE, "30 min", 2),
        (1.0, "1 h", 1),
        (3.0, "3 h", 2),
        (6.0, "6 h", 1),
        (24.0, "1 d", 1),
        (72.0, "3 d", 2),
        (168.0, "1 wk", 1),
        (336.0, "2 wk", 3),
        (672.0, "4 wk", 2),
        (1344.0, "8 wk", 1),
        (2688.0, "16 wk", 2),
        (8736.0, "52 wk", 1),
    ];
    let inside = |rank: i32| {
        ladder.iter().filter(move |t| t.2 <= rank && low * 0.999 <= t.0 && t.0 <= high * 1.001).collect::<Vec<_>>()
    };
    let rank = (1..=3).rev().find(|rank| inside(*rank).len() <= wanted).unwrap_or(1);
    inside(rank).into_iter().map(|t| (t.0, t.1.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, low: f64, high: f64, wanted: usize) -> String {
        let axis = Axis { scale, low: Some(low), high: Some(high), ..Axis::default() };
        let ticks = Map::new(&axis, (low, high), 0.0, 100.0).ticks(wanted);
        ticks.into_iter().map(|t| t.1).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(Scale::Minutes, 0.0, 180.0, 7), "0 30 60 90 120 150 180");
        assert_eq!(labels(Scale::Linear, -3.0, 11.0, 4), "0 5 10");
        assert_eq!(labels(Scale::Days, 0.0, 56.0, 9), "0 7 14 21 28 35 42 49 56");
        assert_eq!(labels(Scale::Log, 0.5, 200.0, 4), "1 10 100");
        assert_eq!(labels(Scale::LogHours, 1.0 / 60.0, 1344.0, 8), "1 min 10 min 1 h 6 h 1 d 1 wk 8 wk");
    }

    #[test]
    fn a_decade_is_as_wide_as_the_next() {
        let axis = Axis { scale: Scale::Log, low: Some(0.01), high: Some(100.0), ..Axis::default() };
        let map = Map::new(&axis, (0.01, 100.0), 0.0, 400.0);
        assert!((map.place(1.0) - 200.0).abs() < 1e-9 && (map.place(10.0) - 300.0).abs() < 1e-9);
    }

    #[test]
    fn noise_in_the_last_digits_is_not_blown_up() {
        let map = Map::new(&Axis::default(), (1.2130, 1.2131), 0.0, 100.0);
        assert!((map.place(1.2131) - map.place(1.2130)).abs() < 1.0);
    }

    #[test]
    fn data_without_range_still_have_an_axis() {
        let map = Map::new(&Axis::default(), (5.0, 5.0), 0.0, 100.0);
        assert!((map.place(5.0) - 50.0).abs() < 1e-9);
        let map = Map::new(&Axis { scale: Scale::Log, ..Axis::default() }, (-1.0, f64::NAN), 0.0, 1.0);
        assert!(map.place(1.0).is_finite());
    }
}
