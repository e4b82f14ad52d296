// Keys and signing: Crypto++'s Ed25519 (its verification is not used, see ed25519/verify.cpp).
#include <crypto/ed25519.hpp>

#include <cryptopp/donna.h>

#include <stdexcept>

namespace cairn::crypto {

KeyPair KeyPair::from_seed(const SecretBytes& seed32) {
    if (seed32.size() != 32) throw std::logic_error("an Ed25519 seed of a size other than 32 bytes");
    PublicKey public_key;
    CryptoPP::Donna::ed25519_publickey(public_key.bytes.data(), seed32.view().data());
    return {seed32.clone(), public_key};
}

KeyPair KeyPair::generate(Random& random) {
    SecretBytes seed(32);
    random.fill(seed.writable());
    return from_seed(seed);
}

Signature KeyPair::sign(ByteView message) const {
    Signature signature;
    CryptoPP::Donna::ed25519_sign(message.data(), message.size(), seed_.view().data(),
                                  public_key_.bytes.data(), signature.bytes.data());
    return signature;
}

KeyPair KeyPair::clone() const { return {seed_.clone(), public_key_}; }

} // namespace cairn::crypto
