// Fuzz target: what the wallet reads from outside. The first byte picks the reader: a keystore as it stands,
// a keystore whose checksum is made to hold (or nothing would get past it), PEM, a mnemonic, a payment URI.
// What is accepted must be written back the same.
#include <crypto/hash.hpp>
#include <wallet/keystore.hpp>
#include <wallet/mnemonic.hpp>
#include <wallet/payment_uri.hpp>
#include <wallet/pem.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace cairn;

void check_keystore(ByteView bytes) {
    const auto keystore = wallet::Keystore::decode(bytes);
    if (!keystore) return;
    if (keystore->encode().text() != as_text(bytes)) std::abort();
    if (keystore->protection() == wallet::KeystoreProtection::password && !within_limits(keystore->scrypt()))
        std::abort();
    static const crypto::BoxKey key(std::size_t{32});
    (void)keystore->open(key);
}

void check_with_checksum(ByteView bytes) {
    Bytes whole(bytes.begin(), bytes.end());
    append(whole, crypto::sha256({as_bytes("cairn/wallet"), bytes}));
    check_keystore(whole);
}

void check_pem(std::string_view text) {
    if (const auto key = wallet::private_key_from_pem(text)) {
        const auto again = wallet::private_key_from_pem(wallet::private_key_to_pem(*key).text());
        if (!again || again->public_key() != key->public_key()) std::abort();
    }
    if (const auto key = wallet::public_key_from_pem(text))
        if (wallet::public_key_from_pem(wallet::public_key_to_pem(*key)) != *key) std::abort();
}

void check_mnemonic(std::string_view text) {
    const auto mnemonic = wallet::Mnemonic::from_words(text);
    if (!mnemonic) {
        if (wallet::describe(mnemonic.error()).empty()) std::abort();
        return;
    }
    const auto again = wallet::Mnemonic::from_words(mnemonic->words().text());
    if (!again || again->entropy().text() != mnemonic->entropy().text()) std::abort();
}

void check_uri(std::string_view text) {
    const auto uri = wallet::payment_uri_from_text(text, "crn");
    if (!uri) return;
    if (wallet::payment_uri_from_text(wallet::to_text(*uri, "crn"), "crn") != *uri) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest{data + 1, size - 1};
    switch (data[0] % 5) {
    case 0:
        check_keystore(rest);
        break;
    case 1:
        check_with_checksum(rest);
        break;
    case 2:
        check_pem(as_text(rest));
        break;
    case 3:
        check_mnemonic(as_text(rest));
        break;
    default:
        check_uri(as_text(rest));
        break;
    }
    return 0;
}
