//! What the machine itself gains from a second thread: a loop that touches no memory, on one thread and on two.
//!
//! Processors that are busy together often run slower than one alone, and other tenants of the machine do the rest: a
//! program can hardly be expected to gain more than this loop.

use std::hint::black_box;
use std::time::Instant;

/// Rounds of the loop: about a second.
const ROUNDS: u64 = 400_000_000;
/// Independent sums, so that units of the processor are kept busy.
const SUMS: usize = 8;

fn spin() -> f64 {
    let mut sums: [f64; SUMS] = std::array::from_fn(|i| 1.0 + i as f64 * 1e-9);
    let (factor, term) = (black_box(0.999_999_999), black_box(1e-9));
    for _ in 0..ROUNDS {
        for sum in &mut sums {
            *sum = *sum * factor + term;
        }
    }
    sums.iter().sum()
}

/// Work per second on two threads over work per second on one, measured one after the other.
pub fn gain() -> f64 {
    let begun = Instant::now();
    black_box(spin());
    let alone = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| black_box(spin()));
        black_box(spin());
        // Nothing in the loop can panic.
        let _ = other.join();
    });
    2.0 * alone / begun.elapsed().as_secs_f64()
}
