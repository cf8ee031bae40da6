use chrono::NaiveDate;
use ledger_cli::entry::{Amount, Entry};
use ledger_cli::report::{balances, monthly, register, yearly, Period};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn entry(date: &str, debit: &str, credit: &str, amount: &str) -> Entry {
    Entry {
        date: day(date),
        debit: debit.to_string(),
        credit: credit.to_string(),
        amount: amount.parse().expect("an amount"),
        memo: String::new(),
    }
}

fn spring() -> Vec<Entry> {
    vec![
        entry("2025-03-01", "assets:bank", "income:salary", "2400.00"),
        entry("2025-03-02", "expenses:rent", "assets:bank", "850.00"),
        entry("2025-03-09", "expenses:food", "assets:bank", "41.5"),
        entry("2025-04-03", "expenses:food:market", "assets:bank", "18.20"),
    ]
}

#[test]
fn balances_add_debits_and_subtract_credits() {
    let totals = balances(&spring(), &Period::default());
    assert_eq!(totals["assets:bank"], Amount::from_cents(149_030));
    assert_eq!(totals["income:salary"], Amount::from_cents(-240_000));
}

#[test]
fn a_period_starts_on_its_first_day() {
    let period = Period {
        since: Some(day("2025-03-02")),
        until: None,
    };
    let totals = balances(&spring(), &period);
    assert_eq!(totals["assets:bank"], Amount::from_cents(-90_970));
}

#[test]
fn the_register_keeps_a_running_balance() {
    let lines = register(&spring(), "assets:bank", &Period::default());
    let running: Vec<String> = lines.iter().map(|line| line.running.to_string()).collect();
    assert_eq!(running, ["2400.00", "1550.00", "1508.50", "1490.30"]);
    assert_eq!(lines[1].other, "expenses:rent");
}

#[test]
fn monthly_totals_cover_accounts_below_the_prefix() {
    let months = monthly(&spring(), "expenses:food", &Period::default());
    assert_eq!(months[&(2025, 3)], Amount::from_cents(4_150));
    assert_eq!(months[&(2025, 4)], Amount::from_cents(1_820));
}

#[test]
fn yearly_totals_add_up_the_months() {
    let years = yearly(&spring(), "expenses", &Period::default());
    assert_eq!(years[&2025], Amount::from_cents(90_970));
}

#[test]
fn entries_between_the_same_account_are_refused() {
    let same = entry("2025-03-01", "assets:bank", "assets:bank", "1.00");
    assert!(same.validate().is_err());
}
