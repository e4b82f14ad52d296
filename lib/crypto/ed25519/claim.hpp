// The equation of rule 8, of one signature: what single verification asks, and what is left of a batch in the
// end.
#pragma once

#include <crypto/ed25519.hpp>
#include <crypto/ed25519/point.hpp>

namespace cairn::crypto::ed25519 {

/// 8·S·B = 8·R + 8·h·A.
struct Claim {
    Scalar s;
    Scalar h;
    Point r;
    Point a;
};

bool holds(const Claim& claim, Form form = best_form());

/// R and S as they stand in a signature.
ByteArray<32> r_bytes(const Signature& signature);
std::optional<Scalar> s_of(const Signature& signature);
/// h = SHA-512(R ‖ A ‖ M) mod L.
Scalar h_of(const PublicKey& key, ByteView message, const Signature& signature);

} // namespace cairn::crypto::ed25519
