// Networks, targets, difficulty, trees and a chain of valid and invalid blocks.
#include "support/builders.hpp"
#include "support/ledger.hpp"
#include "vectors.hpp"
#include <base/random.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <stdexcept>

namespace cairn::test {
namespace {

namespace json = boost::json;
using consensus::Network;
using consensus::Parameters;
using consensus::RuleCode;

/// A network of every kind of parameter: it adjusts, halves soon, and its blocks are small.
Parameters club() {
    Parameters out = consensus::dev_network().parameters();
    out.name = "club";
    out.ticker = "CLUB";
    out.prefix = "club";
    out.interval_ms = 2'000;
    out.half_life_ms = 20'000;
    out.limit = CompactTarget{0x200fffff};
    out.initial_target = CompactTarget{0x1f7fffff};
    out.halving = 4;
    out.max_block_bytes = 2'048;
    out.max_block_txs = 4;
    out.max_future_ms = 5'000;
    out.min_new_account = units(100'000);
    out.allocations = {{address_of(0), coins(1'000)}, {address_of(1), coins(100)}, {address_of(2), units(5)}};
    out.message = "caf\xc3\xa9, \"stones\"";
    return out;
}

json::object describe(const Parameters& parameters) {
    const Network network = network_of(parameters);
    return {{"file", json::parse(consensus::to_json(parameters))},
            {"params", hex(encode(parameters))},
            {"header", hex(encode(network.genesis().header()))},
            {"id", hex(network.id().bytes)},
            {"max_supply", decimal(network.max_supply().units())}};
}

json::array compacts() {
    json::array out;
    for (const std::uint32_t bits :
         {0x01010000U, 0x01ff0000U, 0x02010000U, 0x02800100U, 0x03800000U, 0x03ffffffU, 0x04123456U,
          0x1e080000U, 0x1f7fffffU, 0x20800000U, 0x20ffffffU, 0x00000000U, 0x00010000U, 0x01000000U,
          0x01000001U, 0x01010100U, 0x02010001U, 0x0300ffffU, 0x2000ffffU, 0x21010000U, 0xff123456U}) {
        const auto target = consensus::expand(CompactTarget{bits});
        json::object entry{{"compact", compact_text(CompactTarget{bits})}};
        entry["target"] = target ? json::value(wide(*target)) : json::value(nullptr);
        if (target) entry["work"] = wide(consensus::work_of(*target));
        out.push_back(std::move(entry));
    }
    return out;
}

json::array floored() {
    json::array out;
    Prng random(7);
    for (unsigned bits = 1; bits <= 256; bits += 5) {
        Hash256 raw;
        random.fill(raw);
        const Uint256 target = (Uint256::from_big_endian(raw) >> (256 - bits)) + Uint256(bits == 1 ? 1 : 0);
        const Uint256 at_least_one = target.is_zero() ? Uint256(1) : target;
        out.push_back(json::object{{"target", wide(at_least_one)},
                                   {"compact", compact_text(consensus::compact(at_least_one))},
                                   {"work", wide(consensus::work_of(at_least_one))}});
    }
    return out;
}

json::object asert(const Parameters& p, std::uint32_t parent, std::uint64_t counted) {
    return {{"interval_ms", decimal(p.interval_ms)},
            {"half_life_ms", decimal(p.half_life_ms)},
            {"initial_target", compact_text(p.initial_target)},
            {"limit", compact_text(p.limit)},
            {"parent_height", parent},
            {"parent_counted_ms", decimal(counted)},
            {"exact", wide(consensus::next_target_exact(p, Height{parent}, counted))},
            {"target", compact_text(consensus::next_target(p, Height{parent}, counted))}};
}

json::array asert_vectors() {
    json::array out;
    Parameters small; // the seven of the description; the last as 200 blocks in no time
    small.interval_ms = 15;
    small.half_life_ms = 900;
    small.initial_target = consensus::compact(Uint256(1) << 220);
    small.limit = CompactTarget{0x20ffffff};
    for (const auto& [counted, parent] : {std::pair{0U, 0U},
                                          {2400U, 100U},
                                          {600U, 100U},
                                          {1950U, 100U},
                                          {1499U, 100U},
                                          {1501U, 100U},
                                          {0U, 200U}})
        out.push_back(asert(small, parent, counted));
    for (const auto& [counted, parent] : {std::pair{31'499U, 0U},
                                          {31'500U, 0U},
                                          {32'400U, 0U},
                                          {230'400U, 0U},
                                          {0U, 13'140U},
                                          {0U, 13'200U},
                                          {0U, 13'260U},
                                          {0U, 15'420U}})
        out.push_back(asert(small, parent, counted));
    const Parameters main = consensus::main_network().parameters();
    Prng random(8);
    for (const std::uint32_t parent : {0U, 1U, 60U, 1'000U, 100'000U, 2'000'000'000U, UINT32_MAX}) {
        out.push_back(asert(main, parent, 0));
        out.push_back(asert(main, parent, std::uint64_t{parent} * main.half_life_ms));
        const std::uint64_t schedule = std::uint64_t{parent} * main.interval_ms;
        out.push_back(asert(main, parent, schedule - random.below(schedule / 2 + 1)));
        if (parent != 0) // the clamp at the limit would hide what lies beyond
            out.push_back(asert(main, parent, schedule - std::min(schedule, random.below(9'000'000))));
    }
    out.push_back(asert(consensus::dev_network().parameters(), 1'000, 77));
    return out;
}

json::array trees() {
    json::array out;
    for (std::size_t count = 0; count <= 17; ++count) {
        json::array leaves;
        std::vector<Hash256> hashed;
        for (std::size_t i = 0; i < count; ++i) {
            const Bytes leaf(i, static_cast<Byte>(i));
            leaves.push_back(hex(leaf));
            hashed.push_back(consensus::merkle_leaf(leaf));
        }
        out.push_back(json::object{{"leaves", leaves}, {"root", hex(consensus::merkle_root(hashed))}});
    }
    return out;
}

json::array subsidies() {
    json::array out;
    for (const Parameters& p : {consensus::main_network().parameters(), club()})
        for (const std::uint32_t height :
             {0U, 1U, 3U, 4U, 7U, 8U, 255U, 256U, 2'102'399U, 2'102'400U, UINT32_MAX})
            out.push_back(json::object{{"network", p.name},
                                       {"height", height},
                                       {"subsidy", decimal(consensus::subsidy_at(p, Height{height}).units())},
                                       {"issued", decimal(consensus::issued_at(p, Height{height}).units())}});
    return out;
}

/// Collects blocks that the ledger refuses, each with the error that it must give.
class Refusals {
  public:
    explicit Refusals(const Ledger& ledger) : ledger_(ledger) {}

    void add(const char* name, const Block& block, RuleCode code, std::uint32_t index = 0) {
        const auto error = ledger_.check(block);
        if (error != consensus::RuleError{code, index})
            throw std::logic_error(std::string(name) + ": " + (error ? name_of(error->code) : "valid"));
        list_.push_back(json::object{{"name", name},
                                     {"block", hex(encode(block))},
                                     {"error", consensus::name_of(code)},
                                     {"rule", error->rule()},
                                     {"index", index}});
    }
    /// The good block after a change, mined again.
    template <typename Change> void change(const char* name, RuleCode code, Change change) {
        Block block = good();
        change(block.head.header);
        mine(block);
        add(name, block, code);
    }
    void with(const char* name, std::vector<Transaction> txs, RuleCode code, std::uint32_t index) {
        add(name, ledger_.next(std::move(txs), address_of(3)), code, index);
    }
    Block good() const { return ledger_.next({pay(0, nonce(0), address_of(4), coins(1))}, address_of(3)); }
    Transaction pay(std::uint64_t key, std::uint64_t n, const crypto::Address& to, Amount amount,
                    Amount fee = units(10)) const {
        return transfer(ledger_.network(), key_of(key), n, to, amount, fee);
    }
    std::uint64_t nonce(std::uint64_t key) const {
        const auto number = ledger_.accounts().find(address_of(key));
        return number ? ledger_.accounts().at(*number).nonce.value : 0;
    }
    json::array take() { return std::move(list_); }

  private:
    const Ledger& ledger_;
    json::array list_;
};

void add_header_refusals(Refusals& to, const Ledger& ledger) {
    to.change("version 2", RuleCode::header_version, [](Header& h) { h.version = 2; });
    to.change("the parent's height", RuleCode::height, [](Header& h) { --h.height.value; });
    to.change("the parent's time", RuleCode::time_not_after_parent,
              [&](Header& h) { h.time = ledger.tip().time; });
    to.change("the easiest target", RuleCode::target,
              [&](Header& h) { h.target = ledger.network().parameters().limit; });
    Block unmined = to.good();
    while (!ledger.check(unmined)) ++std::get<WorkSeal>(unmined.head.seal).nonce;
    to.add("an id above the target", unmined, RuleCode::work_missing);
    to.change("another root of transactions", RuleCode::tx_root, [](Header& h) { h.tx_root[0] ^= 1; });
    to.change("another producer", RuleCode::state_root, [](Header& h) { h.producer = address_of(5); });
    to.change("another root of accounts", RuleCode::state_root, [](Header& h) { h.state_root[31] ^= 1; });
    to.change("another root of ids", RuleCode::history_root, [](Header& h) { h.history_root[31] ^= 1; });
}

void add_body_refusals(Refusals& to, const Ledger& ledger) {
    const std::uint64_t n = to.nonce(0);
    const auto known = address_of(1);
    const auto sent = [&](std::uint64_t offset) { return to.pay(0, n + offset, known, coins(1)); };
    to.with("five transactions", {sent(0), sent(1), sent(2), sent(3), sent(4)},
            RuleCode::too_many_transactions, 0);
    const Bytes large(1'900);
    to.with("2,049 bytes or more", {document(ledger.network(), key_of(0), n, "", large)},
            RuleCode::block_too_large, 0);
    to.with("one transaction twice", {sent(0), sent(1), sent(0)}, RuleCode::duplicate_transaction, 2);
    TxFields expired = fields_of(ledger.network(), key_of(0), n + 1, Transfer{{{known, coins(1), ""}}});
    expired.expiry = ledger.tip().height.value;
    to.with("the second expired", {sent(0), sign(expired, ledger.network().id(), key_of(0))},
            RuleCode::tx_expired, 1);
    to.with("signed by another", {sent(0), sign(sent(1).fields(), ledger.network().id(), key_of(1))},
            RuleCode::signature, 1);
    to.with("signed for another network", {sign(sent(0).fields(), consensus::main_network().id(), key_of(0))},
            RuleCode::signature, 0);
    to.with("two wrong signatures and a nonce",
            {sent(3), Transaction(sent(0).fields(), {}), Transaction(sent(1).fields(), {})},
            RuleCode::signature, 1);
    to.with("a sender without account", {sent(0), to.pay(40, 0, known, coins(1))}, RuleCode::unknown_sender,
            1);
    to.with("a nonce too high", {sent(0), sent(2)}, RuleCode::nonce, 1);
    to.with("a payment of an earlier block", {to.pay(0, n - 1, known, coins(1))}, RuleCode::nonce, 0);
    to.with("more than is owned", {to.pay(1, to.nonce(1), address_of(0), coins(1'200))},
            RuleCode::insufficient_funds, 0);
    to.with("to oneself, without the fee",
            {to.pay(2, to.nonce(2), address_of(2), ledger.accounts().balance(address_of(2)), units(1))},
            RuleCode::insufficient_funds, 0);
    to.with("a new account too small", {sent(0), to.pay(0, n + 1, address_of(41), units(99'999))},
            RuleCode::new_account_too_small, 1);
}

json::object chain() {
    Ledger ledger(network_of(club()));
    const Network& network = ledger.network();
    Prng random(9);
    const auto push = [&](std::vector<Transaction> txs, std::uint64_t producer, std::uint64_t step_ms) {
        if (const auto error = ledger.push(ledger.next(std::move(txs), address_of(producer), step_ms)))
            throw std::logic_error(name_of(error->code));
    };
    push({}, 3, 1);
    push({transfer(network, key_of(0), 0, address_of(0), coins(1), units(7)),
          transfer(network, key_of(0), 1,
                   {{address_of(4), units(100'000), "opens"},
                    {address_of(4), units(1), "adds"},
                    {address_of(2), coins(1), "caf\xc3\xa9"}})},
         3, 60'000);
    push({document(network, key_of(1), 0, "deed", as_bytes("stone"), units(3)),
          transfer(network, key_of(4), 0, address_of(1), units(100'001)), // spends all it has
          transfer(network, key_of(3), 0, address_of(6), coins(40))},
         4, 3'000);
    push({transfer(network, key_of(6), 0, address_of(4), coins(40))}, 8, 86'400'000);
    for (int i = 0; i < 6; ++i) push({}, 3, 1 + random.below(5'000));

    json::array blocks;
    for (const Block& block : ledger.blocks())
        blocks.push_back(
            json::object{{"block", hex(encode(block))}, {"id", hex(block_id(block.head).bytes)}});
    json::array accounts;
    for (const Account& account : ledger.accounts().all()) accounts.push_back(hex(encode(account)));
    Refusals refusals(ledger);
    add_header_refusals(refusals, ledger);
    add_body_refusals(refusals, ledger);
    return {{"network", "club"},
            {"blocks", blocks},
            {"accounts", accounts},
            {"work", wide(ledger.tip().work)},
            {"counted_ms", decimal(ledger.tip().counted_ms)},
            {"next_valid", hex(encode(refusals.good()))},
            {"next_refused", refusals.take()}};
}

} // namespace

json::object consensus_vectors() {
    return {{"about",
             "Networks, difficulty and a chain; made by cairn_vectors, checked by check_vectors.py. The "
             "accounts, work and counted time of the chain are those after its last block, which is the "
             "parent of next_valid and of each of next_refused."},
            {"networks", json::array{describe(consensus::main_network().parameters()),
                                     describe(consensus::dev_network().parameters()), describe(club())}},
            {"compact", compacts()},
            {"floored", floored()},
            {"asert", asert_vectors()},
            {"trees", trees()},
            {"subsidies", subsidies()},
            {"chain", chain()}};
}

} // namespace cairn::test
