// Decodes aws-chunked bodies; the chain of signatures starts at the request's own.
#include "auth/aws_chunked.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "auth/canonical.h"
#include "base/hash.h"

namespace wr::auth {
namespace {

using wire::ApiError;
using wire::ApiResult;

ApiError error(std::string code, std::string message, int status = 400) {
    ApiError result;
    result.code = std::move(code);
    result.message = std::move(message);
    result.status = status;
    return result;
}

ApiError incomplete_body() {
    return error("IncompleteBody", "The request body terminated unexpectedly");
}

ApiError malformed_chunk() {
    return error("InvalidRequest", "The request body is not a valid aws-chunked encoding");
}

ApiError malformed_trailer() {
    return error("MalformedTrailerError",
                 "The request contained trailing data that was not well-formed or did not conform "
                 "to our published schema.");
}

struct Rules {
    bool chunks_signed = false;
    bool trailer = false;
};

std::optional<Rules> rules_of(PayloadMode mode) {
    switch (mode) {
        case PayloadMode::Whole:
        case PayloadMode::UnsignedWhole:
            return std::nullopt;
        case PayloadMode::SignedChunks:
            return Rules{true, false};
        case PayloadMode::SignedChunksTrailer:
            return Rules{true, true};
        case PayloadMode::UnsignedChunksTrailer:
            return Rules{false, true};
    }
    return std::nullopt;
}

template <typename T>
std::optional<T> parse_number(std::string_view text, int radix) {
    T value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, radix);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct ChunkHead {
    uint64_t size_bytes = 0;
    std::string_view signature;
};

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

class Decoder {
public:
    Decoder(const http::Request& request,
            const Authenticated& authenticated,
            Rules rules,
            const PayloadSink& sink)
        : request_(request),
          authenticated_(authenticated),
          rules_(rules),
          sink_(sink),
          rest_(request.body),
          previous_signature_(authenticated.seed_signature) {
        checks_signatures_ = rules.chunks_signed && !authenticated.believed;
    }

    ApiResult<Trailers> run() {
        WR_TRY_VOID(read_declared_length());
        for (;;) {
            WR_TRY(const auto head, take_head());
            if (head.size_bytes == 0) {
                WR_TRY_VOID(check_chunk(head, {}));
                break;
            }
            WR_TRY_VOID(take_chunk(head));
        }
        if (received_bytes_ != declared_bytes_)
            return base::fail(
                error("IncompleteBody",
                      "You did not provide the number of bytes specified by the Content-Length "
                      "HTTP header"));
        if (rules_.trailer) return take_trailers();
        if (!rest_.empty() && rest_ != "\r\n") return base::fail(malformed_chunk());
        return Trailers{};
    }

private:
    ApiResult<void> read_declared_length() {
        const auto text = request_.headers.get("x-amz-decoded-content-length");
        const auto length = parse_number<uint64_t>(text, 10);
        if (!length)
            return base::fail(error(
                "MissingContentLength", "You must provide the Content-Length HTTP header.", 411));
        declared_bytes_ = *length;
        return {};
    }

    ApiResult<std::string_view> take_line() {
        const size_t end = rest_.substr(0, chunk_line_bytes_max).find("\r\n");
        if (end == std::string_view::npos)
            return base::fail(rest_.size() < chunk_line_bytes_max ? incomplete_body()
                                                                  : malformed_chunk());
        const auto line = rest_.substr(0, end);
        rest_.remove_prefix(end + 2);
        return line;
    }

    ApiResult<ChunkHead> take_head() {
        WR_TRY(const auto line, take_line());
        const size_t semicolon = line.find(';');
        const auto size = parse_number<uint64_t>(line.substr(0, semicolon), 16);
        if (!size) return base::fail(malformed_chunk());
        ChunkHead head{*size, {}};
        constexpr std::string_view field = "chunk-signature=";
        const auto extension =
            semicolon == std::string_view::npos ? std::string_view() : line.substr(semicolon + 1);
        if (extension.starts_with(field)) head.signature = extension.substr(field.size());
        if (rules_.chunks_signed == head.signature.empty()) return base::fail(malformed_chunk());
        return head;
    }

    ApiResult<void> take_chunk(const ChunkHead& head) {
        if (last_was_small_)
            return base::fail(
                error("InvalidChunkSizeError",
                      "Only the last chunk is allowed to have a size less than 8192 bytes",
                      403));
        if (rules_.chunks_signed && head.size_bytes > chunk_bytes_max)
            return base::fail(malformed_chunk());
        if (head.size_bytes > declared_bytes_ - received_bytes_)
            return base::fail(error(
                "IncompleteBody", "The request body is larger than x-amz-decoded-content-length"));
        if (rest_.size() < 2 || head.size_bytes > rest_.size() - 2)
            return base::fail(incomplete_body());
        const auto data = rest_.substr(0, head.size_bytes);
        if (rest_.substr(head.size_bytes, 2) != "\r\n") return base::fail(malformed_chunk());
        rest_.remove_prefix(head.size_bytes + 2);
        WR_TRY_VOID(check_chunk(head, data));
        received_bytes_ += head.size_bytes;
        last_was_small_ = head.size_bytes < chunk_bytes_min;
        if (!sink_(data)) return base::fail(wire::internal_failure());
        return {};
    }

