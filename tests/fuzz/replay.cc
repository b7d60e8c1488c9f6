// Runs a fuzz target over every file of its corpus, then over cut and flipped copies of each.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void run(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
    size_t files = 0;
    size_t inputs = 0;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) continue;
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            run(bytes);
            ++files;
            for (size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 64) {
                run(bytes.substr(0, at));
                std::string flipped = bytes;
                flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
                run(flipped);
                inputs += 2;
            }
        }
    }
    std::printf("%zu corpus files, %zu mutations\n", files, inputs);
    return files == 0 ? 1 : 0;
}
