// Any bytes as a record: a decoder that has seen records of another shape reads the same rows as a
// new one.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sql/decode.h"

namespace {

using namespace wr::sql;

InputSchema schema_of(RecordFormat format) {
    InputSchema schema;
    schema.stream_name = "S";
    schema.format = format;
    schema.columns = {{"A", "VARCHAR(4)", "$.a"},
                      {"B", "INTEGER", "$.b.c"},
                      {"C", "DECIMAL(9,3)", "$.c"},
                      {"D", "TIMESTAMP", "$.d"},
                      {"E", "BOOLEAN", "$.e"},
                      {"F", "VARCHAR(100)", "$.b"},
                      {"G", "REAL", "$.c"},
                      {"H", "DOUBLE", "$.h"},
                      {"I", "TINYINT", "$.i"},
                      {"L", "VARCHAR(20)", "$.l[0:]"}};
    return schema;
}

void append(std::string& text, const Vector& column, size_t row) {
    const Datum value = column.get(row);
    if (value.null) {
        text += "null,";
        return;
    }
    text += std::to_string(value.i) + ' ' + std::to_string(std::bit_cast<uint64_t>(value.d)) + ' ';
    text += value.s;
    text += ',';
}

/// What the decoder says of the record: its rows, and what is bad in it.
std::string read(Decoder& decoder, std::string_view bytes) {
    std::string text;
    const Decoder::Output output{[&](const Batch& batch) {
                                     for (size_t row = 0; row < batch.rows; ++row) {
                                         for (const auto& column : batch.columns)
                                             if (column) append(text, *column, row);
                                         text += '\n';
                                     }
                                 },
                                 [&](std::string_view raw, const std::string& message) {
                                     text += message;
                                     text += raw;
                                 }};
    const Record record{bytes, "s", "1", "k", wr::base::Timestamp{}};
    decoder.decode({&record, 1}, 0, output);
    return text;
}

void check(RecordFormat format, std::string_view lesson, std::string_view bytes) {
    static const ProgramPtr programs[] = {*compile("", {schema_of(RecordFormat::Json)}, {"S"}),
                                          *compile("", {schema_of(RecordFormat::Csv)}, {"S"})};
    const Program& program = *programs[format == RecordFormat::Json ? 0 : 1];
    const auto fresh = make_decoder(program.inputs[0], program.streams[0].columns);
    const auto taught = make_decoder(program.inputs[0], program.streams[0].columns);
    if (!fresh || !taught) std::abort();
    for (int i = 0; i < 4; ++i) (void)read(**taught, lesson);
    if (read(**taught, bytes) != read(**fresh, bytes)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // The lesson is the first half.
    const std::string_view half = text.substr(0, size / 2);
    const std::string_view rest = text.substr(size / 2);
    // A record's bytes end where nobody may read on.
    check(RecordFormat::Json, std::string(half), std::string(rest));
    check(RecordFormat::Csv, std::string(half), std::string(rest));
    return 0;
}
