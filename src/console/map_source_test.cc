// What may be configured as the map, and what is served of a file.
#include "console/map_source.h"

#include <gtest/gtest.h>

namespace wr::console {
namespace {

class MapSourceTest : public testing::Test {
protected:
    MapSourceTest() : files_(io::make_memory_file_system()) {}

    void write(const std::string& path, const std::string& bytes) {
        auto file = files_->open(path, io::OpenMode::CreateNew);
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->write_at(0, bytes));
    }
    base::Result<MapSource> open(const MapOptions& options) {
        return MapSource::open(*files_, options);
    }
    static http::Request asking(const std::string& range) {
        http::Request request;
        request.headers.set("Range", range);
        return request;
    }

    std::unique_ptr<io::FileSystem> files_;
    const std::string map_ = "PMTiles\x03" + std::string(992, 'm');
};

TEST_F(MapSourceTest, nothing_configured_means_no_other_host_and_no_file) {
    const auto source = open({});
    ASSERT_TRUE(source);
    EXPECT_EQ(source->tiles_origin(), "");
    EXPECT_FALSE(source->has_file());
    EXPECT_EQ(source->answer({}).status, 404);
}

TEST_F(MapSourceTest, tiles_open_the_policy_for_their_own_host_alone) {
    const auto source =
        open({.tiles = "https://tiles.example.com:8443/a/{z}/{x}/{y}@2x.png?key=1"});
    ASSERT_TRUE(source);
    EXPECT_EQ(source->tiles_origin(), "https://tiles.example.com:8443");
    EXPECT_EQ(source->credit(), "Map: tiles.example.com:8443");
    EXPECT_EQ(open({.tiles = "http://a/{z}/{x}/{y}", .credit = "© Somebody"})->credit(),
              "© Somebody");
}

TEST_F(MapSourceTest, an_address_that_could_change_the_policy_is_refused) {
    for (const char* address : {"tiles.example.com/{z}/{x}/{y}",
                                "https://tiles.example.com/{z}/{x}",
                                "https:///{z}/{x}/{y}",
                                "https://a b/{z}/{x}/{y}",
                                "https://*;script-src */{z}/{x}/{y}",
                                "https://user@a/{z}/{x}/{y}",
                                "https://a/{z}/{x}/{y}; script-src *",
                                "https://a/{z}/{x}/{y}\r\nX: 1",
                                "https://a/{z}/{x}/{y}'",
                                "javascript:alert(1)//{z}{x}{y}"}) {
        const auto source = open({.tiles = address});
        ASSERT_FALSE(source) << address;
        EXPECT_NE(source.error().message.find("--map-tiles"), std::string::npos);
    }
}

TEST_F(MapSourceTest, a_file_that_is_no_map_is_refused_at_the_start) {
    write("/short", "PMTiles\x03");
    write("/old", "PMTiles\x02" + std::string(200, 'm'));
    write("/other", std::string(200, 'x'));
    for (const char* path : {"/absent", "/short", "/old", "/other"})
        EXPECT_FALSE(open({.file = path})) << path;
}

TEST_F(MapSourceTest, ranges_of_the_file_are_served) {
    write("/nyc.pmtiles", map_);
    const auto source = open({.file = "/nyc.pmtiles"});
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(source->file_size_bytes(), 1'000U);
    const auto some = source->answer(asking("bytes=0-126"));
    EXPECT_EQ(some.status, 206);
    EXPECT_EQ(some.headers.get("Content-Range"), "bytes 0-126/1000");
    EXPECT_EQ(some.file_body->size_bytes, 127U);
    const auto end = source->answer(asking("bytes=990-5000"));
    EXPECT_EQ(end.headers.get("Content-Range"), "bytes 990-999/1000");
    EXPECT_EQ(end.file_body->offset, 990U);
    const auto all = source->answer({});
    EXPECT_EQ(all.status, 200);
    EXPECT_EQ(all.file_body->size_bytes, 1'000U);
    for (const char* bad : {"bytes=1000-1001", "bytes=5-4", "bytes=-5", "bytes=0-1,3-4", "x"})
        EXPECT_EQ(source->answer(asking(bad)).status, 416) << bad;
}

}  // namespace
}  // namespace wr::console
