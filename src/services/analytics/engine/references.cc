// Objects to tables. What a snapshot holds needs no reading again: a crash does not change a table.
#include "services/analytics/engine/references.h"

#include "base/json.h"

namespace wr::analytics {
namespace {

base::Failure<Error> unfit(std::string message) {
    return fail(ErrorCode::InvalidApplicationConfiguration, std::move(message));
}

/// Keeps the first error of an engine that reads tables; other rows go nowhere.
struct FirstError final : sql::Sink {
    void on_rows(const sql::Rows& rows) override {
        if (rows.stream_name() != sql::error_stream_name || !message.empty()) return;
        std::string json;
        rows.append_json(0, json);
        const auto row = base::parse_json(json);
        message = row ? (*row)["MESSAGE"].as_string() : json;
    }
    std::string message;
};

}  // namespace

std::string bucket_of(const std::string& arn) {
    constexpr std::string_view start = "arn:aws:s3:::";
    return arn.starts_with(start) ? arn.substr(start.size()) : "";
}

Result<std::string> read_object(const Faces& faces,
                                RoleGate& gate,
                                const std::string& role,
                                const std::string& bucket_arn,
                                const std::string& key) {
    const std::string name = "s3://" + bucket_of(bucket_arn) + "/" + key;
    if (faces.s3 == nullptr) return unfit("No object can be read here.");
    if (!gate.allows(role, "s3:GetObject", bucket_arn + "/" + key))
        return unfit("The role " + role + " does not allow to read " + name + ".");
    const auto object = faces.s3->get_object(bucket_of(bucket_arn), key);
    if (!object) return unfit(name + ": " + object.error().message);
    if (object->info.size_bytes > reference_bytes_max)
        return unfit(name + " is larger than " + std::to_string(reference_bytes_max) + " bytes.");
    if (!object->file) return object->bytes;
    std::string bytes(object->info.size_bytes, '\0');
    const auto read = object->file->read_at(0, bytes.data(), bytes.size());
    if (!read) return internal_failure(read.error());
    bytes.resize(*read);
    return bytes;
}

Result<std::vector<ReferenceData>> load_references(const Application& application,
                                                   const Faces& faces,
                                                   const base::Clock& clock) {
    RoleGate gate(faces.identity, clock);
    std::vector<ReferenceData> all;
    for (const auto& reference : application.references) {
        WR_TRY(std::string bytes,
               read_object(faces,
                           gate,
                           application.role_of(reference.role_arn),
                           reference.bucket_arn,
                           reference.key));
        all.push_back({reference.table_name, std::move(bytes)});
    }
    return all;
}

Result<std::string> engine_with_tables(const sql::ProgramPtr& program,
                                       const std::vector<ReferenceData>& references,
                                       base::Timestamp now) {
    FirstError errors;
    sql::Engine engine(program, now, errors);
    for (const auto& reference : references) {
        const sql::Record record{reference.bytes, "", "", "", now};
        const auto pushed = engine.push(reference.table, {&record, 1}, now);
        if (!pushed) return unfit(pushed.error().message);
        if (!errors.message.empty())
            return unfit("The reference data of " + reference.table +
                         " are not what the schema says: " + errors.message);
    }
    return engine.snapshot();
}

}  // namespace wr::analytics
