//! Takes a machine through the steps of its case, and reports when one fails.

use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::case::{Case, Start, Step};
use super::qemu::{Qemu, read_some};
use super::screen::Terminal;
use super::{Folder, kernels, loader, media, run, tool};

/// Plays a case to its end; panics with a report when a step fails, or when a byte of
/// a disk has changed.
pub(crate) fn play(case: &Case) {
    if let Err(report) = try_play(case) {
        panic!("{report}");
    }
}

/// The same, with all that came on the serial line, or a report of the step that failed.
pub(crate) fn try_play(case: &Case) -> Result<String, String> {
    let folder = Folder::new("case");
    for (number, disk) in case.disks.iter().enumerate() {
        let image = folder.0.join(format!("disk{number}"));
        disk.make(&image);
        run(Command::new("cp")
            .arg("--sparse=always")
            .arg(&image)
            .arg(image.with_extension("was")));
    }
    match case.start {
        Start::Kernel => make_stage1(case, &folder.0),
        start => media::make(start, case, &folder.0),
    }
    let mut machine = Machine {
        qemu: Qemu::start(case, &folder.0),
        serial: Terminal::new(case.terminal),
        aside: Terminal::new(case.terminal),
        vga: Vec::new(),
        deaf: false,
        patience: case.patience,
    };
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut steps = case.steps.iter().enumerate();
        steps.find(|(_, step)| !machine.play(step, case))
    }));
    let failed = played.unwrap_or_else(|why| {
        eprintln!("{}", machine.report());
        resume_unwind(why);
    });
    if let Some((number, step)) = failed {
        let report = machine.report();
        return Err(format!("step {number} failed: {step:?}\n{report}"));
    }
    let said = machine.serial.all();
    drop(machine);
    let mut images: Vec<_> = (0..case.disks.len()).map(|n| format!("disk{n}")).collect();
    if folder.0.join("medium").is_file() {
        images.push("medium".to_owned());
    }
    for image in images {
        let image = folder.0.join(image);
        run(Command::new("cmp")
            .arg(&image)
            .arg(image.with_extension("was")));
    }
    Ok(said)
}

/// The initramfs with the loader, as `stage1` in the folder.
fn make_stage1(case: &Case, folder: &Path) {
    let mut arguments = vec![folder.join("stage1").display().to_string()];
    arguments.push(loader().display().to_string());
    for (path, content) in &case.files {
        let file = folder.join("extras").join(path);
        content.write(&file);
        arguments.push(format!("{path}={}", file.display()));
    }
    for module in kernels::modules(case.kernel, case.modules) {
        let name = module.file_name().unwrap_or_default().display().to_string();
        arguments.push(format!("modules/{name}={}", module.display()));
    }
    tool("stage1.sh", &arguments);
}

/// A machine that is running, and all it has shown.
struct Machine {
    qemu: Qemu,
    serial: Terminal,
    aside: Terminal,
    vga: Vec<String>,
    deaf: bool,
    patience: Duration,
}

impl Machine {
    fn play(&mut self, step: &Step, case: &Case) -> bool {
        match step {
            Step::Line(words) => self.wait(|machine| machine.serial.line(&borrow(words))),
            Step::LineUnless(words, bad) => {
                let mut is_bad = false;
                self.wait(|machine| {
                    is_bad = has(&machine.serial.rows(), ' ', std::slice::from_ref(bad));
                    is_bad || machine.serial.line(&borrow(words))
                }) && !is_bad
            }
            Step::Row(words) => self.wait(|machine| has(&machine.serial.rows(), ' ', words)),
            Step::Chosen(word) => {
                self.wait(|machine| has(&machine.serial.rows(), '*', std::slice::from_ref(word)))
            }
            Step::VgaRow(words) => self.wait(|machine| machine.vga_has(' ', words)),
            Step::VgaChosen(word) => {
                self.wait(|machine| machine.vga_has('*', std::slice::from_ref(word)))
            }
            Step::Aside(word) => self.wait(|machine| machine.aside.line(&[word])),
            Step::Gone(word) => {
                self.wait(|machine| !machine.serial.rows().iter().any(|row| row.contains(word)))
            }
            Step::Never(word) => !self.serial.ever(word),
            Step::Type(text) => self.qemu.serial.write_all(text.as_bytes()).is_ok(),
            Step::Noise(seconds) => self.make_noise(Duration::from_secs(*seconds)),
            Step::Picture(name) => {
                self.qemu.picture(name);
                true
            }
            Step::Press(key) => {
                self.qemu.press(key);
                true
            }
            Step::Plug(number) => {
                self.qemu.plug(*number, &case.disks[*number]);
                true
            }
            Step::Unplug(number) => {
                self.qemu.unplug(*number);
                true
            }
            Step::Eject => {
                self.qemu.eject();
                true
            }
            Step::Insert(end, is_foreign) => {
                let name = format!("inserted{end}{is_foreign}");
                media::module_floppy(end, *is_foreign, &self.qemu.folder.join(&name));
                self.qemu.insert(&name);
                true
            }
            Step::Deaf => {
                self.deaf = true;
                true
            }
            Step::Ends => self.wait(|machine| machine.qemu.has_ended()),
        }
    }

