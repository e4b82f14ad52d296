// Own payments beyond the mempool's window: the sums that are kept of them, and the rules they are held to.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/memory_node.hpp"
#include "support/peer_bench.hpp"
#include <base/random.hpp>
#include <protocol/nonce_runs.hpp>

#include <algorithm>
#include <set>

using namespace cairn;
using namespace cairn::test;
using chain::RefusalCode;
using net::Submitted;

namespace {

constexpr std::uint64_t window = 4;

net::NodeOptions narrow() {
    net::NodeOptions out;
    out.mempool.min_units_per_byte = 0;
    out.mempool.window = window;
    return out;
}

Transaction payment(const MemoryNode& node, std::uint64_t nonce, Amount amount, Amount fee = {}) {
    return transfer(node.network(), key_of(0), nonce, address_of(1), amount, fee);
}

/// One coin each, nonces 0 … count − 1.
void pay(MemoryNode& node, std::uint64_t count) {
    for (std::uint64_t nonce = 0; nonce < count; ++nonce)
        REQUIRE(node.submit(payment(node, nonce, coins(1))));
}

void mine_block(MemoryNode& node) { node.call(net::StartMining{address_of(9), 1}); }

chain::Refusal refused(MemoryNode& node, const Transaction& tx) {
    const auto answer = node.submit(tx);
    REQUIRE_FALSE(answer);
    return answer.error();
}

} // namespace

TEST_CASE("runs of nonces are those of a plain set", "[node]") {
    Prng random(7);
    net::NonceRuns runs;
    std::set<std::uint64_t> plain;
    for (int step = 0; step < 4'000; ++step) {
        const std::uint64_t nonce = random.below(64);
        if (random.below(5) < 3) {
            runs.insert(Nonce{nonce});
            plain.insert(nonce);
        } else {
            runs.erase(Nonce{nonce});
            plain.erase(nonce);
        }
        std::uint64_t missing = random.below(66);
        const auto told = runs.first_missing(Nonce{missing});
        while (plain.contains(missing)) ++missing;
        REQUIRE(told == Nonce{missing});
    }
}

TEST_CASE("what waits is summed with what is pending, as it comes and goes", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    pay(node, 10);
    CHECK(node.node().mempool().pending(address_of(0)).outgoing == coins(4));
    CHECK(node.node().outgoing(address_of(0)) == coins(10));
    mine_block(node); // the first four
    CHECK(node.node().outgoing(address_of(0)) == coins(6));
    CHECK(node.node().mempool().pending(address_of(0)).outgoing == coins(4));
    CHECK(refused(node, payment(node, 1, coins(2))).code == RefusalCode::nonce_used);
    node.crash();
    CHECK(node.node().outgoing(address_of(0)) == coins(6));
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{10});
}

TEST_CASE("what the mempool gives up waits, and is counted still", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    std::vector<Transaction> all;
    for (std::uint64_t nonce = 0; nonce < 7; ++nonce) {
        all.push_back(payment(node, nonce, coins(1)));
        REQUIRE(node.submit(all.back()));
    }
    node.call(net::ForgetTransaction{all[1].id()}); // the mempool drops 2 and 3 with it
    CHECK(node.node().mempool().count() == 1);
    CHECK(node.node().outgoing(address_of(0)) == coins(6));
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{1});
    CHECK(refused(node, payment(node, 1, coins(995))).code == RefusalCode::insufficient_funds);
    // The gap filled, those that waited for it follow at once, as far as the window goes.
    const auto filled = node.submit(payment(node, 1, coins(2)));
    REQUIRE(filled);
    CHECK(filled->place == Submitted::Place::mempool);
    CHECK(node.node().mempool().count() == window);
    CHECK(node.node().outgoing(address_of(0)) == coins(8));
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{7});
    mine_block(node);
    mine_block(node);
    CHECK(node.node().chain().account(address_of(1))->balance == coins(8));
    CHECK(node.node().outgoing(address_of(0)) == Amount{});
}

TEST_CASE("a refusal in the middle leaves what comes after it counted", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    pay(node, 8);
    // A block of somebody else with another payment of the same key: less is left than was reckoned with.
    Ledger other(node.network());
    node.call(net::SubmitBlock{shared(
        other.next({transfer(node.network(), key_of(0), 0, address_of(5), coins(996))}, address_of(9)))});
    CHECK(node.node().chain().account(address_of(0))->nonce == Nonce{1});
    CHECK(node.node().mempool().count() == 4); // 1 … 4 take the four coins that are left
    CHECK(node.node().own_pending().size() == 7);
    CHECK(node.node().outgoing(address_of(0)) == coins(7));
    mine_block(node);
    CHECK(node.node().mempool().count() == 0);
    CHECK(node.node().own_pending().size() == 3);
    CHECK(node.node().outgoing(address_of(0)) == coins(3));
    CHECK(node.node().next_nonce(address_of(0)) == Nonce{8});
}

