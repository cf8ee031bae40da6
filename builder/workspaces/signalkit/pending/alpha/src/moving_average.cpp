#include "signalkit/moving_average.hpp"

#include <limits>
#include <stdexcept>

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

ExponentialAverage::ExponentialAverage(double alpha) : alpha_(alpha) {
    if (alpha < 0.0 || alpha > 1.0) {
        throw std::invalid_argument("ExponentialAverage: alpha must be above 0 and at most 1");
    }
}

double ExponentialAverage::add(double value) {
    mean_ = mean_ ? *mean_ + alpha_ * (value - *mean_) : value;
    return *mean_;
}

double ExponentialAverage::value() const noexcept {
    return mean_.value_or(nan);
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
