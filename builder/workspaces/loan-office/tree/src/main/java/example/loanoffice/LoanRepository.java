package example.loanoffice;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;

@Repository
public class LoanRepository {

    private static final String SELECT =
            "SELECT id, item, borrower, lent_on, due_on, returned_on FROM loan ";

    private final JdbcClient jdbc;

    public LoanRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public List<Loan> findAll() {
        return jdbc.sql(SELECT + "ORDER BY due_on, id").query(Loan.class).list();
    }

    public Optional<Loan> findById(long id) {
        return jdbc.sql(SELECT + "WHERE id = :id").param("id", id).query(Loan.class).optional();
    }

    public List<Loan> findByItem(String text) {
        String pattern = "%" + text.toLowerCase(Locale.ROOT) + "%";
        return jdbc.sql(SELECT + "WHERE LOWER(item) LIKE '" + pattern + "' ORDER BY due_on, id")
                .query(Loan.class)
                .list();
    }

    public boolean isOnLoan(String item) {
        return jdbc.sql("SELECT COUNT(*) FROM loan WHERE item = :item AND returned_on IS NULL")
                .param("item", item)
                .query(Integer.class)
                .single() > 0;
    }

    /** How many items the borrower has not brought back. */
    public int countOpen(String borrower) {
        return jdbc.sql("SELECT COUNT(*) FROM loan WHERE borrower = :borrower")
                .param("borrower", borrower)
                .query(Integer.class)
                .single();
    }

    public Loan insert(String item, String borrower, LocalDate lentOn, LocalDate dueOn) {
        KeyHolder keys = new GeneratedKeyHolder();
        jdbc.sql("""
                INSERT INTO loan (item, borrower, lent_on, due_on)
                VALUES (:item, :borrower, :lentOn, :dueOn)
                """)
                .param("item", item)
                .param("borrower", borrower)
                .param("lentOn", lentOn)
                .param("dueOn", dueOn)
                .update(keys);
        return new Loan(keys.getKeyAs(Long.class), item, borrower, lentOn, dueOn, null);
    }

    public void update(Loan loan) {
        jdbc.sql("UPDATE loan SET due_on = :dueOn, returned_on = :returnedOn WHERE id = :id")
                .param("dueOn", loan.dueOn())
                .param("returnedOn", loan.returnedOn())
                .param("id", loan.id())
                .update();
    }
}
