// REST bindings, both directions, by each member's location.
#include "wire/codec_rest.h"

#include "base/encoding.h"
#include "wire/codec_json.h"
#include "wire/codec_xml.h"
#include "wire/scalars.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

constexpr auto header_time = TimestampFormat::Rfc822;
constexpr auto query_time = TimestampFormat::Iso8601;

ApiError bad_parameter(std::string_view name, const std::string& text) {
    return {"InvalidArgument",
            "Invalid value for parameter " + std::string(name) + ": " + text,
            400,
            {},
            {}};
}

/// A scalar, or a list from a comma-separated header.
bool parse_bound(const Member& member,
                 TimestampFormat otherwise,
                 const std::string& text,
                 void* structure) {
    if (member.shape->kind == Kind::List) {
        void* list = emplace_member(member, structure);
        size_t at = 0;
        while (at <= text.size()) {
            const size_t comma = std::min(text.find(',', at), text.size());
            std::string_view part = std::string_view(text).substr(at, comma - at);
            while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
            while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
            if (!parse_scalar(
                    *member.shape->element, otherwise, part, member.shape->list->append(list)))
                return false;
            at = comma + 1;
        }
        return true;
    }
    return parse_scalar(*member.shape,
                        timestamp_format(&member, *member.shape, otherwise),
                        text,
                        emplace_member(member, structure));
}

void read_header_prefix(const Member& member, const http::Headers& headers, void* structure) {
    void* map = nullptr;
    for (const auto& header : headers.all()) {
        if (header.name.size() <= member.wire_name.size() ||
            !http::equals_ignoring_case(
                std::string_view(header.name).substr(0, member.wire_name.size()),
                member.wire_name)) {
            continue;
        }
        if (map == nullptr) map = emplace_member(member, structure);
        std::string key = header.name.substr(member.wire_name.size());
        for (char& c : key) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        *static_cast<std::string*>(member.shape->map->insert(map, key)) = header.value;
    }
}

ApiResult<void> read_query_list(const Member& member, const Parameters& query, void* structure) {
    void* list = nullptr;
    for (const auto& [name, value] : query) {
        if (name != member.wire_name) continue;
        if (list == nullptr) list = emplace_member(member, structure);
        if (!parse_scalar(
                *member.shape->element, query_time, value, member.shape->list->append(list)))
            return base::fail(bad_parameter(name, value));
    }
    return {};
}

ApiResult<void> read_body(const Shape& shape, BodyFormat format, std::string_view body, void* out) {
    if (shape.payload != nullptr) {
        const Member& payload = *shape.payload;
        if (payload.shape->kind == Kind::Body || body.empty()) return {};
        if (payload.shape->kind == Kind::Structure) {
            void* slot = emplace_member(payload, out);
            return format == BodyFormat::Json ? decode_json(*payload.shape, body, slot)
                                              : decode_xml(*payload.shape, body, slot);
        }
        *static_cast<std::string*>(emplace_member(payload, out)) = body;
        return {};
    }
    bool has_body_members = false;
    for (const Member& member : shape.members)
        has_body_members = has_body_members || member.location == Location::Body;
    if (!has_body_members || body.empty()) return {};
    return format == BodyFormat::Json ? decode_json(shape, body, out)
                                      : decode_xml(shape, body, out);
}

std::string print_bound(const Member& member, TimestampFormat otherwise, const void* value) {
    if (member.shape->kind != Kind::List)
        return format_scalar(
            *member.shape, timestamp_format(&member, *member.shape, otherwise), value);
    std::string text;
    each_element(*member.shape, value, [&](const void* element) {
        if (!text.empty()) text += ", ";
        text += format_scalar(*member.shape->element, otherwise, element);
    });
    return text;
}

void write_payload(const ServiceModel& model,
                   BodyFormat format,
                   const Member& payload,
                   const void* value,
                   std::string& body) {
    if (payload.shape->kind == Kind::Structure) {
        if (format == BodyFormat::Json) {
            body = encode_json(*payload.shape, value);
        } else {
            body = xml_declaration;
            append_xml_element(body, payload.wire_name, model.xml_namespace, *payload.shape, value);
        }
    } else {
        body = scalar<std::string>(value);
    }
}

/// S3 answers GetBucketLocation with the value as the root's own text.
bool is_text_root(const Operation& operation) {
    const auto& members = operation.output->members;
    return members.size() == 1 && members[0].wire_name == operation.output_root &&
           members[0].shape->kind == Kind::String;
}

bool has_body(const Shape& shape) {
    for (const Member& member : shape.members) {
        if (member.location == Location::Body) return true;
    }
    return false;
}

void write_response_body(const ServiceModel& model,
                         const Operation& operation,
                         BodyFormat format,
                         const void* value,
                         http::Response& response) {
    const Shape& shape = *operation.output;
    std::string content_type = format == BodyFormat::Json ? "application/json" : "application/xml";
    if (shape.payload != nullptr) {
        const void* payload = member_value(*shape.payload, value);
        if (payload == nullptr) return;
        if (shape.payload->shape->kind == Kind::Body) {
            const auto& body = scalar<Body>(payload);
            response.body = body.bytes;
            response.file_body = body.file;
            content_type.clear();  // the service knows what it streams
        } else {
            write_payload(model, format, *shape.payload, payload, response.body);
        }
    } else if (has_body(shape)) {
        if (format == BodyFormat::Json) {
            response.body = encode_json(shape, value);
        } else {
            response.body = xml_declaration;
            if (is_text_root(operation)) {
                const void* text = member_value(shape.members[0], value);
                response.body.append("<")
                    .append(operation.output_root)
                    .append(" xmlns=\"")
                    .append(model.xml_namespace)
                    .append("\">");
                if (text != nullptr) append_xml_text(response.body, scalar<std::string>(text));
                response.body.append("</").append(operation.output_root).append(">");
            } else {
                append_xml_element(
                    response.body, operation.output_root, model.xml_namespace, shape, value);
            }
        }
    } else {
        return;
    }
    if (!content_type.empty() && response.headers.find("Content-Type") == nullptr)
        response.headers.set("Content-Type", content_type);
}

}  // namespace

