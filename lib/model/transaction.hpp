// Transactions: immutable values; copies share what they hold, and may do so on several threads. Decoding
// keeps the envelope and the body apart: an envelope that cannot be read is no transaction (rule 1); a body
// that cannot be read is kept as bytes, for rule 7 to refuse.
#pragma once

#include <base/time.hpp>
#include <crypto/ed25519.hpp>
#include <model/codec.hpp>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace cairn {

/// One recipient of a transfer.
struct Output {
    crypto::Address to;
    Amount amount;
    std::string memo; ///< UTF-8, ≤ 255 bytes
    friend bool operator==(const Output&, const Output&) = default;
};

/// Type 1: 1 … 256 outputs, each of more than zero. Recipients may repeat, and may be the sender.
struct Transfer {
    static constexpr std::size_t max_outputs = 256;
    std::vector<Output> outputs;
    friend bool operator==(const Transfer&, const Transfer&) = default;
};

/// Type 2: proves that a document existed, by its hash or whole.
struct Document {
    static constexpr std::size_t max_inline_bytes = 65'536;
    Hash256 sha256{};
    std::string title; ///< UTF-8, ≤ 255 bytes
    Bytes content;     ///< empty, or the document whose hash `sha256` is
    friend bool operator==(const Document&, const Document&) = default;
};

/// A body of unknown type or form: carried, never valid.
struct OpaqueBody {
    std::uint8_t type = 0;
    Bytes bytes;
    friend bool operator==(const OpaqueBody&, const OpaqueBody&) = default;
};

using Body = std::variant<Transfer, Document, OpaqueBody>;

enum class TxType : std::uint8_t { transfer = 1, document = 2 };

/// First 4 bytes of the genesis id: refuses transactions of another chain quickly.
struct ChainTag {
    ByteArray<4> bytes{};
    friend bool operator==(const ChainTag&, const ChainTag&) = default;
};
ChainTag chain_tag(const BlockId& genesis);

/// Everything but the signature.
struct TxFields {
    std::uint8_t version = 1;
    ChainTag chain;
    crypto::PublicKey sender;
    Nonce nonce;
    Amount fee;
    std::uint32_t expiry = 0; ///< last height that may include it; 0 none
    Time time;                ///< the sender's clock; shown, not judged
    Body body;
    friend bool operator==(const TxFields&, const TxFields&) = default;
};

class Transaction {
  public:
    static constexpr std::size_t envelope_bytes = 134; ///< all but the body
    static constexpr std::size_t max_bytes = 72'840;

    /// With a signature made elsewhere; whether it holds is rule 8's to judge. A body that breaks its form
    /// (no outputs, an amount of zero, text that is not UTF-8, content of another hash) becomes an
    /// OpaqueBody, as decoding would give it: a Transfer or Document in a Transaction is well-formed. Fields
    /// whose encoding would be longer than max_bytes, or whose texts exceed their length byte: throws
    /// std::length_error.
    Transaction(TxFields fields, const crypto::Signature& signature);

    const TxFields& fields() const { return known_->fields; }
    const crypto::Signature& signature() const { return known_->signature; }
    const TxId& id() const { return known_->id; }
    const WitnessId& witness_id() const { return known_->witness_id; }
    const crypto::Address& sender() const { return known_->sender; } ///< the address of fields().sender
    std::size_t size() const { return known_->size; }                ///< bytes, encoded

    friend bool operator==(const Transaction& a, const Transaction& b) {
        return a.witness_id() == b.witness_id();
    }

  private:
    friend std::optional<Transaction> take_transaction(Reader& in);
    Transaction(TxFields fields, const crypto::Signature& signature, ByteView encoded);

    struct Known {
        WitnessId witness_id;
        TxId id;
        crypto::Address sender;
        std::size_t size = 0;
        TxFields fields;
        crypto::Signature signature;
    };
    std::shared_ptr<const Known> known_; ///< null once it was moved from: to be assigned or destroyed alone

  public:
    /// Bytes of memory that its copies share, but for what the body's texts, outputs and content take.
    static constexpr std::size_t shared_bytes = sizeof(Known) + 2 * sizeof(void*); ///< and their count
};

/// version u8 | chain 4 | type u8 | sender 32 | nonce u64 | fee u64 | expiry u32 | time u64 | body_len u32 |
/// body
Bytes encode_unsigned(const TxFields& fields);
/// The same, and signature 64.
Bytes encode(const Transaction& tx);
/// Appends it.
void write(Bytes& out, const Transaction& tx);

/// The bytes that are signed: "cairn/sign" ‖ genesis id ‖ encode_unsigned(fields).
Bytes signing_message(const TxFields& fields, const BlockId& genesis);
/// Appends them.
void write_signing_message(Bytes& out, const TxFields& fields, const BlockId& genesis);
Transaction sign(TxFields fields, const BlockId& genesis, const crypto::KeyPair& key);

/// Takes one transaction off the front; nullopt, and `in` failed, where none can be read. body_len is checked
/// before memory is taken.
std::optional<Transaction> take_transaction(Reader& in);
/// Passes over one transaction without reading its body; false, and `in` failed, where none stands.
bool skip_transaction(Reader& in);
/// Of exactly these bytes.
std::optional<Transaction> decode_transaction(ByteView bytes);

/// As encode_unsigned gives it: the form in which a payment travels to the signer.
std::optional<TxFields> decode_unsigned(ByteView bytes);

TxType type_of(const Body& body); ///< an OpaqueBody answers with its raw type
/// Sum of the outputs' amounts in 128 bits; 0 for a document.
Uint128 total_out(const Body& body);

} // namespace cairn
