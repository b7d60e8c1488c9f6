// The whole script: tables, views in the order of their use, one statement set.
#include "sql/export/flink.h"

#include <algorithm>
#include <functional>

#include "sql/export/flink_tables.h"

namespace wr::sql {
namespace {

using flink::Block;
using flink::Exported;
using flink::quoted;
using flink::Readable;

class Exporter {
public:
    Exporter(const Program& program, const FlinkOptions& options)
        : program_(program), options_(options), readable_(program.streams.size()) {}

    base::Result<FlinkScript, std::string> run() {
        script_.statements.emplace_back("SET 'table.local-time-zone' = 'UTC'");
        for (const auto& stream : program_.streams) {
            const bool outside =
                stream.kind == StreamKind::Input || stream.kind == StreamKind::Table;
            if (!outside || stream.readers.empty()) continue;
            WR_TRY(std::string table, flink::input_table(program_, stream, options_));
            script_.statements.push_back(std::move(table));
        }
        for (uint32_t i = 0; i < program_.streams.size(); ++i) {
            if (program_.streams[i].kind == StreamKind::Table) readable_[i].has_time = false;
            const bool is_read = !program_.streams[i].readers.empty();
            if (is_read && program_.streams[i].kind == StreamKind::Declared)
                WR_TRY_VOID(add_stream_view(i));
        }
        WR_TRY_VOID(add_outputs());
        script_.statements.push_back("EXECUTE STATEMENT SET\nBEGIN\n" + inserts_ + "END");
        if (options_.time == FlinkTime::Processing)
            notes_.insert(
                "ROWTIME is the processing time, as in the service: a replay gives other windows. "
                "Export with another time for results that can be repeated.");
        script_.notes.assign(notes_.begin(), notes_.end());
        return std::move(script_);
    }

private:
    bool is_output(uint32_t stream) const {
        const Stream& described = program_.streams[stream];
        if (described.kind != StreamKind::Declared || described.writers.empty()) return false;
        const auto& wanted = options_.outputs;
        if (wanted.empty()) return described.readers.empty();
        return std::find(wanted.begin(), wanted.end(), described.name) != wanted.end();
    }

    Exported<Block> rows_of(const Pump& pump) {
        flink::QueryWriter writer(
            program_,
            options_.time != FlinkTime::Processing,
            [this](uint32_t stream) -> const Readable& { return readable_[stream]; },
            [this, &pump](const std::string& select) { return add_helper(pump, select); },
            notes_);
        const Node& root = *pump.root;
        auto below = writer.write(*root.inputs[0]);
        if (!below) return flink::refuse("pump " + pump.name + ": " + below.error());
        Block block = *below;
        block.columns.clear();
        const Stream& target = program_.streams[root.stream];
        for (size_t i = 0; i < target.columns.size(); ++i) {
            const auto& expr = root.expressions[i];
            const std::string type = flink::type_text(target.columns[i].type);
            Exported<std::string> text = "CAST(NULL AS " + type + ")";
            if (expr) text = flink::expression(*expr, *below, notes_);
            if (!text) return flink::refuse("pump " + pump.name + ": " + text.error());
            block.columns.push_back(*std::move(text));
        }
        if (root.rowtime) {
            auto rowtime = flink::expression(*root.rowtime, *below, notes_);
            if (!rowtime) return flink::refuse("pump " + pump.name + ": " + rowtime.error());
            block.rowtime = *std::move(rowtime);
            block.time.clear();
            block.windowed = false;
        }
        return block;
    }

    std::string add_helper(const Pump& pump, const std::string& select) {
        const std::string name = quoted(pump.name + "_" + std::to_string(++helpers_));
        script_.statements.push_back("CREATE TEMPORARY VIEW " + name + " AS\n" + select);
        return name;
    }

