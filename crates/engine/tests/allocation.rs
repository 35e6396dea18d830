//! A step allocates nothing: more steps, the same number of allocations.
#![allow(unsafe_code)]

mod support;

use engine::{CodeKind, Course, Selection, Settings};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    /// Allocations of this thread: the test runner's own thread allocates when it likes.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// Safety: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that is ending has no counter any more; nothing is measured there.
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_step_allocates_nothing() {
    let system = support::system(&[("x", "v", 1.0), ("v", "-x + 0.1 * sin(t)", 0.0)], &[], &[], &[]);
    let compiled = engine::compile(&system, &Selection::All).expect("compiles");
    for code in [CodeKind::Native, CodeKind::Interpreted] {
        let run = |end: f64| {
            let outputs: Vec<f64> = (0..100).map(|i| end * f64::from(i) / 100.0).collect();
            let subject = support::subject(&system, Course { events: vec![], end }, &outputs);
            let settings = Settings { code, ..Settings::default() };
            let before = COUNT.get();
            let done = engine::integrate(&compiled, &[subject], &settings).remove(0);
            (COUNT.get() - before, done.counts.accepted)
        };
        run(1.0); // Compiles to machine code once.
        let (few, short) = run(10.0);
        let (many, long) = run(1000.0);
        assert!(50 * short < long, "{short} and {long} steps");
        assert_eq!(few, many);
    }
}
