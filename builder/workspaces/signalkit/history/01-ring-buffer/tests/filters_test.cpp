#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <stdexcept>

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
