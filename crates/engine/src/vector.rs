//! A vector of lanes: one number of the hardware's width, for AVX-512, AVX2 and plain `f64`.
//!
//! The methods are always inlined into a function that enables the instructions (see [`crate::dispatch`]).
#![allow(unsafe_code)]

use notation::functions::Machine;

/// What the executor needs of a vector besides [`Machine`].
pub(crate) trait Vector: Machine {
    /// How many numbers.
    const WIDTH: usize;
    /// The first `WIDTH` numbers of a slice. Panics if it is shorter.
    fn load(from: &[f64]) -> Self;
    /// Writes the first `WIDTH` numbers of a slice. Panics if it is shorter.
    fn store(self, to: &mut [f64]);
    /// The `WIDTH` numbers from an address.
    ///
    /// # Safety
    /// They must be readable.
    unsafe fn read(from: *const f64) -> Self;
    /// Writes `WIDTH` numbers to an address.
    ///
    /// # Safety
    /// They must be writable.
    unsafe fn write(self, to: *mut f64);
    /// -a
    fn negative(self) -> Self;
    /// |a|
    fn absolute(self) -> Self;
    /// Square root.
    fn root(self) -> Self;
    /// a <= b (false for NaN)
    fn at_most(self, other: Self) -> Self::Mask;
    /// c - a * b, rounded once, where `self` is a.
    fn fused_off(self, factor: Self, from: Self) -> Self;
}

