// The validator: one walk over the input, texts as AWS prints them.
#include "wire/validate.h"

#include <re2/re2.h>

#include <shared_mutex>
#include <unordered_map>

#include "wire/scalars.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

struct Pattern {
    std::unique_ptr<RE2> match;
    std::unique_ptr<RE2> reject;
};

std::string lower_first(std::string_view name) {
    std::string text(name);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

size_t characters(std::string_view text) {
    size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return count;
}

std::string print(const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::List: {
            std::string text = "[";
            each_element(shape, value, [&](const void* element) {
                text += (text.size() == 1 ? "" : ", ") + print(*shape.element, element);
            });
            return text + "]";
        }
        case Kind::Map: {
            std::string text = "{";
            each_entry(shape, value, [&](const std::string& key, const void* entry) {
                text += (text.size() == 1 ? "" : ", ") + key + "=" + print(*shape.element, entry);
            });
            return text + "}";
        }
        case Kind::Structure: {
            std::string text(shape.name);
            text += '(';
            bool first = true;
            for (const Member& member : shape.members) {
                const void* child = member_value(member, value);
                if (child == nullptr) continue;
                text += (first ? "" : ", ") + lower_first(member.name) + "=" +
                        print(*member.shape, child);
                first = false;
            }
            return text + ")";
        }
        case Kind::Blob:
            return "java.nio.HeapByteBuffer";
        default:
            return format_scalar(shape, TimestampFormat::Iso8601, value);
    }
}

std::string enum_text(const Shape& shape) {
    std::string text = "[";
    for (size_t i = 0; i < shape.enum_values.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::string(shape.enum_values[i]);
    return text + "]";
}

}  // namespace

struct Validator::Patterns {
    std::shared_mutex mutex;
    std::unordered_map<const Shape*, Pattern> compiled;

    const Pattern& get(const Shape& shape) {
        {
            const std::shared_lock lock(mutex);
            const auto found = compiled.find(&shape);
            if (found != compiled.end()) return found->second;
        }
        RE2::Options options(RE2::Quiet);
        options.set_dot_nl(false);
        Pattern pattern;
        pattern.match = std::make_unique<RE2>(
            re2::StringPiece(shape.pattern_match.data(), shape.pattern_match.size()), options);
        if (!shape.pattern_reject.empty())
            pattern.reject = std::make_unique<RE2>(
                re2::StringPiece(shape.pattern_reject.data(), shape.pattern_reject.size()),
                options);
        const std::unique_lock lock(mutex);
        return compiled.try_emplace(&shape, std::move(pattern)).first->second;
    }

    bool accepts(const Shape& shape, const std::string& text) {
        const Pattern& pattern = get(shape);
        return RE2::FullMatch(text, *pattern.match) &&
               (!pattern.reject || !RE2::FullMatch(text, *pattern.reject));
    }
};

namespace {

/// Where the walk is; its text is made only for a violation.
struct Path {
    const Path* parent = nullptr;
    std::string_view name{};  ///< of a member, or a map's key
    size_t number = 0;        ///< of a list's element, from 1
    bool is_entry = false;    ///< of a list or map

    std::string text() const {
        if (!is_entry) return (parent == nullptr ? "" : parent->text() + ".") + lower_first(name);
        return parent->text() + "." + (number > 0 ? std::to_string(number) : std::string(name)) +
               ".member";
    }
};

/// One walk; collects the texts.
template <typename Patterns>
class Walk {
public:
    explicit Walk(Patterns& patterns) : patterns_(patterns) {}

    void structure(const Shape& shape, const void* value, const Path* path) {
        for (const Member& member : shape.members) {
            const Path here{path, member.name};
            const void* child = member_value(member, value);
            if (child == nullptr) {
                // A client fills in idempotency tokens; AWS does so too when it is missing.
                if (member.required && !member.idempotency_token)
                    items.push_back("Value null at '" + here.text() +
                                    "' failed to satisfy constraint: Member must not be null");
                continue;
            }
            this->value(*member.shape, child, here);
        }
    }

    std::vector<std::string> items;

private:
    void value(const Shape& shape, const void* value, const Path& path) {
        switch (shape.kind) {
            case Kind::Structure:
                structure(shape, value, &path);
                return;
            case Kind::List:
                list(shape, value, path);
                return;
            case Kind::Map:
                map(shape, value, path);
                return;
            case Kind::String: {
                const auto& text = scalar<std::string>(value);
                for (const auto& broken : string_violations(shape, text))
                    add(shape, "'" + text + "'", path, broken);
                return;
            }
            case Kind::Blob:
                for (const auto& broken :
                     length_violations(shape, scalar<std::string>(value).size()))
                    add_withheld(path, broken);
                return;
            case Kind::Integer:
            case Kind::Long: {
                const int64_t number = scalar<int64_t>(value);
                if (shape.min || shape.max)
                    range(shape, static_cast<double>(number), std::to_string(number), path);
                return;
            }
            case Kind::Float:
            case Kind::Double:
                range(shape,
                      scalar<double>(value),
                      format_scalar(shape, TimestampFormat::Default, value),
                      path);
                return;
            case Kind::Boolean:
            case Kind::Timestamp:
            case Kind::Body:
                return;
        }
    }

    void range(const Shape& shape, double number, const std::string& text, const Path& path) {
        if (shape.min && number < static_cast<double>(*shape.min))
            add(shape,
                "'" + text + "'",
                path,
                "Member must have value greater than or equal to " + std::to_string(*shape.min));
        if (shape.max && number > static_cast<double>(*shape.max))
            add(shape,
                "'" + text + "'",
                path,
                "Member must have value less than or equal to " + std::to_string(*shape.max));
    }

