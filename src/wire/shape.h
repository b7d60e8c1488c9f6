#pragma once
// Tables that describe an API: shapes, members, operations. Generated from api/*.json, walked by
// the codecs.
//
// A structure is a plain C++ struct whose members are all std::optional<T>; Member::offset and the
// access functions reach them without templates, so that each codec is written once.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "wire/context.h"
#include "wire/error.h"

namespace wr::base {
class JsonWriter;
}

namespace wr::wire {

class CborWriter;

enum class Kind : uint8_t {
    Structure,
    List,
    Map,
    String,
    Blob,
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    Timestamp,
    Body,  ///< a streaming payload: wire::Body
};

enum class Location : uint8_t { Body, Header, HeaderPrefix, Uri, Query, StatusCode };
enum class TimestampFormat : uint8_t { Default, Iso8601, UnixSeconds, Rfc822 };
enum class Protocol : uint8_t { Json, RestJson, RestXml, Query };

/// A streaming payload of an answer. Payloads of requests are CallContext::payload.
struct Body {
    std::string bytes;
    std::optional<http::FileBody> file;
};

/// How to reach T inside std::optional<T>.
struct OptionalAccess {
    void* (*emplace)(void* optional);
    const void* (*get)(const void* optional);  ///< null when absent
};
struct ListAccess {
    size_t (*size)(const void* list);
    void* (*append)(void* list);
    /// In order.
    void (*each)(const void* list,
                 void* context,
                 void (*visit)(void* context, const void* element));
    /// Writes all elements, or returns false: they are to be walked. Null: never.
    bool (*write_json)(const void* list, base::JsonWriter& writer) = nullptr;
    bool (*write_cbor)(const void* list, CborWriter& writer) = nullptr;
};
struct MapAccess {
    size_t (*size)(const void* map);
    void* (*insert)(void* map, std::string key);
    void (*each)(const void* map,
                 void* context,
                 void (*visit)(void* context, const std::string& key, const void* value));
};

struct Shape;

struct Member {
    std::string_view name;       ///< in the model
    std::string_view wire_name;  ///< locationName, or the name
    const Shape* shape = nullptr;
    size_t offset = 0;
    const OptionalAccess* access = nullptr;
    Location location = Location::Body;
    TimestampFormat timestamp_format = TimestampFormat::Default;
    bool required = false;
    bool flattened = false;
    bool xml_attribute = false;
    bool idempotency_token = false;
};

struct Shape {
    std::string_view name;
    Kind kind = Kind::Structure;
    std::span<const Member> members;
    const Member* payload = nullptr;  ///< the member that is the whole HTTP body

    const Shape* element = nullptr;  ///< of lists and maps
    std::string_view element_name;   ///< XML and Query: list member or map value
    std::string_view key_name;       ///< XML and Query: map key
    const Shape* key = nullptr;
    bool flattened = false;
    const ListAccess* list = nullptr;
    const MapAccess* map = nullptr;

    std::optional<int64_t> min;
    std::optional<int64_t> max;
    std::string_view pattern;                       ///< as AWS prints it
    std::string_view pattern_match;                 ///< for RE2, full match
    std::string_view pattern_reject;                ///< for RE2; a value that matches it is refused
    std::span<const std::string_view> enum_values;  ///< in the order in which AWS prints them
    TimestampFormat timestamp_format = TimestampFormat::Default;
    bool sensitive = false;
    bool is_union = false;
    std::string_view xml_namespace_prefix;
    std::string_view xml_namespace;
};

/// A decoded structure of any type, with its table.
using AnyStruct = std::shared_ptr<void>;

/// An error whose shape and code in the Query protocol have different names.
struct ErrorName {
    std::string_view code;
    std::string_view shape;
};

class ServiceBase;
struct Operation {
    std::string_view name;
    std::string_view method;
    std::string_view uri;         ///< REST: template with {labels} and a fixed query
    std::string_view input_name;  ///< REST-XML: root element of the request
    std::string_view input_namespace;
    std::string_view result_wrapper;  ///< Query
    std::string_view output_root;     ///< REST-XML: root element of the answer
    int status = 200;
    bool is_unsigned = false;  ///< authtype none
    bool is_modelled = false;  ///< false: known by name only, answers as not implemented
    const Shape* input = nullptr;
    const Shape* output = nullptr;
    AnyStruct (*make_input)() = nullptr;
    AnyStruct (*make_output)() = nullptr;
    ApiResult<AnyStruct> (*invoke)(ServiceBase& service,
                                   const void* input,
                                   CallContext& context) = nullptr;
    /// REST: query parameters that a request must carry to be this operation.
    std::span<const std::string_view> required_query;
};

struct ServiceModel {
    std::string_view name;          ///< kinesis, cognitoidentity ...
    std::string_view signing_name;  ///< in credential scopes
    std::string_view endpoint_prefix;
    std::string_view target_prefix;  ///< X-Amz-Target before the dot
    std::string_view json_version;
    std::string_view api_version;
    std::string_view xml_namespace;
    std::string_view source;  ///< which botocore the facts come from
    Protocol protocol = Protocol::Json;
    bool speaks_query = false;     ///< JSON that grew out of Query and still understands it
    bool speaks_rpc_cbor = false;  ///< Smithy RPC v2 beside it
    std::span<const ErrorName> error_names;
    std::span<const Operation> operations;
};

/// A structure together with its table, for reading members by name.
class InputView {
public:
    InputView(const Shape& shape, const void* value) : shape_(shape), value_(value) {}
    /// The member's text; empty when it is absent or not a string. The name is the model's.
    std::string string(std::string_view member) const;
    const void* value() const { return value_; }
    template <typename T>
    const T& as() const {
        return *static_cast<const T*>(value_);
    }

private:
    const Shape& shape_;
    const void* value_;
};

/// What every generated service interface is made of.
class ServiceBase {
public:
    virtual ~ServiceBase() = default;
    virtual const ServiceModel& model() const = 0;
    /// What the principal must be allowed before the call; all of it. Empty: the operation needs no
    /// permission.
    virtual std::vector<AccessRequest> access(std::string_view operation,
                                              const InputView& input,
                                              const CallContext& context) = 0;
    /// JSON of the policy attached to a resource (bucket policy, function policy), or empty.
    virtual std::string resource_policy(const std::string& /*resource_arn*/,
                                        const CallContext& /*context*/) {
        return {};
    }
    /// Names of operations that neither wait nor read from a disk: an event loop's thread may run
    /// them. What they have to wait for they leave in CallContext::pending.
    virtual std::span<const std::string_view> quick_operations() const { return {}; }
};

/// AWS's answer for an operation that this server does not have, in the words of the service's
/// protocol.
ApiError unknown_operation(const ServiceModel& model, std::string_view operation);
/// The same in the words of one of its protocols.
ApiError unknown_operation(const ServiceModel& model,
                           std::string_view operation,
                           Protocol protocol);

}  // namespace wr::wire
