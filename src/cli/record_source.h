#pragma once
// Where a local run takes its records from: a file, standard input, or a stream of the server.

#include <memory>
#include <string>
#include <vector>

#include "cli/shard_reader.h"
#include "io/file_system.h"

namespace wr::cli {

class RecordSource {
public:
    virtual ~RecordSource() = default;
    /// The next records in order; none while a stream is silent, and none at the end.
    virtual wire::ApiResult<std::vector<ShardRecord>> poll() = 0;
    /// Nothing comes any more.
    virtual bool is_finished() const = 0;
    /// What is there now is all that comes: one may look ahead without waiting.
    virtual bool has_end() const { return true; }
    /// The records are lines of CSV.
    virtual bool is_csv() const { return false; }
};

/// Cuts text into records: JSON documents however they are laid out (one a line, pretty, one after
/// another, in an array), or rows of CSV. What is no document comes out line by line.
class RecordCutter {
public:
    explicit RecordCutter(bool csv) : csv_(csv) {}
    void feed(std::string_view bytes, std::vector<std::string>& records);
    /// What is left when no more bytes come.
    void finish(std::vector<std::string>& records);

private:
    void take_json(char c, std::vector<std::string>& records);
    void take_csv(char c, std::vector<std::string>& records);
    void emit(std::vector<std::string>& records);

    const bool csv_;
    std::string pending_;
    size_t depth_ = 0;
    bool in_text_ = false;
    bool escaped_ = false;
    bool at_line_start_ = true;
};

/// `path` may be "-". CSV when its name ends with .csv or `force_csv`, or when it begins with
/// neither a brace nor a bracket. On failure the error is for people.
base::Result<std::unique_ptr<RecordSource>> open_record_file(const std::string& path,
                                                             bool force_csv);

/// @param ends  finished once everything that is there has been read
wire::ApiResult<std::unique_ptr<RecordSource>> open_record_stream(gen::kinesis::Client& client,
                                                                  const std::string& stream,
                                                                  const ShardStart& start,
                                                                  bool ends);

}  // namespace wr::cli
