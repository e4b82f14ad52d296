#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/random_blocks.hpp"

using namespace cairn;
using namespace cairn::consensus;
using namespace cairn::test;

namespace {

/// Applies one transaction and gives the code of the refusal.
std::optional<RuleCode> refusal(const Network& network, const Transaction& tx) {
    const MemoryAccounts accounts(network);
    StateScratch scratch(network, accounts);
    const auto error = scratch.apply(tx, 7);
    if (!error) return std::nullopt;
    CHECK(error->index == 7);
    CHECK(scratch.change() == StateChange{accounts.count(), {}}); // nothing of it remains
    CHECK(scratch.fees().is_zero());
    return error->code;
}

} // namespace

TEST_CASE("a payment moves its amounts and leaves the fee for the producer", "[consensus]") {
    const Network network = funded_network(2, coins(10));
    MemoryAccounts accounts(network);
    StateScratch scratch(network, accounts);
    REQUIRE_FALSE(scratch.apply(transfer(network, key_of(0), 0, address_of(1), coins(3), coins(1))));
    REQUIRE_FALSE(scratch.apply(transfer(network, key_of(1), 0, address_of(2), coins(13))));
    CHECK(scratch.fees() == coins(1));
    CHECK(scratch.gained() == -static_cast<Int128>(coins(1).units()));
    scratch.credit_producer(address_of(3), Height{1});
    CHECK(scratch.gained() == static_cast<Int128>(coins(50).units()));
    accounts.apply(scratch.change());
    CHECK(accounts.all() == std::vector<Account>{{address_of(0), coins(6), Nonce{1}, {}},
                                                 {address_of(1), {}, Nonce{1}, {}},
                                                 {address_of(2), coins(13), Nonce{0}, {}},
                                                 {address_of(3), coins(51), Nonce{0}, {}}});
}