impl Vector for f64 {
    const WIDTH: usize = 1;
    #[inline(always)]
    unsafe fn read(from: *const f64) -> Self {
        // Safety: by the caller.
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f64) {
        // Safety: by the caller.
        unsafe { *to = self }
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        from[0]
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        to[0] = self;
    }
    #[inline(always)]
    fn negative(self) -> Self {
        -self
    }
    #[inline(always)]
    fn absolute(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn at_most(self, other: Self) -> bool {
        self <= other
    }
    #[inline(always)]
    fn fused_off(self, factor: Self, from: Self) -> Self {
        (-self).mul_add(factor, from)
    }
}

/// Two vectors side by side: an operation on one need not wait for the same on the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Twice<V>(V, V);

impl<V: Vector> Machine for Twice<V> {
    type Mask = (V::Mask, V::Mask);
    #[inline(always)]
    fn constant(value: f64) -> Self {
        Twice(V::constant(value), V::constant(value))
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Twice(self.0.plus(other.0), self.1.plus(other.1))
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Twice(self.0.minus(other.0), self.1.minus(other.1))
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Twice(self.0.times(other.0), self.1.times(other.1))
    }
    #[inline(always)]
    fn over(self, other: Self) -> Self {
        Twice(self.0.over(other.0), self.1.over(other.1))
    }
    #[inline(always)]
    fn fused(self, factor: Self, addend: Self) -> Self {
        Twice(self.0.fused(factor.0, addend.0), self.1.fused(factor.1, addend.1))
    }
    #[inline(always)]
    fn plus_bits(self, other: Self) -> Self {
        Twice(self.0.plus_bits(other.0), self.1.plus_bits(other.1))
    }
    #[inline(always)]
    fn minus_bits(self, other: Self) -> Self {
        Twice(self.0.minus_bits(other.0), self.1.minus_bits(other.1))
    }
    #[inline(always)]
    fn up_52(self) -> Self {
        Twice(self.0.up_52(), self.1.up_52())
    }
    #[inline(always)]
    fn down_52(self) -> Self {
        Twice(self.0.down_52(), self.1.down_52())
    }
    #[inline(always)]
    fn below(self, other: Self) -> Self::Mask {
        (self.0.below(other.0), self.1.below(other.1))
    }
    #[inline(always)]
    fn same(self, other: Self) -> Self::Mask {
        (self.0.same(other.0), self.1.same(other.1))
    }
    #[inline(always)]
    fn choose(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Twice(V::choose(mask.0, yes.0, no.0), V::choose(mask.1, yes.1, no.1))
    }
}

impl<V: Vector> Vector for Twice<V> {
    const WIDTH: usize = 2 * V::WIDTH;
    #[inline(always)]
    unsafe fn read(from: *const f64) -> Self {
        // Safety: by the caller.
        unsafe { Twice(V::read(from), V::read(from.add(V::WIDTH))) }
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f64) {
        // Safety: by the caller.
        unsafe {
            self.0.write(to);
            self.1.write(to.add(V::WIDTH));
        }
    }
    #[inline(always)]
    fn load(from: &[f64]) -> Self {
        Twice(V::load(from), V::load(&from[V::WIDTH..]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f64]) {
        self.0.store(to);
        self.1.store(&mut to[V::WIDTH..]);
    }
    #[inline(always)]
    fn negative(self) -> Self {
        Twice(self.0.negative(), self.1.negative())
    }
    #[inline(always)]
    fn absolute(self) -> Self {
        Twice(self.0.absolute(), self.1.absolute())
    }
    #[inline(always)]
    fn root(self) -> Self {
        Twice(self.0.root(), self.1.root())
    }
    #[inline(always)]
    fn at_most(self, other: Self) -> Self::Mask {
        (self.0.at_most(other.0), self.1.at_most(other.1))
    }
    #[inline(always)]
    fn fused_off(self, factor: Self, from: Self) -> Self {
        Twice(self.0.fused_off(factor.0, from.0), self.1.fused_off(factor.1, from.1))
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Eight, Four};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    use notation::functions::Machine;
    use std::arch::x86_64::*;

    /// Eight numbers in an AVX-512 register.
    #[derive(Clone, Copy)]
    pub(crate) struct Eight(__m512d);
    /// Four numbers in an AVX register.
    #[derive(Clone, Copy)]
    pub(crate) struct Four(__m256d);

    // Safety of every block in the two pairs of implementations below: the intrinsics touch no memory except `load`
    // and `store` (a slice cut to the vector's width) and `read` and `write` (by their caller's promise); they need AVX-512F (`Eight`) or AVX2 and FMA
    // (`Four`). Both types are private to this crate and are used only in functions of `dispatch` that enable these
    // features and that are called only after the processor was asked for them.
    impl Machine for Eight {
        type Mask = __mmask8;
        #[inline(always)]
        fn constant(value: f64) -> Self {
            unsafe { Eight(_mm512_set1_pd(value)) }
        }
        #[inline(always)]
        fn plus(self, other: Self) -> Self {
            unsafe { Eight(_mm512_add_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn minus(self, other: Self) -> Self {
            unsafe { Eight(_mm512_sub_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn times(self, other: Self) -> Self {
            unsafe { Eight(_mm512_mul_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn over(self, other: Self) -> Self {
            unsafe { Eight(_mm512_div_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn fused(self, factor: Self, addend: Self) -> Self {
            unsafe { Eight(_mm512_fmadd_pd(self.0, factor.0, addend.0)) }
        }
        #[inline(always)]
        fn plus_bits(self, other: Self) -> Self {
            unsafe {
                let sum = _mm512_add_epi64(_mm512_castpd_si512(self.0), _mm512_castpd_si512(other.0));
                Eight(_mm512_castsi512_pd(sum))
            }
        }
        #[inline(always)]
        fn minus_bits(self, other: Self) -> Self {
            unsafe {
                let difference = _mm512_sub_epi64(_mm512_castpd_si512(self.0), _mm512_castpd_si512(other.0));
                Eight(_mm512_castsi512_pd(difference))
            }
        }
        #[inline(always)]
        fn up_52(self) -> Self {
            unsafe { Eight(_mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(self.0)))) }
        }
        #[inline(always)]
        fn down_52(self) -> Self {
            unsafe { Eight(_mm512_castsi512_pd(_mm512_srli_epi64::<52>(_mm512_castpd_si512(self.0)))) }
        }
        #[inline(always)]
        fn below(self, other: Self) -> __mmask8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn same(self, other: Self) -> __mmask8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn choose(mask: __mmask8, yes: Self, no: Self) -> Self {
            unsafe { Eight(_mm512_mask_blend_pd(mask, no.0, yes.0)) }
        }
    }

    impl Vector for Eight {
        const WIDTH: usize = 8;
        #[inline(always)]
        unsafe fn read(from: *const f64) -> Self {
            unsafe { Eight(_mm512_loadu_pd(from)) }
        }
        #[inline(always)]
        unsafe fn write(self, to: *mut f64) {
            unsafe { _mm512_storeu_pd(to, self.0) }
        }
        #[inline(always)]
        fn load(from: &[f64]) -> Self {
            unsafe { Eight(_mm512_loadu_pd(from[..8].as_ptr())) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f64]) {
            unsafe { _mm512_storeu_pd(to[..8].as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn negative(self) -> Self {
            unsafe {
                let sign = _mm512_set1_epi64(i64::MIN);
                Eight(_mm512_castsi512_pd(_mm512_xor_si512(_mm512_castpd_si512(self.0), sign)))
            }
        }
        #[inline(always)]
        fn absolute(self) -> Self {
            unsafe {
                let rest = _mm512_set1_epi64(i64::MAX);
                Eight(_mm512_castsi512_pd(_mm512_and_si512(_mm512_castpd_si512(self.0), rest)))
            }
        }
        #[inline(always)]
        fn root(self) -> Self {
            unsafe { Eight(_mm512_sqrt_pd(self.0)) }
        }
        #[inline(always)]
        fn at_most(self, other: Self) -> __mmask8 {
            unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn fused_off(self, factor: Self, from: Self) -> Self {
            unsafe { Eight(_mm512_fnmadd_pd(self.0, factor.0, from.0)) }
        }
    }

    impl Machine for Four {
        type Mask = __m256d;
        #[inline(always)]
        fn constant(value: f64) -> Self {
            unsafe { Four(_mm256_set1_pd(value)) }
        }
        #[inline(always)]
        fn plus(self, other: Self) -> Self {
            unsafe { Four(_mm256_add_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn minus(self, other: Self) -> Self {
            unsafe { Four(_mm256_sub_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn times(self, other: Self) -> Self {
            unsafe { Four(_mm256_mul_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn over(self, other: Self) -> Self {
            unsafe { Four(_mm256_div_pd(self.0, other.0)) }
        }
        #[inline(always)]
        fn fused(self, factor: Self, addend: Self) -> Self {
            unsafe { Four(_mm256_fmadd_pd(self.0, factor.0, addend.0)) }
        }
        #[inline(always)]
        fn plus_bits(self, other: Self) -> Self {
            unsafe {
                let sum = _mm256_add_epi64(_mm256_castpd_si256(self.0), _mm256_castpd_si256(other.0));
                Four(_mm256_castsi256_pd(sum))
            }
        }
        #[inline(always)]
        fn minus_bits(self, other: Self) -> Self {
            unsafe {
                let difference = _mm256_sub_epi64(_mm256_castpd_si256(self.0), _mm256_castpd_si256(other.0));
                Four(_mm256_castsi256_pd(difference))
            }
        }
        #[inline(always)]
        fn up_52(self) -> Self {
            unsafe { Four(_mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(self.0)))) }
        }
        #[inline(always)]
        fn down_52(self) -> Self {
            unsafe { Four(_mm256_castsi256_pd(_mm256_srli_epi64::<52>(_mm256_castpd_si256(self.0)))) }
        }
        #[inline(always)]
        fn below(self, other: Self) -> __m256d {
            unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn same(self, other: Self) -> __m256d {
            unsafe { _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn choose(mask: __m256d, yes: Self, no: Self) -> Self {
            unsafe { Four(_mm256_blendv_pd(no.0, yes.0, mask)) }
        }
    }

    impl Vector for Four {
        const WIDTH: usize = 4;
        #[inline(always)]
        unsafe fn read(from: *const f64) -> Self {
            unsafe { Four(_mm256_loadu_pd(from)) }
        }
        #[inline(always)]
        unsafe fn write(self, to: *mut f64) {
            unsafe { _mm256_storeu_pd(to, self.0) }
        }
        #[inline(always)]
        fn load(from: &[f64]) -> Self {
            unsafe { Four(_mm256_loadu_pd(from[..4].as_ptr())) }
        }
        #[inline(always)]
        fn store(self, to: &mut [f64]) {
            unsafe { _mm256_storeu_pd(to[..4].as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn negative(self) -> Self {
            unsafe { Four(_mm256_xor_pd(self.0, _mm256_set1_pd(-0.0))) }
        }
        #[inline(always)]
        fn absolute(self) -> Self {
            unsafe { Four(_mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0)) }
        }
        #[inline(always)]
        fn root(self) -> Self {
            unsafe { Four(_mm256_sqrt_pd(self.0)) }
        }
        #[inline(always)]
        fn at_most(self, other: Self) -> __m256d {
            unsafe { _mm256_cmp_pd::<_CMP_LE_OQ>(self.0, other.0) }
        }
        #[inline(always)]
        fn fused_off(self, factor: Self, from: Self) -> Self {
            unsafe { Four(_mm256_fnmadd_pd(self.0, factor.0, from.0)) }
        }
    }
}
