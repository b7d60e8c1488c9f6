// Hostile requests of any service from the first byte to the validated input: router, labels,
// query, headers, bodies.
//
// Input: method, target, one header a line; an empty line; the body.
#include "operations.h"
#include "wire/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    static const wire::Router router(fuzz::models());
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = [&text] {
        const size_t end = text.find('\n');
        const std::string_view found = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        return std::string(found);
    };
    http::Request request;
    request.method = line();
    request.target = line();
    for (std::string header = line(); !header.empty(); header = line()) {
        const size_t colon = header.find(':');
        if (colon != std::string::npos)
            request.headers.add(header.substr(0, colon), header.substr(colon + 1));
    }
    request.body = text;
    for (const char* scope : {"", "s3", "lambda", "sts"}) {
        auto route = router.route(request, scope);
        if (!route) {
            wire::encode_error(route.error().route, route.error().error, "id", request);
            continue;
        }
        const auto input = wire::decode_input(*route, request, request.body);
        if (!input)
            wire::encode_error(*route, input.error(), "id", request);
        else
            fuzz::validator().check(*route->operation->input, input->get());
    }
    return 0;
}
