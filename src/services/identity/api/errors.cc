// One exhaustive switch per service. What a service never meets is an internal failure there.
#include "services/identity/api/errors.h"

#include "base/logging.h"
#include "gen/cognitoidentity/errors.h"
#include "gen/iam/errors.h"
#include "gen/sts/errors.h"

namespace wr::identity::api {
namespace {

wire::ApiError plain(std::string code, std::string message, int status) {
    wire::ApiError error;
    error.code = std::move(code);
    error.message = std::move(message);
    error.status = status;
    return error;
}

wire::ApiError internal(const EngineError& error) {
    base::log_error("identity_store_failed", {{"cause", error.message}});
    return wire::internal_failure();
}

}  // namespace

wire::ApiError iam_error(EngineError error) {
    namespace errors = gen::iam::errors;
    switch (error.fault) {
        case Fault::NoSuchEntity:
            return errors::no_such_entity_exception(std::move(error.message));
        case Fault::EntityAlreadyExists:
            return errors::entity_already_exists_exception(std::move(error.message));
        case Fault::DeleteConflict:
            return errors::delete_conflict_exception(std::move(error.message));
        case Fault::LimitExceeded:
            return errors::limit_exceeded_exception(std::move(error.message));
        case Fault::MalformedPolicy:
            return errors::malformed_policy_document_exception(std::move(error.message));
        case Fault::InvalidInput:
            return errors::invalid_input_exception(std::move(error.message));
        case Fault::Validation:
            return plain("ValidationError", std::move(error.message), 400);
        case Fault::AccessDenied:
            return plain("AccessDenied", std::move(error.message), 403);
        case Fault::InvalidIdentityToken:
        case Fault::ExpiredIdentityToken:
        case Fault::PackedPolicyTooLarge:
        case Fault::ResourceNotFound:
        case Fault::ResourceConflict:
        case Fault::InvalidParameter:
        case Fault::NotAuthorized:
        case Fault::InvalidPoolConfiguration:
        case Fault::TooManyRequests:
        case Fault::Storage:
            return internal(error);
    }
    return wire::internal_failure();
}

wire::ApiError sts_error(EngineError error) {
    namespace errors = gen::sts::errors;
    switch (error.fault) {
        case Fault::MalformedPolicy:
            return errors::malformed_policy_document_exception(std::move(error.message));
        case Fault::InvalidIdentityToken:
            return errors::invalid_identity_token_exception(std::move(error.message));
        case Fault::ExpiredIdentityToken:
            return errors::expired_token_exception(std::move(error.message));
        case Fault::PackedPolicyTooLarge:
            return errors::packed_policy_too_large_exception(std::move(error.message));
        case Fault::Validation:
        case Fault::InvalidInput:
            return plain("ValidationError", std::move(error.message), 400);
        case Fault::AccessDenied:
        case Fault::NoSuchEntity:
            return plain("AccessDenied", std::move(error.message), 403);
        case Fault::TooManyRequests:
            return plain("Throttling", std::move(error.message), 400);
        case Fault::EntityAlreadyExists:
        case Fault::DeleteConflict:
        case Fault::LimitExceeded:
        case Fault::ResourceNotFound:
        case Fault::ResourceConflict:
        case Fault::InvalidParameter:
        case Fault::NotAuthorized:
        case Fault::InvalidPoolConfiguration:
        case Fault::Storage:
            return internal(error);
    }
    return wire::internal_failure();
}

wire::ApiError cognito_error(EngineError error) {
    namespace errors = gen::cognitoidentity::errors;
    switch (error.fault) {
        case Fault::ResourceNotFound:
            return errors::resource_not_found_exception(std::move(error.message));
        case Fault::ResourceConflict:
            return errors::resource_conflict_exception(std::move(error.message));
        case Fault::InvalidParameter:
        case Fault::Validation:
        case Fault::InvalidInput:
            return errors::invalid_parameter_exception(std::move(error.message));
        case Fault::NotAuthorized:
        case Fault::AccessDenied:
            return errors::not_authorized_exception(std::move(error.message));
        case Fault::InvalidPoolConfiguration:
            return errors::invalid_identity_pool_configuration_exception(std::move(error.message));
        case Fault::TooManyRequests:
            return errors::too_many_requests_exception(std::move(error.message));
        case Fault::LimitExceeded:
            return errors::limit_exceeded_exception(std::move(error.message));
        case Fault::NoSuchEntity:
        case Fault::EntityAlreadyExists:
        case Fault::DeleteConflict:
        case Fault::MalformedPolicy:
        case Fault::InvalidIdentityToken:
        case Fault::ExpiredIdentityToken:
        case Fault::PackedPolicyTooLarge:
        case Fault::Storage:
            return internal(error);
    }
    return wire::internal_failure();
}

}  // namespace wr::identity::api
