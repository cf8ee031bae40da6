//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};

use ledger_cli::entry::{Amount, Entry};
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
    }
    Ok(())
}
