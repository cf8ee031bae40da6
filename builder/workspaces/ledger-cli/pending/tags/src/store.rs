//! Reading and writing books: one CSV file each.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use crate::entry::Entry;
use crate::Result;

/// A book on disk.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// Points at the book `name` in `dir`; the file need not exist yet.
    pub fn open(dir: &Path, name: &str) -> Self {
        Store {
            path: dir.join(format!("{name}.csv")),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All entries, oldest first. A book without a file is empty.
    pub fn load(&self) -> Result<Vec<Entry>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_path(&self.path)?;
        let mut entries = Vec::new();
        for row in reader.deserialize() {
            let entry: Entry = row?;
            entry.validate()?;
            entries.push(entry);
        }
        entries.sort_by_key(|entry| entry.date);
        Ok(entries)
    }

    /// Adds one entry at the end of the file, and the header when the file is new.
    pub fn append(&self, entry: &Entry) -> Result<()> {
        entry.validate()?;
        if let Some(dir) = self.path.parent() {
            fs::create_dir_all(dir)?;
        }
        let is_new = fs::metadata(&self.path).map_or(true, |meta| meta.len() == 0);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        let mut writer = csv::WriterBuilder::new()
            .has_headers(is_new)
            .from_writer(file);
        dbg!(&entry.tag);
        writer.serialize(entry)?;
        writer.flush()?;
        Ok(())
    }
}
