// Attacks of the past that reach this layer, each as it was carried out elsewhere.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/ledger.hpp"

using namespace cairn;
using namespace cairn::consensus;
using namespace cairn::test;

namespace {

Transaction pay(const Network& network, std::uint64_t from, std::uint64_t nonce, Amount amount) {
    return transfer(network, key_of(from), nonce, address_of(2), amount);
}

} // namespace

TEST_CASE("attack 1: outputs that sum to 2^64 + 1 are refused", "[consensus][attack]") {
    Ledger ledger(funded_network(2));
    const Network& network = ledger.network();
    for (const auto& amounts : {std::pair{UINT64_MAX, std::uint64_t{2}},
                                std::pair{std::uint64_t{1} << 63, (std::uint64_t{1} << 63) + 1}}) {
        const Transaction tx =
            transfer(network, key_of(0), 0,
                     {{address_of(1), units(amounts.first), ""}, {address_of(1), units(amounts.second), ""}});
        CHECK(ledger.check(ledger.next({tx}, address_of(9))) == RuleError{RuleCode::tx_amount});
        // Nor does it pass where rule 7 was not asked.
        StateScratch scratch(network, ledger.accounts());
        CHECK(scratch.apply(tx) == RuleError{RuleCode::insufficient_funds});
    }
    // An amount and a fee that sum to 2^64.
    const Transaction with_fee = transfer(network, key_of(0), 0, address_of(1), units(UINT64_MAX), units(1));
    CHECK(ledger.check(ledger.next({with_fee}, address_of(9))) == RuleError{RuleCode::tx_amount});
}

TEST_CASE("attack 2: the last transaction appended again", "[consensus][attack]") {
    Ledger ledger(funded_network(3));
    const Block honest =
        ledger.next({pay(ledger.network(), 0, 0, coins(1)), pay(ledger.network(), 1, 0, coins(1)),
                     pay(ledger.network(), 2, 0, coins(1))},
                    address_of(9));
    Block mutated = honest;
    mutated.transactions.push_back(mutated.transactions.back());
    CHECK_FALSE(decode_block(encode(mutated), SealKind::work)); // more than counted
    CHECK(ledger.check(mutated) == RuleError{RuleCode::tx_count});
    mutated.head.header.tx_count = 4; // which changes the id; even then the root differs
    CHECK(mutated.header().tx_root == honest.header().tx_root);
    mine(mutated);
    CHECK(block_id(mutated.head) != block_id(honest.head));
    const auto error = ledger.check(mutated);
    REQUIRE(error == RuleError{RuleCode::tx_root});
    CHECK_FALSE(condemns(error->code));
    CHECK(ledger.push(honest) == std::nullopt);
}

TEST_CASE("attack 3: the same payment twice in a block", "[consensus][attack]") {
    Ledger ledger(funded_network(3, coins(100)));
    const Network& network = ledger.network();
    const Transaction once = pay(network, 0, 0, coins(60));
    CHECK(ledger.check(ledger.next({once, once}, address_of(9))) ==
          RuleError{RuleCode::duplicate_transaction, 1});
    // Same nonce, another amount; and three times all that is owned.
    CHECK(ledger.check(ledger.next({once, pay(network, 0, 0, coins(1))}, address_of(9))) ==
          RuleError{RuleCode::nonce, 1});
    CHECK(ledger.check(ledger.next({pay(network, 0, 0, coins(100)), pay(network, 0, 1, coins(100)),
                                    pay(network, 0, 2, coins(100))},
                                   address_of(9))) == RuleError{RuleCode::insufficient_funds, 1});
    CHECK(ledger.accounts().total() == coins(300).units());
    // In the next block again.
    REQUIRE(ledger.push(ledger.next({once}, address_of(9))) == std::nullopt);
    CHECK(ledger.check(ledger.next({once}, address_of(9))) == RuleError{RuleCode::nonce});
    CHECK(ledger.accounts().total() == coins(350).units());
}

TEST_CASE("attack 13: a signature changed on the way names no other payment", "[consensus][attack]") {
    Ledger ledger(funded_network(3));
    const Transaction tx = pay(ledger.network(), 0, 0, coins(1));
    // S + L, the group's order: the same equation, another encoding.
    static constexpr ByteArray<32> order{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                         0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                         0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    crypto::Signature malleated = tx.signature();
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += static_cast<unsigned>(malleated.bytes[32 + i]) + order[i];
        malleated.bytes[32 + i] = static_cast<Byte>(carry);
        carry >>= 8;
    }
    REQUIRE(carry == 0);
    const Transaction twin(tx.fields(), malleated);
    CHECK(twin.id() == tx.id());
    CHECK(twin.witness_id() != tx.witness_id());
    CHECK_FALSE(check_signature(ledger.network(), twin));
    CHECK(ledger.check(ledger.next({twin}, address_of(9))) == RuleError{RuleCode::signature});
    // The neutral element as a key signs anything for a verifier that does not look.
    TxFields fields = tx.fields();
    fields.sender.bytes = {1};
    crypto::Signature neutral;
    neutral.bytes[0] = 1;
    CHECK_FALSE(check_signature(ledger.network(), Transaction(fields, neutral)));
}

