// wildrydes workshop check|setup: the workshop's resources, module by module.
#include <CLI/App.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/output.h"
#include "fleet/pipeline.h"
#include "gen/sts/types.h"

namespace wr::cli {
namespace {

struct Flags {
    int module = 0;  // 0: all
    bool as_json = false;
};

constexpr int modules = 5;
constexpr const char* titles[] = {"",
                                  "Real-time data streaming",
                                  "Streaming aggregation",
                                  "Stream processing",
                                  "Data archiving and querying",
                                  "Further work: the vitals alert"};

wire::ApiResult<std::string> account_of(fleet::Aws& aws) {
    WR_TRY(const auto identity, aws.sts.get_caller_identity({}));
    return identity.account.value_or("");
}

int check(Context& context, const Flags& flags) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    auto account = account_of(*aws);
    if (!account) return report(account.error(), context.endpoint());
    bool is_complete = true;
    int module = 0;
    base::Json list{base::Json::Array{}};
    for (const fleet::Step& step : fleet::pipeline_steps(*aws, *account)) {
        if (flags.module != 0 && step.module != flags.module) continue;
        auto exists = step.exists();
        if (!exists && exists.error().status == 0) {
            return report(exists.error(), context.endpoint());
        }
        const bool is_there = exists && *exists;
        is_complete = is_complete && is_there;
        if (flags.as_json) {
            base::Json json;
            json.set("module", step.module);
            json.set("step", step.title);
            json.set("done", is_there);
            if (!is_there) json.set("fix", step.fix);
            list.push(std::move(json));
            continue;
        }
        if (step.module != module) {
            module = step.module;
            print((module > 1 && flags.module == 0 ? "\n" : "") + std::string("Module ") +
                  std::to_string(module) + "  " + titles[module] + "\n");
        }
        print(std::string(is_there ? "  \u2713 " : "  \u2717 ") + step.title + "\n");
        if (!is_there) print("      " + step.fix + "\n");
    }
    if (flags.as_json) print(list.dump_pretty() + "\n");
    return is_complete ? exit_ok : exit_no;
}

int set_up(Context& context, int module) {
    fleet::Aws* aws = context.aws();
    if (aws == nullptr) return exit_environment;
    auto account = account_of(*aws);
    if (!account) return report(account.error(), context.endpoint());
    auto done = fleet::set_up_pipeline(*aws, *account, module == 0 ? modules : module);
    if (!done) return fail(exit_service, done.error());
    return exit_ok;
}

}  // namespace

void add_workshop(CLI::App& root, Selection& selection) {
    CLI::App* workshop = root.add_subcommand("workshop", "The Wild Rydes workshop, step by step");
    workshop->require_subcommand(1);
    auto flags = std::make_shared<Flags>();
    CLI::App* checking =
        workshop->add_subcommand("check", "What is there, and the command for what is not");
    checking->add_option("module", flags->module, "1 to 4; 5 is the further work")
        ->check(CLI::Range(1, modules));
    checking->add_flag("--json", flags->as_json, "As JSON");
    checking->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return check(context, *flags); };
    });
    CLI::App* setup = workshop->add_subcommand("setup", "Create all that is missing");
    setup->add_option("module", flags->module, "Up to this module; without it, all")
        ->check(CLI::Range(1, modules));
    setup->callback([&selection, flags] {
        selection.run = [flags](Context& context) { return set_up(context, flags->module); };
    });
}

}  // namespace wr::cli
