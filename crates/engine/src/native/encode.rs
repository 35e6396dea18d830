//! Machine instructions for AVX-512 and AVX2, encoded by `iced-x86`.
//!
//! Calling convention (System V, on every platform): `rdi` = the slots, `rsi` = the constants, `rdx`, `rcx`, `r8`, `r9` =
//! the further regions (each at its `region::MIDDLE`); spills lie on the stack.

use super::micro::{Micro, Test};
use super::region;
use iced_x86::{Code, Encoder, IcedError, Instruction, MemoryOperand, Register};
use std::collections::HashMap;

/// Where a value lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A slot of the program.
    Slot(u32),
    /// The i-th constant.
    Constant(u32),
    /// The i-th spill slot on the stack.
    Spill(u32),
}

/// A register or a place in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Vector register by number.
    Register(u8),
    /// Memory.
    Memory(Place),
}

/// What the register allocator asks of an instruction set.
pub trait Emit {
    /// How many vector registers there are.
    const REGISTERS: u8;
    /// Comparisons leave their mask in a vector register.
    const MASK_IN_VECTOR: bool;
    /// Shifts take a memory operand.
    const SHIFTS_FROM_MEMORY: bool;
    /// The number of a constant.
    fn constant(&mut self, bits: u64) -> u32;
    /// register = memory
    fn load(&mut self, register: u8, place: Place);
    /// memory = register
    fn store(&mut self, register: u8, place: Place);
    /// register = register
    fn copy(&mut self, to: u8, from: u8);
    /// target = op operand
    fn unary(&mut self, micro: Micro, target: u8, operand: Operand);
    /// target = first op second
    fn binary(&mut self, micro: Micro, target: u8, first: u8, second: Operand);
    /// target = target +- first * second
    fn fused_into_addend(&mut self, negated: bool, target: u8, first: u8, second: Operand);
    /// target = addend +- target * first
    fn fused_into_factor(&mut self, negated: bool, target: u8, first: u8, addend: Operand);
    /// mask = test(first, second)
    fn compare(&mut self, test: Test, mask: u8, first: u8, second: Operand);
    /// target = mask ? chosen : otherwise
    fn blend(&mut self, target: u8, mask: u8, otherwise: u8, chosen: Operand);
}

/// The register that points to each region.
const BASES: [Register; region::COUNT] = [Register::RDI, Register::RDX, Register::RCX, Register::R8, Register::R9];

/// Instruction codes of one instruction set.
struct Codes {
    load: Code,
    store: Code,
    broadcast: Code,
    add: Code,
    sub: Code,
    mul: Code,
    div: Code,
    min: Code,
    max: Code,
    xor: Code,
    and: Code,
    plus_bits: Code,
    minus_bits: Code,
    sqrt: Code,
    up: Code,
    down: Code,
    fused_231: Code,
    fused_213: Code,
    negated_231: Code,
    negated_213: Code,
}

const WIDE: Codes = Codes {
    load: Code::EVEX_Vmovupd_zmm_k1z_zmmm512,
    store: Code::EVEX_Vmovupd_zmmm512_k1z_zmm,
    broadcast: Code::EVEX_Vbroadcastsd_zmm_k1z_xmmm64,
    add: Code::EVEX_Vaddpd_zmm_k1z_zmm_zmmm512b64_er,
    sub: Code::EVEX_Vsubpd_zmm_k1z_zmm_zmmm512b64_er,
    mul: Code::EVEX_Vmulpd_zmm_k1z_zmm_zmmm512b64_er,
    div: Code::EVEX_Vdivpd_zmm_k1z_zmm_zmmm512b64_er,
    min: Code::EVEX_Vminpd_zmm_k1z_zmm_zmmm512b64_sae,
    max: Code::EVEX_Vmaxpd_zmm_k1z_zmm_zmmm512b64_sae,
    xor: Code::EVEX_Vpxorq_zmm_k1z_zmm_zmmm512b64,
    and: Code::EVEX_Vpandq_zmm_k1z_zmm_zmmm512b64,
    plus_bits: Code::EVEX_Vpaddq_zmm_k1z_zmm_zmmm512b64,
    minus_bits: Code::EVEX_Vpsubq_zmm_k1z_zmm_zmmm512b64,
    sqrt: Code::EVEX_Vsqrtpd_zmm_k1z_zmmm512b64_er,
    up: Code::EVEX_Vpsllq_zmm_k1z_zmmm512b64_imm8,
    down: Code::EVEX_Vpsrlq_zmm_k1z_zmmm512b64_imm8,
    fused_231: Code::EVEX_Vfmadd231pd_zmm_k1z_zmm_zmmm512b64_er,
    fused_213: Code::EVEX_Vfmadd213pd_zmm_k1z_zmm_zmmm512b64_er,
    negated_231: Code::EVEX_Vfnmadd231pd_zmm_k1z_zmm_zmmm512b64_er,
    negated_213: Code::EVEX_Vfnmadd213pd_zmm_k1z_zmm_zmmm512b64_er,
};

