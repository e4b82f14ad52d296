#include <crypto/secret.hpp>

#include <cstring> // explicit_bzero: glibc's, which the compiler may not leave out

namespace cairn::crypto {

void wipe(std::span<Byte> bytes) {
    if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
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
    // Into new memory always: a vector that grows by itself frees the old bytes unwiped.
    Bytes grown;
    grown.reserve(bytes_.size() + tail.size());
    cairn::append(grown, bytes_);
    cairn::append(grown, tail); // before the wipe: the tail may lie in our own bytes
    wipe(bytes_);
    bytes_ = std::move(grown);
}

} // namespace cairn::crypto
