#include "catch.hpp"
#include <wallet/payment_uri.hpp>

using namespace cairn;
using namespace cairn::wallet;

namespace {

crypto::Address some_address() {
    crypto::Address address;
    for (std::size_t i = 0; i < address.bytes.size(); ++i) address.bytes[i] = static_cast<Byte>(i * 7);
    return address;
}

const std::string text = crypto::to_text(some_address(), "crn");

WalletError refusal(const std::string& uri) {
    const auto read = payment_uri_from_text(uri, "crn");
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().message.empty());
    return read.error().code;
}

} // namespace

TEST_CASE("a payment URI comes back as it was written", "[wallet]") {
    PaymentUri uri;
    uri.to = some_address();
    CHECK(to_text(uri, "crn") == "cairn:" + text);
    CHECK(payment_uri_from_text(to_text(uri, "crn"), "crn") == uri);
    uri.amount = Amount::from_units(150'000'000);
    uri.memo = "Miete für März & Co. 100% = ?#+";
    uri.label = "Bob \x01\n";
    CHECK(to_text(uri, "crn") ==
          "cairn:" + text +
              "?amount=1.5&memo=Miete%20f%C3%BCr%20M%C3%A4rz%20%26%20Co.%20100%25%20%3D%20"
              "%3F%23%2B&label=Bob%20%01%0A");
    CHECK(payment_uri_from_text(to_text(uri, "crn"), "crn") == uri);
}

TEST_CASE("a payment URI is read generously where nothing is at stake", "[wallet]") {
    const auto read =
        payment_uri_from_text("CAIRN:" + text + "?&amount=2&colour=blue&&flag&memo=a+b%2b&", "crn");
    REQUIRE(read);
    CHECK(read->amount == Amount::from_units(200'000'000));
    CHECK(read->memo == "a+b+");
    CHECK(payment_uri_from_text("cairn:" + text + "?", "crn"));
    CHECK(is_payment_uri("Cairn:x"));
    CHECK_FALSE(is_payment_uri("cairn"));
    CHECK_FALSE(is_payment_uri("bitcoin:x"));
}

TEST_CASE("a payment URI with anything doubtful is refused", "[wallet]") {
    CHECK(refusal("bitcoin:" + text) == WalletError::bad_uri);
    CHECK(refusal("cairn:") == WalletError::bad_address);
    CHECK(refusal("cairn:" + text + "x") == WalletError::bad_address);
    CHECK(refusal("cairn:" + crypto::to_text(some_address(), "dcrn")) == WalletError::bad_address);
    for (const char* query :
         {"req-colour=blue", "amount=1&amount=1", "amount=-1", "amount=1e3", "amount=0x10",
          "amount=", "amount", "amount=1.123456789", "amount=1%2", "memo=%zz", "memo=%", "memo=%ff", "=1",
          "label=a&label=a", "amount=99999999999999999999"}) {
        CAPTURE(query);
        CHECK(refusal("cairn:" + text + "?" + query) == WalletError::bad_uri);
    }
    CHECK(refusal("cairn:" + text + "?memo=" + std::string(256, 'a')) == WalletError::bad_uri);
    CHECK(payment_uri_from_text("cairn:" + text + "?memo=" + std::string(255, 'a'), "crn"));
    CHECK(refusal("cairn:" + text + "?x=" + std::string(5000, 'a')) == WalletError::bad_uri);
}
