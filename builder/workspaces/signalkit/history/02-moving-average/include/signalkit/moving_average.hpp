#pragma once

#include <cstddef>
#include <vector>

#include "signalkit/ring_buffer.hpp"

namespace signalkit {

/// The mean of the last `window` values.
class MovingAverage {
public:
    /// Throws std::invalid_argument for a window of 0.
    explicit MovingAverage(std::size_t window);

    /// Takes a value in and returns the new mean.
    double add(double value);

    /// The mean, or NaN before the first value.
    [[nodiscard]] double value() const;

    /// Whether as many values have been seen as the window is wide.
    [[nodiscard]] bool is_warm() const noexcept { return values_.full(); }

    void reset() noexcept { values_.clear(); }

private:
    RingBuffer<double> values_;
};

/// The moving average after each of `count` values; the first ones average what there is so far.
std::vector<double> smooth(const double* values, std::size_t count, std::size_t window);

}  // namespace signalkit
