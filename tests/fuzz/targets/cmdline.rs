//! Any bytes as a kernel command line. What is read of it is what the kernel would read: beside
//! it stands its `next_arg` (lib/cmdline.c), written down again in the kernel's own steps.

#![no_main]

use kexec_loader::cmdline::{Choice, Engine, Options, read};
use kexec_loader::entry::Timeout;
use kexec_loader::notes::Notes;
use libfuzzer_sys::fuzz_target;

/// The kernel's `isspace`, but for its no-break space, a byte of many UTF-8 characters.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// The first word of `args`: its name, its value, and what comes after it.
fn next_arg(args: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let mut args = args;
    let mut in_quote = false;
    let mut quoted = false;
    if args[0] == b'"' {
        args = &args[1..];
        in_quote = true;
        quoted = true;
    }
    let mut equals = 0;
    let mut i = 0;
    while i < args.len() && (in_quote || !is_space(args[i])) {
        if equals == 0 && args[i] == b'=' {
            equals = i;
        }
        in_quote ^= args[i] == b'"';
        i += 1;
    }
    // Where the word ends: the kernel writes a NUL over a quote there, once.
    let mut end = i;
    let mut start = i;
    if equals > 0 {
        start = equals + 1;
        if args.get(start) == Some(&b'"') && start < i {
            start += 1;
            if args[i - 1] == b'"' {
                end = i - 1;
            }
        }
    }
    if quoted && end == i && i > 0 && args[i - 1] == b'"' {
        end = i - 1;
    }
    let name = if equals > 0 {
        &args[..equals]
    } else {
        &args[..end]
    };
    let value = args.get(start..end).unwrap_or(&[]);
    (name, value, &args[i..])
}

fn number(text: &[u8]) -> Option<u32> {
    let is_one = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    is_one.then(|| str::from_utf8(text).ok()?.parse().ok())?
}

/// A number, or with a `-` before it what negative numbers are.
fn signed<T>(text: &[u8], of: impl Fn(u32) -> T, negative: T) -> Option<T> {
    match text.strip_prefix(b"-") {
        Some(digits) => number(digits).map(|_| negative),
        None => number(text).map(of),
    }
}

/// What the options are, and how many make no sense.
fn wanted(line: &[u8]) -> (Options<'_>, u32) {
    let mut options = Options::default();
    let (mut root, mut kexec_root) = (None, None);
    let (mut index, mut title) = (None, None);
    let mut nonsense = 0;
    let mut rest = line.trim_ascii_start();
    loop {
        while rest.first().is_some_and(|byte| is_space(*byte)) {
            rest = &rest[1..];
        }
        if rest.is_empty() {
            break;
        }
        let (name, value, more) = next_arg(rest);
        rest = more;
        let said = Some(value).filter(|value| !value.is_empty());
        let makes_sense = match name {
            b"root" => said.inspect(|value| root = Some(*value)).is_some(),
            b"kexec_root" => said.inspect(|value| kexec_root = Some(*value)).is_some(),
            b"rootdir" => {
                options.rootdir = value;
                true
            }
            b"debug_tty" | b"kexec_debug" => {
                options.debug_tty = said.or(options.debug_tty);
                said.is_some()
            }
            b"boot_target" => said
                .inspect(|value| title = Some(Choice::Title(value)))
                .is_some(),
            b"boot_index" => {
                let found = signed(value, Choice::Index, Choice::Menu);
                index = found.or(index);
                found.is_some()
            }
            b"timeout" => {
                let is_off = value.eq_ignore_ascii_case(b"off");
                let off = is_off.then_some(Timeout::Off);
                let found = off.or_else(|| signed(value, Timeout::Seconds, Timeout::Off));
                options.timeout = found.or(options.timeout);
                found.is_some()
            }
            b"kexec" => {
                let found = match value {
                    b"auto" => Some(Engine::Auto),
                    b"file" => Some(Engine::File),
                    b"load" => Some(Engine::Load),
                    _ => None,
                };
                options.engine = found.unwrap_or(options.engine);
                found.is_some()
            }
            _ => true,
        };
        nonsense += u32::from(!makes_sense);
    }
    options.root = kexec_root.or(root);
    options.choice = index.or(title).unwrap_or_default();
    (options, nonsense)
}

fuzz_target!(|line: &[u8]| {
    // The kernel's ends at a NUL.
    let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut notes = Notes::new();
    let found = read(line, &mut notes);
    let (options, nonsense) = wanted(line);
    assert_eq!(found, options);
    assert_eq!(notes.added(), nonsense);
});
