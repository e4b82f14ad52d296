#include <base/hex.hpp>
#include <wallet/message.hpp>

namespace cairn::wallet {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t signed_size = 96;

Bytes tagged(std::string_view text) {
    Bytes out;
    append(out, as_bytes("cairn/message"));
    append(out, as_bytes(text));
    return out;
}

} // namespace

std::string sign_message(const crypto::KeyPair& key, std::string_view text) {
    Bytes out;
    append(out, key.public_key().bytes);
    append(out, key.sign(tagged(text)).bytes);
    return to_hex(out);
}

Outcome<bool> verify_message(const crypto::Address& address, std::string_view signature,
                             std::string_view text) {
    const auto bytes = from_hex(signature);
    if (!bytes || bytes->size() != signed_size)
        return refuse(WalletError::bad_signature,
                      "the signature of a message is 192 hex digits, as `message sign` prints it");
    crypto::PublicKey key;
    crypto::Signature made;
    std::copy_n(bytes->begin(), key_size, key.bytes.begin());
    std::copy(bytes->begin() + key_size, bytes->end(), made.bytes.begin());
    return crypto::address_of(key) == address && crypto::verify(key, tagged(text), made);
}

} // namespace cairn::wallet
