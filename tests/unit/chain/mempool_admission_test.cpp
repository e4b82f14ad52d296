#include "catch.hpp"
#include "unit/chain/mempool_harness.hpp"

using namespace cairn;
using namespace cairn::chain;
using namespace cairn::test;

namespace {
constexpr std::uint64_t fair = 1'000; // above one unit a byte of any payment here
} // namespace

TEST_CASE("a sound payment is admitted and found by both ids", "[chain][mempool]") {
    MempoolHarness h;
    const auto tx = h.pay(1, 0, fair, 500, 2);
    const auto admitted = h.admit(tx);
    REQUIRE(admitted);
    CHECK_FALSE(admitted->replaced);
    CHECK(admitted->evicted.empty());
    REQUIRE(h.pool.find(tx.id()));
    CHECK(*h.pool.find(tx.id()) == tx);
    REQUIRE(h.pool.find(tx.witness_id()));
    CHECK(h.pool.count() == 1);
    CHECK(h.pool.bytes() == tx.size());
    CHECK(h.pool.memory() > tx.size());
    CHECK_FALSE(h.pool.find(h.pay(1, 1, fair).id()));
}

TEST_CASE("what breaks rule 7 is refused with the rule", "[chain][mempool]") {
    MempoolHarness h;
    const auto key = key_of(1);
    auto fields = fields_of(h.network(), key, 0, Transfer{{{address_of(2), units(1), ""}}}, units(fair));
    fields.chain.bytes[0] ^= 1;
    const auto result = h.admit(sign(fields, h.network().id(), key));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == RefusalCode::rule);
    REQUIRE(result.error().rule);
    CHECK(result.error().rule->code == consensus::RuleCode::tx_chain);

    CHECK_FALSE(h.refused(h.pay_until(1, 1, 0, fair))); // of block 1, the next
    h.mine({});
    CHECK(h.refused(h.pay_until(1, 2, 0, fair)) == RefusalCode::rule);
}

TEST_CASE("a pending transaction is known already, also under another signature", "[chain][mempool]") {
    MempoolHarness h;
    const auto tx = h.pay(1, 0, fair);
    CHECK_FALSE(h.refused(tx));
    CHECK(h.refused(tx) == RefusalCode::already_known);
    auto signature = tx.signature();
    signature.bytes[0] ^= 1;
    CHECK(h.refused(Transaction(tx.fields(), signature)) == RefusalCode::already_known);
}

TEST_CASE("a sender without an account is refused until it has one", "[chain][mempool]") {
    MempoolHarness h;
    CHECK(h.refused(h.pay(77, 0, fair)) == RefusalCode::unknown_sender);
    h.mine({h.pay(1, 0, 0, coins(1).units(), 77)});
    CHECK_FALSE(h.refused(h.pay(77, 0, fair)));
}

TEST_CASE("nonces are taken one after the other", "[chain][mempool]") {
    MempoolHarness h;
    const auto gap = h.admit(h.pay(1, 1, fair));
    REQUIRE_FALSE(gap);
    CHECK(gap.error().code == RefusalCode::nonce_gap);
    CHECK(gap.error().expected_nonce == Nonce{0});
    CHECK_FALSE(h.refused(h.pay(1, 0, fair)));
    CHECK_FALSE(h.refused(h.pay(1, 1, fair)));
    const auto wider = h.admit(h.pay(1, 3, fair));
    REQUIRE_FALSE(wider);
    CHECK(wider.error().expected_nonce == Nonce{2});
    CHECK(h.pool.next_nonce(address_of(1), Nonce{0}) == Nonce{2});
    CHECK(h.pool.next_nonce(address_of(2), Nonce{5}) == Nonce{5});

    h.mine({h.pay(1, 0, fair)});
    const auto used = h.admit(h.pay(1, 0, 2 * fair));
    REQUIRE_FALSE(used);
    CHECK(used.error().code == RefusalCode::nonce_used);
    CHECK(used.error().expected_nonce == Nonce{2});
}

