// SET, ADD, DELETE, REMOVE.
#include "services/dynamodb/engine/update.h"

#include <algorithm>
#include <optional>

namespace wr::dynamodb {
namespace {

base::Failure<Error> path_error() {
    return invalid("The document path provided in the update expression is invalid for update");
}
base::Failure<Error> type_error() {
    return invalid("An operand in the update expression has an incorrect data type");
}
base::Failure<Error> missing_error() {
    return invalid(
        "The provided expression refers to an attribute that does not exist in the item");
}

Result<Value> from_sum(std::variant<Decimal, DecimalError> sum) {
    if (const auto* error = std::get_if<DecimalError>(&sum)) {
        return invalid(decimal_error_text(*error, ""));
    }
    return number_value(std::get<Decimal>(std::move(sum)));
}

Result<Value> compute(const Operand& operand, const Item& item);

Result<Value> compute_call(const FunctionCall& call, const Item& item) {
    if (call.function == Function::IfNotExists) {
        if (const Value* value = find(item, *call.arguments[0].as<Path>())) return *value;
        return compute(call.arguments[1], item);
    }
    WR_TRY(Value first, compute(call.arguments[0], item));
    WR_TRY(Value second, compute(call.arguments[1], item));
    auto* head = first.as<List>();
    auto* tail = second.as<List>();
    if (head == nullptr || tail == nullptr) return type_error();
    head->insert(
        head->end(), std::make_move_iterator(tail->begin()), std::make_move_iterator(tail->end()));
    return first;
}

Result<Value> compute(const Operand& operand, const Item& item) {
    if (const auto* value = operand.as<Value>()) return *value;
    if (const auto* path = operand.as<Path>()) {
        if (const Value* value = find(item, *path)) return *value;
        return missing_error();
    }
    if (const auto* call = operand.as<FunctionCall>()) return compute_call(*call, item);
    const auto* sum = operand.as<Sum>();
    WR_TRY(const Value left, compute(sum->terms[0], item));
    WR_TRY(const Value right, compute(sum->terms[1], item));
    const auto* a = left.as<Decimal>();
    const auto* b = right.as<Decimal>();
    if (a == nullptr || b == nullptr) return type_error();
    return from_sum(sum->subtract ? a->minus(*b) : a->plus(*b));
}

template <typename Set>
Result<Value> merged(const Value* before, const Set& added) {
    if (before == nullptr) return Value{added};
    const auto* old = before->as<Set>();
    if (old == nullptr) return type_error();
    Set all = *old;
    all.insert(added.begin(), added.end());
    return Value{std::move(all)};
}

Result<Value> compute_add(const Value* before, const Value& added) {
    if (const auto* number = added.as<Decimal>()) {
        if (before == nullptr) return added;
        const auto* old = before->as<Decimal>();
        if (old == nullptr) return type_error();
        return from_sum(old->plus(*number));
    }
    if (const auto* strings = added.as<StringSet>()) return merged(before, *strings);
    if (const auto* numbers = added.as<NumberSet>()) return merged(before, *numbers);
    if (const auto* binaries = added.as<BinarySet>()) return merged(before, *binaries);
    // Only the legacy AttributeUpdates can say so: ADD to a list appends.
    const auto* list = added.as<List>();
    if (list == nullptr) return type_error();
    if (before == nullptr) return added;
    const auto* old = before->as<List>();
    if (old == nullptr) return type_error();
    List all = *old;
    all.insert(all.end(), list->begin(), list->end());
    return Value{std::move(all)};
}

/// Empty when nothing is left: sets are never empty.
template <typename Set>
Result<std::optional<Value>> without(const Value& before, const Set& removed) {
    const auto* old = before.as<Set>();
    if (old == nullptr) return type_error();
    Set rest = *old;
    for (const auto& element : removed) rest.erase(element);
    if (rest.empty()) return std::optional<Value>{};
    return std::optional<Value>{Value{std::move(rest)}};
}

Result<std::optional<Value>> compute_delete(const Value& before, const Value& removed) {
    if (const auto* strings = removed.as<StringSet>()) return without(before, *strings);
    if (const auto* numbers = removed.as<NumberSet>()) return without(before, *numbers);
    if (const auto* binaries = removed.as<BinarySet>()) return without(before, *binaries);
    return type_error();
}

/// The map or list that holds the last step; null when the path leads nowhere.
Value* find_parent(Item& item, const Path& path) {
    const auto head = item.find(std::get<std::string>(path.front()));
    if (head == item.end()) return nullptr;
    Value* value = &head->second;
    for (size_t i = 1; i + 1 < path.size(); ++i) {
        if (const auto* name = std::get_if<std::string>(&path[i])) {
            auto* map = value->as<Item>();
            if (map == nullptr) return nullptr;
            const auto child = map->find(*name);
            if (child == map->end()) return nullptr;
            value = &child->second;
        } else {
            auto* list = value->as<List>();
            const size_t index = std::get<size_t>(path[i]);
            if (list == nullptr || index >= list->size()) return nullptr;
            value = &(*list)[index];
        }
    }
    return value;
}

Result<void> assign(Item& item, const Path& path, Value value) {
    if (path.size() == 1) {
        item.insert_or_assign(std::get<std::string>(path.front()), std::move(value));
        return {};
    }
    Value* parent = find_parent(item, path);
    if (parent == nullptr) return path_error();
    if (const auto* name = std::get_if<std::string>(&path.back())) {
        auto* map = parent->as<Item>();
        if (map == nullptr) return path_error();
        map->insert_or_assign(*name, std::move(value));
        return {};
    }
    auto* list = parent->as<List>();
    if (list == nullptr) return path_error();
    const size_t index = std::get<size_t>(path.back());
    if (index < list->size()) {
        (*list)[index] = std::move(value);
    } else {
        list->push_back(std::move(value));
    }
    return {};
}

Result<void> remove(Item& item, const Path& path) {
    if (path.size() == 1) {
        item.erase(std::get<std::string>(path.front()));
        return {};
    }
    Value* parent = find_parent(item, path);
    if (parent == nullptr) return path_error();
    if (const auto* name = std::get_if<std::string>(&path.back())) {
        auto* map = parent->as<Item>();
        if (map == nullptr) return path_error();
        map->erase(*name);
        return {};
    }
    auto* list = parent->as<List>();
    if (list == nullptr) return path_error();
    const size_t index = std::get<size_t>(path.back());
    if (index < list->size()) list->erase(list->begin() + static_cast<std::ptrdiff_t>(index));
    return {};
}

struct Assignment {
    Path path;
    Value value;
};

}  // namespace

Result<Item> apply_update(const Updates& update, const Item& before) {
    std::vector<Assignment> assignments;
    std::vector<Path> removals;
    for (const UpdateAction& action : update) {
        const Value* old = find(before, action.path);
        switch (action.kind) {
            case UpdateAction::Kind::Set: {
                WR_TRY(Value value, compute(action.operand, before));
                assignments.push_back({action.path, std::move(value)});
                break;
            }
            case UpdateAction::Kind::Add: {
                WR_TRY(Value value, compute_add(old, *action.operand.as<Value>()));
                assignments.push_back({action.path, std::move(value)});
                break;
            }
            case UpdateAction::Kind::Delete: {
                if (old == nullptr) break;
                WR_TRY(auto rest, compute_delete(*old, *action.operand.as<Value>()));
                if (rest) {
                    assignments.push_back({action.path, std::move(*rest)});
                } else {
                    removals.push_back(action.path);
                }
                break;
            }
            case UpdateAction::Kind::Remove:
                removals.push_back(action.path);
                break;
        }
    }
    // Elements beyond a list's end are appended in the order of their indexes.
    std::stable_sort(assignments.begin(), assignments.end(), [](const auto& a, const auto& b) {
        return a.path < b.path;
    });
    std::sort(removals.begin(), removals.end(), std::greater<>());
    Item after = before;
    for (Assignment& assignment : assignments) {
        WR_TRY_VOID(assign(after, assignment.path, std::move(assignment.value)));
    }
    for (const Path& path : removals) WR_TRY_VOID(remove(after, path));
    return after;
}

}  // namespace wr::dynamodb
