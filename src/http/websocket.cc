// The hub: one thread that polls every client, reads what they say and writes what they have room
// for.
#include "http/websocket.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "http/websocket_frame.h"

namespace wr::http {
namespace {

constexpr std::string_view accept_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr uint16_t going_away = 1001;
constexpr uint16_t normal_closure = 1000;
constexpr uint16_t unsupported_data = 1003;
constexpr size_t key_bytes = 16;
constexpr size_t read_bytes = 16 * 1024;
/// So often at once, so that one who talks much leaves time for the others.
constexpr int reads_max = 8;
/// A connection that was lost between its request and the answer never comes.
constexpr std::chrono::seconds await_max{10};

/// Socket, talk, and at most one message on its way.
class WebSocketClient {
public:
    WebSocketClient(TakenSocket socket,
                    std::unique_ptr<WebSocketTalk> talk,
                    const WebSocketOptions& options,
                    base::MonotonicTime now)
        : socket_(std::move(socket)),
          talk_(std::move(talk)),
          options_(options),
          input_(socket_.early_bytes()),
          heard_(now),
          moved_(now),
          pinged_(now) {}

    int descriptor() const { return socket_.number(); }
    bool wants_room() const { return !output_.empty(); }
    bool is_over() const { return is_over_; }
    /// Bytes that TLS has taken from the socket already: no poll tells of them.
    bool has_unread_input() const { return socket_.channel().has_unread_input(); }

    void read(base::MonotonicTime now) {
        std::array<char, read_bytes> buffer;
        for (int turn = 0; turn < reads_max && !is_over_; ++turn) {
            size_t count = 0;
            const Io result = socket_.channel().receive(buffer.data(), buffer.size(), count);
            if (result == Io::Failed) is_over_ = true;
            if (result != Io::Done) return;
            heard_ = now;
            if (is_closing_) continue;
            input_.append(buffer.data(), count);
            take_frames();
        }
    }

    /// Sends what is on its way, then asks the talk for more.
    void write(base::MonotonicTime now) {
        take_frames();
        if (output_.empty() && !is_closing_) fill(now);
        while (!output_.empty()) {
            size_t count = 0;
            const auto rest = std::string_view(output_).substr(sent_);
            const Io result = socket_.channel().send(rest, {}, false, count);
            if (result == Io::Failed) is_over_ = true;
            if (result != Io::Done) break;
            moved_ = now;
            sent_ += count;
            if (sent_ == output_.size()) {
                output_.clear();
                sent_ = 0;
            }
        }
        if (is_closing_ && output_.empty()) is_over_ = true;
        const bool is_stuck = wants_room() && now - moved_ > options_.silence_max;
        if (is_stuck || now - heard_ > options_.silence_max) is_over_ = true;
    }

    void say_goodbye(uint16_t code) {
        if (is_closing_) return;
        is_closing_ = true;
        append_websocket_frame(output_, WebSocketOpcode::Close, websocket_close_payload(code));
    }

private:
    void fill(base::MonotonicTime now) {
        if (auto message = talk_->next(now)) {
            append_websocket_frame(
                output_,
                message->is_binary ? WebSocketOpcode::Binary : WebSocketOpcode::Text,
                message->payload);
        }
        if (now - pinged_ < options_.ping_interval) return;
        pinged_ = now;
        append_websocket_frame(output_, WebSocketOpcode::Ping, "");
    }

    void take_frames() {
        WebSocketFrame frame;
        while (!is_closing_ && !is_over_) {
            const auto found = parse_websocket_frame(input_, options_.message_bytes_max, frame);
            if (found == WebSocketParse::NeedsMore) return;
            if (found == WebSocketParse::Bad) return say_goodbye(frame.close_code);
            input_.erase(0, frame.size_bytes);
            take(frame);
        }
    }

    void take(const WebSocketFrame& frame) {
        switch (frame.opcode) {
            case WebSocketOpcode::Text:
                // Parts of a message have no use here: what clients say is short.
                if (!frame.is_final || !base::is_valid_utf8(frame.payload))
                    return say_goodbye(unsupported_data);
                return talk_->received(frame.payload);
            case WebSocketOpcode::Close:
                return say_goodbye(normal_closure);
            case WebSocketOpcode::Ping:
                // One answer at a time: pings are no way to fill the server's memory.
                if (output_.empty())
                    append_websocket_frame(output_, WebSocketOpcode::Pong, frame.payload);
                return;
            case WebSocketOpcode::Pong:
                return;
            case WebSocketOpcode::Continuation:
            case WebSocketOpcode::Binary:
                return say_goodbye(unsupported_data);
        }
    }

    TakenSocket socket_;
    const std::unique_ptr<WebSocketTalk> talk_;
    const WebSocketOptions& options_;
    std::string input_;
    std::string output_;
    size_t sent_ = 0;
    bool is_closing_ = false;
    bool is_over_ = false;
    base::MonotonicTime heard_;  ///< the client's last sign of life
    base::MonotonicTime moved_;  ///< when it last took bytes
    base::MonotonicTime pinged_;
};

Response refusal(int status, std::string text) {
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    if (status == 426) response.headers.set("Upgrade", "websocket");
    response.body = std::move(text);
    return response;
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const size_t comma = list.find(',');
        std::string_view item = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
        if (equals_ignoring_case(item, token)) return true;
    }
    return false;
}

/// A talk whose connection was told 101.
struct Awaited {
    std::unique_ptr<WebSocketTalk> talk;
    base::MonotonicTime since;
};

class PollingHub final : public WebSocketHub {
public:
    PollingHub(const base::Clock& clock, WebSocketOptions options)
        : clock_(clock),
          options_(options),
          wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
          thread_([this] { run(); }) {}
    ~PollingHub() override {
        stop();
        if (wake_ >= 0) ::close(wake_);
    }

