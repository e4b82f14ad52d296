// Events of a session as records: those of the node, and what happens to payments of the wallets in the data
// directory. Owned by the interface thread.
#pragma once

#include <cli/commands/own_payments.hpp>
#include <protocol/io.hpp>

#include <chrono>

namespace cairn::cli {

class PaymentWatch {
  public:
    /// What waits already is known and not told. The session outlives this, and its core is open.
    explicit PaymentWatch(Session& session);

    using Records = std::vector<boost::json::object>;
    /// The event's own record, and one for each payment that it is about.
    Records records_of(const net::Event& event);
    /// Payments that began to wait: nobody else tells of them, so this is to be asked again and again.
    Records look();
    /// Whether the last look is so long ago that the next is due.
    bool is_due() const;

    static constexpr std::chrono::milliseconds pace{200};

  private:
    std::vector<OwnPayment> seen();

    Session& session_;
    std::vector<Owner> owners_;
    WaitingPayments waiting_;
    std::chrono::steady_clock::time_point looked_;
};

} // namespace cairn::cli
