#include "catch.hpp"
#include <wallet/message.hpp>
#include <wallet/payment.hpp>

using namespace cairn;
using namespace cairn::wallet;

namespace {

Envelope envelope() {
    Envelope out;
    out.nonce = Nonce{3};
    out.fee = Amount::from_units(10);
    out.expiry = 99;
    out.now = Time{1234};
    return out;
}

Output output(std::uint64_t units, std::string memo = {}) {
    return {crypto::Address{}, Amount::from_units(units), std::move(memo)};
}

BlockId genesis() {
    BlockId id;
    id.bytes.fill(0x11);
    return id;
}

bool is_refused(std::vector<Output> outputs) {
    const auto built = build_transfer(envelope(), std::move(outputs), genesis());
    return !built && built.error().code == WalletError::bad_payment && !built.error().message.empty();
}

} // namespace

TEST_CASE("a transfer holds what was asked for", "[wallet]") {
    const auto built = build_transfer(envelope(), {output(5, "tea"), output(6)}, genesis());
    REQUIRE(built);
    CHECK(built->chain == chain_tag(genesis()));
    CHECK(built->nonce == Nonce{3});
    CHECK(built->fee == Amount::from_units(10));
    CHECK(built->expiry == 99);
    CHECK(built->time == Time{1234});
    CHECK(built->body == Body(Transfer{{output(5, "tea"), output(6)}}));
    CHECK(build_transfer(envelope(), std::vector<Output>(256, output(1, std::string(255, 'm'))), genesis()));
}

TEST_CASE("a transfer that no transaction can carry is refused", "[wallet]") {
    CHECK(is_refused({}));
    CHECK(is_refused(std::vector<Output>(257, output(1))));
    CHECK(is_refused({output(1), output(0)}));
    CHECK(is_refused({output(1, std::string(256, 'm'))}));
    CHECK(is_refused({output(1, "\xff")}));
    const std::uint64_t most = ~std::uint64_t{0};
    CHECK(is_refused({output(most)})); // with the fee
    CHECK(is_refused({output(most / 2 + 1), output(most / 2 + 1)}));
    CHECK_FALSE(is_refused({output(most - 10)}));
}

TEST_CASE("a document must fit, and its content have its hash", "[wallet]") {
    Document document;
    document.sha256 = crypto::sha256(as_bytes("text"));
    document.title = "Title";
    CHECK(build_document(envelope(), document, genesis()));
    document.content = Bytes{'t', 'e', 'x', 't'};
    CHECK(build_document(envelope(), document, genesis()));
    document.content.back() = 'd';
    CHECK_FALSE(build_document(envelope(), document, genesis()));
    document.content.assign(65'537, 0);
    document.sha256 = crypto::sha256(document.content);
    CHECK_FALSE(build_document(envelope(), document, genesis()));
    document.content.clear();
    document.title.assign(256, 't');
    CHECK_FALSE(build_document(envelope(), document, genesis()));
}

TEST_CASE("a signed message holds for its address, text and signature alone", "[wallet]") {
    Prng random(5);
    const auto key = crypto::KeyPair::generate(random);
    const auto other = crypto::KeyPair::generate(random);
    const crypto::Address address = crypto::address_of(key.public_key());
    const std::string signature = sign_message(key, "hello");
    CHECK(signature.size() == 192);
    CHECK(verify_message(address, signature, "hello") == true);
    CHECK(verify_message(address, signature, "hellp") == false);
    CHECK(verify_message(address, signature, "") == false);
    CHECK(verify_message(crypto::address_of(other.public_key()), signature, "hello") == false);
    // Another's key in front of the signature: neither address accepts it.
    const std::string mixed = sign_message(other, "hello").substr(0, 64) + signature.substr(64);
    CHECK(verify_message(address, mixed, "hello") == false);
    CHECK(verify_message(crypto::address_of(other.public_key()), mixed, "hello") == false);
    for (const std::string& bad :
         {std::string(), signature.substr(1), signature + "00", std::string(192, 'g')}) {
        const auto checked = verify_message(address, bad, "hello");
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == WalletError::bad_signature);
    }
    // A message is no transaction: its tag stands in front.
    CHECK_FALSE(
        crypto::verify(key.public_key(), as_bytes("hello"), key.sign(as_bytes("cairn/messagehello"))));
}
