// How a shell calls the program.
#include "console/program_name.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace wr::console {
namespace {

namespace fs = std::filesystem;

class ProgramName : public testing::Test {
protected:
    ProgramName() : folder_(fs::path(testing::TempDir()) / "wildrydes_program_name") {
        fs::remove_all(folder_);
        for (const char* each : {"bin", "other", "build"}) fs::create_directories(folder_ / each);
        std::ofstream(folder_ / "build" / "wildrydes") << "a program";
    }
    ~ProgramName() override { fs::remove_all(folder_); }
    std::string in(const char* path) const { return (folder_ / path).string(); }

    const fs::path folder_;
};

TEST_F(ProgramName, is_the_whole_path_where_no_shell_would_find_it) {
    EXPECT_EQ(program_name(in("build/wildrydes"), ""), in("build/wildrydes"));
    EXPECT_EQ(program_name(in("build/wildrydes"), in("bin") + ":build"), in("build/wildrydes"));
}

TEST_F(ProgramName, is_the_name_alone_where_the_search_path_leads_to_it) {
    EXPECT_EQ(program_name(in("build/wildrydes"), in("bin") + ":" + in("build")), "wildrydes");
    fs::create_symlink(in("build/wildrydes"), in("bin/wildrydes"));
    EXPECT_EQ(program_name(in("build/wildrydes"), in("bin")), "wildrydes");
}

TEST_F(ProgramName, is_the_whole_path_where_another_program_of_the_name_comes_first) {
    std::ofstream(folder_ / "other" / "wildrydes") << "another";
    EXPECT_EQ(program_name(in("build/wildrydes"), in("other") + ":" + in("build")),
              in("build/wildrydes"));
}

TEST_F(ProgramName, of_a_running_program_is_told_by_the_system) {
    EXPECT_TRUE(own_program_name().find("console_test") != std::string::npos) << own_program_name();
}

}  // namespace
}  // namespace wr::console
