//! Machine instructions for AVX-512 and AVX2, encoded by `iced-x86`.
//!
//! Calling convention (System V, on every platform): `rdi` = the slots, `rsi` = the constants, `rdx`, `rcx`, `r8`, `r9` =
//! the further regions (each at its `region::MIDDLE`); spills lie on the stack.
//! Instructions are gathered first, and encoded when it is known which places they touch.

use super::micro::{Micro, Test};
use super::pointers::{Area, Pointers, SAVED};
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

impl Place {
    /// In which area it lies, as which element.
    fn element(self) -> (Area, i64) {
        match self {
            Place::Slot(slot) => {
                (Area::Region((slot >> region::SHIFT) as usize), i64::from(slot & ((1 << region::SHIFT) - 1)))
            }
            Place::Constant(i) => (Area::Constants, i64::from(i)),
            Place::Spill(i) => (Area::Spills, i64::from(i)),
        }
    }
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

/// Elements either way that a distance of one byte reaches: AVX-512 counts it in operands.
const REACH: i64 = 128;

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
    /// Instructions, and the place in memory that each touches, whose address is not yet written in it.
    instructions: Vec<(Instruction, Option<Place>)>,
    /// Bytes from one slot to the next.
    stride: u32,
    constants: Vec<u64>,
    known: HashMap<u64, u32>,
    error: Option<IcedError>,
}

impl<const AVX512: bool> Writer<AVX512> {
    /// Numbers in a vector register.
    pub const WIDTH: usize = if AVX512 { 8 } else { 4 };
    /// Bytes of a vector register.
    pub const BYTES: u32 = if AVX512 { 64 } else { 32 };

    /// An empty program for slots this many bytes apart.
    pub fn new(stride: u32) -> Self {
        Self { instructions: Vec::new(), stride, constants: Vec::new(), known: HashMap::new(), error: None }
    }

