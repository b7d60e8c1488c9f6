// Query: members are dotted names, list elements are numbered from 1.
#include "wire/codec_query.h"

#include "base/encoding.h"
#include "wire/codec_xml.h"
#include "wire/scalars.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

bool has_prefix(const FormFields& fields, const std::string& prefix) {
    const auto found = fields.lower_bound(prefix);
    return found != fields.end() && found->first.compare(0, prefix.size(), prefix) == 0;
}
bool is_present(const FormFields& fields, const std::string& name) {
    return fields.contains(name) || has_prefix(fields, name + ".");
}

class Decoder {
public:
    explicit Decoder(const FormFields& fields) : fields_(fields) {}

    bool structure(const Shape& shape, const std::string& prefix, void* out, int depth) {
        if (depth > nesting_depth_max) return false;
        for (const Member& member : shape.members) {
            const std::string name = prefix + std::string(member.wire_name);
            if (!is_present(fields_, name)) continue;
            if (!value(*member.shape, &member, name, emplace_member(member, out), depth + 1))
                return false;
        }
        return true;
    }

private:
    bool value(
        const Shape& shape, const Member* member, const std::string& name, void* out, int depth) {
        if (depth > nesting_depth_max) return false;
        const bool flattened = shape.flattened || (member != nullptr && member->flattened);
        switch (shape.kind) {
            case Kind::Structure:
                return structure(shape, name + ".", out, depth);
            case Kind::List: {
                const std::string base =
                    flattened ? name + "." : name + "." + std::string(shape.element_name) + ".";
                for (size_t i = 1; is_present(fields_, base + std::to_string(i)); ++i) {
                    if (!value(*shape.element,
                               nullptr,
                               base + std::to_string(i),
                               shape.list->append(out),
                               depth + 1))
                        return false;
                }
                return true;
            }
            case Kind::Map: {
                const std::string base = flattened ? name + "." : name + ".entry.";
                for (size_t i = 1;; ++i) {
                    const std::string entry = base + std::to_string(i) + ".";
                    const auto key = fields_.find(entry + std::string(shape.key_name));
                    if (key == fields_.end()) return true;
                    if (!value(*shape.element,
                               nullptr,
                               entry + std::string(shape.element_name),
                               shape.map->insert(out, key->second),
                               depth + 1))
                        return false;
                }
            }
            case Kind::Body:
                return false;
            default: {
                const auto found = fields_.find(name);
                return found != fields_.end() &&
                       parse_scalar(shape,
                                    timestamp_format(member, shape, TimestampFormat::Iso8601),
                                    found->second,
                                    out);
            }
        }
    }

    const FormFields& fields_;
};

void append_field(std::string& out, const std::string& name, const std::string& value) {
    out.append("&")
        .append(base::percent_encode(name))
        .append("=")
        .append(base::percent_encode(value));
}

void append_request(std::string& out,
                    const Shape& shape,
                    const Member* member,
                    const std::string& name,
                    const void* value) {
    const bool flattened = shape.flattened || (member != nullptr && member->flattened);
    switch (shape.kind) {
        case Kind::Structure:
            for (const Member& child : shape.members) {
                const void* inner = member_value(child, value);
                const std::string inner_name = name.empty()
                                                   ? std::string(child.wire_name)
                                                   : name + "." + std::string(child.wire_name);
                if (inner != nullptr) append_request(out, *child.shape, &child, inner_name, inner);
            }
            return;
        case Kind::List:
            each_element(shape, value, [&, index = size_t{0}](const void* element) mutable {
                const std::string base =
                    flattened ? name + "." : name + "." + std::string(shape.element_name) + ".";
                append_request(
                    out, *shape.element, nullptr, base + std::to_string(++index), element);
            });
            return;
        case Kind::Map: {
            size_t index = 0;
            each_entry(shape, value, [&](const std::string& key, const void* entry) {
                const std::string base =
                    (flattened ? name + "." : name + ".entry.") + std::to_string(++index) + ".";
                append_field(out, base + std::string(shape.key_name), key);
                append_request(
                    out, *shape.element, nullptr, base + std::string(shape.element_name), entry);
            });
            return;
        }
        case Kind::Body:
            return;
        default:
            append_field(
                out,
                name,
                format_scalar(
                    shape, timestamp_format(member, shape, TimestampFormat::Iso8601), value));
    }
}

}  // namespace

std::optional<FormFields> parse_form(std::string_view text) {
    FormFields fields;
    while (!text.empty()) {
        const size_t end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (pair.empty()) continue;
        const size_t equals = pair.find('=');
        auto name = base::percent_decode(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos
                         ? std::string()
                         : base::percent_decode(pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        fields.try_emplace(std::move(*name), std::move(*value));
    }
    return fields;
}

ApiResult<void> decode_query(const Shape& shape, const FormFields& fields, void* out) {
    if (!Decoder(fields).structure(shape, "", out, 0))
        return base::fail(
            ApiError{"MalformedInput", "The request could not be parsed", 400, {}, {}});
    return {};
}

std::string encode_query_request(const ServiceModel& model,
                                 const Operation& operation,
                                 const void* value) {
    std::string out =
        "Action=" + std::string(operation.name) + "&Version=" + std::string(model.api_version);
    append_request(out, *operation.input, nullptr, "", value);
    return out;
}

std::string encode_query_response(const ServiceModel& model,
                                  const Operation& operation,
                                  const void* value,
                                  const std::string& request_id) {
    const std::string name(operation.name);
    std::string out = "<" + name + "Response xmlns=\"" + std::string(model.xml_namespace) + "\">";
    if (!operation.result_wrapper.empty())
        append_xml_element(out, operation.result_wrapper, "", *operation.output, value);
    out += "<ResponseMetadata><RequestId>" + request_id + "</RequestId></ResponseMetadata></" +
           name + "Response>";
    return out;
}

std::string encode_query_error(const ServiceModel& model,
                               const ApiError& error,
                               const std::string& request_id) {
    std::string out =
        "<ErrorResponse xmlns=\"" + std::string(model.xml_namespace) + "\"><Error><Type>";
    out += error.status >= 500 ? "Receiver" : "Sender";
    out += "</Type><Code>";
    append_xml_text(out, error.code);
    out += "</Code><Message>";
    append_xml_text(out, error.message);
    out += "</Message></Error><RequestId>" + request_id + "</RequestId></ErrorResponse>";
    return out;
}

}  // namespace wr::wire
