// Code and schemas to a program: streams first, then pumps in order, then the checks over the whole
// graph.
#include "sql/compile.h"

#include <algorithm>

#include "base/hash.h"
#include "base/json_writer.h"
#include "sql/binder.h"
#include "sql/cast.h"
#include "sql/parser.h"
#include "sql/plan.h"
#include "sql/user_functions.h"

namespace wr::sql {
namespace {

StreamColumn plain_column(std::string name, Type type) {
    StreamColumn column;
    base::append_json_string(column.json_key, name);
    column.json_key += ':';
    column.name = std::move(name);
    column.type = type;
    return column;
}

Stream make_error_stream() {
    const auto text = [](int32_t length) { return make_type(TypeKind::VarChar, length); };
    const Type moment = make_type(TypeKind::Timestamp);
    Stream stream;
    stream.name = std::string(error_stream_name);
    stream.kind = StreamKind::Error;
    stream.columns = {plain_column("ERROR_TIME", moment),
                      plain_column("ERROR_LEVEL", text(10)),
                      plain_column("ERROR_NAME", text(32)),
                      plain_column("MESSAGE", text(4096)),
                      plain_column("DATA_ROWTIME", moment),
                      plain_column("DATA_ROW", text(49152)),
                      plain_column("PUMP_NAME", text(128))};
    return stream;
}

class ProgramBuilder {
public:
    Compiled<ProgramPtr> build(std::string_view code,
                               const std::vector<InputSchema>& inputs,
                               const std::vector<std::string>& outputs) {
        for (const auto& schema : inputs) WR_TRY_VOID(add_input(schema));
        WR_TRY(const ast::Application application, parse_application(code));
        for (const auto& function : application.functions) WR_TRY_VOID(functions_.add(function));
        for (const auto& stream : application.streams) WR_TRY_VOID(add_stream(stream));
        program_.error_stream = static_cast<uint32_t>(program_.streams.size());
        program_.streams.push_back(make_error_stream());
        for (const auto& pump : application.pumps) WR_TRY_VOID(add_pump(pump));
        WR_TRY_VOID(refuse_cycles(application));
        mark_used_columns(outputs);
        program_.fingerprint = fingerprint(code, inputs);
        return ProgramPtr(std::make_shared<const Program>(std::move(program_)));
    }

private:
    Compiled<void> add_input(const InputSchema& schema) {
        Stream stream;
        stream.name = schema.stream_name;
        stream.kind = schema.table ? StreamKind::Table : StreamKind::Input;
        stream.input = static_cast<uint32_t>(program_.inputs.size());
        if (find_stream(schema.stream_name) != program_.streams.size())
            return error_at({}, "two inputs are called '" + schema.stream_name + "'");
        for (const auto& column : schema.columns) {
            auto type = parse_type(column.sql_type);
            if (!type || type->is_interval())
                return error_at({},
                                "column '" + column.name + "' of the input has the type '" +
                                    column.sql_type + "', expected a SQL type");
            stream.columns.push_back(plain_column(column.name, *type));
        }
        if (!schema.table) add_system_columns(stream);
        program_.inputs.push_back(schema);
        program_.streams.push_back(std::move(stream));
        return {};
    }

    static void add_system_columns(Stream& stream) {
        const size_t first = stream.columns.size();
        stream.columns.push_back(
            plain_column("APPROXIMATE_ARRIVAL_TIME", make_type(TypeKind::Timestamp)));
        stream.columns.push_back(plain_column("SHARD_ID", make_type(TypeKind::VarChar, 64)));
        stream.columns.push_back(plain_column("PARTITION_KEY", make_type(TypeKind::VarChar, 256)));
        stream.columns.push_back(
            plain_column("SEQUENCE_NUMBER", make_type(TypeKind::VarChar, 128)));
        for (size_t i = first; i < stream.columns.size(); ++i) stream.columns[i].system = true;
    }

    size_t find_stream(const std::string& name) const {
        const auto at = std::find_if(program_.streams.begin(),
                                     program_.streams.end(),
                                     [&](const Stream& stream) { return stream.name == name; });
        return static_cast<size_t>(at - program_.streams.begin());
    }

    Compiled<void> add_stream(const ast::CreateStream& written) {
        const std::string& name = written.name.text;
        if (name == error_stream_name || name == "ERROR_STREAM")
            return error_at(written.name.span, "the name error_stream is reserved");
        if (const size_t at = find_stream(name); at < program_.streams.size()) {
            if (program_.streams[at].kind != StreamKind::Declared)
                return error_at(written.name.span,
                                "the stream '" + name + "' is an input of the application");
            return error_at(written.name.span, "the stream '" + name + "' is created twice");
        }
        Stream stream;
        stream.name = name;
        for (const auto& column : written.columns) {
            if (column.type.is_interval())
                return error_at(column.name.span,
                                "a column cannot have the type " + column.type.to_text());
            for (const auto& other : stream.columns)
                if (other.name == column.name.text)
                    return error_at(column.name.span,
                                    "the column '" + column.name.text + "' is there twice");
            stream.columns.push_back(plain_column(column.name.text, column.type));
            stream.columns.back().not_null = column.not_null;
        }
        program_.streams.push_back(std::move(stream));
        return {};
    }

