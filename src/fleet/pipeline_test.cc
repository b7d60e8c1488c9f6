// A step of the pipeline meets resources in every state.
#include "fleet/pipeline.h"

#include <gtest/gtest.h>

#include "base/clock.h"

namespace wr::fleet {
namespace {

using namespace std::chrono_literals;

base::Failure<wire::ApiError> refusal(const char* code) {
    wire::ApiError error;
    error.code = code;
    error.message = "Application cannot be started in STARTING state";
    return base::fail(error);
}

struct PipelineStep : testing::Test {
    PipelineStep() {
        step.title = "SQL application wildrydes runs";
        step.exists = [this]() -> wire::ApiResult<bool> {
            clock.advance(1s);
            return ++looks > looks_before_ready;
        };
        step.create = [this]() -> wire::ApiResult<void> {
            ++tries;
            if (code != nullptr) return refusal(code);
            return {};
        };
    }

    base::ManualClock clock;
    Step step;
    int looks = 0;
    int tries = 0;
    int looks_before_ready = 0;
    const char* code = nullptr;
};

TEST_F(PipelineStep, WhatIsThereIsLeftAlone) {
    ASSERT_TRUE(take_step(step, clock));
    EXPECT_EQ(tries, 0);
}

TEST_F(PipelineStep, WhatIsMissingIsMadeOnceAndWaitedFor) {
    looks_before_ready = 5;
    ASSERT_TRUE(take_step(step, clock));
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(looks, 6);
}

TEST_F(PipelineStep, WhatIsUnderWayIsWaitedFor) {
    looks_before_ready = 3;
    code = "ResourceInUseException";
    ASSERT_TRUE(take_step(step, clock));
    EXPECT_EQ(tries, 3);
}

TEST_F(PipelineStep, WhatIsStoppingIsStartedWhenItHasStopped) {
    looks_before_ready = 4;
    code = "ResourceInUseException";
    step.create = [this]() -> wire::ApiResult<void> {
        if (++tries < 3) return refusal(code);
        return {};
    };
    ASSERT_TRUE(take_step(step, clock));
    EXPECT_EQ(tries, 3);
}

TEST_F(PipelineStep, ARefusalIsTheEnd) {
    looks_before_ready = 100;
    code = "LimitExceededException";
    const auto taken = take_step(step, clock);
    ASSERT_FALSE(taken);
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(taken.error(),
              "SQL application wildrydes runs: LimitExceededException: Application cannot be "
              "started in STARTING state");
}

TEST_F(PipelineStep, WhatIsInTheWayForTooLongIsNamed) {
    looks_before_ready = 1'000;
    code = "ResourceConflictException";
    const auto taken = take_step(step, clock);
    ASSERT_FALSE(taken);
    EXPECT_LE(looks, 32);
    EXPECT_NE(taken.error().find("ResourceConflictException"), std::string::npos);
}

}  // namespace
}  // namespace wr::fleet
