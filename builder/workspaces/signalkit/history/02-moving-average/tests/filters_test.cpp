#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "signalkit/moving_average.hpp"
#include "signalkit/ring_buffer.hpp"

using namespace signalkit;

TEST_CASE("a ring buffer keeps the last values, the oldest first") {
    RingBuffer<int> buffer(3);
    for (const int value : {1, 2, 3, 4}) {
        buffer.push(value);
    }

    CHECK(buffer.full());
    CHECK(buffer.front() == 2);
    CHECK(buffer[1] == 3);
    CHECK(buffer.at(2) == 4);
    CHECK_THROWS_AS((void)buffer.at(3), std::out_of_range);
}

TEST_CASE("a ring buffer without capacity is refused") {
    CHECK_THROWS_AS(RingBuffer<int>(0), std::invalid_argument);
}

TEST_CASE("a moving average forgets what has left the window") {
    MovingAverage average(3);

    CHECK(std::isnan(average.value()));
    CHECK(average.add(3.0) == doctest::Approx(3.0));
    CHECK(average.add(6.0) == doctest::Approx(4.5));
    CHECK_FALSE(average.is_warm());
    CHECK(average.add(9.0) == doctest::Approx(6.0));
    CHECK(average.is_warm());
    CHECK(average.add(12.0) == doctest::Approx(9.0));
}

TEST_CASE("a NaN is gone once it has left the window") {
    MovingAverage average(2);

    CHECK(std::isnan(average.add(std::nan(""))));
    CHECK(std::isnan(average.add(4.0)));
    CHECK(average.add(6.0) == doctest::Approx(5.0));
}

TEST_CASE("smoothing keeps the number of values") {
    const std::vector<double> signal{1.0, 3.0, 5.0, 7.0};

    const auto smoothed = smooth(signal.data(), signal.size(), 2);

    CHECK(smoothed == std::vector<double>{1.0, 2.0, 4.0, 6.0});
    CHECK(smooth(signal.data(), 0, 2).empty());
}
