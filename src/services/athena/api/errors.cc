// One switch per kind of error, so that a new code cannot be forgotten.
#include "services/athena/api/errors.h"

#include "gen/athena/errors.h"
#include "gen/glue/errors.h"

namespace wr::athena::api {

wire::ApiError to_athena(const Error& error) {
    using namespace gen::athena::errors;
    switch (error.code) {
        case ErrorCode::InvalidRequest:
        case ErrorCode::NotFound:
            return invalid_request_exception(error.message);
        case ErrorCode::TooManyRequests:
            return too_many_requests_exception(error.message);
        case ErrorCode::Internal:
            return internal_server_exception(error.message);
    }
    return wire::internal_failure();
}

wire::ApiError to_athena(const CatalogError& error) {
    using namespace gen::athena::errors;
    switch (error.code) {
        case CatalogErrorCode::NotFound:
        case CatalogErrorCode::AlreadyExists:
        case CatalogErrorCode::NotEmpty:
            return metadata_exception(error.message);
        case CatalogErrorCode::Storage:
            return internal_server_exception("Internal server error");
    }
    return wire::internal_failure();
}

wire::ApiError to_glue(const CatalogError& error) {
    using namespace gen::glue::errors;
    switch (error.code) {
        case CatalogErrorCode::NotFound:
            return entity_not_found_exception(error.message);
        case CatalogErrorCode::AlreadyExists:
            return already_exists_exception(error.message);
        case CatalogErrorCode::NotEmpty:
            return invalid_input_exception(error.message);
        case CatalogErrorCode::Storage:
            return internal_service_exception("Internal service error");
    }
    return wire::internal_failure();
}

}  // namespace wr::athena::api
