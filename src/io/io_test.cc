// Files, locks and processes of the operating system, and files in memory.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "io/file_system.h"
#include "io/process.h"

namespace wr::io {
namespace {

using namespace std::chrono_literals;

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "wr-io-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

class FileSystemTest : public testing::TestWithParam<bool> {
protected:
    std::unique_ptr<FileSystem> fs_ =
        GetParam() ? make_posix_file_system() : make_memory_file_system();
    TemporaryDirectory directory_;
    std::string root_ = directory_.path() + "/data";
    void SetUp() override { ASSERT_TRUE(fs_->make_directories(root_)); }
};

TEST_P(FileSystemTest, written_bytes_read_back_at_their_offset) {
    auto file = fs_->open(root_ + "/a", OpenMode::CreateNew);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write_at(3, "hello"));
    ASSERT_TRUE((*file)->sync());
    char buffer[16] = {};
    auto got = (*file)->read_at(0, buffer, sizeof buffer);
    ASSERT_TRUE(got);
    EXPECT_EQ(std::string(buffer, *got), std::string("\0\0\0hello", 8));
}

TEST_P(FileSystemTest, allocation_keeps_bytes_and_grows_with_zeros) {
    auto file = *fs_->open(root_ + "/a", OpenMode::CreateNew);
    ASSERT_TRUE(file->write_at(0, "x"));
    ASSERT_TRUE(file->allocate(4096));
    EXPECT_EQ(*file->size(), 4096u);
    auto content = read_file(*fs_, root_ + "/a", 4096);
    ASSERT_TRUE(content);
    EXPECT_EQ((*content)[0], 'x');
    EXPECT_EQ(content->find_first_not_of('\0', 1), std::string::npos);
}

TEST_P(FileSystemTest, open_modes_demand_presence_or_absence) {
    EXPECT_EQ(fs_->open(root_ + "/a", OpenMode::Read).error().code, base::ErrorCode::NotFound);
    EXPECT_EQ(fs_->open(root_ + "/a", OpenMode::ReadWrite).error().code, base::ErrorCode::NotFound);
    EXPECT_TRUE(fs_->open(root_ + "/a", OpenMode::CreateNew));
    EXPECT_EQ(fs_->open(root_ + "/a", OpenMode::CreateNew).error().code,
              base::ErrorCode::AlreadyExists);
    EXPECT_TRUE(fs_->open(root_ + "/a", OpenMode::CreateOrOpen));
}

TEST_P(FileSystemTest, names_are_listed_sorted_and_renamed_and_removed) {
    ASSERT_TRUE(fs_->open(root_ + "/b", OpenMode::CreateNew));
    ASSERT_TRUE(fs_->open(root_ + "/a", OpenMode::CreateNew));
    ASSERT_TRUE(fs_->make_directories(root_ + "/c/d"));
    EXPECT_EQ(*fs_->list(root_), (std::vector<std::string>{"a", "b", "c"}));
    ASSERT_TRUE(fs_->rename(root_ + "/b", root_ + "/z"));
    ASSERT_TRUE(fs_->remove(root_ + "/a"));
    EXPECT_EQ(*fs_->list(root_), (std::vector<std::string>{"c", "z"}));
    EXPECT_TRUE(fs_->sync_directory(root_));
    EXPECT_FALSE(fs_->remove(root_ + "/c"));
    EXPECT_GT(*fs_->free_bytes(root_), 0u);
}

TEST_P(FileSystemTest, atomic_write_replaces_the_whole_file) {
    ASSERT_TRUE(write_file_atomically(*fs_, root_ + "/f", "a longer first version"));
    ASSERT_TRUE(write_file_atomically(*fs_, root_ + "/f", "second"));
    EXPECT_EQ(*read_file(*fs_, root_ + "/f", 100), "second");
    EXPECT_EQ(fs_->list(root_)->size(), 1u);
}

TEST_P(FileSystemTest, read_file_refuses_more_than_its_bound) {
    ASSERT_TRUE(write_file_atomically(*fs_, root_ + "/f", "123456"));
    EXPECT_EQ(read_file(*fs_, root_ + "/f", 5).error().code, base::ErrorCode::InvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(all, FileSystemTest, testing::Bool());

TEST(DirectoryLockTest, second_holder_is_refused_until_the_first_ends) {
    TemporaryDirectory directory;
    auto first = DirectoryLock::acquire(directory.path());
    ASSERT_TRUE(first);
    EXPECT_EQ(DirectoryLock::acquire(directory.path()).error().code, base::ErrorCode::Unavailable);
    first->reset();
    EXPECT_TRUE(DirectoryLock::acquire(directory.path()));
}

std::string read_all(int descriptor) {
    std::string text;
    char buffer[4096];
    ssize_t got = 0;
    while ((got = ::read(descriptor, buffer, sizeof buffer)) > 0)
        text.append(buffer, static_cast<size_t>(got));
    return text;
}

struct Output {
    std::string text;
    ExitStatus exit;
};

Output run_shell(const std::string& script, ProcessOptions options = {}) {
    int pipe[2];
    EXPECT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    options.arguments = {"sh", "-c", script};
    options.stdout_descriptor = pipe[1];
    auto process = Process::start(options);
    EXPECT_TRUE(process) << process.error().message;
    ::close(pipe[1]);
    Output output;
    output.text = read_all(pipe[0]);
    ::close(pipe[0]);
    output.exit = (*process)->wait(5s).value_or(ExitStatus{true, 0});
    return output;
}

TEST(ProcessTest, environment_and_directory_are_exactly_those_named) {
    ProcessOptions options;
    options.environment = {{"ONLY", "this"}};
    options.working_directory = "/usr";
    const Output output = run_shell("/usr/bin/env | grep -v ^_= | sort; pwd; exit 3", options);
    EXPECT_EQ(output.text, "ONLY=this\nPWD=/usr\n/usr\n");
    EXPECT_FALSE(output.exit.signalled);
    EXPECT_EQ(output.exit.code, 3);
}

TEST(ProcessTest, only_named_descriptors_reach_the_child) {
    const int leaked = ::open("/dev/null", O_RDONLY);  // without close-on-exec
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    ProcessOptions options;
    options.descriptors = {{pipe[1], 3}, {pipe[0], 4}};
    const Output output = run_shell("ls /proc/self/fd | tr '\\n' ' '", options);
    ::close(leaked);
    ::close(pipe[0]);
    ::close(pipe[1]);
    // 5 is ls reading the folder itself.
    EXPECT_EQ(output.text, "0 1 2 3 4 5 ");
}

TEST(ProcessTest, missing_program_is_an_error_at_start) {
    ProcessOptions options;
    options.arguments = {"/nonexistent/program"};
    EXPECT_EQ(Process::start(options).error().code, base::ErrorCode::NotFound);
    options.arguments = {"surely-no-such-program"};
    EXPECT_EQ(Process::start(options).error().code, base::ErrorCode::NotFound);
}

TEST(ProcessTest, kill_ends_the_whole_group) {
    ProcessOptions options;
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    options.arguments = {"sh", "-c", "sleep 60 & sleep 60"};
    options.stdout_descriptor = pipe[1];
    auto process = Process::start(options);
    ASSERT_TRUE(process);
    ::close(pipe[1]);
    EXPECT_FALSE((*process)->wait(50ms));
    (*process)->kill();
    const auto exit = (*process)->wait(5s);
    ASSERT_TRUE(exit);
    EXPECT_TRUE(exit->signalled);
    EXPECT_EQ(exit->code, SIGKILL);
    // The pipe ends only when the background child, too, is gone.
    EXPECT_EQ(read_all(pipe[0]), "");
    ::close(pipe[0]);
}

TEST(ProcessTest, address_space_limit_is_in_force) {
    ProcessOptions options;
    options.address_space_bytes_max = 256ULL * 1024 * 1024;
    EXPECT_EQ(run_shell("ulimit -v", options).text, "262144\n");
}

TEST(ProcessTest, children_live_on_when_the_thread_that_asked_ends) {
    ProcessOptions options;
    options.arguments = {"sleep", "60"};
    std::unique_ptr<Process> process;
    std::thread([&] { process = *Process::start(options); }).join();
    EXPECT_FALSE(process->wait(100ms));
}

TEST(FindProgramTest, finds_absolute_paths_on_path_only) {
    const auto found = find_program("sh");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->front(), '/');
    EXPECT_FALSE(find_program("surely-no-such-program"));
}

}  // namespace
}  // namespace wr::io
