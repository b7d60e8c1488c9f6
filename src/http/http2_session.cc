// nghttp2 with our limits: what arrives becomes requests, answers become frames.
#include "http/http2_session.h"

#include <nghttp2/nghttp2.h>

#include <array>
#include <map>

#include "base/limits.h"
#include "base/logging.h"
#include "http/http2_head.h"
#include "http/http2_stream.h"
#include "http/response_head.h"

namespace wr::http {
namespace {

using State = Http2Stream::State;

constexpr std::array<char, body_padding_bytes> no_body{};
constexpr size_t unsent_acks_max = 100;

/// So many within limits::http2_budget_period, and no more.
class Budget {
public:
    explicit Budget(uint32_t most) : most_(most) {}
    bool spend(base::MonotonicTime now) {
        if (now - since_ >= limits::http2_budget_period) {
            since_ = now;
            used_ = 0;
        }
        return ++used_ <= most_;
    }

private:
    const uint32_t most_;
    uint32_t used_ = 0;
    base::MonotonicTime since_;
};

nghttp2_nv to_field(const std::pair<std::string, std::string>& field) {
    // nghttp2 copies both.
    const auto bytes = [](const std::string& text) {
        return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(field.first),
            bytes(field.second),
            field.first.size(),
            field.second.size(),
            NGHTTP2_NV_FLAG_NONE};
}

class Session final : public Http2Session {
public:
    Session(const Http2Options& options, base::MonotonicTime now) : options_(options), now_(now) {}
    ~Session() override {
        abandon();
        nghttp2_session_del(session_);
    }

    bool open();
    void receive(std::string_view bytes, base::MonotonicTime now) override;
    std::vector<Arrived> take_arrived() override { return std::exchange(arrived_, {}); }
    bool answer(int32_t id, Response response, std::shared_ptr<ChunkWriter> writer) override;
    void append(int32_t stream, std::string_view bytes, bool is_last) override;
    void produce(std::string& out, size_t bytes_max) override;
    bool is_over() const override {
        return is_broken_ ||
               (!nghttp2_session_want_read(session_) && !nghttp2_session_want_write(session_));
    }
    void check_time(base::MonotonicTime now) override;
    void drain() override;
    void abandon() override;

    // What nghttp2 tells.
    int begin_head(int32_t id);
    void add_field(int32_t id, std::string_view name, std::string_view value);
    void frame_arrived(const nghttp2_frame& frame);
    void frame_left(const nghttp2_frame& frame);
    void body_arrived(int32_t id, std::string_view bytes);
    void stream_closed(int32_t id);
    ssize_t read_body(int32_t id, uint8_t* to, size_t size, uint32_t& flags);

private:
    Http2Stream* find(int32_t id) {
        const auto found = streams_.find(id);
        return found == streams_.end() ? nullptr : found->second.get();
    }
    void finish_head(int32_t id, Http2Stream& stream);
    void finish_body(int32_t id, Http2Stream& stream);
    void reject(int32_t id, Http2Stream& stream, const HeadProblem& problem);
    void send_response(int32_t id, Http2Stream& stream);
    void reset(int32_t id, uint32_t code) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
    }
    void spend(Budget& budget, const char* what);
    bool is_stuck(const Http2Stream& stream) const;

