//! What lies on a disk, and how the disk is attached; `qemu/disk.sh` makes it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Folder, kernels, tool};

/// What is in a file.
#[derive(Clone)]
pub(crate) enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What that file has.
    Copy(PathBuf),
    /// These bytes, as a program.
    Program(Vec<u8>),
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<PathBuf> for Content {
    fn from(path: PathBuf) -> Self {
        Self::Copy(path)
    }
}

impl Content {
    /// Puts it at a path, making the folders on the way.
    pub(crate) fn write(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        match self {
            Self::Bytes(bytes) => std::fs::write(path, bytes).map(drop),
            Self::Copy(from) => std::fs::copy(from, path).map(drop),
            Self::Program(bytes) => std::fs::write(path, bytes).and_then(|()| {
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
            }),
        }
        .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }
}

/// How a disk is attached.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Bus {
    Nvme,
    Virtio,
    Ide,
    /// SATA, as on current machines.
    Ahci,
    /// An LSI 53C895A.
    Scsi,
    /// An AMD 53C974.
    Esp,
    /// SCSI for virtual machines.
    VirtioScsi,
    Usb,
    /// On a hub of its own, which is plugged in with it.
    UsbHub,
    /// SCSI on a card of its own, which is plugged in with it.
    HotCard,
    /// A memory card.
    Mmc,
    /// A CD in an ATA drive.
    Cd,
    /// A floppy in the first drive.
    Floppy,
}

/// One disk of a machine.
#[derive(Clone)]
pub(crate) struct Disk {
    kind: &'static str,
    /// A finished image that it is a copy of.
    image: Option<PathBuf>,
    options: Vec<String>,
    files: Vec<(String, Content)>,
    after: Option<fn(&Path)>,
    pub(crate) bus: Bus,
    pub(crate) late: bool,
}

impl Disk {
    /// An empty disk with a file system.
    pub(crate) fn new(kind: &'static str) -> Self {
        Self {
            kind,
            image: None,
            options: Vec::new(),
            files: Vec::new(),
            after: None,
            bus: Bus::Nvme,
            late: false,
        }
    }

    /// A disk that was made before.
    fn copy_of(image: PathBuf) -> Self {
        Self {
            image: Some(image),
            ..Self::new("")
        }
    }

    /// The loader's own disk: ext4, found by its label, with a configuration.
    pub(crate) fn boot(config: &str) -> Self {
        Self::new("ext4")
            .label("KEXECLOADER")
            .file("kexec-loader.cfg", config)
    }

    /// The members of an array of software RAID that holds what this disk would: its name, how many
    /// there are, how many hold data, and what `mdadm` is told.
    pub(crate) fn members(&self, name: &str, count: usize, data: usize, mdadm: &str) -> Vec<Self> {
        arrays(&[(self, name, count, data, mdadm)]).remove(0)
    }

    /// A disk with a Debian kernel and the ramdisk that tells what it was given:
    /// `/boot/vmlinuz` and `/boot/target.img`.
    pub(crate) fn debian(kind: &'static str, kernel: &str) -> Self {
        Self::new(kind)
            .file("boot/vmlinuz", kernels::image(kernel))
            .file("boot/target.img", Content::Bytes(super::target(&[])))
    }

    /// An option of `qemu/disk.sh`.
    pub(crate) fn option(mut self, name: &str, value: &str) -> Self {
        self.options.extend([format!("--{name}"), value.to_owned()]);
        self
    }

    pub(crate) fn label(self, label: &str) -> Self {
        self.option("label", label)
    }

    pub(crate) fn file(mut self, path: &str, content: impl Into<Content>) -> Self {
        self.files.push((path.to_owned(), content.into()));
        self
    }

    pub(crate) fn on(mut self, bus: Bus) -> Self {
        self.bus = bus;
        self
    }

    /// Not there when the machine starts: a step plugs it in.
    pub(crate) fn late(mut self) -> Self {
        self.late = true;
        self
    }

    /// What to do to the finished image.
    pub(crate) fn after(mut self, what: fn(&Path)) -> Self {
        self.after = Some(what);
        self
    }

    /// Makes the image, with a folder beside it to gather the files in.
    pub(crate) fn make(&self, image: &Path) {
        let from = image.with_extension("files");
        std::fs::create_dir_all(&from).expect("a folder");
        if let Some(made) = &self.image {
            std::fs::copy(made, image).expect("an image");
        } else {
            let mut arguments = vec![image.display().to_string()];
            arguments.extend(self.arguments(&from));
            tool("disk.sh", &arguments);
        }
        if let Some(after) = self.after {
            after(image);
        }
        std::fs::remove_dir_all(&from).expect("a folder");
    }

    /// Gathers the files in a folder, and says what `qemu/disk.sh` is to make of them.
    fn arguments(&self, from: &Path) -> Vec<String> {
        for (path, content) in &self.files {
            content.write(&from.join(path));
        }
        let mut arguments = vec![self.kind.to_owned()];
        arguments.extend(["--from".to_owned(), from.display().to_string()]);
        arguments.extend(self.options.iter().cloned());
        arguments
    }
}

/// The members of arrays of software RAID, as `qemu/raid.sh` has them made at one time: what each
/// holds, and the rest as for [`Disk::members`].
pub(crate) fn arrays(wanted: &[(&Disk, &str, usize, usize, &str)]) -> Vec<Vec<Disk>> {
    let folder = Folder::new("raid");
    let mut arguments = Vec::new();
    for (disk, name, count, data, mdadm) in wanted {
        if !arguments.is_empty() {
            arguments.push("--".to_owned());
        }
        arguments.extend([*name, &count.to_string(), &data.to_string(), mdadm].map(str::to_owned));
        arguments.extend(disk.arguments(&folder.0.join(name)));
    }
    let made = PathBuf::from(tool("raid.sh", &arguments).trim());
    let mut numbers = 0..;
    let members = wanted.iter().map(|(_, _, count, ..)| {
        let numbers = numbers.by_ref().take(*count);
        numbers
            .map(|nth| Disk::copy_of(made.join(format!("disk{nth}"))))
            .collect()
    });
    members.collect()
}

/// The disks of a volume group, whose volumes the commands make, with a Debian kernel and its
/// ramdisk on one of them, as on [`Disk::debian`]; `qemu/lvm.sh` makes them. They are in the
/// folder.
pub(crate) fn group(
    commands: &str,
    volume: &str,
    kernel: &str,
    count: usize,
) -> (Folder, Vec<Disk>) {
    let folder = Folder::new("group");
    let files = folder.0.join("files");
    for (path, content) in &Disk::debian("", kernel).files {
        content.write(&files.join(path));
    }
    let images: Vec<_> = (0..count)
        .map(|nth| folder.0.join(format!("{nth}")))
        .collect();
    let mut arguments = vec![commands.into(), volume.into(), files.display().to_string()];
    arguments.extend(images.iter().map(|image| image.display().to_string()));
    tool("lvm.sh", &arguments);
    (folder, images.into_iter().map(Disk::copy_of).collect())
}
