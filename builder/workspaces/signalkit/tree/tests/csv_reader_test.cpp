#include <doctest/doctest.h>

#include <sstream>
#include <stdexcept>

#include "signalkit/csv_reader.hpp"

using namespace signalkit;

TEST_CASE("time and value are read below the header") {
    std::istringstream in("time,value\n0.0,1.5\n0.1,1.75\n");

    const auto samples = read_csv(in);

    REQUIRE(samples.size() == 2);
    CHECK(samples[1].time_s == doctest::Approx(0.1));
    CHECK(samples[1].value == doctest::Approx(1.75));
}

TEST_CASE("separator, header and columns can be chosen") {
    std::istringstream in("a;7.5;0.2\n\nb;8.5;0.4\n");

    const auto samples = read_csv(in, {.separator = ';', .has_header = false, .time_column = 2, .value_column = 1});

    REQUIRE(samples.size() == 2);
    CHECK(samples[0].time_s == doctest::Approx(0.2));
    CHECK(samples[1].value == doctest::Approx(8.5));
}

TEST_CASE("the error names the line") {
    std::istringstream in("time,value\n0.0,1.5\n0.1,n/a\n");

    try {
        (void)read_csv(in);
        FAIL("no error");
    } catch (const CsvError& error) {
        CHECK(error.line() == 3);
        CHECK(std::string(error.what()) == "line 3: not a number: 'n/a'");
    }
}

TEST_CASE("a file that is not there is an error") {
    CHECK_THROWS_AS((void)read_csv_file("no/such/file.csv"), std::runtime_error);
}
