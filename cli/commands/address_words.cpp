#include <cli/commands/address_words.hpp>

namespace cairn::cli {
namespace {

constexpr std::size_t longest_name = 32;

std::string network_of(std::string_view prefix) {
    if (prefix == "crn") return "main";
    if (prefix == "dcrn") return "dev";
    return "another network, with the prefix " + std::string(prefix);
}

} // namespace

bool looks_like_address(std::string_view text, std::string_view prefix) {
    const bool own = text.size() > prefix.size() + 8 && text.substr(0, prefix.size()) == prefix &&
                     text[prefix.size()] == '1';
    return own || text.size() > longest_name;
}

std::string_view word_of(const crypto::AddressFault& fault) {
    return fault.error == crypto::AddressError::wrong_network ? "wrong_network_address" : "bad_address";
}

std::string describe(const crypto::AddressFault& fault, std::string_view prefix) {
    using crypto::AddressError;
    const std::string at =
        fault.position ? ", character " + std::to_string(*fault.position + 1) + " cannot be right" : "";
    switch (fault.error) {
    case AddressError::wrong_network:
        return "an address of " + network_of(fault.prefix) + ", while this network's begin with " +
               std::string(prefix) + "1";
    case AddressError::checksum:
        return "mistyped: its checksum does not hold" + at;
    case AddressError::version:
        return "an address of a later version";
    case AddressError::malformed:
        break;
    }
    return "not an address" + at + "; this network's begin with " + std::string(prefix) + "1";
}

} // namespace cairn::cli
