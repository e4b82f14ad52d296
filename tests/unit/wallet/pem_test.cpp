#include "catch.hpp"
#include "support.hpp"
#include <base/hex.hpp>
#include <wallet/base64.hpp>
#include <wallet/pem.hpp>

#include <cstdio>

using namespace cairn;
using namespace cairn::wallet;
using namespace cairn::wallet::testing;

namespace {

crypto::KeyPair key_of(std::uint64_t seed) {
    Prng random(seed);
    return crypto::KeyPair::generate(random);
}

std::string why(std::string_view pem) {
    const auto read = private_key_from_pem(pem);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == WalletError::bad_pem);
    return read.error().message;
}

std::string block(const std::string& label, const std::string& hex) {
    const auto encoded = to_base64(from_hex(hex).value());
    return "-----BEGIN " + label + "-----\n" + std::string(encoded.text()) + "\n-----END " + label +
           "-----\n";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Output of a command line, or nullopt where it fails.
std::optional<std::string> output_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r"); // NOLINT(cert-env33-c): our own command lines
    if (pipe == nullptr) return std::nullopt;
    std::string out;
    char buffer[4096];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
    if (::pclose(pipe) != 0) return std::nullopt;
    return out;
}

} // namespace

TEST_CASE("base64 is that of RFC 4648", "[wallet]") {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        CHECK(to_base64(as_bytes(plain)).text() == encoded);
        const auto decoded = from_base64(encoded);
        REQUIRE(decoded);
        CHECK(decoded->text() == plain);
    }
    CHECK(from_base64(" Zm9v\r\nYg==\n")->text() == "foob");
    for (const char* bad :
         {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm=v", "Zm9v=", "====", "Zm9v!", "Zm-_"})
        CHECK_FALSE(from_base64(bad));
}

TEST_CASE("keys come back from PEM", "[wallet]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto key = key_of(seed);
        const auto pem = private_key_to_pem(key);
        const auto read = private_key_from_pem("Bag Attributes: none\r\n" + std::string(pem.text()));
        REQUIRE(read);
        CHECK(read->seed().text() == key.seed().text());
        CHECK(public_key_from_pem(public_key_to_pem(key.public_key())) == key.public_key());
    }
}

TEST_CASE("other kinds of PEM are refused with the reason", "[wallet]") {
    CHECK(contains(why(block("ENCRYPTED PRIVATE KEY", "3000")), "encrypted"));
    CHECK(contains(why(block("RSA PRIVATE KEY", "3000")), "Ed25519"));
    CHECK(contains(why(block("EC PRIVATE KEY", "3000")), "Ed25519"));
    CHECK(contains(why(block("OPENSSH PRIVATE KEY", "3000")), "OpenSSH"));
    CHECK(contains(why(public_key_to_pem(key_of(1).public_key())), "holds a PUBLIC KEY, not a PRIVATE KEY"));
    CHECK(contains(why(""), "no PEM block"));
    CHECK(contains(why("-----BEGIN PRIVATE KEY-----\nMC4C"), "no PEM block"));
    CHECK(contains(why(block("\x1b[2J", "3000")), "\\x1b"));
    // PKCS#8 of other algorithms: the identifier alone decides
    const std::string key = "04220420" + std::string(64, '1');
    CHECK(contains(why(block("PRIVATE KEY", "302e020100300506032b656e" + key)), "X25519"));
    CHECK(contains(why(block("PRIVATE KEY", "302e020100300506032b6571" + key)), "Ed448"));
    CHECK(
        contains(why(block("PRIVATE KEY", "300f020100300d06092a864886f70d0101010500").substr(0)), "damaged"));
    CHECK(contains(why(block("PRIVATE KEY", "3012020100300d06092a864886f70d0101010500")), "RSA"));
    CHECK(contains(why(std::string(100'000, 'x')), "longer"));
}

TEST_CASE("a private key cut short or altered in its frame is refused", "[wallet]") {
    const std::string sound = "302e020100300506032b657004220420" + std::string(64, 'a');
    REQUIRE(private_key_from_pem(block("PRIVATE KEY", sound)));
    for (std::size_t digits = 0; digits < sound.size(); digits += 2)
        CHECK_FALSE(private_key_from_pem(block("PRIVATE KEY", sound.substr(0, digits))));
    CHECK_FALSE(private_key_from_pem(block("PRIVATE KEY", sound + "00")));
    const Bytes bytes = from_hex(sound).value();
    for (std::size_t bit = 0; bit < 128; ++bit) {
        Bytes altered = bytes;
        altered[bit / 8] = static_cast<Byte>(altered[bit / 8] ^ (1U << (bit % 8)));
        CAPTURE(bit);
        // A version of 1 allows for a public key, but does not demand it.
        CHECK(private_key_from_pem(block("PRIVATE KEY", to_hex(altered))).has_value() == (bit == 32));
    }
}

TEST_CASE("openssl reads our keys, and we read its", "[wallet]") {
    if (!output_of("openssl version 2>/dev/null")) {
        WARN("skipped: there is no openssl program");
        return;
    }
    const TemporaryDirectory directory;
    const auto key = key_of(7);
    const std::string ours = (directory / "ours.pem").string();
    put(ours, private_key_to_pem(key).text());
    const auto again = output_of("openssl pkey -in " + ours);
    REQUIRE(again);
    CHECK(*again == private_key_to_pem(key).text());
    CHECK(output_of("openssl pkey -pubout -in " + ours) == public_key_to_pem(key.public_key()));

    const std::string theirs = (directory / "theirs.pem").string();
    REQUIRE(output_of("openssl genpkey -algorithm ed25519 -out " + theirs));
    const auto read = private_key_from_pem(contents(theirs));
    REQUIRE(read);
    CHECK(output_of("openssl pkey -pubout -in " + theirs) == public_key_to_pem(read->public_key()));

    const std::string other = (directory / "x25519.pem").string();
    REQUIRE(output_of("openssl genpkey -algorithm x25519 -out " + other));
    CHECK(contains(why(contents(other)), "X25519"));
    const auto encrypted = output_of("openssl pkey -aes256 -passout pass:secret -in " + theirs);
    REQUIRE(encrypted);
    CHECK(contains(why(*encrypted), "encrypted"));
}
