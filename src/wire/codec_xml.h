#pragma once
// XML over shape tables: REST-XML bodies (S3) and the answers of Query services.

#include <string>
#include <string_view>

#include "wire/shape.h"

namespace wr::wire {

/// Reads the children of the document's root into `out`, a struct of `shape`. No DTD, no entities
/// beyond XML's five.
/// @error MalformedXML
ApiResult<void> decode_xml(const Shape& shape, std::string_view body, void* out);

/// Reads the children of the element at `path` ("A/B" below the root); for clients of Query
/// services.
ApiResult<void> decode_xml_at(const Shape& shape,
                              std::string_view body,
                              std::string_view path,
                              void* out);

/// Appends the members of a structure as elements.
void append_xml_members(std::string& out, const Shape& shape, const void* value);
/// Appends <name xmlns="...">members</name>.
void append_xml_element(std::string& out,
                        std::string_view name,
                        std::string_view xml_namespace,
                        const Shape& shape,
                        const void* value);
void append_xml_text(std::string& out, std::string_view text);

constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace wr::wire
