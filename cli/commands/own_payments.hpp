// What happens to the payments of own wallets, for events and notices: pure folds of the chain's events and
// of looks at what waits.
#pragma once

#include <chain/events.hpp>
#include <cli/commands/history.hpp>

#include <boost/json/object.hpp>

#include <set>

namespace cairn::cli {

struct OwnPayment {
    enum class What {
        received,  ///< waits for a block
        sent,      ///< waits for a block
        confirmed, ///< a block has it
        removed,   ///< a reorganisation took its block back
    };
    What what{};
    std::string wallet; ///< whose it is: one between two own wallets is told of each
    HistoryLine line;   ///< with the height of its block where it has, or had, one
    std::optional<BlockId> block{};
};

/// Of a block that came or was taken back, in the order of its transactions.
std::vector<OwnPayment> payments_of(const chain::Event& event, const std::vector<Owner>& owners);

/// Tells what waits for a block and did not before. One that a reorganisation made wait again is not told
/// twice.
class WaitingPayments {
  public:
    void fold(const chain::Event& event);
    std::vector<OwnPayment> look(const std::vector<Transaction>& waiting, const std::vector<Owner>& owners);

  private:
    std::set<TxId> known_;
};

/// `{"v":1,"event":"payment_received","txid":…,"direction":…,"amount":…,"counterparty":…, … ,"height":…}`
boost::json::object payment_record(const OwnPayment& payment, const std::string& prefix);

} // namespace cairn::cli
