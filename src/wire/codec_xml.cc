// XML to structs through pugixml (no DTD), structs to XML by hand.
#include "wire/codec_xml.h"

#include <pugixml.hpp>

#include "base/encoding.h"
#include "wire/scalars.h"
#include "wire/walk.h"

namespace wr::wire {
namespace {

std::string_view local_name(const char* qualified) {
    const std::string_view name(qualified);
    const size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool read_value(
    const Shape& shape, const Member* member, const pugi::xml_node& node, void* out, int depth);

bool read_structure(const Shape& shape, const pugi::xml_node& node, void* out, int depth) {
    if (depth > nesting_depth_max) return false;
    for (const Member& member : shape.members) {
        if (!member.xml_attribute) continue;
        for (const auto& attribute : node.attributes()) {
            if (member.wire_name == attribute.name() ||
                local_name(member.wire_name.data()) == local_name(attribute.name())) {
                if (!parse_scalar(*member.shape,
                                  TimestampFormat::Iso8601,
                                  attribute.value(),
                                  emplace_member(member, out)))
                    return false;
            }
        }
    }
    for (const auto& child : node.children()) {
        if (child.type() != pugi::node_element) continue;
        const Member* member = find_member(shape, local_name(child.name()));
        if (member == nullptr || member->location != Location::Body) continue;
        if (member->flattened &&
            (member->shape->kind == Kind::List || member->shape->kind == Kind::Map)) {
            // Each element of a flattened list is a child of its own.
            void* present = const_cast<void*>(member_value(*member, out));
            void* container = present != nullptr ? present : emplace_member(*member, out);
            if (member->shape->kind == Kind::List) {
                if (!read_value(*member->shape->element,
                                nullptr,
                                child,
                                member->shape->list->append(container),
                                depth + 1))
                    return false;
            } else {
                const std::string key =
                    child.child(std::string(member->shape->key_name).c_str()).text().get();
                const auto value = child.child(std::string(member->shape->element_name).c_str());
                if (!read_value(*member->shape->element,
                                nullptr,
                                value,
                                member->shape->map->insert(container, key),
                                depth + 1))
                    return false;
            }
            continue;
        }
        if (!read_value(*member->shape, member, child, emplace_member(*member, out), depth + 1))
            return false;
    }
    return true;
}

bool read_value(
    const Shape& shape, const Member* member, const pugi::xml_node& node, void* out, int depth) {
    if (depth > nesting_depth_max) return false;
    switch (shape.kind) {
        case Kind::Structure:
            return read_structure(shape, node, out, depth);
        case Kind::List:
            for (const auto& child : node.children()) {
                if (child.type() != pugi::node_element) continue;
                if (!read_value(*shape.element, nullptr, child, shape.list->append(out), depth + 1))
                    return false;
            }
            return true;
        case Kind::Map:
            for (const auto& entry : node.children("entry")) {
                const std::string key =
                    entry.child(std::string(shape.key_name).c_str()).text().get();
                const auto value = entry.child(std::string(shape.element_name).c_str());
                if (!read_value(
                        *shape.element, nullptr, value, shape.map->insert(out, key), depth + 1))
                    return false;
            }
            return true;
        case Kind::Body:
            return false;
        default:
            return parse_scalar(shape,
                                timestamp_format(member, shape, TimestampFormat::Iso8601),
                                node.text().get(),
                                out);
    }
}

void append_value(std::string& out, const Shape& shape, const Member* member, const void* value) {
    switch (shape.kind) {
        case Kind::Structure:
            append_xml_members(out, shape, value);
            return;
        case Kind::List:
            each_element(shape, value, [&](const void* element) {
                out.append("<").append(shape.element_name).append(">");
                append_value(out, *shape.element, nullptr, element);
                out.append("</").append(shape.element_name).append(">");
            });
            return;
        case Kind::Map:
            each_entry(shape, value, [&](const std::string& key, const void* entry) {
                out.append("<entry><").append(shape.key_name).append(">");
                append_xml_text(out, key);
                out.append("</")
                    .append(shape.key_name)
                    .append("><")
                    .append(shape.element_name)
                    .append(">");
                append_value(out, *shape.element, nullptr, entry);
                out.append("</").append(shape.element_name).append("></entry>");
            });
            return;
        case Kind::Body:
            return;
        default:
            append_xml_text(
                out,
                format_scalar(
                    shape, timestamp_format(member, shape, TimestampFormat::Iso8601), value));
    }
}

void append_flattened(std::string& out, const Member& member, const void* value) {
    const Shape& shape = *member.shape;
    each_element(shape, value, [&](const void* element) {
        // A structure may carry attributes (xsi:type), which only the element form writes.
        append_xml_element(out, member.wire_name, "", *shape.element, element);
    });
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#13;";
                break;
            default:
                out += c;
        }
    }
}

void append_xml_members(std::string& out, const Shape& shape, const void* structure) {
    for (const Member& member : shape.members) {
        if (member.location != Location::Body || member.xml_attribute) continue;
        const void* value = member_value(member, structure);
        if (value == nullptr) continue;
        if (member.flattened && member.shape->kind == Kind::List) {
            append_flattened(out, member, value);
        } else if (member.shape->kind == Kind::Structure) {
            append_xml_element(out, member.wire_name, "", *member.shape, value);
        } else {
            out.append("<").append(member.wire_name).append(">");
            append_value(out, *member.shape, &member, value);
            out.append("</").append(member.wire_name).append(">");
        }
    }
}

void append_xml_element(std::string& out,
                        std::string_view name,
                        std::string_view xml_namespace,
                        const Shape& shape,
                        const void* value) {
    out.append("<").append(name);
    if (!xml_namespace.empty()) out.append(" xmlns=\"").append(xml_namespace).append("\"");
    if (shape.kind == Kind::Structure) {
        if (!shape.xml_namespace_prefix.empty())
            out.append(" xmlns:")
                .append(shape.xml_namespace_prefix)
                .append("=\"")
                .append(shape.xml_namespace)
                .append("\"");
        for (const Member& member : shape.members) {
            const void* attribute = member.xml_attribute ? member_value(member, value) : nullptr;
            if (attribute == nullptr) continue;
            out.append(" ").append(member.wire_name).append("=\"");
            append_xml_text(out, format_scalar(*member.shape, TimestampFormat::Iso8601, attribute));
            out.append("\"");
        }
    }
    out += '>';
    append_value(out, shape, nullptr, value);
    out.append("</").append(name).append(">");
}

ApiResult<void> decode_xml_at(const Shape& shape,
                              std::string_view body,
                              std::string_view path,
                              void* out) {
    const auto refuse = [] {
        return base::fail(ApiError{"MalformedXML",
                                   "The XML you provided was not well-formed or did not validate "
                                   "against our published schema",
                                   400,
                                   {},
                                   {}});
    };
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed || !base::is_valid_utf8(body)) return refuse();
    pugi::xml_node node = document.document_element();
    while (!path.empty()) {
        const size_t slash = path.find('/');
        node = node.child(std::string(path.substr(0, slash)).c_str());
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    }
    if (!node || !read_structure(shape, node, out, 0)) return refuse();
    return {};
}

ApiResult<void> decode_xml(const Shape& shape, std::string_view body, void* out) {
    return decode_xml_at(shape, body, "", out);
}

}  // namespace wr::wire
