// One exhaustive switch from the engine's errors to AWS's.
#include "services/analytics/api/errors.h"

#include "base/json.h"

namespace wr::analytics::api {

wire::ApiError to_api_error(const Error& error) {
    const auto named = [&error](const char* code) {
        return wire::ApiError{code, error.message, 400, {}, {}};
    };
    switch (error.code) {
        case ErrorCode::ResourceNotFound:
            return named("ResourceNotFoundException");
        case ErrorCode::ResourceInUse:
            return named("ResourceInUseException");
        case ErrorCode::InvalidArgument:
            return named("InvalidArgumentException");
        case ErrorCode::CodeValidation:
            return named("CodeValidationException");
        case ErrorCode::InvalidApplicationConfiguration:
            return named("InvalidApplicationConfigurationException");
        case ErrorCode::ConcurrentModification:
            return named("ConcurrentModificationException");
        case ErrorCode::LimitExceeded:
            return named("LimitExceededException");
        case ErrorCode::UnsupportedOperation:
            return named("UnsupportedOperationException");
        case ErrorCode::UnableToDetectSchema: {
            wire::ApiError api = named("UnableToDetectSchemaException");
            base::Json records{base::Json::Array{}};
            for (const auto& record : error.raw_records) records.push(record);
            api.fields.emplace_back("RawInputRecords", records);
            api.fields.emplace_back("ProcessedInputRecords", std::move(records));
            return api;
        }
        case ErrorCode::InternalFailure:
            return wire::internal_failure();
    }
    return wire::internal_failure();
}

}  // namespace wr::analytics::api
