// Rule 8 in batches: the verdict is that of one after the other.
#include "catch.hpp"
#include "support/builders.hpp"
#include <consensus/signatures.hpp>

using namespace cairn;
using namespace cairn::test;
using namespace cairn::consensus;

namespace {

std::vector<Transaction> some(const Network& network, std::uint32_t count) {
    std::vector<Transaction> txs;
    txs.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i)
        txs.push_back(transfer(network, key_of(i % 5), i, address_of(9), units(5), units(1)));
    return txs;
}

void forge(Transaction& tx) {
    Bytes raw = encode(tx);
    raw[raw.size() - 60] ^= 1; // within the signature
    tx = decode_transaction(raw).value();
}

} // namespace

TEST_CASE("signatures in batches: the first offender is check_signatures'", "[consensus]") {
    const auto network = dev_network();
    SignatureBatches batches(network, {}, 8);
    CHECK_FALSE(batches.check({}));
    auto txs = some(network, 2'100);
    CHECK_FALSE(batches.check(txs));
    for (const std::uint32_t bad : {2'099U, 1'024U, 1'023U, 600U, 0U}) {
        forge(txs[bad]);
        CHECK(batches.check(txs) == RuleError{RuleCode::signature, bad});
        CHECK(check_signatures(network, std::span(txs).subspan(bad)) == RuleError{RuleCode::signature, 0});
    }
}

TEST_CASE("signatures in batches: all offenders are found, wherever they stand", "[consensus]") {
    const auto network = dev_network();
    SignatureBatches batches(network, {}, 8);
    auto txs = some(network, 1'500);
    std::vector<const Transaction*> places;
    places.reserve(txs.size());
    for (const Transaction& tx : txs) places.push_back(&tx);
    CHECK(batches.find_refused(places).empty());
    const std::vector<std::size_t> bad{3, 4, 1'023, 1'024, 1'499};
    for (const std::size_t i : bad) forge(txs[i]);
    CHECK(batches.find_refused(places) == bad);
}
