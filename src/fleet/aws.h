#pragma once
// Aws: one endpoint, one set of keys, and a client for each service that the application uses.

#include <memory>
#include <string>

#include "auth/signer.h"
#include "base/clock.h"
#include "gen/athena/client.h"
#include "gen/cognitoidentity/client.h"
#include "gen/dynamodb/client.h"
#include "gen/firehose/client.h"
#include "gen/iam/client.h"
#include "gen/kinesis/client.h"
#include "gen/kinesisanalytics/client.h"
#include "gen/lambda/client.h"
#include "gen/logs/client.h"
#include "gen/s3/client.h"
#include "gen/sts/client.h"
#include "http/client.h"
#include "wire/client.h"

namespace wr::fleet {

struct AwsOptions {
    std::string endpoint;  ///< http://host:port or https://host:port
    std::string region;
    auth::SigningCredentials credentials;
    std::string trust_file{};  ///< PEM: authorities to believe beside the system's
};

/// @threads any
class Aws {
public:
    Aws(const AwsOptions& options, const base::Clock& clock);

    const std::string region;
    const std::string endpoint;

private:
    std::unique_ptr<http::Client> http_;
    wire::Client wire_;

public:
    gen::kinesis::Client kinesis{wire_};
    gen::kinesisanalytics::Client analytics{wire_};
    gen::lambda::Client lambda{wire_};
    gen::dynamodb::Client dynamodb{wire_};
    gen::firehose::Client firehose{wire_};
    gen::s3::Client s3{wire_};
    gen::athena::Client athena{wire_};
    gen::cognitoidentity::Client identity_pools{wire_};
    gen::iam::Client iam{wire_};
    gen::sts::Client sts{wire_};
    gen::logs::Client logs{wire_};
};

}  // namespace wr::fleet
