//! A batch in flight: patients board lanes, step side by side, and leave when their course is over.
//!
//! A lane's numbers never depend on its neighbours: all lanes compute, each keeps its own clock, and what is taken
//! over is chosen lane by lane.

use crate::clocks::Clocks;
use crate::dispatch::Instructions;
use crate::kernels::{Kernel, Numbers, Places};
use crate::program::{Executor, Piece, Role, StageArrays, Ways, clock};
use crate::rodas5p::STAGES;
use crate::seat::{Seat, Verdict};
use crate::{Action, Compiled, Failure, FailureCause, Settings, Subject, Trajectory};
use notation::functions;

/// Where patients come from.
pub(crate) type Source<'a> = &'a mut dyn FnMut() -> Option<(u64, Subject)>;
/// Where results go.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(u64, Trajectory);

pub(crate) struct Flight<'a, const L: usize> {
    compiled: &'a Compiled,
    executor: &'a dyn Executor<L>,
    instructions: Instructions,
    max_steps: u32,
    numbers: Numbers<L>,
    seats: Vec<Option<Seat>>,
    /// Whether somebody stands at an event, or begins a segment.
    arrivals: bool,
    fresh: bool,
}

/// Share of the tolerance that the first step of a segment is guessed to use up.
const FIRST_ERROR: f64 = 1e-2;

/// Up to so many lanes are cheaper to interpolate one by one than all at once.
const FEW: usize = 2;

impl<'a, const L: usize> Flight<'a, L> {
    pub fn new(
        compiled: &'a Compiled,
        executor: &'a dyn Executor<L>,
        instructions: Instructions,
        settings: &Settings,
    ) -> Self {
        let lowered = &compiled.lowered;
        let layout = &lowered.programs.layout;
        let places = Places::new(&lowered.programs, lowered.uses_time, lowered.has_time_derivative);
        let mut numbers = Numbers::new(layout.slots as usize, &lowered.scales, settings, places);
        for (slot, &bits) in layout.constants.clone().zip(&lowered.programs.constants) {
            numbers.slots[slot as usize].0 = [f64::from_bits(bits); L];
        }
        let seats = (0..L).map(|_| None).collect();
        Flight {
            compiled,
            executor,
            instructions,
            max_steps: settings.max_steps,
            numbers,
            seats,
            arrivals: false,
            fresh: false,
        }
    }

    /// Integrates all that the source gives.
    pub fn run(&mut self, source: Source, sink: Sink) {
        loop {
            self.board(source, sink);
            while self.arrive(sink) {
                self.board(source, sink);
            }
            if self.seats.iter().all(Option::is_none) {
                return;
            }
            self.step(sink);
        }
    }

    fn execute(&mut self, role: Role) {
        self.executor.run(role, &mut self.numbers.slots);
    }

    fn kernel(&mut self, which: Kernel) {
        self.instructions.kernel(which, &mut self.numbers);
    }

    /// Fills empty lanes with patients at their initial state, until all are taken or nobody is left.
    fn board(&mut self, source: Source, sink: Sink) {
        while self.board_once(source, sink) {}
    }

    /// True if one of those who boarded could not stay.
    fn board_once(&mut self, source: Source, sink: Sink) -> bool {
        let layout = &self.compiled.lowered.programs.layout;
        let n = self.compiled.states();
        let counts = [n, self.compiled.parameters, self.compiled.resting.len()];
        let mut boarded = [false; L];
        for lane in 0..L {
            while self.seats[lane].is_none() {
                let Some((id, subject)) = source() else { break };
                match Seat::new(id, subject, self.compiled.observables.len(), counts) {
                    Err((id, failure)) => sink(id, failed_at_once(failure)),
                    Ok(seat) => {
                        for (slot, &value) in layout.parameters.clone().zip(&seat.subject.parameters) {
                            self.numbers.slots[slot as usize].0[lane] = value;
                        }
                        for (slot, &value) in layout.controls.clone().zip(&self.compiled.resting) {
                            self.numbers.slots[slot as usize].0[lane] = value;
                        }
                        self.seats[lane] = Some(seat);
                        boarded[lane] = true;
                        self.arrivals = true;
                    }
                }
            }
        }
        if !boarded.contains(&true) {
            return false;
        }
        let initial = layout.initial.start as usize;
        self.execute(Role::Parameters);
        self.execute(Role::Controls);
        self.execute(Role::Initial);
        let mut refused = false;
        for lane in (0..L).filter(|&lane| boarded[lane]) {
            let Some(seat) = &self.seats[lane] else { continue };
            for i in 0..n {
                self.numbers.start[i].0[lane] = match &seat.subject.initial {
                    Some(given) => given[i],
                    None => self.numbers.slots[initial + i].0[lane],
                };
            }
            if let Some(state) = (0..n).find(|&i| !self.numbers.start[i].0[lane].is_finite()) {
                self.fail(lane, FailureCause::NotFiniteInput, Some(state), sink);
                refused = true;
            }
        }
        refused
    }

