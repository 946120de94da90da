//! The system calls in a program's machine code: for each `syscall` instruction
//! (`int 0x80` where there are 32 bits), the numbers that can be in `eax` there.

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::{Instruction, InstructionInfoFactory, Mnemonic, OpAccess, OpKind, Register};

use super::code::{Code, Edge, is_kernel};
use super::elf::Elf;

/// Each number with the address of one instruction that uses it. An instruction whose
/// number cannot be told is an error, as is another way into the kernel.
pub(crate) fn numbers(elf: &Elf) -> Result<BTreeMap<u64, u64>, String> {
    let code = Code::of(elf)?;
    let mut numbers = BTreeMap::new();
    for one in code.all() {
        let at = one.ip();
        let is_other = match one.mnemonic() {
            Mnemonic::Int => code.bits == 64 || !is_kernel(one),
            Mnemonic::Syscall => code.bits == 32,
            mnemonic => mnemonic == Mnemonic::Sysenter,
        };
        if is_other {
            return Err(format!("another way into the kernel at {at:#x}"));
        }
        if is_kernel(one) {
            let values = values(&code, at).map_err(|why| {
                format!("the number of the system call at {at:#x} cannot be told: see {why:#x}")
            })?;
            numbers.extend(values.into_iter().map(|value| (value, at)));
        }
    }
    if numbers.is_empty() {
        return Err("no system call in it".to_owned());
    }
    Ok(numbers)
}

/// A question: what is in this register just before the instruction at this address?
/// The answer to the first question is that plus a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    at: u64,
    register: Register,
    plus: u64,
}

/// More questions than any honest program needs: a register counts up in a loop.
const TOO_MANY: usize = 100_000;

/// What can be in `rax` at an address; or the address of the instruction that puts
/// something there which is not a constant.
fn values(code: &Code, at: u64) -> Result<BTreeSet<u64>, u64> {
    let first = Question {
        at,
        register: Register::RAX,
        plus: 0,
    };
    let mut values = BTreeSet::new();
    let mut asked = BTreeSet::from([first]);
    let mut todo = vec![first];
    while let Some(question) = todo.pop() {
        for (edge, before) in code.before(question.at)? {
            if edge == Edge::Return && is_scratch(code, question.register) {
                return Err(before);
            }
            let question = Question {
                at: before,
                ..question
            };
            let new = match answer(code, question)? {
                Answer::Constant(value) => {
                    // Of a register the kernel looks at 32 bits.
                    values.insert(value.wrapping_add(question.plus) & 0xffff_ffff);
                    continue;
                }
                Answer::Ask(questions) => questions,
            };
            todo.extend(new.into_iter().filter(|question| asked.insert(*question)));
        }
        if asked.len() > TOO_MANY {
            return Err(at);
        }
    }
    Ok(values)
}

enum Answer {
    Constant(u64),
    Ask(Vec<Question>),
}

/// What the instruction at the question's address does to its register.
fn answer(code: &Code, question: Question) -> Result<Answer, u64> {
    let at = question.at;
    let one = code.at(at);
    if !writes(one, question.register) {
        return Ok(Answer::Ask(vec![question]));
    }
    if one.mnemonic() == Mnemonic::Pop {
        return pushed(code, at).map(Answer::Constant);
    }
    // From here on: an instruction that sets the whole of the register, from another
    // (as an operand or in an address) or from a constant.
    if one.op_count() != 2 || one.op0_kind() != OpKind::Register || one.op0_register().size() < 4 {
        return Err(at);
    }
    let from = Question {
        register: one.op1_register().full_register(),
        ..question
    };
    match (one.mnemonic(), one.op1_kind()) {
        (Mnemonic::Mov, OpKind::Register) => Ok(Answer::Ask(vec![from])),
        (Mnemonic::Mov, kind) if kind != OpKind::Memory => Ok(Answer::Constant(one.immediate(1))),
        (Mnemonic::Xor | Mnemonic::Sub, OpKind::Register) if from == question => {
            Ok(Answer::Constant(0))
        }
        // `lea eax, [rdi + 2]` makes a constant from another.
        (Mnemonic::Lea, _)
            if one.memory_base().size() * 8 == code.bits as usize
                && one.memory_index() == Register::None =>
        {
            Ok(Answer::Ask(vec![Question {
                register: one.memory_base().full_register(),
                plus: question.plus.wrapping_add(one.memory_displacement64()),
                ..question
            }]))
        }
        (mnemonic, OpKind::Register) if format!("{mnemonic:?}").starts_with("Cmov") => {
            Ok(Answer::Ask(vec![question, from]))
        }
        _ => Err(at),
    }
}

/// The constant that the `push` right before a `pop` puts on the stack.
fn pushed(code: &Code, pop: u64) -> Result<u64, u64> {
    let before = code.before(pop)?;
    let [(Edge::Flow, at)] = before[..] else {
        return Err(pop);
    };
    let push = code.at(at);
    let is_constant = !matches!(push.op0_kind(), OpKind::Register | OpKind::Memory);
    if push.mnemonic() == Mnemonic::Push && is_constant {
        Ok(push.immediate(0))
    } else {
        Err(at)
    }
}

/// Whether an instruction changes any part of a register.
fn writes(one: &Instruction, register: Register) -> bool {
    if is_kernel(one) {
        // `int 0x80` leaves all but the first as they were.
        if one.mnemonic() == Mnemonic::Int {
            return register == Register::RAX;
        }
        return [Register::RAX, Register::RCX, Register::R11].contains(&register);
    }
    let mut factory = InstructionInfoFactory::new();
    factory.info(one).used_registers().iter().any(|used| {
        used.register().full_register() == register
            && !matches!(used.access(), OpAccess::Read | OpAccess::CondRead)
    })
}

/// Registers that a called function is free to change.
fn is_scratch(code: &Code, register: Register) -> bool {
    use Register::{R12, R13, R14, R15, RBP, RBX, RDI, RSI};
    let kept: &[Register] = match code.bits {
        32 => &[RBX, RBP, RSI, RDI],
        _ => &[RBX, RBP, R12, R13, R14, R15],
    };
    !kept.contains(&register)
}
