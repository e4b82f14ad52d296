// Verification by rule 8 of the consensus rules: RFC 8032, 5.1.7, in its cofactored form, with the strictness
// that Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020, recommend for agreement between
// implementations: canonical encodings, and no small-order points.
#include <crypto/ed25519.hpp>
#include <crypto/ed25519/point.hpp>
#include <crypto/hash.hpp>

#include <algorithm>

namespace cairn::crypto {
namespace {

std::optional<ed25519::Point> acceptable_point(const ByteArray<32>& bytes) {
    auto point = ed25519::decode(bytes);
    if (point && ed25519::is_small_order(*point)) point.reset();
    return point;
}

} // namespace

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    const ByteView s_bytes = ByteView(signature.bytes).last(32);
    ByteArray<32> r_bytes;
    std::copy_n(signature.bytes.begin(), r_bytes.size(), r_bytes.begin());

    const auto s = ed25519::scalar_from_bytes(s_bytes);
    if (!s) return false;
    const auto a = acceptable_point(key.bytes);
    if (!a) return false;
    const auto r = acceptable_point(r_bytes);
    if (!r) return false;

    const auto h = ed25519::scalar_from_hash(sha512({r_bytes, key.bytes, message}));
    // 8·S·B = 8·R + 8·h·A where S·B - h·A and R differ by a point that 8 takes to the identity.
    return ed25519::is_small_order(ed25519::multiply_add(h, -*a, *s) - *r);
}

bool is_acceptable_key(const PublicKey& key) { return acceptable_point(key.bytes).has_value(); }

} // namespace cairn::crypto
