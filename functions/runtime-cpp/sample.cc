// A function in C++: says how many records an event holds. Build it statically as `bootstrap`.
#include "lambda_runtime.h"

int main() {
    return lambda_runtime::run([](const lambda_runtime::Event& event) {
        size_t records = 0;
        for (size_t at = event.payload.find("\"eventID\""); at != std::string::npos;
             at = event.payload.find("\"eventID\"", at + 1)) {
            ++records;
        }
        std::printf("%zu records\n", records);
        return lambda_runtime::Answer::success("{\"records\":" + std::to_string(records) + "}");
    });
}
