//! The reading of equations as units: an equation that adds nanomoles to a concentration is reported at its line.

use crate::fields::{declarations, from_leaves, leaves};
use crate::unit::{BASES, hour};
use crate::{Field, Fields, Model, Real, Unit};
use std::cell::RefCell;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::panic::Location;

thread_local! {
    static SLIPS: RefCell<Vec<Slip>> = const { RefCell::new(Vec::new()) };
}

/// An equation whose units do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Source file of the operation, or of the declaration that it contradicts.
    pub file: String,
    /// Line of the operation; 0 if there is none (a number passed on untouched).
    pub line: u32,
    /// What is wrong: `adds nmol to nmol/mL`.
    pub message: String,
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.message)
        }
    }
}

/// Powers of the base dimensions in quarters, so that two square roots in a row stay exact.
type Quarters = [i16; 9];

const PURE: Quarters = [0; 9];

/// A number of which only the unit is known, and the line that made it.
#[derive(Clone, Copy, Debug)]
pub struct Dimension {
    /// `None` is a zero, which fits any dimension.
    powers: Option<Quarters>,
    made: Option<&'static Location<'static>>,
}

impl Dimension {
    /// A number of this unit.
    pub fn of(unit: Unit) -> Dimension {
        Dimension { powers: Some(unit.powers.map(|p| 4 * i16::from(p))), made: None }
    }

    #[track_caller]
    fn made(powers: Option<Quarters>) -> Dimension {
        Dimension { powers, made: Some(Location::caller()) }
    }

    fn fits(self, other: Dimension) -> bool {
        self.powers.is_none() || other.powers.is_none() || self.powers == other.powers
    }

    #[track_caller]
    fn expect_pure(self, what: &str) {
        if self.powers.is_some_and(|p| p != PURE) {
            slip(Location::caller(), format!("takes {what} of {self}; it needs a pure number"));
        }
    }
}

/// In internal units: `nmol/mL/h`, `1/h`, `a pure number`.
impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SYMBOLS: [&str; BASES.len()] = ["h", "nmol", "mL", "mg", "mV", "nA", "mmHg", "cm", "points"];
        let Some(powers) = self.powers else { return f.write_str("zero") };
        if powers == PURE {
            return f.write_str("a pure number");
        }
        let name = |i: usize, quarters: i16| match quarters {
            4 => SYMBOLS[i].to_owned(),
            q if q % 4 == 0 => format!("{}^{}", SYMBOLS[i], q / 4),
            q => format!("{}^{}", SYMBOLS[i], f64::from(q) / 4.0),
        };
        // Time is named last: nmol/mL/h.
        let order = || (1..BASES.len()).chain([0]);
        let above: Vec<String> = order().filter(|&i| 0 < powers[i]).map(|i| name(i, powers[i])).collect();
        let below: Vec<String> = order().filter(|&i| powers[i] < 0).map(|i| name(i, -powers[i])).collect();
        f.write_str(if above.is_empty() { "1" } else { "" })?;
        f.write_str(&above.join(" "))?;
        below.iter().try_for_each(|unit| write!(f, "/{unit}"))
    }
}

fn slip(place: &Location<'_>, message: String) {
    let found = Slip { file: place.file().to_owned(), line: place.line(), message };
    SLIPS.with_borrow_mut(|slips| {
        if !slips.contains(&found) {
            slips.push(found);
        }
    });
}

#[track_caller]
fn alike(a: Dimension, b: Dimension, message: impl Fn() -> String) -> Dimension {
    if !a.fits(b) {
        slip(Location::caller(), message());
    }
    Dimension::made(a.powers.or(b.powers))
}

#[track_caller]
fn product(a: Dimension, b: Dimension, sign: i16) -> Dimension {
    let powers = a.powers.zip(b.powers).map(|(p, q)| std::array::from_fn(|i| p[i] + sign * q[i]));
    Dimension::made(powers)
}

impl Add for Dimension {
    type Output = Self;
    #[track_caller]
    fn add(self, other: Self) -> Self {
        alike(self, other, || format!("adds {other} to {self}"))
    }
}
impl Sub for Dimension {
    type Output = Self;
    #[track_caller]
    fn sub(self, other: Self) -> Self {
        alike(self, other, || format!("subtracts {other} from {self}"))
    }
}
impl Mul for Dimension {
    type Output = Self;
    #[track_caller]
    fn mul(self, other: Self) -> Self {
        product(self, other, 1)
    }
}
impl Div for Dimension {
    type Output = Self;
    #[track_caller]
    fn div(self, other: Self) -> Self {
        product(self, other, -1)
    }
}
impl Neg for Dimension {
    type Output = Self;
    #[track_caller]
    fn neg(self) -> Self {
        Dimension::made(self.powers)
    }
}

