#pragma once
// Every operation of every API, for targets that let the input choose one.

#include <cstdint>
#include <string_view>
#include <vector>

#include "../models.h"
#include "wire/validate.h"

namespace wr::fuzz {

using tests::models;

inline const std::vector<const wire::Operation*>& operations() {
    static const std::vector<const wire::Operation*> all = [] {
        std::vector<const wire::Operation*> found;
        for (const auto* model : models())
            for (const auto& operation : model->operations)
                if (operation.is_modelled) found.push_back(&operation);
        return found;
    }();
    return all;
}

inline wire::Validator& validator() {
    static wire::Validator one;
    return one;
}

/// An operation by the first two bytes, and the bytes after them.
struct Choice {
    const wire::Operation* operation;
    std::string_view body;
};
inline bool choose(const uint8_t* data, size_t size, Choice& choice) {
    if (size < 2) return false;
    const size_t number = size_t{data[0]} << 8 | data[1];
    choice.operation = operations()[number % operations().size()];
    choice.body = {reinterpret_cast<const char*>(data) + 2, size - 2};
    return true;
}

}  // namespace wr::fuzz