    /// Lets the events act that are due, reads the outputs that are due, and begins the next segments.
    /// True if a lane became empty.
    fn arrive(&mut self, sink: Sink) -> bool {
        if !std::mem::take(&mut self.arrivals) {
            return false;
        }
        let layout = &self.compiled.lowered.programs.layout;
        let (parameters, controls) = (layout.parameters.start as usize, layout.controls.start as usize);
        let (mut new_parameters, mut new_controls) = (false, false);
        let mut reading = false;
        for lane in 0..L {
            let Some(seat) = self.seats[lane].as_mut().filter(|s| s.arrived) else { continue };
            let start = &mut self.numbers.start;
            while let Some(action) = seat.take_event() {
                match action {
                    Action::Add { state, amount } => start[state].0[lane] += amount,
                    Action::Set { state, value } => start[state].0[lane] = value,
                    Action::Move { from, to, fraction } => {
                        let moved = start[from].0[lane] * fraction;
                        start[from].0[lane] -= moved;
                        start[to].0[lane] += moved;
                    }
                    Action::Control { control, value } => {
                        self.numbers.slots[controls + control].0[lane] = value;
                        new_controls = true;
                    }
                    Action::Parameter { parameter, value } => {
                        self.numbers.slots[parameters + parameter].0[lane] = value;
                        new_parameters = true;
                    }
                }
            }
            reading |= seat.output_now().is_some();
            self.numbers.clock[clock::TIME].0[lane] = seat.origin;
        }
        if new_parameters {
            self.execute(Role::Parameters);
        }
        if new_parameters || new_controls {
            self.execute(Role::Controls);
        }
        if reading {
            self.kernel(Kernel::Begin);
            self.execute(Role::Observe);
        }
        let mut left = false;
        for lane in 0..L {
            let Some(seat) = self.seats[lane].as_mut().filter(|s| s.arrived) else { continue };
            while seat.output_now().is_some() {
                record(seat, lane, &self.numbers, layout.observed.clone());
            }
            if seat.depart() {
                self.fresh = true;
                self.numbers.clocks.set(lane, seat);
            } else {
                self.leave(lane, None, sink);
                left = true;
            }
        }
        left
    }

    /// One attempted step in every lane.
    fn step(&mut self, sink: Sink) {
        let clocks = &self.numbers.clocks;
        let now = |lane: usize| clocks.origin.0[lane] + clocks.elapsed.0[lane];
        self.numbers.clock[clock::TIME].0 = std::array::from_fn(now);
        if std::mem::take(&mut self.fresh) {
            // A step computes rates and Jacobian itself; they are needed beforehand only to guess a first one.
            self.kernel(Kernel::Begin);
            self.execute(Role::RatesAndJacobian);
            if self.compiled.lowered.has_time_derivative {
                self.execute(Role::TimeDerivative);
            }
            for lane in 0..L {
                if self.seats[lane].as_ref().is_some_and(|s| s.fresh) {
                    self.guess_step(lane, sink);
                }
            }
        }
        self.kernel(Kernel::Choose);
        match self.executor.pieces().ways() {
            Ways::Whole => self.piece(Piece::Whole),
            Ways::Stages => {
                self.piece(Piece::First);
                for done in 1..STAGES {
                    self.kernel(Kernel::Between(done));
                    self.piece(Piece::Later(done));
                }
            }
            Ways::Solutions => {
                self.kernel(Kernel::BeginStep);
                self.piece(Piece::First);
                for done in 1..STAGES {
                    self.kernel(Kernel::BetweenSolutions(done));
                    self.piece(Piece::Later(done));
                }
                self.kernel(Kernel::Finish);
            }
        }
        self.kernel(Kernel::Judge);
        self.conclude(sink);
    }

