// The questions of the workshop's fourth module and of its further work, as SQL on the archive.
#include "console/ready_queries.h"

namespace wr::console {

const std::vector<ReadyQuery>& ready_queries() {
    static const std::vector<ReadyQuery> all = {
        {"The archive, newest first", "SELECT * FROM wildrydes ORDER BY statustime DESC LIMIT 100"},
        {"Which unicorns are there?", "SELECT DISTINCT name FROM wildrydes ORDER BY name"},
        {"Where has each unicorn been last?",
         "SELECT name, max_by(latitude, statustime) AS latitude, max_by(longitude, statustime) AS "
         "longitude,\n"
         "       max(statustime) AS statustime\nFROM wildrydes GROUP BY name ORDER BY name"},
        {"How far has each unicorn travelled?",
         "SELECT name, sum(distance) AS metres FROM wildrydes GROUP BY name ORDER BY metres DESC"},
        {"Where did Shadowfax ride?",
         "SELECT name, statustime, latitude, longitude, healthpoints FROM wildrydes\nWHERE name = "
         "'Shadowfax' ORDER BY statustime LIMIT 1000"},
        {"How well was the fleet, minute by minute?",
         "SELECT date_trunc('minute', statustime) AS minute, avg(healthpoints) AS health,\n"
         "       avg(magicpoints) AS magic\nFROM wildrydes GROUP BY 1 ORDER BY 1"},
        {"Whose vitals were below 100, and when?",
         "SELECT name, statustime, healthpoints, magicpoints FROM wildrydes\n"
         "WHERE healthpoints < 100 OR magicpoints < 100 ORDER BY statustime DESC LIMIT 1000"},
    };
    return all;
}

}  // namespace wr::console
