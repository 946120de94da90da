//! GRUB's variables, and the environment block.

use super::lex::Cursor;
use super::{Script, Variable};
use crate::config::File;
use crate::out::Put;
use crate::text::{cut, part};

/// Sets what GRUB sets before it reads a file, and has it be seen everywhere. `iso_path` is what
/// a `loopback.cfg` is told (<https://www.supergrubdisk.org/wiki/Loopback.cfg>).
const SET: &[u8] = b"prefix=\"($root)$prefix\"; config_file=\"($root)$config_file\"
export root prefix config_file iso_path cmdpath=\"$prefix\" config_directory=\"$prefix\" \
grub_platform=pc grub_cpu=i386 \
feature_platform_search_hint=y feature_default_font_path=y feature_all_video_module=y \
feature_menuentry_id=y feature_menuentry_options=y feature_200_final=y \
feature_timeout_style=y";

impl<'t> Script<'_, 't> {
    /// Sets what GRUB sets before it reads the file.
    pub(super) fn set_what_grub_sets(&mut self, file: &File<'t>) {
        let path = file.at.path;
        let folder = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        self.set(b"root", Self::name_of(&self.own));
        self.set(b"prefix", part(path, 0, folder));
        self.set(b"config_file", path);
        if let Some(image) = &file.image {
            self.set(b"iso_path", image.path);
        }
        self.whole(Cursor::new(file.name, SET));
    }

    /// Sets a variable.
    #[inline(never)]
    pub(super) fn set(&mut self, name: &'t [u8], value: &'t [u8]) {
        if let Some(variable) = self.variable(name) {
            variable.value = value;
        }
    }

    /// Has a variable be seen in submenus; it may be set later.
    pub(super) fn export(&mut self, name: &'t [u8]) {
        if let Some(variable) = self.variable(name) {
            variable.is_exported = true;
        }
    }

    /// Takes a variable's value, and that it is exported.
    pub(super) fn unset(&mut self, name: &'t [u8]) {
        if let Some(variable) = self.variable(name) {
            variable.value = &[];
            variable.is_exported = false;
        }
    }

    /// Takes the values of what is not exported.
    pub(super) fn forget(&mut self) {
        for variable in &mut self.variables {
            if !variable.is_exported {
                variable.value = &[];
            }
        }
    }

    /// The variable of this name; a free one where there is none. Those come last.
    #[inline(never)]
    fn variable(&mut self, name: &'t [u8]) -> Option<&mut Variable<'t>> {
        let mut all = self.variables.iter_mut();
        let found = all.find(|variable| variable.name == name || variable.name.is_empty())?;
        found.name = name;
        Some(found)
    }

    /// A variable's value; empty if it has none.
    #[inline(never)]
    pub(super) fn value(&self, name: &[u8]) -> &'t [u8] {
        let mut all = self.variables.iter();
        let found = all.find(|variable| variable.name == name);
        found.map_or(&[], |variable| variable.value)
    }

    /// `set`, or a command that is `name=value`.
    #[inline(never)]
    pub(super) fn assign(&mut self, word: &'t [u8]) -> bool {
        let mut value = word;
        let name = cut(&mut value, b'=');
        let is_one = name.len() < word.len();
        if is_one {
            self.set(name, value);
        }
        is_one
    }

    /// Sets the variables of an environment block, those that the words name if there are some
    /// (util/grub-editenv.c: a line each, `\` before a `\`).
    #[inline(never)]
    pub(super) fn load_env(&mut self) -> bool {
        let Some(mut rest) = self.world.read(&self.place) else {
            return false;
        };
        self.burn(rest.len());
        while !rest.is_empty() {
            let mut whole = cut(&mut rest, b'\n');
            if matches!(whole, [] | [b'#', ..]) {
                continue;
            }
            if whole.contains(&b'\\') {
                let mut text = self.world.store().begin();
                while let [b'\\', byte, left @ ..] | [byte, left @ ..] = whole {
                    whole = left;
                    text.put(core::slice::from_ref(byte));
                }
                whole = text.finish();
            }
            let mut value = whole;
            let name = cut(&mut value, b'=');
            let left = self.left();
            if left.is_empty() || left.contains(&name) {
                self.assign(whole);
            }
        }
        true
    }
}
