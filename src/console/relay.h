#pragma once
// The console's way to every AWS operation: the page's request, signed here with the root keys.

#include <string_view>

#include "http/client.h"
#include "http/message.h"
#include "wire/client.h"

namespace wr::console {

/// `path` is what follows /_/api/aws/: a signing name, then the path that the service sees
/// ("lambda/2015-03-31/functions/"). Its query and body go along, of the headers only those that
/// services read. What comes back is data: never a page, and nothing of it can run in the console.
http::Response relay(http::Client& client,
                     const wire::Signer& signer,
                     const http::Request& request,
                     std::string_view path);

}  // namespace wr::console
