// The chain at its edges: held branches that turn out bad or are overtaken, networks without rewards,
// documents whose hashes were picked to hide others, and rules broken two at a time.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "support/memory_chain.hpp"
#include <chain/verifier.hpp>

using namespace cairn;
using namespace cairn::test;
using chain::Outcome;
using consensus::RuleCode;

namespace {

const Time late{4'000'000'000'000};

/// Extends both by an empty block.
chain::Acceptance push(Ledger& ledger, MemoryChain& chain, std::uint64_t producer) {
    const Block block = ledger.next({}, address_of(producer), 1'000 + producer);
    REQUIRE_FALSE(ledger.push(block));
    return chain->accept(shared(block), late, {false, true});
}

/// Four blocks of theirs, held beside three of ours, are accepted by the user; and this is synced.
void accept_theirs(Ledger& ours, Ledger& theirs, MemoryChain& chain) {
    for (int i = 0; i < 3; ++i) push(ours, chain, 1);
    for (int i = 0; i < 4; ++i) push(theirs, chain, 2);
    REQUIRE(chain->accept_held(theirs.tip().id, late).outcome == Outcome::connected);
    CHECK(chain->reorganisations()[0].time == late); // when it happened, whatever its blocks say
    chain.sync();
}

/// A document of which only the hash is told: it may be any.
Transaction hash_only(const consensus::Network& network, std::uint64_t nonce, const Hash256& sha256) {
    const auto key = key_of(0);
    return sign(fields_of(network, key, nonce, Document{sha256, "", {}}), network.id(), key);
}

} // namespace

TEST_CASE("an invalid block on a held branch leaves the branch below it to be accepted", "[chain]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {2, 1'000, 1'000});
    Ledger ours(network);
    Ledger theirs(network);
    for (int i = 0; i < 3; ++i) REQUIRE(push(ours, chain, 1).outcome == Outcome::connected);
    for (int i = 0; i < 3; ++i) REQUIRE(push(theirs, chain, 2).outcome == Outcome::stored);
    REQUIRE(push(theirs, chain, 2).outcome == Outcome::held);
    Block bad = theirs.next({}, address_of(2));
    bad.head.header.state_root[0] ^= 1;
    mine(bad);
    REQUIRE(chain->accept(shared(bad), late, {false, true}).outcome == Outcome::held);
    REQUIRE(chain->held().size() == 1);

    const auto refused = chain->accept_held(block_id(bad.head), late);
    REQUIRE(refused.outcome == Outcome::invalid);
    CHECK(chain->tip().id == ours.tip().id);
    REQUIRE(chain->held().size() == 1);
    CHECK(chain->held()[0].tip == theirs.tip().id);
    CHECK(chain->held()[0].height == Height{4});
    CHECK(chain->accept_held(theirs.tip().id, late).outcome == Outcome::connected);
    CHECK(chain->tip().id == theirs.tip().id);
}

TEST_CASE("a branch that was accepted stays so when the index is lost", "[chain]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {2, 1'000, 1'000});
    Ledger ours(network);
    Ledger theirs(network);
    accept_theirs(ours, theirs, chain);
    const auto holds = [&] {
        CHECK(chain->tip().id == theirs.tip().id);
        CHECK(chain->held().empty());
        CHECK(chain->reorganisations().size() == 1);
    };
    SECTION("with no checkpoint") {
        chain.reopen();
        holds();
    }
    SECTION("rebuilt from the log, and then again") {
        chain->write_checkpoint();
        CHECK_FALSE(chain->has_unwritten());
        chain.reindex();
        holds();
        REQUIRE(push(theirs, chain, 2).outcome == Outcome::connected);
        chain.sync();
        chain.reindex();
        holds();
    }
    SECTION("and what follows it is judged as before") {
        push(ours, chain, 1);
        REQUIRE(push(ours, chain, 1).outcome == Outcome::held);
        REQUIRE(chain->accept_held(ours.tip().id, late).outcome == Outcome::connected);
        chain.sync();
        chain.reindex();
        CHECK(chain->tip().id == ours.tip().id);
        CHECK(chain->reorganisations().size() == 2);
    }
}

TEST_CASE("a replay under another max_reorg ends at the branch that was accepted", "[chain]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {2, 1'000, 1'000});
    Ledger ours(network);
    Ledger theirs(network);
    accept_theirs(ours, theirs, chain);
    const std::uint32_t max_reorg = GENERATE(0U, 1U, 3U, 100U);
    chain.reindex(max_reorg);
    CHECK(chain->tip().id == theirs.tip().id);
    CHECK(chain->held().empty());
}

TEST_CASE("that a branch was accepted and turned out bad is replayed to the same end", "[chain]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {2, 1'000, 1'000});
    Ledger ours(network);
    Ledger theirs(network);
    for (int i = 0; i < 3; ++i) push(ours, chain, 1);
    for (int i = 0; i < 4; ++i) push(theirs, chain, 2);
    Block bad = theirs.next({}, address_of(2));
    bad.head.header.state_root[0] ^= 1;
    mine(bad);
    REQUIRE(chain->accept(shared(bad), late, {false, true}).outcome == Outcome::held);
    REQUIRE(chain->accept_held(block_id(bad.head), late).outcome == Outcome::invalid);
    chain.sync();
    chain.reindex();
    CHECK(chain->tip().id == ours.tip().id);
    CHECK(chain->is_condemned(block_id(bad.head)));
    REQUIRE(chain->held().size() == 1);
    CHECK(chain->held()[0].tip == theirs.tip().id);
    CHECK(chain->held()[0].depth == 3);
}

TEST_CASE("a held branch that the chain has outgrown is held no more", "[chain]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {2, 1'000, 1'000});
    Ledger ours(network);
    Ledger theirs(network);
    for (int i = 0; i < 3; ++i) REQUIRE(push(ours, chain, 1).outcome == Outcome::connected);
    for (int i = 0; i < 3; ++i) push(theirs, chain, 2);
    REQUIRE(push(theirs, chain, 2).outcome == Outcome::held);
    REQUIRE(push(ours, chain, 1).outcome == Outcome::connected); // as much work: the first stays
    CHECK(chain->held().empty());
    CHECK(chain->accept_held(theirs.tip().id, late).outcome == Outcome::orphan);
    CHECK(chain->tip().id == ours.tip().id);
    CHECK(push(theirs, chain, 2).outcome == Outcome::held); // it leads again
}

TEST_CASE("documents whose hashes begin alike do not hide one another", "[chain]") {
    const auto network = funded_network(1);
    MemoryChain chain(network, {0, 1'000, 1'000});
    Ledger ledger(network);
    Hash256 wanted = crypto::sha256(as_bytes("the one"));
    std::vector<Transaction> txs;
    for (std::uint32_t i = 0; i < 300; ++i) {
        Hash256 other = wanted;
        store_le(other.data() + 20, i);
        txs.push_back(hash_only(network, i, other));
    }
    txs.push_back(hash_only(network, 300, wanted));
    const Block block = ledger.next(txs, address_of(1));
    REQUIRE(chain->accept(shared(block), late, {false, true}).outcome == Outcome::connected);
    REQUIRE(chain->documents(wanted).size() == 1);
    chain.sync();
    chain->write_checkpoint();
    const auto found = chain->documents(wanted);
    REQUIRE(found.size() == 1);
    CHECK(found[0].index == 300);
}

TEST_CASE("a network without rewards and fees works, and its producers own nothing", "[chain]") {
    auto parameters = dev_parameters({{address_of(0), coins(10)}});
    parameters.subsidy = Amount{};
    const auto network = network_of(std::move(parameters));
    MemoryChain chain(network, {0, 1'000, 1'000});
    Ledger ledger(network);
    REQUIRE(push(ledger, chain, 1).outcome == Outcome::connected);
    CHECK_FALSE(chain->account(address_of(1)));
    CHECK(chain->totals().accounts == 1);
    // The producer is touched by its own payment, but gets no reward.
    const Transaction tx = transfer(network, key_of(0), 0, address_of(2), coins(1));
    const Block block = ledger.next({tx}, address_of(0));
    REQUIRE_FALSE(ledger.push(block));
    REQUIRE(chain->accept(shared(block), late, {false, true}).outcome == Outcome::connected);
    const auto history = chain->history(address_of(0), 10);
    REQUIRE(history.size() == 2);
    CHECK(history[0].kind == chain::HistoryEntry::Kind::sent);
    CHECK(history[1].kind == chain::HistoryEntry::Kind::genesis);
    CHECK(chain->balance_at(address_of(0), Height{1}) == coins(10));
    CHECK(chain->balance_at(address_of(0), Height{0}) == coins(10));
    CHECK(chain->balance_at(address_of(2), Height{1}) == Amount{});
}

TEST_CASE("a network of nobody has a chain, too", "[chain]") {
    auto parameters = dev_parameters();
    parameters.subsidy = Amount{};
    const auto network = network_of(std::move(parameters));
    MemoryChain chain(network, {0, 1'000, 1'000});
    Ledger ledger(network);
    for (int i = 0; i < 3; ++i) REQUIRE(push(ledger, chain, 1).outcome == Outcome::connected);
    Ledger other(network);
    for (int i = 0; i < 4; ++i) push(other, chain, 2);
    CHECK(chain->tip().id == other.tip().id);
    CHECK(chain->totals().accounts == 0);
    chain.sync();
    chain.reopen();
    CHECK(chain->tip().id == other.tip().id);
}

TEST_CASE("of several broken rules chain and verifier report the same one, the least", "[chain]") {
    auto parameters = dev_parameters({{address_of(0), coins(10)}});
    parameters.max_block_txs = 1;
    const auto network = network_of(std::move(parameters));
    MemoryChain chain(network, {0, 1'000, 1'000});
    Ledger ledger(network);
    Block block = ledger.next({transfer(network, key_of(0), 0, address_of(2), coins(1)),
                               transfer(network, key_of(0), 1, address_of(2), coins(1))},
                              address_of(1));
    auto expected = RuleCode::too_many_transactions;
    SECTION("too many transactions, and no work") { block.head.header.time = Time{0}; }
    SECTION("too many transactions, on a block that is not there") { block.head.header.parent.bytes[0] ^= 1; }
    SECTION("the wrong transactions, and a time that is not after the parent's") {
        block.transactions.pop_back();
        block.head.header.time = network.parameters().time;
        mine(block);
        expected = RuleCode::time_not_after_parent;
    }
    const auto result = chain->accept(shared(block), late, {false, false});
    REQUIRE(result.error);
    CHECK(result.error->code == expected);
    const auto failure = chain::Verifier(network).take(block, std::nullopt);
    REQUIRE(failure);
    CHECK(failure->rule == consensus::name_of(expected));
}

TEST_CASE("the heights of many payments are told in the order in which they were asked for", "[chain]") {
    const auto network = funded_network(2);
    Ledger ledger(network);
    MemoryChain chain(network, {100, 3, 2'000}); // some places in the index, some not
    std::vector<TxId> ids;
    std::vector<std::optional<Height>> expected;
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
        std::vector<Transaction> txs;
        for (const std::uint64_t key : {0U, 1U})
            txs.push_back(transfer(network, key_of(key), nonce, address_of(1 - key), coins(1)));
        const Block block = ledger.next(txs, address_of(5));
        REQUIRE_FALSE(ledger.push(block));
        REQUIRE(chain->accept(shared(block), late, {false, true}).outcome == Outcome::connected);
        if (chain->wants_checkpoint()) {
            chain.sync();
            chain->write_checkpoint();
        }
        for (const Transaction& tx : txs) {
            ids.push_back(tx.id());
            expected.emplace_back(block.header().height);
        }
    }
    std::swap(ids[0], ids[7]);
    std::swap(expected[0], expected[7]);
    ids.push_back(TxId{});
    expected.emplace_back();
    CHECK(chain->heights_of(ids) == expected);
    CHECK(chain->heights_of({}).empty());
}

TEST_CASE("what changed since a checkpoint must be written before it takes more than the cache", "[chain]") {
    const auto network = funded_network(1);
    Ledger ledger(network);
    constexpr std::size_t cache_bytes = 40'000; // eight pages of a tree, or 200 accounts
    MemoryChain chain(network, {100, 100'000, 2'000, cache_bytes});
    CHECK_FALSE(chain->wants_checkpoint());
    std::uint64_t nonce = 0;
    int wanted = 0;
    int written = 0;
    for (int blocks = 0; blocks < 12; ++blocks) {
        std::vector<Transaction> txs;
        for (int i = 0; i < 30; ++i, ++nonce)
            txs.push_back(transfer(network, key_of(0), nonce, address_of(100 + nonce), coins(1)));
        const Block block = ledger.next(txs, address_of(5));
        REQUIRE_FALSE(ledger.push(block));
        REQUIRE(chain->accept(shared(block), late, {false, true}).outcome == Outcome::connected);
        if (!chain->must_checkpoint()) {
            wanted += chain->wants_checkpoint() ? 1 : 0;
            continue;
        }
        CHECK(chain->wants_checkpoint());
        chain.sync();
        chain->write_checkpoint();
        CHECK_FALSE(chain->wants_checkpoint());
        ++written;
    }
    CHECK(wanted > 0);
    CHECK(written > 1);
}
