#include <crypto/hash.hpp>
#include <wallet/derivation.hpp>

#include <stdexcept>

namespace cairn::wallet {
namespace {

using crypto::SecretBytes;

constexpr std::uint32_t hardened = 0x8000'0000;
constexpr std::uint32_t purpose = 44; // BIP-44

} // namespace

ExtendedKey ExtendedKey::hashed(ByteView key, ByteView data) {
    crypto::Hash512 out = crypto::hmac_sha512(key, data);
    ExtendedKey split(SecretBytes(ByteView(out).first(32)), SecretBytes(ByteView(out).last(32)));
    crypto::wipe(out);
    return split;
}

ExtendedKey ExtendedKey::master(ByteView seed) { return hashed(as_bytes("ed25519 seed"), seed); }

ExtendedKey ExtendedKey::child(std::uint32_t index) const {
    if (index >= hardened) throw std::logic_error("a derivation index of 2^31 or more");
    const std::uint32_t number = index | hardened;
    SecretBytes data(1 + key_.size() + 4); // 0x00 ‖ key ‖ number, big-endian
    const std::span<Byte> out = data.writable();
    std::copy(key_.view().begin(), key_.view().end(), out.begin() + 1);
    for (std::size_t i = 0; i < 4; ++i) out[out.size() - 1 - i] = static_cast<Byte>(number >> (8 * i));
    return hashed(chain_code_.view(), data.view());
}

ExtendedKey account_key(const Mnemonic& mnemonic) {
    const SecretBytes seed = mnemonic.seed();
    return ExtendedKey::master(seed.view()).child(purpose).child(coin_type).child(0);
}

crypto::KeyPair derive_key(const ExtendedKey& account, std::uint32_t index) {
    return account.child(index).key_pair();
}

} // namespace cairn::wallet
