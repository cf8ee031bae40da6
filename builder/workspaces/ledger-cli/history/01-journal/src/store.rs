//! Reading and writing journals.

use std::fs::{self, OpenOptions};
use std::path::PathBuf;

use crate::entry::Entry;
use crate::Result;

/// A journal on disk.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// Points at the journal at `path`; the file need not exist yet.
    pub fn open(path: PathBuf) -> Self {
        Store { path }
    }

    /// All entries, oldest first. A missing file is an empty journal.
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
        writer.serialize(entry)?;
        writer.flush()?;
        Ok(())
    }
}
