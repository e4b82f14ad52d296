#include "table.hpp"
#include <crypto/siphash.hpp>

#include <numeric>

using namespace cairn;
using namespace cairn::crypto;
using namespace cairn::test;

TEST_CASE("SipHash-2-4: the vectors of its authors", "[crypto]") {
    ByteArray<16> key;
    std::iota(key.begin(), key.end(), Byte{0});
    const std::vector<Row> rows = read_table("siphash.txt");
    REQUIRE(rows.size() == 64);
    Bytes message;
    message.reserve(rows.size());
    for (const Row& row : rows) {
        ByteArray<8> hash;
        store_le(hash.data(), siphash24(key, message));
        INFO(message.size() << " bytes");
        CHECK(to_hex(hash) == row.at(0));
        message.push_back(static_cast<Byte>(message.size()));
    }
    CHECK(siphash24(key, ByteView(message).first(15)) == 0xa129ca6149be45e5ULL);
}