const NARROW: Codes = Codes {
    load: Code::VEX_Vmovapd_ymm_ymmm256,
    store: Code::VEX_Vmovapd_ymmm256_ymm,
    broadcast: Code::VEX_Vbroadcastsd_ymm_m64,
    add: Code::VEX_Vaddpd_ymm_ymm_ymmm256,
    sub: Code::VEX_Vsubpd_ymm_ymm_ymmm256,
    mul: Code::VEX_Vmulpd_ymm_ymm_ymmm256,
    div: Code::VEX_Vdivpd_ymm_ymm_ymmm256,
    min: Code::VEX_Vminpd_ymm_ymm_ymmm256,
    max: Code::VEX_Vmaxpd_ymm_ymm_ymmm256,
    xor: Code::VEX_Vpxor_ymm_ymm_ymmm256,
    and: Code::VEX_Vpand_ymm_ymm_ymmm256,
    plus_bits: Code::VEX_Vpaddq_ymm_ymm_ymmm256,
    minus_bits: Code::VEX_Vpsubq_ymm_ymm_ymmm256,
    sqrt: Code::VEX_Vsqrtpd_ymm_ymmm256,
    up: Code::VEX_Vpsllq_ymm_ymm_imm8,
    down: Code::VEX_Vpsrlq_ymm_ymm_imm8,
    fused_231: Code::VEX_Vfmadd231pd_ymm_ymm_ymmm256,
    fused_213: Code::VEX_Vfmadd213pd_ymm_ymm_ymmm256,
    negated_231: Code::VEX_Vfnmadd231pd_ymm_ymm_ymmm256,
    negated_213: Code::VEX_Vfnmadd213pd_ymm_ymm_ymmm256,
};

/// Writes instructions; `WIDE` = AVX-512 (8 numbers a register), otherwise AVX2 (4).
pub struct Writer<const AVX512: bool> {
    encoder: Encoder,
    /// Bytes from one slot to the next.
    stride: u32,
    constants: Vec<u64>,
    known: HashMap<u64, u32>,
    error: Option<IcedError>,
    length: u64,
}

impl<const AVX512: bool> Writer<AVX512> {
    /// Numbers in a vector register.
    pub const WIDTH: usize = if AVX512 { 8 } else { 4 };
    /// Bytes of a vector register.
    pub const BYTES: u32 = if AVX512 { 64 } else { 32 };

    /// An empty program for slots this many bytes apart.
    pub fn new(stride: u32) -> Self {
        Self { encoder: Encoder::new(64), stride, constants: Vec::new(), known: HashMap::new(), error: None, length: 0 }
    }

    const fn codes() -> &'static Codes {
        if AVX512 { &WIDE } else { &NARROW }
    }

    fn vector(register: u8) -> Register {
        let base = if AVX512 { Register::ZMM0 } else { Register::YMM0 };
        base + u32::from(register)
    }

    fn memory(&self, place: Place) -> MemoryOperand {
        let (base, displacement) = match place {
            Place::Slot(slot) => {
                let (region, index) = ((slot >> region::SHIFT) as usize, slot & ((1 << region::SHIFT) - 1));
                (BASES[region], (i64::from(index) - region::MIDDLE[region] as i64) * i64::from(self.stride))
            }
            Place::Constant(i) => (Register::RSI, i64::from(i) * if AVX512 { 8 } else { 32 }),
            Place::Spill(i) => (Register::RSP, i64::from(i * Self::BYTES)),
        };
        let broadcast = AVX512 && matches!(place, Place::Constant(_));
        MemoryOperand::new(base, Register::None, 1, displacement, 1, broadcast, Register::None)
    }

    /// Adds an instruction; the first error is kept.
    pub fn write(&mut self, instruction: Result<Instruction, IcedError>) {
        match instruction.and_then(|i| self.encoder.encode(&i, self.length)) {
            Ok(size) => self.length += size as u64,
            Err(error) => {
                self.error.get_or_insert(error);
            }
        }
    }

    fn two(&mut self, code: Code, first: u8, second: Operand) {
        let instruction = match second {
            Operand::Register(r) => Instruction::with2(code, Self::vector(first), Self::vector(r)),
            Operand::Memory(place) => Instruction::with2(code, Self::vector(first), self.memory(place)),
        };
        self.write(instruction);
    }

    fn three(&mut self, code: Code, target: u8, first: u8, second: Operand) {
        let (t, f) = (Self::vector(target), Self::vector(first));
        let instruction = match second {
            Operand::Register(r) => Instruction::with3(code, t, f, Self::vector(r)),
            Operand::Memory(place) => Instruction::with3(code, t, f, self.memory(place)),
        };
        self.write(instruction);
    }

    /// The code bytes and the constants.
    ///
    /// # Errors
    /// The first instruction that could not be encoded.
    pub fn finish(mut self) -> Result<(Vec<u8>, Vec<u64>), IcedError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok((self.encoder.take_buffer(), self.constants)),
        }
    }
}

