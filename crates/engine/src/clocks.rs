//! The clocks of the patients in flight, side by side: choosing a step and judging it takes all lanes at once.
//!
//! Most steps are calm: good, not the last before an event, not after a rejection. Everything else is told lane by lane
//! by [`crate::seat::Seat`], to the same bits.

use crate::kernels::{Numbers, load, parts, store};
use crate::program::{Lanes, clock};
use crate::seat::{CAUTION, LARGEST_FACTOR, SMALLEST_FACTOR, Seat};
use crate::vector::Vector;

/// What choosing and judging a step needs to know, per lane. Truths are 1 or 0.
pub(crate) struct Clocks<const L: usize> {
    /// See the fields of the same names of [`Seat`].
    pub origin: Lanes<L>,
    pub length: Lanes<L>,
    pub elapsed: Lanes<L>,
    pub proposal: Lanes<L>,
    pub wary: Lanes<L>,
    pub after_rejection: Lanes<L>,
    pub ends: Lanes<L>,
    /// Steps that were tried.
    pub tried: Lanes<L>,
    /// Hours from the origin to the next output; infinite if there is none.
    pub due: Lanes<L>,
    /// Whether somebody sits here.
    pub occupied: Lanes<L>,
    /// Whether the step must be judged by the seat.
    pub special: Lanes<L>,
    /// Whether the step is calm and an output lies within it.
    pub reading: Lanes<L>,
    /// By how much the clock goes on after a calm step; 0 after another.
    pub advance: Lanes<L>,
    /// Most steps of a patient.
    pub most: f64,
}

impl<const L: usize> Clocks<L> {
    pub fn new(max_steps: u32) -> Self {
        let zero = Lanes::splat(0.0);
        let one = Lanes::splat(1.0);
        Clocks {
            origin: zero,
            length: one,
            elapsed: zero,
            proposal: one,
            wary: zero,
            after_rejection: zero,
            ends: zero,
            tried: zero,
            due: Lanes::splat(f64::INFINITY),
            occupied: zero,
            special: zero,
            reading: zero,
            advance: zero,
            most: f64::from(max_steps),
        }
    }

    /// Tells the seat what has become of its clock.
    pub fn show(&self, lane: usize, step: f64, seat: &mut Seat) {
        let is = |truth: &Lanes<L>| truth.0[lane] == 1.0;
        (seat.elapsed, seat.step, seat.proposal) = (self.elapsed.0[lane], step, self.proposal.0[lane]);
        (seat.ends, seat.after_rejection) = (is(&self.ends), is(&self.after_rejection));
        seat.wary = self.wary.0[lane] as u32;
        seat.counts.accepted = self.tried.0[lane] as u32 - seat.counts.rejected;
    }

    /// Takes over what the seat has decided.
    pub fn set(&mut self, lane: usize, seat: &Seat) {
        let truth = |truth: bool| if truth { 1.0 } else { 0.0 };
        self.origin.0[lane] = seat.origin;
        self.length.0[lane] = seat.length;
        self.elapsed.0[lane] = seat.elapsed;
        self.proposal.0[lane] = seat.proposal;
        self.after_rejection.0[lane] = truth(seat.after_rejection);
        self.wary.0[lane] = f64::from(seat.wary);
        self.tried.0[lane] = f64::from(seat.counts.accepted + seat.counts.rejected);
        self.occupied.0[lane] = 1.0;
        self.set_due(lane, seat);
    }

    /// Takes over when the next output is.
    pub fn set_due(&mut self, lane: usize, seat: &Seat) {
        self.due.0[lane] = seat.next_output_time().map_or(f64::INFINITY, |time| time - seat.origin);
    }
}

/// The step to try: as proposed, but ending at the end of the segment, and without a tiny rest.
#[inline(always)]
pub(crate) fn choose<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    let (zero, one) = (V::constant(0.0), V::constant(1.0));
    for part in parts::<V, L>() {
        let proposal = load::<V, L>(&x.clocks.proposal, part);
        let rest = load::<V, L>(&x.clocks.length, part).minus(load::<V, L>(&x.clocks.elapsed, part));
        let ends = rest.at_most(proposal.times(V::constant(1.000_1)));
        let halves = rest.below(proposal.times(V::constant(2.0)));
        let step = V::choose(halves, rest.times(V::constant(0.5)), proposal);
        store(&mut x.clock[clock::STEP], part, V::choose(ends, rest, step));
        store(&mut x.clocks.ends, part, V::choose(ends, one, zero));
    }
}

/// Judges the calm steps by their error and the factor that it suggests, and marks those that are not calm.
#[inline(always)]
pub(crate) fn judge<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    let (zero, one) = (V::constant(0.0), V::constant(1.0));
    let c = &mut x.clocks;
    let most = V::constant(c.most);
    for part in parts::<V, L>() {
        let step = load::<V, L>(&x.clock[clock::STEP], part);
        let error = load::<V, L>(&x.clock[clock::ERROR], part);
        let [tried, elapsed, before, proposal] =
            [&c.tried, &c.elapsed, &c.wary, &c.proposal].map(|lanes| load::<V, L>(lanes, part));
        let occupied = load::<V, L>(&c.occupied, part);

        let wary = V::choose(zero.below(before), before.minus(one), zero);
        let factor = load::<V, L>(&x.factor, part).times(V::choose(zero.below(wary), V::constant(CAUTION), one));
        let factor = V::choose(factor.below(V::constant(SMALLEST_FACTOR)), V::constant(SMALLEST_FACTOR), factor);
        let factor = V::choose(V::constant(LARGEST_FACTOR).below(factor), V::constant(LARGEST_FACTOR), factor);
        let next = step.times(factor);
        let least = elapsed.plus(step).times(V::constant(4.0 * f64::EPSILON));
        let least = V::choose(least.below(V::constant(f64::MIN_POSITIVE)), V::constant(f64::MIN_POSITIVE), least);
        let tried_now = tried.plus(one);

        let mut calm = V::choose(error.at_most(one), occupied, zero);
        calm = V::choose(tried_now.below(most), calm, zero);
        calm = V::choose(next.below(least), zero, calm);
        calm = calm.minus(calm.times(load::<V, L>(&c.ends, part)));
        calm = calm.minus(calm.times(load::<V, L>(&c.after_rejection, part)));
        let is_calm = calm.same(one);
        let within = load::<V, L>(&c.due, part).minus(elapsed).at_most(step);
        store(&mut c.special, part, occupied.minus(calm));
        store(&mut c.reading, part, V::choose(within, calm, zero));
        store(&mut c.advance, part, V::choose(is_calm, step, zero));
        store(&mut c.wary, part, V::choose(is_calm, wary, before));
        store(&mut c.proposal, part, V::choose(is_calm, next, proposal));
        store(&mut c.tried, part, V::choose(is_calm, tried_now, tried));
        // Until the seat has judged it, a step that is not calm is not taken over.
        store(&mut x.accepted, part, calm);
    }
}
