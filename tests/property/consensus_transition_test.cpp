// Random blocks on random accounts: what is applied can be undone, and no coin is made or lost.
#include "catch.hpp"
#include "support/ledger.hpp"
#include "support/random_blocks.hpp"

#include <thread>

using namespace cairn;
using namespace cairn::consensus;
using namespace cairn::test;

namespace {

Network random_network(std::uint64_t keys, Random& random) {
    std::vector<Allocation> allocations;
    for (std::uint64_t i = 0; i < keys; i += 1 + random.below(3))
        allocations.push_back({address_of(i), units(1 + random.below(coins(100).units()))});
    Parameters parameters = dev_parameters(std::move(allocations));
    parameters.halving = 1 + random.below(20);
    parameters.min_new_account = units(random.below(100'000));
    return network_of(std::move(parameters));
}

/// The effect names the accounts that the block names, in its order.
void require_named(const BlockEffect& effect, const Block& block, const MemoryAccounts& after) {
    std::vector<AccountNumber> expected;
    for (const Transaction& tx : block.transactions) {
        expected.push_back(after.find(tx.sender()).value());
        if (const auto* transfer = std::get_if<Transfer>(&tx.fields().body))
            for (const Output& output : transfer->outputs) expected.push_back(after.find(output.to).value());
    }
    REQUIRE(effect.named == expected);
    if (effect.producer) REQUIRE(effect.producer == after.find(block.header().producer));
}

/// Without roots or work: apply_block asks for neither.
Block plain_block(std::vector<Transaction> transactions, const crypto::Address& producer, Height height) {
    Block out;
    out.head.header.height = height;
    out.head.header.producer = producer;
    out.transactions = std::move(transactions);
    return out;
}

} // namespace

TEST_CASE("undoing thousands of random blocks leads back to the first byte", "[consensus][property]") {
    std::size_t applied = 0;
    std::size_t opened = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Prng random(seed);
        constexpr std::uint64_t keys = 24;
        const Network network = random_network(keys, random);
        const RandomBlocks source(network, keys, false);
        MemoryAccounts accounts(network);
        std::vector<MemoryAccounts> states;
        std::vector<Block> blocks;
        for (std::uint32_t height = 1; height <= 150; ++height) {
            const Block block = plain_block(source.transactions(accounts, 12, random),
                                            source.any_address(random), Height{height});
            const auto effect = apply_block(network, accounts, block);
            REQUIRE(effect);
            states.push_back(accounts);
            accounts.apply(effect->change);
            require_named(*effect, block, accounts);
            applied += block.transactions.size();
            opened += accounts.count() - states.back().count();
            REQUIRE(accounts.total() == issued_at(network.parameters(), Height{height}).units());
            MemoryAccounts back = accounts;
            back.apply(undo_block(network, accounts, block));
            REQUIRE(back == states.back());
            blocks.push_back(block);
        }
        for (; !blocks.empty(); blocks.pop_back(), states.pop_back()) {
            accounts.apply(undo_block(network, accounts, blocks.back()));
            REQUIRE(accounts == states.back());
        }
        REQUIRE(accounts == MemoryAccounts(network));
    }
    CHECK(applied > 5'000);
    CHECK(opened > 100);
}

TEST_CASE("one scratch for a block gives what a scratch for each transaction gives",
          "[consensus][property]") {
    Prng random(301);
    constexpr std::uint64_t keys = 16;
    const Network network = random_network(keys, random);
    const RandomBlocks source(network, keys, false);
    MemoryAccounts accounts(network);
    for (std::uint32_t height = 1; height <= 200; ++height) {
        const auto transactions = source.transactions(accounts, 12, random);
        const Block block = plain_block(transactions, source.any_address(random), Height{height});
        MemoryAccounts stepwise = accounts;
        Amount fees;
        for (const Transaction& tx : transactions) {
            StateScratch scratch(network, stepwise);
            REQUIRE_FALSE(scratch.apply(tx));
            fees = fees + scratch.fees();
            stepwise.apply(scratch.change());
        }
        accounts.apply(apply_block(network, accounts, block)->change);
        const Amount credit = subsidy_at(network.parameters(), Height{height}) + fees;
        if (!credit.is_zero()) { // by hand
            const auto number = stepwise.find(block.header().producer);
            Account producer =
                number ? stepwise.at(*number) : Account{block.header().producer, Amount{}, Nonce{}, Amount{}};
            producer.balance = producer.balance + credit;
            const std::uint32_t count = stepwise.count() + (number ? 0 : 1);
            stepwise.apply({count, {{number.value_or(AccountNumber{count - 1}), producer}}});
        }
        REQUIRE(accounts == stepwise);
    }
}

TEST_CASE("a refused transaction leaves no trace in what follows", "[consensus][property]") {
    Prng random(302);
    constexpr std::uint64_t keys = 10;
    const Network network = random_network(keys, random);
    const RandomBlocks source(network, keys, false);
    const MemoryAccounts accounts(network);
    // Key 0 sends nothing of its own here: a payment of nonce 0 that opens one account and fails at the next.
    const auto failing = [&] {
        const Amount last = units(random.below(2) == 0 ? 0 : UINT64_MAX);
        Transfer body{{{address_of(500 + random.below(9)), units(100'000), ""},
                       {address_of(600 + random.below(9)), last.is_zero() ? units(1) : last, ""}}};
        return Transaction(fields_of(network, key_of(0), 0, std::move(body)), {});
    };
    REQUIRE(network.parameters().min_new_account > units(1));
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        StateScratch clean(network, accounts);
        StateScratch disturbed(network, accounts);
        for (const Transaction& tx : source.transactions(accounts, 8, random)) {
            const StateChange before = disturbed.change();
            REQUIRE(disturbed.apply(failing()));
            REQUIRE(disturbed.change() == before);
            ++refused;
            REQUIRE_FALSE(clean.apply(tx));
            REQUIRE_FALSE(disturbed.apply(tx));
        }
        REQUIRE(clean.change() == disturbed.change());
        REQUIRE(clean.fees() == disturbed.fees());
    }
    CHECK(refused > 300);
}

TEST_CASE("whole random blocks pass every rule, and a reorganisation equals a replay",
          "[consensus][property]") {
    Prng random(303);
    constexpr std::uint64_t keys = 12;
    const Network network = random_network(keys, random);
    const RandomBlocks source(network, keys, true);
    Ledger ledger(network);
    const auto grow = [&](int blocks) {
        for (; blocks > 0; --blocks) {
            const Block block =
                ledger.next(source.transactions(ledger.accounts(), 6, random), source.any_address(random));
            REQUIRE(ledger.push(decode_block(encode(block), SealKind::work).value()) == std::nullopt);
        }
    };
    grow(15);
    for (int round = 0; round < 5; ++round) {
        for (std::uint64_t depth = 1 + random.below(10); depth > 0; --depth) ledger.pop();
        grow(12);
        Ledger replay(network);
        for (const Block& block : ledger.blocks()) REQUIRE(replay.push(block) == std::nullopt);
        REQUIRE(replay.accounts() == ledger.accounts());
        REQUIRE(replay.tip() == ledger.tip());
    }
}

TEST_CASE("checks that run apart tell the same least error as those in a row", "[consensus][property]") {
    Prng random(304);
    const Network network = funded_network(8);
    const RandomBlocks source(network, 8, true);
    const MemoryAccounts accounts(network);
    for (int round = 0; round < 30; ++round) {
        std::vector<Transaction> txs = source.transactions(accounts, 16, random);
        for (std::uint64_t broken = random.below(4); broken > 0 && !txs.empty(); --broken) {
            Transaction& tx = txs[random.below(txs.size())];
            if (random.below(2) == 0) {
                crypto::Signature signature = tx.signature();
                signature.bytes[random.below(64)] ^= 4;
                tx = Transaction(tx.fields(), signature);
            } else {
                TxFields fields = tx.fields();
                fields.version = 9;
                tx = Transaction(fields, tx.signature());
            }
        }
        std::optional<RuleError> in_a_row;
        for (std::uint32_t i = 0; i < txs.size() && !in_a_row; ++i)
            in_a_row = check_transaction(network, txs[i], Height{1}, i);
        if (!in_a_row) in_a_row = check_signatures(network, txs);

        // Four workers, each with every fourth transaction and both rules; joined in some order.
        constexpr std::size_t workers = 4;
        std::vector<std::optional<RuleError>> found(workers);
        std::vector<std::thread> threads;
        for (std::size_t worker = 0; worker < workers; ++worker)
            threads.emplace_back([&, worker] {
                for (std::size_t i = txs.size(); i-- > 0;) {
                    if (i % workers != worker) continue;
                    const auto index = static_cast<std::uint32_t>(i);
                    if (!check_signature(network, txs[i]))
                        found[worker] = least(found[worker], RuleError{RuleCode::signature, index});
                    found[worker] =
                        least(found[worker], check_transaction(network, txs[i], Height{1}, index));
                }
            });
        for (std::thread& thread : threads) thread.join();
        std::optional<RuleError> joined;
        for (std::size_t i = 0, first = random.below(workers); i < workers; ++i)
            joined = least(joined, found[(first + i) % workers]);
        REQUIRE(joined == in_a_row);
    }
}
