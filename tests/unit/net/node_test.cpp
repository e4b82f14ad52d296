// The node as a state machine: what it asks for, what it answers, and when.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/memory_node.hpp"

using namespace cairn;
using namespace cairn::test;
using net::Mined;
using net::StartMining;
using net::Submitted;

namespace {

Mined mine_blocks(MemoryNode& node, std::uint32_t count, std::uint64_t producer = 9) {
    return std::get<Mined>(node.call(StartMining{address_of(producer), count}));
}

} // namespace

TEST_CASE("mining a number of blocks is acknowledged as a whole, once it is durable", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const auto id = node.ask(StartMining{address_of(9), 3});
    for (int i = 0; i < 3; ++i) REQUIRE(node.mine_one());
    CHECK_FALSE(node.mine_one()); // the number is reached
    CHECK(node.node().chain().height() == Height{3});
    CHECK(node.replies.empty());
    CHECK(node.notices.empty());
    node.persist();
    const auto& mined = std::get<Mined>(node.replies.at(id));
    REQUIRE(mined.blocks.size() == 3);
    CHECK_FALSE(mined.stopped);
    CHECK(mined.blocks[2].info.id == node.node().chain().tip().id);
    CHECK(mined.blocks[0].reward == coins(50));
    CHECK(node.notices.size() == 3);
}

TEST_CASE("mining that is stopped answers with what it found", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const auto id = node.ask(StartMining{address_of(9), 5});
    REQUIRE(node.mine_one());
    const auto stale = node.search.value();
    node.call(net::StopMining{});
    const auto& mined = std::get<Mined>(node.replies.at(id));
    CHECK(mined.blocks.size() == 1);
    CHECK(mined.stopped);
    node.input(net::BlockFound{stale.job, WorkSeal{0}, 1}); // what a worker found too late
    CHECK(node.node().chain().height() == Height{1});
    CHECK_FALSE(node.node().mining().running);
}

TEST_CASE("a block that was found while the tip moved is no error", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    node.ask(StartMining{address_of(9), 1});
    const auto stale = node.search.value();
    Ledger other(node.network());
    const auto answer = node.ask(net::SubmitBlock{shared(other.next({}, address_of(5)))});
    CHECK(node.node().chain().height() == Height{1});
    REQUIRE(node.search);
    CHECK(node.search->job != stale.job);
    node.input(net::BlockFound{stale.job, WorkSeal{0}, 1});
    CHECK(node.node().chain().height() == Height{1});
    REQUIRE(node.mine_one());
    node.persist();
    CHECK(node.node().chain().height() == Height{2});
    CHECK(std::get<chain::Acceptance>(node.replies.at(answer)).outcome == chain::Outcome::connected);
}

TEST_CASE("a payment is answered when it is durable, and mined into the next block", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const Transaction tx = transfer(node.network(), key_of(0), 0, address_of(1), coins(5));
    const auto id = node.ask(net::SubmitTransactions{{tx}});
    CHECK(node.replies.empty());
    CHECK(node.node().mempool().count() == 1);
    node.persist();
    CHECK(std::get<net::SubmittedAll>(node.replies.at(id)).taken.at(0).place == Submitted::Place::mempool);
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{1});
    CHECK(node.node().outgoing(address_of(0)) == coins(5));
    mine_blocks(node, 1);
    CHECK(node.node().chain().account(address_of(1))->balance == coins(5));
    CHECK(node.node().own_pending().empty());
    CHECK(node.node().find_pending(tx.id()) == nullptr);
    CHECK(node.node().outgoing(address_of(0)) == Amount{});
}