    ApiResult<void> check_chunk(const ChunkHead& head, std::string_view data) {
        if (!checks_signatures_) return {};
        std::string text = "AWS4-HMAC-SHA256-PAYLOAD\n" + signature_context();
        text += empty_sha256;
        text += '\n';
        text += base::sha256_hex(data);
        return check(text, head.signature);
    }

    std::string signature_context() const {
        return authenticated_.amz_date + '\n' + authenticated_.scope.text() + '\n' +
               previous_signature_ + '\n';
    }

    ApiResult<void> check(const std::string& text, std::string_view provided) {
        const std::string computed = signature(authenticated_.signing_key, text);
        if (!base::equal_constant_time(computed, provided))
            return base::fail(signature_mismatch(
                Family::S3, {authenticated_.principal.access_key_id, text, provided, ""}));
        previous_signature_ = computed;
        return {};
    }

    /// Lines end in LF or CRLF, and an empty one may stand before the trailer's signature.
    ApiResult<Trailers> take_trailers() {
        Trailers trailers;
        std::string canonical;
        std::string provided;
        while (!rest_.empty()) {
            const size_t end = rest_.find('\n');
            if (end == std::string_view::npos || end > chunk_line_bytes_max)
                return base::fail(malformed_trailer());
            auto line = rest_.substr(0, end);
            rest_.remove_prefix(end + 1);
            if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            if (line.empty()) continue;
            const size_t colon = line.find(':');
            if (colon == std::string_view::npos || colon == 0 || !provided.empty())
                return base::fail(malformed_trailer());
            const std::string name = to_lower(trim(line.substr(0, colon)));
            const auto value = trim(line.substr(colon + 1));
            if (name == "x-amz-trailer-signature") {
                if (!rules_.chunks_signed || value.empty()) return base::fail(malformed_trailer());
                provided = value;
                continue;
            }
            // Checksums are all that S3 takes behind a body: no other header may arrive this way.
            if (trailers.size() == trailers_max || !name.starts_with("x-amz-checksum-"))
                return base::fail(malformed_trailer());
            canonical += name + ':' + std::string(value) + '\n';
            trailers.emplace_back(name, value);
        }
        WR_TRY_VOID(check_announced(trailers));
        if (!checks_signatures_) return trailers;
        WR_TRY_VOID(
            check("AWS4-HMAC-SHA256-TRAILER\n" + signature_context() + base::sha256_hex(canonical),
                  provided));
        return trailers;
    }

    /// Exactly the trailers that the signed header X-Amz-Trailer names, each once.
    ApiResult<void> check_announced(const Trailers& trailers) {
        std::vector<std::string> announced;
        const std::string header = canonical_header_value(request_.headers, "x-amz-trailer");
        if (!header.empty()) {
            for (const auto name : split(header, ',')) announced.push_back(to_lower(trim(name)));
        }
        std::vector<std::string> received;
        for (const auto& [name, value] : trailers) received.push_back(name);
        std::sort(announced.begin(), announced.end());
        std::sort(received.begin(), received.end());
        const bool twice = std::adjacent_find(received.begin(), received.end()) != received.end();
        if (twice || announced != received) return base::fail(malformed_trailer());
        return {};
    }

    const http::Request& request_;
    const Authenticated& authenticated_;
    const Rules rules_;
    const PayloadSink& sink_;
    std::string_view rest_;
    std::string previous_signature_;
    bool checks_signatures_ = false;
    bool last_was_small_ = false;
    uint64_t declared_bytes_ = 0;
    uint64_t received_bytes_ = 0;
};

}  // namespace

bool is_chunked(PayloadMode mode) {
    return rules_of(mode).has_value();
}

ApiResult<Trailers> decode_aws_chunked(const http::Request& request,
                                       const Authenticated& authenticated,
                                       const PayloadSink& sink) {
    const auto rules = rules_of(authenticated.payload);
    WR_ASSERT(rules.has_value());
    return Decoder(request, authenticated, *rules, sink).run();
}

ApiResult<DecodedPayload> decode_aws_chunked(const http::Request& request,
                                             const Authenticated& authenticated) {
    DecodedPayload decoded;
    const PayloadSink append = [&](std::string_view data) {
        decoded.payload += data;
        return true;
    };
    WR_TRY(decoded.trailers, decode_aws_chunked(request, authenticated, append));
    return decoded;
}

}  // namespace wr::auth
