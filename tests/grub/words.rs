//! Words and conditions of GRUB's language, made by chance.

/// The variables of scripts; what they are at the end is compared.
pub(crate) const VARIABLES: &[&str] = &["a", "b", "c", "d", "last"];

/// Letters that mean nothing without quotes, and those that do. There is no `*` and no `?`:
/// they are looked for among files. A word that goes on in the next line makes GRUB 2.06 run
/// out of memory sometimes; blanks do so here. There is no `-` first, which would make an option.
const PLAIN: &[&str] = &[
    "x", "yz", "0", "12", "w.", "k=v", "p/q", "u:", ",", "e[1]", "~", "%", "@h", "+", "i#j", "m-n",
    "^", "!",
];
const ESCAPED: &[&str] = &[
    "\\ ", "\\\"", "\\'", "\\$", "\\\\", "\\y", "\\;", "\\{", "\\}", "\\#", "\\|", "\\&",
];
const SINGLE: &[&str] = &["", "s", "a b", "\"", "$a", "\\", "{ }", "; #"];
const DOUBLE: &[&str] = &[
    "", "d", "e  f", "'", "\\\"", "\\$a", "\\\\", "\\n", "}{", ";|&", "#", "$a", "${b}", "$c.",
    "${d}x",
];
/// Operators of tests, numbers and paths for them.
const NUMERIC: &[&str] = &["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-pgt", "-plt"];
const TEXTUAL: &[&str] = &["=", "==", "!=", "\\<", "'>'", "\"<=\"", "\\>="];
const NUMBERS: &[&str] = &["0", "1", "10", "9", "-1", "0x10", "010", "16"];
const PATHS: &[&str] = &["/k", "/d", "/d/", "/none", "/empty", "/more.cfg"];
/// Names of functions: the third makes no entries, the last is never one.
pub(crate) const FUNCTIONS: &[&str] = &["fone", "ftwo", "fthree", "fnone"];

/// Numbers that are made by chance, from a number on (Marsaglia's xorshift).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            chance.next();
        }
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits") % end
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    pub(crate) fn variable(&mut self) -> &'static str {
        self.of(&["a", "b", "c", "d"])
    }

    /// A word, in pieces of all kinds.
    pub(crate) fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..=self.below(3) {
            let piece = match self.below(9) {
                0 | 1 => self.of(PLAIN).to_owned(),
                2 => self.of(ESCAPED).to_owned(),
                3 => format!("'{}'", self.of(SINGLE)),
                4 => format!("\"{}\"", self.of(DOUBLE)),
                5 => format!("\"{}{}\"", self.of(DOUBLE), self.of(DOUBLE)),
                6 => format!("${{{}}}", self.variable()),
                7 => format!("\"${}\"", self.variable()),
                // Quotes keep the name from becoming longer.
                _ => format!("${}{}", self.variable(), self.of(&["''", ".", "/"])),
            };
            word += &piece;
        }
        if word.starts_with('#') {
            word.insert(0, 'z');
        }
        word
    }

    pub(crate) fn words(&mut self, most: usize) -> String {
        let count = self.below(most + 1);
        let mut words = String::new();
        for _ in 0..count {
            words.push(' ');
            words += &self.word();
        }
        words
    }

    /// What parameters of the function or the entry are called.
    pub(crate) fn parameter(&mut self) -> &'static str {
        self.of(&[
            "$1", "$2", "\"$1\"", "\"$2\"", "$#", "\"$@\"", "$@", "\"$*\"", "$*", "${1}", "$3",
        ])
    }

    /// The words of a test.
    pub(crate) fn test(&mut self) -> String {
        let mut test = String::new();
        for nth in 0..=self.below(3) {
            if nth > 0 {
                test += self.of(&[" -a", " -o"]);
            }
            test += self.of(&["", "", "", " !"]);
            test += &self.one_test();
        }
        test
    }

    fn one_test(&mut self) -> String {
        match self.below(8) {
            0 => format!(" {}", self.word()),
            1 => {
                let operator = self.of(NUMERIC);
                let numbers = if operator.starts_with("-p") {
                    &["a2", "a10", "a9"]
                } else {
                    NUMBERS
                };
                format!(" {} {operator} {}", self.of(numbers), self.of(numbers))
            }
            2 => {
                let operator = self.of(&["-f", "-d", "-e", "-s"]);
                let mut path = self.of(PATHS);
                if operator == "-s" && path.starts_with("/d") {
                    // The emulator gives the size that the folder has on this machine.
                    path = "/k";
                }
                format!(" {operator} $base{path}")
            }
            3 => format!(" {} \"${}\"", self.of(&["-n", "-z"]), self.variable()),
            4 => format!(" \"(\" {} = {} \")\"", self.word(), self.word()),
            _ => {
                let operator = self.of(TEXTUAL);
                format!(" {} {operator} {}", self.word(), self.word())
            }
        }
    }

    /// A command whose status is known.
    pub(crate) fn condition(&mut self) -> String {
        match self.below(8) {
            0 => "true".to_owned(),
            1 => "false".to_owned(),
            2 => format!("test{}", self.test()),
            3 => {
                let pattern = self.of(&[
                    "'^x'", "'[0-9]+'", "'a b'", "y", "'(.)(.)'", "'^$'", "'x|y'", "'.*z'",
                ]);
                // One word: how GRUB counts what is wrong is not compared.
                let piece = self.of(DOUBLE);
                let word = format!("\"q{piece}${{{}}}\"", self.variable());
                if self.one_in(2) && pattern.contains('(') {
                    format!("regexp --set=2:{} {pattern} {word}", self.variable())
                } else {
                    format!("regexp {pattern} {word}")
                }
            }
            _ => format!("[{} ]", self.test()),
        }
    }
}
