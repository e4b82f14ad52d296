// Signatures of many blocks on all cores: the verdict is that of checking them one after the other.
#include "catch.hpp"
#include "support/builders.hpp"
#include <cli/commands/signature_checks.hpp>

using namespace cairn;
using namespace cairn::test;
using consensus::RuleCode;
using consensus::RuleError;

namespace {

Block block_of(const consensus::Network& network, std::uint32_t count) {
    Block out;
    for (std::uint32_t i = 0; i < count; ++i)
        out.transactions.push_back(transfer(network, key_of(i % 7), i, address_of(9), units(5), units(1)));
    return out;
}

void forge(Block& block, std::size_t index) {
    Bytes raw = encode(block.transactions.at(index));
    raw.back() ^= 1; // the signature is the last
    block.transactions[index] = decode_transaction(raw).value();
}

} // namespace

TEST_CASE("signatures of many blocks are judged each, and the first offender is told", "[cli]") {
    const auto network = consensus::dev_network();
    std::vector<Block> blocks;
    for (const std::uint32_t count : {0U, 1U, 127U, 129U, 300U, 260U, 1'100U})
        blocks.push_back(block_of(network, count));
    forge(blocks[1], 0);
    forge(blocks[4], 299);
    forge(blocks[4], 130); // in an earlier share
    forge(blocks[6], 1'099);
    forge(blocks[6], 1'020);
    std::vector<const Block*> given;
    given.reserve(blocks.size());
    for (const Block& block : blocks) given.push_back(&block);

    cli::SignatureChecks checks(network, {}, given);
    const auto& results = checks.results();
    REQUIRE(results.size() == blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i)
        CHECK(results[i] == check_signatures(network, blocks[i].transactions));
    CHECK(results[1] == RuleError{RuleCode::signature, 0});
    CHECK(results[4] == RuleError{RuleCode::signature, 130});
    CHECK_FALSE(results[5]);
    CHECK(results[6] == RuleError{RuleCode::signature, 1'020});
}

TEST_CASE("signatures that nobody waits for are given up", "[cli]") {
    const auto network = consensus::dev_network();
    const Block block = block_of(network, 2'000);
    const cli::SignatureChecks abandoned(network, {}, {&block});
    cli::SignatureChecks none(network, {}, {});
    CHECK(none.results().empty());
}
