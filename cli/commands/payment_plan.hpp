// How a payment is made up: what it costs, from which of a wallet's addresses it is paid, how many transfers
// it takes, and whether it is so unusual that the user must be asked. Pure functions of values.
#pragma once

#include <model/transaction.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cairn::cli {

/// What a transaction pays: so many units for each of its bytes, or a sum that was asked for.
struct FeeRate {
    std::uint64_t units_per_byte = 0;
    std::optional<Amount> fixed{}; ///< of each transaction
    Amount of(std::size_t tx_bytes) const {
        return fixed ? *fixed : Amount::from_units(units_per_byte * tx_bytes);
    }
};

/// Of a whole transfer with these outputs, encoded.
std::size_t transfer_bytes(const std::vector<Output>& outputs);

/// An address of the payer, as it stands.
struct Source {
    crypto::Address address;
    crypto::PublicKey public_key;
    Amount available; ///< confirmed less all that it sends already
    Nonce nonce;      ///< of its next transaction
};

/// One transfer to be built.
struct Draft {
    std::size_t source = 0; ///< index into the sources
    Nonce nonce;
    Amount fee;
    std::vector<Output> outputs;
};

struct Shortfall {
    Amount needed;    ///< amounts and fees
    Amount available; ///< of all sources
};

/// All outputs, in transfers of at most 256: from the first source that can pay all of it, else gathered from
/// several, largest first; an output is split only then, and never into a part below `least_part`.
/// `outputs`: at least one.
Result<std::vector<Draft>, Shortfall> plan_payment(const std::vector<Source>& sources,
                                                   const std::vector<Output>& outputs, const FeeRate& rate,
                                                   Amount least_part);

/// Everything that is available, less the fees, as one transfer of each source that can pay its own fee.
/// `output.amount` is not looked at.
Result<std::vector<Draft>, Shortfall> plan_everything(const std::vector<Source>& sources,
                                                      const Output& output, const FeeRate& rate);

/// Sums over drafts. They fit: what is available does.
Amount total_amount(const std::vector<Draft>& drafts);
Amount total_fee(const std::vector<Draft>& drafts);

/// Whether fees of this size must be confirmed: above 5 % of the amount. An ordinary payment in a script is
/// never asked about; see alarms_of.
bool is_high_fee(Amount amount, Amount fee);

} // namespace cairn::cli
