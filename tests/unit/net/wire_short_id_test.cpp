#include "catch.hpp"
#include "support/messages.hpp"
#include <wire/short_id.hpp>

#include <numeric>

using namespace cairn;
using namespace cairn::net;

namespace {

SealedHeader example() {
    SealedHeader out;
    out.header.parent.bytes.fill(1);
    out.header.height.value = 7;
    out.header.time.unix_ms = 1'000;
    out.header.producer.bytes.fill(2);
    out.header.tx_count = 3;
    out.header.tx_root.fill(3);
    out.header.state_root.fill(4);
    out.header.history_root.fill(5);
    out.header.target.bits = 0x20ffffff;
    out.seal = WorkSeal{9};
    return out;
}

constexpr std::uint64_t salt = 0x0123456789abcdef;

} // namespace

// The figures of docs/PROTOCOL.md, computed there by another implementation (Python, hashlib).
TEST_CASE("short ids are those of the example", "[wire]") {
    const ShortIdKey key = short_id_key(example(), salt);
    CHECK(to_hex(key.bytes) == "e6c4ad9d1a24095d598d21f64671fc5a");
    WitnessId id;
    CHECK(to_hex(short_id(key, id)) == "fa15bc3ccb03");
    std::iota(id.bytes.begin(), id.bytes.end(), Byte{0});
    CHECK(to_hex(short_id(key, id)) == "e3dc1d1c187e");
    id.bytes.fill(0xff);
    CHECK(to_hex(short_id(key, id)) == "95afdc71576b");
    CHECK(short_number(key, id) == 0x6b57'71dc'af95);
}

TEST_CASE("the key of short ids depends on header, seal and salt", "[wire]") {
    const ShortIdKey key = short_id_key(example(), salt);
    CHECK_FALSE(short_id_key(example(), salt + 1) == key);
    SealedHeader other = example();
    other.seal = WorkSeal{10};
    CHECK_FALSE(short_id_key(other, salt) == key);
    other = example();
    other.header.height.value = 8;
    CHECK_FALSE(short_id_key(other, salt) == key);
}
