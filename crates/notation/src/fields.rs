//! Named fields: states, derivatives, parameters, controls and observables as plain structs.
//!
//! `states!`, `parameters!`, `controls!`, `observables!` declare one station's struct, `group!` joins stations.
//! Because a derivative is the same struct as the state, a forgotten equation does not compile.

use crate::{Evidence, Spread, Unit};

/// What is declared of one named number.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Dotted path: `mouth_s.tablet`.
    pub name: String,
    /// Unit of the declared value.
    pub unit: Unit,
    /// First sentence or more: what it is.
    pub doc: &'static str,
    /// Parameters: typical value in the declared unit. Controls: resting value. Otherwise 0.
    pub value: f64,
    /// States: typical size in internal units, by which the absolute tolerance is scaled. Otherwise 1.
    pub scale: f64,
    /// Parameters only.
    pub spread: Option<Spread>,
    /// Parameters only.
    pub evidence: Option<Evidence>,
    /// Source file of the declaration.
    pub file: &'static str,
}

/// A struct whose leaves are numbers with declarations, in a fixed order.
pub trait Fields<S>: Sized {
    /// Appends the declaration of each leaf, names prefixed.
    fn declare(prefix: &str, out: &mut Vec<Field>);
    /// Builds the struct from its leaves in order.
    fn read(next: &mut dyn FnMut() -> S) -> Self;
    /// Hands out the leaves in order.
    fn write(&self, sink: &mut dyn FnMut(S));
}

/// The declarations of a struct's leaves.
pub fn declarations<S, F: Fields<S>>() -> Vec<Field> {
    let mut out = Vec::new();
    F::declare("", &mut out);
    out
}

/// The leaves as a vector.
pub fn leaves<S, F: Fields<S>>(fields: &F) -> Vec<S> {
    let mut out = Vec::new();
    fields.write(&mut |x| out.push(x));
    out
}

/// The struct from a slice of its leaves. Panics if the slice is too short.
pub fn from_leaves<S: Copy, F: Fields<S>>(values: &[S]) -> F {
    let mut i = 0;
    F::read(&mut || {
        i += 1;
        values[i - 1]
    })
}

/// Typical parameter values (or resting controls) in internal units.
pub fn typical<F: Fields<f64>>() -> F {
    let values: Vec<f64> = declarations::<f64, F>().iter().map(|f| f.value * f.unit.scale).collect();
    from_leaves(&values)
}

#[doc(hidden)]
pub fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

