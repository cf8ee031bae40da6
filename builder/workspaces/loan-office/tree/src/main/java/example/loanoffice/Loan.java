package example.loanoffice;

import java.time.LocalDate;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** One item in the hands of one borrower; {@code returnedOn} is null while the loan is open. */
public record Loan(
        long id,
        String item,
        String borrower,
        LocalDate lentOn,
        LocalDate dueOn,
        LocalDate returnedOn) {

    @JsonIgnore
    public boolean isOpen() {
        return returnedOn == null;
    }

    /** A loan is overdue from the day after its due date until the item is back. */
    public boolean isOverdue(LocalDate today) {
        return isOpen() && !today.isBefore(dueOn);
    }

    public Loan extendedTo(LocalDate newDueOn) {
        return new Loan(id, item, borrower, lentOn, newDueOn, returnedOn);
    }

    public Loan returned(LocalDate on) {
        return new Loan(id, item, borrower, lentOn, dueOn, on);
    }
}
