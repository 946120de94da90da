//! Scripts in GRUB's language, made by chance and the same each time.

use super::words::{Chance, FUNCTIONS};
use std::fmt::Write as _;

/// The script of this number.
pub(crate) fn script(number: u64) -> String {
    Script::all(number)
}

/// What a statement is in.
#[derive(Clone, Copy)]
struct Within {
    depth: usize,
    loops: usize,
    function: bool,
    /// The body of an entry, which makes no entries.
    entry: bool,
    submenu: usize,
}

/// A script that is being made.
struct Script {
    chance: Chance,
    text: String,
    counters: usize,
    entries: usize,
}

impl Script {
    fn all(number: u64) -> String {
        let mut script = Self {
            chance: Chance::new(number),
            text: String::new(),
            counters: 0,
            entries: 0,
        };
        let within = Within {
            depth: 0,
            loops: 0,
            function: false,
            entry: false,
            submenu: 0,
        };
        for name in &FUNCTIONS[..3] {
            script.put(&format!("function {name} {{ true; }}\n"));
        }
        let count = 4 + script.chance.below(6);
        script.list(count, within);
        script.entry(within);
        if script.chance.one_in(2) {
            let default = script.chance.of(&[
                "0", "1", "2", "t1", "'t2'", "id1", "id3", "'1>0'", "'id2>1'", "7", "'t1>t2'",
                "nothing",
            ]);
            let _ = writeln!(script.text, "\nset default={default}");
        }
        script.text
    }

    fn put(&mut self, text: &str) {
        self.text += text;
    }

    /// The end of a command.
    fn end(&mut self) {
        let end = self
            .chance
            .of(&["\n", "\n", "; ", " ;", "\n\n", " # c; }\n", ";\n"]);
        self.put(end);
    }

    fn blank(&mut self) {
        let blank = self.chance.of(&[" ", " ", " ", "  ", "\t", " \\\n "]);
        self.put(blank);
    }

    fn list(&mut self, count: usize, within: Within) {
        for _ in 0..count {
            self.statement(within);
        }
    }

    fn then(&mut self, keyword: &str) {
        let before = self.chance.of(&["; ", "\n", " ; ", "\n\t"]);
        let after = self.chance.of(&[" ", "\n", "\n  "]);
        self.put(before);
        self.put(keyword);
        self.put(after);
    }

    fn statement(&mut self, within: Within) {
        let inner = Within {
            depth: within.depth + 1,
            ..within
        };
        let kind = self.chance.below(if within.depth < 3 { 24 } else { 12 });
        match kind {
            0..=3 => {
                let set = self.chance.of(&["set ", "set ", ""]);
                let line = format!("{set}{}={}", self.chance.variable(), self.chance.word());
                self.put(&line);
            }
            4 => {
                let line = format!(
                    "{} {}",
                    self.chance.of(&["unset", "export"]),
                    self.chance.variable()
                );
                self.put(&line);
            }
            5 | 6 => {
                let line = self.chance.condition();
                self.put(&line);
                self.put("\nset ");
                let name = self.chance.variable();
                self.put(name);
                self.put("=$?");
            }
            7 => {
                // Where GRUB shows a mistake in a submenu, it waits for ten seconds.
                let end = 3 + usize::from(within.submenu == 0);
                // An entry that makes entries is a menu here, and in GRUB it is nothing.
                let start = if within.entry { 2 } else { 0 };
                let name = self.chance.of(&FUNCTIONS[start..end]);
                let line = format!("{name}{}", self.chance.words(3));
                self.put(&line);
            }
            8 => {
                let variable = self.chance.variable();
                let line = match self.chance.below(4) {
                    0 => "source $base/more.cfg".to_owned(),
                    1 => "load_env -f $base/env".to_owned(),
                    3 if within.submenu == 0 => format!(
                        "eval set {variable}={}",
                        self.chance.of(&["v", "'$a'", "\\\"v\\ v\\\""])
                    ),
                    _ => format!("eval \"set {variable}='e  v'\""),
                };
                self.put(&line);
            }
            9 if within.loops > 0 => {
                let number = self.chance.of(&["", " 1", " 2", " 1", " 9"]);
                let line = format!(
                    "if {}; then {}{number}; fi",
                    self.chance.condition(),
                    self.chance.of(&["break", "continue"])
                );
                self.put(&line);
            }
            10 if within.function => {
                let line = match self.chance.below(4) {
                    0 => format!(
                        "if {}; then return {}; fi",
                        self.chance.condition(),
                        self.chance.below(4)
                    ),
                    1 => self.chance.of(&["shift", "shift 2", "shift"]).to_owned(),
                    2 => format!("setparams{}", self.chance.words(3)),
                    _ => format!("set {}={}", self.chance.variable(), self.chance.parameter()),
                };
                self.put(&line);
            }
            9..=11 => {
                let line = format!(
                    "set {}=\"{}${}\"",
                    self.chance.variable(),
                    self.chance.of(&["", "n"]),
                    self.chance.variable()
                );
                self.put(&line);
            }
            12..=14 => self.choice(inner),
            15 | 16 => self.each(inner),
            17 => self.repeat(inner),
            18 | 19 if within.depth == 0 => self.function(inner),
            20..=22 if !within.entry => self.entry(within),
            23 if !within.entry && within.submenu < 2 => self.submenu(within),
            _ => self.put("true"),
        }
        self.end();
    }

