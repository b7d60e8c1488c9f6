// Movement and vitals of a unicorn.
#include "fleet/unicorn.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/json_writer.h"
#include "base/time_format.h"

namespace wr::fleet {
namespace {

using std::numbers::pi;

constexpr double latitude_start = 40.749167;
constexpr double longitude_start = -73.985184;
constexpr double metres_per_degree_latitude = 110'540;
constexpr double metres_per_degree_longitude = 111'320;
constexpr int points_start = 150;
constexpr double metres_per_second_min = 29;
constexpr double metres_per_second_max = 31;

/// Beyond it, unicorns that roam turn back.
constexpr double home_radius_metres = 6'000;
/// Manhattan's avenues run 29 degrees east of north.
constexpr double grid_turn = 29 * pi / 180;
constexpr double turns_per_second = 0.12;

constexpr double incident_seconds = 60;
constexpr int points_lost_per_second = 6;
constexpr int points_floor = 60;
constexpr int points_recovered_per_second = 3;

double metres_per_longitude(double latitude) {
    return metres_per_degree_longitude * std::cos(pi * latitude / 180);
}

}  // namespace

Unicorn::Unicorn(UnicornOptions options, base::Random& random)
    : options_(std::move(options)),
      random_(random),
      latitude_(latitude_start),
      longitude_(longitude_start),
      bearing_(random.unit() * 2 * pi),
      health_points_(points_start),
      magic_points_(points_start) {
    if (options_.movement == Movement::City) {
        bearing_ = pi / 2 - grid_turn + pi / 2 * static_cast<double>(random.below(4));
    }
}

double Unicorn::metres_from_start() const {
    const double north = (latitude_ - latitude_start) * metres_per_degree_latitude;
    const double east = (longitude_ - longitude_start) * metres_per_longitude(latitude_);
    return std::hypot(north, east);
}

void Unicorn::turn(double seconds) {
    if (options_.movement == Movement::Straight) return;
    const double north = (latitude_start - latitude_) * metres_per_degree_latitude;
    const double east = (longitude_start - longitude_) * metres_per_longitude(latitude_);
    const bool is_far = std::hypot(north, east) > home_radius_metres;
    const double home = std::atan2(north, east);
    if (options_.movement == Movement::Roam) {
        constexpr double wander_per_second = 0.25;
        bearing_ += (random_.unit() - 0.5) * 2 * wander_per_second * seconds;
        const double off_course = std::remainder(home - bearing_, 2 * pi);
        if (is_far) bearing_ += std::clamp(off_course, -0.2 * seconds, 0.2 * seconds);
        return;
    }
    if (is_far && std::cos(home - bearing_) < 0) {
        // The street that leads home best.
        const double first = pi / 2 - grid_turn;
        bearing_ = first + std::round((home - first) / (pi / 2)) * pi / 2;
    } else if (random_.unit() < turns_per_second * seconds) {
        bearing_ += random_.below(2) == 0 ? pi / 2 : -pi / 2;
    }
}

void Unicorn::wander(int& points) {
    if (&points == falling_) return;
    const int step = static_cast<int>(random_.below(2));
    points += random_.below(2) == 0 ? -step : step;
}

void Unicorn::suffer(double seconds) {
    if (falling_ == nullptr) {
        const double chance = options_.incidents_per_minute * seconds / 60;
        if (chance <= 0 || random_.unit() >= chance) return;
        falling_ = random_.below(2) == 0 ? &health_points_ : &magic_points_;
        incident_left_ = incident_seconds;
    }
    incident_left_ -= seconds;
    if (incident_left_ > 0) {
        const int lost = static_cast<int>(std::ceil(points_lost_per_second * seconds));
        *falling_ = std::max(std::min(*falling_, points_floor), *falling_ - lost);
        return;
    }
    *falling_ += static_cast<int>(std::ceil(points_recovered_per_second * seconds));
    if (*falling_ < points_start) return;
    *falling_ = points_start;
    falling_ = nullptr;
}

void Unicorn::step(double seconds) {
    wander(magic_points_);
    wander(health_points_);
    suffer(seconds);
    turn(seconds);
    const double speed =
        metres_per_second_min + random_.unit() * (metres_per_second_max - metres_per_second_min);
    distance_ = speed * seconds;
    longitude_ += distance_ * std::cos(bearing_) / metres_per_longitude(latitude_);
    latitude_ += distance_ * std::sin(bearing_) / metres_per_degree_latitude;
}

std::string Unicorn::reading(base::Timestamp now) const {
    base::JsonWriter json;
    json.begin_object();
    json.key("Distance");
    json.number(distance_);
    json.key("HealthPoints");
    json.integer(health_points_);
    json.key("Latitude");
    json.number(latitude_);
    json.key("Longitude");
    json.number(longitude_);
    json.key("MagicPoints");
    json.integer(magic_points_);
    json.key("Name");
    json.string(options_.name);
    json.key("StatusTime");
    json.string(base::format_sql_timestamp(now));
    json.end_object();
    return json.take() + "\n";
}

}  // namespace wr::fleet