    const Http2Options options_;
    nghttp2_session* session_ = nullptr;
    base::MonotonicTime now_;
    base::MonotonicTime last_frame_ = now_;
    std::map<int32_t, std::unique_ptr<Http2Stream>> streams_;
    std::vector<Arrived> arrived_;
    size_t unanswered_ = 0;  ///< arrived, also where the stream has gone since
    Budget resets_{limits::http2_resets_max};
    Budget controls_{limits::http2_controls_max};
    bool is_broken_ = false;
    bool is_draining_ = false;
};

Session& session_of(void* data) {
    return *static_cast<Session*>(data);
}

std::string_view text(const uint8_t* bytes, size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

void set_callbacks(nghttp2_session_callbacks* to) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(
        to, [](nghttp2_session*, const nghttp2_frame* frame, void* data) {
            const bool is_request =
                frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
            return is_request ? session_of(data).begin_head(frame->hd.stream_id) : 0;
        });
    nghttp2_session_callbacks_set_on_header_callback(
        to,
        [](nghttp2_session*,
           const nghttp2_frame* frame,
           const uint8_t* name,
           size_t name_size,
           const uint8_t* value,
           size_t value_size,
           uint8_t,
           void* data) {
            session_of(data).add_field(
                frame->hd.stream_id, text(name, name_size), text(value, value_size));
            return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        to, [](nghttp2_session*, const nghttp2_frame* frame, void* data) {
            session_of(data).frame_arrived(*frame);
            return 0;
        });
    nghttp2_session_callbacks_set_on_frame_send_callback(
        to, [](nghttp2_session*, const nghttp2_frame* frame, void* data) {
            session_of(data).frame_left(*frame);
            return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        to,
        [](nghttp2_session*, uint8_t, int32_t id, const uint8_t* bytes, size_t size, void* data) {
            session_of(data).body_arrived(id, text(bytes, size));
            return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        to, [](nghttp2_session*, int32_t id, uint32_t, void* data) {
            session_of(data).stream_closed(id);
            return 0;
        });
}

bool Session::open() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_option* option = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) return false;
    const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)>
        callbacks_owner(callbacks, nghttp2_session_callbacks_del);
    if (nghttp2_option_new(&option) != 0) return false;
    const std::unique_ptr<nghttp2_option, decltype(&nghttp2_option_del)> option_owner(
        option, nghttp2_option_del);
    set_callbacks(callbacks);
    nghttp2_option_set_no_closed_streams(option, 1);
    nghttp2_option_set_max_outbound_ack(option, unsent_acks_max);
    nghttp2_option_set_max_continuations(option, limits::http2_continuations_max);
    if (nghttp2_session_server_new2(&session_, callbacks, this, option) != 0) return false;
    const std::array<nghttp2_settings_entry, 3> settings{{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits::http2_streams_max},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits::http2_stream_window_bytes},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits::http_header_bytes_max},
    }};
    return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) ==
               0 &&
           nghttp2_session_set_local_window_size(
               session_,
               NGHTTP2_FLAG_NONE,
               0,
               static_cast<int32_t>(limits::http2_connection_window_bytes)) == 0;
}

void Session::receive(std::string_view bytes, base::MonotonicTime now) {
    now_ = now;
    if (is_broken_) return;
    const ssize_t taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    if (taken >= 0) return;
    // The preface was another one, or it was a flood: not worth a farewell.
    base::log_warn(
        "http2_connection_ended",
        {{"peer", options_.peer_address}, {"reason", nghttp2_strerror(static_cast<int>(taken))}});
    is_broken_ = true;
}

void Session::spend(Budget& budget, const char* what) {
    if (budget.spend(now_)) return;
    base::log_warn("http2_connection_ended", {{"peer", options_.peer_address}, {"reason", what}});
    nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
}

int Session::begin_head(int32_t id) {
    auto stream = std::make_unique<Http2Stream>(options_.server->spool_directory);
    stream->enter(State::Head, now_);
    streams_[id] = std::move(stream);
    return 0;
}

void Session::add_field(int32_t id, std::string_view name, std::string_view value) {
    // Trailers come later, and nothing here means anything by them.
    Http2Stream* stream = find(id);
    if (stream != nullptr && stream->state == State::Head) stream->head.add(name, value);
}

void Session::frame_arrived(const nghttp2_frame& frame) {
    last_frame_ = now_;
    const bool is_last = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    Http2Stream* stream = find(frame.hd.stream_id);
    switch (frame.hd.type) {
        case NGHTTP2_HEADERS:
        case NGHTTP2_DATA:
            if (frame.hd.type == NGHTTP2_DATA && frame.hd.length == 0 && !is_last)
                spend(controls_, "too many empty frames");
            if (stream == nullptr) return;
            if (is_last) stream->has_arrived = true;
            if (stream->state == State::Head) {
                finish_head(frame.hd.stream_id, *stream);
            } else if (is_last && stream->state == State::Body) {
                finish_body(frame.hd.stream_id, *stream);
            }
            return;
        case NGHTTP2_RST_STREAM:
            return spend(resets_, "too many streams were broken off");
        case NGHTTP2_PING:
        case NGHTTP2_SETTINGS:
        case NGHTTP2_PRIORITY:
            if ((frame.hd.flags & NGHTTP2_FLAG_ACK) == 0)
                spend(controls_, "too many control frames");
            return;
        default:
            return;
    }
}

