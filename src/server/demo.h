#pragma once
// `up --demo`: the workshop's pipeline through the public APIs, and a fleet that feeds it.

#include <memory>

#include "base/result.h"
#include "server/application.h"
#include "server/options.h"

namespace wr::server {

class Demo {
public:
    static base::Result<std::unique_ptr<Demo>> start(const Application& application,
                                                     const Options& options);
    virtual ~Demo() = default;
    virtual void stop() = 0;
};

}  // namespace wr::server
