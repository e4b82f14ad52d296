// Names of wallets and contacts: safe in file names, on command lines and on the screen.
#pragma once

#include <wallet/refusal.hpp>

namespace cairn::wallet {

inline constexpr std::size_t max_name_size = 32;

/// bad_name says why: empty, too long, or which character may not stand in it. `what`: "wallet", "contact".
Outcome<void> check_name(std::string_view name, std::string_view what);

/// Whether two names differ in case at most: such names are refused side by side.
bool same_name(std::string_view a, std::string_view b);

} // namespace cairn::wallet
