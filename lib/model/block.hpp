// Headers, seals and blocks: immutable by habit, plain by form.
#pragma once

#include <base/time.hpp>
#include <model/transaction.hpp>

#include <variant>
#include <vector>

namespace cairn {

/// A target as headers carry it: n u8 << 24 | m u24. What it expands to is difficulty's
/// (consensus/target.hpp).
struct CompactTarget {
    std::uint32_t bits = 0;
    friend auto operator<=>(const CompactTarget&, const CompactTarget&) = default;
};

struct Header {
    static constexpr std::size_t encoded_size = 170;

    std::uint16_t version = 1;
    BlockId parent;
    Height height;
    Time time;
    crypto::Address producer; ///< receives subsidy and fees
    std::uint32_t tx_count = 0;
    Hash256 tx_root{};
    Hash256 state_root{};
    Hash256 history_root{};
    CompactTarget target;
    friend bool operator==(const Header&, const Header&) = default;
};

enum class SealKind : std::uint8_t { work = 1, stake = 2 };

struct WorkSeal {
    static constexpr std::size_t encoded_size = 9;
    std::uint64_t nonce = 0;
    friend bool operator==(const WorkSeal&, const WorkSeal&) = default;
};

/// Proof of stake adds its seal here.
using Seal = std::variant<WorkSeal>;

struct SealedHeader {
    Header header;
    Seal seal;
    friend bool operator==(const SealedHeader&, const SealedHeader&) = default;
};

struct Block {
    SealedHeader head;
    std::vector<Transaction> transactions;

    const Header& header() const { return head.header; }
    friend bool operator==(const Block&, const Block&) = default;
};

/// H("cairn/header" ‖ header): what the search hashes, whatever the header's size.
Hash256 header_digest(const Header& header);
/// Hd(digest ‖ nonce).
BlockId block_id(const SealedHeader& head);
BlockId block_id(const Hash256& digest, const WorkSeal& seal);

Bytes encode(const Header& header);
Bytes encode(const SealedHeader& head);
Bytes encode(const Block& block);
void encode_into(Bytes& out, const Block& block); ///< in the place of what it holds
std::size_t encoded_size(const Block& block);

/// Takes header ‖ seal off the front; nullopt, and `in` failed, for a seal of another kind than the
/// network's.
std::optional<SealedHeader> take_sealed_header(Reader& in, SealKind kind);

/// header ‖ seal ‖ tx_count transactions, nothing between and nothing after. The caller has checked the size
/// against the network's limit.
std::optional<Block> decode_block(ByteView bytes, SealKind kind);

} // namespace cairn
