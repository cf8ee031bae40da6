package example.loanoffice;

import java.time.Clock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class LoanOfficeApplication {

    public static void main(String[] args) {
        SpringApplication.run(LoanOfficeApplication.class, args);
    }

    /** The clock that decides which day it is; tests replace it with a fixed one. */
    @Bean
    Clock clock() {
        return Clock.systemDefaultZone();
    }
}
