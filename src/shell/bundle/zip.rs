//! Zip files: written without compression, which is the same with every version of every library; read also with it.

use std::io::{Read, Write};

use flate2::bufread::DeflateDecoder;
use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};

use crate::bundle::{MANIFEST, Packed};
use crate::digest::sha256;
use crate::shell::Error;

/// 1980-01-01, the first day that a zip can name: year since 1980, month and day in 7, 4 and 5 bits, little-endian.
const FIRST_DAY: [u8; 2] = [0b001_00001, 0];

/// Where the day stands in the header before a member, and in that of the directory (APPNOTE 4.3.7, 4.3.12).
const DAYS: (u64, u64) = (12, 14);

/// Largest member that is unpacked, in bytes.
const LARGEST: u64 = 1 << 30;

/// A zip that is being written.
pub(super) struct Zip(ZipArchiveWriter<Vec<u8>>);

impl Zip {
    pub(super) fn new() -> Zip {
        Zip(ZipArchiveWriter::new(Vec::new()))
    }

    /// Adds a file or link; the path is one that is safe.
    pub(super) fn add(&mut self, path: &str, mode: u32, content: &[u8]) -> Result<(), Error> {
        let mut add = || {
            let file = self.0.new_file(EntryPath::conformant(path)).compression_method(CompressionMethod::STORE);
            let (mut entry, config) = file.unix_permissions(mode).start()?;
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).map_err(rawzip::Error::from)?;
            let (_, descriptor) = writer.finish()?;
            entry.finish(descriptor).map(|_| ())
        };
        add().map_err(|error: rawzip::Error| Error::new(format!("cannot pack {path}: {error}")))
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, Error> {
        let failed = |error| Error::new(format!("cannot pack the bundle: {error}"));
        let bytes = self.0.finish().map_err(failed)?;
        dated(bytes).map_err(failed)
    }
}

/// Puts a day into headers that have none. A time by the library comes with an extra field, which makes `unzip` in an ASCII
/// locale take names beyond ASCII for two different ones.
fn dated(mut bytes: Vec<u8>) -> Result<Vec<u8>, rawzip::Error> {
    let mut places = Vec::new();
    {
        let archive = ZipArchive::from_slice(bytes.as_slice())?;
        let mut entries = archive.entries();
        while let Some(entry) = entries.next_entry()? {
            places.extend([entry.local_header_offset() + DAYS.0, entry.central_directory_offset() + DAYS.1]);
        }
    }
    for place in places.into_iter().filter_map(|place| usize::try_from(place).ok()) {
        if let Some(day) = bytes.get_mut(place..place + FIRST_DAY.len()) {
            day.copy_from_slice(&FIRST_DAY);
        }
    }
    Ok(bytes)
}

/// The members of a zip, folders left out, and its manifest if it has one. An error says in words why it cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<(Vec<Packed>, Option<serde_json::Value>), String> {
    let archive = ZipArchive::from_slice(bytes).map_err(|error| error.to_string())?;
    let (mut members, mut manifest) = (Vec::new(), None);
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(|error| error.to_string())? {
        if entry.is_dir() {
            continue;
        }
        let path = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let attributes = entry.external_attributes() >> 16;
        let mode = (attributes != 0).then_some(attributes);
        let content = (|| {
            let local = archive.get_entry(entry.wayfinder()).map_err(|error| error.to_string())?;
            let size = entry.uncompressed_size_hint();
            if size > LARGEST {
                return Err(format!("{path} is larger than {LARGEST} bytes"));
            }
            let unpacked: Box<dyn Read> = match entry.compression_method() {
                CompressionMethod::STORE => Box::new(local.data()),
                CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(local.data())),
                other => return Err(format!("{path} is packed by a method that is not known here: {other:?}")),
            };
            let mut content = Vec::new();
            let mut unpacked = local.verifying_reader(unpacked.take(size.saturating_add(1)));
            unpacked.read_to_end(&mut content).map_err(|error| error.to_string())?;
            Ok(content)
        })();
        if let (MANIFEST, Ok(content)) = (path.as_str(), &content) {
            manifest = serde_json::from_slice(content).ok();
        }
        members.push(Packed { path, mode, sha256: content.map(|content| sha256(&content)) });
    }
    Ok((members, manifest))
}
