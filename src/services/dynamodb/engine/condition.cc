// Evaluates conditions over an item, and finds and projects paths.
#include <algorithm>
#include <map>

#include "services/dynamodb/engine/expression.h"

namespace wr::dynamodb {
namespace {

/// Characters of UTF-8 text.
size_t character_count(const std::string& text) {
    return static_cast<size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

std::optional<Value> size_of(const Value& value) {
    size_t size = 0;
    if (const auto* text = value.as<std::string>()) {
        size = character_count(*text);
    } else if (const auto* binary = value.as<Binary>()) {
        size = binary->bytes.size();
    } else if (const auto* strings = value.as<StringSet>()) {
        size = strings->size();
    } else if (const auto* numbers = value.as<NumberSet>()) {
        size = numbers->size();
    } else if (const auto* binaries = value.as<BinarySet>()) {
        size = binaries->size();
    } else if (const auto* map = value.as<Item>()) {
        size = map->size();
    } else if (const auto* list = value.as<List>()) {
        size = list->size();
    } else {
        return std::nullopt;
    }
    return number_value(Decimal::from_integer(static_cast<long long>(size)));
}

/// The operand's value, kept in `computed` when it is not stored anywhere; null when absent.
const Value* resolve(const Operand& operand, const Item& item, std::optional<Value>& computed) {
    if (const auto* path = operand.as<Path>()) return find(item, *path);
    if (const auto* value = operand.as<Value>()) return value;
    const auto* call = operand.as<FunctionCall>();
    if (call == nullptr) return nullptr;
    std::optional<Value> inner;
    const Value* argument = resolve(call->arguments[0], item, inner);
    if (argument == nullptr) return nullptr;
    computed = size_of(*argument);
    return computed ? &*computed : nullptr;
}

bool compares(Comparator comparator, const Value* left, const Value* right) {
    const bool present = left != nullptr && right != nullptr;
    if (comparator == Comparator::Equal) return present && *left == *right;
    if (comparator == Comparator::NotEqual) return !present || !(*left == *right);
    const auto order = present ? compare(*left, *right) : std::nullopt;
    if (!order) return false;
    switch (comparator) {
        case Comparator::Less:
            return *order < 0;
        case Comparator::LessOrEqual:
            return *order <= 0;
        case Comparator::Greater:
            return *order > 0;
        case Comparator::GreaterOrEqual:
            return *order >= 0;
        case Comparator::Equal:
        case Comparator::NotEqual:
            break;
    }
    return false;
}

bool contains(const Value& whole, const Value& part) {
    if (const auto* text = whole.as<std::string>()) {
        const auto* needle = part.as<std::string>();
        return needle != nullptr && text->find(*needle) != std::string::npos;
    }
    if (const auto* binary = whole.as<Binary>()) {
        const auto* needle = part.as<Binary>();
        return needle != nullptr && binary->bytes.find(needle->bytes) != std::string::npos;
    }
    if (const auto* strings = whole.as<StringSet>()) {
        const auto* element = part.as<std::string>();
        return element != nullptr && strings->contains(*element);
    }
    if (const auto* numbers = whole.as<NumberSet>()) {
        const auto* element = part.as<Decimal>();
        return element != nullptr && numbers->contains(*element);
    }
    if (const auto* binaries = whole.as<BinarySet>()) {
        const auto* element = part.as<Binary>();
        return element != nullptr && binaries->contains(*element);
    }
    if (const auto* list = whole.as<List>()) {
        return std::find(list->begin(), list->end(), part) != list->end();
    }
    return false;
}

bool begins_with(const Value& whole, const Value& start) {
    if (const auto* text = whole.as<std::string>()) {
        const auto* prefix = start.as<std::string>();
        return prefix != nullptr && text->starts_with(*prefix);
    }
    const auto* binary = whole.as<Binary>();
    const auto* prefix = start.as<Binary>();
    return binary != nullptr && prefix != nullptr && binary->bytes.starts_with(prefix->bytes);
}

bool holds(const FunctionCall& call, const Item& item) {
    std::optional<Value> first_computed;
    const Value* first = resolve(call.arguments[0], item, first_computed);
    if (call.function == Function::AttributeExists) return first != nullptr;
    if (call.function == Function::AttributeNotExists) return first == nullptr;
    if (first == nullptr || call.arguments.size() < 2) return false;
    std::optional<Value> second_computed;
    const Value* second = resolve(call.arguments[1], item, second_computed);
    if (second == nullptr) return false;
    if (call.function == Function::BeginsWith) return begins_with(*first, *second);
    if (call.function == Function::Contains) return contains(*first, *second);
    const auto* name = second->as<std::string>();
    return name != nullptr && type_name(first->type()) == *name;
}

bool evaluate_operands(const Condition& condition, const Item& item) {
    if (condition.kind == Condition::Kind::Function) {
        return holds(*condition.operands[0].as<FunctionCall>(), item);
    }
    std::optional<Value> left_computed;
    const Value* left = resolve(condition.operands[0], item, left_computed);
    const auto test = [&](size_t index, Comparator comparator) {
        std::optional<Value> computed;
        return compares(comparator, left, resolve(condition.operands[index], item, computed));
    };
    if (condition.kind == Condition::Kind::Compare) return test(1, condition.comparator);
    if (condition.kind == Condition::Kind::Between) {
        return test(1, Comparator::GreaterOrEqual) && test(2, Comparator::LessOrEqual);
    }
    for (size_t i = 1; i < condition.operands.size(); ++i) {
        if (test(i, Comparator::Equal)) return true;
    }
    return false;
}

/// Which parts of one value a projection keeps: all of it, or some children.
struct Selection {
    bool all = false;
    std::map<PathStep, Selection> children;
};

std::optional<Value> select(const Value& value, const Selection& selection) {
    if (selection.all) return value;
    if (const auto* map = value.as<Item>()) {
        Item kept;
        for (const auto& [step, child] : selection.children) {
            const auto* name = std::get_if<std::string>(&step);
            if (name == nullptr) continue;
            const auto found = map->find(*name);
            if (found == map->end()) continue;
            if (auto part = select(found->second, child)) kept.emplace(*name, std::move(*part));
        }
        if (!kept.empty()) return Value{std::move(kept)};
        return std::nullopt;
    }
    if (const auto* list = value.as<List>()) {
        List kept;
        for (const auto& [step, child] : selection.children) {
            const auto* index = std::get_if<size_t>(&step);
            if (index == nullptr || *index >= list->size()) continue;
            if (auto part = select((*list)[*index], child)) kept.push_back(std::move(*part));
        }
        if (!kept.empty()) return Value{std::move(kept)};
    }
    return std::nullopt;
}

}  // namespace

std::string describe(const Path& path) {
    std::string text = "[";
    for (const PathStep& step : path) {
        if (text.size() > 1) text += ", ";
        if (const auto* name = std::get_if<std::string>(&step)) {
            text += *name;
        } else {
            text += "[" + std::to_string(std::get<size_t>(step)) + "]";
        }
    }
    return text + "]";
}

std::string_view comparator_text(Comparator comparator) {
    switch (comparator) {
        case Comparator::Equal:
            return "=";
        case Comparator::NotEqual:
            return "<>";
        case Comparator::Less:
            return "<";
        case Comparator::LessOrEqual:
            return "<=";
        case Comparator::Greater:
            return ">";
        case Comparator::GreaterOrEqual:
            return ">=";
    }
    return "";
}

const Value* find(const Item& item, const Path& path) {
    const auto head = item.find(std::get<std::string>(path.front()));
    if (head == item.end()) return nullptr;
    const Value* value = &head->second;
    for (size_t i = 1; i < path.size(); ++i) {
        if (const auto* name = std::get_if<std::string>(&path[i])) {
            const auto* map = value->as<Item>();
            if (map == nullptr) return nullptr;
            const auto child = map->find(*name);
            if (child == map->end()) return nullptr;
            value = &child->second;
        } else {
            const auto* list = value->as<List>();
            const size_t index = std::get<size_t>(path[i]);
            if (list == nullptr || index >= list->size()) return nullptr;
            value = &(*list)[index];
        }
    }
    return value;
}

bool evaluate(const Condition& condition, const Item& item) {
    const auto holds_for = [&](const Condition& child) { return evaluate(child, item); };
    const auto& children = condition.children;
    switch (condition.kind) {
        case Condition::Kind::And:
            return std::all_of(children.begin(), children.end(), holds_for);
        case Condition::Kind::Or:
            return std::any_of(children.begin(), children.end(), holds_for);
        case Condition::Kind::Not:
            return !evaluate(children.front(), item);
        case Condition::Kind::Compare:
        case Condition::Kind::Between:
        case Condition::Kind::In:
        case Condition::Kind::Function:
            return evaluate_operands(condition, item);
    }
    return false;
}

Item project(const Item& item, const Projection& paths) {
    Selection root;
    for (const Path& path : paths) {
        Selection* at = &root;
        for (const PathStep& step : path) at = &at->children[step];
        at->all = true;
    }
    Item kept;
    for (const auto& [step, selection] : root.children) {
        const auto& name = std::get<std::string>(step);
        const auto found = item.find(name);
        if (found == item.end()) continue;
        if (auto part = select(found->second, selection)) kept.emplace(name, std::move(*part));
    }
    return kept;
}

}  // namespace wr::dynamodb