TEST_CASE("attack 14: a payment of another chain, or once more after a reorganisation",
          "[consensus][attack]") {
    Ledger ledger(funded_network(3));
    Parameters twin_parameters = ledger.network().parameters();
    twin_parameters.message += "!";
    const Ledger twin(network_of(twin_parameters));
    const Transaction tx = pay(ledger.network(), 0, 0, coins(1));
    CHECK(twin.check(twin.next({tx}, address_of(9))) == RuleError{RuleCode::tx_chain});
    // With the other chain's tag, its signature is still over this chain's id.
    TxFields fields = tx.fields();
    fields.chain = twin.network().tag();
    CHECK(twin.check(twin.next({Transaction(fields, tx.signature())}, address_of(9))) ==
          RuleError{RuleCode::signature});
    CHECK(twin.check(twin.next({sign(fields, ledger.network().id(), key_of(0))}, address_of(9))) ==
          RuleError{RuleCode::signature});

    REQUIRE(ledger.push(ledger.next({tx}, address_of(9))) == std::nullopt);
    ledger.pop();
    REQUIRE(ledger.push(ledger.next({}, address_of(8))) == std::nullopt);
    REQUIRE(ledger.push(ledger.next({tx}, address_of(8))) == std::nullopt);
    CHECK(ledger.check(ledger.next({tx}, address_of(8))) == RuleError{RuleCode::nonce});
    CHECK(ledger.accounts().balance(address_of(0)) == coins(999));
}

TEST_CASE("attack 19: amounts below zero do not exist on the wire", "[consensus][attack]") {
    Ledger ledger(funded_network(3));
    const Network& network = ledger.network();
    const auto error = [&](std::uint64_t amount, std::uint64_t fee) {
        return ledger.check(ledger.next(
            {transfer(network, key_of(0), 0, address_of(1), units(amount), units(fee))}, address_of(9)));
    };
    // −1 and the like, as two's complement has them, and zero.
    for (const std::uint64_t amount : {UINT64_MAX, UINT64_MAX - coins(1).units(), std::uint64_t{1} << 63}) {
        CHECK(error(amount, 0) == RuleError{RuleCode::tx_amount});
        CHECK(error(1, amount) == RuleError{RuleCode::tx_amount});
    }
    CHECK(error(0, 0) == RuleError{RuleCode::tx_body});
    CHECK(ledger.accounts().total() == coins(3000).units());
}

TEST_CASE("attack 20: unsigned or forged blocks, and rewards of one's own choice", "[consensus][attack]") {
    Ledger ledger(funded_network(3));
    const Network& network = ledger.network();
    const Transaction tx = pay(network, 0, 0, coins(1));
    CHECK(ledger.check(ledger.next({Transaction(tx.fields(), {})}, address_of(9))) ==
          RuleError{RuleCode::signature});
    CHECK(ledger.check(ledger.next({sign(tx.fields(), network.id(), key_of(1))}, address_of(9))) ==
          RuleError{RuleCode::signature});
    // There is no reward transaction to inflate: a miner can only lie about the state, and the root tells.
    Block greedy = ledger.next({tx}, address_of(9));
    MemoryAccounts richer = ledger.accounts();
    auto change = apply_block(network, ledger.accounts(), greedy)->change;
    change.records.back().account.balance = change.records.back().account.balance + units(1);
    richer.apply(change);
    greedy.head.header.state_root = richer.root();
    mine(greedy);
    CHECK(ledger.check(greedy) == RuleError{RuleCode::state_root});
}

TEST_CASE("attack 21: transactions edited after the block was mined", "[consensus][attack]") {
    Ledger ledger(funded_network(3));
    const Block honest = ledger.next({pay(ledger.network(), 0, 0, coins(5))}, address_of(9));
    Bytes bytes = encode(honest);
    // The amount stands 20 bytes into the first output; every bit of the whole body is committed to.
    int refused = 0;
    const std::size_t first = Header::encoded_size + WorkSeal::encoded_size;
    for (std::size_t at = first; at < bytes.size(); ++at) {
        bytes[at] ^= 1;
        const auto edited = decode_block(bytes, SealKind::work);
        if (edited) {
            REQUIRE(block_id(edited->head) == block_id(honest.head));
            REQUIRE(ledger.check(*edited) == RuleError{RuleCode::tx_root});
        }
        ++refused;
        bytes[at] ^= 1;
    }
    CHECK(refused == static_cast<int>(honest.transactions[0].size()));
    CHECK(ledger.check(honest) == std::nullopt);
}