ApiResult<void> decode_rest_request(const Shape& shape,
                                    BodyFormat format,
                                    const RestRequestParts& parts,
                                    void* out) {
    for (const Member& member : shape.members) {
        const std::string* text = nullptr;
        switch (member.location) {
            case Location::Uri:
                text = find_parameter(*parts.labels, member.wire_name);
                break;
            case Location::Header:
                text = parts.headers->find(member.wire_name);
                break;
            case Location::HeaderPrefix:
                read_header_prefix(member, *parts.headers, out);
                break;
            case Location::Query:
                if (member.shape->kind == Kind::List) {
                    WR_TRY_VOID(read_query_list(member, *parts.query, out));
                } else {
                    text = find_parameter(*parts.query, member.wire_name);
                }
                break;
            case Location::Body:
            case Location::StatusCode:
                break;
        }
        if (text == nullptr) continue;
        const auto otherwise = member.location == Location::Header ? header_time : query_time;
        if (!parse_bound(member, otherwise, *text, out))
            return base::fail(bad_parameter(member.wire_name, *text));
    }
    return read_body(shape, format, parts.body, out);
}

void encode_rest_response(const ServiceModel& model,
                          const Operation& operation,
                          BodyFormat format,
                          const void* value,
                          http::Response& response) {
    response.status = operation.status;
    for (const Member& member : operation.output->members) {
        const void* field =
            member.location == Location::Body ? nullptr : member_value(member, value);
        if (field == nullptr) continue;
        if (member.location == Location::StatusCode) {
            response.status = static_cast<int>(scalar<int64_t>(field));
        } else if (member.location == Location::HeaderPrefix) {
            each_entry(*member.shape, field, [&](const std::string& key, const void* entry) {
                response.headers.add(std::string(member.wire_name) + key,
                                     scalar<std::string>(entry));
            });
        } else {
            response.headers.set(member.wire_name, print_bound(member, header_time, field));
            // The answer to HEAD has the length of a body that is not sent.
            if (member.wire_name == "Content-Length")
                response.head_size_bytes = static_cast<uint64_t>(scalar<int64_t>(field));
            if (member.wire_name == "Content-Range" && response.status == 200)
                response.status = 206;
        }
    }
    write_response_body(model, operation, format, value, response);
}

void encode_rest_request(const ServiceModel& model,
                         const Operation& operation,
                         BodyFormat format,
                         const void* value,
                         std::string_view payload,
                         http::Request& request,
                         std::string& body) {
    const UriTemplate uri(operation.uri);
    const Shape& shape = *operation.input;
    Parameters labels;
    std::string query;
    const auto add_query = [&](std::string_view name, std::string_view text) {
        query += (query.empty() ? "?" : "&") + base::percent_encode(name) + "=" +
                 base::percent_encode(text);
    };
    for (const auto& [name, text] : uri.fixed_query()) add_query(name, text);
    for (const Member& member : shape.members) {
        const void* field = member_value(member, value);
        if (field == nullptr) continue;
        if (member.location == Location::Uri)
            labels.emplace_back(member.wire_name, print_bound(member, query_time, field));
        else if (member.location == Location::Query)
            add_query(member.wire_name, print_bound(member, query_time, field));
        else if (member.location == Location::Header)
            request.headers.set(member.wire_name, print_bound(member, header_time, field));
        else if (member.location == Location::HeaderPrefix)
            each_entry(*member.shape, field, [&](const std::string& key, const void* entry) {
                request.headers.set(std::string(member.wire_name) + key,
                                    scalar<std::string>(entry));
            });
    }
    request.method = operation.method;
    request.target = uri.fill(labels) + query;
    if (shape.payload != nullptr) {
        const void* field = member_value(*shape.payload, value);
        if (shape.payload->shape->kind == Kind::Body)
            body = payload;
        else if (field != nullptr)
            write_payload(model, format, *shape.payload, field, body);
    } else if (has_body(shape)) {
        if (format == BodyFormat::Json)
            body = encode_json(shape, value);
        else
            append_xml_element(body, operation.input_name, operation.input_namespace, shape, value);
    }
}

ApiResult<void> decode_rest_response(const Shape& shape,
                                     BodyFormat format,
                                     const http::Response& response,
                                     void* out) {
    for (const Member& member : shape.members) {
        if (member.location == Location::StatusCode) {
            *static_cast<int64_t*>(emplace_member(member, out)) = response.status;
        } else if (member.location == Location::HeaderPrefix) {
            read_header_prefix(member, response.headers, out);
        } else if (member.location == Location::Header) {
            const std::string* text = response.headers.find(member.wire_name);
            if (text != nullptr && !parse_bound(member, header_time, *text, out))
                return base::fail(bad_parameter(member.wire_name, *text));
        }
    }
    if (shape.payload != nullptr && shape.payload->shape->kind == Kind::Body) {
        static_cast<Body*>(emplace_member(*shape.payload, out))->bytes = response.body;
        return {};
    }
    return read_body(shape, format, response.body, out);
}

}  // namespace wr::wire
