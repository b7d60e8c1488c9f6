// Errors that belong to no service, and reading members by name.
#include "wire/error.h"
#include "wire/shape.h"

namespace wr::wire {

ApiError internal_failure() {
    return {"InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.",
            500,
            {},
            {}};
}

ApiError validation_error(std::string message) {
    return {"ValidationException", std::move(message), 400, {}, {}};
}

ApiError unknown_operation(const ServiceModel& model, std::string_view operation) {
    return unknown_operation(model, operation, model.protocol);
}

ApiError unknown_operation(const ServiceModel& model,
                           std::string_view operation,
                           Protocol protocol) {
    const std::string name(operation);
    switch (protocol) {
        case Protocol::Json:
            return {"UnknownOperationException", "", 400, {}, {}};
        case Protocol::RestJson:
            return {"UnknownOperationException", "", 404, {}, {}};
        case Protocol::RestXml:
            return {"NotImplemented",
                    "A header or query you provided requested a function that is not implemented",
                    501,
                    {},
                    {}};
        case Protocol::Query:
            return {"InvalidAction",
                    "Could not find operation " + name + " for version " +
                        std::string(model.api_version),
                    400,
                    {},
                    {}};
    }
    return internal_failure();
}

std::string InputView::string(std::string_view member) const {
    for (const Member& candidate : shape_.members) {
        if (candidate.name != member || candidate.shape->kind != Kind::String) continue;
        const void* value =
            candidate.access->get(static_cast<const char*>(value_) + candidate.offset);
        return value != nullptr ? *static_cast<const std::string*>(value) : std::string();
    }
    return {};
}

}  // namespace wr::wire
