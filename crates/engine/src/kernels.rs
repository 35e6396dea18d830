//! The dense arithmetic of a step over all lanes: stage sums, error, continuous extension, accepting.

use crate::clocks::{self, Clocks};
use crate::lines::OnLines;
use crate::program::{Instruction, Lanes, Programs, Role, clock};
use crate::rodas5p::{A, C, D, GAMMA, H, STAGES, TIMES};
use crate::vector::Vector;
use crate::{Norm, Settings};
use notation::functions;
use std::collections::BTreeSet;
use std::ops::Range;

/// All numbers of the patients in flight.
pub(crate) struct Numbers<const L: usize> {
    /// The slots of the programs.
    pub slots: OnLines<Lanes<L>>,
    /// Per state: value at the start of the step.
    pub start: OnLines<Lanes<L>>,
    /// Per state: value at the end of the step.
    pub new: OnLines<Lanes<L>>,
    /// Per state and stage: the increments `k`.
    pub increments: OnLines<[Lanes<L>; STAGES]>,
    /// Per r = 2, 3, 4 and state: `q_r` of the continuous extension.
    pub extension: OnLines<Lanes<L>>,
    /// Per state: absolute tolerance.
    pub absolute: Vec<f64>,
    /// Relative tolerance.
    pub relative: f64,
    /// Whether the largest error counts instead of the mean.
    pub largest: bool,
    /// Numbers that belong to the step.
    pub clock: [Lanes<L>; clock::COUNT],
    /// Clock, step and calendar of each patient.
    pub clocks: Clocks<L>,
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
    drift: usize,
    states: Range<usize>,
    /// The states that observables read, ascending: the others need not be interpolated.
    observed: Vec<usize>,
    solution: Range<usize>,
    time_derivative: Range<usize>,
    uses_time: bool,
    has_time_derivative: bool,
}

/// What to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kernel {
    /// Slots of time and states for the start of the step.
    Begin,
    /// The same, and what depends on the length of the step.
    BeginStep,
    /// After stage `.0` was solved: state of the next (2 to 8) and, where its increment will be, its right-hand side
    /// but for the rates.
    Between(usize),
    /// The same if the increments are found, and right-hand sides wanted, in the slots of the solution.
    BetweenSolutions(usize),
    /// After the last stage, whose increment is the solution: new state and error.
    Finish,
    /// The step to try in every lane.
    Choose,
    /// From the error to the factor, and what it means for the clocks.
    Judge,
    /// `q_r` of the continuous extension.
    Extend,
    /// State at `fraction` of the step into the slots, as far as observables read it.
    Interpolate,
    /// The same for one lane alone, without `q_r` beforehand.
    InterpolateLane(usize),
    /// Where accepted, the new state becomes the start.
    Accept,
}

impl Places {
    pub fn new(programs: &Programs, uses_time: bool, has_time_derivative: bool) -> Self {
        let layout = &programs.layout;
        let range = |r: &Range<u32>| r.start as usize..r.end as usize;
        let reads = programs.program(Role::Observe).instructions.iter().flat_map(Instruction::reads);
        let observed: BTreeSet<u32> = reads.filter(|slot| layout.states.contains(slot)).collect();
        Places {
            time: layout.time as usize,
            shift: layout.shift as usize,
            drift: layout.drift as usize,
            states: range(&layout.states),
            observed: observed.iter().map(|slot| (slot - layout.states.start) as usize).collect(),
            solution: range(&layout.solution),
            time_derivative: range(&layout.time_derivative),
            uses_time,
            has_time_derivative,
        }
    }
}