    Response accept(const Request& request, std::unique_ptr<WebSocketTalk> talk) override;
    bool take(const std::string& ticket, TakenSocket socket) override;
    size_t clients() const override {
        base::MutexLock lock(mutex_);
        return count_;
    }
    void stop() override;

private:
    void run();
    void wake() const {
        const uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof(one));
    }
    bool take_newcomers();
    void wait_for_news();
    void forget_those_who_left();

    const base::Clock& clock_;
    const WebSocketOptions options_;
    const int wake_;
    mutable base::Mutex mutex_;
    std::vector<std::unique_ptr<WebSocketClient>> newcomers_ GUARDED_BY(mutex_);
    std::map<std::string, Awaited> awaited_ GUARDED_BY(mutex_);  ///< handshakes under way
    uint64_t last_ticket_ GUARDED_BY(mutex_) = 0;
    size_t count_ GUARDED_BY(mutex_) = 0;
    bool is_stopping_ GUARDED_BY(mutex_) = false;
    std::vector<std::unique_ptr<WebSocketClient>> clients_;  ///< the thread's own
    std::thread thread_;                                     ///< last: it uses the others
};

Response PollingHub::accept(const Request& request, std::unique_ptr<WebSocketTalk> talk) {
    if (request.method != "GET") return refusal(405, "Method Not Allowed\n");
    const auto key = base::base64_decode(request.headers.get("Sec-WebSocket-Key"));
    if (!equals_ignoring_case(request.headers.get("Upgrade"), "websocket") ||
        !has_token(request.headers.get("Connection"), "upgrade"))
        return refusal(426, "This address speaks WebSocket.\n");
    if (request.headers.get("Sec-WebSocket-Version") != "13" || !key || key->size() != key_bytes)
        return refusal(400, "A WebSocket handshake of version 13 is needed.\n");
    Response response;
    response.status = 101;
    response.headers.set("Upgrade", "websocket");
    response.headers.set("Sec-WebSocket-Accept",
                         websocket_accept(request.headers.get("Sec-WebSocket-Key")));
    const auto now = clock_.monotonic();
    base::MutexLock lock(mutex_);
    std::erase_if(awaited_, [&](const auto& each) { return now - each.second.since > await_max; });
    if (is_stopping_ || awaited_.size() + count_ >= options_.clients_max)
        return refusal(503, "Too many pages are open.\n");
    response.body = std::to_string(++last_ticket_);
    awaited_.emplace(response.body, Awaited{std::move(talk), now});
    return response;
}

bool PollingHub::take(const std::string& ticket, TakenSocket socket) {
    base::MutexLock lock(mutex_);
    const auto found = awaited_.find(ticket);
    if (is_stopping_ || found == awaited_.end()) return false;
    newcomers_.push_back(std::make_unique<WebSocketClient>(
        std::move(socket), std::move(found->second.talk), options_, clock_.monotonic()));
    awaited_.erase(found);
    ++count_;
    wake();
    return true;
}

bool PollingHub::take_newcomers() {
    base::MutexLock lock(mutex_);
    for (auto& one : newcomers_) clients_.push_back(std::move(one));
    newcomers_.clear();
    return !is_stopping_;
}

void PollingHub::wait_for_news() {
    std::vector<pollfd> entries;
    entries.push_back({wake_, POLLIN, 0});
    for (const auto& one : clients_) {
        const int events = POLLIN | (one->wants_room() ? POLLOUT : 0);
        entries.push_back({one->descriptor(), static_cast<short>(events), 0});
    }
    const int timeout = clients_.empty() ? -1 : static_cast<int>(options_.period.count());
    if (::poll(entries.data(), entries.size(), timeout) < 0) return;
    uint64_t ignored = 0;
    if ((entries[0].revents & POLLIN) != 0) [[maybe_unused]]
        const ssize_t count = ::read(wake_, &ignored, sizeof(ignored));
    const auto now = clock_.monotonic();
    for (size_t i = 0; i < clients_.size(); ++i) {
        const bool is_told = (entries[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
        if (is_told || clients_[i]->has_unread_input()) clients_[i]->read(now);
    }
}

void PollingHub::forget_those_who_left() {
    const size_t before = clients_.size();
    std::erase_if(clients_, [](const auto& one) { return one->is_over(); });
    base::MutexLock lock(mutex_);
    count_ -= before - clients_.size();
}

void PollingHub::run() {
    while (take_newcomers()) {
        const auto now = clock_.monotonic();
        for (const auto& one : clients_) one->write(now);
        forget_those_who_left();
        wait_for_news();
    }
    const auto now = clock_.monotonic();
    for (const auto& one : clients_) {
        one->say_goodbye(going_away);
        one->write(now);
    }
    clients_.clear();
}

void PollingHub::stop() {
    {
        base::MutexLock lock(mutex_);
        is_stopping_ = true;
    }
    wake();
    if (thread_.joinable()) thread_.join();
}

}  // namespace

std::string websocket_accept(std::string_view key) {
    base::Hasher hasher(base::HashKind::Sha1);
    hasher.update(key);
    hasher.update(accept_guid);
    return base::base64_encode(hasher.finish());
}

std::unique_ptr<WebSocketHub> WebSocketHub::create(const base::Clock& clock,
                                                   WebSocketOptions options) {
    return std::make_unique<PollingHub>(clock, options);
}

}  // namespace wr::http
