// Reading certificates, or making them.
#include "server/tls_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "http/certificate.h"

namespace wr::server {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t pem_bytes_max = 1024 * 1024;
constexpr auto authority_life = std::chrono::hours{24 * 3650};
/// What clients with the strictest rules accept.
constexpr auto certificate_life = std::chrono::hours{24 * 825};
constexpr std::string_view key_begins = "-----BEGIN PRIVATE KEY-----";

std::string machine_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::vector<std::string> hosts_of(const Options& options) {
    std::vector<std::string> hosts{"localhost",
                                   "*.localhost",
                                   "*.s3.localhost",
                                   "localhost.localdomain",
                                   "*.localhost.localdomain",
                                   "127.0.0.1",
                                   "::1"};
    const auto add = [&](const std::string& host) {
        const bool is_known = std::find(hosts.begin(), hosts.end(), host) != hosts.end();
        if (!host.empty() && host != "0.0.0.0" && host != "::" && !is_known) hosts.push_back(host);
    };
    add(machine_name());
    add(options.listen);
    for (const std::string& name : options.tls_names) add(name);
    return hosts;
}

/// Private from its first byte on.
base::Result<void> write_private(io::FileSystem& disk,
                                 const std::string& path,
                                 const std::string& content) {
    const mode_t old_mask = ::umask(0077);
    auto written = io::write_file_atomically(disk, path, content);
    ::umask(old_mask);
    return written;
}

base::Result<http::TlsIdentity> local_authority(io::FileSystem& disk,
                                                const DataDirectory& directory,
                                                const base::Clock& clock) {
    const std::string path = directory.sub("tls/authority.pem");
    WR_TRY(const bool exists, disk.exists(path));
    if (!exists) {
        const std::string name = "Wild Rydes local authority on " + machine_name();
        WR_TRY(http::TlsIdentity made,
               http::make_authority(name.substr(0, 64), clock.now(), authority_life));
        WR_TRY_VOID(write_private(disk, path, made.certificate + made.key));
        return made;
    }
    WR_TRY(const std::string text, io::read_file(disk, path, pem_bytes_max));
    const size_t key = text.find(key_begins);
    if (key == std::string::npos)
        return base::fail(base::ErrorCode::Corruption, path + ": there is no key in it");
    return http::TlsIdentity{text.substr(0, key), text.substr(key)};
}

base::Result<http::TlsIdentity> read_identity(io::FileSystem& disk, const Options& options) {
    WR_TRY(std::string certificate, io::read_file(disk, options.tls_certificate, pem_bytes_max));
    WR_TRY(std::string key, io::read_file(disk, options.tls_key, pem_bytes_max));
    return http::TlsIdentity{std::move(certificate), std::move(key)};
}

base::Result<void> forget_trust(io::FileSystem& disk, const DataDirectory& directory) {
    const std::string path = directory.sub(tls_trust_file);
    WR_TRY(const bool exists, disk.exists(path));
    return exists ? disk.remove(path) : base::Result<void>();
}

}  // namespace

base::Result<std::shared_ptr<const http::TlsContext>> open_tls(io::FileSystem& disk,
                                                               const DataDirectory& directory,
                                                               const base::Clock& clock,
                                                               const Options& options) {
    if (options.tls_certificate.empty() != options.tls_key.empty())
        return base::fail(base::ErrorCode::InvalidArgument,
                          "--tls-cert and --tls-key belong together");
    if (!options.tls_certificate.empty()) {
        WR_TRY_VOID(forget_trust(disk, directory));
        WR_TRY(const http::TlsIdentity identity, read_identity(disk, options));
        WR_TRY(auto context, http::TlsContext::create(identity));
        if (context->expires() <= clock.now())
            return base::fail(base::ErrorCode::InvalidArgument,
                              options.tls_certificate + " has expired");
        return context;
    }
    if (!options.tls) {
        WR_TRY_VOID(forget_trust(disk, directory));
        return std::shared_ptr<const http::TlsContext>();
    }
    WR_TRY_VOID(disk.make_directories(directory.sub("tls")));
    WR_TRY(const http::TlsIdentity authority, local_authority(disk, directory, clock));
    WR_TRY_VOID(
        io::write_file_atomically(disk, directory.sub(tls_trust_file), authority.certificate));
    WR_TRY(const http::TlsIdentity identity,
           http::issue_certificate(authority, {hosts_of(options), clock.now(), certificate_life}));
    return http::TlsContext::create(identity);
}

}  // namespace wr::server
