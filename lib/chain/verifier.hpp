// Verifier: replays a chain from its genesis with nothing but the raw blocks, and judges every rule anew. It
// shares no state with the chain that keeps them: accounts and roots are made again in memory. For
// `chain verify`. Pure: no files, no clock; owned by one thread.
#pragma once

#include <consensus/rules.hpp>
#include <consensus/transition.hpp>

#include <memory>
#include <optional>
#include <string>

namespace cairn::chain {

/// The first block that does not hold.
struct VerifyFailure {
    Height height;
    std::string rule;    ///< a rule code's name, or "parent": snake_case, stable
    std::string message; ///< a clause for people
    unsigned number = 0; ///< of the rule; 0 where it has none
};
VerifyFailure failure_of(Height height, const consensus::RuleError& error);

class Verifier {
  public:
    /// `salt`: a secret of the process, where the chain is of others (see AddressSlots).
    explicit Verifier(consensus::Network network, const ByteArray<16>& salt = {});
    ~Verifier();

    /// Rule 1 of raw bytes: within the network's size, and a block.
    Result<Block, VerifyFailure> decode(Height height, ByteView raw) const;

    /// The block after height(). `signatures`: what check_signatures said of it, on whatever thread; nullopt
    /// also where signatures are not judged. The wall clock plays no part: the second half of rule 3 is left
    /// out, as in a replay.
    std::optional<VerifyFailure> take(const Block& block, std::optional<consensus::RuleError> signatures);

    /// The same, of a block of which others judged rules 1 and 6 to 8: `found` is the violation that came
    /// first.
    std::optional<VerifyFailure> take_checked(const Block& block,
                                              const std::optional<consensus::RuleError>& found);

    /// Rule 12 in full: the sum of all balances is what was issued. Also after height 0.
    std::optional<VerifyFailure> check_supply() const;

    Height height() const;                      ///< of the last block taken; 0 before the first
    BlockId tip() const;                        ///< its id
    const consensus::ChainPoint& point() const; ///< what the next block is judged against
    std::uint64_t transactions() const;
    Amount issued() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace cairn::chain
