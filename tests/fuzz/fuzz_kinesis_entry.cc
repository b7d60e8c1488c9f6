// Hostile log entries, sequence numbers and ARNs of streams: read without a crash, and written as
// they were read.
#include <cstdlib>

#include "services/kinesis/engine/entry.h"
#include "services/kinesis/engine/sequence.h"
#include "services/kinesis/kinesis.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr::kinesis;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto number = parse_sequence_number(text)) {
        if (number->text() != text) std::abort();
    }
    if (const auto name = parse_stream_arn(text)) {
        const auto again = parse_stream_arn(name->arn());
        if (!again || again->arn() != name->arn()) std::abort();
    }
    const auto head = parse_entry_head(text);
    if (!head) return 0;
    for (const auto& section : head->sections) {
        EntryReader reader(text, section);
        size_t bytes = 0;
        while (const auto record = reader.next()) bytes += record->data.size();
        if (bytes > size) std::abort();
    }
    return 0;
}
