#include <crypto/ed25519/field.hpp>

namespace cairn::crypto::ed25519 {
namespace {

Field squared_times(Field a, int times) {
    for (int i = 0; i < times; ++i) a = square(a);
    return a;
}

/// What both powers below start with.
struct Powers {
    Field a11;     ///< a^11
    Field ones250; ///< a^(2^250 - 1)
};

/// The addition chain of Bernstein, "Curve25519: new Diffie-Hellman speed records", 2006: 249 squarings, 10
/// products. `onesN` is a to the number of N one bits.
Powers powers_of(const Field& a) {
    const Field a2 = square(a);
    const Field a9 = squared_times(a2, 2) * a;
    const Field a11 = a9 * a2;
    const Field ones5 = square(a11) * a9;
    const Field ones10 = squared_times(ones5, 5) * ones5;
    const Field ones20 = squared_times(ones10, 10) * ones10;
    const Field ones40 = squared_times(ones20, 20) * ones20;
    const Field ones50 = squared_times(ones40, 10) * ones10;
    const Field ones100 = squared_times(ones50, 50) * ones50;
    const Field ones200 = squared_times(ones100, 100) * ones100;
    const Field ones250 = squared_times(ones200, 50) * ones50;
    return {a11, ones250};
}

} // namespace

std::optional<Field> from_bytes(const ByteArray<32>& bytes) {
    const auto word = [&](std::size_t at) { return load_le<std::uint64_t>(bytes.data() + at); };
    // The words overlap: limb i starts at bit 51·i.
    const Field a{{word(0) & limb_mask, word(6) >> 3 & limb_mask, word(12) >> 6 & limb_mask,
                   word(19) >> 1 & limb_mask, word(24) >> 12 & limb_mask}};
    ByteArray<32> canonical = to_bytes(a);
    canonical[31] = static_cast<Byte>(canonical[31] | (bytes[31] & 0x80));
    if (canonical != bytes) return std::nullopt;
    return a;
}

ByteArray<32> to_bytes(const Field& a) {
    auto [r0, r1, r2, r3, r4] = carried(a.limb[0], a.limb[1], a.limb[2], a.limb[3], a.limb[4]).limb;
    // The value is below 2p now. It is p or more where adding 19 carries out of bit 255: the last carry of
    // that addition, 1 or 0, says whether p is to be taken away - which is adding 19 and dropping bit 255.
    std::uint64_t carry = (r0 + 19) >> 51;
    carry = (r1 + carry) >> 51;
    carry = (r2 + carry) >> 51;
    carry = (r3 + carry) >> 51;
    carry = (r4 + carry) >> 51;
    r0 += 19 * carry;
    r1 += r0 >> 51;
    r2 += r1 >> 51;
    r3 += r2 >> 51;
    r4 += r3 >> 51;
    r0 &= limb_mask;
    r1 &= limb_mask;
    r2 &= limb_mask;
    r3 &= limb_mask;
    r4 &= limb_mask;
    ByteArray<32> out;
    store_le(out.data(), r0 | r1 << 51);
    store_le(out.data() + 8, r1 >> 13 | r2 << 38);
    store_le(out.data() + 16, r2 >> 26 | r3 << 25);
    store_le(out.data() + 24, r3 >> 39 | r4 << 12);
    return out;
}

bool is_zero(const Field& a) { return to_bytes(a) == ByteArray<32>{}; }
bool equal(const Field& a, const Field& b) { return to_bytes(a) == to_bytes(b); }
bool is_negative(const Field& a) { return (to_bytes(a)[0] & 1) != 0; }

Field inverse(const Field& a) {
    const Powers powers = powers_of(a);
    return squared_times(powers.ones250, 5) * powers.a11; // 2^255 - 32 + 11 = p - 2
}

Field root_power(const Field& a) {
    return squared_times(powers_of(a).ones250, 2) * a; // 2^252 - 4 + 1 = (p - 5) / 8
}

} // namespace cairn::crypto::ed25519