    fn choice(&mut self, within: Within) {
        let line = format!("if {}", self.chance.condition());
        self.put(&line);
        self.then("then");
        let count = 1 + self.chance.below(2);
        self.list(count, within);
        if self.chance.one_in(3) {
            let line = format!("elif {}", self.chance.condition());
            self.put(&line);
            self.then("then");
            self.list(1, within);
        }
        if self.chance.one_in(2) {
            let line = self.chance.of(&["else\n", "else "]);
            self.put(line);
            self.list(1, within);
        }
        self.put("fi");
    }

    fn each(&mut self, within: Within) {
        let line = format!("for {} in{}", self.chance.variable(), self.chance.words(3));
        self.put(&line);
        if within.function && self.chance.one_in(2) {
            let parameter = self.chance.parameter();
            self.put(" ");
            self.put(parameter);
        }
        self.then("do");
        let inner = Within {
            loops: within.loops + 1,
            ..within
        };
        self.list(2, inner);
        self.put("done");
    }

    /// `while` or `until`, which end for a variable of their own.
    fn repeat(&mut self, within: Within) {
        self.counters += 1;
        let counter = format!("count{}", self.counters);
        let end = self.chance.of(&["", "i", "ii", "iii"]);
        let (word, operator) = if self.chance.one_in(2) {
            ("while", "!=")
        } else {
            ("until", "=")
        };
        let line = format!("set {counter}=\n{word} [ \"${counter}\" {operator} \"{end}\" ]");
        self.put(&line);
        self.then("do");
        let line = format!("set {counter}=\"i${counter}\"\n");
        self.put(&line);
        let inner = Within {
            loops: within.loops + 1,
            ..within
        };
        self.list(2, inner);
        self.put("done");
    }

    fn function(&mut self, within: Within) {
        let name = self.chance.of(&FUNCTIONS[..3]);
        let open = self.chance.of(&[" { ", " {\n", "\n{\n"]);
        // GRUB makes functions when it reads a line, before it does what is on it.
        let line = format!("\nfunction {name}{open}");
        self.put(&line);
        let inner = Within {
            function: true,
            entry: name == FUNCTIONS[2],
            ..within
        };
        // Functions of a function could go on for ever.
        let before = self.text.len();
        let count = 1 + self.chance.below(3);
        self.list(count, inner);
        for call in FUNCTIONS {
            let cut = self.text.split_off(before);
            self.put(&cut.replace(call, "true"));
        }
        self.put("\n}");
    }

    /// The title of an entry, and words behind it.
    fn title(&mut self) -> String {
        self.entries += 1;
        let number = self.entries;
        let title = match self.chance.below(4) {
            0 => format!("t{number}"),
            1 => format!("\"t{number} ${}\"", self.chance.variable()),
            2 => format!("'t{number} $a'"),
            _ => format!("t{number}{}", self.chance.word()),
        };
        let id = format!(" --id id{number}");
        let id = self.chance.of(&["", "", &id]).to_owned();
        let other = self
            .chance
            .of(&["", "", "", " --class gnu", " --hotkey=h", " --users \"\""]);
        let more = self
            .chance
            .of(&["", "", " more", " \"more  words\"", " \"$a\""]);
        title + &id + other + more
    }

    fn entry(&mut self, within: Within) {
        let line = format!("menuentry {}", self.title());
        self.put(&line);
        let open = self.chance.of(&[" {\n", " { "]);
        self.put(open);
        self.put("mark \"$1\"\n");
        let inner = Within {
            depth: within.depth + 2,
            loops: 0,
            function: true,
            entry: true,
            submenu: within.submenu,
        };
        let count = self.chance.below(3);
        // `return` here would end before the words that are compared.
        let before = self.text.len();
        self.list(count, inner);
        let body = self.text.split_off(before).replace("return", "true");
        self.put(&body);
        if !self.chance.one_in(8) {
            self.blank();
            self.put("linux");
            self.blank();
            let mut line = format!("/k{}", self.chance.words(4));
            if self.chance.one_in(2) {
                line.push(' ');
                line += self.chance.parameter();
            }
            line += " \"$a\" \"$?\"";
            let line = line.replace(" \"$?\"", "");
            self.put(&line);
            self.end();
            if self.chance.one_in(2) {
                let line = self
                    .chance
                    .of(&["initrd /i", "initrd /i  /j", "initrd /i\ninitrd /j"]);
                self.put(line);
                self.end();
            }
        }
        self.put("fin\n}");
    }

    fn submenu(&mut self, within: Within) {
        let line = format!("submenu {} {{\nmark_menu \"$1\"\n", self.title());
        self.put(&line);
        let inner = Within {
            depth: within.depth + 1,
            loops: 0,
            function: false,
            entry: false,
            submenu: within.submenu + 1,
        };
        let count = 1 + self.chance.below(3);
        self.list(count, inner);
        self.entry(inner);
        self.put("\nmenuentry \"@END\" {\nmark_end\n}\n}");
    }
}
