//! The two calls: a batch in memory, and a stream of any length in bounded memory.

use crate::dispatch::Instructions;
use crate::flight::{Flight, Sink, Source};
use crate::interpreter::Interpreter;
use crate::{CodeKind, Compiled, Settings, Subject, Trajectory};

/// Integrates subjects; results in their order.
///
/// A patient that cannot be integrated is data: see [`Trajectory::failure`].
/// The numbers depend on the patient and on the tolerances only, never on company, order or instructions.
pub fn integrate(compiled: &Compiled, subjects: &[Subject], settings: &Settings) -> Vec<Trajectory> {
    let mut results: Vec<Option<Trajectory>> = subjects.iter().map(|_| None).collect();
    let mut left = subjects.iter().enumerate();
    let mut source = || left.next().map(|(i, subject)| (i as u64, subject.clone()));
    integrate_each(compiled, &mut source, settings, &mut |i, trajectory| results[i as usize] = Some(trajectory));
    results.into_iter().map(|r| r.expect("every subject ends in the sink once")).collect()
}

/// Integrates subjects as they come, each with a number of the caller's choice.
///
/// Results are handed over as patients finish, which is not the order in which they came.
/// Memory holds the patients in flight only.
pub fn integrate_each(compiled: &Compiled, source: Source, settings: &Settings, sink: Sink) {
    let instructions = settings.path.instructions();
    #[cfg(target_arch = "x86_64")]
    if let Some(native) = native(compiled, instructions, settings) {
        match native.lanes {
            4 => Flight::<4>::new(compiled, native, instructions, settings).run(source, sink),
            _ => Flight::<8>::new(compiled, native, instructions, settings).run(source, sink),
        }
        return;
    }
    let executor = Interpreter::<INTERPRETED>::new(&compiled.lowered.programs, instructions);
    Flight::<INTERPRETED>::new(compiled, &executor, instructions, settings).run(source, sink);
}

/// Lanes of the interpreter: one read of a link serves two vectors with AVX-512 and four with AVX2.
/// Measured on the speed benchmark: 32 lanes are as fast, with 8 AVX2 is a fifth slower.
const INTERPRETED: usize = 16;

/// Machine code for these instructions, if it is wanted and can be had.
#[cfg(target_arch = "x86_64")]
fn native<'a>(
    compiled: &'a Compiled,
    instructions: Instructions,
    settings: &Settings,
) -> Option<&'a crate::native::NativeExecutor> {
    use crate::native::InstructionSet;
    if settings.code == CodeKind::Interpreted {
        return None;
    }
    let set = match instructions.name() {
        "avx512" => InstructionSet::Avx512,
        "avx2" => InstructionSet::Avx2,
        _ => return None,
    };
    compiled.native.get(&compiled.lowered, set)
}
