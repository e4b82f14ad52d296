// Memory for secrets: wiped when freed, never copied by accident, never printed.
#pragma once

#include <base/bytes.hpp>

#include <string_view>

namespace cairn::crypto {

/// Overwrites; the compiler may not leave it out.
void wipe(std::span<Byte> bytes);

/// Owned bytes that are wiped before the memory goes back. Move only; `clone` says so where a copy is meant.
class SecretBytes {
  public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
    explicit SecretBytes(std::string_view text) : SecretBytes(as_bytes(text)) {}
    SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { wipe(bytes_); }

    SecretBytes clone() const { return SecretBytes(ByteView(bytes_)); }
    ByteView view() const { return bytes_; }
    std::string_view text() const { return as_text(bytes_); }
    std::span<Byte> writable() { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    /// Appends, without leaving a copy of the old bytes in freed memory.
    void append(ByteView tail);

  private:
    Bytes bytes_;
};

} // namespace cairn::crypto
