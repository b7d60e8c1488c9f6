// Rows as tables that grow, JSON or CSV.
#include "cli/row_printer.h"

#include <algorithm>
#include <cstdio>

#include "base/encoding.h"
#include "base/time_format.h"

namespace wr::cli {
namespace {

constexpr size_t held_max = 400;
constexpr uint64_t errors_told_max = 10;
constexpr size_t error_data_characters = 200;

size_t width(const std::string& text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool is_number_type(const std::string& sql_type) {
    for (const char* kind :
         {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL", "REAL", "DOUBLE"})
        if (sql_type.starts_with(kind)) return true;
    return false;
}

/// Past the string that opens at `at`.
size_t end_of_string(std::string_view json, size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return std::min(at + 1, json.size());
}

/// The values of a row as text; NULL is empty. Numbers keep the engine's digits.
std::vector<std::string> cells_of(std::string_view json) {
    std::vector<std::string> cells;
    size_t at = 1;
    while (at < json.size() && json[at] == '"') {
        at = end_of_string(json, at) + 1;  // the name and its colon
        const size_t from = at;
        const bool text = at < json.size() && json[at] == '"';
        at = text ? end_of_string(json, at) : json.find_first_of(",}", at);
        if (at == std::string_view::npos) break;
        const std::string_view value = json.substr(from, at - from);
        const auto parsed = base::parse_json(text ? value : "null");
        cells.emplace_back(parsed && text    ? parsed->as_string()
                           : value == "null" ? ""
                                             : std::string(value));
        // A line break would tear the table.
        for (char& c : cells.back())
            if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        ++at;
    }
    return cells;
}

/// Of the columns of the error stream those that say something; the row as text.
std::vector<std::string> error_cells(const std::vector<std::string>& row) {
    if (row.size() != 7) return row;
    std::string data = base::hex_decode(row[5]).value_or("");
    for (char& c : data)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    while (data.ends_with(' ')) data.pop_back();
    if (data.size() > error_data_characters) data = data.substr(0, error_data_characters) + "...";
    return {row[0], row[2], row[6], row[3], data};
}

std::string csv_line(const std::vector<std::string>& names) {
    std::string line;
    for (const auto& name : names) {
        if (!line.empty()) line += ',';
        const bool plain = name.find_first_of(",\"\n") == std::string::npos;
        if (plain) {
            line += name;
            continue;
        }
        line += '"';
        for (const char c : name) line += c == '"' ? std::string("\"\"") : std::string(1, c);
        line += '"';
    }
    return line + "\n";
}

std::string json_line(const std::string& json, const std::string& rowtime) {
    if (rowtime.empty()) return json;
    return "{\"ROWTIME\":\"" + rowtime + (json == "{}" ? "\"}" : "\"," + json.substr(1));
}

}  // namespace

RowPrinter::RowPrinter(const sql::Program& program,
                       const std::vector<std::string>& streams,
                       const RowPrinterOptions& options)
    : options_(options) {
    for (const auto& name : streams) {
        Printed& stream = streams_.emplace_back();
        stream.name = name;
        stream.is_errors = name == sql::error_stream_name && options.format == Format::Table;
        if (options.with_rowtime) {
            stream.columns.emplace_back("ROWTIME");
            stream.right.push_back(false);
        }
        if (stream.is_errors)
            for (const char* column : {"time", "error", "pump", "message", "row"}) {
                stream.columns.emplace_back(column);
                stream.right.push_back(false);
            }
        for (const auto& column : sql::stream_columns(program, name)) {
            if (stream.is_errors) break;
            stream.columns.push_back(column.name);
            stream.right.push_back(is_number_type(column.sql_type));
        }
        for (const auto& column : stream.columns) stream.widths.push_back(width(column));
    }
}

void RowPrinter::on_rows(const sql::Rows& rows) {
    const auto at = std::find_if(streams_.begin(), streams_.end(), [&](const Printed& stream) {
        return stream.name == rows.stream_name();
    });
    const bool is_error = rows.stream_name() == sql::error_stream_name;
    for (size_t i = 0; i < rows.size(); ++i) {
        if (is_error) {
            ++errors_;
            if (at == streams_.end()) {
                std::string json;
                rows.append_json(i, json);
                tell_error(json);
            }
        }
        if (at == streams_.end() || is_full()) continue;
        Held held;
        if (options_.with_rowtime) held.rowtime = base::format_sql_timestamp(rows.rowtime(i));
        if (options_.format == Format::Csv)
            rows.append_csv(i, held.csv);
        else
            rows.append_json(i, held.json);
        hold(*at, std::move(held));
    }
}

void RowPrinter::add(const std::string& name, std::string json) {
    const auto at = std::find_if(
        streams_.begin(), streams_.end(), [&](const Printed& s) { return s.name == name; });
    if (at == streams_.end() || is_full()) return;
    Held held;
    held.json = std::move(json);
    if (options_.format == Format::Csv) held.csv = csv_line(cells_of(held.json));
    hold(*at, std::move(held));
}

void RowPrinter::hold(Printed& stream, Held held) {
    while (held.json.ends_with('\n')) held.json.pop_back();
    stream.held.push_back(std::move(held));
    ++rows_;
    if (++held_ >= held_max) flush();
}

void RowPrinter::tell_error(const std::string& json) {
    if (options_.quiet_errors || errors_ > errors_told_max) return;
    const auto row = base::parse_json(json);
    if (!row) return;
    const std::string& pump = (*row)["PUMP_NAME"].as_string();
    std::string data = base::hex_decode((*row)["DATA_ROW"].as_string()).value_or("");
    while (!data.empty() && (data.back() == '\n' || data.back() == '\r')) data.pop_back();
    if (data.size() > error_data_characters) data = data.substr(0, error_data_characters) + "...";
    std::string text = "wildrydes: " + (pump.empty() ? "" : pump + ": ") +
                       (*row)["MESSAGE"].as_string() + (data.empty() ? "" : ": " + data) + "\n";
    if (errors_ == errors_told_max) text += "wildrydes: further errors are only counted\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
}

std::string RowPrinter::line_of(const Printed& stream,
                                const std::vector<std::string>& cells) const {
    std::string line;
    for (size_t i = 0; i < cells.size() && i < stream.widths.size(); ++i) {
        const std::string pad(stream.widths[i] - std::min(stream.widths[i], width(cells[i])), ' ');
        if (i > 0) line += "  ";
        line += stream.right[i] ? pad + cells[i] : cells[i] + pad;
    }
    while (line.ends_with(' ')) line.pop_back();
    return line + "\n";
}

void RowPrinter::print_table(Printed& stream) {
    std::vector<std::vector<std::string>> lines;
    for (const auto& held : stream.held) {
        auto cells = cells_of(held.json);
        if (stream.is_errors) cells = error_cells(cells);
        if (options_.with_rowtime) cells.insert(cells.begin(), held.rowtime);
        for (size_t i = 0; i < cells.size() && i < stream.widths.size(); ++i)
            stream.widths[i] = std::max(stream.widths[i], width(cells[i]));
        lines.push_back(std::move(cells));
    }
    std::string out;
    const bool turns = streams_.size() > 1 && last_ != &stream;
    if (turns) out += (last_ != nullptr ? "\n" : "") + stream.name + "\n";
    if (turns || !stream.has_header) {
        stream.has_header = true;
        out += line_of(stream, stream.columns);
        std::vector<std::string> rule;
        for (const size_t size : stream.widths) rule.emplace_back(size, '-');
        out += line_of(stream, rule);
    }
    for (const auto& cells : lines) out += line_of(stream, cells);
    print(out);
}

void RowPrinter::flush(Printed& stream) {
    if (stream.held.empty()) return;
    std::string out;
    const bool several = streams_.size() > 1;
    switch (options_.format) {
        case Format::Csv:
            if (!stream.has_header) out += csv_line(stream.columns);
            stream.has_header = true;
            for (const auto& held : stream.held)
                out += (held.rowtime.empty() ? "" : held.rowtime + ",") + held.csv;
            break;
        case Format::Json:
        case Format::JsonLines:
            for (const auto& held : stream.held) {
                std::string json = json_line(held.json, held.rowtime);
                if (several)
                    json =
                        "{\"stream\":" + base::Json(stream.name).dump() + ",\"row\":" + json + "}";
                if (options_.format == Format::JsonLines) {
                    out += json + "\n";
                    continue;
                }
                out += (opened_ ? ",\n " : "[\n ") + json;
                opened_ = true;
            }
            break;
        default:
            print_table(stream);
    }
    if (!out.empty()) print(out);
    stream.held.clear();
    last_ = &stream;
}

void RowPrinter::flush() {
    for (auto& stream : streams_) flush(stream);
    held_ = 0;
}

void RowPrinter::finish() {
    if (finished_) return;
    finished_ = true;
    flush();
    if (options_.format == Format::Json) print(opened_ ? "\n]\n" : "[]\n");
    if (options_.quiet_errors || errors_ <= errors_told_max) return;
    const std::string text = "wildrydes: " + std::to_string(errors_) + " errors in all\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace wr::cli
