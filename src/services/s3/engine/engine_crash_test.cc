// Power cuts at every step of a write: an object is the old one or the new one, whole, and an
// acknowledged one is the new one.
#include "base/encoding.h"
#include "io/faulty_file_system.h"
#include "services/s3/engine/engine_fixture.h"

namespace wr::s3 {
namespace {

class CrashTest : public ::testing::TestWithParam<bool> {
protected:
    /// One world per cut: files that fail, rows that do not.
    struct World {
        World() {
            auto opened = kv::open_store({.path = "/s3-crash", .in_memory = true});
            WR_ASSERT(opened.has_value());
            store = *std::move(opened);
            options.directory = "/objects";
            options.sweeps = false;
            options.part_bytes_min = 1;
            start();
        }
        void start() {
            engine.reset();
            auto opened = Engine::open(files, *store, clock, random, options);
            WR_ASSERT(opened.has_value());
            engine = *std::move(opened);
        }
        Outcome<Object> put(std::string_view bytes) const {
            PutRequest request;
            request.bucket = "bucket";
            request.key = "key";
            request.bytes = bytes;
            return engine->put(request);
        }
        size_t data_files() {
            size_t count = 0;
            for (int index = 0; index < 256; ++index) {
                const char byte = static_cast<char>(index);
                const auto names = files.list("/objects/" + base::hex_encode({&byte, 1}));
                if (names) count += names->size();
            }
            return count;
        }

        base::ManualClock clock;
        base::SeededRandom random{7};
        io::FaultyFileSystem files;
        std::unique_ptr<kv::Store> store;
        EngineOptions options;
        std::unique_ptr<Engine> engine;
    };

    static std::string bytes_of(const World& world) {
        const auto opened = world.engine->open_object("bucket", "key");
        if (!opened) return "<absent>";
        std::string bytes;
        const auto done =
            opened->blob.read(0, opened->object.blob.size_bytes, [&](std::string_view piece) {
                bytes += piece;
                return Outcome<void>();
            });
        return done ? bytes : "<unreadable>";
    }
};

TEST_P(CrashTest, a_put_is_whole_or_absent_after_a_power_cut_at_any_step) {
    const bool replaces = GetParam();
    const std::string before = large_text(70'000, 1);
    const std::string after = large_text(90'000, 2);
    bool was_acknowledged = false;
    int steps = 0;
    for (uint64_t step = 1; !was_acknowledged; ++step, ++steps) {
        for (uint64_t seed = 0; seed < 8; ++seed) {
            World world;
            ASSERT_TRUE(world.engine->create_bucket("bucket", "111122223333", "us-east-1"));
            if (replaces) {
                ASSERT_TRUE(world.put(before));
            }
            world.files.fail_call(step, io::Fault::PowerOff);
            const bool acknowledged = world.put(after).has_value();
            was_acknowledged = acknowledged;
            world.engine.reset();
            world.files.power_cut(seed * 1000 + step);
            world.files.clear_faults();
            world.start();
            const std::string found = bytes_of(world);
            const std::string old = replaces ? before : "<absent>";
            ASSERT_TRUE(found == after || (!acknowledged && found == old))
                << "step " << step << " seed " << seed << " acknowledged " << acknowledged;
            ASSERT_TRUE(world.engine->sweep());
            ASSERT_EQ(world.data_files(), found == "<absent>" ? 0u : 1u) << "step " << step;
            ASSERT_EQ(bytes_of(world), found);
        }
    }
    // Open, write, sync, rename, directory sync and the rest were each cut once.
    EXPECT_GE(steps, 6);
}

TEST_P(CrashTest, a_completed_upload_is_whole_or_still_an_upload) {
    const bool replaces = GetParam();
    const std::string before = large_text(70'000, 1);
    const std::string part = large_text(40'000, 2);
    bool was_acknowledged = false;
    for (uint64_t step = 1; !was_acknowledged; ++step) {
        World world;
        ASSERT_TRUE(world.engine->create_bucket("bucket", "111122223333", "us-east-1"));
        if (replaces) {
            ASSERT_TRUE(world.put(before));
        }
        CreateUploadRequest create;
        create.bucket = "bucket";
        create.key = "key";
        const auto upload = world.engine->create_upload(create);
        ASSERT_TRUE(upload);
        UploadPartRequest upload_part{"bucket", "key", upload->id, 1, part, {}};
        const auto one = world.engine->upload_part(upload_part);
        upload_part.number = 2;
        ASSERT_TRUE(one && world.engine->upload_part(upload_part));
        CompleteRequest complete;
        complete.bucket = "bucket";
        complete.key = "key";
        complete.upload_id = upload->id;
        complete.parts = {{1, one->etag(), {}}, {2, one->etag(), {}}};
        world.files.fail_call(step, io::Fault::PowerOff);
        was_acknowledged = world.engine->complete(complete).has_value();
        world.engine.reset();
        world.files.power_cut(step);
        world.files.clear_faults();
        world.start();
        if (bytes_of(world) != part + part) {
            ASSERT_FALSE(was_acknowledged);
            ASSERT_EQ(bytes_of(world), replaces ? before : "<absent>");
            ASSERT_TRUE(world.engine->complete(complete)) << "step " << step;
        }
        ASSERT_EQ(bytes_of(world), part + part);
        ASSERT_TRUE(world.engine->sweep());
        ASSERT_EQ(world.data_files(), 1u);
    }
}

TEST_P(CrashTest, a_full_disk_refuses_and_keeps_what_was) {
    const bool replaces = GetParam();
    const std::string before = large_text(70'000, 1);
    for (uint64_t step = 1; step <= 8; ++step) {
        World world;
        ASSERT_TRUE(world.engine->create_bucket("bucket", "111122223333", "us-east-1"));
        if (replaces) {
            ASSERT_TRUE(world.put(before));
        }
        world.files.fail_call(step, io::Fault::NoSpace);
        const bool acknowledged = world.put(large_text(90'000, 2)).has_value();
        world.files.clear_faults();
        if (acknowledged) {
            EXPECT_EQ(bytes_of(world), large_text(90'000, 2));
        } else {
            EXPECT_EQ(bytes_of(world), replaces ? before : "<absent>");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutAnOldObject, CrashTest, ::testing::Bool());

}  // namespace
}  // namespace wr::s3
