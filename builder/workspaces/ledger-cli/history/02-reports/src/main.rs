//! The command line: parse arguments, load the book, print a report.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};

use ledger_cli::entry::{Amount, Entry};
use ledger_cli::report::{self, Period};
use ledger_cli::store::Store;
use ledger_cli::Result;

#[derive(Parser)]
#[command(name = "ledger", version, about)]
struct Cli {
    /// Journal to work on
    #[arg(long, default_value = "books/main.csv")]
    file: PathBuf,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Record an entry
    Add {
        #[arg(long)]
        date: NaiveDate,
        #[arg(long)]
        debit: String,
        #[arg(long)]
        credit: String,
        #[arg(long)]
        amount: Amount,
        #[arg(long, default_value = "")]
        memo: String,
    },
    /// Show what every account holds
    Balance {
        #[command(flatten)]
        period: Period,
    },
    /// Show the movements of one account
    Register {
        account: String,
        #[command(flatten)]
        period: Period,
    },
    /// Show totals per month for an account and everything below it
    Monthly {
        prefix: String,
        #[command(flatten)]
        period: Period,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let store = Store::open(cli.file);
    match cli.command {
        Command::Add {
            date,
            debit,
            credit,
            amount,
            memo,
        } => {
            store.append(&Entry {
                date,
                debit,
                credit,
                amount,
                memo,
            })?;
        }
        Command::Balance { period } => {
            for (account, amount) in report::balances(&store.load()?, &period) {
                println!("{amount:>12}  {account}");
            }
        }
        Command::Register { account, period } => {
            for line in report::register(&store.load()?, &account, &period) {
                println!(
                    "{}  {:>12} {:>12}  {}",
                    line.date, line.amount, line.running, line.other
                );
            }
        }
        Command::Monthly { prefix, period } => {
            for ((year, month), amount) in report::monthly(&store.load()?, &prefix, &period) {
                println!("{year}-{month:02}  {amount:>12}");
            }
        }
    }
    Ok(())
}
