// The verifier against blocks that break a rule: it names the height and the rule.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"
#include <chain/verifier.hpp>

using namespace cairn;
using namespace cairn::test;
using chain::Verifier;
using chain::VerifyFailure;

namespace {

/// A ledger of three good blocks, and a verifier that has taken them.
class Replay {
  public:
    Replay() : ledger_(network()), verifier_(network()) {
        for (std::uint64_t i = 0; i < 3; ++i) {
            const Block block = ledger_.next(
                {transfer(ledger_.network(), key_of(0), i, address_of(10 + i), coins(1), units(i))},
                address_of(9));
            REQUIRE_FALSE(ledger_.push(block));
            REQUIRE_FALSE(take(block));
        }
    }

    Ledger& ledger() { return ledger_; }
    Verifier& verifier() { return verifier_; }

    Block good() const {
        return ledger_.next({transfer(ledger_.network(), key_of(1), 0, address_of(2), coins(1), units(5)),
                             transfer(ledger_.network(), key_of(2), 0, address_of(20), coins(2))},
                            address_of(9));
    }
    std::optional<VerifyFailure> take(const Block& block) {
        return verifier_.take(block, consensus::check_signatures(verifier_network_, block.transactions));
    }
    /// The failure of the good block after a change to it; mined again.
    template <typename Change> VerifyFailure after(Change change) {
        Block block = good();
        change(block);
        mine(block);
        const auto failure = take(block);
        REQUIRE(failure);
        CHECK(failure->height == Height{4});
        CHECK(verifier_.height() == Height{3});
        CHECK(verifier_.tip() == ledger_.tip().id);
        return *failure;
    }
    /// Of a block of these transactions.
    VerifyFailure with(std::vector<Transaction> transactions) {
        return after([&](Block& block) {
            block.transactions = std::move(transactions);
            commit(block);
        });
    }

  private:
    static consensus::Network network() {
        consensus::Parameters parameters = funded_network(4).parameters();
        parameters.half_life_ms = 60'000;
        parameters.initial_target = CompactTarget{0x20400000};
        return network_of(parameters);
    }

    Ledger ledger_;
    Verifier verifier_;
    consensus::Network verifier_network_ = network();
};

} // namespace

TEST_CASE("the verifier takes a good chain, and its sums hold at every height", "[chain]") {
    Replay replay;
    CHECK_FALSE(replay.take(replay.good()));
    CHECK(replay.verifier().height() == Height{4});
    CHECK(replay.verifier().transactions() == 5);
    CHECK_FALSE(replay.verifier().check_supply());
    CHECK(replay.verifier().issued() ==
          consensus::issued_at(replay.ledger().network().parameters(), Height{4}));
    CHECK_FALSE(Verifier(replay.ledger().network()).check_supply()); // of height 0
}

TEST_CASE("the verifier refuses a header that does not follow", "[chain]") {
    Replay replay;
    auto failure = replay.after([](Block& block) { block.head.header.parent.bytes[0] ^= 1; });
    CHECK(failure.rule == "parent");
    CHECK(failure.number == 2);
    failure = replay.after([](Block& block) { block.head.header.height = Height{5}; });
    CHECK(failure.rule == "height");
    CHECK(failure.number == 2);
    failure = replay.after([&](Block& block) { block.head.header.time = replay.ledger().tip().time; });
    CHECK(failure.rule == "time_not_after_parent");
    CHECK(failure.number == 3);
    failure = replay.after([](Block& block) { block.head.header.target = CompactTarget{0x207fffff}; });
    CHECK(failure.rule == "target");
    CHECK(failure.number == 4);
}

TEST_CASE("the verifier refuses a seal without the work", "[chain]") {
    Replay replay;
    Block block = replay.good();
    const auto target = consensus::expand(block.header().target);
    WorkSeal seal{0};
    while (Uint256::from_big_endian(block_id(header_digest(block.header()), seal).bytes) <= target.value())
        ++seal.nonce;
    block.head.seal = seal;
    const auto failure = replay.take(block);
    REQUIRE(failure);
    CHECK(failure->height == Height{4});
    CHECK(failure->rule == "work_missing");
    CHECK(failure->number == 5);
}

