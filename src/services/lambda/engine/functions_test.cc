// Functions from creation to deletion, and real runs of them in sandboxes.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/encoding.h"
#include "base/hash.h"
#include "http/server.h"
#include "services/lambda/engine/engine.h"
#include "services/lambda/engine/test_support.h"

namespace wr::lambda {
namespace {

using namespace std::chrono_literals;
using testing::zip_of;

struct World {
    World() {
        kv::StoreOptions store_options;
        store_options.path = scratch.path() + "/kv";
        store_options.in_memory = true;
        store = std::move(kv::open_store(store_options)).value();
        kinesis.add_shard("shardId-000000000000");
        make_engine();
    }
    void make_engine() {
        engine.reset();
        EngineOptions options;
        options.data_directory = scratch.path() + "/lambda";
        options.state_delay = 0ms;
        options.sandbox.relay = {WR_RELAY_PROGRAM};
        options.sandbox.node_modules_directory =
            WR_THIRD_PARTY_DIRECTORY "/lambda-node/node_modules";
        options.sandbox.python_packages_directory = WR_THIRD_PARTY_DIRECTORY "/lambda-python";
        options.sandbox.endpoint_socket = endpoint_socket;
        options.pool.instances_max = 3;
        options.events.retry_delay = 50ms;
        options.mapping_poll_period = 20ms;
        options.mapping_retry_delay_first = 20ms;
        engine = std::make_unique<Engine>(store->scoped("lambda/"),
                                          *files,
                                          clock,
                                          random,
                                          EngineFaces{&kinesis, &s3, &identity, &logs},
                                          options);
        ASSERT_TRUE(engine->start());
    }
    FunctionName name(const std::string& text) const {
        return {"000000000000", "us-east-1", text, {}};
    }
    EngineResult<Function> create(const std::string& text,
                                  const std::string& runtime,
                                  const std::string& handler,
                                  const std::vector<testing::ZipFile>& package,
                                  int timeout_seconds = 10) {
        Function function;
        function.name = name(text);
        function.runtime = runtime;
        function.handler = handler;
        function.role = "arn:aws:iam::000000000000:role/fn";
        function.timeout_seconds = timeout_seconds;
        function.environment = {{"COLOUR", "rainbow"}};
        return engine->create_function(function, {zip_of(package), {}, {}}, false);
    }
    InvokeOutcome invoke(const std::string& text, const std::string& payload = "{}") {
        auto outcome = engine->invoke_function(
            name(text), InvocationType::RequestResponse, payload, random.uuid());
        EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().message);
        return outcome ? *outcome : InvokeOutcome{};
    }

