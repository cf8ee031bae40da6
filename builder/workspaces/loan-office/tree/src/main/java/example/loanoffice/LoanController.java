package example.loanoffice;

import java.net.URI;
import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/loans")
public class LoanController {

    private final LoanService service;

    public LoanController(LoanService service) {
        this.service = service;
    }

    public record LendRequest(
            @NotBlank @Size(max = 80) String item,
            @NotBlank @Size(max = 80) String borrower) {
    }

    @GetMapping
    public List<Loan> list(@RequestParam(name = "q", required = false) String text) {
        return service.list(text);
    }

    @GetMapping("/overdue")
    public List<Loan> overdue() {
        return service.overdue();
    }

    @GetMapping("/{id}")
    public Loan get(@PathVariable long id) {
        return service.get(id);
    }

    @PostMapping
    public ResponseEntity<Loan> lend(@Valid @RequestBody LendRequest request) {
        Loan loan = service.lend(request.item(), request.borrower());
        return ResponseEntity.created(URI.create("/api/loans/" + loan.id())).body(loan);
    }

    @PostMapping("/{id}/return")
    public Loan giveBack(@PathVariable long id) {
        return service.giveBack(id);
    }

    @PostMapping("/{id}/extension")
    public Loan extend(@PathVariable long id) {
        return service.extend(id);
    }
}
