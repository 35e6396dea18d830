//! Measures what one core can do at most: fused multiply-adds per second with AVX-512, AVX2 and plain code, and its clock.

#[cfg(target_arch = "x86_64")]
mod measured {
    use std::arch::asm;
    use std::time::Instant;

    /// Best of several repeats: seconds per call of `work`.
    fn best(mut work: impl FnMut()) -> f64 {
        let time = |work: &mut dyn FnMut()| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        };
        (0..20).map(|_| time(&mut work)).fold(f64::INFINITY, f64::min)
    }

    const TURNS: u64 = 1_000_000;

    /// Repeats instructions `TURNS` times.
    macro_rules! repeat {
        ($($line:expr),*) => {
            best(|| {
                // Safety: register arithmetic only; everything that is changed is named.
                unsafe {
                    asm!(
                        "2:", $($line,)* "dec {turns}", "jnz 2b",
                        turns = inout(reg) TURNS => _,
                        out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _, out("xmm4") _, out("xmm5") _,
                        out("xmm6") _, out("xmm7") _, out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                        out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                        out("rax") _,
                    );
                }
            }) / TURNS as f64
        };
    }

    /// Ten independent sums, so that none waits for itself.
    macro_rules! ten {
        ($operation:literal, $register:literal) => {
            repeat!(
                concat!($operation, " ", $register, "0,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "1,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "2,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "3,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "4,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "5,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "6,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "7,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "8,", $register, "14,", $register, "15"),
                concat!($operation, " ", $register, "9,", $register, "14,", $register, "15")
            ) / 10.0
        };
    }

    pub fn print() {
        // A chain of additions advances once per clock.
        let cycle = repeat!(
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1",
            "add rax,1"
        ) / 16.0;
        println!("clock: {:.2} GHz", 1e-9 / cycle);
        let print = |what: &str, numbers: f64, seconds: f64| {
            println!(
                "{what}: one per {:.2} cycles, {:.1} thousand million operations on numbers per second",
                seconds / cycle,
                numbers * 1e-9 / seconds
            );
        };
        if is_x86_feature_detected!("avx512f") {
            print("AVX-512 fused multiply-add", 8.0, ten!("vfmadd231pd", "zmm"));
            print("AVX-512 addition", 8.0, ten!("vaddpd", "zmm"));
            print("AVX-512 division", 8.0, ten!("vdivpd", "zmm"));
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            print("AVX2 fused multiply-add", 4.0, ten!("vfmadd231pd", "ymm"));
            print("AVX2 addition", 4.0, ten!("vaddpd", "ymm"));
            print("AVX2 division", 4.0, ten!("vdivpd", "ymm"));
            print("plain fused multiply-add", 1.0, ten!("vfmadd231sd", "xmm"));
        }
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    measured::print();
    #[cfg(not(target_arch = "x86_64"))]
    println!("this machine is not measured");
}
