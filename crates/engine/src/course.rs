//! A course: what happens when, as data. The integrator restarts at each event.

/// What one event does. Indices are those of the compiled system; numbers are in internal units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Adds an amount to a state (a bolus).
    Add {
        /// Which state.
        state: usize,
        /// How much.
        amount: f64,
    },
    /// Sets a state (a reset).
    Set {
        /// Which state.
        state: usize,
        /// To what.
        value: f64,
    },
    /// Moves a fraction of one state to another (swallowing the rest of a tablet).
    Move {
        /// From which state.
        from: usize,
        /// To which state.
        to: usize,
        /// What fraction, 0 to 1.
        fraction: f64,
    },
    /// Sets a control from now on (an infusion rate, a hold, a stress level).
    Control {
        /// Which control.
        control: usize,
        /// To what.
        value: f64,
    },
    /// Changes a parameter from now on.
    Parameter {
        /// Which parameter.
        parameter: usize,
        /// To what.
        value: f64,
    },
}

impl Action {
    /// Acts on the state, parameters and controls of one patient. Panics on an index that they do not have.
    pub fn apply(self, state: &mut [f64], parameters: &mut [f64], controls: &mut [f64]) {
        match self {
            Action::Add { state: i, amount } => state[i] += amount,
            Action::Set { state: i, value } => state[i] = value,
            Action::Move { from, to, fraction } => {
                let moved = state[from] * fraction;
                state[from] -= moved;
                state[to] += moved;
            }
            Action::Control { control, value } => controls[control] = value,
            Action::Parameter { parameter, value } => parameters[parameter] = value,
        }
    }
}

/// An action at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Hours from the start.
    pub time: f64,
    /// What happens. Events at one time act in their order in the course.
    pub action: Action,
}

/// Everything that happens to one patient. An output at the time of an event shows the state after it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Sorted by time.
    pub events: Vec<Event>,
    /// When to stop, hours.
    pub end: f64,
}
