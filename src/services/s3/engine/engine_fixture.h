#pragma once
// What the engine's tests share: an engine over files and rows in memory.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "services/s3/engine/engine.h"

namespace wr::s3 {

class EngineTest : public ::testing::Test {
protected:
    EngineTest() {
        auto store = kv::open_store({.path = "/s3-test", .in_memory = true});
        EXPECT_TRUE(store);
        store_ = *std::move(store);
        files_ = io::make_memory_file_system();
        options_.directory = "/objects";
        options_.sweeps = false;
        reopen();
        EXPECT_TRUE(engine_->create_bucket("bucket", "111122223333", "us-east-1"));
    }

    void reopen() {
        engine_.reset();
        auto engine = Engine::open(*files_, *store_, clock_, random_, options_);
        ASSERT_TRUE(engine);
        engine_ = *std::move(engine);
    }

    Outcome<Object> put(const std::string& key, std::string_view bytes) {
        PutRequest request;
        request.bucket = "bucket";
        request.key = key;
        request.bytes = bytes;
        return engine_->put(request);
    }

    /// The bytes, or the fault's number in angle brackets.
    std::string get(const std::string& key) { return read(engine_->open_object("bucket", key)); }

    static std::string read(const Outcome<OpenObject>& opened) {
        if (!opened) return "<" + std::to_string(static_cast<int>(opened.error().fault)) + ">";
        std::string bytes;
        const auto done =
            opened->blob.read(0, opened->object.blob.size_bytes, [&](std::string_view piece) {
                bytes += piece;
                return Outcome<void>();
            });
        return done ? bytes : "<unreadable>";
    }

    size_t data_files() {
        size_t count = 0;
        const auto directories = files_->list("/objects");
        for (size_t i = 0; directories && i < directories->size(); ++i) {
            const auto names = files_->list("/objects/" + (*directories)[i]);
            if (names) count += names->size();
        }
        return count;
    }

    base::ManualClock clock_;
    base::SeededRandom random_{42};
    std::unique_ptr<kv::Store> store_;
    std::unique_ptr<io::FileSystem> files_;
    EngineOptions options_;
    std::unique_ptr<Engine> engine_;
};

inline std::string large_text(size_t size_bytes, uint64_t seed = 1) {
    base::SeededRandom random(seed);
    std::string text(size_bytes, '\0');
    random.fill(text.data(), text.size());
    return text;
}

template <typename T>
Fault fault_of(const Outcome<T>& outcome) {
    EXPECT_FALSE(outcome.has_value());
    return outcome ? Fault::NotImplemented : outcome.error().fault;
}

}  // namespace wr::s3
