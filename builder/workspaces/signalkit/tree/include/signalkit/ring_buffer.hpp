#pragma once

#include <cassert>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace signalkit {

/// The last `capacity` values: pushing into a full buffer drops the oldest one.
template <typename T>
class RingBuffer {
public:
    explicit RingBuffer(std::size_t capacity) : slots_(capacity) {
        if (capacity == 0) {
            throw std::invalid_argument("RingBuffer: the capacity must not be 0");
        }
    }

    void push(const T& value) {
        slots_[slot(size_)] = value;
        if (full()) {
            first_ = slot(1);
        } else {
            ++size_;
        }
    }

    void clear() noexcept {
        first_ = 0;
        size_ = 0;
    }

    /// The value at `index`, where 0 is the oldest. Unchecked in release builds.
    [[nodiscard]] const T& operator[](std::size_t index) const {
        assert(index < size_);
        return slots_[slot(index)];
    }

    /// The value at `index`. Throws std::out_of_range.
    [[nodiscard]] const T& at(std::size_t index) const {
        if (index >= size_) {
            throw std::out_of_range("RingBuffer: index past the end");
        }
        return slots_[slot(index)];
    }

    /// The oldest value. The buffer must not be empty.
    [[nodiscard]] const T& front() const {
        assert(!empty());
        return slots_[first_];
    }

    /// The newest value. The buffer must not be empty.
    [[nodiscard]] const T& back() const {
        assert(!empty());
        return slots_[first_ + size_ - 1];
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return slots_.size(); }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] bool full() const noexcept { return size_ == slots_.size(); }

private:
    [[nodiscard]] std::size_t slot(std::size_t offset) const noexcept {
        return (first_ + offset) % slots_.size();
    }

    std::vector<T> slots_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace signalkit
