// Events of a session as records: those of the node, and what happens to payments of the wallets in the data
// directory. Owned by the interface thread.
#pragma once

#include <cli/commands/own_payments.hpp>
#include <protocol/io.hpp>

#include <vector>

namespace cairn::cli {

class PaymentWatch {
  public:
    /// What waits already is known and not told. The session outlives this, and its core is open.
    explicit PaymentWatch(Session& session);

    /// Every event of the node, in their order.
    void fold(const net::Event& event);
    /// The event's own record, and one for each payment that it is about.
    std::vector<boost::json::object> records_of(const net::Event& event) const;
    /// Payments that began to wait since the last look. An event of a block tells of none, so this is asked
    /// whenever the node says that there may be some.
    std::vector<OwnPayment> look();

  private:
    Session& session_;
    std::vector<Owner> owners_;
    WaitingPayments waiting_;
};

} // namespace cairn::cli
