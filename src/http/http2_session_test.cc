// HTTP/2 without sockets: what well-behaved clients get, and what becomes of the others.
#include "http/http2_session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "http/http2_frames.h"

namespace wr::http {
namespace {

using namespace std::chrono_literals;

class Http2SessionTest : public testing::Test {
protected:
    Http2SessionTest() {
        Http2Options options;
        options.peer_address = "127.0.0.1";
        options.server = &server_options_;
        options.date = &date_;
        session_ = Http2Session::create(options, now_);
        send(std::string(http_2_preface) + frames::frame(frames::Settings, 0, 0));
        output();
        send(frames::frame(frames::Settings, frames::ack, 0));
    }

    void send(const std::string& bytes) { session_->receive(bytes, now_); }
    void send_request(uint32_t stream, const frames::Fields& fields, bool has_body = false) {
        const auto flags =
            static_cast<uint8_t>(frames::end_headers | (has_body ? 0 : frames::end_stream));
        send(frames::frame(frames::Headers, flags, stream, frames::block(fields)));
    }
    /// The one request that has arrived.
    std::shared_ptr<Request> arrived() {
        auto all = session_->take_arrived();
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? std::make_shared<Request>() : all[0].request;
    }
    std::vector<frames::Seen> output() {
        std::string bytes;
        session_->produce(bytes, SIZE_MAX);
        auto seen = frames::take(bytes);
        EXPECT_TRUE(bytes.empty());
        return seen;
    }
    std::string body_of(uint32_t stream, const std::vector<frames::Seen>& seen) {
        std::string body;
        for (const auto& frame : seen)
            if (frame.type == frames::Data && frame.stream == stream) body += frame.payload;
        return body;
    }
    static size_t count(frames::Type type, const std::vector<frames::Seen>& seen) {
        return static_cast<size_t>(
            std::count_if(seen.begin(), seen.end(), [&](const auto& f) { return f.type == type; }));
    }
    /// Error code of the first frame of that type; 99 when there is none.
    static uint32_t code_of(frames::Type type, const std::vector<frames::Seen>& seen) {
        for (const auto& frame : seen)
            if (frame.type == type)
                return static_cast<uint8_t>(frame.payload[type == frames::GoAway ? 7 : 3]);
        return 99;
    }
    static constexpr uint32_t enhance_your_calm = 0xb;

