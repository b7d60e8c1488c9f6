#pragma once
// Data on standard output: tables for people, JSON for programs.

#include <string>
#include <vector>

#include "base/json.h"

namespace wr::cli {

enum class Format { Table, Json, JsonLines, Csv, Markdown, Name };

/// table, box, json, jsonl, csv, markdown, name; empty: a table on a terminal, else `piped`.
/// False when `text` is none of them.
bool parse_format(const std::string& text, Format piped, Format& format);

struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<base::Json>> rows;  ///< null prints as nothing
};

/// One row an object in JSON; the first column alone with Name.
std::string render(const Table& table, Format format);
/// One object: two columns as a table, pretty JSON otherwise.
std::string render(const base::Json& object, Format format);
/// Writes and flushes; a closed pipe ends the output quietly.
void print(const std::string& text);

}  // namespace wr::cli
