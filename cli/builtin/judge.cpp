// What the fields of conditions are now: one look at the core each.
#include <cli/builtin/condition.hpp>
#include <cli/session.hpp>
#include <consensus/target.hpp>
#include <transport/core.hpp>
#include <wallet/wallet.hpp>

namespace cairn::cli {

namespace {

using Field = Condition::Field;

Expected<std::vector<crypto::Address>> addresses_of(Session& session, const std::string& name) {
    auto wallet = name.empty() ? session.current_wallet() : session.wallet(name);
    if (!wallet) return fail(std::move(wallet.error()));
    std::vector<crypto::Address> addresses;
    for (const auto& entry : (*wallet)->addresses()) addresses.push_back(entry.address);
    return addresses;
}

/// `available`: without what is on its way out.
std::string units_of(const net::Node& node, const std::vector<crypto::Address>& addresses, bool available) {
    Amount sum;
    Amount outgoing;
    for (const auto& address : addresses) {
        if (const auto account = node.chain().account(address)) sum = sum + account->balance;
        outgoing = outgoing + node.outgoing(address);
    }
    if (available) sum = sum > outgoing ? sum - outgoing : Amount{};
    return std::to_string(sum.units());
}

std::string coins(const std::string& units) { return cairn::to_text(Amount::from_units(std::stoull(units))); }

Judgement judge_tx(Session& session, const Condition& condition) {
    const auto id = TxId::from_hex(condition.value);
    const auto confirmations =
        session.core().read([&](const net::Node& node) -> std::optional<std::uint64_t> {
            if (const auto place = node.chain().transaction(*id)) return place->confirmations;
            return node.find_pending(*id) ? std::optional<std::uint64_t>(0) : std::nullopt;
        });
    if (!confirmations) return {false, "unknown"};
    return {*confirmations >= condition.confirmations, std::to_string(*confirmations) + " confirmations"};
}

} // namespace

Expected<Judgement> judge(Session& session, const Condition& condition) {
    std::string actual;
    switch (condition.field) {
    case Field::synced:
        return session.core().read([](const net::Node& node) {
            const auto status = node.sync_status();
            return Judgement{status.synced, status.synced ? "synced" : "behind"};
        });
    case Field::tx:
        return judge_tx(session, condition);
    case Field::peers:
        actual = session.core().read([](const net::Node& node) { return std::to_string(node.peer_count()); });
        break;
    case Field::height:
        actual = session.core().read(
            [](const net::Node& node) { return std::to_string(node.chain().height().value); });
        break;
    case Field::mempool:
        actual =
            session.core().read([](const net::Node& node) { return std::to_string(node.mempool().count()); });
        break;
    case Field::difficulty:
        actual = session.core().read([](const net::Node& node) {
            const auto target = consensus::expand(node.chain().next_target());
            return target ? consensus::work_of(*target).to_decimal() : std::string("0");
        });
        break;
    case Field::balance:
    case Field::confirmed: {
        auto addresses = addresses_of(session, condition.wallet);
        if (!addresses) return fail(std::move(addresses.error()));
        const bool available = condition.field == Field::balance;
        actual =
            session.core().read([&](const net::Node& node) { return units_of(node, *addresses, available); });
        return Judgement{holds(condition.op, actual, condition.value), coins(actual)};
    }
    }
    return Judgement{holds(condition.op, actual, condition.value), actual};
}

} // namespace cairn::cli
