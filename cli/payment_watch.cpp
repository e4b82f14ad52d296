#include <cli/output/event_record.hpp>
#include <cli/payment_watch.hpp>
#include <wallet/wallet_directory.hpp>

namespace cairn::cli {

PaymentWatch::PaymentWatch(Session& session) : session_(session) { look(); }

void PaymentWatch::fold(const net::Event& event) {
    if (const auto* moved = std::get_if<chain::Event>(&event)) waiting_.fold(*moved);
}

std::vector<boost::json::object> PaymentWatch::records_of(const net::Event& event) const {
    std::vector<boost::json::object> out{event_record(event)};
    const auto* moved = std::get_if<chain::Event>(&event);
    if (moved == nullptr) return out;
    for (const auto& each : payments_of(*moved, owners_))
        out.push_back(payment_record(each, session_.prefix()));
    return out;
}

std::vector<OwnPayment> PaymentWatch::look() {
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
