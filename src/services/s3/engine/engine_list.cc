// Listing: keys in byte order, rolled up at a delimiter, skipping what a common prefix covers.
#include "base/logging.h"
#include "services/s3/engine/engine.h"
#include "services/s3/engine/listing.h"

namespace wr::s3 {

std::optional<std::string> common_prefix_of(std::string_view name,
                                            std::string_view prefix,
                                            std::string_view delimiter) {
    if (delimiter.empty() || !name.starts_with(prefix)) return std::nullopt;
    const size_t at = name.find(delimiter, prefix.size());
    if (at == std::string_view::npos) return std::nullopt;
    return std::string(name.substr(0, at + delimiter.size()));
}

std::string after_prefix(std::string_view prefix) {
    std::string next(prefix);
    while (!next.empty() && next.back() == '\xff') next.pop_back();
    if (!next.empty()) next.back() = static_cast<char>(next.back() + 1);
    return next;
}

namespace {

/// Moves to the first row that the request may list. False when there is none.
bool seek_start(kv::Iterator& rows, const ListRequest& request, const std::string& base_row) {
    std::string start = std::max(request.prefix, request.after);
    std::string skipped = request.after_is_prefix ? request.after : std::string();
    if (request.skips_prefix_of_after && !request.after.empty()) {
        if (const auto holding = common_prefix_of(request.after, request.prefix, request.delimiter))
            skipped = *holding;
    }
    if (!skipped.empty()) {
        const std::string next = after_prefix(skipped);
        if (next.empty()) return false;
        start = std::max(request.prefix, next);
    }
    rows.seek(base_row + start);
    if (skipped.empty() && !request.after.empty() && rows.valid() &&
        rows.key() == base_row + request.after)
        rows.next();
    return true;
}

}  // namespace

Outcome<ListPage> Engine::list(const ListRequest& request) const {
    WR_TRY_VOID(find_bucket(request.bucket));
    ListPage page;
    if (request.count_max == 0) return page;
    const std::string base_row = objects_prefix(request.bucket);
    const auto rows = store_.iterate();
    if (!seek_start(*rows, request, base_row)) return page;
    while (rows->valid() && rows->key().starts_with(base_row)) {
        const std::string_view name = rows->key().substr(base_row.size());
        if (!name.starts_with(request.prefix)) break;
        if (page.objects.size() + page.common_prefixes.size() == request.count_max) {
            page.is_truncated = true;
            return page;
        }
        const auto common = common_prefix_of(name, request.prefix, request.delimiter);
        page.last = common ? *common : std::string(name);
        page.last_is_prefix = common.has_value();
        if (common) {
            page.common_prefixes.push_back(*common);
            const std::string next = after_prefix(*common);
            if (next.empty()) break;
            rows->seek(base_row + next);
            continue;
        }
        auto object = decode_object(name, rows->value());
        if (!object) {
            base::log_error("s3 object row is damaged",
                            {{"bucket", request.bucket}, {"key", name}});
            return base::fail(problem(Fault::InternalError));
        }
        page.objects.push_back(*std::move(object));
        rows->next();
    }
    WR_S3_TRY_VOID(rows->status());
    return page;
}

}  // namespace wr::s3
