// dlopen and one dlsym per function.
#include "services/athena/engine/duckdb_api.h"

#include <dlfcn.h>

#include <filesystem>

namespace wr::athena {
namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

}  // namespace

base::Result<DuckdbApi> load_duckdb(const std::string& path) {
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return base::fail(base::ErrorCode::NotFound,
                          std::string("the query engine cannot be loaded: ") + ::dlerror());
    DuckdbApi api{};
    const char* missing = nullptr;
#define WR_FIND(name) \
    if (!find(library, "duckdb_" #name, api.name)) missing = #name
    WR_FIND(create_config);
    WR_FIND(set_config);
    WR_FIND(open_ext);
    WR_FIND(connect);
    WR_FIND(disconnect);
    WR_FIND(close);
    WR_FIND(destroy_config);
    WR_FIND(query);
    WR_FIND(destroy_result);
    WR_FIND(result_error);
    WR_FIND(extract_statements);
    WR_FIND(prepare_extracted_statement);
    WR_FIND(extract_statements_error);
    WR_FIND(destroy_extracted);
    WR_FIND(prepare);
    WR_FIND(prepare_error);
    WR_FIND(prepared_statement_type);
    WR_FIND(destroy_prepare);
    WR_FIND(execute_prepared_streaming);
    WR_FIND(column_count);
    WR_FIND(fetch_chunk);
    WR_FIND(destroy_data_chunk);
    WR_FIND(data_chunk_get_size);
    WR_FIND(data_chunk_get_vector);
    WR_FIND(vector_get_data);
    WR_FIND(vector_get_validity);
#undef WR_FIND
    if (missing != nullptr)
        return base::fail(base::ErrorCode::Unsupported,
                          path + " has no function duckdb_" + missing);
    return api;
}

std::string find_duckdb(const std::string& program) {
    std::error_code error;
    const auto start = std::filesystem::canonical(program, error);
    if (error) return {};
    for (auto folder = start.parent_path();; folder = folder.parent_path()) {
        for (const char* name : {"libduckdb.so", "third_party/duckdb/libduckdb.so"})
            if (std::filesystem::exists(folder / name, error)) return folder / name;
        if (folder == folder.root_path()) return {};
    }
}

}  // namespace wr::athena
