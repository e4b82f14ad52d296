#include <cli/grammar/secret_line.hpp>
#include <wallet/mnemonic.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace cairn::cli {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool begins(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

/// The longest parts of the text of which all characters are such.
template <typename Such> std::vector<std::string_view> parts(std::string_view text, Such such) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && such(text[end])) ++end;
        if (end > at) out.push_back(text.substr(at, end - at));
        at = std::max(end, at + 1);
    }
    return out;
}

bool holds_words(std::string_view text) {
    constexpr std::size_t fewest = 12;
    const auto& list = wallet::bip39_english();
    std::array<bool, fewest> last{}; // whether the last words are in the list
    std::size_t seen = 0;
    for (const auto word : parts(text, is_letter)) {
        last.at(seen++ % fewest) = std::binary_search(list.begin(), list.end(), word);
        if (std::count(last.begin(), last.end(), true) >= static_cast<std::ptrdiff_t>(fewest - 1) &&
            seen >= fewest)
            return true;
    }
    return false;
}

bool names_password(std::string_view name) {
    for (const std::string_view before : {"new-", "old-"})
        if (begins(name, before)) name.remove_prefix(before.size());
    return name == "password" || name == "passwd" || name == "passphrase" || name == "pass";
}

bool holds_password(std::string_view text) {
    const auto words = parts(text, [](char c) { return !is_blank(c); });
    const auto is_value = [&](std::size_t i) { return i < words.size() && words[i][0] != '-'; };
    bool of_wallets = false;
    std::size_t verb = words.size(); // the word behind `wallet`
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto word = words[i];
        if (!of_wallets && word.size() >= 3 && begins("wallet", word)) {
            of_wallets = true;
            verb = i + 1;
            continue;
        }
        const bool option = word[0] == '-';
        if (!option && !of_wallets) continue;
        const auto from = std::min(word.find_first_not_of('-'), word.size());
        const auto end = std::min(word.find_first_of("=:"), word.size());
        if (end < from || !names_password(word.substr(from, end - from))) continue;
        if (end + 1 < word.size()) return true;
        // `wallet password NAME`
        const std::size_t value = i == verb ? i + 2 : i + 1;
        if (is_value(value) && words[value][0] != '#') return true;
    }
    return false;
}

} // namespace

std::string_view secret_of_line(std::string_view line) {
    const std::string text = lower(line);
    if (holds_words(text)) return "the words of a wallet";
    return holds_password(text) ? "a password" : "";
}

} // namespace cairn::cli