TEST_CASE("a payment that waits is replaced by the mempool's rule", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    pay(node, 6);
    const Transaction first = payment(node, 6, coins(1), units(10'000));
    REQUIRE(node.submit(first));
    CHECK(refused(node, first).code == RefusalCode::already_known);
    const auto refusal = refused(node, payment(node, 6, coins(2), units(10'999)));
    CHECK(refusal.code == RefusalCode::replacement_fee_too_low);
    CHECK(refusal.needed == units(11'000)); // a tenth
    const Transaction second = payment(node, 6, coins(2), units(11'000));
    const auto answer = node.submit(second);
    REQUIRE(answer);
    CHECK(answer->place == Submitted::Place::outbox);
    CHECK(answer->replaced == first.id());
    CHECK(node.node().outgoing(address_of(0)) == coins(8) + units(11'000));
    CHECK(node.node().find_pending(first.id()) == nullptr);
    // A small fee grows by one unit a byte at least.
    const auto small = refused(node, payment(node, 5, coins(1), units(1)));
    CHECK(small.needed == units(payment(node, 5, coins(1)).size()));
}

TEST_CASE("a payment that waits opens no account with too little", "[node]") {
    consensus::Parameters parameters = funded_network(2).parameters();
    parameters.min_new_account = coins(2);
    MemoryNode node(network_of(parameters), narrow());
    const auto to = [&](std::uint64_t nonce, std::uint64_t whom, Amount amount) {
        return transfer(node.network(), key_of(0), nonce, address_of(whom), amount);
    };
    for (std::uint64_t nonce = 0; nonce < 6; ++nonce) REQUIRE(node.submit(to(nonce, 1, coins(1))));
    const auto refusal = refused(node, to(6, 7, coins(1)));
    CHECK(refusal.code == RefusalCode::new_account_too_small);
    CHECK(refusal.needed == coins(2));
    CHECK(node.submit(to(6, 7, coins(2))));
}

TEST_CASE("what waits needs a signature that holds", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    pay(node, 5);
    const Transaction good = payment(node, 5, coins(1));
    const auto refusal = refused(node, Transaction(good.fields(), {}));
    REQUIRE(refusal.rule);
    CHECK(refusal.rule->code == consensus::RuleCode::signature);
    CHECK(node.node().own_pending().size() == 5);
}

TEST_CASE("whoever listens is told that payments wait, also of one behind the window", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    const auto told = [&node] {
        const auto is_told = [](const net::Effect& effect) {
            return std::holds_alternative<net::PaymentsWait>(effect);
        };
        const auto count = std::count_if(node.network_effects.begin(), node.network_effects.end(), is_told);
        node.network_effects.clear();
        return count;
    };
    CHECK(told() == 0);
    for (std::uint64_t nonce = 0; nonce < window + 2; ++nonce) {
        REQUIRE(node.submit(payment(node, nonce, coins(1))));
        CHECK(told() == 1);
    }
    CHECK(node.node().mempool().count() == window);
    refused(node, payment(node, 0, coins(1)));
    CHECK(told() == 0);
}

namespace {

std::vector<net::PaymentDropped> dropped_of(const MemoryNode& node) {
    std::vector<net::PaymentDropped> out;
    for (const net::Effect& effect : node.network_effects)
        if (const auto* told = std::get_if<net::Notify>(&effect))
            if (const auto* one = std::get_if<net::PaymentDropped>(&told->event)) out.push_back(*one);
    return out;
}

} // namespace

TEST_CASE("an own payment whose nonce another one took is told of, once", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    pay(node, 2);
    const Transaction lost = node.node().own_pending()[0];
    Ledger other(node.network());
    node.call(net::SubmitBlock{shared(
        other.next({transfer(node.network(), key_of(0), 0, address_of(5), coins(2))}, address_of(9)))});
    mine_block(node);
    const auto dropped = dropped_of(node);
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].tx == lost);
    CHECK(dropped[0].why == net::PaymentDropped::Why::overtaken);
}

TEST_CASE("an own payment that expired is told of, once", "[node]") {
    MemoryNode node(funded_network(1), narrow());
    TxFields fields = payment(node, 0, coins(1)).fields();
    fields.expiry = 2;
    const Transaction brief = sign(fields, node.network().id(), key_of(0));
    REQUIRE(node.submit(brief));
    Ledger other(node.network());
    for (int i = 0; i < 3; ++i) {
        const Block empty = other.next({}, address_of(9));
        REQUIRE_FALSE(other.push(empty));
        node.call(net::SubmitBlock{shared(empty)});
    }
    const auto dropped = dropped_of(node);
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].tx == brief);
    CHECK(dropped[0].why == net::PaymentDropped::Why::expired);
    CHECK(node.node().own_pending().empty());
}

TEST_CASE("what a peer was told of is not taken back, in a later run neither", "[node][peers]") {
    PeerBench bench(funded_network(1), narrow());
    const auto taken_back = [&](const Transaction& tx) {
        return std::get<net::Forgotten>(bench.node.call(net::ForgetTransaction{tx.id()})).done;
    };
    const Transaction alone = payment(bench.node, 0, coins(1));
    REQUIRE(bench.node.submit(alone));
    CHECK_FALSE(bench.node.node().has_untold()); // there is nobody
    CHECK(taken_back(alone));
    const net::PeerId peer = bench.friend_from("20.1.1.1");
    const Transaction told = payment(bench.node, 0, coins(2));
    REQUIRE(bench.node.submit(told));
    bench.carry_out();
    CHECK(bench.node.node().has_untold());
    bench.pass(1'000);
    REQUIRE_FALSE(bench.heard_of<net::Inv>(peer).empty());
    CHECK_FALSE(taken_back(told));
    CHECK(bench.node.node().has_untold());
    bench.say(peer, net::Get{net::ItemKind::tx, {told.witness_id().bytes}});
    CHECK_FALSE(bench.node.node().has_untold());
    // What replaces it is no secret either: the former one may win.
    const Transaction instead = payment(bench.node, 0, coins(1), units(100'000));
    REQUIRE(bench.node.submit(instead));
    CHECK_FALSE(taken_back(instead));
    bench.node.crash();
    CHECK_FALSE(taken_back(instead));
    CHECK(bench.node.node().find_pending(instead.id()) != nullptr);
}
