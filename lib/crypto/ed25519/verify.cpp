// Verification by rule 8 of the consensus rules: RFC 8032, 5.1.7, in its cofactored form, with the strictness
// that Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020, recommend for agreement between
// implementations: canonical encodings, and no small-order points.
#include <crypto/ed25519.hpp>
#include <crypto/ed25519/claim.hpp>
#include <crypto/ed25519/multi_scalar.hpp>
#include <crypto/hash.hpp>

#include <algorithm>

namespace cairn::crypto {
namespace ed25519 {

bool holds(const Claim& claim, Form form) {
    // S·B and R + h·A differ by a point that 8 takes to the identity.
    const Term term{claim.h, claim.a};
    return is_small_order(straus(-claim.s, {&term, 1}, form) + claim.r);
}

ByteArray<32> r_bytes(const Signature& signature) {
    ByteArray<32> out;
    std::copy_n(signature.bytes.begin(), out.size(), out.begin());
    return out;
}

std::optional<Scalar> s_of(const Signature& signature) {
    return scalar_from_bytes(ByteView(signature.bytes).last(32));
}

Scalar h_of(const PublicKey& key, ByteView message, const Signature& signature) {
    return scalar_from_hash(sha512({ByteView(signature.bytes).first(32), key.bytes, message}));
}

} // namespace ed25519

namespace {

std::optional<ed25519::Point> acceptable_point(const ByteArray<32>& bytes) {
    if (ed25519::encodes_small_order(bytes)) return std::nullopt;
    return ed25519::decode(bytes);
}

} // namespace

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    const auto s = ed25519::s_of(signature);
    if (!s) return false;
    const auto a = acceptable_point(key.bytes);
    if (!a) return false;
    const auto r = acceptable_point(ed25519::r_bytes(signature));
    if (!r) return false;
    return ed25519::holds({*s, ed25519::h_of(key, message, signature), *r, *a});
}

bool is_acceptable_key(const PublicKey& key) { return acceptable_point(key.bytes).has_value(); }

} // namespace cairn::crypto
