//! The only doors to vector instructions: each is opened after the processor was asked whether it has them.
#![allow(unsafe_code)]

use crate::chains::Chains;
use crate::interpreter::interpret;
use crate::kernels::{Kernel, Numbers, kernel};
use crate::program::Lanes;
use crate::vector::Twice;

/// Which instructions are used. A private field: only [`Instructions::best`] and its like make one, so that a value
/// proves that the processor has the instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Instructions {
    /// The widest that this processor has.
    pub fn best() -> Self {
        Self::avx512().or(Self::avx2()).unwrap_or(Self::portable())
    }

    /// Plain code for any processor.
    pub fn portable() -> Self {
        Instructions(Kind::Portable)
    }

    /// AVX2 and FMA, if this processor has them.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            return Some(Instructions(Kind::Avx2));
        }
        None
    }

    /// AVX-512, if this processor has it.
    pub fn avx512() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if std::is_x86_feature_detected!("avx512f")
            && std::is_x86_feature_detected!("avx512dq")
            && std::is_x86_feature_detected!("avx512vl")
            && std::is_x86_feature_detected!("fma")
        {
            return Some(Instructions(Kind::Avx512));
        }
        None
    }

    /// `avx512`, `avx2` or `portable`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
        }
    }

    pub(crate) fn interpret<const L: usize>(self, program: &Chains, values: &mut [Lanes<L>]) {
        match self.0 {
            Kind::Portable => interpret::<f64, L>(program, values),
            // Safety of these and of the four below: the value proves that the processor has the instructions.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { interpret_avx2(program, values) },
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { interpret_avx512(program, values) },
        }
    }

    pub(crate) fn kernel<const L: usize>(self, which: Kernel, numbers: &mut Numbers<L>) {
        match self.0 {
            Kind::Portable => kernel::<f64, L>(which, numbers),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { kernel_avx2(which, numbers) },
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { kernel_avx512(which, numbers) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn interpret_avx2<const L: usize>(program: &Chains, values: &mut [Lanes<L>]) {
    interpret::<Twice<crate::vector::Four>, L>(program, values);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,fma")]
fn interpret_avx512<const L: usize>(program: &Chains, values: &mut [Lanes<L>]) {
    if L.is_multiple_of(16) {
        interpret::<Twice<crate::vector::Eight>, L>(program, values);
    } else {
        interpret::<crate::vector::Eight, L>(program, values);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn kernel_avx2<const L: usize>(which: Kernel, numbers: &mut Numbers<L>) {
    kernel::<crate::vector::Four, L>(which, numbers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,fma")]
fn kernel_avx512<const L: usize>(which: Kernel, numbers: &mut Numbers<L>) {
    kernel::<crate::vector::Eight, L>(which, numbers);
}
