#include "catch.hpp"
#include <wire/endpoint.hpp>

using namespace cairn;
using namespace cairn::net;

namespace {

Endpoint at(std::string_view text) {
    const auto out = parse_endpoint(text);
    INFO(text);
    REQUIRE(out);
    return *out;
}

} // namespace

TEST_CASE("an endpoint reads back as it is shown", "[wire]") {
    for (const char* text : {"1.2.3.4:5", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:9401", "[::]:1",
                             "[2001:db8::ff00:42:8329]:80", "[fe80::1]:1"}) {
        CHECK(to_text(at(text)) == text);
    }
    CHECK(at("1.2.3.4:5") == ipv4_endpoint({1, 2, 3, 4}, 5));
    CHECK(at("[::ffff:1.2.3.4]:5") == at("1.2.3.4:5"));
    CHECK(to_text(at("[2001:DB8:0:0:0:0:0:1]:7")) == "[2001:db8::1]:7");
    CHECK(at("1.2.3.4:5") < at("1.2.3.4:6"));
    CHECK(at("1.2.3.4:9") < at("1.2.4.0:1"));
}

TEST_CASE("names, zones and half an endpoint are none", "[wire]") {
    using namespace std::string_view_literals;
    for (const auto text : {""sv,
                            ":"sv,
                            "1.2.3.4"sv,
                            "1.2.3.4:"sv,
                            ":5"sv,
                            "1.2.3:5"sv,
                            "1.2.3.4.5:6"sv,
                            "1.2.3.256:5"sv,
                            "01.2.3.4:5"sv,
                            "1.2.3.4:65536"sv,
                            "1.2.3.4:-1"sv,
                            "1.2.3.4:+5"sv,
                            "1.2.3.4: 5"sv,
                            " 1.2.3.4:5"sv,
                            "1.2.3.4:5 "sv,
                            "1.2.3.4:000005"sv,
                            "localhost:5"sv,
                            "::1:5"sv,
                            "[::1]"sv,
                            "[::1:5"sv,
                            "[]:5"sv,
                            "[1.2.3.4]:5"sv,
                            "[::1%lo]:5"sv,
                            "[:::1]:5"sv,
                            "1.2.3.4\0:5"sv,
                            "0x1.2.3.4:5"sv}) {
        INFO(text);
        CHECK_FALSE(parse_endpoint(text));
    }
}

TEST_CASE("loopback and local addresses are told from the rest", "[wire]") {
    for (const char* text : {"127.0.0.1:1", "127.255.3.4:1", "[::1]:1"}) {
        CHECK(is_loopback(at(text)));
        CHECK_FALSE(is_private(at(text)));
    }
    for (const char* text :
         {"10.0.0.1:1", "10.255.255.255:1", "172.16.0.1:1", "172.31.255.255:1", "192.168.0.1:1",
          "169.254.9.9:1", "[fc00::1]:1", "[fdff::1]:1", "[fe80::1]:1", "[febf::1]:1"}) {
        INFO(text);
        CHECK(is_private(at(text)));
        CHECK_FALSE(is_loopback(at(text)));
    }
    for (const char* text :
         {"9.255.255.255:1", "11.0.0.1:1", "172.15.0.1:1", "172.32.0.1:1", "192.167.0.1:1", "192.169.0.1:1",
          "169.253.0.1:1", "126.0.0.1:1", "128.0.0.1:1", "[fb00::1]:1", "[fe00::1]:1", "[fec0::1]:1",
          "[::2]:1", "[::]:1", "0.0.0.0:1", "[2001:db8::1]:1"}) {
        INFO(text);
        CHECK_FALSE(is_private(at(text)));
        CHECK_FALSE(is_loopback(at(text)));
    }
    CHECK(is_ipv4(at("1.2.3.4:5")));
    CHECK_FALSE(is_ipv4(at("[::1]:5")));
}
