// Verification of many signatures by one equation (Bernstein et al. 2011, section 5; with the cofactor, so
// that it agrees with single verification: Chalkias, Garillot, Nikolaenko 2020, section 5). With random z[i]
// of 128 bits,
//
//     8·Σ z[i]·S[i]·B = 8·Σ z[i]·R[i] + 8·Σ z[i]·h[i]·A[i]
//
// holds for claims that hold each, and for others with probability 2^-128: what they are off by, times 8, are
// points of prime order. Where it fails, halves are asked in turn (Bernstein, Doumen, Lange, Oosterwijk
// 2012), and few are asked one by one.
#include <base/spread_sort.hpp>
#include <crypto/batch.hpp>
#include <crypto/ed25519/claim.hpp>
#include <crypto/ed25519/multi_scalar.hpp>

#include <algorithm>

namespace cairn::crypto {
namespace {

using ed25519::Point;
using ed25519::Scalar;
using ed25519::Term;

/// So many are asked one by one: one equation for them costs the same.
constexpr std::size_t few = 4;

/// A signature whose parts passed: what remains is the equation.
struct Candidate {
    std::size_t index = 0; ///< in the batch as it was given
    Scalar s;
    Scalar h;
    Point r;
    std::size_t key = 0; ///< in Parts::keys
};

struct Parts {
    std::vector<Candidate> candidates; ///< ascending by index
    std::vector<Point> keys;           ///< each once
    std::vector<std::size_t> refused;  ///< ascending
};

/// Each distinct key once, and for each signature which it is.
struct DistinctKeys {
    std::vector<PublicKey> keys;
    std::vector<std::size_t> of;
};

DistinctKeys distinct_keys(std::span<const Signed> batch) {
    using Entry = std::pair<std::uint64_t, std::uint32_t>; // a key's first bytes tell nearly all apart
    std::vector<Entry> entries;
    entries.reserve(batch.size());
    for (std::uint32_t i = 0; i < batch.size(); ++i)
        entries.emplace_back(load_be<std::uint64_t>(batch[i].key.bytes.data()), i);
    const SpreadSorted sorted(
        entries, [](const Entry& entry) { return entry.first; },
        [&](const Entry& a, const Entry& b) {
            return a.first != b.first ? a.first < b.first : batch[a.second].key < batch[b.second].key;
        });
    DistinctKeys out;
    out.keys.reserve(batch.size());
    out.of.resize(batch.size());
    std::uint64_t before = 0;
    for (const auto& [first, index] : sorted.items()) {
        const PublicKey& key = batch[index].key;
        if (out.keys.empty() || first != before || out.keys.back() != key) out.keys.push_back(key);
        before = first;
        out.of[index] = out.keys.size() - 1;
    }
    return out;
}

std::vector<std::optional<Point>> acceptable_points(std::span<const ByteArray<32>> encodings, Form form) {
    auto points = ed25519::decode_many(encodings, form);
    for (std::size_t i = 0; i < points.size(); ++i)
        if (ed25519::encodes_small_order(encodings[i])) points[i].reset();
    return points;
}

/// nullopt where a key is not acceptable.
std::vector<std::optional<Point>> points_of(std::span<const PublicKey> keys, KeyCache& cache, Form form) {
    std::vector<std::optional<Point>> points(keys.size());
    std::vector<ByteArray<32>> encodings;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const Point* known = cache.find(keys[i])) {
            points[i] = *known;
        } else {
            encodings.push_back(keys[i].bytes);
            unknown.push_back(i);
        }
    }
    const auto decoded = acceptable_points(encodings, form);
    for (std::size_t i = 0; i < unknown.size(); ++i) {
        if (!decoded[i]) continue;
        points[unknown[i]] = decoded[i];
        cache.insert(keys[unknown[i]], *decoded[i]);
    }
    return points;
}

/// All that is asked of each signature alone.
Parts parts_of(std::span<const Signed> batch, KeyCache& cache, Form form) {
    const DistinctKeys distinct = distinct_keys(batch);
    const auto keys = points_of(distinct.keys, cache, form);
    std::vector<ByteArray<32>> encodings;
    encodings.reserve(batch.size());
    for (const Signed& one : batch) encodings.push_back(ed25519::r_bytes(one.signature));
    const auto commitments = acceptable_points(encodings, form);

    Parts parts;
    for (const auto& key : keys)
        parts.keys.push_back(key.value_or(ed25519::identity)); // in step with the numbers
    parts.candidates.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto s = ed25519::s_of(batch[i].signature);
        const std::size_t key = distinct.of[i];
        if (!s || !keys[key] || !commitments[i]) {
            parts.refused.push_back(i);
            continue;
        }
        const Scalar h = ed25519::h_of(batch[i].key, batch[i].message, batch[i].signature);
        parts.candidates.push_back({i, *s, h, *commitments[i], key});
    }
    return parts;
}

