//! Double-entry bookkeeping in plain CSV files.

pub mod entry;
pub mod store;

use thiserror::Error;

/// Everything that can go wrong between the command line and the file.
#[derive(Debug, Error)]
pub enum LedgerError {
    #[error("invalid amount `{0}`: expected digits with at most two decimals")]
    InvalidAmount(String),

    #[error("amount must be greater than zero, got {0}")]
    NotPositive(entry::Amount),

    #[error("debit and credit are both `{0}`")]
    SameAccount(String),

    #[error(transparent)]
    Csv(#[from] csv::Error),

    #[error(transparent)]
    Io(#[from] std::io::Error),
}

pub type Result<T> = std::result::Result<T, LedgerError>;
