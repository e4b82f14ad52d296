#include "catch.hpp"
#include <chain/account_table.hpp>
#include <store/index.hpp>
#include <store/key_value.hpp>

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
