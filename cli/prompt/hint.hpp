// The dim text behind the line being typed: the arguments still owed, the rest of a name, and what is wrong
// (or right) with the argument at the end. Pure: what is true right now is handed in.
#pragma once

#include <cli/grammar/parser.hpp>
#include <cli/prompt/place.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

namespace cairn::cli {

/// What arguments are compared with.
struct Known {
    ArgumentContext context;          ///< of this network
    std::optional<std::uint32_t> tip; ///< its height
    std::vector<std::string> wallets; ///< of this data directory
    std::vector<std::string> contacts;
    std::map<crypto::Address, std::string> owners; ///< "bob", "wallet alice"
    /// What a wallet has to spend, the current one for an empty name; nullopt where that is not known. Asked
    /// only where an amount is typed.
    std::function<std::optional<Amount>(const std::string& wallet)> available;
};

/// Of a line that ends where the cursor stands; empty where there is nothing to say. One row without control
/// characters, with the blank in front that it needs.
/// An error begins with `✗`, its most telling word next to it; the oldest one in the line stays until it is
/// corrected.
std::string hint(const Language& language, std::string_view line, const Known& known);

struct Check {
    std::string text{}; ///< empty where there is nothing to say
    bool wrong = false;
};
/// What there is to say of the place's word while it is typed as a value: nothing while it may still become a
/// good one.
Check check_of(Kind kind, const Place& place, const Known& known);
/// What is wrong with the oldest word before the place's own that is wrong; empty where all are right.
std::string oldest_error(const Place& place, const Known& known);

} // namespace cairn::cli
