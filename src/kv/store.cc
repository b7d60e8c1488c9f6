// What every store does on top of get, commit and iterate.
#include "kv/store.h"

namespace wr::kv {

Result<void> Store::put(std::string key, std::string value) {
    Batch batch;
    batch.put(std::move(key), std::move(value));
    return commit(batch);
}

Result<void> Store::remove(std::string key) {
    Batch batch;
    batch.remove(std::move(key));
    return commit(batch);
}

Result<void> Store::back_up(const std::string& directory) {
    return base::fail(base::ErrorCode::Unsupported, "this store has no files for " + directory);
}

Result<void> Store::flush() {
    return {};
}

Result<void> Store::verify() const {
    return {};
}

Result<void> Store::scan(
    std::string_view prefix,
    const std::function<bool(std::string_view key, std::string_view value)>& each) const {
    const auto iterator = iterate();
    for (iterator->seek(prefix); iterator->valid(); iterator->next()) {
        if (!iterator->key().starts_with(prefix)) return {};
        if (!each(iterator->key(), iterator->value())) return {};
    }
    return iterator->status();
}

}  // namespace wr::kv
