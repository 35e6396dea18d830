//! Memory that holds machine code: written once, then executable and no longer writable.

#![allow(unsafe_code)]

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

    /// Calls the code with the slots and the constants.
    ///
    /// # Safety
    /// The code must be a complete function of the convention in `encode`, and every slot and constant that it
    /// names must lie within the memory behind the two pointers, aligned to the vector width.
    pub unsafe fn call(&self, slots: *mut f64, constants: *const f64) {
        // SAFETY: the caller vouches for the code and the pointers; the pages are executable and live as long as self.
        unsafe {
            let function: extern "sysv64" fn(*mut f64, *const f64) = std::mem::transmute(self.map.as_ptr());
            function(slots, constants);
        }
    }
}