void update(Sha256& hash, const Scalar& scalar) {
    ByteArray<32> bytes;
    for (std::size_t i = 0; i < scalar.word.size(); ++i) store_le(bytes.data() + 8 * i, scalar.word[i]);
    hash.update(bytes);
}

/// z[i]: 128 bits each of a hash over the seed and all that is claimed (h stands for R, A and the message).
/// So they are fixed only after the signatures are, and unknown to whoever made these.
std::vector<Scalar> coefficients(std::span<const Candidate> claims, const BatchSeed& seed) {
    Sha256 transcript;
    transcript.update(as_bytes("cairn/batch"));
    transcript.update(seed.bytes);
    for (const Candidate& claim : claims) {
        update(transcript, claim.h);
        update(transcript, claim.s);
    }
    ByteArray<40> counted{};
    const Hash256 root = transcript.finish();
    std::copy(root.begin(), root.end(), counted.begin());

    std::vector<Scalar> out(claims.size());
    for (std::size_t i = 0; i < out.size(); i += 2) {
        store_le(counted.data() + root.size(), std::uint64_t{i});
        const Hash256 two = sha256(counted);
        const auto word = [&](std::size_t at) { return load_le<std::uint64_t>(two.data() + 8 * at); };
        out[i] = {{word(0), word(1), 0, 0}};
        if (i + 1 < out.size()) out[i + 1] = {{word(2), word(3), 0, 0}};
    }
    return out;
}

class Search {
  public:
    Search(const Parts& parts, const BatchSeed& seed, std::size_t most, Form form)
        : parts_(parts), seed_(seed), most_(most), form_(form) {}

    /// `known`: that one of them fails has been found out already.
    void among(std::span<const Candidate> claims, bool known) {
        if (found_.size() >= most_ || claims.empty()) return;
        if (claims.size() <= few) return one_by_one(claims);
        if (!known && all_hold(claims)) return;
        const std::size_t before = found_.size();
        const std::size_t half = claims.size() / 2;
        among(claims.first(half), false);
        among(claims.subspan(half), found_.size() == before);
    }

    const std::vector<std::size_t>& found() const { return found_; }

  private:
    void one_by_one(std::span<const Candidate> claims) {
        for (const Candidate& claim : claims)
            if (!ed25519::holds({claim.s, claim.h, claim.r, parts_.keys[claim.key]}, form_))
                found_.push_back(claim.index);
    }

    bool all_hold(std::span<const Candidate> claims) const {
        const auto z = coefficients(claims, seed_);
        std::vector<Term> terms;
        terms.reserve(2 * claims.size());
        std::vector<Scalar> of_key(parts_.keys.size());
        Scalar of_base;
        for (std::size_t i = 0; i < claims.size(); ++i) {
            of_base = of_base + z[i] * claims[i].s;
            of_key[claims[i].key] = of_key[claims[i].key] + z[i] * claims[i].h;
            terms.push_back({z[i], claims[i].r});
        }
        for (std::size_t key = 0; key < of_key.size(); ++key)
            if (of_key[key] != Scalar{}) terms.push_back({of_key[key], parts_.keys[key]});
        return is_small_order(multi_scalar(-of_base, terms, form_));
    }

    const Parts& parts_;
    const BatchSeed& seed_;
    const std::size_t most_;
    const Form form_;
    std::vector<std::size_t> found_; ///< ascending
};

} // namespace

std::vector<std::size_t> find_refused(std::span<const Signed> batch, const BatchSeed& seed, KeyCache& cache,
                                      std::size_t most, Form form) {
    const Parts parts = parts_of(batch, cache, form);
    Search search(parts, seed, most, form);
    search.among(parts.candidates, false);
    std::vector<std::size_t> all;
    std::merge(parts.refused.begin(), parts.refused.end(), search.found().begin(), search.found().end(),
               std::back_inserter(all));
    if (all.size() > most) all.resize(most);
    return all;
}

} // namespace cairn::crypto
