#pragma once
// What the last invocations were given and what they answered, for whoever looks into them later.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"

namespace wr::lambda {

struct InvocationTalk {
    std::string event;   ///< as it was given, or its beginning
    std::string result;  ///< likewise; of a failed invocation the error object
    bool is_whole = true;

    size_t size_bytes() const { return event.size() + result.size(); }
};

/// The last invocations of each function, in memory: they go with the process.
/// @threads any
class InvocationTalks {
public:
    static constexpr size_t per_function_max = 50;
    static constexpr size_t part_bytes_max = 64 * 1024;
    /// Of all functions together; beyond it the one that holds most loses its oldest.
    explicit InvocationTalks(size_t bytes_max = 32 * 1024 * 1024) : bytes_max_(bytes_max) {}

    void keep(const std::string& function,
              const std::string& request_id,
              std::string_view event,
              std::string_view result);
    std::optional<InvocationTalk> find(const std::string& function,
                                       const std::string& request_id) const;
    void forget(const std::string& function);

private:
    struct Kept {
        std::string request_id;
        InvocationTalk talk;
    };
    struct Function {
        std::deque<Kept> kept;  ///< oldest first
        size_t bytes = 0;
    };
    void drop_oldest(Function& function) REQUIRES(mutex_);

    const size_t bytes_max_;
    mutable base::Mutex mutex_;
    std::map<std::string, Function> functions_ GUARDED_BY(mutex_);
    size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace wr::lambda
