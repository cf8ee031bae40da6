//! Journal entries and the amounts that they move.

use std::fmt;
use std::iter::Sum;
use std::ops::{AddAssign, Neg};
use std::str::FromStr;

use chrono::NaiveDate;
use once_cell::sync::Lazy;
use regex::Regex;
use serde::{de, Deserialize, Deserializer, Serialize, Serializer};

use crate::{LedgerError, Result};

static ACCOUNT_NAME: Lazy<Regex> = Lazy::new(|| {
    Regex::new(r"^(assets|liabilities|equity|income|expenses)(:[a-z0-9-]+)+$")
        .expect("the account pattern is valid")
});

/// An amount of money in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    pub const ZERO: Amount = Amount(0);

    pub const fn from_cents(cents: i64) -> Self {
        Amount(cents)
    }
}

impl FromStr for Amount {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || LedgerError::InvalidAmount(text.to_string());
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());

        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (units, fraction) = digits.split_once('.').unwrap_or((digits, "00"));
        if !is_number(units) || !is_number(fraction) || fraction.len() > 2 {
            return Err(invalid());
        }
        let cents: i64 = format!("{units}{fraction:0<2}")
            .parse()
            .map_err(|_| invalid())?;
        Ok(Amount(sign * cents))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, (self.0 % 100).abs()))
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Amount(-self.0)
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Amount(iter.map(|amount| amount.0).sum())
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// One row of a journal: `amount` moves from `credit` to `debit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub date: NaiveDate,
    pub debit: String,
    pub credit: String,
    pub amount: Amount,
    #[serde(default)]
    pub memo: String,
    #[serde(default)]
    pub tag: String,
}

impl Entry {
    pub fn validate(&self) -> Result<()> {
        for account in [&self.debit, &self.credit] {
            if !ACCOUNT_NAME.is_match(account) {
                return Err(LedgerError::InvalidAccount(account.clone()));
            }
        }
        if self.debit == self.credit {
            return Err(LedgerError::SameAccount(self.debit.clone()));
        }
        if self.amount <= Amount::ZERO {
            return Err(LedgerError::NotPositive(self.amount));
        }
        Ok(())
    }
}
