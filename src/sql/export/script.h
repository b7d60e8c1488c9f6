#pragma once
// What a script says about itself, from its text alone: streams, pumps, and what each pump does.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/source.h"

namespace wr::sql {

struct PumpDescription {
    std::string name;
    std::vector<std::string> reads;  ///< streams, each once, in the order of the text
    std::string writes;
    /// What happens to the rows, in order: ("where", "\"HealthPoints\" < 100"). The text is the
    /// script's own, on one line.
    std::vector<std::pair<std::string, std::string>> steps;
};

struct DeclaredStream {
    std::string name;
    std::vector<std::pair<std::string, std::string>> columns;  ///< name and type
};

struct ScriptDescription {
    std::vector<std::string> inputs;  ///< read but not created: what must come from outside
    std::vector<DeclaredStream> streams;
    std::vector<PumpDescription> pumps;

    /// Streams that some pump writes and none reads: what the script is there for. When every
    /// stream is read by some pump, all that are written.
    std::vector<std::string> results() const;
};

/// The syntax is checked, and that there are functions of the names called; columns are not.
Compiled<ScriptDescription> describe_script(std::string_view code);

/// The text between two positions, without its line breaks and comments' ends put right: runs of
/// white space are one blank. Parentheses that open before or close after are taken in.
std::string text_at(std::string_view code, const SourceSpan& span);

/// The line of `span` and a line of carets below its characters, for messages on a terminal. Ends
/// with a newline; both lines are indented by four blanks.
std::string underlined(std::string_view code, const SourceSpan& span);

}  // namespace wr::sql