void Session::frame_left(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_RST_STREAM) {
        // A client that provokes resets is as busy as one that sends them.
        if (frame.rst_stream.error_code != NGHTTP2_NO_ERROR && !is_draining_)
            spend(resets_, "too many streams were broken off");
        return;
    }
    const bool is_body_or_head = frame.hd.type == NGHTTP2_DATA || frame.hd.type == NGHTTP2_HEADERS;
    if (!is_body_or_head || (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return;
    // Answered before the request had ended: the rest need not be sent.
    const Http2Stream* stream = find(frame.hd.stream_id);
    if (stream != nullptr && !stream->has_arrived) reset(frame.hd.stream_id, NGHTTP2_NO_ERROR);
}

void Session::finish_head(int32_t id, Http2Stream& stream) {
    auto request = stream.head.finish();
    if (!request) return reject(id, stream, request.error());
    stream.request = *std::move(request);
    stream.request->peer_address = options_.peer_address;
    stream.request->is_tls = options_.is_tls;
    stream.is_head_request = stream.request->method == "HEAD";
    if (auto begun = stream.body.begin(stream.head.content_length().value_or(0)); !begun) {
        base::log_warn("http_body_refused", {{"reason", begun.error().message}});
        return reject(id, stream, {503, "no room for the request's body"});
    }
    stream.enter(State::Body, now_);
    if (stream.has_arrived) return finish_body(id, stream);
    if (!stream.head.expects_continue()) return;
    const std::pair<std::string, std::string> go_on(":status", "100");
    const nghttp2_nv field = to_field(go_on);
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, id, nullptr, &field, 1, nullptr);
}

void Session::body_arrived(int32_t id, std::string_view bytes) {
    Http2Stream* stream = find(id);
    if (stream == nullptr || stream->state != State::Body) return;
    if (stream->body.size_bytes() + bytes.size() > limits::http_body_bytes_max)
        return reject(id, *stream, {413, "request body too large"});
    if (auto appended = stream->body.append(bytes); !appended) {
        base::log_warn("http_body_refused", {{"reason", appended.error().message}});
        reject(id, *stream, {507, "no room for the request's body"});
    }
}

void Session::finish_body(int32_t id, Http2Stream& stream) {
    // A client that breaks off what it asked for must not have ever more of it in hand.
    if (unanswered_ >= limits::http2_streams_max) return reset(id, NGHTTP2_REFUSED_STREAM);
    if (stream.body.size_bytes() == 0) {
        stream.request->body = {no_body.data(), 0};
    } else {
        auto body = stream.body.finish();
        if (!body) return reject(id, stream, {507, "no room for the request's body"});
        stream.request->body = body->bytes;
        stream.request->body_owner = std::move(body->owner);
    }
    stream.enter(State::Waiting, now_);
    ++unanswered_;
    arrived_.push_back({id, std::move(stream.request)});
}

void Session::reject(int32_t id, Http2Stream& stream, const HeadProblem& problem) {
    stream.response = Response{.status = problem.status};
    stream.response.headers.add("Content-Type", "text/plain");
    stream.response.body = std::string(problem.reason) + "\n";
    send_response(id, stream);
}

bool Session::answer(int32_t id, Response response, std::shared_ptr<ChunkWriter> writer) {
    --unanswered_;
    Http2Stream* stream = find(id);
    if (stream == nullptr || stream->state != State::Waiting) {
        if (writer) writer->close();
        return false;
    }
    stream->response = std::move(response);
    stream->writer = std::move(writer);
    send_response(id, *stream);
    return true;
}

