#pragma once
// The engine's errors as Athena's and Glue's.

#include "services/athena/engine/engine.h"
#include "wire/context.h"
#include "wire/error.h"

namespace wr::athena::api {

wire::ApiError to_athena(const Error& error);
/// Athena words the catalogue's errors as MetadataException.
wire::ApiError to_athena(const CatalogError& error);
wire::ApiError to_glue(const CatalogError& error);

inline Scope scope_of(const wire::CallContext& context) {
    return {context.account, context.region};
}

}  // namespace wr::athena::api
