// What a block touches, against maps that are plainly right.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/memory_accounts.hpp"
#include <base/random.hpp>
#include <consensus/touched_accounts.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace cairn;
using namespace cairn::test;
using consensus::Mentions;
using consensus::TouchedAccounts;

namespace {

/// Half of them share their first bytes, as those that somebody picked.
crypto::Address some_address(Random& random) {
    crypto::Address out;
    const bool picked = random.below(2) == 0;
    for (std::size_t i = picked ? 19 : 0; i < out.bytes.size(); ++i)
        out.bytes[i] = static_cast<Byte>(random.below(256));
    return out;
}

} // namespace

TEST_CASE("the mentions of a block are its addresses in order, each once", "[consensus][property]") {
    Prng random(5);
    for (int round = 0; round < 30; ++round) {
        Block block;
        block.head.header.producer = some_address(random);
        std::vector<crypto::Address> mentioned;
        for (std::uint64_t txs = random.below(200); txs > 0; --txs) {
            TxFields fields;
            random.fill(fields.sender.bytes);
            Transfer transfer;
            for (std::uint64_t outputs = 1 + random.below(4); outputs > 0; --outputs)
                transfer.outputs.push_back({some_address(random), units(1), {}});
            fields.body = transfer;
            const Transaction& tx = block.transactions.emplace_back(fields, crypto::Signature{});
            mentioned.push_back(tx.sender());
            for (const Output& output : transfer.outputs) mentioned.push_back(output.to);
        }
        mentioned.push_back(block.header().producer);

        const Mentions mentions(block);
        const std::set<crypto::Address> distinct(mentioned.begin(), mentioned.end());
        REQUIRE(mentions.addresses.size() == distinct.size());
        std::size_t at = 0;
        for (const auto& address : distinct) REQUIRE(mentions.addresses[at++] == address);
        REQUIRE(mentions.places.size() == mentioned.size());
        for (std::size_t i = 0; i < mentioned.size(); ++i)
            REQUIRE(mentions.addresses[mentions.places[i]] == mentioned[i]);
    }
}

TEST_CASE("accounts taken together are those taken one by one, and the changed ones come by number",
          "[consensus][property]") {
    Prng random(6);
    for (int round = 0; round < 30; ++round) {
        MemoryAccounts view;
        std::set<crypto::Address> addresses;
        const std::size_t count = random.below(1'000);
        while (addresses.size() < count) addresses.insert(some_address(random));
        std::vector<crypto::Address> asked;
        std::vector<consensus::StateChange::Record> there;
        for (const auto& address : addresses) {
            if (random.below(4) != 0)
                there.push_back({AccountNumber{static_cast<std::uint32_t>(there.size())},
                                 Account{address, units(1'000), {}, {}}});
            if (random.below(2) == 0) asked.push_back(address);
        }
        std::shuffle(there.begin(), there.end(), std::mt19937(random.below(1'000)));
        for (std::uint32_t i = 0; i < there.size(); ++i) there[i].number = AccountNumber{i};
        view.apply({static_cast<std::uint32_t>(there.size()), there});

        TouchedAccounts together(view);
        TouchedAccounts apart(view);
        together.take_all(asked);
        std::map<AccountNumber, Account> changed;
        for (TouchedAccounts::Slot slot = 0; slot < asked.size(); ++slot) {
            REQUIRE(apart.take(asked[slot]) == slot);
            REQUIRE(together.exists(slot) == apart.exists(slot));
            if (!together.exists(slot)) {
                if (random.below(2) == 0) continue;
                together.create(slot);
            } else {
                REQUIRE(together.number(slot) == apart.number(slot));
                REQUIRE(together.at(slot) == apart.at(slot));
                if (random.below(2) == 0) continue; // not changed
            }
            together.at(slot).balance = units(random.below(1'000));
            changed[together.number(slot)] = together.at(slot);
        }
        const auto records = together.records();
        REQUIRE(records.size() == changed.size());
        std::size_t at = 0;
        for (const auto& [number, account] : changed) {
            REQUIRE(records[at].number == number);
            REQUIRE(records[at++].account == account);
        }
        REQUIRE(together.count() == view.count() + together.created());
    }
}
