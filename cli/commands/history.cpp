#include <cli/commands/history.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace cairn::cli {
namespace {

using chain::HistoryEntry;

const char* direction_of(HistoryEntry::Kind kind) {
    switch (kind) {
    case HistoryEntry::Kind::sent:
        return "sent";
    case HistoryEntry::Kind::received:
        return "received";
    case HistoryEntry::Kind::self:
        return "self";
    case HistoryEntry::Kind::reward:
        return "mined";
    case HistoryEntry::Kind::genesis:
        return "genesis";
    case HistoryEntry::Kind::document:
        return "document";
    }
    return "unknown";
}

HistoryLine line_of(const HistoryEntry& entry) {
    return HistoryLine{entry.time,         entry.height, entry.txid, direction_of(entry.kind),
                       entry.counterparty, entry.amount, entry.fee,  entry.memo,
                       entry.balance,      entry.outputs};
}

/// Joins what one payment did to several addresses of the owner: what came back is not part of what was sent.
HistoryLine joined(const HistoryLine& a, const HistoryLine& b) {
    const bool a_paid = a.direction == "sent" || a.direction == "self";
    const HistoryLine& paid = a_paid ? a : b;
    const HistoryLine& got = a_paid ? b : a;
    HistoryLine out = paid;
    if (paid.direction != "sent") { // two addresses received of one payment
        out.amount = paid.amount + got.amount;
        out.outputs.insert(out.outputs.end(), got.outputs.begin(), got.outputs.end());
    } else if (paid.amount > got.amount) {
        out.amount = paid.amount - got.amount;
    } else {
        out.direction = "self";
    }
    return out;
}

Amount amount_of(Int128 units) {
    return Amount::from_units(units < 0 ? 0 : static_cast<std::uint64_t>(units));
}

/// Newest first, of several addresses: entries of one payment become one, and the balances are of all.
std::vector<HistoryLine> merged(const net::Node& node, const Owner& owner, const HistoryQuery& query) {
    constexpr std::uint32_t partners = 64; // of entries that are joined, beyond the limit
    std::vector<HistoryLine> lines;
    for (const auto& address : owner.addresses)
        for (const auto& entry : node.chain().history(address, query.limit + partners, query.since))
            lines.push_back(line_of(entry));
    std::stable_sort(lines.begin(), lines.end(),
                     [](const HistoryLine& a, const HistoryLine& b) { return *a.height > *b.height; });
    std::vector<HistoryLine> out;
    std::map<TxId, std::size_t> places;
    for (auto& line : lines) {
        const auto known = line.txid ? places.find(*line.txid) : places.end();
        if (known != places.end()) {
            out[known->second] = joined(out[known->second], line);
            continue;
        }
        if (line.txid) places.emplace(*line.txid, out.size());
        out.push_back(std::move(line));
    }
    if (owner.addresses.size() == 1) return out; // the chain's own balances
    Int128 balance = Int128{balance_of(node, owner.addresses).confirmed.units()};
    for (auto& line : out) {
        line.balance = amount_of(balance);
        balance -= effect_of(line);
    }
    return out;
}

/// Newest first, with the balance as it will be.
std::vector<HistoryLine> pending_lines(const net::Node& node, const Owner& owner, const HistoryQuery& query) {
    std::map<TxId, Transaction> unique;
    for (const auto& address : owner.addresses)
        for (const auto& tx : node.mempool().touching(address)) unique.emplace(tx.id(), tx);
    for (const auto& tx : node.own_pending())
        if (owner.owns(tx.sender())) unique.emplace(tx.id(), tx);
    std::vector<std::pair<Nonce, HistoryLine>> lines;
    lines.reserve(unique.size());
    for (const auto& [id, tx] : unique) lines.emplace_back(tx.fields().nonce, line_of(tx, owner));
    std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
        return std::pair(a.second.time, a.first) < std::pair(b.second.time, b.first);
    });
    Int128 balance = Int128{balance_of(node, owner.addresses).confirmed.units()};
    std::vector<HistoryLine> out;
    for (auto& [nonce, line] : lines) {
        balance += effect_of(line);
        line.balance = amount_of(balance);
        if (line.time >= query.since) out.push_back(std::move(line));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

/// An entry for each output that is the owner's concern, in their order. Read from the newest on, the balance
/// after one is the balance before the one above it.
void add_split(std::vector<HistoryLine>& out, HistoryLine line, const Owner& owner) {
    if (line.outputs.empty()) {
        out.push_back(std::move(line));
        return;
    }
    const bool received = line.direction == "received";
    Int128 balance = Int128{line.balance.units()};
    for (const auto& output : std::exchange(line.outputs, {})) {
        HistoryLine one = line;
        if (!received) {
            one.direction = owner.owns(output.to) ? "self" : "sent";
            one.counterparty = output.to;
        }
        one.amount = output.amount;
        one.memo = output.memo;
        one.balance = amount_of(balance);
        balance -= effect_of(one);
        out.push_back(std::move(one));
        line.fee = Amount{}; // the first bears it
    }
}

} // namespace

Int128 effect_of(const HistoryLine& line) {
    const auto amount = Int128{line.amount.units()};
    const auto fee = Int128{line.fee.units()};
    if (line.direction == "sent") return -amount - fee;
    if (line.direction == "self" || line.direction == "document") return -fee;
    return amount;
}

HistoryLine line_of(const Transaction& tx, const Owner& owner) {
    HistoryLine line;
    line.time = tx.fields().time;
    line.txid = tx.id();
    line.memo = memo_of(tx);
    const auto sender = tx.sender();
    const bool own = owner.owns(sender);
    if (own) line.fee = tx.fields().fee;
    const auto* transfer = std::get_if<Transfer>(&tx.fields().body);
    if (transfer == nullptr) {
        line.direction = "document";
        return line;
    }
    Amount inside;
    Amount outside;
    for (const auto& output : transfer->outputs) {
        Amount& sum = owner.owns(output.to) ? inside : outside;
        sum = sum + output.amount;
        if (own || owner.owns(output.to)) line.outputs.push_back(output);
    }
    line.direction = !own ? "received" : outside.is_zero() ? "self" : "sent";
    if (!own) line.memo.clear();
    for (const auto& output : line.outputs) {
        if (line.memo.empty()) line.memo = output.memo;
        if (own && !line.counterparty && !owner.owns(output.to)) line.counterparty = output.to;
    }
    line.amount = line.direction == "sent" ? outside : inside;
    if (!own) line.counterparty = sender;
    return line;
}

History history_of(Session& session, const Owner& owner, const HistoryQuery& query) {
    return session.core().read([&](const net::Node& node) {
        std::vector<HistoryLine> lines;
        if (!query.confirmed_only) lines = pending_lines(node, owner, query);
        auto confirmed = merged(node, owner, query);
        lines.insert(lines.end(), std::make_move_iterator(confirmed.begin()),
                     std::make_move_iterator(confirmed.end()));
        History out;
        for (auto& line : lines) {
            if (out.lines.size() > query.limit) break;
            if (query.whole)
                out.lines.push_back(std::move(line));
            else
                add_split(out.lines, std::move(line), owner);
        }
        out.more = out.lines.size() > query.limit;
        if (out.more) out.lines.resize(query.limit);
        return out;
    });
}

} // namespace cairn::cli
