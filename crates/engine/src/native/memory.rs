//! Memory that holds machine code: written once, then executable and no longer writable.

#![allow(unsafe_code)]

use super::region::COUNT;
use memmap2::{Mmap, MmapMut};

/// Finished machine code.
#[derive(Debug)]
pub struct Executable {
    map: Mmap,
}

impl Executable {
    /// Copies code into fresh pages and makes them executable.
    ///
    /// # Errors
    /// What the operating system said when it refused pages or execution.
    pub fn new(code: &[u8]) -> std::io::Result<Self> {
        let mut map = MmapMut::map_anon(code.len().max(1))?;
        map[..code.len()].copy_from_slice(code);
        Ok(Self { map: map.make_exec()? })
    }

    /// Calls the code with the regions of slots and the constants.
    ///
    /// # Safety
    /// The code must be a complete function of the convention in `encode`, and every slot and constant that it
    /// names must lie within the memory behind the pointers, aligned to the vector width.
    pub unsafe fn call(&self, regions: [*mut f64; COUNT], constants: *const f64) {
        type Function = extern "sysv64" fn(*mut f64, *const f64, *mut f64, *mut f64, *mut f64, *mut f64);
        let [slots, start, increments, time, step] = regions;
        // SAFETY: the caller vouches for the code and the pointers; the pages are executable and live as long as self.
        unsafe {
            let function: Function = std::mem::transmute(self.map.as_ptr());
            function(slots, constants, start, increments, time, step);
        }
    }
}
