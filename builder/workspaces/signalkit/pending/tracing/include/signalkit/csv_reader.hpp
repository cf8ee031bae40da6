#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <stdexcept>
#include <string>
#include <vector>

namespace signalkit {

/// One measurement: seconds since the start of the recording, and the value.
struct Sample {
    double time_s = 0.0;
    double value = 0.0;
};

struct CsvOptions {
    char separator = ',';
    bool has_header = true;
    std::size_t time_column = 0;
    std::size_t value_column = 1;
};

/// A line that cannot be read; `line()` counts from 1.
class CsvError : public std::runtime_error {
public:
    CsvError(std::size_t line, const std::string& message);

    [[nodiscard]] std::size_t line() const noexcept { return line_; }

private:
    std::size_t line_;
};

/// Reads two columns of numbers. Empty lines are skipped but counted. Throws CsvError.
std::vector<Sample> read_csv(std::istream& in, const CsvOptions& options = {});

/// Reads a file. Throws CsvError, or std::runtime_error if the file cannot be opened.
std::vector<Sample> read_csv_file(const std::filesystem::path& path, const CsvOptions& options = {});

}  // namespace signalkit
