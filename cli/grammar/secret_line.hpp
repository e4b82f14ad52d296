// Secrets that somebody typed into a line, where they do not belong. Pure.
#pragma once

#include <string_view>

namespace cairn::cli {

/// What a line holds that must not be written down, as the end of a sentence: "the words of a wallet" or "a
/// password"; empty without. Words of a wallet: twelve in a row of which eleven are in the list of BIP-39
/// (one may be mistyped), with numbers and marks between them passed over. A password: the value of an option
/// of that name, or words behind `password` in a command about wallets. `wallet password NAME` holds none.
std::string_view secret_of_line(std::string_view line);

} // namespace cairn::cli
