// The evaluator: a switch over operations, loops over columns.
#include "sql/evaluate.h"

#include <algorithm>
#include <cmath>

#include "sql/cast.h"
#include "sql/evaluate_arithmetic.h"
#include "sql/function.h"
#include "sql/log_parser.h"

namespace wr::sql {
namespace {

using MutableVector = std::shared_ptr<Vector>;

MutableVector make(const BoundExpr& expr, const EvaluationContext& context) {
    auto result = std::make_shared<Vector>(expr.type, context.batch.rows);
    if (expr.type.storage() == Storage::Text) result->keep(context.arena);
    return result;
}

VectorPtr literal(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    auto result = make(expr, context);
    Datum value = expr.literal;
    if (!value.null && expr.type.storage() == Storage::Text)
        value.s = context.arena->copy(expr.text);
    for (const uint32_t row : rows) result->set(row, value);
    return result;
}

VectorPtr rowtime(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    auto result = make(expr, context);
    for (const uint32_t row : rows) {
        result->nulls[row] = 0;
        result->integers[row] = context.batch.rowtimes[row];
    }
    return result;
}

/// Three-valued AND and OR: a row whose answer is settled is not asked again.
VectorPtr connective(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    const int64_t settles = expr.op == Op::Or ? 1 : 0;
    auto result = make(expr, context);
    for (const uint32_t row : rows) {
        result->nulls[row] = 0;
        result->integers[row] = 1 - settles;
    }
    std::vector<uint32_t> open(rows.begin(), rows.end());
    for (const auto& arg : expr.args) {
        const VectorPtr value = evaluate(*arg, context, open);
        std::vector<uint32_t> still_open;
        for (const uint32_t row : open) {
            if (value->nulls[row] != 0) {
                result->nulls[row] = 1;
            } else if (value->integers[row] == settles) {
                result->nulls[row] = 0;
                result->integers[row] = settles;
                continue;
            }
            still_open.push_back(row);
        }
        open = std::move(still_open);
    }
    return result;
}

VectorPtr truth_test(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    const VectorPtr value = evaluate(*expr.args[0], context, rows);
    auto result = make(expr, context);
    for (const uint32_t row : rows) {
        const bool null = value->nulls[row] != 0;
        if (expr.op == Op::IsNull) {
            result->integers[row] = null ? 1 : 0;
        } else if (expr.op == Op::Not) {
            result->nulls[row] = value->nulls[row];
            result->integers[row] = 1 - value->integers[row];
            continue;
        } else {
            const int64_t wanted = expr.op == Op::IsTrue ? 1 : 0;
            result->integers[row] = !null && value->integers[row] == wanted ? 1 : 0;
        }
        result->nulls[row] = 0;
    }
    return result;
}

/// Each branch is evaluated only for the rows that take it.
VectorPtr choose(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    auto result = make(expr, context);
    std::vector<uint32_t> open(rows.begin(), rows.end());
    for (size_t i = 0; i < expr.args.size() && !open.empty(); i += 2) {
        const bool otherwise = i + 1 == expr.args.size();
        std::vector<uint32_t> taken;
        std::vector<uint32_t> rest;
        if (otherwise) {
            taken = std::move(open);
        } else {
            const VectorPtr condition = evaluate(*expr.args[i], context, open);
            for (const uint32_t row : open)
                (condition->nulls[row] == 0 && condition->integers[row] != 0 ? taken : rest)
                    .push_back(row);
        }
        const VectorPtr value = evaluate(*expr.args[otherwise ? i : i + 1], context, taken);
        for (const uint32_t row : taken) result->set(row, value->get(row));
        result->keep_all_of(*value);
        open = std::move(rest);
    }
    return result;
}

VectorPtr cast(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    const VectorPtr value = evaluate(*expr.args[0], context, rows);
    const Type& from = expr.args[0]->type;
    if (from == expr.type) return value;
    auto result = make(expr, context);
    // The common widenings cannot fail.
    if (from.is_integer() && expr.type.kind == TypeKind::Double) {
        for (const uint32_t row : rows) {
            result->nulls[row] = value->nulls[row];
            result->doubles[row] = static_cast<double>(value->integers[row]);
        }
        return result;
    }
    result->keep_all_of(*value);
    std::string error;
    for (const uint32_t row : rows) {
        Datum out;
        if (!cast_value(value->get(row), from, expr.type, *context.arena, out, error)) {
            context.failures.add(row, std::move(error));
            continue;
        }
        result->set(row, out);
    }
    return result;
}

VectorPtr call(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    std::vector<VectorPtr> args;
    auto result = make(expr, context);
    for (const auto& arg : expr.args) {
        args.push_back(evaluate(*arg, context, rows));
        result->keep_all_of(*args.back());
    }
    std::vector<Datum> values(args.size());
    std::string error;
    for (const uint32_t row : rows) {
        bool null = false;
        for (size_t i = 0; i < args.size(); ++i) {
            values[i] = args[i]->get(row);
            null = null || values[i].null;
        }
        if (null) continue;
        const Call one{
            values, expr, *context.arena, context.batch.rowtimes[row], context.started_at, error};
        Datum out;
        if (!expr.function->run(one, out)) {
            context.failures.add(row, std::move(error));
            continue;
        }
        result->set(row, out);
    }
    return result;
}

EvaluatedRecord parse_lines(const BoundExpr& record, EvaluationContext& context, Selection rows) {
    EvaluatedRecord result;
    result.record = &record;
    result.rows.assign(rows.begin(), rows.end());
    const VectorPtr lines = evaluate(*record.args[0], context, rows);
    std::vector<MutableVector> fields;
    for (const auto& described : record.parser->fields()) {
        fields.push_back(std::make_shared<Vector>(described.type, context.batch.rows));
        fields.back()->keep(context.arena);
        fields.back()->keep_all_of(*lines);
    }
    std::vector<Datum> values;
    std::string error;
    for (const uint32_t row : rows) {
        const Datum line = lines->get(row);
        if (line.null) continue;
        const LogLine one{line.s, context.batch.rowtimes[row], context.started_at};
        if (!record.parser->parse(one, *context.arena, values, error)) {
            context.failures.add(row, std::move(error));
            continue;
        }
        for (size_t i = 0; i < fields.size(); ++i) fields[i]->set(row, values[i]);
    }
    result.fields.assign(fields.begin(), fields.end());
    return result;
}

VectorPtr field(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    const BoundExpr* const record = expr.args[0].get();
    for (const auto& known : context.records)
        if (known.record == record &&
            std::equal(rows.begin(), rows.end(), known.rows.begin(), known.rows.end()))
            return known.fields[expr.column];
    context.records.push_back(parse_lines(*record, context, rows));
    return context.records.back().fields[expr.column];
}

}  // namespace

void RowFailures::add(uint32_t row, std::string message) {
    if (contains(row)) return;
    if (failed_.size() <= row) failed_.resize(row + 1);
    failed_[row] = 1;
    list_.emplace_back(row, std::move(message));
}

bool RowFailures::contains(uint32_t row) const {
    return row < failed_.size() && failed_[row] != 0;
}

VectorPtr evaluate(const BoundExpr& expr, EvaluationContext& context, Selection rows) {
    switch (expr.op) {
        case Op::Column:
            return context.batch.columns[expr.column];
        case Op::Rowtime:
            return rowtime(expr, context, rows);
        case Op::Literal:
            return literal(expr, context, rows);
        case Op::Add:
        case Op::Subtract:
        case Op::Multiply:
        case Op::Divide:
        case Op::Negate:
            return arithmetic(expr, context, rows);
        case Op::Equal:
        case Op::NotEqual:
        case Op::Less:
        case Op::LessOrEqual:
        case Op::Greater:
        case Op::GreaterOrEqual:
            return comparison(expr, context, rows);
        case Op::And:
        case Op::Or:
            return connective(expr, context, rows);
        case Op::Not:
        case Op::IsNull:
        case Op::IsTrue:
        case Op::IsFalse:
            return truth_test(expr, context, rows);
        case Op::Case:
            return choose(expr, context, rows);
        case Op::Cast:
            return cast(expr, context, rows);
        case Op::Call:
            return call(expr, context, rows);
        case Op::Record:
            break;
        case Op::Field:
            return field(expr, context, rows);
    }
    return nullptr;
}

std::vector<uint32_t> without_failed(Selection rows, const RowFailures& failures) {
    std::vector<uint32_t> kept;
    kept.reserve(rows.size());
    for (const uint32_t row : rows)
        if (!failures.contains(row)) kept.push_back(row);
    return kept;
}

std::vector<uint32_t> filter(const BoundExpr& predicate,
                             EvaluationContext& context,
                             Selection rows) {
    const VectorPtr truth = evaluate(predicate, context, rows);
    std::vector<uint32_t> kept;
    for (const uint32_t row : rows)
        if (truth->nulls[row] == 0 && truth->integers[row] != 0 && !context.failures.contains(row))
            kept.push_back(row);
    return kept;
}

}  // namespace wr::sql
