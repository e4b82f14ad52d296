#include <cli/output/event_record.hpp>
#include <cli/payment_watch.hpp>
#include <wallet/wallet_directory.hpp>

namespace cairn::cli {

PaymentWatch::PaymentWatch(Session& session) : session_(session) { seen(); }

PaymentWatch::Records PaymentWatch::records_of(const net::Event& event) {
    Records out{event_record(event)};
    const auto* moved = std::get_if<chain::Event>(&event);
    if (moved == nullptr) return out;
    waiting_.fold(*moved);
    for (const auto& each : payments_of(*moved, owners_))
        out.push_back(payment_record(each, session_.prefix()));
    return out;
}

PaymentWatch::Records PaymentWatch::look() {
    Records out;
    for (const auto& each : seen()) out.push_back(payment_record(each, session_.prefix()));
    return out;
}

bool PaymentWatch::is_due() const { return std::chrono::steady_clock::now() - looked_ >= pace; }

std::vector<OwnPayment> PaymentWatch::seen() {
    looked_ = std::chrono::steady_clock::now();
    owners_.clear(); // wallets and addresses come and go
    for (const auto& name : session_.wallets().names())
        if (const auto wallet = session_.wallet(name)) owners_.push_back(owner_of(**wallet));
    const auto waiting = session_.core().read([this](const net::Node& node) {
        std::vector<Transaction> out = node.own_pending();
        for (const auto& owner : owners_)
            for (const auto& address : owner.addresses)
                for (auto& tx : node.mempool().touching(address)) out.push_back(std::move(tx));
        return out;
    });
    return waiting_.look(waiting, owners_);
}

} // namespace cairn::cli
