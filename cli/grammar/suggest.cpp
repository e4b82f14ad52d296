#include <cli/grammar/suggest.hpp>

#include <algorithm>

namespace cairn::cli {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the matrix: two before the current one for swaps.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::vector<std::string> suggest(std::string_view typed, const std::vector<std::string>& known) {
    constexpr std::size_t longest_compared = 40; // a mistyped word is short; garbage is not worth the time
    if (typed.empty() || typed.size() > longest_compared) return {};
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const auto& word : known) {
        const bool begun =
            typed.size() >= 2 && word.size() > typed.size() && word.substr(0, typed.size()) == typed;
        const std::size_t distance = begun ? 1 : edit_distance(typed, word);
        if (distance <= std::max<std::size_t>(1, std::max(typed.size(), word.size()) / 3))
            near.emplace_back(distance, word);
    }
    std::sort(near.begin(), near.end());
    std::vector<std::string> words;
    for (const auto& [distance, word] : near)
        if (words.size() < 3 && distance <= near.front().first + 1) words.push_back(word);
    return words;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known,
                         std::string otherwise) {
    const auto near = suggest(typed, known);
    if (near.empty()) return otherwise;
    std::string text = "did you mean ";
    for (std::size_t i = 0; i < near.size(); ++i) text += (i > 0 ? " or `" : "`") + near[i] + "`";
    return text + "?";
}

} // namespace cairn::cli
