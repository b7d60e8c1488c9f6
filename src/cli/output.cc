// Rendering of tables and objects.
#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace wr::cli {
namespace {

std::string text_of(const base::Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? value.as_string() : value.dump();
}

/// Characters, not bytes: columns of non-ASCII names stay aligned.
size_t width(const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted.push_back('"');
        quoted.push_back(c);
    }
    return quoted + "\"";
}

std::string box(const Table& table) {
    std::vector<size_t> widths;
    for (const std::string& column : table.columns) widths.push_back(width(column));
    for (const auto& row : table.rows) {
        for (size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width(text_of(row[i])));
        }
    }
    std::string out;
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string text;
        for (size_t i = 0; i < cells.size(); ++i) {
            text += cells[i];
            if (i + 1 < cells.size()) text += std::string(widths[i] - width(cells[i]) + 2, ' ');
        }
        out += text + "\n";
    };
    line(table.columns);
    std::vector<std::string> rule;
    for (const size_t size : widths) rule.emplace_back(size, '-');
    line(rule);
    for (const auto& row : table.rows) {
        std::vector<std::string> cells;
        for (const base::Json& value : row) cells.push_back(text_of(value));
        line(cells);
    }
    return out;
}

base::Json row_object(const Table& table, const std::vector<base::Json>& row) {
    base::Json object{base::Json::Object{}};
    for (size_t i = 0; i < row.size(); ++i) object.set(table.columns[i], row[i]);
    return object;
}

std::string separated(const Table& table, Format format) {
    std::string out;
    const bool is_csv = format == Format::Csv;
    const auto line = [&](const std::vector<std::string>& cells) {
        if (!is_csv) out += "| ";
        for (size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) out += is_csv ? "," : " | ";
            out += is_csv ? csv_cell(cells[i]) : cells[i];
        }
        out += is_csv ? "\n" : " |\n";
    };
    line(table.columns);
    if (!is_csv) line(std::vector<std::string>(table.columns.size(), "---"));
    for (const auto& row : table.rows) {
        std::vector<std::string> cells;
        for (const base::Json& value : row) cells.push_back(text_of(value));
        line(cells);
    }
    return out;
}

}  // namespace

bool parse_format(const std::string& text, Format piped, Format& format) {
    if (text.empty()) {
        format = isatty(STDOUT_FILENO) != 0 ? Format::Table : piped;
        return true;
    }
    constexpr std::pair<const char*, Format> known[] = {{"table", Format::Table},
                                                        {"box", Format::Table},
                                                        {"json", Format::Json},
                                                        {"jsonl", Format::JsonLines},
                                                        {"csv", Format::Csv},
                                                        {"markdown", Format::Markdown},
                                                        {"name", Format::Name}};
    for (const auto& [name, value] : known) {
        if (text != name) continue;
        format = value;
        return true;
    }
    return false;
}

std::string render(const Table& table, Format format) {
    std::string out;
    switch (format) {
        case Format::Table:
            return box(table);
        case Format::Csv:
        case Format::Markdown:
            return separated(table, format);
        case Format::Name:
            for (const auto& row : table.rows) out += text_of(row.front()) + "\n";
            return out;
        case Format::JsonLines:
            for (const auto& row : table.rows) out += row_object(table, row).dump() + "\n";
            return out;
        case Format::Json: {
            base::Json list{base::Json::Array{}};
            for (const auto& row : table.rows) list.push(row_object(table, row));
            return list.dump_pretty() + "\n";
        }
    }
    return out;
}

std::string render(const base::Json& object, Format format) {
    if (format == Format::JsonLines) return object.dump() + "\n";
    if (format == Format::Json) return object.dump_pretty() + "\n";
    Table table{{"property", "value"}, {}};
    for (const auto& [key, value] : object.as_object()) table.rows.push_back({key, value});
    return render(table, format);
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace wr::cli
