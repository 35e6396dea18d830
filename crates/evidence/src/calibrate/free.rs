//! What calibration may move: parameters that declare a range, each on its scale, with a prior.

use notation::{System, functions};

/// Scale on which a parameter is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Logarithm.
    Log,
    /// As it is, where the range reaches 0 or below.
    Linear,
}

/// One parameter that may be moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Free {
    /// Dotted name.
    pub name: String,
    /// Index in the system.
    pub index: usize,
    /// Scale of `centre`, `low`, `high` and `deviation`.
    pub scale: Scale,
    /// Centre of the prior: the declared value, on the scale.
    pub centre: f64,
    /// Lower end of the declared range, on the scale.
    pub low: f64,
    /// Upper end, on the scale.
    pub high: f64,
    /// Standard deviation of the prior: a quarter of the range, on the scale.
    pub deviation: f64,
    /// One declared unit in internal units.
    pub unit: f64,
}

/// The range holds the prior's central 95 %.
const DEVIATIONS_PER_RANGE: f64 = 4.0;

/// All parameters of a system that declare a range, in the system's order.
pub fn free(system: &System) -> Vec<Free> {
    let declared = system.parameters.iter().enumerate();
    declared
        .filter_map(|(index, field)| {
            let (low, high) = field.spread.and_then(|s| s.calibration_range)?;
            let scale = if low > 0.0 && field.value > 0.0 { Scale::Log } else { Scale::Linear };
            let onto = |x: f64| match scale {
                Scale::Log => functions::ln(x),
                Scale::Linear => x,
            };
            let (low, high) = (onto(low), onto(high));
            Some(Free {
                name: field.name.clone(),
                index,
                scale,
                centre: onto(field.value),
                low: low.min(onto(field.value)),
                high: high.max(onto(field.value)),
                deviation: (high - low) / DEVIATIONS_PER_RANGE,
                unit: field.unit.scale,
            })
        })
        .filter(|f| f.deviation > 0.0)
        .collect()
}

impl Free {
    /// From the scale to the declared unit.
    pub fn declared(&self, z: f64) -> f64 {
        match self.scale {
            Scale::Log => functions::exp(z),
            Scale::Linear => z,
        }
    }

    /// From the scale to internal units.
    pub fn internal(&self, z: f64) -> f64 {
        self.declared(z) * self.unit
    }
}

/// The parameter vector (internal units) at a point.
pub fn at(typical: &[f64], free: &[Free], point: &[f64]) -> Vec<f64> {
    let mut out = typical.to_vec();
    for (f, z) in free.iter().zip(point) {
        out[f.index] = f.internal(*z);
    }
    out
}
