// What makes one network different from another: the genesis parameters, and all that follows from them.
#pragma once

#include <base/result.hpp>
#include <model/block.hpp>

#include <string>
#include <vector>

namespace cairn::consensus {

struct Allocation {
    crypto::Address address;
    Amount amount;
    friend bool operator==(const Allocation&, const Allocation&) = default;
};

struct Staker {
    crypto::PublicKey public_key;
    Amount amount;
    friend bool operator==(const Staker&, const Staker&) = default;
};

/// In the order of their encoding. Durations in ms.
struct Parameters {
    std::string name;
    std::string ticker;
    std::string prefix; ///< of addresses
    SealKind consensus = SealKind::work;
    std::uint64_t interval_ms = 0;
    std::uint64_t half_life_ms = 0; ///< 0: the target never changes
    CompactTarget limit;
    CompactTarget initial_target;
    Amount subsidy;
    std::uint64_t halving = 0; ///< blocks
    std::uint64_t max_block_bytes = 0;
    std::uint64_t max_block_txs = 0;
    std::uint64_t max_future_ms = 0; ///< 0: no bound
    Amount min_new_account;
    std::vector<Allocation> allocations;
    std::vector<Staker> stakers;
    Time time;
    std::string message;
    friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// The encoding whose hash is the parent of block 0: integers u64, targets compact u32, strings u16 length
/// and UTF-8, lists u32 count.
Bytes encode(const Parameters& parameters);

/// Which parameter ("halving", "allocations[2].amount"), and what is wrong with it: a clause for people.
struct ParameterFault {
    std::string key;
    std::string why;
};

/// Parameters that were found sound, and what follows from them. Immutable.
class Network {
  public:
    static constexpr std::size_t max_name_bytes = 32;
    static constexpr std::size_t max_message_bytes = 1'024;
    static constexpr std::size_t max_allocations = 100'000;
    static constexpr std::uint64_t min_block_limit = Header::encoded_size + WorkSeal::encoded_size;
    static constexpr std::uint64_t max_block_limit = 33'554'432;         ///< 32 MiB
    static constexpr std::uint64_t max_genesis_ms = 253'402'300'799'999; ///< the last of the year 9999

    /// Checks every parameter and what follows from them together; the fault names the first that is wrong.
    static Result<Network, ParameterFault> make(Parameters parameters);

    const Parameters& parameters() const { return parameters_; }
    const Block& genesis() const { return genesis_; }
    const BlockId& id() const { return id_; } ///< of the genesis block
    ChainTag tag() const { return chain_tag(id_); }
    Amount max_supply() const { return max_supply_; }
    SealKind seal_kind() const { return parameters_.consensus; }

  private:
    Network() = default;
    Parameters parameters_;
    Block genesis_;
    BlockId id_;
    Amount max_supply_;
};

/// The built-in networks.
Network main_network();
Network dev_network();

/// The form of a FILE (`network new`, `network show`): JSON with exactly the parameters' keys, in their
/// order.
std::string to_json(const Parameters& parameters);
/// A missing, extra, duplicate or ill-typed key is a fault that names it; key "" for text that is no JSON
/// object. Integers stand without fraction and exponent. Whether the values make a network is Network::make's
/// to judge.
Result<Parameters, ParameterFault> parameters_from_json(std::string_view text);

/// initial >> (height / halving); 0 at height 0 and from 64 halvings on.
Amount subsidy_at(const Parameters& parameters, Height height);
/// Σ allocations + Σ subsidies of heights 1 … height.
Amount issued_at(const Parameters& parameters, Height height);

} // namespace cairn::consensus
