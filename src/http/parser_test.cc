// Heads and chunked bodies that must be taken, and those that must not.
#include "http/parser.h"

#include <gtest/gtest.h>

namespace wr::http {
namespace {

std::string with_host(const std::string& fields) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

struct Good {
    const char* why;
    std::string head;
};
struct Bad {
    const char* why;
    std::string head;
    int status;
};

HeadState parse(const std::string& bytes, RequestHead& head, HeadProblem& problem) {
    return parse_request_head(bytes, head, problem);
}

TEST(RequestHead, well_formed_heads_are_taken) {
    const std::vector<Good> table = {
        {"plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"no field, 1.0", "GET / HTTP/1.0\r\n\r\n"},
        {"one empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"empty value", with_host("X-Empty:\r\n")},
        {"tabs around a value", with_host("X:\t a b \t\r\n")},
        {"high bytes in a value", with_host("X: \xc3\xa9\r\n")},
        {"all token characters", with_host("!#$%&'*+-.^_`|~09azAZ: 1\r\n")},
        {"options of the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"longest sensible length", with_host("Content-Length: 999999999999999999\r\n")},
    };
    for (const Good& row : table) {
        RequestHead head;
        HeadProblem problem;
        EXPECT_EQ(parse(row.head, head, problem), HeadState::Complete)
            << row.why << ": " << problem.reason;
        EXPECT_EQ(head.size_bytes, row.head.size()) << row.why;
    }
}

TEST(RequestHead, ambiguous_and_malformed_heads_are_refused) {
    const std::vector<Bad> table = {
        {"length and coding",
         with_host("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
         400},
        {"two lengths", with_host("Content-Length: 1\r\nContent-Length: 2\r\n"), 400},
        {"the same length twice", with_host("Content-Length: 1\r\ncontent-length: 1\r\n"), 400},
        {"list of lengths", with_host("Content-Length: 1, 1\r\n"), 400},
        {"signed length", with_host("Content-Length: +1\r\n"), 400},
        {"negative length", with_host("Content-Length: -1\r\n"), 400},
        {"hexadecimal length", with_host("Content-Length: 0x1\r\n"), 400},
        {"empty length", with_host("Content-Length: \r\n"), 400},
        {"overflowing length", with_host("Content-Length: 18446744073709551617\r\n"), 400},
        {"unknown coding", with_host("Transfer-Encoding: gzip\r\n"), 501},
        {"chunked not alone", with_host("Transfer-Encoding: gzip, chunked\r\n"), 501},
        {"identity", with_host("Transfer-Encoding: identity\r\n"), 501},
        {"disguised chunked",
         with_host("Transfer-Encoding: \x0b"
                   "chunked\r\n"),
         400},
        {"two codings",
         with_host("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
         400},
        {"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"bare LF in the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"bare LF in a field", with_host("X: 1\nY: 2\r\n"), 400},
        {"bare CR in a field", with_host("X: 1\rY: 2\r\n"), 400},
        {"folded line", with_host("X: 1\r\n 2\r\n"), 400},
        {"blank before the colon", with_host("Content-Length : 1\r\n"), 400},
        {"no colon", with_host("Nonsense\r\n"), 400},
        {"empty name", with_host(": 1\r\n"), 400},
        {"bracket in a name", with_host("X[]: 1\r\n"), 400},
        {"NUL in a value", with_host(std::string("X: a\0b\r\n", 8)), 400},
        {"NUL in the target", std::string("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 30), 400},
        {"DEL in a value", with_host("X: \x7f\r\n"), 400},
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", with_host("Host: b\r\n"), 400},
        {"absolute target", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"target without slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"bad method", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"lower-case protocol", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        {"HTTP/2 in text", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"unknown expectation", with_host("Expect: 200-ok\r\n"), 417},
        {"long request line", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n", 414},
        {"long request line, unfinished", "GET /" + std::string(9000, 'a'), 414},
        {"long header", with_host("X: " + std::string(17'000, 'a') + "\r\n"), 431},
        {"long header, unfinished", "GET / HTTP/1.1\r\nX: " + std::string(17'000, 'a'), 431},
    };
    for (const Bad& row : table) {
        RequestHead head;
        HeadProblem problem;
        EXPECT_EQ(parse(row.head, head, problem), HeadState::Bad) << row.why;
        EXPECT_EQ(problem.status, row.status) << row.why << ": " << problem.reason;
    }
}

TEST(RequestHead, too_many_fields_are_refused) {
    std::string fields;
    for (int i = 0; i < 100; ++i) fields += "a: b\r\n";
    RequestHead head;
    HeadProblem problem;
    EXPECT_EQ(parse(with_host(fields), head, problem), HeadState::Bad);
    EXPECT_EQ(problem.status, 431);
}

TEST(RequestHead, every_prefix_of_a_good_head_is_incomplete) {
    const std::string whole = with_host("Content-Length: 3\r\nX: y\r\n");
    for (size_t size = 0; size < whole.size(); ++size) {
        RequestHead head;
        HeadProblem problem;
        EXPECT_EQ(parse(whole.substr(0, size), head, problem), HeadState::Incomplete) << size;
    }
}

TEST(RequestHead, framing_and_connection_options_are_read) {
    RequestHead head;
    HeadProblem problem;
    ASSERT_EQ(parse(with_host("content-length: 42\r\nConnection: x, Close\r\n"), head, problem),
              HeadState::Complete);
    EXPECT_EQ(head.content_length, 42u);
    EXPECT_FALSE(head.keep_alive);
    ASSERT_EQ(
        parse(with_host("Transfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n"), head, problem),
        HeadState::Complete);
    EXPECT_FALSE(head.content_length);
    EXPECT_TRUE(head.is_chunked);
    EXPECT_TRUE(head.expects_continue);
    EXPECT_TRUE(head.keep_alive);
    const std::string kept = "GET /p?q HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    ASSERT_EQ(parse(kept, head, problem), HeadState::Complete);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_EQ(head.target, "/p?q");
    ASSERT_EQ(parse("GET / HTTP/1.0\r\n\r\n", head, problem), HeadState::Complete);
    EXPECT_FALSE(head.keep_alive);
}

/// The decoded body, or "bad" or "more" when it never ends.
std::string decode(const std::string& text, size_t piece) {
    ChunkedDecoder decoder;
    std::string body;
    for (size_t i = 0; i < text.size(); i += piece) {
        const std::string bytes = text.substr(i, piece);
        std::string_view rest = bytes;
        for (;;) {
            std::string_view data;
            const auto state = decoder.next(rest, data);
            if (state == ChunkedDecoder::State::Bad) return "bad";
            if (state == ChunkedDecoder::State::Done) return body;
            if (state == ChunkedDecoder::State::NeedsMore) break;
            body += data;
        }
    }
    return "more";
}

TEST(ChunkedDecoder, bodies_come_out_the_same_however_they_are_cut) {
    const std::string text =
        "4\r\nWiki\r\nB;name=\"v\"\r\npedia in \r\n\r\n5 \r\nhello\r\n0\r\nTrailer: x\r\n\r\n";
    for (size_t piece = 1; piece <= text.size(); ++piece) {
        EXPECT_EQ(decode(text, piece), "Wikipedia in \r\nhello") << piece;
    }
}

TEST(ChunkedDecoder, the_longest_size_line_is_taken_however_it_is_cut) {
    const std::string longest = "1;" + std::string(254, 'x') + "\r\na\r\n0\r\n\r\n";
    const std::string longer = "1;" + std::string(255, 'x') + "\r\na\r\n0\r\n\r\n";
    for (size_t piece = 1; piece <= longest.size(); ++piece) {
        EXPECT_EQ(decode(longest, piece), "a") << piece;
        EXPECT_EQ(decode(longer, piece), "bad") << piece;
    }
}

TEST(ChunkedDecoder, malformed_chunks_are_refused) {
    for (const std::string& text : {
             std::string("\r\n"),
             std::string("g\r\n"),
             std::string("-1\r\n"),
             std::string("0x1\r\na\r\n"),
             std::string(" 1\r\na\r\n0\r\n\r\n"),
             std::string("1\na\r\n0\r\n\r\n"),
             std::string("1\r\nab\r\n0\r\n\r\n"),
             std::string("1\r\na\n0\r\n\r\n"),
             std::string("1\r\na\r\n0\r\nbad trailer\r\n\r\n"),
             std::string("1\r\na\r\n0\r\n: x\r\n\r\n"),
             std::string("1;\0\r\na\r\n", 8),
             std::string("10000000000000000\r\n"),
             "1;" + std::string(300, 'x') + "\r\na\r\n",
             "1;" + std::string(300, 'x'),
             "0\r\n" + std::string(20'000, 'x'),
         }) {
        EXPECT_EQ(decode(text, text.size()), "bad") << text.substr(0, 40);
    }
}

}  // namespace
}  // namespace wr::http
