#pragma once
// The few steps that every codec shares: reaching members through their table.

#include "wire/shape.h"

namespace wr::wire {

inline const void* member_value(const Member& member, const void* structure) {
    return member.access->get(static_cast<const char*>(structure) + member.offset);
}
inline void* emplace_member(const Member& member, void* structure) {
    return member.access->emplace(static_cast<char*>(structure) + member.offset);
}
inline const Member* find_member(const Shape& shape, std::string_view wire_name) {
    for (const Member& member : shape.members) {
        if (member.wire_name == wire_name) return &member;
    }
    return nullptr;
}
template <typename T>
const T& scalar(const void* value) {
    return *static_cast<const T*>(value);
}
template <typename Visit>
void each_element(const Shape& shape, const void* list, Visit visit) {
    shape.list->each(list, &visit, [](void* context, const void* element) {
        (*static_cast<Visit*>(context))(element);
    });
}
template <typename Visit>
void each_entry(const Shape& shape, const void* map, Visit visit) {
    shape.map->each(map, &visit, [](void* context, const std::string& key, const void* value) {
        (*static_cast<Visit*>(context))(key, value);
    });
}

/// Deeper documents are refused by every codec.
constexpr int nesting_depth_max = 64;

}  // namespace wr::wire