    testing::ScratchDirectory scratch;
    std::string endpoint_socket;
    base::SystemClock clock;
    base::SystemRandom random;
    std::unique_ptr<io::FileSystem> files = io::make_posix_file_system();
    std::unique_ptr<kv::Store> store;
    testing::FakeKinesis kinesis{clock};
    testing::FakeS3 s3;
    testing::FakeIdentity identity;
    testing::FakeLogs logs;
    std::unique_ptr<Engine> engine;
};

TEST(Lambda, node_handlers_of_every_style_answer) {
    World world;
    const struct {
        const char* file;
        const char* code;
    } styles[] = {
        {"index.js", "exports.handler = async (event) => ({ got: event.n + 1 });"},
        {"index.js", "exports.handler = (event, context, done) => done(null, {got: event.n + 1});"},
        {"index.js",
         "exports.handler = (e, c, done) => { setTimeout(() => done(null, {got: e.n + 1}), 20); "
         "};"},
        {"index.js", "exports.handler = (event, context) => context.succeed({got: event.n + 1});"},
        {"index.mjs", "export const handler = async (event) => ({ got: event.n + 1 });"},
        {"index.cjs", "exports.handler = async (event) => ({ got: event.n + 1 });"},
    };
    int i = 0;
    for (const auto& style : styles) {
        const std::string name = "fn" + std::to_string(i++);
        ASSERT_TRUE(world.create(name, "nodejs20.x", "index.handler", {{style.file, style.code}}));
        const auto outcome = world.invoke(name, R"({"n":41})");
        EXPECT_EQ(outcome.function_error, "") << style.code << outcome.payload;
        EXPECT_EQ(outcome.payload, R"({"got":42})") << style.code;
    }
}

TEST(Lambda, a_python_handler_sees_its_context_and_environment) {
    World world;
    ASSERT_TRUE(world.create("py", "python3.11", "app.handler", {{"app.py", R"(
import os, time
count = 0
def handler(event, context):
    global count
    count += 1
    print('colour', os.environ['COLOUR'])
    return [event['x'], count, context.function_name, os.environ['AWS_ACCESS_KEY_ID'],
            os.environ['AWS_REGION'], 0 < context.get_remaining_time_in_millis() <= 10000,
            context.invoked_function_arn]
)"}}));
    EXPECT_EQ(world.invoke("py", R"({"x":"é"})").payload,
              R"(["\u00e9", 1, "py", "ASIATEST", "us-east-1", true, )"
              R"("arn:aws:lambda:us-east-1:000000000000:function:py"])");
    const auto again = world.invoke("py", R"({"x":null})");
    EXPECT_TRUE(again.payload.starts_with("[null, 2,")) << "not kept warm: " << again.payload;
    EXPECT_NE(again.log_tail.find("START RequestId: "), std::string::npos) << again.log_tail;
    EXPECT_NE(again.log_tail.find("colour rainbow\n"), std::string::npos) << again.log_tail;
    EXPECT_NE(again.log_tail.find("\tMemory Size: 128 MB\t"), std::string::npos);
    EXPECT_NE(world.logs.text("/aws/lambda/py").find("Init Duration"), std::string::npos);
}

TEST(Lambda, errors_of_functions_come_back_as_their_payload) {
    World world;
    ASSERT_TRUE(world.create(
        "throws",
        "nodejs20.x",
        "index.handler",
        {{"index.js", "exports.handler = async () => { throw new TypeError('no hay'); };"}}));
    auto outcome = world.invoke("throws");
    EXPECT_EQ(outcome.function_error, "Unhandled");
    EXPECT_NE(outcome.payload.find(R"("errorType":"TypeError","errorMessage":"no hay")"),
              std::string::npos)
        << outcome.payload;
    ASSERT_TRUE(
        world.create("raises",
                     "python3.11",
                     "app.handler",
                     {{"app.py", "def handler(event, context):\n    raise ValueError('bad')\n"}}));
    outcome = world.invoke("raises");
    EXPECT_NE(outcome.payload.find(R"("errorMessage": "bad", "errorType": "ValueError")"),
              std::string::npos)
        << outcome.payload;
    ASSERT_TRUE(world.create("exits",
                             "nodejs20.x",
                             "index.handler",
                             {{"index.js", "exports.handler = async () => process.exit(3);"}}));
    outcome = world.invoke("exits");
    EXPECT_NE(outcome.payload.find("Runtime exited with error: exit status 3"), std::string::npos)
        << outcome.payload;
    ASSERT_TRUE(world.create("missing", "nodejs20.x", "nowhere.handler", {{"index.js", ""}}));
    outcome = world.invoke("missing");
    EXPECT_NE(outcome.payload.find("Runtime.ImportModuleError"), std::string::npos)
        << outcome.payload;
    ASSERT_TRUE(world.create("nothing", "python3.11", "app.nothing", {{"app.py", ""}}));
    outcome = world.invoke("nothing");
    EXPECT_NE(outcome.payload.find("Runtime.HandlerNotFound"), std::string::npos)
        << outcome.payload;
}

TEST(Lambda, a_function_beyond_its_time_is_killed_with_all_its_children) {
    World world;
    ASSERT_TRUE(world.create("slow",
                             "python3.11",
                             "app.handler",
                             {{"app.py", R"(
import subprocess, time
def handler(event, context):
    if event.get('sleep'):
        subprocess.Popen(['/usr/bin/sleep', '600'])
        time.sleep(600)
    return 'quick'
)"}},
                             1));
    EXPECT_EQ(world.invoke("slow").payload, "\"quick\"");
    const auto began = std::chrono::steady_clock::now();
    const auto outcome = world.invoke("slow", R"({"sleep":true})");
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
    EXPECT_NE(outcome.payload.find("Task timed out after 1.00 seconds"), std::string::npos);
    EXPECT_EQ(world.invoke("slow").payload, "\"quick\"") << "no new process after a timeout";
}

TEST(Lambda, a_custom_runtime_is_its_bootstrap) {
    World world;
    const std::string bootstrap = R"(#!/usr/bin/python3
import http.client, os
while True:
    c = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
    c.request('GET', '/2018-06-01/runtime/invocation/next')
    r = c.getresponse(); body = r.read()
    i = r.headers['Lambda-Runtime-Aws-Request-Id']
    c.request('POST', f'/2018-06-01/runtime/invocation/{i}/response', b'{"echo":' + body + b'}')
    c.getresponse().read()
)";
    ASSERT_TRUE(
        world.create("own", "provided.al2023", "unused", {{"bootstrap", bootstrap, 0100755}}));
    EXPECT_EQ(world.invoke("own", "[1]").payload, R"({"echo":[1]})");
}

TEST(Lambda, a_function_in_cpp_runs_on_the_runtimes_header) {
    std::ifstream file(WR_SAMPLE_FUNCTION, std::ios::binary);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (!file) GTEST_SKIP() << "static programs are not built with sanitizers";
#endif
    ASSERT_TRUE(file) << WR_SAMPLE_FUNCTION;
    const std::string program((std::istreambuf_iterator<char>(file)), {});
    World world;
    ASSERT_TRUE(
        world.create("cpp", "provided.al2023", "unused", {{"bootstrap", program, 0100755}}));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(world.invoke("cpp", R"({"Records":[{"eventID":"a"},{"eventID":"b"}]})").payload,
                  R"({"records":2})");
    }
    EXPECT_NE(world.logs.text("/aws/lambda/cpp").find("2 records\n"), std::string::npos);
}

TEST(Lambda, a_sandbox_shows_nothing_of_the_host) {
    World world;
    ASSERT_TRUE(world.create("probe", "python3.11", "app.handler", {{"app.py", R"(
import os, socket, subprocess
def tried(action):
    try:
        return repr(action())
    except Exception as error:
        return type(error).__name__
def connect(host, port):
    socket.create_connection((host, port), 1).close()
    return 'connected'
def handler(event, context):
    return {
        'data': tried(lambda: os.listdir(event['data'])),
        'home': tried(lambda: os.listdir('/root') + os.listdir('/home')),
        'shadow': tried(lambda: open('/etc/shadow').read()),
        'processes': len([p for p in os.listdir('/proc') if p.isdigit()]),
        'init': tried(lambda: open('/proc/1/environ').read()),
        'environment': repr(dict(os.environ)),
        'root': tried(lambda: os.listdir('/proc/1/root/home')),
        'port': tried(lambda: connect('127.0.0.1', event['port'])),
        'metadata': tried(lambda: connect('169.254.169.254', 80)),
        'code': tried(lambda: open('/var/task/x', 'w')),
        'runtime': tried(lambda: open('/var/runtime/x', 'w')),
        'usr': tried(lambda: open('/usr/x', 'w')),
        'top': tried(lambda: open('/x', 'w')),
        'mount': subprocess.run(['/usr/bin/mount', '-t', 'tmpfs', 'x', '/tmp'],
                                capture_output=True).returncode,
        'user': subprocess.run(['/usr/bin/unshare', '-U', 'true'], capture_output=True).returncode,
        'sockets': tried(lambda: os.listdir('/run/wildrydes')),
        'uid': os.getuid(),
        'scratch': tried(lambda: open('/tmp/ok', 'w').write('x')),
    }
)"}}));
    setenv("WR_HOST_SECRET", "1", 1);
    auto server = http::Server::start({}, [](auto, http::Respond respond) { respond({}); });
    ASSERT_TRUE(server);
    base::Json event{base::Json::Object{}};
    event.set("data", world.scratch.path());
    event.set("port", static_cast<int>((*server)->port()));
    const auto outcome = world.invoke("probe", event.dump());
    const auto seen = base::parse_json(outcome.payload);
    ASSERT_TRUE(seen) << outcome.payload;
    EXPECT_EQ((*seen)["data"].as_string(), "FileNotFoundError") << outcome.payload;
    EXPECT_EQ((*seen)["home"].as_string(), "FileNotFoundError");
    EXPECT_EQ((*seen)["shadow"].as_string(), "FileNotFoundError");
    EXPECT_LE((*seen)["processes"].as_int(), 4);
    EXPECT_EQ((*seen)["init"].as_string().find("WR_HOST_SECRET"), std::string::npos);
    EXPECT_EQ((*seen)["environment"].as_string().find("WR_HOST_SECRET"), std::string::npos);
    EXPECT_NE((*seen)["root"].as_string().find("Error"), std::string::npos);
    EXPECT_EQ((*seen)["port"].as_string(), "ConnectionRefusedError");
    EXPECT_EQ((*seen)["metadata"].as_string(), "OSError");
    for (const char* place : {"code", "runtime", "usr", "top"}) {
        EXPECT_EQ((*seen)[place].as_string(), "OSError") << place;
    }
    EXPECT_NE((*seen)["mount"].as_int(), 0);
    EXPECT_NE((*seen)["user"].as_int(), 0);
    EXPECT_EQ((*seen)["uid"].as_int(), 993);
    EXPECT_EQ((*seen)["scratch"].as_string(), "1");
}

TEST(Lambda, a_function_that_eats_memory_is_ended) {
    World world;
    ASSERT_TRUE(world.create("hungry", "python3.11", "app.handler", {{"app.py", R"(
def handler(event, context):
    held = []
    while True:
        held.append(bytearray(16 * 1024 * 1024))
)"}}));
    const auto outcome = world.invoke("hungry");
    EXPECT_NE(outcome.payload.find("signal: killed"), std::string::npos) << outcome.payload;
}

TEST(Lambda, the_servers_endpoint_is_reachable_from_inside) {
    World world;
    world.endpoint_socket = world.scratch.path() + "/endpoint.sock";
    http::ServerOptions options;
    options.address = "unix:" + world.endpoint_socket;
    auto server = http::Server::start(
        options, [](std::shared_ptr<const http::Request> request, http::Respond respond) {
            http::Response response;
            response.body = "hello " + request->target;
            respond(std::move(response));
        });
    ASSERT_TRUE(server);
    world.make_engine();
    ASSERT_TRUE(world.create("calls", "python3.11", "app.handler", {{"app.py", R"(
import os, urllib.request
def handler(event, context):
    return urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/there').read().decode()
)"}}));
    EXPECT_EQ(world.invoke("calls").payload, "\"hello /there\"");
}

TEST(Lambda, the_sdks_resolve_as_on_aws) {
    ASSERT_TRUE(
        std::filesystem::exists(WR_THIRD_PARTY_DIRECTORY "/lambda-node/node_modules/aws-sdk"))
        << "the SDKs are not installed: tools/install_function_sdks";
    World world;
    ASSERT_TRUE(world.create("v2", "nodejs20.x", "index.handler", {{"index.js", R"(
const AWS = require('aws-sdk');
const Kinesis = require('aws-sdk/clients/kinesis');
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const client = new AWS.DynamoDB.DocumentClient();
exports.handler = async () => [client.service.endpoint.href, new Kinesis().endpoint.href,
    new AWS.S3({endpoint: 'http://elsewhere:1'}).endpoint.href, typeof DynamoDBClient];
)"}}));
    EXPECT_EQ(world.invoke("v2").payload,
              R"(["http://127.0.0.1:4566/","http://127.0.0.1:4566/","http://elsewhere:1/",)"
              R"("function"])");
    ASSERT_TRUE(world.create("esm", "nodejs20.x", "index.handler", {{"index.mjs", R"(
import { KinesisClient } from '@aws-sdk/client-kinesis';
export const handler = async () => {
    const endpoint = await new KinesisClient({}).config.endpoint?.();
    return [typeof KinesisClient, process.env.AWS_ENDPOINT_URL];
};
)"}}));
    EXPECT_EQ(world.invoke("esm").payload, R"(["function","http://127.0.0.1:4566"])");
    ASSERT_TRUE(world.create("boto",
                             "python3.11",
                             "app.handler",
                             {{"app.py", R"(
import boto3
def handler(event, context):
    return boto3.client('kinesis').meta.endpoint_url
)"}},
                             20));
    EXPECT_EQ(world.invoke("boto").payload, "\"http://127.0.0.1:4566\"");
}

TEST(Lambda, instances_are_limited_and_idle_ones_make_room) {
    World world;
    for (int i = 0; i < 5; ++i) {
        const std::string name = "n" + std::to_string(i);
        ASSERT_TRUE(world.create(
            name,
            "python3.11",
            "app.handler",
            {{"app.py", "import time\ndef handler(e, c):\n    time.sleep(e.get('s', 0))\n"}}));
        EXPECT_EQ(world.invoke(name).payload, "null");
    }
    std::vector<std::thread> busy;
    for (int i = 0; i < 3; ++i) {
        busy.emplace_back([&world] { world.invoke("n0", R"({"s":2})"); });
    }
    std::this_thread::sleep_for(1s);
    const auto refused =
        world.engine->invoke_function(world.name("n1"), InvocationType::RequestResponse, "{}", "x");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::TooManyRequests);
    for (auto& thread : busy) thread.join();
    EXPECT_EQ(world.invoke("n1").payload, "null");
}

TEST(Lambda, events_are_retried_and_survive_a_restart) {
    World world;
    ASSERT_TRUE(world.create(
        "event",
        "python3.11",
        "app.handler",
        {{"app.py",
          "def handler(e, c):\n    print('tried', c.aws_request_id)\n    raise ValueError()\n"}}));
    ASSERT_TRUE(world.engine->invoke_function(
        world.name("event"), InvocationType::Event, "{}", "request-1"));
    const auto tries = [&] {
        const std::string text = world.logs.text("/aws/lambda/event");
        size_t count = 0;
        for (size_t at = text.find("tried request-1"); at != std::string::npos;
             at = text.find("tried request-1", at + 1)) {
            ++count;
        }
        return count;
    };
    for (int i = 0; i < 100 && tries() < 3; ++i) std::this_thread::sleep_for(50ms);
    std::this_thread::sleep_for(500ms);
    EXPECT_EQ(tries(), 3u) << "one attempt and two retries";

    // Accepted, but its function is not there until after the restart.
    world.engine->stop();
    auto events = world.store->scoped("lambda/event/");
    ASSERT_TRUE(events->put("request-2",
                            R"({"account":"000000000000","region":"us-east-1",
        "name":"event","qualifier":"","payload":"e30=","accepted":)" +
                                std::to_string(world.clock.now().time_since_epoch().count()) +
                                R"(,"attempts":0})"));
    world.make_engine();
    for (int i = 0; i < 100; ++i) {
        if (world.logs.text("/aws/lambda/event").find("tried request-2") != std::string::npos) {
            return;
        }
        std::this_thread::sleep_for(50ms);
    }
    FAIL() << "the accepted event was forgotten";
}

TEST(Lambda, functions_are_created_changed_and_deleted_with_awss_refusals) {
    World world;
    const std::vector<testing::ZipFile> package = {{"index.js", "exports.handler = async () => 1"}};
    const auto created = world.create("fn", "nodejs20.x", "index.handler", package);
    ASSERT_TRUE(created);
    EXPECT_EQ(created->code_sha256_base64(),
              base::base64_encode(base::as_bytes(base::sha256(zip_of(package)))));
    auto refused = world.create("fn", "nodejs20.x", "index.handler", package);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::ResourceConflict);
    EXPECT_EQ(refused.error().message, "Function already exist: fn");

    Function other = *created;
    other.name.name = "other";
    other.role = "arn:aws:iam::000000000000:role/nobody";
    refused = world.engine->create_function(other, {zip_of(package), {}, {}}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "The role defined for the function cannot be assumed by Lambda.");
    refused = world.create("bad", "nodejs20.x", "index.handler", {{"../x", ""}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::InvalidParameter);

    EXPECT_EQ(world.invoke("fn").payload, "1");
    world.s3.objects["code.zip"] = zip_of({{"index.js", "exports.handler = async () => 2"}});
    ASSERT_TRUE(world.engine->update_code(
        world.name("fn"), {std::nullopt, "bucket", "code.zip"}, "", false, false));
    EXPECT_EQ(world.invoke("fn").payload, "2") << "an old instance was reused";
    const auto missing = world.engine->update_code(
        world.name("fn"), {std::nullopt, "bucket", "none"}, "", false, false);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message,
              "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The "
              "specified key does not exist.");
    ConfigurationChanges changes;
    changes.environment = {{{"AWS_REGION", "x"}}};
    EXPECT_FALSE(world.engine->update_configuration(world.name("fn"), changes));

    const auto version = world.engine->publish_version(world.name("fn"), "", "", "");
    ASSERT_TRUE(version);
    EXPECT_EQ(version->version, "1");
    EXPECT_EQ(world.engine->list_versions(world.name("fn"))->size(), 2u);
    ASSERT_TRUE(world.engine->delete_function(world.name("fn")));
    EXPECT_FALSE(world.engine->get_function(world.name("fn")));
    EXPECT_TRUE(world.engine->list_functions("000000000000", "us-east-1")->empty());
}

TEST(Lambda, function_names_are_understood_in_every_form) {
    const auto parse = [](const std::string& text) {
        const auto name = parse_function_name(text, "111111111111", "us-east-1");
        return name ? name->qualified_arn() : std::string("none");
    };
    const std::string arn = "arn:aws:lambda:us-east-1:111111111111:function:fn";
    EXPECT_EQ(parse("fn"), arn);
    EXPECT_EQ(parse("fn:7"), arn + ":7");
    EXPECT_EQ(parse("function:fn"), arn);
    EXPECT_EQ(parse("111111111111:function:fn"), arn);
    EXPECT_EQ(parse(arn), arn);
    EXPECT_EQ(parse(arn + ":$LATEST"), arn + ":$LATEST");
    EXPECT_EQ(parse("arn:aws:lambda:eu-west-1:222222222222:function:x"),
              "arn:aws:lambda:eu-west-1:222222222222:function:x");
    for (const char* bad : {"", "a/b", "arn:aws:s3:::x", "a:b:c:d", "../x"}) {
        EXPECT_EQ(parse(bad), "none") << bad;
    }
}

}  // namespace
}  // namespace wr::lambda
