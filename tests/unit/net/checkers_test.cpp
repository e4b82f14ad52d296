// Blocks judged by real workers. The verdict never depends on how many there are.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/random_blocks.hpp"
#include <transport/checkers.hpp>

#include <chrono>
#include <map>

using namespace cairn;
using namespace cairn::test;
using namespace cairn::net;
using consensus::RuleCode;

namespace {

/// What the workers reported, for one thread to wait for.
class Results {
  public:
    Checkers::Sink sink() {
        return [this](CheckedBlock one) {
            const std::lock_guard lock(mutex_);
            ++count_;
            results_.insert_or_assign(one.id, std::move(one));
            arrived_.notify_all();
        };
    }
    bool wait(std::size_t count) {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, std::chrono::seconds(60), [&] { return count_ >= count; });
    }
    const CheckedBlock& operator[](std::uint64_t id) const { return results_.at(CheckId{id}); }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::map<CheckId, CheckedBlock> results_;
    std::size_t count_ = 0;
};

/// A block of `count` payments, sound by itself. Its place in a chain is nobody's question here.
Block block_of(const consensus::Network& network, std::uint32_t count) {
    Block out;
    out.head.header.height = Height{1};
    out.transactions.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i)
        out.transactions.push_back(transfer(network, key_of(i % 7), i, address_of(9), units(5), units(1)));
    out.head.header.tx_count = count;
    out.head.header.tx_root = consensus::tx_root(out.transactions);
    return out;
}

void forge(const consensus::Network& network, Block& block, std::size_t index) {
    Bytes raw = encode(block.transactions.at(index));
    raw.back() ^= 1; // the signature is the last
    Reader in(raw);
    block.transactions[index] = *take_transaction(in);
    block.head.header.tx_root = consensus::tx_root(block.transactions);
    REQUIRE_FALSE(check_signature(network, block.transactions[index]));
}

} // namespace

TEST_CASE("each body gets its verdict, whatever the number of workers", "[checkers]") {
    const auto network = funded_network(1);
    const Block good = block_of(network, 300);
    Block forged = good;
    forge(network, forged, 150);
    forge(network, forged, 77);
    forge(network, forged, 299); // in another batch, where there are several workers
    Block root = good;
    root.head.header.tx_root[0] ^= 1;
    Bytes torn = encode(good);
    torn.pop_back();

    Results results;
    {
        Checkers checkers(network, {GENERATE(0U, 1U, 2U, 7U)}, {}, results.sink());
        checkers.submit(CheckId{1}, encode(good));
        checkers.submit(CheckId{2}, encode(forged));
        checkers.submit(CheckId{3}, encode(root));
        checkers.submit(CheckId{4}, torn);
        checkers.submit(CheckId{5}, {});
        checkers.submit(CheckId{6}, Bytes(network.parameters().max_block_bytes + std::size_t{1}));
        checkers.submit(CheckId{7}, encode(block_of(network, 0)));
        REQUIRE(results.wait(7));
    }
    CHECK(results.count() == 7);
    CHECK(results[1].error == std::nullopt);
    REQUIRE(results[1].block);
    CHECK(*results[1].block == good);
    CHECK(results[2].error == consensus::RuleError{RuleCode::signature, 77});
    REQUIRE(results[2].block);
    CHECK(*results[2].block == forged);
    CHECK(results[3].error == consensus::RuleError{RuleCode::tx_root});
    CHECK(results[4].error == consensus::RuleError{RuleCode::malformed});
    CHECK_FALSE(results[4].block);
    CHECK(results[5].error == consensus::RuleError{RuleCode::malformed});
    CHECK(results[6].error == consensus::RuleError{RuleCode::block_too_large});
    CHECK_FALSE(results[6].block);
    CHECK(results[7].error == std::nullopt);
}

TEST_CASE("many blocks are checked at once, and each is reported once", "[checkers]") {
    const auto network = funded_network(1);
    const Bytes good = encode(block_of(network, 70));
    Block bad_block = block_of(network, 70);
    forge(network, bad_block, 33);
    const Bytes bad = encode(bad_block);
    Results results;
    {
        Checkers checkers(network, {4}, {}, results.sink());
        for (std::uint64_t id = 0; id < 60; ++id) checkers.submit(CheckId{id}, id % 3 == 0 ? bad : good);
        REQUIRE(results.wait(60));
    }
    CHECK(results.count() == 60);
    for (std::uint64_t id = 0; id < 60; ++id) {
        const auto expected = consensus::RuleError{RuleCode::signature, 33};
        CHECK(results[id].error == (id % 3 == 0 ? std::optional(expected) : std::nullopt));
    }
}

TEST_CASE("a batch takes many small blocks, and each offender is told to its own", "[checkers]") {
    const auto network = funded_network(1);
    std::vector<Block> blocks;
    for (const std::uint32_t count : {1U, 2U, 127U, 129U, 300U, 260U, 1'100U, 1U, 1U})
        blocks.push_back(block_of(network, count));
    forge(network, blocks[1], 1);
    forge(network, blocks[4], 299);
    forge(network, blocks[4], 130);
    forge(network, blocks[6], 1'099);
    forge(network, blocks[6], 1'020);
    forge(network, blocks[8], 0);
    Results results;
    {
        Checkers checkers(network, {GENERATE(1U, 2U)}, {}, results.sink());
        for (std::size_t i = 0; i < blocks.size(); ++i) checkers.submit(CheckId{i}, encode(blocks[i]));
        REQUIRE(results.wait(blocks.size()));
    }
    for (std::size_t i = 0; i < blocks.size(); ++i)
        CHECK(results[i].error == check_signatures(network, blocks[i].transactions));
    CHECK(results[4].error == consensus::RuleError{RuleCode::signature, 130});
    CHECK(results[6].error == consensus::RuleError{RuleCode::signature, 1'020});
}

TEST_CASE("signatures are left to others where that is asked", "[checkers]") {
    const auto network = funded_network(1);
    Block forged = block_of(network, 3);
    forge(network, forged, 1);
    Block root = forged;
    root.head.header.tx_root[0] ^= 1;
    Results results;
    {
        CheckerOptions options;
        options.signatures = false;
        Checkers checkers(network, options, {}, results.sink());
        checkers.submit(CheckId{1}, encode(forged));
        checkers.submit(CheckId{2}, encode(root));
        REQUIRE(results.wait(2));
    }
    CHECK_FALSE(results[1].error);
    CHECK(results[2].error == consensus::RuleError{RuleCode::tx_root});
}

TEST_CASE("beyond the limit the caller checks, and nothing is lost", "[checkers]") {
    const auto network = funded_network(1);
    const Bytes body = encode(block_of(network, 40));
    Results results;
    Checkers checkers(network, {1, body.size()}, {}, results.sink());
    for (std::uint64_t id = 0; id < 20; ++id) {
        const std::size_t before = results.count();
        checkers.submit(CheckId{id}, body);
        if (id > 0 && results.count() == before) continue; // a worker has it
    }
    REQUIRE(results.wait(20));
    CHECK(results.count() == 20);
}

TEST_CASE("the end forgets what waits", "[checkers]") {
    const auto network = funded_network(1);
    const Bytes body = encode(block_of(network, 500));
    Results results;
    {
        Checkers checkers(network, {2}, {}, results.sink());
        for (std::uint64_t id = 0; id < 100; ++id) checkers.submit(CheckId{id}, body);
    }
    const std::size_t told = results.count();
    CHECK(told < 100);
}
