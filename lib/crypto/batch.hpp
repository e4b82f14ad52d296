// Verification of many signatures at once: one equation for all of them, where single verification has one
// for each, and the same answers. Safe from any thread; a KeyCache belongs to one thread at a time.
#pragma once

#include <crypto/ed25519.hpp>
#include <crypto/form.hpp>
#include <crypto/hash.hpp>

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace cairn::crypto {

namespace ed25519 {
struct Point;
}

/// What one signature claims. The message stays with its owner.
struct Signed {
    PublicKey key;
    ByteView message;
    Signature signature;
};

/// Secret of the process, from SystemRandom: whoever does not know it cannot aim at the coefficients of a
/// batch.
struct BatchSeed {
    ByteArray<32> bytes{};
    static BatchSeed drawn(Random& random) {
        BatchSeed seed;
        random.fill(seed.bytes);
        return seed;
    }
};

/// Decoded public keys, so that those that come again and again are decoded once. It holds acceptable keys
/// only and never grows: a set-associative table, as processors have. Whoever picks keys that meet in one set
/// has them decoded anew each time, which is what they cost without a cache.
class KeyCache {
  public:
    /// Of at most so many keys, 208 bytes each, rounded up to whole sets of four.
    explicit KeyCache(std::size_t keys);
    ~KeyCache();
    KeyCache(KeyCache&&) noexcept;
    KeyCache& operator=(KeyCache&&) noexcept;

    std::size_t capacity() const;

    /// nullptr where it is not held; valid until the next insert().
    const ed25519::Point* find(const PublicKey& key);
    /// Takes the place of the one in its set that was asked for longest ago.
    void insert(const PublicKey& key, const ed25519::Point& point);

  private:
    struct Slot;
    std::span<Slot> set_of(const PublicKey& key);

    std::vector<Slot> slots_;
    std::uint64_t now_ = 0; ///< counts uses
};

/// The indices, ascending, of the signatures that `verify` refuses; where there are more than `most`, the
/// first `most` of them. A wrong signature is overlooked with a probability of 2^-128; a right one is never
/// refused. Costs a third to a half of single verification from some hundred signatures on. With wrong ones
/// among them, the first of them is found for the same again, all for at most log2(n) times the same.
std::vector<std::size_t> find_refused(std::span<const Signed> batch, const BatchSeed& seed, KeyCache& cache,
                                      std::size_t most = std::numeric_limits<std::size_t>::max(),
                                      Form form = best_form());

} // namespace cairn::crypto
