// Each rule with a block that keeps it and a block that breaks it, on a ledger of one branch.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"

using namespace cairn;
using namespace cairn::consensus;
using namespace cairn::test;

namespace {

RuleError error(RuleCode code, std::uint32_t index = 0) { return {code, index}; }

/// A ledger whose keys 0 … 3 own 1,000 coins each, with some blocks on it.
Ledger& grown(Ledger& ledger) {
    for (std::uint64_t i = 0; i < 3; ++i)
        REQUIRE_FALSE(ledger.push(
            ledger.next({transfer(ledger.network(), key_of(0), i, address_of(10 + i), coins(1), units(i))},
                        address_of(9))));
    return ledger;
}

/// A good block of two payments on the tip.
Block good_block(const Ledger& ledger) {
    return ledger.next({transfer(ledger.network(), key_of(1), 0, address_of(2), coins(1), units(5)),
                        transfer(ledger.network(), key_of(2), 0, address_of(20), coins(2))},
                       address_of(9));
}

/// The error of the good block after a change to it, its commitments kept and mined again.
template <typename Change> std::optional<RuleError> after(const Ledger& ledger, Change change) {
    Block block = good_block(ledger);
    change(block);
    mine(block);
    return ledger.check(block);
}

Transaction with_fields(const Network& network, std::uint64_t key, const TxFields& fields) {
    return sign(fields, network.id(), key_of(key));
}

/// The error of a block of one transaction of key 1, after a change to its fields.
template <typename Change> std::optional<RuleError> with_tx(const Ledger& ledger, Change change) {
    TxFields fields =
        fields_of(ledger.network(), key_of(1), 0, Transfer{{{address_of(2), coins(1), ""}}}, units(5));
    change(fields);
    return ledger.check(ledger.next({with_fields(ledger.network(), 1, fields)}, address_of(9)));
}

} // namespace

TEST_CASE("a good block keeps every rule, and so does an empty one", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger);
    CHECK(ledger.check(good_block(ledger)) == std::nullopt);
    CHECK(ledger.check(ledger.next({}, address_of(9))) == std::nullopt);
    CHECK(ledger.accounts().total() == issued_at(ledger.network().parameters(), Height{3}).units());
}

TEST_CASE("rule 1: sizes within the parameters", "[consensus]") {
    Parameters parameters = funded_network(4).parameters();
    const std::size_t size = encoded_size(good_block(Ledger(network_of(parameters))));
    parameters.max_block_txs = 2;
    parameters.max_block_bytes = size;
    CHECK(Ledger(network_of(parameters)).check(good_block(Ledger(network_of(parameters)))) == std::nullopt);
    parameters.max_block_txs = 1;
    const Network fewer = network_of(parameters);
    CHECK(check_body(fewer, good_block(Ledger(fewer))) == error(RuleCode::too_many_transactions));
    parameters.max_block_bytes = size - 1;
    const Network smaller = network_of(parameters);
    CHECK(check_body(smaller, good_block(Ledger(smaller))) == error(RuleCode::block_too_large));
}

TEST_CASE("rule 2: version and height", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger);
    for (const std::uint16_t version : std::initializer_list<std::uint16_t>{0, 2, 65535})
        CHECK(after(ledger, [&](Block& b) { b.head.header.version = version; }) ==
              error(RuleCode::header_version));
    for (const std::uint32_t height : {0U, 3U, 5U, UINT32_MAX})
        CHECK(after(ledger, [&](Block& b) { b.head.header.height = Height{height}; }) ==
              error(RuleCode::height));
    // Nothing follows the last height, not even height 0.
    ChainPoint last = ledger.tip();
    last.height = Height{UINT32_MAX};
    Block block = good_block(ledger);
    block.head.header.height = Height{0};
    CHECK(check_header(ledger.network(), last, block.head, block_id(block.head)) == error(RuleCode::height));
}

