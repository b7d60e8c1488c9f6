// wildrydes app explain: the graph of an application's streams and pumps.
#include <CLI/App.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "sql/export/script.h"

namespace wr::cli {
namespace {

using sql::ScriptDescription;
using Columns = std::vector<std::pair<std::string, std::string>>;

struct Graph {
    ScriptDescription script;
    std::vector<std::pair<std::string, Columns>> inputs;  ///< columns may be unknown
    std::vector<std::string> sources;                     ///< where they come from, by input

    Columns columns_of(const std::string& stream) const {
        for (const auto& declared : script.streams)
            if (declared.name == stream) return declared.columns;
        for (const auto& [name, columns] : inputs)
            if (name == stream) return columns;
        return {};
    }
};

std::string text_of(const Columns& columns) {
    std::string text;
    for (const auto& [name, type] : columns) text += (text.empty() ? "" : ", ") + name + " " + type;
    return text;
}

/// Draws from each input downwards; what has several ways to it is drawn once.
class Tree {
public:
    explicit Tree(const Graph& graph) : graph_(graph) {
        for (const auto& name : graph.script.results()) results_.insert(name);
    }

    std::string draw() {
        for (size_t i = 0; i < graph_.inputs.size(); ++i) {
            const auto& [name, columns] = graph_.inputs[i];
            if (!out_.empty()) out_ += "\n";
            const std::string source = i < graph_.sources.size() ? graph_.sources[i] : "";
            out_ += name + "  (input" + (source.empty() ? "" : " from " + source) + ")\n";
            drawn_.insert(name);
            below(name, "");
        }
        for (const auto& stream : graph_.script.streams)
            if (!drawn_.contains(stream.name)) {
                drawn_.insert(stream.name);
                out_ += "\n" + stream.name + "  (nothing writes to it)\n";
                below(stream.name, "");
            }
        return out_;
    }

private:
    void below(const std::string& stream, const std::string& indent) {
        std::vector<const sql::PumpDescription*> pumps;
        for (const auto& pump : graph_.script.pumps)
            if (std::find(pump.reads.begin(), pump.reads.end(), stream) != pump.reads.end())
                pumps.push_back(&pump);
        const std::string columns = text_of(graph_.columns_of(stream));
        if (!columns.empty()) out_ += indent + (pumps.empty() ? "   " : "│  ") + columns + "\n";
        for (size_t i = 0; i < pumps.size(); ++i) {
            const bool last = i + 1 == pumps.size();
            pump(*pumps[i], stream, indent, last);
        }
    }

    void pump(const sql::PumpDescription& pump,
              const std::string& from,
              const std::string& indent,
              bool last) {
        const std::string inner = indent + (last ? "   " : "│  ");
        out_ += indent + (last ? "└─ " : "├─ ") + pump.name;
        const bool again = !drawn_pumps_.insert(pump.name).second;
        if (again) {
            out_ += "  (above)\n";
            return;
        }
        std::string others;
        for (const auto& other : pump.reads)
            if (other != from) others += (others.empty() ? "" : ", ") + other;
        out_ += (others.empty() ? "" : "  also reads " + others) + "\n";
        size_t width = 0;
        for (const auto& [word, text] : pump.steps) width = std::max(width, word.size());
        for (const auto& [word, text] : pump.steps)
            out_ += inner + "│  " + word + std::string(width - word.size() + 2, ' ') + text + "\n";
        const bool drawn = !drawn_.insert(pump.writes).second;
        out_ += inner + "└─ " + pump.writes +
                (drawn                            ? "  (above)"
                 : results_.contains(pump.writes) ? "  (result)"
                                                  : "") +
                "\n";
        if (!drawn) below(pump.writes, inner + "   ");
    }