    void list(const Shape& shape, const void* value, const Path& path) {
        for (const auto& broken : length_violations(shape, shape.list->size(value)))
            add(shape, "'" + print(shape, value) + "'", path, broken);
        if (is_scalar(*shape.element)) {
            bool broken = false;
            each_element(shape, value, [&](const void* element) {
                broken = broken || !satisfies(*shape.element, element);
            });
            if (broken)
                add(shape,
                    "'" + print(shape, value) + "'",
                    path,
                    "Member must satisfy constraint: " + constraints(*shape.element));
            return;
        }
        size_t number = 0;
        each_element(shape, value, [&](const void* element) {
            this->value(*shape.element,
                        element,
                        Path{.parent = &path, .number = ++number, .is_entry = true});
        });
    }

    void map(const Shape& shape, const void* value, const Path& path) {
        for (const auto& broken : length_violations(shape, shape.map->size(value)))
            add(shape, "'" + print(shape, value) + "'", path, broken);
        bool key_broken = false;
        bool value_broken = false;
        each_entry(shape, value, [&](const std::string& key, const void* entry) {
            key_broken = key_broken || !string_violations(*shape.key, key).empty();
            if (is_scalar(*shape.element))
                value_broken = value_broken || !satisfies(*shape.element, entry);
            else
                this->value(
                    *shape.element, entry, Path{.parent = &path, .name = key, .is_entry = true});
        });
        if (key_broken)
            add(shape,
                "'" + print(shape, value) + "'",
                path,
                "Map keys must satisfy constraint: " + constraints(*shape.key));
        if (value_broken)
            add(shape,
                "'" + print(shape, value) + "'",
                path,
                "Map value must satisfy constraint: " + constraints(*shape.element));
    }

    static bool is_scalar(const Shape& shape) {
        return shape.kind != Kind::Structure && shape.kind != Kind::List && shape.kind != Kind::Map;
    }

    bool satisfies(const Shape& shape, const void* value) {
        if (shape.kind == Kind::String)
            return string_violations(shape, scalar<std::string>(value)).empty();
        if (shape.kind == Kind::Blob)
            return length_violations(shape, scalar<std::string>(value).size()).empty();
        if (shape.kind == Kind::Integer || shape.kind == Kind::Long) {
            const int64_t number = scalar<int64_t>(value);
            return (!shape.min || number >= *shape.min) && (!shape.max || number <= *shape.max);
        }
        return true;
    }

    static std::string constraints(const Shape& shape) {
        std::vector<std::string> texts;
        if (shape.max)
            texts.push_back("Member must have length less than or equal to " +
                            std::to_string(*shape.max));
        if (shape.min)
            texts.push_back("Member must have length greater than or equal to " +
                            std::to_string(*shape.min));
        if (!shape.pattern.empty())
            texts.push_back("Member must satisfy regular expression pattern: " +
                            std::string(shape.pattern));
        if (!shape.enum_values.empty())
            texts.push_back("Member must satisfy enum value set: " + enum_text(shape));
        texts.emplace_back("Member must not be null");
        std::string text = "[";
        for (size_t i = 0; i < texts.size(); ++i) text += (i == 0 ? "" : ", ") + texts[i];
        return text + "]";
    }

    /// Pattern before length, as AWS does.
    std::vector<std::string> string_violations(const Shape& shape, const std::string& text) {
        std::vector<std::string> broken;
        if (!shape.pattern.empty() && !patterns_.accepts(shape, text))
            broken.push_back("Member must satisfy regular expression pattern: " +
                             std::string(shape.pattern));
        for (auto& item : length_violations(shape, characters(text)))
            broken.push_back(std::move(item));
        if (!shape.enum_values.empty()) {
            bool known = false;
            for (const auto candidate : shape.enum_values) known = known || candidate == text;
            if (!known) broken.push_back("Member must satisfy enum value set: " + enum_text(shape));
        }
        return broken;
    }

    static std::vector<std::string> length_violations(const Shape& shape, size_t length) {
        std::vector<std::string> broken;
        if (shape.min && static_cast<int64_t>(length) < *shape.min)
            broken.push_back("Member must have length greater than or equal to " +
                             std::to_string(*shape.min));
        if (shape.max && static_cast<int64_t>(length) > *shape.max)
            broken.push_back("Member must have length less than or equal to " +
                             std::to_string(*shape.max));
        return broken;
    }

    void add(const Shape& shape,
             const std::string& printed,
             const Path& path,
             const std::string& constraint) {
        if (shape.sensitive)
            add_withheld(path, constraint);
        else
            items.push_back("Value " + printed + " at '" + path.text() +
                            "' failed to satisfy constraint: " + constraint);
    }
    void add_withheld(const Path& path, const std::string& constraint) {
        items.push_back("Value at '" + path.text() +
                        "' failed to satisfy constraint: " + constraint);
    }

    Patterns& patterns_;
};

}  // namespace

Validator::Validator() : patterns_(std::make_unique<Patterns>()) {}
Validator::~Validator() = default;

bool Validator::compiles(const Shape& shape) {
    if (shape.pattern.empty()) return true;
    const Pattern& pattern = patterns_->get(shape);
    return pattern.match->ok() && (!pattern.reject || pattern.reject->ok());
}

std::optional<std::string> Validator::check(const Shape& shape, const void* value) {
    Walk<Patterns> walk(*patterns_);
    walk.structure(shape, value, nullptr);
    if (walk.items.empty()) return std::nullopt;
    std::string text =
        std::to_string(walk.items.size()) +
        (walk.items.size() == 1 ? " validation error detected: " : " validation errors detected: ");
    for (size_t i = 0; i < walk.items.size(); ++i) text += (i == 0 ? "" : "; ") + walk.items[i];
    return text;
}

}  // namespace wr::wire
