// Mnemonics by BIP-39, with the English list: 128 to 256 bits of entropy as 12 to 24 words, the last of which
// holds a checksum. Values; secrets stay in SecretBytes.
#pragma once

#include <base/random.hpp>
#include <base/result.hpp>
#include <crypto/secret.hpp>

#include <array>
#include <string>
#include <string_view>

namespace cairn::wallet {

/// The 2,048 words in order; any two differ within their first four letters.
const std::array<std::string_view, 2048>& bip39_english();

enum class MnemonicError {
    word_count,   ///< neither 12, 15, 18, 21 nor 24
    unknown_word, ///< not in the list
    checksum,     ///< all words are known, but one of them is wrong or two changed places
};

struct MnemonicFault {
    MnemonicError error;
    std::size_t count = 0;    ///< words that were given
    std::size_t position = 0; ///< of the first unknown word, from 1; else 0
    std::string unknown;      ///< that word, in lower case
    std::string nearest;      ///< the word of the list most like it (fewest edits, then longest common start)
};
/// For people: names the place and the nearest word.
std::string describe(const MnemonicFault& fault);

class Mnemonic {
  public:
    static constexpr std::size_t default_words = 24;

    /// `entropy`: 16, 20, 24, 28 or 32 bytes; throws std::logic_error for another size.
    static Mnemonic from_entropy(ByteView entropy);
    /// Of 12, 15, 18, 21 or 24 words from the next bytes of `random`, which in use must be SystemRandom.
    static Mnemonic generate(std::size_t words, Random& random);
    /// Words apart by any blanks, in either case.
    static Result<Mnemonic, MnemonicFault> from_words(std::string_view text);

    const crypto::SecretBytes& entropy() const { return entropy_; }
    std::size_t word_count() const { return entropy_.size() * 3 / 4; }
    /// Lower case, one blank between.
    crypto::SecretBytes words() const;
    /// 64 bytes: PBKDF2-HMAC-SHA-512 of the words, 2,048 rounds, salt "mnemonic" ‖ passphrase. cairn's
    /// wallets use the empty passphrase; another must be ASCII (BIP-39 asks for NFKD, which leaves ASCII
    /// alone).
    crypto::SecretBytes seed(std::string_view passphrase = {}) const;

  private:
    explicit Mnemonic(crypto::SecretBytes entropy) : entropy_(std::move(entropy)) {}
    crypto::SecretBytes entropy_;
};

} // namespace cairn::wallet
