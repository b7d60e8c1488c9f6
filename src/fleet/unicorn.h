#pragma once
// One unicorn: where it is, how it feels, and the reading it sends each second.
//
// The workshop's model: from (40.749167, -73.985184) at a constant bearing, 29 to 31 metres each
// second; vitals begin at 150 and wander by at most one point a second. Facts:
// aws-samples/aws-serverless-workshops, DataProcessing/client/producer.go.

#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace wr::fleet {

enum class Movement {
    Straight,  ///< the workshop's: a constant bearing for ever
    Roam,      ///< the bearing wanders, and turns back far from the start
    City,      ///< along the streets of Manhattan, with turns at crossings
};

struct UnicornOptions {
    std::string name = "Shadowfax";
    Movement movement = Movement::Straight;
    /// Chance each minute that a vital begins to fall below 100; it recovers by itself.
    double incidents_per_minute = 0;
};

/// Not thread-safe.
class Unicorn {
public:
    Unicorn(UnicornOptions options, base::Random& random);

    /// Lives `seconds` of its life.
    void step(double seconds = 1);
    /// The reading as the workshop's producer sends it: one line of JSON with its end of line.
    std::string reading(base::Timestamp now) const;

    const std::string& name() const { return options_.name; }
    double latitude() const { return latitude_; }
    double longitude() const { return longitude_; }
    double distance() const { return distance_; }  ///< metres of the last step
    int health_points() const { return health_points_; }
    int magic_points() const { return magic_points_; }
    /// Metres from where all unicorns start.
    double metres_from_start() const;

private:
    void turn(double seconds);
    void wander(int& points);
    void suffer(double seconds);

    const UnicornOptions options_;
    base::Random& random_;
    double latitude_;
    double longitude_;
    double bearing_;  // radians, counter-clockwise from east
    double distance_ = 0;
    int health_points_;
    int magic_points_;
    int* falling_ = nullptr;    // the vital of an incident under way
    double incident_left_ = 0;  // seconds
};

}  // namespace wr::fleet
