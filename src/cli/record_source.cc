// Records of files are cut from the bytes as they come; streams are read shard by shard.
#include "cli/record_source.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace wr::cli {
namespace {

constexpr size_t chunk_bytes = 256 * 1024;
constexpr size_t record_bytes_max = 16 * 1024 * 1024;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class FileSource final : public RecordSource {
public:
    FileSource(std::FILE* file, bool csv, std::string head)
        : file_(file), csv_(csv), head_(std::move(head)), cutter_(csv) {}
    ~FileSource() override {
        if (file_ != stdin) std::fclose(file_);
    }

    wire::ApiResult<std::vector<ShardRecord>> poll() override {
        std::vector<std::string> texts;
        if (!head_.empty()) {
            cutter_.feed(head_, texts);
            head_.clear();
        } else {
            std::string chunk(chunk_bytes, '\0');
            const size_t read = std::fread(chunk.data(), 1, chunk.size(), file_);
            cutter_.feed(std::string_view(chunk).substr(0, read), texts);
            finished_ = read == 0;
            if (finished_) cutter_.finish(texts);
        }
        std::vector<ShardRecord> records(texts.size());
        for (size_t i = 0; i < texts.size(); ++i) {
            records[i].data = std::move(texts[i]);
            records[i].shard_id = "shardId-000000000000";
            records[i].sequence_number = std::to_string(++number_);
        }
        return records;
    }
    bool is_finished() const override { return finished_; }
    bool is_csv() const override { return csv_; }

private:
    std::FILE* const file_;
    const bool csv_;
    std::string head_;
    RecordCutter cutter_;
    uint64_t number_ = 0;
    bool finished_ = false;
};

class StreamSource final : public RecordSource {
public:
    StreamSource(gen::kinesis::Client& client, const std::string& stream, bool ends)
        : reader_(client, stream), ends_(ends) {}

    wire::ApiResult<void> open(const ShardStart& start) { return reader_.open(start); }
    wire::ApiResult<std::vector<ShardRecord>> poll() override {
        WR_TRY(auto records, reader_.poll());
        if (ends_ && records.empty()) at_end_ = true;
        return records;
    }
    bool is_finished() const override { return at_end_ || reader_.is_finished(); }
    bool has_end() const override { return ends_; }

private:
    ShardReader reader_;
    const bool ends_;
    bool at_end_ = false;
};

}  // namespace

void RecordCutter::emit(std::vector<std::string>& records) {
    while (!pending_.empty() && is_blank(pending_.back())) pending_.pop_back();
    if (!pending_.empty()) records.push_back(std::move(pending_));
    pending_.clear();
    depth_ = 0;
    in_text_ = false;
    escaped_ = false;
}

void RecordCutter::feed(std::string_view bytes, std::vector<std::string>& records) {
    for (const char c : bytes) {
        if (csv_)
            take_csv(c, records);
        else
            take_json(c, records);
        if (pending_.size() > record_bytes_max) emit(records);
        at_line_start_ = c == '\n';
    }
}

void RecordCutter::finish(std::vector<std::string>& records) {
    emit(records);
}

void RecordCutter::take_csv(char c, std::vector<std::string>& records) {
    if (c == '"') in_text_ = !in_text_;
    if (c == '\n' && !in_text_) return emit(records);
    pending_ += c;
}

void RecordCutter::take_json(char c, std::vector<std::string>& records) {
    // A document that never ends must not swallow those that follow.
    if (depth_ > 0 && at_line_start_ && c == '{') emit(records);
    if (depth_ == 0) {
        if (pending_.empty() && (is_blank(c) || c == ',' || c == '[' || c == ']')) return;
        if (c == '{' && !pending_.empty()) emit(records);
        if (c == '\n') return emit(records);
        pending_ += c;
        if (c == '{') depth_ = 1;
        return;
    }
    pending_ += c;
    if (escaped_) {
        escaped_ = false;
    } else if (in_text_) {
        escaped_ = c == '\\';
        in_text_ = c != '"';
    } else if (c == '"') {
        in_text_ = true;
    } else if (c == '{' || c == '[') {
        ++depth_;
    } else if (c == '}' || c == ']') {
        if (--depth_ == 0) emit(records);
    }
}

base::Result<std::unique_ptr<RecordSource>> open_record_file(const std::string& path,
                                                             bool force_csv) {
    std::FILE* const file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
    if (file == nullptr)
        return base::fail(base::ErrorCode::NotFound, path + ": " + std::strerror(errno));
    std::string head(chunk_bytes, '\0');
    head.resize(std::fread(head.data(), 1, head.size(), file));
    if (head.starts_with("\xEF\xBB\xBF")) head.erase(0, 3);
    if (head.starts_with("\x1F\x8B")) {
        if (file != stdin) std::fclose(file);
        return base::fail(base::ErrorCode::InvalidArgument,
                          path + " is compressed: zcat " + path + " | ... --input -");
    }
    size_t first = 0;
    while (first < head.size() && is_blank(head[first])) ++first;
    const bool looks_json = first < head.size() && (head[first] == '{' || head[first] == '[');
    const bool csv = force_csv || path.ends_with(".csv") || (first < head.size() && !looks_json);
    return std::unique_ptr<RecordSource>(std::make_unique<FileSource>(file, csv, std::move(head)));
}

wire::ApiResult<std::unique_ptr<RecordSource>> open_record_stream(gen::kinesis::Client& client,
                                                                  const std::string& stream,
                                                                  const ShardStart& start,
                                                                  bool ends) {
    auto source = std::make_unique<StreamSource>(client, stream, ends);
    WR_TRY_VOID(source->open(start));
    return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace wr::cli
