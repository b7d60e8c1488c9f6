// Reads and rewrites .case files: keywords at the start of a line, their content indented by two.
#include "case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/time_format.h"

namespace wr::golden {
namespace {

constexpr const char* default_day = "2018-03-18 ";
constexpr const char* default_start = "03:00:00";

std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    std::istringstream in(line);
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

std::string with_line_breaks(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escaped = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'N';
        out += escaped ? '\n' : text[i];
        if (escaped) ++i;
    }
    return out;
}

/// "03:14:00" is that time of the default day; "2018-04-01T03:14:00" any other.
std::optional<base::Timestamp> time_of(const std::string& word) {
    return base::parse_iso8601(word.find('-') == std::string::npos ? default_day + word : word);
}

/// "Name : VARCHAR(16) : $.Name"; the path may be missing.
std::optional<sql::InputColumn> column_of(const std::string& line) {
    const auto first = line.find(" : ");
    if (first == std::string::npos) return std::nullopt;
    const auto second = line.find(" : ", first + 3);
    sql::InputColumn column;
    column.name = line.substr(0, first);
    column.sql_type =
        line.substr(first + 3, second == std::string::npos ? second : second - first - 3);
    if (second != std::string::npos) column.mapping = line.substr(second + 3);
    return column;
}

/// The text after "word=" among `words`, or the default.
std::string option(const std::vector<std::string>& words,
                   const std::string& word,
                   const std::string& otherwise) {
    for (const auto& candidate : words)
        if (candidate.starts_with(word + "=")) return candidate.substr(word.size() + 1);
    return otherwise;
}

class Reader {
public:
    explicit Reader(CaseFile& file) : file_(file) {}

    /// An error text, or nothing.
    std::optional<std::string> run() {
        for (number_ = 0; number_ < file_.lines.size(); ++number_) {
            const std::string& line = file_.lines[number_];
            const bool good = take(line);
            if (!good)
                return file_.path + ":" + std::to_string(number_ + 1) + ": cannot read: " + line;
        }
        return std::nullopt;
    }

private:
    bool take(const std::string& line) {
        if (line.empty()) return true;
        if (line.starts_with("  ")) return content(line.substr(2));
        if (line[0] == '#') {
            if (!file_.cases.empty()) file_.cases.back().comment += line.substr(1) + "\n";
            return true;
        }
        if (line.starts_with("=== ")) return start_case(line.substr(4));
        const auto words = words_of(line);
        keyword_ = words[0];
        if (keyword_ == "input") return start_input(words);
        if (file_.cases.empty()) return false;
        if (keyword_ == "script" || keyword_ == "row" || keyword_ == "expressions") return true;
        if (keyword_ == "started") return start_time(words);
        if (keyword_ == "at" || keyword_ == "advance") return start_step(words);
        return start_expectation(words);
    }

    bool start_case(const std::string& name) {
        Case next;
        next.file = std::filesystem::path(file_.path).filename().string();
        next.name = name;
        next.inputs = common_;
        next.started = *time_of(default_start);
        own_inputs_ = false;
        keyword_.clear();
        const bool fresh = std::none_of(file_.cases.begin(),
                                        file_.cases.end(),
                                        [&](const Case& other) { return other.name == name; });
        file_.cases.push_back(std::move(next));
        return fresh;
    }

    std::vector<sql::InputSchema>& inputs() {
        return file_.cases.empty() ? common_ : file_.cases.back().inputs;
    }

    bool start_input(const std::vector<std::string>& words) {
        if (words.size() < 3 || (words[2] != "json" && words[2] != "csv")) return false;
        if (!file_.cases.empty() && !own_inputs_) inputs().clear();
        own_inputs_ = true;
        sql::InputSchema schema;
        schema.stream_name = words[1];
        if (words[2] == "csv") schema.format = sql::RecordFormat::Csv;
        schema.table = std::find(words.begin(), words.end(), "table") != words.end();
        schema.row_path = option(words, "rows", schema.row_path);
        schema.column_delimiter = option(words, "columns", schema.column_delimiter);
        schema.row_delimiter = option(words, "lines", schema.row_delimiter);
        inputs().push_back(schema);
        return true;
    }

