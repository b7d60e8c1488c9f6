// Hostile XML bodies for any operation: what decodes is written and read again.
//
// Input: two bytes that choose the operation, the document.
#include <cstdlib>

#include "operations.h"
#include "wire/codec_xml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr;
    fuzz::Choice choice{};
    if (!fuzz::choose(data, size, choice)) return 0;
    const wire::Member* payload = choice.operation->input->payload;
    const bool is_document = payload != nullptr && payload->shape->kind == wire::Kind::Structure;
    const auto input = choice.operation->make_input();
    const wire::Shape& shape = is_document ? *payload->shape : *choice.operation->input;
    void* out = is_document
                    ? payload->access->emplace(static_cast<char*>(input.get()) + payload->offset)
                    : input.get();
    if (!wire::decode_xml(shape, choice.body, out)) return 0;
    fuzz::validator().check(*choice.operation->input, input.get());
    std::string text(wire::xml_declaration);
    wire::append_xml_element(text, "Root", "", shape, out);
    const auto again = choice.operation->make_input();
    void* second = is_document
                       ? payload->access->emplace(static_cast<char*>(again.get()) + payload->offset)
                       : again.get();
    if (!wire::decode_xml(shape, text, second)) std::abort();
    return 0;
}