TEST_CASE("a sender has at most a window of nonces pending", "[chain][mempool]") {
    MempoolOptions options;
    options.window = 3;
    MempoolHarness h(options);
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) CHECK_FALSE(h.refused(h.pay(1, nonce, fair)));
    const auto far = h.admit(h.pay(1, 3, fair));
    REQUIRE_FALSE(far);
    CHECK(far.error().code == RefusalCode::nonce_too_far);
    CHECK(far.error().expected_nonce == Nonce{3});
    CHECK(h.refused(h.pay(1, 4, fair)) == RefusalCode::nonce_too_far);
    CHECK(h.refused(h.pay(2, UINT64_MAX, fair)) == RefusalCode::nonce_too_far);
    h.mine({h.pay(1, 0, fair)});
    CHECK_FALSE(h.refused(h.pay(1, 3, fair)));
    CHECK(h.refused(h.pay(1, 4, fair)) == RefusalCode::nonce_too_far);
}

TEST_CASE("all that is pending of a sender is covered by its confirmed balance", "[chain][mempool]") {
    MempoolHarness h;
    const std::uint64_t all = coins(1000).units();
    CHECK_FALSE(h.refused(h.pay(1, 0, fair, 6'000)));
    const auto short_of = h.admit(h.pay(1, 1, fair, all - 2 * fair - 5'999));
    REQUIRE_FALSE(short_of);
    CHECK(short_of.error().code == RefusalCode::insufficient_funds);
    CHECK(short_of.error().needed == units(all + 1));
    CHECK(short_of.error().available == units(all));
    CHECK_FALSE(h.refused(h.pay(1, 1, fair, all - 2 * fair - 6'000)));
    CHECK(h.refused(h.pay(1, 2, fair, 1)) == RefusalCode::insufficient_funds);
    // What is pending to the sender is not there yet.
    CHECK_FALSE(h.refused(h.pay(2, 0, fair, coins(10).units(), 1)));
    CHECK(h.refused(h.pay(1, 2, fair, 1)) == RefusalCode::insufficient_funds);
    // A replacement gives back what it replaces.
    CHECK_FALSE(h.refused(h.pay(1, 0, 2 * fair, 6'000 - fair)));
    CHECK(h.refused(h.pay(1, 0, 4 * fair, 6'000 - fair)) == RefusalCode::insufficient_funds);
}

TEST_CASE("the fee is at least the minimum a byte", "[chain][mempool]") {
    MempoolOptions options;
    options.min_units_per_byte = 3;
    MempoolHarness h(options);
    const std::uint64_t least = 3 * h.pay(1, 0, 0).size();
    const auto low = h.admit(h.pay(1, 0, least - 1));
    REQUIRE_FALSE(low);
    CHECK(low.error().code == RefusalCode::fee_too_low);
    CHECK(low.error().needed == units(least));
    CHECK(h.pool.least_fee(h.pay(1, 0, 0).size()) == units(least));
    CHECK_FALSE(h.refused(h.pay(1, 0, least)));
    options.min_units_per_byte = 0;
    MempoolHarness free(options);
    CHECK_FALSE(free.refused(free.pay(1, 0, 0)));
    CHECK(free.pool.least_fee(200) == units(0));
}

TEST_CASE("a replacement pays a tenth more, rounded up, and a unit a byte more", "[chain][mempool]") {
    MempoolOptions options;
    options.min_units_per_byte = 0;
    MempoolHarness h(options);
    const std::uint64_t size = h.pay(1, 0, 0).size();
    const auto first = h.pay(1, 0, 10);
    CHECK_FALSE(h.refused(first));
    const auto low = h.admit(h.pay(1, 0, 10 + size - 1, 2));
    REQUIRE_FALSE(low);
    CHECK(low.error().code == RefusalCode::replacement_fee_too_low);
    CHECK(low.error().needed == units(10 + size));
    const auto second = h.pay(1, 0, 10'001, 2);
    const auto replaced = h.admit(second);
    REQUIRE(replaced);
    CHECK(replaced->replaced == first.id());
    CHECK_FALSE(h.pool.find(first.id()));
    CHECK(h.pool.count() == 1);
    CHECK(h.pool.bytes() == second.size());
    CHECK(h.refused(h.pay(1, 0, 11'001, 2)) == RefusalCode::replacement_fee_too_low); // 10,001 + 1,001
    CHECK_FALSE(h.refused(h.pay(1, 0, 11'002, 2)));
}

TEST_CASE("a replacement keeps the later ones of its sender", "[chain][mempool]") {
    MempoolHarness h;
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) CHECK_FALSE(h.refused(h.pay(1, nonce, fair)));
    const auto newer = h.pay(1, 1, 5 * fair, 7, 3);
    CHECK_FALSE(h.refused(newer));
    const auto all = h.pool.of_sender(address_of(1));
    REQUIRE(all.size() == 4);
    CHECK(all[1] == newer);
    CHECK(h.pool.pending(address_of(1)).outgoing == units(8 * fair + 10));
    CHECK(h.pool.pending(address_of(3)).incoming == units(7));
}

TEST_CASE("an output that would open an account is large enough", "[chain][mempool]") {
    MempoolHarness h({}, units(1'000));
    const auto small = h.admit(h.pay(1, 0, fair, 999, 50));
    REQUIRE_FALSE(small);
    CHECK(small.error().code == RefusalCode::new_account_too_small);
    CHECK(small.error().needed == units(1'000));
    CHECK_FALSE(h.refused(h.pay(1, 0, fair, 1'000, 50)));
    // Not confirmed, so it does not exist yet.
    CHECK(h.refused(h.pay(2, 0, fair, 1, 50)) == RefusalCode::new_account_too_small);
    // The first output opens it, the second only adds; not the other way round.
    const Output large{address_of(51), units(1'000), ""};
    const Output little{address_of(51), units(1), ""};
    CHECK(h.refused(transfer(h.network(), key_of(2), 0, {little, large}, units(fair))) ==
          RefusalCode::new_account_too_small);
    CHECK_FALSE(h.refused(transfer(h.network(), key_of(2), 0, {large, little}, units(fair))));
    CHECK_FALSE(h.refused(h.pay(3, 0, fair, 1, 4)));
}

TEST_CASE("a payment to an account that an earlier one of the same sender opens may be small",
          "[chain][mempool]") {
    MempoolHarness h({}, units(1'000));
    CHECK_FALSE(h.refused(h.pay(1, 0, fair, 1'000, 50)));
    const auto little = h.pay(1, 1, fair, 1, 50);
    CHECK_FALSE(h.refused(little));
    // Another's may come before it in a block, and its own replaced one would come before itself.
    CHECK(h.refused(h.pay(2, 0, fair, 1, 50)) == RefusalCode::new_account_too_small);
    CHECK(h.refused(h.pay(1, 0, 2 * fair, 1, 50)) == RefusalCode::new_account_too_small);
    // Where the one that opens is replaced by one that does not, the small one goes with it.
    const auto admitted = h.admit(h.pay(1, 0, 2 * fair, 1'000, 51));
    REQUIRE(admitted);
    CHECK(admitted->evicted == std::vector{little.id()});
    CHECK(h.pool.of_sender(address_of(1)).size() == 1);
}

TEST_CASE("the signature is checked last, unless it was checked elsewhere", "[chain][mempool]") {
    MempoolHarness h;
    const auto good = h.pay(1, 0, fair);
    auto signature = good.signature();
    signature.bytes[5] ^= 1;
    const Transaction bad(good.fields(), signature);
    const auto result = h.admit(bad);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == RefusalCode::rule);
    REQUIRE(result.error().rule);
    CHECK(result.error().rule->code == consensus::RuleCode::signature);
    CHECK(h.pool.count() == 0);
    CHECK(h.pool.admit(bad, h.ledger.accounts(), h.next(), true));
    // A cheaper reason is told first.
    auto unfunded = h.pay(1, 1, fair, coins(2000).units());
    CHECK(h.refused(Transaction(unfunded.fields(), signature)) == RefusalCode::insufficient_funds);
}

TEST_CASE("every refusal has a name and a clause", "[chain][mempool]") {
    for (int code = 0; code <= static_cast<int>(RefusalCode::mempool_full); ++code) {
        CHECK(name_of(static_cast<RefusalCode>(code)) != std::string("unknown"));
        CHECK(describe(static_cast<RefusalCode>(code)) != std::string("unknown"));
    }
}
