//! One QEMU: started with its serial lines and its monitor on sockets of our own,
//! spoken to through QMP, and ended with the case.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::case::{Case, Firmware, Start};
use super::disk::{Bus, Disk};
use super::screen::vga;
use super::{kernels, of_debian, tool};

/// How long a read waits before the deadline is looked at again.
const MOMENT: Duration = Duration::from_millis(20);

pub(crate) struct Qemu {
    child: Child,
    pub(crate) command: String,
    monitor: UnixStream,
    unread: Vec<u8>,
    pub(crate) serial: UnixStream,
    /// The second serial line, for what is not the loader's to say.
    pub(crate) aside: UnixStream,
    pub(crate) folder: PathBuf,
    _turn: File,
}

/// What a machine has for the disks on a bus.
const CONTROLLERS: [(Bus, &str); 5] = [
    (Bus::Ahci, "ahci,id=ahci"),
    (Bus::Scsi, "lsi53c895a,id=scsi"),
    (Bus::Esp, "am53c974,id=esp"),
    (Bus::VirtioScsi, "virtio-scsi-pci,id=vscsi"),
    (Bus::Mmc, "sdhci-pci,id=sdhci"),
];

impl Qemu {
    /// Starts the machine of a case; the folder has `stage1` and `disk0`, `disk1` …
    pub(crate) fn start(case: &Case, folder: &Path) -> Self {
        let turn = turn();
        let mut command = Command::new(format!("qemu-system-{}", case.emulator.name()));
        let accelerator = match case.cpu {
            "max" => tool("accel.sh", &[]),
            // Hardware cannot be an older processor than it is.
            _ => "tcg".to_owned(),
        };
        command.current_dir(folder);
        command.args(["-accel", accelerator.trim(), "-M", case.machine]);
        command.args(["-cpu", case.cpu, "-m", &case.memory.to_string()]);
        command.args(["-display", "none", "-no-reboot", "-nodefaults"]);
        command.args(["-vga", "std"]);
        let protected = if case.is_protected {
            ",readonly=on"
        } else {
            ""
        };
        let medium = format!("id=medium,format=raw,file=medium{protected}");
        if case.firmware == Firmware::Efi {
            command.arg("-bios");
            command.arg(of_debian("ovmf", "usr/share/ovmf/OVMF.fd"));
        }
        match case.start {
            Start::Kernel => {
                command.args(["-initrd", "stage1", "-append", case.cmdline, "-kernel"]);
                command.arg(kernels::image(case.kernel));
            }
            Start::Floppy(_) => {
                command.args(["-boot", "a", "-drive", &format!("if=floppy,{medium}")]);
            }
            Start::Cd(_) => {
                let drive = format!("if=ide,media=cdrom,{medium}");
                command.args(["-boot", "d", "-drive", &drive]);
            }
            Start::UsbStick(_) => {
                command.args(["-drive", &format!("if=none,{medium}")]);
            }
            Start::Network(_) => {
                let net = "user,id=net,tftp=medium,bootfile=/pxelinux.0";
                command.args(["-boot", "n", "-netdev", net, "-device", "e1000,netdev=net"]);
            }
        }
        let place = File::open(folder).expect("a folder");
        let lines = ["serial", "aside", "monitor"].map(|name| {
            // QEMU calls us. The folder's own path may be too long for a socket's name.
            let path = format!("/proc/self/fd/{}/{name}", place.as_raw_fd());
            let listener = UnixListener::bind(path).expect("a socket");
            command.args(["-chardev", &format!("socket,id={name},path={name}")]);
            listener
        });
        command.args(["-serial", "chardev:serial", "-serial", "chardev:aside"]);
        command.args(["-mon", "chardev=monitor,mode=control"]);
        let is_stick = matches!(case.start, Start::UsbStick(_));
        let is_usb = |disk: &Disk| matches!(disk.bus, Bus::Usb | Bus::UsbHub);
        let has_usb_disk = case.disks.iter().any(is_usb);
        if is_stick || has_usb_disk || case.has_usb_keyboard {
            command.args(["-device", &format!("{},id=usb", case.usb)]);
        }
        if case.has_usb_keyboard {
            command.args(["-device", "usb-kbd,bus=usb.0"]);
        }
        for device in case.devices {
            command.args(["-device", device]);
        }
        for (bus, controller) in CONTROLLERS {
            if case.disks.iter().any(|disk| disk.bus == bus) {
                command.args(["-device", controller]);
            }
        }
        if is_stick {
            command.args(["-device", "usb-storage,drive=medium,bus=usb.0,bootindex=0"]);
        }
        for (number, disk) in case.disks.iter().enumerate() {
            command.args([
                "-drive",
                &format!("if=none,id=d{number},format=raw,file=disk{number}"),
            ]);
            if !disk.late {
                for device in devices(number, disk) {
                    command.args(["-device", &device]);
                }
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(folder.join("said")).expect("a file"));
        let said = format!("{command:?}");
        let mut child = command.spawn().expect("QEMU");
        let [serial, aside, monitor] = lines.map(|listener| answer(&listener, &mut child, folder));
        let mut qemu = Self {
            child,
            command: said,
            monitor,
            unread: Vec::new(),
            serial,
            aside,
            folder: folder.into(),
            _turn: turn,
        };
        qemu.ask("qmp_capabilities", &json!({}));
        qemu
    }

    /// Gives the monitor a command and waits for the answer.
    pub(crate) fn ask(&mut self, command: &str, arguments: &Value) -> Value {
        let line = json!({"execute": command, "arguments": arguments, "id": command});
        writeln!(self.monitor, "{line}").expect("the monitor");
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            while let Some(end) = self.unread.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                let said: Value = serde_json::from_slice(&line).expect("JSON");
                if said["id"] == command {
                    assert!(said["error"].is_null(), "{command} {arguments}: {said}");
                    return said["return"].clone();
                }
            }
            assert!(
                Instant::now() < deadline,
                "the monitor does not answer {command}"
            );
            read_some(&mut self.monitor, &mut self.unread);
        }
    }

    /// Makes a picture of the screen, in `target/screens`.
    pub(crate) fn picture(&mut self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(name).with_extension("png");
        self.ask("screendump", &json!({"filename": file, "format": "png"}));
        let picture = std::fs::read(&file).expect("a picture");
        // Of a screen of 80 columns and 25 rows, whose letters are 9 and 16 dots large.
        let size = [720_u32, 400].map(u32::to_be_bytes).concat();
        assert_eq!(picture.get(16..24), Some(&size[..]), "{name}");
    }

    /// Presses a key of the keyboard, by QEMU's name for it, or several with `-` between them.
    pub(crate) fn press(&mut self, keys: &str) {
        let keys = keys
            .split('-')
            .map(|key| json!({"type": "qcode", "data": key}));
        let keys: Vec<_> = keys.collect();
        self.ask("send-key", &json!({"keys": keys, "hold-time": 20}));
    }

    /// Plugs in a disk that was not there at the start, or was pulled out.
    pub(crate) fn plug(&mut self, number: usize, disk: &Disk) {
        if !disk.late {
            // What was pulled out took its image with it.
            let drive = format!("if=none,id=d{number},format=raw,file=disk{number}");
            let command = json!({"command-line": format!("drive_add 0 {drive}")});
            self.ask("human-monitor-command", &command);
        }
        for device in devices(number, disk) {
            let mut arguments = serde_json::Map::new();
            for (at, part) in device.split(',').enumerate() {
                let (key, value) = part.split_once('=').unwrap_or(("driver", part));
                assert!((at == 0) == (key == "driver"), "{part}");
                arguments.insert(key.into(), value.into());
            }
            self.ask("device_add", &arguments.into());
        }
    }

    /// Pulls a disk out.
    pub(crate) fn unplug(&mut self, number: usize) {
        self.ask("device_del", &json!({"id": format!("n{number}")}));
    }

    /// Takes the floppy out of its drive.
    pub(crate) fn eject(&mut self) {
        self.ask("eject", &json!({"device": "medium", "force": true}));
    }

    /// Puts a floppy into the drive, in the place of another.
    pub(crate) fn insert(&mut self, file: &str) {
        let arguments = json!({
            "device": "medium", "filename": file, "format": "raw", "force": true,
        });
        self.ask("blockdev-change-medium", &arguments);
    }

    /// The VGA screen as text.
    pub(crate) fn vga(&mut self) -> Vec<String> {
        // The picture starts where the display controller says, and it must not
        // move while it is being read: so the machine stands still meanwhile.
        self.ask("stop", &json!({}));
        let selected = self.port("i /b 0x3d4");
        let mut start = 0;
        for register in [0x0c, 0x0d] {
            self.port(&format!("o /b 0x3d4 {register}"));
            start = start << 8 | self.port("i /b 0x3d5");
        }
        self.port(&format!("o /b 0x3d4 {selected}"));
        let file = self.folder.join("vga");
        self.ask(
            "pmemsave",
            &json!({"val": 0xb8000, "size": 0x8000, "filename": file}),
        );
        self.ask("cont", &json!({}));
        vga(&std::fs::read(&file).expect("the VGA memory"), start)
    }

    /// A command to the monitor for people that reads or writes a port.
    fn port(&mut self, command: &str) -> usize {
        let said = self.ask("human-monitor-command", &json!({"command-line": command}));
        let said = said.as_str().unwrap_or_default();
        // portb[0x03d5] = 0x00
        said.rsplit("0x")
            .next()
            .and_then(|hex| usize::from_str_radix(hex.trim(), 16).ok())
            .unwrap_or(0)
    }

    /// Whether the machine has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a process").is_some()
    }

    /// What QEMU itself said.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.folder.join("said")).unwrap_or_default()
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes what has come on a socket, waiting a moment at most; says whether the other
/// side is still there.
pub(crate) fn read_some(socket: &mut UnixStream, into: &mut Vec<u8>) -> bool {
    let mut bytes = [0; 4096];
    match socket.read(&mut bytes) {
        Ok(0) => false,
        Ok(count) => {
            into.extend_from_slice(bytes.get(..count).unwrap_or_default());
            true
        }
        Err(why) => matches!(
            why.kind(),
            ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
        ),
    }
}

