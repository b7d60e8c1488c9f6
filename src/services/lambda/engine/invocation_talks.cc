// Bounded by number and by bytes; the oldest go first.
#include "services/lambda/engine/invocation_talks.h"

#include <algorithm>

#include "base/encoding.h"

namespace wr::lambda {
namespace {

/// The beginning, to the end of a character; a function may answer what is no text.
std::string beginning_of(std::string_view text, size_t bytes_max) {
    if (text.size() > bytes_max) {
        size_t end = bytes_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
        text = text.substr(0, end);
    }
    return base::is_valid_utf8(text) ? std::string(text) : std::string();
}

}  // namespace

void InvocationTalks::keep(const std::string& function,
                           const std::string& request_id,
                           std::string_view event,
                           std::string_view result) {
    Kept kept{request_id,
              {beginning_of(event, part_bytes_max), beginning_of(result, part_bytes_max), true}};
    kept.talk.is_whole = kept.talk.size_bytes() == event.size() + result.size();
    const size_t size = kept.talk.size_bytes();
    const base::MutexLock lock(mutex_);
    Function& of = functions_[function];
    of.kept.push_back(std::move(kept));
    of.bytes += size;
    bytes_ += size;
    if (of.kept.size() > per_function_max) drop_oldest(of);
    while (bytes_ > bytes_max_) {
        const auto most = std::max_element(
            functions_.begin(), functions_.end(), [](const auto& left, const auto& right) {
                return left.second.bytes < right.second.bytes;
            });
        drop_oldest(most->second);
    }
}

void InvocationTalks::drop_oldest(Function& function) {
    const size_t size = function.kept.front().talk.size_bytes();
    function.bytes -= size;
    bytes_ -= size;
    function.kept.pop_front();
}

std::optional<InvocationTalk> InvocationTalks::find(const std::string& function,
                                                    const std::string& request_id) const {
    const base::MutexLock lock(mutex_);
    const auto of = functions_.find(function);
    if (of == functions_.end()) return std::nullopt;
    const auto& kept = of->second.kept;
    const auto found = std::find_if(kept.rbegin(), kept.rend(), [&](const Kept& each) {
        return each.request_id == request_id;
    });
    if (found == kept.rend()) return std::nullopt;
    return found->talk;
}

void InvocationTalks::forget(const std::string& function) {
    const base::MutexLock lock(mutex_);
    const auto of = functions_.find(function);
    if (of == functions_.end()) return;
    bytes_ -= of->second.bytes;
    functions_.erase(of);
}

}  // namespace wr::lambda