TEST_CASE("rule 9 refuses the first thing that is wrong", "[consensus]") {
    const Network network = funded_network(1, coins(10));
    const auto pay = [&](std::uint64_t from, std::uint64_t nonce, Amount amount, Amount fee) {
        return transfer(network, key_of(from), nonce, address_of(0), amount, fee);
    };
    CHECK(refusal(network, pay(0, 0, coins(10), {})) == std::nullopt);
    CHECK(refusal(network, pay(0, 0, coins(9), coins(1))) == std::nullopt);
    CHECK(refusal(network, pay(5, 1, coins(99), {})) == RuleCode::unknown_sender);
    CHECK(refusal(network, pay(0, 1, coins(99), {})) == RuleCode::nonce);
    // To oneself: the balance must cover it before anything is applied.
    CHECK(refusal(network, pay(0, 0, coins(10), units(1))) == RuleCode::insufficient_funds);
    CHECK(refusal(network, pay(0, 0, units(UINT64_MAX), units(UINT64_MAX))) == RuleCode::insufficient_funds);
    CHECK(refusal(network, document(network, key_of(0), 0, "t", as_bytes("x"), coins(10))) == std::nullopt);
    CHECK(refusal(network, document(network, key_of(0), 0, "t", as_bytes("x"), units(1'000'000'001))) ==
          RuleCode::insufficient_funds);
}

TEST_CASE("an output that opens an account must be large enough", "[consensus]") {
    Parameters parameters = dev_parameters({{address_of(0), coins(10)}});
    parameters.min_new_account = units(100);
    const Network network = network_of(parameters);
    const auto pay = [&](std::vector<Output> outputs) {
        return transfer(network, key_of(0), 0, std::move(outputs));
    };
    const auto a = address_of(1);
    const auto b = address_of(2);
    CHECK(refusal(network, pay({{a, units(100), ""}})) == std::nullopt);
    CHECK(refusal(network, pay({{a, units(99), ""}})) == RuleCode::new_account_too_small);
    CHECK(refusal(network, pay({{address_of(0), units(1), ""}})) == std::nullopt); // is open already
    // Once open, any amount will do; before, a sum of small ones will not.
    CHECK(refusal(network, pay({{a, units(100), ""}, {a, units(1), ""}})) == std::nullopt);
    CHECK(refusal(network, pay({{a, units(1), ""}, {a, units(100), ""}})) == RuleCode::new_account_too_small);
    CHECK(refusal(network, pay({{a, units(100), ""}, {b, units(1), ""}})) == RuleCode::new_account_too_small);

    // A refusal takes back the accounts that the transaction had opened, and the next ones get their numbers.
    const MemoryAccounts accounts(network);
    StateScratch scratch(network, accounts);
    CHECK(scratch.apply(pay({{a, units(100), ""}, {b, units(1), ""}})));
    CHECK_FALSE(scratch.apply(pay({{b, units(100), ""}})));
    // The producer's credit is no output.
    scratch.credit_producer(a, Height{64U * 2'102'400U});
    CHECK(scratch.change().count == 2); // nothing to credit: no account
    const StateChange expected{2,
                               {{AccountNumber{0}, {address_of(0), units(999'999'900), Nonce{1}, {}}},
                                {AccountNumber{1}, {b, units(100), {}, {}}}}};
    CHECK(scratch.change() == expected);
}

TEST_CASE("accounts are numbered in order of first credit", "[consensus]") {
    const Network network = funded_network(1);
    MemoryAccounts accounts(network);
    StateScratch scratch(network, accounts);
    const std::vector<Output> outputs{{address_of(9), units(1), ""},
                                      {address_of(3), units(1), ""},
                                      {address_of(9), units(1), ""},
                                      {address_of(0), units(1), ""},
                                      {address_of(6), units(1), ""}};
    REQUIRE_FALSE(scratch.apply(transfer(network, key_of(0), 0, outputs)));
    scratch.credit_producer(address_of(1), Height{1});
    accounts.apply(scratch.change());
    const std::vector<std::uint64_t> order{0, 9, 3, 6, 1};
    REQUIRE(accounts.count() == order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        CHECK(accounts.at(AccountNumber{i}).address == address_of(order[i]));
    CHECK(accounts.balance(address_of(9)) == units(2));
}

TEST_CASE("undoing a block gives back what it took, and removes what it made", "[consensus]") {
    Ledger ledger(funded_network(2));
    const Network& network = ledger.network();
    const MemoryAccounts before = ledger.accounts();
    const std::vector<Transaction> txs{
        transfer(network, key_of(0), 0, {{address_of(5), coins(1), ""}, {address_of(0), coins(2), ""}},
                 units(3)),
        transfer(network, key_of(5), 0, address_of(1), coins(1)), // the new account spends all, and stays
        document(network, key_of(1), 0, "deed", as_bytes("stone"), units(5)),
    };
    REQUIRE_FALSE(ledger.push(ledger.next(txs, address_of(6))));
    CHECK(ledger.accounts().count() == 4);
    CHECK(ledger.accounts().balance(address_of(6)) == units(coins(50).units() + 8));
    ledger.pop();
    CHECK(ledger.accounts() == before);
    CHECK(ledger.accounts().root() == network.genesis().header().state_root);
}

TEST_CASE("undoing what was not applied is a defect of the caller", "[consensus]") {
    Ledger ledger(funded_network(2));
    const Network& network = ledger.network();
    const auto pay = [&](std::uint64_t nonce, std::uint64_t to) {
        return transfer(network, key_of(0), nonce, address_of(to), coins(1));
    };
    const Block first = ledger.next({pay(0, 5)}, address_of(1));
    CHECK_THROWS_AS(undo_block(network, ledger.accounts(), first), std::logic_error);
    REQUIRE_FALSE(ledger.push(first));
    REQUIRE_FALSE(ledger.push(ledger.next({pay(1, 6)}, address_of(1))));
    CHECK_THROWS_AS(undo_block(network, ledger.accounts(), first),
                    std::logic_error); // account 5 is not the last
}