    bool start_time(const std::vector<std::string>& words) {
        const auto time = words.size() == 2 ? time_of(words[1]) : std::nullopt;
        if (time) file_.cases.back().started = *time;
        return time.has_value();
    }

    bool start_step(const std::vector<std::string>& words) {
        Case& current = file_.cases.back();
        const auto time = words.size() >= 2 ? time_of(words[1]) : std::nullopt;
        if (!time) return false;
        Step step;
        step.time = *time;
        if (keyword_ == "at") {
            if (current.inputs.empty()) return false;
            step.stream = option(words, "stream", current.inputs.front().stream_name);
            step.shard = option(words, "shard", "shardId-000000000000");
            step.partition_key = option(words, "key", "key");
            const auto arrival = time_of(option(words, "arrival", words[1]));
            if (!arrival) return false;
            step.arrival = *arrival;
        }
        current.steps.push_back(std::move(step));
        return true;
    }

    bool start_expectation(const std::vector<std::string>& words) {
        Expectation next;
        if (keyword_ == "errors") {
            next.form = Form::Errors;
        } else if (keyword_ == "compile-error") {
            next.form = Form::CompileError;
        } else if (keyword_ == "rows" && words.size() >= 2) {
            next.stream = words[1];
            const std::string form = words.size() > 2 ? words[2] : "json";
            if (form != "json" && form != "csv" && form != "timed") return false;
            next.form = form == "json" ? Form::Json : form == "csv" ? Form::Csv : Form::Timed;
        } else {
            return false;
        }
        next.first_line = next.end_line = number_ + 1;
        file_.cases.back().expectations.push_back(std::move(next));
        return true;
    }

    bool content(const std::string& text) {
        if (keyword_ == "input") {
            const auto column = column_of(text);
            if (column && !inputs().empty()) inputs().back().columns.push_back(*column);
            return column.has_value();
        }
        if (file_.cases.empty() || keyword_.empty()) return false;
        Case& current = file_.cases.back();
        if (keyword_ == "script") {
            current.script += (current.script.empty() ? "" : "\n") + text;
        } else if (keyword_ == "row") {
            current.row = text;
        } else if (keyword_ == "at") {
            current.steps.back().records.push_back(with_line_breaks(text));
        } else if (keyword_ == "expressions") {
            return expression(current, text);
        } else if (keyword_ == "advance" || keyword_ == "started") {
            return false;
        } else {
            current.expectations.back().lines.push_back(text);
            current.expectations.back().end_line = number_ + 1;
        }
        return true;
    }

    bool expression(Case& current, const std::string& text) const {
        const auto first = text.find(" | ");
        const auto last = text.rfind(" | ");
        if (first == std::string::npos || first == last) return false;
        Expression next;
        next.sql_type = text.substr(0, first);
        next.text = text.substr(first + 3, last - first - 3);
        next.expected = text.substr(last + 3);
        next.line = number_;
        current.expressions.push_back(std::move(next));
        return true;
    }

    CaseFile& file_;
    size_t number_ = 0;
    std::string keyword_;
    std::vector<sql::InputSchema> common_;
    bool own_inputs_ = false;
};

}  // namespace

base::Result<CaseFile, std::string> read_case_file(const std::string& path) {
    CaseFile file;
    file.path = path;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) file.lines.push_back(line);
    if (file.lines.empty()) return base::Failure<std::string>{path + ": nothing to read"};
    if (auto error = Reader(file).run()) return base::Failure<std::string>{std::move(*error)};
    return file;
}

std::string on_one_line(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\N";
        else
            out += c;
    }
    return out;
}

bool rewrite(const CaseFile& file, std::vector<Replacement> replacements) {
    std::sort(replacements.begin(), replacements.end(), [](const auto& a, const auto& b) {
        return a.first_line > b.first_line;
    });
    std::vector<std::string> lines = file.lines;
    const auto at = [&lines](size_t line) { return lines.begin() + static_cast<ptrdiff_t>(line); };
    for (const auto& replacement : replacements) {
        lines.erase(at(replacement.first_line), at(replacement.end_line));
        lines.insert(
            at(replacement.first_line), replacement.lines.begin(), replacement.lines.end());
    }
    std::ofstream out(file.path, std::ios::trunc);
    for (const auto& line : lines) out << line << '\n';
    return static_cast<bool>(out.flush());
}

}  // namespace wr::golden