TEST_CASE("payments that are handed in together are taken up to the first that is refused", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const auto pay = [&](std::uint64_t nonce, std::uint64_t units = 5) {
        return transfer(node.network(), key_of(0), nonce, address_of(1), coins(units));
    };
    const Transaction forged(pay(2).fields(), pay(3).signature());
    struct Case {
        std::vector<Transaction> txs;
        std::size_t taken;
        std::optional<chain::RefusalCode> refused;
    };
    const std::vector<Case> cases = {
        {{}, 0, {}},
        {{pay(0), pay(1), pay(3), pay(2)}, 2, chain::RefusalCode::nonce_gap},
        {{forged, pay(2)}, 0, chain::RefusalCode::rule},
        {{pay(2), pay(3), pay(4, 1'000'000), pay(4)}, 2, chain::RefusalCode::insufficient_funds},
        {{pay(4), pay(5)}, 2, {}},
    };
    for (const Case& each : cases) {
        const auto before = node.node().next_nonce(address_of(0));
        const auto id = node.ask(net::SubmitTransactions{each.txs});
        CHECK_FALSE(node.replies.contains(id)); // not durable yet
        node.persist();
        const auto& all = std::get<net::SubmittedAll>(node.replies.at(id));
        CHECK(all.taken.size() == each.taken);
        CHECK((all.refused ? std::optional(all.refused->code) : std::nullopt) == each.refused);
        CHECK(node.node().next_nonce(address_of(0)).value == before.value + each.taken);
    }
    node.crash();
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{6});
}

TEST_CASE("own payments survive a loss of power, once they were acknowledged", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    REQUIRE(node.submit(transfer(node.network(), key_of(0), 0, address_of(1), coins(5))));
    REQUIRE(node.submit(transfer(node.network(), key_of(0), 1, address_of(1), coins(6))));
    node.ask(net::SubmitTransactions{// not acknowledged
                                     {transfer(node.network(), key_of(0), 2, address_of(1), coins(7))}});
    node.crash();
    CHECK(node.node().mempool().count() == 2);
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{2});
    mine_blocks(node, 1);
    CHECK(node.node().chain().account(address_of(1))->balance == coins(11));
    node.crash();
    CHECK(node.node().own_pending().empty());
    CHECK(node.node().chain().height() == Height{1});
}

TEST_CASE("payments beyond the mempool's window wait in the outbox, in their order", "[node]") {
    net::NodeOptions options = free_of_fees();
    options.mempool.window = 4;
    MemoryNode node(funded_network(1), options);
    for (std::uint64_t nonce = 0; nonce < 10; ++nonce) {
        const auto answer = node.submit(transfer(node.network(), key_of(0), nonce, address_of(1), coins(1)));
        REQUIRE(answer);
        CHECK(answer->place == (nonce < 4 ? Submitted::Place::mempool : Submitted::Place::outbox));
    }
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{10});
    CHECK(node.node().outgoing(address_of(0)) == coins(10));
    const auto gap = node.submit(transfer(node.network(), key_of(0), 12, address_of(1), coins(1)));
    REQUIRE_FALSE(gap);
    CHECK(gap.error().code == chain::RefusalCode::nonce_gap);
    CHECK(gap.error().expected_nonce == Nonce{10});
    const auto poor = node.submit(transfer(node.network(), key_of(0), 10, address_of(1), coins(991)));
    REQUIRE_FALSE(poor);
    CHECK(poor.error().code == chain::RefusalCode::insufficient_funds);
    CHECK(poor.error().available == coins(990));

    SECTION("and enter as blocks confirm earlier ones") {}
    SECTION("also after a loss of power") { node.crash(); }
    CHECK(node.node().own_pending().size() == 10);
    mine_blocks(node, 1);
    CHECK(node.node().mempool().count() == 4);
    CHECK(node.node().own_pending().size() == 6);
    mine_blocks(node, 2);
    CHECK(node.node().own_pending().empty());
    CHECK(node.node().chain().account(address_of(1))->balance == coins(10));
}

TEST_CASE("a payment that a reorganisation freed is pending again, also after a restart", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const Transaction tx = transfer(node.network(), key_of(0), 0, address_of(1), coins(5));
    REQUIRE(node.submit(tx));
    mine_blocks(node, 2);
    CHECK(node.node().own_pending().empty());
    node.checkpoint();
    SECTION("while it runs") {}
    SECTION("after a restart") { node.crash(); }
    Ledger other(node.network());
    for (int i = 0; i < 3; ++i) {
        const Block block = other.next({}, address_of(5), 10);
        REQUIRE_FALSE(other.push(block));
        node.call(net::SubmitBlock{shared(block)});
    }
    CHECK(node.node().chain().height() == Height{3});
    REQUIRE(node.node().own_pending().size() == 1);
    CHECK(node.node().find_pending(tx.id()) != nullptr);
    CHECK(node.node().mempool().count() == 1);
    node.crash();
    CHECK(node.node().mempool().count() == 1);
    mine_blocks(node, 1);
    CHECK(node.node().chain().account(address_of(1))->balance == coins(5));
}

