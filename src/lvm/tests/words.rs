//! Names, the text's grammar, and messages without parts.

use super::super::message::Message;
use super::super::text::{Fields, Items, Value};
use super::super::{is_id_of, is_name_of, put_alias, put_name};
use super::{number, string};

#[test]
fn names() {
    for (group, volume, name) in [
        ("vg", "lv", "vg-lv"),
        ("deb-vg", "lin-1", "deb--vg-lin--1"),
        ("a--b", "c", "a----b-c"),
        ("a", "b--c-", "a-b----c--"),
        ("vg.0", "l_v+", "vg.0-l_v+"),
    ] {
        let mut put: heapless::Vec<u8, 64> = heapless::Vec::new();
        put_name(group.as_bytes(), volume.as_bytes(), &mut put);
        assert_eq!(put, name.as_bytes());
        let mut alias: heapless::Vec<u8, 64> = heapless::Vec::new();
        put_alias(name.as_bytes(), &mut alias);
        let whole = format!("{group}/{volume}");
        assert_eq!(alias, whole.as_bytes());
        let mapped = format!("mapper/{name}");
        for (words, is_its) in [
            (&whole, true),
            (&mapped, true),
            (&format!("lvm/{name}"), true),
            (&format!("lvm/{name}-"), false),
            (&name.to_owned(), false),
            (&format!("{mapped}x"), false),
            (&"mapper/".to_owned(), false),
            (&String::new(), false),
        ] {
            assert_eq!(is_name_of(words.as_bytes(), &alias), is_its, "{words}");
        }
    }
    for (name, alias) in [("", ""), ("plain", "plain"), ("a-b-c", "a/b-c"), ("-", "/")] {
        let mut put: heapless::Vec<u8, 64> = heapless::Vec::new();
        put_alias(name.as_bytes(), &mut put);
        assert_eq!(put, alias.as_bytes());
    }
    assert!(!is_name_of(b"", b""), "what has no name has none");
    assert!(!is_name_of(b"mapper/-", b""));
    // A group may be called as GRUB calls them all.
    assert!(is_name_of(b"lvm/root", b"lvm/root") && is_name_of(b"lvm/lvm-root", b"lvm/root"));
    let mapped = b"LVM-zX1Wcd0Plot3QxLw7mQkn4Zx";
    for (name, is_its) in [
        ("lvmid/zX1Wcd-0Plo-t3Qx/Lw7mQk-n4Zx", true),
        ("lvmid/zX1Wcd0Plot3QxLw7mQkn4Zx", true),
        ("lvmid/zX1Wcd-0Plo-t3Qx/Lw7mQk-n4Zy", false),
        ("lvmid/zX1Wcd-0Plo-t3Qx/", false),
        ("lvmid/", false),
        ("zX1Wcd-0Plo-t3Qx/Lw7mQk-n4Zx", false),
    ] {
        assert_eq!(is_id_of(name.as_bytes(), mapped), is_its, "{name}");
    }
    assert!(!is_id_of(b"lvmid/", b"") && !is_id_of(b"lvmid/a", b"a"));
}

#[test]
fn fields() {
    let text = b" # one { \na=1 b = \"x } \\\" y\" c { d { e = [ } } f = [1,\"]\", # ]\n 2] g=h";
    let got: Vec<_> = Fields(text).collect();
    assert_eq!(
        got,
        [
            (&b"a"[..], Value::Word(b"1")),
            (b"b", Value::Word(b"x } \\\" y")),
            (b"c", Value::Section(b" d { e = [ } ")),
            (b"f", Value::List(b"1,\"]\", # ]\n 2")),
            (b"g", Value::Word(b"h")),
        ]
    );
    let items: Vec<_> = Items(b"1,\"]\", # ]\n 2").collect();
    assert_eq!(items, [&b"1"[..], b"]", b"2"]);
    for text in [
        "", "a", "a {", "a { b {}", "a = [", "a = [\"", "= 1", "{}", "a b = 1", "a }", "\"\" = 1",
    ] {
        assert_eq!(Fields(text.as_bytes()).next(), None, "{text:?}");
    }
    for (text, value) in [("a =", &b""[..]), ("a = \"b", b"b"), ("a = \"b\\", b"b\\")] {
        let field = Fields(text.as_bytes()).next();
        assert_eq!(field, Some((&b"a"[..], Value::Word(value))), "{text:?}");
    }
}

#[test]
fn messages() {
    let long = [b'x'; 128];
    for (name, id, has_room) in [
        (&long[..127], &b""[..], true),
        (&long, b"", false),
        (b"x", &long, false),
        (b"x", &long[1..], true),
    ] {
        assert_eq!(Message::new(name, id).is_some(), has_room);
    }
    let mut message = Message::new(b"name", b"LVM-id").expect("short ones");
    let bytes = message.bytes();
    assert_eq!(bytes.len(), 312);
    assert_eq!(number(bytes, 16, 4), 312, "where the parts are");
    assert_eq!(number(bytes, 28, 4), 1, "to be read only");
    assert_eq!(
        (string(&bytes[48..]), string(&bytes[176..])),
        ("name".into(), "LVM-id".into())
    );
}
