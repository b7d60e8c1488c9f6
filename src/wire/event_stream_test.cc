// Framing of event streams, against values from elsewhere.
#include "wire/event_stream.h"

#include <gtest/gtest.h>

namespace wr::wire {
namespace {

TEST(EventStream, the_crc_is_that_of_zlib) {
    EXPECT_EQ(crc32_ieee("123456789"), 0xCBF43926U);
    EXPECT_EQ(crc32_ieee(""), 0U);
}

TEST(EventStream, a_message_without_headers_has_the_bytes_of_the_specification) {
    // The empty message of the specification's test vectors.
    const std::string expected("\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2\x48\xeb\x7d\x98\xc8\xff",
                               16);
    EXPECT_EQ(encode_event_message({}, ""), expected);
}

TEST(EventStream, headers_are_strings_with_their_lengths) {
    const std::string message = encode_event_message({{"ab", "xyz"}}, "payload");
    const std::string field(
        "\x02"
        "ab\x07\0\x03xyz",
        9);
    EXPECT_EQ(message.size(), 12U + field.size() + 7 + 4);
    EXPECT_EQ(message.substr(0, 4), std::string("\0\0\0\x20", 4));
    EXPECT_EQ(message.substr(4, 4), std::string("\0\0\0\x09", 4));
    EXPECT_EQ(message.substr(12, field.size()), field);
    EXPECT_EQ(message.substr(12 + field.size(), 7), "payload");
}

}  // namespace
}  // namespace wr::wire