TEST_CASE("a payment is replaced by one of the same nonce with a higher fee, and forgotten on request",
          "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const Transaction first = transfer(node.network(), key_of(0), 0, address_of(1), coins(5), units(1'000));
    const Transaction second = transfer(node.network(), key_of(0), 0, address_of(2), coins(6), units(5'000));
    REQUIRE(node.submit(first));
    const auto answer = node.submit(second);
    REQUIRE(answer);
    CHECK(answer->replaced == first.id());
    CHECK(node.node().own_pending().size() == 1);
    node.crash();
    CHECK(node.node().find_pending(first.id()) == nullptr);
    REQUIRE(node.node().find_pending(second.id()) != nullptr);
    CHECK(std::get<net::Forgotten>(node.call(net::ForgetTransaction{second.id()})).done);
    node.crash();
    CHECK(node.node().own_pending().empty());
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{0});
}

TEST_CASE("background mining keeps the interval where the difficulty does not adjust", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const auto interval = node.network().parameters().interval_ms;
    REQUIRE(interval > 0);
    node.call(StartMining{address_of(9), std::nullopt});
    REQUIRE(node.mine_one());
    CHECK_FALSE(node.search);
    REQUIRE(node.wake_at);
    CHECK(*node.wake_at == node.node().chain().tip().time.unix_ms + interval);
    node.now.unix_ms = *node.wake_at;
    node.input(net::TimerFired{});
    REQUIRE(node.mine_one());
    CHECK(node.node().chain().height() == Height{2});
    CHECK(node.node().mining().blocks == 2);
}

TEST_CASE("a template that grew old is made anew, with what arrived meanwhile", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    node.ask(StartMining{address_of(9), 1});
    const auto before = node.search.value();
    node.ask(net::SubmitTransactions{{transfer(node.network(), key_of(0), 0, address_of(1), coins(5))}});
    node.now.unix_ms += 60'000;
    node.input(net::TimerFired{});
    REQUIRE(node.search);
    CHECK(node.search->digest != before.digest);
    REQUIRE(node.mine_one());
    CHECK(node.node().chain().account(address_of(1))->balance == coins(5));
}

TEST_CASE("an own payment that has expired does not stand in the way of the next", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    TxFields fields =
        fields_of(node.network(), key_of(0), 0, Transfer{{Output{address_of(1), coins(1), ""}}});
    fields.expiry = 1;
    REQUIRE(node.submit(sign(fields, node.network().id(), key_of(0))));
    REQUIRE(node.submit(transfer(node.network(), key_of(0), 1, address_of(2), coins(1))));
    Ledger other(node.network());
    node.call(net::SubmitBlock{shared(other.next({}, address_of(5)))}); // without it: its last chance is gone
    SECTION("at once") {}
    SECTION("also after a restart") { node.crash(); }
    CHECK(node.node().own_pending().size() == 1);
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{0});
    REQUIRE(node.submit(transfer(node.network(), key_of(0), 0, address_of(3), coins(1))));
    mine_blocks(node, 2); // what waited behind it follows
    CHECK(node.node().chain().account(address_of(0))->nonce == Nonce{2});
    CHECK(node.node().own_pending().empty());
}

TEST_CASE("a payment outlives a deep reorganisation and the loss of power after it", "[node]") {
    MemoryNode node(funded_network(1), free_of_fees());
    const Transaction tx = transfer(node.network(), key_of(0), 0, address_of(1), coins(1));
    REQUIRE(node.submit(tx));
    mine_blocks(node, 20);
    CHECK(node.node().own_pending().empty());
    Ledger other(funded_network(1));
    for (int height = 1; height <= 21; ++height) {
        const Block block = other.next({}, address_of(8));
        REQUIRE_FALSE(other.push(block));
        node.call(net::SubmitBlock{shared(block)});
    }
    REQUIRE(node.node().chain().tip().id == other.tip().id);
    CHECK(node.node().own_pending() == std::vector{tx});
    node.crash();
    CHECK(node.node().own_pending() == std::vector{tx});
    CHECK(node.node().mempool().find(tx.id()) != nullptr);
}