void Session::send_response(int32_t id, Http2Stream& stream) {
    const Http2Fields fields =
        http_2_fields(stream.response, *options_.date, stream.is_head_request);
    std::vector<nghttp2_nv> values;
    values.reserve(fields.size());
    for (const auto& field : fields) values.push_back(to_field(field));
    if (stream.is_head_request || is_bodiless(stream.response.status)) stream.drop_body();
    stream.enter(State::Answered, now_);
    nghttp2_data_provider body{};
    body.read_callback = [](nghttp2_session*,
                            int32_t stream_id,
                            uint8_t* to,
                            size_t size,
                            uint32_t* flags,
                            nghttp2_data_source*,
                            void* data) {
        return session_of(data).read_body(stream_id, to, size, *flags);
    };
    const bool has_body = stream.writer || stream.body_bytes() > 0;
    if (nghttp2_submit_response(
            session_, id, values.data(), values.size(), has_body ? &body : nullptr) != 0) {
        reset(id, NGHTTP2_INTERNAL_ERROR);
    }
}

void Session::append(int32_t id, std::string_view bytes, bool is_last) {
    Http2Stream* stream = find(id);
    if (stream == nullptr || !stream->writer) return;
    if (!stream->has_unsent_bytes()) stream->since = now_;
    stream->pieces += bytes;
    stream->has_last_piece |= is_last;
    nghttp2_session_resume_data(session_, id);
}

ssize_t Session::read_body(int32_t id, uint8_t* to, size_t size, uint32_t& flags) {
    Http2Stream* stream = find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    stream->since = now_;
    size_t count = 0;
    switch (stream->read_body(reinterpret_cast<char*>(to), size, count)) {
        case Http2Stream::Read::Nothing:
            return NGHTTP2_ERR_DEFERRED;
        case Http2Stream::Read::Failed:
            // The length was promised: the client must see a broken answer.
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        case Http2Stream::Read::Last:
            flags |= NGHTTP2_DATA_FLAG_EOF;
            break;
        case Http2Stream::Read::More:
            break;
    }
    return static_cast<ssize_t>(count);
}

void Session::stream_closed(int32_t id) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    if (found->second->writer) found->second->writer->close();
    streams_.erase(found);
}

void Session::produce(std::string& out, size_t bytes_max) {
    while (!is_broken_ && out.size() < bytes_max) {
        const uint8_t* bytes = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
        if (size < 0) is_broken_ = true;
        if (size <= 0) return;
        out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    }
}

bool Session::is_stuck(const Http2Stream& stream) const {
    const auto age = now_ - stream.since;
    switch (stream.state) {
        case State::Head:
            return age > options_.server->header_timeout;
        case State::Body: {
            if (age <= options_.server->body_grace) return false;
            const auto counted = age - options_.server->body_grace;
            const double wanted = std::chrono::duration<double>(counted).count() *
                                  static_cast<double>(limits::http_body_rate_min);
            return static_cast<double>(stream.body.size_bytes()) < wanted;
        }
        case State::Waiting:
            return false;
        case State::Answered:
            return stream.has_unsent_bytes() && age > options_.server->idle_timeout;
    }
    return false;
}

void Session::check_time(base::MonotonicTime now) {
    now_ = now;
    if (streams_.empty() && now - last_frame_ > options_.server->idle_timeout) {
        nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
        return;
    }
    for (const auto& [id, stream] : streams_) {
        if (!is_stuck(*stream)) continue;
        // Inside a head no other frame may come: the connection as a whole is stuck.
        if (stream->state == State::Head) {
            nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
            return;
        }
        reset(id, NGHTTP2_CANCEL);
    }
}

void Session::drain() {
    if (is_draining_) return;
    is_draining_ = true;
    nghttp2_submit_goaway(session_,
                          NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_),
                          NGHTTP2_NO_ERROR,
                          nullptr,
                          0);
    for (const auto& [id, stream] : streams_)
        if (stream->writer) reset(id, NGHTTP2_CANCEL);
}

void Session::abandon() {
    for (const auto& [id, stream] : streams_)
        if (stream->writer) stream->writer->close();
    is_broken_ = true;
}

}  // namespace

std::unique_ptr<Http2Session> Http2Session::create(const Http2Options& options,
                                                   base::MonotonicTime now) {
    auto session = std::make_unique<Session>(options, now);
    if (!session->open()) return nullptr;
    return session;
}

}  // namespace wr::http
