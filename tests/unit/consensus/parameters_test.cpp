#include "catch.hpp"
#include "support/builders.hpp"
#include <consensus/merkle.hpp>
#include <consensus/parameters.hpp>

using namespace cairn;
using namespace cairn::consensus;
using namespace cairn::test;

namespace {

/// The key that is blamed for a change to sound parameters; "none" where the change is sound too.
template <typename Change> std::string blamed(Change change) {
    Parameters parameters = dev_parameters({{address_of(1), coins(5)}});
    change(parameters);
    const auto network = Network::make(parameters);
    if (network) return "none";
    CHECK_FALSE(network.error().why.empty());
    return network.error().key;
}

} // namespace

TEST_CASE("the built-in networks are what their names promise", "[consensus]") {
    const Network main = main_network();
    const Network dev = dev_network();
    CHECK(main.id() != dev.id());
    CHECK(main.parameters().ticker == "CRN");
    CHECK(to_text(address_of(1), main.parameters().prefix).starts_with("crn1"));
    CHECK(to_text(address_of(1), dev.parameters().prefix).starts_with("dcrn1"));
    CHECK(to_rfc3339(main.parameters().time) == "2026-11-21T00:00:00.000Z");
    CHECK(to_text(main.max_supply()) == "210239949.768736");
    CHECK(main.seal_kind() == SealKind::work);
    CHECK(main.tag() == chain_tag(main.id()));
}

TEST_CASE("block 0 follows from the parameters alone", "[consensus]") {
    const Network network = funded_network(3, coins(7));
    const Header& header = network.genesis().header();
    CHECK(header.version == 1);
    CHECK(header.parent.bytes == crypto::sha256({as_bytes("cairn/genesis"), encode(network.parameters())}));
    CHECK(header.height == Height{0});
    CHECK(header.time == network.parameters().time);
    CHECK(header.producer == crypto::Address{});
    CHECK(header.tx_count == 0);
    CHECK(header.tx_root == merkle_empty());
    CHECK(header.history_root == merkle_empty());
    std::vector<Account> accounts;
    for (std::uint64_t i = 0; i < 3; ++i) accounts.push_back({address_of(i), coins(7), Nonce{}, Amount{}});
    CHECK(header.state_root == state_root(3, accounts_root(accounts)));
    CHECK(header.target == network.parameters().initial_target);
    CHECK(network.genesis().head.seal == Seal{WorkSeal{0}});
    CHECK(network.id() == block_id(network.genesis().head));
    CHECK(network.genesis().transactions.empty());
}

