// How single failures become the cancellation of a transaction.
#include "services/dynamodb/engine/error.h"

namespace wr::dynamodb {
namespace {

CancellationReason reason_for(Error& error) {
    CancellationReason reason;
    reason.message = error.message;
    reason.item = std::move(error.item);
    reason.code = error.code == ErrorCode::ConditionalCheckFailed ? "ConditionalCheckFailed"
                                                                  : "ValidationError";
    return reason;
}

}  // namespace

std::optional<Error> cancellation(std::vector<std::optional<Error>>& errors) {
    Error cancelled{ErrorCode::TransactionCanceled, "", {}, {}};
    std::string codes;
    bool any = false;
    for (auto& error : errors) {
        // What is no fault of the action ends the request as it would end a single write.
        if (error && error->code != ErrorCode::ConditionalCheckFailed &&
            error->code != ErrorCode::Validation) {
            return std::move(error);
        }
        any = any || error;
        cancelled.reasons.push_back(error ? reason_for(*error) : CancellationReason{});
        codes += (codes.empty() ? "" : ", ") + cancelled.reasons.back().code;
    }
    if (!any) return std::nullopt;
    cancelled.message =
        "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes +
        "]";
    return cancelled;
}

}  // namespace wr::dynamodb
