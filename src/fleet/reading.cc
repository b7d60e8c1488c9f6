// Readings out of JSON, with simdjson's on-demand parser.
#include "fleet/reading.h"

#include <simdjson.h>

#include <cmath>

namespace wr::fleet {
namespace {

constexpr size_t record_bytes_max = 64 * 1024;
constexpr size_t name_bytes_max = 256;
constexpr double latitude_max = 90;
constexpr double longitude_max = 180;

}  // namespace

struct ReadingParser::State {
    simdjson::ondemand::parser parser;
    std::string padded;
};

ReadingParser::ReadingParser() : state_(std::make_unique<State>()) {}
ReadingParser::~ReadingParser() = default;

std::optional<Reading> ReadingParser::parse(std::string_view record) {
    if (record.size() > record_bytes_max) return std::nullopt;
    state_->padded.assign(record);
    state_->padded.append(simdjson::SIMDJSON_PADDING, ' ');
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    const simdjson::padded_string_view view(
        state_->padded.data(), record.size(), state_->padded.size());
    if (state_->parser.iterate(view).get(document) || document.get_object().get(object))
        return std::nullopt;
    Reading reading;
    double latitude = NAN;
    double longitude = NAN;
    for (auto field : object) {
        std::string_view key;
        simdjson::ondemand::value value;
        if (field.unescaped_key().get(key) || field.value().get(value)) return std::nullopt;
        double number = 0;
        if (key == "Name") {
            if (value.get_string().get(reading.name)) return std::nullopt;
        } else if (value.get_double().get(number)) {
            continue;
        } else if (key == "Latitude") {
            latitude = number;
        } else if (key == "Longitude") {
            longitude = number;
        } else if (key == "Distance") {
            reading.metres_per_second = number;
        } else if (key == "HealthPoints") {
            reading.health_points = number;
        } else if (key == "MagicPoints") {
            reading.magic_points = number;
        }
    }
    reading.latitude = latitude;
    reading.longitude = longitude;
    // Written so that what is not a number is refused as well.
    const bool is_on_earth =
        std::abs(latitude) <= latitude_max && std::abs(longitude) <= longitude_max;
    if (!is_on_earth || reading.name.empty() || reading.name.size() > name_bytes_max)
        return std::nullopt;
    return reading;
}

}  // namespace wr::fleet
