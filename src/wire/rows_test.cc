// Rows that are made while they are written, beside the same rows held.
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "wire/access.h"
#include "wire/codec_cbor.h"
#include "wire/codec_json.h"

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace wr::wire {
namespace {

struct Row {
    std::optional<std::string> name;
};
struct Page {
    std::optional<Rows<Row>> rows;
};

const Shape text_shape = {.name = "Text", .kind = Kind::String};
constinit const Member row_members[] = {{.name = "Name",
                                         .wire_name = "Name",
                                         .shape = &text_shape,
                                         .offset = offsetof(Row, name),
                                         .access = &optional_access<std::string>}};
const Shape row_shape = {.name = "Row", .kind = Kind::Structure, .members = row_members};
const Shape rows_shape = {
    .name = "Rows", .kind = Kind::List, .element = &row_shape, .list = &rows_access<Row>};
constinit const Member page_members[] = {{.name = "Rows",
                                          .wire_name = "Rows",
                                          .shape = &rows_shape,
                                          .offset = offsetof(Page, rows),
                                          .access = &optional_access<Rows<Row>>}};
const Shape page_shape = {.name = "Page", .kind = Kind::Structure, .members = page_members};

constexpr size_t row_count = 1000;

std::string name_of(size_t i) {
    return std::string(i % 40, 'n') + std::to_string(i) + (i % 7 == 0 ? "\"" : "");
}

Page made() {
    Page page;
    page.rows.emplace(row_count, [](const Rows<Row>::Visitor& visit) {
        Row row;
        for (size_t i = 0; i < row_count; ++i) {
            row.name = name_of(i);
            visit(row);
        }
    });
    return page;
}

Page held() {
    Page page;
    page.rows.emplace();
    for (size_t i = 0; i < row_count; ++i) page.rows->append().name = name_of(i);
    return page;
}

TEST(Rows, made_while_written_read_as_those_held) {
    const Page one = made();
    const Page other = held();
    EXPECT_EQ(encode_json(page_shape, &one), encode_json(page_shape, &other));
    EXPECT_EQ(encode_cbor(page_shape, &one, CborTime::Milliseconds),
              encode_cbor(page_shape, &other, CborTime::Milliseconds));
    EXPECT_EQ(encode_json(page_shape, &one), encode_json(page_shape, &one));
}

TEST(Rows, are_read_back) {
    const Page page = made();
    Page json;
    ASSERT_TRUE(decode_json(page_shape, encode_json(page_shape, &page), &json));
    Page cbor;
    ASSERT_TRUE(decode_cbor(page_shape,
                            encode_cbor(page_shape, &page, CborTime::Milliseconds),
                            &cbor,
                            CborTime::Milliseconds));
    for (Page* read : {&json, &cbor}) {
        ASSERT_EQ(read->rows->size(), row_count);
        for (size_t i = 0; i < row_count; ++i) ASSERT_EQ(*read->rows->held()[i].name, name_of(i));
    }
}

}  // namespace
}  // namespace wr::wire
