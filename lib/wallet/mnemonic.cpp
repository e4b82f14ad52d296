#include <crypto/hash.hpp>
#include <wallet/mnemonic.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace cairn::wallet {
namespace {

using crypto::SecretBytes;

constexpr std::size_t bits_per_word = 11;
constexpr std::size_t max_words = 24;
constexpr std::uint32_t seed_rounds = 2048;

bool is_entropy_size(std::size_t size) { return size >= 16 && size <= 32 && size % 4 == 0; }
bool is_word_count(std::size_t count) { return count >= 12 && count <= max_words && count % 3 == 0; }

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (is_blank(text[at])) {
            ++at;
            continue;
        }
        const std::size_t start = at;
        while (at < text.size() && !is_blank(text[at])) ++at;
        words.push_back(text.substr(start, at - start));
    }
    return words;
}

/// Index in the list, or its size where the word is not in it. Compares case-blind without a copy.
std::size_t index_of(std::string_view word) {
    const auto& list = bip39_english();
    const auto less = [](std::string_view a, std::string_view b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                            [](char x, char y) { return lower(x) < lower(y); });
    };
    const auto found = std::lower_bound(list.begin(), list.end(), word, less);
    if (found == list.end() || less(word, *found)) return list.size();
    return static_cast<std::size_t>(found - list.begin());
}

/// The longest word of the list has 8 letters: what stands further back says nothing, and must cost nothing.
constexpr std::size_t longest_compared = 12;

/// Of texts of at most `longest_compared` letters: the fewest insertions, deletions, replacements and swaps
/// of neighbours that lead from a to b.
std::size_t edits(std::string_view a, std::string_view b) {
    std::array<std::array<std::size_t, longest_compared + 1>, longest_compared + 1> d;
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            d[i][j] = std::min({replaced, d[i - 1][j] + 1, d[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.size()][b.size()];
}

std::size_t common_start(std::string_view a, std::string_view b) {
    const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
    return static_cast<std::size_t>(end - a.begin());
}

std::string nearest_word(std::string_view word) {
    word = word.substr(0, longest_compared);
    std::string_view best;
    std::size_t best_edits = 0;
    std::size_t best_start = 0;
    for (const std::string_view candidate : bip39_english()) {
        const std::size_t distance = edits(word, candidate);
        const std::size_t start = common_start(word, candidate);
        if (best.empty() || distance < best_edits || (distance == best_edits && start > best_start)) {
            best = candidate;
            best_edits = distance;
            best_start = start;
        }
    }
    return std::string(best);
}

} // namespace

std::string describe(const MnemonicFault& fault) {
    switch (fault.error) {
    case MnemonicError::word_count:
        return "a mnemonic has 12, 15, 18, 21 or 24 words, not " + std::to_string(fault.count);
    case MnemonicError::unknown_word:
        return "word " + std::to_string(fault.position) + ", \"" + fault.unknown +
               "\", is not in the list of words; \"" + fault.nearest + "\" is the nearest";
    case MnemonicError::checksum:
        break;
    }
    return "every word is known, but the checksum does not hold: one of them is another than was written "
           "down, "
           "or two changed places";
}

Mnemonic Mnemonic::from_entropy(ByteView entropy) {
    if (!is_entropy_size(entropy.size())) throw std::logic_error("entropy of a size that no mnemonic has");
    return Mnemonic(SecretBytes(entropy));
}

Mnemonic Mnemonic::generate(std::size_t words, Random& random) {
    if (!is_word_count(words)) throw std::logic_error("a number of words that no mnemonic has");
    SecretBytes entropy(words / 3 * 4);
    random.fill(entropy.writable());
    return Mnemonic(std::move(entropy));
}

Result<Mnemonic, MnemonicFault> Mnemonic::from_words(std::string_view text) {
    const std::vector<std::string_view> words = split(text);
    MnemonicFault fault;
    fault.count = words.size();
    if (!is_word_count(words.size())) {
        fault.error = MnemonicError::word_count;
        return fail(std::move(fault));
    }
    SecretBytes bits(words.size() * bits_per_word / 8 + 1);
    const std::span<Byte> out = bits.writable();
    std::size_t bit = 0;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string_view word = words[at];
        const std::size_t index = index_of(word);
        if (index == bip39_english().size()) {
            fault.error = MnemonicError::unknown_word;
            fault.position = at + 1;
            std::transform(word.begin(), word.end(), std::back_inserter(fault.unknown), lower);
            fault.nearest = nearest_word(fault.unknown);
            return fail(std::move(fault));
        }
        for (std::size_t i = bits_per_word; i-- > 0; ++bit)
            out[bit / 8] = static_cast<Byte>(out[bit / 8] | ((index >> i & 1U) << (7 - bit % 8)));
    }
    const std::size_t size = words.size() / 3 * 4;
    const auto checksum_mask = static_cast<Byte>(0xff << (8 - size / 4));
    const crypto::Hash256 hash = crypto::sha256(bits.view().first(size));
    if (((hash[0] ^ out[size]) & checksum_mask) != 0) {
        fault.error = MnemonicError::checksum;
        return fail(std::move(fault));
    }
    return Mnemonic(SecretBytes(bits.view().first(size)));
}

SecretBytes Mnemonic::words() const {
    SecretBytes bits = entropy_.clone();
    bits.append(ByteView(crypto::sha256(entropy_.view())).first(1));
    SecretBytes text(0);
    for (std::size_t word = 0; word < word_count(); ++word) {
        std::size_t index = 0;
        for (std::size_t bit = word * bits_per_word; bit < (word + 1) * bits_per_word; ++bit)
            index = index << 1U | (std::size_t{bits.view()[bit / 8]} >> (7 - bit % 8) & 1U);
        if (word != 0) text.append(as_bytes(" "));
        text.append(as_bytes(bip39_english()[index]));
    }
    return text;
}

SecretBytes Mnemonic::seed(std::string_view passphrase) const {
    SecretBytes salt(std::string_view("mnemonic"));
    salt.append(as_bytes(passphrase));
    const SecretBytes password = words();
    crypto::Hash512 seed = crypto::pbkdf2_hmac_sha512(password.view(), salt.view(), seed_rounds);
    SecretBytes out{ByteView(seed)};
    crypto::wipe(seed);
    return out;
}

} // namespace cairn::wallet
