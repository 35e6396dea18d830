//! Ctrl-C and a limit of file size, turned into something a run can answer in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lets a write beyond the limit of file size fail as that write, instead of ending the program.
pub fn answer_file_limits() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// Whether the user wants to stop.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens to Ctrl-C and to a request to end: the first is answered in order, a second one ends at once.
    pub fn listen() -> Stop {
        let stop = Stop::default();
        use signal_hook::consts::{SIGINT, SIGTERM};
        for signal in [SIGINT, SIGTERM] {
            // Registered in this order: the flag is still down at the first signal, up at the second.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop.0));
            let _ = signal_hook::flag::register(signal, Arc::clone(&stop.0));
        }
        stop
    }

    /// As if the user wanted to stop.
    #[cfg(test)]
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once the user wants to stop.
    pub fn wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
