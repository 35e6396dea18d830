//! Random numbers without a hidden state: the same seed, names and counter give the same number on any machine.
//!
//! Philox 4x32-10 (Salmon et al. 2011, SC11, doi 10.1145/2063384.2063405), keyed by the seed and by what the number
//! is for: (who, purpose). A new arm, patient or purpose therefore changes nobody else's numbers.

use crate::statistics::distribution::normal_quantile;
use engine::functions;

/// A stream of random numbers for one purpose of one patient.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    /// Block number, hash of the purpose, patient (two words).
    counter: [u32; 4],
    block: [u32; 4],
    used: usize,
    /// Radius and angle of the normal number that the last one left over.
    spare: Option<(f64, f64)>,
    /// Number of people over whom normal numbers are even, and how many this stream has given.
    even: Option<(u32, u32)>,
}

const ROUNDS: usize = 10;

fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..ROUNDS {
        if round > 0 {
            key[0] = key[0].wrapping_add(0x9E37_79B9);
            key[1] = key[1].wrapping_add(0xBB67_AE85);
        }
        let first = u64::from(counter[0]) * 0xD251_1F53;
        let second = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
    }
    counter
}

/// A word whose bits all depend on all bits of this one (finaliser of MurmurHash3).
fn mixed(mut word: u32) -> u32 {
    word = (word ^ (word >> 16)).wrapping_mul(0x85EB_CA6B);
    word = (word ^ (word >> 13)).wrapping_mul(0xC2B2_AE35);
    word ^ (word >> 16)
}

/// FNV-1a, 64 bits: a name as a number, the same everywhere.
pub fn hash(name: &str) -> u64 {
    hash_on(EMPTY, name)
}