    const fn codes() -> &'static Codes {
        if AVX512 { &WIDE } else { &NARROW }
    }

    fn vector(register: u8) -> Register {
        let base = if AVX512 { Register::ZMM0 } else { Register::YMM0 };
        base + u32::from(register)
    }

    /// An operand in memory, its address to be written later.
    fn memory(place: Place) -> MemoryOperand {
        let broadcast = AVX512 && matches!(place, Place::Constant(_));
        MemoryOperand::new(Register::RSP, Register::None, 1, 0, 1, broadcast, Register::None)
    }

    /// Bytes from one element of an area to the next.
    fn step(area: Area, stride: i64) -> i64 {
        match area {
            Area::Region(_) => stride,
            Area::Constants => i64::from(if AVX512 { 8_u32 } else { 32 }),
            Area::Spills => i64::from(Self::BYTES),
        }
    }

    /// Adds an instruction; the first error is kept.
    fn write(&mut self, instruction: Result<Instruction, IcedError>, place: Option<Place>) {
        match instruction {
            Ok(instruction) => self.instructions.push((instruction, place)),
            Err(error) => {
                self.error.get_or_insert(error);
            }
        }
    }

    /// Adds an instruction whose last operand is built from a register or a place.
    fn write_with(
        &mut self,
        operand: Operand,
        register: impl FnOnce(Register) -> Result<Instruction, IcedError>,
        memory: impl FnOnce(MemoryOperand) -> Result<Instruction, IcedError>,
    ) {
        match operand {
            Operand::Register(r) => self.write(register(Self::vector(r)), None),
            Operand::Memory(place) => self.write(memory(Self::memory(place)), Some(place)),
        }
    }

    /// The code bytes of a whole function with so many spills, and its constants.
    ///
    /// # Errors
    /// The first instruction that could not be encoded.
    pub fn finish(self, spills: u32) -> Result<(Vec<u8>, Vec<u64>), IcedError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let stride = i64::from(self.stride);
        // With AVX2 one byte reaches a few slots only, and the further registers cost a byte themselves.
        let touched = self.instructions.iter().filter_map(|(_, place)| place.map(Place::element));
        let pointers = Pointers::choose(touched.take_while(|_| AVX512), REACH);
        let saved: Vec<Register> =
            pointers.further().map(|(one, _)| one.register).filter(|register| SAVED.contains(register)).collect();
        let kept = |i: usize| MemoryOperand::with_base_displ(Register::RBP, -8 * (i as i64 + 1));
        let frame = i64::from(spills * Self::BYTES) + 64 + 8 * saved.len() as i64;
        let frame = i32::try_from(frame).expect("a small frame");

        let mut encoder = Encoder::new(64);
        let mut length = 0;
        let mut encode = |instruction: &Instruction| -> Result<(), IcedError> {
            length += encoder.encode(instruction, length)? as u64;
            Ok(())
        };
        encode(&Instruction::with1(Code::Push_r64, Register::RBP)?)?;
        encode(&Instruction::with2(Code::Mov_r64_rm64, Register::RBP, Register::RSP)?)?;
        encode(&Instruction::with2(Code::Sub_rm64_imm32, Register::RSP, frame)?)?;
        encode(&Instruction::with2(Code::And_rm64_imm8, Register::RSP, -64i32)?)?;
        for (i, register) in saved.iter().enumerate() {
            encode(&Instruction::with2(Code::Mov_rm64_r64, kept(i), *register)?)?;
        }
        for (one, begin) in pointers.further() {
            let distance = (one.at - begin.at) * Self::step(one.area, stride);
            let memory = MemoryOperand::with_base_displ(begin.register, distance);
            encode(&Instruction::with2(Code::Lea_r64_m, one.register, memory)?)?;
        }
        for (mut instruction, place) in self.instructions {
            if let Some((area, index)) = place.map(Place::element) {
                let (one, _) = pointers.find(area, index);
                instruction.set_memory_base(one.register);
                instruction.set_memory_displacement64(((index - one.at) * Self::step(area, stride)) as u64);
            }
            encode(&instruction)?;
        }
        // The registers back as they were, the upper halves of the vectors cleared.
        for (i, register) in saved.iter().enumerate() {
            encode(&Instruction::with2(Code::Mov_r64_rm64, *register, kept(i))?)?;
        }
        encode(&Instruction::with2(Code::Mov_r64_rm64, Register::RSP, Register::RBP)?)?;
        encode(&Instruction::with1(Code::Pop_r64, Register::RBP)?)?;
        encode(&Instruction::with(Code::VEX_Vzeroupper))?;
        encode(&Instruction::with(Code::Retnq))?;
        Ok((encoder.take_buffer(), self.constants))
    }

    fn two(&mut self, code: Code, first: u8, second: Operand) {
        let f = Self::vector(first);
        self.write_with(second, |r| Instruction::with2(code, f, r), |m| Instruction::with2(code, f, m));
    }

    fn three(&mut self, code: Code, target: u8, first: u8, second: Operand) {
        let (t, f) = (Self::vector(target), Self::vector(first));
        self.write_with(second, |r| Instruction::with3(code, t, f, r), |m| Instruction::with3(code, t, f, m));
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
        let mut memory = Self::memory(place);
        memory.is_broadcast = false;
        self.write(Instruction::with2(code, Self::vector(register), memory), Some(place));
    }

    fn store(&mut self, register: u8, place: Place) {
        let instruction = Instruction::with2(Self::codes().store, Self::memory(place), Self::vector(register));
        self.write(instruction, Some(place));
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
        let by = 52u32;
        self.write_with(operand, |r| Instruction::with3(shift, t, r, by), |m| Instruction::with3(shift, t, m, by));
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
        let f = Self::vector(first);
        self.write_with(
            second,
            |r| Instruction::with4(code, target, f, r, predicate),
            |m| Instruction::with4(code, target, f, m, predicate),
        );
    }

    fn blend(&mut self, target: u8, mask: u8, otherwise: u8, chosen: Operand) {
        let (t, o) = (Self::vector(target), Self::vector(otherwise));
        if AVX512 {
            let code = Code::EVEX_Vblendmpd_zmm_k1z_zmm_zmmm512b64;
            let masked = |instruction: Result<Instruction, IcedError>| {
                instruction.map(|mut i| {
                    i.set_op_mask(Register::K1);
                    i
                })
            };
            self.write_with(
                chosen,
                |r| masked(Instruction::with3(code, t, o, r)),
                |m| masked(Instruction::with3(code, t, o, m)),
            );
        } else {
            let code = Code::VEX_Vblendvpd_ymm_ymm_ymmm256_ymm;
            let mask = Self::vector(mask);
            self.write_with(
                chosen,
                |r| Instruction::with4(code, t, o, r, mask),
                |m| Instruction::with4(code, t, o, m, mask),
            );
        }
    }
}
