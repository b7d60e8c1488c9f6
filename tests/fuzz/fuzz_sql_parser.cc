// Any bytes as application code: a program or an error with a position, never more.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sql/compile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::vector<wr::sql::InputSchema> inputs = [] {
        wr::sql::InputSchema schema;
        schema.stream_name = "SOURCE_SQL_STREAM_001";
        schema.columns = {{"Name", "VARCHAR(16)", "$.Name"},
                          {"Distance", "DOUBLE", "$.Distance"},
                          {"PRICE", "DECIMAL(8,2)", "$.price"},
                          {"N", "INTEGER", "$.n"},
                          {"T", "TIMESTAMP", "$.t"}};
        return std::vector<wr::sql::InputSchema>{schema};
    }();
    const auto program = wr::sql::compile({reinterpret_cast<const char*>(data), size}, inputs);
    if (!program && program.error().message.empty()) std::abort();
    return 0;
}
