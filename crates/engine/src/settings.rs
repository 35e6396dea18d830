//! How accurately, and by which instructions, to integrate.

use crate::dispatch::Instructions;

/// Settings of a run. They change the numbers (except `path` and `code`) and belong into its record.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Relative tolerance per step.
    pub relative: f64,
    /// Absolute tolerance per step, times each state's scale.
    pub absolute: f64,
    /// How the errors of the states of a step are judged together.
    pub norm: Norm,
    /// Most steps (accepted and rejected) for one patient.
    pub max_steps: u32,
    /// Which instructions; the numbers do not depend on it.
    pub path: Path,
    /// Machine code or interpretation; the numbers do not depend on it.
    pub code: CodeKind,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            relative: 1e-6,
            absolute: 1e-9,
            norm: Norm::Mean,
            max_steps: 200_000,
            path: Path::Auto,
            code: CodeKind::Native,
        }
    }
}

/// How the errors of the states of a step, each in units of its tolerance, become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Norm {
    /// Their root mean square: the usual choice, and the faster one.
    #[default]
    Mean,
    /// The largest, held to one tolerance: for systems in which a small error of one state grows, such as close encounters of bodies.
    Largest,
}

/// How the lane programs are run. Both give the same bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeKind {
    /// As machine code where the processor and the operating system allow it, else interpreted.
    #[default]
    Native,
    /// Interpreted.
    Interpreted,
}

/// Which vector instructions to use. All give the same bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// The widest that the processor has.
    #[default]
    Auto,
    /// AVX-512, or the widest below it where the processor lacks it.
    Avx512,
    /// AVX2, or plain code where the processor lacks it.
    Avx2,
    /// Plain code.
    Portable,
}

impl Path {
    /// What this processor will use.
    pub fn instructions(self) -> Instructions {
        match self {
            Path::Auto | Path::Avx512 => Instructions::best(),
            Path::Avx2 => Instructions::avx2().unwrap_or(Instructions::portable()),
            Path::Portable => Instructions::portable(),
        }
    }

    /// Whether the processor has exactly these instructions.
    pub fn is_available(self) -> bool {
        match self {
            Path::Auto | Path::Portable => true,
            Path::Avx512 => Instructions::avx512().is_some(),
            Path::Avx2 => Instructions::avx2().is_some(),
        }
    }
}