impl Real for Dimension {
    fn number(_: f64) -> Self {
        Dimension { powers: Some(PURE), made: None }
    }
    fn zero() -> Self {
        Dimension { powers: None, made: None }
    }
    fn quantity(_: f64, unit: Unit) -> Self {
        Dimension::of(unit)
    }
    #[track_caller]
    fn exp(self) -> Self {
        self.expect_pure("exp");
        Dimension::made(Some(PURE))
    }
    #[track_caller]
    fn ln(self) -> Self {
        self.expect_pure("ln");
        Dimension::made(Some(PURE))
    }
    #[track_caller]
    fn sqrt(self) -> Self {
        if self.powers.is_some_and(|p| p.iter().any(|q| q % 2 != 0)) {
            slip(Location::caller(), format!("takes the square root of {self}; roots end at the fourth"));
        }
        Dimension::made(self.powers.map(|p| p.map(|q| q / 2)))
    }
    #[track_caller]
    fn pow(self, exponent: Self) -> Self {
        self.expect_pure("a power");
        if exponent.powers.is_some_and(|p| p != PURE) {
            slip(Location::caller(), format!("raises to a power of {exponent}; it needs a pure number"));
        }
        Dimension::made(Some(PURE))
    }
    #[track_caller]
    fn sin(self) -> Self {
        self.expect_pure("sin");
        Dimension::made(Some(PURE))
    }
    #[track_caller]
    fn cos(self) -> Self {
        self.expect_pure("cos");
        Dimension::made(Some(PURE))
    }
}

fn inputs<F: Fields<Dimension>>() -> F {
    let of: Vec<Dimension> = declarations::<Dimension, F>().iter().map(|field| Dimension::of(field.unit)).collect();
    from_leaves(&of)
}

/// Compares what a function returned with what was declared.
fn compare(what: &str, fields: &[Field], expected: impl Fn(&Field) -> Dimension, found: &[Dimension]) {
    for (field, &found) in fields.iter().zip(found) {
        let expected = expected(field);
        if found.fits(expected) {
            continue;
        }
        let message = format!("{what} {} is {found}, but it must be {expected}", field.name);
        match found.made {
            Some(place) => slip(place, message),
            None => SLIPS.with_borrow_mut(|s| s.push(Slip { file: field.file.to_owned(), line: 0, message })),
        }
    }
}

/// Reads a model as units: its baseline, its rates (state per time) and its observables; empty if all of them fit.
pub fn check_units<M: Model>() -> Vec<Slip> {
    let outer = SLIPS.take();
    let time = Dimension::of(hour);
    let state = inputs::<M::State<Dimension>>();
    let parameters = inputs::<M::Parameters<Dimension>>();
    let controls = inputs::<M::Controls<Dimension>>();
    let states = declarations::<Dimension, M::State<Dimension>>();
    let observables = declarations::<Dimension, M::Observables<Dimension>>();
    let of = |field: &Field| Dimension::of(field.unit);
    compare("the baseline of", &states, of, &leaves(&M::baseline(&parameters)));
    let rates = leaves(&M::rates(time, &state, &parameters, &controls));
    compare("the derivative of", &states, |field| of(field) / time, &rates);
    compare("the observable", &observables, of, &leaves(&M::observe(time, &state, &parameters, &controls)));
    SLIPS.replace(outer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit;

    fn slips(run: impl FnOnce()) -> Vec<String> {
        let outer = SLIPS.take();
        run();
        SLIPS.replace(outer).into_iter().map(|s| s.message).collect()
    }

    #[test]
    fn dimensions_have_readable_names() {
        let of = |u: Unit| Dimension::of(u).to_string();
        assert_eq!(of(unit::micromolar_per_second), "nmol/mL/h");
        assert_eq!(of(unit::per_hour), "1/h");
        assert_eq!(of(unit::litre_per_hour_per_year), "mL/h^2");
        assert_eq!(of(unit::percent), "a pure number");
        assert_eq!(Dimension::of(unit::nanomole).sqrt().to_string(), "nmol^0.5");
    }

    #[test]
    fn unlike_units_are_reported_in_words() {
        let (amount, level) = (Dimension::of(unit::nanomole), Dimension::of(unit::micromolar));
        let pure = Dimension::number(2.0);
        let check = |message: &str, run: &dyn Fn() -> Dimension| {
            assert_eq!(
                slips(|| {
                    run();
                }),
                [message]
            )
        };
        check("adds nmol to nmol/mL", &|| level + amount);
        check("subtracts nmol/mL from nmol", &|| amount - level);
        check("takes exp of nmol; it needs a pure number", &|| amount.exp());
        check("takes a power of nmol/mL; it needs a pure number", &|| level.pow(pure));
        check("raises to a power of nmol; it needs a pure number", &|| pure.pow(amount));
        check("subtracts nmol from a pure number", &|| amount.complement());
        check("adds nmol/mL to nmol", &|| amount.saturation(level));
    }

    #[test]
    fn zero_fits_anything_and_like_adds_to_like() {
        let (amount, level) = (Dimension::of(unit::nanomole), Dimension::of(unit::micromolar));
        let volume = Dimension::of(unit::litre);
        let found = slips(|| {
            let _ = Dimension::zero() + amount;
            let _ = level - Dimension::zero() * volume;
            let _ = level * volume + amount;
            let _ = amount.powi(2).sqrt() + amount;
            let _ = (level / level).exp();
            let _ = amount.positive_part(amount);
        });
        assert_eq!(found, [""; 0]);
    }
}
