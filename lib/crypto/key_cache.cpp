// The cache of decoded keys.
#include <crypto/batch.hpp>
#include <crypto/ed25519/point.hpp>

#include <algorithm>

namespace cairn::crypto {
namespace {

constexpr std::size_t ways = 4; ///< slots that a key may stand in

} // namespace

struct KeyCache::Slot {
    PublicKey key;
    ed25519::Point point;
    std::uint64_t used = 0; ///< when it was asked for last; 0: empty
};

KeyCache::KeyCache(std::size_t keys) : slots_(std::max<std::size_t>(1, (keys + ways - 1) / ways) * ways) {}
KeyCache::~KeyCache() = default;
KeyCache::KeyCache(KeyCache&&) noexcept = default;
KeyCache& KeyCache::operator=(KeyCache&&) noexcept = default;

std::size_t KeyCache::capacity() const { return slots_.size(); }

const ed25519::Point* KeyCache::find(const PublicKey& key) {
    for (Slot& slot : set_of(key)) {
        if (slot.used == 0 || slot.key != key) continue;
        slot.used = ++now_;
        return &slot.point;
    }
    return nullptr;
}

void KeyCache::insert(const PublicKey& key, const ed25519::Point& point) {
    const auto set = set_of(key);
    const auto oldest = std::min_element(set.begin(), set.end(),
                                         [](const Slot& a, const Slot& b) { return a.used < b.used; });
    *oldest = {key, point, ++now_};
}

// Any eight bytes of a key will do: they are as good as random unless somebody picks them.
std::span<KeyCache::Slot> KeyCache::set_of(const PublicKey& key) {
    const std::uint64_t set = load_le<std::uint64_t>(key.bytes.data()) % (slots_.size() / ways);
    return std::span(slots_).subspan(static_cast<std::size_t>(set) * ways, ways);
}

} // namespace cairn::crypto