TEST_CASE("networks that differ in any parameter have different ids", "[consensus]") {
    std::vector<Parameters> variants(17, dev_parameters());
    variants[1].name = "other";
    variants[2].ticker = "OTHER";
    variants[3].prefix = "other";
    variants[4].interval_ms += 1;
    variants[5].half_life_ms = 2'000;
    variants[6].limit = variants[6].initial_target = CompactTarget{0x20fffffe};
    variants[7].initial_target = CompactTarget{0x20fffffe};
    variants[8].subsidy = coins(49);
    variants[9].halving -= 1;
    variants[10].max_block_bytes += 1;
    variants[11].max_block_txs += 1;
    variants[12].max_future_ms = 1;
    variants[13].min_new_account = units(1);
    variants[14].allocations = {{address_of(1), units(1)}};
    variants[15].time.unix_ms += 1;
    variants[16].message += ".";
    std::vector<BlockId> ids;
    ids.reserve(variants.size());
    for (const Parameters& variant : variants) ids.push_back(network_of(variant).id());
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

TEST_CASE("each unsound parameter is blamed by its key", "[consensus]") {
    CHECK(blamed([](Parameters&) {}) == "none");
    for (const auto* name : {"", "a b", "-a", "caf\xc3\xa9", "a/b", "123456789012345678901234567890123"})
        CHECK(blamed([&](Parameters& p) { p.name = name; }) == "name");
    CHECK(blamed([](Parameters& p) { p.name = "Chess-club_2.0"; }) == "none");
    for (const auto* ticker : {"", "A", "abc", "ABCDEFGHI", "AB1", "A B"})
        CHECK(blamed([&](Parameters& p) { p.ticker = ticker; }) == "ticker");
    for (const auto* prefix : {"", "A", "a1", "2a", "a-b", "abcdefghijklmnopq"})
        CHECK(blamed([&](Parameters& p) { p.prefix = prefix; }) == "prefix");
    CHECK(blamed([](Parameters& p) { p.prefix = "a2"; }) == "none");
    CHECK(blamed([](Parameters& p) { p.message = std::string(1024, 'x'); }) == "none");
    CHECK(blamed([](Parameters& p) { p.message = std::string(1025, 'x'); }) == "message");
    CHECK(blamed([](Parameters& p) { p.message = "\xff"; }) == "message");
    CHECK(blamed([](Parameters& p) { p.consensus = SealKind::stake; }) == "consensus");
    CHECK(blamed([](Parameters& p) { p.consensus = SealKind{3}; }) == "consensus");
    CHECK(blamed([](Parameters& p) { p.stakers = {{key_of(1).public_key(), units(1)}}; }) == "stakers");
}

TEST_CASE("difficulty and limits have bounds", "[consensus]") {
    for (const std::uint64_t interval : {std::uint64_t{0}, std::uint64_t{1} << 32, UINT64_MAX})
        CHECK(blamed([&](Parameters& p) { p.interval_ms = interval; }) == "interval_ms");
    for (const std::uint64_t half_life : {std::uint64_t{1'999}, std::uint64_t{1} << 32, UINT64_MAX})
        CHECK(blamed([&](Parameters& p) { p.half_life_ms = half_life; }) == "half_life_ms");
    CHECK(blamed([](Parameters& p) { p.half_life_ms = 2'000; }) == "none");
    CHECK(blamed([](Parameters& p) { p.limit = CompactTarget{0x21010000}; }) == "limit");
    CHECK(blamed([](Parameters& p) { p.initial_target = CompactTarget{0}; }) == "initial_target");
    CHECK(blamed([](Parameters& p) { p.limit = CompactTarget{0x20fffffe}; }) == "initial_target");
    CHECK(blamed([](Parameters& p) { p.halving = 0; }) == "halving");
    CHECK(blamed([](Parameters& p) { p.max_block_bytes = 178; }) == "max_block_bytes");
    CHECK(blamed([](Parameters& p) { p.max_block_bytes = 179; }) == "none");
    CHECK(blamed([](Parameters& p) { p.max_block_bytes = 33'554'433; }) == "max_block_bytes");
    CHECK(blamed([](Parameters& p) { p.max_block_txs = 0; }) == "max_block_txs");
    CHECK(blamed([](Parameters& p) { p.max_block_txs = UINT64_MAX; }) == "max_block_txs");
    CHECK(blamed([](Parameters& p) { p.time = Time{253'402'300'800'000}; }) == "time");
    CHECK(blamed([](Parameters& p) { p.max_future_ms = UINT32_MAX; }) == "none");
    CHECK(blamed([](Parameters& p) { p.max_future_ms = std::uint64_t{1} << 32; }) == "max_future_ms");
    CHECK(blamed([](Parameters& p) { p.max_future_ms = UINT64_MAX; }) == "max_future_ms");
}

TEST_CASE("allocations are of more than zero, and of one each", "[consensus]") {
    CHECK(blamed([](Parameters& p) {
              p.allocations.push_back({address_of(2), Amount{}});
          }) == "allocations[1].amount");
    CHECK(blamed([](Parameters& p) { p.allocations.push_back(p.allocations.front()); }) ==
          "allocations[1].address");
    CHECK(blamed([](Parameters& p) { p.allocations.resize(100'001, p.allocations.front()); }) ==
          "allocations");
}

TEST_CASE("all coins there can ever be stay below 2^63 units", "[consensus]") {
    const auto supply = [](std::uint64_t subsidy, std::uint64_t halving, std::uint64_t allocated) {
        Parameters p = dev_parameters();
        p.subsidy = units(subsidy);
        p.halving = halving;
        if (allocated != 0) p.allocations = {{address_of(1), units(allocated)}};
        const auto network = Network::make(p);
        return network ? std::optional(network->max_supply().units()) : std::nullopt;
    };
    constexpr std::uint64_t bound = std::uint64_t{1} << 63;
    CHECK(supply(0, 1, bound - 1) == bound - 1);
    CHECK(supply(0, 1, bound) == std::nullopt);
    CHECK(supply(0, UINT64_MAX, 5) == 5);
    CHECK(supply(1, 1, 0) == 0); // height 1 is in the second run already
    CHECK(supply(10, 1, 1) == 1 + 5 + 2 + 1);
    CHECK(supply(10, 3, 0) == 2 * 10 + 3 * (5 + 2 + 1));
    CHECK(supply(1, bound, 0) == bound - 1);
    CHECK(supply(1, bound, 1) == std::nullopt);
    CHECK(supply(UINT64_MAX, UINT64_MAX, UINT64_MAX) == std::nullopt);
    CHECK(blamed([](Parameters& p) { p.subsidy = units(UINT64_MAX); }) == "subsidy");
    CHECK(blamed([](Parameters& p) {
              p.subsidy = Amount{};
              p.min_new_account = coins(6);
          }) == "min_new_account");
}

TEST_CASE("the subsidy halves, and ends", "[consensus]") {
    Parameters p = dev_parameters({{address_of(1), units(1'000)}});
    p.subsidy = units(100);
    p.halving = 10;
    CHECK(subsidy_at(p, Height{0}) == Amount{});
    CHECK(subsidy_at(p, Height{1}) == units(100));
    CHECK(subsidy_at(p, Height{9}) == units(100));
    CHECK(subsidy_at(p, Height{10}) == units(50));
    CHECK(subsidy_at(p, Height{69}) == units(1));
    CHECK(subsidy_at(p, Height{70}) == Amount{});
    CHECK(subsidy_at(p, Height{640}) == Amount{});
    CHECK(subsidy_at(p, Height{UINT32_MAX}) == Amount{});
    p.subsidy = units(UINT64_MAX);
    CHECK(subsidy_at(p, Height{639}) == units(1));

    p.subsidy = units(12'345);
    Amount sum = units(1'000);
    for (std::uint32_t h = 0; h < 300; ++h) {
        sum = sum + subsidy_at(p, Height{h});
        REQUIRE(issued_at(p, Height{h}) == sum);
    }
    CHECK(issued_at(p, Height{UINT32_MAX}) == network_of(p).max_supply());
}
