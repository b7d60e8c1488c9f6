// Hostile CBOR bodies for any operation: what decodes encodes to bytes that decode again.
//
// Input: two bytes that choose the operation, the body.
#include <cstdlib>

#include "operations.h"
#include "wire/codec_cbor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    fuzz::Choice choice{};
    if (!fuzz::choose(data, size, choice)) return 0;
    const wire::Shape& shape = *choice.operation->input;
    const auto first = choice.operation->make_input();
    if (!wire::decode_cbor(shape, choice.body, first.get())) return 0;
    fuzz::validator().check(shape, first.get());
    const std::string bytes = wire::encode_cbor(shape, first.get());
    const auto second = choice.operation->make_input();
    if (!wire::decode_cbor(shape, bytes, second.get())) std::abort();
    if (wire::encode_cbor(shape, second.get()) != bytes) std::abort();
    return 0;
}
