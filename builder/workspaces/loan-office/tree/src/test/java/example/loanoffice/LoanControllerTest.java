package example.loanoffice;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.time.LocalDate;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.boot.test.mock.mockito.MockBean;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.web.server.ResponseStatusException;

@WebMvcTest(LoanController.class)
class LoanControllerTest {

    @Autowired
    private MockMvc mvc;

    @MockBean
    private LoanService service;

    @Test
    void lendingAnswersCreatedWithTheLocation() throws Exception {
        LocalDate today = LocalDate.of(2025, 3, 3);
        given(service.lend("projector", "ada"))
                .willReturn(new Loan(7, "projector", "ada", today, today.plusDays(14), null));

        mvc.perform(post("/api/loans")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"item\": \"projector\", \"borrower\": \"ada\"}"))
                .andExpect(status().isCreated())
                .andExpect(header().string("Location", "/api/loans/7"))
                .andExpect(jsonPath("$.dueOn").value("2025-03-17"));
    }

    @Test
    void aBlankItemIsRejected() throws Exception {
        mvc.perform(post("/api/loans")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"item\": \" \", \"borrower\": \"ada\"}"))
                .andExpect(status().isBadRequest());

        verify(service, never()).lend(any(), any());
    }

    @Test
    void anUnknownLoanIsNotFound() throws Exception {
        given(service.get(99)).willThrow(new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no loan 99."));

        mvc.perform(get("/api/loans/99"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.detail").value("There is no loan 99."));
    }
}
