// What nodes tell each other: plain values, one type a verb. The form on the wire: docs/PROTOCOL.md.
#pragma once

#include <base/time.hpp>
#include <base/uint256.hpp>
#include <model/block.hpp>
#include <model/ids.hpp>
#include <model/transaction.hpp>
#include <wire/endpoint.hpp>
#include <wire/limits.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cairn::net {

/// The first message of each side. `v` and `net` must be there; people leave out the rest.
struct Hello {
    std::uint32_t version = 1;
    ChainTag net;
    Height height;
    Uint256 work; ///< total work of the sender's chain
    BlockId tip;
    std::uint64_t nonce = 0; ///< of the run: who meets his own talks to himself
    std::string agent;       ///< ≤ limits::agent_chars
    bool compact_blocks = false;
    std::uint16_t port = 0; ///< where the sender listens; 0: nowhere
    Time time;
    bool raw = false; ///< enc lists raw
    friend bool operator==(const Hello&, const Hello&) = default;
};

/// Answers HELLO, STATUS and HELP. Keys and values are of 0x21 … 0x7E, keys without '='.
struct Ok {
    std::string re;
    std::vector<std::pair<std::string, std::string>> fields;
    friend bool operator==(const Ok&, const Ok&) = default;
};

/// Never answered.
struct Err {
    unsigned code = 0;
    std::string id;  ///< the missing item of a 404; may be empty
    std::string msg; ///< ≤ limits::message_chars, 0x21 … 0x7E; may be empty
    friend bool operator==(const Err&, const Err&) = default;
};

struct Ping {
    std::uint64_t n = 0;
    friend bool operator==(const Ping&, const Ping&) = default;
};
struct Pong {
    std::uint64_t n = 0;
    friend bool operator==(const Pong&, const Pong&) = default;
};

struct GetHeaders {
    std::vector<BlockId> locator; ///< 1 … limits::ids_in_line, tip first, the last is block 0
    std::optional<BlockId> stop;
    std::uint32_t max = limits::headers; ///< 1 … limits::headers
    friend bool operator==(const GetHeaders&, const GetHeaders&) = default;
};
struct Headers {
    std::vector<SealedHeader> heads; ///< ≤ limits::headers
    friend bool operator==(const Headers&, const Headers&) = default;
};

enum class ItemKind { tx, block };

struct Inv {
    ItemKind kind{};
    std::vector<Hash256> ids; ///< 1 … limits::inv_ids; transactions by witness id
    friend bool operator==(const Inv&, const Inv&) = default;
};
struct Get {
    ItemKind kind{};
    std::vector<Hash256> ids; ///< 1 … limits::inv_ids; on the line up to limits::ids_in_line, else as a body
    friend bool operator==(const Get&, const Get&) = default;
};

struct TxMessage {
    Transaction tx;
    friend bool operator==(const TxMessage&, const TxMessage&) = default;
};
/// The body is not looked at: decoding it, and whether it is of this id and height, is a worker's.
struct BlockMessage {
    Height height;
    BlockId id;
    Bytes body;
    friend bool operator==(const BlockMessage&, const BlockMessage&) = default;
};

/// How the sender wants to hear of blocks.
struct Relay {
    bool compact = false;
    friend bool operator==(const Relay&, const Relay&) = default;
};

struct Prefilled {
    std::uint32_t index = 0; ///< place in the block
    Transaction tx;
    friend bool operator==(const Prefilled&, const Prefilled&) = default;
};
/// As decoded: `height` and `id` are the header's, short ids and whole transactions are together as many as
/// it counts, the indexes ascend and lie within. Its work is not checked.
struct CompactBlock {
    Height height;
    BlockId id;
    SealedHeader head;
    std::uint64_t salt = 0;
    std::vector<ByteArray<6>> short_ids; ///< of the others, in the order of the block
    std::vector<Prefilled> prefilled;
    friend bool operator==(const CompactBlock&, const CompactBlock&) = default;
};
struct GetBlockTxs {
    BlockId id;
    std::vector<std::uint32_t> indexes; ///< at least one, ascending
    friend bool operator==(const GetBlockTxs&, const GetBlockTxs&) = default;
};
struct BlockTxs {
    BlockId id;
    std::vector<Transaction> txs; ///< in the order asked for
    friend bool operator==(const BlockTxs&, const BlockTxs&) = default;
};

/// Transactions that pay less need not be announced to the sender.
struct Fee {
    std::uint64_t units_per_byte = 0;
    friend bool operator==(const Fee&, const Fee&) = default;
};

struct GetAddr {
    friend bool operator==(const GetAddr&, const GetAddr&) = default;
};
struct AddrEntry {
    Endpoint at;
    Time seen;
    friend bool operator==(const AddrEntry&, const AddrEntry&) = default;
};
struct Addr {
    std::vector<AddrEntry> entries; ///< ≤ limits::addr_entries
    friend bool operator==(const Addr&, const Addr&) = default;
};

struct Status {
    friend bool operator==(const Status&, const Status&) = default;
};
struct Help {
    friend bool operator==(const Help&, const Help&) = default;
};
struct Bye {
    friend bool operator==(const Bye&, const Bye&) = default;
};

/// A verb that is none of ours; answered ERR code=400 msg=unknown-verb. Never encoded.
struct Unknown {
    std::string verb; ///< its first 32 characters; empty for an empty line
    friend bool operator==(const Unknown&, const Unknown&) = default;
};
/// A known verb whose fields or body cannot be read, on a connection whose framing is sound; answered ERR
/// code=400 msg=why. Never encoded. An ERR is never malformed, since it is never answered.
struct Malformed {
    std::string verb;
    std::string why; ///< one word, fit for msg=
    friend bool operator==(const Malformed&, const Malformed&) = default;
};

using Message = std::variant<Hello, Ok, Err, Ping, Pong, GetHeaders, Headers, Inv, Get, TxMessage,
                             BlockMessage, Relay, CompactBlock, GetBlockTxs, BlockTxs, Fee, GetAddr, Addr,
                             Status, Help, Bye, Unknown, Malformed>;

} // namespace cairn::net
