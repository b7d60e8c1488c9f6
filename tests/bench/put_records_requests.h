#pragma once
// The same PutRecords requests for the load and for the bare loops that it is compared with.

#include <string>
#include <vector>

#include "auth/signer.h"
#include "base/encoding.h"
#include "base/random.h"

namespace wr::bench {

struct PutRecordsShape {
    std::string stream = "bench";
    size_t distinct = 64;       ///< requests, sent in turn
    size_t records = 500;       ///< per request
    size_t record_bytes = 180;  ///< before base64
};

/// Bodies as the AWS SDKs write them.
inline std::vector<std::string> put_records_bodies(const PutRecordsShape& shape) {
    base::SeededRandom random(7);
    std::vector<std::string> bodies;
    for (size_t i = 0; i < shape.distinct; ++i) {
        std::string body = R"({"StreamName": ")" + shape.stream + R"(", "Records": [)";
        for (size_t j = 0; j < shape.records; ++j) {
            std::string data(shape.record_bytes, '\0');
            random.fill(data.data(), data.size());
            body += j == 0 ? R"({"Data": ")" : R"(, {"Data": ")";
            base::base64_append(body, data);
            body +=
                R"(", "PartitionKey": "unicorn)" + std::to_string(random.next() % 1'000) + "\"}";
        }
        bodies.push_back(body + "]}");
    }
    return bodies;
}

}  // namespace wr::bench