impl<const L: usize> Numbers<L> {
    pub fn new(slots: usize, scales: &[f64], settings: &Settings, places: Places) -> Self {
        let n = scales.len();
        let mut clock = [Lanes::splat(1.0); clock::COUNT];
        clock[clock::RELATIVE] = Lanes::splat(settings.relative);
        clock[clock::ABSOLUTE] = Lanes::splat(settings.absolute);
        let zeros = |count: usize| OnLines::filled(Lanes::splat(0.0), count);
        Numbers {
            slots: zeros(slots),
            start: zeros(n),
            new: zeros(n),
            increments: OnLines::filled([Lanes::splat(0.0); STAGES], n),
            extension: zeros(3 * n),
            absolute: scales.iter().map(|scale| scale * settings.absolute).collect(),
            relative: settings.relative,
            largest: settings.norm == Norm::Largest,
            clock,
            clocks: Clocks::new(settings.max_steps),
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
    match which {
        Kernel::Begin => begin::<V, L>(x),
        Kernel::BeginStep => begin_step::<V, L>(x),
        Kernel::Between(done) => between_stages::<V, L, false>(x, done),
        Kernel::BetweenSolutions(done) => between_stages::<V, L, true>(x, done),
        Kernel::Finish => finish::<V, L>(x),
        Kernel::Choose => clocks::choose::<V, L>(x),
        Kernel::Judge => {
            factor::<V, L>(x);
            clocks::judge::<V, L>(x);
        }
        Kernel::Extend => extend::<V, L>(x),
        Kernel::Interpolate => interpolate::<V, L>(x),
        Kernel::InterpolateLane(lane) => interpolate_lane(x, lane),
        Kernel::Accept => accept::<V, L>(x),
    }
}

/// The lanes in whole vectors: where each begins.
#[inline(always)]
pub(crate) fn parts<V: Vector, const L: usize>() -> impl Iterator<Item = usize> {
    (0..L).step_by(V::WIDTH)
}

#[inline(always)]
pub(crate) fn load<V: Vector, const L: usize>(from: &Lanes<L>, part: usize) -> V {
    V::load(&from.0[part..])
}

#[inline(always)]
pub(crate) fn store<V: Vector, const L: usize>(to: &mut Lanes<L>, part: usize, value: V) {
    value.store(&mut to.0[part..]);
}

#[inline(always)]
fn begin<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    x.slots[x.places.time] = x.clock[clock::TIME];
    x.slots[x.places.states.clone()].copy_from_slice(&x.start);
}

#[inline(always)]
fn begin_step<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    begin::<V, L>(x);
    for part in parts::<V, L>() {
        let step = load::<V, L>(&x.clock[clock::STEP], part);
        let inverse = V::constant(1.0).over(step);
        store(&mut x.clock[clock::MINUS_INVERSE], part, inverse.negative());
        store(&mut x.slots[x.places.shift], part, inverse.times(V::constant(1.0 / GAMMA)));
        store(&mut x.slots[x.places.drift], part, step.times(V::constant(D[0])));
    }
}

#[inline(always)]
fn between_stages<V: Vector, const L: usize, const SOLUTIONS: bool>(x: &mut Numbers<L>, done: usize) {
    match done {
        1 => between::<V, L, 1, SOLUTIONS>(x),
        2 => between::<V, L, 2, SOLUTIONS>(x),
        3 => between::<V, L, 3, SOLUTIONS>(x),
        4 => between::<V, L, 4, SOLUTIONS>(x),
        5 => between::<V, L, 5, SOLUTIONS>(x),
        6 => between::<V, L, 6, SOLUTIONS>(x),
        _ => between::<V, L, 7, SOLUTIONS>(x),
    }
}

/// `DONE` = the stage just solved, 1 to 7; prepares stage `DONE + 1`.
///
/// Sums run from the oldest increment, so that only the last term waits for the newest; state and right-hand side are
/// summed together, so that an increment is read once for both.
#[inline(always)]
fn between<V: Vector, const L: usize, const DONE: usize, const SOLUTIONS: bool>(x: &mut Numbers<L>) {
    let sloped = x.places.has_time_derivative && D[DONE] != 0.0;
    if sloped {
        between_with::<V, L, DONE, SOLUTIONS, true>(x);
    } else {
        between_with::<V, L, DONE, SOLUTIONS, false>(x);
    }
    if x.places.uses_time {
        for part in parts::<V, L>() {
            let step = load::<V, L>(&x.clock[clock::STEP], part);
            let time = load::<V, L>(&x.clock[clock::TIME], part);
            store(&mut x.slots[x.places.time], part, step.fused(V::constant(TIMES[DONE]), time));
        }
    }
}

