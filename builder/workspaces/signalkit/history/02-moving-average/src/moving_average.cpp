#include "signalkit/moving_average.hpp"

#include <limits>

namespace signalkit {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

MovingAverage::MovingAverage(std::size_t window) : values_(window) {}

double MovingAverage::add(double value) {
    values_.push(value);
    return this->value();
}

double MovingAverage::value() const {
    if (values_.empty()) {
        return nan;
    }

    // Summed anew each time: a running sum would keep a NaN, and its rounding errors, for ever.
    double sum = 0.0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        sum += values_[i];
    }

    return sum / static_cast<double>(values_.size());
}

std::vector<double> smooth(const double* values, std::size_t count, std::size_t window) {
    MovingAverage average(window);
    std::vector<double> smoothed;
    smoothed.reserve(count);

    for (std::size_t i = 0; i < count; ++i) {
        smoothed.push_back(average.add(values[i]));
    }

    return smoothed;
}

}  // namespace signalkit
