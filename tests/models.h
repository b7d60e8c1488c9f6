#pragma once
// Every API there is, for test programs that go through all of them.

#include <vector>

#include "gen/athena/service.h"
#include "gen/cloudwatch/service.h"
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

namespace wr::tests {

inline const std::vector<const wire::ServiceModel*>& models() {
    static const std::vector<const wire::ServiceModel*> all = {
        &gen::athena::service_model(),
        &gen::cloudwatch::service_model(),
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

}  // namespace wr::tests