    /// Judges the steps that are not calm, reads what lies within those that were good, and goes on.
    fn conclude(&mut self, sink: Sink) {
        let x = &mut self.numbers;
        // All are looked at, side by side: cheaper than to stop at the first.
        let any = |truths: &[f64; L]| truths.iter().fold(false, |any, &truth| any | (truth != 0.0));
        let special = any(&x.clocks.special.0);
        let mut verdicts = [Verdict::Accepted; L];
        if special {
            for lane in (0..L).filter(|&lane| x.clocks.special.0[lane] != 0.0) {
                let Some(seat) = &mut self.seats[lane] else { continue };
                x.clocks.show(lane, x.clock[clock::STEP].0[lane], seat);
                verdicts[lane] = seat.judge(x.clock[clock::ERROR].0[lane], x.factor.0[lane], self.max_steps);
                // A step that was good but is the last allowed still counts.
                x.accepted.0[lane] = if seat.after_rejection { 0.0 } else { 1.0 };
            }
        }
        let reading = any(&x.clocks.reading.0);
        if reading {
            for lane in (0..L).filter(|&lane| x.clocks.reading.0[lane] != 0.0) {
                let Some(seat) = &mut self.seats[lane] else { continue };
                x.clocks.show(lane, x.clock[clock::STEP].0[lane], seat);
            }
        }
        if special || reading {
            self.read_within();
        }
        // Where all go on, the new states become the start by changing names; whoever fails is looked at in place.
        let x = &mut self.numbers;
        if verdicts.iter().all(|&verdict| verdict == Verdict::Accepted) {
            std::mem::swap(&mut x.start, &mut x.new);
        } else {
            self.kernel(Kernel::Accept);
        }
        let Clocks { elapsed, advance, .. } = &mut self.numbers.clocks;
        for (elapsed, advance) in elapsed.0.iter_mut().zip(advance.0) {
            *elapsed += advance;
        }
        if special {
            for lane in 0..L {
                self.settle(lane, verdicts[lane], sink);
            }
        }
    }

    /// Lets a seat whose step was not calm act on its verdict.
    fn settle(&mut self, lane: usize, verdict: Verdict, sink: Sink) {
        let clocks = &mut self.numbers.clocks;
        let Some(seat) = self.seats[lane].as_mut().filter(|_| clocks.special.0[lane] != 0.0) else { return };
        if !seat.after_rejection {
            seat.advance();
            self.arrivals |= seat.arrived;
        }
        clocks.set(lane, seat);
        if let Verdict::Failed(cause) = verdict {
            let state = self.worst_state(lane);
            self.fail(lane, cause, state, sink);
        }
    }

    fn piece(&mut self, piece: Piece) {
        let Numbers { slots, start, increments, clock, new, .. } = &mut self.numbers;
        let increments = increments.as_flattened_mut();
        self.executor.pieces().run(piece, StageArrays { slots, start, increments, clock, new });
    }

    /// Reads the outputs that lie within the accepted steps.
    fn read_within(&mut self) {
        let layout = &self.compiled.lowered.programs.layout;
        let mut extended = false;
        loop {
            let mut due = [None; L];
            for lane in 0..L {
                let Numbers { clocks, accepted, .. } = &self.numbers;
                let may = accepted.0[lane] != 0.0 && (clocks.reading.0[lane] != 0.0 || clocks.special.0[lane] != 0.0);
                let Some(seat) = self.seats[lane].as_ref().filter(|_| may) else { continue };
                due[lane] = seat.output_within();
                if let Some((_, fraction)) = due[lane] {
                    self.numbers.fraction.0[lane] = fraction;
                }
            }
            if due.iter().all(Option::is_none) {
                return;
            }
            if !extended && due.iter().flatten().count() <= FEW {
                for lane in (0..L).filter(|&lane| due[lane].is_some()) {
                    self.kernel(Kernel::InterpolateLane(lane));
                }
            } else {
                if !extended {
                    self.kernel(Kernel::Extend);
                    extended = true;
                }
                self.kernel(Kernel::Interpolate);
            }
            for lane in 0..L {
                if let Some((time, _)) = due[lane] {
                    self.numbers.slots[layout.time as usize].0[lane] = time;
                }
            }
            self.execute(Role::Observe);
            for lane in 0..L {
                if let (Some(_), Some(seat)) = (due[lane], &mut self.seats[lane]) {
                    record(seat, lane, &self.numbers, layout.observed.clone());
                    self.numbers.clocks.set_due(lane, seat);
                }
            }
        }
    }