    Compiled<void> add_pump(const ast::CreatePump& written) {
        for (const auto& other : program_.pumps)
            if (other.name == written.name.text)
                return error_at(written.name.span,
                                "the pump '" + other.name + "' is created twice");
        const size_t target = find_stream(written.target.text);
        if (target == program_.streams.size())
            return error_at(written.target.span, "Table '" + written.target.text + "' not found");
        if (program_.streams[target].kind != StreamKind::Declared)
            return error_at(written.target.span,
                            "a pump cannot insert into '" + written.target.text + "'");
        WR_TRY(Relation relation, QueryBinder(program_.streams, functions_).bind(*written.query));
        auto root = std::make_unique<Node>();
        root->kind = NodeKind::Insert;
        root->stream = static_cast<uint32_t>(target);
        WR_TRY_VOID(assign(written, relation, program_.streams[target], *root));
        root->inputs.push_back(std::move(relation.node));
        const auto pump = static_cast<uint32_t>(program_.pumps.size());
        program_.streams[target].writers.push_back(pump);
        for_each_source(*root,
                        [&](uint32_t stream) { program_.streams[stream].readers.push_back(pump); });
        program_.pumps.push_back({written.name.text, std::move(root)});
        return {};
    }

    template <typename Visit>
    static void for_each_source(const Node& node, const Visit& visit) {
        if (node.kind == NodeKind::Source) visit(node.stream);
        for (const auto& input : node.inputs) for_each_source(*input, visit);
    }

    /// Which target column each column of the query goes to, and the conversions on the way.
    static Compiled<void> assign(const ast::CreatePump& written,
                                 const Relation& relation,
                                 const Stream& target,
                                 Node& root) {
        std::vector<const ast::Name*> named;
        for (const auto& name : written.target_columns) named.push_back(&name);
        const size_t expected = named.empty() ? target.columns.size() : named.size();
        if (relation.columns.size() != expected)
            return error_at(written.query->span,
                            "Number of INSERT target columns (" + std::to_string(expected) +
                                ") does not equal number of source items (" +
                                std::to_string(relation.columns.size()) + ")");
        root.expressions.resize(target.columns.size());
        for (size_t i = 0; i < expected; ++i) {
            const BoundPtr value = make_column(static_cast<uint32_t>(i), relation.columns[i]);
            if (!named.empty() && named[i]->text == "ROWTIME") {
                if (value->type.kind != TypeKind::Timestamp)
                    return error_at(named[i]->span, "ROWTIME must be a TIMESTAMP");
                root.rowtime = value;
                continue;
            }
            size_t at = i;
            if (!named.empty()) {
                WR_TRY(at, place_of(*named[i], target));
                if (root.expressions[at])
                    return error_at(named[i]->span,
                                    "the column '" + named[i]->text + "' is there twice");
            }
            const auto& column = target.columns[at];
            if (!can_assign(value->type, column.type))
                return error_at(item_span(*written.query, i),
                                "Cannot assign to target field '" + column.name + "' of type " +
                                    column.type.to_text() + " from source field '" +
                                    relation.columns[i].name + "' of type " +
                                    value->type.to_text());
            root.expressions[at] = converted(value, column.type);
        }
        for (size_t i = 0; i < target.columns.size(); ++i) {
            root.types.push_back(target.columns[i].type);
            if (root.expressions[i]) continue;
            if (target.columns[i].not_null)
                return error_at(written.target.span,
                                "Column '" + target.columns[i].name +
                                    "' has no default value and does not allow NULLs");
            WR_TRY(BoundPtr nothing, bind_literal(ast::Expr{}));
            root.expressions[i] = converted(std::move(nothing), target.columns[i].type);
        }
        return {};
    }

    static Compiled<size_t> place_of(const ast::Name& name, const Stream& target) {
        for (size_t i = 0; i < target.columns.size(); ++i)
            if (target.columns[i].name == name.text) return i;
        return error_at(name.span, "Unknown target column '" + name.text + "'");
    }

    Compiled<void> refuse_cycles(const ast::Application& application) const {
        for (size_t first = 0; first < program_.pumps.size(); ++first) {
            std::vector<uint8_t> seen(program_.streams.size(), 0);
            std::vector<uint32_t> open = {program_.pumps[first].root->stream};
            while (!open.empty()) {
                const uint32_t stream = open.back();
                open.pop_back();
                if (seen[stream]++ != 0) continue;
                for (const uint32_t reader : program_.streams[stream].readers) {
                    if (reader == first)
                        return error_at(
                            application.pumps[first].name.span,
                            "the pump '" + program_.pumps[first].name + "' feeds itself");
                    open.push_back(program_.pumps[reader].root->stream);
                }
            }
        }
        return {};
    }

