//! The dense arithmetic of a step over all lanes: stage sums, error, continuous extension, accepting.

use crate::program::{Lanes, Layout};
use crate::rodas5p::{A, C, D, GAMMA, H, STAGES, TIMES};
use crate::vector::Vector;
use notation::functions;
use std::ops::Range;

/// All numbers of the patients in flight.
pub(crate) struct Numbers<const L: usize> {
    /// The slots of the programs.
    pub slots: Vec<Lanes<L>>,
    /// Per state: value at the start of the step.
    pub start: Vec<Lanes<L>>,
    /// Per state: value at the end of the step.
    pub new: Vec<Lanes<L>>,
    /// Per stage and state: the increments `k`.
    pub increments: Vec<Lanes<L>>,
    /// Per state: what earlier stages contribute to the right-hand side.
    pub carried: Vec<Lanes<L>>,
    /// Per r = 2, 3, 4 and state: `q_r` of the continuous extension.
    pub extension: Vec<Lanes<L>>,
    /// Per state: absolute tolerance.
    pub absolute: Vec<f64>,
    /// Relative tolerance.
    pub relative: f64,
    /// Whether the largest error counts instead of the mean.
    pub largest: bool,
    /// Start of the step, hours.
    pub time: Lanes<L>,
    /// Length of the step, hours.
    pub step: Lanes<L>,
    /// -1 / step.
    pub minus_inverse: Lanes<L>,
    /// Square of the error in units of the tolerance, mean over states.
    pub error: Lanes<L>,
    /// Factor for the next step that the error suggests, before limits.
    pub factor: Lanes<L>,
    /// Where in the step to interpolate, 0 to 1.
    pub fraction: Lanes<L>,
    /// 1 where the step is accepted, else 0.
    pub accepted: Lanes<L>,
    /// Where the slots are.
    pub places: Places,
}

/// The slots that the kernels use.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    time: usize,
    shift: usize,
    states: Range<usize>,
    rates: Range<usize>,
    solution: Range<usize>,
    time_derivative: Range<usize>,
    uses_time: bool,
    has_time_derivative: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kernel {
    /// Slots of time, shift and states for the start of the step.
    Begin,
    /// Right-hand side of the first stage.
    First,
    /// After stage `.0` was solved: keep its increment; state and carried sums of the next (2 to 8).
    Between(usize),
    /// Right-hand side of a later stage from its rates.
    Later,
    /// After the last stage: new state, error, factor.
    Finish,
    /// `q_r` of the continuous extension.
    Extend,
    /// State at `fraction` of the step into the slots.
    Interpolate,
    /// Where accepted, the new state becomes the start.
    Accept,
}

impl Places {
    pub fn new(layout: &Layout, uses_time: bool, has_time_derivative: bool) -> Self {
        let range = |r: &Range<u32>| r.start as usize..r.end as usize;
        Places {
            time: layout.time as usize,
            shift: layout.shift as usize,
            states: range(&layout.states),
            rates: range(&layout.rates),
            solution: range(&layout.solution),
            time_derivative: range(&layout.time_derivative),
            uses_time,
            has_time_derivative,
        }
    }
}

impl<const L: usize> Numbers<L> {
    pub fn new(slots: usize, absolute: Vec<f64>, relative: f64, places: Places) -> Self {
        let n = absolute.len();
        let zeros = |count: usize| vec![Lanes::splat(0.0); count];
        Numbers {
            slots: zeros(slots),
            start: zeros(n),
            new: zeros(n),
            increments: zeros(STAGES * n),
            carried: zeros(n),
            extension: zeros(3 * n),
            absolute,
            relative,
            largest: false,
            time: Lanes::splat(0.0),
            step: Lanes::splat(1.0),
            minus_inverse: Lanes::splat(-1.0),
            error: Lanes::splat(0.0),
            factor: Lanes::splat(1.0),
            fraction: Lanes::splat(1.0),
            accepted: Lanes::splat(0.0),
            places,
        }
    }
}

/// Square of the local error, in tolerances, at which a step is still accepted: 1.5 tolerances in the mean over the states.
///
/// The estimate belongs to the companion method of order 4, the result that is kept is of order 5. Measured on the
/// speed benchmark at rtol 1e-6: a tenth fewer steps than with 1, error at the output points 0.17 instead of 0.12 tolerances.
pub(crate) const ALLOWED: f64 = 2.2;

/// Safety factor of the step control.
pub(crate) const SAFETY: f64 = 0.95;

