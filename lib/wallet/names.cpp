#include <base/utf8.hpp>
#include <wallet/names.hpp>

#include <algorithm>

namespace cairn::wallet {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool may_stand_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

Outcome<void> check_name(std::string_view name, std::string_view what) {
    const std::string subject = "the name of a " + std::string(what);
    if (name.empty()) return refuse(WalletError::bad_name, subject + " is empty");
    if (name.size() > max_name_size)
        return refuse(WalletError::bad_name,
                      subject + " has at most 32 characters, this one has " + std::to_string(name.size()));
    const auto bad = std::find_if_not(name.begin(), name.end(), may_stand_in_name);
    if (bad != name.end())
        return refuse(WalletError::bad_name, subject + " is made of letters A to Z, digits, - and _, and \"" +
                                                 escape_for_display(name) + "\" has another at place " +
                                                 std::to_string(bad - name.begin() + 1));
    if (name.front() == '-')
        return refuse(WalletError::bad_name, subject + " may not begin with -, which marks an option");
    return {};
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace cairn::wallet
