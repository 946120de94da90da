//! What Debian's `zstd` compresses, unpacked by us: at each kind of level, with checksums and
//! without, of files and of pipes, and several frames one after the other.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use kexec_loader::archive::zstd::{Fault, Unpacker, is_one};

/// Bytes that a file is read in at most, in turn.
const READS: [usize; 5] = [1, 4096, 13, 100_000, 2];

/// What we make of a file.
fn unpack(packed: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut rest = packed;
    let mut reads = READS.iter().cycle();
    let mut plain = Vec::new();
    Unpacker {
        room: &mut |wants| Some(vec![0; usize::try_from(wants).expect("a size")]),
        read: &mut |into| {
            let most = *reads.next()?;
            let (head, tail) = rest.split_at(most.min(into.len()).min(rest.len()));
            into[..head.len()].copy_from_slice(head);
            rest = tail;
            Some(head.len())
        },
        write: &mut |bytes| {
            plain.extend_from_slice(bytes);
            true
        },
    }
    .run()?;
    Ok(plain)
}

/// What a program makes of bytes.
fn filter(program: &str, options: &str, bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(options.split_whitespace())
        .args(["--quiet", "--stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|why| panic!("{program}: {why}"));
    let mut input = child.stdin.take().expect("a pipe");
    thread::scope(|scope| {
        scope.spawn(move || input.write_all(bytes));
        let out = child.wait_with_output().expect("a program");
        assert!(out.status.success(), "{program} {options}");
        out.stdout
    })
}

/// What there is to compress, by name.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read(root.join("docs/manual.md")).expect("a text");
    let program = fs::read(std::env::current_exe().expect("a path")).expect("a program");
    let program = program[..program.len().min(1 << 20)].to_vec();
    // A generator that is in no need of being good.
    let mut state = 1_u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    let noise: Vec<u8> = noise.take(300_000).collect();
    let mixed = [
        &text[..],
        &noise[..70_000],
        &text[..50_000],
        &vec![7; 200_000],
    ]
    .concat();
    vec![
        ("nothing", vec![]),
        ("a byte", vec![b'x']),
        ("a line", text[..60].to_vec()),
        ("a page", text[..2000].to_vec()),
        ("a text", text),
        ("zeroes", vec![0; 700_000]),
        ("a pattern", b"abcdefg".repeat(60_000)),
        (
            "four letters",
            noise
                .iter()
                .map(|byte| b"acgt"[usize::from(byte >> 6)])
                .collect(),
        ),
        ("noise", noise),
        ("mixed", mixed),
        ("a program", program),
    ]
}

/// Compresses all of it this way, and compares.
fn check(options: &str) {
    for (name, plain) in inputs() {
        let size = format!("{options} --stream-size={}", plain.len());
        for options in [options, &size] {
            let packed = filter("zstd", options, &plain);
            assert!(is_one(&packed), "{name}, {options}");
            let got = unpack(&packed);
            assert!(
                got.as_deref() == Ok(&plain[..]),
                "{name}, {options}: {:?}",
                got.err()
            );
        }
    }
}

#[test]
fn low_levels() {
    check("--fast=5");
    check("-1 --no-check");
    check("-3");
}

#[test]
fn high_levels() {
    check("-9");
    check("-19");
    check("--ultra -22 --no-check");
}

#[test]
fn windows() {
    check("-3 --long=24");
    check("-9 --zstd=wlog=20");
    // What came out goes round the window often.
    check("-19 --zstd=wlog=10");
    check("-5 --zstd=wlog=15");
}

#[test]
fn several_frames() {
    let mut packed = Vec::new();
    let mut all = Vec::new();
    for (nth, (_, plain)) in inputs().iter().enumerate() {
        let options = ["-9 --zstd=wlog=14", "-19", "-3 --no-check", "-1"][nth % 4];
        packed.extend(filter(["zstd", "pzstd"][nth % 2], options, plain));
        all.extend(plain);
    }
    assert!(unpack(&packed) == Ok(all));
}
