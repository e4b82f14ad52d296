#include <cli/commands/own_payments.hpp>

#include <algorithm>

namespace cairn::cli {
namespace {

using boost::json::value;

bool touches(const Transaction& tx, const Owner& owner) {
    if (owner.owns(tx.sender())) return true;
    const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
    return transfer != nullptr && std::any_of(transfer->outputs.begin(), transfer->outputs.end(),
                                              [&](const Output& output) { return owner.owns(output.to); });
}

const char* name_of(OwnPayment::What what) {
    switch (what) {
    case OwnPayment::What::received:
        return "payment_received";
    case OwnPayment::What::sent:
        return "payment_sent";
    case OwnPayment::What::confirmed:
        return "payment_confirmed";
    case OwnPayment::What::removed:
        return "payment_removed";
    }
    return "payment";
}

} // namespace

std::vector<OwnPayment> payments_of(const chain::Event& event, const std::vector<Owner>& owners) {
    std::vector<OwnPayment> out;
    const auto take = [&](OwnPayment::What what, const chain::BlockInfo& info, const chain::BlockPtr& block) {
        if (!block) return;
        for (const auto& tx : block->transactions) {
            for (const auto& owner : owners) {
                if (!touches(tx, owner)) continue;
                OwnPayment one{what, owner.wallet, line_of(tx, owner), info.id};
                one.line.height = info.height();
                one.line.time = info.header().time;
                out.push_back(std::move(one));
            }
        }
    };
    if (const auto* connected = std::get_if<chain::BlockConnected>(&event))
        take(OwnPayment::What::confirmed, connected->info, connected->block);
    if (const auto* taken = std::get_if<chain::BlockDisconnected>(&event))
        take(OwnPayment::What::removed, taken->info, taken->block);
    return out;
}

void WaitingPayments::fold(const chain::Event& event) {
    if (const auto* taken = std::get_if<chain::BlockDisconnected>(&event); taken && taken->block)
        for (const auto& tx : taken->block->transactions) known_.insert(tx.id());
}

std::vector<OwnPayment> WaitingPayments::look(const std::vector<Transaction>& waiting,
                                              const std::vector<Owner>& owners) {
    std::vector<OwnPayment> out;
    std::set<TxId> now;
    for (const auto& tx : waiting) {
        if (!now.insert(tx.id()).second || known_.contains(tx.id())) continue;
        for (const auto& owner : owners) {
            if (!touches(tx, owner)) continue;
            const bool own = owner.owns(tx.sender());
            out.push_back({own ? OwnPayment::What::sent : OwnPayment::What::received, owner.wallet,
                           line_of(tx, owner)});
        }
    }
    known_ = std::move(now);
    return out;
}

boost::json::object payment_record(const OwnPayment& payment, const std::string& prefix) {
    const HistoryLine& line = payment.line;
    return {{"v", 1},
            {"event", name_of(payment.what)},
            {"txid", line.txid ? value(line.txid->hex()) : value(nullptr)},
            {"direction", line.direction},
            {"amount", to_text(line.amount)},
            {"counterparty",
             line.counterparty ? value(crypto::to_text(*line.counterparty, prefix)) : value(nullptr)},
            {"fee", to_text(line.fee)},
            {"memo", line.memo},
            {"wallet", optional_text(payment.wallet)},
            {"height", line.height ? value(line.height->value) : value(nullptr)},
            {"block", payment.block ? value(payment.block->hex()) : value(nullptr)},
            {"time", to_rfc3339(line.time)}};
}

} // namespace cairn::cli
