"""Check a journal without building ledger: a summary, then the rows that it would refuse."""

import csv
import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

ACCOUNT = re.compile(r"(assets|liabilities|equity|income|expenses)(:[a-z0-9-]+)+")


def problems(row: dict[str, str]) -> list[str]:
    found = [
        f"invalid account {row[side]}"
        for side in ("debit", "credit")
        if not ACCOUNT.fullmatch(row[side])
    ]
    if row["debit"] == row["credit"]:
        found.append(f"debit and credit are both {row['debit']}")
    try:
        if Decimal(row["amount"]) <= 0:
            found.append(f"amount {row['amount']} is not positive")
    except InvalidOperation:
        found.append(f"invalid amount {row['amount']}")
    return found


def main(path: Path) -> int:
    if not path.is_file():
        print(f"no such journal: {path}", file=sys.stderr)
        return 2
    with path.open(newline="", encoding="utf-8") as journal:
        rows = list(csv.DictReader(journal))
    accounts = {row[side] for row in rows for side in ("debit", "credit")}
    print(f"{len(rows)} entries, {len(accounts)} accounts")
    bad = 0
    for number, row in enumerate(rows, start=2):
        for problem in problems(row):
            print(f"line {number}: {problem}")
            bad += 1
    print(f"{bad} problems")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: check_journal.py JOURNAL")
    sys.exit(main(Path(sys.argv[1])))
