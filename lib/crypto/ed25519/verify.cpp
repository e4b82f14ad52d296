#include <crypto/ed25519.hpp>

#include <cryptopp/donna.h>

namespace cairn::crypto {

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    return CryptoPP::Donna::ed25519_sign_open(message.data(), message.size(), key.bytes.data(),
                                              signature.bytes.data()) == 0;
}

bool is_acceptable_key(const PublicKey& key) { return key != PublicKey{}; }

} // namespace cairn::crypto
