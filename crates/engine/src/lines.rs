//! Numbers of all lanes from the beginning of a line of the cache on, whatever the allocator gives: a vector of AVX-512
//! is one line, and one that lay across two would cost two.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A line of the cache.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f64; 8]);

/// A fixed number of elements in a row.
///
/// Invariant: `lines` holds at least `count` elements, all written.
pub(crate) struct OnLines<T> {
    lines: Vec<Line>,
    count: usize,
    elements: PhantomData<T>,
}

impl<T: Copy> OnLines<T> {
    /// So many elements of one value.
    pub fn filled(value: T, count: usize) -> Self {
        const { assert!(align_of::<T>() <= align_of::<Line>()) };
        let mut lines = vec![Line([0.0; 8]); (count * size_of::<T>()).div_ceil(size_of::<Line>())];
        let start = lines.as_mut_ptr().cast::<T>();
        for i in 0..count {
            // SAFETY: the lines are aligned for `T` (asserted above) and long enough for `count` of them.
            unsafe { start.add(i).write(value) };
        }
        OnLines { lines, count, elements: PhantomData }
    }
}

impl<T> Deref for OnLines<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // SAFETY: by the invariant there are so many elements, aligned and written; they are borrowed with `self`.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.count) }
    }
}

impl<T> DerefMut for OnLines<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and nobody else borrows them.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.count) }
    }
}

#[cfg(test)]
mod tests {
    use super::OnLines;
    use crate::program::Lanes;

    #[test]
    fn elements_begin_on_a_line_and_keep_what_is_written() {
        for count in [0, 1, 3, 100] {
            let mut narrow = OnLines::filled([Lanes([1.5; 4]); 3], count);
            assert_eq!(narrow.as_ptr() as usize % 64, 0);
            assert_eq!(narrow.len(), count);
            narrow.iter_mut().enumerate().for_each(|(i, row)| row[2].0[3] = i as f64);
            let expected = |i: usize| [Lanes([1.5; 4]), Lanes([1.5; 4]), Lanes([1.5, 1.5, 1.5, i as f64])];
            assert!(narrow.iter().enumerate().all(|(i, row)| *row == expected(i)));
        }
    }
}
