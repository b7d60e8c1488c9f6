// Hostile JSON bodies for any operation: what decodes is validated, and encodes to text that
// decodes to the same.
//
// Input: two bytes that choose the operation, the body.
#include <cstdlib>

#include "operations.h"
#include "wire/codec_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    fuzz::Choice choice{};
    if (!fuzz::choose(data, size, choice)) return 0;
    const wire::Shape& shape = *choice.operation->input;
    const auto first = choice.operation->make_input();
    if (!wire::decode_json(shape, choice.body, first.get())) return 0;
    fuzz::validator().check(shape, first.get());
    const std::string text = wire::encode_json(shape, first.get());
    const auto second = choice.operation->make_input();
    if (!wire::decode_json(shape, text, second.get())) std::abort();
    return 0;
}
