#pragma once
// The part of DuckDB's C API that the worker calls, found in a library loaded at run time.
//
// Declared here, so that building needs neither the library nor its header. The C API's layouts
// are stable across 1.x.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace wr::athena {

struct DuckdbResult {
    uint64_t deprecated_column_count;
    uint64_t deprecated_row_count;
    uint64_t deprecated_rows_changed;
    void* deprecated_columns;
    char* deprecated_error_message;
    void* internal_data;
};

/// Up to 12 bytes in place, longer texts by pointer.
struct DuckdbString {
    uint32_t length;
    char prefix[4];
    union {
        char in_place[8];
        const char* pointer;
    } rest;
};

using DuckdbHandle = void*;

/// Functions by their names in duckdb.h, without the prefix. State 0 is success.
struct DuckdbApi {
    int (*create_config)(DuckdbHandle*);
    int (*set_config)(DuckdbHandle, const char*, const char*);
    int (*open_ext)(const char*, DuckdbHandle*, DuckdbHandle, char**);
    int (*connect)(DuckdbHandle, DuckdbHandle*);
    void (*disconnect)(DuckdbHandle*);
    void (*close)(DuckdbHandle*);
    void (*destroy_config)(DuckdbHandle*);
    int (*query)(DuckdbHandle, const char*, DuckdbResult*);
    void (*destroy_result)(DuckdbResult*);
    const char* (*result_error)(DuckdbResult*);
    uint64_t (*extract_statements)(DuckdbHandle, const char*, DuckdbHandle*);
    int (*prepare_extracted_statement)(DuckdbHandle, DuckdbHandle, uint64_t, DuckdbHandle*);
    const char* (*extract_statements_error)(DuckdbHandle);
    void (*destroy_extracted)(DuckdbHandle*);
    int (*prepare)(DuckdbHandle, const char*, DuckdbHandle*);
    const char* (*prepare_error)(DuckdbHandle);
    int (*prepared_statement_type)(DuckdbHandle);
    void (*destroy_prepare)(DuckdbHandle*);
    int (*execute_prepared_streaming)(DuckdbHandle, DuckdbResult*);
    uint64_t (*column_count)(DuckdbResult*);
    DuckdbHandle (*fetch_chunk)(DuckdbResult);
    void (*destroy_data_chunk)(DuckdbHandle*);
    uint64_t (*data_chunk_get_size)(DuckdbHandle);
    DuckdbHandle (*data_chunk_get_vector)(DuckdbHandle, uint64_t);
    void* (*vector_get_data)(DuckdbHandle);
    uint64_t* (*vector_get_validity)(DuckdbHandle);
};

constexpr int duckdb_statement_select = 1;

/// The library stays loaded for the life of the process.
base::Result<DuckdbApi> load_duckdb(const std::string& path);

/// libduckdb.so in third_party/duckdb of a folder above `program`, or beside it; empty when there
/// is none.
std::string find_duckdb(const std::string& program);

}  // namespace wr::athena
