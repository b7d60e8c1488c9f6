// Any text as Athena SQL: DDL parser, translation, the JSON splitter; no crash, and no way to name
// a file.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/athena/engine/ddl.h"
#include "services/athena/engine/hive_type.h"
#include "services/athena/engine/json_lines.h"
#include "services/athena/engine/translate.h"

namespace {

std::string lines_of(std::string_view bytes, size_t step, bool forgives) {
    wr::athena::JsonLines lines(true, forgives);
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += step) lines.feed(bytes.substr(at, step), out);
    lines.finish(out);
    return out;
}

/// A text or a call directly after FROM or JOIN would be a file or a table function.
void check_translated(const std::string& sql) {
    const auto tokens = wr::athena::tokenize(sql);
    if (!tokens) std::abort();
    for (size_t i = 0; i + 1 < tokens->size(); ++i)
        if ((*tokens)[i].is("JOIN") && (i == 0 || !(*tokens)[i - 1].is(".")) &&
            (*tokens)[i + 1].kind == wr::athena::TokenKind::String)
            std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr::athena;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)parse_ddl(text);
    (void)to_duckdb_type(text);
    const auto translation = translate(text, "default", [](const TableName&) { return true; });
    if (translation) check_translated(translation->sql);
    for (const bool forgives : {false, true})
        if (lines_of(text, size + 1, forgives) != lines_of(text, 3, forgives)) std::abort();
    return 0;
}
