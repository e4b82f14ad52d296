// Square roots of many ratios, which is nearly all that decoding points costs.
#pragma once

#include <crypto/ed25519/field.hpp>
#include <crypto/form.hpp>

#include <span>
#include <vector>

namespace cairn::crypto::ed25519 {

/// u/v, of tight values.
struct Ratio {
    Field u;
    Field v;
};

/// For each (u·v³)·(u·v⁷)^((p-5)/8): a root of the ratio, or sqrt(-1) times one, if there is a root at all
/// (RFC 8032, 5.1.3, step 2). Tight.
std::vector<Field> root_candidates(std::span<const Ratio> ratios, Form form);

namespace avx2 {
/// Of eight.
void root_candidates(std::span<const Ratio, 8> ratios, std::span<Field, 8> roots);
} // namespace avx2

} // namespace cairn::crypto::ed25519
