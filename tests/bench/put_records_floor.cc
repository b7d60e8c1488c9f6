// What PutRecords costs at least on this machine: the bare loops, printed as JSON.
//
//   put_records_floor FOLDER IN_FLIGHT SECONDS
//
// One thread hashes, parses, decodes and appends the bodies that the load sends; another
// measurement writes the entries of IN_FLIGHT requests with one write and calls fdatasync.
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include <simdjson.h>

#include "put_records_requests.h"

namespace wr::bench {
namespace {

constexpr off_t file_bytes = 256L * 1024 * 1024;

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A preallocated file that is written round and round.
class Journal {
public:
    explicit Journal(const std::string& folder) {
        const std::string path = folder + "/floor.journal";
        file_ = open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
        if (file_ < 0 || posix_fallocate(file_, 0, file_bytes) != 0) give_up(path.c_str());
        unlink(path.c_str());
    }
    ~Journal() { close(file_); }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    void append(const std::string& bytes) {
        if (at_ + static_cast<off_t>(bytes.size()) > file_bytes) at_ = 0;
        if (pwrite(file_, bytes.data(), bytes.size(), at_) != static_cast<ssize_t>(bytes.size()))
            give_up("write");
        at_ += static_cast<off_t>(bytes.size());
    }
    void sync() {
        if (fdatasync(file_) != 0) give_up("fdatasync");
    }

private:
    int file_ = -1;
    off_t at_ = 0;
};

/// hash + parse + decode + append of one body.
class BareLoop {
public:
    explicit BareLoop(const std::string& folder)
        : journal_(folder),
          sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
          context_(EVP_MD_CTX_new()) {}
    ~BareLoop() {
        EVP_MD_CTX_free(context_);
        EVP_MD_free(sha256_);
    }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    size_t entry_bytes() const { return entry_.size(); }

    void take(const simdjson::padded_string& body) {
        uint8_t digest[32];
        EVP_DigestInit_ex(context_, sha256_, nullptr);
        EVP_DigestUpdate(context_, body.data(), body.size());
        EVP_DigestFinal_ex(context_, digest, nullptr);
        entry_.assign(reinterpret_cast<const char*>(digest), sizeof digest);
        simdjson::ondemand::document document = parser_.iterate(body);
        for (auto record : document["Records"].get_array()) {
            simdjson::ondemand::object object = record.get_object();
            const std::string_view data = object["Data"];
            const std::string_view key = object["PartitionKey"];
            unsigned char shard_hash[MD5_DIGEST_LENGTH];
            EVP_MD_CTX* const md5 = md5_.get();
            EVP_DigestInit_ex(md5, md5_algorithm_.get(), nullptr);
            EVP_DigestUpdate(md5, key.data(), key.size());
            EVP_DigestFinal_ex(md5, shard_hash, nullptr);
            entry_.append(reinterpret_cast<const char*>(shard_hash), 4);
            entry_.append(key);
            const size_t at = entry_.size();
            entry_.resize(at + data.size() / 4 * 3);
            EVP_DecodeBlock(reinterpret_cast<unsigned char*>(entry_.data() + at),
                            reinterpret_cast<const unsigned char*>(data.data()),
                            static_cast<int>(data.size()));
        }
        journal_.append(entry_);
    }

private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
        void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    };
    Journal journal_;
    EVP_MD* sha256_;
    EVP_MD_CTX* context_;
    std::unique_ptr<EVP_MD, Free> md5_algorithm_{EVP_MD_fetch(nullptr, "MD5", nullptr)};
    std::unique_ptr<EVP_MD_CTX, Free> md5_{EVP_MD_CTX_new()};
    simdjson::ondemand::parser parser_;
    std::string entry_;
};

int run(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("put_records_floor FOLDER IN_FLIGHT SECONDS\n", stderr);
        return 1;
    }
    const size_t in_flight = std::strtoul(argv[2], nullptr, 10);
    const std::chrono::seconds duration(std::atoi(argv[3]));
    std::vector<simdjson::padded_string> bodies;
    for (const auto& body : put_records_bodies({})) bodies.emplace_back(body);
    const base::SystemClock clock;

    BareLoop loop(argv[1]);
    size_t taken = 0;
    const double cpu = cpu_seconds();
    for (const auto until = clock.monotonic() + duration; clock.monotonic() < until; ++taken)
        loop.take(bodies[taken % bodies.size()]);
    const double cpu_us = (cpu_seconds() - cpu) * 1e6 / static_cast<double>(taken);

    Journal journal(argv[1]);
    const std::string batch(loop.entry_bytes() * in_flight, 'x');
    size_t syncs = 0;
    const auto started = clock.monotonic();
    for (; clock.monotonic() < started + duration; ++syncs) {
        journal.append(batch);
        journal.sync();
    }
    const double seconds = std::chrono::duration<double>(clock.monotonic() - started).count();
    std::printf(R"({"cpu_us": %.1f, "durable_requests_per_s": %.1f, "entry_bytes": %zu})"
                "\n",
                cpu_us,
                static_cast<double>(syncs * in_flight) / seconds,
                loop.entry_bytes());
    return 0;
}

}  // namespace
}  // namespace wr::bench

int main(int argc, char** argv) {
    return wr::bench::run(argc, argv);
}
