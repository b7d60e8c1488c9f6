// GetQueryResults: pages of the result object in S3, which is the only copy.
#include <charconv>

#include "services/athena/engine/engine.h"

namespace wr::athena {
namespace {

constexpr uint64_t object_bytes_max = 512ULL * 1024 * 1024;

using Row = std::vector<std::optional<std::string>>;

base::Failure<Error> invalid(std::string message) {
    return {Error{ErrorCode::InvalidRequest, std::move(message)}};
}

/// Every field of ours is quoted; an empty one without quotes is NULL.
Row take_csv_row(std::string_view text, size_t& at) {
    Row row(1);
    while (at < text.size()) {
        const char c = text[at++];
        if (c == '\n') return row;
        if (c == ',') {
            row.emplace_back();
            continue;
        }
        if (c != '"') continue;
        std::string value;
        while (at < text.size()) {
            if (text[at] == '"' && (at + 1 >= text.size() || text[at + 1] != '"')) break;
            if (text[at] == '"') ++at;
            value += text[at++];
        }
        ++at;
        row.back() = std::move(value);
    }
    return row;
}

Row take_line(std::string_view text, size_t& at) {
    const size_t end = std::min(text.find('\n', at), text.size());
    Row row = {std::string(text.substr(at, end - at))};
    at = end + 1;
    return row;
}

base::Result<std::string> bytes_of(const s3::ObjectReader& object) {
    if (!object.file) return object.bytes;
    if (object.info.size_bytes > object_bytes_max)
        return base::fail(base::ErrorCode::InvalidArgument, "the result is too large");
    std::string bytes(object.info.size_bytes, '\0');
    WR_TRY(const size_t got, object.file->read_at(0, bytes.data(), bytes.size()));
    bytes.resize(got);
    return bytes;
}

}  // namespace

Result<ResultPage> Engine::results(const Scope& scope,
                                   const std::string& id,
                                   const std::string& token,
                                   size_t count_max,
                                   const Authorise& authorise) const {
    WR_TRY(const QueryExecution execution, get(scope, id));
    switch (execution.state) {
        case QueryState::Queued:
        case QueryState::Running:
            return invalid(
                "Query has not yet finished. Current state: " +
                std::string(execution.state == QueryState::Queued ? "QUEUED" : "RUNNING"));
        case QueryState::Failed:
            return invalid("Query did not finish successfully. Final query state: FAILED");
        case QueryState::Cancelled:
            return invalid("Query did not finish successfully. Final query state: CANCELLED");
        case QueryState::Succeeded:
            break;
    }
    const auto address = parse_s3_address(execution.output_location);
    if (!address) return invalid("The result has no location");
    if (!authorise("s3:GetObject", "arn:aws:s3:::" + address->bucket + "/" + address->key))
        return invalid("Access denied when reading from location: " + execution.output_location);
    const auto object = s3_.get_object(address->bucket, address->key);
    if (!object) return invalid("Could not find results");
    const auto bytes = bytes_of(*object);
    if (!bytes) return base::fail(Error{ErrorCode::Internal, "Internal server error"});

    size_t at = 0;
    if (!token.empty()) {
        const auto parsed = std::from_chars(token.data(), token.data() + token.size(), at);
        if (parsed.ec != std::errc() || parsed.ptr != token.data() + token.size() ||
            at >= bytes->size())
            return invalid("Invalid NextToken");
    }
    ResultPage page;
    page.columns = execution.columns;
    page.statement_type = execution.statement_type;
    const bool is_csv = execution.statement_type == StatementType::Dml;
    while (at < bytes->size() && page.rows.size() < count_max)
        page.rows.push_back(is_csv ? take_csv_row(*bytes, at) : take_line(*bytes, at));
    if (at < bytes->size()) page.next_token = std::to_string(at);
    return page;
}

}  // namespace wr::athena