/// Waits for QEMU's call on a socket.
fn answer(listener: &UnixListener, child: &mut Child, folder: &Path) -> UnixStream {
    listener.set_nonblocking(true).expect("a socket");
    loop {
        if let Ok((socket, _)) = listener.accept() {
            socket.set_nonblocking(false).expect("a socket");
            socket.set_read_timeout(Some(MOMENT)).expect("a socket");
            return socket;
        }
        if let Some(status) = child.try_wait().expect("a process") {
            let said = std::fs::read_to_string(folder.join("said")).unwrap_or_default();
            panic!("QEMU ended at once ({status}): {said}");
        }
        std::thread::sleep(MOMENT);
    }
}

/// A disk as `-device` wants it, behind what comes and goes with it.
fn devices(number: usize, disk: &Disk) -> Vec<String> {
    let own = match disk.bus {
        Bus::UsbHub => Some("usb-hub,bus=usb.0,port=1,id=hub"),
        Bus::HotCard => Some("virtio-scsi-pci,id=card"),
        _ => None,
    };
    let device = match disk.bus {
        Bus::Nvme => format!("nvme,drive=d{number},serial=d{number},id=n{number}"),
        Bus::Virtio => format!("virtio-blk-pci,drive=d{number},id=n{number}"),
        Bus::Ide => format!("ide-hd,drive=d{number},bus=ide.{number},id=n{number}"),
        Bus::Ahci => format!("ide-hd,drive=d{number},bus=ahci.{number},id=n{number}"),
        Bus::Scsi => format!("scsi-hd,drive=d{number},bus=scsi.0,id=n{number}"),
        Bus::Esp => format!("scsi-hd,drive=d{number},bus=esp.0,id=n{number}"),
        Bus::VirtioScsi => format!("scsi-hd,drive=d{number},bus=vscsi.0,id=n{number}"),
        Bus::Mmc => format!("sd-card,drive=d{number},id=n{number}"),
        Bus::Cd => format!("ide-cd,drive=d{number},bus=ide.{number},id=n{number}"),
        Bus::Floppy => format!("floppy,drive=d{number},id=n{number}"),
        Bus::Usb => format!("usb-storage,drive=d{number},bus=usb.0,id=n{number}"),
        Bus::UsbHub => format!("usb-storage,drive=d{number},bus=usb.0,port=1.1,id=n{number}"),
        Bus::HotCard => format!("scsi-hd,drive=d{number},bus=card.0,id=n{number}"),
    };
    own.map(str::to_owned).into_iter().chain([device]).collect()
}

/// One of the two turns there are, however many tests run and in whatever processes:
/// a machine for each processor of a small computer.
fn turn() -> File {
    let files = [0, 1].map(|number| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("turn{number}"));
        File::create(path).expect("a file to lock")
    });
    loop {
        for file in &files {
            if file.try_lock().is_ok() {
                return file.try_clone().expect("a file");
            }
        }
        std::thread::sleep(MOMENT);
    }
}
