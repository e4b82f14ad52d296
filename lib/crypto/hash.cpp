// SHA-512 and what is built on it, and CRC-32C: Crypto++'s. SHA-256 is in sha256.cpp.
#include <crypto/hash.hpp>

#include <cryptopp/crc.h>
#include <cryptopp/hmac.h>
#include <cryptopp/pwdbased.h>
#include <cryptopp/sha.h>

#include <stdexcept>

namespace cairn::crypto {

Hash512 sha512(std::initializer_list<ByteView> parts) {
    CryptoPP::SHA512 hash;
    for (const ByteView part : parts) hash.Update(part.data(), part.size());
    Hash512 digest;
    hash.Final(digest.data());
    return digest;
}

Hash512 hmac_sha512(ByteView key, ByteView data) {
    CryptoPP::HMAC<CryptoPP::SHA512> mac(key.data(), key.size());
    mac.Update(data.data(), data.size());
    Hash512 digest;
    mac.Final(digest.data());
    return digest;
}

Hash512 pbkdf2_hmac_sha512(ByteView password, ByteView salt, std::uint32_t iterations) {
    if (iterations == 0) throw std::logic_error("PBKDF2 of no iterations");
    const CryptoPP::PKCS5_PBKDF2_HMAC<CryptoPP::SHA512> function;
    Hash512 derived;
    function.DeriveKey(derived.data(), derived.size(), 0, password.data(), password.size(), salt.data(),
                       salt.size(), iterations);
    return derived;
}

std::uint32_t crc32c(ByteView data) {
    CryptoPP::CRC32C checksum;
    checksum.Update(data.data(), data.size());
    ByteArray<4> raw;
    checksum.Final(raw.data());
    return load_le<std::uint32_t>(raw.data());
}

} // namespace cairn::crypto