    /// Conditions read the columns of both sides, keys those of their own.
    void mark_used_by_join(const Node& node, std::vector<uint8_t> wanted) {
        if (node.predicate) collect_columns(*node.predicate, wanted);
        size_t first = 0;
        for (size_t side = 0; side < 2; ++side) {
            const size_t width = node.inputs[side]->types.size();
            const auto from = wanted.begin() + static_cast<ptrdiff_t>(first);
            std::vector<uint8_t> used(from, from + static_cast<ptrdiff_t>(width));
            for (const auto& key : node.windows[side].partition) collect_columns(*key, used);
            mark_used(*node.inputs[side], used);
            first += width;
        }
    }

    /// `wanted` tells which of the node's output columns are read above it.
    void mark_used(const Node& node, const std::vector<uint8_t>& wanted) {
        if (node.kind == NodeKind::Source) {
            auto& columns = program_.streams[node.stream].columns;
            for (size_t i = 0; i < columns.size(); ++i)
                columns[i].used = columns[i].used || wanted[i] != 0;
            return;
        }
        if (node.kind == NodeKind::Values) return;
        if (node.kind == NodeKind::Join || node.kind == NodeKind::Lookup) {
            mark_used_by_join(node, wanted);
            return;
        }
        if (node.kind == NodeKind::Union) {
            for (const auto& input : node.inputs) mark_used(*input, wanted);
            return;
        }
        std::vector<const BoundExpr*> read;
        const auto add = [&read](const BoundPtr& expr) {
            if (expr) read.push_back(expr.get());
        };
        for (const auto& expr : node.expressions) add(expr);
        add(node.predicate);
        add(node.rowtime);
        for (const auto& call : node.aggregates) {
            add(call.arg);
            add(call.otherwise);
        }
        for (const auto& window : node.windows)
            for (const auto& key : window.partition) add(key);
        for (const auto& input : node.inputs) {
            std::vector<uint8_t> used(input->types.size(), 0);
            for (const auto* expr : read) collect_columns(*expr, used);
            // The input's columns go through a window as they are.
            if (node.kind == NodeKind::Over)
                for (size_t i = 0; i < used.size(); ++i) used[i] = used[i] | wanted[i];
            mark_used(*input, used);
        }
    }

    void mark_used_columns(const std::vector<std::string>& outputs) {
        for (auto& stream : program_.streams) {
            const bool leaves =
                std::find(outputs.begin(), outputs.end(), stream.name) != outputs.end();
            if (stream.kind == StreamKind::Input || stream.kind == StreamKind::Table)
                for (auto& column : stream.columns) column.used = leaves && !column.system;
        }
        for (const auto& pump : program_.pumps) mark_used(*pump.root, {});
    }

    static uint32_t fingerprint(std::string_view code, const std::vector<InputSchema>& inputs) {
        uint32_t crc = base::crc32c(code);
        const auto add = [&crc](const std::string& text) {
            crc = base::crc32c(text, crc);
            crc = base::crc32c(std::string_view("\0", 1), crc);
        };
        for (const auto& schema : inputs) {
            for (const auto* text : {&schema.stream_name,
                                     &schema.row_path,
                                     &schema.row_delimiter,
                                     &schema.column_delimiter})
                add(*text);
            add(schema.format == RecordFormat::Json ? "json" : "csv");
            if (schema.table) add("table");
            for (const auto& column : schema.columns)
                for (const auto* text : {&column.name, &column.sql_type, &column.mapping})
                    add(*text);
        }
        return crc;
    }

    Program program_;
    UserFunctions functions_;
};

}  // namespace

Compiled<ProgramPtr> compile(std::string_view code,
                             const std::vector<InputSchema>& inputs,
                             const std::vector<std::string>& outputs) {
    return ProgramBuilder().build(code, inputs, outputs);
}

std::vector<std::string> stream_names(const Program& program) {
    std::vector<std::string> names;
    for (const auto& stream : program.streams)
        if (stream.kind != StreamKind::Table) names.push_back(stream.name);
    return names;
}

std::vector<ColumnDescription> stream_columns(const Program& program,
                                              std::string_view stream_name) {
    std::vector<ColumnDescription> described;
    for (const auto& stream : program.streams) {
        if (stream.name != stream_name) continue;
        for (const auto& column : stream.columns)
            if (!column.system) described.push_back({column.name, column.type.to_text()});
    }
    return described;
}

bool reads_sequence_numbers(const Program& program, std::string_view stream_name) {
    for (const auto& stream : program.streams) {
        if (stream.name != stream_name) continue;
        for (const auto& column : stream.columns)
            if (column.system && column.used && column.name == "SEQUENCE_NUMBER") return true;
    }
    return false;
}

}  // namespace wr::sql