/// Runs one kernel.
#[inline(always)]
pub(crate) fn kernel<V: Vector, const L: usize>(which: Kernel, x: &mut Numbers<L>) {
    for part in (0..L).step_by(V::WIDTH) {
        match which {
            Kernel::Begin => begin::<V, L>(x, part),
            Kernel::First => first::<V, L>(x, part),
            Kernel::Between(1) => between::<V, L, 1>(x, part),
            Kernel::Between(2) => between::<V, L, 2>(x, part),
            Kernel::Between(3) => between::<V, L, 3>(x, part),
            Kernel::Between(4) => between::<V, L, 4>(x, part),
            Kernel::Between(5) => between::<V, L, 5>(x, part),
            Kernel::Between(6) => between::<V, L, 6>(x, part),
            Kernel::Between(_) => between::<V, L, 7>(x, part),
            Kernel::Later => later::<V, L>(x, part),
            Kernel::Finish => finish::<V, L>(x, part),
            Kernel::Extend => extend::<V, L>(x, part),
            Kernel::Interpolate => interpolate::<V, L>(x, part),
            Kernel::Accept => accept::<V, L>(x, part),
        }
    }
}

#[inline(always)]
fn load<V: Vector, const L: usize>(from: &Lanes<L>, part: usize) -> V {
    V::load(&from.0[part..])
}

#[inline(always)]
fn store<V: Vector, const L: usize>(to: &mut Lanes<L>, part: usize, value: V) {
    value.store(&mut to.0[part..]);
}

#[inline(always)]
fn begin<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let time = load::<V, L>(&x.time, part);
    store(&mut x.slots[x.places.time], part, time);
    for (to, from) in x.slots[x.places.states.clone()].iter_mut().zip(&x.start) {
        store(to, part, load::<V, L>(from, part));
    }
}

#[inline(always)]
fn first<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let step = load::<V, L>(&x.step, part);
    let inverse = V::constant(1.0).over(step);
    store(&mut x.minus_inverse, part, inverse.negative());
    store(&mut x.slots[x.places.shift], part, inverse.times(V::constant(1.0 / GAMMA)));
    for i in 0..x.start.len() {
        let rate = load::<V, L>(&x.slots[x.places.rates.start + i], part);
        let mut right = rate.negative();
        if x.places.has_time_derivative {
            let slope = load::<V, L>(&x.slots[x.places.time_derivative.start + i], part);
            right = step.times(V::constant(D[0])).fused_off(slope, right);
        }
        store(&mut x.slots[x.places.solution.start + i], part, right);
    }
}

/// `DONE` = the stage just solved, 1 to 7; prepares stage `DONE + 1`.
#[inline(always)]
fn between<V: Vector, const L: usize, const DONE: usize>(x: &mut Numbers<L>, part: usize) {
    let n = x.start.len();
    let step = load::<V, L>(&x.step, part);
    let minus_inverse = load::<V, L>(&x.minus_inverse, part);
    if x.places.uses_time {
        let time = load::<V, L>(&x.time, part);
        store(&mut x.slots[x.places.time], part, step.fused(V::constant(TIMES[DONE]), time));
    }
    let drift = step.times(V::constant(D[DONE]));
    let (earlier, rest) = x.increments.split_at_mut((DONE - 1) * n);
    let earlier: [&[Lanes<L>]; DONE] = std::array::from_fn(|j| if j + 1 < DONE { &earlier[j * n..][..n] } else { &[] });
    let own = &mut rest[..n];
    let (states, others) = x.slots.split_at_mut(x.places.states.end);
    let states = &mut states[x.places.states.start..][..n];
    let solution = &others[x.places.solution.start - x.places.states.end..][..n];
    let slopes = &others[x.places.time_derivative.start - x.places.states.end..][..n];
    let (start, carried) = (&x.start[..n], &mut x.carried[..n]);
    for i in 0..n {
        let increment = load::<V, L>(&solution[i], part);
        store(&mut own[i], part, increment);
        // The oldest increment first, so that only the last term waits for the newest.
        let mut sum = V::constant(0.0);
        let mut state = load::<V, L>(&start[i], part);
        for j in 0..DONE {
            let k = if j + 1 < DONE { load::<V, L>(&earlier[j][i], part) } else { increment };
            sum = if j == 0 { k.times(V::constant(C[DONE][0])) } else { k.fused(V::constant(C[DONE][j]), sum) };
            if DONE < 6 {
                state = k.fused(V::constant(A[DONE][j]), state);
            }
        }
        if 6 <= DONE {
            state = load::<V, L>(&states[i], part).plus(increment);
        }
        let mut right = sum.times(minus_inverse);
        if x.places.has_time_derivative && D[DONE] != 0.0 {
            right = drift.fused_off(load::<V, L>(&slopes[i], part), right);
        }
        store(&mut states[i], part, state);
        store(&mut carried[i], part, right);
    }
}

#[inline(always)]
fn later<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let n = x.carried.len();
    let (before, solution) = x.slots.split_at_mut(x.places.solution.start);
    let rates = &before[x.places.rates.start..][..n];
    let solution = &mut solution[..n];
    for i in 0..n {
        let right = load::<V, L>(&x.carried[i], part).minus(load::<V, L>(&rates[i], part));
        store(&mut solution[i], part, right);
    }
}

