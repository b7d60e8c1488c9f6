// The codecs behind standard input, so that botocore can stand on the other side of them.
//
// A line of JSON in, a line of JSON out:
//   {"do":"decode","service","method","target","headers":[[n,v]],"body":base64}  ->  {"operation","input"} | {"error"}
//   {"do":"encode","service","operation","encoding","output":{...}}              ->  {"status","headers","body":base64}
//   {"do":"patterns"}                                                            ->  {"bad":[shape names]}
#include <cstdio>
#include <iostream>
#include <unordered_set>

#include "base/encoding.h"
#include "../models.h"
#include "base/json.h"
#include "wire/protocol.h"
#include "wire/validate.h"
#include "wire/walk.h"

namespace {

using wr::base::Json;
using wr::wire::Kind;
using wr::wire::Member;
using wr::wire::Shape;

using wr::tests::models;

/// Every member by its model name; blobs as base64, timestamps as milliseconds.
Json to_json(const Shape& shape, const void* value) {
    using wr::wire::scalar;
    switch (shape.kind) {
        case Kind::Structure: {
            Json object{Json::Object{}};
            for (const Member& member : shape.members) {
                const void* child = wr::wire::member_value(member, value);
                if (child != nullptr) object.set(std::string(member.name), to_json(*member.shape, child));
            }
            return object;
        }
        case Kind::List: {
            Json array{Json::Array{}};
            wr::wire::each_element(shape, value, [&](const void* element) {
                array.push(to_json(*shape.element, element));
            });
            return array;
        }
        case Kind::Map: {
            Json object{Json::Object{}};
            wr::wire::each_entry(shape, value, [&](const std::string& key, const void* entry) {
                object.set(key, to_json(*shape.element, entry));
            });
            return object;
        }
        case Kind::String: return scalar<std::string>(value);
        case Kind::Blob: return wr::base::base64_encode(scalar<std::string>(value));
        case Kind::Body: return wr::base::base64_encode(scalar<wr::wire::Body>(value).bytes);
        case Kind::Boolean: return scalar<bool>(value);
        case Kind::Integer:
        case Kind::Long: return scalar<int64_t>(value);
        case Kind::Float:
        case Kind::Double: return scalar<double>(value);
        case Kind::Timestamp: return int64_t{scalar<wr::base::Timestamp>(value).time_since_epoch().count()};
    }
    return {};
}

void from_json(const Shape& shape, const Json& json, void* out) {
    switch (shape.kind) {
        case Kind::Structure:
            for (const Member& member : shape.members) {
                const Json* child = json.find(member.name);
                if (child != nullptr) from_json(*member.shape, *child, wr::wire::emplace_member(member, out));
            }
            return;
        case Kind::List:
            for (const Json& child : json.as_array()) from_json(*shape.element, child, shape.list->append(out));
            return;
        case Kind::Map:
            for (const auto& [key, child] : json.as_object())
                from_json(*shape.element, child, shape.map->insert(out, key));
            return;
        case Kind::String: *static_cast<std::string*>(out) = json.as_string(); return;
        case Kind::Blob: *static_cast<std::string*>(out) = wr::base::base64_decode(json.as_string()).value_or(""); return;
        case Kind::Body:
            static_cast<wr::wire::Body*>(out)->bytes = wr::base::base64_decode(json.as_string()).value_or("");
            return;
        case Kind::Boolean: *static_cast<bool*>(out) = json.as_bool(); return;
        case Kind::Integer:
        case Kind::Long: *static_cast<int64_t*>(out) = json.as_int(); return;
        case Kind::Float:
        case Kind::Double: *static_cast<double*>(out) = json.as_double(); return;
        case Kind::Timestamp:
            *static_cast<wr::base::Timestamp*>(out) = wr::base::Timestamp{std::chrono::milliseconds{json.as_int()}};
            return;
    }
}

Json error_json(const wr::wire::ApiError& error) {
    Json answer;
    answer.set("error", error.code);
    answer.set("message", error.message);
    return answer;
}

Json decode(const wr::wire::Router& router, wr::wire::Validator& validator, const Json& line) {
    wr::http::Request request;
    request.method = line["method"].as_string();
    request.target = line["target"].as_string();
    for (const Json& pair : line["headers"].as_array())
        request.headers.add(pair.as_array()[0].as_string(), pair.as_array()[1].as_string());
    const std::string body = wr::base::base64_decode(line["body"].as_string()).value_or("");
    request.body = body;
    auto route = router.route(request, line["scope"].as_string());
    if (!route) return error_json(route.error().error);
    auto input = wr::wire::decode_input(*route, request, body);
    if (!input) return error_json(input.error());
    Json answer;
    answer.set("operation", route->operation->name);
    answer.set("input", to_json(*route->operation->input, input->get()));
    const auto violations = validator.check(*route->operation->input, input->get());
    if (violations) answer.set("violations", *violations);
    return answer;
}

Json encode(const Json& line) {
    using wr::wire::Encoding;
    wr::wire::Route route;
    for (const auto* model : models()) {
        if (model->name == line["service"].as_string()) route.model = model;
    }
    for (const auto& operation : route.model->operations) {
        if (operation.name == line["operation"].as_string()) route.operation = &operation;
    }
    const std::string encoding = line["encoding"].as_string();
    route.encoding = encoding == "json"        ? Encoding::Json
                     : encoding == "cbor"      ? Encoding::Cbor
                     : encoding == "smithy-rpc-v2-cbor" ? Encoding::RpcCbor
                     : encoding == "rest-json" ? Encoding::RestJson
                     : encoding == "rest-xml"  ? Encoding::RestXml
                                               : Encoding::Query;
    auto output = route.operation->make_output();
    from_json(*route.operation->output, line["output"], output.get());
    const auto response = wr::wire::encode_output(route, output.get(), "00000000-0000-4000-8000-000000000000");
    Json answer;
    answer.set("status", response.status);
    Json headers{Json::Object{}};
    for (const auto& header : response.headers.all()) headers.set(header.name, header.value);
    answer.set("headers", std::move(headers));
    answer.set("body", wr::base::base64_encode(response.body));
    return answer;
}

void collect_bad_patterns(wr::wire::Validator& validator, const Shape& shape, std::unordered_set<const Shape*>& seen, Json& bad) {
    if (!seen.insert(&shape).second) return;
    if (!validator.compiles(shape)) bad.push(shape.name);
    for (const Member& member : shape.members) collect_bad_patterns(validator, *member.shape, seen, bad);
    if (shape.element != nullptr) collect_bad_patterns(validator, *shape.element, seen, bad);
    if (shape.key != nullptr) collect_bad_patterns(validator, *shape.key, seen, bad);
}

Json patterns(wr::wire::Validator& validator) {
    std::unordered_set<const Shape*> seen;
    Json bad{Json::Array{}};
    for (const auto* model : models()) {
        for (const auto& operation : model->operations) {
            if (!operation.is_modelled) continue;
            collect_bad_patterns(validator, *operation.input, seen, bad);
            collect_bad_patterns(validator, *operation.output, seen, bad);
        }
    }
    Json answer;
    answer.set("bad", std::move(bad));
    answer.set("shapes", static_cast<int64_t>(seen.size()));
    return answer;
}

}  // namespace

int main() {
    const wr::wire::Router router(models());
    wr::wire::Validator validator;
    std::string text;
    while (std::getline(std::cin, text)) {
        const auto line = wr::base::parse_json(text);
        if (!line) return 2;
        const std::string& what = (*line)["do"].as_string();
        const Json answer = what == "decode"   ? decode(router, validator, *line)
                            : what == "encode" ? encode(*line)
                                               : patterns(validator);
        std::cout << answer.dump() << std::endl;
    }
    return 0;
}
