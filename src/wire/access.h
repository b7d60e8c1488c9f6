#pragma once
// The functions behind OptionalAccess, ListAccess and MapAccess; included by generated tables only.

#include "wire/rows.h"
#include "wire/shape.h"

namespace wr::wire {

template <typename T>
inline constexpr OptionalAccess optional_access = {
    [](void* optional) -> void* { return &static_cast<std::optional<T>*>(optional)->emplace(); },
    [](const void* optional) -> const void* {
        const auto& value = *static_cast<const std::optional<T>*>(optional);
        return value ? &*value : nullptr;
    },
};

template <typename T>
inline constexpr ListAccess list_access = {
    [](const void* list) { return static_cast<const std::vector<T>*>(list)->size(); },
    [](void* list) -> void* {
        auto& elements = *static_cast<std::vector<T>*>(list);
        // Moving structures is dear, and lists are one record or hundreds: 1, 9, 73, 585, then as
        // vectors grow.
        const size_t size = elements.size();
        if (size == elements.capacity()) elements.reserve(size < 585 ? size * 8 + 1 : size * 2);
        return &elements.emplace_back();
    },
    [](const void* list, void* context, void (*visit)(void*, const void*)) {
        for (const T& element : *static_cast<const std::vector<T>*>(list)) visit(context, &element);
    },
};

template <typename T>
inline constexpr ListAccess rows_access = {
    [](const void* list) { return static_cast<const Rows<T>*>(list)->size(); },
    [](void* list) -> void* { return &static_cast<Rows<T>*>(list)->append(); },
    [](const void* list, void* context, void (*visit)(void*, const void*)) {
        static_cast<const Rows<T>*>(list)->each([&](const T& row) { visit(context, &row); });
    },
    [](const void* list, base::JsonWriter& writer) {
        return static_cast<const Rows<T>*>(list)->write_json(writer);
    },
    [](const void* list, CborWriter& writer) {
        return static_cast<const Rows<T>*>(list)->write_cbor(writer);
    },
};

template <typename T>
inline constexpr MapAccess map_access = {
    [](const void* map) { return static_cast<const std::map<std::string, T>*>(map)->size(); },
    [](void* map, std::string key) -> void* {
        return &(*static_cast<std::map<std::string, T>*>(map))[std::move(key)];
    },
    [](const void* map, void* context, void (*visit)(void*, const std::string&, const void*)) {
        for (const auto& [key, value] : *static_cast<const std::map<std::string, T>*>(map))
            visit(context, key, &value);
    },
};

template <typename T>
AnyStruct make_struct() {
    return std::make_shared<T>();
}

}  // namespace wr::wire