    ServerOptions server_options_;
    std::string date_ = "now";
    base::MonotonicTime now_{1h};
    std::unique_ptr<Http2Session> session_;
};

TEST_F(Http2SessionTest, a_request_has_its_authority_as_host_and_its_cookies_in_one_field) {
    auto fields = frames::get("/a?b=c");
    fields.insert(fields.end(), {{"x-one", "1"}, {"cookie", "a=1"}, {"cookie", "b=2"}});
    send_request(1, fields);
    const auto request = arrived();
    EXPECT_EQ(request->method, "GET");
    EXPECT_EQ(request->target, "/a?b=c");
    EXPECT_EQ(request->headers.get("Host"), "here");
    EXPECT_EQ(request->headers.get("X-One"), "1");
    EXPECT_EQ(request->headers.get("Cookie"), "a=1; b=2");
    EXPECT_EQ(request->peer_address, "127.0.0.1");
    EXPECT_EQ(request->body, "");
    ASSERT_TRUE(session_->answer(1, Response{.status = 200, .body = "hello"}, nullptr));
    const auto seen = output();
    EXPECT_EQ(body_of(1, seen), "hello");
    EXPECT_EQ(count(frames::Headers, seen), 1U);
    EXPECT_FALSE(session_->is_over());
}

TEST_F(Http2SessionTest, a_body_is_gathered_from_its_frames_with_padding_behind_it) {
    send_request(
        1, {{":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}}, true);
    EXPECT_TRUE(session_->take_arrived().empty());
    const std::string piece(10'000, 'x');
    for (int i = 0; i < 30; ++i) send(frames::frame(frames::Data, 0, 1, piece));
    send(frames::frame(frames::Data, frames::end_stream, 1, "end"));
    const auto request = arrived();
    ASSERT_EQ(request->body.size(), 300'003U);
    EXPECT_TRUE(request->body.ends_with("xend"));
    EXPECT_EQ(request->body.data()[request->body.size() + body_padding_bytes - 1], '\0');
    // The windows were opened again for what was taken.
    EXPECT_EQ(code_of(frames::RstStream, output()), 99U);
}

TEST_F(Http2SessionTest, large_answers_wait_for_the_clients_window) {
    send_request(1, frames::get());
    arrived();
    session_->answer(1, Response{.status = 200, .body = std::string(200'000, 'x')}, nullptr);
    EXPECT_EQ(body_of(1, output()).size(), 65'535U);
    send(frames::frame(frames::WindowUpdate, 0, 0, frames::number(1'000'000, 4)));
    send(frames::frame(frames::WindowUpdate, 0, 1, frames::number(1'000'000, 4)));
    const auto seen = output();
    EXPECT_EQ(body_of(1, seen).size(), 200'000U - 65'535U);
    EXPECT_EQ(seen.back().flags & frames::end_stream, frames::end_stream);
}

TEST_F(Http2SessionTest, a_body_that_is_made_leaves_as_it_is_made_and_hears_of_its_end) {
    send_request(1, frames::get());
    arrived();
    const auto loop = EventLoop::create();
    auto writer = std::make_shared<ChunkWriter>(loop, false, [](const auto&, auto, bool) {});
    Response response;
    response.stream_body = [](std::shared_ptr<BodyWriter>) {};
    ASSERT_TRUE(session_->answer(1, std::move(response), writer));
    EXPECT_EQ(count(frames::Data, output()), 0U);
    session_->append(1, "one", false);
    EXPECT_EQ(body_of(1, output()), "one");
    session_->append(1, "two", false);
    session_->append(1, "", true);
    const auto seen = output();
    EXPECT_EQ(body_of(1, seen), "two");
    EXPECT_EQ(seen.back().flags & frames::end_stream, frames::end_stream);
    EXPECT_FALSE(writer->write("more"));
}

TEST_F(Http2SessionTest, a_stream_that_is_broken_off_is_told_to_who_writes_its_body) {
    send_request(1, frames::get());
    arrived();
    auto writer =
        std::make_shared<ChunkWriter>(EventLoop::create(), false, [](const auto&, auto, bool) {});
    session_->answer(1, Response{}, writer);
    send(frames::frame(frames::RstStream, 0, 1, frames::number(8, 4)));
    EXPECT_FALSE(writer->write("more"));
}

TEST_F(Http2SessionTest, heads_that_http_1_would_refuse_are_refused_here) {
    const std::string long_value(limits::http_header_bytes_max, 'x');
    const std::vector<frames::Fields> bad{
        {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}},  // no authority
        {{":method", "CONNECT"}, {":authority", "here"}},           // a tunnel
        {{":method", "GET"},
         {":scheme", "http"},
         {":path", "/"},
         {":authority", "here"},
         {"host", "there"}},
        {{":method", "GET"},
         {":scheme", "http"},
         {":path", "/"},
         {":authority", "here"},
         {"expect", "miracles"}},
        {{":method", "POST"},
         {":scheme", "http"},
         {":path", "/"},
         {":authority", "here"},
         {"content-length", "99999999999999"}},
    };
    uint32_t stream = 1;
    for (const auto& fields : bad) {
        send_request(stream, fields, stream == 9);
        EXPECT_TRUE(session_->take_arrived().empty()) << stream;
        const auto seen = output();
        EXPECT_TRUE(count(frames::Headers, seen) == 1 || count(frames::RstStream, seen) == 1)
            << stream;
        stream += 2;
    }
}

TEST_F(Http2SessionTest, a_head_over_the_limit_is_answered_with_431) {
    auto fields = frames::get();
    for (size_t i = 0; i <= limits::http_headers_max; ++i)
        fields.emplace_back("x-" + std::to_string(i), "v");
    send_request(1, fields);
    EXPECT_TRUE(session_->take_arrived().empty());
    const auto seen = output();
    EXPECT_EQ(body_of(1, seen), "too many header fields\n");
}

TEST_F(Http2SessionTest, streams_broken_off_in_a_hurry_end_the_connection) {
    uint32_t stream = 1;
    size_t answered = 0;
    for (uint32_t i = 0; i < 10 * limits::http2_resets_max && !session_->is_over(); ++i) {
        send_request(stream, frames::get());
        send(frames::frame(frames::RstStream, 0, stream, frames::number(8, 4)));
        stream += 2;
        answered += session_->take_arrived().size();
        const auto seen = output();
        if (count(frames::GoAway, seen) > 0) {
            EXPECT_EQ(code_of(frames::GoAway, seen), enhance_your_calm);
        }
    }
    EXPECT_TRUE(session_->is_over());
    // Nothing was answered meanwhile: only so many were ever handed on.
    EXPECT_EQ(answered, limits::http2_streams_max);
}

TEST_F(Http2SessionTest, resets_that_a_client_provokes_count_as_its_own) {
    uint32_t stream = 1;
    for (uint32_t i = 0; i < 10 * limits::http2_resets_max && !session_->is_over(); ++i) {
        send_request(stream, frames::get());
        session_->take_arrived();
        // A window of nothing more is an error of the stream.
        send(frames::frame(frames::WindowUpdate, 0, stream, frames::number(0, 4)));
        stream += 2;
        output();
    }
    EXPECT_TRUE(session_->is_over());
    EXPECT_LE(stream, 2 * (limits::http2_resets_max + 2));
}

TEST_F(Http2SessionTest, the_budget_of_resets_comes_back_with_time) {
    uint32_t stream = 1;
    for (uint32_t i = 0; i < 3 * limits::http2_resets_max; ++i) {
        send_request(stream, frames::get());
        for (auto& each : session_->take_arrived())
            session_->answer(each.stream, Response{}, nullptr);
        send(frames::frame(frames::RstStream, 0, stream, frames::number(8, 4)));
        stream += 2;
        output();
        now_ +=
            std::chrono::milliseconds(limits::http2_budget_period) * 2 / limits::http2_resets_max;
    }
    EXPECT_FALSE(session_->is_over());
}

TEST_F(Http2SessionTest, floods_of_pings_settings_and_empty_frames_end_the_connection) {
    const std::vector<std::string> floods{
        frames::frame(frames::Ping, 0, 0, "12345678"),
        frames::frame(frames::Settings, 0, 0),
        frames::frame(frames::Data, 0, 1),
    };
    for (const std::string& flood : floods) {
        Http2Options options;
        options.server = &server_options_;
        options.date = &date_;
        session_ = Http2Session::create(options, now_);
        send(std::string(http_2_preface) + frames::frame(frames::Settings, 0, 0));
        send_request(
            1,
            {{":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}},
            true);
        for (uint32_t i = 0; i < 2 * limits::http2_controls_max && !session_->is_over(); ++i) {
            send(flood);
            output();
        }
        EXPECT_TRUE(session_->is_over());
    }
}

TEST_F(Http2SessionTest, a_head_in_endless_pieces_ends_the_connection) {
    send(frames::frame(frames::Headers, frames::end_stream, 1, frames::block(frames::get())));
    for (int i = 0; i < 20 && !session_->is_over(); ++i) {
        send(frames::frame(frames::Continuation, 0, 1, frames::field("x", "y")));
        output();
    }
    EXPECT_TRUE(session_->is_over());
}

TEST_F(Http2SessionTest, more_streams_than_allowed_are_refused) {
    size_t handed_on = 0;
    for (uint32_t i = 0; i < limits::http2_streams_max + 20; ++i) {
        send_request(2 * i + 1, frames::get());
        handed_on += session_->take_arrived().size();
    }
    EXPECT_EQ(handed_on, limits::http2_streams_max);
}

TEST_F(Http2SessionTest, clients_that_do_not_move_are_given_up) {
    send_request(1, frames::get());
    arrived();
    session_->answer(1, Response{.status = 200, .body = std::string(200'000, 'x')}, nullptr);
    output();
    now_ += server_options_.idle_timeout + 1s;
    session_->check_time(now_);
    EXPECT_EQ(count(frames::RstStream, output()), 1U);
    EXPECT_FALSE(session_->is_over());
    now_ += server_options_.idle_timeout + 1s;
    session_->check_time(now_);
    EXPECT_EQ(count(frames::GoAway, output()), 1U);
    EXPECT_TRUE(session_->is_over());
}

TEST_F(Http2SessionTest, a_drain_answers_what_is_in_hand_and_takes_nothing_new) {
    send_request(1, frames::get());
    arrived();
    session_->drain();
    EXPECT_EQ(count(frames::GoAway, output()), 1U);
    send_request(3, frames::get());
    EXPECT_TRUE(session_->take_arrived().empty());
    EXPECT_FALSE(session_->is_over());
    session_->answer(1, Response{.status = 200, .body = "last"}, nullptr);
    EXPECT_EQ(body_of(1, output()), "last");
    EXPECT_TRUE(session_->is_over());
}

TEST_F(Http2SessionTest, an_answer_to_head_says_its_size_and_has_no_body) {
    auto fields = frames::get();
    fields[0].second = "HEAD";
    send_request(1, fields);
    arrived();
    session_->answer(1, Response{.status = 200, .body = "never seen"}, nullptr);
    const auto seen = output();
    EXPECT_EQ(body_of(1, seen), "");
    ASSERT_EQ(count(frames::Headers, seen), 1U);
    EXPECT_EQ(seen.back().flags & frames::end_stream, frames::end_stream);
}

TEST_F(Http2SessionTest, who_asks_before_sending_is_told_to_go_on) {
    auto fields = frames::get();
    fields[0].second = "PUT";
    fields.emplace_back("expect", "100-continue");
    send_request(1, fields, true);
    const auto seen = output();
    EXPECT_EQ(count(frames::Headers, seen), 1U);
    send(frames::frame(frames::Data, frames::end_stream, 1, "body"));
    EXPECT_EQ(arrived()->body, "body");
}

}  // namespace
}  // namespace wr::http
