//! Equations written once, read many ways: as plain numbers, as a graph, as a check of units.
//!
//! A model is ordinary Rust, generic over [`Real`].
//! This crate knows no drug, no solver, no file.

pub mod dependence;
pub mod derivative;
pub mod dimension;
pub mod equations;
pub mod evidence;
pub mod fields;
pub mod functions;
pub mod graph;
pub mod model;
pub mod number;
pub mod quantity;
pub mod still;
pub mod symbol;
pub mod system;
pub mod traced;
pub mod unit;

pub use dependence::{Dependence, dependence, live};
pub use derivative::{Jacobian, derivatives, jacobian, parameter_derivative, time_derivative};
pub use dimension::{Dimension, Slip, check_units};
pub use equations::{Equation, Equations, Language, equations};
pub use evidence::{Evidence, Source, Spread};
pub use fields::{Field, Fields};
pub use graph::{Graph, Node, Op};
pub use model::Model;
pub use number::Real;
pub use quantity::{Quantity, QuantityError};
pub use still::{Narrowed, Touched, narrowed};
pub use symbol::UnitError;
pub use system::System;
pub use traced::{Traced, trace};
pub use unit::Unit;
