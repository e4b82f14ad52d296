#include <crypto/sealed_box.hpp>

#include <cryptopp/chachapoly.h>
#include <cryptopp/scrypt.h>

#include <stdexcept>

namespace cairn::crypto {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t tag_size = 16;
constexpr std::uint64_t memory_limit = std::uint64_t{1} << 30;

void require_key(const BoxKey& key) {
    if (key.size() != key_size) throw std::logic_error("a box key of a size other than 32 bytes");
}

} // namespace

bool within_limits(const ScryptParameters& parameters) {
    if (parameters.log2_n < 10 || parameters.log2_n > 20) return false;
    if (parameters.r < 1 || parameters.r > 16 || parameters.p < 1 || parameters.p > 4) return false;
    return (std::uint64_t{128} * parameters.r << parameters.log2_n) <= memory_limit;
}

SecretBytes scrypt(ByteView password, ByteView salt, const ScryptParameters& parameters, std::size_t size) {
    if (!within_limits(parameters)) throw std::logic_error("scrypt parameters outside the limits");
    if (size == 0) throw std::logic_error("a derived key of no bytes");
    SecretBytes derived(size);
    const CryptoPP::Scrypt function;
    function.DeriveKey(derived.writable().data(), size, password.data(), password.size(), salt.data(),
                       salt.size(), std::uint64_t{1} << parameters.log2_n, parameters.r, parameters.p);
    return derived;
}

Bytes seal_box(const BoxKey& key, const BoxNonce& nonce, ByteView associated, ByteView plain) {
    require_key(key);
    CryptoPP::XChaCha20Poly1305::Encryption cipher;
    cipher.SetKeyWithIV(key.view().data(), key.size(), nonce.data(), nonce.size());
    Bytes sealed(plain.size() + tag_size);
    cipher.EncryptAndAuthenticate(sealed.data(), sealed.data() + plain.size(), tag_size, nonce.data(),
                                  static_cast<int>(nonce.size()), associated.data(), associated.size(),
                                  plain.data(), plain.size());
    return sealed;
}

std::optional<SecretBytes> open_box(const BoxKey& key, const BoxNonce& nonce, ByteView associated,
                                    ByteView sealed) {
    require_key(key);
    if (sealed.size() < tag_size) return std::nullopt;
    const ByteView cipher_text = sealed.first(sealed.size() - tag_size);
    const ByteView tag = sealed.last(tag_size);
    CryptoPP::XChaCha20Poly1305::Decryption cipher;
    cipher.SetKeyWithIV(key.view().data(), key.size(), nonce.data(), nonce.size());
    SecretBytes plain(cipher_text.size());
    if (!cipher.DecryptAndVerify(plain.writable().data(), tag.data(), tag.size(), nonce.data(),
                                 static_cast<int>(nonce.size()), associated.data(), associated.size(),
                                 cipher_text.data(), cipher_text.size()))
        return std::nullopt;
    return plain;
}

} // namespace cairn::crypto
