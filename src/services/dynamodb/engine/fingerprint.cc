// Every part goes in with its length, so that no two requests look alike.
#include "services/dynamodb/engine/fingerprint.h"

#include "base/hash.h"
#include "services/dynamodb/engine/item_codec.h"
#include "services/dynamodb/engine/rows.h"

namespace wr::dynamodb {
namespace {

void add(base::Hasher& hasher, const std::string& part) {
    hasher.update(big_endian(part.size()));
    hasher.update(part);
}

void add(base::Hasher& hasher, const std::optional<std::string>& part) {
    hasher.update(part ? "1" : "0");
    if (part) add(hasher, *part);
}

}  // namespace

std::string fingerprint(const std::vector<WriteAction>& actions) {
    base::Hasher hasher(base::HashKind::Sha256);
    for (const WriteAction& action : actions) {
        add(hasher, std::to_string(static_cast<int>(action.kind)));
        add(hasher, action.table.arn());
        add(hasher, encode_item(action.item));
        add(hasher, action.condition_expression);
        add(hasher, action.update_expression);
        for (const auto& [key, name] :
             action.names.value_or(std::map<std::string, std::string>{})) {
            add(hasher, key);
            add(hasher, name);
        }
        add(hasher, encode_item(action.values.value_or(Item{})));
    }
    return hasher.finish();
}

}  // namespace wr::dynamodb
