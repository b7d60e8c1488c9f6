#pragma once
// What `wildrydes up` and `wildrydes serve` can be told.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log/log.h"

namespace wr::server {

struct Options {
    std::string data_directory = "wildrydes-data";
    bool in_memory = false;
    std::string listen = "127.0.0.1";
    uint16_t port = 4566;
    std::string account = "123456789012";
    std::string region = "us-east-1";
    bool any_credentials = false;
    bool plaintext = false;       ///< allows listening beyond loopback without TLS
    bool tls = false;             ///< with a certificate of the data directory's own authority
    std::string tls_certificate;  ///< PEM file with a certificate of one's own, and its chain
    std::string tls_key;
    std::vector<std::string> tls_names;  ///< further names and addresses for the local authority's

    bool wants_tls() const { return tls || !tls_certificate.empty() || !tls_key.empty(); }
    size_t threads = 2;
    log::Durability durability = log::Durability::Always;
    /// How long CREATING, UPDATING and DELETING last.
    std::chrono::milliseconds state_change_delay{100};
    /// What a stream without data waits before its windows close; 0 leaves the services' own
    /// default.
    std::optional<int> demo_unicorns;
    bool kinesis_has_aws_limits = false;
    /// Keep the whole rowtime journal of SQL applications, so that a run can be repeated.
    bool keep_journal = false;
    /// Of a SQL application's journal, after which it writes a checkpoint.
    uint64_t checkpoint_entries = 2'000;
    /// Run functions without a sandbox when the machine refuses namespaces.
    bool unsafe_functions = false;
    /// Hosts (host or host:port) that the console's webhook may send to; none by default.
    std::vector<std::string> webhook_hosts;
    std::string map_tiles;    ///< address of the map's tiles; empty: the offline map
    std::string map_credit;   ///< whose they are
    std::string map_pmtiles;  ///< path of a PMTiles file
};

bool is_loopback_address(const std::string& address);

}  // namespace wr::server
