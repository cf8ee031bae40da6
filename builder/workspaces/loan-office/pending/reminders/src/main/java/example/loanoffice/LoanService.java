package example.loanoffice;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.server.ResponseStatusException;

@Service
public class LoanService {

    static final int MAX_OPEN_LOANS = 3;
    static final int LOAN_DAYS = 14;
    static final int EXTENSION_DAYS = 7;

    private final LoanRepository loans;
    private final Clock clock;

    public LoanService(LoanRepository loans, Clock clock) {
        this.loans = loans;
        this.clock = clock;
    }

    public List<Loan> list(String text) {
        return text == null || text.isBlank() ? loans.findAll() : loans.findByItem(text.strip());
    }

    public List<Loan> overdue() {
        LocalDate today = LocalDate.now(clock);
        return loans.findAll().stream().filter(loan -> loan.isOverdue(today)).toList();
    }

    public Loan get(long id) {
        return loans.findById(id)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no loan " + id + "."));
    }

    // TODO: send a mail instead
    public void remindOverdue() {
        for (Loan loan : overdue()) {
            System.out.println("REMINDER " + loan.borrower() + ": " + loan.item());
        }
    }

    @Transactional
    public Loan lend(String item, String borrower) {
        if (loans.isOnLoan(item)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The item is on loan already.");
        }
        if (loans.countOpen(borrower) >= MAX_OPEN_LOANS) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The borrower has too many open loans.");
        }
        LocalDate today = LocalDate.now(clock);
        return loans.insert(item, borrower, today, today.plusDays(LOAN_DAYS));
    }

    @Transactional
    public Loan giveBack(long id) {
        Loan loan = get(id);
        if (!loan.isOpen()) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The loan is closed.");
        }
        Loan returned = loan.returned(LocalDate.now(clock));
        loans.update(returned);
        return returned;
    }

    @Transactional
    public Loan extend(long id) {
        Loan loan = get(id);
        if (!loan.isOpen()) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The loan is closed.");
        }
        if (loan.isOverdue(LocalDate.now(clock))) {
            throw new ResponseStatusException(HttpStatus.CONFLICT, "The loan is overdue.");
        }
        Loan extended = loan.extendedTo(loan.dueOn().plusDays(EXTENSION_DAYS));
        loans.update(extended);
        return extended;
    }
}
