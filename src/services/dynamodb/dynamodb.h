#pragma once
// The face of DynamoDB: what other services may ask of it (stream consumers come with DynamoDB
// Streams).

#include <string>

namespace wr::dynamodb {

/// @threads any
class Face {
public:
    virtual ~Face() = default;
    virtual bool table_exists(const std::string& account,
                              const std::string& region,
                              const std::string& table) = 0;
};

}  // namespace wr::dynamodb