/// States of a station: `name: unit;` or `name: unit, scale 1e3;` each with a doc comment.
///
/// The derivative is the same struct, so all equations are there:
/// ```
/// notation::states! {
///     /// Drug in the tablet.
///     tablet: nanomole;
///     /// Drug in saliva.
///     saliva: nanomole;
/// }
/// let flow = 2.0;
/// let rates = State { tablet: -flow, saliva: flow };
/// # assert_eq!(rates.tablet + rates.saliva, 0.0);
/// ```
/// A forgotten equation does not compile:
/// ```compile_fail,E0063
/// notation::states! {
///     /// Drug in the tablet.
///     tablet: nanomole;
///     /// Drug in saliva.
///     saliva: nanomole;
/// }
/// let flow = 2.0;
/// let rates = State { tablet: -flow };
/// ```
#[macro_export]
macro_rules! states {
    ($( $(#[doc = $doc:expr])* $name:ident : $unit:ident $(, scale $scale:expr)? ; )*) => {
        /// States of this station; its derivative is the same struct.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct State<S> { $( $(#[doc = $doc])* pub $name: S, )* }
        $crate::fields!(State; $( $name, $unit, concat!($($doc),*), 0.0, { let _s = 1.0; $( let _s = $scale; )? _s }, None, None; )*);
    };
}

/// Parameters of a station: `name = value unit, spread, evidence;` each with a doc comment.
///
/// ```
/// use notation::evidence::{Source, log_normal, measured};
/// static SIMONS_2022: Source = Source { key: "Simons 2022", citation: "Simons P et al.", address: "doi:10.1000/1" };
/// notation::parameters! {
///     /// Release from the mucosal depot into blood.
///     depot_release = 0.04 per_minute, log_normal(0.25), measured(&SIMONS_2022, "table 4");
/// }
/// let parameters: Parameters<f64> = notation::fields::typical();
/// assert!((parameters.depot_release - 2.4).abs() < 1e-12, "0.04 per minute is 2.4 per hour");
/// ```
/// A parameter without evidence does not compile:
/// ```compile_fail
/// use notation::evidence::log_normal;
/// notation::parameters! {
///     /// Release from the mucosal depot into blood.
///     depot_release = 0.04 per_minute, log_normal(0.25);
/// }
/// ```
/// Nor does one without a unit:
/// ```compile_fail
/// use notation::evidence::{assumed, fixed};
/// notation::parameters! {
///     /// Release from the mucosal depot into blood.
///     depot_release = 0.04, fixed(), assumed("a test");
/// }
/// ```
#[macro_export]
macro_rules! parameters {
    ($( $(#[doc = $doc:expr])* $name:ident = $value:literal $unit:ident , $spread:expr , $evidence:expr ; )*) => {
        /// Parameters of this station.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Parameters<S> { $( $(#[doc = $doc])* pub $name: S, )* }
        $crate::fields!(Parameters; $( $name, $unit, concat!($($doc),*), $value, 1.0, Some($spread), Some($evidence); )*);
    };
}

/// Controls of a station (what a course switches): `name = resting unit;` each with a doc comment.
#[macro_export]
macro_rules! controls {
    ($( $(#[doc = $doc:expr])* $name:ident = $value:literal $unit:ident ; )*) => {
        /// What a course of events may switch in this station.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Controls<S> { $( $(#[doc = $doc])* pub $name: S, )* }
        $crate::fields!(Controls; $( $name, $unit, concat!($($doc),*), $value, 1.0, None, None; )*);
    };
}

/// Observables of a station: `name: unit;` each with a doc comment.
#[macro_export]
macro_rules! observables {
    ($( $(#[doc = $doc:expr])* $name:ident : $unit:ident ; )*) => {
        /// What can be read off this station.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Observables<S> { $( $(#[doc = $doc])* pub $name: S, )* }
        $crate::fields!(Observables; $( $name, $unit, concat!($($doc),*), 0.0, 1.0, None, None; )*);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fields {
    ($struct:ident; $( $name:ident, $unit:ident, $doc:expr, $value:expr, $scale:expr, $spread:expr, $evidence:expr; )*) => {
        impl<S: Copy> $crate::Fields<S> for $struct<S> {
            fn declare(prefix: &str, out: &mut Vec<$crate::Field>) {
                let _ = (prefix, &out);
                $( out.push($crate::Field {
                    name: $crate::fields::join(prefix, stringify!($name)),
                    unit: $crate::unit::$unit,
                    doc: $doc,
                    value: $value,
                    scale: $scale,
                    spread: $spread,
                    evidence: $evidence,
                    file: file!(),
                }); )*
            }
            fn read(next: &mut dyn FnMut() -> S) -> Self {
                let _ = &next;
                Self { $( $name: next(), )* }
            }
            fn write(&self, sink: &mut dyn FnMut(S)) {
                let _ = &sink;
                $( sink(self.$name); )*
            }
        }
    };
}

/// Joins stations into one struct: `group! { /// doc  pub struct State { mouth: mouth::State, ... } }`.
#[macro_export]
macro_rules! group {
    ($(#[$meta:meta])* pub struct $struct:ident { $( $(#[doc = $doc:expr])* $name:ident : $($part:ident)::+ ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $struct<S> { $( $(#[doc = $doc])* pub $name: $($part)::+<S>, )* }
        impl<S: Copy> $crate::Fields<S> for $struct<S> {
            fn declare(prefix: &str, out: &mut Vec<$crate::Field>) {
                $( <$($part)::+<S> as $crate::Fields<S>>::declare(&$crate::fields::join(prefix, stringify!($name)), out); )*
            }
            fn read(next: &mut dyn FnMut() -> S) -> Self {
                Self { $( $name: $crate::Fields::read(next), )* }
            }
            fn write(&self, sink: &mut dyn FnMut(S)) {
                $( self.$name.write(sink); )*
            }
        }
    };
}
