// The address book's file: written aside, and never a reason to stop.
#include "catch.hpp"
#include "support/builders.hpp"
#include "support/directory.hpp"
#include <transport/address_file.hpp>
#include <transport/core.hpp>

#include <filesystem>
#include <fstream>

using namespace cairn;
using namespace cairn::test;
using net::AddressFile;

TEST_CASE("what was kept last is what is read", "[address_file]") {
    const Directory directory;
    const auto path = directory.path() / "peers";
    CHECK(AddressFile::read(path).empty());
    {
        AddressFile file(path);
        for (Byte n = 1; n <= 20; ++n) file.keep(Bytes(n, n));
    }
    CHECK(AddressFile::read(path) == Bytes(20, 20));
}

TEST_CASE("a place that cannot be written is no fault", "[address_file][core]") {
    const Directory directory;
    const auto path = directory.path() / "peers";
    std::filesystem::create_directories(path / "occupied");
    SECTION("of the file") {
        AddressFile file(path);
        file.keep(Bytes(3, 3));
        file.close();
        CHECK(AddressFile::read(path).empty());
    }
    SECTION("of a node, which goes on") {
        net::CoreOptions options;
        options.directory = directory.path();
        net::Core core(funded_network(1), options);
        const Directory other_directory;
        net::CoreOptions of_other;
        of_other.directory = other_directory.path();
        net::Core other(funded_network(1), of_other);
        const auto at = other.listen("127.0.0.1", 0);
        REQUIRE(at);
        // It is to be kept: the book is written at once.
        const auto answer = core.submit(net::AddPeer{"127.0.0.1", at->port, true, true}).get();
        CHECK(std::get<net::PeerAnswer>(answer));
        CHECK(std::get<net::Mined>(core.submit(net::StartMining{address_of(1), 1}).get()).blocks.size() == 1);
        core.close();
    }
    CHECK(std::filesystem::is_directory(path / "occupied"));
}