TEST_CASE("the verifier refuses a body that the header does not commit to", "[chain]") {
    Replay replay;
    auto failure = replay.after([](Block& block) { block.head.header.tx_root[0] ^= 1; });
    CHECK(failure.rule == "tx_root");
    CHECK(failure.number == 6);
    failure = replay.after([](Block& block) { block.transactions.pop_back(); });
    CHECK(failure.rule == "tx_count");
    failure = replay.after([](Block& block) {
        block.transactions.push_back(block.transactions.back());
        commit(block);
    });
    CHECK(failure.rule == "duplicate_transaction");
}

TEST_CASE("the verifier refuses a transaction that breaks a rule, and says which", "[chain]") {
    Replay replay;
    const auto& network = replay.ledger().network();
    const Transaction good = transfer(network, key_of(1), 0, address_of(2), coins(1));
    const Transaction other = transfer(network, key_of(2), 0, address_of(2), coins(1));

    auto failure = replay.with({good, Transaction(other.fields(), good.signature())});
    CHECK(failure.rule == "signature");
    CHECK(failure.number == 8);
    CHECK_THAT(failure.message, Catch::Contains("(transaction 1)"));

    failure = replay.with({good, transfer(network, key_of(2), 1, address_of(2), coins(1))});
    CHECK(failure.rule == "nonce");
    CHECK(failure.number == 9);
    CHECK_THAT(failure.message, Catch::Contains("(transaction 1)"));
    failure = replay.with({transfer(network, key_of(1), 0, address_of(2), coins(1001))});
    CHECK(failure.rule == "insufficient_funds");
    CHECK_THAT(failure.message, Catch::Contains("(transaction 0)"));
    failure = replay.with({transfer(network, key_of(77), 0, address_of(2), coins(1))});
    CHECK(failure.rule == "unknown_sender");
    TxFields foreign = fields_of(network, key_of(1), 0, Transfer{{{address_of(2), coins(1), ""}}});
    foreign.chain = consensus::dev_network().tag();
    failure = replay.with({sign(foreign, network.id(), key_of(1))});
    CHECK(failure.rule == "tx_chain");
    CHECK(failure.number == 7);
}

TEST_CASE("the verifier refuses roots that are not those of the state and the history", "[chain]") {
    SECTION("of the state") {
        Replay replay;
        const auto failure = replay.after([](Block& block) { block.head.header.state_root[0] ^= 1; });
        CHECK(failure.rule == "state_root");
        CHECK(failure.number == 11);
    }
    SECTION("of the history") {
        Replay replay;
        const auto failure = replay.after([](Block& block) { block.head.header.history_root[0] ^= 1; });
        CHECK(failure.rule == "history_root");
        CHECK(failure.number == 11);
    }
    SECTION("of a producer that was credited too much") {
        Replay replay;
        const auto failure = replay.after([](Block& block) { block.head.header.producer = address_of(8); });
        CHECK(failure.rule == "state_root");
    }
}

TEST_CASE("the verifier takes raw bytes within the network's size alone", "[chain]") {
    Replay replay;
    Bytes raw = encode(replay.good());
    REQUIRE(replay.verifier().decode(Height{4}, raw));
    raw.push_back(0);
    const auto longer = replay.verifier().decode(Height{4}, raw);
    REQUIRE_FALSE(longer);
    CHECK(longer.error().rule == "malformed");
    CHECK(longer.error().height == Height{4});
    raw.resize(replay.ledger().network().parameters().max_block_bytes + 1);
    const auto huge = replay.verifier().decode(Height{7}, raw);
    REQUIRE_FALSE(huge);
    CHECK(huge.error().rule == "block_too_large");
    CHECK(huge.error().height == Height{7});
}
