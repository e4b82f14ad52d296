#include <crypto/secret.hpp>
namespace cairn::crypto {
void wipe(std::span<Byte> bytes) {
    volatile Byte* p = bytes.data();
    for (std::size_t i = 0; i < bytes.size(); ++i) p[i] = 0;
}
SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        wipe(bytes_);
        bytes_ = std::move(other.bytes_);
        other.bytes_.clear();
    }
    return *this;
}
void SecretBytes::append(ByteView tail) {
    Bytes grown;
    grown.reserve(bytes_.size() + tail.size());
    grown.insert(grown.end(), bytes_.begin(), bytes_.end());
    grown.insert(grown.end(), tail.begin(), tail.end());
    wipe(bytes_);
    bytes_ = std::move(grown);
}
} // namespace cairn::crypto
