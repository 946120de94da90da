//! Commands: what each does here.

use super::expand::is_number;
use super::lex::Cursor;
use super::search::{FILE, LABEL, UUID};
use super::{COMMAND, Flow, Item, Kind, Mode, Script};
use crate::config::{name_of, path_of};
use crate::entry::Extra;
use crate::out::Put;
use crate::text::{Likeness, nth_piece, number, place_of};

/// What commands do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Command {
    Nothing,
    Fails,
    Set,
    Unset,
    Export,
    Test,
    Entry,
    Submenu,
    Source,
    Config,
    LoadEnv,
    Search,
    SearchUuid,
    SearchLabel,
    SearchFile,
    Regexp,
    Probe,
    Loopback,
    Linux,
    Initrd,
    Module,
    Folder,
    Return,
    Break,
    Continue,
    Parameters,
    Shift,
    Chain,
    Eval,
    CpuId,
}

use Command as C;

/// Commands by their names.
const NAMES: &[u8] = b"set unset export test [ menuentry submenu source . configfile normal \
load_env search search.fs_uuid search.fs_label search.file search.fs_file regexp probe loopback \
linux linux16 linuxefi initrd initrd16 initrdefi multiboot multiboot2 module module2 blscfg \
return break continue setparams shift chainloader eval cpuid false keystatus hwmatch \
ntldr appleloader freedos pxechain xnu_kernel kfreebsd kopenbsd knetbsd";

/// The same, in the same order; what comes behind them starts other loaders.
#[rustfmt::skip]
static COMMANDS: [Command; 41] = [
    C::Set, C::Unset, C::Export, C::Test, C::Test, C::Entry, C::Submenu, C::Source, C::Source,
    C::Config, C::Config, C::LoadEnv, C::Search, C::SearchUuid, C::SearchLabel, C::SearchFile,
    C::SearchFile, C::Regexp, C::Probe, C::Loopback, C::Linux, C::Linux, C::Linux, C::Initrd,
    C::Initrd, C::Initrd, C::Linux, C::Linux, C::Module, C::Module, C::Folder,
    C::Return, C::Break, C::Continue, C::Parameters, C::Shift, C::Chain, C::Eval, C::CpuId, C::Fails,
    C::Fails,
];

/// Commands that say, draw or keep something, or that make GRUB able to do what Linux can
/// anyway.
const NOTHINGS: &[u8] = b"true : insmod rmmod echo terminal_input terminal_output terminal \
terminfo loadfont background_image background_color serial play clear sleep save_env list_env \
password password_pbkdf2 authenticate keymap devicetree boot halt reboot fwsetup exit read cat \
ls lsmod drivemap parttool acpi lspci videoinfo gptsync hdparm cryptomount nativedisk badram \
cutmem smbios increment decrement net_bootp";

/// The options of `menuentry` and `submenu`.
const OPTIONS: &[u8] = b"--unrestricted --id --class --users --hotkey --source";

