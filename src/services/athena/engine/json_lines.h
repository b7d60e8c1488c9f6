#pragma once
// JSON records, however they are separated, as one record per line with lower-case keys.

#include <string>
#include <string_view>
#include <vector>

namespace wr::athena {

/// Firehose writes records one after the other without a separator; a reader of lines would lose
/// all but the first. Hive's names are case-insensitive, DuckDB's reader is not: hence the keys.
///
/// A line feed always ends a record, as in Athena; what is not JSON stays a line of its own, for
/// the reader to refuse.
class JsonLines {
public:
    /// `forgives`: a line that is not whole JSON becomes {}, a row of nulls, as openx makes it.
    explicit JsonLines(bool lower_keys, bool forgives = false)
        : lower_keys_(lower_keys), forgives_(forgives) {}

    /// Appends whole and partial lines to `out`.
    void feed(std::string_view bytes, std::string& out);
    /// Ends the last line.
    void finish(std::string& out);
    /// Bytes of the longest line so far, its line feed not counted.
    size_t longest_line_bytes() const { return longest_line_bytes_; }

private:
    void inside_string(char c);
    void outside_string(char c, std::string& out);
    void end_record(std::string& out);

    const bool lower_keys_;
    const bool forgives_;
    std::string line_;
    size_t longest_line_bytes_ = 0;
    std::vector<bool> objects_;  ///< open containers: object or array
    bool in_string_ = false;
    bool escaped_ = false;
    bool in_key_ = false;
    bool expects_key_ = false;
};

}  // namespace wr::athena