#[inline(always)]
fn between_with<V: Vector, const L: usize, const DONE: usize, const SOLUTIONS: bool, const SLOPED: bool>(
    x: &mut Numbers<L>,
) {
    let n = x.start.len();
    let Places { states, solution, time_derivative, .. } = &x.places;
    // The regions of the slots follow one another in this order.
    let (before, slopes) = x.slots.split_at_mut(time_derivative.start);
    let (before, solution) = before.split_at_mut(solution.start);
    let states = &mut before[states.clone()];
    let [step, minus_inverse] = [&x.clock[clock::STEP], &x.clock[clock::MINUS_INVERSE]];
    let rows = x.increments[..n].iter_mut().zip(&x.start[..n]).zip(&mut states[..n]).zip(&mut solution[..n]);
    for (i, (((row, start), state), solution)) in rows.enumerate() {
        for part in parts::<V, L>() {
            let mut sum = V::constant(0.0);
            let mut value = load::<V, L>(if DONE < 6 { start } else { state }, part);
            for j in 0..DONE {
                let increment = if SOLUTIONS && j == DONE - 1 {
                    let newest = load::<V, L>(solution, part);
                    store(&mut row[j], part, newest);
                    newest
                } else {
                    load::<V, L>(&row[j], part)
                };
                if DONE < 6 {
                    value = increment.fused(V::constant(A[DONE][j]), value);
                } else if j == DONE - 1 {
                    value = value.plus(increment);
                }
                let weight = V::constant(C[DONE][j]);
                sum = if j == 0 { increment.times(weight) } else { increment.fused(weight, sum) };
            }
            store(state, part, value);
            let mut right = sum.times(load::<V, L>(minus_inverse, part));
            if SLOPED {
                let drift = load::<V, L>(step, part).times(V::constant(D[DONE]));
                right = drift.fused_off(load::<V, L>(&slopes[i], part), right);
            }
            store(if SOLUTIONS { &mut *solution } else { &mut row[DONE] }, part, right);
        }
    }
}

/// 1 / x to three digits for a positive normal x: enough to judge an error, and a fifth of the cost of a division.
/// The first guess mirrors the exponent in the bits (off by up to 12 %); each step of Newton's method squares that.
/// The number whose exponent mirrors in [`rough_inverse`], as bits.
pub(crate) const MIRROR: u64 = 0x7fde_6238_5024_84ba;

#[inline(always)]
fn rough_inverse<V: Vector>(x: V) -> V {
    let two = V::constant(2.0);
    let guess = V::constant(f64::from_bits(MIRROR)).minus_bits(x);
    let guess = guess.times(x.fused_off(guess, two));
    guess.times(x.fused_off(guess, two))
}

#[inline(always)]
fn finish<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    let n = x.start.len();
    let states = &x.slots[x.places.states.clone()][..n];
    let (start, new, absolute) = (&x.start[..n], &mut x.new[..n], &x.absolute[..n]);
    let relative = V::constant(x.relative);
    let mut totals = [V::constant(0.0); L];
    let solution = &x.slots[x.places.solution.clone()][..n];
    for (i, row) in x.increments[..n].iter_mut().enumerate() {
        for (part, total) in parts::<V, L>().zip(&mut totals) {
            let increment = load::<V, L>(&solution[i], part);
            store(&mut row[STAGES - 1], part, increment);
            let value = load::<V, L>(&states[i], part).plus(increment);
            store(&mut new[i], part, value);
            let error = in_tolerances(load::<V, L>(&start[i], part), value, increment, relative, absolute[i]);
            *total = error.fused(error, *total);
        }
    }
    for (part, total) in parts::<V, L>().zip(totals) {
        store(&mut x.clock[clock::ERROR], part, total.times(V::constant(mean_of(n))));
    }
}

/// By what the sum of squares of the errors is multiplied to be judged.
pub(crate) fn mean_of(states: usize) -> f64 {
    1.0 / (ALLOWED * states.max(1) as f64)
}

/// The error of a state in units of its tolerance.
#[inline(always)]
fn in_tolerances<V: Vector>(old: V, new: V, error: V, relative: V, absolute: f64) -> V {
    let (a, b) = (old.absolute(), new.absolute());
    let size = V::choose(a.below(b), b, a);
    error.times(rough_inverse(size.fused(relative, V::constant(absolute))))
}

