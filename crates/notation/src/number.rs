//! The number that equations are written in, and its plain reading as `f64`.

use crate::functions;
use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that an equation can be evaluated with.
///
/// Readings: `f64` (the reference path), [`crate::Traced`] (the equation as a graph),
/// `Dimension` (a check of units). Every operation has one fixed meaning in all of them.
pub trait Real:
    Copy
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    /// A dimensionless constant.
    fn number(value: f64) -> Self;
    /// A zero that fits any dimension.
    fn zero() -> Self;
    /// One hour, minute, ... : `value` of a unit, converted to internal units.
    fn quantity(value: f64, unit: crate::Unit) -> Self;
    /// e to the power of a dimensionless number.
    fn exp(self) -> Self;
    /// Natural logarithm of a positive dimensionless number.
    fn ln(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// A dimensionless positive base to a dimensionless power: `exp(exponent * ln(base))`, 0 for a base of 0.
    fn pow(self, exponent: Self) -> Self;
    /// Sine of an angle in radians.
    fn sin(self) -> Self;
    /// Cosine of an angle in radians.
    fn cos(self) -> Self;

    /// An integer power by repeated multiplication, in a fixed order.
    #[track_caller]
    fn powi(self, exponent: u32) -> Self {
        let mut result = self;
        if exponent == 0 {
            return Self::number(1.0);
        }
        for _ in 1..exponent {
            result = result * self;
        }
        result
    }

    /// A smooth positive part, `(x + sqrt(x^2 + width^2)) / 2`, for laws that must not go negative.
    #[track_caller]
    fn positive_part(self, width: Self) -> Self {
        (self + (self * self + width * width).sqrt()) / Self::number(2.0)
    }

    /// `1 - self`.
    #[track_caller]
    fn complement(self) -> Self {
        Self::number(1.0) - self
    }

    /// Saturation `x / (x + half)`.
    #[track_caller]
    fn saturation(self, half: Self) -> Self {
        self / (self + half)
    }
}

impl Real for f64 {
    fn number(value: f64) -> Self {
        value
    }
    fn zero() -> Self {
        0.0
    }
    fn quantity(value: f64, unit: crate::Unit) -> Self {
        value * unit.scale
    }
    fn exp(self) -> Self {
        functions::exp(self)
    }
    fn ln(self) -> Self {
        functions::ln(self)
    }
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    fn pow(self, exponent: Self) -> Self {
        functions::pow(self, exponent)
    }
    fn sin(self) -> Self {
        functions::sin(self)
    }
    fn cos(self) -> Self {
        functions::cos(self)
    }
}
