// The job as JSON, both ways.
#include "services/athena/engine/worker.h"

namespace wr::athena {

using base::Json;

Json WorkerJob::to_json() const {
    const auto texts = [](const std::vector<std::string>& values) {
        Json list{Json::Array{}};
        for (const auto& value : values) list.push(value);
        return list;
    };
    Json list{Json::Array{}};
    for (const Conversion& conversion : conversions)
        list.push(Json::Array{
            conversion.from, conversion.to, conversion.lower_keys, conversion.forgives});
    Json json;
    json.set("library", library);
    json.set("memory_bytes", memory_bytes);
    json.set("threads", threads);
    json.set("readable_folders", texts(readable_folders));
    json.set("scratch_folder", scratch_folder);
    json.set("conversions", std::move(list));
    json.set("setup", texts(setup));
    json.set("query", query);
    return json;
}

WorkerJob WorkerJob::from_json(const Json& json) {
    const auto texts = [](const Json& list) {
        std::vector<std::string> values;
        for (const Json& value : list.as_array()) values.push_back(value.as_string());
        return values;
    };
    WorkerJob job;
    job.library = json["library"].as_string();
    job.memory_bytes = static_cast<uint64_t>(json["memory_bytes"].as_int());
    job.threads = static_cast<int>(json["threads"].as_int(1));
    job.readable_folders = texts(json["readable_folders"]);
    job.scratch_folder = json["scratch_folder"].as_string();
    for (const Json& item : json["conversions"].as_array()) {
        const auto& parts = item.as_array();
        if (parts.size() == 4)
            job.conversions.push_back({parts[0].as_string(),
                                       parts[1].as_string(),
                                       parts[2].as_bool(),
                                       parts[3].as_bool()});
    }
    job.setup = texts(json["setup"]);
    job.query = json["query"].as_string();
    return job;
}

}  // namespace wr::athena
