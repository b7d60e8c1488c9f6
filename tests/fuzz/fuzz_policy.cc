// Hostile policy documents: parsed and evaluated without a crash; a denial of all stays one.
#include <cstdlib>
#include <string>

#include "auth/evaluate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace wr::auth;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    AccessQuestion question;
    question.caller = {
        CallerKind::User, "123456789012", "arn:aws:iam::123456789012:user/shadowfax", "", ""};
    question.action = "kinesis:GetRecords";
    question.resource = "arn:aws:kinesis:us-east-1:123456789012:stream/wildrydes";
    question.context.set("aws:username", "shadowfax");
    question.context.set("aws:SourceIp", "203.0.113.7");
    question.context.set("aws:CurrentTime", "2026-11-22T12:00:00Z");
    question.context.set_all("aws:TagKeys", {"a", "b"});
    static const auto deny = std::make_shared<const Policy>(*Policy::parse(
        R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})", PolicyKind::Identity));
    for (const auto kind : {PolicyKind::Identity, PolicyKind::Resource, PolicyKind::Trust}) {
        auto policies = Policy::parse_all(text, kind);
        if (!policies) continue;
        PolicySet set;
        if (kind == PolicyKind::Identity) set.identity = *policies;
        evaluate(question, set, kind == PolicyKind::Identity ? Policies{} : *policies);
        set.identity.push_back(deny);
        if (evaluate(question, set, kind == PolicyKind::Identity ? Policies{} : *policies).allowed)
            std::abort();
    }
    return 0;
}
