//! Reports: pure functions from entries to numbers.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use clap::Args;

use crate::entry::{Amount, Entry};

/// A span of days; a missing end is open.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Period {
    /// First day, inclusive
    #[arg(long)]
    pub since: Option<NaiveDate>,

    /// Last day, inclusive
    #[arg(long)]
    pub until: Option<NaiveDate>,
}

impl Period {
    /// Whether `date` lies in the period. Both ends belong to it.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.since.map_or(true, |since| date >= since)
            && self.until.map_or(true, |until| date < until)
    }
}

/// One line of an account's register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterLine {
    pub date: NaiveDate,
    pub other: String,
    pub amount: Amount,
    pub running: Amount,
}

/// What every account holds: debits minus credits.
pub fn balances(entries: &[Entry], period: &Period) -> BTreeMap<String, Amount> {
    let mut totals = BTreeMap::new();
    for entry in entries.iter().filter(|e| period.contains(e.date)) {
        *totals.entry(entry.debit.clone()).or_default() += entry.amount;
        *totals.entry(entry.credit.clone()).or_default() += -entry.amount;
    }
    totals
}

/// The movements of one account with the balance after each.
pub fn register(entries: &[Entry], account: &str, period: &Period) -> Vec<RegisterLine> {
    let moves: Vec<(NaiveDate, &str, Amount)> = entries
        .iter()
        .filter(|e| period.contains(e.date))
        .filter_map(|e| {
            if e.debit == account {
                Some((e.date, e.credit.as_str(), e.amount))
            } else if e.credit == account {
                Some((e.date, e.debit.as_str(), -e.amount))
            } else {
                None
            }
        })
        .collect();

    let mut lines = Vec::with_capacity(moves.len());
    for (index, &(date, other, amount)) in moves.iter().enumerate() {
        let running = moves[..=index].iter().map(|m| m.2).sum();
        lines.push(RegisterLine {
            date,
            other: other.to_string(),
            amount,
            running,
        });
    }
    lines
}

/// Debits minus credits per month, over an account and everything below it.
pub fn monthly(entries: &[Entry], prefix: &str, period: &Period) -> BTreeMap<(i32, u32), Amount> {
    let mut months = BTreeMap::new();
    for entry in entries.iter().filter(|e| period.contains(e.date)) {
        let month = (entry.date.year(), entry.date.month());
        if is_below(&entry.debit, prefix) {
            *months.entry(month).or_default() += entry.amount;
        }
        if is_below(&entry.credit, prefix) {
            *months.entry(month).or_default() += -entry.amount;
        }
    }
    months
}

fn is_below(account: &str, prefix: &str) -> bool {
    account
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}