TEST_CASE("rule 3: time after the parent's, and not too far ahead", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger);
    const std::uint64_t parent = ledger.tip().time.unix_ms;
    for (const std::uint64_t time : {parent, parent - 1, std::uint64_t{0}})
        CHECK(after(ledger, [&](Block& b) { b.head.header.time = Time{time}; }) ==
              error(RuleCode::time_not_after_parent));
    for (const std::uint64_t time : {parent + 1, UINT64_MAX})
        CHECK(after(ledger, [&](Block& b) { b.head.header.time = Time{time}; }) == std::nullopt);

    const Network main = main_network();
    Header header;
    const Time now{1'000'000};
    for (const std::uint64_t time : {std::uint64_t{0}, now.unix_ms, now.unix_ms + 120'000}) {
        header.time = Time{time};
        CHECK_FALSE(is_ahead_of(main, header, now));
    }
    for (const std::uint64_t time : {now.unix_ms + 120'001, (std::uint64_t{1} << 63) - 1, UINT64_MAX}) {
        header.time = Time{time};
        CHECK(is_ahead_of(main, header, now));
        CHECK_FALSE(is_ahead_of(dev_network(), header, now));
        CHECK_FALSE(is_ahead_of(main, header, Time{UINT64_MAX}));
    }
}

TEST_CASE("rule 4: the target that the difficulty rule gives", "[consensus]") {
    Parameters parameters = funded_network(4).parameters();
    parameters.half_life_ms = 60'000;
    parameters.initial_target = CompactTarget{0x20400000};
    Ledger ledger(network_of(parameters));
    for (int i = 0; i < 2; ++i) REQUIRE_FALSE(ledger.push(ledger.next({}, address_of(9), 10'000)));
    CHECK(required_target(ledger.network(), ledger.tip()) > parameters.initial_target); // slow blocks: easier
    CHECK(ledger.check(good_block(ledger)) == std::nullopt);
    for (const CompactTarget target : {parameters.initial_target, parameters.limit, CompactTarget{0}})
        CHECK(check_header(
                  ledger.network(), ledger.tip(),
                  [&] {
                      Block block = good_block(ledger);
                      block.head.header.target = target;
                      return block.head;
                  }(),
                  BlockId{}) == error(RuleCode::target));
}

TEST_CASE("rule 5: the id is not above the target", "[consensus]") {
    const Network main = main_network();
    const ChainPoint genesis = genesis_point(main);
    Header header;
    header.parent = genesis.id;
    header.height = Height{1};
    header.time = Time{genesis.time.unix_ms + 1};
    header.target = main.parameters().initial_target;
    const SealedHeader head{header, WorkSeal{}};
    const Uint256 target = *expand(header.target);
    CHECK(check_header(main, genesis, head, BlockId{target.to_big_endian()}) == std::nullopt);
    CHECK(check_header(main, genesis, head, BlockId{(target + Uint256(1)).to_big_endian()}) ==
          error(RuleCode::work_missing));
    CHECK(check_header(main, genesis, head, block_id(head)) == error(RuleCode::work_missing)); // unmined
}

TEST_CASE("rule 6: count, root, and no transaction twice", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger);
    CHECK(after(ledger, [](Block& b) { b.head.header.tx_count = 1; }) == error(RuleCode::tx_count));
    CHECK(after(ledger, [](Block& b) { b.head.header.tx_root[5] ^= 1; }) == error(RuleCode::tx_root));
    CHECK(after(ledger, [](Block& b) { std::swap(b.transactions[0], b.transactions[1]); }) ==
          error(RuleCode::tx_root));
    const Block good = good_block(ledger);
    const Transaction& tx = good.transactions[0];
    const Transaction other = transfer(ledger.network(), key_of(3), 0, address_of(2), coins(1));
    CHECK(ledger.check(ledger.next({tx, other, tx}, address_of(9))) ==
          error(RuleCode::duplicate_transaction, 2));
    CHECK(ledger.check(ledger.next({other, tx, tx, other}, address_of(9))) ==
          error(RuleCode::duplicate_transaction, 2));
    // Under another signature it is the same transaction.
    const Transaction twin(tx.fields(), crypto::Signature{});
    CHECK(ledger.check(ledger.next({tx, twin}, address_of(9))) == error(RuleCode::duplicate_transaction, 1));
}

TEST_CASE("rule 7: each transaction by itself, in its order", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger); // the next height is 4
    CHECK(with_tx(ledger, [](TxFields&) {}) == std::nullopt);
    CHECK(with_tx(ledger, [](TxFields& f) { f.version = 0; }) == error(RuleCode::tx_version));
    CHECK(with_tx(ledger, [](TxFields& f) { f.version = 2; }) == error(RuleCode::tx_version));
    CHECK(with_tx(ledger, [](TxFields& f) { f.chain.bytes[3] ^= 1; }) == error(RuleCode::tx_chain));
    for (const std::uint8_t type : std::initializer_list<std::uint8_t>{0, 3, 4, 5, 6, 7, 255})
        CHECK(with_tx(ledger, [&](TxFields& f) {
                  f.body = OpaqueBody{type, {}};
              }) == error(RuleCode::tx_type));
    CHECK(with_tx(ledger, [](TxFields& f) { f.expiry = 4; }) == std::nullopt);
    CHECK(with_tx(ledger, [](TxFields& f) { f.expiry = 3; }) == error(RuleCode::tx_expired));
    CHECK(with_tx(ledger, [](TxFields& f) { f.body = Transfer{}; }) == error(RuleCode::tx_body));
    CHECK(with_tx(ledger, [](TxFields& f) { f.body = Document{{}, "", {1}}; }) == error(RuleCode::tx_body));
    CHECK(with_tx(ledger, [](TxFields& f) { f.body = document_of("a hash alone", as_bytes("x"), false); }) ==
          std::nullopt);
    const Amount most = ledger.network().max_supply();
    CHECK(with_tx(ledger, [&](TxFields& f) { f.fee = most; }) == error(RuleCode::tx_amount));
    CHECK(with_tx(ledger, [&](TxFields& f) {
              f.body = document_of("", as_bytes("x"));
              f.fee = most + units(1);
          }) == error(RuleCode::tx_amount));
    CHECK(with_tx(ledger, [&](TxFields& f) {
              f.body = document_of("", as_bytes("x"));
              f.fee = most; // as much as there can be: more than the sender has, but a fee
          }) == error(RuleCode::insufficient_funds));
    // All at once: the first in order is told.
    CHECK(with_tx(ledger, [&](TxFields& f) {
              f.expiry = 1;
              f.body = Transfer{};
              f.fee = units(UINT64_MAX);
          }) == error(RuleCode::tx_expired));
}

TEST_CASE("rule 8: every signature holds", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger);
    const Network& network = ledger.network();
    const Transaction good = transfer(network, key_of(1), 0, address_of(2), coins(1));
    CHECK(check_signature(network, good));
    for (const std::size_t at : {0U, 31U, 32U, 63U}) {
        crypto::Signature forged = good.signature();
        forged.bytes[at] ^= 1;
        const Transaction bad(good.fields(), forged);
        CHECK_FALSE(check_signature(network, bad));
        const Transaction first = transfer(network, key_of(2), 0, address_of(2), coins(1));
        CHECK(ledger.check(ledger.next({first, bad}, address_of(9))) == error(RuleCode::signature, 1));
    }
    // Signed by somebody else, or not at all.
    const Transaction foreign = sign(good.fields(), network.id(), key_of(3));
    CHECK(ledger.check(ledger.next({foreign}, address_of(9))) == error(RuleCode::signature));
    const Transaction bare(good.fields(), crypto::Signature{});
    CHECK(ledger.check(ledger.next({bare}, address_of(9))) == error(RuleCode::signature));
}

TEST_CASE("rule 9: against the state, one after the other", "[consensus]") {
    Ledger ledger(funded_network(4, coins(100)));
    const Network& network = ledger.network();
    const auto pay = [&](std::uint64_t from, std::uint64_t nonce, Amount amount) {
        return transfer(network, key_of(from), nonce, address_of(2), amount);
    };
    const auto check = [&](std::vector<Transaction> txs) {
        return ledger.check(ledger.next(std::move(txs), address_of(9)));
    };
    CHECK(check({pay(0, 0, coins(60)), pay(0, 1, coins(40)), pay(2, 0, coins(200))}) == std::nullopt);
    CHECK(check({pay(0, 0, coins(1)), pay(8, 0, coins(1))}) == error(RuleCode::unknown_sender, 1));
    CHECK(check({pay(0, 0, coins(1)), pay(0, 2, coins(1))}) == error(RuleCode::nonce, 1));
    CHECK(check({pay(0, 1, coins(1)), pay(0, 0, coins(1))}) == error(RuleCode::nonce, 0));
    CHECK(check({pay(0, 0, coins(60)), pay(0, 1, coins(41))}) == error(RuleCode::insufficient_funds, 1));
    // Money of this very block can be spent, but not before it came, nor the producer's.
    CHECK(check({pay(2, 0, coins(101)), pay(0, 0, coins(60))}) == error(RuleCode::insufficient_funds, 0));
    CHECK(check({transfer(network, key_of(9), 0, address_of(1), coins(1))}) ==
          error(RuleCode::unknown_sender));
}

TEST_CASE("rules 10 to 12: credit, roots, supply", "[consensus]") {
    Ledger ledger(funded_network(4));
    grown(ledger);
    const Block block = good_block(ledger);
    const auto effect = apply_block(ledger.network(), ledger.accounts(), block);
    REQUIRE(effect);
    MemoryAccounts accounts = ledger.accounts();
    accounts.apply(effect->change);
    CHECK(accounts.balance(address_of(9)) == ledger.accounts().balance(address_of(9)) + coins(50) + units(5));
    CHECK(accounts.total() == issued_at(ledger.network().parameters(), Height{4}).units());
    // Another producer is another state: the credit cannot be turned elsewhere.
    CHECK(after(ledger, [](Block& b) { b.head.header.producer = address_of(8); }) ==
          error(RuleCode::state_root));
    CHECK(after(ledger, [](Block& b) { b.head.header.state_root[0] ^= 1; }) == error(RuleCode::state_root));
    CHECK(after(ledger, [](Block& b) { b.head.header.history_root[0] ^= 1; }) ==
          error(RuleCode::history_root));
}

TEST_CASE("work adds up from nothing at block 0, and time is counted beside it", "[consensus]") {
    Ledger ledger(funded_network(4));
    CHECK(ledger.tip() == genesis_point(ledger.network()));
    CHECK(ledger.tip().work.is_zero());
    grown(ledger);
    CHECK(ledger.tip().work == Uint256(3));
    CHECK(ledger.tip().counted_ms == 0); // no half-life
    CHECK(ledger.tip().height == Height{3});

    const Network main = main_network();
    SealedHeader head;
    head.header.height = Height{1};
    head.header.time = Time{main.parameters().time.unix_ms + 40'000};
    head.header.target = main.parameters().initial_target;
    const ChainPoint point = extend(main, genesis_point(main), head, BlockId{});
    CHECK(point.counted_ms == 40'000);
    CHECK(point.work == Uint256((1 << 21) - 1));
}