impl<const AVX512: bool> Emit for Writer<AVX512> {
    const REGISTERS: u8 = if AVX512 { 32 } else { 16 };
    const MASK_IN_VECTOR: bool = !AVX512;
    const SHIFTS_FROM_MEMORY: bool = AVX512;

    fn constant(&mut self, bits: u64) -> u32 {
        *self.known.entry(bits).or_insert_with(|| {
            self.constants.push(bits);
            self.constants.len() as u32 - 1
        })
    }

    fn load(&mut self, register: u8, place: Place) {
        let plain = !(AVX512 && matches!(place, Place::Constant(_)));
        let code = if plain { Self::codes().load } else { Self::codes().broadcast };
        // A broadcast load names its 8 bytes itself: no broadcast flag.
        let mut memory = self.memory(place);
        memory.is_broadcast = false;
        self.write(Instruction::with2(code, Self::vector(register), memory));
    }

    fn store(&mut self, register: u8, place: Place) {
        let memory = self.memory(place);
        self.write(Instruction::with2(Self::codes().store, memory, Self::vector(register)));
    }

    fn copy(&mut self, to: u8, from: u8) {
        self.two(Self::codes().load, to, Operand::Register(from));
    }

    fn unary(&mut self, micro: Micro, target: u8, operand: Operand) {
        let codes = Self::codes();
        let shift = match micro {
            Micro::Up52(_) => codes.up,
            Micro::Down52(_) => codes.down,
            _ => return self.two(codes.sqrt, target, operand),
        };
        let t = Self::vector(target);
        let instruction = match operand {
            Operand::Register(r) => Instruction::with3(shift, t, Self::vector(r), 52u32),
            Operand::Memory(place) => Instruction::with3(shift, t, self.memory(place), 52u32),
        };
        self.write(instruction);
    }

    fn binary(&mut self, micro: Micro, target: u8, first: u8, second: Operand) {
        let codes = Self::codes();
        let code = match micro {
            Micro::Add(..) => codes.add,
            Micro::Sub(..) => codes.sub,
            Micro::Mul(..) => codes.mul,
            Micro::Div(..) => codes.div,
            Micro::Min(..) => codes.min,
            Micro::Max(..) => codes.max,
            Micro::Xor(..) => codes.xor,
            Micro::And(..) => codes.and,
            Micro::PlusBits(..) => codes.plus_bits,
            Micro::MinusBits(..) => codes.minus_bits,
            other => unreachable!("{other:?} is not binary"),
        };
        self.three(code, target, first, second);
    }

    fn fused_into_addend(&mut self, negated: bool, target: u8, first: u8, second: Operand) {
        let code = if negated { Self::codes().negated_231 } else { Self::codes().fused_231 };
        self.three(code, target, first, second);
    }

    fn fused_into_factor(&mut self, negated: bool, target: u8, first: u8, addend: Operand) {
        let code = if negated { Self::codes().negated_213 } else { Self::codes().fused_213 };
        self.three(code, target, first, addend);
    }

    fn compare(&mut self, test: Test, mask: u8, first: u8, second: Operand) {
        let predicate: u32 = match test {
            Test::Below => 0x11,
            Test::BelowOrSame => 0x12,
            Test::Same => 0x00,
        };
        let (code, target) = if AVX512 {
            (Code::EVEX_Vcmppd_kr_k1_zmm_zmmm512b64_imm8_sae, Register::K1)
        } else {
            (Code::VEX_Vcmppd_ymm_ymm_ymmm256_imm8, Self::vector(mask))
        };
        let first = Self::vector(first);
        let instruction = match second {
            Operand::Register(r) => Instruction::with4(code, target, first, Self::vector(r), predicate),
            Operand::Memory(place) => Instruction::with4(code, target, first, self.memory(place), predicate),
        };
        self.write(instruction);
    }

    fn blend(&mut self, target: u8, mask: u8, otherwise: u8, chosen: Operand) {
        let (t, o) = (Self::vector(target), Self::vector(otherwise));
        if AVX512 {
            let code = Code::EVEX_Vblendmpd_zmm_k1z_zmm_zmmm512b64;
            let instruction = match chosen {
                Operand::Register(r) => Instruction::with3(code, t, o, Self::vector(r)),
                Operand::Memory(place) => Instruction::with3(code, t, o, self.memory(place)),
            };
            self.write(instruction.map(|mut i| {
                i.set_op_mask(Register::K1);
                i
            }));
        } else {
            let code = Code::VEX_Vblendvpd_ymm_ymm_ymmm256_ymm;
            let m = Self::vector(mask);
            let instruction = match chosen {
                Operand::Register(r) => Instruction::with4(code, t, o, Self::vector(r), m),
                Operand::Memory(place) => Instruction::with4(code, t, o, self.memory(place), m),
            };
            self.write(instruction);
        }
    }
}
