// Hostile forms for any operation of the Query protocol's kind.
//
// Input: two bytes that choose the operation, the form.
#include "operations.h"
#include "wire/codec_query.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    fuzz::Choice choice{};
    if (!fuzz::choose(data, size, choice)) return 0;
    const auto fields = wire::parse_form(choice.body);
    if (!fields) return 0;
    const wire::Shape& shape = *choice.operation->input;
    const auto input = choice.operation->make_input();
    if (wire::decode_query(shape, *fields, input.get()))
        fuzz::validator().check(shape, input.get());
    return 0;
}
