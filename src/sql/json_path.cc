// Parsing of the few forms of JSONPath that schemas use.
#include "sql/json_path.h"

#include <algorithm>

namespace wr::sql {
namespace {

base::Failure<CompileError> bad_path(std::string_view path) {
    return error_at({},
                    "the mapping '" + std::string(path) +
                        "' is not a JSON path such as $.name, $.a.b or $.list[0:].x");
}

/// [0:], [*], [2] or ['name'], without the brackets.
bool bracket_step(std::string_view inside, JsonStep& step) {
    if (inside == "0:" || inside == "*") {
        step.kind = JsonStep::Kind::Each;
        return true;
    }
    const bool quoted = inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"') &&
                        inside.back() == inside.front();
    if (quoted) {
        step.key = std::string(inside.substr(1, inside.size() - 2));
        return true;
    }
    if (inside.empty() || inside.size() > 9 ||
        inside.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    step.kind = JsonStep::Kind::Index;
    for (const char c : inside) step.index = step.index * 10 + static_cast<uint64_t>(c - '0');
    return true;
}

JsonNode& child(std::vector<JsonNode>& nodes, const JsonStep& step) {
    const auto at = std::find_if(nodes.begin(), nodes.end(), [&](const JsonNode& node) {
        return node.key == step.key && node.index == step.index;
    });
    if (at != nodes.end()) return *at;
    nodes.emplace_back();
    nodes.back().key = step.key;
    nodes.back().index = step.index;
    return nodes.back();
}

}  // namespace

Compiled<std::vector<JsonStep>> parse_json_path(std::string_view path) {
    std::vector<JsonStep> steps;
    if (!path.starts_with('$')) return bad_path(path);
    size_t at = 1;
    while (at < path.size()) {
        JsonStep step;
        if (path[at] == '.') {
            const size_t end = std::min(path.find_first_of(".[", at + 1), path.size());
            step.key = std::string(path.substr(at + 1, end - at - 1));
            if (step.key.empty()) return bad_path(path);
            at = end;
        } else {
            const size_t end = path[at] == '[' ? path.find(']', at) : std::string_view::npos;
            if (end == std::string_view::npos ||
                !bracket_step(path.substr(at + 1, end - at - 1), step))
                return bad_path(path);
            at = end + 1;
        }
        steps.push_back(std::move(step));
    }
    if (steps.size() > 32) return bad_path(path);
    return steps;
}

bool add_json_path(JsonNode& root, const std::vector<JsonStep>& steps, uint32_t column) {
    JsonNode* at = &root;
    for (size_t i = 0; i < steps.size(); ++i) {
        const JsonStep& step = steps[i];
        if (step.kind == JsonStep::Kind::Key) {
            at = &child(at->keys, step);
        } else if (step.kind == JsonStep::Kind::Index) {
            at = &child(at->indexes, step);
        } else if (i + 1 == steps.size()) {
            break;  // A trailing [0:] is the text of the array.
        } else {
            const auto more = std::any_of(
                steps.begin() + static_cast<ptrdiff_t>(i) + 1, steps.end(), [](const JsonStep& s) {
                    return s.kind == JsonStep::Kind::Each;
                });
            const bool last_is_each =
                steps.back().kind == JsonStep::Kind::Each && i + 2 < steps.size();
            if (more && !last_is_each) return false;
            if (!at->each) at->each = std::make_unique<JsonNode>();
            at = at->each.get();
        }
    }
    at->columns.push_back(column);
    return true;
}

}  // namespace wr::sql
