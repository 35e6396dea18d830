//! From a system to something that can be integrated.

use crate::dispatch::Instructions;
use crate::interpreter::Interpreter;
use crate::lower::{Lowered, lower};
use crate::program::{Executor, Lanes, Programs, Role};
use notation::{Op, System};
use std::fmt;

/// Which observables are output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// All, in the order of the system.
    #[default]
    All,
    /// These, in this order.
    Only(Vec<usize>),
}

/// A system ready to be integrated. Shared freely between threads.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(crate) lowered: Lowered,
    pub(crate) resting: Vec<f64>,
    pub(crate) observables: Vec<usize>,
    pub(crate) parameters: usize,
    #[cfg(target_arch = "x86_64")]
    pub(crate) native: std::sync::Arc<crate::native::Natives>,
}

/// Why a system cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// As many rates and initial values as states are needed.
    WrongCount {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many states.
        states: usize,
    },
    /// An observable was selected that the system does not have.
    NoSuchObservable {
        /// The index.
        index: usize,
        /// How many there are.
        available: usize,
    },
    /// An initial value depends on time or on a state.
    InitialNotFixed {
        /// Name of the state.
        state: String,
        /// The name of what it depends on.
        depends_on: String,
    },
    /// The scale of a state, by which its absolute tolerance is multiplied, is not a positive number.
    BadScale {
        /// Name of the state.
        state: String,
    },
    /// The graph reads a state, parameter or control that is not declared.
    NotDeclared {
        /// Which, as the graph names it.
        leaf: String,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::WrongCount { what, found, states } => {
                write!(f, "the system has {found} {what} for {states} states; give exactly one to each state")
            }
            CompileError::NoSuchObservable { index, available } => {
                write!(f, "observable {index} was selected, but the system has {available}, numbered from 0")
            }
            CompileError::InitialNotFixed { state, depends_on } => {
                write!(
                    f,
                    "the initial value of `{state}` depends on {depends_on}; it may use parameters and controls only"
                )
            }
            CompileError::BadScale { state } => {
                write!(f, "the scale of state `{state}` must be a positive number")
            }
            CompileError::NotDeclared { leaf } => {
                write!(f, "the equations read {leaf}, which the system does not declare")
            }
        }
    }
}

impl std::error::Error for CompileError {}

/// Lowers a system to lane programs that output the selected observables.
///
/// # Errors
/// If the system is inconsistent or the selection names an observable that it does not have.
pub fn compile(system: &System, selection: &Selection) -> Result<Compiled, CompileError> {
    let states = system.states.len();
    for (what, found) in [("rates", system.rates.len()), ("initial values", system.initial.len())] {
        if found != states {
            return Err(CompileError::WrongCount { what, found, states });
        }
    }
    let available = system.observe.len();
    let selected = match selection {
        Selection::All => (0..available).collect(),
        Selection::Only(list) => list.clone(),
    };
    if let Some(&index) = selected.iter().find(|&&i| available <= i) {
        return Err(CompileError::NoSuchObservable { index, available });
    }
    for op in system.graph.nodes() {
        let declared = match *op {
            Op::State(i) => (i as usize) < states,
            Op::Parameter(i) => (i as usize) < system.parameters.len(),
            Op::Control(i) => (i as usize) < system.controls.len(),
            _ => true,
        };
        if !declared {
            return Err(CompileError::NotDeclared { leaf: format!("{op:?}") });
        }
    }
    for (field, &node) in system.states.iter().zip(&system.initial) {
        let needed = notation::live(&system.graph, &[node]);
        for (op, _) in system.graph.nodes().iter().zip(needed).filter(|(_, needed)| *needed) {
            let depends_on = match *op {
                Op::Time => "time".to_owned(),
                Op::State(i) => format!("state `{}`", system.states[i as usize].name),
                _ => continue,
            };
            return Err(CompileError::InitialNotFixed { state: field.name.clone(), depends_on });
        }
        if !(field.scale.is_finite() && 0.0 < field.scale) {
            return Err(CompileError::BadScale { state: field.name.clone() });
        }
    }
    Ok(Compiled {
        lowered: lower(system, &selected),
        resting: system.resting_controls(),
        observables: selected,
        parameters: system.parameters.len(),
        #[cfg(target_arch = "x86_64")]
        native: std::sync::Arc::default(),
    })
}

impl Compiled {
    /// The lane programs, for an executor or for counting.
    pub fn programs(&self) -> &Programs {
        &self.lowered.programs
    }

    /// Indices of the observables that are output, in order.
    pub fn observables(&self) -> &[usize] {
        &self.observables
    }

    /// Entries of the Jacobian: row, column, and the slot that holds it after `RatesAndJacobian`.
    pub fn jacobian(&self) -> &[(usize, usize, u32)] {
        &self.lowered.jacobian
    }

    /// Interprets one program over eight lanes, for checks and for looking inside.
    ///
    /// # Panics
    /// If there are fewer slots than the layout says.
    pub fn interpret(&self, role: Role, path: crate::Path, slots: &mut [Lanes<8>]) {
        Interpreter::<8>::new(self.programs(), path.instructions()).run(role, slots);
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.lowered.scales.len()
    }
}

/// The untreated steady state of a patient: one number per state, in internal units.
/// `parameters` are in internal units; NaN comes out where the model has no baseline for them.
///
/// # Panics
/// If the number of parameters is not that of the system.
pub fn baseline(compiled: &Compiled, parameters: &[f64]) -> Vec<f64> {
    assert_eq!(parameters.len(), compiled.parameters, "one number per parameter");
    let programs = &compiled.lowered.programs;
    let layout = &programs.layout;
    let mut slots: Vec<Lanes<8>> = vec![Lanes::splat(0.0); layout.slots as usize];
    let given = [(&layout.parameters, parameters), (&layout.controls, &compiled.resting)];
    for (range, values) in given {
        for (slot, &value) in range.clone().zip(values) {
            slots[slot as usize] = Lanes::splat(value);
        }
    }
    for (slot, &bits) in layout.constants.clone().zip(&programs.constants) {
        slots[slot as usize] = Lanes::splat(f64::from_bits(bits));
    }
    let executor = Interpreter::<8>::new(programs, Instructions::portable());
    for role in [Role::Parameters, Role::Controls, Role::Initial] {
        executor.run(role, &mut slots);
    }
    layout.initial.clone().map(|slot| slots[slot as usize].0[0]).collect()
}
