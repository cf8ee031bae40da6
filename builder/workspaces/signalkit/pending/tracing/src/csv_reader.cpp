#include "signalkit/csv_reader.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

namespace signalkit {

namespace {

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    std::string cell;
    while (std::getline(stream, cell, separator)) {
        cells.push_back(cell);
    }
    return cells;
}

double parse_number(const std::string& cell, std::size_t line) {
    std::istringstream stream(cell);
    double number = 0.0;
    if (!(stream >> number) || !stream.eof()) {
        throw CsvError(line, "not a number: '" + cell + "'");
    }
    return number;
}

}  // namespace

CsvError::CsvError(std::size_t line, const std::string& message)
    : std::runtime_error("line " + std::to_string(line) + ": " + message), line_(line) {}

std::vector<Sample> read_csv(std::istream& in, const CsvOptions& options) {
    std::vector<Sample> samples;
    std::string line;
    std::size_t number = 0;

    while (std::getline(in, line)) {
        ++number;
        if (line.empty() || (options.has_header && number == 1)) {
            continue;
        }

        const auto cells = split(line, options.separator);
        std::cerr << number << ": " << cells.size() << " cells\n";
        samples.push_back({
            parse_number(cells[options.time_column], number),
            parse_number(cells[options.value_column], number),
        });
    }

    return samples;
}

std::vector<Sample> read_csv_file(const std::filesystem::path& path, const CsvOptions& options) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error("cannot open " + path.string());
    }
    return read_csv(file, options);
}

}  // namespace signalkit
