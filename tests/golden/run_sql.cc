// Runs every golden case of the streaming SQL engine: sql_golden DIRECTORY [TEXT | --update CASE].
//
// Cases under known/ are defects that are known: each must still differ, so that it moves to the
// corpus once it is mended.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "case_run.h"

namespace wr::golden {
namespace {

constexpr size_t cases_min = 300;

struct Totals {
    size_t cases = 0;
    size_t failed = 0;
    size_t known = 0;
};

void print(const char* mark, const std::vector<std::string>& lines, size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) std::printf("    %s %s\n", mark, lines[i].c_str());
}

/// What both sides share at the start and at the end is said in one line.
void print_difference(const Difference& difference) {
    const auto& a = difference.expected;
    const auto& b = difference.actual;
    size_t head = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
    size_t tail = 0;
    while (tail < a.size() - head && tail < b.size() - head &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    std::printf("  %s, line %zu\n", difference.what.c_str(), difference.first_line + 1);
    if (head > 0) std::printf("      (%zu as expected)\n", head);
    print("-", a, head, a.size() - tail);
    print("+", b, head, b.size() - tail);
    if (tail > 0) std::printf("      (%zu as expected)\n", tail);
}

bool update(const CaseFile& file, const Case& c) {
    std::vector<Replacement> replacements;
    for (const auto& difference : run_case(c)) {
        if (difference.end_line == 0) {
            print_difference(difference);
            continue;
        }
        Replacement replacement{difference.first_line, difference.end_line, {}};
        for (const auto& line : difference.actual) replacement.lines.push_back("  " + line);
        replacements.push_back(std::move(replacement));
    }
    std::printf("%s: %zu blocks rewritten; read them\n", c.id().c_str(), replacements.size());
    return replacements.empty() || rewrite(file, std::move(replacements));
}

void check(const Case& c, bool known, Totals& totals) {
    const auto differences = run_case(c);
    totals.cases += count_of(c);
    if (!known && differences.empty()) return;
    if (known) {
        totals.known += count_of(c);
        if (c.comment.empty()) {
            ++totals.failed;
            std::printf("known/%s: a known defect needs a comment that says why\n", c.id().c_str());
        }
        if (differences.size() >= count_of(c)) return;
        ++totals.failed;
        std::printf("known/%s: passes now; move it to the corpus\n", c.id().c_str());
        return;
    }
    ++totals.failed;
    std::printf("%s\n", c.id().c_str());
    for (const auto& difference : differences) print_difference(difference);
}

std::vector<std::string> files_of(const std::string& directory) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
        if (entry.path().extension() == ".case") paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    return paths;
}

int run(const std::string& directory, std::string_view only, bool updates) {
    Totals totals;
    bool found = false;
    for (const auto& path : files_of(directory)) {
        const auto file = read_case_file(path);
        if (!file) {
            std::printf("%s\n", file.error().c_str());
            return 1;
        }
        const bool known = std::filesystem::path(path).parent_path().filename() == "known";
        for (const auto& c : file->cases) {
            if (c.id().find(only) == std::string::npos) continue;
            found = true;
            // One at a time: the lines of the file move when it is rewritten.
            if (updates) return update(*file, c) ? 0 : 1;
            check(c, known, totals);
        }
    }
    if (!found) {
        std::printf("no case is called '%s'\n", std::string(only).c_str());
        return 1;
    }
    std::printf("%zu cases, %zu failed, %zu of them known defects\n",
                totals.cases,
                totals.failed,
                totals.known);
    const bool too_few = only.empty() && totals.cases < cases_min;
    if (too_few) std::printf("expected at least %zu cases\n", cases_min);
    return totals.failed > 0 || too_few ? 1 : 0;
}

}  // namespace
}  // namespace wr::golden

int main(int argc, char** argv) {
    const std::string_view second = argc > 2 ? argv[2] : "";
    const bool updates = second == "--update";
    if (argc < 2 || (updates && argc < 4)) {
        std::printf("usage: sql_golden DIRECTORY [TEXT | --update CASE]\n");
        return 2;
    }
    return wr::golden::run(argv[1], updates ? std::string_view(argv[3]) : second, updates);
}
