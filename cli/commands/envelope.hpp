// The file in which a transaction travels to an offline machine and back: JSON, small enough to read. It
// holds the network's genesis parameters, so that a machine without a chain can sign, and the encoded
// transaction, which alone counts: the summary is for eyes, and is made anew on every side. Pure.
#pragma once

#include <cli/answer.hpp>
#include <consensus/parameters.hpp>
#include <model/transaction.hpp>

#include <optional>
#include <string>

namespace cairn::cli {

struct Envelope {
    TxFields fields;
    std::optional<Transaction> signed_one; ///< of the same fields
};

/// Keys: cairn ("transaction 1"), genesis, network, parameters, unsigned, signed (after signing), summary.
std::string envelope_text(const consensus::Network& network, const Envelope& envelope);

/// bad_envelope (2) where the text is none; wrong_network (1) where it is of another network.
Expected<Envelope> envelope_from_text(const consensus::Network& network, const std::string& path,
                                      const std::string& text);

} // namespace cairn::cli
