//! One patient in flight: its own clock, step size, calendar of events and cursor of outputs.

use crate::{Action, Counts, Failure, FailureCause, Subject, Trajectory};

/// Limits of the step control.
pub(crate) const SMALLEST_FACTOR: f64 = 0.2;
/// No step is more than so many times the one before.
pub(crate) const LARGEST_FACTOR: f64 = 6.0;
/// A rejection says that the error is hard to foresee here: the next steps aim lower by this factor.
pub(crate) const CAUTION: f64 = 0.7;
/// How many accepted steps the caution lasts.
const WARY_STEPS: u32 = 2;
/// How often in a row a step may be shrunk because something was not a number.
const MOST_SHRINKS: u32 = 60;

/// A patient in a lane. Times run from the last event, so that a late event costs no digits.
pub(crate) struct Seat {
    pub id: u64,
    pub subject: Subject,
    /// The first event and output not yet due.
    pub next_event: usize,
    pub next_output: usize,
    /// Time of the last event, hours; the segment from there to the next; how much of it is done.
    pub origin: f64,
    pub length: f64,
    pub elapsed: f64,
    /// Step in hand, and step to try next, hours.
    pub step: f64,
    pub proposal: f64,
    /// Whether the step in hand ends the segment.
    pub ends: bool,
    /// Whether the segment is new, so that the step must be guessed.
    pub fresh: bool,
    /// Whether the course stands at an event (or at the start).
    pub arrived: bool,
    pub after_rejection: bool,
    /// Accepted steps still to be taken with caution.
    pub wary: u32,
    pub shrinks: u32,
    pub counts: Counts,
    pub values: Vec<f64>,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verdict {
    Accepted,
    Rejected,
    Failed(FailureCause),
}

impl Seat {
    /// A patient at the start of its course; `Err` if its numbers cannot be right.
    pub fn new(
        id: u64,
        subject: Subject,
        observables: usize,
        [states, parameters, controls]: [usize; 3],
    ) -> Result<Self, (u64, Failure)> {
        let fail = |time, cause, state| Err((id, Failure { time, cause, state }));
        if subject.parameters.len() != parameters || subject.initial.as_ref().is_some_and(|y| y.len() != states) {
            return fail(0.0, FailureCause::InvalidCourse, None);
        }
        if !subject.parameters.iter().all(|p| p.is_finite()) {
            return fail(0.0, FailureCause::NotFiniteInput, None);
        }
        if let Some(state) = subject.initial.iter().flatten().position(|y| !y.is_finite()) {
            return fail(0.0, FailureCause::NotFiniteInput, Some(state));
        }
        let (course, outputs) = (&subject.course, &subject.outputs);
        if !course.end.is_finite() || !outputs.iter().all(|t| t.is_finite()) {
            return fail(0.0, FailureCause::NotFiniteInput, None);
        }
        let mut before = 0.0;
        for event in &course.events {
            let (number, index_fits) = match event.action {
                Action::Add { state, amount } => (amount, state < states),
                Action::Set { state, value } => (value, state < states),
                Action::Move { from, to, fraction } => (fraction, from < states && to < states),
                Action::Control { control, value } => (value, control < controls),
                Action::Parameter { parameter, value } => (value, parameter < parameters),
            };
            if !(number.is_finite() && event.time.is_finite()) {
                return fail(before, FailureCause::NotFiniteInput, None);
            }
            if !index_fits || event.time < before {
                return fail(before, FailureCause::InvalidCourse, None);
            }
            before = event.time;
        }
        let ascending = outputs.windows(2).all(|pair| pair[0] <= pair[1]);
        let within = outputs.iter().all(|&t| 0.0 <= t && t <= course.end);
        if course.end < 0.0 || !ascending || !within {
            return fail(0.0, FailureCause::InvalidCourse, None);
        }
        let values = Vec::with_capacity(outputs.len() * observables);
        Ok(Seat {
            id,
            subject,
            next_event: 0,
            next_output: 0,
            origin: 0.0,
            length: 0.0,
            elapsed: 0.0,
            step: 1.0,
            proposal: 1.0,
            ends: false,
            fresh: false,
            arrived: true,
            after_rejection: false,
            wary: 0,
            shrinks: 0,
            counts: Counts::default(),
            values,
        })
    }