impl<'t> Script<'_, 't> {
    /// Runs the command that the words from `base` on are.
    #[inline(never)]
    pub(super) fn execute(&mut self, base: usize) {
        self.burn(COMMAND);
        self.at = base;
        if !self.has_more() {
            return;
        }
        let name = self.argument();
        let known = place_of(name, NAMES, Likeness::Exact);
        let mut command = C::Nothing;
        if let Some(nth) = known {
            command = COMMANDS.get(nth).copied().unwrap_or(C::Chain);
        } else {
            self.burn(3 * COMMAND);
            if place_of(name, NOTHINGS, Likeness::Exact).is_none() {
                return self.other(name);
            }
        }
        let is_done = match command {
            C::Nothing => true,
            C::Set | C::Unset | C::Export => self.variables(command),
            C::Test => {
                let is_bracket = name == b"[";
                let end = self.words.len().wrapping_sub(is_bracket.into());
                self.is_true(end, 0)
            }
            C::Entry => self.remember(Kind::Entry),
            C::Submenu => self.remember(Kind::Menu),
            C::Source => self.source(),
            C::Config => self.config(),
            C::LoadEnv => self.load(),
            C::Search => self.search(None),
            C::SearchUuid => self.search(Some(UUID)),
            C::SearchLabel => self.search(Some(LABEL)),
            C::SearchFile => self.search(Some(FILE)),
            C::Regexp => self.regexp(),
            C::Probe => self.probe(),
            C::Loopback => self.loopback(),
            C::Linux => self.kernel(),
            C::Initrd => self.initrd(),
            C::Module => self.module(),
            C::Folder => {
                let folder = self.value(b"blsdir");
                let mut items = self.items.iter();
                let is_known = items.any(|item| item.kind == Kind::Folder && item.title == folder);
                is_known || self.push(Kind::Folder, folder, self.text)
            }
            // Outside of all that they could leave, they do nothing.
            C::Return if self.calls > 0 => {
                self.flow = Flow::Return;
                if self.has_more() {
                    self.status = self.count(0);
                }
                return;
            }
            C::Break | C::Continue if self.loops > 0 => {
                let loops = self.count(1).min(self.loops);
                self.flow = Flow::Leave(loops, command == C::Continue);
                true
            }
            C::Fails | C::Return | C::Break | C::Continue => false,
            C::Parameters => {
                self.parameters = (self.at, self.left().len());
                true
            }
            C::Shift => {
                let count = usize::try_from(self.count(1)).unwrap_or(usize::MAX);
                let (first, left) = self.parameters;
                let fits = count <= left;
                if fits {
                    self.parameters = (first.wrapping_add(count), left.wrapping_sub(count));
                }
                fits
            }
            C::Chain => {
                self.chains = true;
                true
            }
            C::Eval => {
                let text = self.joined(b"", false);
                return self.whole(Cursor {
                    rest: text,
                    line: self.line,
                    ..self.text
                });
            }
            C::CpuId => {
                let word = self.argument();
                let asks_other = place_of(word, b"-p --pae", Likeness::Exact).is_some();
                asks_other || self.world.is_64_bit()
            }
        };
        self.status = u32::from(!is_done);
    }

    /// `set`, `export` and `unset`
    #[inline(never)]
    fn variables(&mut self, command: Command) -> bool {
        let mut is_done = true;
        while self.has_more() {
            let word = self.argument();
            if command == C::Unset {
                self.unset(word);
                continue;
            }
            is_done = self.assign(word);
            if command == C::Export {
                self.export(nth_piece(word, b'=', 0));
                is_done = true;
            }
        }
        is_done
    }

    /// The number that the next word is.
    fn count(&mut self, otherwise: u32) -> u32 {
        let number = number(self.argument());
        let number = number.and_then(|number| u32::try_from(number).ok());
        number.unwrap_or(otherwise)
    }

    /// A function, or a command that is not known.
    #[inline(never)]
    fn other(&mut self, name: &'t [u8]) {
        let mut functions = self.functions.iter();
        if let Some(&(_, body)) = functions.find(|(known, _)| *known == name) {
            return self.call(body, (self.at, self.left().len()));
        }
        // GRUB tells what it does not know, and goes on as if it had done it.
        self.status = 0;
        if !self.assign(name) && !self.unknown.contains(&name) {
            let _ = self.unknown.push(name);
            let sentence = b"%:#: unknown command '%' is passed over";
            self.tell(sentence, self.line, name);
        }
    }

    /// `source`
    fn source(&mut self) -> bool {
        self.run_file() && self.status == 0
    }

    /// Runs the file that the next word names; says no where there is none.
    #[inline(never)]
    pub(super) fn run_file(&mut self) -> bool {
        let path = self.argument();
        self.aim(path);
        let Some(text) = self.world.read(&self.place) else {
            return false;
        };
        let name = name_of(&self.place, self.world.store());
        self.call(Cursor::new(name, text), (self.at, self.left().len()));
        true
    }

    /// `load_env`
    fn load(&mut self) -> bool {
        let store = self.world.store();
        let mut path = store.join(&[self.value(b"prefix"), b"/grubenv"]);
        while let Some(word) = self.flag() {
            if Self::option_of(word, b"-f --file").is_some() {
                path = self.option(word);
            }
        }
        self.aim(path);
        self.load_env()
    }

    /// The words that are left in one text, behind another; quoted as GRUB does it for kernels:
    /// those with blanks in quotes (grub-core/lib/cmdline.c).
    #[inline(never)]
    fn joined(&mut self, before: &[u8], is_quoted: bool) -> &'t [u8] {
        let mut text = self.world.store().begin();
        text.put(before);
        let mut blank: &[u8] = if before.is_empty() { b"" } else { b" " };
        for word in self.left() {
            let has_blank = is_quoted && word.contains(&b' ');
            let quote: &[u8] = if has_blank { b"\"" } else { b"" };
            text.put(blank);
            text.put(quote);
            blank = b" ";
            let mut rest = *word;
            while let [byte, after @ ..] = rest {
                rest = after;
                let is_number = *byte == b'\\' && is_number(after);
                if is_quoted && matches!(byte, b'\\' | b'\'' | b'"') && !is_number {
                    text.put(b"\\");
                }
                text.put(core::slice::from_ref(byte));
            }
            text.put(quote);
        }
        text.finish()
    }

    /// The next word that is no option, as a place.
    #[inline(never)]
    fn aim_at_file(&mut self) {
        while self.flag().is_some() {}
        let path = self.argument();
        self.aim(path);
    }

    /// `linux`, `multiboot`
    #[inline(never)]
    fn kernel(&mut self) -> bool {
        if self.mode == Mode::Menu {
            self.has_kernel = true;
            return true;
        }
        self.aim_at_file();
        let cmdline = self.joined(b"", true);
        self.entries.clear_extras();
        if let Some(entry) = self.entries.last_mut() {
            entry.root = self.place.device;
            entry.kernel = self.place.path;
            entry.cmdline = cmdline;
        }
        !self.place.path.is_empty()
    }

    /// The entry's next file, as it is named where the kernel's disk is the one that is meant.
    #[inline(never)]
    fn path(&mut self) -> &'t [u8] {
        self.aim_at_file();
        path_of(&self.place, self.entries, self.world.store())
    }

    /// `initrd`
    fn initrd(&mut self) -> bool {
        if self.mode == Mode::Menu {
            return true;
        }
        // The last of several commands counts.
        self.entries.clear_extras();
        while self.has_more() {
            let path = self.path();
            let _ = self.entries.add(Extra::Initrd(path));
        }
        true
    }

    /// `module`
    fn module(&mut self) -> bool {
        if self.mode == Mode::Entry && self.has_more() {
            let path = self.path();
            let words = self.joined(path, true);
            let _ = self.entries.add(Extra::Module(words));
        }
        true
    }

    /// Remembers something that a menu has; the words of an entry come after what is kept.
    #[inline(never)]
    pub(super) fn push(&mut self, kind: Kind, title: &'t [u8], body: Cursor<'t>) -> bool {
        let item = Item {
            kind,
            title,
            id: b"",
            hotkey: 0,
            body,
            line: self.line,
            parameters: (self.kept.len(), 0),
        };
        let is_kept = self.items.push(item).is_ok();
        if !is_kept {
            let sentence = b"%:#: '%' is skipped, there are 256 entries before it";
            self.tell(sentence, self.line, title);
        }
        is_kept
    }

    /// `menuentry` and `submenu`
    #[inline(never)]
    fn remember(&mut self, kind: Kind) -> bool {
        let Some(body) = self.body else {
            return false;
        };
        let start = self.kept.len();
        let mut id: &[u8] = b"";
        let mut hotkey = 0;
        while self.has_more() {
            let word = self.argument();
            match Self::option_of(word, OPTIONS) {
                Some(0) => {}
                Some(option) => {
                    let value = self.option(word);
                    match (option, value) {
                        (1, _) => id = value,
                        (4, [key]) => hotkey = *key,
                        _ => {}
                    }
                }
                None => {
                    let _ = self.kept.push(word);
                }
            }
        }
        let title = self.kept.get(start).copied().unwrap_or(b"(no title)");
        let is_kept = self.push(kind, title, body);
        if is_kept && let Some(item) = self.items.last_mut() {
            item.id = id;
            item.hotkey = hotkey;
            item.parameters = (start, self.kept.len().wrapping_sub(start));
        }
        is_kept
    }
}
