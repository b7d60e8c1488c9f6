// HTTP messages: header look-ups and the parts of a target.
#include "http/message.h"

#include <algorithm>

namespace wr::http {

namespace {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

const std::string* Headers::find(std::string_view name) const {
    for (const Header& header : headers_) {
        if (equals_ignoring_case(header.name, name)) return &header.value;
    }
    return nullptr;
}

std::string_view Headers::get(std::string_view name) const {
    const std::string* value = find(name);
    return value ? std::string_view(*value) : std::string_view();
}

size_t Headers::count(std::string_view name) const {
    return static_cast<size_t>(
        std::count_if(headers_.begin(), headers_.end(), [&](const Header& header) {
            return equals_ignoring_case(header.name, name);
        }));
}

void Headers::set(std::string_view name, std::string value) {
    remove(name);
    headers_.push_back({std::string(name), std::move(value)});
}

void Headers::add(std::string name, std::string value) {
    headers_.push_back({std::move(name), std::move(value)});
}

void Headers::remove(std::string_view name) {
    std::erase_if(headers_,
                  [&](const Header& header) { return equals_ignoring_case(header.name, name); });
}

std::string_view Request::path() const {
    const std::string_view all = target;
    return all.substr(0, all.find('?'));
}

std::string_view Request::query() const {
    const std::string_view all = target;
    const size_t mark = all.find('?');
    return mark == std::string_view::npos ? std::string_view() : all.substr(mark + 1);
}

}  // namespace wr::http
