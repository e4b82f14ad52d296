#include "catch.hpp"
#include <chain/account_table.hpp>
#include <store/index.hpp>
#include <store/key_value.hpp>

#include <algorithm>

using namespace cairn;
using chain::AccountTable;
using consensus::StateChange;

namespace {

crypto::Address address_of(std::uint8_t which) {
    crypto::Address out;
    out.bytes.fill(which);
    return out;
}

StateChange::Record account(std::uint32_t number, std::uint8_t whose) {
    return {AccountNumber{number}, Account{address_of(whose), Amount::from_units(whose), {}, {}}};
}

} // namespace

TEST_CASE("accounts that an undo removed are found no more, and again under other numbers", "[chain]") {
    store::MemoryKeyValue kv;
    const store::Index index(kv, BlockId{});
    AccountTable table(index, ByteArray<16>{}, 100);
    table.apply({3, {account(0, 1), account(1, 2), account(2, 3)}});
    CHECK(table.find(address_of(3)) == AccountNumber{2});
    table.apply({1, {}}); // taken back
    CHECK_FALSE(table.find(address_of(2)));
    CHECK_FALSE(table.find(address_of(3)));
    table.apply({2, {account(1, 3)}}); // the other comes first now
    CHECK(table.find(address_of(3)) == AccountNumber{1});
    CHECK_FALSE(table.find(address_of(2)));
    table.apply({3, {account(2, 2)}});
    CHECK(table.find(address_of(2)) == AccountNumber{2});
    CHECK(table.find(address_of(3)) == AccountNumber{1});
    CHECK(table.find(address_of(1)) == AccountNumber{0});
    CHECK(table.at(AccountNumber{2}).address == address_of(2));
}

TEST_CASE("accounts looked up together are those looked up one by one, in memory or not", "[chain]") {
    store::MemoryKeyValue kv;
    store::Index index(kv, BlockId{});
    {
        AccountTable table(index, ByteArray<16>{}, 100);
        StateChange first{90, {}};
        for (std::uint8_t i = 0; i < 90; ++i) first.records.push_back(account(i, i));
        table.apply(first);
        store::Changes changes;
        changes.checkpoint.accounts = table.count();
        table.collect(changes);
        index.commit(changes);
    }
    std::vector<crypto::Address> asked;
    for (std::uint8_t i = 0; i < 100; ++i) asked.push_back(address_of(i));
    for (const std::size_t held : {1U, 7U, 50U, 1'000U}) { // what is read puts out what was
        AccountTable table(index, ByteArray<16>{}, held);
        AccountTable other(index, ByteArray<16>{}, 1'000);
        const StateChange change{92, {account(3, 3), account(90, 90), account(91, 95)}};
        table.apply(change);
        other.apply(change);
        for (const std::size_t from : {40U, 0U, 0U}) {
            const auto some = std::span<const crypto::Address>(asked).subspan(from);
            std::vector<std::optional<StateChange::Record>> found(some.size());
            table.look_up_all(some, found);
            for (std::size_t i = 0; i < some.size(); ++i) REQUIRE(found[i] == other.look_up(some[i]));
            CHECK(std::count(found.begin(), found.end(), std::nullopt) == 8);
        }
    }
}
