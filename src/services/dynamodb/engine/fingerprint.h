#pragma once
// What a transaction asks for, as a digest: repeats of a token must ask for the same.

#include <string>
#include <vector>

#include "services/dynamodb/engine/writer.h"

namespace wr::dynamodb {

std::string fingerprint(const std::vector<WriteAction>& actions);

}  // namespace wr::dynamodb