    /// A view with the rows of all pumps that write to the stream; what they read comes first.
    Exported<void> add_stream_view(uint32_t stream) {
        if (std::find(viewed_.begin(), viewed_.end(), stream) != viewed_.end()) return {};
        viewed_.push_back(stream);
        const Stream& described = program_.streams[stream];
        std::vector<std::string> names;
        for (const auto& column : described.columns) names.push_back(column.name);
        std::vector<Block> blocks;
        for (const uint32_t writer : described.writers) {
            WR_TRY_VOID(add_sources(*program_.pumps[writer].root));
            WR_TRY(Block block, rows_of(program_.pumps[writer]));
            blocks.push_back(std::move(block));
        }
        if (blocks.empty())
            return flink::refuse("the stream " + described.name + ", to which no pump writes");
        Readable& readable = readable_[stream];
        readable.has_time = !blocks[0].time.empty();
        readable.has_value =
            !blocks[0].rowtime.empty() && (blocks[0].windowed || blocks[0].time.empty());
        std::string select;
        for (const auto& block : blocks) {
            const bool value = !block.rowtime.empty() && (block.windowed || block.time.empty());
            if (block.time.empty() == readable.has_time || value != readable.has_value)
                return flink::refuse("pumps with different kinds of ROWTIME that write to " +
                                     described.name);
            if (!select.empty()) select += "\nUNION ALL\n";
            select += flink::select_text(block, names, true);
        }
        script_.statements.push_back("CREATE TEMPORARY VIEW " + quoted(described.name) + " AS\n" +
                                     select);
        return {};
    }

    Exported<void> add_sources(const Node& node) {
        if (node.kind == NodeKind::Source &&
            program_.streams[node.stream].kind == StreamKind::Declared)
            return add_stream_view(node.stream);
        for (const auto& input : node.inputs) WR_TRY_VOID(add_sources(*input));
        return {};
    }

    Exported<void> add_outputs() {
        for (uint32_t i = 0; i < program_.streams.size(); ++i) {
            if (!is_output(i)) continue;
            const Stream& stream = program_.streams[i];
            // A view already has the name of a stream that is read as well.
            const bool is_read = !stream.readers.empty();
            const std::string table = stream.name + (is_read ? "_OUT" : "");
            script_.statements.push_back(flink::output_table(stream, table, options_));
            if (is_read) {
                Block block;
                block.from = quoted(stream.name);
                for (const auto& column : stream.columns)
                    block.columns.push_back(flink::for_output(quoted(column.name), column.type));
                insert(table, block);
                continue;
            }
            for (const uint32_t writer : stream.writers) {
                WR_TRY(Block block, rows_of(program_.pumps[writer]));
                for (size_t column = 0; column < stream.columns.size(); ++column)
                    block.columns[column] =
                        flink::for_output(block.columns[column], stream.columns[column].type);
                insert(table, block);
            }
        }
        if (inserts_.empty()) return flink::refuse("an application that writes nothing");
        return {};
    }

    void insert(const std::string& table, const Block& block) {
        inserts_ +=
            "INSERT INTO " + quoted(table) + "\n" + flink::select_text(block, {}, false) + ";\n";
    }

    const Program& program_;
    const FlinkOptions& options_;
    std::vector<Readable> readable_;
    std::vector<uint32_t> viewed_;
    flink::Notes notes_;
    FlinkScript script_;
    std::string inserts_;
    int helpers_ = 0;
};

}  // namespace

std::string FlinkScript::to_text() const {
    std::string text = "-- The application as Flink SQL.\n";
    for (const auto& note : notes) {
        std::string line = "--";
        size_t at = 0;
        while (at < note.size()) {
            const size_t end = std::min(note.find(' ', at), note.size());
            if (line.size() + end - at > 98) {
                text += line + "\n";
                line = "--";
            }
            line += " " + note.substr(at, end - at);
            at = end + 1;
        }
        text += line + "\n";
    }
    for (const auto& statement : statements) text += "\n" + statement + ";\n";
    return text;
}

base::Result<FlinkScript, std::string> export_to_flink(const Program& program,
                                                       const FlinkOptions& options) {
    return Exporter(program, options).run();
}

}  // namespace wr::sql
