// The client: a pool of kept-alive streams and one exchange at a time on each.
#include "http/client.h"

#include <algorithm>

#include "base/mutex.h"
#include "http/parser.h"
#include "http/response_head.h"
#include "http/stream.h"

namespace wr::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

constexpr size_t idle_streams_max = 32;
constexpr size_t read_bytes = 64 * 1024;

/// One response being read: bytes beyond what was asked for wait in `buffer`.
class ResponseReader {
public:
    ResponseReader(Stream& stream, base::MonotonicTime deadline, uint64_t bytes_max)
        : stream_(stream), deadline_(deadline), bytes_max_(bytes_max) {}

    /// @error Unavailable with `nothing_received()` when the server had closed before it answered
    Result<Response> read(bool is_answer_to_head) {
        Response response;
        WR_TRY_VOID(read_head(response));
        if (is_answer_to_head) {
            response.head_size_bytes = head_.content_length;
        } else if (!is_bodiless(response.status)) {
            WR_TRY_VOID(read_body(response.body));
        }
        return response;
    }

    bool nothing_received() const { return !has_received_; }
    bool may_keep_stream() const { return head_.keep_alive && is_framed_ && buffer_.empty(); }

private:
    Result<bool> receive() {
        const size_t held = buffer_.size();
        buffer_.resize(held + read_bytes);
        auto count = stream_.read(buffer_.data() + held, read_bytes, deadline_);
        buffer_.resize(held + (count ? *count : 0));
        if (!count) return fail(std::move(count).error());
        has_received_ |= *count > 0;
        return *count > 0;
    }

    base::Failure<base::Error> closed() const {
        return fail(ErrorCode::Unavailable, "the server closed the connection");
    }

    Result<void> read_head(Response& response) {
        for (;;) {
            HeadProblem problem;
            switch (parse_response_head(buffer_, head_, problem)) {
                case HeadState::Bad:
                    return fail(ErrorCode::Corruption,
                                "bad answer: " + std::string(problem.reason));
                case HeadState::Incomplete: {
                    WR_TRY(const bool more, receive());
                    if (!more) return closed();
                    continue;
                }
                case HeadState::Complete:
                    break;
            }
            response.status = head_.status;
            for (const HeadField& field : head_.fields) {
                response.headers.add(std::string(field.name), std::string(field.value));
            }
            buffer_.erase(0, head_.size_bytes);
            if (head_.status >= 200) return {};
            response.headers = Headers();  // 100 Continue and its like
        }
    }

    Result<void> read_body(std::string& body) {
        if (head_.is_chunked) return read_chunks(body);
        if (head_.content_length && *head_.content_length > bytes_max_) return too_large();
        const uint64_t wanted = head_.content_length.value_or(bytes_max_ + 1);
        is_framed_ = head_.content_length.has_value();
        while (buffer_.size() < wanted) {
            WR_TRY(const bool more, receive());
            if (!more && is_framed_) return closed();
            if (!more) break;
        }
        if (buffer_.size() > bytes_max_ && !is_framed_) return too_large();
        const size_t size = static_cast<size_t>(std::min<uint64_t>(wanted, buffer_.size()));
        body = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return {};
    }

    Result<void> read_chunks(std::string& body) {
        ChunkedDecoder decoder;
        for (;;) {
            std::string_view rest = buffer_;
            std::string_view data;
            const auto state = decoder.next(rest, data);
            body += data;
            buffer_.erase(0, buffer_.size() - rest.size());
            if (state == ChunkedDecoder::State::Done) return {};
            if (state == ChunkedDecoder::State::Bad) {
                return fail(ErrorCode::Corruption, "bad chunk in an answer");
            }
            if (body.size() > bytes_max_) return too_large();
            if (state == ChunkedDecoder::State::NeedsMore) {
                WR_TRY(const bool more, receive());
                if (!more) return closed();
            }
        }
    }

    base::Failure<base::Error> too_large() const {
        return fail(ErrorCode::Unsupported, "the answer is larger than the client accepts");
    }

    Stream& stream_;
    const base::MonotonicTime deadline_;
    const uint64_t bytes_max_;
    std::string buffer_;
    ResponseHead head_;
    bool has_received_ = false;
    bool is_framed_ = true;
};

class ClientImpl final : public Client {
public:
    explicit ClientImpl(ClientOptions options)
        : options_(std::move(options)), endpoint_(parse_endpoint(options_.endpoint)) {
        if (endpoint_) host_ = endpoint_->host_header;
    }

    const std::string& host() const override { return host_; }

    Result<Response> send(const Request& request) override {
        if (!endpoint_) return fail(endpoint_.error());
        const std::string head = head_of(request);
        const auto deadline = clock_.monotonic() + options_.request_timeout;
        if (auto kept = take_idle()) {
            bool may_try_again = false;
            auto response = exchange(std::move(kept), request, head, deadline, may_try_again);
            if (response || !may_try_again) return response;
        }
        const auto connect_deadline =
            std::min(deadline, clock_.monotonic() + options_.connect_timeout);
        WR_TRY(auto stream,
               Stream::connect(*endpoint_, options_.trust_file, connect_deadline, clock_));
        bool ignored = false;
        return exchange(std::move(stream), request, head, deadline, ignored);
    }

private:
    std::string head_of(const Request& request) const {
        std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
        if (request.headers.count("host") == 0) append_field(head, "Host", host_);
        for (const Header& header : request.headers.all()) {
            if (equals_ignoring_case(header.name, "content-length")) continue;
            append_field(head, header.name, header.value);
        }
        if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
            append_field(head, "Content-Length", std::to_string(request.body.size()));
        }
        head += "\r\n";
        return head;
    }

    std::unique_ptr<Stream> take_idle() {
        base::MutexLock lock(mutex_);
        while (!idle_.empty()) {
            auto stream = std::move(idle_.back());
            idle_.pop_back();
            if (stream->is_quiet()) return stream;
        }
        return nullptr;
    }

    Result<Response> exchange(std::unique_ptr<Stream> stream,
                              const Request& request,
                              const std::string& head,
                              base::MonotonicTime deadline,
                              bool& may_try_again) {
        ResponseReader reader(*stream, deadline, options_.response_bytes_max);
        auto sent = write_request(*stream, request, head, deadline);
        // A server that refuses a large body answers before it has read all of it.
        auto response = reader.read(request.method == "HEAD");
        if (!response) {
            const auto& error = sent ? response.error() : sent.error();
            may_try_again = reader.nothing_received() && error.code == ErrorCode::Unavailable;
            return fail(error);
        }
        if (sent && reader.may_keep_stream()) {
            base::MutexLock lock(mutex_);
            if (idle_.size() < idle_streams_max) idle_.push_back(std::move(stream));
        }
        return response;
    }

    static Result<void> write_request(Stream& stream,
                                      const Request& request,
                                      const std::string& head,
                                      base::MonotonicTime deadline) {
        constexpr size_t joined_bytes_max = 16 * 1024;
        if (request.body.size() <= joined_bytes_max) {
            std::string joined;
            joined.reserve(head.size() + request.body.size());
            joined += head;
            joined += request.body;
            return stream.write(joined, deadline);
        }
        WR_TRY_VOID(stream.write(head, deadline));
        return stream.write(request.body, deadline);
    }

    const ClientOptions options_;
    const Result<Endpoint> endpoint_;
    std::string host_;
    base::SystemClock clock_;
    base::Mutex mutex_;
    std::vector<std::unique_ptr<Stream>> idle_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<Client> Client::create(ClientOptions options) {
    return std::make_unique<ClientImpl>(std::move(options));
}

}  // namespace wr::http