    /// Reads what the machine says until something is so, the machine has ended, or
    /// the deadline is reached.
    fn wait(&mut self, mut is_so: impl FnMut(&mut Self) -> bool) -> bool {
        let deadline = Instant::now() + self.patience;
        loop {
            let ended = self.qemu.has_ended();
            self.listen(ended);
            if is_so(self) {
                return true;
            }
            if ended || Instant::now() > deadline {
                return false;
            }
        }
    }

    /// Sends bytes by chance (Knuth's numbers) as fast as they are taken; then nothing, for a
    /// second.
    fn make_noise(&mut self, length: Duration) -> bool {
        let end = Instant::now() + length;
        let mut state = 1_u64;
        while Instant::now() < end {
            let bytes: [u8; 16] = std::array::from_fn(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                state.to_be_bytes()[0]
            });
            if self.qemu.serial.write_all(&bytes).is_err() || self.qemu.has_ended() {
                return false;
            }
            self.listen(false);
        }
        let end = Instant::now() + Duration::from_secs(1);
        while Instant::now() < end {
            self.listen(false);
        }
        true
    }

    /// Takes what has come on the serial lines; all there is of it from a machine
    /// that has ended.
    fn listen(&mut self, ended: bool) {
        let mut lines = vec![(&mut self.qemu.aside, &mut self.aside)];
        if !self.deaf {
            lines.push((&mut self.qemu.serial, &mut self.serial));
        }
        for (socket, terminal) in lines {
            loop {
                let mut bytes = Vec::new();
                let open = read_some(socket, &mut bytes);
                terminal.take(&bytes);
                if !ended || !open {
                    break;
                }
            }
        }
    }

    fn vga_has(&mut self, mark: char, words: &[String]) -> bool {
        if self.qemu.has_ended() {
            return false;
        }
        self.vga = self.qemu.vga();
        has(&self.vga, mark, words)
    }

    /// All there is to know of a machine that did not do as it should.
    fn report(&mut self) -> String {
        let mut report = format!("QEMU: {}\n{}", self.qemu.command, self.qemu.said());
        if !self.qemu.has_ended() {
            self.vga = self.qemu.vga();
        }
        for (name, rows) in [
            ("serial terminal", self.serial.rows()),
            ("VGA", self.vga.clone()),
        ] {
            let _ = writeln!(report, "---- {name}");
            for row in rows {
                let _ = writeln!(report, "|{row}");
            }
        }
        for (name, terminal) in [("serial line", &self.serial), ("aside", &self.aside)] {
            let _ = writeln!(
                report,
                "---- the end of the {name}, raw\n{}",
                terminal.tail()
            );
        }
        report
    }
}

/// Whether a row with this mark has all these words.
fn has(rows: &[String], mark: char, words: &[String]) -> bool {
    let fits = |row: &&String| mark == ' ' || row.starts_with(mark);
    rows.iter()
        .filter(fits)
        .any(|row| words.iter().all(|word| row.contains(word)))
}

fn borrow(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}