#[inline(always)]
fn factor<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    for part in parts::<V, L>() {
        let mut error = load::<V, L>(&x.clock[clock::ERROR], part);
        if x.largest {
            let relative = V::constant(x.relative);
            let (mut total, mut largest) = (V::constant(0.0), V::constant(0.0));
            for (i, row) in x.increments.iter().enumerate() {
                let (old, new) = (load::<V, L>(&x.start[i], part), load::<V, L>(&x.new[i], part));
                let last = load::<V, L>(&row[STAGES - 1], part);
                let error = in_tolerances(old, new, last, relative, x.absolute[i]);
                let square = error.times(error);
                total = error.fused(error, total);
                largest = V::choose(largest.below(square), square, largest);
            }
            // A comparison forgets what is not a number; the sum does not.
            error = total.fused(V::constant(0.0), largest);
            store(&mut x.clock[clock::ERROR], part, error);
        }
        // error is a square: its tenth root is the fifth root of the norm.
        let factor = functions::exp(functions::ln(error).times(V::constant(-0.1))).times(V::constant(SAFETY));
        store(&mut x.factor, part, factor);
    }
}

#[inline(always)]
fn extend<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    let n = x.start.len();
    let (q2, rest) = x.extension.split_at_mut(n);
    let (q3, q4) = rest.split_at_mut(n);
    for &i in &x.places.observed {
        let row = &x.increments[i];
        for part in parts::<V, L>() {
            let mut sums = [V::constant(0.0); 3];
            for j in 0..STAGES {
                let k = load::<V, L>(&row[j], part);
                for r in 0..3 {
                    sums[r] = k.fused(V::constant(H[r][j]), sums[r]);
                }
            }
            store(&mut q2[i], part, sums[0]);
            store(&mut q3[i], part, sums[1]);
            store(&mut q4[i], part, sums[2]);
        }
    }
}

#[inline(always)]
fn interpolate<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    let n = x.start.len();
    let (q2, q) = x.extension.split_at(n);
    let (q3, q4) = q.split_at(n);
    for part in parts::<V, L>() {
        let s = load::<V, L>(&x.fraction, part);
        let rest = V::constant(1.0).minus(s);
        let time = load::<V, L>(&x.clock[clock::STEP], part).fused(s, load::<V, L>(&x.clock[clock::TIME], part));
        store(&mut x.slots[x.places.time], part, time);
        let states = &mut x.slots[x.places.states.clone()][..n];
        for &i in &x.places.observed {
            let q = |q: &[Lanes<L>]| load::<V, L>(&q[i], part);
            let bend = s.fused(s.fused(q(q4), q(q3)), q(q2));
            let inner = rest.fused(bend, load::<V, L>(&x.new[i], part));
            let value = rest.fused(load::<V, L>(&x.start[i], part), s.times(inner));
            store(&mut states[i], part, value);
        }
    }
}

/// The rows of the continuous extension side by side for each increment.
const H_BY_STAGE: [[f64; 4]; STAGES] = {
    let mut columns = [[0.0; 4]; STAGES];
    let mut j = 0;
    while j < STAGES {
        columns[j] = [H[0][j], H[1][j], H[2][j], 0.0];
        j += 1;
    }
    columns
};

#[inline(always)]
fn interpolate_lane<const L: usize>(x: &mut Numbers<L>, lane: usize) {
    let n = x.start.len();
    let s = x.fraction.0[lane];
    let rest = 1.0 - s;
    let states = &mut x.slots[x.places.states.clone()][..n];
    let (starts, news) = (&x.start[..n], &x.new[..n]);
    for &i in &x.places.observed {
        let row = &x.increments[i];
        let mut q = [0.0_f64; 4];
        for (k, weights) in row.iter().zip(&H_BY_STAGE) {
            for (q, weight) in q.iter_mut().zip(weights) {
                *q = k.0[lane].mul_add(*weight, *q);
            }
        }
        let bend = s.mul_add(s.mul_add(q[2], q[1]), q[0]);
        let inner = rest.mul_add(bend, news[i].0[lane]);
        states[i].0[lane] = rest.mul_add(starts[i].0[lane], s * inner);
    }
}

#[inline(always)]
fn accept<V: Vector, const L: usize>(x: &mut Numbers<L>) {
    for part in parts::<V, L>() {
        let refused = load::<V, L>(&x.accepted, part).same(V::constant(0.0));
        for (start, new) in x.start.iter_mut().zip(x.new.iter()) {
            let value = V::choose(refused, load::<V, L>(start, part), load::<V, L>(new, part));
            store(start, part, value);
        }
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