    const Graph& graph_;
    std::set<std::string> results_;
    std::set<std::string> drawn_;
    std::set<std::string> drawn_pumps_;
    std::string out_;
};

std::string json_text(const std::string& text) {
    return base::Json(text).dump();
}

/// For Graphviz: streams as boxes, pumps as ovals.
std::string dot(const Graph& graph) {
    std::string out = "digraph application {\n  rankdir=LR;\n";
    for (const auto& [name, columns] : graph.inputs)
        out += "  " + json_text(name) + " [shape=box, style=bold];\n";
    for (const auto& stream : graph.script.streams)
        out += "  " + json_text(stream.name) + " [shape=box];\n";
    for (const auto& pump : graph.script.pumps) {
        std::string label = pump.name;
        for (const auto& [word, text] : pump.steps)
            if (word != "select") label += "\n" + word + " " + text;
        const std::string node = json_text("pump " + pump.name);
        out += "  " + node + " [label=" + json_text(label) + "];\n";
        for (const auto& from : pump.reads) out += "  " + json_text(from) + " -> " + node + ";\n";
        out += "  " + node + " -> " + json_text(pump.writes) + ";\n";
    }
    return out + "}\n";
}

base::Json json(const Graph& graph) {
    const auto columns = [](const Columns& from) {
        base::Json list{base::Json::Array{}};
        for (const auto& [name, type] : from) {
            base::Json column;
            column.set("name", name);
            column.set("type", type);
            list.push(std::move(column));
        }
        return list;
    };
    base::Json streams{base::Json::Array{}};
    const auto add = [&](const std::string& name, const char* kind, const Columns& from) {
        base::Json stream;
        stream.set("name", name);
        stream.set("kind", kind);
        stream.set("columns", columns(from));
        streams.push(std::move(stream));
    };
    const auto results = graph.script.results();
    for (const auto& [name, known] : graph.inputs) add(name, "input", known);
    for (const auto& stream : graph.script.streams) {
        const bool result = std::find(results.begin(), results.end(), stream.name) != results.end();
        add(stream.name, result ? "result" : "stream", stream.columns);
    }
    base::Json pumps{base::Json::Array{}};
    for (const auto& from : graph.script.pumps) {
        base::Json pump;
        pump.set("name", from.name);
        base::Json reads{base::Json::Array{}};
        for (const auto& name : from.reads) reads.push(name);
        pump.set("reads", std::move(reads));
        pump.set("writes", from.writes);
        base::Json steps{base::Json::Array{}};
        for (const auto& [word, text] : from.steps) steps.push(base::Json::Array{word, text});
        pump.set("steps", std::move(steps));
        pumps.push(std::move(pump));
    }
    base::Json object;
    object.set("streams", std::move(streams));
    object.set("pumps", std::move(pumps));
    return object;
}

Columns columns_of(const sql::InputSchema& schema) {
    Columns columns;
    for (const auto& column : schema.columns) columns.emplace_back(column.name, column.sql_type);
    return columns;
}

int explain(Context& context, const AppRunFlags& flags) {
    if (!flags.format.empty() && flags.format != "tree" && flags.format != "dot" &&
        flags.format != "json")
        return fail(exit_usage, "-o: tree, dot or json");
    LoadedScript loaded;
    if (const auto failed = load_script(context, flags, loaded)) return *failed;
    Graph graph;
    for (const auto& arn : loaded.sources) graph.sources.push_back(resource_name(arn));
    const std::string& code = loaded.code;
    const auto& inputs = loaded.inputs;
    auto script = sql::describe_script(code);
    if (!script) return tell_compile_error(flags.script, code, script.error());
    graph.script = *std::move(script);
    // With the columns known, names and types are checked as well.
    if (!inputs.empty() && !compile_told(flags.script, code, inputs, {})) return exit_no;
    for (const auto& input : inputs)
        graph.inputs.emplace_back(input.in_app_name, columns_of(*input.schema));
    if (inputs.empty())
        for (const auto& name : graph.script.inputs) graph.inputs.emplace_back(name, Columns{});
    if (flags.format == "dot")
        print(dot(graph));
    else if (flags.format == "json")
        print(json(graph).dump_pretty() + "\n");
    else
        print(Tree(graph).draw());
    return exit_ok;
}

}  // namespace

void add_app_explain(CLI::App& app, Selection& selection) {
    auto flags = std::make_shared<AppRunFlags>();
    flags->from = "horizon";
    CLI::App* command =
        app.add_subcommand("explain", "Draw the streams and pumps of a script or an application");
    command->add_option("script", flags->script, "FILE.sql, or an application's name")->required();
    add_input_options(*command, *flags);
    command->add_option("-o,--output", flags->format, "tree, dot or json");
    take_one_value_each(*command);
    command->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return explain(context, *flags); };
    });
}

}  // namespace wr::cli
