// The worker by itself, without the sandbox around it: DuckDB's own doors are shut, too.
#include "services/athena/engine/worker.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "io/file_system.h"
#include "io/process.h"
#include "services/athena/engine/frames.h"

namespace wr::athena {
namespace {

using namespace std::chrono_literals;

class WorkerTest : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(std::filesystem::exists(WR_DUCKDB)) << "run tools/fetch_duckdb";
        std::string pattern =
            (std::filesystem::temp_directory_path() / "wr-worker-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        std::filesystem::create_directories(root_ + "/data");
        std::ofstream(root_ + "/data/ok.txt") << "fine";
        std::ofstream(root_ + "/secret.txt") << "secret";
        std::filesystem::create_symlink("/etc/passwd", root_ + "/data/link.txt");
        std::filesystem::create_symlink(root_ + "/secret.txt", root_ + "/data/link2.txt");
    }
    void TearDown() override {
        if (!root_.empty()) std::filesystem::remove_all(root_);
    }

    struct Answer {
        std::string rows;
        std::string error;
        bool done = false;
    };

    Answer run(const std::string& query, std::chrono::milliseconds timeout = 60s) {
        WorkerJob job;
        job.library = WR_DUCKDB;
        job.memory_bytes = 256ULL * 1024 * 1024;
        job.readable_folders = {root_ + "/data"};
        job.scratch_folder = root_ + "/data";
        job.query = query;
        const auto fs = io::make_posix_file_system();
        auto in = *fs->open(root_ + "/job" + std::to_string(++runs_), io::OpenMode::CreateNew);
        auto out = *fs->open(root_ + "/out" + std::to_string(runs_), io::OpenMode::CreateNew);
        EXPECT_TRUE(in->write_at(0, job.to_json().dump()));
        io::ProcessOptions options;
        options.arguments = {WR_ATHENA_WORKER};
        options.stdin_descriptor = in->descriptor();
        options.stdout_descriptor = out->descriptor();
        auto process = *io::Process::start(options);
        EXPECT_TRUE(process->wait(timeout)) << query;
        Answer answer;
        EXPECT_TRUE(read_frames(*out, [&](FrameTag tag, std::string_view payload) {
            if (tag == FrameTag::Rows) answer.rows += payload;
            if (tag == FrameTag::Error) answer.error = payload;
            if (tag == FrameTag::Done) answer.done = true;
        }));
        return answer;
    }

    std::string root_;
    int runs_ = 0;
};

TEST_F(WorkerTest, files_in_the_readable_folder_are_read) {
    const Answer answer = run("SELECT content FROM read_text('" + root_ + "/data/ok.txt')");
    EXPECT_TRUE(answer.done) << answer.error;
    EXPECT_EQ(answer.rows, "\"fine\"\n");
}

TEST_F(WorkerTest, files_outside_and_links_to_them_are_refused) {
    for (const std::string& path : {std::string("/etc/passwd"),
                                    root_ + "/secret.txt",
                                    root_ + "/data/../secret.txt",
                                    root_ + "/data/link.txt",
                                    root_ + "/data/link2.txt"}) {
        const Answer answer = run("SELECT content FROM read_text('" + path + "')");
        EXPECT_FALSE(answer.done) << path;
        EXPECT_EQ(answer.rows.find("root"), std::string::npos) << path;
        EXPECT_EQ(answer.rows.find("secret"), std::string::npos) << path;
        EXPECT_NE(answer.error, "") << path;
    }
}

TEST_F(WorkerTest, statements_other_than_one_select_are_refused) {
    for (const std::string& query : {std::string("ATTACH '/tmp/x.db' AS x"),
                                     "COPY (SELECT 1) TO '" + root_ + "/data/new.txt'",
                                     std::string("INSTALL httpfs"),
                                     std::string("LOAD httpfs"),
                                     std::string("SET enable_external_access = true"),
                                     std::string("SET lock_configuration = false"),
                                     std::string("SELECT 1; SELECT 2"),
                                     std::string("CREATE TABLE x (a int)"),
                                     std::string("PRAGMA database_list"),
                                     std::string("EXPORT DATABASE '/tmp/x'")}) {
        const Answer answer = run(query);
        EXPECT_FALSE(answer.done) << query;
        EXPECT_NE(answer.error, "") << query;
    }
    EXPECT_FALSE(std::filesystem::exists(root_ + "/data/new.txt"));
}

TEST_F(WorkerTest, memory_limit_ends_the_query_and_is_reported) {
    const Answer answer =
        run("SELECT length(string_agg(repeat('x', 1000) || i, '')) FROM range(2000000) t(i)");
    EXPECT_FALSE(answer.done);
    EXPECT_NE(answer.error, "");
}

}  // namespace
}  // namespace wr::athena