    /// Guesses the first step of a segment from the rates and how fast they change along the flow.
    fn guess_step(&mut self, lane: usize, sink: Sink) {
        let lowered = &self.compiled.lowered;
        let layout = &lowered.programs.layout;
        let x = &mut self.numbers;
        let n = self.compiled.states();
        let rate = |i: usize| x.slots[layout.rates.start as usize + i].0[lane];
        if let Some(state) = (0..n).find(|&i| !rate(i).is_finite()) {
            self.fail(lane, FailureCause::NotFinite, Some(state), sink);
            return;
        }
        // The increments are free at the start of a step; here the first hold the second derivative.
        for i in 0..n {
            let slope = layout.time_derivative.start as usize + i;
            x.increments[i][0].0[lane] = if lowered.has_time_derivative { x.slots[slope].0[lane] } else { 0.0 };
        }
        for &(row, column, slot) in &lowered.jacobian {
            x.increments[row][0].0[lane] += x.slots[slot as usize].0[lane] * rate(column);
        }
        let (mut first, mut second) = (0.0, 0.0);
        for i in 0..n {
            let size = x.absolute[i] + x.relative * x.start[i].0[lane].abs();
            let (a, b) = (rate(i) / size, x.increments[i][0].0[lane] / size);
            first += a * a;
            second += b * b;
        }
        let Some(seat) = &mut self.seats[lane] else { return };
        let first = (first / n as f64).sqrt();
        let scale = first / (second / n as f64).sqrt();
        let guess = scale * functions::pow(1.0 / (FIRST_ERROR * first * scale), 0.2);
        seat.proposal = if guess.is_finite() && 0.0 < guess { guess.min(seat.length) } else { seat.length };
        seat.fresh = false;
        x.clocks.proposal.0[lane] = seat.proposal;
    }

    /// The state whose error is the largest, or the first that is not a number.
    fn worst_state(&self, lane: usize) -> Option<usize> {
        let x = &self.numbers;
        let n = self.compiled.states();
        let error = |i: usize| {
            let size = x.start[i].0[lane].abs().max(x.new[i].0[lane].abs());
            (x.increments[i][STAGES - 1].0[lane] / (x.absolute[i] + x.relative * size)).abs()
        };
        let first_bad = (0..n).find(|&i| !error(i).is_finite());
        first_bad.or_else(|| (0..n).max_by(|&a, &b| error(a).total_cmp(&error(b))))
    }

    fn fail(&mut self, lane: usize, cause: FailureCause, state: Option<usize>, sink: Sink) {
        let time = self.seats[lane].as_ref().map_or(0.0, Seat::now);
        self.leave(lane, Some(Failure { time, cause, state }), sink);
    }

    fn leave(&mut self, lane: usize, failure: Option<Failure>, sink: Sink) {
        self.numbers.clocks.occupied.0[lane] = 0.0;
        if let Some(seat) = self.seats[lane].take() {
            let state = self.numbers.start.iter().map(|x| x.0[lane]).collect();
            let (id, trajectory) = seat.finish(state, failure);
            sink(id, trajectory);
        }
    }
}

/// Writes a row of outputs.
fn record<const L: usize>(seat: &mut Seat, lane: usize, numbers: &Numbers<L>, observed: std::ops::Range<u32>) {
    let observed = &numbers.slots[observed.start as usize..observed.end as usize];
    seat.values.extend(observed.iter().map(|x| x.0[lane]));
    seat.next_output += 1;
}

fn failed_at_once(failure: Failure) -> Trajectory {
    let counts = crate::Counts::default();
    Trajectory { values: Vec::new(), last_state: Vec::new(), counts, failure: Some(failure) }
}
