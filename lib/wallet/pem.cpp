#include <base/utf8.hpp>
#include <wallet/base64.hpp>
#include <wallet/der.hpp>
#include <wallet/pem.hpp>

#include <algorithm>
#include <optional>

namespace cairn::wallet {
namespace {

using crypto::SecretBytes;

constexpr ByteArray<3> ed25519_oid{0x2b, 0x65, 0x70}; // 1.3.101.112
constexpr ByteArray<16> private_prefix{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                       0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr ByteArray<12> public_prefix{0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::size_t key_size = 32;
constexpr std::size_t line_size = 64;
constexpr std::size_t max_pem_bytes = 65'536;

auto bad(std::string message) { return refuse(WalletError::bad_pem, std::move(message)); }

struct PemBlock {
    std::string_view label;
    std::string_view body;
};

/// The first block at or after `at`, which moves behind it.
std::optional<PemBlock> next_block(std::string_view text, std::size_t& at) {
    constexpr std::string_view begin = "-----BEGIN ";
    constexpr std::string_view dashes = "-----";
    const std::size_t start = text.find(begin, at);
    if (start == std::string_view::npos) return std::nullopt;
    const std::size_t label_at = start + begin.size();
    const std::size_t label_end = text.find(dashes, label_at);
    if (label_end == std::string_view::npos) return std::nullopt;
    const std::string_view label = text.substr(label_at, label_end - label_at);
    const std::size_t body_at = label_end + dashes.size();
    const std::size_t body_end = text.find("-----END " + std::string(label) + "-----", body_at);
    if (body_end == std::string_view::npos) return std::nullopt;
    at = body_end + dashes.size();
    return PemBlock{label, text.substr(body_at, body_end - body_at)};
}

/// The algorithm's usual name, for the message.
std::string_view algorithm_name(ByteView oid) {
    struct Known {
        std::string_view oid;
        std::string_view name;
    };
    using namespace std::string_view_literals;
    static constexpr std::array known{
        Known{"\x2b\x65\x6e"sv, "X25519"},
        Known{"\x2b\x65\x6f"sv, "X448"},
        Known{"\x2b\x65\x71"sv, "Ed448"},
        Known{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv, "RSA"},
        Known{"\x2a\x86\x48\xce\x3d\x02\x01"sv, "elliptic-curve (ECDSA)"},
        Known{"\x2a\x86\x48\xce\x38\x04\x01"sv, "DSA"},
    };
    for (const Known& entry : known)
        if (entry.oid == as_text(oid)) return entry.name;
    return "unknown";
}

Outcome<void> check_algorithm(ByteView algorithm) {
    const auto oid = der::take(algorithm, der::object_identifier);
    if (!oid) return bad("the PEM block is damaged: it names no algorithm");
    if (!std::equal(oid->begin(), oid->end(), ed25519_oid.begin(), ed25519_oid.end()))
        return bad("the key is of the algorithm " + std::string(algorithm_name(*oid)) +
                   "; cairn's keys are Ed25519 (openssl genpkey -algorithm ed25519)");
    if (!algorithm.empty()) return bad("the PEM block is damaged: Ed25519 has no parameters");
    return {};
}

Outcome<crypto::PublicKey> key_of_bits(std::optional<ByteView> bits) {
    if (!bits || bits->size() != key_size + 1 || (*bits)[0] != 0)
        return bad("the PEM block is damaged: its public key is not of 32 bytes");
    crypto::PublicKey key;
    std::copy(bits->begin() + 1, bits->end(), key.bytes.begin());
    return key;
}

/// OneAsymmetricKey of RFC 5958, as RFC 8410 section 7 fills it.
Outcome<crypto::KeyPair> decode_private(ByteView in) {
    const auto damaged = [] { return bad("the PEM block is damaged: it is not a PKCS#8 private key"); };
    auto body = der::take(in, der::sequence);
    if (!body || !in.empty()) return damaged();
    const auto version = der::take(*body, der::integer);
    if (!version || version->size() != 1 || (*version)[0] > 1) return damaged();
    const auto algorithm = der::take(*body, der::sequence);
    if (!algorithm) return damaged();
    if (const auto checked = check_algorithm(*algorithm); !checked) return fail(checked.error());
    auto wrapped = der::take(*body, der::octet_string);
    if (!wrapped) return damaged();
    const auto seed = der::take(*wrapped, der::octet_string);
    if (!seed || !wrapped->empty() || seed->size() != key_size) return damaged();
    auto key = crypto::KeyPair::from_seed(SecretBytes(*seed));

    der::take(*body, der::attributes); // of no meaning here
    if ((*version)[0] == 1 && !body->empty()) {
        const auto stated = key_of_bits(der::take(*body, der::public_key));
        if (!stated) return fail(stated.error());
        if (*stated != key.public_key())
            return bad("the public key in the file is not that of its private key");
    }
    if (!body->empty()) return damaged();
    return key;
}

Outcome<crypto::PublicKey> decode_public(ByteView in) {
    auto body = der::take(in, der::sequence);
    if (!body || !in.empty()) return bad("the PEM block is damaged: it is not a public key");
    const auto algorithm = der::take(*body, der::sequence);
    if (!algorithm) return bad("the PEM block is damaged: it names no algorithm");
    if (const auto checked = check_algorithm(*algorithm); !checked) return fail(checked.error());
    auto key = key_of_bits(der::take(*body, der::bit_string));
    if (key && !body->empty()) return bad("the PEM block is damaged: something follows the key");
    if (key && !crypto::is_acceptable_key(*key)) return bad("the public key is not a point that can sign");
    return key;
}

std::string why_not(std::string_view found, std::string_view wanted) {
    if (found == "ENCRYPTED PRIVATE KEY")
        return "the key is encrypted, which is not supported: decrypt it first (openssl pkey -in FILE -out "
               "PLAIN)";
    if (found == "OPENSSH PRIVATE KEY")
        return "the key is in OpenSSH's own form, which is not supported: cairn reads PKCS#8";
    if (found == "RSA PRIVATE KEY" || found == "EC PRIVATE KEY" || found == "DSA PRIVATE KEY")
        return "the file holds an " + std::string(found) + "; cairn's keys are Ed25519";
    return "the file holds a " + escape_for_display(found.substr(0, 40)) + ", not a " + std::string(wanted);
}

/// The DER bytes of the first block with that label.
Outcome<SecretBytes> find_block(std::string_view text, std::string_view label) {
    if (text.size() > max_pem_bytes) return bad("the file is longer than any PEM file of a key");
    std::size_t at = 0;
    std::optional<std::string_view> other;
    while (const auto block = next_block(text, at)) {
        if (block->label != label) {
            if (!other) other = block->label;
            continue;
        }
        if (block->body.find(':') != std::string_view::npos)
            return bad(
                "the PEM block has headers of the old form, which is not supported (is it encrypted?)");
        auto bytes = from_base64(block->body);
        if (!bytes) return bad("the PEM block is damaged: it is not base64");
        return std::move(*bytes);
    }
    if (other) return bad(why_not(*other, label));
    return bad("the file holds no PEM block (-----BEGIN " + std::string(label) + "----- … -----END " +
               std::string(label) + "-----)");
}

SecretBytes to_pem(std::string_view label, ByteView bytes) {
    const SecretBytes encoded = to_base64(bytes);
    SecretBytes out("-----BEGIN " + std::string(label) + "-----\n");
    for (std::size_t at = 0; at < encoded.size(); at += line_size) {
        out.append(encoded.view().subspan(at, std::min(line_size, encoded.size() - at)));
        out.append(as_bytes("\n"));
    }
    out.append(as_bytes("-----END " + std::string(label) + "-----\n"));
    return out;
}

} // namespace

SecretBytes private_key_to_pem(const crypto::KeyPair& key) {
    SecretBytes bytes{ByteView(private_prefix)};
    bytes.append(key.seed().view());
    return to_pem("PRIVATE KEY", bytes.view());
}

std::string public_key_to_pem(const crypto::PublicKey& key) {
    Bytes bytes(public_prefix.begin(), public_prefix.end());
    append(bytes, key.bytes);
    return std::string(to_pem("PUBLIC KEY", bytes).text());
}

Outcome<crypto::KeyPair> private_key_from_pem(std::string_view text) {
    const auto bytes = find_block(text, "PRIVATE KEY");
    if (!bytes) return fail(bytes.error());
    return decode_private(bytes->view());
}

Outcome<crypto::PublicKey> public_key_from_pem(std::string_view text) {
    const auto bytes = find_block(text, "PUBLIC KEY");
    if (!bytes) return fail(bytes.error());
    return decode_public(bytes->view());
}

} // namespace cairn::wallet
