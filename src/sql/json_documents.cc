// Several documents in one record: each ends where its first bracket is closed.
#include "sql/decode.h"

namespace wr::sql {

std::vector<std::string_view> split_json_documents(std::string_view text) {
    std::vector<std::string_view> pieces;
    size_t start = 0;
    size_t depth = 0;
    bool in_string = false;
    const auto finish = [&](size_t end) {
        const auto piece = text.substr(start, end - start);
        if (piece.find_first_not_of(" \t\r\n") != std::string_view::npos) pieces.push_back(piece);
        start = end;
    };
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"' && depth > 0) {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (depth++ == 0) finish(i);
        } else if ((c == '}' || c == ']') && depth > 0 && --depth == 0) {
            finish(i + 1);
        }
    }
    finish(text.size());
    return pieces;
}

}  // namespace wr::sql