/// The hash of an empty name.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a name that goes on with these letters.
fn hash_on(before: u64, name: &str) -> u64 {
    name.bytes().fold(before, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Whose numbers they are: one patient, from whom streams for many purposes come.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// Seed and group, mixed.
    key: [u32; 2],
    number: u64,
}

impl Owner {
    /// Patient `number` of `group` (an arm's name, or empty).
    pub fn new(seed: u64, group: &str, number: u64) -> Owner {
        // The group enters the key by one full round of mixing, so that (seed, group) pairs do not collide by addition.
        let group = hash(group);
        let mixed = philox([seed as u32, (seed >> 32) as u32, group as u32, (group >> 32) as u32], [0, 0]);
        Owner { key: [mixed[0], mixed[1]], number }
    }

    /// The stream of `purpose`.
    pub fn stream(&self, purpose: &str) -> Stream {
        self.stream_of_hash(hash(purpose))
    }

    /// The stream of a purpose whose name is in pieces, as if they were written one after the other.
    pub fn stream_of(&self, purpose: &[&str]) -> Stream {
        self.stream_of_hash(purpose.iter().fold(EMPTY, |before, piece| hash_on(before, piece)))
    }

    /// The stream of a purpose by the [`hash`] of its name.
    pub fn stream_of_hash(&self, purpose: u64) -> Stream {
        let number = self.number;
        Stream {
            key: [self.key[0] ^ (purpose >> 32) as u32, self.key[1]],
            counter: [0, purpose as u32, number as u32, (number >> 32) as u32],
            block: [0; 4],
            used: 4,
            spare: None,
            even: None,
        }
    }
}

impl Stream {
    /// The stream of `purpose` for patient `number` of `group` (an arm's name, or empty).
    pub fn new(seed: u64, group: &str, number: u64, purpose: &str) -> Stream {
        Owner::new(seed, group, number).stream(purpose)
    }

    /// The same stream with normal numbers that are even over the first `among` people: each of as many equally likely
    /// parts falls to one of them (Latin hypercube sampling; McKay 1979), so that means over them hold little chance.
    /// For fits; the numbers of trials stay independent.
    #[must_use]
    pub fn evenly(mut self, among: usize) -> Stream {
        self.even = Some((u32::try_from(among).unwrap_or(u32::MAX).max(1), 0));
        self
    }

    /// Where this person stands among the others in the `turn`-th normal number of the purpose: a permutation by four
    /// Feistel rounds, walked until it falls inside.
    fn place(&self, among: u32, turn: u32) -> u32 {
        let half = (32 - (among - 1).leading_zeros()).div_ceil(2).max(1);
        let mask = (1u32 << half) - 1;
        let keys = philox([turn, self.counter[1], 0, 0], self.key);
        let mut at = self.counter[2] % among;
        loop {
            let (mut left, mut right) = (at >> half, at & mask);
            for key in keys {
                (left, right) = (right, left ^ (mixed(right ^ key) & mask));
            }
            at = (left << half) | right;
            if at < among {
                return at;
            }
        }
    }

    fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.block = philox(self.counter, self.key);
            self.counter[0] = self.counter[0].wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        let high = u64::from(self.word());
        let low = u64::from(self.word());
        ((high << 21) | (low >> 11)) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        if let Some((among, turn)) = self.even {
            self.even = Some((among, turn + 1));
            return normal_quantile((f64::from(self.place(among, turn)) + 0.5) / f64::from(among));
        }
        if let Some((radius, angle)) = self.spare.take() {
            return radius * functions::sin(angle);
        }
        let radius = (-2.0 * functions::ln(1.0 - self.uniform())).sqrt();
        let angle = 2.0 * std::f64::consts::PI * self.uniform();
        self.spare = Some((radius, angle));
        radius * functions::cos(angle)
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// A whole number below `size`; 0 if `size` is 0.
    pub fn below(&mut self, size: usize) -> usize {
        ((self.uniform() * size as f64) as usize).min(size.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Known answers of the authors' Random123 library, kat_vectors, philox4x32 10.
    #[test]
    fn philox_gives_the_known_answers() {
        for (counter, key, expected) in [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ] {
            assert_eq!(philox(counter, key), expected);
        }
    }

    #[test]
    fn even_numbers_take_each_part_once_and_turns_and_purposes_do_not_go_together() {
        use crate::statistics::describe::{mean, standard_deviation};
        for among in [1, 2, 37, 600] {
            let first: Vec<f64> =
                (0..among).map(|n| Stream::new(3, "", n, "room").evenly(among as usize).normal()).collect();
            let mut sorted = first.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.dedup();
            assert_eq!(sorted.len(), first.len());
            assert!(mean(&first).abs() < 1e-9);
        }
        let two = |n: u64, purpose: &str| {
            let mut stream = Stream::new(3, "", n, purpose).evenly(600);
            (stream.normal(), stream.normal())
        };
        let room: Vec<(f64, f64)> = (0..600).map(|n| two(n, "room")).collect();
        let other: Vec<f64> = (0..600).map(|n| two(n, "pace").0).collect();
        let turns = room.iter().map(|r| r.0 * r.1).sum::<f64>() / 600.0;
        let purposes = room.iter().zip(&other).map(|(r, o)| r.0 * o).sum::<f64>() / 600.0;
        assert!(turns.abs() < 4.0 / 600f64.sqrt() && purposes.abs() < 4.0 / 600f64.sqrt(), "{turns} {purposes}");
        assert!((standard_deviation(&other) - 1.0).abs() < 0.01);
    }

    #[test]
    fn who_and_what_for_make_different_streams_and_the_same_ones_repeat() {
        let draw = |seed, group, number, purpose| Stream::new(seed, group, number, purpose).uniform();
        let first = draw(1, "ketamine", 7, "weight");
        assert_eq!(first, draw(1, "ketamine", 7, "weight"));
        for other in [
            draw(2, "ketamine", 7, "weight"),
            draw(1, "placebo", 7, "weight"),
            draw(1, "ketamine", 8, "weight"),
            draw(1, "ketamine", 7, "age"),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn a_name_in_pieces_is_the_same_name() {
        let owner = Owner::new(1, "ketamine", 7);
        let whole = owner.stream("score MADRS 0 3").uniform();
        assert_eq!(owner.stream_of(&["score ", "MADRS", " ", "", "0 3"]).uniform(), whole);
        assert_eq!(owner.stream_of_hash(hash("score MADRS 0 3")).uniform(), whole);
        assert_ne!(owner.stream_of(&["score MADRS 0", " 4"]).uniform(), whole);
    }

    #[test]
    fn moments_are_those_of_the_laws() {
        let mut stream = Stream::new(11, "", 0, "moments");
        let n = 200_000;
        let (mut sum, mut square, mut fourth, mut uniform) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..n {
            let z = stream.normal();
            sum += z;
            square += z * z;
            fourth += z * z * z * z;
            uniform += stream.uniform();
        }
        let n = f64::from(n);
        // Four standard errors of each.
        assert!((sum / n).abs() < 4.0 / n.sqrt());
        assert!((square / n - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
        assert!((fourth / n - 3.0).abs() < 4.0 * (96.0 / n).sqrt());
        assert!((uniform / n - 0.5).abs() < 4.0 * (1.0 / 12.0 / n).sqrt());
    }
}