/// 1 / x to three digits for a positive normal x: enough to judge an error, and a fifth of the cost of a division.
/// The first guess mirrors the exponent in the bits (off by up to 12 %); each step of Newton's method squares that.
#[inline(always)]
fn rough_inverse<V: Vector>(x: V) -> V {
    const MIRROR: u64 = 0x7fde_6238_5024_84ba;
    let two = V::constant(2.0);
    let guess = V::constant(f64::from_bits(MIRROR)).minus_bits(x);
    let guess = guess.times(x.fused_off(guess, two));
    guess.times(x.fused_off(guess, two))
}

#[inline(always)]
fn finish<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let n = x.start.len();
    let own = &mut x.increments[(STAGES - 1) * n..][..n];
    let solution = &x.slots[x.places.solution.clone()][..n];
    let states = &x.slots[x.places.states.clone()][..n];
    let (start, new, absolute) = (&x.start[..n], &mut x.new[..n], &x.absolute[..n]);
    let relative = V::constant(x.relative);
    let judged_by_largest = x.largest;
    let (mut total, mut largest) = (V::constant(0.0), V::constant(0.0));
    for i in 0..n {
        let increment = load::<V, L>(&solution[i], part);
        store(&mut own[i], part, increment);
        let old = load::<V, L>(&start[i], part);
        let value = load::<V, L>(&states[i], part).plus(increment);
        store(&mut new[i], part, value);
        let (a, b) = (old.absolute(), value.absolute());
        let size = V::choose(a.below(b), b, a);
        let error = increment.times(rough_inverse(size.fused(relative, V::constant(absolute[i]))));
        total = error.fused(error, total);
        if judged_by_largest {
            let square = error.times(error);
            largest = V::choose(largest.below(square), square, largest);
        }
    }
    let error = if judged_by_largest {
        // A comparison forgets what is not a number; the sum does not.
        total.fused(V::constant(0.0), largest)
    } else {
        total.times(V::constant(1.0 / (ALLOWED * n.max(1) as f64)))
    };
    store(&mut x.error, part, error);
    // error is a square: its tenth root is the fifth root of the norm.
    let factor = functions::exp(functions::ln(error).times(V::constant(-0.1))).times(V::constant(SAFETY));
    store(&mut x.factor, part, factor);
}

#[inline(always)]
fn extend<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let n = x.start.len();
    let increments: [&[Lanes<L>]; STAGES] = std::array::from_fn(|j| &x.increments[j * n..][..n]);
    let (q2, rest) = x.extension.split_at_mut(n);
    let (q3, q4) = rest.split_at_mut(n);
    for i in 0..n {
        let mut sums = [V::constant(0.0); 3];
        for j in 0..STAGES {
            let k = load::<V, L>(&increments[j][i], part);
            for r in 0..3 {
                sums[r] = k.fused(V::constant(H[r][j]), sums[r]);
            }
        }
        store(&mut q2[i], part, sums[0]);
        store(&mut q3[i], part, sums[1]);
        store(&mut q4[i], part, sums[2]);
    }
}

#[inline(always)]
fn interpolate<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let n = x.start.len();
    let s = load::<V, L>(&x.fraction, part);
    let rest = V::constant(1.0).minus(s);
    let time = load::<V, L>(&x.step, part).fused(s, load::<V, L>(&x.time, part));
    store(&mut x.slots[x.places.time], part, time);
    let states = &mut x.slots[x.places.states.clone()][..n];
    let (q2, q) = x.extension.split_at(n);
    let (q3, q4) = q.split_at(n);
    for i in 0..n {
        let q = |q: &[Lanes<L>]| load::<V, L>(&q[i], part);
        let bend = s.fused(s.fused(q(q4), q(q3)), q(q2));
        let inner = rest.fused(bend, load::<V, L>(&x.new[i], part));
        let value = rest.fused(load::<V, L>(&x.start[i], part), s.times(inner));
        store(&mut states[i], part, value);
    }
}

#[inline(always)]
fn accept<V: Vector, const L: usize>(x: &mut Numbers<L>, part: usize) {
    let refused = load::<V, L>(&x.accepted, part).same(V::constant(0.0));
    for (start, new) in x.start.iter_mut().zip(&x.new) {
        let value = V::choose(refused, load::<V, L>(start, part), load::<V, L>(new, part));
        store(start, part, value);
    }
}

#[cfg(test)]
mod tests {
    use super::rough_inverse;

    #[test]
    fn the_rough_inverse_is_within_a_thousandth() {
        let mut x = 1e-300;
        while x < 1e300 {
            let relative = rough_inverse::<f64>(x) * x - 1.0;
            assert!(relative.abs() < 1e-3, "1/{x} is off by {relative}");
            x *= 1.017;
        }
    }
}
