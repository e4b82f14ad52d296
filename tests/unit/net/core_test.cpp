// The driver over a real directory: threads, stores, workers.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/directory.hpp"
#include <base/fault.hpp>
#include <transport/core.hpp>

#include <poll.h>
#include <thread>

using namespace cairn;
using namespace cairn::test;
using net::Core;
using net::Mined;

namespace {

std::unique_ptr<Core> open(const Directory& directory, bool reindex = false) {
    net::CoreOptions options;
    options.directory = directory.path();
    options.node.mempool.min_units_per_byte = 0;
    options.mining_threads = 2;
    options.reindex = reindex;
    return std::make_unique<Core>(funded_network(1), options);
}

Height height_of(const Core& core) {
    return core.read([](const net::Node& node) { return node.chain().height(); });
}

Mined mine_blocks(Core& core, std::uint32_t count) {
    return std::get<Mined>(core.submit(net::StartMining{address_of(1), count}).get());
}

} // namespace

TEST_CASE("what was mined is there after a restart, and after the index was lost", "[core]") {
    const Directory directory;
    BlockId tip;
    {
        auto core = open(directory);
        const Mined mined = mine_blocks(*core, 20);
        REQUIRE(mined.blocks.size() == 20);
        tip = mined.blocks.back().info.id;
        core->close();
    }
    const bool reindex = GENERATE(false, true);
    auto core = open(directory, reindex);
    CHECK(core->open_report().rebuilt == reindex);
    CHECK(core->open_report().replayed_blocks == (reindex ? 20U : 0U));
    CHECK(core->read([](const net::Node& node) { return node.chain().tip().id; }) == tip);
}

TEST_CASE("what is more than the cache may hold is written before anything else", "[core]") {
    const Directory directory;
    const std::size_t cache_bytes = GENERATE(std::size_t{1}, std::size_t{128} << 20);
    net::CoreOptions options;
    options.directory = directory.path();
    options.node.chain.cache_bytes = cache_bytes;
    Core core(funded_network(1), options);
    CHECK(mine_blocks(core, 1).blocks.size() == 1);
    CHECK(core.read([](const net::Node& node) { return node.has_unwritten(); }) == (cache_bytes > 1));
}

TEST_CASE("many threads may ask at once", "[core]") {
    const Directory directory;
    auto core = open(directory);
    std::vector<std::jthread> askers;
    askers.reserve(4);
    for (int i = 0; i < 4; ++i)
        askers.emplace_back([&core] {
            for (int n = 0; n < 50; ++n) {
                height_of(*core);
                core->search_status();
                core->take_notices();
            }
        });
    CHECK(mine_blocks(*core, 30).blocks.size() == 30);
    askers.clear();
    CHECK(height_of(*core) == Height{30});
}

TEST_CASE("what a query throws reaches the one who asked, and nobody else", "[core]") {
    const Directory directory;
    auto core = open(directory);
    CHECK_THROWS_AS(core->read([](const net::Node& node) { return node.chain().body_bytes(Height{99}); }),
                    std::out_of_range);
    CHECK(mine_blocks(*core, 1).blocks.size() == 1);
}

TEST_CASE("notices can be waited for", "[core]") {
    const Directory directory;
    auto core = open(directory);
    mine_blocks(*core, 2);
    pollfd waiting{core->notice_descriptor(), POLLIN, 0};
    REQUIRE(::poll(&waiting, 1, 10'000) == 1);
    const auto notices = core->take_notices();
    CHECK(notices.events.size() == 2);
    CHECK(notices.dropped == 0);
    CHECK(notices.fault.empty());
    CHECK(::poll(&waiting, 1, 0) == 0);
}

TEST_CASE("an unlimited search is stopped by the end, and starts and stops on request", "[core]") {
    const Directory directory;
    {
        auto core = open(directory);
        std::get<Mined>(core->submit(net::StartMining{address_of(1), std::nullopt}).get());
        CHECK(core->read([](const net::Node& node) { return node.mining().running; }));
        core->submit(net::StopMining{}).get();
        CHECK_FALSE(core->read([](const net::Node& node) { return node.mining().running; }));
        core->submit(net::StartMining{address_of(1), std::nullopt}).get();
    }
    auto core = open(directory);
    CHECK(core->open_report().cut_bytes == 0);
}

TEST_CASE("a closed core answers with a fault instead of hanging", "[core]") {
    const Directory directory;
    auto core = open(directory);
    core->close();
    core->close();
    CHECK_THROWS_AS(height_of(*core), Fault);
    CHECK_THROWS_AS(core->submit(net::StopMining{}).get(), Fault);
}
