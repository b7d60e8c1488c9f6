// Any bytes as the pattern of a log parser and a line: fields within the line, or an error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "sql/log_parser.h"

namespace {

constexpr std::string_view names[] = {"REGEX_LOG_PARSE",
                                      "FAST_REGEX_LOG_PARSE",
                                      "W3C_LOG_PARSE",
                                      "SYS_LOG_PARSE",
                                      "VARIABLE_COLUMN_LOG_PARSE",
                                      "FIXED_COLUMN_LOG_PARSE"};

}  // namespace

/// A digit that chooses the parser, its arguments one a line, an empty line, the log line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    if (rest.empty()) return 0;
    const std::string_view name = names[static_cast<unsigned char>(rest[0]) % std::size(names)];
    rest.remove_prefix(1);
    std::vector<wr::sql::LogArgument> arguments;
    while (!rest.empty() && arguments.size() < 5) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const auto text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (text.empty()) break;
        const bool number =
            arguments.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
        arguments.push_back({std::string(text), number, {}});
    }
    const auto parser = wr::sql::make_log_parser(name, arguments, {});
    if (!parser) {
        if (parser.error().message.empty()) std::abort();
        return 0;
    }
    wr::sql::Arena arena;
    std::vector<wr::sql::Datum> values;
    std::string error;
    const wr::sql::LogLine line{rest, 1'521'342'000'000, 1'521'342'000'000};
    if (!(*parser)->parse(line, arena, values, error)) {
        if (error.empty()) std::abort();
    } else if (values.size() != (*parser)->fields().size()) {
        std::abort();
    }
    return 0;
}
