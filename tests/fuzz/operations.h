#pragma once
// Every operation of every API, for targets that let the input choose one.

#include <cstdint>
#include <string_view>
#include <vector>

#include "gen/athena/service.h"
#include "gen/cognitoidentity/service.h"
#include "gen/dynamodb/service.h"
#include "gen/firehose/service.h"
#include "gen/glue/service.h"
#include "gen/iam/service.h"
#include "gen/kinesis/service.h"
#include "gen/kinesisanalytics/service.h"
#include "gen/kinesisanalyticsv2/service.h"
#include "gen/lambda/service.h"
#include "gen/logs/service.h"
#include "gen/s3/service.h"
#include "gen/sts/service.h"
#include "wire/validate.h"

namespace wr::fuzz {

inline const std::vector<const wire::ServiceModel*>& models() {
    static const std::vector<const wire::ServiceModel*> all = {
        &gen::athena::service_model(),
        &gen::cognitoidentity::service_model(),
        &gen::dynamodb::service_model(),
        &gen::firehose::service_model(),
        &gen::glue::service_model(),
        &gen::iam::service_model(),
        &gen::kinesis::service_model(),
        &gen::kinesisanalytics::service_model(),
        &gen::kinesisanalyticsv2::service_model(),
        &gen::lambda::service_model(),
        &gen::logs::service_model(),
        &gen::s3::service_model(),
        &gen::sts::service_model(),
    };
    return all;
}

inline const std::vector<const wire::Operation*>& operations() {
    static const std::vector<const wire::Operation*> all = [] {
        std::vector<const wire::Operation*> found;
        for (const auto* model : models())
            for (const auto& operation : model->operations)
                if (operation.is_modelled) found.push_back(&operation);
        return found;
    }();
    return all;
}

inline wire::Validator& validator() {
    static wire::Validator one;
    return one;
}

/// An operation by the first two bytes, and the bytes after them.
struct Choice {
    const wire::Operation* operation;
    std::string_view body;
};
inline bool choose(const uint8_t* data, size_t size, Choice& choice) {
    if (size < 2) return false;
    const size_t number = size_t{data[0]} << 8 | data[1];
    choice.operation = operations()[number % operations().size()];
    choice.body = {reinterpret_cast<const char*>(data) + 2, size - 2};
    return true;
}

}  // namespace wr::fuzz
