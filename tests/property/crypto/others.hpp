// The other verifiers, for further opinions: Crypto++, OpenSSL and libsodium. All are cofactorless.
#pragma once

#include <crypto/ed25519.hpp>

#include <cryptopp/donna.h>
#include <openssl/evp.h>

#include <memory>
#include <sodium/crypto_sign_ed25519.h>

namespace cairn::test {

inline bool cryptopp_verifies(const crypto::PublicKey& key, ByteView message,
                              const crypto::Signature& signature) {
    return CryptoPP::Donna::ed25519_sign_open(message.data(), message.size(), key.bytes.data(),
                                              signature.bytes.data()) == 0;
}

inline bool openssl_verifies(const crypto::PublicKey& key, ByteView message,
                             const crypto::Signature& signature) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()),
        &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    if (!public_key || !context) return false;
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) != 1) return false;
    return EVP_DigestVerify(context.get(), signature.bytes.data(), signature.bytes.size(), message.data(),
                            message.size()) == 1;
}

inline bool sodium_verifies(const crypto::PublicKey& key, ByteView message,
                            const crypto::Signature& signature) {
    return crypto_sign_ed25519_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                               key.bytes.data()) == 0;
}

} // namespace cairn::test
