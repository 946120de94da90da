//! Machine code as a graph: which instruction can be executed just before which.

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::{Code as Opcode, Decoder, DecoderOptions, FlowControl, Instruction, OpKind};

use super::elf::Elf;

/// All machine code of a program.
pub(crate) struct Code {
    /// 32 or 64.
    pub(crate) bits: u32,
    instructions: BTreeMap<u64, Instruction>,
    /// Where jumps and calls to an address come from.
    jumps: BTreeMap<u64, Vec<u64>>,
    /// Addresses that are held as data: what jumps there cannot be told.
    held: BTreeSet<u64>,
    /// Functions that come back to their caller.
    returning: BTreeSet<u64>,
}

/// How an instruction is reached from the one before it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Edge {
    /// It is the next one, or jumped to.
    Flow,
    /// It is the first of a function that is called.
    Enter,
    /// It is where a function comes back to.
    Return,
}

impl Code {
    /// Reads the section .text; or says what in it is not code.
    pub(crate) fn of(elf: &Elf) -> Result<Self, String> {
        let text = elf.text();
        let decoder = Decoder::with_ip(elf.bits, &text.bytes, text.address, DecoderOptions::NONE);
        let mut code = Self {
            bits: elf.bits,
            instructions: decoder.into_iter().map(|one| (one.ip(), one)).collect(),
            jumps: BTreeMap::new(),
            held: BTreeSet::new(),
            returning: BTreeSet::new(),
        };
        for (&at, one) in &code.instructions {
            if one.is_invalid() {
                return Err(format!("no instruction at {at:#x}"));
            }
            if let Some(to) = direct_target(one) {
                if !code.instructions.contains_key(&to) {
                    return Err(format!("{at:#x} jumps into nowhere, {to:#x}"));
                }
                code.jumps.entry(to).or_default().push(at);
            }
        }
        code.held = code.find_held(elf);
        code.find_returning();
        Ok(code)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Instruction> {
        self.instructions.values()
    }

    pub(crate) fn at(&self, address: u64) -> &Instruction {
        &self.instructions[&address]
    }

    /// Where this address is called from or jumped to.
    pub(crate) fn callers(&self, address: u64) -> &[u64] {
        self.jumps.get(&address).map_or(&[], Vec::as_slice)
    }

    /// What can be executed just before an address; or where that cannot be told.
    pub(crate) fn before(&self, address: u64) -> Result<Vec<(Edge, u64)>, u64> {
        let mut before = Vec::new();
        if let Some((&at, previous)) = self.instructions.range(..address).next_back()
            && self.goes_on(previous)
        {
            let is_call = match previous.flow_control() {
                FlowControl::Call => !is_kernel(previous),
                flow => flow == FlowControl::IndirectCall,
            };
            before.push((if is_call { Edge::Return } else { Edge::Flow }, at));
        }
        for &at in self.callers(address) {
            let is_call = self.at(at).flow_control() == FlowControl::Call;
            before.push((if is_call { Edge::Enter } else { Edge::Flow }, at));
        }
        if before.is_empty() || self.held.contains(&address) {
            return Err(address);
        }
        Ok(before)
    }

    /// Whether the next instruction can come after this one.
    fn goes_on(&self, one: &Instruction) -> bool {
        match one.flow_control() {
            FlowControl::Next | FlowControl::ConditionalBranch | FlowControl::IndirectCall => true,
            FlowControl::Interrupt => is_kernel(one),
            FlowControl::Call => direct_target(one).is_none_or(|to| self.returning.contains(&to)),
            _ => false,
        }
    }

    /// Marks the functions that reach an instruction that leaves them, again and again
    /// until there is none new: whether one comes back hangs on those it calls.
    fn find_returning(&mut self) {
        let calls = self
            .all()
            .filter(|one| one.flow_control() == FlowControl::Call);
        let functions: BTreeSet<_> = calls.filter_map(direct_target).collect();
        loop {
            let new: BTreeSet<_> = functions
                .iter()
                .filter(|entry| !self.returning.contains(entry) && self.comes_back(**entry))
                .copied()
                .collect();
            if new.is_empty() {
                return;
            }
            self.returning.extend(new);
        }
    }

    fn comes_back(&self, entry: u64) -> bool {
        let mut seen = BTreeSet::new();
        let mut todo = vec![entry];
        while let Some(at) = todo.pop() {
            let Some(one) = self.instructions.get(&at) else {
                continue;
            };
            if !seen.insert(at) {
                continue;
            }
            match one.flow_control() {
                // A jump to somewhere is taken to come back.
                FlowControl::Return | FlowControl::IndirectBranch => return true,
                FlowControl::Call => {}
                _ => todo.extend(direct_target(one)),
            }
            if self.goes_on(one) {
                todo.push(one.next_ip());
            }
        }
        false
    }

    /// Code addresses in registers, constants and data, jump tables among them.
    fn find_held(&self, elf: &Elf) -> BTreeSet<u64> {
        let mut held = BTreeSet::from([elf.entry]);
        let mut tables = Vec::new();
        for one in self.all() {
            if one.is_ip_rel_memory_operand() {
                held.insert(one.ip_rel_memory_address());
                tables.push(one.ip_rel_memory_address());
            } else if self.bits == 32 {
                // Tables are at addresses that stand in the instruction.
                tables.push(one.memory_displacement64());
            }
            for operand in 0..one.op_count() {
                if is_immediate(one.op_kind(operand)) {
                    held.insert(one.immediate(operand));
                    tables.push(one.immediate(operand));
                }
            }
        }
        let size = elf.bits / 8;
        for section in elf.data() {
            let words = section.from(section.address.next_multiple_of(size.into()));
            let words = words.chunks_exact(size as usize);
            held.extend(words.map(|word| {
                let number = |value, byte: &u8| value << 8 | u64::from(*byte);
                word.iter().rev().fold(0, number)
            }));
            // Tables of distances from their own beginning.
            for &table in tables.iter().filter(|at| section.range().contains(at)) {
                let targets = section
                    .from(table)
                    .chunks_exact(4)
                    .map_while(|word| Some(i32::from_le_bytes(word.try_into().ok()?)))
                    .map(|distance| table.wrapping_add_signed(distance.into()));
                held.extend(targets.take_while(|to| self.instructions.contains_key(to)));
            }
        }
        held.retain(|address| self.instructions.contains_key(address));
        held
    }
}

/// Whether this instruction enters the kernel, as programs of either kind do.
pub(crate) fn is_kernel(one: &Instruction) -> bool {
    match one.code() {
        Opcode::Syscall => true,
        Opcode::Int_imm8 => one.immediate8() == 0x80,
        _ => false,
    }
}

/// Where a jump or a call with a fixed target goes.
fn direct_target(one: &Instruction) -> Option<u64> {
    let near = [OpKind::NearBranch32, OpKind::NearBranch64];
    let is_near = (0..one.op_count()).any(|operand| near.contains(&one.op_kind(operand)));
    is_near.then(|| one.near_branch_target())
}

fn is_immediate(kind: OpKind) -> bool {
    use OpKind::{Immediate32, Immediate32to64, Immediate64};
    matches!(kind, Immediate32 | Immediate32to64 | Immediate64)
}
