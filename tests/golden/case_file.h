#pragma once
// Golden cases of the streaming SQL engine: how they stand in a .case file. See sql/README.md.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sql/engine.h"

namespace wr::golden {

/// Records of one input, or a bound of the wall clock when `stream` is empty.
struct Step {
    base::Timestamp time{};
    base::Timestamp arrival{};
    std::string stream;
    std::string shard;
    std::string partition_key;
    std::vector<std::string> records;
};

enum class Form : uint8_t { Json, Csv, Timed, Errors, CompileError };

/// A block of expected lines and where its lines stand in the file.
struct Expectation {
    Form form = Form::Json;
    std::string stream;
    std::vector<std::string> lines;
    size_t first_line = 0;  ///< of the content, from 0
    size_t end_line = 0;    ///< after the last line of the content
};

/// One line of an expression table: a case of its own, over one row.
struct Expression {
    std::string sql_type;
    std::string text;
    std::string expected;
    size_t line = 0;
};

struct Case {
    std::string file;
    std::string name;
    std::string comment;  ///< the lines with # below the name
    std::vector<sql::InputSchema> inputs;
    base::Timestamp started{};
    std::string script;
    std::vector<Step> steps;
    std::vector<Expectation> expectations;
    std::vector<Expression> expressions;
    std::string row = "{}";

    std::string id() const { return file + ":" + name; }
};

struct CaseFile {
    std::string path;
    std::vector<std::string> lines;
    std::vector<Case> cases;
};

/// On failure the error says the line.
base::Result<CaseFile, std::string> read_case_file(const std::string& path);

/// Line breaks as \N, so that a text is one line of a file.
std::string on_one_line(const std::string& text);

struct Replacement {
    size_t first_line = 0;
    size_t end_line = 0;
    std::vector<std::string> lines;
};
/// Writes the file with its expectations replaced. False when it cannot be written.
bool rewrite(const CaseFile& file, std::vector<Replacement> replacements);

}  // namespace wr::golden
