// Hashes and key stretching. Pure functions of bytes; safe from any thread.
#pragma once

#include <base/bytes.hpp>

#include <initializer_list>

namespace cairn::crypto {

using Hash256 = ByteArray<32>;
using Hash512 = ByteArray<64>;

/// FIPS 180-4.
Hash256 sha256(ByteView data);
/// Of the parts one after the other, without joining them.
Hash256 sha256(std::initializer_list<ByteView> parts);
/// Hd of the format description: SHA-256 of SHA-256.
Hash256 sha256d(ByteView data);
Hash512 sha512(std::initializer_list<ByteView> parts);

/// SHA-256 of a stream, piece by piece. A value: copying it copies the state.
class Sha256 {
  public:
    Sha256();
    void update(ByteView data);
    Hash256 finish(); // resets

  private:
    std::array<std::uint32_t, 8> state_;
    ByteArray<64> block_{};
    std::size_t used_ = 0;
    std::uint64_t size_ = 0;
};

/// One application of the SHA-256 compression function (FIPS 180-4, 6.2.2): state ← compress(state, block).
/// Words in host order, block as 64 bytes. For the proof-of-work search.
void sha256_compress(std::array<std::uint32_t, 8>& state, const Byte* block64);

/// RFC 2104 with SHA-512.
Hash512 hmac_sha512(ByteView key, ByteView data);
/// RFC 8018 with HMAC-SHA-512.
Hash512 pbkdf2_hmac_sha512(ByteView password, ByteView salt, std::uint32_t iterations);

/// CRC-32C (Castagnoli), of RFC 3720.
std::uint32_t crc32c(ByteView data);

} // namespace cairn::crypto