    /// Hours from the start of the course.
    pub fn now(&self) -> f64 {
        self.origin + self.elapsed
    }

    /// The next event that is due now.
    pub fn take_event(&mut self) -> Option<Action> {
        let event = self.subject.course.events.get(self.next_event)?;
        if self.origin < event.time {
            return None;
        }
        self.next_event += 1;
        Some(event.action)
    }

    /// When this segment ends: at the next event within the course, or at its end.
    pub fn target(&self) -> f64 {
        let end = self.subject.course.end;
        self.subject.course.events.get(self.next_event).map_or(end, |event| event.time.min(end))
    }

    /// Begins the segment up to the next event; `false` if the course is over.
    pub fn depart(&mut self) -> bool {
        let target = self.target();
        self.arrived = false;
        self.fresh = true;
        self.after_rejection = false;
        self.wary = 0;
        self.elapsed = 0.0;
        self.length = target - self.origin;
        self.origin < target
    }

    /// When the next output is, hours.
    pub fn next_output_time(&self) -> Option<f64> {
        self.subject.outputs.get(self.next_output).copied()
    }

    /// The output time that is due at `now`, if any.
    pub fn output_now(&self) -> Option<f64> {
        self.next_output_time().filter(|&t| t <= self.origin)
    }

    /// Where in the accepted step the next output lies, if it does: its time and the fraction of the step.
    /// An output at the end of the segment waits for the events there.
    pub fn output_within(&self) -> Option<(f64, f64)> {
        let time = self.next_output_time()?;
        let into = (time - self.origin) - self.elapsed;
        let inside = if self.ends { time < self.origin + self.length } else { into <= self.step };
        inside.then(|| (time, (into / self.step).clamp(0.0, 1.0)))
    }

    /// Accepts or rejects the step by the square of its error and proposes the next one.
    pub fn judge(&mut self, error: f64, factor: f64, most: u32) -> Verdict {
        let accepted = error <= 1.0;
        self.wary = if accepted { self.wary.saturating_sub(1) } else { WARY_STEPS };
        let caution = if 0 < self.wary { CAUTION } else { 1.0 };
        let mut factor = (factor * caution).clamp(SMALLEST_FACTOR, LARGEST_FACTOR);
        let mut reached = self.elapsed;
        if accepted {
            self.counts.accepted += 1;
            self.shrinks = 0;
            reached += self.step;
            if self.after_rejection {
                factor = factor.min(1.0);
            }
        } else {
            self.counts.rejected += 1;
            if !error.is_finite() {
                self.shrinks += 1;
                factor = SMALLEST_FACTOR;
            }
        }
        self.after_rejection = !accepted;
        self.proposal = self.step * factor;
        let over = accepted && self.ends && self.subject.course.end <= self.target();
        if !over && most <= self.counts.accepted + self.counts.rejected {
            return Verdict::Failed(FailureCause::TooManySteps);
        }
        if accepted && self.ends {
            return Verdict::Accepted;
        }
        let too_small = self.proposal < f64::MIN_POSITIVE.max(4.0 * f64::EPSILON * reached);
        if MOST_SHRINKS < self.shrinks || (too_small && 0 < self.shrinks) {
            return Verdict::Failed(FailureCause::NotFinite);
        }
        if too_small {
            return Verdict::Failed(FailureCause::StepTooSmall);
        }
        if accepted { Verdict::Accepted } else { Verdict::Rejected }
    }

    /// Moves the clock over the accepted step.
    pub fn advance(&mut self) {
        if self.ends {
            self.origin = self.target();
            self.elapsed = 0.0;
            self.arrived = true;
        } else {
            self.elapsed += self.step;
        }
    }

    /// The result.
    pub fn finish(self, last_state: Vec<f64>, failure: Option<Failure>) -> (u64, Trajectory) {
        (self.id, Trajectory { values: self.values, last_state, counts: self.counts, failure })
    }
}
